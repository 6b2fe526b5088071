//! Outgoing mail: from the outbox through durable jobs to a mail server or the demo's mailbox. What is written to whom
//! is decided elsewhere.

mod queue;
mod smtp;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use quaymaster_service::Services;
use quaymaster_service::mails::demo;
use quaymaster_service::mails::outbox::{Patience, QueuedMail, Undelivered};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::failure::Failure;
use smtp::Smtp;

/// Where mails go.
#[derive(Clone)]
enum Way {
    Smtp(Smtp),
    Mailbox(PathBuf),
}

/// Sends mails, one attempt at a time.
#[derive(Clone)]
struct Post {
    services: Services,
    way: Way,
    patience: Patience,
}

impl Post {
    async fn deliver(&self, mail: &QueuedMail, now: DateTime<Utc>) -> Result<(), Undelivered> {
        match &self.way {
            Way::Smtp(smtp) => smtp.send(mail).await,
            Way::Mailbox(folder) => {
                demo::deliver(folder, mail, now)
                    .await
                    .map_err(|error| Undelivered {
                        reason: error.to_string(),
                        for_good: false,
                    })
            }
        }
    }
}

/// Sends mails until told to stop; answers when the running attempts are over. Without a mail server, mails wait in
/// the outbox.
///
/// # Errors
/// When the settings of the mail server do not fit or the job tables cannot be made.
pub async fn start(
    config: &Config,
    services: Services,
    stop: CancellationToken,
) -> Result<Option<tokio::task::JoinHandle<()>>, Failure> {
    // The job tables are made even when nothing is sent: they are tidied in any case.
    queue::prepare(&services.db).await?;
    let way = match (&services.settings.demo_mailbox, &config.mail.host) {
        (Some(folder), _) => Way::Mailbox(folder.clone()),
        (None, Some(host)) => Way::Smtp(Smtp::new(&config.mail, host)?),
        (None, None) => {
            tracing::warn!("smtp.host is not set: mails wait in the outbox and nobody gets them");
            return Ok(None);
        }
    };
    let patience = Patience {
        max_attempts: config.mail.max_attempts,
        first_retry: chrono::Duration::from_std(config.mail.first_retry)
            .unwrap_or(chrono::Duration::seconds(15)),
    };
    let post = Post {
        services,
        way,
        patience,
    };
    Ok(Some(tokio::spawn(queue::run(post, stop))))
}
