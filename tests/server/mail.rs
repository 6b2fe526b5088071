//! Mails travel over a real mail server, whatever happens to it or to the portal.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::process::{MailServer, Place, free_port, queue_mails, text_of, until};

async fn with_mail_server() -> (Place, u16) {
    let mut place = Place::new().await;
    let port = free_port();
    place.set("QUAYMASTER_SMTP__HOST", "127.0.0.1");
    place.set("QUAYMASTER_SMTP__PORT", &port.to_string());
    place.set("QUAYMASTER_SMTP__TLS", "none");
    place.set("QUAYMASTER_SMTP__TIMEOUT_SECONDS", "5");
    place.set("QUAYMASTER_MAIL__FIRST_RETRY_SECONDS", "1");
    place.set(
        "QUAYMASTER_MAIL__FROM",
        "Quaymaster <portal@harbor.example>",
    );
    (place, port)
}

fn recipients(mails: &[String]) -> BTreeSet<String> {
    mails
        .iter()
        .filter_map(|mail| {
            let line = mail.lines().find(|l| l.starts_with("X-Envelope-To: "))?;
            Some(line.trim_start_matches("X-Envelope-To: ").to_owned())
        })
        .collect()
}

#[tokio::test]
async fn mails_wait_while_the_mail_server_is_away_and_arrive_when_it_is_back() {
    let (place, port) = with_mail_server().await;
    let server = place.serve(&[]).await;
    let database = place.database().await;
    queue_mails(&database, 3).await;
    let error = until("a first attempt failed", async || {
        text_of(&database, "SELECT last_error FROM mails WHERE attempts > 0").await
    })
    .await;
    assert!(error.contains("onnect"), "{error}");
    let asked = Instant::now();
    let answer = reqwest::get(place.url("/api/v1/setup")).await.unwrap();
    assert!(answer.status().is_success());
    assert!(
        asked.elapsed() < Duration::from_secs(2),
        "requests do not wait for the mail server"
    );
    let folder = place.folder.path().join("arrived");
    let mail_server = MailServer::start(&folder, port);
    until("every mail is sent", async || {
        let waiting = text_of(
            &database,
            "SELECT MIN(recipient) FROM mails WHERE state <> 'sent'",
        )
        .await;
        waiting.is_none().then_some(())
    })
    .await;
    let arrived = mail_server.arrived();
    assert_eq!(arrived.len(), 3, "each mail came once: {arrived:?}");
    assert_eq!(recipients(&arrived).len(), 3);
    let first = &arrived[0];
    assert!(
        first.contains("From: Quaymaster <portal@harbor.example>"),
        "{first}"
    );
    assert!(first.contains("Auto-Submitted: auto-generated"), "{first}");
    let kept = text_of(&database, "SELECT MAX(body) FROM mails").await;
    assert_eq!(kept.as_deref(), Some(""), "what was sent is forgotten");
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test]
async fn a_portal_killed_in_the_middle_sends_the_rest_after_its_next_start() {
    let (place, port) = with_mail_server().await;
    let folder = place.folder.path().join("arrived");
    let mail_server = MailServer::start(&folder, port);
    let server = place.serve(&[]).await;
    let database = place.database().await;
    queue_mails(&database, 60).await;
    until("a few mails arrived", async || {
        (mail_server.arrived().len() >= 5).then_some(())
    })
    .await;
    server.kill();
    let before = recipients(&mail_server.arrived()).len();
    let server = place.serve(&[]).await;
    until("every mail arrived", async || {
        (recipients(&mail_server.arrived()).len() == 60).then_some(())
    })
    .await;
    assert!(before < 60, "the kill came too late to show anything");
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test]
async fn a_refused_address_is_given_up_and_kept_as_failed() {
    let (place, port) = with_mail_server().await;
    let folder = place.folder.path().join("arrived");
    let _mail_server = MailServer::start(&folder, port);
    let server = place.serve(&[]).await;
    let database = place.database().await;
    queue_mails(&database, 1).await;
    sea_orm::ConnectionTrait::execute_unprepared(
        &database,
        "UPDATE mails SET recipient = 'no address at all'",
    )
    .await
    .unwrap();
    let state = until("the mail is settled", async || {
        text_of(&database, "SELECT state FROM mails WHERE state <> 'queued'").await
    })
    .await;
    assert_eq!(state, "failed");
    drop(server);
}

/// A mail server that offers no TLS gets no mail, and the log says why.
#[tokio::test]
async fn no_mail_goes_out_in_the_clear_unless_told_so() {
    use std::io::{BufRead, BufReader, Write};

    let mut place = Place::new().await;
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    place.set("QUAYMASTER_SMTP__HOST", "127.0.0.1");
    let port = listener.local_addr().unwrap().port();
    place.set("QUAYMASTER_SMTP__PORT", &port.to_string());
    place.set("QUAYMASTER_SMTP__TIMEOUT_SECONDS", "5");
    place.set("QUAYMASTER_MAIL__FIRST_RETRY_SECONDS", "1");
    let heard = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let noted = heard.clone();
    std::thread::spawn(move || {
        for line in listener.incoming().flatten() {
            let mut answers = line.try_clone().unwrap();
            answers.write_all(b"220 mail.example\r\n").ok();
            for said in BufReader::new(line).lines().map_while(Result::ok) {
                noted.lock().unwrap().push_str(&format!("{said}\n"));
                answers.write_all(b"250 mail.example\r\n").ok();
            }
        }
    });
    let server = place.serve(&[]).await;
    let database = place.database().await;
    queue_mails(&database, 1).await;
    until("two attempts failed", async || {
        text_of(&database, "SELECT recipient FROM mails WHERE attempts > 1").await
    })
    .await;
    assert_eq!(server.stop(), Some(0));
    let heard = heard.lock().unwrap().clone();
    assert!(heard.contains("EHLO"), "{heard}");
    for word in ["MAIL FROM", "RCPT TO", "DATA", "person0", "Body"] {
        assert!(!heard.contains(word), "{heard}");
    }
    let log = place.read("log");
    let line = log
        .lines()
        .find(|line| line.contains("a mail could not be sent"));
    assert!(line.is_some_and(|line| line.contains("STARTTLS")), "{log}");
}
