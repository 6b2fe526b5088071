//! Reviews of who has access to an account, over HTTP.

mod items;
mod schedule;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, NaiveDate, Utc};
use quaymaster_domain::access_reviews::{self as domain, ReviewName};
use quaymaster_domain::people::Reason;
use quaymaster_service::Cursor;
use quaymaster_service::access_reviews::{
    self as reviews, EvidenceFormat as Format, NewReview, ReviewView,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::{FileBytes, wire_enums};
use crate::extract::{Authed, Json, Path, Query};
use crate::input::Day;
use crate::lists::PageQuery;
use crate::problem::{Problem, ProblemBody};

pub(crate) use items::{answer_access_review_item, list_access_review_items};
pub(crate) use schedule::{
    end_access_review_schedule, get_access_review_schedule, set_access_review_schedule,
};

wire_enums! {
    /// What becomes of people for whom nobody answers by the date.
    WhenUnanswered = domain::WhenUnanswered {
        /// Their access to the account is suspended, at that moment, until somebody answers.
        Suspend,
        /// They are named in the result and keep their access.
        Report,
    }
    /// Where a review stands.
    AccessReviewState = domain::ReviewState {
        /// Answers are waited for.
        Running,
        /// The date has passed, or everything was answered and the review completed.
        Finished,
        /// Called off.
        Cancelled,
    }
    /// An answer.
    AccessReviewAnswer = domain::Answer {
        /// The access is right as it is.
        Keep,
        /// The access is made another one.
        Change,
        /// The access ends.
        Remove,
    }
    /// Where a person in a review stands.
    AccessReviewItemState = domain::ItemState {
        /// An answer is waited for.
        Open,
        /// Keeps the access.
        Kept,
        /// Has another access now.
        Changed,
        /// Has no access any more.
        Removed,
        /// Nobody answered by the date; the access is suspended.
        Suspended,
        /// Nobody answered by the date; the access is as it was.
        Reported,
        /// Lost the access in another way, became the owner, or the review was called off.
        Left,
    }
    /// Whose access it is.
    AccessReviewItemKind = domain::ItemKind {
        /// A member of the account.
        Member,
        /// A person of another company, through a grant.
        Outside,
    }
}

/// How the people of a review stand.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessReviewCounts {
    /// People in it.
    total: u64,
    /// Wait for an answer.
    open: u64,
    /// Keep.
    kept: u64,
    /// Change.
    changed: u64,
    /// Remove.
    removed: u64,
    /// Nobody answered by the date.
    unanswered: u64,
    /// Out of it without an answer.
    left: u64,
}

/// What the reader can do about a review now.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessReviewCapabilities {
    /// Answer for somebody.
    answer: bool,
    /// Complete it: everything is answered.
    complete: bool,
    /// Call it off.
    cancel: bool,
}

/// A review of who has access to an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessReview {
    /// Identity.
    id: Uuid,
    /// Its name.
    #[schema(example = "Access review, Q4 2026")]
    name: String,
    /// Members are in it.
    covers_members: bool,
    /// People of other companies are in it.
    covers_outside: bool,
    /// What becomes of people for whom nobody answers.
    when_unanswered: WhenUnanswered,
    /// Where it stands, by the clock.
    state: AccessReviewState,
    /// Its last day, UTC.
    due_on: NaiveDate,
    /// The end of that day.
    due_at: DateTime<Utc>,
    /// When it began.
    started_at: DateTime<Utc>,
    /// Who began it.
    #[schema(example = "Ana Lee")]
    started_by_name: String,
    /// Begun by the quarterly schedule.
    scheduled: bool,
    /// When it was completed or called off, if before the date.
    completed_at: Option<DateTime<Utc>>,
    /// Why it was called off.
    cancel_reason: Option<String>,
    /// To the reviewers.
    note: Option<String>,
    /// How its people stand.
    counts: AccessReviewCounts,
    /// What the reader can do.
    can: AccessReviewCapabilities,
}

impl From<ReviewView> for AccessReview {
    fn from(view: ReviewView) -> Self {
        let ReviewView {
            review,
            state,
            counts,
            can_answer,
            can_complete,
            can_cancel,
        } = view;
        let running = state == domain::ReviewState::Running;
        Self {
            id: review.id.into(),
            name: review.name,
            covers_members: review.covers_members,
            covers_outside: review.covers_outside,
            when_unanswered: review.facts.when_unanswered.into(),
            state: state.into(),
            due_on: domain::day_before(review.facts.due_at),
            due_at: review.facts.due_at,
            started_at: review.started_at,
            started_by_name: review.started_by_name,
            scheduled: review.scheduled,
            completed_at: review.facts.closed_at,
            cancel_reason: review.cancel_reason,
            note: review.note,
            counts: AccessReviewCounts {
                total: counts.total,
                open: if running { counts.unanswered } else { 0 },
                kept: counts.kept,
                changed: counts.changed,
                removed: counts.removed,
                unanswered: if running { 0 } else { counts.unanswered },
                left: counts.left,
            },
            can: AccessReviewCapabilities {
                answer: can_answer,
                complete: can_complete,
                cancel: can_cancel,
            },
        }
    }
}

/// A page of reviews.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccessReviewPage {
    /// The rows.
    items: Vec<AccessReview>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A review to start.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": null, "covers_members": true, "covers_outside": true, "due_on": "2026-12-04", "when_unanswered": "suspend", "note": "Look at people who changed departments."}))]
