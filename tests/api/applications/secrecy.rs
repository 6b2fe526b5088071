//! What a stranger learns from applying: nothing, neither from answers nor from their time, and not by trying often.

use std::time::Instant;

use chrono::Duration;
use quaymaster_service::Settings;
use quaymaster_tests::{Answer, TestApp};
use serde_json::{Value, json};

use super::{Applicant, CONTACT, NUMBER, form, hold, party, registrar, settings};

#[tokio::test]
async fn allowances_of_networks_and_identifiers() {
    let app = TestApp::start_with(Settings {
        applications_per_hour: 3,
        codes_per_day: 3,
        ..Settings::default()
    })
    .await;
    party(&app, "Applicant Trading Inc", Some(CONTACT), &[NUMBER]).await;
    let first = Applicant::begin(&app, &form(NUMBER, "ada@applicant.example")).await;
    for _ in 0..2 {
        app.clock.advance(Duration::minutes(1));
        first.post_empty("codes").await.ok();
    }
    app.clock.advance(Duration::minutes(1));
    assert_eq!(
        first.post_empty("codes").await.outcome(),
        (429, "throttled".to_owned())
    );
    // Another application for the same identifier has no codes either, one for an unknown identifier is counted alike.
    let body = form(NUMBER, "eve@applicant.example");
    assert_eq!(app.anon().post("/applications", &body).await.status, 429);
    // The way without a code stays open.
    let asked = first
        .post("review-requests", &json!({ "note": "No code has come." }))
        .await
        .ok();
    assert_eq!(asked["state"], "in_review");
    assert_eq!(
        app.anon().post("/applications", &json!({})).await.status,
        201
    );
    assert_eq!(
        app.anon().post("/applications", &json!({})).await.outcome(),
        (429, "throttled".to_owned())
    );
    app.clock.advance(Duration::hours(1));
    assert_eq!(
        app.anon().post("/applications", &json!({})).await.status,
        201
    );
}

#[tokio::test]
async fn a_stranger_learns_nothing_from_the_answers() {
    let app = TestApp::start_with(settings()).await;
    let other = app.world().company("other").await;
    party(
        &app,
        "Applicant Trading Inc",
        Some(CONTACT),
        &[NUMBER, "28-4000002AA"],
    )
    .await;
    hold(&app, other.account, other.sub_account.0, "28-4000002AA").await;
    let shape = |answer: &Answer| {
        let mut body = answer.json();
        body["resume_token"] = Value::Null;
        let application = body["application"].as_object_mut().unwrap();
        for own in ["id", "email", "identifier_value"] {
            application.remove(own);
        }
        (answer.status, body.to_string())
    };
    let anon = app.anon();
    let plain = anon
        .post("/applications", &form(NUMBER, "ada@applicant.example"))
        .await;
    let user = anon
        .post("/applications", &form(NUMBER, &other.owner.email))
        .await;
    let held = anon
        .post(
            "/applications",
            &form("28-4000002AA", "ada@applicant.example"),
        )
        .await;
    assert_eq!(shape(&plain), shape(&user), "who has a User ID");
    assert_eq!(
        shape(&plain),
        shape(&held),
        "which identifier stands in an account"
    );
    assert_eq!(plain.at("/application/state"), "awaiting_code");

    // A wrong token and an application that does not exist have one answer.
    let known = Applicant::of(&app, &plain);
    let wrong = app
        .anon()
        .with_header("application-token", "x")
        .get(&known.path)
        .await;
    let absent = app
        .anon()
        .with_header("application-token", "x")
        .get("/applications/01890000-0000-7000-8000-000000000000")
        .await;
    assert_eq!(wrong.outcome(), (404, "not-found".to_owned()));
    assert_eq!(wrong.outcome(), absent.outcome());
    assert_eq!(wrong.at("/detail"), absent.at("/detail"));
    assert_eq!(app.anon().get(&known.path).await.status, 404);

    // Only the registrar sees that the e-mail belongs to a user.
    let as_user = Applicant::begin(&app, &form(NUMBER, &other.owner.email)).await;
    let confirmed = as_user.confirm(&app, CONTACT).await.ok();
    assert_eq!(confirmed["state"], "in_review");
    let registrar = registrar(&app).await;
    let review = registrar
        .get(&format!("/applications/{}/review", as_user.id))
        .await
        .ok();
    assert_eq!(review["checks"]["email_is_new"], false);
}

/// The middle of the times that a request takes, after a few rounds to warm up; both kinds take turns.
async fn middle_times(app: &TestApp, bodies: [Value; 2]) -> [f64; 2] {
    let anon = app.anon();
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..48 {
        for (body, times) in bodies.iter().zip(&mut times) {
            let started = Instant::now();
            assert_eq!(anon.post("/applications", body).await.status, 201);
            if round >= 8 {
                times.push(started.elapsed().as_secs_f64());
            }
        }
    }
    times.map(|mut all| {
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    })
}

#[tokio::test]
async fn a_stranger_learns_nothing_from_the_time() {
    let app = TestApp::start_with(settings()).await;
    let other = app.world().company("other").await;
    party(
        &app,
        "Applicant Trading Inc",
        Some(CONTACT),
        &[NUMBER, "28-4000002AA"],
    )
    .await;
    hold(&app, other.account, other.sub_account.0, "28-4000002AA").await;
    for bodies in [
        [
            form(NUMBER, "nobody.owner@example.com"),
            form(NUMBER, &other.owner.email),
        ],
        [
            form(NUMBER, "a@applicant.example"),
            form("28-4000002AA", "b@applicant.example"),
        ],
    ] {
        // A difference that is there stays; one by chance does not come back three times.
        let mut closest = f64::INFINITY;
        for _ in 0..3 {
            let [one, two] = middle_times(&app, bodies.clone()).await;
            closest = closest.min((one - two).abs() / one.min(two));
        }
        assert!(
            closest < 0.25,
            "the times differ by {:.0} %",
            closest * 100.0
        );
    }
}
