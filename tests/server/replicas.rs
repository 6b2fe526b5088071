//! Two replicas on one PostgreSQL, one of them killed under load: whoever asks the other one again is answered, and no
//! mail is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use reqwest::Client;

use crate::process::{MailServer, Place, free_port, queue_mails, until};

/// How many mails wait when the first replica dies.
const MAILS: usize = 120;

/// How many a worker sends at once: what is on its way when it dies may arrive twice.
const AT_ONCE: usize = 4;

fn recipient(mail: &str) -> Option<&str> {
    mail.lines()
        .find_map(|line| line.strip_prefix("X-Envelope-To: "))
}

#[tokio::test]
async fn a_killed_replica_takes_no_read_and_no_mail_with_it() {
    let mut place = Place::new().await;
    if !place.is_postgres() {
        return;
    }
    let smtp = free_port();
    place.set("QUAYMASTER_SMTP__HOST", "127.0.0.1");
    place.set("QUAYMASTER_SMTP__PORT", &smtp.to_string());
    place.set("QUAYMASTER_SMTP__TLS", "none");
    place.set("QUAYMASTER_MAIL__FIRST_RETRY_SECONDS", "1");
    let mail_server = MailServer::start(&place.folder.path().join("arrived"), smtp);
    let first = place.serve(&[]).await;
    let port = free_port();
    let second = place.serve_beside(port).await;

    // As a proxy does: what one replica does not answer, the other one is asked.
    let urls = [
        place.url("/api/v1/terms/current"),
        format!("http://localhost:{port}/api/v1/terms/current"),
    ];
    let (over, read) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let readers: Vec<_> = (0..8)
        .map(|n| {
            let (urls, over, read) = (urls.clone(), Arc::clone(&over), Arc::clone(&read));
            tokio::spawn(async move {
                let client = Client::new();
                let mut turn = n;
                while !over.load(Ordering::Relaxed) {
                    let mut answered = false;
                    for attempt in 0..2 {
                        let asked = client.get(&urls[(turn + attempt) % 2]).send().await;
                        if asked.is_ok_and(|answer| answer.status().is_success()) {
                            answered = true;
                            break;
                        }
                    }
                    assert!(answered, "neither replica answers");
                    read.fetch_add(1, Ordering::Relaxed);
                    turn += 1;
                }
            })
        })
        .collect();
    let database = place.database().await;
    queue_mails(&database, MAILS).await;
    until("some mails arrived", async || {
        (mail_server.arrived().len() >= 20).then_some(())
    })
    .await;
    first.kill();
    let before = mail_server.arrived().len();
    assert!(before < MAILS, "the kill came too late to show anything");
    let mails = until("every mail arrived", async || {
        let arrived = mail_server.arrived();
        let mut to: Vec<String> = arrived
            .iter()
            .filter_map(|mail| recipient(mail).map(str::to_owned))
            .collect();
        let all = to.len();
        to.sort();
        to.dedup();
        (to.len() == MAILS).then_some(all)
    })
    .await;
    assert!(mails <= MAILS + AT_ONCE, "{mails} mails for {MAILS}");
    over.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
    assert!(read.load(Ordering::Relaxed) > 100);
    database.close().await.unwrap();
    assert_eq!(second.stop(), Some(0));
}
