//! Transfers of business activities over HTTP.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::moves as domain;
use quaymaster_domain::people::Reason;
use quaymaster_service::Cursor;
use quaymaster_service::accounts;
use quaymaster_service::moves::Preview;
use quaymaster_service::transfers::{self, NewTransfer, TransferView};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::wire_enums;
use crate::extract::{Authed, Json, Path, Query};
use crate::moves::{
    AccountParty, AffectedGrant, AffectedPerson, Collision, Consent, GivenReason, MovingIdentifier,
    MovingSubAccount, ProposalAnswers, ProposalState, ProposalsQuery, SiblingAccountList, all,
    ended,
};
use crate::problem::{Problem, ProblemBody};
use crate::words::BusinessActivity;

wire_enums! {
    /// What becomes of identifiers that stand in sub-accounts that move and in others that stay.
    SharedIdentifiers = domain::Shared {
        /// They go along, and leave the sub-accounts that stay.
        Move,
        /// They stay, and leave the sub-accounts that move.
        Stay,
    }
}

/// A transfer of a business activity to another account of the company.
#[derive(Serialize, ToSchema)]
pub(crate) struct Transfer {
    /// Identity.
    id: Uuid,
    /// The activity.
    activity: BusinessActivity,
    /// What it is called.
    #[schema(example = "Exporter")]
    label: &'static str,
    /// Where it stands.
    state: ProposalState,
    /// The account that gives.
    from: AccountParty,
    /// The account that gets.
    to: AccountParty,
    /// What becomes of shared identifiers; `null` when there were none.
    shared_identifiers: Option<SharedIdentifiers>,
    /// Why.
    reason: String,
    /// The version of the preview that was agreed to.
    preview_version: String,
    /// When it was proposed.
    proposed_at: DateTime<Utc>,
    /// By whom.
    proposed_by_name: String,
    /// When it ended.
    decided_at: Option<DateTime<Utc>>,
    /// By whom.
    decided_by_name: Option<String>,
    /// Why, when a reason was given.
    decision_reason: Option<String>,
    /// What you may do.
    can: ProposalAnswers,
}

impl From<TransferView> for Transfer {
    fn from(view: TransferView) -> Self {
        let TransferView {
            transfer,
            from,
            to,
            can,
        } = view;
        let (decided_at, decided_by_name, decision_reason) = ended(transfer.decision);
        Self {
            id: transfer.id.into(),
            activity: transfer.activity.into(),
            label: transfer.activity.label(),
            state: transfer.state.into(),
            from: from.into(),
            to: to.into(),
            shared_identifiers: transfer.shared.map(Into::into),
            reason: transfer.reason,
            preview_version: transfer.plan_version,
            proposed_at: transfer.proposed_at,
            proposed_by_name: transfer.proposed_by_name,
            decided_at,
            decided_by_name,
            decision_reason,
            can: can.into(),
        }
    }
}

/// A page of transfers.
#[derive(Serialize, ToSchema)]
pub(crate) struct TransferPage {
    /// The rows.
    items: Vec<Transfer>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// What a transfer would do; or, when it is over, what it was about.
#[derive(Serialize, ToSchema)]
pub(crate) struct TransferPreview {
    /// Hand it back as `preview_version`.
    version: String,
    /// True when it differs from what was proposed.
    changed: bool,
    /// The activity.
    activity: BusinessActivity,
    /// The account that gives.
    from: AccountParty,
    /// The account that gets.
    to: AccountParty,
    /// The sub-accounts that move.
    sub_accounts: Vec<MovingSubAccount>,
    /// The identifiers that are affected.
    identifiers: Vec<MovingIdentifier>,
    /// The people who are affected.
    people: Vec<AffectedPerson>,
    /// The grants that are affected.
    grants: Vec<AffectedGrant>,
    /// What collides, and how it is solved.
    collisions: Vec<Collision>,
}

impl TransferPreview {
    fn new(preview: Preview, activity: BusinessActivity) -> Self {
        let Preview {
            from,
            to,
            plan,
            version,
            changed,
        } = preview;
        Self {
            version,
            changed,
            activity,
            from: from.into(),
            to: to.into(),
            sub_accounts: all(plan.sub_accounts),
            identifiers: all(plan.identifiers),
            people: all(plan.people),
            grants: all(plan.grants),
            collisions: all(plan.collisions),
        }
    }
}

/// What to look at.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TransferPreviewQuery {
    /// The activity.
    activity: BusinessActivity,
    /// The account that would get it.
    to_account_id: Uuid,
    /// What becomes of identifiers that stand in sub-accounts that move and in others that stay.
    shared_identifiers: Option<SharedIdentifiers>,
}

