//! The decision itself. Hidden things are denied as absent; visible ones with the rule that forbids.

use chrono::Duration;

use super::actions::{Action, GuestNeed, MemberNeed};
use super::actor::{ActingClient, Actor, Membership};
use super::guest::{Guest, Standing};
use super::permit::Permit;
use super::scope::{AccountScope, Scope, Seats};
use crate::api_clients::ApiScope;
use crate::grants::NotInEffect;
use crate::ids::{AccountId, CompanyId, SubAccountId, UserId};
use crate::members::{MemberRole, StaffRole, StructureLevel};

/// How old a proof of identity may be for actions that ask for a fresh one.
const FRESH_PROOF: Duration = Duration::minutes(10);

/// An account together with its company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountRef {
    /// The account.
    pub account: AccountId,
    /// The company that holds it.
    pub company: CompanyId,
}

/// What is acted on.
#[derive(Clone, Copy, Debug)]
pub enum Thing {
    /// The portal as a whole: register, companies, staff, terms.
    Portal,
    /// The actor.
    Oneself,
    /// An account.
    Account(AccountRef),
    /// A sub-account of an account.
    SubAccount(AccountRef, SubAccountId),
    /// Another person in an account, with the role held there.
    Member(AccountRef, UserId, MemberRole),
}

/// The policy's no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Not to be told apart from absent.
    #[error("there is no such thing here, or you may not see it")]
    Hidden,
    /// R11.
    #[error("only the Account Owner may do this; ask the Account Owner of this account")]
    OwnerOnly,
    /// R6.
    #[error(
        "nobody acts on a person of equal or higher power: a proxy acts on Account Users, the owner on proxies and users, and an owner is helped by the self-service password reset or by support"
    )]
    NotAboveTarget,
    /// The role does not allow it.
    #[error(
        "your role does not allow this; ask the Account Owner or a Proxy Account Owner of this account"
    )]
    Forbidden,
    /// A guest whom the grant does not give this.
    #[error(
        "the access that your company was given to this account does not include this; the Account Owner of your own account can ask for more"
    )]
    NotGranted,
    /// A guest whose grant is not in effect.
    #[error("{0}")]
    GrantNotActive(NotInEffect),
    /// Staff without the role.
    #[error("your staff role does not allow this")]
    StaffRole,
    /// Nobody answered for the person in a review of access by its date.
    #[error(
        "your access to this account is suspended, because nobody answered for you in an access review by its date; ask the Account Owner or a Proxy Account Owner to answer now"
    )]
    AccessSuspended,
    /// A program without the scope.
    #[error(
        "this API client does not have the scope {}: {} The Account Owner or a Proxy Account Owner can give it the scope, and the token has to be asked for with it", .0.as_str(), .0.words()
    )]
    ScopeNotGranted(ApiScope),
    /// A program, where no scope helps.
    #[error("this is for people; no scope of an API client allows it")]
    PeopleOnly,
    /// A program from a network that it is not allowed from.
    #[error(
        "this API client may not come from this network; its networks are set by the Account Owner or a Proxy Account Owner"
    )]
    NetworkNotAllowed,
    /// The proof of identity is too old.
    #[error(
        "confirm your password first; this needs a proof of identity that is at most ten minutes old"
    )]
    ProofTooOld,
}

/// May `actor` do `action` to `thing`? The only maker of permits for signed-in people.
///
/// # Errors
/// `Denied::Hidden` when the actor may not even know of the thing, another `Denied` when the rule forbids it.
pub fn require(actor: &Actor, action: Action, thing: &Thing) -> Result<Permit, Denied> {
    let (basis, place) = decide(actor, action, thing)?;
    let permit = Permit::granted(
        actor,
        action,
        basis,
        place.map(|p| p.account),
        place.map(|p| p.company),
    );
    Ok(match thing {
        Thing::Portal => permit,
        Thing::Oneself => permit.about("user", actor.user, actor.name.clone()),
        Thing::Account(at) => permit.about("account", at.account, ""),
        Thing::SubAccount(_, id) => permit.about("sub_account", id, ""),
        Thing::Member(_, user, _) => permit.about("user", user, ""),
    })
}

