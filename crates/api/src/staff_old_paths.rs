//! The paths under which the staff were changed before they stood under `/staff/members`. They do the same until they end
//! (`deprecation`); nothing new belongs here.

use actix_web::{HttpResponse, delete, patch, post};
use uuid::Uuid;

use crate::extract::{Authed, IfMatch, Json, Path};
use crate::problem::{Problem, ProblemBody};
use crate::staff::{self, StaffMember, StaffPatch};
use crate::users::{Reactivation, Suspension};

/// Change the role of one of the staff (old path)
///
/// For administrators, with a proof of identity of at most ten minutes. It counts at the person's next request. The last
/// administrator who can sign in stays one.
#[utoipa::path(tag = "staff", params(("user_id" = Uuid, Path, description = "The person"), ("If-Match" = String, Header, description = "The ETag that was read, `\"v<version>\"`")), request_body = StaffPatch, responses((status = 200, description = "Changed", body = StaffMember), (status = 409, description = "`last-administrator`", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/staff/{user_id}")]
pub(crate) async fn update_staff_old_path(
    authed: Authed,
    path: Path<Uuid>,
    version: IfMatch,
    body: Json<StaffPatch>,
) -> Result<HttpResponse, Problem> {
    staff::change_role(&authed, path.0, &version, body.0).await
}

/// Suspend one of the staff (old path)
///
/// For administrators. Every session of the person ends at once.
#[utoipa::path(tag = "staff", params(("user_id" = Uuid, Path, description = "The person")), request_body = Suspension, responses((status = 200, description = "Suspended", body = StaffMember), (status = 409, description = "`last-administrator`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/staff/{user_id}/suspension")]
pub(crate) async fn suspend_staff_old_path(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<Suspension>,
) -> Result<HttpResponse, Problem> {
    staff::suspend(&authed, path.0, body.0).await
}

/// Lift the suspension of one of the staff (old path)
///
/// For administrators.
#[utoipa::path(tag = "staff", params(("user_id" = Uuid, Path, description = "The person")), responses((status = 200, description = "Lifted", body = StaffMember), (status = 409, description = "`not-locked`: the person is not suspended", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/staff/{user_id}/suspension")]
pub(crate) async fn lift_staff_suspension_old_path(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    staff::lift_suspension(&authed, path.0).await
}

/// Reactivate one of the staff (old path)
///
/// For administrators. Lifts failed attempts and dormancy.
#[utoipa::path(tag = "staff", params(("user_id" = Uuid, Path, description = "The person")), request_body = Reactivation, responses((status = 200, description = "Reactivated", body = StaffMember), (status = 409, description = "`not-locked`: there is no lock that this lifts", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/staff/{user_id}/reactivation")]
pub(crate) async fn reactivate_staff_old_path(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<Reactivation>,
) -> Result<HttpResponse, Problem> {
    staff::reactivate(&authed, path.0, body.0).await
}
