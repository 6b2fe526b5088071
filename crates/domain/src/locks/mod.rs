//! Why a user cannot sign in, since when, and who may lift it (DOMAIN section 5); dormancy and its mails. Pure: facts go in,
//! states and new facts come out. Whether an actor has the power to lift is decided in `access` (R6).

mod attempts;

pub use attempts::{Attempts, Reservation, reserve_attempt, succeeded};

use crate::members::{MemberRole, words};
use crate::people::Reason;
use crate::text::Invalid;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

words! {
    /// The lock states by name.
    LockKind {
        /// Not locked.
        Active = "active",
        /// Too many wrong passwords in a row.
        FailedAttempts = "failed_attempts",
        /// No sign-in for too long.
        Dormant = "dormant",
        /// Suspended by a person, with a reason.
        Suspended = "suspended",
    }
}

words! {
    /// Who suspended a user.
    SuspendedBy {
        /// The Account Owner.
        Owner = "owner",
        /// A Proxy Account Owner.
        Proxy = "proxy",
        /// The operator's staff.
        Staff = "staff",
    }
}

words! {
    /// Who may lift a lock.
    LiftedBy {
        /// The Account Owner.
        Owner = "owner",
        /// A Proxy Account Owner.
        Proxy = "proxy",
        /// The operator's staff, for a verified caller.
        Staff = "staff",
        /// The user, by the self-service password reset.
        PasswordReset = "password_reset",
    }
}

impl LiftedBy {
    /// How a sentence names it: "This can be lifted by …".
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Owner => "the Account Owner",
            Self::Proxy => "a Proxy Account Owner",
            Self::Staff => "support, after verifying the caller",
            Self::PasswordReset => "the user, by resetting the password",
        }
    }
}

/// A suspension by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// When it was made.
    pub since: DateTime<Utc>,
    /// By whom.
    pub by: SuspendedBy,
    /// Why.
    pub reason: Reason,
}

/// Whether and why a user is locked. Shown to owner, proxies and staff; never to someone who has not proved to be the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockState {
    /// Not locked.
    Active,
    /// Too many wrong passwords in a row.
    FailedAttempts {
        /// When the last allowed attempt was made.
        since: DateTime<Utc>,
    },
    /// No sign-in for [`LockPolicy::dormant_days`].
    Dormant {
        /// When the days were over.
        since: DateTime<Utc>,
    },
    /// Suspended by a person.
    Suspended {
        /// When.
        since: DateTime<Utc>,
        /// By whom.
        by: SuspendedBy,
        /// Why.
        reason: Reason,
    },
}

impl LockState {
    /// The state by name.
    #[must_use]
    pub const fn kind(&self) -> LockKind {
        match self {
            Self::Active => LockKind::Active,
            Self::FailedAttempts { .. } => LockKind::FailedAttempts,
            Self::Dormant { .. } => LockKind::Dormant,
            Self::Suspended { .. } => LockKind::Suspended,
        }
    }

    /// Since when the user is locked; `None` when not.
    #[must_use]
    pub const fn since(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Active => None,
            Self::FailedAttempts { since }
            | Self::Dormant { since }
            | Self::Suspended { since, .. } => Some(*since),
        }
    }

    /// Whether the user may sign in.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self, Self::Active)
    }

    /// Who may lift the lock of a user with this role (`None`: no member of any account, e.g. staff). Empty when not locked.
    ///
    /// Owner and proxy only over those of less power (R6) `[seed]`. A suspension is lifted only by the side that made it, and by
    /// nobody with less power than who made it `[own]`: else a dismissed person could talk support into undoing the company's
    /// decision, or a proxy undo the owner's. Where nobody is left, because roles changed since, staff do it.
    #[must_use]
    pub fn lifted_by(&self, policy: &LockPolicy, role: Option<MemberRole>) -> Vec<LiftedBy> {
        let wanted: &[LiftedBy] = match self {
            Self::Active => return Vec::new(),
            Self::FailedAttempts { .. } if policy.reset_lifts_failed_attempts => &[
                LiftedBy::Owner,
                LiftedBy::Proxy,
                LiftedBy::Staff,
                LiftedBy::PasswordReset,
            ],
            Self::FailedAttempts { .. } | Self::Dormant { .. } => {
                &[LiftedBy::Owner, LiftedBy::Proxy, LiftedBy::Staff]
            }
            Self::Suspended {
                by: SuspendedBy::Owner,
                ..
            } => &[LiftedBy::Owner],
            Self::Suspended {
                by: SuspendedBy::Proxy,
                ..
            } => &[LiftedBy::Owner, LiftedBy::Proxy],
            Self::Suspended {
                by: SuspendedBy::Staff,
                ..
            } => &[LiftedBy::Staff],
        };
        let mut found: Vec<_> = wanted
            .iter()
            .copied()
            .filter(|by| match by {
                LiftedBy::Owner => matches!(role, Some(MemberRole::User | MemberRole::Proxy)),
                LiftedBy::Proxy => role == Some(MemberRole::User),
                LiftedBy::Staff | LiftedBy::PasswordReset => true,
            })
            .collect();
        if found.is_empty() {
            found.push(LiftedBy::Staff);
        }
        found
    }
}

