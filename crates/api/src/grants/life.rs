//! The life of a grant over HTTP: proposing, answering, holding, changing, ending.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post};
use quaymaster_domain::account_number::AccountNumber;
use quaymaster_domain::people::{Reason, UserName};
use quaymaster_service::Cursor;
use quaymaster_service::grants::{
    self as service, GrantFilter, Narrowing, Patch, Proposal, StateFilter, Target,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::{Grant, GrantPage, GrantReason, GrantRights, GrantSide, moment, sub_accounts};
use crate::common::{present, versioned};
use crate::extract::{Authed, IfMatch, Json, Path, Query};
use crate::input::Moment;
use crate::lists::page_request;
use crate::problem::{Problem, ProblemBody};

/// The states that a list can be filtered by.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GrantStateFilter {
    /// Waits for an answer.
    Proposed,
    /// Accepted, and its end has not come.
    Active,
    /// Held by one side.
    Paused,
    /// Over.
    Ended,
    /// All but ended.
    Living,
}

/// In which order grants are listed.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GrantSort {
    /// By the name of the other side.
    Name,
    /// The newest first.
    Newest,
}

/// Filters of a list of grants.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct GrantsQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// In this state, by the clock.
    #[param(inline)]
    state: Option<GrantStateFilter>,
    /// Proposed by this side.
    started_by: Option<GrantSide>,
    /// Whose end comes before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    ends_before: Option<Moment>,
    /// Text in the other side's name or account number.
    #[param(max_length = 100)]
    q: Option<String>,
    /// By name unless given.
    #[param(inline)]
    sort: Option<GrantSort>,
}

impl GrantsQuery {
    fn filter(self, side: quaymaster_domain::grants::GrantSide) -> GrantFilter {
        let Self {
            limit: _,
            cursor: _,
            state,
            started_by,
            ends_before,
            q,
            sort,
        } = self;
        GrantFilter {
            side,
            state: state.map(|state| match state {
                GrantStateFilter::Proposed => StateFilter::Proposed,
                GrantStateFilter::Active => StateFilter::Active,
                GrantStateFilter::Paused => StateFilter::Paused,
                GrantStateFilter::Ended => StateFilter::Ended,
                GrantStateFilter::Living => StateFilter::Living,
            }),
            started_by: started_by.map(Into::into),
            ends_before: ends_before.map(|at| at.0),
            q: q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty()),
            newest: matches!(sort, Some(GrantSort::Newest)),
        }
    }
}

async fn list(
    authed: &Authed,
    account: Uuid,
    query: GrantsQuery,
    side: quaymaster_domain::grants::GrantSide,
) -> Result<HttpResponse, Problem> {
    let page = page_request(query.limit, query.cursor.as_deref())?;
    let filter = query.filter(side);
    let found = service::list(
        &authed.actor,
        authed.services(),
        account.into(),
        &filter,
        &page,
    )
    .await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(GrantPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// List grants given
///
/// Who may see this account, and who is to. For owner, proxies and staff.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The account"), GrantsQuery), responses((status = 200, description = "A page of grants", body = GrantPage)))]
#[get("/accounts/{id}/grants-given")]
pub(crate) async fn list_grants_given(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<GrantsQuery>,
) -> Result<HttpResponse, Problem> {
    use quaymaster_domain::grants::GrantSide;
    list(&authed, path.0, query.0, GrantSide::Grantor).await
}

/// List grants received
///
/// Which accounts this one may see, and which it is to. For owner, proxies and staff.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The account"), GrantsQuery), responses((status = 200, description = "A page of grants", body = GrantPage)))]
#[get("/accounts/{id}/grants-received")]
pub(crate) async fn list_grants_received(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<GrantsQuery>,
) -> Result<HttpResponse, Problem> {
    use quaymaster_domain::grants::GrantSide;
    list(&authed, path.0, query.0, GrantSide::Recipient).await
}

/// Which way a proposal goes.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GrantDirection {
    /// The other company is to see your account.
    Invite,
    /// You are to see the other company's account.
    Request,
}

/// The other side of a proposal; both must match.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct GrantCounterparty {
    /// Its account number.
    #[schema(value_type = String, max_length = 40, example = "QM-0000-00001-8")]
    account_number: AccountNumber,
    /// The User ID of its Account Owner.
    #[schema(value_type = String, min_length = 6, max_length = 32, example = "ana.lee")]
    owner_user_id: UserName,
}

