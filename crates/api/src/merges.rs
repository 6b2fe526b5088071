//! Merges of two accounts of one company over HTTP.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::moves as domain;
use quaymaster_domain::people::Reason;
use quaymaster_service::Cursor;
use quaymaster_service::merges::{self, Keep, MergeView, NewMerge};
use quaymaster_service::moves::Preview;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::wire_enums;
use crate::extract::{Authed, Json, Path, Query};
use crate::moves::{
    AccountParty, AffectedGrant, AffectedPerson, Collision, Consent, GivenReason, MovingIdentifier,
    MovingSubAccount, ProposalAnswers, ProposalState, ProposalsQuery, all, ended,
};
use crate::problem::{Problem, ProblemBody};
use crate::words::BusinessActivity;

wire_enums! {
    /// What owner and proxies of the emptied account become in the survivor, when they are not members of it.
    ManagersBecome = domain::Managers {
        /// Proxies of the survivor.
        Proxy,
        /// Users with every right in the sub-accounts that moved.
        User,
    }
    /// Which account survives, seen from the one in the path.
    KeepAccount = Keep {
        /// The one in the path.
        This,
        /// The other one.
        Other,
    }
}

/// Which account proposed a merge.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MergeProposer {
    /// The one that is emptied.
    From,
    /// The survivor.
    Into,
}

/// A merge of two accounts.
#[derive(Serialize, ToSchema)]
pub(crate) struct Merge {
    /// Identity.
    id: Uuid,
    /// Where it stands.
    state: ProposalState,
    /// The account that is emptied.
    from: AccountParty,
    /// The survivor.
    into: AccountParty,
    /// Which account proposed it.
    proposed_by: MergeProposer,
    /// What owner and proxies of the emptied account become.
    managers_become: ManagersBecome,
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

impl From<MergeView> for Merge {
    fn from(view: MergeView) -> Self {
        let MergeView {
            merge,
            from,
            into,
            can,
        } = view;
        let (decided_at, decided_by_name, decision_reason) = ended(merge.decision);
        Self {
            id: merge.id.into(),
            state: merge.state.into(),
            from: from.into(),
            into: into.into(),
            proposed_by: if merge.proposed_by_from {
                MergeProposer::From
            } else {
                MergeProposer::Into
            },
            managers_become: merge.managers.into(),
            reason: merge.reason,
            preview_version: merge.plan_version,
            proposed_at: merge.proposed_at,
            proposed_by_name: merge.proposed_by_name,
            decided_at,
            decided_by_name,
            decision_reason,
            can: can.into(),
        }
    }
}

/// A page of merges.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergePage {
    /// The rows.
    items: Vec<Merge>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// What a merge would do; or, when it is over, what it was about.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergePreview {
    /// Hand it back as `preview_version`.
    version: String,
    /// True when it differs from what was proposed.
    changed: bool,
    /// The account that is emptied.
    from: AccountParty,
    /// The survivor.
    into: AccountParty,
    /// The activities that move.
    activities: Vec<BusinessActivity>,
    /// The sub-accounts that move.
    sub_accounts: Vec<MovingSubAccount>,
    /// The identifiers that move.
    identifiers: Vec<MovingIdentifier>,
    /// The people who are affected.
    people: Vec<AffectedPerson>,
    /// The grants that are affected.
    grants: Vec<AffectedGrant>,
    /// What collides, and how it is solved.
    collisions: Vec<Collision>,
    /// How many contacts move.
    contact_count: u64,
    /// How many postal addresses move.
    address_count: u64,
    /// Invitations that end because they were not redeemed, by address.
    ending_invitations: Vec<String>,
    /// Other open changes of the emptied account that end, in words.
    ending_changes: Vec<String>,
}

impl From<Preview> for MergePreview {
    fn from(preview: Preview) -> Self {
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
            from: from.into(),
            into: to.into(),
            activities: all(plan.activities),
            sub_accounts: all(plan.sub_accounts),
            identifiers: all(plan.identifiers),
            people: all(plan.people),
            grants: all(plan.grants),
            collisions: all(plan.collisions),
            contact_count: plan.contacts,
            address_count: plan.addresses,
            ending_invitations: plan.ending_invitations,
            ending_changes: plan.ending_changes,
        }
    }
}

/// What to look at.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MergePreviewQuery {
    /// The other account.
    other_account_id: Uuid,
    /// Which one survives.
    keep: KeepAccount,
    /// What owner and proxies of the emptied account become; `proxy` unless given.
    managers_become: Option<ManagersBecome>,
}

/// A merge to propose.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"other_account_id": "01938f5e-7c00-7000-8000-000000000002", "keep": "this", "managers_become": "user", "reason": "One account is enough for both coasts.", "preview_version": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}))]
pub(crate) struct MergeNew {
    /// The other account.
    other_account_id: Uuid,
    /// Which one survives.
    keep: KeepAccount,
    /// What owner and proxies of the emptied account become in the survivor, when they are not members of it.
    managers_become: ManagersBecome,
    /// In own words.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
    /// The `version` of the preview that was looked at.
    #[schema(max_length = 100)]
    #[validate(length(max = 100, message = "A version has at most 100 characters."))]
    preview_version: String,
}

