//! `Idempotency-Key`: a creating request that is sent again is done once.

use quaymaster_domain::members::StaffRole;
use quaymaster_tests::{Caller, TestApp};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

fn invitation(email: &str) -> Value {
    json!({
        "email": email,
        "given_name": "Nia",
        "family_name": "Okafor",
        "role": "user",
        "access": [],
        "port_codes": [],
    })
}

async fn stage() -> (TestApp, Caller, String) {
    let app = TestApp::start().await;
    let company = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let path = format!("/accounts/{}/invitations", company.account);
    (app, owner, path)
}

async fn rows(owner: &Caller, path: &str) -> usize {
    owner.get(path).await.ok()["items"]
        .as_array()
        .map_or(0, Vec::len)
}

/// How many keys the database remembers.
async fn kept(app: &TestApp) -> i64 {
    let raw = app.database.raw().await;
    let sql = "SELECT COUNT(*) AS n FROM idempotency_keys";
    let row = raw
        .query_one_raw(Statement::from_string(raw.get_database_backend(), sql))
        .await
        .unwrap();
    row.unwrap().try_get("", "n").unwrap()
}

#[tokio::test]
async fn the_same_request_is_done_once_and_answered_alike() {
    let (app, owner, path) = stage().await;
    let keyed = owner.with_header("idempotency-key", "a-key-of-mine");
    let body = invitation("nia@harbor.example");
    let first = keyed.post(&path, &body).await;
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(first.header("idempotency-replayed"), "");
    for _ in 0..3 {
        let again = keyed.post(&path, &body).await;
        assert_eq!(again.status, 201);
        assert_eq!(again.body, first.body);
        assert_eq!(again.header("content-type"), first.header("content-type"));
        assert_eq!(again.header("etag"), first.header("etag"));
        assert_eq!(again.header("location"), first.header("location"));
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_ne!(
            again.header("x-request-id"),
            first.header("x-request-id"),
            "each request has its own id"
        );
    }
    assert_eq!(rows(&owner, &path).await, 1);
    drop(app);
}

#[tokio::test]
async fn another_request_with_the_same_key_is_refused() {
    let (app, owner, path) = stage().await;
    let keyed = owner.with_header("idempotency-key", "a-key-of-mine");
    keyed
        .post(&path, &invitation("nia@harbor.example"))
        .await
        .ok();
    let other = keyed.post(&path, &invitation("bo@harbor.example")).await;
    assert_eq!(other.outcome(), (422, "idempotency-conflict".to_owned()));
    assert_eq!(rows(&owner, &path).await, 1);

    let proxy = app.sign_in("acme.proxy").await;
    proxy
        .with_header("idempotency-key", "a-key-of-mine")
        .post(&path, &invitation("bo@harbor.example"))
        .await
        .ok();
    assert_eq!(
        rows(&owner, &path).await,
        2,
        "the keys of two people are two keys"
    );
}

#[tokio::test]
async fn a_day_later_the_key_is_free_again() {
    let (app, owner, path) = stage().await;
    let body = invitation("nia@harbor.example");
    owner
        .with_header("idempotency-key", "a-key-of-mine")
        .post(&path, &body)
        .await
        .ok();
    app.clock.advance(chrono::Duration::hours(24));
    let owner = app.sign_in("acme.owner").await;
    let again = owner
        .with_header("idempotency-key", "a-key-of-mine")
        .post(&path, &body)
        .await;
    assert_eq!(
        again.status, 409,
        "it is done anew and meets the rule: {}",
        again.body
    );
    assert_eq!(kept(&app).await, 0, "a refused request leaves nothing");
}

#[tokio::test]
async fn a_refused_request_can_be_mended_and_sent_with_the_same_key() {
    let (_app, owner, path) = stage().await;
    let keyed = owner.with_header("idempotency-key", "a-key-of-mine");
    let refused = keyed.post(&path, &invitation("no address")).await;
    assert_eq!(refused.status, 422);
    keyed
        .post(&path, &invitation("nia@harbor.example"))
        .await
        .ok();
}

