//! Counters of attempts on everything that takes a secret: of networks, of User IDs that nobody has, of challenge answers.
//! What a count means is decided by the domain; the counters of a user stand in the user's own row, those of known devices
//! in `devices`.

use chrono::{DateTime, Utc};
use quaymaster_domain::locks::Attempts;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryResult, Statement, Value,
};

use crate::db::{Reader, WriteTx, sealed::Sealed};
use crate::entities::attempt_counters;
use crate::error::{StoreError, corrupt};

/// Takes one try from the allowance of a network and answers how many were taken since when, this one included. A window
/// that began at or before `stale` is over and a new one begins. The row stays locked until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub async fn take(
    tx: &WriteTx,
    subject: &str,
    stale: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(i64, DateTime<Utc>), StoreError> {
    let row = returning(
        tx,
        "INSERT INTO attempt_counters (subject, failed_count, locked_at, window_started_at, updated_at) VALUES ($1, 1, NULL, $2, $2) \
         ON CONFLICT (subject) DO UPDATE SET \
         failed_count = CASE WHEN attempt_counters.window_started_at <= $3 THEN 1 ELSE attempt_counters.failed_count + 1 END, \
         window_started_at = CASE WHEN attempt_counters.window_started_at <= $3 THEN $2 ELSE attempt_counters.window_started_at END, \
         updated_at = $2 \
         RETURNING failed_count, locked_at, window_started_at",
        vec![subject.into(), now.into(), stale.into()],
    )
    .await?;
    Ok((
        row.try_get("", "failed_count")?,
        row.try_get("", "window_started_at")?,
    ))
}

/// How many tries of a network were taken since when, in a window that began after `stale`; nothing is taken.
///
/// # Errors
/// When the database refuses.
pub async fn taken(
    reader: &Reader<'_>,
    subject: &str,
    stale: DateTime<Utc>,
) -> Result<Option<(i64, DateTime<Utc>)>, StoreError> {
    use attempt_counters::Column;
    let row = attempt_counters::Entity::find()
        .filter(Column::Subject.eq(subject))
        .filter(Column::WindowStartedAt.gt(stale))
        .one(&reader.conn())
        .await?;
    Ok(row.map(|row| (row.failed_count, row.window_started_at)))
}

/// Gives back what [`take`] took, because the try was no failure.
///
/// # Errors
/// When the database refuses.
pub async fn give_back(tx: &WriteTx, subject: &str) -> Result<(), StoreError> {
    use attempt_counters::Column;
    attempt_counters::Entity::update_many()
        .col_expr(
            Column::FailedCount,
            Expr::col(Column::FailedCount).sub(1_i64),
        )
        .filter(Column::Subject.eq(subject))
        .filter(Column::FailedCount.gt(0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// A counter as kept, and since when it counts.
#[derive(Clone, Copy, Debug)]
pub struct Counter {
    /// The count.
    pub attempts: Attempts,
    /// When it was first counted after the last clearing.
    pub since: DateTime<Utc>,
}

/// Reads a counter and locks its row until the transaction ends; a missing one begins at nothing.
///
/// # Errors
/// When the database refuses or the row does not fit.
pub async fn lock(tx: &WriteTx, subject: &str, now: DateTime<Utc>) -> Result<Counter, StoreError> {
    let row = returning(
        tx,
        "INSERT INTO attempt_counters (subject, failed_count, locked_at, window_started_at, updated_at) VALUES ($1, 0, NULL, $2, $2) \
         ON CONFLICT (subject) DO UPDATE SET updated_at = $2 \
         RETURNING failed_count, locked_at, window_started_at",
        vec![subject.into(), now.into()],
    )
    .await?;
    Ok(Counter {
        attempts: Attempts {
            failed: count(
                "attempt_counters",
                subject,
                row.try_get("", "failed_count")?,
            )?,
            locked_at: row.try_get("", "locked_at")?,
        },
        since: row.try_get("", "window_started_at")?,
    })
}

/// Writes a counter that was read with [`lock`].
///
/// # Errors
/// When the database refuses.
pub async fn set(
    tx: &WriteTx,
    subject: &str,
    attempts: Attempts,
    since: DateTime<Utc>,
) -> Result<(), StoreError> {
    use attempt_counters::Column;
    attempt_counters::Entity::update_many()
        .col_expr(Column::FailedCount, Expr::value(i64::from(attempts.failed)))
        .col_expr(Column::LockedAt, Expr::value(attempts.locked_at))
        .col_expr(Column::WindowStartedAt, Expr::value(since))
        .filter(Column::Subject.eq(subject))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

async fn returning(tx: &WriteTx, sql: &str, values: Vec<Value>) -> Result<QueryResult, StoreError> {
    let conn = tx.conn();
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let row = conn.query_one_raw(statement).await?;
    row.ok_or_else(|| corrupt("attempt_counters", "subject", "", "no row came back"))
}

pub(crate) fn count(table: &'static str, id: impl ToString, value: i64) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|unfit| corrupt(table, "failed_count", id, unfit))
}
