//! Memberships: who belongs to which account, in which role, with which rights per sub-account. The list of an account's
//! people is in `list`, changes are in `write`.

mod list;
mod write;

pub use list::{ListedMember, list};
pub use write::{Rights, add_access, insert, remove, set_rights, set_role};

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use quaymaster_domain::access::{Membership, Scope};
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::ids::{AccountId, SubAccountId, UserId};
use quaymaster_domain::members::{
    MemberRole, RecordsLevel, ReportsLevel, StructureLevel, SubAccountAccess,
};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
};

use crate::accounts::Account;
use crate::db::{Handle, WriteTx};
use crate::entities::{
    accounts, companies, membership_access, membership_ports, memberships, sub_accounts, users,
};
use crate::error::{StoreError, corrupt};
use crate::page::Cursor;
use crate::row::{self, Cells};
use crate::users::User;

/// A person in an account.
#[derive(Clone, Debug)]
pub struct Member {
    /// The person.
    pub user: User,
    /// The account.
    pub account: AccountId,
    /// The role.
    pub role: MemberRole,
    /// Since when.
    pub since: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

/// The states that a list can be filtered by; each excludes the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateFilter {
    /// None of the others.
    Active,
    /// Has not redeemed the invitation.
    Invited,
    /// Locked by failures.
    FailedAttempts,
    /// Not signed in for too long.
    Dormant,
    /// Suspended.
    Suspended,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MemberSort {
    /// By family name.
    #[default]
    Name,
    /// Those who never signed in first, then by the last sign-in, the oldest first.
    LastSignIn,
}

/// Which members, in which order.
#[derive(Clone, Debug, Default)]
pub struct MemberFilter {
    /// In this state.
    pub state: Option<StateFilter>,
    /// In this role.
    pub role: Option<MemberRole>,
    /// Whose 45 days end before this day (and who are not yet dormant).
    pub lapses_before: Option<NaiveDate>,
    /// Text in name, User ID or e-mail.
    pub q: Option<String>,
    /// In this order.
    pub sort: MemberSort,
}

/// The moments that decide about dormancy: who started before `dormant_before` is dormant; a person lapses
/// `days` after the start.
#[derive(Clone, Copy, Debug)]
pub struct DormancyLine {
    /// Now less the days.
    pub dormant_before: DateTime<Utc>,
    /// The days.
    pub days: i64,
}

/// A membership with its beginning and its account.
pub type Belonging = (Membership, DateTime<Utc>, Account);

/// Memberships of a person with account and company, for the actor and for the account switcher.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of_user(db: &impl Handle, user: UserId) -> Result<Vec<Belonging>, StoreError> {
    let mut all = of_users(db, &[user]).await?;
    Ok(all.remove(&user).unwrap_or_default())
}

/// The same of several people; those who belong nowhere are left out.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of_users(
    db: &impl Handle,
    people: &[UserId],
) -> Result<HashMap<UserId, Vec<Belonging>>, StoreError> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let conn = db.conn();
    let ids = row::padded(people);
    let sql = format!(
        "SELECT {}, {}, {} FROM memberships \
         JOIN accounts ON accounts.id = memberships.account_id \
         JOIN companies ON companies.id = accounts.company_id \
         WHERE memberships.user_id IN ({})",
        memberships::Model::COLUMNS,
        accounts::Model::COLUMNS,
        companies::Model::COLUMNS,
        row::places(ids.len())
    );
    let rows = row::all(&conn, &sql, ids.iter().map(|id| id.0.into())).await?;
    let mut all: HashMap<UserId, Vec<Belonging>> = HashMap::with_capacity(people.len());
    let mut plain = false;
    for row in &rows {
        let mut cells = Cells::of(row)?;
        let row = memberships::Model::take(&mut cells)?;
        let account = accounts::Model::take(&mut cells)?;
        let company = companies::Model::take(&mut cells)?;
        let role = member_role(&row)?;
        plain |= role == MemberRole::User;
        let membership = Membership {
            account: account.id.into(),
            company: account.company_id.into(),
            role,
            access: Vec::new(),
        };
        let account = crate::accounts::account(account, Some(company))?;
        let of_person = all.entry(row.user_id.into()).or_default();
        of_person.push((membership, row.since, account));
    }
    if plain {
        let rights = membership_access::Entity::find()
            .filter(membership_access::Column::UserId.is_in(ids.iter().map(|id| id.0)))
            .all(&conn)
            .await?;
        for right in &rights {
            let places = all.get_mut(&UserId(right.user_id)).into_iter().flatten();
            for (membership, ..) in places {
                if membership.account.0 == right.account_id {
                    membership.access.push(sub_account_access(right)?);
                }
            }
        }
    }
    for places in all.values_mut() {
        // The first is what the portal opens with, so closed accounts, which are read as history, come last.
        places.sort_by(|(.., a), (.., b)| {
            (!a.open, &a.company_name, &a.name, a.id).cmp(&(
                !b.open,
                &b.company_name,
                &b.name,
                b.id,
            ))
        });
    }
    Ok(all)
}

