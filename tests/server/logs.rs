//! Nothing secret reaches the log, however much is logged: the journeys of people through a portal that logs at debug,
//! and then the log searched for every password, token, answer and Social Security number of theirs.

use std::collections::BTreeMap;

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::process::{Place, until};

/// Somebody at a browser, who writes down every secret that comes along.
struct Visitor<'a> {
    client: Client,
    place: &'a Place,
    token: String,
    cookies: BTreeMap<String, String>,
}

/// Secrets by what they are.
type Secrets = Vec<(String, String)>;

impl<'a> Visitor<'a> {
    fn new(place: &'a Place) -> Self {
        Self {
            client: Client::new(),
            place,
            token: String::new(),
            cookies: BTreeMap::new(),
        }
    }

    async fn ask(
        &mut self,
        secrets: &mut Secrets,
        method: Method,
        path: &str,
        kind: &str,
        body: String,
    ) -> (u16, Value) {
        let mut request = self
            .client
            .request(method, self.place.url(&format!("/api/v1{path}")))
            .header("content-type", kind)
            .header("if-match", "\"v1\"");
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let jar: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        if !jar.is_empty() {
            request = request.header("cookie", jar.join("; "));
        }
        let answer = request.body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
            for part in value.split('.').filter(|part| !part.is_empty()) {
                secrets.push((format!("cookie {name}"), part.to_owned()));
            }
        }
        let json: Value = answer.json().await.unwrap_or_default();
        for field in ["access_token", "temporary_password"] {
            if let Some(value) = json[field].as_str() {
                secrets.push((field.to_owned(), value.to_owned()));
            }
        }
        if let Some(token) = json["access_token"].as_str() {
            self.token = token.to_owned();
        }
        (status, json)
    }

    async fn send(
        &mut self,
        secrets: &mut Secrets,
        method: Method,
        path: &str,
        body: Value,
    ) -> (u16, Value) {
        self.ask(secrets, method, path, "application/json", body.to_string())
            .await
    }

    async fn post(&mut self, secrets: &mut Secrets, path: &str, body: Value) -> (u16, Value) {
        self.send(secrets, Method::POST, path, body).await
    }

    async fn sign_in(&mut self, secrets: &mut Secrets, user: &str, password: &str) {
        let body = json!({ "user_id": user, "password": password });
        let (status, told) = self.post(secrets, "/sessions", body).await;
        assert_eq!(status, 201, "{user}: {told}");
    }
}

/// The newest mail to an address that holds a mark, once it is there.
async fn mail(place: &Place, to: &str, mark: &str) -> String {
    let path = format!("/api/v1/demo/mails?q={}", to.replace('@', "%40"));
    until(&format!("a mail to {to}"), async || {
        let list: Value = reqwest::get(place.url(&path))
            .await
            .ok()?
            .json()
            .await
            .ok()?;
        let mails = list["items"].as_array()?.clone();
        mails
            .iter()
            .filter_map(|mail| mail["text"].as_str())
            .find(|text| text.contains(mark))
            .map(str::to_owned)
    })
    .await
}

