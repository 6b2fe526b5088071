//! Groups of clients over HTTP: what is in them, and who looks after them. Teams are in the module above.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post};
use chrono::{DateTime, Utc};
use quaymaster_service::Cursor;
use quaymaster_service::teams::{self, GroupClient, GroupView, Selection};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::{TeamClientGroup, TeamName};
use crate::common::{AccountRef, versioned};
use crate::extract::{Authed, IfMatch, Json, Path, Query};
use crate::lists::PageQuery;
use crate::problem::{Problem, ProblemBody};

/// How many clients are named in one request; `all` takes every one.
const MOST_CLIENTS: u64 = 5000;

/// A group of clients.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClientGroup {
    /// Identity.
    id: Uuid,
    /// Its name.
    #[schema(example = "Pacific imports")]
    name: String,
    /// Clients in it.
    client_count: u64,
    /// The teams that look after it.
    teams: Vec<TeamClientGroup>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// For `If-Match`.
    version: i64,
}

impl From<GroupView> for ClientGroup {
    fn from(view: GroupView) -> Self {
        let GroupView {
            group,
            clients,
            teams,
        } = view;
        Self {
            id: group.id.into(),
            name: group.name,
            client_count: clients,
            teams: teams
                .into_iter()
                .map(|duty| TeamClientGroup::new(duty, clients))
                .collect(),
            created_at: group.created_at,
            version: group.version,
        }
    }
}

/// A page of groups.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClientGroupPage {
    /// The rows.
    items: Vec<ClientGroup>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A client in a group.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClientGroupClient {
    /// The client's account.
    account: AccountRef,
    /// The client's company.
    #[schema(example = "Harbor Lane Imports LLC")]
    company_name: String,
    /// The grant between the two that is in force or held; `null` when there is none now.
    grant_id: Option<Uuid>,
    /// `active` or `paused`; `null` without a grant.
    #[schema(example = "active")]
    grant_state: Option<String>,
    /// When it ends; `null` without an end or without a grant.
    until: Option<DateTime<Utc>>,
    /// When the client was put into the group.
    added_at: DateTime<Utc>,
}

impl From<GroupClient> for ClientGroupClient {
    fn from(client: GroupClient) -> Self {
        let GroupClient {
            account,
            account_number,
            name,
            company_name,
            grant,
            added_at,
        } = client;
        let (grant_id, grant_state, until) = match grant {
            Some((id, state, until)) => (Some(id.into()), Some(state), until),
            None => (None, None, None),
        };
        Self {
            account: AccountRef::new(account, account_number, name),
            company_name,
            grant_id,
            grant_state,
            until,
            added_at,
        }
    }
}

/// A page of clients in a group.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClientGroupClientPage {
    /// The rows.
    items: Vec<ClientGroupClient>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Clients to put into a group: either `all`, or named.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"all": false, "client_account_ids": ["019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11"]}))]
pub(crate) struct ClientGroupAddition {
    /// Every client whose grant is in force or held; then name none.
    all: bool,
    /// The clients' accounts.
    #[schema(max_items = 5000)]
    #[validate(length(max = MOST_CLIENTS, message = "Name at most 5,000 clients, or all."))]
    client_account_ids: Vec<Uuid>,
}

/// Clients to take out of a group.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"client_account_ids": ["019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11"]}))]
pub(crate) struct ClientGroupRemoval {
    /// The clients' accounts.
    #[schema(max_items = 5000)]
    #[validate(length(max = MOST_CLIENTS, message = "Name at most 5,000 clients."))]
    client_account_ids: Vec<Uuid>,
}

/// What putting clients into a group did.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClientGroupChange {
    /// Clients that came into the group, or went.
    changed: u64,
    /// Clients in the group now.
    client_count: u64,
}

