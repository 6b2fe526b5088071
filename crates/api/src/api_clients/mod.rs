//! API clients of an account over HTTP: making, changing, approving and ending them, and their secrets. How a client gets
//! its tokens is in `oauth`.

mod shapes;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post};
use quaymaster_service::Cursor;
use quaymaster_service::api_clients::{self, ClientChange, NewClient};
use uuid::Uuid;

use crate::common::versioned;
use crate::extract::{Authed, IfMatch, Json, Path, Query};
use crate::input::Moment;
use crate::lists::PageQuery;
use crate::operation_list::Operations;
use crate::problem::{Problem, ProblemBody};
use shapes::{
    ApiClient, ApiClientMade, ApiClientNew, ApiClientPage, ApiClientPatch, ApiClientSecretMade,
    ApiScopeList,
};

/// The operations of this area.
pub(crate) fn area(config: &mut Operations) {
    config
        .service(list_api_client_scopes)
        .service(list_api_clients)
        .service(create_api_client)
        .service(get_api_client)
        .service(update_api_client)
        .service(end_api_client)
        .service(add_api_client_secret)
        .service(remove_api_client_secret)
        .service(approve_api_client);
}

/// List what an API client may be allowed
///
/// Every scope in words. A client that lacks a scope is answered 403 `scope-not-granted`, which names it.
#[utoipa::path(tag = "api-clients", responses((status = 200, description = "Every scope", body = ApiScopeList)))]
#[get("/api-client-scopes")]
pub(crate) async fn list_api_client_scopes(_authed: Authed) -> HttpResponse {
    HttpResponse::Ok().json(ApiScopeList::all())
}

