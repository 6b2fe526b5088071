//! What outsiders see of an account over HTTP: the ledger of people, the kill switch, the preview, the explanation, and
//! the accounts that a member sees as a guest.

use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use quaymaster_domain::grants::{GrantScope, SubAccounts};
use quaymaster_domain::people::Reason;
use quaymaster_service::Cursor;
use quaymaster_service::grants::{
    self as service, OutsideExplained, OutsidePerson as Found, Preview, guests,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::{
    GrantIdentifier, GrantRights, GrantState, GrantSubAccount, GrantVia, RecordsScope, sub_accounts,
};
use crate::common::{AccountRef, MemberRole, PersonRef};
use crate::extract::{Authed, Json, Path, Query};
use crate::lists::{PageQuery, page_request};
use crate::problem::{Problem, ProblemBody};
use crate::words::BusinessActivity;

/// A person of another company who sees something of an account at this moment.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutsidePerson {
    /// Who.
    person: PersonRef,
    /// The other company.
    #[schema(example = "Harbor Lane Imports LLC")]
    company_name: String,
    /// The other company's account.
    through: AccountRef,
    /// The grant.
    grant_id: Uuid,
    /// How the person comes to it.
    via: Vec<GrantVia>,
    /// What the person sees.
    rights: GrantRights,
    /// In all sub-accounts.
    all_sub_accounts: bool,
    /// Or in these.
    sub_accounts: Vec<GrantSubAccount>,
    /// Until when; `null` until revoked.
    until: Option<DateTime<Utc>>,
    /// The last use.
    last_used_at: Option<DateTime<Utc>>,
}

impl From<Found> for OutsidePerson {
    fn from(found: Found) -> Self {
        let Found {
            who,
            through,
            grant,
            via,
            sees,
            sub_accounts,
            until,
            last_used_at,
        } = found;
        Self {
            person: PersonRef::new(who.id, who.user_name, who.name),
            company_name: through.company_name,
            through: AccountRef::new(through.id, through.account_number, through.name),
            grant_id: grant.into(),
            via: via.into_iter().map(Into::into).collect(),
            all_sub_accounts: sees.sub_accounts == SubAccounts::All,
            rights: sees.rights.into(),
            sub_accounts: sub_accounts.into_iter().map(Into::into).collect(),
            until,
            last_used_at,
        }
    }
}

/// A page of people of other companies.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutsidePersonPage {
    /// The rows.
    items: Vec<OutsidePerson>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Filters of the list of people of other companies.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OutsidePeopleQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    #[param(max_length = 1024)]
    cursor: Option<String>,
    /// Text in name or User ID.
    #[param(max_length = 100)]
    q: Option<String>,
}

/// List the outside people who see an account
///
/// Every person of another company who sees something at this moment, through which grant, and when it was last used.
/// For owner, proxies and staff.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The account"), OutsidePeopleQuery), responses((status = 200, description = "A page of people", body = OutsidePersonPage)))]
#[get("/accounts/{id}/outside-people")]
pub(crate) async fn list_outside_people(
    authed: Authed,
    path: Path<Uuid>,
    query: Query<OutsidePeopleQuery>,
) -> Result<HttpResponse, Problem> {
    let OutsidePeopleQuery { limit, cursor, q } = query.0;
    let page = page_request(limit, cursor.as_deref())?;
    let q = q.map(|q| q.trim().to_owned()).filter(|q| !q.is_empty());
    let found = service::outside_people(
        &authed.actor,
        authed.services(),
        path.0.into(),
        q.as_deref(),
        &page,
    )
    .await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(OutsidePersonPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// How many outsiders see an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutsideAccess {
    /// Different people who see something at this moment.
    #[schema(minimum = 0)]
    people: u64,
    /// Grants given that are active or paused.
    #[schema(minimum = 0)]
    grants: u64,
    /// Your own proposals that wait.
    #[schema(minimum = 0)]
    proposals: u64,
}

/// Count the outside people who see an account
///
/// The numbers that the end of all outside access asks to confirm. For owner, proxies and staff.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The account")), responses((status = 200, description = "The numbers", body = OutsideAccess)))]
#[get("/accounts/{id}/outside-access")]
pub(crate) async fn get_outside_access(
    authed: Authed,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = service::outside_access(&authed.actor, authed.services(), path.0.into()).await?;
    let service::OutsideAccess {
        people,
        grants,
        proposals,
    } = found;
    Ok(HttpResponse::Ok().json(OutsideAccess {
        people,
        grants,
        proposals,
    }))
}

/// The confirmation that ends all outside access.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"people": 12, "reason": "Suspected misuse"}))]
pub(crate) struct OutsideAccessEnd {
    /// The number of people that was shown.
    #[schema(minimum = 0)]
    people: u64,
    /// Why; the other companies read it.
    #[schema(value_type = Option<String>, min_length = 3, max_length = 500)]
    reason: Option<Reason>,
}

/// What was ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutsideAccessEnded {
    /// People who saw something until now.
    #[schema(minimum = 0)]
    people: u64,
    /// Grants that were active or paused.
    #[schema(minimum = 0)]
    grants: u64,
}

