//! Receivers that do not do what they should: each leaves a state and a sentence in the log, and nothing is lost.

use std::sync::atomic::Ordering;

use quaymaster_server::webhooks::Sender;
use serde_json::{Value, json};

use super::{Fixed, LIMITS, Scene, receiver};

fn outcome(newest: &Value) -> (&str, &str, &Value) {
    (
        newest["delivery"]["state"].as_str().unwrap(),
        newest["attempts"][0]["outcome"].as_str().unwrap(),
        &newest["attempts"][0]["status"],
    )
}

#[tokio::test]
async fn answers_that_are_no_yes_are_told_and_tried_again() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    for (path, expected, words) in [
        (
            "fail",
            ("waiting", "refused_status", json!(500)),
            "answered 500",
        ),
        (
            "redirect",
            ("waiting", "redirected", json!(302)),
            "Redirects are not followed",
        ),
        (
            "hang",
            ("waiting", "timed_out", Value::Null),
            "did not answer within 1.5 seconds",
        ),
    ] {
        let before = receiver.got().len();
        let (hook, _) = s.hook(&receiver.url(path)).await;
        s.owner
            .post_empty(&s.path(&format!("/{hook}/test-event")))
            .await;
        s.round().await;
        let newest = s.newest(&hook).await;
        let (state, what, status) = outcome(&newest);
        assert_eq!((state, what, status.clone()), expected, "{newest}");
        let told = newest["delivery"]["last_problem"].as_str().unwrap();
        assert!(told.contains(words), "{told}");
        assert!(newest["delivery"]["next_attempt_at"].is_string());
        assert_eq!(
            receiver.got().len(),
            before + 1,
            "{path} is asked once, and nothing else is"
        );
    }
}

#[tokio::test]
async fn what_a_receiver_says_is_kept_as_harmless_text() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    let (_, newest) = s.tried(&receiver.url("fail")).await;
    assert_eq!(
        newest["attempts"][0]["response"],
        "Out of order:  [31mdisk  full"
    );
}

#[tokio::test]
async fn ten_gigabytes_and_a_body_that_never_comes_are_not_waited_for() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    for path in ["flood", "slow-body"] {
        let started = std::time::Instant::now();
        let (hook, _) = s.hook(&receiver.url(path)).await;
        s.owner
            .post_empty(&s.path(&format!("/{hook}/test-event")))
            .await;
        s.round().await;
        let newest = s.newest(&hook).await;
        assert_eq!(outcome(&newest), ("delivered", "delivered", &json!(200)));
        assert!(
            started.elapsed() < std::time::Duration::from_secs(20),
            "{path}"
        );
        let kept = newest["attempts"][0]["response"]
            .as_str()
            .map_or(0, str::len);
        assert!(kept <= 1024, "{kept} bytes are kept");
    }
}

#[tokio::test]
async fn nobody_there_no_tls_and_no_http_have_words_of_their_own() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    // A port that was free a moment ago.
    let closed = std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap();
    let odd = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let nonsense = odd.local_addr().unwrap();
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt as _;
        while let Ok((mut stream, _)) = odd.accept().await {
            stream
                .write_all(b"220 mail.example.com ESMTP\r\n")
                .await
                .ok();
        }
    });
    for (url, expected) in [
        (format!("http://{closed}/"), "not_connected"),
        (format!("https://{}/good", receiver.address), "tls_failed"),
        (format!("http://{nonsense}/"), "broken_answer"),
    ] {
        let (hook, _) = s.hook(&url).await;
        s.owner
            .post_empty(&s.path(&format!("/{hook}/test-event")))
            .await;
        s.round().await;
        let newest = s.newest(&hook).await;
        assert_eq!(
            outcome(&newest),
            ("waiting", expected, &Value::Null),
            "{newest}"
        );
    }
    assert!(receiver.got().is_empty());
}

