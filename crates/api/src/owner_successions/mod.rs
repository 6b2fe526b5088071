//! How owners are replaced, over HTTP: by a named successor, and at a proxy's request. Handing over at once is in `users`.

mod objection;
mod registrar;

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, NaiveDate, Utc};
use quaymaster_domain::members;
use quaymaster_domain::owner_successions as domain;
use quaymaster_domain::people::Reason;
use quaymaster_service::Cursor;
use quaymaster_service::accounts::Account;
use quaymaster_service::owner_successions::{
    self, Named, Nomination, Notice, Steps, SuccessionPreview as Preview, SuccessionRequest,
    SuccessionView,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::{MemberRole, PersonRef, wire_enums};
use crate::extract::{Authed, Json, Path, Query};
use crate::invitations::AssignableRole;
use crate::lists::PageQuery;
use crate::moves::GivenReason;
use crate::problem::{Problem, ProblemBody};

pub(crate) use objection::{
    object_by_link, object_to_owner_succession, preview_owner_succession_objection,
};
pub(crate) use registrar::{
    complete_owner_succession, list_waiting_owner_successions, reject_owner_succession,
};

wire_enums! {
    /// In which way an owner is replaced.
    SuccessionKind = domain::SuccessionKind {
        /// The owner handed over at once.
        HandOver,
        /// The owner named a successor, who accepts.
        Nomination,
        /// A proxy asked, because the owner is silent.
        Request,
    }
    /// Where a succession stands.
    SuccessionState = domain::SuccessionState {
        /// A nomination that the successor has not answered.
        Proposed,
        /// A nomination that was accepted and waits for its day.
        Accepted,
        /// A request whose waiting time runs, or is over without an objection.
        Waiting,
        /// The successor is the owner.
        Completed,
        /// The successor declined.
        Declined,
        /// It was taken back.
        Withdrawn,
        /// The owner or the officer on file objected.
        Objected,
        /// The registrar did not complete it.
        Rejected,
        /// It could not happen any more.
        Lapsed,
    }
    /// Who is told of a request.
    SuccessionTold = domain::Told {
        /// The owner.
        Owner,
        /// An officer of the company on file.
        Officer,
        /// The contact of the company in the identifier register.
        RegisterContact,
    }
}

/// An account with its company.
#[derive(Serialize, ToSchema)]
pub(crate) struct SuccessionAccount {
    /// Identity.
    id: Uuid,
    /// Account number.
    #[schema(example = "QM-0000-00001-8")]
    account_number: String,
    /// The account's name.
    name: String,
    /// The company's name.
    company_name: String,
}

impl From<Account> for SuccessionAccount {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.into(),
            account_number: account.account_number,
            name: account.name,
            company_name: account.company_name,
        }
    }
}

/// Somebody who was told of a request, with a link that stops it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SuccessionNotice {
    /// In which capacity.
    whom: SuccessionTold,
    /// The name on file.
    name: String,
    /// When.
    at: DateTime<Utc>,
}

impl From<Notice> for SuccessionNotice {
    fn from(notice: Notice) -> Self {
        let Notice { whom, name, at } = notice;
        Self {
            whom: whom.into(),
            name,
            at,
        }
    }
}

/// What you may do about a succession.
#[derive(Serialize, ToSchema)]
pub(crate) struct SuccessionSteps {
    /// Accept the nomination.
    accept: bool,
    /// Decline it.
    decline: bool,
    /// Take it back.
    withdraw: bool,
    /// Object to it.
    object: bool,
    /// Complete it.
    complete: bool,
    /// Refuse it.
    reject: bool,
}

impl From<Steps> for SuccessionSteps {
    fn from(can: Steps) -> Self {
        let Steps {
            accept,
            decline,
            withdraw,
            object,
            complete,
            reject,
        } = can;
        Self {
            accept,
            decline,
            withdraw,
            object,
            complete,
            reject,
        }
    }
}

