//! The self-service password reset as a state machine (DOMAIN section 5) `[seed]`: User ID, questions, e-mailed link, temporary
//! password shown once, sign-in with it, new password. Tokens, hashes and mails belong elsewhere.
//!
//! An unknown User ID walks the same machine: its questions are stable picks and no answer is ever right.

use crate::challenge_questions::{ASKED, CHOSEN, QUESTIONS, QuestionId};
use chrono::{DateTime, Duration, Utc};

/// How long the questions may be answered `[own]`.
pub const QUESTIONS_MINUTES: i64 = 30;
/// How long the e-mailed link lives `[own]`.
pub const LINK_MINUTES: i64 = 30;
/// How long the temporary password lives `[own]`.
pub const TEMPORARY_MINUTES: i64 = 15;
/// How many wrong submissions of answers end a reset `[own]`. The attempts of the user are counted besides, over all resets.
pub const WRONG_ANSWERS: u8 = 5;

/// Where a reset stands. The old password stays in force until [`Reset::Done`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// The questions are asked.
    Questions {
        /// Which.
        asked: [QuestionId; ASKED],
        /// Wrong submissions so far.
        wrong: u8,
        /// When the time for answers ends.
        expires_at: DateTime<Utc>,
    },
    /// The answers were right and the link was mailed.
    LinkSent {
        /// When the link stops working.
        expires_at: DateTime<Utc>,
    },
    /// The link was followed and the temporary password was shown, once.
    Redeemed {
        /// When the temporary password stops working.
        expires_at: DateTime<Utc>,
    },
    /// The temporary password was used to sign in; nothing works but creating a new one. The session's limits bound this state.
    SignedIn {
        /// When.
        since: DateTime<Utc>,
    },
    /// A new password was created.
    Done {
        /// When.
        at: DateTime<Utc>,
    },
    /// Ended without a new password: time ran out, too many wrong answers, or another reset or change of password took its place.
    Expired {
        /// When it ended.
        at: DateTime<Utc>,
    },
}

/// Why a step is refused. From outside both look alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResetError {
    /// The step does not follow on the state: too early, or done already.
    #[error("this step does not follow on where the reset stands")]
    OutOfOrder,
    /// The time for it is over.
    #[error("the time for this step is over")]
    Expired,
}

impl Reset {
    /// Steps 1 and 2: a User ID was given, these questions are asked.
    #[must_use]
    pub fn begin(asked: [QuestionId; ASKED], now: DateTime<Utc>) -> Self {
        Self::Questions {
            asked,
            wrong: 0,
            expires_at: now + Duration::minutes(QUESTIONS_MINUTES),
        }
    }

    /// The state at this moment: a step whose time is over has become [`Reset::Expired`]. A limit is over when it is reached.
    #[must_use]
    pub fn at(self, now: DateTime<Utc>) -> Self {
        match self {
            Self::Questions { expires_at, .. }
            | Self::LinkSent { expires_at }
            | Self::Redeemed { expires_at }
                if now >= expires_at =>
            {
                Self::Expired { at: expires_at }
            }
            other => other,
        }
    }

    /// Step 3: answers were submitted and compared. Right ones lead to the mailed link; wrong ones may be tried again, up to
    /// [`WRONG_ANSWERS`] times.
    ///
    /// For an unknown User ID `right` is always false.
    ///
    /// # Errors
    /// [`ResetError`] when no answers are awaited.
    pub fn answer(self, right: bool, now: DateTime<Utc>) -> Result<Self, ResetError> {
        match self.at(now) {
            Self::Questions { .. } if right => Ok(Self::LinkSent {
                expires_at: now + Duration::minutes(LINK_MINUTES),
            }),
            Self::Questions { wrong, .. } if wrong.saturating_add(1) >= WRONG_ANSWERS => {
                Ok(Self::Expired { at: now })
            }
            Self::Questions {
                asked,
                wrong,
                expires_at,
            } => Ok(Self::Questions {
                asked,
                wrong: wrong + 1,
                expires_at,
            }),
            other => Err(other.refusal()),
        }
    }

    /// Step 4: the link was followed. Works once; the temporary password is shown now and never again.
    ///
    /// # Errors
    /// [`ResetError`] when no link is in force.
    pub fn redeem(self, now: DateTime<Utc>) -> Result<Self, ResetError> {
        match self.at(now) {
            Self::LinkSent { .. } => Ok(Self::Redeemed {
                expires_at: now + Duration::minutes(TEMPORARY_MINUTES),
            }),
            other => Err(other.refusal()),
        }
    }

    /// Step 5: somebody signed in with the temporary password. Works once.
    ///
    /// # Errors
    /// [`ResetError`] when no temporary password is in force.
    pub fn sign_in(self, now: DateTime<Utc>) -> Result<Self, ResetError> {
        match self.at(now) {
            Self::Redeemed { .. } => Ok(Self::SignedIn { since: now }),
            other => Err(other.refusal()),
        }
    }

