//! Identifier claims over HTTP (the conflict desk): from both sides, and for staff.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::identifier_claims as domain;
use quaymaster_domain::people::Reason;
use quaymaster_service::Cursor;
use quaymaster_service::identifier_claims::{
    self, ClaimFilter, ClaimView, Claimant, Eyes, NewClaim, Preview, Side,
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
    /// Where a claim stands.
    ClaimState = domain::ClaimState {
        /// The account that holds the identifier has not answered.
        Open,
        /// It says that the identifier is its own; a registrar decides.
        Disputed,
        /// The identifier was let go.
        Released,
        /// It stays where it is.
        Kept,
        /// The claimant gave it up.
        Withdrawn,
    }
    /// Who ended a claim.
    ClaimDecider = domain::Decider {
        /// The account that held the identifier.
        Holder,
        /// A registrar.
        Registrar,
        /// The claimant.
        Claimant,
    }
    /// Through whose eyes a claim is shown.
    ClaimEyes = Eyes {
        /// The account that claims.
        Claimant,
        /// The account that holds the identifier.
        Holder,
        /// The operator's staff.
        Staff,
    }
    /// A side of a claim.
    ClaimSide = Side {
        /// Claims that this account has filed.
        Claimant,
        /// Claims of identifiers that this account holds.
        Holder,
    }
}

/// What the reader can do with a claim.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClaimSteps {
    /// Release the identifier.
    release: bool,
    /// Dispute the claim.
    dispute: bool,
    /// Give it up.
    withdraw: bool,
    /// Decide it.
    decide: bool,
}

/// A claim of an identifier that stands in another account.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentifierClaim {
    /// Identity.
    id: Uuid,
    /// Where it stands.
    state: ClaimState,
    /// Through whose eyes it is shown; what that side is not to know is `null`.
    side: ClaimEyes,
    /// Kind of the identifier.
    identifier_kind: IdentifierKind,
    /// The identifier; a Social Security number is masked.
    #[schema(example = "08-123456700")]
    identifier: String,
    /// The claimant's company, as the register calls it.
    #[schema(example = "Harbor Lane Imports LLC")]
    claimant_company: String,
    /// The account that claims; for itself and staff, `null` for an application.
    claimant_account: Option<AccountRef>,
    /// The sub-account that is to get the identifier; for the claimant and staff.
    sub_account_id: Option<Uuid>,
    /// The application that waits for it; for staff.
    application_id: Option<Uuid>,
    /// The account that holds or held the identifier; for itself and staff.
    holder_account: Option<AccountRef>,
    /// Its company; for itself and staff.
    holder_company: Option<String>,
    /// Why it is claimed.
    #[schema(example = "The number is ours; it was entered in an old import.")]
    reason: String,
    /// When it was filed.
    filed_at: DateTime<Utc>,
    /// By whom; not for the holder.
    filed_by_name: Option<String>,
    /// Until when the holder has to answer: five working days.
    answer_due_at: DateTime<Utc>,
    /// True when nobody answered in time: a registrar may release it.
    overdue: bool,
    /// When the holder disputed.
    answered_at: Option<DateTime<Utc>>,
    /// Why.
    answer_reason: Option<String>,
    /// By whom; not for the claimant.
    answered_by_name: Option<String>,
    /// When it ended.
    decided_at: Option<DateTime<Utc>>,
    /// Who ended it.
    decided_by: Option<ClaimDecider>,
    /// Why it ended so.
    decision_reason: Option<String>,
    /// What the reader can do.
    can: ClaimSteps,
}

