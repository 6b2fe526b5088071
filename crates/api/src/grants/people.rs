//! The people behind one grant over HTTP.

use actix_web::{HttpResponse, delete, get, post, put};
use chrono::{DateTime, Utc};
use quaymaster_service::Cursor;
use quaymaster_service::grants::{self as service, PersonView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::{GrantReason, GrantRights, GrantVia};
use crate::common::PersonRef;
use crate::extract::{Authed, Json, Path, Query};
use crate::lists::PageQuery;
use crate::problem::{Problem, ProblemBody};

/// That the grantor has taken a person off a grant.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantRemoval {
    /// When.
    at: DateTime<Utc>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    by_name: String,
    /// Why.
    #[schema(example = "Left your company in June")]
    reason: Option<String>,
}

/// A person behind a grant.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantPerson {
    /// Who.
    person: PersonRef,
    /// How the person comes to the grant; empty for somebody to whom it is not passed on any more.
    via: Vec<GrantVia>,
    /// What the person sees at this moment.
    rights: GrantRights,
    /// What was assigned singly; `null` for all of the grant.
    assigned_rights: Option<GrantRights>,
    /// When it was assigned singly.
    assigned_at: Option<DateTime<Utc>>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    assigned_by_name: Option<String>,
    /// The teams through which it is passed on; only the recipient is told.
    teams: Vec<String>,
    /// The last use.
    last_used_at: Option<DateTime<Utc>>,
    /// Set when the grantor has taken the person off.
    removed: Option<GrantRemoval>,
    /// Whether the person sees anything at this moment.
    in_effect: bool,
}

impl From<PersonView> for GrantPerson {
    fn from(view: PersonView) -> Self {
        let PersonView {
            person,
            sees,
            names_teams,
        } = view;
        let via = quaymaster_domain::grants::Via::ALL
            .iter()
            .filter(|via| person.part.assignments.iter().any(|a| a.via == **via))
            .map(|via| (*via).into())
            .collect();
        let (assigned_at, assigned_by_name, assigned_rights) = match person.single {
            Some(single) => (
                Some(single.at),
                Some(single.by_name),
                single.rights.map(Into::into),
            ),
            None => (None, None, None),
        };
        Self {
            person: PersonRef::new(person.who.id, person.who.user_name, person.who.name),
            via,
            in_effect: !sees.rights.is_nothing(),
            rights: sees.rights.into(),
            assigned_rights,
            assigned_at,
            assigned_by_name,
            teams: if names_teams {
                person.teams
            } else {
                Vec::new()
            },
            last_used_at: person.last_used_at,
            removed: person.removal.map(|removal| GrantRemoval {
                at: removal.at,
                by_name: removal.by_name,
                reason: removal.reason,
            }),
        }
    }
}

/// A page of people behind a grant.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantPersonPage {
    /// The rows.
    items: Vec<GrantPerson>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// What of a grant is passed on to a person.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"rights": null}))]
pub(crate) struct GrantPersonPut {
    /// Fewer rights than the grant has; `null` for all of them, also when the grant changes.
    rights: Option<GrantRights>,
}

/// List the people behind a grant
///
/// By name, also those who were taken off. For owner and proxies of either side, and for staff.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant"), PageQuery), responses((status = 200, description = "A page of people", body = GrantPersonPage)))]
#[get("/grants/{id}/people")]
pub(crate) async fn list_grant_people(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found =
        service::list_people(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(GrantPersonPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Pass a grant on to a person
///
/// For owner and proxies of the recipient, to a member of their account. Never more than the grant; when the grant
/// shrinks, pauses or ends, so does this in the same instant.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant"), ("user_id" = Uuid, Path, description = "The person")), request_body = GrantPersonPut, responses((status = 200, description = "Assigned", body = GrantPerson), (status = 409, description = "`exceeds-grant`, `grant-state` or `removed-by-grantor`", body = ProblemBody, content_type = "application/problem+json")))]
#[put("/grants/{id}/people/{user_id}")]
pub(crate) async fn assign_grant_person(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<GrantPersonPut>,
) -> Result<HttpResponse, Problem> {
    let (id, user) = path.0;
    let GrantPersonPut { rights } = body.0;
    let found = service::assign(
        &authed.actor,
        authed.services(),
        id.into(),
        user.into(),
        rights.map(Into::into),
    )
    .await?;
    Ok(HttpResponse::Ok().json(GrantPerson::from(found)))
}

/// Take an assignment back
///
/// For owner and proxies of the recipient. What a team gives the person stays.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant"), ("user_id" = Uuid, Path, description = "The person")), responses((status = 204, description = "Taken back"), (status = 409, description = "`grant-state`: this is for the other side", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/grants/{id}/people/{user_id}")]
pub(crate) async fn unassign_grant_person(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (id, user) = path.0;
    service::unassign(&authed.actor, authed.services(), id.into(), user.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Take a person off a grant
///
/// For owner and proxies of the grantor: the person sees nothing from the next request on, however it was assigned.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant"), ("user_id" = Uuid, Path, description = "The person")), request_body = GrantReason, responses((status = 204, description = "Taken off"), (status = 409, description = "`already-exists`, or `grant-state`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/grants/{id}/people/{user_id}/removal")]
pub(crate) async fn remove_grant_person(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<GrantReason>,
) -> Result<HttpResponse, Problem> {
    let (id, user) = path.0;
    let GrantReason { reason } = body.0;
    service::remove_person(
        &authed.actor,
        authed.services(),
        id.into(),
        user.into(),
        reason,
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Let a person back into a grant
///
/// For the grantor's Account Owner, after the person was taken off.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The grant"), ("user_id" = Uuid, Path, description = "The person")), responses((status = 204, description = "Back in, as far as the recipient passes the grant on"), (status = 409, description = "`grant-state`: this is for the other side", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/grants/{id}/people/{user_id}/removal")]
pub(crate) async fn readmit_grant_person(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (id, user) = path.0;
    service::readmit(&authed.actor, authed.services(), id.into(), user.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
