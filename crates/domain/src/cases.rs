//! Requests to support (DOMAIN section 6): topics, states, the verification of a caller, what staff may do in a case, and
//! the expected waiting time. What is written in a case and who reads it is not decided here.

use chrono::{DateTime, Duration, Utc};

use crate::text::{line_pattern, one_line, several_lines, text_newtype};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in the database and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }

            /// Reads the word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> { Self::ALL.iter().copied().find(|v| v.as_str() == word) }
        }
    )+};
}

words! {
    /// What a case is about.
    Topic {
        /// Cannot get in.
        AccessAndLock = "access_and_lock",
        /// Password or challenge questions.
        Password = "password",
        /// Another owner is needed.
        OwnerChange = "owner_change",
        /// Somebody else holds an identifier.
        IdentifierConflict = "identifier_conflict",
        /// An activity that staff add (R5).
        RestrictedActivity = "restricted_activity",
        /// Access to another account, or of others to one's own.
        CrossAccountAccess = "cross_account_access",
        /// An application for an account.
        Application = "application",
        /// Reports.
        Reports = "reports",
        /// Something does not work.
        Outage = "outage",
        /// Anything else.
        Other = "other",
    }
    /// Whose turn it is.
    CaseState {
        /// Support's.
        Waiting = "waiting",
        /// The customer's.
        Answered = "answered",
        /// Nobody's; the customer opens it again by writing.
        Closed = "closed",
    }
    /// What staff do about the person of a case.
    ActionKind {
        /// Lifts failed attempts and dormancy.
        Reactivate = "reactivate",
        /// Sends a temporary password to the e-mail on file; also lifts failed attempts and dormancy.
        ResetPassword = "reset_password",
    }
}

text_newtype! {
    /// What a case is called: 2 to 120 characters, one line, trimmed.
    pub struct CaseSubject {
        what: "subject",
        rule: "A subject has 2 to 120 characters in one line.",
        pattern: line_pattern!(2),
        length: 2..=120,
        example: "Our account owner has left",
        parse: |text| one_line(text, 2, 120),
    }
}

text_newtype! {
    /// A message in a case, in own words: 2 to 4,000 characters, several lines allowed.
    pub struct MessageText {
        what: "message",
        rule: "A message has 2 to 4,000 characters.",
        pattern: r"^(?:\s*[^\s\x00-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF](?:[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF])*[^\s\x00-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]\s*)$",
        length: 2..=4000,
        example: "I was locked out this morning and need to file today.",
        parse: |text| several_lines(text, 2, 4000),
    }
}

/// How long a phrase can be told to the agent.
pub const PHRASE_MINUTES: i64 = 15;
/// How long a verified caller counts as verified (DOMAIN section 6).
pub const VERIFIED_MINUTES: i64 = 15;
/// How many wrong phrases end a verification for good.
pub const MOST_WRONG: u32 = 5;

/// How far the verification of a caller as the person on file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// The phrase is on its way to the person on file.
    Sent {
        /// When it was sent.
        at: DateTime<Utc>,
        /// Wrong phrases so far.
        wrong: u32,
    },
    /// The caller said the phrase.
    Verified {
        /// When.
        at: DateTime<Utc>,
    },
    /// Too many wrong phrases: this caller is not the person on file.
    Failed {
        /// When.
        at: DateTime<Utc>,
    },
}

/// The verification takes no phrase any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerificationOver {
    /// The phrase has expired.
    #[error("the phrase has expired; send a new one")]
    Expired,
    /// It succeeded already.
    #[error("the caller is verified already")]
    Verified,
    /// It failed.
    #[error(
        "five wrong phrases were given, so this caller is not helped in this case; the person on file and the company were told"
    )]
    Failed,
}

impl Verification {
    /// A phrase goes out now.
    #[must_use]
    pub const fn send(now: DateTime<Utc>) -> Self {
        Self::Sent { at: now, wrong: 0 }
    }

    /// What becomes of it when the caller says a phrase.
    ///
    /// # Errors
    /// [`VerificationOver`] when no phrase is awaited.
    pub fn hear(self, right: bool, now: DateTime<Utc>) -> Result<Self, VerificationOver> {
        match self {
            Self::Sent { at, .. } if now >= at + Duration::minutes(PHRASE_MINUTES) => {
                Err(VerificationOver::Expired)
            }
            Self::Sent { .. } if right => Ok(Self::Verified { at: now }),
            Self::Sent { at, wrong } if wrong + 1 < MOST_WRONG => Ok(Self::Sent {
                at,
                wrong: wrong + 1,
            }),
            Self::Sent { .. } => Ok(Self::Failed { at: now }),
            Self::Verified { .. } => Err(VerificationOver::Verified),
            Self::Failed { .. } => Err(VerificationOver::Failed),
        }
    }

