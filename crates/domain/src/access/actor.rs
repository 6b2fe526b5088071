//! Who is asking: the signed-in person with roles as they are at this request, and where the request comes from.

use chrono::{DateTime, Utc};

use uuid::Uuid;

use super::guest::Guest;
use crate::api_clients::ApiScope;
use crate::ids::{AccountId, ApiClientId, CompanyId, SessionId, SubAccountId, UserId};
use crate::members::{
    MemberRole, RecordsLevel, ReportsLevel, StaffRole, StructureLevel, SubAccountAccess,
};

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

/// A program that acts for an account, as it stands at this request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActingClient {
    /// Which one.
    pub id: ApiClientId,
    /// The account that it acts for.
    pub account: AccountId,
    /// The company that holds it.
    pub company: CompanyId,
    /// What its token and its account both allow.
    pub scopes: Vec<ApiScope>,
    /// The sub-accounts that it reaches: the account's, as far as it is not limited to some.
    pub sub_accounts: Vec<SubAccountId>,
}

impl ActingClient {
    /// True when it has the scope.
    #[must_use]
    pub fn has(&self, scope: ApiScope) -> bool {
        self.scopes.contains(&scope)
    }

    /// The rows that it may see, said like the rights of a user of the account. Whether it may do something at all is
    /// decided by its scopes before.
    fn rows(&self) -> Membership {
        let structure = if self.has(ApiScope::IdentifiersWrite) {
            StructureLevel::Write
        } else if self.has(ApiScope::StructureRead) {
            StructureLevel::Read
        } else {
            StructureLevel::None
        };
        let records = if self.has(ApiScope::RecordsRead) {
            RecordsLevel::Read
        } else {
            RecordsLevel::None
        };
        let access = self.sub_accounts.iter().map(|id| SubAccountAccess {
            sub_account_id: *id,
            structure,
            records,
            reports: ReportsLevel::None,
        });
        Membership {
            account: self.account,
            company: self.company,
            role: MemberRole::User,
            access: access.collect(),
        }
    }
}

/// Who is asking: a signed-in person, or a program that acts for an account.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who; nobody when a program asks, so that nothing of any person is its own.
    pub user: UserId,
    /// The program, when one asks.
    pub client: Option<ActingClient>,
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
    /// A program as the one who asks. It is no person: no session, no proof of identity, no role.
    #[must_use]
    pub fn program(client: ActingClient, name: String, now: DateTime<Utc>, origin: Origin) -> Self {
        Self {
            user: UserId(Uuid::nil()),
            memberships: vec![client.rows()],
            client: Some(client),
            name,
            staff: None,
            guest: None,
            session: SessionId(Uuid::nil()),
            proved_at: DateTime::UNIX_EPOCH,
            now,
            origin,
        }
    }

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