#[tokio::test]
async fn thirty_at_once_create_one() {
    let (_app, owner, path) = stage().await;
    let keyed = owner.with_header("idempotency-key", "a-key-of-mine");
    let body = invitation("nia@harbor.example");
    let tries = (0..30).map(|_| keyed.post(&path, &body));
    let answers = futures_util::future::join_all(tries).await;
    for answer in &answers {
        match answer.status {
            201 => {}
            409 => {
                assert_eq!(answer.code(), "request-in-progress");
                assert_eq!(answer.header("retry-after"), "2");
            }
            other => panic!("{other}: {}", answer.body),
        }
    }
    let fresh = answers
        .iter()
        .filter(|a| a.status == 201 && a.header("idempotency-replayed").is_empty())
        .count();
    assert_eq!(fresh, 1);
    assert_eq!(rows(&owner, &path).await, 1);
}

#[tokio::test]
async fn an_answer_is_not_given_to_who_may_not_ask_any_more() {
    let (app, owner, path) = stage().await;
    let keyed = owner.with_header("idempotency-key", "a-key-of-mine");
    let body = invitation("nia@harbor.example");
    keyed.post(&path, &body).await.ok();
    app.world().terms(1).await;
    let again = keyed.post(&path, &body).await;
    assert_eq!(again.outcome(), (423, "terms-not-accepted".to_owned()));
    let nobody = app
        .anon()
        .with_header("idempotency-key", "a-key-of-mine")
        .post(&path, &body)
        .await;
    assert_eq!(nobody.status, 401);
}

#[tokio::test]
async fn unfit_keys_are_refused_and_secrets_are_never_kept() {
    let (app, owner, path) = stage().await;
    for key in ["", "with a blank", "ü", &"x".repeat(256)] {
        let answer = owner
            .with_header("idempotency-key", key)
            .post(&path, &invitation("nia@harbor.example"))
            .await;
        assert_eq!(answer.status, 422, "{key:?}: {}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), "Idempotency-Key");
    }
    assert_eq!(rows(&owner, &path).await, 0);

    let keyed = app.anon().with_header("idempotency-key", "a-key-of-mine");
    let sign_in = json!({ "user_id": "acme.owner", "password": quaymaster_tests::PASSWORD });
    let first = keyed.post("/sessions", &sign_in).await;
    let second = keyed.post("/sessions", &sign_in).await;
    assert_eq!(first.status, 201, "{}", first.body);
    assert_ne!(first.at("/session_id"), second.at("/session_id"));
    assert_eq!(kept(&app).await, 0);
}

#[tokio::test]
async fn the_answer_waits_for_a_client_that_went_away() {
    let app = TestApp::start().await;
    app.world()
        .person("the.admin", Some(StaffRole::Administrator))
        .await;
    let admin = app.sign_in("the.admin").await;
    let body = json!({ "title": "Terms", "body": "One person, one User ID, nobody shares.", "what_changed": "All." });
    let keyed = admin.with_header("idempotency-key", "a-key-of-mine");
    // Dropped while on its way; whether it arrived or not, the terms are published once.
    let dropped = tokio::time::timeout(
        std::time::Duration::from_millis(3),
        keyed.post("/terms-versions", &body),
    )
    .await;
    drop(dropped);
    let mut answered = false;
    for _ in 0..500 {
        let answer = keyed.post("/terms-versions", &body).await;
        match answer.status {
            // The administrator has to accept them before the answer is given.
            201 | 423 => {
                answered = true;
                break;
            }
            409 => assert_eq!(answer.code(), "request-in-progress", "{}", answer.body),
            other => panic!("{other}: {}", answer.body),
        }
    }
    assert!(answered, "the key stays reserved for work that was dropped");
    let current = quaymaster_service::terms::current(&app.services)
        .await
        .unwrap();
    assert_eq!(current.version, 1);
}
