//! How the owner of an account is replaced (R8): at once, by a successor who accepts, or at the request of a proxy when the owner
//! is silent. The states and what leads from one to the next; who may take which step is in `access`.

use chrono::{DateTime, NaiveDate, Utc};

use serde::{Deserialize, Serialize};

use crate::members::words;
use crate::working_days;

/// How many working days the owner and the officer on file have to object, unless the deployment says otherwise.
pub const WAITING_DAYS: u32 = 5;

words! {
    /// In which way.
    SuccessionKind {
        /// The owner handed over at once.
        HandOver = "hand_over",
        /// The owner named a successor, who accepts.
        Nomination = "nomination",
        /// A proxy asked, because the owner is silent.
        Request = "request",
    }
}

words! {
    /// Where a succession stands.
    SuccessionState {
        /// A nomination that the successor has not answered.
        Proposed = "proposed",
        /// A nomination that was accepted and waits for its day.
        Accepted = "accepted",
        /// A request whose waiting time runs, or is over without an objection.
        Waiting = "waiting",
        /// The successor is the owner.
        Completed = "completed",
        /// The successor declined.
        Declined = "declined",
        /// It was taken back.
        Withdrawn = "withdrawn",
        /// The owner or the officer on file objected.
        Objected = "objected",
        /// The registrar did not complete it.
        Rejected = "rejected",
        /// It could not happen any more.
        Lapsed = "lapsed",
    }
}

impl SuccessionState {
    /// True while it can still lead to another owner.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Proposed | Self::Accepted | Self::Waiting)
    }
}

words! {
    /// Who is told of a request, besides the proxies.
    Told {
        /// The owner.
        Owner = "owner",
        /// An officer of the company on file.
        Officer = "officer",
        /// The contact of the company's party in the identifier register.
        RegisterContact = "register_contact",
    }
}

/// What decides about the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// In which way.
    pub kind: SuccessionKind,
    /// Where it stands.
    pub state: SuccessionState,
    /// A nomination takes effect on this day in New York, or when it is accepted.
    pub takes_over_on: Option<NaiveDate>,
    /// The end of the waiting time of a request.
    pub completes_after: Option<DateTime<Utc>>,
}

/// Why a step cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepRefusal {
    /// It has come to an end.
    #[error("this succession is over: {}", over(*.0))]
    Over(SuccessionState),
    /// The day has not come.
    #[error("this succession takes effect on {0}; until then the Account Owner stays")]
    DayNotCome(NaiveDate),
    /// The waiting time is not over.
    #[error(
        "the Account Owner and the officer on file may object until {}; it can be completed after that", .0.format("%-d %B %Y, %H:%M UTC")
    )]
    StillWaiting(DateTime<Utc>),
    /// The step belongs to another way.
    #[error("this step does not belong to this kind of succession")]
    OtherKind,
}

fn over(state: SuccessionState) -> &'static str {
    match state {
        SuccessionState::Completed => "the account has the new owner",
        SuccessionState::Declined => "the successor declined",
        SuccessionState::Withdrawn => "it was withdrawn",
        SuccessionState::Objected => "the owner or the officer on file objected",
        SuccessionState::Rejected => "the registrar did not complete it",
        SuccessionState::Lapsed => "it could not happen any more",
        SuccessionState::Proposed | SuccessionState::Accepted | SuccessionState::Waiting => {
            "somebody else was quicker"
        }
    }
}

/// What an acceptance leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// The successor is the owner from now on.
    TakesOver,
    /// The successor takes over on the day.
    Waits,
}

impl Course {
    fn open(&self, kind: SuccessionKind) -> Result<(), StepRefusal> {
        if self.kind != kind {
            return Err(StepRefusal::OtherKind);
        }
        if !self.state.is_open() {
            return Err(StepRefusal::Over(self.state));
        }
        Ok(())
    }

    fn day_has_come(&self, now: DateTime<Utc>) -> Result<(), StepRefusal> {
        match self.takes_over_on {
            Some(day) if working_days::local_date(now) < day => Err(StepRefusal::DayNotCome(day)),
            _ => Ok(()),
        }
    }

    /// The named successor accepts; a second time, once the day has come, takes over without waiting for the portal.
    ///
    /// # Errors
    /// The refusal.
    pub fn accept(&self, now: DateTime<Utc>) -> Result<Acceptance, StepRefusal> {
        self.open(SuccessionKind::Nomination)?;
        match (self.state, self.day_has_come(now)) {
            (_, Ok(())) => Ok(Acceptance::TakesOver),
            (SuccessionState::Proposed, Err(_)) => Ok(Acceptance::Waits),
            (_, Err(refusal)) => Err(refusal),
        }
    }