/// The numbers behind the locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockPolicy {
    max_failures: u32,
    /// Days without sign-in after which a user is dormant: 45 `[CBP]`.
    pub dormant_days: u16,
    /// Days before dormancy at which the user is mailed, the most first: 15, 7, 1 `[own]`.
    pub mail_days: [u16; 3],
    /// Whether a completed password reset lifts `failed_attempts` `[own]`; it never lifts anything else.
    pub reset_lifts_failed_attempts: bool,
}

impl Default for LockPolicy {
    fn default() -> Self {
        Self {
            max_failures: 5,
            dormant_days: 45,
            mail_days: [15, 7, 1],
            reset_lifts_failed_attempts: true,
        }
    }
}

impl LockPolicy {
    /// The fewest wrong passwords in a row that a deployment may choose `[own]`.
    pub const MIN_FAILURES: u32 = 3;
    /// The most `[own]`.
    pub const MAX_FAILURES: u32 = 100;

    /// The policy with another number of wrong passwords in a row that lock (default 5 `[own]`: CBP's number is not public).
    ///
    /// # Errors
    /// [`Invalid`] outside [`LockPolicy::MIN_FAILURES`] to [`LockPolicy::MAX_FAILURES`].
    pub fn with_max_failures(self, max_failures: u32) -> Result<Self, Invalid> {
        if (Self::MIN_FAILURES..=Self::MAX_FAILURES).contains(&max_failures) {
            Ok(Self {
                max_failures,
                ..self
            })
        } else {
            Err(Invalid {
                what: "number of failed attempts",
                rule: "A user is locked after 3 to 100 failed attempts in a row.",
            })
        }
    }

    /// How many wrong passwords in a row lock.
    #[must_use]
    pub const fn max_failures(&self) -> u32 {
        self.max_failures
    }
}

/// What is kept about a user, from which the state follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserLockFacts {
    /// Attempts from browsers that are not known; those from known devices are counted apart.
    pub attempts: Attempts,
    /// The suspension in force.
    pub suspended: Option<Suspension>,
    /// The last sign-in, or the later moment at which activation or reactivation started the dormant clock.
    pub last_active_at: DateTime<Utc>,
}

impl UserLockFacts {
    /// The facts of a user who was activated now.
    #[must_use]
    pub fn activated(now: DateTime<Utc>) -> Self {
        Self {
            attempts: Attempts::default(),
            suspended: None,
            last_active_at: now,
        }
    }

    /// The facts with which an unknown User ID is treated: its attempts are counted like a user's, and nothing else locks it.
    #[must_use]
    pub fn unknown(attempts: Attempts, now: DateTime<Utc>) -> Self {
        Self {
            attempts,
            ..Self::activated(now)
        }
    }
}

/// The state. A suspension counts before failed attempts, those before dormancy: the first is the one that must be lifted first.
#[must_use]
pub fn state(facts: &UserLockFacts, policy: &LockPolicy, now: DateTime<Utc>) -> LockState {
    if let Some(Suspension { since, by, reason }) = &facts.suspended {
        return LockState::Suspended {
            since: *since,
            by: *by,
            reason: reason.clone(),
        };
    }
    if let Some(since) = facts.attempts.locked_at {
        return LockState::FailedAttempts { since };
    }
    let since = dormant_at(facts, policy);
    if now >= since {
        LockState::Dormant { since }
    } else {
        LockState::Active
    }
}

/// The moment at which the user becomes, or became, dormant: so many times 24 hours after the last sign-in.
#[must_use]
pub fn dormant_at(facts: &UserLockFacts, policy: &LockPolicy) -> DateTime<Utc> {
    facts
        .last_active_at
        .checked_add_signed(Duration::days(i64::from(policy.dormant_days)))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The day (UTC) on which the user becomes dormant, for the owner's forecast.
#[must_use]
pub fn lapses_on(facts: &UserLockFacts, policy: &LockPolicy) -> NaiveDate {
    dormant_at(facts, policy).date_naive()
}

/// A mail that warns of dormancy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DormancyMail {
    /// Which of [`LockPolicy::mail_days`] it is: keep it, so that it is sent once.
    pub days_before: u16,
    /// When the user becomes dormant.
    pub dormant_at: DateTime<Utc>,
}

/// The mail that is due now, if any.
///
/// `already_sent` is the smallest [`DormancyMail::days_before`] sent since [`UserLockFacts::last_active_at`]. After an outage only the
/// most urgent of the missed mails is due. Suspended users get none: signing in would not help them.
#[must_use]
pub fn next_dormancy_mail(
    facts: &UserLockFacts,
    policy: &LockPolicy,
    already_sent: Option<u16>,
    now: DateTime<Utc>,
) -> Option<DormancyMail> {
    let dormant_at = dormant_at(facts, policy);
    if facts.suspended.is_some() || now >= dormant_at {
        return None;
    }
    let left = dormant_at - now;
    let days_before = policy
        .mail_days
        .into_iter()
        .filter(|days| left <= Duration::days(i64::from(*days)))
        .min()?;
    already_sent
        .is_none_or(|sent| days_before < sent)
        .then_some(DormancyMail {
            days_before,
            dormant_at,
        })
}

