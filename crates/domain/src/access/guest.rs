//! A person in somebody else's account: what the grants that lead there let the person see at this request (R9).

use chrono::{DateTime, Utc};

use crate::grants::{GrantRights, GrantScope, NotInEffect, SubAccounts};
use crate::ids::{AccountId, CompanyId, GrantId, SubAccountId};

/// One grant that the person can use at this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The grant.
    pub grant: GrantId,
    /// The person's own account that holds it.
    pub recipient: AccountId,
    /// What the person sees through it: the grant as far as it was passed on.
    pub scope: GrantScope,
    /// Until when; none until revoked.
    pub until: Option<DateTime<Utc>>,
    /// When the person last used it, as far as it is on record.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Whether the person can see anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Through these, at least one.
    Seated(Vec<Seat>),
    /// Not any more, or not yet.
    Not(NotInEffect),
}

/// How a person stands in a foreign account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// The foreign account.
    pub account: AccountId,
    /// The company that holds it.
    pub company: CompanyId,
    /// What can be seen there.
    pub standing: Standing,
}

impl Guest {
    /// The grants that can be used.
    #[must_use]
    pub fn seats(&self) -> &[Seat] {
        match &self.standing {
            Standing::Seated(seats) => seats,
            Standing::Not(_) => &[],
        }
    }

    /// True when some grant gives a right.
    #[must_use]
    pub fn has(&self, right: impl Fn(&GrantRights) -> bool) -> bool {
        self.seats().iter().any(|s| right(&s.scope.rights))
    }

    /// True when the account's own profile may be read.
    #[must_use]
    pub fn sees_profile(&self) -> bool {
        self.seats()
            .iter()
            .any(|s| s.scope.top_level && s.scope.rights.structure)
    }

    /// True when the structure of a sub-account may be read.
    #[must_use]
    pub fn sees_structure(&self, id: SubAccountId) -> bool {
        self.seats()
            .iter()
            .any(|s| s.scope.rights.structure && s.scope.sub_accounts.has(id))
    }

    /// The sub-accounts whose structure may be read; `None` means all of them.
    #[must_use]
    pub fn structure(&self) -> Option<Vec<SubAccountId>> {
        let mut named = Vec::new();
        for seat in self.seats().iter().filter(|s| s.scope.rights.structure) {
            match &seat.scope.sub_accounts {
                SubAccounts::All => return None,
                SubAccounts::Named(ids) => named.extend(ids.iter().copied()),
            }
        }
        named.sort_unstable();
        named.dedup();
        Some(named)
    }
}
