//! What a grant covers: sub-accounts and rights, with "no more than" and "what both have". No states, no people.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::ids::SubAccountId;
use serde::{Deserialize, Serialize};

use crate::members::words;

words! {
    /// Which trade records, fewest first.
    RecordsScope {
        /// None.
        None = "none",
        /// Those that the recipient filed.
        OwnFilings = "own_filings",
        /// All of them.
        All = "all",
    }
}

/// What may be done within the sub-accounts of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantRights {
    /// Read the structure: sub-accounts and identifiers.
    pub structure: bool,
    /// Read trade records.
    pub records: RecordsScope,
    /// Run reports.
    pub reports: bool,
    /// See the account's users.
    pub users: bool,
}

impl GrantRights {
    /// No right at all.
    pub const NONE: Self = Self {
        structure: false,
        records: RecordsScope::None,
        reports: false,
        users: false,
    };

    /// Every right that a grant can give.
    pub const ALL: Self = Self {
        structure: true,
        records: RecordsScope::All,
        reports: true,
        users: true,
    };

    /// True when there is no right in it.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::NONE
    }

    /// What both have.
    #[must_use]
    pub fn meet(self, other: Self) -> Self {
        Self {
            structure: self.structure && other.structure,
            records: self.records.min(other.records),
            reports: self.reports && other.reports,
            users: self.users && other.users,
        }
    }

    /// What either has.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self {
            structure: self.structure || other.structure,
            records: self.records.max(other.records),
            reports: self.reports || other.reports,
            users: self.users || other.users,
        }
    }

    /// True when `other` has all of this.
    #[must_use]
    pub fn within(self, other: Self) -> bool {
        self.meet(other) == self
    }
}

/// Which sub-accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubAccounts {
    /// All, also those that are created later.
    All,
    /// These.
    Named(BTreeSet<SubAccountId>),
}

impl SubAccounts {
    /// What both have.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, some) | (some, Self::All) => some.clone(),
            (Self::Named(a), Self::Named(b)) => Self::Named(a.intersection(b).copied().collect()),
        }
    }

    /// True when `other` has all of these.
    #[must_use]
    pub fn within(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::All) => true,
            (Self::All, Self::Named(_)) => false,
            (Self::Named(a), Self::Named(b)) => a.is_subset(b),
        }
    }

    /// True when this one is among them.
    #[must_use]
    pub fn has(&self, id: SubAccountId) -> bool {
        match self {
            Self::All => true,
            Self::Named(ids) => ids.contains(&id),
        }
    }

    /// The named ones; none when all are meant.
    #[must_use]
    pub fn named(&self) -> Vec<SubAccountId> {
        match self {
            Self::All => Vec::new(),
            Self::Named(ids) => ids.iter().copied().collect(),
        }
    }
}

/// What a grant covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantScope {
    /// Which sub-accounts.
    pub sub_accounts: SubAccounts,
    /// The account's own profile: contacts, addresses, business activities.
    pub top_level: bool,
    /// What may be done there.
    pub rights: GrantRights,
}

impl GrantScope {
    /// Covers nothing.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            sub_accounts: SubAccounts::Named(BTreeSet::new()),
            top_level: false,
            rights: GrantRights::NONE,
        }
    }

    /// What both cover.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        Self {
            sub_accounts: self.sub_accounts.meet(&other.sub_accounts),
            top_level: self.top_level && other.top_level,
            rights: self.rights.meet(other.rights),
        }
    }

    /// True when `other` covers all of this.
    #[must_use]
    pub fn within(&self, other: &Self) -> bool {
        self.sub_accounts.within(&other.sub_accounts)
            && (!self.top_level || other.top_level)
            && self.rights.within(other.rights)
    }
}

/// True when an end at `one` is later than an end at `other`; no end is the latest.
#[must_use]
pub fn lasts_longer(one: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> bool {
    match (one, other) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(one), Some(other)) => one > other,
    }
}
