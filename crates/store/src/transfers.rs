//! Transfers of business activities between two accounts of one company: proposed, decided, kept as the record of what moved.
//! What they share with the other kind of proposals is in `proposals`, moving itself in `moves`.

use chrono::{DateTime, Utc};
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::ids::{AccountId, CompanyId, TransferId};
use quaymaster_domain::moves::{Plan, Shared};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::transfers::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};
use crate::proposals::{Columns, Decision, ProposalState, Table, plan_of};

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

impl Table for Transfer {
    type Row = Model;
    type Entity = Entity;
    type Id = TransferId;

    fn columns() -> Columns<Column> {
        Columns {
            id: Column::Id,
            from: Column::FromAccountId,
            to: Column::ToAccountId,
            state: Column::State,
            decided_at: Column::DecidedAt,
            decided_by_name: Column::DecidedByName,
            decision_reason: Column::DecisionReason,
        }
    }

    fn id(&self) -> TransferId {
        self.id
    }
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
