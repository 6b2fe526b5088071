//! The one-time token with which the first administrator is made. Kept as a hash; there is one row at most.

use chrono::{DateTime, Utc};
use quaymaster_domain::members::StaffRole;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::setup_tokens::{ActiveModel, Column, Entity};
use crate::entities::users;
use crate::error::StoreError;

/// The only row's key.
const ROW: i64 = 1;

/// True when somebody who can sign in with a User ID is an administrator.
///
/// # Errors
/// When the database cannot answer.
pub async fn has_administrator(db: &impl Handle) -> Result<bool, StoreError> {
    let found = users::Entity::find()
        .filter(users::Column::StaffRole.eq(StaffRole::Administrator.as_str()))
        .filter(users::Column::UserKey.is_not_null())
        .count(&db.conn())
        .await?;
    Ok(found > 0)
}

/// Keeps a new token; an earlier one stops working.
///
/// # Errors
/// When the database refuses.
pub async fn replace_token(
    tx: &WriteTx,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(ROW),
        token_hash: Set(token_hash.to_owned()),
        created_at: Set(now),
        used_at: Set(None),
    };
    Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::Id)
                .update_columns([Column::TokenHash, Column::CreatedAt, Column::UsedAt])
                .to_owned(),
        )
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// True when this is the token that waits to be used.
///
/// # Errors
/// When the database cannot answer.
pub async fn is_open(db: &impl Handle, token_hash: &str) -> Result<bool, StoreError> {
    let row = Entity::find_by_id(ROW).one(&db.conn()).await?;
    Ok(row.is_some_and(|row| row.used_at.is_none() && row.token_hash == token_hash))
}

/// The same with the row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock_open(tx: &WriteTx, token_hash: &str) -> Result<bool, StoreError> {
    let row = Entity::find_by_id(ROW)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    Ok(row.is_some_and(|row| row.used_at.is_none() && row.token_hash == token_hash))
}

/// Notes that the token was used; it never works again.
///
/// # Errors
/// When the database refuses.
pub async fn use_token(tx: &WriteTx, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(ROW),
        used_at: Set(Some(now)),
        ..Default::default()
    };
    Entity::update(row).exec(&tx.conn()).await?;
    Ok(())
}