/// How an owner is replaced, or was.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnerSuccessionRecord {
    /// Identity.
    id: Uuid,
    /// The account.
    account: SuccessionAccount,
    /// In which way.
    kind: SuccessionKind,
    /// Where it stands.
    state: SuccessionState,
    /// The owner when it began.
    owner: PersonRef,
    /// The next owner.
    successor: PersonRef,
    /// What the owner becomes.
    former_owner_role: MemberRole,
    /// Why.
    reason: String,
    /// When it began.
    asked_at: DateTime<Utc>,
    /// Who began it.
    asked_by_name: String,
    /// A nomination takes effect on this day, by the calendar of New York; `null`: when it is accepted.
    takes_over_on: Option<NaiveDate>,
    /// The end of the waiting time of a request.
    completes_after: Option<DateTime<Utc>>,
    /// How many working days the waiting time has: Monday to Friday without the federal holidays of the United States.
    waiting_days: Option<u32>,
    /// True when it could be completed now: the day has come, or the waiting time is over.
    ready: bool,
    /// When the owner last signed in; for requests only.
    owner_last_sign_in_at: Option<DateTime<Utc>>,
    /// Who was told of a request.
    told: Vec<SuccessionNotice>,
    /// When it ended.
    decided_at: Option<DateTime<Utc>>,
    /// By whom.
    decided_by_name: Option<String>,
    /// Why, when a reason was given.
    decision_reason: Option<String>,
    /// What you may do.
    can: SuccessionSteps,
}

fn person(id: quaymaster_domain::ids::UserId, named: Option<Named>, or: &str) -> PersonRef {
    match named {
        Some(Named {
            user_name, name, ..
        }) => PersonRef::new(id, user_name, name),
        None => PersonRef::new(id, None, or.to_owned()),
    }
}

impl From<SuccessionView> for OwnerSuccessionRecord {
    fn from(view: SuccessionView) -> Self {
        let SuccessionView {
            succession: found,
            account,
            owner,
            successor,
            told,
            ready,
            can,
        } = view;
        let request = found.course.kind == domain::SuccessionKind::Request;
        let last = owner.as_ref().and_then(|o| o.last_sign_in_at);
        let (decided_at, decided_by_name, decision_reason) = match found.decision {
            Some((at, by, why)) => (Some(at), Some(by), why),
            None => (None, None, None),
        };
        Self {
            id: found.id.into(),
            account: account.account.into(),
            kind: found.course.kind.into(),
            state: found.course.state.into(),
            owner: person(found.owner, owner, &found.owner_name),
            successor: person(found.successor, successor, ""),
            former_owner_role: found.former_owner_role.into(),
            reason: found.reason,
            asked_at: found.asked_at,
            asked_by_name: found.asked_by_name,
            takes_over_on: found.course.takes_over_on,
            completes_after: found.course.completes_after,
            waiting_days: found.waiting_days,
            ready,
            owner_last_sign_in_at: last.filter(|_| request),
            told: told.into_iter().map(Into::into).collect(),
            decided_at,
            decided_by_name,
            decision_reason,
            can: can.into(),
        }
    }
}

/// A page of successions.
#[derive(Serialize, ToSchema)]
pub(crate) struct OwnerSuccessionPage {
    /// The rows.
    items: Vec<OwnerSuccessionRecord>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

impl From<quaymaster_service::Page<SuccessionView>> for OwnerSuccessionPage {
    fn from(page: quaymaster_service::Page<SuccessionView>) -> Self {
        Self {
            next_cursor: page.next.as_ref().map(Cursor::encode),
            items: page.items.into_iter().map(Into::into).collect(),
        }
    }
}

/// What replacing the owner would do.
#[derive(Serialize, ToSchema)]
pub(crate) struct SuccessionPreview {
    /// The account.
    account: SuccessionAccount,
    /// The owner now.
    owner: PersonRef,
    /// The next owner.
    successor: PersonRef,
    /// What the owner becomes.
    former_owner_role: MemberRole,
    /// What changes and who is told, in sentences.
    changes: Vec<String>,
    /// The end of the waiting time, if it began now.
    completes_after: Option<DateTime<Utc>>,
    /// How many working days it has.
    waiting_days: Option<u32>,
    /// Who is told besides the owner.
    officers: Vec<String>,
}

/// What to look at.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SuccessionPreviewQuery {
    /// In which way.
    kind: SuccessionKind,
    /// Who would become the owner.
    successor_user_id: Uuid,
    /// What the owner would become.
    former_owner_role: AssignableRole,
}

