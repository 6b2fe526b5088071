//! Merges between two accounts of one company: proposed, decided, kept as the record of what moved.
//! What they share with the other kind of proposals is in `proposals`, moving itself in `moves`.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::{AccountId, CompanyId, MergeId};
use quaymaster_domain::moves::{Managers, Plan};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::merges::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};
use crate::proposals::{Columns, Decision, ProposalState, Table, plan_of};

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

impl Table for Merge {
    type Row = Model;
    type Entity = Entity;
    type Id = MergeId;

    fn columns() -> Columns<Column> {
        Columns {
            id: Column::Id,
            from: Column::FromAccountId,
            to: Column::IntoAccountId,
            state: Column::State,
            decided_at: Column::DecidedAt,
            decided_by_name: Column::DecidedByName,
            decision_reason: Column::DecisionReason,
        }
    }

    fn id(&self) -> MergeId {
        self.id
    }
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