pub(crate) struct AccessReviewNew {
    /// Its name; without one it is named after the quarter.
    #[schema(value_type = Option<String>, min_length = 2, max_length = 120)]
    name: Option<ReviewName>,
    /// Members are in it; the Account Owner is not reviewed.
    covers_members: bool,
    /// People of other companies are in it.
    covers_outside: bool,
    /// Its last day, UTC: today or one of the next 180 days.
    #[schema(value_type = String, format = Date)]
    due_on: Day,
    /// What becomes of people for whom nobody answers.
    when_unanswered: WhenUnanswered,
    /// To the reviewers.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 500)]
    note: Option<Reason>,
}

/// Why a review is called off.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Started with the wrong date"}))]
pub(crate) struct AccessReviewCancellation {
    /// Why.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
}

/// As what the evidence is wanted.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EvidenceFormat {
    /// A table in UTF-8; cells that a spreadsheet would run as formulas begin with an apostrophe.
    Csv,
    /// PDF/UA-1, tagged for screen readers.
    Pdf,
}

/// How the evidence is wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EvidenceQuery {
    /// The format.
    #[param(inline)]
    format: EvidenceFormat,
}

/// List access reviews
///
/// For owner, proxies and staff, the newest first.
#[utoipa::path(tag = "access-reviews", params(("id" = Uuid, Path, description = "The account"), PageQuery), responses((status = 200, description = "A page of reviews", body = AccessReviewPage)))]
#[get("/accounts/{id}/access-reviews")]
pub(crate) async fn list_access_reviews(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found = reviews::list(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(AccessReviewPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Start an access review
///
/// Everybody who has access now is in it, but for the Account Owner (R8) and people who have not redeemed their invitation.
/// Owner and proxies are told by mail. By the end of the last day, UTC, whoever is not answered for loses access to the
/// account when the review says `suspend`; this holds by the clock alone. One review of an account runs at a time. For the
/// Account Owner.
#[utoipa::path(tag = "access-reviews", params(("id" = Uuid, Path, description = "The account")), request_body = AccessReviewNew, responses((status = 201, description = "Started", body = AccessReview), (status = 409, description = "`already-exists`: a review is running", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/access-reviews")]
pub(crate) async fn start_access_review(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<AccessReviewNew>,
) -> Result<HttpResponse, Problem> {
    let AccessReviewNew {
        name,
        covers_members,
        covers_outside,
        due_on,
        when_unanswered,
        note,
    } = body.0;
    let new = NewReview {
        name,
        covers_members,
        covers_outside,
        due_on: due_on.0,
        when_unanswered: when_unanswered.into(),
        note,
    };
    let made = reviews::start(&authed.actor, authed.services(), path.0.into(), new).await?;
    Ok(HttpResponse::Created().json(AccessReview::from(made)))
}

/// Read an access review
///
/// For owner, proxies and staff.
#[utoipa::path(tag = "access-reviews", params(("id" = Uuid, Path, description = "The account"), ("review_id" = Uuid, Path, description = "The review")), responses((status = 200, description = "The review", body = AccessReview)))]
#[get("/accounts/{id}/access-reviews/{review_id}")]
pub(crate) async fn get_access_review(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found = reviews::find(&authed.actor, authed.services(), account.into(), id.into()).await?;
    Ok(HttpResponse::Ok().json(AccessReview::from(found)))
}

/// Complete an access review
///
/// Before its date, when everybody is answered for. For the Account Owner.
#[utoipa::path(tag = "access-reviews", params(("id" = Uuid, Path, description = "The account"), ("review_id" = Uuid, Path, description = "The review")), responses((status = 200, description = "Completed", body = AccessReview), (status = 409, description = "`answers-missing` or `review-over`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/access-reviews/{review_id}/completion")]
pub(crate) async fn complete_access_review(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let done =
        reviews::complete(&authed.actor, authed.services(), account.into(), id.into()).await?;
    Ok(HttpResponse::Ok().json(AccessReview::from(done)))
}

/// Cancel an access review
///
/// Nobody is suspended by it; answers that were given stay in force. For the Account Owner.
#[utoipa::path(tag = "access-reviews", params(("id" = Uuid, Path, description = "The account"), ("review_id" = Uuid, Path, description = "The review")), request_body = AccessReviewCancellation, responses((status = 200, description = "Called off", body = AccessReview), (status = 409, description = "`review-over`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/access-reviews/{review_id}/cancellation")]
pub(crate) async fn cancel_access_review(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<AccessReviewCancellation>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let AccessReviewCancellation { reason } = body.0;
    let done = reviews::cancel(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        &reason,
    )
    .await?;
    Ok(HttpResponse::Ok().json(AccessReview::from(done)))
}

/// Download the evidence of an access review
///
/// Who had which access, who decided what and why, as it is at this moment; a running review says so. For owner, proxies
/// and staff.
#[utoipa::path(tag = "access-reviews", params(("id" = Uuid, Path, description = "The account"), ("review_id" = Uuid, Path, description = "The review"), EvidenceQuery), responses((status = 200, description = "The file", content((String = "text/csv"), (FileBytes = "application/pdf")))))]
#[get("/accounts/{id}/access-reviews/{review_id}/evidence")]
pub(crate) async fn get_access_review_evidence(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    query: Query<EvidenceQuery>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let (format, content_type) = match query.0.format {
        EvidenceFormat::Csv => (Format::Csv, "text/csv; charset=utf-8"),
        EvidenceFormat::Pdf => (Format::Pdf, "application/pdf"),
    };
    let file = reviews::evidence(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        format,
    )
    .await?;
    Ok(HttpResponse::build(StatusCode::OK)
        .insert_header((header::CONTENT_TYPE, content_type))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", file.file_name),
        ))
        .body(file.bytes))
}
