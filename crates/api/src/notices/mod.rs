//! Notices over HTTP as people read them, and notices by mail. What the operator does with them is in `desk`.

mod desk;

use actix_web::{HttpResponse, get, post, put};
use chrono::{DateTime, Utc};
use quaymaster_domain::notices as domain;
use quaymaster_service::Cursor;
use quaymaster_service::notices::{self, NoticeFilter, NoticeView};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::wire_enums;
use crate::extract::{Authed, Json, Path, Public, Query};
use crate::lists::page_request;
use crate::operation_list::Operations;
use crate::problem::{Problem, ProblemBody};

/// The operations of this area.
pub(crate) fn area(config: &mut Operations) {
    config
        .service(list_notices)
        .service(get_notice)
        .service(mark_notice_read)
        .service(acknowledge_notice)
        .service(get_my_notice_digest)
        .service(set_my_notice_digest)
        .service(unsubscribe_from_notices)
        .service(desk::list_staff_notices)
        .service(desk::create_notice)
        .service(desk::preview_notice)
        .service(desk::get_staff_notice)
        .service(desk::update_notice)
        .service(desk::publish_notice)
        .service(desk::withdraw_notice)
        .service(desk::list_notice_acknowledgements);
}

wire_enums! {
    /// What a notice is about.
    NoticeCategory = domain::Category {
        /// Something does not work.
        Outage,
        /// Something will not work for a while.
        Maintenance,
        /// Care is needed.
        Security,
        /// The rules of customs or of the portal change.
        Rules,
        /// Anything else worth knowing.
        News,
    }
    /// How often a person wants notices by mail.
    NoticeDigest = domain::Digest {
        /// Never.
        Off,
        /// Once a day, when there is something new.
        Daily,
        /// Once a week, when there is something new.
        Weekly,
    }
}

/// A notice of the operator, for the person who reads.
#[derive(Serialize, ToSchema)]
pub(crate) struct Notice {
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
    /// The text as HTML without scripts, pictures and links of other kinds than to web addresses, mail addresses and pages
    /// of the portal.
    html: String,
    /// From when on it is shown.
    published_at: DateTime<Utc>,
    /// Until when it is shown; `null` without an end.
    expires_at: Option<DateTime<Utc>>,
    /// When the reader first opened it.
    read_at: Option<DateTime<Utc>>,
    /// When the reader acknowledged it.
    acknowledged_at: Option<DateTime<Utc>>,
}

impl From<NoticeView> for Notice {
    fn from(view: NoticeView) -> Self {
        let NoticeView {
            notice,
            html,
            begun_at,
            reading,
        } = view;
        let notices::Notice {
            id,
            title,
            body,
            category,
            action_required,
            audience: _,
            schedule,
            course: _,
            created_at: _,
            created_by_name: _,
            version: _,
        } = notice;
        Self {
            id: id.into(),
            title,
            category: category.into(),
            action_required,
            body,
            html,
            published_at: begun_at,
            expires_at: schedule.expires_at,
            read_at: reading.map(|r| r.read_at),
            acknowledged_at: reading.and_then(|r| r.acknowledged_at),
        }
    }
}

