//! Portal accounts over HTTP. Opening one is in `companies`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, patch};
use chrono::{DateTime, Utc};
use quaymaster_domain::companies::AccountName;
use quaymaster_domain::grants::SubAccounts;
use quaymaster_service::Cursor;
use quaymaster_service::accounts::{self, AccountFilter, AccountView};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::common::{AccountRef, MemberRole, PersonRef, versioned};
use crate::extract::{Authed, IfMatch, Json, Path, Query};
use crate::grants::GrantRights;
use crate::lists::page_request;
use crate::problem::{Problem, ProblemBody};

/// Filters of the list of accounts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccountsQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Text in the account's name or number or in the company's name.
    #[param(max_length = 100)]
    q: Option<String>,
    /// Only accounts of this company.
    company_id: Option<Uuid>,
    /// Only those that you belong to, or only those that you see through a grant.
    #[param(inline)]
    seen_as: Option<SeenAs>,
}

/// As what you see an account.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SeenAs {
    /// You belong to it, or you are staff.
    Member,
    /// A grant lets you see it.
    Guest,
}

/// A grant through which you see an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct GuestGrant {
    /// The grant.
    grant_id: Uuid,
    /// Your own account that holds it.
    through: AccountRef,
    /// What you may do.
    rights: GrantRights,
    /// In all sub-accounts.
    all_sub_accounts: bool,
    /// Or in these.
    sub_account_ids: Vec<Uuid>,
    /// The account's own profile: contacts, addresses, business activities.
    top_level: bool,
    /// Until when; `null` until revoked.
    until: Option<DateTime<Utc>>,
}

/// How you see an account as a guest.
#[derive(Serialize, ToSchema)]
pub(crate) struct GuestSeat {
    /// The grants, at least one.
    grants: Vec<GuestGrant>,
}

/// Whether an account is in use.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AccountState {
    /// In use.
    Open,
    /// Readable as history only.
    Closed,
}

/// The account that has had everything of a merged one since.
#[derive(Serialize, ToSchema)]
pub(crate) struct MergedInto {
    /// Identity.
    id: Uuid,
    /// Account number.
    #[schema(example = "QM-0000-00001-8")]
    account_number: String,
}

/// A portal account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Account {
    /// Identity.
    id: Uuid,
    /// Account number.
    #[schema(example = "QM-0000-00001-8")]
    account_number: String,
    /// The account's own name.
    #[schema(example = "Harbor Lane, imports")]
    name: String,
    /// The company that holds it.
    company_id: Uuid,
    /// The company's name.
    #[schema(example = "Harbor Lane Imports LLC")]
    company_name: String,
    /// Whether it is in use.
    state: AccountState,
    /// The Account Owner.
    owner: PersonRef,
    /// Your own role in it; `null` for staff and guests.
    my_role: Option<MemberRole>,
    /// How you see it when it is somebody else's; `null` for members and staff.
    guest: Option<GuestSeat>,
    /// How many sub-accounts it has; for guests, how many they may see.
    sub_account_count: u64,
    /// How many people belong to it; 0 for guests who may not see them.
    user_count: u64,
    /// When it was opened.
    created_at: DateTime<Utc>,
    /// Since when it is closed.
    closed_at: Option<DateTime<Utc>>,
    /// The account that has had everything of it since; `null` unless it was merged.
    merged_into: Option<MergedInto>,
    /// For `If-Match`.
    version: i64,
}

