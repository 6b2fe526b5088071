//! Versions of the Terms and Conditions over HTTP: reading them all, publishing one, and who has accepted which. Accepting is
//! in the area of the signed-in person.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::terms as rules;
use quaymaster_service::Cursor;
use quaymaster_service::terms::{self, NewTerms, TermsVersion};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::{MemberRole, PersonRef};
use crate::extract::{AnyStep, Authed, Json, Path, Public, Query};
use crate::lists::{PageQuery, page_request};
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

/// What a version changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct TermsChange {
    /// The version.
    version: i64,
    /// Heading.
    title: String,
    /// What differs from the version before.
    #[schema(example = "Section 1 now says that User IDs are not shared.")]
    what_changed: String,
    /// When it came into force.
    published_at: DateTime<Utc>,
}

/// What changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct TermsChangeList {
    /// The oldest change first; empty when there is nothing to accept.
    items: Vec<TermsChange>,
}

/// List what changed in the terms since you accepted them
///
/// One entry for each version after the one that the reader accepted last. Whoever has accepted none gets the version in
/// force alone.
#[utoipa::path(tag = "terms", responses((status = 200, description = "What changed", body = TermsChangeList)))]
#[get("/me/terms-changes")]
pub(crate) async fn list_my_terms_changes(any: AnyStep) -> Result<HttpResponse, Problem> {
    let found = terms::changes(&any.signed_in, any.services()).await?;
    let items = found
        .into_iter()
        .map(|found| TermsChange {
            version: found.version,
            title: found.title,
            what_changed: found.what_changed,
            published_at: found.published_at,
        })
        .collect();
    Ok(HttpResponse::Ok().json(TermsChangeList { items }))
}

/// Who is wanted.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TermsAcceptanceState {
    /// Whoever has accepted the version in force.
    Accepted,
    /// Whoever has not.
    Missing,
}

/// Which people are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct TermsAcceptanceQuery {
    /// Who has accepted the version in force, or who has not; everybody unless given.
    #[param(inline)]
    state: Option<TermsAcceptanceState>,
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A person of an account and the newest version that the person accepted.
#[derive(Serialize, ToSchema)]
pub(crate) struct MemberTermsAcceptance {
    /// The person.
    person: PersonRef,
    /// The role in the account.
    role: MemberRole,
    /// The newest version that was accepted; `null` when none was.
    version: Option<i64>,
    /// When.
    accepted_at: Option<DateTime<Utc>>,
    /// Whether it is the version in force.
    current: bool,
}

/// A page of people.
#[derive(Serialize, ToSchema)]
pub(crate) struct MemberTermsAcceptancePage {
    /// The rows.
    items: Vec<MemberTermsAcceptance>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// List who of an account has accepted the terms
///
/// For owner, proxies and staff, by name: which version each person accepted last, and when.
#[utoipa::path(tag = "terms", params(("id" = Uuid, Path, description = "The account"), TermsAcceptanceQuery), responses((status = 200, description = "A page of people", body = MemberTermsAcceptancePage)))]
#[get("/accounts/{id}/terms-acceptances")]
pub(crate) async fn list_terms_acceptances(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<TermsAcceptanceQuery>,
) -> Result<HttpResponse, Problem> {
    let TermsAcceptanceQuery {
        state,
        limit,
        cursor,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let accepted = state.map(|state| matches!(state, TermsAcceptanceState::Accepted));
    let (current, found) = terms::acceptances(
        &authed.actor,
        authed.services(),
        path.0.into(),
        accepted,
        &page,
    )
    .await?;
    Ok(HttpResponse::Ok().json(MemberTermsAcceptancePage {
        next_cursor: found.next.as_ref().map(Cursor::encode),
        items: found
            .items
            .into_iter()
            .map(|row| MemberTermsAcceptance {
                person: PersonRef::new(row.id, row.user_name, row.name),
                role: row.role.into(),
                version: row.accepted.map(|(version, _)| version),
                accepted_at: row.accepted.map(|(_, at)| at),
                current: row.accepted.is_some_and(|(version, _)| version == current),
            })
            .collect(),
    }))
}