#[tokio::test]
async fn a_receiver_that_is_gone_pauses_its_webhook_and_the_owner_is_told() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    let (hook, newest) = s.tried(&receiver.url("gone")).await;
    assert_eq!(outcome(&newest), ("failed", "gone", &json!(410)));
    let path = s.path(&format!("/{hook}"));
    let read = s.owner.get(&path).await;
    assert_eq!(read.at("/state"), "paused");
    assert!(read.at("/paused_reason").as_str().unwrap().contains("410"));
    let mails = s
        .app
        .database
        .number("SELECT COUNT(*) AS n FROM mails WHERE template = 'webhook_paused'")
        .await;
    assert_eq!(mails, 1);
    // What happens meanwhile waits, and arrives when it goes on.
    s.act("While it is held").await;
    s.round().await;
    assert_eq!(receiver.got().len(), 1);
    assert_eq!(s.log(&hook).await[0]["state"], "waiting");
    let mended = json!({ "url": receiver.url("good"), "paused": false });
    s.owner
        .patch(&path, read.header("etag"), &mended)
        .await
        .ok();
    s.round().await;
    assert_eq!(s.log(&hook).await[0]["state"], "delivered");
}

/// The name led to a public address when the webhook was made, and leads to a private one when it is sent to.
#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_never_connected_to() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    let port = receiver.address.port();
    for (addresses, expected) in [
        (&["127.0.0.1"][..], "address_refused"),
        (&["10.1.2.3"], "address_refused"),
        (&["169.254.169.254"], "address_refused"),
        (&["::1"], "address_refused"),
        (&["::ffff:127.0.0.1"], "address_refused"),
        (&["fd00::1"], "address_refused"),
        // One private address among public ones.
        (&["1.1.1.1", "127.0.0.1"], "address_refused"),
        (&[], "not_resolved"),
    ] {
        let resolver = Fixed::at(addresses);
        let sender = Sender::with(false, LIMITS, resolver.clone()).unwrap();
        let (hook, _) = s
            .hook(&format!("https://hooks.example.com:{port}/good"))
            .await;
        s.owner
            .post_empty(&s.path(&format!("/{hook}/test-event")))
            .await;
        let begun = std::time::Instant::now();
        quaymaster_server::webhooks::round(&s.app.services, &sender)
            .await
            .unwrap();
        assert!(begun.elapsed() < std::time::Duration::from_secs(30));
        let newest = s.newest(&hook).await;
        assert_eq!(
            outcome(&newest),
            ("waiting", expected, &Value::Null),
            "{addresses:?}"
        );
        assert_eq!(
            resolver.1.load(Ordering::Relaxed),
            1,
            "asked once an attempt"
        );
        let etag = s
            .owner
            .get(&s.path(&format!("/{hook}")))
            .await
            .header("etag")
            .to_owned();
        let ended = s
            .owner
            .delete_match(&s.path(&format!("/{hook}")), &etag)
            .await;
        assert_eq!(ended.status, 204);
    }
    assert!(receiver.got().is_empty());
}

/// A webhook that leads to this machine was made while that was allowed; the sender does not take it.
#[tokio::test]
async fn a_private_address_that_got_into_the_database_is_not_sent_to() {
    let s = Scene::start().await;
    let receiver = receiver().await;
    let sender = Sender::with(false, LIMITS, Fixed::at(&["1.1.1.1"])).unwrap();
    for url in [
        receiver.url("good"),
        format!("https://{}/good", receiver.address),
        format!("https://localhost:{}/", receiver.address.port()),
    ] {
        let (hook, _) = s.hook(&url).await;
        s.owner
            .post_empty(&s.path(&format!("/{hook}/test-event")))
            .await;
        quaymaster_server::webhooks::round(&s.app.services, &sender)
            .await
            .unwrap();
        let newest = s.newest(&hook).await;
        assert_eq!(
            outcome(&newest),
            ("waiting", "address_refused", &Value::Null),
            "{url}"
        );
    }
    assert!(receiver.got().is_empty());
}