/// A page of notices.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticePage {
    /// The rows.
    items: Vec<Notice>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Which notices are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NoticeQuery {
    /// Only about this.
    category: Option<NoticeCategory>,
    /// Only those that wait for the reader's acknowledgement.
    #[serde(default)]
    unacknowledged: bool,
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List the notices to you
///
/// What the operator tells the reader now, the newest first. Whom a notice is for is looked up at this moment.
#[utoipa::path(tag = "notices", params(NoticeQuery), responses((status = 200, description = "A page of notices", body = NoticePage)))]
#[get("/notices")]
pub(crate) async fn list_notices(
    authed: Authed,
    query: Query<NoticeQuery>,
) -> Result<HttpResponse, Problem> {
    let NoticeQuery {
        category,
        unacknowledged,
        limit,
        cursor,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let filter = NoticeFilter {
        category: category.map(Into::into),
        unacknowledged,
        ..NoticeFilter::default()
    };
    let found = notices::list(&authed.actor, authed.services(), filter, &page).await?;
    Ok(HttpResponse::Ok().json(NoticePage {
        next_cursor: found.next.as_ref().map(Cursor::encode),
        items: found.items.into_iter().map(Into::into).collect(),
    }))
}

/// Get a notice
///
/// One that is shown to the reader now.
#[utoipa::path(tag = "notices", params(("id" = Uuid, Path, description = "The notice")), responses((status = 200, description = "The notice", body = Notice)))]
#[get("/notices/{id}")]
pub(crate) async fn get_notice(authed: Authed, path: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let found = notices::get(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(Notice::from(found)))
}

/// Mark a notice as read
///
/// Keeps when the reader first opened it. Doing it again changes nothing.
#[utoipa::path(tag = "notices", params(("id" = Uuid, Path, description = "The notice")), responses((status = 200, description = "The notice", body = Notice)))]
#[put("/notices/{id}/reading")]
pub(crate) async fn mark_notice_read(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = notices::mark_read(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(Notice::from(found)))
}

/// Acknowledge a notice
///
/// The operator sees who has and who has not. Doing it again changes nothing.
#[utoipa::path(tag = "notices", params(("id" = Uuid, Path, description = "The notice")), responses((status = 200, description = "The notice", body = Notice)))]
#[put("/notices/{id}/acknowledgement")]
pub(crate) async fn acknowledge_notice(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = notices::acknowledge(&authed.actor, authed.services(), path.0.into()).await?;
    Ok(HttpResponse::Ok().json(Notice::from(found)))
}

/// How often the reader wants notices by mail.
#[derive(Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"digest": "weekly"}))]
pub(crate) struct NoticeMails {
    /// How often.
    digest: NoticeDigest,
}

/// Get how often you want notices by mail
///
/// `off` until something else is chosen.
#[utoipa::path(tag = "notices", responses((status = 200, description = "The choice", body = NoticeMails)))]
#[get("/me/notice-digest")]
pub(crate) async fn get_my_notice_digest(authed: Authed) -> Result<HttpResponse, Problem> {
    let digest = notices::choice(&authed.actor, authed.services()).await?;
    Ok(HttpResponse::Ok().json(NoticeMails {
        digest: digest.into(),
    }))
}

/// Choose how often you want notices by mail
///
/// The first mail comes after a day or a week, with what was published since; without anything new none comes.
#[utoipa::path(tag = "notices", request_body = NoticeMails, responses((status = 200, description = "The choice", body = NoticeMails)))]
#[put("/me/notice-digest")]
pub(crate) async fn set_my_notice_digest(
    authed: Authed,
    body: Json<NoticeMails>,
) -> Result<HttpResponse, Problem> {
    let NoticeMails { digest } = body.0;
    let digest = notices::choose(&authed.actor, authed.services(), digest.into()).await?;
    Ok(HttpResponse::Ok().json(NoticeMails {
        digest: digest.into(),
    }))
}

/// The link of a mail about notices.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "0190c0de00007000800000000000000.0f3a"}))]
pub(crate) struct NoticeUnsubscription {
    /// What stands behind `#token=` in the link.
    #[schema(max_length = 200)]
    #[validate(length(max = 200, message = "The token of a link is shorter."))]
    token: String,
}

/// End notices by mail without signing in
///
/// By the link in such a mail. It works again and again and ends nothing but these mails.
#[utoipa::path(tag = "notices", security(), request_body = NoticeUnsubscription, responses((status = 200, description = "Ended", body = NoticeMails), (status = 409, description = "`link-not-valid`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/notice-unsubscriptions")]
pub(crate) async fn unsubscribe_from_notices(
    public: Public,
    body: Json<NoticeUnsubscription>,
) -> Result<HttpResponse, Problem> {
    let NoticeUnsubscription { token } = body.0;
    notices::unsubscribe(public.services(), &token, public.origin.clone()).await?;
    Ok(HttpResponse::Ok().json(NoticeMails {
        digest: NoticeDigest::Off,
    }))
}
