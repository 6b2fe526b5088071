//! Answers kept for requests that are sent again with the same idempotency key.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ActiveValue::Unchanged, EntityTrait, QuerySelect};

use crate::db::{WriteTx, sealed::Sealed};
use crate::entities::idempotency_keys::{ActiveModel, Entity};
use crate::error::StoreError;

/// A key of a caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Whose.
    pub caller: String,
    /// As sent.
    pub key: String,
}

/// What is kept of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The headers that belong to the answer, JSON text.
    pub headers: String,
    /// The body.
    pub body: String,
}

/// A key that was used.
#[derive(Clone, Debug)]
pub struct Used {
    /// Digest of the request that it was used for.
    pub request_hash: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The answer, once there was one.
    pub answer: Option<Answer>,
}

/// A key's use, locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock(tx: &WriteTx, key: &Key) -> Result<Option<Used>, StoreError> {
    let row = Entity::find_by_id((key.caller.clone(), key.key.clone()))
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    Ok(row.map(|row| Used {
        request_hash: row.request_hash,
        at: row.created_at,
        answer: row
            .status
            .and_then(|status| u16::try_from(status).ok())
            .map(|status| Answer {
                status,
                headers: row.headers.unwrap_or_default(),
                body: row.body.unwrap_or_default(),
            }),
    }))
}

/// Reserves a key for a request.
///
/// # Errors
/// [`Constraint::IdempotencyKey`](crate::constraint::Constraint::IdempotencyKey) when it was reserved in the same instant.
pub async fn reserve(
    tx: &WriteTx,
    key: &Key,
    request_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        caller: Set(key.caller.clone()),
        idempotency_key: Set(key.key.clone()),
        request_hash: Set(request_hash.to_owned()),
        status: Set(None),
        headers: Set(None),
        body: Set(None),
        created_at: Set(now),
    };
    Entity::insert(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Keeps the answer of a reserved key.
///
/// # Errors
/// When the database refuses.
pub async fn keep(tx: &WriteTx, key: &Key, answer: Answer) -> Result<(), StoreError> {
    let Answer {
        status,
        headers,
        body,
    } = answer;
    let row = ActiveModel {
        caller: Unchanged(key.caller.clone()),
        idempotency_key: Unchanged(key.key.clone()),
        status: Set(Some(i64::from(status))),
        headers: Set(Some(headers)),
        body: Set(Some(body)),
        ..Default::default()
    };
    Entity::update(row).exec(&tx.conn()).await?;
    Ok(())
}

/// Frees a key.
///
/// # Errors
/// When the database refuses.
pub async fn release(tx: &WriteTx, key: &Key) -> Result<(), StoreError> {
    Entity::delete_by_id((key.caller.clone(), key.key.clone()))
        .exec(&tx.conn())
        .await?;
    Ok(())
}
