//! Portal accounts, within the reader's scope.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{AccountRef, Scope, Seat, Seats};
use quaymaster_domain::ids::{AccountId, CompanyId, UserId};
use quaymaster_domain::members::MemberRole;
use sea_orm::sea_query::{Expr, LikeExpr};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{accounts, companies, locks, memberships, sub_accounts, users};
use crate::error::{StoreError, corrupt};
use crate::grants::seats::{self, After, Part};
use crate::members::escape_like;
use crate::page::{Cursor, Page, PageRequest};

/// In use.
const OPEN: &str = "open";
/// Kept for reading.
const CLOSED: &str = "closed";

/// A portal account with its company's name.
#[derive(Clone, Debug)]
pub struct Account {
    /// Identity.
    pub id: AccountId,
    /// Ten digits with hyphens: `QM-NNNN-NNNNN-N`.
    pub account_number: String,
    /// The account's own name.
    pub name: String,
    /// The company that holds it.
    pub company_id: CompanyId,
    /// The company's name.
    pub company_name: String,
    /// False once closed.
    pub open: bool,
    /// The Account Owner.
    pub owner: UserId,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// Since when it is closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// The account that has had everything of it since.
    pub merged_into: Option<AccountId>,
    /// For `If-Match`.
    pub version: i64,
}

impl Account {
    /// Account and company, as the policy wants them.
    #[must_use]
    pub fn place(&self) -> AccountRef {
        AccountRef {
            account: self.id,
            company: self.company_id,
        }
    }
}

pub(crate) fn account(
    row: accounts::Model,
    company: Option<companies::Model>,
) -> Result<Account, StoreError> {
    let company =
        company.ok_or_else(|| corrupt("accounts", "company_id", row.id, "no such company"))?;
    Ok(Account {
        id: row.id.into(),
        account_number: row.account_number,
        name: row.name,
        company_id: row.company_id.into(),
        company_name: company.name,
        open: row.state == OPEN,
        owner: row.owner_user_id.into(),
        created_at: row.created_at,
        closed_at: row.closed_at,
        merged_into: row.merged_into_id.map(Into::into),
        version: row.version,
    })
}

/// One account, if the scope has it.
///
/// # Errors
/// When the database cannot answer.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    id: AccountId,
) -> Result<Option<Account>, StoreError> {
    if !scope.contains(id) {
        return Ok(None);
    }
    let found = accounts::Entity::find_by_id(id.0)
        .inner_join_company()
        .one(&db.conn())
        .await?;
    found
        .map(|(row, company)| account(row, company))
        .transpose()
}

/// The same with the account's row locked until the transaction ends: for use cases whose rule spans the account.
///
/// # Errors
/// [`StoreError::AccountClosed`] when nothing may change in it any more.
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    id: AccountId,
) -> Result<Option<Account>, StoreError> {
    if !scope.contains(id) {
        return Ok(None);
    }
    let locked = accounts::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    let Some(row) = locked else { return Ok(None) };
    if row.state != OPEN {
        return Err(closed(tx, row).await?);
    }
    let company = companies::Entity::find_by_id(row.company_id)
        .one(&tx.conn())
        .await?;
    account(row, company).map(Some)
}

/// Says why nothing changes in an account any more.
async fn closed(tx: &WriteTx, row: accounts::Model) -> Result<StoreError, StoreError> {
    let into = match row.merged_into_id {
        None => None,
        Some(id) => accounts::Entity::find_by_id(id).one(&tx.conn()).await?,
    };
    Ok(StoreError::AccountClosed {
        number: row.account_number,
        into: into.map(|a| a.account_number),
    })
}

/// Two accounts with their rows locked, always in the same order.
///
/// # Errors
/// [`StoreError::AccountClosed`] when nothing may change in one of them any more.
pub async fn lock_both(
    tx: &WriteTx,
    first: AccountId,
    second: AccountId,
) -> Result<Option<(Account, Account)>, StoreError> {
    let rows = accounts::Entity::find()
        .filter(accounts::Column::Id.is_in([first.0, second.0]))
        .order_by_asc(accounts::Column::Id)
        .lock_exclusive()
        .all(&tx.conn())
        .await?;
    let mut found = Vec::with_capacity(2);
    for row in rows {
        if row.state != OPEN {
            return Err(closed(tx, row).await?);
        }
        let company = companies::Entity::find_by_id(row.company_id)
            .one(&tx.conn())
            .await?;
        found.push(account(row, company)?);
    }
    let mut take = |id| {
        let at = found.iter().position(|a| a.id == id)?;
        Some(found.swap_remove(at))
    };
    Ok(take(first).zip(take(second)))
}

