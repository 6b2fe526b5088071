//! Contacts and postal addresses of an account over HTTP.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post};
use quaymaster_domain::addresses::{
    Address as Postal, AddressLine, City, CountryCode, PostalCode, Region,
};
use quaymaster_domain::people::{EmailAddress, JobTitle, PersonName, PhoneNumber};
use quaymaster_service::Cursor;
use quaymaster_service::contacts::{
    self, Address as FoundAddress, AddressChange, Contact as FoundContact, ContactChange,
    ContactFacts,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::common::{present, versioned};
use crate::extract::{Authed, IfMatch, Json, Path, Query};
use crate::lists::PageQuery;
use crate::problem::{Problem, ProblemBody};
use crate::words::{AddressKind, ContactKind};

/// Somebody whom the operator may turn to about an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Contact {
    /// Identity.
    id: Uuid,
    /// What for.
    kind: ContactKind,
    /// Name.
    #[schema(example = "Ana Lee")]
    name: String,
    /// Job title.
    #[schema(example = "Compliance manager")]
    title: Option<String>,
    /// E-mail address.
    #[schema(example = "ana.lee@harbor.example")]
    email: Option<String>,
    /// Telephone number.
    #[schema(example = "+12025550147")]
    phone: Option<String>,
    /// For `If-Match`.
    version: i64,
}

impl From<FoundContact> for Contact {
    fn from(found: FoundContact) -> Self {
        let FoundContact {
            id,
            kind,
            name,
            title,
            email,
            phone,
            version,
        } = found;
        Self {
            id: id.into(),
            kind: kind.into(),
            name,
            title,
            email,
            phone,
            version,
        }
    }
}

/// A page of contacts.
#[derive(Serialize, ToSchema)]
pub(crate) struct ContactPage {
    /// The rows.
    items: Vec<Contact>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A contact to add.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "compliance", "name": "Ana Lee", "title": "Compliance manager", "email": "ana.lee@harbor.example", "phone": "+1 202 555 0147"}))]
pub(crate) struct ContactNew {
    /// What for.
    kind: ContactKind,
    /// Name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: PersonName,
    /// Job title.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    title: Option<JobTitle>,
    /// E-mail address.
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    email: Option<EmailAddress>,
    /// Telephone number.
    #[schema(value_type = Option<String>, min_length = 8, max_length = 60)]
    phone: Option<PhoneNumber>,
}

/// What changes about a contact; `null` clears.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Head of compliance", "phone": null}))]
pub(crate) struct ContactPatch {
    /// What for.
    kind: Option<ContactKind>,
    /// Name.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    name: Option<PersonName>,
    /// Job title.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    title: Option<Option<JobTitle>>,
    /// E-mail address.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Email, max_length = 254)]
    email: Option<Option<EmailAddress>>,
    /// Telephone number.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 8, max_length = 60)]
    phone: Option<Option<PhoneNumber>>,
}

/// A postal address of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Address {
    /// Identity.
    id: Uuid,
    /// What for.
    kind: AddressKind,
    /// Street and number.
    #[schema(example = "1200 Pier Road")]
    line1: String,
    /// Building, floor, suite.
    #[schema(example = "Suite 4")]
    line2: Option<String>,
    /// City or town.
    #[schema(example = "Long Beach")]
    city: String,
    /// State, province or region.
    #[schema(example = "CA")]
    region: Option<String>,
    /// Postal code.
    #[schema(example = "90802")]
    postal_code: Option<String>,
    /// Country, two letters.
    #[schema(example = "US")]
    country: String,
    /// For `If-Match`.
    version: i64,
}

impl From<FoundAddress> for Address {
    fn from(found: FoundAddress) -> Self {
        let FoundAddress {
            id,
            kind,
            line1,
            line2,
            city,
            region,
            postal_code,
            country,
            version,
        } = found;
        Self {
            id: id.into(),
            kind: kind.into(),
            line1,
            line2,
            city,
            region,
            postal_code,
            country,
            version,
        }
    }
}

/// A page of addresses.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddressPage {
    /// The rows.
    items: Vec<Address>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// An address to add.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "physical", "line1": "1200 Pier Road", "line2": null, "city": "Long Beach", "region": "CA", "postal_code": "90802", "country": "US"}))]
pub(crate) struct AddressNew {
    /// What for.
    kind: AddressKind,
    /// Street and number.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    line1: AddressLine,
    /// Building, floor, suite.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    line2: Option<AddressLine>,
    /// City or town.
    #[schema(value_type = String, min_length = 1, max_length = 80)]
    city: City,
    /// State, province or region, where the country has them.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 80)]
    region: Option<Region>,
    /// Postal code, where the country has them.
    #[schema(value_type = Option<String>, min_length = 2, max_length = 16)]
    postal_code: Option<PostalCode>,
    /// Country, two letters (ISO 3166-1).
    #[schema(value_type = String, min_length = 2, max_length = 2)]
    country: CountryCode,
}

/// What changes about an address; `null` clears.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"line1": "1400 Pier Road", "line2": null}))]
pub(crate) struct AddressPatch {
    /// What for.
    kind: Option<AddressKind>,
    /// Street and number.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    line1: Option<AddressLine>,
    /// Building, floor, suite.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100)]
    line2: Option<Option<AddressLine>>,
    /// City or town.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 80)]
    city: Option<City>,
    /// State, province or region.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 80)]
    region: Option<Option<Region>>,
    /// Postal code.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 2, max_length = 16)]
    postal_code: Option<Option<PostalCode>>,
    /// Country, two letters (ISO 3166-1).
    #[schema(value_type = Option<String>, min_length = 2, max_length = 2)]
    country: Option<CountryCode>,
}

