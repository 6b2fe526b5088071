//! Bad input to every operation of the contract: a clear refusal of the documented kind, never an error of ours.

use quaymaster_tests::{Answer, Caller, Contract, Operation, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::contract::example;

const ABSENT: &str = "019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11";

/// Collects what was not answered as it should be, so that one run shows all of it.
#[derive(Default)]
struct Report {
    tried: usize,
    complaints: Vec<String>,
}

impl Report {
    fn expect(&mut self, what: &str, operation: &Operation<'_>, answer: &Answer, wanted: &[u16]) {
        self.tried += 1;
        if !wanted.contains(&answer.status) {
            self.complaints.push(format!(
                "{}: {what} is answered {} instead of {wanted:?}: {}",
                operation.id(),
                answer.status,
                answer.body.chars().take(300).collect::<String>()
            ));
        }
        if answer.status >= 400 {
            // The token endpoint says it in the shape of RFC 6749, which has no place for the id.
            let in_oauth = operation.id() == "create_token" && answer.at("/error").is_string();
            let (told, instance) = if in_oauth {
                let id = serde_json::Value::from(answer.header("x-request-id"));
                (answer.at("/error_description"), id)
            } else {
                (answer.at("/detail"), answer.at("/instance"))
            };
            if told.as_str().is_none_or(str::is_empty) || instance != answer.header("x-request-id")
            {
                self.complaints.push(format!(
                    "{}: {what} is refused without words or id: {}",
                    operation.id(),
                    answer.body
                ));
            }
        }
    }

    fn pointer(&mut self, what: &str, operation: &Operation<'_>, answer: &Answer, wanted: &str) {
        self.expect(what, operation, answer, &[422]);
        let pointers: Vec<String> = answer
            .at("/errors")
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|e| e["pointer"].as_str().map(str::to_owned))
            .collect();
        if answer.status == 422 && !pointers.iter().any(|p| p.starts_with(wanted)) {
            self.complaints.push(format!(
                "{}: {what} points to {pointers:?} instead of {wanted}",
                operation.id()
            ));
        }
    }

    #[track_caller]
    fn end(self, least: usize) {
        assert!(self.tried >= least, "only {} tries", self.tried);
        assert!(
            self.complaints.is_empty(),
            "{} of {} tries: {:#?}",
            self.complaints.len(),
            self.tried,
            self.complaints
        );
    }
}

struct Stage {
    _app: TestApp,
    owner: Caller,
    anon: Caller,
}

impl Stage {
    async fn set() -> Self {
        let app = TestApp::start().await;
        app.world().company("acme").await;
        let owner = app
            .sign_in("acme.owner")
            .await
            .with_header("if-match", "\"v1\"");
        let anon = app.anon();
        Self {
            _app: app,
            owner,
            anon,
        }
    }

    fn caller(&self, operation: &Operation<'_>) -> &Caller {
        if operation.is_public() {
            &self.anon
        } else {
            &self.owner
        }
    }

    async fn send(&self, operation: &Operation<'_>, kind: Option<&str>, body: Vec<u8>) -> Answer {
        let path = operation.path_with(ABSENT);
        self.caller(operation)
            .send(method(operation), &path, kind, body)
            .await
    }
}

fn method(operation: &Operation<'_>) -> Method {
    Method::from_bytes(operation.method.to_uppercase().as_bytes()).unwrap()
}

fn with_json_body() -> Vec<Operation<'static>> {
    Contract::get()
        .operations()
        .into_iter()
        .filter(|o| o.json_body().is_some())
        .collect()
}

const JSON: Option<&str> = Some("application/json");

