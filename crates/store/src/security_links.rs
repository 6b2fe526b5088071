//! The "this was not me" links of security mails. Tokens are kept as hashes only. Whoever holds one is known by it, so the
//! finder takes no scope.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::UserId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::db::{WriteTx, sealed::Sealed};
use crate::entities::security_links::{Column, Entity, Model};
use crate::error::StoreError;

/// A link.
#[derive(Clone, Debug)]
pub struct SecurityLink {
    /// Identity.
    pub id: Uuid,
    /// To whom the mail went.
    pub user: UserId,
    /// Which letter it stood in.
    pub template: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
    /// When it was followed.
    pub used_at: Option<DateTime<Utc>>,
}

/// Keeps a link that goes out in a mail.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    tx: &WriteTx,
    new: &SecurityLink,
    token_hash: String,
) -> Result<(), StoreError> {
    let row = Model {
        id: new.id,
        token_hash,
        user_id: new.user.0,
        template: new.template.clone(),
        made_at: new.made_at,
        expires_at: new.expires_at,
        used_at: new.used_at,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// The link of a token, with its row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock(tx: &WriteTx, token_hash: &str) -> Result<Option<SecurityLink>, StoreError> {
    let row = Entity::find()
        .filter(Column::TokenHash.eq(token_hash))
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    Ok(row.map(|row| SecurityLink {
        id: row.id,
        user: row.user_id.into(),
        template: row.template,
        made_at: row.made_at,
        expires_at: row.expires_at,
        used_at: row.used_at,
    }))
}

/// Notes that a link was followed; it does not work again.
///
/// # Errors
/// When the database refuses.
pub async fn used(tx: &WriteTx, id: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(at))
        .filter(Column::Id.eq(id))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// Forgets links that have not worked since before a moment.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &WriteTx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = Entity::delete_many()
        .filter(Column::ExpiresAt.lt(before))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}
