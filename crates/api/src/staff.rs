//! The operator's staff over HTTP: who they are, inviting them, their roles and locks. What staff do about the people of
//! companies is in `support`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post};
use quaymaster_domain::people::{EmailAddress, PersonName};
use quaymaster_service::Cursor;
use quaymaster_service::invitations::Invitee;
use quaymaster_service::staff::{self, NewStaff, StaffMember as Found};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::{StaffRole, versioned};
use crate::extract::{Authed, IfMatch, Json, Path, Query};
use crate::invitations::{Invitation, InvitationPage, InvitationState};
use crate::lists::{PageQuery, page_request};
use crate::problem::{Problem, ProblemBody};
use crate::users::{LastSignIn, Reactivation, Suspension, UserState};

/// One of the operator's staff.
#[derive(Serialize, ToSchema)]
pub(crate) struct StaffMember {
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
    /// The role.
    staff_role: StaffRole,
    /// Whether and why the person cannot sign in.
    state: UserState,
    /// The last sign-in.
    last_sign_in: Option<LastSignIn>,
    /// For `If-Match`.
    version: i64,
}

impl From<Found> for StaffMember {
    fn from(found: Found) -> Self {
        let Found { user, role, state } = found;
        Self {
            id: user.id.into(),
            user_id: user.user_name,
            given_name: user.given_name,
            family_name: user.family_name,
            email: user.email,
            staff_role: role.into(),
            state: state.into(),
            last_sign_in: user
                .last_sign_in
                .map(|last| LastSignIn::new(last.at, last.device, last.network)),
            version: user.version,
        }
    }
}

fn answer(found: Found) -> HttpResponse {
    let version = found.user.version;
    versioned(StatusCode::OK, version, &StaffMember::from(found))
}

/// A page of the staff.
#[derive(Serialize, ToSchema)]
pub(crate) struct StaffMemberPage {
    /// The rows, by family name.
    items: Vec<StaffMember>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Whom to invite to the staff.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ana.lee@portal.example", "given_name": "Ana", "family_name": "Lee", "staff_role": "support_agent"}))]
pub(crate) struct StaffInvitationNew {
    /// Where the link goes.
    #[schema(value_type = String, format = Email, max_length = 254)]
    email: EmailAddress,
    /// Given name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    given_name: PersonName,
    /// Family name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    family_name: PersonName,
    /// The role.
    staff_role: StaffRole,
}

/// A change of one of the staff; absent fields stay.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"staff_role": "support_lead"}))]
pub(crate) struct StaffPatch {
    /// The role.
    #[serde(default, deserialize_with = "crate::me::present")]
    #[schema(nullable = false)]
    staff_role: Option<StaffRole>,
}

/// Filters of the invitations to the staff.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StaffInvitationsQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Only those in this state.
    state: Option<InvitationState>,
}

/// List the staff
///
/// For auditors and administrators, by family name, also who has not redeemed the invitation yet.
#[utoipa::path(tag = "staff", params(PageQuery), responses((status = 200, description = "A page of the staff", body = StaffMemberPage)))]
#[get("/staff")]
pub(crate) async fn list_staff(
    authed: Authed,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let found = staff::list(&authed.actor, authed.services(), &query.0.request()?).await?;
    Ok(HttpResponse::Ok().json(StaffMemberPage {
        next_cursor: found.next.as_ref().map(Cursor::encode),
        items: found.items.into_iter().map(Into::into).collect(),
    }))
}

/// Invite somebody to the staff
///
/// For administrators, with a proof of identity of at most ten minutes. The link goes to the address and works for 21 days.
#[utoipa::path(tag = "staff", request_body = StaffInvitationNew, responses((status = 201, description = "Invited", body = Invitation), (status = 409, description = "`already-exists`: the address is invited already", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/staff/invitations")]
pub(crate) async fn invite_staff(
    authed: Authed,
    body: Json<StaffInvitationNew>,
) -> Result<HttpResponse, Problem> {
    let StaffInvitationNew {
        email,
        given_name,
        family_name,
        staff_role,
    } = body.0;
    let new = NewStaff {
        invitee: Invitee {
            email,
            given_name,
            family_name,
        },
        role: staff_role.into(),
    };
    let made = staff::invite(&authed.actor, authed.services(), &new).await?;
    Ok(HttpResponse::Created().json(Invitation::new(made, authed.services().now())))
}