/// List client groups
///
/// By name, with the teams that look after them. For owner, proxies and staff.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), PageQuery), responses((status = 200, description = "A page of groups", body = ClientGroupPage)))]
#[get("/accounts/{id}/client-groups")]
pub(crate) async fn list_client_groups(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found = teams::list_groups(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(ClientGroupPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Make a client group
///
/// For owner and proxies.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account")), request_body = TeamName, responses((status = 201, description = "Made", body = ClientGroup), (status = 409, description = "`already-exists`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/client-groups")]
pub(crate) async fn create_client_group(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<TeamName>,
) -> Result<HttpResponse, Problem> {
    let TeamName { name } = body.0;
    let made = teams::create_group(&authed.actor, authed.services(), path.0.into(), &name).await?;
    let version = made.group.version;
    Ok(versioned(
        StatusCode::CREATED,
        version,
        &ClientGroup::from(made),
    ))
}

/// Read a client group
///
/// For owner, proxies and staff.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("group_id" = Uuid, Path, description = "The group")), responses((status = 200, description = "The group", body = ClientGroup)))]
#[get("/accounts/{id}/client-groups/{group_id}")]
pub(crate) async fn get_client_group(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found =
        teams::find_group(&authed.actor, authed.services(), account.into(), id.into()).await?;
    let version = found.group.version;
    Ok(versioned(
        StatusCode::OK,
        version,
        &ClientGroup::from(found),
    ))
}

/// Rename a client group
///
/// For owner and proxies.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("group_id" = Uuid, Path, description = "The group"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = TeamName, responses((status = 200, description = "The group as it is now", body = ClientGroup), (status = 409, description = "`already-exists`", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/accounts/{id}/client-groups/{group_id}")]
pub(crate) async fn update_client_group(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    body: Json<TeamName>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let TeamName { name } = body.0;
    let found = teams::rename_group(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
        Some(&name),
    )
    .await?;
    let version = found.group.version;
    Ok(versioned(
        StatusCode::OK,
        version,
        &ClientGroup::from(found),
    ))
}

/// Delete a client group
///
/// What teams had through it ends at once; the grants stay. For owner and proxies.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("group_id" = Uuid, Path, description = "The group"), ("If-Match" = String, Header, description = "The ETag that was read")), responses((status = 204, description = "Deleted")))]
#[delete("/accounts/{id}/client-groups/{group_id}")]
pub(crate) async fn delete_client_group(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    teams::delete_group(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List the clients of a group
///
/// By name. A client stays in its group when its grant ends, so that a new one finds it again. For owner, proxies and staff.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("group_id" = Uuid, Path, description = "The group"), PageQuery), responses((status = 200, description = "A page of clients", body = ClientGroupClientPage)))]
#[get("/accounts/{id}/client-groups/{group_id}/clients")]
pub(crate) async fn list_client_group_clients(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let page = query.0.request()?;
    let found = teams::clients(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        &page,
    )
    .await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(ClientGroupClientPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Put clients into a group
///
/// Accounts that gave a grant which is in force or held; `all` takes every one of them, however many. Whoever is in the
/// group already stays. For owner and proxies.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("group_id" = Uuid, Path, description = "The group")), request_body = ClientGroupAddition, responses((status = 200, description = "Put in", body = ClientGroupChange)))]
#[post("/accounts/{id}/client-groups/{group_id}/clients")]
pub(crate) async fn add_clients_to_group(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<ClientGroupAddition>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let ClientGroupAddition {
        all,
        client_account_ids,
    } = body.0;
    let which = if all {
        if !client_account_ids.is_empty() {
            return Err(Problem::field(
                "/client_account_ids",
                "invalid",
                "Name no clients when all are meant.",
            ));
        }
        Selection::All
    } else {
        Selection::Named(client_account_ids.into_iter().map(Into::into).collect())
    };
    let done = teams::add_clients(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        &which,
    )
    .await?;
    Ok(HttpResponse::Ok().json(ClientGroupChange {
        changed: done.added,
        client_count: done.clients,
    }))
}

/// Take clients out of a group
///
/// For owner and proxies.
#[utoipa::path(tag = "teams", params(("id" = Uuid, Path, description = "The account"), ("group_id" = Uuid, Path, description = "The group")), request_body = ClientGroupRemoval, responses((status = 200, description = "Taken out", body = ClientGroupChange)))]
#[post("/accounts/{id}/client-groups/{group_id}/clients/removal")]
pub(crate) async fn remove_clients_from_group(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    body: Json<ClientGroupRemoval>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let ClientGroupRemoval { client_account_ids } = body.0;
    let which: Vec<_> = client_account_ids.into_iter().map(Into::into).collect();
    let done = teams::remove_clients(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        &which,
    )
    .await?;
    Ok(HttpResponse::Ok().json(ClientGroupChange {
        changed: done.added,
        client_count: done.clients,
    }))
}