/// A successor to name.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"successor_user_id": "01938f5e-7c00-7000-8000-000000000001", "former_owner_role": "proxy", "takes_over_on": "2026-12-01", "reason": "Retires at the end of November."}))]
pub(crate) struct NominationNew {
    /// The person's `id`; a member who can sign in.
    successor_user_id: Uuid,
    /// What you become.
    former_owner_role: AssignableRole,
    /// Not before this day, by the calendar of New York, at most a year ahead; `null`: as soon as it is accepted.
    takes_over_on: Option<NaiveDate>,
    /// In own words.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
}

/// Another owner to ask for.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"successor_user_id": "01938f5e-7c00-7000-8000-000000000001", "former_owner_role": "user", "reason": "Has left the company and does not answer."}))]
pub(crate) struct SuccessionRequestNew {
    /// The person's `id`; you, or another member who can sign in.
    successor_user_id: Uuid,
    /// What the owner becomes.
    former_owner_role: AssignableRole,
    /// In own words; the owner and the officer on file read it.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
}

fn answer(view: SuccessionView) -> HttpResponse {
    HttpResponse::Ok().json(OwnerSuccessionRecord::from(view))
}

/// Look at what replacing the owner would do
///
/// For the Account Owner; a request also for proxies. Nothing is kept and nobody is told.
#[utoipa::path(tag = "owner-successions", params(("id" = Uuid, Path, description = "The account"), SuccessionPreviewQuery), responses((status = 200, description = "What would happen", body = SuccessionPreview)))]
#[get("/accounts/{id}/owner-successions/preview")]
pub(crate) async fn preview_owner_succession(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<SuccessionPreviewQuery>,
) -> Result<HttpResponse, Problem> {
    let SuccessionPreviewQuery {
        kind,
        successor_user_id,
        former_owner_role,
    } = query.0;
    let role: members::MemberRole = former_owner_role.into();
    let found = owner_successions::preview(
        &authed.actor,
        authed.services(),
        path.0.into(),
        kind.into(),
        successor_user_id.into(),
        role,
    )
    .await?;
    let Preview {
        account,
        owner,
        successor,
        former_owner_role,
        changes,
        completes_after,
        waiting_days,
        officers,
    } = found;
    Ok(HttpResponse::Ok().json(SuccessionPreview {
        account: account.into(),
        owner: person(owner.0, Some(owner.1), ""),
        successor: person(successor.0, Some(successor.1), ""),
        former_owner_role: former_owner_role.into(),
        changes,
        completes_after,
        waiting_days,
        officers,
    }))
}

/// Name a successor
///
/// By the Account Owner, with a proof of identity of at most ten minutes (R11). The person accepts, and takes over at once or on
/// the day; until then the owner stays (R8).
#[utoipa::path(tag = "owner-successions", params(("id" = Uuid, Path, description = "The account")), request_body = NominationNew, responses((status = 201, description = "Named", body = OwnerSuccessionRecord), (status = 409, description = "`already-exists`: one is open; `last-owner`: the owner has changed", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/owner-successions/nominations")]
pub(crate) async fn nominate_owner(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<NominationNew>,
) -> Result<HttpResponse, Problem> {
    let NominationNew {
        successor_user_id,
        former_owner_role,
        takes_over_on,
        reason,
    } = body.0;
    let new = Nomination {
        successor: successor_user_id.into(),
        former_owner_role: former_owner_role.into(),
        takes_over_on,
        reason,
    };
    let made =
        owner_successions::nominate(&authed.actor, authed.services(), path.0.into(), &new).await?;
    Ok(HttpResponse::Created().json(OwnerSuccessionRecord::from(made)))
}