#[tokio::test]
async fn bodies_that_are_no_json_are_unreadable() {
    let stage = Stage::set().await;
    let mut report = Report::default();
    let deep = format!("{{\"x\":{}", "[".repeat(50_000)).into_bytes();
    let broken: [(&str, &[u8], &[u16]); 9] = [
        ("an empty body", b"", &[400]),
        ("half a body", b"{", &[400]),
        ("no JSON", b"user_id=ana.lee", &[400]),
        ("broken UTF-8", b"{\"\xff\":1}", &[400]),
        ("a raw NUL", b"{\"a\0b\":1}", &[400]),
        ("half a surrogate", br#"{"\ud800":1}"#, &[400]),
        ("a byte order mark", b"\xef\xbb\xbf{}", &[400]),
        ("deep nesting", &deep, &[400, 422]),
        ("a number without end", b"1e999999", &[400, 422]),
    ];
    for operation in with_json_body() {
        for (what, body, wanted) in &broken {
            let answer = stage.send(&operation, JSON, body.to_vec()).await;
            report.expect(what, &operation, &answer, wanted);
        }
    }
    report.end(100);
}

#[tokio::test]
async fn bodies_of_another_type_or_size_are_refused() {
    let stage = Stage::set().await;
    let mut report = Report::default();
    let large = format!("{{\"x\":\"{}\"}}", "x".repeat(300 * 1024)).into_bytes();
    for operation in with_json_body() {
        for kind in [
            None,
            Some("text/plain"),
            Some("application/json; charset=utf-16"),
            Some("multipart/form-data"),
        ] {
            let answer = stage.send(&operation, kind, b"{}".to_vec()).await;
            report.expect(&format!("type {kind:?}"), &operation, &answer, &[415]);
        }
        let answer = stage.send(&operation, JSON, large.clone()).await;
        report.expect("300 KiB", &operation, &answer, &[413]);
    }
    for operation in Contract::get().operations() {
        if operation.says["requestBody"].is_object() && operation.json_body().is_none() {
            let answer = stage
                .send(&operation, Some("image/png"), b"x".to_vec())
                .await;
            let asks_in_the_address = operation.says["parameters"].as_array().is_some_and(|all| {
                all.iter()
                    .any(|p| p["in"] == "query" && p["required"] == true)
            });
            // What is missing in the address is told before the body is looked at.
            let wanted: &[u16] = if asks_in_the_address { &[422] } else { &[415] };
            report.expect("an image", &operation, &answer, wanted);
        }
    }
    report.end(80);
}

#[tokio::test]
async fn fields_that_do_not_fit_are_named() {
    let stage = Stage::set().await;
    let contract = Contract::get();
    let mut report = Report::default();
    for operation in with_json_body() {
        let schema = contract.resolve(operation.json_body().unwrap());
        for (what, body) in [
            ("a list", "[]"),
            ("a text", "\"x\""),
            ("null", "null"),
            ("a number", "7"),
        ] {
            let answer = stage.send(&operation, JSON, body.into()).await;
            report.pointer(what, &operation, &answer, "");
        }
        let unknown = br#"{"no_such_field":1}"#.to_vec();
        let answer = stage.send(&operation, JSON, unknown).await;
        report.pointer("an unknown field", &operation, &answer, "/no_such_field");

        let Some(Value::Object(good)) = example(contract, schema) else {
            report
                .complaints
                .push(format!("{} has no example", operation.id()));
            continue;
        };
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap();
            let mut body = good.clone();
            body.remove(name);
            let answer = stage
                .send(&operation, JSON, Value::Object(body).to_string().into())
                .await;
            report.pointer(
                &format!("without {name}"),
                &operation,
                &answer,
                &format!("/{name}"),
            );
        }
        for (name, property) in schema["properties"].as_object().unwrap() {
            let at = format!("/{name}");
            let mut send = async |what: &str, value: Value| {
                let mut body = good.clone();
                body.insert(name.clone(), value);
                let answer = stage
                    .send(&operation, JSON, Value::Object(body).to_string().into())
                    .await;
                report.pointer(&format!("{name} as {what}"), &operation, &answer, &at);
            };
            let resolved = contract.resolve(property);
            let text =
                resolved["type"].to_string().contains("string") || resolved["oneOf"].is_array();
            if text {
                send("a number", json!(12_345)).await;
                send("a text with NUL", json!("abc\0def ghij klm")).await;
                send("100,000 characters", json!("x".repeat(100_000))).await;
            } else {
                send("a text", json!("neither nor")).await;
            }
            send("an object of something else", json!({ "no_such_field": 1 })).await;
        }
        if let Some((name, value)) = good.iter().next() {
            let body = format!("{{{0}:{value},{0}:{value}}}", json!(name));
            let answer = stage.send(&operation, JSON, body.into_bytes()).await;
            report.pointer("a field twice", &operation, &answer, &format!("/{name}"));
        }
    }
    report.end(300);
}

