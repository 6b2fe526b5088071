//! Which refusal comes first: who asks is decided before anything of the request is judged, so that nobody learns from a
//! refusal what only people who are signed in, and have done their next step, may know.

use quaymaster_tests::{Answer, Caller, Contract, Operation, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::authorization::ANY_STEP;
use crate::contract::example;

const ABSENT: &str = "019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11";

/// Requests that are refused for what they say, as soon as they are judged by that.
async fn unfit(caller: &Caller, operation: &Operation<'_>) -> Vec<(&'static str, Answer)> {
    let method: Method = operation.method.to_uppercase().parse().unwrap();
    let path = operation.path_with(ABSENT);
    let json = Some("application/json");
    let mut all = Vec::new();
    let mut ask = async |what, path: String, kind, body: Vec<u8>| {
        let answer = caller.send(method.clone(), &path, kind, body).await;
        all.push((what, answer));
    };
    let strange = format!("{path}?no_such_parameter=1");
    ask("an unknown parameter", strange, None, Vec::new()).await;
    ask("broken UTF-8", format!("{path}?x=%ff"), None, Vec::new()).await;
    if operation.path.contains('{') {
        let nowhere = operation.path_with("no-id");
        ask("an id that is none", nowhere, None, Vec::new()).await;
    }
    if operation.says["requestBody"].is_object() {
        let large = format!("{{\"x\":\"{}\"}}", "x".repeat(300 * 1024));
        for (what, kind, body) in [
            ("an image", Some("image/png"), "x"),
            ("no body", None, ""),
            ("half a body", json, "{"),
            ("an unknown field", json, "{\"no_such_field\":1}"),
            ("a list", json, "[]"),
            ("300 KiB", json, large.as_str()),
        ] {
            ask(what, path.clone(), kind, body.into()).await;
        }
    }
    if operation.parameters("header").contains(&"If-Match") {
        ask("no version", path.clone(), None, Vec::new()).await;
    }
    if operation.parameters("header").contains(&"Idempotency-Key") {
        let caller = caller.with_header("idempotency-key", "not one word");
        let answer = caller.send(method.clone(), &path, json, b"{}".to_vec());
        all.push(("a key that is none", answer.await));
    }
    all
}

#[tokio::test]
async fn who_is_not_signed_in_learns_nothing_else() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let expired = {
        let mut caller = app.sign_in("acme.user").await;
        let ending = caller.delete("/sessions/current").await;
        assert_eq!(ending.status, 204, "{}", ending.body);
        caller.cookies.clear();
        caller
    };
    let mut asked = 0;
    for operation in Contract::get().operations() {
        if operation.is_public() {
            continue;
        }
        for caller in [&app.anon(), &expired] {
            for (what, answer) in unfit(caller, &operation).await {
                assert_eq!(
                    answer.outcome(),
                    (401, "not-signed-in".to_owned()),
                    "{}: {what}: {}",
                    operation.id(),
                    answer.body
                );
                assert_eq!(answer.header("www-authenticate"), "Bearer");
                asked += 1;
            }
        }
    }
    assert!(asked > 300, "{asked}");
}

#[tokio::test]
async fn whose_next_step_is_open_is_told_so_first() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    // Terms that nobody has accepted yet.
    app.world().terms(1).await;
    let newcomer = app.sign_in("acme.owner").await;
    let mut asked = 0;
    for operation in Contract::get().operations() {
        if operation.is_public() || ANY_STEP.contains(&operation.id()) {
            continue;
        }
        for (what, answer) in unfit(&newcomer, &operation).await {
            // An unfit key is refused before the operation it belongs to is asked.
            let wanted = if what == "a key that is none" {
                (422, "invalid")
            } else {
                (423, "terms-not-accepted")
            };
            assert_eq!(
                answer.outcome(),
                (wanted.0, wanted.1.to_owned()),
                "{}: {what}: {}",
                operation.id(),
                answer.body
            );
            asked += 1;
        }
    }
    assert!(asked > 150, "{asked}");
}

