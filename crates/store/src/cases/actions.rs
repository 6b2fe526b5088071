//! What staff did about the person of a case, or will when a second agent agrees.

use chrono::{DateTime, Utc};
use quaymaster_domain::cases::ActionKind;
use quaymaster_domain::ids::{CaseActionId, CaseId, UserId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::case_actions::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};

/// The most actions of a case that are shown.
const SHOWN: u64 = 100;

/// How far an action has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionState {
    /// About an Account Owner: a second agent has to agree.
    AwaitingSecondAgent,
    /// Done.
    Done {
        /// When.
        at: DateTime<Utc>,
        /// Who agreed, about an Account Owner.
        second: Option<(UserId, String)>,
    },
}

/// An action.
#[derive(Clone, Debug)]
pub struct CaseAction {
    /// Identity.
    pub id: CaseActionId,
    /// In which case.
    pub case: CaseId,
    /// About whom.
    pub person: UserId,
    /// What.
    pub kind: ActionKind,
    /// Why, in the agent's words.
    pub reason: String,
    /// How far it has come.
    pub state: ActionState,
    /// When the first agent asked for it.
    pub asked_at: DateTime<Utc>,
    /// The first agent.
    pub agent: UserId,
    /// That agent's name.
    pub agent_name: String,
}

impl TryFrom<Model> for CaseAction {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let kind = ActionKind::parse(&row.kind)
            .ok_or_else(|| corrupt("case_actions", "kind", row.id, &row.kind))?;
        let state = match (row.state.as_str(), row.done_at) {
            ("awaiting_second_agent", None) => ActionState::AwaitingSecondAgent,
            ("done", Some(at)) => ActionState::Done {
                at,
                second: row.second_agent_id.map(UserId).zip(row.second_agent_name),
            },
            (other, _) => return Err(corrupt("case_actions", "state", row.id, other)),
        };
        Ok(Self {
            id: row.id.into(),
            case: row.case_id.into(),
            person: row.person_id.into(),
            kind,
            reason: row.reason,
            state,
            asked_at: row.asked_at,
            agent: row.agent_id.into(),
            agent_name: row.agent_name,
        })
    }
}

impl From<&CaseAction> for Model {
    fn from(action: &CaseAction) -> Self {
        let (state, done_at, second) = match &action.state {
            ActionState::AwaitingSecondAgent => ("awaiting_second_agent", None, None),
            ActionState::Done { at, second } => ("done", Some(*at), second.clone()),
        };
        Self {
            id: action.id.0,
            case_id: action.case.0,
            person_id: action.person.0,
            kind: action.kind.as_str().to_owned(),
            reason: action.reason.clone(),
            state: state.to_owned(),
            asked_at: action.asked_at,
            agent_id: action.agent.0,
            agent_name: action.agent_name.clone(),
            done_at,
            second_agent_id: second.as_ref().map(|(id, _)| id.0),
            second_agent_name: second.map(|(_, name)| name),
        }
    }
}

/// Keeps a new one.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, new: &CaseAction) -> Result<(), StoreError> {
    Entity::insert(Model::from(new).into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Writes one whose case is locked.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &WriteTx, changed: &CaseAction) -> Result<(), StoreError> {
    let row = Model::from(changed).into_active_model().reset_all();
    Entity::update(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// One action of a case that a finder returned.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    case: CaseId,
    id: CaseActionId,
) -> Result<Option<CaseAction>, StoreError> {
    Entity::find_by_id(id.0)
        .filter(Column::CaseId.eq(case.0))
        .one(&db.conn())
        .await?
        .map(CaseAction::try_from)
        .transpose()
}

/// The actions of a case that a finder returned, the newest first.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of_case(db: &impl Handle, case: CaseId) -> Result<Vec<CaseAction>, StoreError> {
    Entity::find()
        .filter(Column::CaseId.eq(case.0))
        .order_by_desc(Column::Id)
        .limit(SHOWN)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(CaseAction::try_from)
        .collect()
}
