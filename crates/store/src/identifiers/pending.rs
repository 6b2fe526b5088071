//! Identifiers that the register does not know: they wait for the registrar and block nobody else meanwhile.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::{AccountId, PendingVerificationId, SubAccountId};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{StoredIdentifier, kind};
use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::pending_identifiers::{ActiveModel, Column, Entity, Model};
use crate::entities::sub_accounts;
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

/// Where a pending verification stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PendingState {
    /// Waits for the registrar.
    Pending,
    /// The identifier was added.
    Accepted,
    /// It was not.
    Rejected,
}

impl PendingState {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }
}

/// An identifier that waits or waited for the registrar.
#[derive(Clone, Debug)]
pub struct PendingIdentifier {
    /// Identity.
    pub id: PendingVerificationId,
    /// The account that asked.
    pub account: AccountId,
    /// The sub-account that it is for.
    pub sub_account: SubAccountId,
    /// Its name.
    pub sub_account_name: String,
    /// The identifier.
    pub identifier: StoredIdentifier,
    /// Where it stands.
    pub state: PendingState,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// By whom.
    pub requested_by_name: String,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// The registrar's reason.
    pub reason: Option<String>,
}

fn pending(
    (row, sub): (Model, Option<sub_accounts::Model>),
) -> Result<PendingIdentifier, StoreError> {
    let sub = sub.ok_or_else(|| {
        corrupt(
            "pending_identifiers",
            "sub_account_id",
            row.id,
            "no such sub-account",
        )
    })?;
    let state = match row.state.as_str() {
        "pending" => PendingState::Pending,
        "accepted" => PendingState::Accepted,
        "rejected" => PendingState::Rejected,
        other => return Err(corrupt("pending_identifiers", "state", row.id, other)),
    };
    Ok(PendingIdentifier {
        id: row.id.into(),
        account: row.account_id.into(),
        sub_account: row.sub_account_id.into(),
        sub_account_name: sub.name,
        identifier: StoredIdentifier {
            kind: kind("pending_identifiers", row.id, &row.kind)?,
            lookup: row.lookup,
            shown: row.shown,
            cipher: row.cipher,
        },
        state,
        requested_at: row.requested_at,
        requested_by_name: row.requested_by_name,
        decided_at: row.decided_at,
        reason: row.reason,
    })
}

fn with_sub_account() -> sea_orm::SelectTwo<Entity, sub_accounts::Entity> {
    let to_sub = Entity::belongs_to(sub_accounts::Entity)
        .from(Column::SubAccountId)
        .to(sub_accounts::Column::Id)
        .into();
    Entity::find()
        .join(JoinType::InnerJoin, to_sub)
        .select_also(sub_accounts::Entity)
}

/// What waits in some sub-accounts. The sub-accounts must come from a finder that took the reader's scope.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of_sub_accounts(
    db: &impl Handle,
    seen: &[SubAccountId],
) -> Result<Vec<PendingIdentifier>, StoreError> {
    if seen.is_empty() {
        return Ok(Vec::new());
    }
    with_sub_account()
        .filter(Column::SubAccountId.is_in(seen.iter().map(|s| s.0)))
        .filter(Column::State.eq(PendingState::Pending.as_str()))
        .order_by_asc(Column::Id)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(pending)
        .collect()
}

/// All of them, the newest first; for readers who may see everything.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    state: Option<PendingState>,
    page: &PageRequest,
) -> Result<Page<PendingIdentifier>, StoreError> {
    if scope.reason().is_none() {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut wanted = Condition::all();
    if let Some(state) = state {
        wanted = wanted.add(Column::State.eq(state.as_str()));
    }
    if let Some(after) = &page.after {
        wanted = wanted.add(Column::Id.lt(after.id()));
    }
    let rows = with_sub_account()
        .filter(wanted)
        .order_by_desc(Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let found = rows
        .into_iter()
        .map(pending)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |p| Cursor::new([p.id.to_string()])))
}

/// The account that one of them waits in.
///
/// # Errors
/// When the database cannot answer.
pub async fn account_of(
    tx: &WriteTx,
    id: PendingVerificationId,
) -> Result<Option<AccountId>, StoreError> {
    let account: Option<uuid::Uuid> = Entity::find_by_id(id.0)
        .select_only()
        .column(Column::AccountId)
        .into_tuple()
        .one(&tx.conn())
        .await?;
    Ok(account.map(Into::into))
}

/// One of them with its row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    id: PendingVerificationId,
) -> Result<Option<PendingIdentifier>, StoreError> {
    let conn = tx.conn();
    let row = Entity::find_by_id(id.0).lock_exclusive().one(&conn).await?;
    let Some(row) = row else { return Ok(None) };
    let sub = sub_accounts::Entity::find_by_id(row.sub_account_id)
        .one(&conn)
        .await?;
    pending((row, sub)).map(Some)
}

/// Lets an identifier wait.
///
/// # Errors
/// [`Constraint::PendingIdentifier`](crate::constraint::Constraint::PendingIdentifier) when it waits there already.
pub async fn insert(tx: &WriteTx, new: &PendingIdentifier) -> Result<(), StoreError> {
    let row = Model {
        id: new.id.0,
        account_id: new.account.0,
        sub_account_id: new.sub_account.0,
        kind: new.identifier.kind.as_str().to_owned(),
        lookup: new.identifier.lookup.clone(),
        shown: new.identifier.shown.clone(),
        cipher: new.identifier.cipher.clone(),
        state: new.state.as_str().to_owned(),
        requested_at: new.requested_at,
        requested_by_name: new.requested_by_name.clone(),
        decided_at: None,
        decided_by_name: None,
        reason: None,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Writes the decision on one whose row is locked.
///
/// # Errors
/// When the database refuses.
pub async fn decide(
    tx: &WriteTx,
    id: PendingVerificationId,
    state: PendingState,
    by_name: &str,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let change = ActiveModel {
        id: Unchanged(id.0),
        state: Set(state.as_str().to_owned()),
        decided_at: Set(Some(at)),
        decided_by_name: Set(Some(by_name.to_owned())),
        reason: Set(Some(reason.to_owned())),
        ..Default::default()
    };
    Entity::update(change)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Withdraws one that still waits in a sub-account. Tells what it was.
///
/// # Errors
/// When the database refuses.
pub async fn withdraw(
    tx: &WriteTx,
    sub_account: SubAccountId,
    id: PendingVerificationId,
) -> Result<Option<StoredIdentifier>, StoreError> {
    let waiting = lock(tx, id).await?;
    let Some(waiting) =
        waiting.filter(|p| p.sub_account == sub_account && p.state == PendingState::Pending)
    else {
        return Ok(None);
    };
    Entity::delete_by_id(id.0).exec(&tx.conn()).await?;
    Ok(Some(waiting.identifier))
}