/// The same question without an act: may this button be offered, and if not, why?
///
/// # Errors
/// As [`require`]. A proof that has grown old does not count here: it can be renewed on the way.
pub fn may(actor: &Actor, action: Action, thing: &Thing) -> Result<(), Denied> {
    match decide(actor, action, thing) {
        Ok(_) | Err(Denied::ProofTooOld) => Ok(()),
        Err(denied) => Err(denied),
    }
}

/// May `actor` read this, and within which scope?
///
/// # Errors
/// As [`require`].
pub fn require_read(actor: &Actor, action: Action, thing: &Thing) -> Result<Scope, Denied> {
    decide(actor, action, thing)?;
    Ok(match thing {
        Thing::Account(at) | Thing::SubAccount(at, _) | Thing::Member(at, ..) => {
            match (actor.membership(at.account), actor.guest(at.account)) {
                (Some(membership), _) => Scope::of(vec![account_scope(membership)]),
                (None, Some(guest)) if actor.staff.is_none() => Scope::of(vec![guest_scope(guest)]),
                (None, _) => Scope::everything("staff role"),
            }
        }
        Thing::Portal => Scope::everything("staff role"),
        Thing::Oneself => scope_of(actor),
    })
}

/// Everything the actor may know of: own accounts, or all of them for staff.
#[must_use]
pub fn scope_of(actor: &Actor) -> Scope {
    if actor.staff.is_some() {
        Scope::everything("staff role")
    } else {
        Scope::of(actor.memberships.iter().map(account_scope).collect())
    }
}

/// One account, for what the portal does by itself.
#[must_use]
pub fn scope_of_job(account: AccountId) -> Scope {
    Scope::of(vec![AccountScope {
        account,
        sub_accounts: None,
    }])
}

/// Where the actor may look for accounts as a guest. Staff see every account anyway.
#[must_use]
pub fn seats_of(actor: &Actor) -> Seats {
    let own = if actor.staff.is_some() {
        Vec::new()
    } else {
        actor
            .memberships
            .iter()
            .map(|m| (m.account, m.role == MemberRole::Owner))
            .collect()
    };
    Seats::of(actor.user, own)
}

fn guest_scope(guest: &Guest) -> AccountScope {
    AccountScope {
        account: guest.account,
        sub_accounts: guest.structure(),
    }
}

fn account_scope(membership: &Membership) -> AccountScope {
    let sub_accounts = (!membership.manages()).then(|| {
        membership
            .access
            .iter()
            .filter(|a| a.structure >= StructureLevel::Read)
            .map(|a| a.sub_account_id)
            .collect()
    });
    AccountScope {
        account: membership.account,
        sub_accounts,
    }
}

fn decide(
    actor: &Actor,
    action: Action,
    thing: &Thing,
) -> Result<(&'static str, Option<AccountRef>), Denied> {
    if let Some(client) = &actor.client {
        return as_client(client, action, thing);
    }
    let (basis, place) = match *thing {
        Thing::Oneself => match action.member_need() {
            MemberNeed::Oneself => ("oneself", None),
            _ => return Err(Denied::Forbidden),
        },
        Thing::Portal => (
            staff(actor, action).map_err(|denied| match denied {
                // A person without a staff role is told so: the portal itself is no secret.
                Denied::Hidden => Denied::Forbidden,
                other => other,
            })?,
            None,
        ),
        Thing::Account(at) => (in_account(actor, action, at, None)?, Some(at)),
        Thing::SubAccount(at, sub_account) => {
            (in_account(actor, action, at, Some(sub_account))?, Some(at))
        }
        Thing::Member(at, target, role) => {
            let basis = in_account(actor, action, at, None)?;
            above(actor, action, at, target, role)?;
            (basis, Some(at))
        }
    };
    if action.needs_fresh_proof() && actor.now - actor.proved_at > FRESH_PROOF {
        return Err(Denied::ProofTooOld);
    }
    Ok((basis, place))
}

