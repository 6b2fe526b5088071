//! People of an account over HTTP.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, NaiveDate, Utc};
use quaymaster_domain::members::MemberRole;
use quaymaster_service::users::{self, AccountUser as Found, MemberFilter, StateFilter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::extract::{Authed, Path, Query};
use crate::lists::page_request;
use crate::problem::Problem;

/// Filters of the list of users.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsersQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Only people in this state.
    #[param(inline)]
    state: Option<UserStateKind>,
    /// Only people in this role.
    #[param(value_type = Option<String>)]
    role: Option<MemberRole>,
    /// Only people who become dormant before this day.
    lapses_before: Option<NaiveDate>,
    /// Text in name, User ID or e-mail.
    #[param(max_length = 100)]
    q: Option<String>,
}

/// The state of a person, exclusive.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserStateKind {
    /// Can sign in.
    Active,
    /// Has not redeemed the invitation.
    Invited,
    /// Locked by failed attempts.
    FailedAttempts,
    /// No sign-in for 45 days.
    Dormant,
    /// Suspended by owner, proxy or staff.
    Suspended,
}

impl From<UserStateKind> for StateFilter {
    fn from(kind: UserStateKind) -> Self {
        match kind {
            UserStateKind::Active => Self::Active,
            UserStateKind::Invited => Self::Invited,
            UserStateKind::FailedAttempts => Self::FailedAttempts,
            UserStateKind::Dormant => Self::Dormant,
            UserStateKind::Suspended => Self::Suspended,
        }
    }
}

impl From<StateFilter> for UserStateKind {
    fn from(state: StateFilter) -> Self {
        match state {
            StateFilter::Active => Self::Active,
            StateFilter::Invited => Self::Invited,
            StateFilter::FailedAttempts => Self::FailedAttempts,
            StateFilter::Dormant => Self::Dormant,
            StateFilter::Suspended => Self::Suspended,
        }
    }
}

/// A person in an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountUser {
    /// Identity.
    id: Uuid,
    /// The User ID; absent until the invitation is redeemed.
    user_id: Option<String>,
    /// Given name.
    given_name: String,
    /// Family name.
    family_name: String,
    /// E-mail address on file.
    email: String,
    /// The state.
    state: UserStateKind,
    /// Since when.
    since: Option<DateTime<Utc>>,
    /// When the 45 days end.
    lapses_on: Option<NaiveDate>,
    /// For `If-Match`.
    version: i64,
}

impl From<Found> for AccountUser {
    fn from(found: Found) -> Self {
        let Found {
            member,
            state,
            state_since,
            lapses_on,
        } = found;
        Self {
            id: member.user.id.into(),
            user_id: member.user.user_name,
            given_name: member.user.given_name,
            family_name: member.user.family_name,
            email: member.user.email,
            state: state.into(),
            since: state_since,
            lapses_on,
            version: member.version,
        }
    }
}

/// A page of people.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountUserPage {
    /// The rows.
    items: Vec<AccountUser>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// List the users of an account
///
/// For the Account Owner, proxies and staff, by family name.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account"), UsersQuery), responses((status = 200, description = "A page of users", body = AccountUserPage)))]
#[get("/accounts/{id}/users")]
pub(crate) async fn list_users(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<UsersQuery>,
) -> Result<HttpResponse, Problem> {
    let UsersQuery {
        limit,
        cursor,
        state,
        role,
        lapses_before,
        q,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let filter = MemberFilter {
        state: state.map(Into::into),
        role,
        lapses_before,
        q,
    };
    let found = users::list(
        &authed.actor,
        authed.services(),
        path.0.into(),
        &filter,
        &page,
    )
    .await?;
    let next_cursor = found.next.as_ref().map(quaymaster_service::Cursor::encode);
    Ok(HttpResponse::Ok().json(AccountUserPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Reactivate a locked user
///
/// A proxy reactivates Account Users, the owner proxies and users (R6).
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account"), ("user_id" = Uuid, Path, description = "The person")), responses((status = 200, description = "Reactivated", body = AccountUser), (status = 409, description = "There is no lock to lift", body = crate::problem::ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/users/{user_id}/reactivation")]
pub(crate) async fn reactivate_user(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, user) = path.0;
    let found = users::reactivate(
        &authed.actor,
        authed.services(),
        account.into(),
        user.into(),
    )
    .await?;
    Ok(HttpResponse::Ok().json(AccountUser::from(found)))
}