/// End all outside access
///
/// Ends every grant that the account gave and withdraws its proposals, at once. For the Account Owner, who confirms the
/// number of people.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The account")), request_body = OutsideAccessEnd, responses((status = 200, description = "Ended", body = OutsideAccessEnded), (status = 409, description = "`preview-changed`: another number of people by now", body = ProblemBody, content_type = "application/problem+json")))]
#[post("/accounts/{id}/outside-access/end")]
pub(crate) async fn end_outside_access(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<OutsideAccessEnd>,
) -> Result<HttpResponse, Problem> {
    let OutsideAccessEnd { people, reason } = body.0;
    let done = service::end_outside_access(
        &authed.actor,
        authed.services(),
        path.0.into(),
        people,
        reason,
    )
    .await?;
    let service::Ended { people, grants } = done;
    Ok(HttpResponse::Ok().json(OutsideAccessEnded { people, grants }))
}

/// A grant to look through before it is given.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"all_sub_accounts": true, "sub_account_ids": [], "top_level": false, "rights": {"structure": true, "records": "none", "reports": false, "users": false}}))]
pub(crate) struct GrantPreviewNew {
    /// All sub-accounts.
    all_sub_accounts: bool,
    /// Named ones.
    #[schema(max_items = 1000)]
    #[validate(length(max = 1000, message = "Name at most 1,000 sub-accounts."))]
    sub_account_ids: Vec<Uuid>,
    /// The account's own profile.
    top_level: bool,
    /// Which rights.
    rights: GrantRights,
}

/// The account as guests would see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantPreviewAccount {
    /// Account number.
    #[schema(example = "QM-0000-00001-8")]
    account_number: String,
    /// Its name.
    #[schema(example = "Harbor Lane, imports")]
    name: String,
    /// The company.
    #[schema(example = "Harbor Lane Imports LLC")]
    company_name: String,
    /// How many contacts they would see.
    #[schema(minimum = 0)]
    contacts: u64,
    /// How many addresses they would see.
    #[schema(minimum = 0)]
    addresses: u64,
    /// The business activities that they would see.
    activities: Vec<String>,
}

/// A sub-account as guests would see it.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantPreviewSubAccount {
    /// Identity.
    id: Uuid,
    /// Its name.
    #[schema(example = "Importer, West Coast")]
    name: String,
    /// The activity that it carries.
    activity: BusinessActivity,
    /// Its identifiers; none without the right to the structure. A Social Security number is masked.
    identifiers: Vec<GrantIdentifier>,
    /// Whether they would see its structure.
    structure: bool,
    /// Which trade records they would see.
    records: RecordsScope,
    /// Whether they would run reports over it.
    reports: bool,
}

/// A person whom guests would see.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantPreviewUser {
    /// The name.
    #[schema(example = "Ana Lee")]
    name: String,
    /// The role.
    role: MemberRole,
}

