//! Texts that would be code somewhere: in a page, a query, a template, a format, an address, a spreadsheet. They are kept
//! and shown as they were typed, and found by what they are.

use quaymaster_domain::members::StaffRole;
use quaymaster_tests::{Contract, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::contract::example;

const ABSENT: &str = "019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11";

/// Not one of these may be decoded, escaped, evaluated or run on its way.
const TEXTS: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><b>&amp; &lt;",
    "x' OR '1'='1",
    "x'; DROP TABLE users; --",
    "%41%2541 100% _%_",
    "\\u0041 \\n \\x41",
    "{{7*7}} ${7*7} #{7*7}",
    "{0} {} %s %n %d",
    "$(id) `id` ; id | id",
    "javascript:alert(1)",
    "../../etc/passwd",
];

/// A text as a value of a query.
fn in_query(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn texts_that_would_be_code_are_kept_and_shown_as_typed() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let account = format!("/accounts/{}", acme.account);
    let users = app.database.number("SELECT COUNT(*) AS n FROM users").await;
    for (n, text) in TEXTS.iter().enumerate() {
        let etag = owner.get(&account).await.header("etag").to_owned();
        let renamed = owner.patch(&account, &etag, &json!({ "name": text })).await;
        assert_eq!(renamed.at("/name"), *text, "{}", renamed.body);
        assert_eq!(renamed.header("content-type"), "application/json");
        assert_eq!(owner.get(&account).await.at("/name"), *text);

        let sub = owner
            .post(
                &format!("{account}/sub-accounts"),
                &json!({ "name": text, "activity": "importer" }),
            )
            .await;
        assert_eq!(sub.ok()["name"], *text);
        let subs = owner.get(&format!("{account}/sub-accounts")).await.ok();
        let items = subs["items"].as_array().unwrap();
        assert!(items.iter().any(|item| item["name"] == *text), "{subs}");

        // What a mail says is text, whatever its words.
        let email = format!("guest{n}@harbor.example");
        let invitation = json!({
            "email": email, "given_name": "Nia", "family_name": "Okafor",
            "role": "user", "access": [], "port_codes": [],
        });
        let invited = owner
            .post(&format!("{account}/invitations"), &invitation)
            .await;
        assert_eq!(invited.status, 201, "{}", invited.body);
        let mails = app.mails(&email).await;
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains(&format!("\"{text}\"")), "{}", mails[0]);

        // A reason with all of it stands in the trail as it was given.
        let person = format!("{account}/users/{}/suspension", acme.user.id);
        owner.post(&person, &json!({ "reason": text })).await.ok();
        let trail = owner
            .get(&format!(
                "{account}/audit-events?action=user.suspend&limit=1"
            ))
            .await
            .ok();
        assert!(
            trail.to_string().contains(&json!(text).to_string()),
            "{trail}"
        );
        assert_eq!(owner.delete(&person).await.status, 200);
    }
    let left = app.database.number("SELECT COUNT(*) AS n FROM users").await;
    let invited = i64::try_from(TEXTS.len()).unwrap();
    assert_eq!(left, users + invited, "the invited are there as well");
}

#[tokio::test]
async fn a_search_finds_the_text_and_not_what_it_would_mean() {
    let app = TestApp::start().await;
    app.world()
        .person("rita.registrar", Some(StaffRole::Registrar))
        .await;
    let registrar = app.sign_in("rita.registrar").await;
    for (n, text) in TEXTS.iter().enumerate() {
        let code = format!("QM{}{}", char::from(b'A' + n as u8), 'K');
        let entry = json!({
            "kind": "scac", "value": code, "party_key": format!("P-{n}"),
            "party_name": text, "contact_email": null,
        });
        let written = registrar.put("/identifier-register/entries", &entry).await;
        assert_eq!(written.status, 200, "{}", written.body);
    }
    let found = async |query: &str| -> Vec<Value> {
        let page = registrar.get(&format!("/parties?q={query}")).await.ok();
        let items = page["items"].as_array().unwrap();
        items.iter().map(|item| item["name"].clone()).collect()
    };
    for text in TEXTS {
        assert_eq!(found(&in_query(text)).await, [json!(text)], "{text}");
    }
    // Quotes do not end the question, signs of a pattern mean themselves, and nothing is decoded twice.
    for nothing in ["' OR '1'='1", "y' OR 1=1 --", "%", "_____", "\\", "A%"] {
        let meant: Vec<&str> = TEXTS
            .iter()
            .copied()
            .filter(|text| text.to_lowercase().contains(&nothing.to_lowercase()))
            .collect();
        let mut names = found(&in_query(nothing)).await;
        names.sort_by_key(Value::to_string);
        let mut wanted: Vec<Value> = meant.iter().map(|text| json!(text)).collect();
        wanted.sort_by_key(Value::to_string);
        assert_eq!(names, wanted, "{nothing}");
    }
    assert_eq!(found("%2541%252541").await, [json!(TEXTS[5])]);
}

/// Every text of a body and every text of a query, one after the other: never an error of ours.
#[tokio::test]
async fn no_operation_stumbles_over_texts_that_would_be_code() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let owner = owner.with_header("if-match", "\"v1\"");
    let contract = Contract::get();
    let mut tried = 0;
    for operation in contract.operations() {
        let caller = if operation.is_public() {
            app.anon()
        } else {
            owner.clone()
        };
        let method: Method = operation.method.to_uppercase().parse().unwrap();
        let path = operation.path_with(ABSENT);
        for name in operation.parameters("query") {
            for text in ["x' OR '1'='1", "'; DROP TABLE users; --", "%%__\\"] {
                let asked = format!("{path}?{name}={}", in_query(text));
                let answer = caller.send(method.clone(), &asked, None, Vec::new()).await;
                assert!(answer.status < 500, "{method} {asked}: {}", answer.body);
                tried += 1;
            }
        }
        let Some(Value::Object(good)) = operation
            .json_body()
            .and_then(|schema| example(contract, schema))
        else {
            continue;
        };
        for (name, value) in good.iter().filter(|(_, value)| value.is_string()) {
            for text in ["x' OR '1'='1", "'; DROP TABLE users; --"] {
                let mut body = good.clone();
                body.insert(name.clone(), json!(text));
                let body = Value::Object(body).to_string().into_bytes();
                let answer = caller
                    .send(method.clone(), &path, Some("application/json"), body)
                    .await;
                assert!(
                    answer.status < 500,
                    "{}: {name} instead of {value}: {}",
                    operation.id(),
                    answer.body
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
    let users = app.database.number("SELECT COUNT(*) AS n FROM users").await;
    assert!(users > 0);
}
