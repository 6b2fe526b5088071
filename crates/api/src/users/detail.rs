//! One person of an account: the page that explains and helps.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use quaymaster_domain::ids::SessionId;
use quaymaster_service::users::{self, Capabilities as FoundCapabilities, Detail};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{AccountUser, LastSignIn, NextAction, UserState};
use crate::common::{MemberRole, PersonRef, SubAccountAccess, versioned, wire_enums};
use crate::extract::{Authed, Path};
use crate::me::SignInEvent;
use crate::problem::Problem;
use crate::sessions::Session;
use crate::words::BusinessActivity;

/// Whether the reader can do something, and if not, why.
#[derive(Serialize, ToSchema)]
pub(crate) struct Capability {
    /// Whether it can be done.
    allowed: bool,
    /// Why not, in words; `null` when allowed.
    why_not: Option<String>,
}

impl From<users::Capability> for Capability {
    fn from(found: users::Capability) -> Self {
        Self {
            allowed: found.is_ok(),
            why_not: found.err().map(|why| crate::problem::sentence(&why)),
        }
    }
}

/// What the reader can do about the person.
#[derive(Serialize, ToSchema)]
pub(crate) struct Capabilities {
    /// Lift failed attempts or dormancy.
    reactivate: Capability,
    /// Suspend.
    suspend: Capability,
    /// Make a proxy of a user, or a user of a proxy.
    change_role: Capability,
    /// Assign rights.
    change_access: Capability,
    /// Take out of the account.
    remove: Capability,
    /// Hand the account over to the person.
    hand_over: Capability,
}

impl From<FoundCapabilities> for Capabilities {
    fn from(found: FoundCapabilities) -> Self {
        let FoundCapabilities {
            reactivate,
            suspend,
            change_role,
            change_access,
            remove,
            hand_over,
        } = found;
        Self {
            reactivate: reactivate.into(),
            suspend: suspend.into(),
            change_role: change_role.into(),
            change_access: change_access.into(),
            remove: remove.into(),
            hand_over: hand_over.into(),
        }
    }
}

/// A person in an account, in full.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountUserDetail {
    /// Identity.
    id: Uuid,
    /// The User ID; `null` until the invitation is redeemed.
    #[schema(example = "ana.lee")]
    user_id: Option<String>,
    /// Given name.
    given_name: String,
    /// Family name.
    family_name: String,
    /// E-mail address on file.
    email: String,
    /// Role in this account.
    role: MemberRole,
    /// Whether and why the person cannot sign in.
    state: UserState,
    /// The last sign-in.
    last_sign_in: Option<LastSignIn>,
    /// The day on which 45 days without sign-in are over; `null` unless active.
    lapses_on: Option<chrono::NaiveDate>,
    /// What the reader can do next.
    next_action: Option<NextAction>,
    /// Since when the access to this account is suspended by an access review; `null` when it is not.
    access_suspended_at: Option<DateTime<Utc>>,
    /// Member since.
    since: DateTime<Utc>,
    /// For `If-Match`.
    version: i64,
    /// Phone number.
    phone: Option<String>,
    /// Assigned rights; owners and proxies have all without any.
    access: Vec<SubAccountAccess>,
    /// Ports that records are limited to; empty for all.
    port_codes: Vec<String>,
    /// Open sessions, newest first.
    sessions: Vec<Session>,
    /// The last sign-ins and attempts, newest first.
    recent_sign_ins: Vec<SignInEvent>,
    /// What the reader can do.
    can: Capabilities,
}

impl AccountUserDetail {
    fn new(found: Detail, own: SessionId) -> Self {
        let Detail {
            user,
            rights,
            sessions,
            recent_sign_ins,
            can,
        } = found;
        let phone = user.member.user.phone.clone();
        let AccountUser {
            id,
            user_id,
            given_name,
            family_name,
            email,
            role,
            state,
            last_sign_in,
            lapses_on,
            next_action,
            access_suspended_at,
            since,
            version,
        } = user.into();
        Self {
            id,
            user_id,
            given_name,
            family_name,
            email,
            role,
            state,
            last_sign_in,
            lapses_on,
            next_action,
            access_suspended_at,
            since,
            version,
            phone,
            access: rights.access.into_iter().map(Into::into).collect(),
            port_codes: rights.ports,
            sessions: sessions
                .into_iter()
                .map(|s| Session::new(s, Some(own.into())))
                .collect(),
            recent_sign_ins: recent_sign_ins.into_iter().map(Into::into).collect(),
            can: can.into(),
        }
    }
}