#[tokio::test]
async fn unfit_query_parameters_are_named() {
    let stage = Stage::set().await;
    let mut report = Report::default();
    for operation in Contract::get().operations() {
        let caller = stage.caller(&operation);
        let path = operation.path_with(ABSENT);
        let body = operation
            .json_body()
            .and_then(|schema| example(Contract::get(), schema))
            .map(|body| body.to_string().into_bytes());
        let ask = async |query: &str| {
            let kind = body.as_ref().map(|_| "application/json");
            let path = format!("{path}?{query}");
            caller
                .send(
                    method(&operation),
                    &path,
                    kind,
                    body.clone().unwrap_or_default(),
                )
                .await
        };
        let answer = ask("no_such_parameter=1").await;
        report.pointer(
            "an unknown parameter",
            &operation,
            &answer,
            "?no_such_parameter",
        );
        report.expect("broken UTF-8", &operation, &ask("x=%ff").await, &[400]);
        let answer = ask("x%00=1").await;
        report.expect("NUL in a name", &operation, &answer, &[422]);
        for name in operation.parameters("query") {
            let answer = ask(&format!("{name}=1&{name}=2")).await;
            report.pointer(
                "a parameter twice",
                &operation,
                &answer,
                &format!("?{name}"),
            );
            let answer = ask(&format!("{name}=%00")).await;
            report.pointer("NUL", &operation, &answer, &format!("?{name}"));
        }
        if operation.parameters("query").contains(&"cursor") {
            // `["\u0000","…id"]` in base64: well-formed, with a text that PostgreSQL refuses.
            let nul = "WyJcdTAwMDAiLCIwMTlkM2MxZS03YjZhLTdjMTEtOWYxZS0wZjRjN2YwYTlkMTEiXQ";
            for cursor in ["x", "AAAA", "%20", "W10", nul, &"A".repeat(3000)] {
                let answer = ask(&format!("cursor={cursor}")).await;
                report.pointer(&format!("cursor {cursor}"), &operation, &answer, "?cursor");
            }
            for limit in ["0", "201", "-1", "x", "", "1.5", "99999999999999999999"] {
                let answer = ask(&format!("limit={limit}")).await;
                report.pointer(&format!("limit {limit:?}"), &operation, &answer, "?limit");
            }
        }
    }
    report.end(300);
}

#[tokio::test]
async fn ids_that_are_none_lead_nowhere() {
    let stage = Stage::set().await;
    let mut report = Report::default();
    for operation in Contract::get().operations() {
        if !operation.path.contains('{') {
            continue;
        }
        let body = operation
            .json_body()
            .and_then(|schema| example(Contract::get(), schema))
            .map(|body| body.to_string().into_bytes());
        let kind = body.as_ref().map(|_| "application/json");
        for id in [
            "1",
            "no-uuid",
            "%00",
            "%ff%fe",
            "..%2f..",
            "%F0%9F%9A%A2",
            &"9".repeat(2000),
        ] {
            let answer = stage
                .caller(&operation)
                .send(
                    method(&operation),
                    &operation.path_with(id),
                    kind,
                    body.clone().unwrap_or_default(),
                )
                .await;
            // A CSV import is asked for its type before its account.
            let wanted: &[u16] = if operation.says["requestBody"].is_object() && body.is_none() {
                &[404, 415]
            } else {
                &[404]
            };
            report.expect(&format!("id {id:.20}"), &operation, &answer, wanted);
        }
    }
    report.end(100);
}

#[tokio::test]
async fn other_methods_are_told_what_a_path_takes() {
    let stage = Stage::set().await;
    let contract = Contract::get();
    for (path, item) in contract.document["paths"].as_object().unwrap() {
        let path = path
            .strip_prefix("/api/v1")
            .unwrap()
            .split('/')
            .map(|part| if part.starts_with('{') { ABSENT } else { part })
            .collect::<Vec<_>>()
            .join("/");
        for method in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ] {
            if item.get(method.as_str().to_lowercase()).is_some() {
                continue;
            }
            let answer = stage
                .owner
                .send(method.clone(), &path, None, Vec::new())
                .await;
            // `/sessions/current` is also a `/sessions/{id}`, and so on.
            if answer.status == 405 {
                assert_eq!(answer.code(), "method-not-allowed", "{method} {path}");
                assert!(
                    answer.header("allow").contains("OPTIONS"),
                    "{method} {path}"
                );
            } else {
                assert_eq!(answer.status, 404, "{method} {path}: {}", answer.body);
            }
        }
        let options = stage
            .anon
            .send(Method::OPTIONS, &path, None, Vec::new())
            .await;
        assert_eq!(options.status, 204, "OPTIONS {path}");
        for method in item.as_object().unwrap().keys() {
            assert!(
                options.header("allow").contains(&method.to_uppercase()),
                "OPTIONS {path} allows {:?}, not {method}",
                options.header("allow")
            );
        }
        assert_eq!(
            options.header("access-control-allow-origin"),
            "",
            "other sites are not let in"
        );
    }
    let nowhere = stage.anon.get("/no/such/path").await;
    assert_eq!(nowhere.outcome(), (404, "not-found".to_owned()));
    let trace = stage
        .anon
        .send(Method::TRACE, "/setup", None, Vec::new())
        .await;
    assert_eq!(trace.status, 405);
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let stage = Stage::set().await;
    let mut asked = 0;
    for operation in Contract::get().operations() {
        if operation.method != "get" {
            continue;
        }
        asked += 1;
        let caller = stage.caller(&operation);
        let path = operation.path_with(ABSENT);
        let get = caller.get(&path).await;
        let head = caller.send(Method::HEAD, &path, None, Vec::new()).await;
        assert_eq!(head.status, get.status, "{}", operation.id());
        assert_eq!(head.body, "", "{}", operation.id());
        assert_eq!(head.header("content-type"), get.header("content-type"));
    }
    assert!(asked > 10);
}

