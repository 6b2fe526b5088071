//! Checks that fail, input that does not fit, and the registrar's decision at once from many sides.

use quaymaster_service::Settings;
use quaymaster_tests::TestApp;
use serde_json::json;
use uuid::Uuid;

use super::{Applicant, CONTACT, NUMBER, decide, form, party, registrar, settings};

#[tokio::test]
async fn every_check_that_fails_is_the_registrars() {
    let app = TestApp::start_with(Settings {
        automatic_approval: true,
        ..settings()
    })
    .await;
    let registrar = registrar(&app).await;
    party(&app, "Applicant Trading Inc", Some(CONTACT), &[NUMBER]).await;
    party(&app, "Silent Trading Inc", None, &["28-4000003AA"]).await;
    let unknown = Applicant::begin(&app, &form("28-4999999AA", "a@applicant.example")).await;
    assert_eq!(unknown.state().await, "not_confirmed");
    let mut silent = form("28-4000003AA", "b@applicant.example");
    silent["company_name"] = json!("Silent Trading Inc.");
    let silent = Applicant::begin(&app, &silent).await;
    assert_eq!(silent.state().await, "not_confirmed");
    for (applicant, code) in [(&unknown, "identifier-not-in-register"), (&silent, "")] {
        let asked = applicant
            .post(
                "review-requests",
                &json!({ "note": "Please look at it by hand." }),
            )
            .await
            .ok();
        assert_eq!(asked["state"], "in_review");
        assert_eq!(
            decide(&registrar, &applicant.id, "approve").await.code(),
            code
        );
    }
    assert_eq!(silent.state().await, "approved");
    let nothing = decide(&registrar, &unknown.id, "offer_claim").await;
    assert_eq!(nothing.outcome(), (422, "invalid".to_owned()));
    assert_eq!(
        decide(&registrar, &unknown.id, "reject").await.ok()["state"],
        "rejected"
    );
    assert_eq!(unknown.see().await["decision_reason"], "Looked at by hand.");

    // A restricted activity is never approved by itself (R5), a self-service one is.
    let filer = party(
        &app,
        "Filing Trading Inc",
        Some("contact@filing.example"),
        &["28-4000009AA"],
    )
    .await;
    app.world().register(filer, "filer_code", "AB1").await;
    let mut restricted = form("AB1", "r@filing.example");
    restricted["company_name"] = json!("Filing Trading Inc");
    restricted["identifier_kind"] = json!("filer_code");
    restricted["activity"] = json!("broker");
    let restricted = Applicant::begin(&app, &restricted).await;
    assert_eq!(
        restricted
            .confirm(&app, "contact@filing.example")
            .await
            .ok()["state"],
        "in_review"
    );
    assert_eq!(
        decide(&registrar, &restricted.id, "approve").await.ok()["state"],
        "approved"
    );

    let plain = Applicant::begin(&app, &form(NUMBER, "ada@applicant.example")).await;
    let done = plain.confirm(&app, CONTACT).await.ok();
    assert_eq!(done["state"], "approved");

    // R1: the company has its importer's account now.
    party_number(&app, NUMBER, "28-4000008AA").await;
    let second = Applicant::begin(&app, &form("28-4000008AA", "second@applicant.example")).await;
    assert_eq!(
        second.confirm(&app, CONTACT).await.ok()["state"],
        "in_review"
    );
    let refused = decide(&registrar, &second.id, "approve").await;
    assert_eq!(
        refused.outcome(),
        (409, "activity-held-by-sibling-account".to_owned())
    );
}

/// Gives the party of a number another one.
async fn party_number(app: &TestApp, of: &str, number: &str) {
    let id: Uuid = app.services.id();
    app.world()
        .execute(
            "INSERT INTO register_entries (id, kind, lookup, shown, cipher, party_id, updated_at) SELECT ?, kind, ?, ?, NULL, party_id, updated_at FROM register_entries WHERE kind = 'importer_number' AND lookup = ?",
            vec![id.into(), number.into(), number.into(), of.into()],
        )
        .await;
}

#[tokio::test]
async fn bad_input_is_named_field_by_field() {
    let app = TestApp::start_with(settings()).await;
    let anon = app.anon();
    let wrong = [
        ("/email", json!({ "email": "nobody" })),
        ("/phone", json!({ "phone": "12" })),
        (
            "/identifier_value",
            json!({ "identifier_kind": "importer_number", "identifier_value": "12" }),
        ),
        (
            "/identifier_value",
            json!({ "identifier_kind": "importer_number" }),
        ),
        (
            "/identifier_kind",
            json!({ "identifier_value": "28-4000001AA" }),
        ),
        ("/company_name", json!({ "company_name": "x" })),
        ("/activity", json!({ "activity": "smuggler" })),
        ("/token_hash", json!({ "token_hash": "x" })),
        ("/state", json!({ "state": "approved" })),
    ];
    for (pointer, body) in wrong {
        let answer = anon.post("/applications", &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), pointer, "{body}");
    }
    let mut closed = form(NUMBER, "ada@applicant.example");
    closed["activity"] = json!("cartman");
    assert_eq!(
        anon.post("/applications", &closed)
            .await
            .at("/errors/0/code"),
        "activity-closed"
    );
    let mut unfit = form(NUMBER, "ada@applicant.example");
    unfit["activity"] = json!("broker");
    assert_eq!(
        anon.post("/applications", &unfit)
            .await
            .at("/errors/0/code"),
        "identifier-kind-not-for-activity"
    );
    let applicant = Applicant::begin(&app, &form(NUMBER, "ada@applicant.example")).await;
    for code in ["", "12345", "1234567", "abcdef"] {
        assert_eq!(applicant.enter(code).await.status, 422, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_approvals_at_once_make_one_account() {
    let app = TestApp::start_with(settings()).await;
    let registrar = registrar(&app).await;
    party(&app, "Applicant Trading Inc", Some(CONTACT), &[NUMBER]).await;
    // Two applications of one company, decided at once by many.
    let mut ids = Vec::new();
    for email in ["ada@applicant.example", "ben@applicant.example"] {
        let applicant = Applicant::begin(&app, &form(NUMBER, email)).await;
        applicant.confirm(&app, CONTACT).await.ok();
        ids.push(applicant.id);
    }
    let all: Vec<_> = (0..200)
        .map(|n| {
            let (registrar, id) = (registrar.clone(), ids[n % 2].clone());
            tokio::spawn(async move { decide(&registrar, &id, "approve").await.outcome() })
        })
        .collect();
    let mut won = 0;
    for one in all {
        match one.await.unwrap() {
            (200, _) => won += 1,
            (409 | 503, _) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(won, 1);
    let companies = registrar.get("/companies?q=applicant").await.ok();
    assert_eq!(companies["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        companies["items"][0]["accounts"].as_array().unwrap().len(),
        1
    );
}
