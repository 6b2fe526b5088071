//! Companies, their subsidiaries and the opening of accounts over HTTP; for staff.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::companies::AccountName;
use quaymaster_domain::people::{CompanyName, EmailAddress, PersonName, SubAccountName};
use quaymaster_service::Cursor;
use quaymaster_service::companies::{self, CompanyView, OpenAccount, PartyName};
use quaymaster_service::invitations::Invitee;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::accounts::Account;
use crate::common::{AccountRef, present, versioned};
use crate::extract::{Authed, IfMatch, Json, Path, Query};
use crate::lists::page_request;
use crate::problem::{Problem, ProblemBody};
use crate::words::BusinessActivity;

/// A party of the identifier register by key and name.
#[derive(Serialize, ToSchema)]
pub(crate) struct PartyRef {
    /// Identity.
    id: Uuid,
    /// The authority's key.
    #[schema(example = "P-000417")]
    key: String,
    /// Display name.
    #[schema(example = "Harbor Lane Imports LLC")]
    name: String,
}

impl From<PartyName> for PartyRef {
    fn from(party: PartyName) -> Self {
        let PartyName { id, key, name } = party;
        Self {
            id: id.into(),
            key,
            name,
        }
    }
}

/// A company.
#[derive(Serialize, ToSchema)]
pub(crate) struct Company {
    /// Identity.
    id: Uuid,
    /// Name.
    #[schema(example = "Harbor Lane Imports LLC")]
    name: String,
    /// Its party in the identifier register.
    party: Option<PartyRef>,
    /// Parties that it may also speak for (R3).
    subsidiaries: Vec<PartyRef>,
    /// Its accounts by name.
    accounts: Vec<AccountRef>,
    /// When it was recorded.
    created_at: DateTime<Utc>,
    /// For `If-Match`.
    version: i64,
}

impl From<CompanyView> for Company {
    fn from(view: CompanyView) -> Self {
        let CompanyView { company, parts } = view;
        Self {
            id: company.id.into(),
            name: company.name,
            party: parts.party.map(Into::into),
            subsidiaries: parts.subsidiaries.into_iter().map(Into::into).collect(),
            accounts: parts
                .accounts
                .into_iter()
                .map(|a| AccountRef::new(a.id, a.account_number, a.name))
                .collect(),
            created_at: company.created_at,
            version: company.version,
        }
    }
}

fn answer(status: StatusCode, view: CompanyView) -> HttpResponse {
    let version = view.company.version;
    versioned(status, version, &Company::from(view))
}

/// A page of companies.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompanyPage {
    /// The rows.
    items: Vec<Company>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Filters of the list of companies.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CompaniesQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Text in the name.
    #[param(max_length = 140)]
    q: Option<String>,
}

/// A company to record.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Harbor Lane Imports LLC", "party_id": null}))]
pub(crate) struct CompanyNew {
    /// Name.
    #[schema(value_type = String, min_length = 2, max_length = 140)]
    name: CompanyName,
    /// Its party in the identifier register.
    party_id: Option<Uuid>,
}

/// What changes about a company; `null` unlinks the party.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Harbor Lane Imports Inc."}))]
pub(crate) struct CompanyPatch {
    /// Name.
    #[schema(value_type = Option<String>, min_length = 2, max_length = 140)]
    name: Option<CompanyName>,
    /// Its party in the identifier register.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    party_id: Option<Option<Uuid>>,
}

/// A subsidiary to record.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"party_id": "0195a0a0-0000-7000-8000-000000000001"}))]
pub(crate) struct SubsidiaryNew {
    /// The subsidiary's party in the identifier register.
    party_id: Uuid,
}

/// The person who becomes the owner of a new account.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnerNew {
    /// Where the invitation goes.
    #[schema(value_type = String, format = Email, max_length = 254)]
    email: EmailAddress,
    /// Given name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    given_name: PersonName,
    /// Family name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    family_name: PersonName,
}

/// The first sub-account of a new account.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct FirstSubAccount {
    /// Its name.
    #[schema(value_type = String, min_length = 2, max_length = 80)]
    name: SubAccountName,
    /// Its activity, which the account holds from the start.
    activity: BusinessActivity,
}

/// An account to open.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Harbor Lane, imports", "owner": {"email": "ana.lee@harbor.example", "given_name": "Ana", "family_name": "Lee"}, "first_sub_account": {"name": "Importer, West Coast", "activity": "importer"}}))]
pub(crate) struct AccountNew {
    /// The account's own name.
    #[schema(value_type = String, min_length = 2, max_length = 80)]
    name: AccountName,
    /// Who becomes the Account Owner.
    owner: OwnerNew,
    /// The first sub-account.
    first_sub_account: FirstSubAccount,
}

