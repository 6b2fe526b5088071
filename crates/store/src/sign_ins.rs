//! The record of tries to sign in, as the person and those who look after the account see it.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::{AccountId, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::sign_ins::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};
use crate::row;

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

/// A try to sign in of a member, and whose it was.
#[derive(Clone, Debug)]
pub struct MemberSignIn {
    /// The person.
    pub user: UserId,
    /// The person's User ID, once there is one.
    pub user_name: Option<String>,
    /// The person's name.
    pub name: String,
    /// The try.
    pub event: SignInEvent,
}

/// The last tries of people of these accounts, newest first. For a service that has asked the policy about the accounts.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of_members(
    db: &impl Handle,
    accounts: &[AccountId],
    most: u64,
) -> Result<Vec<MemberSignIn>, StoreError> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let ids = row::padded(accounts);
    let sql = format!(
        "SELECT e.id, e.user_id, e.at, e.outcome, e.device, e.network, u.user_name, u.given_name, u.family_name \
         FROM sign_ins e JOIN users u ON u.id = e.user_id \
         WHERE e.user_id IN (SELECT user_id FROM memberships WHERE account_id IN ({})) \
         ORDER BY e.id DESC LIMIT {most}",
        row::places(ids.len())
    );
    let rows = row::all(&db.conn(), &sql, ids.iter().map(|id| id.0.into())).await?;
    let mut found = Vec::with_capacity(rows.len());
    for one in rows {
        let given: String = one.try_get("", "given_name")?;
        let family: String = one.try_get("", "family_name")?;
        let event = Model::from_query_result(&one, "")?;
        found.push(MemberSignIn {
            user: one.try_get::<Uuid>("", "user_id")?.into(),
            user_name: one.try_get("", "user_name")?,
            name: format!("{given} {family}"),
            event: event.try_into()?,
        });
    }
    Ok(found)
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