/// What guests would see.
#[derive(Serialize, ToSchema)]
pub(crate) struct GrantPreview {
    /// In sentences.
    sees: Vec<String>,
    /// What stays hidden, in sentences.
    sees_not: Vec<String>,
    /// The account.
    account: GrantPreviewAccount,
    /// Its sub-accounts.
    sub_accounts: Vec<GrantPreviewSubAccount>,
    /// Its users, at most 200; none without the right to see them.
    users: Vec<GrantPreviewUser>,
}

impl From<Preview> for GrantPreview {
    fn from(found: Preview) -> Self {
        let Preview {
            sees,
            sees_not,
            account,
            contacts,
            addresses,
            activities,
            sub_accounts,
            users,
        } = found;
        Self {
            sees,
            sees_not,
            account: GrantPreviewAccount {
                account_number: account.account_number,
                name: account.name,
                company_name: account.company_name,
                contacts,
                addresses,
                activities,
            },
            sub_accounts: sub_accounts
                .into_iter()
                .map(|sub| GrantPreviewSubAccount {
                    id: sub.place.id.into(),
                    name: sub.place.name,
                    activity: sub.place.activity.into(),
                    identifiers: sub
                        .identifiers
                        .into_iter()
                        .map(|(kind, value)| GrantIdentifier {
                            kind: kind.into(),
                            value,
                        })
                        .collect(),
                    structure: sub.rights.structure,
                    records: sub.rights.records.into(),
                    reports: sub.rights.reports,
                })
                .collect(),
            users: users
                .into_iter()
                .map(|(name, role)| GrantPreviewUser {
                    name,
                    role: role.into(),
                })
                .collect(),
        }
    }
}

/// Preview a grant
///
/// See what they will see, before anything is given. For owner and proxies.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The account")), request_body = GrantPreviewNew, responses((status = 200, description = "What guests would see", body = GrantPreview)))]
#[post("/accounts/{id}/grant-previews")]
pub(crate) async fn preview_grant(
    authed: Authed,
    path: Path<Uuid>,
    body: Json<GrantPreviewNew>,
) -> Result<HttpResponse, Problem> {
    let GrantPreviewNew {
        all_sub_accounts,
        sub_account_ids,
        top_level,
        rights,
    } = body.0;
    let scope = GrantScope {
        sub_accounts: sub_accounts(all_sub_accounts, sub_account_ids),
        top_level,
        rights: rights.into(),
    };
    let found = service::preview(&authed.actor, authed.services(), path.0.into(), scope).await?;
    Ok(HttpResponse::Ok().json(GrantPreview::from(found)))
}

/// An account that a member sees as a guest.
#[derive(Serialize, ToSchema)]
pub(crate) struct GuestAccount {
    /// The account.
    account: AccountRef,
    /// The company that holds it.
    #[schema(example = "Harbor Lane Imports LLC")]
    company_name: String,
    /// The grant.
    grant_id: Uuid,
    /// How the person comes to it.
    via: Vec<GrantVia>,
    /// What the person sees.
    rights: GrantRights,
    /// Until when; `null` until revoked.
    until: Option<DateTime<Utc>>,
    /// The last use.
    last_used_at: Option<DateTime<Utc>>,
}

impl From<guests::GuestAccount> for GuestAccount {
    fn from(found: guests::GuestAccount) -> Self {
        let guests::GuestAccount {
            account,
            seat,
            via,
            until,
        } = found;
        Self {
            company_name: account.company_name,
            account: AccountRef::new(account.id, account.account_number, account.name),
            grant_id: seat.grant.into(),
            via: via.into_iter().map(Into::into).collect(),
            rights: seat.scope.rights.into(),
            until,
            last_used_at: seat.last_used_at,
        }
    }
}

