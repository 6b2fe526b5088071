//! What staff see and do about the people of companies over HTTP: the search, one person, suspension. Reactivation is an
//! act in a case.

use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::ids::SessionId;
use quaymaster_service::staff::{self, Hit, HitKind, MailRecord as Mail, Person as Found};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::cases::Case;
use crate::common::{StaffRole, wire_enums};
use crate::company_overview::LookQuery;
use crate::extract::{Authed, Json, Path, Query};
use crate::grants::ledger::GuestAccount;
use crate::me::{Membership, SignInEvent};
use crate::problem::{Problem, ProblemBody};
use crate::sessions::Session;
use crate::users::{EffectiveAccess, LastSignIn, Suspension, UserState};

wire_enums! {
    /// What was found.
    SearchHitKind = HitKind {
        /// A company.
        Company,
        /// A portal account.
        Account,
        /// A person.
        User,
        /// A corporate identifier.
        Identifier,
    }
}

/// What to look for.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"q": "harbor"}))]
pub(crate) struct StaffSearch {
    /// Part of a company's or account's name, an account number, part of a person's name, User ID or e-mail address; or
    /// the exact value of a corporate identifier.
    #[schema(min_length = 2, max_length = 100)]
    #[validate(length(
        min = 2,
        max = 100,
        message = "Type 2 to 100 characters of what you look for."
    ))]
    q: String,
}

/// A thing that was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct SearchHit {
    /// What it is.
    kind: SearchHitKind,
    /// Its identity.
    id: Uuid,
    /// The account that it is or belongs to; `null` for companies, and for people of none or several accounts.
    account_id: Option<Uuid>,
    /// What it is called; personal identifiers are masked.
    #[schema(example = "Harbor Lane Imports LLC")]
    title: String,
    /// What tells it from others of the same name.
    subtitle: String,
}

impl From<Hit> for SearchHit {
    fn from(hit: Hit) -> Self {
        let Hit {
            kind,
            id,
            account,
            title,
            subtitle,
        } = hit;
        Self {
            kind: kind.into(),
            id,
            account_id: account.map(Into::into),
            title,
            subtitle,
        }
    }
}

/// What was found, at most ten of each kind; identifiers first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SearchHitList {
    /// The hits.
    items: Vec<SearchHit>,
}

/// What became of a mail.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MailState {
    /// Waits to be sent, perhaps again.
    Queued,
    /// Taken by the mail server.
    Sent,
    /// Given up.
    Failed,
}

/// A mail to a person: that it was written and what became of it, not what it says.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailRecord {
    /// When it was written.
    at: DateTime<Utc>,
    /// Which letter.
    #[schema(example = "reactivated")]
    template: String,
    /// What became of it.
    state: MailState,
    /// Why the last attempt failed, in the words of the mail server; `null` once the mail is sent.
    #[schema(example = "550 5.1.1 no such mailbox")]
    last_error: Option<String>,
}

/// A person of the portal as staff see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Person {
    /// Identity.
    id: Uuid,
    /// The User ID; `null` until the invitation is redeemed.
    #[schema(example = "ana.lee")]
    user_id: Option<String>,
    /// Given name.
    given_name: String,
    /// Family name.
    family_name: String,
    /// E-mail address on file.
    email: String,
    /// Phone number.
    phone: Option<String>,
    /// Role among the staff.
    staff_role: Option<StaffRole>,
    /// Whether and why the person cannot sign in.
    state: UserState,
    /// The last sign-in.
    last_sign_in: Option<LastSignIn>,
    /// When the person was invited or made.
    created_at: DateTime<Utc>,
    /// Roles in accounts.
    memberships: Vec<Membership>,
    /// The last sign-ins and attempts, newest first.
    recent_sign_ins: Vec<SignInEvent>,
    /// Open sessions, newest first.
    sessions: Vec<Session>,
    /// The last mails, newest first.
    mails: Vec<MailRecord>,
    /// What the person can do in each account, and where each right comes from.
    access: Vec<PersonAccess>,
    /// Accounts of others that the person sees, and through which grant.
    guest_access: Vec<GuestAccount>,
    /// The newest cases about the person, closed ones too; `null` for registrars and administrators, who do not read cases.
    cases: Option<Vec<Case>>,
}

/// What a person can do in one account.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonAccess {
    /// The account.
    account_id: Uuid,
    /// Every right with where it comes from, and what stands in the way.
    access: EffectiveAccess,
}

impl From<Mail> for MailRecord {
    fn from(mail: Mail) -> Self {
        let Mail {
            at,
            template,
            state,
            last_error,
        } = mail;
        Self {
            at,
            template,
            state: match state.as_str() {
                "sent" => MailState::Sent,
                "failed" => MailState::Failed,
                _ => MailState::Queued,
            },
            last_error,
        }
    }
}