    /// Step 6: a new password was created.
    ///
    /// # Errors
    /// [`ResetError`] when nobody is signed in with the temporary password.
    pub fn complete(self, now: DateTime<Utc>) -> Result<Self, ResetError> {
        match self.at(now) {
            Self::SignedIn { .. } => Ok(Self::Done { at: now }),
            other => Err(other.refusal()),
        }
    }

    /// Ends an open reset, because another one, or a change of the password, took its place. A finished one stays as it is.
    #[must_use]
    pub fn supersede(self, now: DateTime<Utc>) -> Self {
        match self.at(now) {
            ended @ (Self::Done { .. } | Self::Expired { .. }) => ended,
            _ => Self::Expired { at: now },
        }
    }

    /// Whether a later step can still follow at this moment.
    #[must_use]
    pub fn is_open(self, now: DateTime<Utc>) -> bool {
        !matches!(self.at(now), Self::Done { .. } | Self::Expired { .. })
    }

    const fn refusal(self) -> ResetError {
        match self {
            Self::Expired { .. } => ResetError::Expired,
            _ => ResetError::OutOfOrder,
        }
    }
}

/// A keyed digest of the User ID's key (e.g. HMAC-SHA-256 with a server secret): the same for the same User ID, unforeseeable for
/// others. Known and unknown User IDs must use the same key, so that both see stable questions.
pub type PickDigest = [u8; 32];

/// The three of the user's five questions that are asked: always the same ones for the same digest, so that asking again tells
/// nothing about whether the User ID exists, and an attacker cannot fish for easier ones.
#[must_use]
pub fn ask_three(chosen: [QuestionId; CHOSEN], digest: &PickDigest) -> [QuestionId; ASKED] {
    let mut ordered = chosen;
    // The order in which the rows were stored must not matter.
    ordered.sort_unstable();
    shuffle(&mut ordered, digest.iter().skip(CHOSEN * 4));
    let [one, two, three, ..] = ordered;
    [one, two, three]
}

/// The questions that an unknown User ID is asked, or a user who has not chosen any yet: five picks out of all, of which
/// three are asked as of everybody.
#[must_use]
pub fn ask_three_of_nobody(digest: &PickDigest) -> [QuestionId; ASKED] {
    let mut all = [QuestionId::first(); QUESTIONS];
    for (place, id) in all.iter_mut().zip(QuestionId::all()) {
        *place = id;
    }
    shuffle(&mut all, digest.iter().take(CHOSEN * 4));
    let [one, two, three, four, five, ..] = all;
    ask_three([one, two, three, four, five], digest)
}