/// Look at what a merge would do
///
/// Everything of one account moves into the other one: structure, people, contacts, grants; what collides is listed with its
/// solution. For the Account Owner of either account. Nothing is kept.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "One of the accounts"), MergePreviewQuery), responses((status = 200, description = "What would happen", body = MergePreview)))]
#[get("/accounts/{id}/merges/preview")]
pub(crate) async fn preview_merge(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<MergePreviewQuery>,
) -> Result<HttpResponse, Problem> {
    let MergePreviewQuery {
        other_account_id,
        keep,
        managers_become,
    } = query.0;
    let managers = managers_become.unwrap_or(ManagersBecome::Proxy);
    let found = merges::preview(
        &authed.actor,
        authed.services(),
        path.0.into(),
        other_account_id.into(),
        keep.into(),
        managers.into(),
    )
    .await?;
    Ok(HttpResponse::Ok().json(MergePreview::from(found)))
}

/// Propose a merge
///
/// By the Account Owner of either account, with a proof of identity of at most ten minutes (R11). The owner of the other one is
/// told and answers; nothing moves before.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "One of the accounts")), request_body = MergeNew, responses((status = 201, description = "Proposed", body = Merge), (status = 409, description = "`preview-changed`, `already-exists` or `account-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/merges")]
pub(crate) async fn propose_merge(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<MergeNew>,
) -> Result<HttpResponse, Problem> {
    let MergeNew {
        other_account_id,
        keep,
        managers_become,
        reason,
        preview_version,
    } = body.0;
    let new = NewMerge {
        other: other_account_id.into(),
        keep: keep.into(),
        managers: managers_become.into(),
        reason,
        preview_version,
    };
    let made = merges::propose(&authed.actor, authed.services(), path.0.into(), new).await?;
    Ok(HttpResponse::Created().json(Merge::from(made)))
}

/// List the merges of an account
///
/// From it and into it, the newest first. For the Account Owner, proxies and staff.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account"), ProposalsQuery), responses((status = 200, description = "A page of merges", body = MergePage)))]
#[get("/accounts/{id}/merges")]
pub(crate) async fn list_merges(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<ProposalsQuery>,
) -> Result<HttpResponse, Problem> {
    let (state, page) = query.0.request()?;
    let s = authed.services();
    let found = merges::list(&authed.actor, s, path.0.into(), state, &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(MergePage {
        items: all(found.items),
        next_cursor,
    }))
}

/// Read a merge
///
/// For owner and proxies of either account, and for staff. Of the emptied account, the survivor's owner reads it.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account"), ("merge_id" = Uuid, Path, description = "The merge")), responses((status = 200, description = "The merge", body = Merge)))]
#[get("/accounts/{id}/merges/{merge_id}")]
pub(crate) async fn get_merge(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found = merges::find(&authed.actor, authed.services(), account.into(), id.into()).await?;
    Ok(HttpResponse::Ok().json(Merge::from(found)))
}

/// Look at what a proposed merge would do
///
/// While it waits: what would happen now. When it is over: what it was about. For owner and proxies of either account, and
/// for staff.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account"), ("merge_id" = Uuid, Path, description = "The merge")), responses((status = 200, description = "What would happen, or has happened", body = MergePreview)))]
#[get("/accounts/{id}/merges/{merge_id}/preview")]
pub(crate) async fn preview_proposed_merge(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let s = authed.services();
    let found = merges::preview_proposed(&authed.actor, s, account.into(), id.into()).await?;
    Ok(HttpResponse::Ok().json(MergePreview::from(found)))
}

/// Accept a merge
///
/// By the owner of the account that did not propose it, with a proof of identity of at most ten minutes (R11). Everything moves
/// now, in one transaction; if it would not be what was proposed, nothing does. The emptied account is closed and stays for
/// reading.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account that answers"), ("merge_id" = Uuid, Path, description = "The merge")), request_body = Consent, responses((status = 200, description = "Made", body = Merge), (status = 409, description = "`preview-changed`, `not-open` or `account-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/merges/{merge_id}/acceptance")]
pub(crate) async fn accept_merge(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<Consent>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let Consent { preview_version } = body.0;
    let s = authed.services();
    let done = merges::accept(
        &authed.actor,
        s,
        account.into(),
        id.into(),
        &preview_version,
    )
    .await?;
    Ok(HttpResponse::Ok().json(Merge::from(done)))
}

/// Decline a merge
///
/// By the owner of the account that did not propose it.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account that answers"), ("merge_id" = Uuid, Path, description = "The merge")), request_body = GivenReason, responses((status = 200, description = "Declined", body = Merge), (status = 409, description = "`not-open`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/merges/{merge_id}/decline")]
pub(crate) async fn decline_merge(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<GivenReason>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let GivenReason { reason } = body.0;
    let s = authed.services();
    let done = merges::decline(&authed.actor, s, account.into(), id.into(), &reason).await?;
    Ok(HttpResponse::Ok().json(Merge::from(done)))
}

/// Take a merge back
///
/// By the owner of the account that proposed it.
#[utoipa::path(tag = "structure-changes", params(("id" = Uuid, Path, description = "The account that proposed it"), ("merge_id" = Uuid, Path, description = "The merge")), request_body = GivenReason, responses((status = 200, description = "Taken back", body = Merge), (status = 409, description = "`not-open`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/merges/{merge_id}/withdrawal")]
pub(crate) async fn withdraw_merge(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<GivenReason>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let GivenReason { reason } = body.0;
    let s = authed.services();
    let done = merges::withdraw(&authed.actor, s, account.into(), id.into(), &reason).await?;
    Ok(HttpResponse::Ok().json(Merge::from(done)))
}
