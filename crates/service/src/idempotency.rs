//! Requests that are sent again: a key is reserved before the work begins, its answer is kept for a day, and the same
//! request gets it again. Which requests take a key is decided where HTTP is.

use chrono::Duration;
use quaymaster_store::StoreError;
use quaymaster_store::constraint::Constraint;
use quaymaster_store::idempotency::{self as store, Key};

use crate::Services;
use crate::error::Fault;

pub use quaymaster_store::idempotency::{Answer, Key as IdempotencyKey};

/// How long an answer is kept.
const LIFE: Duration = Duration::hours(24);

/// After this time without an answer the request is taken for one whose outcome nobody recorded.
const LONGEST_REQUEST: Duration = Duration::minutes(2);

/// What a key stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reservation {
    /// It is new: do the work, then [`keep`] the answer or [`release`] the key.
    Fresh,
    /// The request was answered; give this answer.
    Answered(Answer),
    /// The request is being worked on.
    InProgress,
    /// The portal was stopped before the answer was recorded; whether the work was done is not known.
    OutcomeUnknown,
    /// The key was used for another request.
    Conflict,
}

/// The digest of a request under which its key is reserved. Keyed, because bodies may hold personal numbers that could
/// be guessed from a plain one.
#[must_use]
pub fn request_hash(s: &Services, request: &str, body: &[u8]) -> String {
    let body = crate::secrets::hex(&<sha2::Sha256 as sha2::Digest>::digest(body));
    s.secrets
        .keyed_digest("idempotency", &format!("{request}\n{body}"))
}

/// Reserves a key, or tells what it stands for.
///
/// # Errors
/// When the database cannot answer.
pub async fn reserve(s: &Services, key: &Key, request_hash: &str) -> Result<Reservation, Fault> {
    let now = s.now();
    let tx = s.db.begin_write().await?;
    if let Some(used) = store::lock(&tx, key).await? {
        if now - used.at < LIFE {
            return Ok(match used.answer {
                _ if used.request_hash != request_hash => Reservation::Conflict,
                Some(answer) => Reservation::Answered(answer),
                None if now - used.at < LONGEST_REQUEST => Reservation::InProgress,
                None => Reservation::OutcomeUnknown,
            });
        }
        store::release(&tx, key).await?;
    }
    match store::reserve(&tx, key, request_hash, now).await {
        Err(StoreError::Conflict(Constraint::IdempotencyKey)) => Ok(Reservation::InProgress),
        Err(other) => Err(other.into()),
        Ok(()) => {
            tx.commit_bookkeeping().await?;
            Ok(Reservation::Fresh)
        }
    }
}

/// Keeps the answer of a reserved key.
///
/// # Errors
/// When the database refuses.
pub async fn keep(s: &Services, key: &Key, answer: Answer) -> Result<(), Fault> {
    let tx = s.db.begin_write().await?;
    store::keep(&tx, key, answer).await?;
    Ok(tx.commit_bookkeeping().await?)
}

/// Frees a key whose request was refused, so that it can be mended and sent again.
///
/// # Errors
/// When the database refuses.
pub async fn release(s: &Services, key: &Key) -> Result<(), Fault> {
    let tx = s.db.begin_write().await?;
    store::release(&tx, key).await?;
    Ok(tx.commit_bookkeeping().await?)
}