/// The open accounts of a company besides one, by name. For a service that has asked the policy about that one.
///
/// # Errors
/// When the database cannot answer.
pub async fn siblings(
    db: &impl Handle,
    company: CompanyId,
    but: AccountId,
) -> Result<Vec<Party>, StoreError> {
    let rows = accounts::Entity::find()
        .inner_join_company()
        .filter(accounts::Column::CompanyId.eq(company.0))
        .filter(accounts::Column::State.eq(OPEN))
        .filter(accounts::Column::Id.ne(but.0))
        .order_by_asc(accounts::Column::NameKey)
        .order_by_asc(accounts::Column::Id)
        .all(&db.conn())
        .await?;
    let found = rows
        .into_iter()
        .map(|(row, company)| account(row, company))
        .collect::<Result<Vec<_>, _>>()?;
    let order: Vec<AccountId> = found.iter().map(|a| a.id).collect();
    let mut parties = with_owners(db, found).await?;
    Ok(order.iter().filter_map(|id| parties.remove(id)).collect())
}

/// An account as the other side of a change of structure sees it.
#[derive(Clone, Debug)]
pub struct Party {
    /// The account.
    pub account: Account,
    /// The owner's User ID, once there is one.
    pub owner_user_name: Option<String>,
    /// The owner's name.
    pub owner_name: String,
}

/// The accounts on both sides of changes of structure; for a service that has asked the policy about one of the sides.
///
/// # Errors
/// When the database cannot answer.
pub async fn parties(
    db: &impl Handle,
    ids: impl IntoIterator<Item = AccountId>,
) -> Result<HashMap<AccountId, Party>, StoreError> {
    let found = by_ids(db, ids.into_iter().map(|id| id.0).collect()).await?;
    with_owners(db, found).await
}

async fn with_owners(
    db: &impl Handle,
    found: Vec<Account>,
) -> Result<HashMap<AccountId, Party>, StoreError> {
    let mut owners = summaries(db, &found).await?;
    Ok(found
        .into_iter()
        .map(|account| {
            let summary = owners.remove(&account.id).unwrap_or_default();
            let party = Party {
                owner_user_name: summary.owner_user_name,
                owner_name: summary.owner_name,
                account,
            };
            (party.account.id, party)
        })
        .collect())
}

/// Closes an account whose row is locked, because everything of it moved into another one. Its only member from now on is
/// the owner of that one, who reads its history.
///
/// # Errors
/// When the database refuses.
pub async fn close_into(
    tx: &WriteTx,
    emptied: &Account,
    survivor: &Account,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = accounts::ActiveModel {
        id: Unchanged(emptied.id.0),
        state: Set(CLOSED.to_owned()),
        closed_at: Set(Some(at)),
        merged_into_id: Set(Some(survivor.id.0)),
        version: Set(emptied.version + 1),
        ..Default::default()
    };
    accounts::Entity::update(row).exec(&tx.conn()).await?;
    follow_owner(tx, survivor.id, survivor.owner, at).await
}

/// Gives every account that was merged into one, directly or through others, the owner of that one as its only member.
async fn follow_owner(
    tx: &WriteTx,
    survivor: AccountId,
    owner: UserId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let conn = tx.conn();
    let mut waiting = vec![survivor.0];
    while let Some(into) = waiting.pop() {
        let emptied: Vec<uuid::Uuid> = accounts::Entity::find()
            .select_only()
            .column(accounts::Column::Id)
            .filter(accounts::Column::MergedIntoId.eq(into))
            .into_tuple()
            .all(&conn)
            .await?;
        for id in emptied {
            memberships::Entity::delete_many()
                .filter(memberships::Column::AccountId.eq(id))
                .exec(&conn)
                .await?;
            crate::members::insert(tx, id.into(), owner, MemberRole::Owner, at).await?;
            let row = accounts::ActiveModel {
                id: Unchanged(id),
                owner_user_id: Set(owner.0),
                ..Default::default()
            };
            accounts::Entity::update(row).exec(&conn).await?;
            waiting.push(id);
        }
    }
    Ok(())
}

/// The account that an invitation is for, whose token is the right to see it.
///
/// # Errors
/// When the database cannot answer.
pub async fn by_invitation(db: &impl Handle, id: AccountId) -> Result<Option<Account>, StoreError> {
    Ok(by_ids(db, vec![id.0]).await?.pop())
}

/// The same with the account's row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock_by_invitation(
    tx: &WriteTx,
    id: AccountId,
) -> Result<Option<Account>, StoreError> {
    accounts::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(&tx.conn())
        .await?;
    by_invitation(tx, id).await
}

