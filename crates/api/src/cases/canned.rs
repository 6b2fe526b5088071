//! Prepared answers of support over HTTP.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, post, put};
use chrono::{DateTime, Utc};
use quaymaster_domain::cases::{CaseSubject, MessageText};
use quaymaster_service::canned_answers::{self, CannedAnswer as Row, CannedError, NewCanned};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::CaseTopic;
use crate::common::versioned;
use crate::extract::{Authed, IfMatch, Json, Path, Query};
use crate::problem::{Code, Problem, ProblemBody, sentence};

impl From<CannedError> for Problem {
    fn from(error: CannedError) -> Self {
        let detail = sentence(&error.to_string());
        match error {
            CannedError::TitleTaken => Self::new(Code::AlreadyExists, detail),
            CannedError::Fault(fault) => fault.into(),
        }
    }
}

/// A prepared answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct CannedAnswer {
    /// Identity.
    id: Uuid,
    /// What it is called.
    #[schema(example = "Locked: ask your owner first")]
    title: String,
    /// The topic that it is for; `null` for all.
    topic: Option<CaseTopic>,
    /// The answer.
    body: String,
    /// Who wrote it last.
    #[schema(example = "Luis Ortega")]
    updated_by_name: String,
    /// When.
    updated_at: DateTime<Utc>,
    /// For `If-Match`.
    version: i64,
}

impl From<Row> for CannedAnswer {
    fn from(row: Row) -> Self {
        let Row {
            id,
            title,
            topic,
            body,
            updated_by_name,
            updated_at,
            version,
        } = row;
        Self {
            id: id.into(),
            title,
            topic: topic.map(Into::into),
            body,
            updated_by_name,
            updated_at,
            version,
        }
    }
}

/// The prepared answers.
#[derive(Serialize, ToSchema)]
pub(crate) struct CannedAnswerList {
    /// By title.
    items: Vec<CannedAnswer>,
}

/// A prepared answer to write.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Locked: ask your owner first", "topic": "access_and_lock", "body": "Your Account Owner reactivates you in a minute."}))]
pub(crate) struct CannedAnswerNew {
    /// What it is called; no two have one title.
    #[schema(value_type = String, min_length = 2, max_length = 120)]
    title: CaseSubject,
    /// The topic that it is for; `null` for all.
    topic: Option<CaseTopic>,
    /// The answer.
    #[schema(value_type = String, min_length = 2, max_length = 4000)]
    body: MessageText,
}

impl From<CannedAnswerNew> for NewCanned {
    fn from(new: CannedAnswerNew) -> Self {
        let CannedAnswerNew { title, topic, body } = new;
        Self {
            title,
            topic: topic.map(Into::into),
            body,
        }
    }
}

/// Which prepared answers are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CannedAnswerQuery {
    /// Those for this topic and those for all.
    topic: Option<CaseTopic>,
}

/// List the prepared answers
///
/// By title. For support, auditors and administrators.
#[utoipa::path(tag = "cases", params(CannedAnswerQuery), responses((status = 200, description = "The answers", body = CannedAnswerList)))]
#[get("/canned-answers")]
pub(crate) async fn list_canned_answers(
    authed: Authed,
    query: Query<CannedAnswerQuery>,
) -> Result<HttpResponse, Problem> {
    let CannedAnswerQuery { topic } = query.0;
    let found =
        canned_answers::list(&authed.actor, authed.services(), topic.map(Into::into)).await?;
    Ok(HttpResponse::Ok().json(CannedAnswerList {
        items: found.into_iter().map(Into::into).collect(),
    }))
}

fn answer(status: StatusCode, row: Row) -> HttpResponse {
    let version = row.version;
    versioned(status, version, &CannedAnswer::from(row))
}

/// Write a prepared answer
///
/// For support leads and administrators.
#[utoipa::path(tag = "cases", request_body = CannedAnswerNew, responses((status = 201, description = "Kept", body = CannedAnswer), (status = 409, description = "`already-exists`: the title is taken", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/canned-answers")]
pub(crate) async fn create_canned_answer(
    authed: Authed,
    body: Json<CannedAnswerNew>,
) -> Result<HttpResponse, Problem> {
    let made = canned_answers::create(&authed.actor, authed.services(), body.0.into()).await?;
    Ok(answer(StatusCode::CREATED, made))
}

/// Write a prepared answer anew
///
/// For support leads and administrators.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The answer"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = CannedAnswerNew, responses((status = 200, description = "The answer as it is now", body = CannedAnswer), (status = 409, description = "`already-exists`: the title is taken", body = ProblemBody, content_type = "application/problem+json")))]
#[put("/canned-answers/{id}")]
pub(crate) async fn update_canned_answer(
    authed: Authed,
    path: Path<Uuid>,
    if_match: IfMatch,
    body: Json<CannedAnswerNew>,
) -> Result<HttpResponse, Problem> {
    let found = canned_answers::update(
        &authed.actor,
        authed.services(),
        path.0.into(),
        if_match.0,
        body.0.into(),
    )
    .await?;
    Ok(answer(StatusCode::OK, found))
}

/// Delete a prepared answer
///
/// For support leads and administrators. What was written with it stays.
#[utoipa::path(tag = "cases", params(("id" = Uuid, Path, description = "The answer"), ("If-Match" = String, Header, description = "The ETag that was read")), responses((status = 204, description = "Deleted")))]
#[delete("/canned-answers/{id}")]
pub(crate) async fn delete_canned_answer(
    authed: Authed,
    path: Path<Uuid>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    canned_answers::delete(&authed.actor, authed.services(), path.0.into(), if_match.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
