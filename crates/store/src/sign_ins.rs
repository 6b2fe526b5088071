//! The record of tries to sign in, as the person and those who look after the account see it.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::UserId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::sign_ins::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

/// How a try ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A session began.
    Succeeded,
    /// The password was wrong.
    Failed,
    /// Whatever the password was, the person was locked.
    RefusedLocked,
}

impl Outcome {
    /// The word in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::RefusedLocked => "refused_locked",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Succeeded, Self::Failed, Self::RefusedLocked]
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }
}

/// A try to sign in.
#[derive(Clone, Debug)]
pub struct SignInEvent {
    /// The row.
    pub id: Uuid,
    /// Whose; empty for a User ID that nobody has.
    pub user: Option<UserId>,
    /// When.
    pub at: DateTime<Utc>,
    /// How it ended.
    pub outcome: Outcome,
    /// Browser and system in words.
    pub device: String,
    /// Network address.
    pub network: String,
}

impl TryFrom<Model> for SignInEvent {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let outcome = Outcome::from_word(&row.outcome)
            .ok_or_else(|| corrupt("sign_ins", "outcome", row.id, &row.outcome))?;
        Ok(Self {
            id: row.id,
            user: row.user_id.map(Into::into),
            at: row.at,
            outcome,
            device: row.device,
            network: row.network,
        })
    }
}

/// Keeps a try.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, event: SignInEvent) -> Result<(), StoreError> {
    let SignInEvent {
        id,
        user,
        at,
        outcome,
        device,
        network,
    } = event;
    let row = Model {
        id,
        user_id: user.map(Into::into),
        at,
        outcome: outcome.as_str().to_owned(),
        device,
        network,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Notes that a try, kept as failed before the password was compared, has succeeded.
///
/// # Errors
/// When the database refuses.
pub async fn succeeded(tx: &WriteTx, id: Uuid) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Outcome, Expr::value(Outcome::Succeeded.as_str()))
        .filter(Column::Id.eq(id))
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// A person's tries, the newest first. The caller has asked the policy.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of_user(
    db: &impl Handle,
    user: UserId,
    page: &PageRequest,
) -> Result<Page<SignInEvent>, StoreError> {
    let mut select = Entity::find().filter(Column::UserId.eq(user.0));
    if let Some(after) = &page.after {
        select = select.filter(Column::Id.lt(after.id()));
    }
    let rows = select
        .order_by_desc(Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let events = rows
        .into_iter()
        .map(SignInEvent::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(events, page, |e| Cursor::new([e.id.to_string()])))
}

/// Forgets tries before a moment. Answers how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &WriteTx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = Entity::delete_many()
        .filter(Column::At.lt(before))
        .exec(&tx.conn())
        .await?;
    Ok(done.rows_affected)
}
