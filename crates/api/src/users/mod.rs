//! People of an account over HTTP: the shared shapes here, the list in `list`, one person in `detail`, membership in `edit`,
//! helping and stopping people in `locks`.

pub(crate) mod detail;
mod edit;
mod list;
mod locks;

use chrono::{DateTime, NaiveDate, Utc};
use quaymaster_domain::locks as domain;
use quaymaster_service::users::{self, AccountUser as Found, ListedUser, StateFilter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::common::{MemberRole, wire_enums};

pub(crate) use detail::*;
pub(crate) use edit::*;
pub(crate) use list::*;
pub(crate) use locks::*;

wire_enums! {
    /// The state of a person, exclusive.
    UserStateKind = StateFilter {
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
    /// Who may lift a lock.
    LiftedBy = domain::LiftedBy {
        /// The Account Owner.
        Owner,
        /// A Proxy Account Owner.
        Proxy,
        /// Support, for a verified caller.
        Staff,
        /// The person, by resetting the password.
        PasswordReset,
    }
    /// The one thing that the reader can do next about a person.
    NextAction = users::NextAction {
        /// Reactivate.
        Reactivate,
        /// Lift the suspension.
        LiftSuspension,
        /// Send the invitation again.
        ResendInvitation,
    }
}

/// Whether and why a person cannot sign in.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserState {
    /// Which state.
    kind: UserStateKind,
    /// Since when; `null` when active.
    since: Option<DateTime<Utc>>,
    /// The reason of a suspension.
    reason: Option<String>,
    /// Who may lift it; empty when there is nothing to lift.
    lifted_by: Vec<LiftedBy>,
}

impl From<users::UserState> for UserState {
    fn from(state: users::UserState) -> Self {
        let users::UserState {
            kind,
            since,
            reason,
            lifted_by,
        } = state;
        Self {
            kind: kind.into(),
            since,
            reason,
            lifted_by: lifted_by.into_iter().map(Into::into).collect(),
        }
    }
}

/// A sign-in.
#[derive(Serialize, ToSchema)]
pub(crate) struct LastSignIn {
    /// When.
    at: DateTime<Utc>,
    /// Browser and system in words.
    #[schema(example = "Firefox on Windows")]
    device: String,
    /// Network address.
    network: String,
}

impl LastSignIn {
    pub(crate) fn new(at: DateTime<Utc>, device: String, network: String) -> Self {
        Self {
            at,
            device,
            network,
        }
    }
}

/// A person in an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountUser {
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
    lapses_on: Option<NaiveDate>,
    /// What the reader can do next.
    next_action: Option<NextAction>,
    /// Since when the access to this account is suspended by an access review; `null` when it is not.
    access_suspended_at: Option<DateTime<Utc>>,
    /// Member since.
    since: DateTime<Utc>,
    /// For `If-Match`.
    version: i64,
}

impl From<Found> for AccountUser {
    fn from(found: Found) -> Self {
        let Found {
            member,
            state,
            lapses_on,
            next_action,
            access_suspended_at,
        } = found;
        let user = member.user;
        Self {
            id: user.id.into(),
            user_id: user.user_name,
            given_name: user.given_name,
            family_name: user.family_name,
            email: user.email,
            role: member.role.into(),
            state: state.into(),
            last_sign_in: user
                .last_sign_in
                .map(|last| LastSignIn::new(last.at, last.device, last.network)),
            lapses_on,
            next_action: next_action.map(Into::into),
            access_suspended_at,
            since: member.since,
            version: member.version,
        }
    }
}

impl From<ListedUser> for AccountUser {
    fn from(found: ListedUser) -> Self {
        let ListedUser {
            member,
            state,
            lapses_on,
            next_action,
            access_suspended_at,
        } = found;
        Self {
            id: member.id.into(),
            user_id: member.user_name,
            given_name: member.given_name,
            family_name: member.family_name,
            email: member.email,
            role: member.role.into(),
            state: state.into(),
            last_sign_in: member
                .last_sign_in
                .map(|last| LastSignIn::new(last.at, last.device, last.network)),
            lapses_on,
            next_action: next_action.map(Into::into),
            access_suspended_at,
            since: member.since,
            version: member.version,
        }
    }
}