impl From<AccountView> for Account {
    fn from(view: AccountView) -> Self {
        let AccountView {
            account,
            summary,
            my_role,
            seats,
        } = view;
        Self {
            id: account.id.into(),
            account_number: account.account_number,
            name: account.name,
            company_id: account.company_id.into(),
            company_name: account.company_name,
            state: if account.open {
                AccountState::Open
            } else {
                AccountState::Closed
            },
            owner: PersonRef::new(account.owner, summary.owner_user_name, summary.owner_name),
            my_role: my_role.map(Into::into),
            guest: (!seats.is_empty()).then(|| GuestSeat {
                grants: seats
                    .into_iter()
                    .map(|(seat, through)| {
                        let named = seat.scope.sub_accounts.named();
                        GuestGrant {
                            grant_id: seat.grant.into(),
                            through: AccountRef::new(
                                through.id,
                                through.account_number,
                                through.name,
                            ),
                            rights: seat.scope.rights.into(),
                            all_sub_accounts: seat.scope.sub_accounts == SubAccounts::All,
                            sub_account_ids: named.into_iter().map(Into::into).collect(),
                            top_level: seat.scope.top_level,
                            until: seat.until,
                        }
                    })
                    .collect(),
            }),
            sub_account_count: summary.sub_accounts,
            user_count: summary.members,
            created_at: account.created_at,
            closed_at: account.closed_at,
            merged_into: account.merged_into.zip(summary.merged_into_number).map(
                |(id, account_number)| MergedInto {
                    id: id.into(),
                    account_number,
                },
            ),
            version: account.version,
        }
    }
}

/// A page of accounts.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountPage {
    /// The rows.
    items: Vec<Account>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// What changes about an account.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Harbor Lane, imports"}))]
pub(crate) struct AccountPatch {
    /// The account's own name.
    #[schema(value_type = Option<String>, min_length = 2, max_length = 80)]
    name: Option<AccountName>,
}

/// List accounts
///
/// Your own accounts and those that a grant lets you see; for staff all of them. By name.
#[utoipa::path(tag = "accounts", params(AccountsQuery), responses((status = 200, description = "A page of accounts", body = AccountPage)))]
#[get("/accounts")]
pub(crate) async fn list_accounts(
    authed: Authed,
    query: Query<AccountsQuery>,
) -> Result<HttpResponse, Problem> {
    let AccountsQuery {
        limit,
        cursor,
        q,
        company_id,
        seen_as,
    } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let filter = AccountFilter {
        company: company_id.map(Into::into),
        q: q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty()),
    };
    let found = accounts::list(
        &authed.actor,
        authed.services(),
        &filter,
        seen_as.map(|seen_as| match seen_as {
            SeenAs::Member => accounts::SeenAs::Member,
            SeenAs::Guest => accounts::SeenAs::Guest,
        }),
        &page,
    )
    .await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(AccountPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// Read an account
///
/// For its members, for guests within a grant, and for staff.
#[utoipa::path(tag = "accounts", params(("id" = Uuid, Path, description = "The account")), responses((status = 200, description = "The account", body = Account)))]
#[get("/accounts/{id}")]
pub(crate) async fn get_account(authed: Authed, path: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let found = accounts::find(&authed.actor, authed.services(), path.0.into()).await?;
    let version = found.account.version;
    Ok(versioned(StatusCode::OK, version, &Account::from(found)))
}

/// Change an account
///
/// For owner, proxies and the registrar.
#[utoipa::path(tag = "accounts", params(("id" = Uuid, Path, description = "The account"), ("If-Match" = String, Header, description = "The ETag that was read")), request_body = AccountPatch, responses((status = 200, description = "The account as it is now", body = Account), (status = 412, description = "`stale`", body = ProblemBody, content_type = "application/problem+json"), (status = 428, description = "`precondition-required`", body = ProblemBody, content_type = "application/problem+json")))]
#[patch("/accounts/{id}")]
pub(crate) async fn update_account(
    authed: Authed,
    path: Path<Uuid>,
    if_match: IfMatch,
    body: Json<AccountPatch>,
) -> Result<HttpResponse, Problem> {
    let AccountPatch { name } = body.0;
    let found = accounts::update(
        &authed.actor,
        authed.services(),
        path.0.into(),
        if_match.0,
        name.as_ref(),
    )
    .await?;
    let version = found.account.version;
    Ok(versioned(StatusCode::OK, version, &Account::from(found)))
}
