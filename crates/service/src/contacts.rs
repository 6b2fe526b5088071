//! Contacts and postal addresses of an account.

use quaymaster_domain::access::{Action, Actor, Permit, Scope, Thing, require, require_read};
use quaymaster_domain::addresses::Address as Postal;
use quaymaster_domain::companies::{AddressKind, ContactKind};
use quaymaster_domain::ids::{AccountId, AddressId, ContactId};
use quaymaster_domain::people::{EmailAddress, JobTitle, PersonName, PhoneNumber};
use quaymaster_store::{Page, PageRequest, WriteTx, accounts, contacts as store};

use crate::Services;
use crate::error::Fault;
use crate::users::place;

pub use quaymaster_store::contacts::{Address, Contact};

/// What is said about a contact.
#[derive(Clone, Debug)]
pub struct ContactFacts {
    /// What for.
    pub kind: ContactKind,
    /// Name.
    pub name: PersonName,
    /// Job title.
    pub title: Option<JobTitle>,
    /// E-mail address.
    pub email: Option<EmailAddress>,
    /// Telephone number.
    pub phone: Option<PhoneNumber>,
}

/// What changes about a contact: absent, cleared or set.
#[derive(Clone, Debug, Default)]
pub struct ContactChange {
    /// What for.
    pub kind: Option<ContactKind>,
    /// Name.
    pub name: Option<PersonName>,
    /// Job title.
    pub title: Option<Option<JobTitle>>,
    /// E-mail address.
    pub email: Option<Option<EmailAddress>>,
    /// Telephone number.
    pub phone: Option<Option<PhoneNumber>>,
}

/// What changes about an address: absent, cleared or set.
#[derive(Clone, Debug, Default)]
pub struct AddressChange {
    /// What for.
    pub kind: Option<AddressKind>,
    /// Street and number.
    pub line1: Option<String>,
    /// Building, floor, suite.
    pub line2: Option<Option<String>>,
    /// City or town.
    pub city: Option<String>,
    /// State, province or region.
    pub region: Option<Option<String>>,
    /// Postal code.
    pub postal_code: Option<Option<String>>,
    /// Country.
    pub country: Option<String>,
}

async fn to_read(actor: &Actor, s: &Services, account: AccountId) -> Result<Scope, Fault> {
    let at = place(actor, s, account).await?;
    Ok(require_read(
        actor,
        Action::ReadProfile,
        &Thing::Account(at),
    )?)
}

/// The account stays as it is, and open, until the transaction ends.
async fn to_change(
    actor: &Actor,
    s: &Services,
    account: AccountId,
) -> Result<(Scope, Permit, WriteTx), Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadProfile, &Thing::Account(at))?;
    let permit = require(actor, Action::UpdateAccount, &Thing::Account(at))?;
    let tx = s.db.begin_write().await?;
    accounts::lock(&tx, &scope, account)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok((scope, permit, tx))
}