wire_enums! {
    /// Where a right comes from.
    RightSource = users::Source {
        /// The Account Owner may do everything.
        Owner,
        /// A proxy may do everything in every sub-account.
        Proxy,
        /// Assigned to the person.
        Assigned,
        /// There is none.
        None,
    }
}

/// A right with its reason.
#[derive(Serialize, ToSchema)]
pub(crate) struct RightExplained {
    /// The level: of structure `none`, `read`, `write`; of records `none`, `read`; of reports `none`, `run`, `share`.
    #[schema(example = "read")]
    level: String,
    /// Where it comes from.
    source: RightSource,
    /// The reason in words.
    why: String,
}

impl From<users::RightExplained> for RightExplained {
    fn from(right: users::RightExplained) -> Self {
        let users::RightExplained { level, source, why } = right;
        Self {
            level: level.to_owned(),
            source: source.into(),
            why,
        }
    }
}

/// The rights in one sub-account.
#[derive(Serialize, ToSchema)]
pub(crate) struct SubAccountRights {
    /// The sub-account.
    sub_account_id: Uuid,
    /// Its name.
    name: String,
    /// The business activity that it carries.
    activity: BusinessActivity,
    /// Structure.
    structure: RightExplained,
    /// Trade records.
    records: RightExplained,
    /// Reports.
    reports: RightExplained,
}

/// Why a person can, or cannot.
#[derive(Serialize, ToSchema)]
pub(crate) struct EffectiveAccess {
    /// The person.
    user: PersonRef,
    /// Role in this account.
    role: MemberRole,
    /// Whether and why the person cannot sign in.
    state: UserState,
    /// Per sub-account, by name.
    sub_accounts: Vec<SubAccountRights>,
    /// Ports that records are limited to; empty for all.
    port_codes: Vec<String>,
    /// Whether the person can sign in at this moment.
    can_sign_in: bool,
    /// What decides, in sentences.
    explanations: Vec<String>,
}

impl From<users::EffectiveAccess> for EffectiveAccess {
    fn from(found: users::EffectiveAccess) -> Self {
        let users::EffectiveAccess {
            user,
            sub_accounts,
            ports,
            can_sign_in,
            explanations,
        } = found;
        let person = user.member.user;
        let name = person.full_name();
        Self {
            user: PersonRef::new(person.id, person.user_name, name),
            role: user.member.role.into(),
            state: user.state.into(),
            sub_accounts: sub_accounts
                .into_iter()
                .map(|rights| {
                    let users::SubAccountRights {
                        place,
                        structure,
                        records,
                        reports,
                    } = rights;
                    SubAccountRights {
                        sub_account_id: place.id.into(),
                        name: place.name,
                        activity: place.activity.into(),
                        structure: structure.into(),
                        records: records.into(),
                        reports: reports.into(),
                    }
                })
                .collect(),
            port_codes: ports,
            can_sign_in,
            explanations,
        }
    }
}

/// Read a user of an account
///
/// With rights, open sessions, recent sign-ins, and what the reader can do, with the reason where not. For the Account
/// Owner, proxies and staff.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account"), ("user_id" = Uuid, Path, description = "The person")), responses((status = 200, description = "The person", body = AccountUserDetail)))]
#[get("/accounts/{id}/users/{user_id}")]
pub(crate) async fn get_user(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, user) = path.0;
    let found = users::detail(
        &authed.actor,
        authed.services(),
        account.into(),
        user.into(),
    )
    .await?;
    let version = found.user.member.version;
    let body = AccountUserDetail::new(found, authed.actor.session);
    Ok(versioned(StatusCode::OK, version, &body))
}

/// Explain what a user can do
///
/// Why can, why can't this person …: each right with where it comes from, and in sentences everything that stands in the
/// way: locks, an invitation that was not redeemed, terms that were not accepted, ports.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "The account"), ("user_id" = Uuid, Path, description = "The person")), responses((status = 200, description = "What the person can do, and why", body = EffectiveAccess)))]
#[get("/accounts/{id}/users/{user_id}/effective-access")]
pub(crate) async fn get_effective_access(
    authed: Authed,
    path: Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, Problem> {
    let (account, user) = path.0;
    let found = users::explain(
        &authed.actor,
        authed.services(),
        account.into(),
        user.into(),
    )
    .await?;
    Ok(HttpResponse::Ok().json(EffectiveAccess::from(found)))
}