impl From<ClaimView> for IdentifierClaim {
    fn from(view: ClaimView) -> Self {
        let ClaimView {
            claim,
            eyes,
            claimant,
            holder,
            overdue,
            can_release,
            can_dispute,
            can_withdraw,
            can_decide,
        } = view;
        let (sub_account_id, application_id) = match claim.claimant {
            Claimant::Account(_, sub) if eyes != Eyes::Holder => (sub.map(Into::into), None),
            Claimant::Application(id) if eyes == Eyes::Staff => (None, Some(id.into())),
            _ => (None, None),
        };
        let reference =
            |a: identifier_claims::Account| AccountRef::new(a.id, a.account_number, a.name);
        let (answered_at, answer_reason, answered_by) = match claim.answer {
            Some(a) => (Some(a.at), Some(a.reason), Some(a.by_name)),
            None => (None, None, None),
        };
        let (decided_at, decided_by, decision_reason) = match claim.ended {
            Some(e) => (Some(e.at), Some(e.by.into()), e.reason),
            None => (None, None, None),
        };
        Self {
            id: claim.id.into(),
            state: claim.claim.state.into(),
            side: eyes.into(),
            identifier_kind: claim.identifier.kind.into(),
            identifier: claim.identifier.shown,
            claimant_company: claim.claimant_company,
            claimant_account: claimant.map(reference),
            sub_account_id,
            application_id,
            holder_company: holder.as_ref().map(|h| h.company_name.clone()),
            holder_account: holder.map(reference),
            reason: claim.reason,
            filed_at: claim.filed_at,
            filed_by_name: (eyes != Eyes::Holder).then_some(claim.filed_by_name),
            answer_due_at: claim.claim.answer_due_at,
            overdue,
            answered_at,
            answer_reason,
            answered_by_name: answered_by.filter(|_| eyes != Eyes::Claimant),
            decided_at,
            decided_by,
            decision_reason,
            can: ClaimSteps {
                release: can_release,
                dispute: can_dispute,
                withdraw: can_withdraw,
                decide: can_decide,
            },
        }
    }
}

/// A page of claims.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentifierClaimPage {
    /// The rows.
    items: Vec<IdentifierClaim>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

fn page(found: quaymaster_service::Page<ClaimView>) -> HttpResponse {
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    HttpResponse::Ok().json(IdentifierClaimPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    })
}

fn ok(view: ClaimView) -> HttpResponse {
    HttpResponse::Ok().json(IdentifierClaim::from(view))
}

/// A sub-account that a release takes the identifier from.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClaimPlace {
    /// Identity.
    id: Uuid,
    /// Name.
    #[schema(example = "Importer, West Coast")]
    name: String,
}

/// Where a released identifier goes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClaimTarget {
    /// Into the account that claims it.
    Account,
    /// An application that waits for it goes on.
    Application,
}

/// What a release would do.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClaimPreview {
    /// Kind of the identifier.
    identifier_kind: IdentifierKind,
    /// The identifier; a Social Security number is masked.
    identifier: String,
    /// The sub-accounts that lose it.
    sub_accounts: Vec<ClaimPlace>,
    /// Active grants through which others see one of these sub-accounts.
    grants: u64,
    /// Where it goes.
    goes_to: ClaimTarget,
}

impl From<Preview> for ClaimPreview {
    fn from(preview: Preview) -> Self {
        let Preview {
            kind,
            shown,
            sub_accounts,
            grants,
            to_application,
        } = preview;
        Self {
            identifier_kind: kind.into(),
            identifier: shown,
            sub_accounts: sub_accounts
                .into_iter()
                .map(|(id, name)| ClaimPlace {
                    id: id.into(),
                    name,
                })
                .collect(),
            grants,
            goes_to: if to_application {
                ClaimTarget::Application
            } else {
                ClaimTarget::Account
            },
        }
    }
}

/// A claim to file.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"sub_account_id": "01890000-0000-7000-8000-000000000000", "identifier_kind": "importer_number", "identifier_value": "08-1234567", "reason": "The number is ours; it was entered in an old import."}))]
pub(crate) struct IdentifierClaimNew {
    /// The sub-account that is to get the identifier.
    sub_account_id: Uuid,
    /// Kind of the identifier.
    identifier_kind: IdentifierKind,
    /// The identifier as it is written.
    #[schema(max_length = 64)]
    #[validate(length(max = 64, message = "An identifier has at most 64 characters."))]
    identifier_value: String,
    /// Why; the account that holds the identifier reads it.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
}

/// A reason that may be left out.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Entered by mistake."}))]
pub(crate) struct ClaimRemark {
    /// The other side reads it.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 500)]
    reason: Option<Reason>,
}

/// A dispute.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The company was taken over by us in May."}))]
pub(crate) struct ClaimDispute {
    /// Why the identifier is not released; claimant and registrar read it.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
}