impl Person {
    fn new(found: Found, own: SessionId) -> Self {
        let Found {
            user,
            state,
            places,
            sessions,
            recent_sign_ins,
            mails,
            access,
            guest_access,
            cases,
        } = found;
        Self {
            id: user.id.into(),
            user_id: user.user_name,
            given_name: user.given_name,
            family_name: user.family_name,
            email: user.email,
            phone: user.phone,
            staff_role: user.staff_role.map(Into::into),
            state: state.into(),
            last_sign_in: user
                .last_sign_in
                .map(|last| LastSignIn::new(last.at, last.device, last.network)),
            created_at: user.created_at,
            memberships: places.into_iter().map(Into::into).collect(),
            recent_sign_ins: recent_sign_ins.into_iter().map(Into::into).collect(),
            sessions: sessions
                .into_iter()
                .map(|s| Session::new(s, Some(own.into())))
                .collect(),
            mails: mails.into_iter().map(Into::into).collect(),
            access: access
                .into_iter()
                .map(|(account, access)| PersonAccess {
                    account_id: account.into(),
                    access: access.into(),
                })
                .collect(),
            guest_access: guest_access.into_iter().map(Into::into).collect(),
            cases: cases.map(|all| all.into_iter().map(Into::into).collect()),
        }
    }
}

fn answer(authed: &Authed, found: Found) -> HttpResponse {
    HttpResponse::Ok().json(Person::new(found, authed.actor.session))
}

/// Search the portal
///
/// For staff: companies, accounts, people and corporate identifiers that the role may see. An identifier is found by its
/// exact value only, a Social Security number too; what is looked for stands in no address, so that it stands in no log.
#[utoipa::path(tag = "staff", request_body = StaffSearch, responses((status = 200, description = "What was found", body = SearchHitList)))]
#[post("/staff-searches")]
pub(crate) async fn search_all(
    authed: Authed,
    body: Json<StaffSearch>,
) -> Result<HttpResponse, Problem> {
    let StaffSearch { q } = body.0;
    let q = q.trim();
    if q.chars().count() < 2 {
        return Err(Problem::field(
            "/q",
            "invalid",
            "Type 2 to 100 characters of what you look for.",
        ));
    }
    let found = staff::search(&authed.actor, authed.services(), q).await?;
    Ok(HttpResponse::Ok().json(SearchHitList {
        items: found.into_iter().map(Into::into).collect(),
    }))
}

/// Read a person
///
/// For staff, on one screen: state and who may lift it, accounts, access with where each right comes from, sessions,
/// sign-ins and attempts, mails and what became of them, cases. That you looked stands in the audit trail of every account
/// of the person. One of the staff is seen by auditors and administrators only.
#[utoipa::path(tag = "staff", params(("user_id" = Uuid, Path, description = "The person"), LookQuery), responses((status = 200, description = "The person", body = Person)))]
#[get("/staff/people/{user_id}")]
pub(crate) async fn get_person(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<LookQuery>,
) -> Result<HttpResponse, Problem> {
    let LookQuery { case_id } = query.0;
    let found = staff::person(
        &authed.actor,
        authed.services(),
        path.0.into(),
        case_id.map(Into::into),
    )
    .await?;
    Ok(answer(&authed, found))
}

/// Suspend a person
///
/// For support leads and administrators. Every session ends at once; only staff lift it again. It stands in the audit trail
/// of every account that the person belongs to.
#[utoipa::path(tag = "staff", params(("user_id" = Uuid, Path, description = "The person")), request_body = Suspension, responses((status = 200, description = "Suspended", body = Person), (status = 409, description = "`last-administrator`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/staff/people/{user_id}/suspension")]
pub(crate) async fn suspend_person(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<Suspension>,
) -> Result<HttpResponse, Problem> {
    let Suspension { reason } = body.0;
    let found =
        staff::suspend_person(&authed.actor, authed.services(), path.0.into(), &reason).await?;
    Ok(answer(&authed, found))
}

/// Lift a suspension that staff made
///
/// For support leads and administrators. What a company suspended is lifted by the company: 403 `not-above-target`.
#[utoipa::path(tag = "staff", params(("user_id" = Uuid, Path, description = "The person")), responses((status = 200, description = "Lifted", body = Person), (status = 409, description = "`not-locked`: the person is not suspended", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/staff/people/{user_id}/suspension")]
pub(crate) async fn lift_person_suspension(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found =
        staff::lift_person_suspension(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(answer(&authed, found))
}
