//! What arrives: the event, once and signed, in order while all is well; again after a failure; to nobody else.

use chrono::Duration;
use quaymaster_domain::members::MemberRole;
use quaymaster_server::webhooks::run;
use quaymaster_service::webhooks::deliver;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{Scene, receiver, sender};

#[tokio::test]
async fn events_arrive_once_in_order_and_signed() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    s.act("Before there was a webhook").await;
    s.app.clock.advance(Duration::seconds(1));
    let (hook, secret) = s.hook(&receiver.url("good?tenant=7")).await;
    for name in ["Pier 1", "Pier 2", "Pier 3"] {
        s.app.clock.advance(Duration::seconds(1));
        s.act(name).await;
    }
    s.round().await;
    s.round().await;
    let got = receiver.got();
    let feed = s
        .owner
        .get(&format!("/accounts/{}/events?after=1", s.acme.account))
        .await
        .ok();
    assert_eq!(got.len(), 3);
    for (one, told) in got.iter().zip(feed["items"].as_array().unwrap()) {
        assert!(one.is_signed_with(&secret), "{one:?}");
        let mut event = one.event();
        // The feed writes moments without trailing zeros.
        event["time"] = told["time"].clone();
        assert_eq!(event, *told, "the same event as in the feed");
        assert_eq!(one.header("webhook-id"), told["id"].as_str().unwrap());
        assert_eq!(
            one.header("webhook-timestamp"),
            s.app.services.now().timestamp().to_string()
        );
        assert_eq!(
            one.header("content-type"),
            "application/cloudevents+json; charset=utf-8"
        );
        let mut changed = one.clone();
        changed.body.push(' ');
        assert!(!changed.is_signed_with(&secret), "another body");
    }
    let log = s.log(&hook).await;
    assert!(
        log.iter()
            .all(|d| d["state"] == "delivered" && d["attempts_made"] == 1),
        "{log:?}"
    );
}

#[tokio::test]
async fn only_the_chosen_events_of_the_own_account_arrive() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    let other = s.app.world().company("other").await;
    let theirs = s.app.sign_in("other.owner").await;
    let url = receiver.url("good");
    let made = s.create(&url, json!(["user.reactivated"])).await;
    assert_eq!(made.status, 201, "{}", made.body);
    s.act("Not chosen").await;
    s.app
        .world()
        .member(other.account, &s.acme.user, MemberRole::User)
        .await;
    theirs
        .post(
            &format!("/accounts/{}/sub-accounts", other.account),
            &json!({ "name": "Theirs", "activity": "importer" }),
        )
        .await;
    s.app.world().lock(&s.acme.proxy).await;
    s.owner
        .post(
            &format!(
                "/accounts/{}/users/{}/reactivation",
                s.acme.account, s.acme.proxy.id
            ),
            &json!({ "temporary_password": false }),
        )
        .await
        .ok();
    s.round().await;
    let got = receiver.got();
    assert_eq!(got.len(), 1, "{got:?}");
    assert_eq!(got[0].event()["type"], "user.reactivated");
    assert_eq!(
        got[0].event()["data"],
        json!({ "account_id": s.acme.account.to_string(), "user_id": s.acme.proxy.id.to_string() })
    );
}

#[tokio::test]
async fn a_failed_event_comes_again_under_the_same_id_after_a_growing_time() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    let (hook, secret) = s.hook(&receiver.url("fail-twice")).await;
    s.act("Something").await;
    s.round().await;
    // 15 seconds, then 30, each up to a fifth less.
    for (seconds, attempts) in [(11, 1), (4, 2), (23, 2), (7, 3), (120, 3)] {
        s.app.clock.advance(Duration::seconds(seconds));
        s.round().await;
        assert_eq!(receiver.got().len(), attempts, "{seconds} seconds later");
    }
    let got = receiver.got();
    assert_eq!(got.len(), 3, "twice refused, then taken");
    assert!(
        got.iter()
            .all(|one| one.header("webhook-id") == got[0].header("webhook-id"))
    );
    assert!(got.iter().all(|one| one.body == got[0].body));
    assert!(got.iter().all(|one| one.is_signed_with(&secret)));
    let times: Vec<i64> = got
        .iter()
        .map(|one| one.header("webhook-timestamp").parse().unwrap())
        .collect();
    assert!(times[0] < times[1] && times[1] < times[2], "{times:?}");
    let newest = s.newest(&hook).await;
    assert_eq!(newest["delivery"]["state"], "delivered");
    assert_eq!(newest["delivery"]["last_problem"], Value::Null);
    let outcomes: Vec<&str> = newest["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["delivered", "refused_status", "refused_status"]);
    assert_eq!(newest["attempts"][1]["status"], 503);
}

