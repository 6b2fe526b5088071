//! Prepared answers of support.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::cases::Topic;
use quaymaster_domain::ids::CannedAnswerId;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::canned_answers::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};

/// A prepared answer.
#[derive(Clone, Debug)]
pub struct CannedAnswer {
    /// Identity.
    pub id: CannedAnswerId,
    /// What it is called.
    pub title: String,
    /// The topic that it is for; none for all.
    pub topic: Option<Topic>,
    /// The answer.
    pub body: String,
    /// Who wrote it last.
    pub updated_by_name: String,
    /// When.
    pub updated_at: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

impl From<&CannedAnswer> for Model {
    fn from(answer: &CannedAnswer) -> Self {
        Self {
            id: answer.id.0,
            title: answer.title.clone(),
            title_key: answer.title.to_lowercase(),
            topic: answer.topic.map(|t| t.as_str().to_owned()),
            body: answer.body.clone(),
            updated_by_name: answer.updated_by_name.clone(),
            updated_at: answer.updated_at,
            version: answer.version,
        }
    }
}

impl TryFrom<Model> for CannedAnswer {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let topic = match &row.topic {
            None => None,
            Some(word) => Some(
                Topic::parse(word)
                    .ok_or_else(|| corrupt("canned_answers", "topic", row.id, word))?,
            ),
        };
        Ok(Self {
            id: row.id.into(),
            title: row.title,
            topic,
            body: row.body,
            updated_by_name: row.updated_by_name,
            updated_at: row.updated_at,
            version: row.version,
        })
    }
}

/// The prepared answers by title: all, or those for a topic and for every topic.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    topic: Option<Topic>,
) -> Result<Vec<CannedAnswer>, StoreError> {
    if scope.reason().is_none() {
        return Ok(Vec::new());
    }
    let wanted = Condition::all().add_option(topic.map(|topic| {
        Condition::any()
            .add(Column::Topic.is_null())
            .add(Column::Topic.eq(topic.as_str()))
    }));
    Entity::find()
        .filter(wanted)
        .order_by_asc(Column::TitleKey)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(CannedAnswer::try_from)
        .collect()
}

/// One of them, with its row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    id: CannedAnswerId,
) -> Result<Option<CannedAnswer>, StoreError> {
    if scope.reason().is_none() {
        return Ok(None);
    }
    Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(CannedAnswer::try_from)
        .transpose()
}

/// Keeps a new one.
///
/// # Errors
/// [`Constraint::CannedAnswer`](crate::constraint::Constraint::CannedAnswer) when the title is taken.
pub async fn insert(tx: &WriteTx, new: &CannedAnswer) -> Result<(), StoreError> {
    Entity::insert(Model::from(new).into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Writes one whose row is locked.
///
/// # Errors
/// As [`insert`].
pub async fn update(tx: &WriteTx, answer: &CannedAnswer) -> Result<(), StoreError> {
    let row = Model::from(answer).into_active_model().reset_all();
    Entity::update(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Deletes one whose row is locked.
///
/// # Errors
/// When the database refuses.
pub async fn delete(tx: &WriteTx, id: CannedAnswerId) -> Result<(), StoreError> {
    Entity::delete_by_id(id.0).exec(&tx.conn()).await?;
    Ok(())
}
