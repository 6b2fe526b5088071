//! Device cookies: browsers that have signed in before, each with its own count of failures.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::UserId;
use quaymaster_domain::locks::Attempts;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::attempts::count;
use crate::db::{WriteTx, sealed::Sealed};
use crate::entities::device_cookies::{ActiveModel, Column, Entity, Model};
use crate::error::StoreError;

/// A browser that has signed in before, as one user's device.
#[derive(Clone, Copy, Debug)]
pub struct Device {
    /// The row.
    pub id: Uuid,
    /// Its own count.
    pub attempts: Attempts,
}

/// The device of a user that one of these cookies names, with its row locked. Without a user the same question is asked
/// about nobody.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    user: Option<UserId>,
    cookie_hashes: &[String],
) -> Result<Option<Device>, StoreError> {
    let found = of_cookies(user, cookie_hashes)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    found.map(device).transpose()
}

/// The same without a lock.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    tx: &WriteTx,
    user: Option<UserId>,
    cookie_hashes: &[String],
) -> Result<Option<Device>, StoreError> {
    let found = of_cookies(user, cookie_hashes).one(&tx.conn()).await?;
    found.map(device).transpose()
}

fn of_cookies(user: Option<UserId>, cookie_hashes: &[String]) -> sea_orm::Select<Entity> {
    let owner = user.map_or(Uuid::nil(), |user| user.0);
    // An empty list would make another statement.
    let nothing = [String::new()];
    let hashes = if cookie_hashes.is_empty() {
        &nothing[..]
    } else {
        cookie_hashes
    };
    Entity::find()
        .filter(Column::UserId.eq(owner))
        .filter(Column::CookieHash.is_in(hashes.iter().cloned()))
        .order_by_asc(Column::Id)
        .limit(1)
}

fn device(row: Model) -> Result<Device, StoreError> {
    Ok(Device {
        id: row.id,
        attempts: Attempts {
            failed: count("device_cookies", row.id, row.failed_count)?,
            locked_at: row.locked_at,
        },
    })
}

/// Writes a device's count.
///
/// # Errors
/// When the database refuses.
pub async fn set(tx: &WriteTx, device: Device) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(
            Column::FailedCount,
            Expr::value(i64::from(device.attempts.failed)),
        )
        .col_expr(Column::LockedAt, Expr::value(device.attempts.locked_at))
        .filter(Column::Id.eq(device.id))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Gives a known device its new cookie and a clean count.
///
/// # Errors
/// When the database refuses.
pub async fn rotate(
    tx: &WriteTx,
    id: Uuid,
    cookie_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        cookie_hash: Set(cookie_hash.to_owned()),
        failed_count: Set(0),
        locked_at: Set(None),
        last_used_at: Set(now),
        ..Default::default()
    };
    Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Keeps a device that has just signed in for the first time.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    tx: &WriteTx,
    id: Uuid,
    user: UserId,
    cookie_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = Model {
        id,
        user_id: user.0,
        cookie_hash: cookie_hash.to_owned(),
        failed_count: 0,
        locked_at: None,
        created_at: now,
        last_used_at: now,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Forgets devices that have not signed in since `before`. Answers how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &WriteTx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = Entity::delete_many()
        .filter(Column::LastUsedAt.lt(before))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// Clears the counts and locks of all known devices of a person.
///
/// # Errors
/// When the database refuses.
pub async fn clear_counts(tx: &WriteTx, user: UserId) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::FailedCount, Expr::value(0_i64))
        .col_expr(Column::LockedAt, Expr::value(None::<DateTime<Utc>>))
        .filter(Column::UserId.eq(user.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}