/// What becomes of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClaimOutcome {
    /// The identifier goes to the claimant.
    Release,
    /// It stays where it is.
    Keep,
}

/// A registrar's decision.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"outcome": "release", "reason": "The register names the claimant, and nobody answered."}))]
pub(crate) struct ClaimDecision {
    /// What.
    outcome: ClaimOutcome,
    /// Why; both sides read it.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
}

/// Which claims of an account.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ClaimQuery {
    /// Only those on this side.
    #[param(inline)]
    side: Option<ClaimSide>,
    /// Only those in this state.
    state: Option<ClaimState>,
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Which claims of the whole portal.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AnyClaimQuery {
    /// Only those in this state.
    state: Option<ClaimState>,
    /// Only what a registrar may decide now: disputed, or not answered in time.
    due: Option<bool>,
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// File an identifier claim
///
/// For owner and proxies, when the register gives the identifier to their company and another account holds it. That
/// account has five working days to release or dispute it.
#[utoipa::path(tag = "identifier-claims", params(("id" = Uuid, Path, description = "The account")), request_body = IdentifierClaimNew, responses((status = 201, description = "Filed", body = IdentifierClaim), (status = 409, description = "`already-exists` (a claim waits already), `client-identifier`, `identifier-not-in-register` or `identifier-free` (nobody else holds it)", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/identifier-claims")]
pub(crate) async fn file_identifier_claim(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<IdentifierClaimNew>,
) -> Result<HttpResponse, Problem> {
    let IdentifierClaimNew {
        sub_account_id,
        identifier_kind,
        identifier_value,
        reason,
    } = body.0;
    let new = NewClaim {
        sub_account: sub_account_id.into(),
        kind: identifier_kind.into(),
        value: identifier_value,
        reason,
    };
    let filed =
        identifier_claims::file(&authed.actor, authed.services(), path.0.into(), new).await?;
    Ok(HttpResponse::Created().json(IdentifierClaim::from(filed)))
}

/// List the identifier claims of an account
///
/// From both sides, the newest first; for owner, proxies and staff.
#[utoipa::path(tag = "identifier-claims", params(("id" = Uuid, Path, description = "The account"), ClaimQuery), responses((status = 200, description = "A page of claims", body = IdentifierClaimPage)))]
#[get("/accounts/{id}/identifier-claims")]
pub(crate) async fn list_identifier_claims(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<ClaimQuery>,
) -> Result<HttpResponse, Problem> {
    let ClaimQuery {
        side,
        state,
        limit,
        cursor,
    } = query.0;
    let wanted = page_request(limit, cursor.as_deref())?;
    let found = identifier_claims::list(
        &authed.actor,
        authed.services(),
        path.0.into(),
        side.map(Into::into),
        state.map(Into::into),
        &wanted,
    )
    .await?;
    Ok(page(found))
}

/// Show an identifier claim of an account
///
/// From the side that the account stands on.
#[utoipa::path(tag = "identifier-claims", params(("id" = Uuid, Path, description = "The account"), ("claim_id" = Uuid, Path, description = "The claim")), responses((status = 200, description = "The claim", body = IdentifierClaim)))]
#[get("/accounts/{id}/identifier-claims/{claim_id}")]
pub(crate) async fn get_identifier_claim(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found =
        identifier_claims::find(&authed.actor, authed.services(), account.into(), id.into())
            .await?;
    Ok(ok(found))
}

/// Preview the release of an identifier
///
/// What the holder's account loses; for its owner and proxies, and for staff.
#[utoipa::path(tag = "identifier-claims", params(("id" = Uuid, Path, description = "The account that holds the identifier"), ("claim_id" = Uuid, Path, description = "The claim")), responses((status = 200, description = "What a release would do", body = ClaimPreview), (status = 409, description = "`not-open`: the claim is over", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/accounts/{id}/identifier-claims/{claim_id}/preview")]
pub(crate) async fn preview_identifier_release(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found =
        identifier_claims::preview(&authed.actor, authed.services(), account.into(), id.into())
            .await?;
    Ok(HttpResponse::Ok().json(ClaimPreview::from(found)))
}

/// Release a claimed identifier
///
/// For the Account Owner of the account that holds it. It leaves every sub-account and goes where it was claimed for, at
/// once.
#[utoipa::path(tag = "identifier-claims", params(("id" = Uuid, Path, description = "The account that holds the identifier"), ("claim_id" = Uuid, Path, description = "The claim")), request_body = ClaimRemark, responses((status = 200, description = "Released", body = IdentifierClaim), (status = 409, description = "`not-open`: the claim is over", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/identifier-claims/{claim_id}/release")]
pub(crate) async fn release_identifier(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<ClaimRemark>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found = identifier_claims::release(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        body.0.reason.as_ref(),
    )
    .await?;
    Ok(ok(found))
}

/// Dispute an identifier claim
///
/// For the Account Owner of the account that holds the identifier. A registrar decides.
#[utoipa::path(tag = "identifier-claims", params(("id" = Uuid, Path, description = "The account that holds the identifier"), ("claim_id" = Uuid, Path, description = "The claim")), request_body = ClaimDispute, responses((status = 200, description = "Disputed", body = IdentifierClaim), (status = 409, description = "`not-open`: the claim is over, or disputed already", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/identifier-claims/{claim_id}/dispute")]
pub(crate) async fn dispute_identifier_claim(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<ClaimDispute>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found = identifier_claims::dispute(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        &body.0.reason,
    )
    .await?;
    Ok(ok(found))
}

/// Withdraw an identifier claim
///
/// For owner and proxies of the account that filed it.
#[utoipa::path(tag = "identifier-claims", params(("id" = Uuid, Path, description = "The account that claims"), ("claim_id" = Uuid, Path, description = "The claim")), request_body = ClaimRemark, responses((status = 200, description = "Withdrawn", body = IdentifierClaim), (status = 409, description = "`not-open`: the claim is over", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/identifier-claims/{claim_id}/withdrawal")]
pub(crate) async fn withdraw_identifier_claim(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<ClaimRemark>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found = identifier_claims::withdraw(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        body.0.reason.as_ref(),
    )
    .await?;
    Ok(ok(found))
}

/// List all identifier claims
///
/// For staff, the nearest deadline first.
#[utoipa::path(tag = "identifier-claims", params(AnyClaimQuery), responses((status = 200, description = "A page of claims", body = IdentifierClaimPage)))]
#[get("/identifier-claims")]
pub(crate) async fn list_all_identifier_claims(
    authed: Authed,
    query: Query<AnyClaimQuery>,
) -> Result<HttpResponse, Problem> {
    let AnyClaimQuery {
        state,
        due,
        limit,
        cursor,
    } = query.0;
    let wanted = page_request(limit, cursor.as_deref())?;
    let filter = ClaimFilter {
        state: state.map(Into::into),
        due: due.unwrap_or(false),
    };
    let found =
        identifier_claims::list_all(&authed.actor, authed.services(), filter, &wanted).await?;
    Ok(page(found))
}

/// Show an identifier claim to staff
///
/// With both sides.
#[utoipa::path(tag = "identifier-claims", params(("id" = Uuid, Path, description = "The claim")), responses((status = 200, description = "The claim", body = IdentifierClaim)))]
#[get("/identifier-claims/{id}")]
pub(crate) async fn get_any_identifier_claim(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found =
        identifier_claims::find_any(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(ok(found))
}

/// Decide an identifier claim
///
/// For the registrar: what is disputed, and what was not answered within five working days.
#[utoipa::path(tag = "identifier-claims", params(("id" = Uuid, Path, description = "The claim")), request_body = ClaimDecision, responses((status = 200, description = "Decided", body = IdentifierClaim), (status = 409, description = "`waiting`: the holder still has time to answer; `not-open`: the claim is over", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/identifier-claims/{id}/decision")]
pub(crate) async fn decide_identifier_claim(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<ClaimDecision>,
) -> Result<HttpResponse, Problem> {
    let ClaimDecision { outcome, reason } = body.0;
    let release = outcome == ClaimOutcome::Release;
    let found = identifier_claims::decide(
        &authed.actor,
        authed.services(),
        path.0.into(),
        release,
        &reason,
    )
    .await?;
    Ok(ok(found))
}