/// One account for what the portal does by itself, with its row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn lock_for_job(tx: &WriteTx, id: AccountId) -> Result<Option<Account>, StoreError> {
    lock_by_invitation(tx, id).await
}

/// Names another owner of an account whose row is locked, and moves its version on. The memberships are changed in the same
/// transaction; the constraint that ties both together is checked at commit (R8). Accounts that were merged into this one
/// follow.
///
/// # Errors
/// When the database refuses.
pub async fn set_owner(
    tx: &WriteTx,
    account: &Account,
    owner: UserId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = accounts::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(account.id.0),
        owner_user_id: Set(owner.0),
        version: Set(account.version + 1),
        ..Default::default()
    };
    accounts::Entity::update(row).exec(&tx.conn()).await?;
    follow_owner(tx, account.id, owner, at).await
}

/// Those of some accounts that the scope has.
///
/// # Errors
/// When the database cannot answer.
pub async fn among(
    db: &impl Handle,
    scope: &Scope,
    wanted: &[AccountId],
) -> Result<Vec<Account>, StoreError> {
    let seen = wanted.iter().filter(|id| scope.contains(**id));
    by_ids(db, seen.map(|id| id.0).collect()).await
}

/// The accounts of a set of ids, for lists that show names.
///
/// # Errors
/// When the database cannot answer.
pub(crate) async fn by_ids(
    db: &impl Handle,
    ids: Vec<uuid::Uuid>,
) -> Result<Vec<Account>, StoreError> {
    let rows = accounts::Entity::find()
        .filter(accounts::Column::Id.is_in(ids))
        .inner_join_company()
        .all(&db.conn())
        .await?;
    rows.into_iter()
        .map(|(row, company)| account(row, company))
        .collect()
}

/// Joins the company to a selection of accounts.
pub(crate) trait InnerJoinCompany {
    /// Accounts with their companies.
    fn inner_join_company(self) -> sea_orm::SelectTwo<accounts::Entity, companies::Entity>;
}

impl InnerJoinCompany for sea_orm::Select<accounts::Entity> {
    fn inner_join_company(self) -> sea_orm::SelectTwo<accounts::Entity, companies::Entity> {
        let to_company = accounts::Entity::belongs_to(companies::Entity)
            .from(accounts::Column::CompanyId)
            .to(companies::Column::Id)
            .into();
        self.join(sea_orm::JoinType::InnerJoin, to_company)
            .select_also(companies::Entity)
    }
}

/// Which accounts.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// Of this company.
    pub company: Option<CompanyId>,
    /// Text in the account's name or number or in the company's name.
    pub q: Option<String>,
}

/// Accounts by name, within the scope.
///
/// # Errors
/// When the database cannot answer.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    filter: &AccountFilter,
    page: &PageRequest,
) -> Result<Page<Account>, StoreError> {
    let mut wanted = Condition::all();
    if let Some(own) = scope.accounts() {
        wanted = wanted.add(accounts::Column::Id.is_in(own.into_iter().map(|a| a.0)));
    }
    if let Some(company) = filter.company {
        wanted = wanted.add(accounts::Column::CompanyId.eq(company.0));
    }
    if let Some(q) = &filter.q {
        let pattern =
            || LikeExpr::new(format!("%{}%", escape_like(&q.to_lowercase()))).escape('\\');
        // Account numbers are kept in capitals.
        let number = LikeExpr::new(format!("%{}%", escape_like(&q.to_uppercase()))).escape('\\');
        wanted = wanted.add(
            Condition::any()
                .add(Expr::col((accounts::Entity, accounts::Column::NameKey)).like(pattern()))
                .add(Expr::col((companies::Entity, companies::Column::NameKey)).like(pattern()))
                .add(Expr::col((accounts::Entity, accounts::Column::AccountNumber)).like(number)),
        );
    }
    if let Some(after) = &page.after {
        let name = after.part(0);
        wanted = wanted.add(
            Condition::any()
                .add(accounts::Column::NameKey.gt(name))
                .add(
                    Condition::all()
                        .add(accounts::Column::NameKey.eq(name))
                        .add(accounts::Column::Id.gt(after.id())),
                ),
        );
    }
    let rows = accounts::Entity::find()
        .inner_join_company()
        .filter(wanted)
        .order_by_asc(accounts::Column::NameKey)
        .order_by_asc(accounts::Column::Id)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let found = rows
        .into_iter()
        .map(|(row, company)| account(row, company))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |a| {
        Cursor::new([a.name.to_lowercase(), a.id.to_string()])
    }))
}

