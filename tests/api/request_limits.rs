//! The limit of requests of a caller.

use std::num::NonZeroU32;

use chrono::Duration;
use futures_util::future::join_all;
use quaymaster_service::Settings;
use quaymaster_service::request_limits::{HELD_BACK, MOST_HELD_BACK, RequestLimit};
use quaymaster_tests::TestApp;
use serde_json::json;

async fn limited(per_minute: u32, at_once: u32) -> TestApp {
    let number = |n| NonZeroU32::new(n).unwrap();
    TestApp::start_with(Settings {
        request_limit: Some(RequestLimit {
            per_minute: number(per_minute),
            at_once: number(at_once),
            replicas: number(1),
        }),
        ..Default::default()
    })
    .await
}

#[tokio::test]
async fn who_sends_too_much_is_told_when_to_go_on_and_nobody_else_notices() {
    let app = limited(30, 5).await;
    app.world().company("acme").await;
    let flood = app.sign_in("acme.owner").await;
    let other = app.sign_in("acme.user").await;
    for left in (0..5).rev() {
        let answer = flood.get("/me").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("ratelimit-policy"), "\"caller\";q=5;w=10");
        let (limit, full) = (answer.header("ratelimit"), (5 - left) * 2);
        assert_eq!(limit, format!("\"caller\";r={left};t={full}"));
    }
    // A write is refused before anything of it is done.
    let refused = flood
        .patch("/me", "\"1\"", &json!({ "given_name": "Other" }))
        .await;
    assert_eq!(refused.outcome(), (429, "rate-limited".to_owned()));
    assert_eq!(refused.header("retry-after"), "2");
    assert_eq!(refused.header("ratelimit"), "\"caller\";r=0;t=10");
    assert_eq!(flood.get("/nowhere").await.code(), "rate-limited");
    // Also where nobody needs a token: this one names who asks.
    assert_eq!(flood.get("/terms/current").await.code(), "rate-limited");

    let calm = other.get("/me").await;
    assert_eq!(calm.header("ratelimit"), "\"caller\";r=4;t=2");

    // Another session of the same person has the same bucket.
    let again = app.sign_in("acme.owner").await;
    assert_eq!(again.get("/me").await.code(), "rate-limited");

    app.clock.advance(Duration::seconds(2));
    let me = flood.get("/me").await;
    assert_ne!(me.ok()["given_name"], "Other");
    assert_eq!(flood.get("/me").await.code(), "rate-limited");
    app.clock.advance(Duration::seconds(60));
    assert_eq!(
        flood.get("/me").await.header("ratelimit"),
        "\"caller\";r=4;t=2"
    );
}

/// A hundred milliseconds each, and only so many at a time: the others lose the connection, so that nobody is refused tens of
/// thousands of times a second.
#[tokio::test]
async fn refusals_are_held_back_and_who_floods_beyond_that_loses_the_connection() {
    let app = limited(30, 1).await;
    app.world().company("acme").await;
    let flood = app.sign_in("acme.owner").await;
    assert_eq!(flood.get("/me").await.status, 200);
    let begun = std::time::Instant::now();
    let refused = flood.get("/me").await;
    assert_eq!(refused.outcome(), (429, "rate-limited".to_owned()));
    assert!(begun.elapsed() >= HELD_BACK, "{:?}", begun.elapsed());
    assert!(refused.headers.get("connection").is_none());

    // All places are taken, but for the moments between two rounds.
    let services = app.services.clone();
    let others = tokio::spawn(async move {
        let held = || (0..MOST_HELD_BACK).map(|_| services.request_limits.hold_back());
        loop {
            join_all(held()).await;
        }
    });
    let mut closed = false;
    for _ in 0..100 {
        let refused = flood.get("/me").await;
        assert_eq!(refused.outcome(), (429, "rate-limited".to_owned()));
        closed = refused
            .headers
            .get("connection")
            .is_some_and(|c| c == "close");
        if closed {
            break;
        }
    }
    others.abort();
    assert!(closed, "the connection was never closed");
}

#[tokio::test]
async fn who_is_not_signed_in_has_no_bucket() {
    let app = limited(30, 1).await;
    app.world().company("acme").await;
    let mut anon = app.anon();
    for _ in 0..3 {
        // There are none in this world.
        assert_eq!(anon.get("/terms/current").await.code(), "not-found");
        let nobody = anon.get("/me").await;
        assert_eq!(nobody.outcome(), (401, "not-signed-in".to_owned()));
    }
    // A token that nobody issued costs nobody anything.
    let known = app.sign_in("acme.user").await;
    anon.token = Some("x.y.z".to_owned());
    for _ in 0..3 {
        assert_eq!(anon.get("/me").await.status, 401);
    }
    assert_eq!(known.get("/me").await.status, 200);
}
