//! A member as owner, proxies and staff see it: lock state, who may lift it, and the one next action of the viewer.

use std::collections::HashMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use quaymaster_domain::access::{AccountRef, Action, Actor, PersonalAct, Roles, Thing, may};
use quaymaster_domain::ids::{AccountId, UserId};
use quaymaster_domain::locks::{
    self, LiftedBy, LockKind, LockPolicy, LockState, SuspendedBy, UserLockFacts,
};
use quaymaster_domain::members::MemberRole;
use quaymaster_store::members::{self, DormancyLine, ListedMember, Member, StateFilter};
use quaymaster_store::{Handle, StoreError, access_reviews};

use crate::Services;

/// The state of a person, with everything that owner, proxies and staff are told about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserState {
    /// Which one; each excludes the others.
    pub kind: StateFilter,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
    /// The reason of a suspension.
    pub reason: Option<String>,
    /// Who may lift it.
    pub lifted_by: Vec<LiftedBy>,
}

/// What the viewer would do next about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextAction {
    /// Lift failed attempts or dormancy.
    Reactivate,
    /// Lift the suspension.
    LiftSuspension,
    /// Send the invitation again.
    ResendInvitation,
}

/// A member of an account at this moment.
#[derive(Clone, Debug)]
pub struct AccountUser {
    /// The membership and the person.
    pub member: Member,
    /// The state.
    pub state: UserState,
    /// The day on which the 45 days end, when nothing else locks.
    pub lapses_on: Option<NaiveDate>,
    /// The one thing that the viewer can do about it.
    pub next_action: Option<NextAction>,
    /// Since when a review of access has suspended the access to this account.
    pub access_suspended_at: Option<DateTime<Utc>>,
}

/// A member in the list of an account at this moment.
#[derive(Clone, Debug)]
pub struct ListedUser {
    /// The membership and what is shown of the person.
    pub member: ListedMember,
    /// The state.
    pub state: UserState,
    /// The day on which the 45 days end, when nothing else locks.
    pub lapses_on: Option<NaiveDate>,
    /// The one thing that the viewer can do about it.
    pub next_action: Option<NextAction>,
    /// Since when a review of access has suspended the access to this account.
    pub access_suspended_at: Option<DateTime<Utc>>,
}

/// Whom an act is about, as the policy compares powers.
#[derive(Clone, Copy)]
pub(crate) struct Subject {
    user: UserId,
    account: AccountId,
    role: MemberRole,
    staff: bool,
}

impl From<&Member> for Subject {
    fn from(member: &Member) -> Self {
        Self {
            user: member.user.id,
            account: member.account,
            role: member.role,
            staff: member.user.staff_role.is_some(),
        }
    }
}

impl From<&ListedMember> for Subject {
    fn from(member: &ListedMember) -> Self {
        Self {
            user: member.id,
            account: member.account,
            role: member.role,
            staff: member.staff,
        }
    }
}

/// The line that decides about dormancy at this moment.
#[must_use]
pub fn dormancy_line(s: &Services, now: DateTime<Utc>) -> DormancyLine {
    DormancyLine {
        dormant_before: now - Duration::days(s.settings.dormant_days),
        days: s.settings.dormant_days,
    }
}

/// The state of a person who has `role` where it is looked at from; power decides who may lift.
pub(crate) fn state_of(
    joined: bool,
    facts: &UserLockFacts,
    policy: &LockPolicy,
    power: Option<MemberRole>,
    invited_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> UserState {
    let lock = locks::state(facts, policy, now);
    if !joined && lock.kind() != LockKind::Suspended {
        return UserState {
            kind: StateFilter::Invited,
            since: Some(invited_at),
            reason: None,
            lifted_by: Vec::new(),
        };
    }
    UserState {
        kind: match lock.kind() {
            LockKind::Active => StateFilter::Active,
            LockKind::FailedAttempts => StateFilter::FailedAttempts,
            LockKind::Dormant => StateFilter::Dormant,
            LockKind::Suspended => StateFilter::Suspended,
        },
        since: lock.since(),
        lifted_by: lock.lifted_by(policy, power),
        reason: match lock {
            LockState::Suspended { reason, .. } => Some(reason.to_string()),
            _ => None,
        },
    }
}

/// How an actor sees the members of one account.
pub(crate) struct Lens<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) at: AccountRef,
    pub(crate) policy: LockPolicy,
    pub(crate) now: DateTime<Utc>,
    /// Every role of the people who belong to more than one account; of others, perhaps.
    roles: HashMap<UserId, Vec<(AccountId, MemberRole)>>,
    /// From when on reviews suspend the access of people; many moments lie ahead.
    lapses: HashMap<UserId, DateTime<Utc>>,
}

impl<'a> Lens<'a> {
    /// Reads what is needed to judge these people. Whoever belongs to this account alone may be left out.
    pub(crate) async fn over(
        actor: &'a Actor,
        s: &Services,
        at: AccountRef,
        db: &impl Handle,
        people: &[UserId],
    ) -> Result<Self, StoreError> {
        let mut roles: HashMap<_, Vec<_>> = HashMap::new();
        for (user, account, role) in members::roles_of(db, people).await? {
            roles.entry(user).or_default().push((account, role));
        }
        Ok(Self {
            actor,
            at,
            policy: s.settings.lock_policy(),
            now: s.now(),
            roles,
            lapses: access_reviews::lapses(db, at.account, people).await?,
        })
    }