    /// Whether staff may act for this caller now.
    #[must_use]
    pub fn holds(self, now: DateTime<Utc>) -> bool {
        matches!(self, Self::Verified { at } if now >= at && now < at + Duration::minutes(VERIFIED_MINUTES))
    }

    /// Until when the phrase, or the verification, counts.
    #[must_use]
    pub fn until(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Sent { at, .. } => Some(at + Duration::minutes(PHRASE_MINUTES)),
            Self::Verified { at } => Some(at + Duration::minutes(VERIFIED_MINUTES)),
            Self::Failed { .. } => None,
        }
    }

    /// Whether another phrase may be sent in the same case.
    #[must_use]
    pub const fn can_start_again(self) -> bool {
        !matches!(self, Self::Failed { .. })
    }
}

const WORDS: [&str; 64] = [
    "anchor", "amber", "apple", "barge", "basin", "beacon", "blue", "bridge", "buoy", "cabin",
    "canal", "candle", "cargo", "cedar", "channel", "clover", "compass", "copper", "coral",
    "cotton", "crane", "delta", "dock", "dolphin", "eagle", "ember", "falcon", "ferry", "garden",
    "granite", "gravel", "harbor", "hazel", "heron", "island", "ivory", "jasper", "kettle",
    "lantern", "lemon", "linen", "magnet", "maple", "marble", "meadow", "north", "ocean", "olive",
    "orchid", "paper", "pebble", "pepper", "pilot", "quartz", "raven", "river", "saddle", "silver",
    "summit", "timber", "tulip", "velvet", "walnut", "window",
];

/// A phrase of four words and two digits made of random bytes: over 30 bits, easily said on the telephone; five tries.
#[must_use]
pub fn phrase(random: [u8; 5]) -> String {
    let [a, b, c, d, number] = random;
    let word = |byte: u8| WORDS[usize::from(byte % 64)];
    format!(
        "{} {} {} {} {:02}",
        word(a),
        word(b),
        word(c),
        word(d),
        number % 100
    )
}

/// The form in which phrases are compared: small letters and digits, one blank between words.
#[must_use]
pub fn normal_phrase(said: &str) -> String {
    let spaced: String = said
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    let words: Vec<String> = spaced.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// The number of a case as people say it.
#[must_use]
pub fn case_number(serial: i64) -> String {
    format!("C-{serial:06}")
}

/// How long a customer will wait, with its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExpectedWait {
    /// The most likely time.
    pub likely: Duration,
    /// Eight of ten waits are between this …
    pub from: Duration,
    /// … and this.
    pub to: Duration,
}

/// Days that the throughput is taken from.
pub const THROUGHPUT_DAYS: i64 = 7;