fn member_role(row: &memberships::Model) -> Result<MemberRole, StoreError> {
    MemberRole::from_word(&row.role)
        .ok_or_else(|| corrupt("memberships", "role", row.user_id, &row.role))
}

pub(crate) fn sub_account_access(
    row: &membership_access::Model,
) -> Result<SubAccountAccess, StoreError> {
    let unfit = |column: &'static str, word: &str| {
        corrupt("membership_access", column, row.sub_account_id, word)
    };
    Ok(SubAccountAccess {
        sub_account_id: row.sub_account_id.into(),
        structure: StructureLevel::from_word(&row.structure)
            .ok_or_else(|| unfit("structure", &row.structure))?,
        records: RecordsLevel::from_word(&row.records)
            .ok_or_else(|| unfit("records", &row.records))?,
        reports: ReportsLevel::from_word(&row.reports)
            .ok_or_else(|| unfit("reports", &row.reports))?,
    })
}

fn with_user() -> sea_orm::SelectTwo<memberships::Entity, users::Entity> {
    let to_user = memberships::Entity::belongs_to(users::Entity)
        .from(memberships::Column::UserId)
        .to(users::Column::Id)
        .into();
    memberships::Entity::find()
        .join(JoinType::InnerJoin, to_user)
        .select_also(users::Entity)
}

fn member((row, user): (memberships::Model, Option<users::Model>)) -> Result<Member, StoreError> {
    let role = member_role(&row)?;
    let user =
        user.ok_or_else(|| corrupt("memberships", "user_id", row.user_id, "no such user"))?;
    Ok(Member {
        user: user.try_into()?,
        account: row.account_id.into(),
        role,
        since: row.since,
        version: row.version,
    })
}

/// What stands after a row in the order of last sign-ins. A cursor of another list counts as one that never signed in.
fn later_sign_in(after: &Cursor) -> Condition {
    use users::Column::{Id, LastSignInAt};
    let at = DateTime::parse_from_rfc3339(after.part(0)).map(|at| at.with_timezone(&Utc));
    match at {
        Err(_) => Condition::any().add(LastSignInAt.is_not_null()).add(
            Condition::all()
                .add(LastSignInAt.is_null())
                .add(Id.gt(after.id())),
        ),
        Ok(at) => Condition::any().add(LastSignInAt.gt(at)).add(
            Condition::all()
                .add(LastSignInAt.eq(at))
                .add(Id.gt(after.id())),
        ),
    }
}

/// How many members match.
///
/// # Errors
/// When the database cannot answer.
pub async fn count(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    filter: &MemberFilter,
    line: DormancyLine,
) -> Result<u64, StoreError> {
    use sea_orm::PaginatorTrait;
    if !scope.contains(account) {
        return Ok(0);
    }
    Ok(with_user()
        .filter(matching(account, filter, line))
        .count(&db.conn())
        .await?)
}

fn matching(account: AccountId, filter: &MemberFilter, line: DormancyLine) -> Condition {
    let mut wanted = Condition::all().add(memberships::Column::AccountId.eq(account.0));
    let not_locked = || {
        Condition::all()
            .add(users::Column::SuspendedAt.is_null())
            .add(users::Column::LockedAt.is_null())
    };
    let joined = || users::Column::UserName.is_not_null();
    wanted = match filter.state {
        None => wanted,
        Some(StateFilter::Suspended) => wanted.add(users::Column::SuspendedAt.is_not_null()),
        Some(StateFilter::Invited) => wanted
            .add(users::Column::SuspendedAt.is_null())
            .add(users::Column::UserName.is_null()),
        Some(StateFilter::FailedAttempts) => wanted
            .add(users::Column::SuspendedAt.is_null())
            .add(users::Column::LockedAt.is_not_null()),
        Some(StateFilter::Dormant) => wanted
            .add(not_locked())
            .add(joined())
            .add(users::Column::DormancyStartsAt.lte(line.dormant_before)),
        Some(StateFilter::Active) => wanted
            .add(not_locked())
            .add(joined())
            .add(users::Column::DormancyStartsAt.gt(line.dormant_before)),
    };
    if let Some(role) = filter.role {
        wanted = wanted.add(memberships::Column::Role.eq(role.as_str()));
    }
    if let Some(day) = filter.lapses_before {
        let end =
            day.and_time(chrono::NaiveTime::MIN).and_utc() - chrono::Duration::days(line.days);
        wanted = wanted
            .add(joined())
            .add(users::Column::DormancyStartsAt.gt(line.dormant_before))
            .add(users::Column::DormancyStartsAt.lt(end));
    }
    if let Some(q) = filter
        .q
        .as_deref()
        .map(str::to_lowercase)
        .filter(|q| !q.is_empty())
    {
        let contains = |column: users::Column| {
            Expr::col((users::Entity, column)).like(
                sea_orm::sea_query::LikeExpr::new(format!("%{}%", escape_like(&q))).escape('\\'),
            )
        };
        wanted = wanted.add(
            Condition::any()
                .add(contains(users::Column::NameKey))
                .add(contains(users::Column::UserKey))
                .add(contains(users::Column::EmailKey)),
        );
    }
    wanted
}

