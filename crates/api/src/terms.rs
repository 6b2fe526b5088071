//! Versions of the Terms and Conditions over HTTP: reading them all and publishing one. Accepting is in the area of the
//! signed-in person.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::terms as rules;
use quaymaster_service::Cursor;
use quaymaster_service::terms::{self, NewTerms, TermsVersion};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::extract::{Authed, Json, Public, Query};
use crate::lists::PageQuery;
use crate::problem::{Problem, ProblemBody};

/// A version of the Terms and Conditions.
#[derive(Serialize, ToSchema)]
pub(crate) struct Terms {
    /// 1 for the first, one more for each that follows.
    version: i64,
    /// Heading.
    title: String,
    /// The text, Markdown.
    body: String,
    /// SHA-256 of the body's UTF-8 bytes, lower-case hex. Sent back when accepting.
    #[schema(min_length = 64, max_length = 64)]
    sha256: String,
    /// When it came into force.
    published_at: DateTime<Utc>,
    /// What differs from the version before.
    what_changed: String,
}

impl From<TermsVersion> for Terms {
    fn from(found: TermsVersion) -> Self {
        let TermsVersion {
            version,
            title,
            body,
            sha256,
            what_changed,
            published_at,
        } = found;
        Self {
            version,
            title,
            body,
            sha256,
            published_at,
            what_changed,
        }
    }
}

/// A page of versions.
#[derive(Serialize, ToSchema)]
pub(crate) struct TermsPage {
    /// The versions, newest first.
    items: Vec<Terms>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A version to publish.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"title": "Terms and Conditions", "body": "# Terms and Conditions\n\nEvery person has an own User ID and does not share it.", "what_changed": "Section 1 now says that User IDs are not shared."}))]
pub(crate) struct TermsNew {
    /// Heading, one line.
    #[schema(value_type = String, min_length = 2, max_length = 140)]
    title: rules::TermsTitle,
    /// The text, Markdown.
    #[schema(value_type = String, min_length = 20, max_length = 60_000)]
    body: rules::TermsBody,
    /// What differs from the version before, for people who accepted that one.
    #[schema(value_type = String, min_length = 3, max_length = 1_000)]
    what_changed: rules::WhatChanged,
}

/// Read the terms in force
///
/// `not-found` before the first version was published.
#[utoipa::path(tag = "terms", security(), responses((status = 200, description = "The version in force", body = Terms), (status = 404, description = "None was published yet", body = ProblemBody, content_type = "application/problem+json")))]
#[get("/terms/current")]
pub(crate) async fn get_current_terms(public: Public) -> Result<HttpResponse, Problem> {
    let found = terms::current(public.services()).await?;
    Ok(HttpResponse::Ok().json(Terms::from(found)))
}

/// List the versions of the terms
///
/// For staff, the newest first. The first is in force.
#[utoipa::path(tag = "terms", params(PageQuery), responses((status = 200, description = "A page of versions", body = TermsPage)))]
#[get("/terms-versions")]
pub(crate) async fn list_terms_versions(
    authed: Authed,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let found = terms::list(&authed.actor, authed.services(), &query.0.request()?).await?;
    Ok(HttpResponse::Ok().json(TermsPage {
        next_cursor: found.next.as_ref().map(Cursor::encode),
        items: found.items.into_iter().map(Into::into).collect(),
    }))
}

/// Publish a version of the terms
///
/// For administrators. It is in force at once: everybody, also who published it, has to accept it before anything else
/// works.
#[utoipa::path(tag = "terms", request_body = TermsNew, responses((status = 201, description = "Published", body = Terms), (status = 409, description = "`already-exists`: the text is in force already, or another version was published in the same instant", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/terms-versions")]
pub(crate) async fn publish_terms(
    authed: Authed,
    body: Json<TermsNew>,
) -> Result<HttpResponse, Problem> {
    let TermsNew {
        title,
        body,
        what_changed,
    } = body.0;
    let new = NewTerms {
        title,
        body,
        what_changed,
    };
    let published = terms::publish(&authed.actor, authed.services(), new).await?;
    Ok(HttpResponse::Created().json(Terms::from(published)))
}