    /// Reads what is needed to say of further members whether a review has suspended their access.
    pub(crate) async fn and_lapses(
        mut self,
        db: &impl Handle,
        people: &[UserId],
    ) -> Result<Self, StoreError> {
        let found = access_reviews::lapses(db, self.at.account, people).await?;
        self.lapses.extend(found);
        Ok(self)
    }

    fn suspended_at(&self, user: UserId) -> Option<DateTime<Utc>> {
        let lapse = self.lapses.get(&user).copied();
        lapse.filter(|at| *at <= self.now)
    }

    /// Every role of a member.
    pub(crate) fn roles(&self, member: impl Into<Subject>) -> Roles {
        let member = member.into();
        Roles {
            accounts: self
                .roles
                .get(&member.user)
                .cloned()
                .unwrap_or_else(|| vec![(member.account, member.role)]),
            staff: member.staff,
        }
    }

    /// The member as the policy wants it for an act on the person as a whole.
    pub(crate) fn person(&self, member: impl Into<Subject>, act: PersonalAct) -> Thing {
        let member = member.into();
        let power = self.roles(member).power(self.actor, act, self.at.account);
        Thing::Member(self.at, member.user, power)
    }

    /// The member as the policy wants it for an act in this account alone.
    pub(crate) fn member(&self, member: impl Into<Subject>) -> Thing {
        let member = member.into();
        Thing::Member(self.at, member.user, member.role)
    }

    /// The side on which the actor acts in this account.
    pub(crate) fn side(&self) -> LiftedBy {
        match self.actor.membership(self.at.account).map(|m| m.role) {
            Some(MemberRole::Owner) => LiftedBy::Owner,
            Some(_) => LiftedBy::Proxy,
            None => LiftedBy::Staff,
        }
    }

    /// The same side, as the maker of a suspension.
    pub(crate) fn suspender(&self) -> SuspendedBy {
        match self.side() {
            LiftedBy::Owner => SuspendedBy::Owner,
            LiftedBy::Proxy | LiftedBy::PasswordReset => SuspendedBy::Proxy,
            LiftedBy::Staff => SuspendedBy::Staff,
        }
    }

    /// The power that decides who may lift a lock of the person.
    pub(crate) fn power(&self, member: impl Into<Subject>) -> MemberRole {
        let roles = self.roles(member);
        roles.power(self.actor, PersonalAct::Help, self.at.account)
    }

    /// The member as the actor sees it.
    pub(crate) fn view(&self, member: Member) -> Result<AccountUser, StoreError> {
        let facts = member.user.lock_facts()?;
        let joined = member.user.user_name.is_some();
        let subject = Subject::from(&member);
        let (state, lapses_on, next_action) =
            self.judge(subject, joined, &facts, member.user.created_at);
        Ok(AccountUser {
            access_suspended_at: self.suspended_at(member.user.id),
            member,
            state,
            lapses_on,
            next_action,
        })
    }

    /// The same in a list.
    pub(crate) fn view_listed(&self, member: ListedMember) -> ListedUser {
        let joined = member.user_name.is_some();
        let subject = Subject::from(&member);
        let (state, lapses_on, next_action) =
            self.judge(subject, joined, &member.locks, member.created_at);
        ListedUser {
            access_suspended_at: self.suspended_at(member.id),
            member,
            state,
            lapses_on,
            next_action,
        }
    }

    /// State, the day of lapsing and the next action.
    fn judge(
        &self,
        member: Subject,
        joined: bool,
        facts: &UserLockFacts,
        invited_at: DateTime<Utc>,
    ) -> (UserState, Option<NaiveDate>, Option<NextAction>) {
        let power = Some(self.power(member));
        let state = state_of(joined, facts, &self.policy, power, invited_at, self.now);
        let lapses_on =
            (state.kind == StateFilter::Active).then(|| locks::lapses_on(facts, &self.policy));
        let next_action = self.next_action(member, &state);
        (state, lapses_on, next_action)
    }

    fn next_action(&self, member: Subject, state: &UserState) -> Option<NextAction> {
        let helped = || self.person(member, PersonalAct::Help);
        let (action, thing, next) = match state.kind {
            StateFilter::Active => return None,
            StateFilter::FailedAttempts | StateFilter::Dormant => {
                (Action::ReactivateUser, helped(), NextAction::Reactivate)
            }
            StateFilter::Suspended if state.lifted_by.contains(&self.side()) => {
                (Action::SuspendUser, helped(), NextAction::LiftSuspension)
            }
            StateFilter::Suspended => return None,
            StateFilter::Invited => {
                let thing = if self.actor.membership(self.at.account).is_some() {
                    self.member(member)
                } else {
                    Thing::Account(self.at)
                };
                (
                    Action::ResendInvitation,
                    thing,
                    NextAction::ResendInvitation,
                )
            }
        };
        may(self.actor, action, &thing).is_ok().then_some(next)
    }
}

/// The state as the audit trail keeps it.
pub(crate) fn state_json(state: &UserState) -> String {
    let kind = match state.kind {
        StateFilter::Active => "active",
        StateFilter::Invited => "invited",
        StateFilter::FailedAttempts => "failed_attempts",
        StateFilter::Dormant => "dormant",
        StateFilter::Suspended => "suspended",
    };
    serde_json::json!({ "state": kind, "since": state.since, "reason": state.reason }).to_string()
}