/// Why a lock is not lifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LiftError {
    /// The user is not locked, or not in the way that this act lifts.
    #[error("the user is not locked in a way that this lifts")]
    NotLocked,
    /// The user is suspended; that is lifted by itself.
    #[error("the user is suspended: lift the suspension first")]
    Suspended,
    /// The lock is not lifted by this side; see [`LockState::lifted_by`].
    #[error("this lock is lifted by others")]
    NotByThis,
}

/// Reactivation by owner, proxy or staff: lifts failed attempts and dormancy together. If the dormant clock has run out it starts
/// again (DOMAIN section 5), else it runs on.
///
/// The counts of all known devices of the user are to be cleared with it.
///
/// # Errors
/// [`LiftError::NotLocked`], [`LiftError::Suspended`]; [`LiftError::NotByThis`] when `by` is not among [`LockState::lifted_by`].
pub fn reactivate(
    facts: &UserLockFacts,
    policy: &LockPolicy,
    role: Option<MemberRole>,
    by: LiftedBy,
    now: DateTime<Utc>,
) -> Result<UserLockFacts, LiftError> {
    let state = state(facts, policy, now);
    match state.kind() {
        LockKind::Active => return Err(LiftError::NotLocked),
        LockKind::Suspended => return Err(LiftError::Suspended),
        LockKind::FailedAttempts | LockKind::Dormant => {}
    }
    // The reset lifts one cause and leaves the others; it has its own function.
    if by == LiftedBy::PasswordReset || !state.lifted_by(policy, role).contains(&by) {
        return Err(LiftError::NotByThis);
    }
    let last_active_at = if now >= dormant_at(facts, policy) {
        now
    } else {
        facts.last_active_at
    };
    Ok(UserLockFacts {
        attempts: Attempts::default(),
        suspended: None,
        last_active_at,
    })
}

/// When the temporary password that a reactivation mails to the user stops working: at the end of the same day, UTC `[CBP]`.
#[must_use]
pub fn temporary_password_ends(now: DateTime<Utc>) -> DateTime<Utc> {
    now.date_naive()
        .succ_opt()
        .and_then(|tomorrow| tomorrow.and_hms_opt(0, 0, 0))
        .map_or(DateTime::<Utc>::MAX_UTC, |midnight| midnight.and_utc())
}

/// Suspends a user. A suspension in force is replaced, so that the reason on record is the last one given; but a suspension by
/// staff, or by the owner, is not replaced by one that others could lift.
///
/// # Errors
/// [`LiftError::NotByThis`] when the suspension in force comes from a side of more power.
pub fn suspend(facts: &UserLockFacts, suspension: Suspension) -> Result<UserLockFacts, LiftError> {
    if facts
        .suspended
        .as_ref()
        .is_some_and(|old| rank(old.by) > rank(suspension.by))
    {
        return Err(LiftError::NotByThis);
    }
    Ok(UserLockFacts {
        suspended: Some(suspension),
        ..facts.clone()
    })
}

const fn rank(by: SuspendedBy) -> u8 {
    match by {
        SuspendedBy::Proxy => 0,
        SuspendedBy::Owner => 1,
        SuspendedBy::Staff => 2,
    }
}

/// Lifts a suspension, and nothing else, except that a dormant clock which ran out meanwhile starts again: the person could not
/// have signed in.
///
/// # Errors
/// [`LiftError::NotLocked`] when not suspended, [`LiftError::NotByThis`] when `by` is not among [`LockState::lifted_by`].
pub fn lift_suspension(
    facts: &UserLockFacts,
    policy: &LockPolicy,
    role: Option<MemberRole>,
    by: LiftedBy,
    now: DateTime<Utc>,
) -> Result<UserLockFacts, LiftError> {
    if facts.suspended.is_none() {
        return Err(LiftError::NotLocked);
    }
    if !state(facts, policy, now)
        .lifted_by(policy, role)
        .contains(&by)
    {
        return Err(LiftError::NotByThis);
    }
    let last_active_at = if now >= dormant_at(facts, policy) {
        now
    } else {
        facts.last_active_at
    };
    Ok(UserLockFacts {
        suspended: None,
        last_active_at,
        ..facts.clone()
    })
}

/// What a completed password reset leaves: failed attempts are lifted if the policy says so; suspension and dormancy stay
/// (DOMAIN section 5). The counts of all known devices of the user are to be cleared when the attempts are.
#[must_use]
pub fn after_password_reset(facts: &UserLockFacts, policy: &LockPolicy) -> UserLockFacts {
    if policy.reset_lifts_failed_attempts {
        UserLockFacts {
            attempts: Attempts::default(),
            ..facts.clone()
        }
    } else {
        facts.clone()
    }
}

#[cfg(test)]
mod tests;