/// A page of accounts that a member sees as a guest.
#[derive(Serialize, ToSchema)]
pub(crate) struct GuestAccountPage {
    /// The rows.
    items: Vec<GuestAccount>,
    /// Pass it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// List the accounts that a user sees as a guest
///
/// By name, with the grant and how it was passed on. For owner, proxies and staff.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account"), ("user_id" = Uuid, Path, description = "The person"), PageQuery), responses((status = 200, description = "A page of accounts", body = GuestAccountPage)))]
#[get("/accounts/{id}/users/{user_id}/guest-access")]
pub(crate) async fn list_guest_access(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (account, user) = path.0;
    let page = query.0.request()?;
    let found = guests::of_member(
        &authed.actor,
        authed.services(),
        account.into(),
        user.into(),
        &page,
    )
    .await?;
    let next_cursor = found.next.as_ref().map(Cursor::encode);
    Ok(HttpResponse::Ok().json(GuestAccountPage {
        items: found.items.into_iter().map(Into::into).collect(),
        next_cursor,
    }))
}

/// What an outside person sees of one sub-account.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutsideSubAccountRights {
    /// The sub-account.
    sub_account_id: Uuid,
    /// Its name.
    #[schema(example = "Importer, West Coast")]
    name: String,
    /// The activity that it carries.
    activity: BusinessActivity,
    /// Whether its structure is seen.
    structure: bool,
    /// Which trade records are seen.
    records: RecordsScope,
    /// Whether reports are run over it.
    reports: bool,
    /// Why, in words.
    why: String,
}

/// A grant that leads, or led, an outside person into an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutsideGrant {
    /// The grant.
    grant_id: Uuid,
    /// The person's own account that holds it.
    through: AccountRef,
    /// Where it stands.
    state: GrantState,
    /// How the person comes to it.
    via: Vec<GrantVia>,
    /// What it gives the person, or why nothing, in words.
    why: String,
}

/// Why an outside person can, or cannot, see an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutsideEffectiveAccess {
    /// The person.
    person: PersonRef,
    /// Whether anything can be seen at this moment.
    can_see: bool,
    /// Per sub-account that can be seen, by name.
    sub_accounts: Vec<OutsideSubAccountRights>,
    /// Whether the users of the account can be seen.
    users: bool,
    /// Whether the account's own profile can be seen.
    top_level: bool,
    /// The grants, the newest first.
    grants: Vec<OutsideGrant>,
    /// What decides, in sentences.
    explanations: Vec<String>,
}

impl From<OutsideExplained> for OutsideEffectiveAccess {
    fn from(found: OutsideExplained) -> Self {
        let OutsideExplained {
            person,
            can_see,
            sub_accounts,
            users,
            top_level,
            grants,
            explanations,
        } = found;
        let name = person.full_name();
        Self {
            person: PersonRef::new(person.id, person.user_name, name),
            can_see,
            sub_accounts: sub_accounts
                .into_iter()
                .map(|sub| OutsideSubAccountRights {
                    sub_account_id: sub.place.id.into(),
                    name: sub.place.name,
                    activity: sub.place.activity.into(),
                    structure: sub.rights.structure,
                    records: sub.rights.records.into(),
                    reports: sub.rights.reports,
                    why: sub.why,
                })
                .collect(),
            users,
            top_level,
            grants: grants
                .into_iter()
                .map(|grant| OutsideGrant {
                    grant_id: grant.grant.into(),
                    through: AccountRef::new(
                        grant.through.id,
                        grant.through.account_number,
                        grant.through.name,
                    ),
                    state: grant.state.into(),
                    via: grant.via.into_iter().map(Into::into).collect(),
                    why: grant.why,
                })
                .collect(),
            explanations,
        }
    }
}

/// Explain what an outside person sees of an account
///
/// Why can, why can't this person …: every grant that leads there, how it was passed on, and what stands in the way. For
/// owner and proxies of the account and of the person's own account, and for staff.
#[utoipa::path(tag = "grants", params(("id" = Uuid, Path, description = "The account"), ("user_id" = Uuid, Path, description = "The person")), responses((status = 200, description = "What the person sees, and why", body = OutsideEffectiveAccess)))]
#[get("/accounts/{id}/outside-people/{user_id}/effective-access")]
pub(crate) async fn get_outside_effective_access(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, user) = path.0;
    let found = service::explain_outside(
        &authed.actor,
        authed.services(),
        account.into(),
        user.into(),
    )
    .await?;
    Ok(HttpResponse::Ok().json(OutsideEffectiveAccess::from(found)))
}
