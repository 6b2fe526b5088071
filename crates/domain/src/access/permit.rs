//! The proof that the policy was asked and said yes. A write cannot be committed without one, and its audit row is
//! made from it.

use super::actions::Action;
use super::actor::{Actor, Origin};
use crate::ids::{AccountId, ApiClientId, CompanyId, SessionId, UserId};

/// Areas of acts after which everybody sees what they saw before.
const LEAVES_ACCESS_ALONE: &[&str] = &[
    "audit",
    "canned_answer",
    "case",
    "dormancy",
    "event",
    "me",
    "notice",
    "password_reset",
    "record",
    "report",
    "report_schedule",
    "session",
    "terms",
    "webhook",
];

/// What kind of caller acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// A person of a company.
    User,
    /// One of the operator's people.
    Staff,
    /// The portal itself: a job or the command line.
    System,
    /// Somebody who has not signed in.
    Anonymous,
    /// A program that acts for an account.
    Client,
}

impl ActorKind {
    /// The word in the audit trail.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Staff => "staff",
            Self::System => "system",
            Self::Anonymous => "anonymous",
            Self::Client => "client",
        }
    }
}

/// Who acted, as the audit trail keeps it.
#[derive(Clone, Debug)]
pub struct ActorStamp {
    /// What kind of caller.
    pub kind: ActorKind,
    /// The person, when there is one.
    pub user: Option<UserId>,
    /// The program, when there is one.
    pub client: Option<ApiClientId>,
    /// The name at that moment.
    pub name: String,
    /// The session, when there is one.
    pub session: Option<SessionId>,
    /// Request id and network.
    pub origin: Origin,
}

/// The policy's yes. Private fields: only this crate's policy makes one.
#[must_use = "a permit is what a write is committed with"]
#[derive(Clone, Debug)]
pub struct Permit(PermitParts);

/// The parts of a permit, for the writer of the audit row.
#[derive(Clone, Debug)]
pub struct PermitParts {
    /// Who.
    pub actor: ActorStamp,
    /// The action's name.
    pub action: &'static str,
    /// Why it was allowed, e.g. `owner of the account`.
    pub basis: &'static str,
    /// What was acted on: kind, id, label.
    pub subject: (&'static str, Option<String>, String),
    /// The account it belongs to.
    pub account: Option<AccountId>,
    /// The company it belongs to.
    pub company: Option<CompanyId>,
    /// The reason given by the actor.
    pub reason: Option<String>,
    /// State before, as JSON text.
    pub before: Option<String>,
    /// State after, as JSON text.
    pub after: Option<String>,
}

impl Permit {
    pub(super) fn granted(
        actor: &Actor,
        action: Action,
        basis: &'static str,
        account: Option<AccountId>,
        company: Option<CompanyId>,
    ) -> Self {
        let client = actor.client.as_ref().map(|client| client.id);
        let kind = if client.is_some() {
            ActorKind::Client
        } else if account.is_some_and(|a| actor.membership(a).is_some()) || actor.staff.is_none() {
            ActorKind::User
        } else {
            ActorKind::Staff
        };
        Self(PermitParts {
            actor: ActorStamp {
                kind,
                user: client.is_none().then_some(actor.user),
                client,
                name: actor.name.clone(),
                session: client.is_none().then_some(actor.session),
                origin: actor.origin.clone(),
            },
            action: action.name(),
            basis,
            subject: ("portal", None, String::new()),
            account,
            company,
            reason: None,
            before: None,
            after: None,
        })
    }

    /// For what the portal does by itself: jobs, the command line.
    pub fn system(action: &'static str, name: &str) -> Self {
        let origin = Origin {
            request_id: String::new(),
            network: String::new(),
        };
        Self::unsigned(ActorKind::System, action, name, "the portal itself", origin)
    }

    /// For what is done before anybody has signed in: sign-in, reset, redemption.
    pub fn anonymous(action: &'static str, origin: Origin) -> Self {
        Self::unsigned(
            ActorKind::Anonymous,
            action,
            "",
            "open to everybody",
            origin,
        )
    }

    fn unsigned(
        kind: ActorKind,
        action: &'static str,
        name: &str,
        basis: &'static str,
        origin: Origin,
    ) -> Self {
        Self(PermitParts {
            actor: ActorStamp {
                kind,
                user: None,
                client: None,
                name: name.to_owned(),
                session: None,
                origin,
            },
            action,
            basis,
            subject: ("portal", None, String::new()),
            account: None,
            company: None,
            reason: None,
            before: None,
            after: None,
        })
    }

    /// Names what was acted on.
    pub fn about(
        mut self,
        kind: &'static str,
        id: impl ToString,
        label: impl Into<String>,
    ) -> Self {
        self.0.subject = (kind, Some(id.to_string()), label.into());
        self
    }

    /// Names the account and company in whose trail the act belongs (for acts of staff, jobs and anonymous callers).
    pub fn within(mut self, account: Option<AccountId>, company: Option<CompanyId>) -> Self {
        self.0.account = account.or(self.0.account);
        self.0.company = company.or(self.0.company);
        self
    }

    /// Names the person whom an anonymous act turned out to be, e.g. after a sign-in.
    pub fn by(mut self, user: UserId, name: &str) -> Self {
        self.0.actor.user = Some(user);
        name.clone_into(&mut self.0.actor.name);
        self
    }

    /// As [`by`](Self::by), for a program.
    pub fn by_client(mut self, client: ApiClientId, name: &str) -> Self {
        self.0.actor.client = Some(client);
        name.clone_into(&mut self.0.actor.name);
        self
    }

    /// False only for acts that have nothing to do with who may see what. Everything else counts as a change of access, so that
    /// an act that is new to this list is at worst looked at once too often.
    #[must_use]
    pub fn may_change_access(&self) -> bool {
        let action = self.0.action;
        let area = action.split('.').next().unwrap_or(action);
        !LEAVES_ACCESS_ALONE.contains(&area) && !action.contains(".read")
    }

    /// Keeps the reason that the actor gave.
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.0.reason = Some(reason.into());
        self
    }

    /// Keeps the state before and after, as JSON text. Never put secrets in either.
    pub fn change(mut self, before: Option<String>, after: Option<String>) -> Self {
        self.0.before = before;
        self.0.after = after;
        self
    }

    /// The parts, for the writer of the audit row.
    #[must_use]
    pub fn into_parts(self) -> PermitParts {
        self.0
    }
}
