//! What the operator does with notices over HTTP: drafts, preview, publication, withdrawal, and who has acknowledged them.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, put};
use chrono::{DateTime, Utc};
use quaymaster_domain::ids::CompanyId;
use quaymaster_domain::notices::{
    self as domain, Audience, Course, NoticeBody, NoticeTitle, Schedule,
};
use quaymaster_domain::people::Reason;
use quaymaster_service::Cursor;
use quaymaster_service::notices::{self, Acknowledgement, Counts, DeskNotice, NewNotice, Preview};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::NoticeCategory;
use crate::common::{MemberRole, PersonRef, versioned, wire_enums};
use crate::extract::{Authed, Json, Path, Query};
use crate::input::IfMatch;
use crate::lists::page_request;
use crate::problem::{Problem, ProblemBody};
use crate::words::BusinessActivity;

wire_enums! {
    /// Where a notice stands.
    StaffNoticeState = domain::NoticeState {
        /// Being written.
        Draft,
        /// Published, not shown yet.
        Scheduled,
        /// Shown.
        Current,
        /// Over.
        Expired,
        /// Taken back.
        Withdrawn,
    }
}

/// By what people are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NoticeAudienceKind {
    /// Everybody who belongs to an account.
    All,
    /// Everybody with one of the roles in some account.
    Roles,
    /// Everybody of an account that holds one of the activities.
    Activities,
    /// Everybody of an account of one of the companies.
    Companies,
}

/// Whom a notice is for: the list of its kind is filled, the others are empty.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeAudience {
    /// By what people are chosen.
    kind: NoticeAudienceKind,
    /// Roles.
    #[serde(default)]
    #[schema(max_items = 3)]
    roles: Vec<MemberRole>,
    /// Business activities.
    #[serde(default)]
    #[schema(max_items = 20)]
    activities: Vec<BusinessActivity>,
    /// Companies.
    #[serde(default)]
    #[schema(max_items = 200)]
    company_ids: Vec<Uuid>,
}

impl From<Audience> for NoticeAudience {
    fn from(audience: Audience) -> Self {
        let mut out = Self {
            kind: NoticeAudienceKind::All,
            roles: Vec::new(),
            activities: Vec::new(),
            company_ids: Vec::new(),
        };
        match audience {
            Audience::All => {}
            Audience::Roles(roles) => {
                out.kind = NoticeAudienceKind::Roles;
                out.roles = roles.into_iter().map(Into::into).collect();
            }
            Audience::Activities(kinds) => {
                out.kind = NoticeAudienceKind::Activities;
                out.activities = kinds.into_iter().map(Into::into).collect();
            }
            Audience::Companies(ids) => {
                out.kind = NoticeAudienceKind::Companies;
                out.company_ids = ids.into_iter().map(Into::into).collect();
            }
        }
        out
    }
}

impl NoticeAudience {
    fn read(self) -> Result<Audience, Problem> {
        const MOST_COMPANIES: usize = 200;
        let Self {
            kind,
            roles,
            activities,
            company_ids,
        } = self;
        if company_ids.len() > MOST_COMPANIES {
            return Err(Problem::field(
                "/audience/company_ids",
                "invalid",
                "Name at most 200 companies; for more, choose by role or activity.",
            ));
        }
        let filled = [
            (NoticeAudienceKind::Roles, !roles.is_empty()),
            (NoticeAudienceKind::Activities, !activities.is_empty()),
            (NoticeAudienceKind::Companies, !company_ids.is_empty()),
        ];
        if filled.iter().any(|(of, filled)| *filled && *of != kind) {
            return Err(Problem::field(
                "/audience",
                "invalid",
                "Fill only the list that belongs to the kind of audience.",
            ));
        }
        Ok(match kind {
            NoticeAudienceKind::All => Audience::All,
            NoticeAudienceKind::Roles => {
                Audience::Roles(roles.into_iter().map(Into::into).collect())
            }
            NoticeAudienceKind::Activities => {
                Audience::Activities(activities.into_iter().map(Into::into).collect())
            }
            NoticeAudienceKind::Companies => {
                Audience::Companies(company_ids.into_iter().map(CompanyId).collect())
            }
        })
    }
}

