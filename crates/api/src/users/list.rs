//! The list of the people of an account.

use actix_web::{HttpResponse, get};
use quaymaster_service::Cursor;
use quaymaster_service::users::{self, MemberFilter, MemberSort};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{AccountUser, UserStateKind};
use crate::common::{MemberRole, wire_enums};
use crate::extract::{Authed, Path, Query};
use crate::input::Day;
use crate::lists::page_request;
use crate::problem::Problem;

wire_enums! {
    /// The order of people.
    UserSort = MemberSort {
        /// By family name.
        Name,
        /// Who never signed in first, then the longest ago.
        LastSignIn,
    }
}

/// Filters of the list of users.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsersQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Only people in this state.
    #[param(inline)]
    state: Option<UserStateKind>,
    /// Only people in this role.
    #[param(inline)]
    role: Option<MemberRole>,
    /// Only people who become dormant before this day.
    #[param(value_type = Option<chrono::NaiveDate>)]
    lapses_before: Option<Day>,
    /// Text in name, User ID or e-mail.
    #[param(max_length = 100)]
    q: Option<String>,
    /// The order; by name unless given.
    #[param(inline)]
    sort: Option<UserSort>,
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
/// For the Account Owner, proxies and staff. Says of everybody whether, why and since when the person cannot sign in, who
/// may lift it, and when 45 days without sign-in will be over.
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
        sort,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    if q.as_ref().is_some_and(|q| q.chars().count() > 100) {
        return Err(Problem::field(
            "?q",
            "invalid",
            "The text that is looked for has at most 100 characters.",
        ));
    }
    let filter = MemberFilter {
        state: state.map(Into::into),
        role: role.map(Into::into),
        lapses_before: lapses_before.map(|day| day.0),
        q,
        sort: sort.map(Into::into).unwrap_or_default(),
    };
    let found = users::list(
        &authed.actor,
        authed.services(),
        path.0.into(),
        &filter,
        &page,
    )
    .await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(AccountUserPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}
