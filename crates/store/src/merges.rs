//! Merges between two accounts of one company: proposed, decided, kept as the record of what moved.
//! Moving itself is in `moves`.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;

use quaymaster_domain::ids::{AccountId, CompanyId, MergeId};
use quaymaster_domain::moves::{Managers, Plan};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::merges::{ActiveModel, Column, Entity, Model};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};
use crate::transfers::{Decision, ProposalState, plan_of};

/// A merge.
#[derive(Clone, Debug)]
pub struct Merge {
    /// Identity.
    pub id: MergeId,
    /// The company of both accounts.
    pub company: CompanyId,
    /// True when the account that is emptied proposed it.
    pub proposed_by_from: bool,
    /// What owner and proxies of the emptied account become.
    pub managers: Managers,
    /// The account that gives.
    pub from: AccountId,
    /// The account that gets.
    pub into: AccountId,
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

impl TryFrom<Model> for Merge {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let proposed_by_from = match row.proposed_by.as_str() {
            "from" => true,
            "into" => false,
            other => return Err(corrupt("merges", "proposed_by", row.id, other)),
        };
        Ok(Self {
            managers: Managers::from_word(&row.managers_become).ok_or_else(|| {
                corrupt("merges", "managers_become", row.id, &row.managers_become)
            })?,
            plan: plan_of("merges", row.id, &row.preview)?,
            state: ProposalState::of("merges", row.id, &row.state)?,
            decision: row.decided_at.map(|at| Decision {
                at,
                by_name: row.decided_by_name.unwrap_or_default(),
                reason: row.decision_reason,
            }),
            id: row.id.into(),
            company: row.company_id.into(),
            proposed_by_from,
            from: row.from_account_id.into(),
            into: row.into_account_id.into(),
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
        .add(Column::IntoAccountId.eq(account.0))
}

/// The merges from and to an account, the newest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    state: Option<ProposalState>,
    page: &PageRequest,
) -> Result<Page<Merge>, StoreError> {
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
        .map(Merge::try_from)
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
    id: MergeId,
) -> Result<Option<Merge>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    Entity::find_by_id(id.0)
        .filter(of_account(account))
        .one(&db.conn())
        .await?
        .map(Merge::try_from)
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
    id: MergeId,
) -> Result<Option<Merge>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    Entity::find_by_id(id.0)
        .filter(of_account(account))
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(Merge::try_from)
        .transpose()
}

/// Those that wait and touch an account, with their rows locked.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn open_of(tx: &WriteTx, account: AccountId) -> Result<Vec<Merge>, StoreError> {
    Entity::find()
        .filter(of_account(account))
        .filter(Column::State.eq(ProposalState::Proposed.as_str()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(&tx.conn())
        .await?
        .into_iter()
        .map(Merge::try_from)
        .collect()
}

/// The same without locks, for a preview.
///
/// # Errors
/// As [`open_of`].
pub async fn open_now(db: &impl Handle, account: AccountId) -> Result<Vec<Merge>, StoreError> {
    Entity::find()
        .filter(of_account(account))
        .filter(Column::State.eq(ProposalState::Proposed.as_str()))
        .order_by_asc(Column::Id)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(Merge::try_from)
        .collect()
}

/// How many wait for the owner of an account.
///
/// # Errors
/// When the database cannot answer.
pub async fn waiting_for(db: &impl Handle, account: AccountId) -> Result<u64, StoreError> {
    let sides = Condition::any()
        .add(
            Condition::all()
                .add(Column::IntoAccountId.eq(account.0))
                .add(Column::ProposedBy.eq("from")),
        )
        .add(
            Condition::all()
                .add(Column::FromAccountId.eq(account.0))
                .add(Column::ProposedBy.eq("into")),
        );
    Ok(Entity::find()
        .filter(sides)
        .filter(Column::State.eq(ProposalState::Proposed.as_str()))
        .count(&db.conn())
        .await?)
}

/// Keeps a proposal.
///
/// # Errors
/// [`Constraint::OpenMerge`](crate::constraint::Constraint::OpenMerge) when one waits already.
pub async fn insert(tx: &WriteTx, new: &Merge) -> Result<(), StoreError> {
    let row = Model {
        id: new.id.0,
        company_id: new.company.0,
        proposed_by: if new.proposed_by_from { "from" } else { "into" }.to_owned(),
        from_account_id: new.from.0,
        into_account_id: new.into.0,
        managers_become: new.managers.as_str().to_owned(),
        reason: new.reason.clone(),
        preview: serde_json::to_string(&new.plan)
            .map_err(|e| corrupt("merges", "preview", new.id, e))?,
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
    id: MergeId,
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