/// A grant to propose. The other side is named by `counterparty`, or by `draft_id`, a stored draft of an access request.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"account_id": "0197a3c0-0000-7000-8000-000000000001", "direction": "invite", "counterparty": {"account_number": "QM-0000-00001-8", "owner_user_id": "ana.lee"}, "draft_id": null, "all_sub_accounts": true, "sub_account_ids": [], "top_level": false, "rights": {"structure": true, "records": "own_filings", "reports": false, "users": false}, "purpose": "You file our entries since May."}))]
pub(crate) struct GrantNew {
    /// Your own account.
    account_id: Uuid,
    /// Which way.
    direction: GrantDirection,
    /// The other side, typed.
    #[validate(nested)]
    counterparty: Option<GrantCounterparty>,
    /// The draft of an access request that is sent with this; it is used up. For requests only.
    draft_id: Option<Uuid>,
    /// All sub-accounts, also those that are created later.
    all_sub_accounts: bool,
    /// Own ones, for an invitation. A request names none: it asks for all, or, out of a draft, for those that hold the
    /// identifier.
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000, message = "Name at most 1,000 sub-accounts."))]
    sub_account_ids: Vec<Uuid>,
    /// The account's own profile as well: contacts, addresses, business activities.
    top_level: bool,
    /// Which rights.
    rights: GrantRights,
    /// What for; the other company reads it.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    purpose: Reason,
    /// From when; absent or `null` from the acceptance on.
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Moment>,
    /// Until when; absent for twelve months, `null` until revoked.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Option<Moment>>,
}

/// Propose a grant
///
/// Invite another company to see your account, or ask it for access to its account. For the Account Owner. The other
/// side is found by account number and owner's User ID, with one answer to every mismatch, or is the company of a draft
/// that a refused identifier left behind.
#[utoipa::path(tag = "grants", request_body = GrantNew, responses((status = 201, description = "Proposed", body = Grant), (status = 404, description = "`not-found`: you do not know of such an account of your own", body = ProblemBody, content_type = "application/problem+json"), (status = 409, description = "`counterparty-not-matched`, `grant-exists`, `account-closed` or `no-account`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/grants")]
pub(crate) async fn create_grant(
    authed: Authed,
    body: Json<GrantNew>,
) -> Result<HttpResponse, Problem> {
    use quaymaster_domain::grants::GrantSide;
    let GrantNew {
        account_id,
        direction,
        counterparty,
        draft_id,
        all_sub_accounts,
        sub_account_ids,
        top_level,
        rights,
        purpose,
        starts_at,
        ends_at,
    } = body.0;
    let side = match direction {
        GrantDirection::Invite => GrantSide::Grantor,
        GrantDirection::Request => GrantSide::Recipient,
    };
    let to = match (counterparty, draft_id) {
        (Some(named), None) => {
            let GrantCounterparty {
                account_number,
                owner_user_id,
            } = named;
            Target::Typed {
                number: account_number,
                owner: owner_user_id,
            }
        }
        (None, Some(_)) if side == GrantSide::Grantor => {
            return Err(Problem::field(
                "/draft_id",
                "invalid",
                "A draft asks for access; it does not invite.",
            ));
        }
        (None, Some(id)) => Target::Draft(id.into()),
        (None, None) => {
            return Err(Problem::field(
                "/counterparty",
                "missing",
                "Name the other account by its number and its owner's User ID, or name a draft.",
            ));
        }
        (Some(_), Some(_)) => {
            return Err(Problem::field(
                "/draft_id",
                "invalid",
                "Name the other account or a draft, not both.",
            ));
        }
    };
    let proposal = Proposal {
        account: account_id.into(),
        side,
        to,
        wanted: service::Wanted {
            all_sub_accounts,
            sub_accounts: sub_account_ids.into_iter().map(Into::into).collect(),
            top_level,
            rights: rights.into(),
            purpose,
            starts_at: starts_at.map(moment),
            ends_at: ends_at.map(|end| end.map(moment)),
        },
    };
    let created = service::propose(&authed.actor, authed.services(), proposal).await?;
    Ok(answer(StatusCode::CREATED, created.into()))
}

