//! Letting people in again and shutting them out: reactivation of one and of many, suspension, ending a session.

use actix_web::{HttpResponse, delete, post};
use quaymaster_domain::people::Reason;
use quaymaster_service::users;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::AccountUser;
use crate::extract::{Authed, Json, Path};
use crate::problem::{Problem, ProblemBody};

/// How to reactivate.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"temporary_password": true}))]
pub(crate) struct Reactivation {
    /// True: mail a temporary password to the person's address on file. It works until the end of the day, UTC, and is
    /// replaced right after signing in. Nobody but the person sees it.
    pub(crate) temporary_password: bool,
}

/// Whom to reactivate.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_ids": ["019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11"], "temporary_password": false}))]
pub(crate) struct BulkReactivation {
    /// The people, by identity.
    #[schema(min_items = 1, max_items = 200)]
    #[validate(length(min = 1, max = 200, message = "Name 1 to 200 people."))]
    user_ids: Vec<Uuid>,
    /// True: mail each of them a temporary password.
    temporary_password: bool,
}

/// What became of each.
#[derive(Serialize, ToSchema)]
pub(crate) struct BulkReactivationResult {
    /// One row for each person, in the order of the request.
    results: Vec<BulkReactivationRow>,
}

/// What became of one.
#[derive(Serialize, ToSchema)]
pub(crate) struct BulkReactivationRow {
    /// The person.
    user_id: Uuid,
    /// Done or not.
    outcome: BulkReactivationOutcome,
    /// The code of the refusal.
    #[schema(example = "not-above-target")]
    code: Option<String>,
    /// The refusal in words.
    detail: Option<String>,
}

/// Done or not.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BulkReactivationOutcome {
    /// Can sign in again.
    Reactivated,
    /// Was not reactivated.
    Refused,
}

/// Why a person is suspended.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Left the company on 30 June"}))]
pub(crate) struct Suspension {
    /// The reason; shown to the person, to owner, proxies and staff, and kept in the audit trail.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    pub(crate) reason: Reason,
}

/// Reactivate a locked user
///
/// Lifts failed attempts and dormancy; if the 45 days were over, they begin anew. A proxy reactivates Account Users, the
/// owner proxies and users (R6); an owner is helped by support or by the password reset.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account"), ("user_id" = Uuid, Path, description = "The person")), request_body = Reactivation, responses((status = 200, description = "Reactivated", body = AccountUser), (status = 409, description = "`not-locked`: there is no lock that this lifts", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/users/{user_id}/reactivation")]
pub(crate) async fn reactivate_user(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<Reactivation>,
) -> Result<HttpResponse, Problem> {
    let (account, user) = path.0;
    let Reactivation { temporary_password } = body.0;
    let found = users::reactivate(
        &authed.actor,
        authed.services(),
        account.into(),
        user.into(),
        temporary_password,
    )
    .await?;
    Ok(HttpResponse::Ok().json(AccountUser::from(found)))
}

/// Reactivate several users
///
/// Each for itself: who is refused is named with the reason and does not stop the others.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account")), request_body = BulkReactivation, responses((status = 200, description = "What became of each", body = BulkReactivationResult)))]
#[post("/accounts/{id}/reactivations")]
pub(crate) async fn reactivate_users(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<BulkReactivation>,
) -> Result<HttpResponse, Problem> {
    let BulkReactivation {
        user_ids,
        temporary_password,
    } = body.0;
    let people: Vec<_> = user_ids.into_iter().map(Into::into).collect();
    let rows = users::reactivate_many(
        &authed.actor,
        authed.services(),
        path.0.into(),
        &people,
        temporary_password,
    )
    .await?;
    let results = rows
        .into_iter()
        .map(|row| {
            let refusal = row.outcome.err().map(Problem::from);
            BulkReactivationRow {
                user_id: row.user.into(),
                outcome: if refusal.is_some() {
                    BulkReactivationOutcome::Refused
                } else {
                    BulkReactivationOutcome::Reactivated
                },
                code: refusal.as_ref().map(|p| p.code.as_str().to_owned()),
                detail: refusal.map(|p| p.detail),
            }
        })
        .collect();
    Ok(HttpResponse::Ok().json(BulkReactivationResult { results }))
}

/// Suspend a user
///
/// Every session of the person ends at once, and signing in fails until the suspension is lifted. Needs power over the person
/// in every account that the person belongs to; where that is missing, take the person out of this account instead.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account"), ("user_id" = Uuid, Path, description = "The person")), request_body = Suspension, responses((status = 200, description = "Suspended", body = AccountUser)))]
#[post("/accounts/{id}/users/{user_id}/suspension")]
pub(crate) async fn suspend_user(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<Suspension>,
) -> Result<HttpResponse, Problem> {
    let (account, user) = path.0;
    let Suspension { reason } = body.0;
    let found = users::suspend(
        &authed.actor,
        authed.services(),
        account.into(),
        user.into(),
        &reason,
    )
    .await?;
    Ok(HttpResponse::Ok().json(AccountUser::from(found)))
}

/// Lift the suspension of a user
///
/// What staff suspended only staff lift; what the owner suspended no proxy lifts.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account"), ("user_id" = Uuid, Path, description = "The person")), responses((status = 200, description = "Lifted", body = AccountUser), (status = 409, description = "`not-locked`: the person is not suspended", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/accounts/{id}/users/{user_id}/suspension")]
pub(crate) async fn lift_suspension(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, user) = path.0;
    let found = users::lift_suspension(
        &authed.actor,
        authed.services(),
        account.into(),
        user.into(),
    )
    .await?;
    Ok(HttpResponse::Ok().json(AccountUser::from(found)))
}

/// End a session of a user
///
/// The browser or program is signed out at its very next request.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account"), ("user_id" = Uuid, Path, description = "The person"), ("session_id" = Uuid, Path, description = "The session")), responses((status = 204, description = "Ended")))]
#[delete("/accounts/{id}/users/{user_id}/sessions/{session_id}")]
pub(crate) async fn end_user_session(
    authed: Authed,
    path: Path<(Uuid, Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, user, session) = path.0;
    users::end_session(
        &authed.actor,
        authed.services(),
        account.into(),
        user.into(),
        session.into(),
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