#[tokio::test]
async fn after_three_days_it_is_given_up_the_owner_is_told_and_it_can_be_sent_again() {
    let s = Scene::start().await;
    let broken = receiver().await;
    let (hook, _) = s.hook(&broken.url("fail")).await;
    s.act("One").await;
    s.act("Two").await;
    for _ in 0..200 {
        s.round().await;
        s.app.clock.advance(Duration::minutes(30));
    }
    let tries = broken.got().len();
    assert!((40..80).contains(&tries), "{tries} attempts for two events");
    let owner = s.app.sign_in("acme.owner").await;
    let log = owner
        .get(&s.path(&format!("/{hook}/deliveries?state=failed")))
        .await
        .ok();
    let failed = log["items"].as_array().unwrap().clone();
    assert_eq!(failed.len(), 2);
    assert_eq!(
        failed[0]["last_problem"],
        "The receiver answered 500; only 2xx counts as received."
    );
    let mails = s
        .app
        .database
        .number("SELECT COUNT(*) AS n FROM mails WHERE template = 'webhook_given_up'")
        .await;
    assert_eq!(mails, 1, "one letter a day for a webhook");

    // The receiver is mended: one by hand, then the rest at once.
    let good = receiver().await;
    let path = s.path(&format!("/{hook}"));
    let read = owner.get(&path).await;
    owner
        .patch(
            &path,
            read.header("etag"),
            &json!({ "url": good.url("good") }),
        )
        .await
        .ok();
    let one = format!(
        "{path}/deliveries/{}/redelivery",
        failed[1]["id"].as_str().unwrap()
    );
    assert_eq!(owner.post_empty(&one).await.status, 202);
    assert_eq!(owner.post_empty(&one).await.code(), "delivery-waiting");
    let rest = owner
        .post(
            &format!("{path}/redeliveries"),
            &json!({ "since": "2026-03-01T00:00:00Z" }),
        )
        .await;
    assert_eq!((rest.status, rest.at("/deliveries")), (202, json!(1)));
    s.round().await;
    assert_eq!(good.got().len(), 2);
    let after = owner.get(&path).await.ok();
    assert_eq!(
        (&after["waiting"], &after["failed"]),
        (&json!(0), &json!(0))
    );
}

/// A sender that died took an event along; it comes back when its lease is over.
#[tokio::test]
async fn what_a_dead_sender_took_is_sent_by_another() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    let (hook, _) = s.hook(&receiver.url("good")).await;
    s.act("Something").await;
    quaymaster_service::webhooks::hand_out_all(&s.app.services)
        .await
        .unwrap();
    let id = hook.parse::<uuid::Uuid>().unwrap().into();
    let taken = deliver::take(&s.app.services, id).await.unwrap();
    assert!(taken.is_some());
    s.round().await;
    assert_eq!(receiver.got().len(), 0, "it belongs to the one who took it");
    s.app.clock.advance(Duration::minutes(2));
    s.round().await;
    assert_eq!(receiver.got().len(), 1);
    // The dead one was only slow: what it says now changes nothing.
    let late = sender().send(&taken.clone().unwrap()).await;
    deliver::settle(&s.app.services, &taken.unwrap(), late)
        .await
        .unwrap();
    let newest = s.newest(&hook).await;
    assert_eq!(newest["delivery"]["state"], "delivered");
    assert_eq!(newest["delivery"]["attempts_made"], 1);
}

/// Two replicas at once: everything arrives, and nothing twice.
#[tokio::test]
async fn two_senders_share_the_work() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    for n in 0..3 {
        s.hook(&receiver.url(&format!("good/{n}"))).await;
    }
    for n in 0..8 {
        s.act(&format!("Branch {n}")).await;
    }
    tokio::join!(s.round(), s.round());
    s.round().await;
    let mut got: Vec<(String, String)> = receiver
        .got()
        .iter()
        .map(|one| (one.path.clone(), one.header("webhook-id").to_owned()))
        .collect();
    assert_eq!(got.len(), 24);
    got.sort();
    got.dedup();
    assert_eq!(got.len(), 24);
}

#[tokio::test]
async fn a_receiver_that_hangs_blocks_nobody() {
    let s = Scene::start().await;
    let (slow, quick) = (receiver().await, receiver().await);
    let (hanging, _) = s.hook(&slow.url("hang")).await;
    s.hook(&quick.url("good")).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(run(s.app.services.clone(), sender(), stop.clone()));
    for n in 0..10 {
        s.act(&format!("Branch {n}")).await;
    }
    let arrived = async {
        while quick.got().len() < 10 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), arrived)
        .await
        .expect("the quick receiver waits for the slow one");
    // One place at a time, one event at a time.
    assert!(slow.got().len() < 10, "{}", slow.got().len());
    stop.cancel();
    running.await.unwrap();
    let log = s.log(&hanging).await;
    assert_eq!(log.len(), 10, "nothing is lost");
    assert!(log.iter().all(|d| d["state"] == "waiting"), "{log:?}");
}
