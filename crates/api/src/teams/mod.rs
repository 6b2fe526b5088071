//! Teams and groups of clients over HTTP: the way to pass many grants on to many people.

mod groups;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, put};
use chrono::{DateTime, Utc};
use quaymaster_domain::companies::AccountName;
use quaymaster_service::Cursor;
use quaymaster_service::teams::{self, Duty, TeamMember as FoundMember, TeamView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::common::{PersonRef, versioned};
use crate::extract::{Authed, IfMatch, Json, Path, Query};
use crate::grants::GrantRights;
use crate::lists::PageQuery;
use crate::problem::{Problem, ProblemBody};

pub(crate) use groups::{
    add_clients_to_group, create_client_group, delete_client_group, get_client_group,
    list_client_group_clients, list_client_groups, remove_clients_from_group, update_client_group,
};

/// A name for a team or a group.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Pacific imports"}))]
pub(crate) struct TeamName {
    /// The name; differs from the others of the account.
    #[schema(value_type = String, min_length = 2, max_length = 80)]
    name: AccountName,
}

/// A team.
#[derive(Serialize, ToSchema)]
pub(crate) struct Team {
    /// Identity.
    id: Uuid,
    /// Its name.
    #[schema(example = "Entry desk")]
    name: String,
    /// People in it.
    member_count: u64,
    /// Groups of clients that it looks after.
    client_group_count: u64,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// For `If-Match`.
    version: i64,
}

impl From<TeamView> for Team {
    fn from(view: TeamView) -> Self {
        let TeamView {
            team,
            members,
            groups,
        } = view;
        Self {
            id: team.id.into(),
            name: team.name,
            member_count: members,
            client_group_count: groups,
            created_at: team.created_at,
            version: team.version,
        }
    }
}

/// A page of teams.
#[derive(Serialize, ToSchema)]
pub(crate) struct TeamPage {
    /// The rows.
    items: Vec<Team>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A person in a team.
#[derive(Serialize, ToSchema)]
pub(crate) struct TeamMember {
    /// Who.
    person: PersonRef,
    /// Since when.
    added_at: DateTime<Utc>,
}

impl From<FoundMember> for TeamMember {
    fn from(member: FoundMember) -> Self {
        let FoundMember {
            user,
            user_name,
            name,
            added_at,
        } = member;
        Self {
            person: PersonRef::new(user, user_name, name),
            added_at,
        }
    }
}

/// A page of people in a team.
#[derive(Serialize, ToSchema)]
pub(crate) struct TeamMemberPage {
    /// The rows.
    items: Vec<TeamMember>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Everybody in a team.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_ids": ["019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11"]}))]
pub(crate) struct TeamMembersPut {
    /// Members of the account.
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000, message = "A team has at most 1,000 people."))]
    user_ids: Vec<Uuid>,
}

/// That a team looks after a group of clients.
#[derive(Serialize, ToSchema)]
pub(crate) struct TeamClientGroup {
    /// The team.
    team_id: Uuid,
    /// Its name.
    #[schema(example = "Entry desk")]
    team_name: String,
    /// The group.
    client_group_id: Uuid,
    /// Its name.
    #[schema(example = "Pacific imports")]
    client_group_name: String,
    /// With which rights; `null` means as each grant gives. Never more than the grant (R9).
    rights: Option<GrantRights>,
    /// Since when.
    assigned_at: DateTime<Utc>,
    /// By whom.
    #[schema(example = "Ana Lee")]
    assigned_by_name: String,
    /// Clients in the group.
    client_count: u64,
}

impl TeamClientGroup {
    fn new(duty: Duty, clients: u64) -> Self {
        let Duty {
            team,
            team_name,
            group,
            group_name,
            rights,
            assigned_at,
            assigned_by_name,
        } = duty;
        Self {
            team_id: team.into(),
            team_name,
            client_group_id: group.into(),
            client_group_name: group_name,
            rights: rights.map(Into::into),
            assigned_at,
            assigned_by_name,
            client_count: clients,
        }
    }
}

/// Everything that a team looks after.
#[derive(Serialize, ToSchema)]
pub(crate) struct TeamClientGroupList {
    /// By the name of the group.
    items: Vec<TeamClientGroup>,
}

/// With which rights a team looks after a group.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"rights": null}))]
pub(crate) struct TeamClientGroupPut {
    /// The rights; `null` means as each grant gives.
    rights: Option<GrantRights>,
}

