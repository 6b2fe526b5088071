//! Sub-accounts over HTTP.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::people::SubAccountName;
use quaymaster_service::Cursor;
use quaymaster_service::sub_accounts::{self, SubAccountView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::common::versioned;
use crate::extract::{Authed, IfMatch, Json, Path, Query};
use crate::identifiers::CorporateIdentifier;
use crate::lists::PageQuery;
use crate::problem::{Problem, ProblemBody};
use crate::words::BusinessActivity;

/// A part of an account that carries one business activity.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubAccount {
    /// Identity.
    id: Uuid,
    /// Its name, unique within the account.
    #[schema(example = "Importer, West Coast")]
    name: String,
    /// The activity that it carries.
    activity: BusinessActivity,
    /// The identifiers that stand in it, and those that wait for the registrar.
    identifiers: Vec<CorporateIdentifier>,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// For `If-Match`.
    version: i64,
}

impl From<SubAccountView> for SubAccount {
    fn from(view: SubAccountView) -> Self {
        let SubAccountView {
            sub_account,
            identifiers,
        } = view;
        Self {
            id: sub_account.id.into(),
            name: sub_account.name,
            activity: sub_account.activity.into(),
            identifiers: identifiers.into_iter().map(Into::into).collect(),
            created_at: sub_account.created_at,
            version: sub_account.version,
        }
    }
}

/// A page of sub-accounts.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubAccountPage {
    /// The rows.
    items: Vec<SubAccount>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A sub-account to create.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Importer, West Coast", "activity": "importer"}))]
pub(crate) struct SubAccountNew {
    /// Its name, unique within the account.
    #[schema(value_type = String, min_length = 2, max_length = 80)]
    name: SubAccountName,
    /// The activity that it carries; the account must hold it.
    activity: BusinessActivity,
}

/// What changes about a sub-account.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Importer, East Coast"}))]
pub(crate) struct SubAccountPatch {
    /// Its name.
    #[schema(value_type = Option<String>, min_length = 2, max_length = 80)]
    name: Option<SubAccountName>,
}

/// List sub-accounts
///
/// Those whose structure you may read, by name, with their identifiers.
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account"), PageQuery), responses((status = 200, description = "A page of sub-accounts", body = SubAccountPage)))]
#[get("/accounts/{id}/sub-accounts")]
pub(crate) async fn list_sub_accounts(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found = sub_accounts::list(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(SubAccountPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Create a sub-account
///
/// For owner, proxies and the registrar. The account must hold the activity.
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account")), request_body = SubAccountNew, responses((status = 201, description = "Created", body = SubAccount), (status = 409, description = "`already-exists` or `activity-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/sub-accounts")]
pub(crate) async fn create_sub_account(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<SubAccountNew>,
) -> Result<HttpResponse, Problem> {
    let SubAccountNew { name, activity } = body.0;
    let created = sub_accounts::create(
        &authed.actor,
        authed.services(),
        path.0.into(),
        &name,
        activity.into(),
    )
    .await?;
    let version = created.sub_account.version;
    Ok(versioned(
        StatusCode::CREATED,
        version,
        &SubAccount::from(created),
    ))
}

/// Read a sub-account
///
/// With its identifiers.
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account"), ("sub_id" = Uuid, Path, description = "The sub-account")), responses((status = 200, description = "The sub-account", body = SubAccount)))]
#[get("/accounts/{id}/sub-accounts/{sub_id}")]
pub(crate) async fn get_sub_account(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found =
        sub_accounts::find(&authed.actor, authed.services(), account.into(), id.into()).await?;
    let version = found.sub_account.version;
    Ok(versioned(StatusCode::OK, version, &SubAccount::from(found)))
}

/// Rename a sub-account
///
/// For owner, proxies, the registrar, and users who may change its structure.
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account"), ("sub_id" = Uuid, Path, description = "The sub-account"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = SubAccountPatch, responses((status = 200, description = "The sub-account as it is now", body = SubAccount), (status = 409, description = "`already-exists`", body = ProblemBody, content_type = "application/problem+json"), (status = 412, description = "`stale`", body = ProblemBody, content_type = "application/problem+json"), (status = 428, description = "`precondition-required`", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/accounts/{id}/sub-accounts/{sub_id}")]
pub(crate) async fn update_sub_account(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    body: Json<SubAccountPatch>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let SubAccountPatch { name } = body.0;
    let found = sub_accounts::update(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
        name.as_ref(),
    )
    .await?;
    let version = found.sub_account.version;
    Ok(versioned(StatusCode::OK, version, &SubAccount::from(found)))
}

/// Delete a sub-account
///
/// With its identifiers and the rights in it. An account keeps at least one sub-account.
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account"), ("sub_id" = Uuid, Path, description = "The sub-account"), ("If-Match" = String, Header, description = "The ETag that was read")), responses((status = 204, description = "Deleted"), (status = 409, description = "`last-sub-account`", body = ProblemBody, content_type = "application/problem+json"), (status = 412, description = "`stale`", body = ProblemBody, content_type = "application/problem+json"), (status = 428, description = "`precondition-required`", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/accounts/{id}/sub-accounts/{sub_id}")]
pub(crate) async fn delete_sub_account(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    sub_accounts::delete(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