fn token_in(mail: &str) -> String {
    let (_, rest) = mail.split_once("#token=").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

const OWN_PASSWORD: &str = "Nine gulls over the quarry";
const NEW_PASSWORD: &str = "Four lamps along the mole";
const WRONG_PASSWORD: &str = "Certainly not this, harbour";
const WRONG_ANSWER: &str = "Whatever came to mind";
/// In the register and in requests, with and without its hyphens.
const NUMBERS: [&str; 3] = ["219-09-9999", "219099999", "078-05-1120"];

/// Everything that people do with secrets.
async fn journeys(place: &Place, world: &Value, secrets: &mut Secrets) {
    let person = |role: &str| {
        let people = world["people"].as_array().unwrap();
        people.iter().find(|p| p["role"] == role).unwrap().clone()
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let password = text(&person("owner")["password"]);
    for known in [
        &password,
        OWN_PASSWORD,
        NEW_PASSWORD,
        WRONG_PASSWORD,
        WRONG_ANSWER,
    ] {
        secrets.push(("a password or answer".to_owned(), known.to_owned()));
    }
    for number in NUMBERS {
        secrets.push(("a Social Security number".to_owned(), number.to_owned()));
    }
    for answer in person("owner")["answers"].as_array().unwrap() {
        secrets.push(("an answer".to_owned(), text(&answer["answer"])));
    }

    registrar(
        place,
        &text(&person("registrar")["user_id"]),
        &password,
        secrets,
    )
    .await;

    let owner = person("owner");
    let mut visitor = Visitor::new(place);
    visitor
        .sign_in(secrets, &text(&owner["user_id"]), &password)
        .await;
    let (status, _) = visitor
        .post(secrets, "/sessions/refresh", Value::Null)
        .await;
    assert_eq!(status, 200);
    own_account(&mut visitor, world, &person("locked_user"), secrets).await;
    guessing(place, &text(&person("user")["user_id"]), secrets).await;
    reset(place, &person("proxy"), secrets).await;
}

/// Numbers of people on their way through the register.
async fn registrar(place: &Place, user: &str, password: &str, secrets: &mut Secrets) {
    let mut visitor = Visitor::new(place);
    visitor.sign_in(secrets, user, password).await;
    let entry = json!({
        "kind": "importer_number", "value": NUMBERS[0], "party_key": "log-1",
        "party_name": "Rosalind Ames", "contact_email": null,
    });
    let put = "/identifier-register/entries";
    let (status, told) = visitor.send(secrets, Method::PUT, put, entry).await;
    assert_eq!(status, 200, "{told}");
    for value in NUMBERS {
        let search = json!({ "kind": "importer_number", "value": value });
        let (status, told) = visitor
            .post(secrets, "/identifier-register/searches", search)
            .await;
        assert!([200, 422].contains(&status), "{told}");
        let (status, told) = visitor
            .post(secrets, "/staff-searches", json!({ "q": value }))
            .await;
        assert_eq!(status, 200, "{told}");
    }
    let file = format!(
        "kind,value,party_key,party_name\nimporter_number,{},log-2,Walter Ames\nimporter_number,{}x,log-3,Nobody\n",
        NUMBERS[2], NUMBERS[0]
    );
    let (status, told) = visitor
        .ask(
            secrets,
            Method::POST,
            "/identifier-register/imports",
            "text/csv",
            file,
        )
        .await;
    assert_eq!(status, 201, "{told}");
    assert_eq!(told["rows_added"], 1, "{told}");
}

/// The owner adds a number, invites, and lets somebody in again by a mailed password.
async fn own_account(
    visitor: &mut Visitor<'_>,
    world: &Value,
    locked: &Value,
    secrets: &mut Secrets,
) {
    let place = visitor.place;
    let (_, me) = visitor.send(secrets, Method::GET, "/me", Value::Null).await;
    let account = me["memberships"][0]["account_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let of = |rest: &str| format!("/accounts/{account}/{rest}");
    let sub = world["identifiers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|i| i["account_id"] == account.as_str() && i["kind"] == "importer_number")
        .unwrap();
    let sub = sub["sub_account_id"].as_str().unwrap();
    for value in NUMBERS {
        let body = json!({ "kind": "importer_number", "value": value });
        let path = of(&format!("sub-accounts/{sub}/identifiers"));
        let (status, told) = visitor.post(secrets, &path, body.clone()).await;
        assert!([409, 422].contains(&status), "{value}: {told}");
        let (status, told) = visitor
            .post(secrets, &of("identifier-searches"), body)
            .await;
        assert!([200, 404, 422].contains(&status), "{value}: {told}");
    }
    let invitation = json!({
        "email": "log.reader@harbor.example", "given_name": "Lo", "family_name": "Gan",
        "role": "user", "access": [], "port_codes": [],
    });
    let (status, told) = visitor.post(secrets, &of("invitations"), invitation).await;
    assert_eq!(status, 201, "{told}");
    let token = token_in(&mail(place, "log.reader@harbor.example", "#token=").await);
    secrets.push(("an invitation's token".to_owned(), token.clone()));
    let mut guest = Visitor::new(place);
    let joining = json!({ "token": token, "user_id": "lo.gan", "password": OWN_PASSWORD });
    let (status, told) = guest
        .post(secrets, "/invitations/redemptions", joining.clone())
        .await;
    assert_eq!(status, 201, "{told}");
    let (status, _) = guest
        .post(secrets, "/invitations/redemptions", joining)
        .await;
    assert!(status >= 400);

    let path = of(&format!(
        "users/{}/reactivation",
        locked["id"].as_str().unwrap()
    ));
    let (status, told) = visitor
        .post(secrets, &path, json!({ "temporary_password": true }))
        .await;
    assert_eq!(status, 200, "{told}");
    let text = mail(
        place,
        locked["email"].as_str().unwrap(),
        "emporary password",
    )
    .await;
    // The password stands in a line of its own.
    let mailed: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| {
            line.len() >= 15 && !line.contains("://") && !line.ends_with(['.', ',', ':'])
        })
        .collect();
    let mut found = false;
    let mut returning = Visitor::new(place);
    for candidate in mailed {
        let body = json!({ "user_id": locked["user_id"], "password": candidate });
        let (status, _) = returning.post(secrets, "/sessions", body).await;
        if status == 201 {
            secrets.push(("a mailed password".to_owned(), candidate.to_owned()));
            found = true;
            break;
        }
    }
    assert!(found, "no password in:\n{text}");
}

/// Wrong secrets are secrets too: they are often nearly right.
async fn guessing(place: &Place, user: &str, secrets: &mut Secrets) {
    let mut visitor = Visitor::new(place);
    for body in [
        json!({ "user_id": user, "password": WRONG_PASSWORD }),
        json!({ "user_id": "nobody.here", "password": WRONG_PASSWORD }),
        json!({ "user_id": user, "password": [WRONG_PASSWORD] }),
        json!({ "user_id": user, "pasword": WRONG_PASSWORD }),
        json!({ "user_id": WRONG_PASSWORD, "password": user }),
    ] {
        let (status, told) = visitor.post(secrets, "/sessions", body).await;
        assert!([401, 422].contains(&status), "{told}");
    }
    let broken = format!("{{\"user_id\":\"{user}\",\"password\":\"{WRONG_PASSWORD}\"");
    let (status, _) = visitor
        .ask(
            secrets,
            Method::POST,
            "/sessions",
            "application/json",
            broken,
        )
        .await;
    assert_eq!(status, 400);
    visitor.token = "made-up.access.token-of-nobody".to_owned();
    secrets.push(("a made-up token".to_owned(), visitor.token.clone()));
    let (status, _) = visitor.send(secrets, Method::GET, "/me", Value::Null).await;
    assert_eq!(status, 401);
}

/// Forgotten password: wrong answers, right answers, the link, the password shown once, a new one.
async fn reset(place: &Place, person: &Value, secrets: &mut Secrets) {
    let user = person["user_id"].as_str().unwrap();
    let mut visitor = Visitor::new(place);
    for right in [false, true] {
        let (status, walk) = visitor
            .post(secrets, "/password-resets", json!({ "user_id": user }))
            .await;
        assert_eq!(status, 202, "{walk}");
        let answers: Vec<Value> = walk["questions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|question| {
                let known = person["answers"].as_array().unwrap();
                let own = known.iter().find(|a| a["question_id"] == question["id"]);
                let answer = if right {
                    own.unwrap()["answer"].clone()
                } else {
                    json!(WRONG_ANSWER)
                };
                json!({ "question_id": question["id"], "answer": answer })
            })
            .collect();
        let path = format!("/password-resets/{}/answers", walk["id"].as_str().unwrap());
        let (status, told) = visitor
            .post(secrets, &path, json!({ "answers": answers }))
            .await;
        assert_eq!(status, 202, "{told}");
    }
    let token = token_in(&mail(place, person["email"].as_str().unwrap(), "#token=").await);
    secrets.push(("a reset's token".to_owned(), token.clone()));
    let (status, shown) = visitor
        .post(
            secrets,
            "/password-resets/redemptions",
            json!({ "token": token }),
        )
        .await;
    assert_eq!(status, 200, "{shown}");
    let temporary = shown["temporary_password"].as_str().unwrap();
    visitor.sign_in(secrets, user, temporary).await;
    let change = json!({ "current_password": temporary, "new_password": NEW_PASSWORD });
    let (status, told) = visitor
        .send(secrets, Method::PUT, "/me/password", change)
        .await;
    assert!([200, 204].contains(&status), "{told}");
    visitor.sign_in(secrets, user, NEW_PASSWORD).await;
    let proof = json!({ "password": WRONG_PASSWORD });
    let (status, _) = visitor
        .post(secrets, "/sessions/current/proofs", proof)
        .await;
    assert!([401, 422].contains(&status));
}

#[tokio::test]
async fn no_secret_is_logged_however_much_is_logged() {
    let mut place = Place::new().await;
    place.set("QUAYMASTER_LOG__FILTER", "debug");
    place.set("QUAYMASTER_SMTP__USERNAME", "portal");
    place.set("QUAYMASTER_SMTP__PASSWORD", "swordfish-swordfish-9");
    let server = place.serve(&["--demo"]).await;
    let told = place.run(&["demo", "--json"]);
    let world: Value = serde_json::from_slice(&told.stdout).unwrap();
    let mut secrets = vec![(
        "the mail server's password".to_owned(),
        "swordfish-swordfish-9".to_owned(),
    )];
    journeys(&place, &world, &mut secrets).await;
    assert_eq!(server.stop(), Some(0));

    let log = place.read("log");
    // What was searched is a log in which the journeys can be seen.
    for seen in [
        "DEBUG",
        "/api/v1/password-resets",
        "/api/v1/sessions",
        "status=401",
    ] {
        assert!(log.contains(seen), "no {seen} in the log");
    }
    assert!(secrets.len() > 30, "{}", secrets.len());
    let keys = place.read("var/demo/keys.toml");
    let keys = keys.lines().filter_map(|line| line.split('"').nth(1));
    secrets.extend(keys.map(|key| ("a key".to_owned(), key.to_owned())));
    let low = log.to_lowercase();
    for (what, secret) in &secrets {
        assert!(secret.len() >= 8, "{what} is too short to be searched for");
        if let Some(at) = low.find(&secret.to_lowercase()) {
            let start = log[..at].rfind('\n').map_or(0, |n| n + 1);
            let line: String = log[start..].lines().next().unwrap_or_default().to_owned();
            panic!("{what} is in the log: {line}");
        }
    }
}

/// One line for each request, one JSON object each, with when, who, from where, what and what came of it.
#[tokio::test]
async fn every_request_can_be_followed_in_the_log_and_nobody_writes_into_it() {
    let mut place = Place::new().await;
    place.set("QUAYMASTER_LOG__FORMAT", "json");
    place.set("QUAYMASTER_POLICY__NETWORK_FAILURES", "10");
    let made = place.create_administrator("seven grey herons at dawn\n");
    assert!(made.status.success());
    let server = place.serve(&[]).await;
    let mut secrets = Vec::new();
    let mut visitor = Visitor::new(&place);
    let password = "seven grey herons at dawn";
    visitor.sign_in(&mut secrets, "ana.lee", password).await;
    let (_, me) = visitor
        .send(&mut secrets, Method::GET, "/me", Value::Null)
        .await;
    // Whoever signs in for the first time has steps to do; what is asked before them is refused.
    for (method, path, body) in [
        (Method::GET, "/companies", Value::Null),
        (
            Method::POST,
            "/sessions/current/proofs",
            json!({ "pasword": 1 }),
        ),
        (
            Method::GET,
            "/accounts/019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11",
            Value::Null,
        ),
        (
            Method::GET,
            "/no/such%0a{\"level\":\"ERROR\"}%0d%1b[31m/path",
            Value::Null,
        ),
    ] {
        let (status, told) = visitor.send(&mut secrets, method, path, body).await;
        assert!(status >= 400, "{path}: {status} {told}");
    }
    let foreign = Client::new()
        .post(place.url("/api/v1/sessions/refresh"))
        .header("origin", "https://evil.example")
        .header("user-agent", "x\t{\"level\":\"ERROR\"}")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status().as_u16(), 403);
    let mut guesser = Visitor::new(&place);
    let mut last = 0;
    for n in 0..12 {
        let body = json!({ "user_id": format!("nobody.{n:03}"), "password": WRONG_PASSWORD });
        (last, _) = guesser.post(&mut secrets, "/sessions", body).await;
    }
    assert_eq!(last, 429);
    assert_eq!(server.stop(), Some(0));

    let log = place.read("log");
    let mut lines = Vec::new();
    for line in log.lines() {
        let read: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        let time = read["timestamp"].as_str().unwrap();
        assert!(time.ends_with('Z') && time.contains('T'), "{time}");
        assert!(read["level"].is_string(), "{line}");
        assert_ne!(read["level"], "ERROR", "{line}");
        assert!(!line.contains('\u{1b}'), "{line}");
        lines.push(read);
    }
    let requests: Vec<&Value> = lines
        .iter()
        .filter(|line| line["message"] == "request")
        .collect();
    for line in &requests {
        for field in ["request_id", "method", "path", "network", "target"] {
            assert!(line[field].is_string(), "{field}: {line}");
        }
        assert!(
            line["status"].is_u64() && line["took_ms"].is_i64(),
            "{line}"
        );
    }
    let find = |path: &str, code: &str| {
        requests
            .iter()
            .find(|line| {
                line["path"].as_str().unwrap().contains(path)
                    && line["code"].as_str().unwrap_or_default() == code
            })
            .unwrap_or_else(|| panic!("no line of {path} with {code:?} in\n{log}"))
    };
    for (path, code) in [
        ("/api/v1/me", ""),
        ("/api/v1/sessions/current/proofs", "invalid"),
        ("/api/v1/accounts/", "next-step-required"),
    ] {
        let line = find(path, code);
        assert_eq!(line["user"], me["id"], "{line}");
        assert_eq!(line["network"], "127.0.0.1", "{line}");
    }
    find("/api/v1/sessions/refresh", "cross-site");
    find("/api/v1/sessions", "sign-in-failed");
    find("/api/v1/sessions", "throttled");
    find("/api/v1/no/such", "not-found");
    // The log is on standard error and nowhere else.
    let kept: Vec<_> = std::fs::read_dir(place.folder.path().join("var"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("quaymaster.db"))
        .collect();
    assert_eq!(kept, ["keys.toml"]);
}