/// List the API clients of an account
///
/// The newest first, ended ones too. For owner and proxies.
#[utoipa::path(tag = "api-clients", params(("id" = Uuid, Path, description = "The account"), PageQuery), responses((status = 200, description = "A page of clients", body = ApiClientPage)))]
#[get("/accounts/{id}/api-clients")]
pub(crate) async fn list_api_clients(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.0.request()?;
    let found = api_clients::list(&authed.actor, authed.services(), path.0.into(), &page).await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(ApiClientPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Make an API client
///
/// For owner and proxies, with a fresh proof of identity. The secret stands in this answer only. Scopes that write count at
/// once when the owner gives them; when a proxy does, the client waits for the owner's approval.
#[utoipa::path(tag = "api-clients", params(("id" = Uuid, Path, description = "The account")), request_body = ApiClientNew, responses((status = 201, description = "Made; the secret is not shown again", body = ApiClientMade), (status = 409, description = "`already-exists`, `too-many-api-clients` or `account-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/api-clients")]
pub(crate) async fn create_api_client(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<ApiClientNew>,
) -> Result<HttpResponse, Problem> {
    let ApiClientNew {
        name,
        contact_email,
        scopes,
        sub_account_ids,
        networks,
        expires_at,
        public_keys,
        with_secret,
    } = body.0;
    let new = NewClient {
        name,
        contact_email,
        scopes: scopes.into_iter().map(Into::into).collect(),
        sub_accounts: sub_account_ids.map(|ids| ids.into_iter().map(Into::into).collect()),
        networks: networks.unwrap_or_default(),
        expires_at: expires_at.map(|at| at.0),
        keys: public_keys.map(|keys| keys.text()),
        with_secret: with_secret.unwrap_or(true),
    };
    let (client, secret) =
        api_clients::create(&authed.actor, authed.services(), path.0.into(), new).await?;
    let version = client.client.version;
    let made = ApiClientMade {
        client: client.into(),
        secret: secret.map(Into::into),
    };
    Ok(versioned(StatusCode::CREATED, version, &made))
}

/// Read an API client
///
/// With its secrets as far as they are shown: when they were made and used, and their last characters. For owner and proxies.
#[utoipa::path(tag = "api-clients", params(("id" = Uuid, Path, description = "The account"), ("client_id" = Uuid, Path, description = "The client")), responses((status = 200, description = "The client", body = ApiClient)))]
#[get("/accounts/{id}/api-clients/{client_id}")]
pub(crate) async fn get_api_client(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found =
        api_clients::find(&authed.actor, authed.services(), account.into(), id.into()).await?;
    let version = found.client.version;
    Ok(versioned(StatusCode::OK, version, &ApiClient::from(found)))
}

/// Change an API client
///
/// For owner and proxies, with a fresh proof of identity. What is taken away counts at the client's next request. What a
/// proxy adds that writes waits for the owner in `pending_scopes`.
#[utoipa::path(tag = "api-clients", params(("id" = Uuid, Path, description = "The account"), ("client_id" = Uuid, Path, description = "The client"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = ApiClientPatch, responses((status = 200, description = "The client as it is now", body = ApiClient), (status = 409, description = "`already-exists`, `not-open` or `account-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/accounts/{id}/api-clients/{client_id}")]
pub(crate) async fn update_api_client(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    body: Json<ApiClientPatch>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let ApiClientPatch {
        name,
        contact_email,
        scopes,
        sub_account_ids,
        networks,
        expires_at,
        public_keys,
    } = body.0;
    let change = ClientChange {
        name,
        contact_email,
        scopes: scopes.map(|list| list.into_iter().map(Into::into).collect()),
        sub_accounts: sub_account_ids
            .map(|limits| limits.map(|ids| ids.into_iter().map(Into::into).collect())),
        networks,
        expires_at: expires_at.map(|Moment(at)| at),
        keys: public_keys.map(|keys| keys.map(|keys| keys.text())),
    };
    let found = api_clients::update(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
        change,
    )
    .await?;
    let version = found.client.version;
    Ok(versioned(StatusCode::OK, version, &ApiClient::from(found)))
}

/// End an API client
///
/// For good: its tokens stop at once, its secrets and keys are forgotten; it stays readable. For owner and proxies.
#[utoipa::path(tag = "api-clients", params(("id" = Uuid, Path, description = "The account"), ("client_id" = Uuid, Path, description = "The client"), ("If-Match" = String, Header, description = "The ETag that was read")), responses((status = 204, description = "Ended"), (status = 409, description = "`not-open` or `account-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/accounts/{id}/api-clients/{client_id}")]
pub(crate) async fn end_api_client(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    api_clients::end_client(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        if_match.0,
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Give an API client a further secret
///
/// At most two at a time: make the successor, switch the program over, remove the old one. The secret stands in this answer
/// only. For owner and proxies, with a fresh proof of identity.
#[utoipa::path(tag = "api-clients", params(("id" = Uuid, Path, description = "The account"), ("client_id" = Uuid, Path, description = "The client")), responses((status = 201, description = "Made; it is not shown again", body = ApiClientSecretMade), (status = 409, description = "`too-many-secrets`, `not-open` or `account-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/api-clients/{client_id}/secrets")]
pub(crate) async fn add_api_client_secret(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let made = api_clients::add_secret(&authed.actor, authed.services(), account.into(), id.into())
        .await?;
    Ok(HttpResponse::Created().json(ApiClientSecretMade::from(made)))
}

/// Remove a secret of an API client
///
/// Tokens that were got with it stop at once. For owner and proxies.
#[utoipa::path(tag = "api-clients", params(("id" = Uuid, Path, description = "The account"), ("client_id" = Uuid, Path, description = "The client"), ("secret_id" = Uuid, Path, description = "The secret")), responses((status = 204, description = "Removed"), (status = 409, description = "`not-open` or `account-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/accounts/{id}/api-clients/{client_id}/secrets/{secret_id}")]
pub(crate) async fn remove_api_client_secret(
    authed: Authed,
    path: Path<(Uuid, Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id, secret) = path.0;
    api_clients::remove_secret(
        &authed.actor,
        authed.services(),
        account.into(),
        id.into(),
        secret.into(),
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Approve what an API client is to be allowed
///
/// Puts `pending_scopes` into force. For the owner, with a fresh proof of identity.
#[utoipa::path(tag = "api-clients", params(("id" = Uuid, Path, description = "The account"), ("client_id" = Uuid, Path, description = "The client")), responses((status = 200, description = "The client as it is now", body = ApiClient), (status = 409, description = "`nothing-changed`, `not-open` or `account-closed`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/api-clients/{client_id}/approval")]
pub(crate) async fn approve_api_client(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, id) = path.0;
    let found =
        api_clients::approve(&authed.actor, authed.services(), account.into(), id.into()).await?;
    let version = found.client.version;
    Ok(versioned(StatusCode::OK, version, &ApiClient::from(found)))
}
