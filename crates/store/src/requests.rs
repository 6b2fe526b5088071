//! What every signed-in request needs to know, in one query: session, person, memberships, the terms in force. The
//! rights per sub-account are a second query, for plain users only.

use quaymaster_domain::access::Membership;
use quaymaster_domain::ids::SessionId;
use quaymaster_domain::members::MemberRole;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryResult,
    QuerySelect,
};
use uuid::Uuid;

use crate::db::Handle;
use crate::entities::{accounts, membership_access, memberships, sessions, terms_versions, users};
use crate::error::{StoreError, corrupt};
use crate::members::sub_account_access;
use crate::sessions::Session;
use crate::users::User;

/// A session with everything that decides what its person may do at this moment.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The person.
    pub user: User,
    /// Roles in accounts.
    pub memberships: Vec<Membership>,
    /// The version of the terms in force; `None` before the first was published.
    pub current_terms: Option<i64>,
}

/// The person's row and what is joined to it: a membership, if there is one, and the terms in force.
struct Joined {
    user: users::Model,
    account: Option<Uuid>,
    company: Option<Uuid>,
    role: Option<String>,
    current_terms: Option<i64>,
}

const ACCOUNT: &str = "joined_account";
const COMPANY: &str = "joined_company";
const ROLE: &str = "joined_role";
const TERMS: &str = "current_terms";

impl FromQueryResult for Joined {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            user: users::Model::from_query_result(row, prefix)?,
            account: row.try_get("", ACCOUNT)?,
            company: row.try_get("", COMPANY)?,
            role: row.try_get("", ROLE)?,
            current_terms: row.try_get("", TERMS)?,
        })
    }
}

/// The session with its person, memberships and the terms in force.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn signed_in(
    db: &impl Handle,
    session: SessionId,
) -> Result<Option<SignedIn>, StoreError> {
    let conn = db.conn();
    let to_user = sessions::Entity::belongs_to(users::Entity)
        .from(sessions::Column::UserId)
        .to(users::Column::Id)
        .into();
    let to_membership = users::Entity::belongs_to(memberships::Entity)
        .from(users::Column::Id)
        .to(memberships::Column::UserId)
        .into();
    let to_account = memberships::Entity::belongs_to(accounts::Entity)
        .from(memberships::Column::AccountId)
        .to(accounts::Column::Id)
        .into();
    let terms = Query::select()
        .expr(Expr::col(terms_versions::Column::Version).max())
        .from(terms_versions::Entity)
        .to_owned();
    let rows = sessions::Entity::find_by_id(session.0)
        .join(JoinType::InnerJoin, to_user)
        .join(JoinType::LeftJoin, to_membership)
        .join(JoinType::LeftJoin, to_account)
        .select_also(users::Entity)
        .column_as(memberships::Column::AccountId, ACCOUNT)
        .column_as(accounts::Column::CompanyId, COMPANY)
        .column_as(memberships::Column::Role, ROLE)
        .expr_as(Expr::from(terms), TERMS)
        .into_model::<sessions::Model, Joined>()
        .all(&conn)
        .await?;
    let mut memberships = Vec::with_capacity(rows.len());
    let mut found: Option<(sessions::Model, users::Model, Option<i64>)> = None;
    for (session, joined) in rows {
        let Some(Joined {
            user,
            account,
            company,
            role,
            current_terms,
        }) = joined
        else {
            continue;
        };
        if let (Some(account), Some(company), Some(word)) = (account, company, role) {
            let role = MemberRole::from_word(&word)
                .ok_or_else(|| corrupt("memberships", "role", user.id, &word))?;
            let (account, company) = (account.into(), company.into());
            memberships.push(Membership {
                account,
                company,
                role,
                access: Vec::new(),
            });
        }
        found = Some((session, user, current_terms));
    }
    let Some((session, user, current_terms)) = found else {
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