/// The contacts of an account.
///
/// # Errors
/// [`Fault::NotFound`] when the actor may not know of the account.
pub async fn list(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<Contact>, Fault> {
    let scope = to_read(actor, s, account).await?;
    Ok(store::list(&s.db.reader(), &scope, account, page).await?)
}

/// Adds a contact.
///
/// # Errors
/// [`Fault::Denied`] for those who may only read.
pub async fn create(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    facts: ContactFacts,
) -> Result<Contact, Fault> {
    let (_, permit, tx) = to_change(actor, s, account).await?;
    let ContactFacts {
        kind,
        name,
        title,
        email,
        phone,
    } = facts;
    let contact = Contact {
        id: s.id(),
        kind,
        name: name.into(),
        title: title.map(Into::into),
        email: email.map(Into::into),
        phone: phone.map(Into::into),
        version: 1,
    };
    store::insert(&tx, account, &contact).await?;
    let permit = permit
        .about("contact", contact.id, contact.name.clone())
        .change(None, Some(contact_json(&contact)));
    s.commit(tx, permit).await?;
    Ok(contact)
}

/// Changes a contact.
///
/// # Errors
/// [`Fault::Stale`] when it is not at `version` any more.
pub async fn update(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ContactId,
    version: i64,
    change: ContactChange,
) -> Result<Contact, Fault> {
    let (scope, permit, tx) = to_change(actor, s, account).await?;
    let before = store::lock(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if before.version != version {
        return Err(Fault::Stale);
    }
    let ContactChange {
        kind,
        name,
        title,
        email,
        phone,
    } = change;
    let old = before.clone();
    let mut after = Contact {
        id,
        kind: kind.unwrap_or(old.kind),
        name: name.map_or(old.name, Into::into),
        title: title.map_or(old.title, |v| v.map(Into::into)),
        email: email.map_or(old.email, |v| v.map(Into::into)),
        phone: phone.map_or(old.phone, |v| v.map(Into::into)),
        version: old.version,
    };
    if after == before {
        return Ok(before);
    }
    after.version += 1;
    store::update(&tx, account, &after).await?;
    let permit = permit
        .about("contact", id, after.name.clone())
        .change(Some(contact_json(&before)), Some(contact_json(&after)));
    s.commit(tx, permit).await?;
    Ok(after)
}

/// Deletes a contact.
///
/// # Errors
/// [`Fault::Stale`] when it is not at `version` any more.
pub async fn delete(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: ContactId,
    version: i64,
) -> Result<(), Fault> {
    let (scope, permit, tx) = to_change(actor, s, account).await?;
    let before = store::lock(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if before.version != version {
        return Err(Fault::Stale);
    }
    store::delete(&tx, id).await?;
    let permit = permit
        .about("contact", id, before.name.clone())
        .change(Some(contact_json(&before)), None);
    s.commit(tx, permit).await?;
    Ok(())
}

fn contact_json(contact: &Contact) -> String {
    let Contact {
        id: _,
        kind,
        name,
        title,
        email,
        phone,
        version: _,
    } = contact;
    serde_json::json!({ "kind": kind.as_str(), "name": name, "title": title, "email": email, "phone": phone })
        .to_string()
}

/// The addresses of an account.
///
/// # Errors
/// [`Fault::NotFound`] when the actor may not know of the account.
pub async fn list_addresses(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    page: &PageRequest,
) -> Result<Page<Address>, Fault> {
    let scope = to_read(actor, s, account).await?;
    Ok(store::list_addresses(&s.db.reader(), &scope, account, page).await?)
}

/// Adds an address.
///
/// # Errors
/// [`Fault::Denied`] for those who may only read.
pub async fn create_address(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    kind: AddressKind,
    postal: Postal,
) -> Result<Address, Fault> {
    let (_, permit, tx) = to_change(actor, s, account).await?;
    let Postal {
        line1,
        line2,
        city,
        region,
        postal_code,
        country,
    } = postal;
    let address = Address {
        id: s.id(),
        kind,
        line1: line1.into(),
        line2: line2.map(Into::into),
        city: city.into(),
        region: region.map(Into::into),
        postal_code: postal_code.map(Into::into),
        country: country.into(),
        version: 1,
    };
    store::insert_address(&tx, account, &address).await?;
    let permit = permit
        .about("address", address.id, address.line1.clone())
        .change(None, Some(address_json(&address)));
    s.commit(tx, permit).await?;
    Ok(address)
}

/// Changes an address.
///
/// # Errors
/// [`Fault::Stale`] when it is not at `version` any more.
pub async fn update_address(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: AddressId,
    version: i64,
    change: AddressChange,
) -> Result<Address, Fault> {
    let (scope, permit, tx) = to_change(actor, s, account).await?;
    let before = store::lock_address(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if before.version != version {
        return Err(Fault::Stale);
    }
    let AddressChange {
        kind,
        line1,
        line2,
        city,
        region,
        postal_code,
        country,
    } = change;
    let old = before.clone();
    let mut after = Address {
        id,
        kind: kind.unwrap_or(old.kind),
        line1: line1.unwrap_or(old.line1),
        line2: line2.unwrap_or(old.line2),
        city: city.unwrap_or(old.city),
        region: region.unwrap_or(old.region),
        postal_code: postal_code.unwrap_or(old.postal_code),
        country: country.unwrap_or(old.country),
        version: old.version,
    };
    if after == before {
        return Ok(before);
    }
    after.version += 1;
    store::update_address(&tx, account, &after).await?;
    let permit = permit
        .about("address", id, after.line1.clone())
        .change(Some(address_json(&before)), Some(address_json(&after)));
    s.commit(tx, permit).await?;
    Ok(after)
}

/// Deletes an address.
///
/// # Errors
/// [`Fault::Stale`] when it is not at `version` any more.
pub async fn delete_address(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    id: AddressId,
    version: i64,
) -> Result<(), Fault> {
    let (scope, permit, tx) = to_change(actor, s, account).await?;
    let before = store::lock_address(&tx, &scope, account, id)
        .await?
        .ok_or(Fault::NotFound)?;
    if before.version != version {
        return Err(Fault::Stale);
    }
    store::delete_address(&tx, id).await?;
    let permit = permit
        .about("address", id, before.line1.clone())
        .change(Some(address_json(&before)), None);
    s.commit(tx, permit).await?;
    Ok(())
}

fn address_json(address: &Address) -> String {
    let Address {
        id: _,
        kind,
        line1,
        line2,
        city,
        region,
        postal_code,
        country,
        version: _,
    } = address;
    serde_json::json!({ "kind": kind.as_str(), "line1": line1, "line2": line2, "city": city, "region": region, "postal_code": postal_code, "country": country })
        .to_string()
}
