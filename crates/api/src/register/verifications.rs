//! Unknown identifiers over HTTP: the registrar's list and decision.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::companies::PartyKey;
use quaymaster_domain::people::{CompanyName, Reason};
use quaymaster_service::Cursor;
use quaymaster_service::register::verifications::{
    self, Decision as Verdict, PendingState, PendingVerification as Found,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::{AccountRef, wire_enums};
use crate::extract::{Authed, Json, Path, Query};
use crate::lists::page_request;
use crate::problem::{Problem, ProblemBody};
use crate::words::IdentifierKind;

wire_enums! {
    /// Where a pending verification stands.
    VerificationState = PendingState {
        /// Waits for the registrar.
        Pending,
        /// The identifier was added.
        Accepted,
        /// It was not.
        Rejected,
    }
}

/// An identifier that the register did not know when it was added.
#[derive(Serialize, ToSchema)]
pub(crate) struct PendingVerification {
    /// Identity.
    id: Uuid,
    /// The account that asked.
    account: AccountRef,
    /// The sub-account that it is for.
    sub_account_id: Uuid,
    /// Its name.
    #[schema(example = "Importer, West Coast")]
    sub_account_name: String,
    /// Kind of the identifier.
    kind: IdentifierKind,
    /// Normal form; a Social Security number is masked.
    #[schema(example = "08-123456700")]
    value: String,
    /// Where it stands.
    state: VerificationState,
    /// When it was asked for.
    requested_at: DateTime<Utc>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    requested_by_name: String,
    /// When it was decided.
    decided_at: Option<DateTime<Utc>>,
    /// The registrar's reason.
    #[schema(example = "Confirmed by telephone.")]
    reason: Option<String>,
}

impl From<Found> for PendingVerification {
    fn from(found: Found) -> Self {
        let Found { pending, account } = found;
        Self {
            id: pending.id.into(),
            account: AccountRef::new(account.id, account.account_number, account.name),
            sub_account_id: pending.sub_account.into(),
            sub_account_name: pending.sub_account_name,
            kind: pending.identifier.kind.into(),
            value: pending.identifier.shown,
            state: pending.state.into(),
            requested_at: pending.requested_at,
            requested_by_name: pending.requested_by_name,
            decided_at: pending.decided_at,
            reason: pending.reason,
        }
    }
}

/// A page of unknown identifiers.
#[derive(Serialize, ToSchema)]
pub(crate) struct PendingVerificationPage {
    /// The rows.
    items: Vec<PendingVerification>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Filters of the list of unknown identifiers.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VerificationsQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Only those that stand there.
    state: Option<VerificationState>,
}

/// What the registrar says.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decision {
    /// It belongs to the party, and is added if the rules allow it.
    Accept,
    /// It is not added.
    Reject,
}

/// The party that an unknown identifier belongs to.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartyNew {
    /// The authority's key.
    #[schema(value_type = String, min_length = 1, max_length = 64)]
    key: PartyKey,
    /// Display name.
    #[schema(value_type = String, min_length = 2, max_length = 140)]
    name: CompanyName,
}

/// A decision about an unknown identifier.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"decision": "accept", "reason": "Confirmed by telephone.", "party": {"key": "P-000417", "name": "Harbor Lane Imports LLC"}}))]
pub(crate) struct VerificationDecision {
    /// What.
    decision: Decision,
    /// Why; the account's owner is told.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
    /// The party, when the register does not know the identifier yet.
    party: Option<PartyNew>,
}

/// List unknown identifiers
///
/// The newest first. For registrar, auditor and administrator.
#[utoipa::path(tag = "register", params(VerificationsQuery), responses((status = 200, description = "A page of unknown identifiers", body = PendingVerificationPage)))]
#[get("/pending-verifications")]
pub(crate) async fn list_pending_verifications(
    authed: Authed,
    query: Query<VerificationsQuery>,
) -> Result<HttpResponse, Problem> {
    let VerificationsQuery {
        limit,
        cursor,
        state,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let found = verifications::list(
        &authed.actor,
        authed.services(),
        state.map(Into::into),
        &page,
    )
    .await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(PendingVerificationPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Decide about an unknown identifier
///
/// Accepting writes the register and adds the identifier under the rules R2 and R3, or does neither. For the registrar.
#[utoipa::path(tag = "register", params(("id" = Uuid, Path, description = "The unknown identifier")), request_body = VerificationDecision, responses((status = 200, description = "Decided", body = PendingVerification), (status = 409, description = "`client-identifier`, `identifier-held-by-another-account` or `already-decided`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/pending-verifications/{id}/decision")]
pub(crate) async fn decide_pending_verification(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<VerificationDecision>,
) -> Result<HttpResponse, Problem> {
    let VerificationDecision {
        decision,
        reason,
        party,
    } = body.0;
    let party = party.map(|PartyNew { key, name }| (key, name));
    let verdict = match (decision, party) {
        (Decision::Accept, party) => Verdict::Accept(party),
        (Decision::Reject, None) => Verdict::Reject,
        (Decision::Reject, Some(_)) => {
            return Err(Problem::field(
                "/party",
                "invalid",
                "A rejection names no party.",
            ));
        }
    };
    let found = verifications::decide(
        &authed.actor,
        authed.services(),
        path.0.into(),
        verdict,
        &reason,
    )
    .await?;
    Ok(HttpResponse::Ok().json(PendingVerification::from(found)))
}