/// List contacts
///
/// For members of the account and for staff.
#[utoipa::path(tag = "accounts", params(("id" = Uuid, Path, description = "The account"), PageQuery), responses((status = 200, description = "A page of contacts", body = ContactPage)))]
#[get("/accounts/{id}/contacts")]
pub(crate) async fn list_contacts(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found = contacts::list(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(ContactPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Add a contact
///
/// For owner, proxies and the registrar.
#[utoipa::path(tag = "accounts", params(("id" = Uuid, Path, description = "The account")), request_body = ContactNew, responses((status = 201, description = "Added", body = Contact)))]
#[post("/accounts/{id}/contacts")]
pub(crate) async fn create_contact(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<ContactNew>,
) -> Result<HttpResponse, Problem> {
    let ContactNew {
        kind,
        name,
        title,
        email,
        phone,
    } = body.0;
    let facts = ContactFacts {
        kind: kind.into(),
        name,
        title,
        email,
        phone,
    };
    let made = contacts::create(&authed.actor, authed.services(), path.0.into(), facts).await?;
    let version = made.version;
    Ok(versioned(
        StatusCode::CREATED,
        version,
        &Contact::from(made),
    ))
}

/// Change a contact
///
/// For owner, proxies and the registrar.
#[utoipa::path(tag = "accounts", params(("id" = Uuid, Path, description = "The account"), ("contact_id" = Uuid, Path, description = "The contact"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = ContactPatch, responses((status = 200, description = "The contact as it is now", body = Contact), (status = 412, description = "`stale`", body = ProblemBody, content_type = "application/problem+json"), (status = 428, description = "`precondition-required`", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/accounts/{id}/contacts/{contact_id}")]
pub(crate) async fn update_contact(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    body: Json<ContactPatch>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let ContactPatch {
        kind,
        name,
        title,
        email,
        phone,
    } = body.0;
    let change = ContactChange {
        kind: kind.map(Into::into),
        name,
        title,
        email,
        phone,
    };
    let found = contacts::update(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
        change,
    )
    .await?;
    let version = found.version;
    Ok(versioned(StatusCode::OK, version, &Contact::from(found)))
}

/// Delete a contact
///
/// For owner, proxies and the registrar.
#[utoipa::path(tag = "accounts", params(("id" = Uuid, Path, description = "The account"), ("contact_id" = Uuid, Path, description = "The contact"), ("If-Match" = String, Header, description = "The ETag that was read")), responses((status = 204, description = "Deleted"), (status = 412, description = "`stale`", body = ProblemBody, content_type = "application/problem+json"), (status = 428, description = "`precondition-required`", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/accounts/{id}/contacts/{contact_id}")]
pub(crate) async fn delete_contact(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    contacts::delete(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List addresses
///
/// For members of the account and for staff.
#[utoipa::path(tag = "accounts", params(("id" = Uuid, Path, description = "The account"), PageQuery), responses((status = 200, description = "A page of addresses", body = AddressPage)))]
#[get("/accounts/{id}/addresses")]
pub(crate) async fn list_addresses(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found =
        contacts::list_addresses(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(AddressPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Add an address
///
/// For owner, proxies and the registrar.
#[utoipa::path(tag = "accounts", params(("id" = Uuid, Path, description = "The account")), request_body = AddressNew, responses((status = 201, description = "Added", body = Address)))]
#[post("/accounts/{id}/addresses")]
pub(crate) async fn create_address(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<AddressNew>,
) -> Result<HttpResponse, Problem> {
    let AddressNew {
        kind,
        line1,
        line2,
        city,
        region,
        postal_code,
        country,
    } = body.0;
    let postal = Postal {
        line1,
        line2,
        city,
        region,
        postal_code,
        country,
    };
    let made = contacts::create_address(
        &authed.actor,
        authed.services(),
        path.0.into(),
        kind.into(),
        postal,
    )
    .await?;
    let version = made.version;
    Ok(versioned(
        StatusCode::CREATED,
        version,
        &Address::from(made),
    ))
}

/// Change an address
///
/// For owner, proxies and the registrar.
#[utoipa::path(tag = "accounts", params(("id" = Uuid, Path, description = "The account"), ("address_id" = Uuid, Path, description = "The address"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = AddressPatch, responses((status = 200, description = "The address as it is now", body = Address), (status = 412, description = "`stale`", body = ProblemBody, content_type = "application/problem+json"), (status = 428, description = "`precondition-required`", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/accounts/{id}/addresses/{address_id}")]
pub(crate) async fn update_address(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    body: Json<AddressPatch>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let AddressPatch {
        kind,
        line1,
        line2,
        city,
        region,
        postal_code,
        country,
    } = body.0;
    let change = AddressChange {
        kind: kind.map(Into::into),
        line1: line1.map(Into::into),
        line2: line2.map(|v| v.map(Into::into)),
        city: city.map(Into::into),
        region: region.map(|v| v.map(Into::into)),
        postal_code: postal_code.map(|v| v.map(Into::into)),
        country: country.map(Into::into),
    };
    let found = contacts::update_address(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
        change,
    )
    .await?;
    let version = found.version;
    Ok(versioned(StatusCode::OK, version, &Address::from(found)))
}

/// Delete an address
///
/// For owner, proxies and the registrar.
#[utoipa::path(tag = "accounts", params(("id" = Uuid, Path, description = "The account"), ("address_id" = Uuid, Path, description = "The address"), ("If-Match" = String, Header, description = "The ETag that was read")), responses((status = 204, description = "Deleted"), (status = 412, description = "`stale`", body = ProblemBody, content_type = "application/problem+json"), (status = 428, description = "`precondition-required`", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/accounts/{id}/addresses/{address_id}")]
pub(crate) async fn delete_address(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    contacts::delete_address(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