/// Whom a notice reaches.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticeCounts {
    /// People in the audience now.
    #[schema(example = 120)]
    addressed: u64,
    /// Those of them who have opened it.
    #[schema(example = 90)]
    read: u64,
    /// Those of them who have acknowledged it.
    #[schema(example = 80)]
    acknowledged: u64,
    /// Those of them who have not.
    #[schema(example = 40)]
    missing: u64,
}

impl From<Counts> for NoticeCounts {
    fn from(counts: Counts) -> Self {
        let Counts {
            addressed,
            read,
            acknowledged,
        } = counts;
        Self {
            addressed,
            read,
            acknowledged,
            missing: addressed.saturating_sub(acknowledged),
        }
    }
}

/// What the reader may do with a notice now.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticeCan {
    /// Write it anew.
    edit: bool,
    /// Publish it.
    publish: bool,
    /// Take it back.
    withdraw: bool,
}

/// A notice as the operator sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct StaffNotice {
    /// Identity.
    id: Uuid,
    /// What it is called.
    #[schema(example = "The portal is away on Sunday morning")]
    title: String,
    /// What it is about.
    category: NoticeCategory,
    /// Whether it is to be acknowledged.
    action_required: bool,
    /// The text, Markdown.
    body: String,
    /// The text as HTML without scripts, pictures and links of other kinds.
    html: String,
    /// Whom it is for.
    audience: NoticeAudience,
    /// The names of the companies that it is for.
    company_names: Vec<String>,
    /// Not shown before; from its publication on when `null`.
    starts_at: Option<DateTime<Utc>>,
    /// Not shown from this moment on.
    expires_at: Option<DateTime<Utc>>,
    /// Where it stands.
    state: StaffNoticeState,
    /// When it was published.
    published_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was taken back.
    withdrawn_reason: Option<String>,
    /// Who wrote it first.
    #[schema(example = "Luis Ortega")]
    created_by_name: String,
    /// When.
    created_at: DateTime<Utc>,
    /// For `If-Match`.
    version: i64,
    /// Whom it reaches.
    counts: NoticeCounts,
    /// What the reader may do with it now.
    can: NoticeCan,
}

impl From<DeskNotice> for StaffNotice {
    fn from(found: DeskNotice) -> Self {
        let DeskNotice {
            notice,
            html,
            company_names,
            state,
            counts,
            manages,
        } = found;
        let notices::Notice {
            id,
            title,
            body,
            category,
            action_required,
            audience,
            schedule,
            course,
            created_at,
            created_by_name,
            version,
        } = notice;
        let draft = course == Course::Draft;
        let (published_at, withdrawn_at, withdrawn_reason) = match course {
            Course::Draft => (None, None, None),
            Course::Published { at, .. } => (Some(at), None, None),
            Course::Withdrawn {
                published,
                at,
                reason,
            } => (published, Some(at), Some(reason)),
        };
        Self {
            id: id.into(),
            title,
            category: category.into(),
            action_required,
            body,
            html,
            audience: audience.into(),
            company_names,
            starts_at: schedule.starts_at,
            expires_at: schedule.expires_at,
            state: state.into(),
            published_at,
            can: NoticeCan {
                edit: manages && draft,
                publish: manages && draft,
                withdraw: manages && withdrawn_at.is_none(),
            },
            withdrawn_at,
            withdrawn_reason,
            created_by_name,
            created_at,
            version,
            counts: counts.into(),
        }
    }
}

/// A page of notices for the operator.
#[derive(Serialize, ToSchema)]
pub(crate) struct StaffNoticePage {
    /// The rows.
    items: Vec<StaffNotice>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A notice to write.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "The portal is away on Sunday morning", "body": "From **06:00** to 08:00 UTC.", "category": "maintenance", "action_required": false, "audience": {"kind": "roles", "roles": ["owner", "proxy"], "activities": [], "company_ids": []}, "starts_at": null, "expires_at": null}))]
pub(crate) struct NoticeNew {
    /// What it is called.
    #[schema(value_type = String, min_length = 2, max_length = 140)]
    title: NoticeTitle,
    /// The text, Markdown without HTML and pictures.
    #[schema(value_type = String, min_length = 2, max_length = 20_000)]
    body: NoticeBody,
    /// What it is about.
    category: NoticeCategory,
    /// Whether it is to be acknowledged.
    action_required: bool,
    /// Whom it is for.
    audience: NoticeAudience,
    /// Not shown before; from its publication on when `null`.
    starts_at: Option<DateTime<Utc>>,
    /// Not shown from this moment on.
    expires_at: Option<DateTime<Utc>>,
}

