//! Every path that takes a secret goes through the one verifier: found by walking the contract, not by a list.

use quaymaster_service::Settings;
use quaymaster_tests::{Caller, PASSWORD, TestApp};
use reqwest::Method;
use serde_json::{Map, Value, json};

/// Names of fields that carry a secret somewhere in a request.
const SECRET_FIELDS: &[&str] = &[
    "password",
    "current_password",
    "token",
    "answer",
    "code",
    "secret",
    "recovery_code",
];

struct Taker {
    id: String,
    method: Method,
    path: String,
    public: bool,
    body: Value,
}

fn schema<'a>(contract: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => contract.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

/// A body with every required or secret field, and whether there is a secret in it.
fn sample(contract: &Value, of: &Value, name: &str) -> (Value, bool) {
    let of = schema(contract, of);
    if let Some(options) = of["oneOf"].as_array().or_else(|| of["anyOf"].as_array()) {
        let real = options.iter().find(|o| o["type"] != "null").unwrap();
        return sample(contract, real, name);
    }
    if let Some(all) = of["allOf"].as_array() {
        return sample(contract, &all[0], name);
    }
    if let Some(word) = of["enum"].as_array().and_then(|words| words.first()) {
        return (word.clone(), false);
    }
    let kind = match &of["type"] {
        Value::Array(kinds) => kinds.iter().find(|k| *k != "null").unwrap().clone(),
        one => one.clone(),
    };
    match kind.as_str().unwrap_or("object") {
        "object" => {
            let mut body = Map::new();
            let mut secret = false;
            for (field, inner) in of["properties"].as_object().unwrap_or(&Map::new()) {
                let (value, found) = sample(contract, inner, field);
                secret |= found;
                body.insert(field.clone(), value);
            }
            (Value::Object(body), secret)
        }
        "array" => {
            let count = of["minItems"].as_u64().unwrap_or(1);
            let mut secret = false;
            let items = (1..=count)
                .map(|n| {
                    let (mut value, found) = sample(contract, &of["items"], name);
                    secret |= found;
                    if value.get("question_id").is_some() {
                        value["question_id"] = json!(format!("q{n:02}"));
                        value["answer"] = json!(format!("Something wrong {n}"));
                    }
                    value
                })
                .collect();
            (items, secret)
        }
        "integer" | "number" => (json!(1), false),
        "boolean" => (json!(false), false),
        _ => {
            let secret = SECRET_FIELDS.contains(&name);
            let text = match name {
                "user_id" => "nobody.at.all",
                "email" => "nobody@example.com",
                "new_password" => "seven quiet lanterns 88",
                "code" => "123456",
                _ if of["format"] == "uuid" => "01890000-0000-7000-8000-000000000000",
                _ if secret => "a wrong secret of some length 77",
                _ => "Something",
            };
            (json!(text), secret)
        }
    }
}

fn takers() -> Vec<Taker> {
    let contract = serde_json::to_value(quaymaster_api::openapi()).unwrap();
    let mut found = Vec::new();
    for (path, item) in contract["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let content = &operation["requestBody"]["content"]["application/json"];
            if content.is_null() {
                continue;
            }
            let (body, secret) = sample(&contract, &content["schema"], "");
            let id = operation["operationId"].as_str().unwrap().to_owned();
            if !secret {
                continue;
            }
            found.push(Taker {
                id,
                method: method.to_uppercase().parse().unwrap(),
                path: path
                    .strip_prefix("/api/v1")
                    .unwrap()
                    .replace("{id}", "01890000-0000-7000-8000-000000000000"),
                public: operation["security"] == json!([]),
                body,
            });
        }
    }
    found
}

