//! From the outbox to the mail server: taking what is due, and keeping what became of it. How a mail travels is the
//! server's business.

use chrono::{DateTime, Duration, Utc};
use quaymaster_domain::ids::MailId;
use quaymaster_store::mails::{self, Attempted};
pub use quaymaster_store::mails::{DueMail, QueuedMail};

use crate::Services;
use crate::error::Fault;

/// How long a mail belongs to the job that was made for it. Longer than any attempt, so that nothing is sent twice; after
/// that the job is taken for lost, and another one is made.
const LEASE: Duration = Duration::minutes(10);

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::hours(1);

/// How often and how soon a mail is tried again.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Attempts before it is given up.
    pub max_attempts: i64,
    /// Wait after the first failure; doubled after each further one, up to an hour.
    pub first_retry: Duration,
}

/// Why an attempt failed, in words for the support desk.
#[derive(Clone, Debug)]
pub struct Undelivered {
    /// What the mail server said, or why it was not reached.
    pub reason: String,
    /// It will never be taken, however often it is tried.
    pub for_good: bool,
}

/// Due mails, and the moment at which they were.
///
/// # Errors
/// When the database is away.
pub async fn due(s: &Services, limit: u64) -> Result<(Vec<DueMail>, DateTime<Utc>), Fault> {
    let now = s.now();
    Ok((mails::due(&s.db.reader(), now, limit).await?, now))
}

/// Notes that jobs were made for these mails, which were due at `now`.
///
/// # Errors
/// When the database is away.
pub async fn taken(s: &Services, due: &[DueMail], now: DateTime<Utc>) -> Result<(), Fault> {
    let tx = s.db.begin_write().await?;
    mails::taken(&tx, due, now, now + LEASE).await?;
    Ok(tx.commit_bookkeeping().await?)
}

/// The mail of a job, unless it was settled or tried since the job was made.
///
/// # Errors
/// When the database is away.
pub async fn open(s: &Services, id: MailId, attempts: i64) -> Result<Option<QueuedMail>, Fault> {
    let mail = mails::queued(&s.db.reader(), id).await?;
    Ok(mail.filter(|mail| mail.attempts == attempts))
}

/// Keeps what became of an attempt.
///
/// # Errors
/// When the database is away.
pub async fn settle(
    s: &Services,
    mail: &QueuedMail,
    outcome: Result<(), Undelivered>,
    patience: Patience,
) -> Result<(), Fault> {
    let now = s.now();
    let made = mail.attempts + 1;
    let outcome = match outcome {
        Ok(()) => Attempted::Sent(now),
        Err(undelivered) if undelivered.for_good || made >= patience.max_attempts => {
            tracing::error!(mail = %mail.id, template = mail.template, attempts = made, reason = undelivered.reason, "a mail was given up");
            Attempted::GivenUp(undelivered.reason)
        }
        Err(undelivered) => {
            let wait = wait_after(made, patience.first_retry);
            tracing::warn!(mail = %mail.id, template = mail.template, attempts = made, reason = undelivered.reason, again_in_seconds = wait.num_seconds(), "a mail could not be sent");
            Attempted::Again(now + wait, undelivered.reason)
        }
    };
    let tx = s.db.begin_write().await?;
    mails::attempted(&tx, mail.id, outcome).await?;
    Ok(tx.commit_bookkeeping().await?)
}

fn wait_after(made: i64, first: Duration) -> Duration {
    let doublings = u32::try_from(made - 1).unwrap_or(0).min(16);
    let seconds = first.num_seconds().saturating_mul(1 << doublings);
    Duration::seconds(seconds.min(LONGEST_WAIT.num_seconds()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let first = Duration::seconds(15);
        let waits: Vec<i64> = [1, 2, 3, 8, 9, 10, 500]
            .map(|made| wait_after(made, first).num_seconds())
            .to_vec();
        assert_eq!(waits, [15, 30, 60, 1920, 3600, 3600, 3600]);
    }
}
