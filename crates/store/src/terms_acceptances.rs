//! Who accepted which version of the Terms and Conditions, when, and in which session.

use chrono::{DateTime, Utc};
use quaymaster_domain::ids::{SessionId, UserId};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::terms_acceptances::{Column, Entity, Model};
use crate::error::StoreError;
use crate::page::{Cursor, Page, PageRequest};

/// An acceptance.
#[derive(Clone, Debug)]
pub struct TermsAcceptance {
    /// Which version.
    pub version: i64,
    /// The hash of the text that was accepted.
    pub sha256: String,
    /// When.
    pub accepted_at: DateTime<Utc>,
}

impl From<Model> for TermsAcceptance {
    fn from(row: Model) -> Self {
        Self {
            version: row.version,
            sha256: row.sha256,
            accepted_at: row.accepted_at,
        }
    }
}

/// Keeps an acceptance.
///
/// # Errors
/// [`Constraint::TermsAcceptance`](crate::constraint::Constraint::TermsAcceptance) when this version was accepted before.
pub async fn insert(
    tx: &WriteTx,
    user: UserId,
    session: SessionId,
    acceptance: &TermsAcceptance,
) -> Result<(), StoreError> {
    let TermsAcceptance {
        version,
        sha256,
        accepted_at,
    } = acceptance.clone();
    let row = Model {
        user_id: user.0,
        version,
        sha256,
        accepted_at,
        session_id: session.0,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// The acceptance of one version.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(
    db: &impl Handle,
    user: UserId,
    version: i64,
) -> Result<Option<TermsAcceptance>, StoreError> {
    let row = Entity::find_by_id((user.0, version))
        .one(&db.conn())
        .await?;
    Ok(row.map(Into::into))
}

/// A person's acceptances, the newest version first.
///
/// # Errors
/// When the database cannot answer.
pub async fn of_user(
    db: &impl Handle,
    user: UserId,
    page: &PageRequest,
) -> Result<Page<TermsAcceptance>, StoreError> {
    let mut select = Entity::find().filter(Column::UserId.eq(user.0));
    if let Some(after) = &page.after {
        // A cursor of another list has no number here and leads to the end.
        select = select.filter(Column::Version.lt(after.part(0).parse::<i64>().unwrap_or(0)));
    }
    let rows = select
        .order_by_desc(Column::Version)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let cut = Page::cut(rows, page, |row| {
        Cursor::new([row.version.to_string(), Uuid::nil().to_string()])
    });
    Ok(cut.map(Into::into))
}
