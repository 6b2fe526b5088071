//! The list of the people of an account. It is asked for more often than anything else, so it reads the columns that are
//! shown and no more: each column of each row costs.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::locks::UserLockFacts;
use quaymaster_domain::members::MemberRole;
use sea_orm::sea_query::{Expr, Order, Query};
use sea_orm::{ColumnTrait, Condition, ExprTrait, QueryResult};
use uuid::Uuid;

use super::{DormancyLine, MemberFilter, MemberSort, later_sign_in, matching};
use crate::db::Handle;
use crate::entities::{memberships, users};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};
use crate::row::{self, Cells, in_order};
use crate::users::{LastSignIn, LockColumns};

/// A person in a list of an account.
#[derive(Clone, Debug)]
pub struct ListedMember {
    /// Identity.
    pub id: UserId,
    /// The User ID as written; empty until the invitation is redeemed.
    pub user_name: Option<String>,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// E-mail address on file.
    pub email: String,
    /// The last sign-in.
    pub last_sign_in: Option<LastSignIn>,
    /// Whether the person is one of the operator's staff.
    pub staff: bool,
    /// What decides about locks.
    pub locks: UserLockFacts,
    /// When the person was invited or made.
    pub created_at: DateTime<Utc>,
    /// The account.
    pub account: AccountId,
    /// The role in it.
    pub role: MemberRole,
    /// Whether the person belongs to another account as well.
    pub elsewhere: bool,
    /// Since when.
    pub since: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

struct Shown {
    id: Uuid,
    user_name: Option<String>,
    given_name: String,
    family_name: String,
    email: String,
    staff_role: Option<String>,
    failed_count: i64,
    locked_at: Option<DateTime<Utc>>,
    suspended_at: Option<DateTime<Utc>>,
    suspended_by_kind: Option<String>,
    suspended_reason: Option<String>,
    dormancy_starts_at: DateTime<Utc>,
    last_sign_in_at: Option<DateTime<Utc>>,
    last_sign_in_device: Option<String>,
    last_sign_in_network: Option<String>,
    created_at: DateTime<Utc>,
    role: String,
    since: DateTime<Utc>,
    version: i64,
}

in_order!(Shown {
    users.id,
    users.user_name,
    users.given_name,
    users.family_name,
    users.email,
    users.staff_role,
    users.failed_count,
    users.locked_at,
    users.suspended_at,
    users.suspended_by_kind,
    users.suspended_reason,
    users.dormancy_starts_at,
    users.last_sign_in_at,
    users.last_sign_in_device,
    users.last_sign_in_network,
    users.created_at,
    memberships.role,
    memberships.since,
    memberships.version,
});

/// Whether a person who is listed belongs to another account as well: few do, and only for them the roles there are read.
const ELSEWHERE: &str = "EXISTS (SELECT 1 FROM memberships AS others WHERE others.user_id = users.id AND others.account_id <> memberships.account_id)";

/// Members of an account by name, within the scope.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    filter: &MemberFilter,
    line: DormancyLine,
    page: &PageRequest,
) -> Result<Page<ListedMember>, StoreError> {
    if !scope.contains(account) {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut wanted = matching(account, filter, line);
    let mut select = Query::select();
    select
        .expr(Expr::cust(Shown::COLUMNS))
        .expr(Expr::cust(ELSEWHERE))
        .from(memberships::Entity)
        .inner_join(
            users::Entity,
            Expr::col((users::Entity, users::Column::Id))
                .equals((memberships::Entity, memberships::Column::UserId)),
        );
    match filter.sort {
        MemberSort::Name => {
            if let Some(after) = &page.after {
                let name = after.part(0);
                wanted = wanted.add(
                    Condition::any().add(users::Column::NameKey.gt(name)).add(
                        Condition::all()
                            .add(users::Column::NameKey.eq(name))
                            .add(users::Column::Id.gt(after.id())),
                    ),
                );
            }
            select.order_by((users::Entity, users::Column::NameKey), Order::Asc);
        }
        MemberSort::LastSignIn => {
            if let Some(after) = &page.after {
                wanted = wanted.add(later_sign_in(after));
            }
            let at = (users::Entity, users::Column::LastSignInAt);
            select
                .order_by_expr(Expr::col(at).is_not_null(), Order::Asc)
                .order_by(at, Order::Asc);
        }
    }
    select
        .cond_where(wanted)
        .order_by((users::Entity, users::Column::Id), Order::Asc);
    let rows = row::page(&db.conn(), &select, page).await?;
    let members = rows
        .iter()
        .map(|row| listed(row, account))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(members, page, |member| {
        let key = match filter.sort {
            MemberSort::Name => crate::users::name_key(&member.given_name, &member.family_name),
            MemberSort::LastSignIn => member
                .last_sign_in
                .as_ref()
                .map_or_else(String::new, |last| last.at.to_rfc3339()),
        };
        Cursor::new([key, member.id.to_string()])
    }))
}

fn listed(row: &QueryResult, account: AccountId) -> Result<ListedMember, StoreError> {
    let mut cells = Cells::of(row)?;
    let Shown {
        id,
        user_name,
        given_name,
        family_name,
        email,
        staff_role,
        failed_count,
        locked_at,
        suspended_at,
        suspended_by_kind,
        suspended_reason,
        dormancy_starts_at,
        last_sign_in_at,
        last_sign_in_device,
        last_sign_in_network,
        created_at,
        role,
        since,
        version,
    } = Shown::take(&mut cells)?;
    let elsewhere = cells.take()?;
    let locks = LockColumns {
        failed_count,
        locked_at,
        suspended_at,
        suspended_by_kind: suspended_by_kind.as_deref(),
        suspended_reason: suspended_reason.as_deref(),
        dormancy_starts_at,
    };
    Ok(ListedMember {
        id: id.into(),
        locks: locks.facts(id.into())?,
        user_name,
        given_name,
        family_name,
        email,
        last_sign_in: last_sign_in_at.map(|at| LastSignIn {
            at,
            device: last_sign_in_device.unwrap_or_default(),
            network: last_sign_in_network.unwrap_or_default(),
        }),
        staff: staff_role.is_some(),
        created_at,
        account,
        role: MemberRole::from_word(&role)
            .ok_or_else(|| corrupt("memberships", "role", id, &role))?,
        elsewhere,
        since,
        version,
    })
}