/// Brings random members to the front (Fisher–Yates), one for every four bytes. The remainder of a 32-bit number by at
/// most 20 is uneven by less than one in 200 million.
fn shuffle<'a>(ids: &mut [QuestionId], bytes: impl Iterator<Item = &'a u8>) {
    let bytes: Vec<u8> = bytes.copied().collect();
    let (numbers, _rest) = bytes.as_chunks::<4>();
    for (at, number) in numbers.iter().enumerate().take(ids.len()) {
        let left = ids.len() - at;
        let pick = u32::from_be_bytes(*number) as usize % left;
        ids.swap(at, at + pick);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn after(minutes: i64) -> DateTime<Utc> {
        start() + Duration::minutes(minutes)
    }

    fn asked() -> [QuestionId; 3] {
        ask_three_of_nobody(&[7; 32])
    }

    #[test]
    fn the_six_steps() {
        let reset = Reset::begin(asked(), start());
        let reset = reset.answer(false, after(1)).unwrap();
        let reset = reset.answer(true, after(2)).unwrap();
        assert_eq!(
            reset,
            Reset::LinkSent {
                expires_at: after(32)
            }
        );
        let reset = reset.redeem(after(20)).unwrap();
        assert_eq!(
            reset,
            Reset::Redeemed {
                expires_at: after(35)
            }
        );
        let reset = reset.sign_in(after(21)).unwrap();
        let reset = reset.complete(after(22)).unwrap();
        assert_eq!(reset, Reset::Done { at: after(22) });
        assert!(!reset.is_open(after(22)));
    }

    #[test]
    fn limits_are_over_when_they_are_reached() {
        let second = Duration::seconds(1);
        let reset = Reset::begin(asked(), start());
        assert!(reset.answer(true, after(30) - second).is_ok());
        assert_eq!(reset.answer(true, after(30)), Err(ResetError::Expired));
        let sent = reset.answer(true, start()).unwrap();
        assert!(sent.redeem(after(30) - second).is_ok());
        assert_eq!(sent.redeem(after(30)), Err(ResetError::Expired));
        let shown = sent.redeem(start()).unwrap();
        assert!(shown.sign_in(after(15) - second).is_ok());
        assert_eq!(shown.sign_in(after(15)), Err(ResetError::Expired));
        assert!(shown.sign_in(start()).unwrap().complete(after(100)).is_ok());
    }

    #[test]
    fn five_wrong_answers_end_it() {
        let mut reset = Reset::begin(asked(), start());
        for n in 1..=5 {
            assert!(reset.is_open(after(n)));
            reset = reset.answer(false, after(n)).unwrap();
        }
        assert_eq!(reset, Reset::Expired { at: after(5) });
        assert_eq!(reset.answer(true, after(6)), Err(ResetError::Expired));
    }

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Answer(bool),
        Redeem,
        SignIn,
        Complete,
        Supersede,
        Wait(i64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => prop::bool::weighted(0.4).prop_map(Step::Answer),
            3 => Just(Step::Redeem),
            3 => Just(Step::SignIn),
            3 => Just(Step::Complete),
            1 => Just(Step::Supersede),
            3 => (0..20_i64).prop_map(Step::Wait),
        ]
    }

    /// The rules told as a diary of moments, in minutes: each step looks at what is on record.
    #[derive(Default)]
    struct Model {
        minute: i64,
        wrong: usize,
        answered: Option<i64>,
        redeemed: Option<i64>,
        signed_in: Option<i64>,
        done: Option<i64>,
        superseded: bool,
    }

    impl Model {
        fn may(&self, step: Step) -> bool {
            if matches!(step, Step::Supersede | Step::Wait(_)) {
                return true;
            }
            if self.superseded || self.wrong >= 5 {
                return false;
            }
            match step {
                Step::Answer(_) => self.answered.is_none() && self.minute < 30,
                Step::Redeem => {
                    self.redeemed.is_none()
                        && self.answered.is_some_and(|then| self.minute < then + 30)
                }
                Step::SignIn => {
                    self.signed_in.is_none()
                        && self.redeemed.is_some_and(|then| self.minute < then + 15)
                }
                Step::Complete => self.signed_in.is_some() && self.done.is_none(),
                Step::Supersede | Step::Wait(_) => true,
            }
        }

        fn note(&mut self, step: Step) {
            match step {
                Step::Answer(true) => self.answered = Some(self.minute),
                Step::Answer(false) => self.wrong += 1,
                Step::Redeem => self.redeemed = Some(self.minute),
                Step::SignIn => self.signed_in = Some(self.minute),
                Step::Complete => self.done = Some(self.minute),
                Step::Supersede => self.superseded = true,
                Step::Wait(minutes) => self.minute += minutes,
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn the_machine_does_what_the_rules_say(steps in proptest::collection::vec(step(), 1..40)) {
            let mut reset = Reset::begin(asked(), start());
            let mut model = Model::default();
            for step in steps {
                let now = after(model.minute);
                let allowed = model.may(step);
                let next = match step {
                    Step::Answer(right) => reset.answer(right, now),
                    Step::Redeem => reset.redeem(now),
                    Step::SignIn => reset.sign_in(now),
                    Step::Complete => reset.complete(now),
                    Step::Supersede => Ok(reset.supersede(now)),
                    Step::Wait(_) => Ok(reset),
                };
                prop_assert_eq!(next.is_ok(), allowed, "{:?} from {:?}", step, reset);
                if let Ok(next) = next {
                    reset = next;
                    model.note(step);
                }
                prop_assert_eq!(matches!(reset, Reset::Done { .. }), model.done.is_some());
            }
        }

        #[test]
        fn picks_are_stable_and_of_the_five(digest in any::<[u8; 32]>(), from in 0..16_usize, turn in 0..5_usize) {
            let mut chosen = [QuestionId::first(); 5];
            for (place, id) in chosen.iter_mut().zip(QuestionId::all().skip(from)) {
                *place = id;
            }
            let three = ask_three(chosen, &digest);
            prop_assert!(three.iter().all(|id| chosen.contains(id)));
            prop_assert_eq!(HashSet::from(three).len(), 3);
            chosen.rotate_left(turn);
            prop_assert_eq!(ask_three(chosen, &digest), three);
            let nobody = ask_three_of_nobody(&digest);
            prop_assert_eq!(nobody, ask_three_of_nobody(&digest));
            prop_assert_eq!(HashSet::from(nobody).len(), 3);
        }
    }

    /// Counts how often each question is picked over many digests.
    #[test]
    fn every_question_is_picked_about_equally_often() {
        let mut rng = proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        );
        let chosen: Vec<_> = QuestionId::all().take(5).collect();
        let chosen: [QuestionId; 5] = chosen.try_into().unwrap();
        let (mut of_all, mut of_five) = (vec![0; QUESTIONS], vec![0; CHOSEN]);
        let place = |id: &QuestionId| QuestionId::all().position(|other| other == *id).unwrap();
        for _ in 0..20_000 {
            let mut digest = [0; 32];
            rand_fill(&mut rng, &mut digest);
            ask_three_of_nobody(&digest)
                .iter()
                .for_each(|id| of_all[place(id)] += 1);
            ask_three(chosen, &digest)
                .iter()
                .for_each(|id| of_five[place(id)] += 1);
        }
        // Expected 3000 and 12000; six standard deviations are about 310 and 420.
        assert!(
            of_all.iter().all(|count| (2690..=3310).contains(count)),
            "{of_all:?}"
        );
        assert!(
            of_five
                .iter()
                .all(|count| (11_580..=12_420).contains(count)),
            "{of_five:?}"
        );
    }

    fn rand_fill(rng: &mut impl proptest::prelude::Rng, digest: &mut [u8; 32]) {
        rng.fill_bytes(digest);
    }
}
