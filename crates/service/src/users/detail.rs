//! One person of an account: rights, sessions, recent sign-ins, and what the viewer may do, with the reason why not.

use quaymaster_domain::access::{Action, Actor, Denied, PersonalAct, Thing, may, require_read};
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::members::MemberRole;
use quaymaster_store::members::{self, Rights};
use quaymaster_store::sessions::{self, Session};
use quaymaster_store::sign_ins::{self, SignInEvent};
use quaymaster_store::{PageRequest, StoreError};

use super::{AccountUser, Lens, Member, PersonError, StateFilter, place, rights};
use crate::Services;
use crate::error::Fault;

/// How many sessions and sign-ins are shown.
const SHOWN: u64 = 20;

/// A person of an account, in full.
#[derive(Clone, Debug)]
pub struct Detail {
    /// What the list shows.
    pub user: AccountUser,
    /// Assigned rights; owners and proxies have all without any.
    pub rights: Rights,
    /// Open sessions, newest first.
    pub sessions: Vec<Session>,
    /// The last sign-ins and attempts, newest first.
    pub recent_sign_ins: Vec<SignInEvent>,
    /// What the viewer may do.
    pub can: Capabilities,
}

/// Whether something can be done, and if not, why.
pub type Capability = Result<(), String>;

/// What the viewer may do about a person.
#[derive(Clone, Debug)]
pub struct Capabilities {
    /// Lift failed attempts or dormancy.
    pub reactivate: Capability,
    /// Shut the person out.
    pub suspend: Capability,
    /// Make a proxy of a user, or a user of a proxy.
    pub change_role: Capability,
    /// Assign rights.
    pub change_access: Capability,
    /// Take the person out of the account.
    pub remove: Capability,
    /// Hand the account over to the person.
    pub hand_over: Capability,
}

/// One person of an account.
///
/// # Errors
/// [`Fault::NotFound`], and [`Fault::Denied`] when the actor may not see the people of the account.
pub async fn detail(
    actor: &Actor,
    s: &Services,
    account: AccountId,
    user: UserId,
) -> Result<Detail, Fault> {
    let at = place(actor, s, account).await?;
    let scope = require_read(actor, Action::ReadUserDetail, &Thing::Account(at))?;
    let reader = s.db.reader();
    let member = members::find(&reader, &scope, account, user)
        .await?
        .ok_or(Fault::NotFound)?;
    let lens = Lens::over(actor, s, at, &reader, &[user]).await?;
    let page = PageRequest {
        limit: SHOWN,
        after: None,
    };
    let idle_since = lens.now - s.settings.session_idle;
    let open = sessions::open_of(&reader, user, lens.now, idle_since, &page).await?;
    let recent = sign_ins::of_user(&reader, user, &page).await?;
    Ok(Detail {
        rights: rights::of(&reader, account, user).await?,
        sessions: open.items,
        recent_sign_ins: recent.items,
        can: lens.capabilities(&member)?,
        user: lens.view(member)?,
    })
}

impl Lens<'_> {
    /// What the actor may do about a member.
    pub(crate) fn capabilities(&self, member: &Member) -> Result<Capabilities, StoreError> {
        let state = self.view(member.clone())?.state.kind;
        let here = self.member(member);
        let ask = |action, thing: &Thing| may(self.actor, action, thing).map_err(|d| words(&d));
        let unless = |unfit: bool, why: &str| if unfit { Err(why.to_owned()) } else { Ok(()) };
        let owner = member.role == MemberRole::Owner;
        let oneself = member.user.id == self.actor.user;
        let last_owner = || unless(owner && oneself, &PersonError::LastOwner.to_string());
        Ok(Capabilities {
            reactivate: ask(
                Action::ReactivateUser,
                &self.person(member, PersonalAct::Help),
            )
            .and_then(|()| match state {
                StateFilter::FailedAttempts | StateFilter::Dormant => Ok(()),
                StateFilter::Suspended => {
                    Err("this person is suspended; lift the suspension instead".to_owned())
                }
                StateFilter::Invited => {
                    Err("this person has not redeemed the invitation".to_owned())
                }
                StateFilter::Active => Err("this person is not locked".to_owned()),
            }),
            suspend: self
                .may_harm(Action::SuspendUser, member)
                .map_err(|e| e.to_string())
                .and_then(|()| {
                    unless(
                        state == StateFilter::Suspended,
                        "this person is suspended already",
                    )
                }),
            change_role: last_owner().and_then(|()| ask(Action::ChangeProxies, &here)),
            change_access: ask(Action::UpdateUserAccess, &here).and_then(|()| {
                unless(
                    member.role != MemberRole::User,
                    "a Proxy Account Owner may do everything in the account; make the person a user to assign single rights",
                )
            }),
            remove: last_owner().and_then(|()| ask(Action::RemoveUser, &here)),
            hand_over: ask(Action::ReplaceOwner, &Thing::Account(self.at))
                .and_then(|()| unless(owner, "this person is the Account Owner"))
                .and_then(|()| {
                    unless(
                        state != StateFilter::Active,
                        "the next Account Owner must be able to sign in",
                    )
                }),
        })
    }

    /// May the actor shut the person out? Tells apart a lack of power here from a lack of power elsewhere.
    pub(crate) fn may_harm(&self, action: Action, member: &Member) -> Result<(), PersonError> {
        match may(self.actor, action, &self.person(member, PersonalAct::Harm)) {
            Ok(()) => Ok(()),
            Err(Denied::NotAboveTarget)
                if may(self.actor, action, &self.member(member)).is_ok() =>
            {
                Err(PersonError::PowerElsewhere)
            }
            Err(denied) => Err(denied.into()),
        }
    }
}

fn words(denied: &Denied) -> String {
    denied.to_string()
}
