//! Sub-accounts: parts of an account that carry one business activity each, within the reader's scope.

use chrono::{DateTime, Utc};
use quaymaster_domain::access::Scope;
use quaymaster_domain::activities::BusinessActivity;
use quaymaster_domain::ids::{AccountId, SubAccountId};
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::sub_accounts::{ActiveModel, Column, Entity, Model};
use crate::error::StoreError;
use crate::page::{Cursor, Page, PageRequest};

/// A sub-account.
#[derive(Clone, Debug)]
pub struct SubAccount {
    /// Identity.
    pub id: SubAccountId,
    /// The account that it is part of.
    pub account: AccountId,
    /// Name, unique within the account.
    pub name: String,
    /// The activity that it carries.
    pub activity: BusinessActivity,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// For `If-Match`.
    pub version: i64,
}

impl TryFrom<Model> for SubAccount {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            activity: crate::activities::activity("sub_accounts", row.id, &row.activity)?,
            id: row.id.into(),
            account: row.account_id.into(),
            name: row.name,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

fn visible(scope: &Scope, account: AccountId) -> Option<Condition> {
    if !scope.contains(account) {
        return None;
    }
    let of_account = Condition::all().add(Column::AccountId.eq(account.0));
    Some(match scope.sub_accounts(account) {
        None => of_account,
        Some(seen) => of_account.add(Column::Id.is_in(seen.into_iter().map(|s| s.0))),
    })
}

/// The sub-accounts of an account by name.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<SubAccount>, StoreError> {
    let Some(mut wanted) = visible(scope, account) else {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    };
    if let Some(after) = &page.after {
        let name = after.part(0);
        wanted = wanted.add(Column::Name.gt(name));
    }
    let rows = Entity::find()
        .filter(wanted)
        .order_by_asc(Column::Name)
        .limit(page.reach())
        .all(&db.conn())
        .await?;
    let found = rows
        .into_iter()
        .map(SubAccount::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |s| {
        Cursor::new([s.name.clone(), s.id.to_string()])
    }))
}

/// One sub-account.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn find(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    id: SubAccountId,
) -> Result<Option<SubAccount>, StoreError> {
    let Some(wanted) = visible(scope, account) else {
        return Ok(None);
    };
    Entity::find_by_id(id.0)
        .filter(wanted)
        .one(&db.conn())
        .await?
        .map(SubAccount::try_from)
        .transpose()
}

/// One sub-account with its row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: SubAccountId,
) -> Result<Option<SubAccount>, StoreError> {
    let Some(wanted) = visible(scope, account) else {
        return Ok(None);
    };
    Entity::find_by_id(id.0)
        .filter(wanted)
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(SubAccount::try_from)
        .transpose()
}

/// The sub-account that a claimed identifier is for, whatever account it belongs to by now.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn of_claim(tx: &WriteTx, id: SubAccountId) -> Result<Option<SubAccount>, StoreError> {
    Entity::find_by_id(id.0)
        .one(&tx.conn())
        .await?
        .map(SubAccount::try_from)
        .transpose()
}

/// Every sub-account of an account by name, for a use case that has asked the policy.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn all_of(tx: &WriteTx, account: AccountId) -> Result<Vec<SubAccount>, StoreError> {
    Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .order_by_asc(Column::Name)
        .all(&tx.conn())
        .await?
        .into_iter()
        .map(SubAccount::try_from)
        .collect()
}

/// How many sub-accounts an account has, whoever may see them.
///
/// # Errors
/// When the database cannot answer.
pub async fn count(tx: &WriteTx, account: AccountId) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .count(&tx.conn())
        .await?)
}

/// Creates a sub-account.
///
/// # Errors
/// [`Constraint::SubAccountName`](crate::constraint::Constraint::SubAccountName) when the account has one of that name,
/// [`Constraint::ForeignKey`](crate::constraint::Constraint::ForeignKey) when it does not hold the activity.
pub async fn insert(tx: &WriteTx, new: &SubAccount) -> Result<(), StoreError> {
    let row = Model {
        id: new.id.0,
        account_id: new.account.0,
        name: new.name.clone(),
        activity: new.activity.as_str().to_owned(),
        created_at: new.created_at,
        version: new.version,
    };
    Entity::insert(row.into_active_model())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Renames a sub-account whose row was locked at version `read`.
///
/// # Errors
/// As [`insert`] about the name.
pub async fn rename(
    tx: &WriteTx,
    id: SubAccountId,
    name: &str,
    read: i64,
) -> Result<(), StoreError> {
    let change = ActiveModel {
        id: Unchanged(id.0),
        name: Set(name.to_owned()),
        version: Set(read + 1),
        ..Default::default()
    };
    Entity::update(change)
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Deletes a sub-account whose identifiers have been taken away; rights in it and what waited for verification go with it.
///
/// # Errors
/// When the database refuses.
pub async fn delete(tx: &WriteTx, id: SubAccountId) -> Result<(), StoreError> {
    Entity::delete_by_id(id.0).exec(&tx.conn()).await?;
    Ok(())
}
