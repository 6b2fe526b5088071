//! Counting attempts to sign in, before a password is hashed. The same counter serves a user, a known device of a user, an
//! unknown User ID, and every other path that takes a secret.

use super::{LockPolicy, LockState, UserLockFacts, state};
use chrono::{DateTime, Utc};

/// Attempts since the last success, and the lock that they led to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attempts {
    /// Attempts reserved since the last success. Counted before hashing, so one that is right counts until it succeeds.
    pub failed: u32,
    /// When the last allowed attempt was reserved; from then on the counter is locked.
    pub locked_at: Option<DateTime<Utc>>,
}

impl Attempts {
    /// Takes one attempt: the counter to store before the secret is hashed, or `None` when it is locked.
    ///
    /// The store must do this atomically (`… WHERE locked_at IS NULL`), so that any number of parallel tries gets no more
    /// attempts than the limit. A locked counter neither counts nor extends.
    #[must_use]
    pub fn reserve(self, policy: &LockPolicy, now: DateTime<Utc>) -> Option<Self> {
        if self.locked_at.is_some() {
            return None;
        }
        let failed = self.failed.saturating_add(1);
        Some(Self {
            failed,
            locked_at: (failed >= policy.max_failures()).then_some(now),
        })
    }

    /// How many attempts are left.
    #[must_use]
    pub fn left(self, policy: &LockPolicy) -> u32 {
        if self.locked_at.is_some() {
            0
        } else {
            policy.max_failures().saturating_sub(self.failed).max(1)
        }
    }
}

/// The answer to a wish to try a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reservation {
    /// Store these counters, in one transaction, then hash.
    Hash {
        /// The user's counter.
        user: Attempts,
        /// The known device's counter, when the attempt came from one.
        device: Option<Attempts>,
        /// Whether the user is locked should this attempt fail: then the lock mail is due.
        last: bool,
    },
    /// Do the same work on a dummy, store nothing, answer as to a wrong password. The state is for the record only.
    Locked(LockState),
}

/// Reserves an attempt to sign in as a user.
///
/// `device` is the counter of the device cookie that the browser showed, if it was given out to this user (the OWASP scheme, DOMAIN
/// section 5). A known device has its own count: attempts from elsewhere do not touch it, and the user's `failed_attempts` does not
/// stop it; suspension and dormancy do. When a known device uses up its own attempts, the user is locked like anybody who
/// fails so often in a row, and that device with it; other known devices go on.
#[must_use]
pub fn reserve_attempt(
    facts: &UserLockFacts,
    device: Option<Attempts>,
    policy: &LockPolicy,
    now: DateTime<Utc>,
) -> Reservation {
    let Some(device) = device else {
        let state = state(facts, policy, now);
        return match (state.is_active(), facts.attempts.reserve(policy, now)) {
            (true, Some(user)) => Reservation::Hash {
                user,
                device: None,
                last: user.locked_at.is_some(),
            },
            _ => Reservation::Locked(state),
        };
    };
    let without_attempts = state(
        &UserLockFacts {
            attempts: Attempts::default(),
            ..facts.clone()
        },
        policy,
        now,
    );
    if !without_attempts.is_active() {
        return Reservation::Locked(state(facts, policy, now));
    }
    match device.reserve(policy, now) {
        None => Reservation::Locked(LockState::FailedAttempts {
            since: device.locked_at.unwrap_or(now),
        }),
        Some(device) => {
            let last = device.locked_at.is_some() && facts.attempts.locked_at.is_none();
            let user = if last {
                Attempts {
                    locked_at: device.locked_at,
                    ..facts.attempts
                }
            } else {
                facts.attempts
            };
            Reservation::Hash {
                user,
                device: Some(device),
                last,
            }
        }
    }
}

/// The counters after the password was right: those of the user and of the known device from which it came.
///
/// Success on a known device clears its own count and the lock that its own last attempt set; it does not clear what strangers did,
/// else they would get fresh attempts with every sign-in of the user. Success elsewhere clears the user's count.
#[must_use]
pub fn succeeded(user: Attempts, device: Option<Attempts>) -> (Attempts, Option<Attempts>) {
    match device {
        None => (Attempts::default(), None),
        Some(device) => {
            let own_lock = user.locked_at.is_some() && user.locked_at == device.locked_at;
            let user = if own_lock {
                Attempts {
                    locked_at: None,
                    ..user
                }
            } else {
                user
            };
            (user, Some(Attempts::default()))
        }
    }
}
