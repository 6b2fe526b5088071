//! What any use case can fail with. Refusals of rules are small enums next to their use cases and wrap this one.

use quaymaster_domain::access::Denied;
use quaymaster_store::StoreError;

/// A failure that is not specific to one area.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The policy said no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such thing, or it may not be seen.
    #[error("there is no such thing here, or you may not see it")]
    NotFound,
    /// Somebody else changed it since it was read.
    #[error(
        "this was changed by somebody else in the meantime; read it again and repeat your change"
    )]
    Stale,
    /// Nothing changes in this account any more: its number, and that of the account that has everything of it since.
    #[error("the account {number} is closed{}; it is kept for reading, and nothing changes in it any more", words_into(into.as_deref()))]
    AccountClosed {
        /// Its number.
        number: String,
        /// The account to use instead.
        into: Option<String>,
    },
    /// Too many attempts; seconds until the next is heard.
    #[error("too many attempts; try again in {0} seconds")]
    Throttled(u64),
    /// The hashing queue is full or the database is away; seconds until it is worth trying again.
    #[error("the portal is busy; try again in {0} seconds")]
    Busy(u64),
    /// Fields that do not fit, found beyond their own format.
    #[error("some fields do not fit")]
    Invalid(Vec<FieldFault>),
    /// A cause for the log, not for the caller.
    #[error("internal: {0}")]
    Internal(String),
}

/// A field that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// JSON pointer into the request body, e.g. `/new_password`.
    pub pointer: String,
    /// Stable code.
    pub code: &'static str,
    /// What to do, in words.
    pub detail: String,
}

impl Fault {
    /// One field that does not fit.
    #[must_use]
    pub fn field(pointer: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldFault {
            pointer: pointer.to_owned(),
            code,
            detail: detail.into(),
        }])
    }
}

/// Somebody has to make room first.
const FULL_RETRY_SECONDS: u64 = 60;
fn words_into(into: Option<&str>) -> String {
    into.map_or_else(String::new, |number| {
        format!(": it was merged into {number}, which is used instead")
    })
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(cause) => {
                tracing::warn!(cause, "database busy or away");
                Self::Busy(2)
            }
            StoreError::Full(cause) => {
                tracing::error!(
                    cause,
                    "the database has no room left; nothing can be written until there is"
                );
                Self::Busy(FULL_RETRY_SECONDS)
            }
            StoreError::AccountClosed { number, into } => Self::AccountClosed { number, into },
            other => Self::Internal(other.to_string()),
        }
    }
}