fn answer(status: StatusCode, grant: Grant) -> HttpResponse {
    versioned(status, grant.version, &grant)
}

/// Read a grant
///
/// For owner and proxies of either side, and for staff.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant")), responses((status = 200, description = "The grant", body = Grant)))]
#[get("/grants/{id}")]
pub(crate) async fn get_grant(authed: Authed, path: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let found = service::find(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(answer(StatusCode::OK, found.into()))
}

/// Less than was asked for.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub(crate) struct GrantNarrowing {
    /// All sub-accounts, also those that are created later.
    all_sub_accounts: bool,
    /// Named ones.
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000, message = "Name at most 1,000 sub-accounts."))]
    sub_account_ids: Vec<Uuid>,
    /// The account's own profile.
    top_level: bool,
    /// Which rights.
    rights: GrantRights,
    /// Until when; `null` until revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Moment>,
}

/// The acceptance of a proposal.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 1, "narrowing": null}))]
pub(crate) struct GrantAcceptance {
    /// The version of the proposal that was read.
    version: i64,
    /// For the grantor: accept for less than was asked for.
    #[validate(nested)]
    narrowing: Option<GrantNarrowing>,
}

/// Accept a grant
///
/// For the Account Owner of the side that was asked. The grantor may accept for less than was asked for.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant")), request_body = GrantAcceptance, responses((status = 200, description = "In force, or from its start on", body = Grant), (status = 409, description = "`grant-state`, `exceeds-grant` or `account-closed`", body = ProblemBody, content_type = "application/problem+json"), (status = 412, description = "`stale`: the proposal was changed since it was read", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/grants/{id}/acceptance")]
pub(crate) async fn accept_grant(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<GrantAcceptance>,
) -> Result<HttpResponse, Problem> {
    let GrantAcceptance { version, narrowing } = body.0;
    let narrowing = narrowing.map(|less| {
        let GrantNarrowing {
            all_sub_accounts,
            sub_account_ids,
            top_level,
            rights,
            ends_at,
        } = less;
        Narrowing {
            sub_accounts: sub_accounts(all_sub_accounts, sub_account_ids),
            top_level,
            rights: rights.into(),
            ends_at: ends_at.map(moment),
        }
    });
    let id = path.0.into();
    let done = service::accept(&authed.actor, authed.services(), id, version, narrowing).await?;
    Ok(answer(StatusCode::OK, done.into()))
}

/// Decline a grant
///
/// For the Account Owner of the side that was asked.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant")), request_body = GrantReason, responses((status = 200, description = "Declined", body = Grant), (status = 409, description = "`grant-state`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/grants/{id}/decline")]
pub(crate) async fn decline_grant(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<GrantReason>,
) -> Result<HttpResponse, Problem> {
    let GrantReason { reason } = body.0;
    let done = service::decline(&authed.actor, authed.services(), path.0.into(), reason).await?;
    Ok(answer(StatusCode::OK, done.into()))
}

/// Pause a grant
///
/// For the Account Owner of either side. Nobody sees anything through it from the next request on. Only the side that
/// paused resumes; the grantor may take over a pause of the recipient.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant")), request_body = GrantReason, responses((status = 200, description = "Paused", body = Grant), (status = 409, description = "`grant-state`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/grants/{id}/pause")]
pub(crate) async fn pause_grant(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<GrantReason>,
) -> Result<HttpResponse, Problem> {
    let GrantReason { reason } = body.0;
    let done = service::pause(&authed.actor, authed.services(), path.0.into(), reason).await?;
    Ok(answer(StatusCode::OK, done.into()))
}

