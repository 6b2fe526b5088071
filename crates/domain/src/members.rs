//! Roles of people in an account and among the operator's staff, and what a person may do per sub-account.

use serde::{Deserialize, Serialize};

use crate::ids::SubAccountId;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used on the wire and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word back; `None` for any other text.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// A person's role in one account (DOMAIN section 1), weakest first.
    MemberRole {
        /// Sees and does what was assigned per sub-account.
        User = "user",
        /// May do what the owner may, except what R11 keeps for the owner.
        Proxy = "proxy",
        /// Answers for the account; exactly one at every moment (R8).
        Owner = "owner",
    }
}

words! {
    /// A role among the people who operate the portal.
    StaffRole {
        /// Works on cases.
        SupportAgent = "support_agent",
        /// Leads support.
        SupportLead = "support_lead",
        /// Keeps the register, applications and restricted activities.
        Registrar = "registrar",
        /// Reads everything, changes nothing.
        Auditor = "auditor",
        /// Runs the portal: staff, terms, settings.
        Administrator = "administrator",
    }
}

words! {
    /// What a person may do with the structure of a sub-account.
    StructureLevel { None = "none", Read = "read", Write = "write" }
}
words! {
    /// What a person may do with the trade records of a sub-account.
    RecordsLevel { None = "none", Read = "read" }
}
words! {
    /// What a person may do with reports of a sub-account.
    ReportsLevel { None = "none", Run = "run", Share = "share" }
}

/// The rights of one member in one sub-account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubAccountAccess {
    /// The sub-account.
    pub sub_account_id: SubAccountId,
    /// Structure: nothing, read, write.
    pub structure: StructureLevel,
    /// Trade records: nothing, read.
    pub records: RecordsLevel,
    /// Reports: nothing, run, run and share.
    pub reports: ReportsLevel,
}