async fn send(caller: &Caller, taker: &Taker) -> (u16, String) {
    let answer = caller
        .send(
            taker.method.clone(),
            &taker.path,
            Some("application/json"),
            taker.body.to_string().into_bytes(),
        )
        .await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn every_path_that_takes_a_secret_is_counted_and_throttled() {
    let takers = takers();
    let mut ids: Vec<&str> = takers.iter().map(|t| t.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(
        ids,
        [
            "answer_password_reset",
            "change_password",
            "choose_challenge_questions",
            "create_first_administrator",
            "create_session",
            "enter_application_code",
            "object_by_link",
            "preview_invitation",
            "preview_owner_succession_objection",
            "prove_identity",
            "redeem_invitation",
            "redeem_password_reset",
            "report_not_me",
            "unsubscribe_from_notices",
        ],
        "a new operation takes a secret: let the verifier count it, then name it here"
    );
    for taker in &takers {
        let settings = Settings {
            network_failures: 4,
            ..Settings::default()
        };
        let app = TestApp::start_with(settings).await;
        app.world().person("ana.lee", None).await;
        let caller = if taker.public {
            app.anon()
        } else {
            app.sign_in("ana.lee").await
        };
        for n in 0..4 {
            let (status, body) = send(&caller, taker).await;
            assert!(
                [401, 202, 404, 409, 422].contains(&status),
                "{} at try {n}: {status} {body}",
                taker.id
            );
        }
        let (status, body) = send(&caller, taker).await;
        assert_eq!(status, 429, "{} is not throttled: {body}", taker.id);
    }
}

#[tokio::test]
async fn refresh_tokens_that_are_not_ours_are_throttled_too() {
    let settings = Settings {
        network_failures: 4,
        ..Settings::default()
    };
    let app = TestApp::start_with(settings).await;
    let mut caller = app.anon();
    caller
        .cookies
        .insert("qm_refresh".to_owned(), "made-up".to_owned());
    for _ in 0..4 {
        assert_eq!(caller.post_empty("/sessions/refresh").await.status, 401);
    }
    assert_eq!(caller.post_empty("/sessions/refresh").await.status, 429);
}

#[tokio::test]
async fn secrets_do_not_show_in_debug() {
    let app = TestApp::start().await;
    app.world().person("ana.lee", None).await;
    let command = quaymaster_service::sessions::SignIn {
        user_name: "ana.lee".to_owned(),
        password: PASSWORD.to_owned(),
        device: "Test".to_owned(),
        devices: Vec::new(),
        replaces: None,
        origin: quaymaster_domain::access::Origin {
            request_id: String::new(),
            network: "192.0.2.1".to_owned(),
        },
    };
    let begun = quaymaster_service::sessions::sign_in(&app.services, command)
        .await
        .unwrap();
    let shown = format!("{begun:?} {:?} {:?}", begun.user, app.services.secrets);
    for secret in [
        begun.access_token.as_str(),
        begun.refresh_token.as_str(),
        begun.device_token.as_deref().unwrap(),
        begun.user.password_hash.as_deref().unwrap(),
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// What docs/SECURITY.md says of how long things are kept.
#[tokio::test]
async fn what_is_over_is_forgotten() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let mut guesser = app.anon();
    guesser
        .sign_in("nobody.at.all", "not the password at all")
        .await;
    let made = owner
        .with_header("idempotency-key", "one")
        .post(
            &format!("/accounts/{}/sub-accounts", accounts(&owner).await),
            &json!({ "name": "Pier 4", "activity": "importer" }),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let kept = async |table: &str| -> i64 {
        app.database
            .number(&format!("SELECT COUNT(*) AS n FROM {table}"))
            .await
    };
    let mut days = 0;
    for (table, last) in [
        ("idempotency_keys", 1),
        ("refresh_tokens", 2),
        ("attempt_counters", 3),
        ("device_cookies", 366),
        ("sign_ins", 400),
    ] {
        app.clock.advance(chrono::Duration::days(last - days));
        app.clock.advance(chrono::Duration::minutes(-1));
        if last > 3 {
            quaymaster_service::housekeeping::tidy(&app.services)
                .await
                .unwrap();
            assert!(kept(table).await > 0, "{table} before day {last}");
        }
        app.clock.advance(chrono::Duration::minutes(2));
        quaymaster_service::housekeeping::tidy(&app.services)
            .await
            .unwrap();
        app.clock.advance(chrono::Duration::minutes(-1));
        assert_eq!(kept(table).await, 0, "{table} after day {last}");
        days = last;
    }
    assert!(kept("audit_events").await > 0, "evidence stays");
}

async fn accounts(owner: &Caller) -> String {
    let mine = owner.get("/accounts").await.ok();
    mine["items"][0]["id"].as_str().unwrap().to_owned()
}
