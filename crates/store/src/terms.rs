//! The Terms and Conditions: every published version. Who accepted which is kept with the people.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query,
};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::terms_versions::{ActiveModel, Column, Entity, Model};
use crate::error::StoreError;
use crate::page::{Cursor, Page, PageRequest};

/// A published version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsVersion {
    /// 1 for the first, one more for each that follows.
    pub version: i64,
    /// Heading.
    pub title: String,
    /// The text, Markdown.
    pub body: String,
    /// SHA-256 of the body's UTF-8 bytes, lower-case hex.
    pub sha256: String,
    /// What differs from the version before, in plain words.
    pub what_changed: String,
    /// When it came into force.
    pub published_at: DateTime<Utc>,
}

impl From<Model> for TermsVersion {
    fn from(row: Model) -> Self {
        let Model {
            version,
            title,
            body,
            sha256,
            what_changed,
            published_at,
        } = row;
        Self {
            version,
            title,
            body,
            sha256,
            what_changed,
            published_at,
        }
    }
}

/// The version in force; `None` before the first was published.
///
/// # Errors
/// When the database cannot answer.
pub async fn current(db: &impl Handle) -> Result<Option<TermsVersion>, StoreError> {
    let newest = Entity::find()
        .order_by_desc(Column::Version)
        .one(&db.conn())
        .await?;
    Ok(newest.map(Into::into))
}

/// Every version, the newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(db: &impl Handle, page: &PageRequest) -> Result<Page<TermsVersion>, StoreError> {
    let mut wanted = sea_query::Condition::all();
    if let Some(after) = &page.after {
        // A cursor of another list has no number here and leads to the end.
        wanted = wanted.add(Column::Version.lt(after.part(0).parse::<i64>().unwrap_or(0)));
    }
    let rows = Entity::find()
        .filter(wanted)
        .order_by_desc(Column::Version)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let cut = Page::cut(rows, page, |row| {
        Cursor::new([row.version.to_string(), Uuid::nil().to_string()])
    });
    Ok(cut.map(Into::into))
}

/// Publishes a version.
///
/// # Errors
/// [`Constraint::TermsVersion`](crate::constraint::Constraint::TermsVersion) when the number is taken, by somebody who
/// published in the same instant.
pub async fn insert(tx: &WriteTx, terms: &TermsVersion) -> Result<(), StoreError> {
    let TermsVersion {
        version,
        title,
        body,
        sha256,
        what_changed,
        published_at,
    } = terms.clone();
    let row = ActiveModel {
        version: Set(version),
        title: Set(title),
        body: Set(body),
        sha256: Set(sha256),
        what_changed: Set(what_changed),
        published_at: Set(published_at),
    };
    Entity::insert(row)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// The versions after one, the oldest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn after(db: &impl Handle, version: i64) -> Result<Vec<TermsVersion>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Version.gt(version))
        .order_by_asc(Column::Version)
        .all(&db.conn())
        .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
