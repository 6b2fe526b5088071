//! The quarterly schedule of reviews over HTTP.

use actix_web::{HttpResponse, delete, get, put};
use chrono::{DateTime, NaiveDate, Utc};
use quaymaster_service::access_reviews::{self as reviews, Schedule, ScheduleWanted};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::WhenUnanswered;
use crate::extract::{Authed, Json, Path};
use crate::problem::Problem;

/// A review each quarter.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessReviewSchedule {
    /// How many days each review gives.
    due_days: u64,
    /// Members are in it.
    covers_members: bool,
    /// People of other companies are in it.
    covers_outside: bool,
    /// What becomes of people for whom nobody answers.
    when_unanswered: WhenUnanswered,
    /// The day on which the next one begins, UTC.
    next_on: NaiveDate,
    /// When it was set.
    set_at: DateTime<Utc>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    set_by_name: String,
}

impl From<Schedule> for AccessReviewSchedule {
    fn from(found: Schedule) -> Self {
        let Schedule {
            account: _,
            due_days,
            covers_members,
            covers_outside,
            when_unanswered,
            next_at,
            set_at,
            set_by_name,
        } = found;
        Self {
            due_days,
            covers_members,
            covers_outside,
            when_unanswered: when_unanswered.into(),
            next_on: next_at.date_naive(),
            set_at,
            set_by_name,
        }
    }
}

/// A schedule to set.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"due_days": 14, "covers_members": true, "covers_outside": true, "when_unanswered": "suspend"}))]
pub(crate) struct AccessReviewSchedulePut {
    /// How many days each review gives.
    #[schema(minimum = 7, maximum = 90)]
    due_days: u64,
    /// Members are in it.
    covers_members: bool,
    /// People of other companies are in it.
    covers_outside: bool,
    /// What becomes of people for whom nobody answers.
    when_unanswered: WhenUnanswered,
}

/// Read the schedule of access reviews
///
/// 404 when there is none. For owner, proxies and staff.
#[utoipa::path(tag = "access-reviews", params(("id" = Uuid, Path, description = "The account")), responses((status = 200, description = "The schedule", body = AccessReviewSchedule)))]
#[get("/accounts/{id}/access-review-schedule")]
pub(crate) async fn get_access_review_schedule(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = reviews::find_schedule(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(AccessReviewSchedule::from(found)))
}

/// Schedule an access review each quarter
///
/// One begins on the first day of every quarter, UTC; its days count from its real beginning. For the Account Owner.
#[utoipa::path(tag = "access-reviews", params(("id" = Uuid, Path, description = "The account")), request_body = AccessReviewSchedulePut, responses((status = 200, description = "Set", body = AccessReviewSchedule)))]
#[put("/accounts/{id}/access-review-schedule")]
pub(crate) async fn set_access_review_schedule(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<AccessReviewSchedulePut>,
) -> Result<HttpResponse, Problem> {
    let AccessReviewSchedulePut {
        due_days,
        covers_members,
        covers_outside,
        when_unanswered,
    } = body.0;
    let wanted = ScheduleWanted {
        due_days,
        covers_members,
        covers_outside,
        when_unanswered: when_unanswered.into(),
    };
    let set =
        reviews::set_schedule(&authed.actor, authed.services(), path.0.into(), wanted).await?;
    Ok(HttpResponse::Ok().json(AccessReviewSchedule::from(set)))
}

/// End the schedule of access reviews
///
/// A review that is running goes on. For the Account Owner.
#[utoipa::path(tag = "access-reviews", params(("id" = Uuid, Path, description = "The account")), responses((status = 204, description = "Ended")))]
#[delete("/accounts/{id}/access-review-schedule")]
pub(crate) async fn end_access_review_schedule(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    reviews::end_schedule(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