fn in_account(
    actor: &Actor,
    action: Action,
    at: AccountRef,
    sub_account: Option<SubAccountId>,
) -> Result<&'static str, Denied> {
    let Some(membership) = actor.membership(at.account) else {
        return match actor.guest(at.account) {
            Some(guest) if actor.staff.is_none() => as_guest(guest, action, sub_account),
            _ => staff(actor, action),
        };
    };
    let role = match membership.role {
        MemberRole::Owner => "owner of the account",
        MemberRole::Proxy => "proxy of the account",
        MemberRole::User => "user of the account",
    };
    let enough = match action.member_need() {
        MemberNeed::Nobody | MemberNeed::Oneself => false,
        MemberNeed::Member => {
            sub_account.is_none_or(|id| membership.structure(id) >= StructureLevel::Read)
        }
        MemberNeed::StructureWrite => match sub_account {
            Some(id) => membership.structure(id) >= StructureLevel::Write,
            None => membership.manages(),
        },
        MemberNeed::Proxy => membership.role >= MemberRole::Proxy,
        MemberNeed::Owner => membership.role >= MemberRole::Owner,
    };
    if enough {
        return Ok(role);
    }
    if sub_account.is_some_and(|id| membership.structure(id) == StructureLevel::None) {
        return Err(Denied::Hidden);
    }
    // A member of staff who also belongs to the account keeps what the staff role allows.
    if actor.staff.is_some_and(|r| action.staff().contains(&r)) {
        return staff(actor, action);
    }
    Err(match (action.member_need(), membership.role) {
        (MemberNeed::Owner, MemberRole::Proxy) => Denied::OwnerOnly,
        _ => Denied::Forbidden,
    })
}

/// A program does what its scopes name, in its own account, and nothing else whatever the action says of people.
fn as_client(
    client: &ActingClient,
    action: Action,
    thing: &Thing,
) -> Result<(&'static str, Option<AccountRef>), Denied> {
    let (at, sub_account) = match *thing {
        Thing::Portal | Thing::Oneself => return Err(Denied::PeopleOnly),
        Thing::Account(at) | Thing::Member(at, ..) => (at, None),
        Thing::SubAccount(at, id) => (at, Some(id)),
    };
    if at.account != client.account
        || sub_account.is_some_and(|id| !client.sub_accounts.contains(&id))
    {
        return Err(Denied::Hidden);
    }
    let needed = action.client_scope().ok_or(Denied::PeopleOnly)?;
    if client.has(needed) {
        Ok(("API client of the account", Some(at)))
    } else {
        Err(Denied::ScopeNotGranted(needed))
    }
}

/// R9: a guest reads what the grants give at this moment, and writes nothing.
fn as_guest(
    guest: &Guest,
    action: Action,
    sub_account: Option<SubAccountId>,
) -> Result<&'static str, Denied> {
    if let Standing::Not(why) = guest.standing {
        return Err(Denied::GrantNotActive(why));
    }
    let structure = guest.has(|r| r.structure);
    let enough = match action.guest_need() {
        GuestNeed::Nothing => false,
        GuestNeed::Any => true,
        GuestNeed::Structure => structure,
        GuestNeed::Profile => guest.sees_profile(),
        GuestNeed::Users => guest.has(|r| r.users),
    };
    match sub_account {
        Some(id) if !guest.sees_structure(id) => Err(if structure {
            Denied::Hidden
        } else {
            Denied::NotGranted
        }),
        _ if enough => Ok("guest of the account"),
        _ => Err(Denied::NotGranted),
    }
}

fn staff(actor: &Actor, action: Action) -> Result<&'static str, Denied> {
    match actor.staff {
        None => Err(Denied::Hidden),
        Some(role) if action.staff().contains(&role) => Ok(match role {
            StaffRole::SupportAgent => "support agent",
            StaffRole::SupportLead => "support lead",
            StaffRole::Registrar => "registrar",
            StaffRole::Auditor => "auditor",
            StaffRole::Administrator => "administrator",
        }),
        Some(_) => Err(Denied::StaffRole),
    }
}

/// R6: acts on a person need more power than the person has. Reading does not.
fn above(
    actor: &Actor,
    action: Action,
    at: AccountRef,
    target: UserId,
    target_role: MemberRole,
) -> Result<(), Denied> {
    let acts_on_person = matches!(
        action,
        Action::ReactivateUser
            | Action::SuspendUser
            | Action::UpdateUserAccess
            | Action::RemoveUser
            | Action::EndUserSession
            | Action::ChangeProxies
            | Action::ResendInvitation
            | Action::RevokeInvitation
            | Action::AnswerAccessReview
    );
    let own_role = actor.membership(at.account).map(|m| m.role);
    if acts_on_person && (target == actor.user || own_role.is_none_or(|own| own <= target_role)) {
        return Err(Denied::NotAboveTarget);
    }
    Ok(())
}