/// Keeps what a person typed from being read as a pattern.
pub(crate) fn escape_like(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}

/// Everybody who has joined an account, by name, for a review of access; those invited have no access yet.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn joined(db: &impl Handle, account: AccountId) -> Result<Vec<Member>, StoreError> {
    with_user()
        .filter(memberships::Column::AccountId.eq(account.0))
        .filter(users::Column::UserName.is_not_null())
        .order_by_asc(users::Column::NameKey)
        .order_by_asc(users::Column::Id)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(member)
        .collect()
}

/// The owner and the proxies of an account who have joined, to whom mails about it go.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn managers(db: &impl Handle, account: AccountId) -> Result<Vec<Member>, StoreError> {
    with_user()
        .filter(memberships::Column::AccountId.eq(account.0))
        .filter(memberships::Column::Role.is_in(["owner", "proxy"]))
        .filter(users::Column::UserName.is_not_null())
        .order_by_asc(users::Column::Id)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(member)
        .collect()
}

/// One member, within the scope.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    user: UserId,
) -> Result<Option<Member>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    let row = with_user()
        .filter(memberships::Column::AccountId.eq(account.0))
        .filter(memberships::Column::UserId.eq(user.0))
        .one(&db.conn())
        .await?;
    row.map(member).transpose()
}

/// One member with the person's row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    user: UserId,
) -> Result<Option<Member>, StoreError> {
    crate::users::lock(tx, user).await?;
    find(tx, scope, account, user).await
}

/// Rights per sub-account and ports of one member.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn access(
    db: &impl Handle,
    account: AccountId,
    user: UserId,
) -> Result<(Vec<SubAccountAccess>, Vec<String>), StoreError> {
    let conn = db.conn();
    let rights = membership_access::Entity::find()
        .filter(membership_access::Column::AccountId.eq(account.0))
        .filter(membership_access::Column::UserId.eq(user.0))
        .order_by_asc(membership_access::Column::SubAccountId)
        .all(&conn)
        .await?;
    let ports = membership_ports::Entity::find()
        .filter(membership_ports::Column::AccountId.eq(account.0))
        .filter(membership_ports::Column::UserId.eq(user.0))
        .order_by_asc(membership_ports::Column::PortCode)
        .all(&conn)
        .await?;
    let rights = rights
        .iter()
        .map(sub_account_access)
        .collect::<Result<_, _>>()?;
    Ok((rights, ports.into_iter().map(|p| p.port_code).collect()))
}

/// Rights per sub-account and ports of all members of an account.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn rights_of_all(
    db: &impl Handle,
    account: AccountId,
) -> Result<HashMap<UserId, Rights>, StoreError> {
    let conn = db.conn();
    let mut all: HashMap<UserId, Rights> = HashMap::new();
    let rights = membership_access::Entity::find()
        .filter(membership_access::Column::AccountId.eq(account.0))
        .order_by_asc(membership_access::Column::SubAccountId)
        .all(&conn)
        .await?;
    for right in &rights {
        let of = all.entry(right.user_id.into()).or_default();
        of.access.push(sub_account_access(right)?);
    }
    let ports = membership_ports::Entity::find()
        .filter(membership_ports::Column::AccountId.eq(account.0))
        .order_by_asc(membership_ports::Column::PortCode)
        .all(&conn)
        .await?;
    for port in ports {
        let of = all.entry(port.user_id.into()).or_default();
        of.ports.push(port.port_code);
    }
    Ok(all)
}