/// List teams
///
/// By name. For owner, proxies and staff.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), PageQuery), responses((status = 200, description = "A page of teams", body = TeamPage)))]
#[get("/accounts/{id}/teams")]
pub(crate) async fn list_teams(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found = teams::list(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(TeamPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Make a team
///
/// For owner and proxies.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account")), request_body = TeamName, responses((status = 201, description = "Made", body = Team), (status = 409, description = "`already-exists`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/teams")]
pub(crate) async fn create_team(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<TeamName>,
) -> Result<HttpResponse, Problem> {
    let TeamName { name } = body.0;
    let made = teams::create(&authed.actor, authed.services(), path.0.into(), &name).await?;
    let version = made.team.version;
    Ok(versioned(StatusCode::CREATED, version, &Team::from(made)))
}

/// Read a team
///
/// For owner, proxies and staff.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("team_id" = Uuid, Path, description = "The team")), responses((status = 200, description = "The team", body = Team)))]
#[get("/accounts/{id}/teams/{team_id}")]
pub(crate) async fn get_team(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found = teams::find(&authed.actor, authed.services(), account.into(), id.into()).await?;
    let version = found.team.version;
    Ok(versioned(StatusCode::OK, version, &Team::from(found)))
}

/// Rename a team
///
/// For owner and proxies.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("team_id" = Uuid, Path, description = "The team"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = TeamName, responses((status = 200, description = "The team as it is now", body = Team), (status = 409, description = "`already-exists`", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/accounts/{id}/teams/{team_id}")]
pub(crate) async fn update_team(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    body: Json<TeamName>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let TeamName { name } = body.0;
    let found = teams::rename(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
        Some(&name),
    )
    .await?;
    let version = found.team.version;
    Ok(versioned(StatusCode::OK, version, &Team::from(found)))
}

/// Delete a team
///
/// Its members lose at once what they had through it. For owner and proxies.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("team_id" = Uuid, Path, description = "The team"), ("If-Match" = String, Header, description = "The ETag that was read")), responses((status = 204, description = "Deleted")))]
#[delete("/accounts/{id}/teams/{team_id}")]
pub(crate) async fn delete_team(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    teams::delete(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List the people of a team
///
/// By name. For owner, proxies and staff.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("team_id" = Uuid, Path, description = "The team"), PageQuery), responses((status = 200, description = "A page of people", body = TeamMemberPage)))]
#[get("/accounts/{id}/teams/{team_id}/members")]
pub(crate) async fn list_team_members(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let page = query.0.request()?;
    let found = teams::members(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        &page,
    )
    .await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(TeamMemberPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Set the people of a team
///
/// Whoever is not named leaves it, and loses at once what came through it. For owner and proxies.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("team_id" = Uuid, Path, description = "The team")), request_body = TeamMembersPut, responses((status = 200, description = "The team as it is now", body = Team)))]
#[put("/accounts/{id}/teams/{team_id}/members")]
pub(crate) async fn set_team_members(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<TeamMembersPut>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let TeamMembersPut { user_ids } = body.0;
    let people: Vec<_> = user_ids.into_iter().map(Into::into).collect();
    let found = teams::set_members(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        &people,
    )
    .await?;
    let version = found.team.version;
    Ok(versioned(StatusCode::OK, version, &Team::from(found)))
}

/// List what a team looks after
///
/// By the name of the group. For owner, proxies and staff.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("team_id" = Uuid, Path, description = "The team")), responses((status = 200, description = "The groups", body = TeamClientGroupList)))]
#[get("/accounts/{id}/teams/{team_id}/client-groups")]
pub(crate) async fn list_team_client_groups(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found = teams::duties(&authed.actor, authed.services(), account.into(), id.into()).await?;
    Ok(HttpResponse::Ok().json(TeamClientGroupList {
        items: found
            .into_iter()
            .map(|(duty, clients)| TeamClientGroup::new(duty, clients))
            .collect(),
    }))
}

/// Have a team look after a group of clients
///
/// Everybody in the team sees every client in the group, as far as its grant goes and no further (R9), at once, whoever
/// joins or leaves either. For owner and proxies.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("team_id" = Uuid, Path, description = "The team"), ("group_id" = Uuid, Path, description = "The group")), request_body = TeamClientGroupPut, responses((status = 200, description = "Assigned", body = TeamClientGroup)))]
#[put("/accounts/{id}/teams/{team_id}/client-groups/{group_id}")]
pub(crate) async fn set_team_client_group(
    authed: Authed,
    path: Path<(Uuid, Uuid, Uuid)>,
    body: Json<TeamClientGroupPut>,
) -> Result<HttpResponse, Problem> {
    let (account, id, group) = path.0;
    let TeamClientGroupPut { rights } = body.0;
    let (duty, clients) = teams::set_duty(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        group.into(),
        rights.map(Into::into),
    )
    .await?;
    Ok(HttpResponse::Ok().json(TeamClientGroup::new(duty, clients)))
}

/// End that a team looks after a group of clients
///
/// For owner and proxies.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("team_id" = Uuid, Path, description = "The team"), ("group_id" = Uuid, Path, description = "The group")), responses((status = 204, description = "Ended")))]
#[delete("/accounts/{id}/teams/{team_id}/client-groups/{group_id}")]
pub(crate) async fn remove_team_client_group(
    authed: Authed,
    path: Path<(Uuid, Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id, group) = path.0;
    teams::end_duty(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        group.into(),
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
