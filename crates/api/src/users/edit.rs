//! Who belongs to an account and may do what: adding, changing, taking out, handing the account over.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, patch, post};
use quaymaster_domain::people::{EmailAddress, Reason, UserName};
use quaymaster_service::owner_successions::{self, HandOver};
use quaymaster_service::users::{self, ExistingUser, MemberChange, Rights};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::AccountUser;
use crate::accounts::Account;
use crate::common::{SubAccountAccess, versioned};
use crate::extract::{Authed, IfMatch, Json, Path};
use crate::invitations::AssignableRole;
use crate::problem::{Problem, ProblemBody};

/// A user of the portal who is to be added.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": "ana.lee", "email": "ana.lee@harbor.example", "role": "user", "access": [], "port_codes": []}))]
pub(crate) struct AccountUserNew {
    /// The person's User ID.
    #[schema(value_type = String, min_length = 6, max_length = 32, pattern = r"^[A-Za-z0-9][A-Za-z0-9._@-]{5,31}$")]
    user_id: UserName,
    /// The person's e-mail address on file.
    #[schema(value_type = String, format = Email, max_length = 254)]
    email: EmailAddress,
    /// The role.
    role: AssignableRole,
    /// What a user may do per sub-account; empty for a proxy, who may do everything.
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000, message = "Name at most 1,000 sub-accounts."))]
    access: Vec<SubAccountAccess>,
    /// Ports (Schedule D) that records are limited to; empty for all.
    #[schema(max_items = 500)]
    #[validate(length(max = 500, message = "Name at most 500 ports."))]
    port_codes: Vec<String>,
}

/// What changes about a user; what is absent stays.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"access": [{"sub_account_id": "019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11", "structure": "write", "records": "read", "reports": "share"}]}))]
pub(crate) struct AccountUserPatch {
    /// The role. A user who becomes a proxy loses single rights.
    role: Option<AssignableRole>,
    /// All rights per sub-account.
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000, message = "Name at most 1,000 sub-accounts."))]
    access: Option<Vec<SubAccountAccess>>,
    /// All ports.
    #[schema(max_items = 500)]
    #[validate(length(max = 500, message = "Name at most 500 ports."))]
    port_codes: Option<Vec<String>>,
}

/// A hand-over of an account.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"successor_user_id": "019d3c1e-7b6a-7c11-9f1e-0f4c7f0a9d11", "former_owner_role": "proxy", "reason": "Moves to another department"}))]
pub(crate) struct OwnerSuccession {
    /// Who becomes the owner: the identity of a member who can sign in.
    successor_user_id: Uuid,
    /// What the owner becomes.
    former_owner_role: AssignableRole,
    /// Why; kept in the audit trail.
    #[schema(value_type = String, min_length = 3, max_length = 500)]
    reason: Reason,
}

/// Add a user of the portal to an account
///
/// User ID and e-mail address must both match; every mismatch has the same answer. Proxies are added by the Account Owner
/// only (R11), with a proof of identity of at most ten minutes.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account")), request_body = AccountUserNew, responses((status = 201, description = "Added", body = AccountUser), (status = 409, description = "`person-not-matched` or `already-member`", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/users")]
pub(crate) async fn add_existing_user(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<AccountUserNew>,
) -> Result<HttpResponse, Problem> {
    let AccountUserNew {
        user_id,
        email,
        role,
        access,
        port_codes,
    } = body.0;
    let new = ExistingUser {
        user_name: user_id,
        email,
        role: role.into(),
        rights: Rights {
            access: access.into_iter().map(Into::into).collect(),
            ports: port_codes,
        },
    };
    let added = users::add_existing(&authed.actor, authed.services(), path.0.into(), &new).await?;
    let version = added.member.version;
    Ok(versioned(
        StatusCode::CREATED,
        version,
        &AccountUser::from(added),
    ))
}

/// Change role and rights of a user
///
/// Making or unmaking a proxy is for the Account Owner (R11), with a proof of identity of at most ten minutes. An owner is
/// replaced by handing the account over.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account"), ("user_id" = Uuid, Path, description = "The person"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = AccountUserPatch, responses((status = 200, description = "The person as it is now", body = AccountUser), (status = 409, description = "`last-owner`", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/accounts/{id}/users/{user_id}")]
pub(crate) async fn update_user(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    body: Json<AccountUserPatch>,
) -> Result<HttpResponse, Problem> {
    let (account, user) = path.0;
    let AccountUserPatch {
        role,
        access,
        port_codes,
    } = body.0;
    let change = MemberChange {
        role: role.map(Into::into),
        access: access.map(|list| list.into_iter().map(Into::into).collect()),
        ports: port_codes,
    };
    let found = users::update(
        &authed.actor,
        authed.services(),
        account.into(),
        user.into(),
        if_match.0,
        change,
    )
    .await?;
    let version = found.member.version;
    Ok(versioned(
        StatusCode::OK,
        version,
        &AccountUser::from(found),
    ))
}

/// Take a user out of an account
///
/// The User ID stays, with its other accounts. An invitation that was not redeemed is withdrawn. The owner is replaced,
/// never removed (R8).
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account"), ("user_id" = Uuid, Path, description = "The person"), ("If-Match" = String, Header, description = "The ETag that was read")), responses((status = 204, description = "Taken out"), (status = 409, description = "`last-owner`", body = ProblemBody, content_type = "application/problem+json")))]
#[delete("/accounts/{id}/users/{user_id}")]
pub(crate) async fn remove_user(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (account, user) = path.0;
    users::remove(
        &authed.actor,
        authed.services(),
        account.into(),
        user.into(),
        if_match.0,
    )
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Hand an account over to another owner
///
/// At once, by the Account Owner, with a proof of identity of at most ten minutes. The account has exactly one owner at
/// every moment (R8): of several hand-overs in the same instant one wins, the others get `last-owner`.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account")), request_body = OwnerSuccession, responses((status = 200, description = "Handed over", body = Account), (status = 409, description = "`last-owner`: another hand-over won", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/owner-successions")]
pub(crate) async fn hand_over_ownership(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<OwnerSuccession>,
) -> Result<HttpResponse, Problem> {
    let OwnerSuccession {
        successor_user_id,
        former_owner_role,
        reason,
    } = body.0;
    let succession = HandOver {
        successor: successor_user_id.into(),
        former_owner_role: former_owner_role.into(),
        reason,
    };
    let view =
        owner_successions::hand_over(&authed.actor, authed.services(), path.0.into(), &succession)
            .await?;
    let version = view.account.version;
    Ok(versioned(StatusCode::OK, version, &Account::from(view)))
}
