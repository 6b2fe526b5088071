//! Portal accounts, within the reader's scope.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::{AccountRef, Scope};
use quaymaster_domain::ids::{AccountId, CompanyId, UserId};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{accounts, companies};
use crate::error::{StoreError, corrupt};

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
        open: row.state == "open",
        owner: row.owner_user_id.into(),
        created_at: row.created_at,
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
/// When the database cannot answer.
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
    let company = companies::Entity::find_by_id(row.company_id)
        .one(&tx.conn())
        .await?;
    account(row, company).map(Some)
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

/// Names another owner of an account whose row is locked, and moves its version on. The memberships are changed in the same
/// transaction; the constraint that ties both together is checked at commit (R8).
///
/// # Errors
/// When the database refuses.
pub async fn set_owner(tx: &WriteTx, account: &Account, owner: UserId) -> Result<(), StoreError> {
    let row = accounts::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(account.id.0),
        owner_user_id: Set(owner.0),
        version: Set(account.version + 1),
        ..Default::default()
    };
    accounts::Entity::update(row).exec(&tx.conn()).await?;
    Ok(())
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
