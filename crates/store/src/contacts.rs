//! Contacts and postal addresses of accounts, within the reader's scope.

use quaymaster_domain::access::Scope;
use quaymaster_domain::companies::{AddressKind, ContactKind};
use quaymaster_domain::ids::{AccountId, AddressId, ContactId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::db::{Handle, WriteTx, sealed::Sealed};
use crate::entities::{addresses, contacts};
use crate::error::{StoreError, corrupt};
use crate::page::{Cursor, Page, PageRequest};

/// Somebody whom the operator may turn to about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Identity.
    pub id: ContactId,
    /// What for.
    pub kind: ContactKind,
    /// Name.
    pub name: String,
    /// Job title.
    pub title: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// For `If-Match`.
    pub version: i64,
}

/// A postal address of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Identity.
    pub id: AddressId,
    /// What for.
    pub kind: AddressKind,
    /// Street and number.
    pub line1: String,
    /// Building, floor, suite.
    pub line2: Option<String>,
    /// City or town.
    pub city: String,
    /// State, province or region.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country, two letters.
    pub country: String,
    /// For `If-Match`.
    pub version: i64,
}

impl TryFrom<contacts::Model> for Contact {
    type Error = StoreError;

    fn try_from(row: contacts::Model) -> Result<Self, StoreError> {
        Ok(Self {
            kind: ContactKind::from_word(&row.kind)
                .ok_or_else(|| corrupt("contacts", "kind", row.id, &row.kind))?,
            id: row.id.into(),
            name: row.name,
            title: row.title,
            email: row.email,
            phone: row.phone,
            version: row.version,
        })
    }
}

impl TryFrom<addresses::Model> for Address {
    type Error = StoreError;

    fn try_from(row: addresses::Model) -> Result<Self, StoreError> {
        Ok(Self {
            kind: AddressKind::from_word(&row.kind)
                .ok_or_else(|| corrupt("addresses", "kind", row.id, &row.kind))?,
            id: row.id.into(),
            line1: row.line1,
            line2: row.line2,
            city: row.city,
            region: row.region,
            postal_code: row.postal_code,
            country: row.country,
            version: row.version,
        })
    }
}

fn contact_row(account: AccountId, contact: &Contact) -> contacts::ActiveModel {
    contacts::Model {
        id: contact.id.0,
        account_id: account.0,
        kind: contact.kind.as_str().to_owned(),
        name: contact.name.clone(),
        title: contact.title.clone(),
        email: contact.email.clone(),
        phone: contact.phone.clone(),
        version: contact.version,
    }
    .into_active_model()
}

fn address_row(account: AccountId, address: &Address) -> addresses::ActiveModel {
    addresses::Model {
        id: address.id.0,
        account_id: account.0,
        kind: address.kind.as_str().to_owned(),
        line1: address.line1.clone(),
        line2: address.line2.clone(),
        city: address.city.clone(),
        region: address.region.clone(),
        postal_code: address.postal_code.clone(),
        country: address.country.clone(),
        version: address.version,
    }
    .into_active_model()
}

/// The contacts of an account in the order in which they were added.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<Contact>, StoreError> {
    let mut rows = Vec::new();
    if scope.contains(account) {
        let mut wanted = contacts::Entity::find().filter(contacts::Column::AccountId.eq(account.0));
        if let Some(after) = &page.after {
            wanted = wanted.filter(contacts::Column::Id.gt(after.id()));
        }
        rows = wanted
            .order_by_asc(contacts::Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let found = rows
        .into_iter()
        .map(Contact::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |c| Cursor::new([c.id.to_string()])))
}

/// The contacts of a kind that an account has, for letters to them.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn of_kind(
    db: &impl Handle,
    account: AccountId,
    kind: ContactKind,
) -> Result<Vec<Contact>, StoreError> {
    contacts::Entity::find()
        .filter(contacts::Column::AccountId.eq(account.0))
        .filter(contacts::Column::Kind.eq(kind.as_str()))
        .order_by_asc(contacts::Column::Id)
        .all(&db.conn())
        .await?
        .into_iter()
        .map(Contact::try_from)
        .collect()
}

/// One contact with its row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: ContactId,
) -> Result<Option<Contact>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    contacts::Entity::find_by_id(id.0)
        .filter(contacts::Column::AccountId.eq(account.0))
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(Contact::try_from)
        .transpose()
}

/// Adds a contact.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &WriteTx, account: AccountId, new: &Contact) -> Result<(), StoreError> {
    contacts::Entity::insert(contact_row(account, new))
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Writes a contact whose row is locked, as a whole.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &WriteTx, account: AccountId, new: &Contact) -> Result<(), StoreError> {
    contacts::Entity::update(contact_row(account, new).reset_all())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Deletes a contact whose row is locked.
///
/// # Errors
/// When the database refuses.
pub async fn delete(tx: &WriteTx, id: ContactId) -> Result<(), StoreError> {
    contacts::Entity::delete_by_id(id.0)
        .exec(&tx.conn())
        .await?;
    Ok(())
}

/// The addresses of an account in the order in which they were added.
///
/// # Errors
/// When the database cannot answer or a row does not fit.
pub async fn list_addresses(
    db: &impl Handle,
    scope: &Scope,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<Address>, StoreError> {
    let mut rows = Vec::new();
    if scope.contains(account) {
        let mut wanted =
            addresses::Entity::find().filter(addresses::Column::AccountId.eq(account.0));
        if let Some(after) = &page.after {
            wanted = wanted.filter(addresses::Column::Id.gt(after.id()));
        }
        rows = wanted
            .order_by_asc(addresses::Column::Id)
            .limit(page.reach())
            .all(&db.conn())
            .await?;
    }
    let found = rows
        .into_iter()
        .map(Address::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(found, page, |a| Cursor::new([a.id.to_string()])))
}

/// One address with its row locked until the transaction ends.
///
/// # Errors
/// When the database cannot answer or the row does not fit.
pub async fn lock_address(
    tx: &WriteTx,
    scope: &Scope,
    account: AccountId,
    id: AddressId,
) -> Result<Option<Address>, StoreError> {
    if !scope.contains(account) {
        return Ok(None);
    }
    addresses::Entity::find_by_id(id.0)
        .filter(addresses::Column::AccountId.eq(account.0))
        .lock_exclusive()
        .one(&tx.conn())
        .await?
        .map(Address::try_from)
        .transpose()
}

/// Adds an address.
///
/// # Errors
/// When the database refuses.
pub async fn insert_address(
    tx: &WriteTx,
    account: AccountId,
    new: &Address,
) -> Result<(), StoreError> {
    addresses::Entity::insert(address_row(account, new))
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Writes an address whose row is locked, as a whole.
///
/// # Errors
/// When the database refuses.
pub async fn update_address(
    tx: &WriteTx,
    account: AccountId,
    new: &Address,
) -> Result<(), StoreError> {
    addresses::Entity::update(address_row(account, new).reset_all())
        .exec_without_returning(&tx.conn())
        .await?;
    Ok(())
}

/// Deletes an address whose row is locked.
///
/// # Errors
/// When the database refuses.
pub async fn delete_address(tx: &WriteTx, id: AddressId) -> Result<(), StoreError> {
    addresses::Entity::delete_by_id(id.0)
        .exec(&tx.conn())
        .await?;
    Ok(())
}