/// List the invitations to the staff
///
/// For auditors and administrators, newest first.
#[utoipa::path(tag = "staff", params(StaffInvitationsQuery), responses((status = 200, description = "A page of invitations", body = InvitationPage)))]
#[get("/staff/invitations")]
pub(crate) async fn list_staff_invitations(
    authed: Authed,
    query: Query<StaffInvitationsQuery>,
) -> Result<HttpResponse, Problem> {
    let StaffInvitationsQuery {
        limit,
        cursor,
        state,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let s = authed.services();
    let found = staff::list_invitations(&authed.actor, s, state.map(Into::into), &page).await?;
    Ok(HttpResponse::Ok().json(InvitationPage::new(found, s.now())))
}

/// Send an invitation to the staff again
///
/// A new link, valid for 21 days from now; the old link is dead.
#[utoipa::path(tag = "staff", params(("invitation_id" = Uuid, Path, description = "The invitation")), responses((status = 204, description = "Sent"), (status = 409, description = "`already-member`: it was redeemed; `link-not-valid`: it was withdrawn", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/staff/invitations/{invitation_id}/resend")]
pub(crate) async fn resend_staff_invitation(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    staff::resend(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Withdraw an invitation to the staff
///
/// The link is dead; the address may be invited again.
#[utoipa::path(tag = "staff", params(("invitation_id" = Uuid, Path, description = "The invitation")), responses((status = 204, description = "Withdrawn"), (status = 409, description = "`already-member`: it was redeemed; `link-not-valid`: it was withdrawn", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/staff/invitations/{invitation_id}")]
pub(crate) async fn revoke_staff_invitation(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    staff::revoke(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Change the role of one of the staff
///
/// For administrators, with a proof of identity of at most ten minutes. It counts at the person's next request. The last
/// administrator who can sign in stays one.
#[utoipa::path(tag = "staff", params(("user_id" = Uuid, Path, description = "The person"), ("If-Match" = String, Header, description = "The ETag that was read, `\"v<version>\"`")), request_body = StaffPatch, responses((status = 200, description = "Changed", body = StaffMember), (status = 409, description = "`last-administrator`", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/staff/members/{user_id}")]
pub(crate) async fn update_staff(
    authed: Authed,
    path: Path<Uuid>,
    version: IfMatch,
    body: Json<StaffPatch>,
) -> Result<HttpResponse, Problem> {
    change_role(&authed, path.0, &version, body.0).await
}

pub(crate) async fn change_role(
    authed: &Authed,
    id: Uuid,
    version: &IfMatch,
    patch: StaffPatch,
) -> Result<HttpResponse, Problem> {
    let StaffPatch { staff_role } = patch;
    let found = staff::change_role(
        &authed.actor,
        authed.services(),
        id.into(),
        version.0,
        staff_role.map(Into::into),
    )
    .await?;
    Ok(answer(found))
}

/// Suspend one of the staff
///
/// For administrators. Every session of the person ends at once.
#[utoipa::path(tag = "staff", params(("user_id" = Uuid, Path, description = "The person")), request_body = Suspension, responses((status = 200, description = "Suspended", body = StaffMember), (status = 409, description = "`last-administrator`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/staff/members/{user_id}/suspension")]
pub(crate) async fn suspend_staff(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<Suspension>,
) -> Result<HttpResponse, Problem> {
    suspend(&authed, path.0, body.0).await
}

pub(crate) async fn suspend(
    authed: &Authed,
    id: Uuid,
    why: Suspension,
) -> Result<HttpResponse, Problem> {
    let Suspension { reason } = why;
    let found = staff::suspend(&authed.actor, authed.services(), id.into(), &reason).await?;
    Ok(answer(found))
}

/// Lift the suspension of one of the staff
///
/// For administrators.
#[utoipa::path(tag = "staff", params(("user_id" = Uuid, Path, description = "The person")), responses((status = 200, description = "Lifted", body = StaffMember), (status = 409, description = "`not-locked`: the person is not suspended", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/staff/members/{user_id}/suspension")]
pub(crate) async fn lift_staff_suspension(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    lift_suspension(&authed, path.0).await
}

pub(crate) async fn lift_suspension(authed: &Authed, id: Uuid) -> Result<HttpResponse, Problem> {
    let found = staff::lift_suspension(&authed.actor, authed.services(), id.into()).await?;
    Ok(answer(found))
}

/// Reactivate one of the staff
///
/// For administrators. Lifts failed attempts and dormancy.
#[utoipa::path(tag = "staff", params(("user_id" = Uuid, Path, description = "The person")), request_body = Reactivation, responses((status = 200, description = "Reactivated", body = StaffMember), (status = 409, description = "`not-locked`: there is no lock that this lifts", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/staff/members/{user_id}/reactivation")]
pub(crate) async fn reactivate_staff(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<Reactivation>,
) -> Result<HttpResponse, Problem> {
    reactivate(&authed, path.0, body.0).await
}

pub(crate) async fn reactivate(
    authed: &Authed,
    id: Uuid,
    how: Reactivation,
) -> Result<HttpResponse, Problem> {
    let Reactivation { temporary_password } = how;
    let found = staff::reactivate(
        &authed.actor,
        authed.services(),
        id.into(),
        temporary_password,
    )
    .await?;
    Ok(answer(found))
}