#[tokio::test]
async fn changes_of_edited_resources_ask_for_the_version() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let mut asked = 0;
    for operation in Contract::get().operations() {
        if !operation.parameters("header").contains(&"If-Match") {
            continue;
        }
        asked += 1;
        let path = operation.path_with(ABSENT);
        let body = operation
            .json_body()
            .and_then(|schema| example(Contract::get(), schema))
            .map(|body| body.to_string().into_bytes());
        let kind = body.as_ref().map(|_| "application/json");
        let body = body.unwrap_or_default();
        let without = owner
            .send(method(&operation), &path, kind, body.clone())
            .await;
        assert_eq!(
            without.outcome(),
            (428, "precondition-required".to_owned()),
            "{}",
            operation.id()
        );
        for junk in [
            "*",
            "v1",
            "\"\"",
            "\"v1\", \"v2\"",
            "\"v99999999999999999999\"",
        ] {
            let answer = owner
                .with_header("if-match", junk)
                .send(method(&operation), &path, kind, body.clone())
                .await;
            assert!(
                matches!(answer.status, 403 | 404 | 409 | 412),
                "{}: If-Match {junk} is answered {}: {}",
                operation.id(),
                answer.status,
                answer.body
            );
        }
    }
    assert!(asked > 0);
}

#[tokio::test]
async fn junk_in_headers_signs_nobody_in() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let good = app.sign_in("acme.owner").await.token.unwrap();
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer x.y.z",
        "Bearer ..",
        &format!("Bearer {good}x"),
        &format!("Bearer {good} {good}"),
        &format!("Token {good}"),
        &"x".repeat(5000),
    ] {
        let answer = app
            .anon()
            .with_header("authorization", value)
            .get("/accounts")
            .await;
        assert_eq!(
            answer.outcome(),
            (401, "not-signed-in".to_owned()),
            "{value}"
        );
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    let twice = app
        .client
        .get(format!("http://{}/api/v1/accounts", app.address))
        .header("authorization", format!("Bearer {good}"))
        .header("authorization", "Bearer other")
        .send()
        .await
        .unwrap();
    assert_eq!(twice.status(), 401);
    let odd = app
        .client
        .get(format!("http://{}/api/v1/accounts", app.address))
        .header("authorization", format!("bearer {good}"))
        .header("cookie", "=;;; qm_refresh=%ff; \u{fffd}")
        .header(
            "user-agent",
            reqwest::header::HeaderValue::from_bytes(b"\xff\xfe").unwrap(),
        )
        .header("x-forwarded-for", "not, an, address")
        .header("accept", "nothing/at-all")
        .send()
        .await
        .unwrap();
    assert_eq!(odd.status(), 200);
}

#[tokio::test]
async fn foreign_hosts_never_reach_a_link() {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let hostile = |caller: Caller| {
        caller
            .with_header("host", "evil.example")
            .with_header("x-forwarded-host", "evil.example")
            .with_header("x-forwarded-proto", "gopher")
            .with_header("forwarded", "host=evil.example")
            .with_header("x-original-url", "//evil.example")
    };
    let owner = hostile(app.sign_in("acme.owner").await);
    let invitation = json!({
        "email": "nia@harbor.example",
        "given_name": "Nia",
        "family_name": "Okafor",
        "role": "user",
        "access": [],
        "port_codes": [],
    });
    let made = owner
        .post(
            &format!("/accounts/{}/invitations", company.account),
            &invitation,
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let mut answers = vec![made];
    let id = answers[0].at("/id");
    let again = format!(
        "/accounts/{}/invitations/{}/resend",
        company.account,
        id.as_str().unwrap()
    );
    answers.push(owner.post_empty(&again).await);
    answers.push(hostile(app.anon()).get("/setup").await);
    answers.push(
        hostile(app.anon())
            .post("/password-resets", &json!({ "user_id": "acme.owner" }))
            .await,
    );
    for answer in &answers {
        let said = format!("{:?} {}", answer.headers, answer.body);
        assert!(!said.contains("evil.example"), "{said}");
    }
    let mails = mails(&app).await;
    assert!(mails.len() >= 2, "{mails:?}");
    for mail in mails {
        assert!(!mail.contains("evil.example"), "{mail}");
        assert!(
            mail.contains("http://localhost:8080/welcome#token="),
            "{mail}"
        );
    }
}

async fn mails(app: &TestApp) -> Vec<String> {
    use sea_orm::{ConnectionTrait, Statement};
    let raw = app.database.raw().await;
    let sql = "SELECT subject || ' ' || body AS text FROM mails WHERE template = 'invitation'";
    let rows = raw
        .query_all_raw(Statement::from_string(raw.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter()
        .map(|r| r.try_get("", "text").unwrap())
        .collect()
}
