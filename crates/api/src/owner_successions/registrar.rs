//! The registrar's side of requests for another owner over HTTP.

use actix_web::{HttpResponse, get, post};
use quaymaster_service::owner_successions::{self};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{OwnerSuccessionPage, OwnerSuccessionRecord, SuccessionState, answer};
use crate::extract::{Authed, Json, Path, Query};
use crate::lists::page_request;
use crate::moves::GivenReason;
use crate::problem::{Problem, ProblemBody};

/// Filters of the registrar's list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SuccessionRequestsQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Only those in this state.
    state: Option<SuccessionState>,
}

/// List the requests for another owner
///
/// Of the whole portal, the nearest deadline first. For staff.
#[utoipa::path(tag = "owner-successions", params(SuccessionRequestsQuery), responses((status = 200, description = "A page of requests", body = OwnerSuccessionPage)))]
#[get("/owner-successions")]
pub(crate) async fn list_waiting_owner_successions(
    authed: Authed,
    query: Query<SuccessionRequestsQuery>,
) -> Result<HttpResponse, Problem> {
    let SuccessionRequestsQuery {
        limit,
        cursor,
        state,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let s = authed.services();
    let state = state.map(Into::into);
    let found = owner_successions::list_requests(&authed.actor, s, state, &page).await?;
    Ok(HttpResponse::Ok().json(OwnerSuccessionPage::from(found)))
}

/// Complete a request for another owner
///
/// By the registrar, after the waiting time, with a proof of identity of at most ten minutes.
#[utoipa::path(tag = "owner-successions", params(("succession_id" = Uuid, Path, description = "The succession")), request_body = GivenReason, responses((status = 200, description = "The account has another owner", body = OwnerSuccessionRecord), (status = 409, description = "`waiting`: too early, or the successor cannot sign in; `not-open`; `last-owner`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/owner-successions/{succession_id}/completion")]
pub(crate) async fn complete_owner_succession(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<GivenReason>,
) -> Result<HttpResponse, Problem> {
    let GivenReason { reason } = body.0;
    let s = authed.services();
    let found = owner_successions::complete(&authed.actor, s, path.0.into(), &reason).await?;
    Ok(answer(found))
}

/// Refuse a request for another owner
///
/// By the registrar; the owner stays.
#[utoipa::path(tag = "owner-successions", params(("succession_id" = Uuid, Path, description = "The succession")), request_body = GivenReason, responses((status = 200, description = "Refused", body = OwnerSuccessionRecord), (status = 409, description = "`not-open`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/owner-successions/{succession_id}/rejection")]
pub(crate) async fn reject_owner_succession(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<GivenReason>,
) -> Result<HttpResponse, Problem> {
    let GivenReason { reason } = body.0;
    let s = authed.services();
    let found = owner_successions::reject(&authed.actor, s, path.0.into(), &reason).await?;
    Ok(answer(found))
}
