//! What a reader may see. Made by the policy only; the store's finders refuse to run without one.

use crate::ids::{AccountId, SubAccountId, UserId};

/// The part of the portal that a reader may see. There is no way to make one outside the policy.
#[derive(Clone, Debug)]
pub struct Scope(Inner);

#[derive(Clone, Debug)]
enum Inner {
    Everything { reason: &'static str },
    Accounts(Vec<AccountScope>),
}

#[derive(Clone, Debug)]
pub(super) struct AccountScope {
    pub(super) account: AccountId,
    /// `None` means all sub-accounts.
    pub(super) sub_accounts: Option<Vec<SubAccountId>>,
}

impl Scope {
    pub(super) fn everything(reason: &'static str) -> Self {
        Self(Inner::Everything { reason })
    }

    pub(super) fn of(accounts: Vec<AccountScope>) -> Self {
        Self(Inner::Accounts(accounts))
    }

    /// The accounts that may be seen; `None` means all of them.
    #[must_use]
    pub fn accounts(&self) -> Option<Vec<AccountId>> {
        match &self.0 {
            Inner::Everything { .. } => None,
            Inner::Accounts(list) => Some(list.iter().map(|a| a.account).collect()),
        }
    }

    /// True when the account may be seen.
    #[must_use]
    pub fn contains(&self, account: AccountId) -> bool {
        match &self.0 {
            Inner::Everything { .. } => true,
            Inner::Accounts(list) => list.iter().any(|a| a.account == account),
        }
    }

    /// The sub-accounts of an account whose structure may be seen; `None` means all of them.
    #[must_use]
    pub fn sub_accounts(&self, account: AccountId) -> Option<Vec<SubAccountId>> {
        match &self.0 {
            Inner::Everything { .. } => None,
            Inner::Accounts(list) => match list.iter().find(|a| a.account == account) {
                Some(found) => found.sub_accounts.clone(),
                None => Some(Vec::new()),
            },
        }
    }

    /// Why everything may be seen, when it may.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match &self.0 {
            Inner::Everything { reason } => Some(reason),
            Inner::Accounts(_) => None,
        }
    }
}

/// Where a person may look for accounts as a guest: the own accounts through which grants are received. Made by the
/// policy only; the store finds the accounts themselves, with the rows as they are at that moment.
#[derive(Clone, Debug)]
pub struct Seats {
    user: UserId,
    own: Vec<(AccountId, bool)>,
}

impl Seats {
    pub(super) fn of(user: UserId, own: Vec<(AccountId, bool)>) -> Self {
        Self { user, own }
    }

    /// The person.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.user
    }

    /// The own accounts, and whether the person owns them: the owner has every grant that the account received.
    #[must_use]
    pub fn own(&self) -> &[(AccountId, bool)] {
        &self.own
    }
}
