//! Who is asking: the signed-in person with roles as they are at this request, and where the request comes from.

use chrono::{DateTime, Utc};

use super::guest::Guest;
use crate::ids::{AccountId, CompanyId, SessionId, UserId};
use crate::members::{MemberRole, StaffRole, StructureLevel, SubAccountAccess};

/// Where a request comes from; kept in the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The id that the response, the log and the audit row share.
    pub request_id: String,
    /// The caller's network address as text.
    pub network: String,
}

/// A role in one account, with the rights per sub-account that matter for plain users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The account.
    pub account: AccountId,
    /// The company that holds it.
    pub company: CompanyId,
    /// The role.
    pub role: MemberRole,
    /// Rights per sub-account; owners and proxies have all without any row here.
    pub access: Vec<SubAccountAccess>,
}

/// A signed-in person.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// Full name, as the audit trail shows it.
    pub name: String,
    /// Role among the staff, if any.
    pub staff: Option<StaffRole>,
    /// Roles in accounts.
    pub memberships: Vec<Membership>,
    /// How the person stands in the foreign account that the request names, if a grant leads there.
    pub guest: Option<Guest>,
    /// The session of this request.
    pub session: SessionId,
    /// When the person last proved to be who they are (password), for step-up.
    pub proved_at: DateTime<Utc>,
    /// When this request arrived.
    pub now: DateTime<Utc>,
    /// Where from.
    pub origin: Origin,
}

impl Actor {
    /// The membership in an account, if there is one.
    #[must_use]
    pub fn membership(&self, account: AccountId) -> Option<&Membership> {
        self.memberships.iter().find(|m| m.account == account)
    }

    /// How the person stands in an account as a guest. Whoever is a member there goes by the membership [own].
    #[must_use]
    pub fn guest(&self, account: AccountId) -> Option<&Guest> {
        self.guest
            .as_ref()
            .filter(|g| g.account == account && self.membership(account).is_none())
    }
}

impl Membership {
    /// True for owner and proxy.
    #[must_use]
    pub fn manages(&self) -> bool {
        self.role >= MemberRole::Proxy
    }

    /// The right to the structure of one sub-account.
    #[must_use]
    pub fn structure(&self, sub_account: crate::ids::SubAccountId) -> StructureLevel {
        if self.manages() {
            return StructureLevel::Write;
        }
        self.access
            .iter()
            .find(|a| a.sub_account_id == sub_account)
            .map_or(StructureLevel::None, |a| a.structure)
    }
}
