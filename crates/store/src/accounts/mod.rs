//! Portal accounts, within the reader's scope.

mod list;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{AccountRef, Scope};
use quaymaster_domain::ids::{AccountId, CompanyId, UserId};
use quaymaster_domain::members::MemberRole;
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{accounts, companies, locks, memberships};
use crate::error::{StoreError, corrupt};

pub use list::{AccountFilter, AccountSummary, list, list_as_guest, list_seen, summaries};

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

/// Who owns an account, for letters about it.
///
/// # Errors
/// When the database cannot answer.
pub async fn owner(db: &impl Handle, id: AccountId) -> Result<Option<UserId>, StoreError> {
    let found: Option<uuid::Uuid> = accounts::Entity::find_by_id(id.0)
        .select_only()
        .column(accounts::Column::OwnerUserId)
        .into_tuple()
        .one(&db.conn())
        .await?;
    Ok(found.map(Into::into))
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
