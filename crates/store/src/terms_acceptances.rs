//! Who accepted which version of the Terms and Conditions, when, and in which session.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::{AccountId, SessionId, UserId};
use quaymaster_domain::members::MemberRole;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::terms_acceptances::{Column, Entity, Model};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};
use crate::row::{self, Cells};

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

/// A person of an account and the newest version that the person accepted.
#[derive(Clone, Debug)]
pub struct MemberAcceptance {
    /// Identity.
    pub id: UserId,
    /// The User ID; empty until the invitation is redeemed.
    pub user_name: Option<String>,
    /// Given and family name.
    pub name: String,
    /// The role in the account.
    pub role: MemberRole,
    /// The newest version that was accepted, and when.
    pub accepted: Option<(i64, DateTime<Utc>)>,
    name_key: String,
}

/// Who of an account has accepted what, by name; `accepted` for those alone who have accepted the version in force, or have
/// not.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of_account(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    current: i64,
    accepted: Option<bool>,
    page: &PageRequest,
) -> Result<Page<MemberAcceptance>, StoreError> {
    if !scope.contains(account) {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut values: Vec<sea_orm::Value> = vec![account.0.into(), current.into()];
    let which = match accepted {
        None => " AND $2 = $2",
        Some(true) => " AND users.terms_version = $2",
        Some(false) => " AND (users.terms_version IS NULL OR users.terms_version <> $2)",
    };
    let after = match &page.after {
        None => "",
        Some(after) => {
            values.push(after.part(0).into());
            values.push(after.id().into());
            " AND (users.name_key > $3 OR (users.name_key = $3 AND users.id > $4))"
        }
    };
    let sql = format!(
        "SELECT users.id, users.user_name, users.given_name, users.family_name, users.name_key, memberships.role, \
         terms_acceptances.version, terms_acceptances.accepted_at FROM memberships \
         JOIN users ON users.id = memberships.user_id \
         LEFT JOIN terms_acceptances ON terms_acceptances.user_id = users.id AND terms_acceptances.version = users.terms_version \
         WHERE memberships.account_id = $1{which}{after} ORDER BY users.name_key, users.id LIMIT {}",
        page.reach()
    );
    let rows = row::all(&db.conn(), &sql, values).await?;
    let mut people = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut cells = Cells::of(row)?;
        let id: Uuid = cells.take()?;
        let user_name = cells.take()?;
        let given: String = cells.take()?;
        let family: String = cells.take()?;
        let name_key = cells.take()?;
        let role: String = cells.take()?;
        let version: Option<i64> = cells.take()?;
        let at: Option<DateTime<Utc>> = cells.take()?;
        people.push(MemberAcceptance {
            id: id.into(),
            user_name,
            name: format!("{given} {family}"),
            role: MemberRole::from_word(&role)
                .ok_or_else(|| corrupt("memberships", "role", id, &role))?,
            accepted: version.zip(at),
            name_key,
        });
    }
    Ok(Page::cut(people, page, |p| {
        Cursor::new([p.name_key.clone(), p.id.to_string()])
    }))
}