impl NoticeNew {
    fn read(self) -> Result<NewNotice, Problem> {
        let Self {
            title,
            body,
            category,
            action_required,
            audience,
            starts_at,
            expires_at,
        } = self;
        Ok(NewNotice {
            title,
            body,
            category: category.into(),
            action_required,
            audience: audience.read()?,
            schedule: Schedule {
                starts_at,
                expires_at,
            },
        })
    }
}

/// Which notices are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StaffNoticeQuery {
    /// Only in this state.
    state: Option<StaffNoticeState>,
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List every notice
///
/// For staff, the newest first.
#[utoipa::path(tag = "notices", params(StaffNoticeQuery), responses((status = 200, description = "A page of notices", body = StaffNoticePage)))]
#[get("/staff/notices")]
pub(crate) async fn list_staff_notices(
    authed: Authed,
    query: Query<StaffNoticeQuery>,
) -> Result<HttpResponse, Problem> {
    let StaffNoticeQuery {
        state,
        limit,
        cursor,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let state = state.map(Into::into);
    let found = notices::desk_list(&authed.actor, authed.services(), state, &page).await?;
    Ok(HttpResponse::Ok().json(StaffNoticePage {
        next_cursor: found.next.as_ref().map(Cursor::encode),
        items: found.items.into_iter().map(Into::into).collect(),
    }))
}

fn answer(status: StatusCode, found: DeskNotice) -> HttpResponse {
    let version = found.notice.version;
    versioned(status, version, &StaffNotice::from(found))
}

/// Write a notice
///
/// For support leads and administrators. It is a draft until it is published. HTML, pictures and links that lead neither to
/// a web or mail address nor to a page of the portal are refused.
#[utoipa::path(tag = "notices", request_body = NoticeNew, responses((status = 201, description = "Kept as a draft", body = StaffNotice)))]
#[post("/staff/notices")]
pub(crate) async fn create_notice(
    authed: Authed,
    body: Json<NoticeNew>,
) -> Result<HttpResponse, Problem> {
    let made = notices::create(&authed.actor, authed.services(), body.0.read()?).await?;
    Ok(answer(StatusCode::CREATED, made))
}

/// A notice as it is being written.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"body": "From **06:00** to 08:00 UTC.", "audience": {"kind": "all", "roles": [], "activities": [], "company_ids": []}}))]
pub(crate) struct NoticeSketch {
    /// The text, Markdown.
    #[schema(value_type = String, min_length = 2, max_length = 20_000)]
    body: NoticeBody,
    /// Whom it is for.
    audience: NoticeAudience,
}

/// What a notice would look like.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticePreview {
    /// The text as safe HTML.
    html: String,
    /// How many people it would reach now; a notice for nobody is not published.
    #[schema(example = 120)]
    addressed: u64,
}

/// Look at a notice before it is kept
///
/// How it would be shown, and how many it would reach now. Nothing is kept.
#[utoipa::path(tag = "notices", request_body = NoticeSketch, responses((status = 200, description = "The preview", body = NoticePreview)))]
#[post("/staff/notice-previews")]
pub(crate) async fn preview_notice(
    authed: Authed,
    body: Json<NoticeSketch>,
) -> Result<HttpResponse, Problem> {
    let NoticeSketch { body, audience } = body.0;
    let audience = audience.read()?;
    let Preview { html, addressed } =
        notices::preview(&authed.actor, authed.services(), &body, &audience).await?;
    Ok(HttpResponse::Ok().json(NoticePreview { html, addressed }))
}