/// A page of another site can send a request with the cookies of a browser, and with none of the types that ask for a
/// preflight; neither is taken for anything that changes something.
#[tokio::test]
async fn no_change_is_taken_from_another_site() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let mut asked = 0;
    for operation in Contract::get().operations() {
        let method: Method = operation.method.to_uppercase().parse().unwrap();
        if method == Method::GET {
            continue;
        }
        let path = operation.path_with(ABSENT);
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            for kind in [None, Some("application/json"), Some("text/plain")] {
                let caller = owner.with_header(name, value);
                let answer = caller
                    .send(method.clone(), &path, kind, b"{}".to_vec())
                    .await;
                assert_eq!(
                    answer.outcome(),
                    (403, "cross-site".to_owned()),
                    "{}: {name}: {value}, {kind:?}: {}",
                    operation.id(),
                    answer.body
                );
                asked += 1;
            }
        }
        // The portal's own pages get as far as the next rule.
        let own = owner.with_header("sec-fetch-site", "same-origin");
        let answer = own.send(method, &path, None, Vec::new()).await;
        assert_ne!(answer.code(), "cross-site", "{}", operation.id());
    }
    assert!(asked > 500, "{asked}");
}

#[tokio::test]
async fn a_path_in_other_letters_leads_to_the_same_decision() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    // `%6d` is an m; both addresses are the same one.
    assert_eq!(app.anon().get("/%6de").await.status, 401);
    assert_eq!(owner.get("/%6de").await.ok()["user_id"], "acme.owner");
    assert_eq!(app.anon().get("//api/v1//me").await.status, 404);
    assert_eq!(app.anon().get("/me/").await.status, 404);
    let anon = app.anon();
    let head = anon.send(Method::HEAD, "/me", None, Vec::new()).await;
    assert_eq!(head.status, 401);
}

/// Every place of a body where the example has an object, with its pointer.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.push(at.to_owned());
            for (name, inner) in fields {
                objects(inner, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                objects(inner, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// The texts of a body, with their pointers.
fn texts(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_owned()),
        Value::Object(fields) => {
            for (name, inner) in fields {
                texts(inner, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                texts(inner, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn lists_and_texts_are_no_objects_at_any_depth() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let owner = owner.with_header("if-match", "\"v1\"");
    let contract = Contract::get();
    let (mut asked, mut deep) = (0, 0);
    for operation in contract.operations() {
        let Some(schema) = operation.json_body() else {
            continue;
        };
        let Some(good) = example(contract, contract.resolve(schema)) else {
            panic!("{} has no example", operation.id());
        };
        let caller = if operation.is_public() {
            &app.anon()
        } else {
            &owner
        };
        let method: Method = operation.method.to_uppercase().parse().unwrap();
        let mut places = Vec::new();
        objects(&good, "", &mut places);
        let mut wrong: Vec<(String, Value)> = Vec::new();
        for at in places {
            let object = good.pointer(&at).unwrap();
            // The values alone, in the order of the fields: what a lenient parser takes for the object.
            let values = object.as_object().unwrap().values().cloned().collect();
            wrong.push((at.clone(), Value::Array(values)));
            wrong.push((at, json!("a text")));
        }
        let mut places = Vec::new();
        texts(&good, "", &mut places);
        for at in places {
            let word = good.pointer(&at).unwrap().as_str().unwrap();
            // An object whose only name is the word: what a lenient parser takes for one of several words.
            wrong.push((at.clone(), json!({ word: null })));
            wrong.push((at, json!([word])));
        }
        for (at, value) in wrong {
            let mut body = good.clone();
            *body.pointer_mut(&at).unwrap() = value;
            let text = body.to_string();
            let answer = caller
                .send(
                    method.clone(),
                    &operation.path_with(ABSENT),
                    Some("application/json"),
                    text.clone().into_bytes(),
                )
                .await;
            assert_eq!(
                answer.outcome(),
                (422, "invalid".to_owned()),
                "{}: {text}: {}",
                operation.id(),
                answer.body
            );
            let pointer = answer.at("/errors/0/pointer");
            assert!(
                pointer.as_str().unwrap().starts_with(&at),
                "{}: {text}: {}",
                operation.id(),
                answer.body
            );
            asked += 1;
            deep += usize::from(at.matches('/').count() > 1);
        }
    }
    assert!(asked > 100 && deep > 5, "{asked}, {deep}");
}