/// Every role of each of these people, for the rule that nobody acts on a person of equal or higher power (R6): locks
/// belong to the person and count in all accounts.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn roles_of(
    db: &impl Handle,
    people: &[UserId],
) -> Result<Vec<(UserId, AccountId, MemberRole)>, StoreError> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let rows = memberships::Entity::find()
        .filter(memberships::Column::UserId.is_in(people.iter().map(|p| p.0)))
        .all(&db.conn())
        .await?;
    rows.iter()
        .map(|row| Ok((row.user_id.into(), row.account_id.into(), member_role(row)?)))
        .collect()
}

/// A member of an account by the e-mail address on file or the one that was invited, whatever its writing.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn by_email(
    db: &impl Handle,
    account: AccountId,
    email: &str,
) -> Result<Option<Member>, StoreError> {
    let keys = [
        crate::users::email_key(email),
        crate::users::invited_email_key(email, &account.to_string()),
    ];
    let row = with_user()
        .filter(memberships::Column::AccountId.eq(account.0))
        .filter(users::Column::EmailKey.is_in(keys))
        .one(&db.conn())
        .await?;
    row.map(member).transpose()
}

/// A sub-account as the rights of people name it.
#[derive(Clone, Debug)]
pub struct Place {
    /// Identity.
    pub id: SubAccountId,
    /// Its name.
    pub name: String,
    /// The business activity that it carries.
    pub activity: BusinessActivity,
}

/// The sub-accounts of an account by name, for assigning and explaining rights.
///
/// # Errors
/// When the database cannot answer.
pub async fn places(db: &impl Handle, account: AccountId) -> Result<Vec<Place>, StoreError> {
    let rows = sub_accounts::Entity::find()
        .filter(sub_accounts::Column::AccountId.eq(account.0))
        .order_by_asc(sub_accounts::Column::Name)
        .order_by_asc(sub_accounts::Column::Id)
        .all(&db.conn())
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Place {
                id: row.id.into(),
                activity: BusinessActivity::from_word(&row.activity)
                    .ok_or_else(|| corrupt("sub_accounts", "activity", row.id, &row.activity))?,
                name: row.name,
            })
        })
        .collect()
}

/// Ports to which people are limited: the person, the account, the port.
///
/// # Errors
/// When the database cannot answer.
pub async fn ports_of_users(
    db: &impl Handle,
    people: &[UserId],
) -> Result<Vec<(UserId, AccountId, String)>, StoreError> {
    let ids = row::padded(people);
    let rows = membership_ports::Entity::find()
        .filter(membership_ports::Column::UserId.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(membership_ports::Column::PortCode)
        .all(&db.conn())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.user_id.into(), row.account_id.into(), row.port_code))
        .collect())
}

/// Whether a person belongs to an account.
///
/// # Errors
/// When the database cannot answer.
pub async fn is_member(
    db: &impl Handle,
    account: AccountId,
    user: UserId,
) -> Result<bool, StoreError> {
    let found = memberships::Entity::find_by_id((account.0, user.0))
        .one(&db.conn())
        .await?;
    Ok(found.is_some())
}

/// The owner and the proxies of an account who have a User ID, for letters to them.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn managing(db: &impl Handle, account: AccountId) -> Result<Vec<User>, StoreError> {
    let conn = db.conn();
    let ids: Vec<uuid::Uuid> = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::UserId)
        .filter(memberships::Column::AccountId.eq(account.0))
        .filter(memberships::Column::Role.is_in(["owner", "proxy"]))
        .into_tuple()
        .all(&conn)
        .await?;
    users::Entity::find()
        .filter(users::Column::Id.is_in(ids))
        .filter(users::Column::UserKey.is_not_null())
        .order_by_asc(users::Column::Id)
        .all(&conn)
        .await?
        .into_iter()
        .map(User::try_from)
        .collect()
}

/// The members of an account who have not redeemed their invitation.
///
/// # Errors
/// When the database cannot answer.
pub async fn invited(db: &impl Handle, account: AccountId) -> Result<Vec<UserId>, StoreError> {
    let conn = db.conn();
    let ids: Vec<uuid::Uuid> = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::UserId)
        .filter(memberships::Column::AccountId.eq(account.0))
        .into_tuple()
        .all(&conn)
        .await?;
    let mut found = Vec::new();
    // In pieces, because both databases limit the number of values in one statement.
    for piece in ids.chunks(500) {
        let invited: Vec<uuid::Uuid> = users::Entity::find()
            .select_only()
            .column(users::Column::Id)
            .filter(users::Column::Id.is_in(piece.to_vec()))
            .filter(users::Column::UserKey.is_null())
            .into_tuple()
            .all(&conn)
            .await?;
        found.extend(invited.into_iter().map(UserId));
    }
    Ok(found)
}
