//! Making, changing and ending webhooks: who may, what is refused, what is shown once and what is on record.

use chrono::Duration;
use quaymaster_domain::members::StaffRole;
use quaymaster_service::{Settings, housekeeping};
use quaymaster_tests::TestApp;
use serde_json::{Value, json};

use super::{Scene, receiver};

#[tokio::test]
async fn a_webhook_is_made_read_changed_and_ended() {
    let s = Scene::start().await;
    let made = s
        .create(
            "https://hooks.example.com/quaymaster",
            json!(["user.locked", "grant.accepted", "user.locked"]),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let secret = made.at("/signing_secret").as_str().unwrap().to_owned();
    assert!(
        secret.starts_with("whsec_") && secret.len() == 50,
        "{secret}"
    );
    let id = made.at("/webhook/id").as_str().unwrap().to_owned();
    let path = s.path(&format!("/{id}"));
    let read = s.owner.get(&path).await;
    assert_eq!(read.json(), made.json()["webhook"]);
    assert_eq!(
        read.at("/event_types"),
        json!(["user.locked", "grant.accepted"])
    );
    assert_eq!(read.at("/state"), "active");
    assert_eq!(read.at("/created_by_name"), "Test owner");

    let change = json!({ "description": null, "event_types": null, "paused": true });
    let changed = s.owner.patch(&path, read.header("etag"), &change).await;
    assert_eq!(changed.at("/state"), "paused");
    assert_eq!(changed.at("/event_types"), Value::Null);
    assert_eq!(changed.at("/description"), Value::Null);
    let late = s.owner.patch(&path, read.header("etag"), &change).await;
    assert_eq!(late.code(), "stale");

    let etag = changed.header("etag");
    assert_eq!(s.owner.delete_match(&path, etag).await.status, 204);
    let list = s.owner.get(&s.path("")).await.ok();
    assert_eq!(list, json!({ "items": [] }));
    assert_eq!(s.owner.get(&path).await.at("/state"), "ended");
    for refused in [
        s.owner.patch(&path, etag, &change).await,
        s.owner.delete_match(&path, etag).await,
        s.owner.post_empty(&format!("{path}/secret")).await,
        s.owner.post_empty(&format!("{path}/test-event")).await,
    ] {
        assert_eq!(refused.code(), "webhook-ended");
    }
    // Everything is on record, and the secret is nowhere.
    let trail = s
        .owner
        .get(&format!("/accounts/{}/audit-events", s.acme.account))
        .await
        .ok();
    let actions: Vec<&Value> = trail["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["action"])
        .collect();
    assert_eq!(actions, ["webhook.manage"; 3]);
    assert!(!trail.to_string().contains(&secret[6..]));
    let kept = s
        .app
        .database
        .number("SELECT COUNT(*) AS n FROM webhooks WHERE length(secret) > 60")
        .await;
    assert_eq!(kept, 1, "the secret is kept sealed");
}

#[tokio::test]
async fn addresses_that_are_not_sent_to_are_refused_at_once() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    let path = format!("/accounts/{}/webhooks", acme.account);
    for url in [
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/",
        "https://user:word@hooks.example.com/",
        "https://hooks.example.com/#part",
        "not an address",
        "",
    ] {
        let new = json!({ "url": url, "description": null, "event_types": null });
        let refused = owner.post(&path, &new).await;
        assert_eq!(refused.status, 422, "{url}");
        assert_eq!(refused.at("/errors/0/pointer"), "/url", "{}", refused.body);
    }
    for types in [
        json!([]),
        json!(["user.unheard_of"]),
        json!(["webhook.test"]),
    ] {
        let new = json!({ "url": "https://hooks.example.com/", "description": null, "event_types": types });
        assert_eq!(owner.post(&path, &new).await.status, 422, "{types}");
    }
}

#[tokio::test]
async fn an_account_has_ten_webhooks_and_proofs_grow_old() {
    let s = Scene::start().await;
    for n in 0..10 {
        s.hook(&format!("https://hooks.example.com/{n}")).await;
    }
    let refused = s.create("https://hooks.example.com/11", Value::Null).await;
    assert_eq!(refused.code(), "too-many-webhooks");
    s.app.clock.advance(Duration::minutes(11));
    let later = s.app.anon();
    let mut later = later;
    later.token.clone_from(&s.owner.token);
    let old = later
        .post(
            &s.path(""),
            &json!({ "url": "https://hooks.example.com/", "description": null, "event_types": null }),
        )
        .await;
    assert!(
        ["proof-required", "session-ended", "not-signed-in"].contains(&old.code().as_str()),
        "{}",
        old.body
    );
}

#[tokio::test]
async fn webhooks_are_for_owner_and_proxies_and_some_staff_read_them() {
    let app = TestApp::start_with(Settings::default()).await;
    let acme = app.world().company("acme").await;
    app.world().company("other").await;
    for (name, role) in [
        ("the.agent", StaffRole::SupportAgent),
        ("the.auditor", StaffRole::Auditor),
    ] {
        app.world().person(name, Some(role)).await;
    }
    let path = format!("/accounts/{}/webhooks", acme.account);
    let new =
        json!({ "url": "https://hooks.example.com/", "description": null, "event_types": null });
    for (name, reads, makes) in [
        ("acme.owner", 200, 201),
        ("acme.proxy", 200, 201),
        ("acme.user", 403, 403),
        ("other.owner", 404, 404),
        ("the.agent", 403, 403),
        ("the.auditor", 200, 403),
    ] {
        let caller = app.sign_in(name).await;
        assert_eq!(caller.get(&path).await.status, reads, "{name}");
        assert_eq!(caller.post(&path, &new).await.status, makes, "{name}");
    }
    // Nobody reaches the webhook of another account through the own one.
    let owner = app.sign_in("acme.owner").await;
    let mine = owner.get(&path).await.ok();
    let id = mine["items"][0]["id"].as_str().unwrap();
    let theirs = app.sign_in("other.owner").await;
    let their_account = theirs.get("/accounts").await.ok()["items"][0]["id"].clone();
    let through = format!(
        "/accounts/{}/webhooks/{id}",
        their_account.as_str().unwrap()
    );
    assert_eq!(theirs.get(&through).await.status, 404);
    assert_eq!(
        theirs.get(&format!("{through}/deliveries")).await.status,
        404
    );
    assert_eq!(
        theirs
            .post_empty(&format!("{through}/test-event"))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn both_secrets_sign_for_a_day_after_a_change() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    let (hook, old) = s.hook(&receiver.url("good")).await;
    let changed = s
        .owner
        .post_empty(&s.path(&format!("/{hook}/secret")))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let new = changed.at("/signing_secret").as_str().unwrap().to_owned();
    assert_ne!(old, new);
    s.act("Same day").await;
    s.round().await;
    s.app.clock.advance(Duration::hours(25));
    let owner = s.app.sign_in("acme.owner").await;
    owner
        .post_empty(&s.path(&format!("/{hook}/test-event")))
        .await;
    s.round().await;
    let got = receiver.got();
    assert!(got[0].is_signed_with(&old) && got[0].is_signed_with(&new));
    assert!(!got[1].is_signed_with(&old) && got[1].is_signed_with(&new));
    assert_eq!(got[1].event()["type"], "webhook.test");
    // Test events are not in the feed.
    let feed = owner
        .get(&format!("/accounts/{}/events", s.acme.account))
        .await
        .ok();
    assert_eq!(feed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_on_its_way_is_called_off_at_the_end_and_the_log_is_forgotten_later() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    let (hook, _) = s.hook(&receiver.url("fail")).await;
    s.act("Something").await;
    s.round().await;
    let path = s.path(&format!("/{hook}"));
    let etag = s.owner.get(&path).await.header("etag").to_owned();
    assert_eq!(s.owner.delete_match(&path, &etag).await.status, 204);
    assert_eq!(s.log(&hook).await[0]["state"], "called_off");
    s.app.clock.advance(Duration::hours(1));
    s.round().await;
    assert_eq!(receiver.got().len(), 1);
    s.app.clock.advance(Duration::days(31));
    housekeeping::tidy(&s.app.services).await.unwrap();
    for table in ["webhook_deliveries", "webhook_attempts"] {
        let left = s
            .app
            .database
            .number(&format!("SELECT COUNT(*) AS n FROM {table}"))
            .await;
        assert_eq!(left, 0, "{table}");
    }
}
