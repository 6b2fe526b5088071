//! What every signed-in request needs to know, in one query: session, person, memberships, the terms in force. The
//! rights per sub-account are a second query, for plain users only.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Membership;
use quaymaster_domain::ids::{SessionId, UserId};
use quaymaster_domain::members::MemberRole;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::db::Handle;
use crate::entities::{membership_access, sessions, users};
use crate::error::{StoreError, corrupt};
use crate::members::sub_account_access;
use crate::row::{self, Cells};
use crate::sessions::Session;
use crate::users::User;

/// A session with everything that decides what its person may do at this moment.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The person.
    pub user: User,
    /// Roles in accounts, without those that a review of access has suspended.
    pub memberships: Vec<Membership>,
    /// The version of the terms in force; `None` before the first was published.
    pub current_terms: Option<i64>,
}

/// One row for each membership, one without when there is none.
static SIGNED_IN: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT memberships.account_id, accounts.company_id, memberships.role, \
         (SELECT MIN(access_review_items.lapses_at) FROM access_review_items \
         WHERE access_review_items.user_id = memberships.user_id \
         AND access_review_items.account_id = memberships.account_id \
         AND access_review_items.grant_id IS NULL AND access_review_items.lapses_at IS NOT NULL), \
         (SELECT MAX(terms_versions.version) FROM terms_versions), {}, {} \
         FROM sessions JOIN users ON users.id = sessions.user_id \
         LEFT JOIN memberships ON memberships.user_id = users.id \
         LEFT JOIN accounts ON accounts.id = memberships.account_id \
         WHERE sessions.id = $1",
        sessions::Model::COLUMNS,
        users::Model::COLUMNS
    )
});

/// The session with its person, memberships and the terms in force.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn signed_in(
    db: &impl Handle,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<SignedIn>, StoreError> {
    let conn = db.conn();
    let rows = row::all(&conn, &SIGNED_IN, [session.0.into()]).await?;
    let mut memberships = Vec::with_capacity(rows.len());
    let mut found: Option<(Option<i64>, sessions::Model, users::Model)> = None;
    for row in &rows {
        let mut cells = Cells::of(row)?;
        let account: Option<Uuid> = cells.take()?;
        let company: Option<Uuid> = cells.take()?;
        let role: Option<String> = cells.take()?;
        let lapses_at: Option<DateTime<Utc>> = cells.take()?;
        // A membership that a review of access has suspended counts for nothing.
        let suspended = lapses_at.is_some_and(|at| at <= now);
        if let (Some(account), Some(company), Some(word), false) =
            (account, company, role, suspended)
        {
            let role = MemberRole::from_word(&word)
                .ok_or_else(|| corrupt("memberships", "role", account, &word))?;
            memberships.push(Membership {
                account: account.into(),
                company: company.into(),
                role,
                access: Vec::new(),
            });
        }
        // The same in every row.
        if found.is_none() {
            found = Some((
                cells.take()?,
                sessions::Model::take(&mut cells)?,
                users::Model::take(&mut cells)?,
            ));
        }
    }
    let Some((current_terms, session, user)) = found else {
        return Ok(None);
    };
    if memberships.iter().any(|m| m.role == MemberRole::User) {
        let rights = membership_access::Entity::find()
            .filter(membership_access::Column::UserId.eq(user.id))
            .all(&conn)
            .await?;
        for right in &rights {
            if let Some(membership) = memberships
                .iter_mut()
                .find(|m| m.account.0 == right.account_id)
            {
                membership.access.push(sub_account_access(right)?);
            }
        }
    }
    Ok(Some(SignedIn {
        session: session.into(),
        user: user.try_into()?,
        memberships,
        current_terms,
    }))
}

static OF_PERSON: &str = "SELECT memberships.account_id, accounts.company_id, memberships.role FROM memberships \
     JOIN accounts ON accounts.id = memberships.account_id WHERE memberships.user_id = $1 \
     AND NOT EXISTS (SELECT 1 FROM access_review_items WHERE access_review_items.user_id = memberships.user_id \
     AND access_review_items.account_id = memberships.account_id AND access_review_items.grant_id IS NULL \
     AND access_review_items.lapses_at <= $2) ORDER BY memberships.account_id";

/// The roles of a person who is not signed in, for what the portal does by itself on the person's behalf.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn memberships_for_job(
    db: &impl Handle,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<Membership>, StoreError> {
    let conn = db.conn();
    let rows = row::all(&conn, OF_PERSON, [user.0.into(), now.into()]).await?;
    let mut memberships = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut cells = Cells::of(row)?;
        let account: Uuid = cells.take()?;
        let company: Uuid = cells.take()?;
        let word: String = cells.take()?;
        memberships.push(Membership {
            account: account.into(),
            company: company.into(),
            role: MemberRole::from_word(&word)
                .ok_or_else(|| corrupt("memberships", "role", account, &word))?,
            access: Vec::new(),
        });
    }
    let rights = membership_access::Entity::find()
        .filter(membership_access::Column::UserId.eq(user.0))
        .all(&conn)
        .await?;
    for right in &rights {
        if let Some(membership) = memberships
            .iter_mut()
            .find(|m| m.account.0 == right.account_id)
        {
            membership.access.push(sub_account_access(right)?);
        }
    }
    Ok(memberships)
}
