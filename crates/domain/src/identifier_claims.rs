//! A claim of an identifier that stands in somebody else's account (DOMAIN section 4.3): the holder answers within five
//! working days, or a registrar decides. What a release does to accounts belongs elsewhere.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::members::words;
use crate::working_days;

/// Working days that the holder has to answer.
pub const ANSWER_DAYS: u32 = 5;

words! {
    /// The states of a claim.
    ClaimState {
        /// The holder has not answered.
        Open = "open",
        /// The holder says that the identifier is his; a registrar decides.
        Disputed = "disputed",
        /// The identifier was let go.
        Released = "released",
        /// The holder keeps it.
        Kept = "kept",
        /// The claimant gave it up.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// Who ended a claim.
    Decider {
        /// The owner of the account that held the identifier.
        Holder = "holder",
        /// A registrar.
        Registrar = "registrar",
        /// The claimant.
        Claimant = "claimant",
    }
}

/// Why a step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimRefusal {
    /// The claim is over.
    #[error("this claim is over: it is {}", .0.as_str())]
    Over(ClaimState),
    /// The holder has answered already.
    #[error("this claim is disputed already; a registrar decides it")]
    Disputed,
    /// The holder still has time to answer.
    #[error(
        "the holder has until {} to answer; a registrar decides after that, or when the claim is disputed",
        .0.format("%-d %B %Y, %H:%M UTC")
    )]
    Waiting(DateTime<Utc>),
}

/// A claim: its state and the end of the time for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Where it stands.
    pub state: ClaimState,
    /// From this moment on a registrar may release what was not answered.
    pub answer_due_at: DateTime<Utc>,
}

impl Claim {
    /// A claim filed now.
    #[must_use]
    pub fn file(now: DateTime<Utc>) -> Self {
        Self {
            state: ClaimState::Open,
            answer_due_at: working_days::deadline(now, ANSWER_DAYS),
        }
    }

    /// True while it can still be answered or decided.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self.state, ClaimState::Open | ClaimState::Disputed)
    }

    /// True when nobody answered in time.
    #[must_use]
    pub fn overdue(self, now: DateTime<Utc>) -> bool {
        self.state == ClaimState::Open && now >= self.answer_due_at
    }

    /// True when a registrar may decide.
    #[must_use]
    pub fn decidable(self, now: DateTime<Utc>) -> bool {
        self.state == ClaimState::Disputed || self.overdue(now)
    }

    fn becomes(self, state: ClaimState) -> Result<Self, ClaimRefusal> {
        if self.is_open() {
            Ok(Self { state, ..self })
        } else {
            Err(ClaimRefusal::Over(self.state))
        }
    }

    /// The holder says that the identifier is his. Also after the time is over, as long as no registrar has decided.
    ///
    /// # Errors
    /// [`ClaimRefusal`] when it is over or disputed already.
    pub fn dispute(self) -> Result<Self, ClaimRefusal> {
        if self.state == ClaimState::Disputed {
            return Err(ClaimRefusal::Disputed);
        }
        self.becomes(ClaimState::Disputed)
    }

    /// The holder lets the identifier go, also after having disputed.
    ///
    /// # Errors
    /// [`ClaimRefusal::Over`].
    pub fn release(self) -> Result<Self, ClaimRefusal> {
        self.becomes(ClaimState::Released)
    }

    /// The claimant gives it up.
    ///
    /// # Errors
    /// [`ClaimRefusal::Over`].
    pub fn withdraw(self) -> Result<Self, ClaimRefusal> {
        self.becomes(ClaimState::Withdrawn)
    }

    /// A registrar decides.
    ///
    /// # Errors
    /// [`ClaimRefusal::Waiting`] while the holder still has time to answer.
    pub fn decide(self, release: bool, now: DateTime<Utc>) -> Result<Self, ClaimRefusal> {
        let next = self.becomes(if release {
            ClaimState::Released
        } else {
            ClaimState::Kept
        })?;
        if self.decidable(now) {
            Ok(next)
        } else {
            Err(ClaimRefusal::Waiting(self.answer_due_at))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;
    use proptest::prelude::*;

    fn monday() -> DateTime<Utc> {
        "2026-03-02T15:00:00Z".parse().unwrap()
    }

    #[test]
    fn five_working_days() {
        let claim = Claim::file(monday());
        // Until the end of the next Monday in New York, which is on summer time by then.
        assert_eq!(
            claim.answer_due_at.to_rfc3339(),
            "2026-03-10T04:00:00+00:00"
        );
        let before = claim.answer_due_at - Duration::microseconds(1);
        assert_eq!(
            claim.decide(true, before),
            Err(ClaimRefusal::Waiting(claim.answer_due_at))
        );
        let released = claim.decide(true, claim.answer_due_at).unwrap();
        assert_eq!(released.state, ClaimState::Released);
        assert_eq!(
            released.dispute(),
            Err(ClaimRefusal::Over(ClaimState::Released))
        );
    }

    #[test]
    fn a_dispute_is_decided_at_once() {
        let disputed = Claim::file(monday()).dispute().unwrap();
        assert_eq!(disputed.dispute(), Err(ClaimRefusal::Disputed));
        assert_eq!(
            disputed.decide(false, monday()).unwrap().state,
            ClaimState::Kept
        );
        assert_eq!(disputed.release().unwrap().state, ClaimState::Released);
    }

    proptest! {
        /// In whatever order both sides and the registrar act: what is over stays as it is, and before the time is over a
        /// registrar decides only what is disputed.
        #[test]
        fn over_is_over(steps in proptest::collection::vec((0_u8..6, 0_i64..400_000), 0..20)) {
            let mut now = monday();
            let mut claim = Claim::file(now);
            for (step, seconds) in steps {
                now += Duration::seconds(seconds);
                let next = match step {
                    0 => claim.dispute(),
                    1 => claim.release(),
                    2 => claim.withdraw(),
                    3 => claim.decide(true, now),
                    _ => claim.decide(false, now),
                };
                if let Ok(next) = next {
                    prop_assert!(claim.is_open());
                    if step >= 3 {
                        prop_assert!(claim.state == ClaimState::Disputed || now >= claim.answer_due_at);
                    }
                    prop_assert_eq!(next.answer_due_at, claim.answer_due_at);
                    claim = next;
                }
            }
        }
    }
}