/// The accounts that a person sees, as a member and as a guest, by name. Whoever is both goes by the membership.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list_seen(
    db: &impl Handle,
    scope: &Scope,
    seats: &Seats,
    seen_as: (bool, bool),
    filter: &AccountFilter,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<(Account, Vec<Seat>)>, StoreError> {
    let (members, guests) = seen_as;
    let mut all = BTreeMap::new();
    let mut ends = Vec::new();
    if guests && !seats.own().is_empty() {
        let found = list_as_guest(db, scope, seats.user(), seats.own(), filter, now, page).await?;
        ends.extend(found.next);
        for (account, parts) in found.items {
            let seats = parts.into_iter().map(|(seat, _)| seat).collect();
            all.insert((account.name.to_lowercase(), account.id), (account, seats));
        }
    }
    if guests && !members {
        for (own, _) in seats.own() {
            all.retain(|(_, id), _| id != own);
        }
    }
    if members {
        let found = list(db, scope, filter, page).await?;
        ends.extend(found.next);
        for account in found.items {
            let key = (account.name.to_lowercase(), account.id);
            all.insert(key, (account, Vec::new()));
        }
    }
    // What lies beyond the end of either list comes with the next page.
    let end = ends
        .into_iter()
        .map(|cursor| (cursor.part(0).to_owned(), AccountId(cursor.id())))
        .min();
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let mut items = Vec::with_capacity(limit.min(all.len()));
    let mut next = None;
    for (key, item) in all {
        if end.as_ref().is_some_and(|end| key > *end) || items.len() == limit {
            next = items.last().map(|(account, _): &(Account, Vec<Seat>)| {
                Cursor::new([account.name.to_lowercase(), account.id.to_string()])
            });
            break;
        }
        items.push(item);
    }
    if next.is_none() {
        next = end.map(|(name, id)| Cursor::new([name, id.to_string()]));
    }
    Ok(Page { items, next })
}

/// What lists show of an account besides its own row.
#[derive(Clone, Debug, Default)]
pub struct AccountSummary {
    /// The owner's User ID, once there is one.
    pub owner_user_name: Option<String>,
    /// The owner's name.
    pub owner_name: String,
    /// How many sub-accounts it has.
    pub sub_accounts: u64,
    /// How many members it has.
    pub members: u64,
    /// The number of the account that it was merged into.
    pub merged_into_number: Option<String>,
}

/// Owners and counts of accounts that a finder of this module returned.
///
/// # Errors
/// When the database cannot answer.
pub async fn summaries(
    db: &impl Handle,
    found: &[Account],
) -> Result<HashMap<AccountId, AccountSummary>, StoreError> {
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let conn = db.conn();
    let ids = || found.iter().map(|a| a.id.0);
    let subs: HashMap<uuid::Uuid, i64> = sub_accounts::Entity::find()
        .select_only()
        .column(sub_accounts::Column::AccountId)
        .column_as(sub_accounts::Column::Id.count(), "n")
        .filter(sub_accounts::Column::AccountId.is_in(ids()))
        .group_by(sub_accounts::Column::AccountId)
        .into_tuple()
        .all(&conn)
        .await?
        .into_iter()
        .collect();
    let members: HashMap<uuid::Uuid, i64> = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::AccountId)
        .column_as(memberships::Column::UserId.count(), "n")
        .filter(memberships::Column::AccountId.is_in(ids()))
        .group_by(memberships::Column::AccountId)
        .into_tuple()
        .all(&conn)
        .await?
        .into_iter()
        .collect();
    let owners: HashMap<uuid::Uuid, users::Model> = users::Entity::find()
        .filter(users::Column::Id.is_in(found.iter().map(|a| a.owner.0)))
        .all(&conn)
        .await?
        .into_iter()
        .map(|u| (u.id, u))
        .collect();
    let survivors: Vec<uuid::Uuid> = found
        .iter()
        .filter_map(|a| a.merged_into.map(|id| id.0))
        .collect();
    let numbers: HashMap<uuid::Uuid, String> = if survivors.is_empty() {
        HashMap::new()
    } else {
        accounts::Entity::find()
            .select_only()
            .column(accounts::Column::Id)
            .column(accounts::Column::AccountNumber)
            .filter(accounts::Column::Id.is_in(survivors))
            .into_tuple()
            .all(&conn)
            .await?
            .into_iter()
            .collect()
    };
    let count = |of: &HashMap<uuid::Uuid, i64>, id: AccountId| {
        of.get(&id.0)
            .map_or(0, |n| u64::try_from(*n).unwrap_or_default())
    };
    found
        .iter()
        .map(|a| {
            let owner = owners
                .get(&a.owner.0)
                .ok_or_else(|| corrupt("accounts", "owner_user_id", a.id, "no such user"))?;
            let summary = AccountSummary {
                owner_user_name: owner.user_name.clone(),
                owner_name: format!("{} {}", owner.given_name, owner.family_name),
                sub_accounts: count(&subs, a.id),
                members: count(&members, a.id),
                merged_into_number: a.merged_into.and_then(|id| numbers.get(&id.0).cloned()),
            };
            Ok((a.id, summary))
        })
        .collect()
}