/// List companies
///
/// For staff, by name.
#[utoipa::path(tag = "companies", params(CompaniesQuery), responses((status = 200, description = "A page of companies", body = CompanyPage)))]
#[get("/companies")]
pub(crate) async fn list_companies(
    authed: Authed,
    query: Query<CompaniesQuery>,
) -> Result<HttpResponse, Problem> {
    let CompaniesQuery { limit, cursor, q } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let q = q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty());
    let found = companies::list(&authed.actor, authed.services(), q.as_deref(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(CompanyPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Record a company
///
/// For the registrar.
#[utoipa::path(tag = "companies", request_body = CompanyNew, responses((status = 201, description = "Recorded", body = Company), (status = 409, description = "`already-exists`: another company is linked to the party", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/companies")]
pub(crate) async fn create_company(
    authed: Authed,
    body: Json<CompanyNew>,
) -> Result<HttpResponse, Problem> {
    let CompanyNew { name, party_id } = body.0;
    let made = companies::create(
        &authed.actor,
        authed.services(),
        &name,
        party_id.map(Into::into),
    )
    .await?;
    Ok(answer(StatusCode::CREATED, made))
}

/// Read a company
///
/// For staff.
#[utoipa::path(tag = "companies", params(("id" = Uuid, Path, description = "The company")), responses((status = 200, description = "The company", body = Company)))]
#[get("/companies/{id}")]
pub(crate) async fn get_company(authed: Authed, path: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let found = companies::find(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(answer(StatusCode::OK, found))
}

/// Change a company
///
/// For the registrar.
#[utoipa::path(tag = "companies", params(("id" = Uuid, Path, description = "The company"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = CompanyPatch, responses((status = 200, description = "The company as it is now", body = Company), (status = 409, description = "`already-exists`: another company is linked to the party", body = ProblemBody, content_type = "application/problem+json"), (status = 412, description = "`stale`", body = ProblemBody, content_type = "application/problem+json"), (status = 428, description = "`precondition-required`", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/companies/{id}")]
pub(crate) async fn update_company(
    authed: Authed,
    path: Path<Uuid>,
    if_match: IfMatch,
    body: Json<CompanyPatch>,
) -> Result<HttpResponse, Problem> {
    let CompanyPatch { name, party_id } = body.0;
    let found = companies::update(
        &authed.actor,
        authed.services(),
        path.0.into(),
        if_match.0,
        name.as_ref(),
        party_id.map(|party| party.map(Into::into)),
    )
    .await?;
    Ok(answer(StatusCode::OK, found))
}

/// Record a subsidiary
///
/// For the registrar. From then on the company's accounts may hold the subsidiary's identifiers (R3).
#[utoipa::path(tag = "companies", params(("id" = Uuid, Path, description = "The company")), request_body = SubsidiaryNew, responses((status = 201, description = "Recorded", body = Company), (status = 409, description = "`already-exists`: a subsidiary already, here or elsewhere", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/companies/{id}/subsidiaries")]
pub(crate) async fn add_subsidiary(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<SubsidiaryNew>,
) -> Result<HttpResponse, Problem> {
    let SubsidiaryNew { party_id } = body.0;
    let found = companies::add_subsidiary(
        &authed.actor,
        authed.services(),
        path.0.into(),
        party_id.into(),
    )
    .await?;
    Ok(answer(StatusCode::CREATED, found))
}

/// Take a subsidiary away
///
/// For the registrar. Identifiers that stand in the company's accounts stay there.
#[utoipa::path(tag = "companies", params(("id" = Uuid, Path, description = "The company"), ("party_id" = Uuid, Path, description = "The subsidiary's party")), responses((status = 204, description = "Taken away")))]
#[delete("/companies/{id}/subsidiaries/{party_id}")]
pub(crate) async fn remove_subsidiary(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (company, party) = path.0;
    companies::remove_subsidiary(
        &authed.actor,
        authed.services(),
        company.into(),
        party.into(),
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Open an account
///
/// For the registrar. The account gets its number, its first activity and sub-account, and an owner, who is invited by
/// mail.
#[utoipa::path(tag = "companies", params(("id" = Uuid, Path, description = "The company")), request_body = AccountNew, responses((status = 201, description = "Opened", body = Account), (status = 409, description = "`activity-held-by-sibling-account` or `activity-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/companies/{id}/accounts")]
pub(crate) async fn create_account(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<AccountNew>,
) -> Result<HttpResponse, Problem> {
    let AccountNew {
        name,
        owner,
        first_sub_account,
    } = body.0;
    let OwnerNew {
        email,
        given_name,
        family_name,
    } = owner;
    let FirstSubAccount {
        name: sub_account,
        activity,
    } = first_sub_account;
    let new = OpenAccount {
        name,
        owner: Invitee {
            email,
            given_name,
            family_name,
        },
        sub_account,
        activity: activity.into(),
    };
    let made =
        companies::open_account(&authed.actor, authed.services(), path.0.into(), new).await?;
    let version = made.account.version;
    Ok(versioned(
        StatusCode::CREATED,
        version,
        &Account::from(made),
    ))
}
