//! Transfers of business activities between two accounts of one company: proposed, decided, kept as the record of what moved.
//! Moving itself is in `moves`.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::ids::{AccountId, CompanyId, TransferId};
use quaymaster_domain::moves::{Plan, Shared};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::transfers::{ActiveModel, Column, Entity, Model};
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

/// A transfer.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// Identity.
    pub id: TransferId,
    /// The company of both accounts.
    pub company: CompanyId,
    /// The activity.
    pub activity: BusinessActivity,
    /// The account that gives.
    pub from: AccountId,
    /// The account that gets.
    pub to: AccountId,
    /// What becomes of shared identifiers.
    pub shared: Option<Shared>,
    /// Why.
    pub reason: String,
    /// What was agreed to.
    pub plan: Plan,
    /// Its digest.
    pub plan_version: String,
    /// Where it stands.
    pub state: ProposalState,
    /// When it was proposed.
    pub proposed_at: DateTime<Utc>,
    /// By whom.
    pub proposed_by_name: String,
    /// How it ended.
    pub decision: Option<Decision>,
}

impl TryFrom<Model> for Transfer {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let shared = match row.shared_identifiers.as_deref() {
            None => None,
            Some(word) => Some(
                Shared::from_word(word)
                    .ok_or_else(|| corrupt("transfers", "shared_identifiers", row.id, word))?,
            ),
        };
        Ok(Self {
            activity: crate::activities::activity("transfers", row.id, &row.activity)?,
            plan: plan_of("transfers", row.id, &row.preview)?,
            state: ProposalState::of("transfers", row.id, &row.state)?,
            decision: row.decided_at.map(|at| Decision {
                at,
                by_name: row.decided_by_name.unwrap_or_default(),
                reason: row.decision_reason,
            }),
            id: row.id.into(),
            company: row.company_id.into(),
            shared,
            from: row.from_account_id.into(),
            to: row.to_account_id.into(),
            reason: row.reason,
            plan_version: row.preview_version,
            proposed_at: row.proposed_at,
            proposed_by_name: row.proposed_by_name,
        })
    }
}

fn of_account(account: AccountId) -> Condition {
    Condition::any()
        .add(Column::FromAccountId.eq(account.0))
        .add(Column::ToAccountId.eq(account.0))
}

/// The transfers from and to an account, the newest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    state: Option<ProposalState>,
    page: &PageRequest,
) -> Result<Page<Transfer>, StoreError> {
    let mut rows = Vec::new();
    if scope.contains(account) {
        let mut wanted = Entity::find().filter(of_account(account));
        if let Some(state) = state {
            wanted = wanted.filter(Column::State.eq(state.as_str()));
        }
        if let Some(after) = &page.after {
            wanted = wanted.filter(Column::Id.lt(after.id()));
        }
        rows = wanted
            .order_by_desc(Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let found = rows
        .into_iter()
        .map(Transfer::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |t| Cursor::new([t.id.to_string()])))
}

/// One of them, from or to the account.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    id: TransferId,
) -> Result<Option<Transfer>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    Entity::find_by_id(id.0)
        .filter(of_account(account))
        .one(&db.conn())
        .await?
        .map(Transfer::try_from)
        .transpose()
}

/// The same with its row locked until the transaction ends. Both accounts' rows must be locked before.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: TransferId,
) -> Result<Option<Transfer>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    Entity::find_by_id(id.0)
        .filter(of_account(account))
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(Transfer::try_from)
        .transpose()
}

/// Those that wait and touch an account, with their rows locked.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn open_of(tx: &WriteTx, account: AccountId) -> Result<Vec<Transfer>, StoreError> {
    Entity::find()
        .filter(of_account(account))
        .filter(Column::State.eq(ProposalState::Proposed.as_str()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(&tx.conn())
        .await?
        .into_iter()
        .map(Transfer::try_from)
        .collect()
}

/// The same without locks, for a preview.
///
/// # Errors
/// As [`open_of`].
pub async fn open_now(db: &impl Handle, account: AccountId) -> Result<Vec<Transfer>, StoreError> {
    Entity::find()
        .filter(of_account(account))
        .filter(Column::State.eq(ProposalState::Proposed.as_str()))
        .order_by_asc(Column::Id)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(Transfer::try_from)
        .collect()
}

/// How many wait for the owner of an account.
///
/// # Errors
/// When the database cannot answer.
pub async fn waiting_for(db: &impl Handle, account: AccountId) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::ToAccountId.eq(account.0))
        .filter(Column::State.eq(ProposalState::Proposed.as_str()))
        .count(&db.conn())
        .await?)
}

/// Keeps a proposal.
///
/// # Errors
/// [`Constraint::OpenTransfer`](crate::constraint::Constraint::OpenTransfer) when one waits already.
pub async fn insert(tx: &WriteTx, new: &Transfer) -> Result<(), StoreError> {
    let row = Model {
        id: new.id.0,
        company_id: new.company.0,
        activity: new.activity.as_str().to_owned(),
        from_account_id: new.from.0,
        to_account_id: new.to.0,
        shared_identifiers: new.shared.map(|s| s.as_str().to_owned()),
        reason: new.reason.clone(),
        preview: serde_json::to_string(&new.plan)
            .map_err(|e| corrupt("transfers", "preview", new.id, e))?,
        preview_version: new.plan_version.clone(),
        state: new.state.as_str().to_owned(),
        proposed_at: new.proposed_at,
        proposed_by_name: new.proposed_by_name.clone(),
        decided_at: None,
        decided_by_name: None,
        decision_reason: None,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Ends one whose row is locked.
///
/// # Errors
/// When the database refuses.
pub async fn decide(
    tx: &WriteTx,
    id: TransferId,
    state: ProposalState,
    decision: &Decision,
) -> Result<(), StoreError> {
    let Decision {
        at,
        by_name,
        reason,
    } = decision;
    let row = ActiveModel {
        id: Unchanged(id.0),
        state: Set(state.as_str().to_owned()),
        decided_at: Set(Some(*at)),
        decided_by_name: Set(Some(by_name.clone())),
        decision_reason: Set(reason.clone()),
        ..Default::default()
    };
    Entity::update(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}