    /// The named successor declines.
    ///
    /// # Errors
    /// The refusal.
    pub fn decline(&self) -> Result<SuccessionState, StepRefusal> {
        self.open(SuccessionKind::Nomination)?;
        Ok(SuccessionState::Declined)
    }

    /// Whoever began it takes it back.
    ///
    /// # Errors
    /// The refusal.
    pub fn withdraw(&self) -> Result<SuccessionState, StepRefusal> {
        self.open(self.kind)?;
        Ok(SuccessionState::Withdrawn)
    }

    /// The owner or the officer objects: it stops at once, also after the waiting time, until the registrar completed it.
    ///
    /// # Errors
    /// The refusal.
    pub fn object(&self) -> Result<SuccessionState, StepRefusal> {
        self.open(SuccessionKind::Request)?;
        Ok(SuccessionState::Objected)
    }

    /// The registrar refuses.
    ///
    /// # Errors
    /// The refusal.
    pub fn reject(&self) -> Result<SuccessionState, StepRefusal> {
        self.open(SuccessionKind::Request)?;
        Ok(SuccessionState::Rejected)
    }

    /// The registrar completes it, once the waiting time is over.
    ///
    /// # Errors
    /// The refusal.
    pub fn complete(&self, now: DateTime<Utc>) -> Result<SuccessionState, StepRefusal> {
        self.open(SuccessionKind::Request)?;
        match self.completes_after {
            Some(end) if now < end => Err(StepRefusal::StillWaiting(end)),
            _ => Ok(SuccessionState::Completed),
        }
    }

    /// True when the next owner could be the owner at this moment.
    #[must_use]
    pub fn ready(&self, now: DateTime<Utc>) -> bool {
        match self.state {
            SuccessionState::Accepted => self.day_has_come(now).is_ok(),
            SuccessionState::Waiting => self.complete(now).is_ok(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;
    use proptest::prelude::*;

    fn moment() -> DateTime<Utc> {
        "2026-11-24T15:00:00Z".parse().unwrap()
    }

    fn nomination(state: SuccessionState, day: Option<&str>) -> Course {
        Course {
            kind: SuccessionKind::Nomination,
            state,
            takes_over_on: day.map(|d| d.parse().unwrap()),
            completes_after: None,
        }
    }

    #[test]
    fn a_nomination_takes_effect_when_accepted_or_on_its_day() {
        use SuccessionState::{Accepted, Proposed};
        let now = moment();
        assert_eq!(
            nomination(Proposed, None).accept(now),
            Ok(Acceptance::TakesOver)
        );
        assert_eq!(
            nomination(Proposed, Some("2026-11-24")).accept(now),
            Ok(Acceptance::TakesOver)
        );
        let later = nomination(Proposed, Some("2026-11-25"));
        assert_eq!(later.accept(now), Ok(Acceptance::Waits));
        let accepted = nomination(Accepted, Some("2026-11-25"));
        assert!(!accepted.ready(now));
        assert_eq!(
            accepted.accept(now),
            Err(StepRefusal::DayNotCome("2026-11-25".parse().unwrap()))
        );
        // The day begins at midnight in New York.
        let eve = "2026-11-25T04:59:59Z".parse().unwrap();
        assert!(!accepted.ready(eve));
        assert!(accepted.ready(eve + Duration::seconds(1)));
        assert_eq!(
            accepted.accept(eve + Duration::seconds(1)),
            Ok(Acceptance::TakesOver)
        );
    }

    proptest! {
        /// Whatever is done in whatever order: a request is completed only after its waiting time, and nothing follows an end.
        #[test]
        fn no_way_around_the_waiting_time(
            steps in proptest::collection::vec((0_u8..6, 0_i64..400), 1..12),
            days in 1_u32..10,
        ) {
            let start = moment();
            let end = working_days::deadline(start, days);
            let mut course = Course {
                kind: SuccessionKind::Request,
                state: SuccessionState::Waiting,
                takes_over_on: None,
                completes_after: Some(end),
            };
            let mut now = start;
            for (step, hours) in steps {
                now += Duration::hours(hours);
                let before = course.state;
                let next = match step {
                    0 => course.complete(now),
                    1 => course.object(),
                    2 => course.reject(),
                    3 => course.withdraw(),
                    4 => course.decline(),
                    _ => course.accept(now).map(|_| SuccessionState::Completed),
                };
                if let Ok(state) = next {
                    prop_assert!(before.is_open());
                    prop_assert!(step < 4, "declining and accepting belong to nominations");
                    if state == SuccessionState::Completed {
                        prop_assert!(now >= end);
                    }
                    course.state = state;
                } else if step == 0 && before.is_open() {
                    prop_assert!(now < end);
                }
                prop_assert_eq!(course.ready(now), course.state == SuccessionState::Waiting && now >= end);
            }
        }
    }
}