/// Get a notice as the operator sees it
///
/// For staff: drafts too, whom it reaches, and what became of it.
#[utoipa::path(tag = "notices", params(("id" = Uuid, Path, description = "The notice")), responses((status = 200, description = "The notice", body = StaffNotice)))]
#[get("/staff/notices/{id}")]
pub(crate) async fn get_staff_notice(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = notices::desk_notice(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(answer(StatusCode::OK, found))
}

/// Write a draft anew
///
/// For support leads and administrators. What is published does not change any more.
#[utoipa::path(tag = "notices", params(("id" = Uuid, Path, description = "The notice"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = NoticeNew, responses((status = 200, description = "The draft as it is now", body = StaffNotice), (status = 409, description = "`notice-published`", body = ProblemBody, content_type = "application/problem+json")))]
#[put("/staff/notices/{id}")]
pub(crate) async fn update_notice(
    authed: Authed,
    path: Path<Uuid>,
    if_match: IfMatch,
    body: Json<NoticeNew>,
) -> Result<HttpResponse, Problem> {
    let found = notices::update(
        &authed.actor,
        authed.services(),
        path.0.into(),
        if_match.0,
        body.0.read()?,
    )
    .await?;
    Ok(answer(StatusCode::OK, found))
}

/// Publish a notice
///
/// For support leads and administrators. It is shown from its start on to whoever is in its audience at that moment.
#[utoipa::path(tag = "notices", params(("id" = Uuid, Path, description = "The notice")), responses((status = 200, description = "Published", body = StaffNotice), (status = 409, description = "`nobody-addressed` or `already-decided`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/staff/notices/{id}/publication")]
pub(crate) async fn publish_notice(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = notices::publish(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(answer(StatusCode::OK, found))
}

/// Why a notice is taken back.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The date was wrong."}))]
pub(crate) struct NoticeWithdrawal {
    /// The reason, for the audit trail.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
}

/// Take a notice back
///
/// For support leads and administrators. From now on nobody is shown it; it is kept, with who has acknowledged it.
#[utoipa::path(tag = "notices", params(("id" = Uuid, Path, description = "The notice")), request_body = NoticeWithdrawal, responses((status = 200, description = "Taken back", body = StaffNotice), (status = 409, description = "`already-decided`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/staff/notices/{id}/withdrawal")]
pub(crate) async fn withdraw_notice(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<NoticeWithdrawal>,
) -> Result<HttpResponse, Problem> {
    let NoticeWithdrawal { reason } = body.0;
    let found = notices::withdraw(&authed.actor, authed.services(), path.0.into(), &reason).await?;
    Ok(answer(StatusCode::OK, found))
}

/// Who is wanted.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AcknowledgementState {
    /// Whoever has acknowledged it.
    Acknowledged,
    /// Whoever of the audience has not.
    Missing,
}

/// Which people are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AcknowledgementQuery {
    /// Who has, or who has not; `acknowledged` unless given.
    #[param(inline)]
    state: Option<AcknowledgementState>,
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A person who has acknowledged a notice, or has not.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticeAcknowledgement {
    /// The person.
    person: PersonRef,
    /// The address on file.
    email: String,
    /// The companies whose accounts the person belongs to.
    companies: Vec<String>,
    /// When the person first opened it.
    read_at: Option<DateTime<Utc>>,
    /// When the person acknowledged it.
    acknowledged_at: Option<DateTime<Utc>>,
}

/// A page of people.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticeAcknowledgementPage {
    /// The rows.
    items: Vec<NoticeAcknowledgement>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// List who has acknowledged a notice, or who has not
///
/// For staff, by name. Who has acknowledged it stays in the list after leaving the audience.
#[utoipa::path(tag = "notices", params(("id" = Uuid, Path, description = "The notice"), AcknowledgementQuery), responses((status = 200, description = "A page of people", body = NoticeAcknowledgementPage)))]
#[get("/staff/notices/{id}/acknowledgements")]
pub(crate) async fn list_notice_acknowledgements(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<AcknowledgementQuery>,
) -> Result<HttpResponse, Problem> {
    let AcknowledgementQuery {
        state,
        limit,
        cursor,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let found = notices::acknowledgements(
        &authed.actor,
        authed.services(),
        path.0.into(),
        !matches!(state, Some(AcknowledgementState::Missing)),
        &page,
    )
    .await?;
    Ok(HttpResponse::Ok().json(NoticeAcknowledgementPage {
        next_cursor: found.next.as_ref().map(Cursor::encode),
        items: found
            .items
            .into_iter()
            .map(|row| {
                let Acknowledgement { person, companies } = row;
                NoticeAcknowledgement {
                    person: PersonRef::new(person.id, person.user_name, person.name),
                    email: person.email,
                    companies,
                    read_at: person.reading.map(|r| r.read_at),
                    acknowledged_at: person.reading.and_then(|r| r.acknowledged_at),
                }
            })
            .collect(),
    }))
}
