//! Device cookies: browsers that have signed in before, each with its own count of failures.

use quaymaster_domain::ids::UserId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::db::{WriteTx, sealed::Sealed};
use crate::entities::device_cookies::{Column, Entity};
use crate::error::StoreError;

/// Clears the counts and locks of all known devices of a person.
///
/// # Errors
/// When the database refuses.
pub async fn clear_counts(tx: &WriteTx, user: UserId) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::FailedCount, Expr::value(0_i64))
        .col_expr(
            Column::LockedAt,
            Expr::value(None::<chrono::DateTime<chrono::Utc>>),
        )
        .filter(Column::UserId.eq(user.0))
        .exec(&tx.conn())
        .await?;
    Ok(())
}
