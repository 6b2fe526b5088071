//! Drafts of access requests and of invitations to apply over HTTP (R4, R11).

use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::people::Reason;
use quaymaster_service::Cursor;
use quaymaster_service::access_requests::{self, Draft, NewDraft};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::extract::{Authed, Json, Path, Query};
use crate::lists::PageQuery;
use crate::problem::{Problem, ProblemBody, RemedyKind};
use crate::words::IdentifierKind;

/// A draft of an access request, or of an invitation to apply for an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessRequestDraft {
    /// Identity.
    id: Uuid,
    /// Request or invitation.
    kind: RemedyKind,
    /// The register's display name of the company that is asked.
    #[schema(example = "Harbor Lane Imports LLC")]
    company: String,
    /// The kind of the company's identifier.
    identifier_kind: IdentifierKind,
    /// The identifier; a Social Security number is masked.
    #[schema(example = "08-123456700")]
    identifier: String,
    /// The sub-account that it is for.
    sub_account_id: Option<Uuid>,
    /// A note to the company.
    #[schema(example = "We file your entries since May.")]
    note: Option<String>,
    /// When it was drafted.
    created_at: DateTime<Utc>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    created_by_name: String,
    /// When the company was last invited to apply by mail; `null` when it was not.
    invited_at: Option<DateTime<Utc>>,
}

impl From<Draft> for AccessRequestDraft {
    fn from(draft: Draft) -> Self {
        let Draft {
            id,
            account: _,
            sub_account,
            way_out,
            company,
            identifier_kind,
            lookup: _,
            shown,
            note,
            created_at,
            created_by_name,
            invited_at,
        } = draft;
        Self {
            id: id.into(),
            kind: way_out.into(),
            company,
            identifier_kind: identifier_kind.into(),
            identifier: shown,
            sub_account_id: sub_account.map(Into::into),
            note,
            created_at,
            created_by_name,
            invited_at,
        }
    }
}

/// A page of drafts.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessRequestDraftPage {
    /// The rows.
    items: Vec<AccessRequestDraft>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A draft to keep.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"sub_account_id": null, "identifier_kind": "importer_number", "identifier_value": "08-1234567", "note": "We file your entries since May."}))]
pub(crate) struct AccessRequestDraftNew {
    /// The sub-account that it is for.
    sub_account_id: Option<Uuid>,
    /// The kind of the company's identifier.
    identifier_kind: IdentifierKind,
    /// The identifier as it is written.
    #[schema(max_length = 64)]
    #[validate(length(max = 64, message = "An identifier has at most 64 characters."))]
    identifier_value: String,
    /// A note to the company.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 500)]
    note: Option<Reason>,
}

/// List drafts of access requests
///
/// For owner, proxies and staff, the newest first.
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account"), PageQuery), responses((status = 200, description = "A page of drafts", body = AccessRequestDraftPage)))]
#[get("/accounts/{id}/access-request-drafts")]
pub(crate) async fn list_access_request_drafts(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found =
        access_requests::list(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(AccessRequestDraftPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Draft an access request
///
/// The remedy of `client-identifier`: a request to the company that the register names, or an invitation to apply when it
/// has no account yet: that one is mailed at once to the contact that the register names. For the Account Owner only (R11).
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account")), request_body = AccessRequestDraftNew, responses((status = 201, description = "Kept", body = AccessRequestDraft), (status = 409, description = "`identifier-not-in-register` or `already-exists`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/access-request-drafts")]
pub(crate) async fn create_access_request_draft(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<AccessRequestDraftNew>,
) -> Result<HttpResponse, Problem> {
    let AccessRequestDraftNew {
        sub_account_id,
        identifier_kind,
        identifier_value,
        note,
    } = body.0;
    let new = NewDraft {
        sub_account: sub_account_id.map(Into::into),
        kind: identifier_kind.into(),
        value: identifier_value,
        note,
    };
    let made =
        access_requests::create(&authed.actor, authed.services(), path.0.into(), new).await?;
    Ok(HttpResponse::Created().json(AccessRequestDraft::from(made)))
}

/// Invite a company to apply
///
/// Mails the contact that the register names, again if it was invited before; once a week at most. For the Account Owner
/// only.
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account"), ("draft_id" = Uuid, Path, description = "The draft")), responses((status = 200, description = "Invited", body = AccessRequestDraft), (status = 409, description = "`already-exists` (the company has an account: ask it for access), `no-contact` or `identifier-not-in-register`", body = ProblemBody, content_type = "application/problem+json"), (status = 429, description = "`throttled`: it was invited less than a week ago", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/access-request-drafts/{draft_id}/invitation")]
pub(crate) async fn invite_to_apply(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let invited =
        access_requests::invite(&authed.actor, authed.services(), account.into(), id.into())
            .await?;
    Ok(HttpResponse::Ok().json(AccessRequestDraft::from(invited)))
}

/// Delete a draft of an access request
///
/// For the Account Owner only.
#[utoipa::path(tag = "structure", params(("id" = Uuid, Path, description = "The account"), ("draft_id" = Uuid, Path, description = "The draft")), responses((status = 204, description = "Deleted")))]
#[delete("/accounts/{id}/access-request-drafts/{draft_id}")]
pub(crate) async fn delete_access_request_draft(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    access_requests::delete(&authed.actor, authed.services(), account.into(), id.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
