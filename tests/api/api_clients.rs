//! API clients of an account over HTTP: who makes and changes them, what waits for the owner, secrets, ends and reminders.

use chrono::Duration;
use quaymaster_domain::members::MemberRole;
use quaymaster_tests::{Caller, Company, TestApp};
use serde_json::{Value, json};

fn of(company: &Company, rest: &str) -> String {
    format!("/accounts/{}/api-clients{rest}", company.account)
}

fn new(name: &str, scopes: &[&str]) -> Value {
    json!({ "name": name, "contact_email": "erp@example.com", "scopes": scopes })
}

async fn made(by: &Caller, company: &Company, body: &Value) -> Value {
    let answer = by.post(&of(company, ""), body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

async fn etag(by: &Caller, path: &str) -> String {
    by.get(path).await.header("etag").to_owned()
}

#[tokio::test]
async fn a_secret_is_shown_once_and_kept_as_a_digest() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let answer = made(&owner, &acme, &new("ERP", &["structure:read"])).await;
    let secret = answer["secret"]["secret"].as_str().unwrap();
    assert!(secret.len() >= 43, "256 bits: {}", secret.len());
    let client = id(&answer["client"]);
    let path = of(&acme, &format!("/{client}"));
    let read = owner.get(&path).await;
    assert!(!read.body.contains(secret));
    let seen = read.ok();
    assert_eq!(seen["state"], "active");
    assert_eq!(seen["secrets"][0]["hint"], secret[secret.len() - 4..]);
    assert_eq!(seen["last_used_at"], Value::Null);
    let kept = app
        .database
        .text("SELECT secret_hash AS t FROM api_client_secrets")
        .await;
    assert_eq!(kept, quaymaster_service::secrets::token_hash(secret));
    let trail = owner
        .get(&format!("/accounts/{}/audit-events", acme.account))
        .await;
    assert!(trail.body.contains("api_client.manage"), "{}", trail.body);
    assert!(!trail.body.contains(secret) && !trail.body.contains(&kept));
}

#[tokio::test]
async fn what_a_proxy_wants_to_write_waits_for_the_owner() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let proxy = app.sign_in("acme.proxy").await;
    let wanted = new("ERP", &["structure:read", "identifiers:write"]);
    let client = made(&proxy, &acme, &wanted).await["client"].clone();
    assert_eq!(client["state"], "awaiting_approval");
    assert_eq!(client["scopes"], json!([]));
    assert_eq!(
        client["pending_scopes"],
        json!(["structure:read", "identifiers:write"])
    );
    let letter = app
        .database
        .text("SELECT body AS t FROM mails WHERE template = 'api_client_waiting'")
        .await;
    assert!(letter.contains("identifiers:write"), "{letter}");
    let needs = owner.get("/me/needs").await.ok();
    let kinds: Vec<_> = needs["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| &n["kind"])
        .collect();
    assert!(kinds.contains(&&json!("api_clients_to_approve")), "{needs}");

    let path = of(&acme, &format!("/{}", id(&client)));
    let approval = format!("{path}/approval");
    let refused = proxy.post_empty(&approval).await;
    assert_eq!(refused.outcome(), (403, "owner-only".to_owned()));
    let approved = owner.post_empty(&approval).await.ok();
    assert_eq!(approved["state"], "active");
    assert_eq!(approved["scopes"], wanted["scopes"]);
    let again = owner.post_empty(&approval).await;
    assert_eq!(again.outcome(), (409, "nothing-changed".to_owned()));
    let needs = owner.get("/me/needs").await;
    assert!(!needs.body.contains("api_clients_to_approve"));

    // Less counts at once; what the owner once gave and was taken away waits again.
    let less = json!({ "scopes": ["structure:read"] });
    let tag = etag(&proxy, &path).await;
    let after = proxy.patch(&path, &tag, &less).await.ok();
    assert_eq!(after["scopes"], json!(["structure:read"]));
    let more = json!({ "scopes": ["records:read", "identifiers:write"] });
    let tag = etag(&proxy, &path).await;
    let after = proxy.patch(&path, &tag, &more).await.ok();
    assert_eq!(
        (after["state"].as_str(), &after["scopes"]),
        (Some("active"), &json!(["records:read"]))
    );
    assert_eq!(
        after["pending_scopes"],
        json!(["identifiers:write", "records:read"])
    );
}

#[tokio::test]
async fn secrets_rotate_two_at_a_time() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let first = made(&owner, &acme, &new("ERP", &["structure:read"])).await;
    let path = of(&acme, &format!("/{}", id(&first["client"])));
    let secrets = format!("{path}/secrets");
    let second = owner.post_empty(&secrets).await;
    assert_eq!(second.status, 201, "{}", second.body);
    let third = owner.post_empty(&secrets).await;
    assert_eq!(third.outcome(), (409, "too-many-secrets".to_owned()));
    let old = format!("{secrets}/{}", id(&first["secret"]));
    assert_eq!(owner.delete(&old).await.status, 204);
    assert_eq!(owner.delete(&old).await.status, 404);
    assert_eq!(owner.post_empty(&secrets).await.status, 201);
}

