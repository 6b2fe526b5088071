//! Proposals between two accounts of one company, which one side makes and the other decides: transfers and merges. What they
//! share in the database stands here; their own columns in `transfers` and `merges`, moving itself in `moves`.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::AccountId;
use quaymaster_domain::moves::Plan;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, ModelTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

/// Where a proposal between two accounts stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalState {
    /// Waits for the other side.
    Proposed,
    /// It has happened.
    Accepted,
    /// The other side declined.
    Declined,
    /// The proposer took it back.
    Withdrawn,
    /// Another change made it pointless.
    Superseded,
}

impl ProposalState {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Superseded => "superseded",
        }
    }

    pub(crate) fn of(table: &'static str, id: uuid::Uuid, word: &str) -> Result<Self, StoreError> {
        Ok(match word {
            "proposed" => Self::Proposed,
            "accepted" => Self::Accepted,
            "declined" => Self::Declined,
            "withdrawn" => Self::Withdrawn,
            "superseded" => Self::Superseded,
            other => return Err(corrupt(table, "state", id, other)),
        })
    }
}

/// How a proposal ended.
#[derive(Clone, Debug)]
pub struct Decision {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by_name: String,
    /// Why, when a reason was given.
    pub reason: Option<String>,
}

pub(crate) fn plan_of(table: &'static str, id: uuid::Uuid, text: &str) -> Result<Plan, StoreError> {
    serde_json::from_str(text).map_err(|e| corrupt(table, "preview", id, e))
}

/// The columns of a table of proposals.
#[derive(Clone, Copy, Debug)]
pub struct Columns<C> {
    pub(crate) id: C,
    pub(crate) from: C,
    pub(crate) to: C,
    pub(crate) state: C,
    pub(crate) decided_at: C,
    pub(crate) decided_by_name: C,
    pub(crate) decision_reason: C,
}

/// A kind of proposals and the table that it is kept in.
pub trait Table: Sized + Send + TryFrom<Self::Row, Error = StoreError> {
    /// Its rows.
    type Row: FromQueryResult + ModelTrait<Entity = Self::Entity> + Send + Sync;
    /// Its table.
    type Entity: EntityTrait<Model = Self::Row>;
    /// Its identity.
    type Id: Into<Uuid> + Copy + Send;

    /// Its columns.
    fn columns() -> Columns<<Self::Entity as EntityTrait>::Column>;

    /// The identity of this one.
    fn id(&self) -> Self::Id;
}

fn of_account<P: Table>(account: AccountId) -> Select<P::Entity> {
    let columns = P::columns();
    P::Entity::find().filter(
        Condition::any()
            .add(columns.from.eq(account.0))
            .add(columns.to.eq(account.0)),
    )
}

fn one_of<P: Table>(account: AccountId, id: P::Id) -> Select<P::Entity> {
    of_account::<P>(account).filter(P::columns().id.eq(id.into()))
}

fn open<P: Table>(account: AccountId) -> Select<P::Entity> {
    let columns = P::columns();
    of_account::<P>(account)
        .filter(columns.state.eq(ProposalState::Proposed.as_str()))
        .order_by_asc(columns.id)
}

/// Those from and to an account, the newest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list<P: Table>(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    state: Option<ProposalState>,
    page: &PageRequest,
) -> Result<Page<P>, StoreError> {
    let mut rows = Vec::new();
    if scope.contains(account) {
        let columns = P::columns();
        let mut wanted = of_account::<P>(account);
        if let Some(state) = state {
            wanted = wanted.filter(columns.state.eq(state.as_str()));
        }
        if let Some(after) = &page.after {
            wanted = wanted.filter(columns.id.lt(after.id()));
        }
        rows = wanted
            .order_by_desc(columns.id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let found = rows
        .into_iter()
        .map(P::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |one| {
        let id: Uuid = one.id().into();
        Cursor::new([id.to_string()])
    }))
}

/// One of them, from or to the account.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find<P: Table>(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    id: P::Id,
) -> Result<Option<P>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    let row = one_of::<P>(account, id).one(&db.conn()).await?;
    row.map(P::try_from).transpose()
}

/// The same with its row locked until the transaction ends. Both accounts' rows must be locked before.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock<P: Table>(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: P::Id,
) -> Result<Option<P>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    let locked = one_of::<P>(account, id).lock_exclusive();
    let row = locked.one(&tx.conn()).await?;
    row.map(P::try_from).transpose()
}

/// Those that wait and touch an account, with their rows locked.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn open_of<P: Table>(tx: &WriteTx, account: AccountId) -> Result<Vec<P>, StoreError> {
    let rows = open::<P>(account).lock_exclusive().all(&tx.conn()).await?;
    rows.into_iter().map(P::try_from).collect()
}

/// The same without locks, for a preview.
///
/// # Errors
/// As [`open_of`].
pub async fn open_now<P: Table>(
    db: &impl Handle,
    account: AccountId,
) -> Result<Vec<P>, StoreError> {
    let rows = open::<P>(account).all(&db.conn()).await?;
    rows.into_iter().map(P::try_from).collect()
}

/// Ends one whose row is locked.
///
/// # Errors
/// When the database refuses.
pub async fn decide<P: Table>(
    tx: &WriteTx,
    id: P::Id,
    state: ProposalState,
    decision: &Decision,
) -> Result<(), StoreError> {
    let Decision {
        at,
        by_name,
        reason,
    } = decision;
    let columns = P::columns();
    P::Entity::update_many()
        .col_expr(columns.state, Expr::value(state.as_str()))
        .col_expr(columns.decided_at, Expr::value(*at))
        .col_expr(columns.decided_by_name, Expr::value(by_name.clone()))
        .col_expr(columns.decision_reason, Expr::value(reason.clone()))
        .filter(columns.id.eq(id.into()))
        .exec(&tx.conn())
        .await?;
    Ok(())
}