/// The serial of the next account. No other is made until the transaction ends.
///
/// # Errors
/// When the database cannot answer.
pub async fn next_serial(tx: &WriteTx) -> Result<u64, StoreError> {
    let conn = tx.conn();
    locks::Entity::find_by_id("account_serial")
        .lock_exclusive()
        .one(&conn)
        .await?
        .ok_or_else(|| corrupt("locks", "name", "account_serial", "no such row"))?;
    let last = accounts::Entity::find()
        .select_only()
        .column(accounts::Column::Serial)
        .order_by_desc(accounts::Column::Serial)
        .into_tuple::<i64>()
        .one(&conn)
        .await?
        .unwrap_or(0);
    u64::try_from(last + 1).map_err(|e| corrupt("accounts", "serial", last, e))
}

/// An account to open. Its owner's membership must be written in the same transaction (R8).
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Identity.
    pub id: AccountId,
    /// The company that holds it.
    pub company: CompanyId,
    /// The serial.
    pub serial: u64,
    /// The number made of it.
    pub account_number: String,
    /// The account's own name.
    pub name: String,
    /// The Account Owner.
    pub owner: UserId,
    /// Now.
    pub at: DateTime<Utc>,
}

/// Opens an account.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, new: NewAccount) -> Result<(), StoreError> {
    let NewAccount {
        id,
        company,
        serial,
        account_number,
        name,
        owner,
        at,
    } = new;
    let row = accounts::Model {
        id: id.0,
        company_id: company.0,
        serial: i64::try_from(serial).map_err(|e| corrupt("accounts", "serial", id, e))?,
        account_number,
        name_key: name.to_lowercase(),
        name,
        state: OPEN.to_owned(),
        owner_user_id: owner.0,
        owner_role: "owner".to_owned(),
        created_at: at,
        version: 1,
        closed_at: None,
        merged_into_id: None,
    };
    accounts::Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Renames an account whose row was locked at version `read`.
///
/// # Errors
/// When the database refuses.
pub async fn rename(tx: &WriteTx, id: AccountId, name: &str, read: i64) -> Result<(), StoreError> {
    let change = accounts::ActiveModel {
        id: Unchanged(id.0),
        name: Set(name.to_owned()),
        name_key: Set(name.to_lowercase()),
        version: Set(read + 1),
        ..Default::default()
    };
    accounts::Entity::update(change)
        .exec_without_returning(&tx.conn())
        .await?;
    crate::grants::key_of_account(tx, id, name).await
}

/// The accounts that a person sees as a guest through own accounts, by name, with what is seen there.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list_as_guest(
    db: &impl Handle,
    scope: &Scope,
    user: UserId,
    own: &[(AccountId, bool)],
    filter: &AccountFilter,
    now: DateTime<Utc>,
    page: &PageRequest,
) -> Result<Page<(Account, Vec<(Seat, Part)>)>, StoreError> {
    let own: Vec<_> = own
        .iter()
        .filter(|(id, _)| scope.contains(*id))
        .copied()
        .collect();
    let own = own.as_slice();
    let after = page.after.as_ref().map(|after| After {
        name: after.part(0),
        id: after.id(),
    });
    let found = seats::accounts(db, user, own, filter, after, page.reach(), now).await?;
    let page = Page::cut(found, page, |(key, id)| {
        Cursor::new([key.clone(), id.to_string()])
    });
    let ids: Vec<AccountId> = page.items.iter().map(|(_, id)| AccountId(*id)).collect();
    let mut places: HashMap<AccountId, Account> = by_ids(db, ids.iter().map(|id| id.0).collect())
        .await?
        .into_iter()
        .map(|a| (a.id, a))
        .collect();
    let mut seen = seats::in_accounts(db, user, own, &ids, now).await?;
    let mut items = Vec::with_capacity(ids.len());
    for id in ids {
        if let (Some(account), Some(parts)) = (places.remove(&id), seen.remove(&id)) {
            items.push((account, parts));
        }
    }
    Ok(Page {
        items,
        next: page.next,
    })
}