#[tokio::test]
async fn an_ended_client_stays_readable_and_frees_its_name() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let first = made(&owner, &acme, &new("ERP", &["structure:read"])).await;
    let twice = owner
        .post(&of(&acme, ""), &new("erp", &["users:read"]))
        .await;
    assert_eq!(twice.outcome(), (409, "already-exists".to_owned()));
    let path = of(&acme, &format!("/{}", id(&first["client"])));
    assert_eq!(owner.delete_match(&path, "\"v1\"").await.status, 204);
    let ended = owner.get(&path).await.ok();
    assert_eq!(
        (ended["state"].as_str(), &ended["secrets"]),
        (Some("ended"), &json!([]))
    );
    for answer in [
        owner.delete_match(&path, "\"v2\"").await,
        owner.post_empty(&format!("{path}/secrets")).await,
        owner
            .patch(&path, "\"v2\"", &json!({ "name": "More" }))
            .await,
    ] {
        assert_eq!(answer.outcome(), (409, "not-open".to_owned()));
    }
    made(&owner, &acme, &new("erp", &["users:read"])).await;
}

#[tokio::test]
async fn what_does_not_fit_is_named() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    let private = json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" }] });
    let weak = json!({ "keys": [{ "kty": "RSA", "n": "AQAB", "e": "AQAB" }] });
    for (field, value, pointer) in [
        ("networks", json!(["10.0.0.1/8"]), "/networks/0"),
        ("networks", json!(["0.0.0.0/0"]), "/networks/0"),
        (
            "sub_account_ids",
            json!([other.sub_account]),
            "/sub_account_ids/0",
        ),
        ("expires_at", json!("2020-01-01T00:00:00Z"), "/expires_at"),
        ("expires_at", json!("2900-01-01T00:00:00Z"), "/expires_at"),
        ("scopes", json!([]), "/scopes"),
        ("public_keys", weak, "/public_keys"),
        ("public_keys", private, "/public_keys/keys/0/d"),
    ] {
        let mut body = new("ERP", &["structure:read"]);
        body[field] = value;
        let answer = owner.post(&of(&acme, ""), &body).await;
        assert_eq!(answer.status, 422, "{field}: {}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), pointer, "{}", answer.body);
    }
    let mut body = new("ERP", &["structure:read", "audit:read"]);
    body["sub_account_ids"] = json!([acme.sub_account]);
    let answer = owner.post(&of(&acme, ""), &body).await;
    assert_eq!(
        answer.at("/errors/0/code"),
        "whole-account",
        "{}",
        answer.body
    );
    for n in 0..20 {
        made(
            &owner,
            &acme,
            &new(&format!("ERP {n}"), &["structure:read"]),
        )
        .await;
    }
    let answer = owner
        .post(&of(&acme, ""), &new("One more", &["structure:read"]))
        .await;
    assert_eq!(answer.outcome(), (409, "too-many-api-clients".to_owned()));
}

#[tokio::test]
async fn an_old_proof_of_identity_is_not_enough_to_make_one_but_to_end_one() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let mut owner = app.sign_in("acme.owner").await;
    let client = made(&owner, &acme, &new("ERP", &["structure:read"])).await["client"].clone();
    app.clock.advance(Duration::minutes(11));
    let refreshed = owner.post_empty("/sessions/refresh").await;
    owner.keep(&refreshed);
    let path = of(&acme, &format!("/{}", id(&client)));
    for answer in [
        owner
            .post(&of(&acme, ""), &new("Two", &["structure:read"]))
            .await,
        owner.post_empty(&format!("{path}/secrets")).await,
        owner
            .patch(&path, "\"v1\"", &json!({ "name": "More" }))
            .await,
    ] {
        assert_eq!(answer.outcome(), (403, "proof-required".to_owned()));
    }
    assert_eq!(owner.delete_match(&path, "\"v1\"").await.status, 204);
}

#[tokio::test]
async fn owner_and_contact_are_told_before_the_end_once_for_each_date() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let mut body = new("ERP", &["structure:read"]);
    body["expires_at"] = json!(app.services.now() + Duration::days(40));
    made(&owner, &acme, &body).await;
    let send = async || {
        quaymaster_service::api_clients::send_due(&app.services)
            .await
            .unwrap()
    };
    assert_eq!(send().await, 0);
    let mut told = Vec::new();
    for _ in 0..45 {
        app.clock.advance(Duration::days(1));
        let sent = send().await;
        assert_eq!(send().await, 0, "twice on one day");
        told.push(sent);
    }
    let days: Vec<usize> = (1..=45).filter(|day| told[day - 1] > 0).collect();
    assert_eq!(days, [10, 33, 39]);
    assert!(told.iter().all(|sent| [0, 2].contains(sent)));
}

#[tokio::test]
async fn plain_users_and_strangers_see_nothing_of_them() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let other = app.world().company("other").await;
    let plain = app.world().person("acme.plain", None).await;
    app.world()
        .member(acme.account, &plain, MemberRole::User)
        .await;
    let owner = app.sign_in("acme.owner").await;
    let client = made(&owner, &acme, &new("ERP", &["structure:read"])).await["client"].clone();
    let path = of(&acme, &format!("/{}", id(&client)));
    let plain = app.sign_in("acme.plain").await;
    assert_eq!(
        plain.get(&path).await.outcome(),
        (403, "forbidden".to_owned())
    );
    let stranger = app.sign_in("other.owner").await;
    for of_account in [&acme, &other] {
        let path = of(of_account, &format!("/{}", id(&client)));
        assert_eq!(stranger.get(&path).await.status, 404);
        assert_eq!(stranger.delete_match(&path, "\"v1\"").await.status, 404);
    }
}