/// The time until the case at `place` in the queue (1 is next) is answered, from the number of answers of the last seven
/// days. `None` when nothing was answered: then nobody can tell.
///
/// Answers are taken for a Poisson process of unknown rate, so the time of the k-th has a relative variance of 1/k, and the
/// rate, known from n answers, one of 1/n; the range is that of 80 % on a logarithmic scale. [own]
#[must_use]
pub fn expected_wait(place: u32, answered: u32) -> Option<ExpectedWait> {
    const Z_80: f64 = 1.281_55;
    if answered == 0 || place == 0 {
        return None;
    }
    let week = Duration::days(THROUGHPUT_DAYS).num_seconds();
    #[expect(clippy::cast_precision_loss, reason = "a week has few seconds")]
    let likely = week as f64 * f64::from(place) / f64::from(answered);
    let spread = Z_80 * (1.0 / f64::from(place) + 1.0 / f64::from(answered)).sqrt();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "capped to ninety days, which fits"
    )]
    let seconds = |value: f64| Duration::seconds(value.min(7_776_000.0) as i64);
    Some(ExpectedWait {
        likely: seconds(likely),
        from: seconds(likely * (-spread).exp()),
        to: seconds(likely * spread.exp()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::minutes(minutes)
    }

    #[test]
    fn the_right_phrase_verifies_for_fifteen_minutes() {
        let sent = Verification::send(at(0));
        assert!(!sent.holds(at(0)));
        let verified = sent.hear(true, at(14)).unwrap();
        assert!(verified.holds(at(14)));
        assert!(verified.holds(at(28)));
        assert!(!verified.holds(at(29)));
        assert_eq!(verified.hear(true, at(15)), Err(VerificationOver::Verified));
    }

    #[test]
    fn a_phrase_lives_fifteen_minutes() {
        assert_eq!(
            Verification::send(at(0)).hear(true, at(15)),
            Err(VerificationOver::Expired)
        );
    }

    #[test]
    fn five_wrong_phrases_end_it_for_good() {
        let mut state = Verification::send(at(0));
        for _ in 0..4 {
            state = state.hear(false, at(1)).unwrap();
            assert!(state.can_start_again());
        }
        state = state.hear(false, at(1)).unwrap();
        assert_eq!(state, Verification::Failed { at: at(1) });
        assert!(!state.can_start_again());
        assert_eq!(state.hear(true, at(2)), Err(VerificationOver::Failed));
    }

    #[test]
    fn phrases_are_compared_as_they_are_said() {
        assert_eq!(
            normal_phrase("  Amber-buoy, CRANE  ocean 07."),
            "amber buoy crane ocean 07"
        );
        let words: std::collections::BTreeSet<_> = WORDS.iter().collect();
        assert_eq!(words.len(), WORDS.len());
    }

    proptest! {
        #[test]
        fn a_phrase_is_its_own_normal_form(random in any::<[u8; 5]>()) {
            let made = phrase(random);
            prop_assert_eq!(normal_phrase(&made), made);
        }

        /// However the two play, nobody is verified without a right phrase, nor after five wrong ones.
        #[test]
        fn no_way_around_the_phrase(said in proptest::collection::vec((any::<bool>(), 0_i64..4), 0..20)) {
            let mut state = Verification::send(at(0));
            let (mut now, mut wrong, mut right) = (0, 0, false);
            for (fits, wait) in said {
                now += wait;
                if let Ok(next) = state.hear(fits, at(now)) {
                    if fits { right = true } else { wrong += 1 }
                    state = next;
                }
                prop_assert!(!state.holds(at(now)) || right);
                prop_assert!(wrong <= MOST_WRONG);
                if wrong == MOST_WRONG { prop_assert!(!state.holds(at(now))) }
            }
        }

        #[test]
        fn the_range_holds_the_likely_wait(place in 1_u32..5_000, answered in 1_u32..50_000) {
            let wait = expected_wait(place, answered).unwrap();
            prop_assert!(wait.from <= wait.likely && wait.likely <= wait.to);
        }
    }

    /// A small generator, so that the simulated month is the same every time.
    struct Dice(u64);
    impl Dice {
        fn unit(&mut self) -> f64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
            let value = (self.0 >> 11) as f64;
            value / 9_007_199_254_740_992.0
        }
        fn exponential(&mut self, mean: f64) -> f64 {
            -mean * (1.0 - self.unit()).ln()
        }
    }

    /// One simulated month: answers come at random around the clock, 20 a day; every hour a case is at a random place.
    #[test]
    fn eight_of_ten_simulated_cases_are_answered_within_the_shown_range() {
        let (mut inside, mut all) = (0_u32, 0_u32);
        for seed in 1..=20 {
            let mut dice = Dice(seed);
            let mut answers = Vec::new();
            let mut clock = 0.0;
            while clock < 37.0 * 86_400.0 {
                clock += dice.exponential(86_400.0 / 20.0);
                answers.push(clock);
            }
            for hour in (7 * 24)..(30 * 24) {
                let now = f64::from(hour) * 3_600.0;
                let place = 1 + u32::try_from((dice.unit() * 40.0) as i64).unwrap();
                let answered = answers
                    .iter()
                    .filter(|t| **t <= now && **t > now - 7.0 * 86_400.0)
                    .count();
                let Some(shown) = expected_wait(place, u32::try_from(answered).unwrap()) else {
                    continue;
                };
                let mut later = answers.iter().filter(|t| **t > now);
                let Some(done) = later.nth(place as usize - 1) else {
                    continue;
                };
                let waited = Duration::seconds((done - now) as i64);
                all += 1;
                inside += u32::from(waited >= shown.from && waited <= shown.to);
            }
        }
        let share = f64::from(inside) / f64::from(all);
        assert!(all > 10_000, "{all}");
        assert!((0.75..=0.85).contains(&share), "{share}");
    }
}
