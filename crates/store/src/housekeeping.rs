//! Rows that have served their purpose. Nothing of the domain is deleted here, only the machinery's leavings.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    QueryTrait,
};

use crate::db::{WriteTx, sealed::Sealed};
use crate::entities::{attempt_counters, idempotency_keys, refresh_tokens, sessions};
use crate::error::StoreError;

/// Forgets answers kept for repeated requests.
///
/// # Errors
/// When the database refuses.
pub async fn forget_idempotency_keys(
    tx: &WriteTx,
    before: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let done = idempotency_keys::Entity::delete_many()
        .filter(idempotency_keys::Column::CreatedAt.lt(before))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// Forgets counts of attempts that nobody has added to for long.
///
/// # Errors
/// When the database refuses.
pub async fn forget_attempt_counters(
    tx: &WriteTx,
    before: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let done = attempt_counters::Entity::delete_many()
        .filter(attempt_counters::Column::UpdatedAt.lt(before))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// Forgets the refresh tokens of sessions that ended before this moment, by themselves or by somebody.
///
/// # Errors
/// When the database refuses.
pub async fn forget_refresh_tokens(tx: &WriteTx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let over = sessions::Entity::find()
        .select_only()
        .column(sessions::Column::Id)
        .filter(
            sessions::Column::EndedAt
                .lt(before)
                .or(sessions::Column::AbsoluteExpiresAt.lt(before)),
        )
        .into_query();
    let done = refresh_tokens::Entity::delete_many()
        .filter(refresh_tokens::Column::SessionId.in_subquery(over))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// Forgets jobs that are done and workers that are gone. The tables are the job library's own.
///
/// # Errors
/// When the database refuses.
pub async fn forget_jobs(tx: &WriteTx, before: DateTime<Utc>) -> Result<(), StoreError> {
    let conn = tx.conn();
    let second = before.timestamp();
    let statements = if conn.get_database_backend() == DbBackend::Sqlite {
        [
            format!(
                "DELETE FROM Jobs WHERE (status IN ('Done', 'Killed') OR (status = 'Failed' AND attempts >= max_attempts)) AND done_at < {second}"
            ),
            format!(
                "DELETE FROM Workers WHERE last_seen < {second} AND NOT EXISTS (SELECT 1 FROM Jobs WHERE lock_by = Workers.id)"
            ),
        ]
    } else {
        [
            format!(
                "DELETE FROM apalis.jobs WHERE (status IN ('Done', 'Killed') OR (status = 'Failed' AND attempts >= max_attempts)) AND done_at < to_timestamp({second})"
            ),
            format!(
                "DELETE FROM apalis.workers w WHERE w.last_seen < to_timestamp({second}) AND NOT EXISTS (SELECT 1 FROM apalis.jobs j WHERE j.lock_by = w.id)"
            ),
        ]
    };
    for statement in statements {
        conn.execute_unprepared(&statement).await?;
    }
    Ok(())
}
