//! Who wants notices by mail, how often, and up to which moment they were told.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::UserId;
use quaymaster_domain::notices::Digest;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::notice_digests::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};

/// A person's choice.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// Who.
    pub person: UserId,
    /// How often.
    pub digest: Digest,
    /// Notices that began up to this moment were told.
    pub told_until: DateTime<Utc>,
    /// When the next mail is due.
    pub next_at: DateTime<Utc>,
}

impl TryFrom<Model> for Choice {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            person: row.user_id.into(),
            digest: Digest::from_word(&row.digest)
                .ok_or_else(|| corrupt("notice_digests", "digest", row.user_id, &row.digest))?,
            told_until: row.told_until,
            next_at: row.next_at,
        })
    }
}

/// What a person has chosen.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn of_person(db: &impl Handle, person: UserId) -> Result<Option<Choice>, StoreError> {
    let row = Entity::find_by_id(person.0).one(&db.conn()).await?;
    row.map(Choice::try_from).transpose()
}

/// The same with the row locked until the transaction ends.
///
/// # Errors
/// As [`of_person`].
pub async fn lock(tx: &WriteTx, person: UserId) -> Result<Option<Choice>, StoreError> {
    let row = Entity::find_by_id(person.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    row.map(Choice::try_from).transpose()
}

/// Keeps a choice in place of an earlier one.
///
/// # Errors
/// When the database refuses.
pub async fn keep(tx: &WriteTx, choice: Choice) -> Result<(), StoreError> {
    let row = Model {
        user_id: choice.person.0,
        digest: choice.digest.as_str().to_owned(),
        told_until: choice.told_until,
        next_at: choice.next_at,
    };
    Entity::insert(row.into_active_model())
        .on_conflict(
            OnConflict::column(Column::UserId)
                .update_columns([Column::Digest, Column::ToldUntil, Column::NextAt])
                .to_owned(),
        )
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Whose mail is due, the longest waiting first.
///
/// # Errors
/// When the database cannot answer.
pub async fn due(
    db: &impl Handle,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<UserId>, StoreError> {
    let found: Vec<uuid::Uuid> = Entity::find()
        .select_only()
        .column(Column::UserId)
        .filter(Column::Digest.ne(Digest::Off.as_str()))
        .filter(Column::NextAt.lte(now))
        .order_by_asc(Column::NextAt)
        .limit(limit)
        .into_tuple()
        .all(&db.conn())
        .await?;
    Ok(found.into_iter().map(Into::into).collect())
}
