//! Corporate identifiers of sub-accounts over HTTP.

use actix_web::{HttpResponse, delete, post};
use chrono::{DateTime, Utc};
use quaymaster_service::identifiers::{self, CorporateIdentifier as Found, Hit, IdentifierError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Authed, Json, Path};
use crate::problem::{Problem, ProblemBody};
use crate::problems::structure::identifier_problem;
use crate::words::IdentifierKind;

/// Where an identifier is on its way.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IdentifierState {
    /// It stands in the sub-account.
    Active,
    /// The register does not know it; a registrar looks at it first.
    PendingVerification,
}

/// An identifier in a sub-account.
#[derive(Serialize, ToSchema)]
pub(crate) struct CorporateIdentifier {
    /// Identity of the identifier in this sub-account.
    id: Uuid,
    /// Kind.
    kind: IdentifierKind,
    /// Normal form; a Social Security number is masked.
    #[schema(example = "08-123456700")]
    value: String,
    /// True for a Social Security number.
    personal: bool,
    /// Whether it stands or waits.
    state: IdentifierState,
    /// Since when.
    added_at: DateTime<Utc>,
    /// Who added it or asked for it.
    #[schema(example = "Ana Lee")]
    added_by_name: String,
}

impl From<Found> for CorporateIdentifier {
    fn from(found: Found) -> Self {
        let Found {
            id,
            kind,
            shown,
            personal,
            pending,
            added_at,
            added_by_name,
        } = found;
        Self {
            id,
            kind: kind.into(),
            value: shown,
            personal,
            state: if pending {
                IdentifierState::PendingVerification
            } else {
                IdentifierState::Active
            },
            added_at,
            added_by_name,
        }
    }
}

/// An identifier to add.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "importer_number", "value": "08-1234567"}))]
pub(crate) struct IdentifierNew {
    /// Kind; the activity of the sub-account must carry it.
    kind: IdentifierKind,
    /// The identifier as it is written.
    #[schema(max_length = 64)]
    #[validate(length(max = 64, message = "An identifier has at most 64 characters."))]
    value: String,
}

/// An identifier to look for.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "importer_number", "value": "08-1234567"}))]
pub(crate) struct IdentifierSearch {
    /// Kind.
    kind: IdentifierKind,
    /// The whole identifier.
    #[schema(max_length = 64)]
    #[validate(length(max = 64, message = "An identifier has at most 64 characters."))]
    value: String,
}

/// A place where the identifier stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct CorporateIdentifierHit {
    /// The identifier there.
    identifier: CorporateIdentifier,
    /// The sub-account.
    sub_account_id: Uuid,
    /// Its name.
    #[schema(example = "Importer, West Coast")]
    sub_account_name: String,
}

impl From<Hit> for CorporateIdentifierHit {
    fn from(hit: Hit) -> Self {
        let Hit {
            identifier,
            sub_account,
            sub_account_name,
        } = hit;
        Self {
            identifier: identifier.into(),
            sub_account_id: sub_account.into(),
            sub_account_name,
        }
    }
}

/// The places where the identifier stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct CorporateIdentifierHitList {
    /// The places.
    items: Vec<CorporateIdentifierHit>,
}

fn problem(account: Uuid) -> impl Fn(IdentifierError) -> Problem {
    move |error| identifier_problem(error, account)
}

/// Add a corporate identifier
///
/// The register decides whether it belongs to the company or a recorded subsidiary (R3); it stands in one account only
/// (R2). One that the register does not know waits for the registrar: 202.
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account"), ("sub_id" = Uuid, Path, description = "The sub-account")), request_body = IdentifierNew, responses((status = 201, description = "Added", body = CorporateIdentifier), (status = 202, description = "Waits for the registrar", body = CorporateIdentifier), (status = 409, description = "`client-identifier` with a remedy, `identifier-held-by-another-account` or `already-exists`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/sub-accounts/{sub_id}/identifiers")]
pub(crate) async fn add_identifier(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<IdentifierNew>,
) -> Result<HttpResponse, Problem> {
    let (account, sub_account) = path.0;
    let IdentifierNew { kind, value } = body.0;
    let added = identifiers::add(
        &authed.actor,
        authed.services(),
        account.into(),
        sub_account.into(),
        kind.into(),
        &value,
    )
    .await
    .map_err(problem(account))?;
    let mut response = if added.pending {
        HttpResponse::Accepted()
    } else {
        HttpResponse::Created()
    };
    Ok(response.json(CorporateIdentifier::from(added)))
}

/// Remove a corporate identifier
///
/// From this sub-account; one that waits for the registrar is withdrawn. It may still stand in other sub-accounts of
/// the account.
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account"), ("sub_id" = Uuid, Path, description = "The sub-account"), ("identifier_id" = Uuid, Path, description = "The identifier in this sub-account")), responses((status = 204, description = "Removed")))]
#[delete("/accounts/{id}/sub-accounts/{sub_id}/identifiers/{identifier_id}")]
pub(crate) async fn remove_identifier(
    authed: Authed,
    path: Path<(Uuid, Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, sub_account, id) = path.0;
    identifiers::remove(
        &authed.actor,
        authed.services(),
        account.into(),
        sub_account.into(),
        id,
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Find a corporate identifier
///
/// By its exact value, in the sub-accounts that you may see. For a Social Security number this is the only way.
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account")), request_body = IdentifierSearch, responses((status = 200, description = "Where it stands", body = CorporateIdentifierHitList)))]
#[post("/accounts/{id}/identifier-searches")]
pub(crate) async fn search_identifiers(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<IdentifierSearch>,
) -> Result<HttpResponse, Problem> {
    let IdentifierSearch { kind, value } = body.0;
    let found = identifiers::search(
        &authed.actor,
        authed.services(),
        path.0.into(),
        kind.into(),
        &value,
    )
    .await
    .map_err(problem(path.0))?;
    Ok(HttpResponse::Ok().json(CorporateIdentifierHitList {
        items: found.into_iter().map(Into::into).collect(),
    }))
}
