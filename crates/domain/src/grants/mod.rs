//! Cross-account access (DOMAIN section 7): what a grant covers, how it lives, and what a person sees through it. Who may
//! act on a grant is the policy's matter; who the people behind it are is the store's.

mod life;
#[cfg(test)]
mod model;
mod scope;
#[cfg(test)]
mod tests;

pub use life::{Changed, Doing, EndedHow, Grant, GrantRefusal, GrantState, NotInEffect, Offer};
pub use scope::{GrantRights, GrantScope, RecordsScope, SubAccounts, lasts_longer};

use chrono::{DateTime, Utc};

use crate::activities::BusinessActivity;
use crate::identifiers::IdentifierKind;
use crate::members::words;
use serde::{Deserialize, Serialize};

words! {
    /// One of the two accounts of a grant.
    GrantSide {
        /// Lets the other see it: the client.
        Grantor = "grantor",
        /// Sees the other: the broker.
        Recipient = "recipient",
    }
}

impl GrantSide {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Grantor => Self::Recipient,
            Self::Recipient => Self::Grantor,
        }
    }
}

words! {
    /// How a person of the recipient comes to a grant.
    Via {
        /// Owner of the recipient: the grant is the owner's to pass on.
        Owner = "owner",
        /// Assigned singly.
        Assigned = "assigned",
        /// Through a team that looks after a group of clients.
        Team = "team",
    }
}

/// How many months a grant lasts unless it is said otherwise [own].
pub const DEFAULT_MONTHS: u32 = 12;

/// The days before the end on which both sides are reminded, the earliest first.
pub const REMINDER_DAYS: [i64; 3] = [30, 7, 1];

/// What was passed on to a person; `None` means all of the grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// How.
    pub via: Via,
    /// Which rights.
    pub rights: Option<GrantRights>,
}

/// A person of the recipient, seen from a grant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beneficiary {
    /// Everything by which the grant is passed on to the person; empty for somebody who left or was never assigned.
    pub assignments: Vec<Assignment>,
    /// The grantor does not want to see this person.
    pub removed: bool,
}

/// What a person sees through a grant at `now` (R9): the grant, as far as it was passed on. Nothing when it is not in
/// effect, when it was not passed on, or when the grantor has removed the person.
#[must_use]
pub fn effective(
    grant: &Grant,
    both_open: bool,
    person: &Beneficiary,
    now: DateTime<Utc>,
) -> GrantScope {
    if !both_open || person.removed || grant.in_effect(now).is_err() {
        return GrantScope::nothing();
    }
    let passed_on = person
        .assignments
        .iter()
        .map(|a| a.rights.unwrap_or(GrantRights::ALL))
        .fold(GrantRights::NONE, GrantRights::join);
    let rights = passed_on.meet(grant.offer.scope.rights);
    if rights.is_nothing() {
        return GrantScope::nothing();
    }
    GrantScope {
        rights,
        ..grant.offer.scope.clone()
    }
}

/// Whether a sub-account with this activity has trade records: entry summaries are found by importer number and filer
/// code. A right to records of any other sub-account would promise what there is not.
#[must_use]
pub fn has_records(activity: BusinessActivity) -> bool {
    activity.identifier_kinds().iter().any(|kind| {
        matches!(
            kind,
            IdentifierKind::ImporterNumber | IdentifierKind::FilerCode
        )
    })
}

/// The reminder that is due: the smallest of [`REMINDER_DAYS`] that the end is not further away than.
#[must_use]
pub fn reminder_due(ends_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<i64> {
    if ends_at <= now {
        return None;
    }
    let left = ends_at - now;
    REMINDER_DAYS
        .into_iter()
        .rev()
        .find(|days| left <= chrono::Duration::days(*days))
}