/// Resume a grant
///
/// For the Account Owner of the side that paused it.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant")), responses((status = 200, description = "Active again", body = Grant), (status = 409, description = "`grant-state` or `account-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/grants/{id}/resume")]
pub(crate) async fn resume_grant(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let done = service::resume(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(answer(StatusCode::OK, done.into()))
}

/// End a grant
///
/// For the Account Owner of either side; a proposal is withdrawn by the side that made it.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant")), request_body = GrantReason, responses((status = 200, description = "Ended", body = Grant), (status = 409, description = "`grant-state`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/grants/{id}/revocation")]
pub(crate) async fn revoke_grant(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<GrantReason>,
) -> Result<HttpResponse, Problem> {
    let GrantReason { reason } = body.0;
    let done = service::revoke(&authed.actor, authed.services(), path.0.into(), reason).await?;
    Ok(answer(StatusCode::OK, done.into()))
}

/// What changes about a grant.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"rights": {"structure": true, "records": "all", "reports": true, "users": false}}))]
pub(crate) struct GrantPatch {
    /// All sub-accounts, also those that are created later.
    all_sub_accounts: Option<bool>,
    /// Named ones.
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000, message = "Name at most 1,000 sub-accounts."))]
    sub_account_ids: Option<Vec<Uuid>>,
    /// The account's own profile.
    top_level: Option<bool>,
    /// Which rights.
    rights: Option<GrantRights>,
    /// What for.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 500)]
    purpose: Option<Reason>,
    /// Until when; `null` until revoked.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Option<Moment>>,
}

/// Change a grant
///
/// For the Account Owner of either side. The grantor may widen and shrink it at will. Of what the recipient wants, less
/// is in force at once, and more waits for the grantor's owner (202). A proposal is changed by the side that made it.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = GrantPatch, responses((status = 200, description = "In force", body = Grant), (status = 202, description = "What is less is in force; the rest waits for the grantor's owner", body = Grant), (status = 409, description = "`grant-state`", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/grants/{id}")]
pub(crate) async fn update_grant(
    authed: Authed,
    path: Path<Uuid>,
    if_match: IfMatch,
    body: Json<GrantPatch>,
) -> Result<HttpResponse, Problem> {
    let GrantPatch {
        all_sub_accounts,
        sub_account_ids,
        top_level,
        rights,
        purpose,
        ends_at,
    } = body.0;
    let patch = Patch {
        all_sub_accounts,
        sub_accounts: sub_account_ids.map(|ids| ids.into_iter().map(Into::into).collect()),
        top_level,
        rights: rights.map(Into::into),
        purpose,
        ends_at: ends_at.map(|end| end.map(moment)),
    };
    let id = path.0.into();
    let (done, waits) =
        service::update(&authed.actor, authed.services(), id, if_match.0, patch).await?;
    let status = if waits {
        StatusCode::ACCEPTED
    } else {
        StatusCode::OK
    };
    Ok(answer(status, done.into()))
}

/// The agreement to a change.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 4}))]
pub(crate) struct GrantChangeAcceptance {
    /// The version of the grant that was read.
    version: i64,
}

/// Agree to a change of a grant
///
/// For the grantor's Account Owner.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant")), request_body = GrantChangeAcceptance, responses((status = 200, description = "In force", body = Grant), (status = 409, description = "`grant-state`", body = ProblemBody, content_type = "application/problem+json"), (status = 412, description = "`stale`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/grants/{id}/change/acceptance")]
pub(crate) async fn accept_grant_change(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<GrantChangeAcceptance>,
) -> Result<HttpResponse, Problem> {
    let GrantChangeAcceptance { version } = body.0;
    let id = path.0.into();
    let done = service::accept_change(&authed.actor, authed.services(), id, version).await?;
    Ok(answer(StatusCode::OK, done.into()))
}

/// Decline a change of a grant
///
/// For the grantor's Account Owner. The grant stays as it is.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant")), request_body = GrantReason, responses((status = 200, description = "The grant, as it was", body = Grant), (status = 409, description = "`grant-state`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/grants/{id}/change/decline")]
pub(crate) async fn decline_grant_change(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<GrantReason>,
) -> Result<HttpResponse, Problem> {
    let GrantReason { reason } = body.0;
    let id = path.0.into();
    let done = service::decline_change(&authed.actor, authed.services(), id, reason).await?;
    Ok(answer(StatusCode::OK, done.into()))
}

/// Withdraw a change of a grant
///
/// For the recipient's Account Owner.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant")), responses((status = 204, description = "Withdrawn"), (status = 409, description = "`grant-state`", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/grants/{id}/change")]
pub(crate) async fn withdraw_grant_change(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    service::withdraw_change(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