/// A transfer to propose.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"activity": "exporter", "to_account_id": "01938f5e-7c00-7000-8000-000000000002", "shared_identifiers": null, "reason": "Exports are run from Oakland.", "preview_version": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}))]
pub(crate) struct TransferNew {
    /// The activity.
    activity: BusinessActivity,
    /// The account that gets it.
    to_account_id: Uuid,
    /// What becomes of identifiers that stand in sub-accounts that move and in others that stay; needed only when the
    /// preview says so.
    shared_identifiers: Option<SharedIdentifiers>,
    /// In own words.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
    /// The `version` of the preview that was looked at.
    #[schema(max_length = 100)]
    #[validate(length(max = 100, message = "A version has at most 100 characters."))]
    preview_version: String,
}

/// List the other accounts of the company
///
/// The open ones besides this account, by name: those that an activity may be transferred to and that may be merged with
/// it. For the Account Owner, proxies and staff.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account")), responses((status = 200, description = "The other accounts", body = SiblingAccountList)))]
#[get("/accounts/{id}/sibling-accounts")]
pub(crate) async fn list_sibling_accounts(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = accounts::siblings(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(SiblingAccountList { items: all(found) }))
}

/// Look at what a transfer would do
///
/// Which sub-accounts and identifiers move, who keeps, loses or gains access, which grants follow or end, and what collides.
/// For the Account Owner. Nothing is kept.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account that holds the activity"), TransferPreviewQuery), responses((status = 200, description = "What would happen", body = TransferPreview), (status = 409, description = "`last-sub-account` or `activity-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/accounts/{id}/transfers/preview")]
pub(crate) async fn preview_transfer(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<TransferPreviewQuery>,
) -> Result<HttpResponse, Problem> {
    let TransferPreviewQuery {
        activity,
        to_account_id,
        shared_identifiers,
    } = query.0;
    let found = transfers::preview(
        &authed.actor,
        authed.services(),
        path.0.into(),
        to_account_id.into(),
        activity.into(),
        shared_identifiers.map(Into::into),
    )
    .await?;
    Ok(HttpResponse::Ok().json(TransferPreview::new(found, activity)))
}

/// Propose a transfer
///
/// By the Account Owner of the account that holds the activity, with a proof of identity of at most ten minutes (R11). The
/// owner of the other account is told and answers; nothing moves before.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account that holds the activity")), request_body = TransferNew, responses((status = 201, description = "Proposed", body = Transfer), (status = 409, description = "`preview-changed`, `collision`, `already-exists`, `last-sub-account`, `activity-closed` or `account-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/transfers")]
pub(crate) async fn propose_transfer(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<TransferNew>,
) -> Result<HttpResponse, Problem> {
    let TransferNew {
        activity,
        to_account_id,
        shared_identifiers,
        reason,
        preview_version,
    } = body.0;
    let new = NewTransfer {
        activity: activity.into(),
        to: to_account_id.into(),
        shared: shared_identifiers.map(Into::into),
        reason,
        preview_version,
    };
    let made = transfers::propose(&authed.actor, authed.services(), path.0.into(), new).await?;
    Ok(HttpResponse::Created().json(Transfer::from(made)))
}

