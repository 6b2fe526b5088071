//! Objections to a request over HTTP: by the owner who is signed in, and by a mailed link without signing in.

use actix_web::{HttpResponse, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::people::Reason;
use quaymaster_service::owner_successions::{self, Objectionable};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::{OwnerSuccessionRecord, SuccessionState, SuccessionTold, answer};
use crate::extract::{Authed, Json, Path, Public};
use crate::moves::GivenReason;
use crate::problem::{Problem, ProblemBody};

/// The token of a link.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "Zm9yLWV4YW1wbGUtb25seS10aGlzLWlzLW5vLXRva2Vu"}))]
pub(crate) struct ObjectionToken {
    /// The part of the link after `#token=`.
    #[schema(max_length = 100)]
    #[validate(length(max = 100, message = "A token has at most 100 characters."))]
    token: String,
}

/// An objection by link.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "Zm9yLWV4YW1wbGUtb25seS10aGlzLWlzLW5vLXRva2Vu", "reason": "The owner is on leave and will be back."}))]
pub(crate) struct ObjectionByLink {
    /// The part of the link after `#token=`.
    #[schema(max_length = 100)]
    #[validate(length(max = 100, message = "A token has at most 100 characters."))]
    token: String,
    /// In own words.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
}

/// What a link stops.
#[derive(Serialize, ToSchema)]
pub(crate) struct ObjectionPreview {
    /// The account's name.
    account_name: String,
    /// Account number.
    #[schema(example = "QM-0000-00001-8")]
    account_number: String,
    /// The company's name.
    company_name: String,
    /// Who asked for another owner.
    asked_by_name: String,
    /// Who would become the owner.
    successor_name: String,
    /// Why.
    reason: String,
    /// When it was asked.
    asked_at: DateTime<Utc>,
    /// The end of the waiting time.
    completes_after: Option<DateTime<Utc>>,
    /// Where it stands.
    state: SuccessionState,
    /// In which capacity the link was sent.
    told_as: SuccessionTold,
}

impl From<Objectionable> for ObjectionPreview {
    fn from(found: Objectionable) -> Self {
        let Objectionable {
            succession,
            account,
            successor_name,
            notice,
        } = found;
        Self {
            account_name: account.name,
            account_number: account.account_number,
            company_name: account.company_name,
            asked_by_name: succession.asked_by_name,
            successor_name,
            reason: succession.reason,
            asked_at: succession.asked_at,
            completes_after: succession.course.completes_after,
            state: succession.course.state.into(),
            told_as: notice.whom.into(),
        }
    }
}

/// Object to a request for another owner
///
/// By the Account Owner; it stops at once.
#[utoipa::path(tag = "owner-successions", params(("id" = Uuid, Path, description = "The account"), ("succession_id" = Uuid, Path, description = "The succession")), request_body = GivenReason, responses((status = 200, description = "Stopped", body = OwnerSuccessionRecord), (status = 409, description = "`not-open`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/owner-successions/{succession_id}/objection")]
pub(crate) async fn object_to_owner_succession(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<GivenReason>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let GivenReason { reason } = body.0;
    let s = authed.services();
    let found =
        owner_successions::object(&authed.actor, s, account.into(), id.into(), &reason).await?;
    Ok(answer(found))
}

/// Show what a link stops
///
/// For whoever has the link that the owner, the officers on file and the register's contact were sent.
#[utoipa::path(tag = "owner-successions", security(), request_body = ObjectionToken, responses((status = 200, description = "What the link stops", body = ObjectionPreview), (status = 409, description = "`link-not-valid`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/owner-succession-objections/preview")]
pub(crate) async fn preview_owner_succession_objection(
    public: Public,
    body: Json<ObjectionToken>,
) -> Result<HttpResponse, Problem> {
    let ObjectionToken { token } = body.0;
    let found =
        owner_successions::preview_objection(public.services(), &token, &public.origin).await?;
    Ok(HttpResponse::Ok().json(ObjectionPreview::from(found)))
}

/// Object by link
///
/// Without signing in; it stops at once.
#[utoipa::path(tag = "owner-successions", security(), request_body = ObjectionByLink, responses((status = 200, description = "Stopped", body = ObjectionPreview), (status = 409, description = "`link-not-valid`; `not-open`: it is over", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/owner-succession-objections")]
pub(crate) async fn object_by_link(
    public: Public,
    body: Json<ObjectionByLink>,
) -> Result<HttpResponse, Problem> {
    let ObjectionByLink { token, reason } = body.0;
    let s = public.services();
    let found = owner_successions::object_by_link(s, &token, &reason, &public.origin).await?;
    Ok(HttpResponse::Ok().json(ObjectionPreview::from(found)))
}