/// Ask for another owner
///
/// By a proxy, when the owner is silent, with a proof of identity of at most ten minutes. The owner, the officers of the company
/// on file and the register's contact are told, each with a link that stops it without signing in. After the waiting time, five
/// working days unless configured otherwise, a registrar completes it.
#[utoipa::path(tag = "owner-successions", params(("id" = Uuid, Path, description = "The account")), request_body = SuccessionRequestNew, responses((status = 201, description = "Asked; the waiting time runs", body = OwnerSuccessionRecord), (status = 409, description = "`already-exists`: one is open", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/owner-successions/requests")]
pub(crate) async fn request_owner_succession(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<SuccessionRequestNew>,
) -> Result<HttpResponse, Problem> {
    let SuccessionRequestNew {
        successor_user_id,
        former_owner_role,
        reason,
    } = body.0;
    let new = SuccessionRequest {
        successor: successor_user_id.into(),
        former_owner_role: former_owner_role.into(),
        reason,
    };
    let made =
        owner_successions::request(&authed.actor, authed.services(), path.0.into(), &new).await?;
    Ok(HttpResponse::Created().json(OwnerSuccessionRecord::from(made)))
}

/// List how the owner was replaced and is to be
///
/// The newest first. For the Account Owner, proxies and staff; an Account User is shown those that name this person as the next
/// owner.
#[utoipa::path(tag = "owner-successions", params(("id" = Uuid, Path, description = "The account"), PageQuery), responses((status = 200, description = "A page of successions", body = OwnerSuccessionPage)))]
#[get("/accounts/{id}/owner-successions")]
pub(crate) async fn list_owner_successions(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let s = authed.services();
    let found = owner_successions::list(&authed.actor, s, path.0.into(), &page).await?;
    Ok(HttpResponse::Ok().json(OwnerSuccessionPage::from(found)))
}

/// Read a succession
///
/// For the Account Owner, proxies, the person who was named, and staff.
#[utoipa::path(tag = "owner-successions", params(("id" = Uuid, Path, description = "The account"), ("succession_id" = Uuid, Path, description = "The succession")), responses((status = 200, description = "The succession", body = OwnerSuccessionRecord)))]
#[get("/accounts/{id}/owner-successions/{succession_id}")]
pub(crate) async fn get_owner_succession(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let s = authed.services();
    let found = owner_successions::find(&authed.actor, s, account.into(), id.into()).await?;
    Ok(answer(found))
}

/// Accept a nomination
///
/// By the person who was named, with a proof of identity of at most ten minutes. Takes over now; or on the day, if one was given
/// and has not come. Once it has come the portal does it within the hour, or this call does at once.
#[utoipa::path(tag = "owner-successions", params(("id" = Uuid, Path, description = "The account"), ("succession_id" = Uuid, Path, description = "The succession")), responses((status = 200, description = "Accepted", body = OwnerSuccessionRecord), (status = 409, description = "`not-open`: it is over; `waiting`: it was accepted and the day has not come; `last-owner`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/owner-successions/{succession_id}/acceptance")]
pub(crate) async fn accept_owner_succession(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let s = authed.services();
    let found = owner_successions::accept(&authed.actor, s, account.into(), id.into()).await?;
    Ok(answer(found))
}

/// Decline a nomination
///
/// By the person who was named.
#[utoipa::path(tag = "owner-successions", params(("id" = Uuid, Path, description = "The account"), ("succession_id" = Uuid, Path, description = "The succession")), request_body = GivenReason, responses((status = 200, description = "Declined", body = OwnerSuccessionRecord), (status = 409, description = "`not-open`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/owner-successions/{succession_id}/decline")]
pub(crate) async fn decline_owner_succession(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<GivenReason>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let GivenReason { reason } = body.0;
    let s = authed.services();
    let found =
        owner_successions::decline(&authed.actor, s, account.into(), id.into(), &reason).await?;
    Ok(answer(found))
}

/// Take a succession back
///
/// A nomination by the Account Owner, a request by any proxy.
#[utoipa::path(tag = "owner-successions", params(("id" = Uuid, Path, description = "The account"), ("succession_id" = Uuid, Path, description = "The succession")), request_body = GivenReason, responses((status = 200, description = "Taken back", body = OwnerSuccessionRecord), (status = 409, description = "`not-open`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/owner-successions/{succession_id}/withdrawal")]
pub(crate) async fn withdraw_owner_succession(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<GivenReason>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let GivenReason { reason } = body.0;
    let s = authed.services();
    let found =
        owner_successions::withdraw(&authed.actor, s, account.into(), id.into(), &reason).await?;
    Ok(answer(found))
}