/// List the transfers of an account
///
/// From it and to it, the newest first. For the Account Owner, proxies and staff.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account"), ProposalsQuery), responses((status = 200, description = "A page of transfers", body = TransferPage)))]
#[get("/accounts/{id}/transfers")]
pub(crate) async fn list_transfers(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<ProposalsQuery>,
) -> Result<HttpResponse, Problem> {
    let (state, page) = query.0.request()?;
    let s = authed.services();
    let found = transfers::list(&authed.actor, s, path.0.into(), state, &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(TransferPage {
        items: all(found.items),
        next_cursor,
    }))
}

/// Read a transfer
///
/// For owner and proxies of either account, and for staff.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account"), ("transfer_id" = Uuid, Path, description = "The transfer")), responses((status = 200, description = "The transfer", body = Transfer)))]
#[get("/accounts/{id}/transfers/{transfer_id}")]
pub(crate) async fn get_transfer(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found =
        transfers::find(&authed.actor, authed.services(), account.into(), id.into()).await?;
    Ok(HttpResponse::Ok().json(Transfer::from(found)))
}

/// Look at what a proposed transfer would do
///
/// While it waits: what would happen now. When it is over: what it was about. For owner and proxies of either account, and
/// for staff.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account"), ("transfer_id" = Uuid, Path, description = "The transfer")), responses((status = 200, description = "What would happen, or has happened", body = TransferPreview), (status = 409, description = "`last-sub-account`: it could not be made any more", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/accounts/{id}/transfers/{transfer_id}/preview")]
pub(crate) async fn preview_proposed_transfer(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let s = authed.services();
    let transfer = transfers::find(&authed.actor, s, account.into(), id.into()).await?;
    let activity = transfer.transfer.activity;
    let found = transfers::preview_proposed(&authed.actor, s, account.into(), id.into()).await?;
    Ok(HttpResponse::Ok().json(TransferPreview::new(found, activity.into())))
}

/// Accept a transfer
///
/// By the owner of the account that gets the activity, with a proof of identity of at most ten minutes (R11). Everything moves
/// now, in one transaction; if it would not be what was proposed, nothing does.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account that gets the activity"), ("transfer_id" = Uuid, Path, description = "The transfer")), request_body = Consent, responses((status = 200, description = "Made", body = Transfer), (status = 409, description = "`preview-changed`, `not-open`, `last-sub-account` or `account-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/transfers/{transfer_id}/acceptance")]
pub(crate) async fn accept_transfer(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<Consent>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let Consent { preview_version } = body.0;
    let s = authed.services();
    let done = transfers::accept(
        &authed.actor,
        s,
        account.into(),
        id.into(),
        &preview_version,
    )
    .await?;
    Ok(HttpResponse::Ok().json(Transfer::from(done)))
}

/// Decline a transfer
///
/// By the owner of the account that would get the activity.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account that would get the activity"), ("transfer_id" = Uuid, Path, description = "The transfer")), request_body = GivenReason, responses((status = 200, description = "Declined", body = Transfer), (status = 409, description = "`not-open`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/transfers/{transfer_id}/decline")]
pub(crate) async fn decline_transfer(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<GivenReason>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let GivenReason { reason } = body.0;
    let s = authed.services();
    let done = transfers::decline(&authed.actor, s, account.into(), id.into(), &reason).await?;
    Ok(HttpResponse::Ok().json(Transfer::from(done)))
}

/// Take a transfer back
///
/// By the owner of the account that holds the activity.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account that holds the activity"), ("transfer_id" = Uuid, Path, description = "The transfer")), request_body = GivenReason, responses((status = 200, description = "Taken back", body = Transfer), (status = 409, description = "`not-open`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/transfers/{transfer_id}/withdrawal")]
pub(crate) async fn withdraw_transfer(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<GivenReason>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let GivenReason { reason } = body.0;
    let s = authed.services();
    let done = transfers::withdraw(&authed.actor, s, account.into(), id.into(), &reason).await?;
    Ok(HttpResponse::Ok().json(Transfer::from(done)))
}
