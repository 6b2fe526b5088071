//! Verifications of callers as the person on file.

use chrono::{DateTime, Utc};
use quaymaster_domain::cases::Verification;
use quaymaster_domain::ids::{CallerVerificationId, CaseId, UserId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::caller_verifications::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};

/// A verification of a caller.
#[derive(Clone)]
pub struct CallerVerification {
    /// Identity.
    pub id: CallerVerificationId,
    /// In which case.
    pub case: CaseId,
    /// As whom.
    pub person: UserId,
    /// The sealed phrase.
    pub phrase: Vec<u8>,
    /// How far it has come.
    pub state: Verification,
    /// When the phrase was sent.
    pub started_at: DateTime<Utc>,
    /// The agent who sent it.
    pub agent: UserId,
    /// That agent's name.
    pub agent_name: String,
}

impl TryFrom<Model> for CallerVerification {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let state = match row.state.as_str() {
            "sent" => Verification::Sent {
                at: row.moment,
                wrong: u32::try_from(row.wrong)
                    .map_err(|e| corrupt("caller_verifications", "wrong", row.id, e))?,
            },
            "verified" => Verification::Verified { at: row.moment },
            "failed" => Verification::Failed { at: row.moment },
            other => return Err(corrupt("caller_verifications", "state", row.id, other)),
        };
        Ok(Self {
            id: row.id.into(),
            case: row.case_id.into(),
            person: row.person_id.into(),
            phrase: row.phrase,
            state,
            started_at: row.started_at,
            agent: row.agent_id.into(),
            agent_name: row.agent_name,
        })
    }
}

impl From<&CallerVerification> for Model {
    fn from(v: &CallerVerification) -> Self {
        let (state, moment, wrong) = match v.state {
            Verification::Sent { at, wrong } => ("sent", at, i64::from(wrong)),
            Verification::Verified { at } => ("verified", at, 0),
            Verification::Failed { at } => ("failed", at, 0),
        };
        Self {
            id: v.id.0,
            case_id: v.case.0,
            person_id: v.person.0,
            phrase: v.phrase.clone(),
            state: state.to_owned(),
            moment,
            wrong,
            started_at: v.started_at,
            agent_id: v.agent.0,
            agent_name: v.agent_name.clone(),
        }
    }
}

/// Keeps a new one.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, new: &CallerVerification) -> Result<(), StoreError> {
    Entity::insert(Model::from(new).into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Writes one whose case is locked.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &WriteTx, changed: &CallerVerification) -> Result<(), StoreError> {
    let row = Model::from(changed).into_active_model().reset_all();
    Entity::update(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// The last one in a case about a person. The case must come from a finder, and be locked when something depends on it.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn last(
    db: &impl Handle,
    case: CaseId,
    person: UserId,
) -> Result<Option<CallerVerification>, StoreError> {
    Entity::find()
        .filter(Column::CaseId.eq(case.0))
        .filter(Column::PersonId.eq(person.0))
        .order_by_desc(Column::Id)
        .one(&db.conn())
        .await?
        .map(CallerVerification::try_from)
        .transpose()
}

/// The verifications as a person that began since then, newest first; for the person alone.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn begun_with(
    db: &impl Handle,
    person: UserId,
    since: DateTime<Utc>,
) -> Result<Vec<CallerVerification>, StoreError> {
    Entity::find()
        .filter(Column::PersonId.eq(person.0))
        .filter(Column::StartedAt.gt(since))
        .order_by_desc(Column::Id)
        .limit(10)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(CallerVerification::try_from)
        .collect()
}
