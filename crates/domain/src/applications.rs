//! An application for an account as a state machine (DOMAIN section 4): the form, the code that goes to the register's
//! contact, a claim where somebody else holds the identifier, the registrar. Who may see it, and what an approval makes,
//! belong elsewhere.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::members::words;
use crate::text::text_newtype;

/// How long a code works `[CBP]`.
pub const CODE_MINUTES: i64 = 10;
/// How often one code may be tried `[CBP]`.
pub const CODE_TRIES: u32 = 5;
/// How soon a further code can be asked for `[own]`.
pub const RESEND_SECONDS: i64 = 60;
/// How long an application waits for its applicant `[own]`.
pub const KEPT_DAYS: i64 = 30;

text_newtype! {
    /// The six digits of a mailed code. Blanks and hyphens between them are left out.
    pub struct SixDigits {
        what: "code",
        rule: "The code has six digits.",
        pattern: "^[0-9]{6}$",
        length: 6..=6,
        example: "042917",
        parse: |text| {
            let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
            (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
        },
    }
}

words! {
    /// The states of an application by name.
    StageName {
        /// Saved, not submitted.
        Draft = "draft",
        /// A code was mailed to the register's contact.
        AwaitingCode = "awaiting_code",
        /// The register does not confirm what was submitted.
        NotConfirmed = "not_confirmed",
        /// Another account holds the identifier: it can be claimed.
        ClaimOffered = "claim_offered",
        /// Waits for a claim.
        ClaimFiled = "claim_filed",
        /// In the registrar's queue.
        InReview = "in_review",
        /// An account was opened.
        Approved = "approved",
        /// Refused, with a reason.
        Rejected = "rejected",
        /// Given up by the applicant.
        Withdrawn = "withdrawn",
        /// The applicant did not come back.
        Expired = "expired",
    }
}

/// Where an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Saved, not submitted.
    Draft {
        /// Kept until then.
        until: DateTime<Utc>,
    },
    /// A code was mailed to the register's contact.
    AwaitingCode {
        /// Kept until then.
        until: DateTime<Utc>,
        /// When the newest code was mailed.
        sent_at: DateTime<Utc>,
        /// How often that code was tried.
        tries: u32,
    },
    /// The register does not confirm name and identifier, or knows no address to send a code to.
    NotConfirmed {
        /// Kept until then.
        until: DateTime<Utc>,
    },
    /// Another account holds the identifier: it can be claimed.
    ClaimOffered {
        /// Kept until then.
        until: DateTime<Utc>,
    },
    /// Waits for a claim.
    ClaimFiled,
    /// In the registrar's queue.
    InReview {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// An account was opened.
    Approved {
        /// When.
        at: DateTime<Utc>,
    },
    /// Refused.
    Rejected {
        /// When.
        at: DateTime<Utc>,
    },
    /// Given up by the applicant.
    Withdrawn {
        /// When.
        at: DateTime<Utc>,
    },
    /// The applicant did not come back in time.
    Expired {
        /// When its time was over.
        at: DateTime<Utc>,
    },
}

/// Why a step is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StageRefusal {
    /// The step does not follow on where the application stands.
    #[error(
        "this step does not follow on where the application stands: it is {}", .0.as_str().replace('_', " ")
    )]
    OutOfOrder(StageName),
    /// A further code was asked for too soon.
    #[error("a further code can be sent in {0} seconds")]
    TooSoon(i64),
    /// The code is over: ten minutes, or five tries.
    #[error(
        "this code does not work any more: a code is valid for {CODE_MINUTES} minutes and {CODE_TRIES} tries; ask for a new one"
    )]
    CodeOver,
}

/// How a claim that an application waited for came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// The identifier is free now.
    Released,
    /// The holder keeps it; the registrar decides what becomes of the application.
    Kept,
}

fn kept(now: DateTime<Utc>) -> DateTime<Utc> {
    now + Duration::days(KEPT_DAYS)
}

impl Stage {
    /// A new application.
    #[must_use]
    pub fn begin(now: DateTime<Utc>) -> Self {
        Self::Draft { until: kept(now) }
    }

    /// The name of the state at this moment.
    #[must_use]
    pub fn name(self, now: DateTime<Utc>) -> StageName {
        match self.at(now) {
            Self::Draft { .. } => StageName::Draft,
            Self::AwaitingCode { .. } => StageName::AwaitingCode,
            Self::NotConfirmed { .. } => StageName::NotConfirmed,
            Self::ClaimOffered { .. } => StageName::ClaimOffered,
            Self::ClaimFiled => StageName::ClaimFiled,
            Self::InReview { .. } => StageName::InReview,
            Self::Approved { .. } => StageName::Approved,
            Self::Rejected { .. } => StageName::Rejected,
            Self::Withdrawn { .. } => StageName::Withdrawn,
            Self::Expired { .. } => StageName::Expired,
        }
    }

    /// Until when it waits for the applicant, where it does.
    #[must_use]
    pub const fn until(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Draft { until }
            | Self::AwaitingCode { until, .. }
            | Self::NotConfirmed { until }
            | Self::ClaimOffered { until } => Some(until),
            _ => None,
        }
    }

    /// The state at this moment: what waited for its applicant too long has expired. A limit is over when it is reached.
    #[must_use]
    pub fn at(self, now: DateTime<Utc>) -> Self {
        match self.until() {
            Some(until) if now >= until => Self::Expired { at: until },
            _ => self,
        }
    }

    fn refusal(self, now: DateTime<Utc>) -> StageRefusal {
        StageRefusal::OutOfOrder(self.name(now))
    }

    /// The form is changed. `anew` when what the code or the register stood for is not the same any more.
    ///
    /// # Errors
    /// [`StageRefusal::OutOfOrder`] once the code was right or the registrar has it.
    pub fn change(self, anew: bool, now: DateTime<Utc>) -> Result<Self, StageRefusal> {
        match self.at(now) {
            Self::Draft { .. } => Ok(Self::begin(now)),
            Self::AwaitingCode { .. } | Self::NotConfirmed { .. } if anew => Ok(Self::begin(now)),
            same @ (Self::AwaitingCode { .. } | Self::NotConfirmed { .. }) => Ok(same),
            other => Err(other.refusal(now)),
        }
    }

    /// The form is submitted; `confirmed` when the register says the same and names whom to mail the code to.
    ///
    /// # Errors
    /// [`StageRefusal::OutOfOrder`] from any state but a draft or one that the register did not confirm.
    pub fn submit(self, confirmed: bool, now: DateTime<Utc>) -> Result<Self, StageRefusal> {
        match self.at(now) {
            Self::Draft { .. } | Self::NotConfirmed { .. } => Ok(if confirmed {
                Self::AwaitingCode {
                    until: kept(now),
                    sent_at: now,
                    tries: 0,
                }
            } else {
                Self::NotConfirmed { until: kept(now) }
            }),
            other => Err(other.refusal(now)),
        }
    }

    /// A further code is mailed; the one before stops working.
    ///
    /// # Errors
    /// [`StageRefusal::TooSoon`] within a minute of the last one.
    pub fn resend(self, now: DateTime<Utc>) -> Result<Self, StageRefusal> {
        match self.at(now) {
            Self::AwaitingCode { sent_at, .. } => {
                let wait = (sent_at + Duration::seconds(RESEND_SECONDS) - now).num_seconds();
                if wait > 0 {
                    return Err(StageRefusal::TooSoon(wait));
                }
                Ok(Self::AwaitingCode {
                    until: kept(now),
                    sent_at: now,
                    tries: 0,
                })
            }
            other => Err(other.refusal(now)),
        }
    }

    /// A try of the code is counted, before it is compared.
    ///
    /// # Errors
    /// [`StageRefusal::CodeOver`] after ten minutes or five tries.
    pub fn try_code(self, now: DateTime<Utc>) -> Result<Self, StageRefusal> {
        match self.at(now) {
            Self::AwaitingCode {
                until,
                sent_at,
                tries,
            } => {
                let over = now >= sent_at + Duration::minutes(CODE_MINUTES);
                if over || tries >= CODE_TRIES {
                    return Err(StageRefusal::CodeOver);
                }
                Ok(Self::AwaitingCode {
                    until,
                    sent_at,
                    tries: tries + 1,
                })
            }
            other => Err(other.refusal(now)),
        }
    }

    /// The code was right. `held` when another account holds the identifier.
    ///
    /// # Errors
    /// [`StageRefusal::OutOfOrder`] when no code is awaited.
    pub fn confirm(self, held: bool, now: DateTime<Utc>) -> Result<Self, StageRefusal> {
        match self.at(now) {
            Self::AwaitingCode { .. } if held => Ok(Self::ClaimOffered { until: kept(now) }),
            Self::AwaitingCode { .. } => Ok(Self::InReview { since: now }),
            other => Err(other.refusal(now)),
        }
    }

    /// The applicant asks the registrar to look at it without a code.
    ///
    /// # Errors
    /// [`StageRefusal::OutOfOrder`] when it was not submitted, or is with the registrar already.
    pub fn ask_review(self, now: DateTime<Utc>) -> Result<Self, StageRefusal> {
        match self.at(now) {
            Self::AwaitingCode { .. } | Self::NotConfirmed { .. } => {
                Ok(Self::InReview { since: now })
            }
            other => Err(other.refusal(now)),
        }
    }

    /// The registrar found that another account holds the identifier and offers the claim.
    ///
    /// # Errors
    /// [`StageRefusal::OutOfOrder`] outside the queue.
    pub fn offer_claim(self, now: DateTime<Utc>) -> Result<Self, StageRefusal> {
        match self.at(now) {
            Self::InReview { .. } => Ok(Self::ClaimOffered { until: kept(now) }),
            other => Err(other.refusal(now)),
        }
    }

    /// The applicant claims the identifier; `still_held` is false when it has become free meanwhile.
    ///
    /// # Errors
    /// [`StageRefusal::OutOfOrder`] when no claim is offered.
    pub fn claim(self, still_held: bool, now: DateTime<Utc>) -> Result<Self, StageRefusal> {
        match self.at(now) {
            Self::ClaimOffered { .. } if still_held => Ok(Self::ClaimFiled),
            Self::ClaimOffered { .. } => Ok(Self::InReview { since: now }),
            other => Err(other.refusal(now)),
        }
    }

    /// The claim is over.
    ///
    /// # Errors
    /// [`StageRefusal::OutOfOrder`] when none was waited for.
    pub fn claim_over(
        self,
        outcome: ClaimOutcome,
        now: DateTime<Utc>,
    ) -> Result<Self, StageRefusal> {
        match (self.at(now), outcome) {
            (Self::ClaimFiled, ClaimOutcome::Released | ClaimOutcome::Kept) => {
                Ok(Self::InReview { since: now })
            }
            (other, _) => Err(other.refusal(now)),
        }
    }

    /// The account was opened.
    ///
    /// # Errors
    /// [`StageRefusal::OutOfOrder`] outside the queue.
    pub fn approve(self, now: DateTime<Utc>) -> Result<Self, StageRefusal> {
        match self.at(now) {
            Self::InReview { .. } => Ok(Self::Approved { at: now }),
            other => Err(other.refusal(now)),
        }
    }

    /// The registrar refuses it.
    ///
    /// # Errors
    /// [`StageRefusal::OutOfOrder`] outside the queue.
    pub fn reject(self, now: DateTime<Utc>) -> Result<Self, StageRefusal> {
        match self.at(now) {
            Self::InReview { .. } => Ok(Self::Rejected { at: now }),
            other => Err(other.refusal(now)),
        }
    }

    /// The applicant gives it up; an open claim of it ends with it.
    ///
    /// # Errors
    /// [`StageRefusal::OutOfOrder`] when it is over.
    pub fn withdraw(self, now: DateTime<Utc>) -> Result<Self, StageRefusal> {
        match self.at(now) {
            over @ (Self::Approved { .. }
            | Self::Rejected { .. }
            | Self::Withdrawn { .. }
            | Self::Expired { .. }) => Err(over.refusal(now)),
            _ => Ok(Self::Withdrawn { at: now }),
        }
    }
}

/// Whether two names mean the same company: capital and small letters, punctuation and blanks do not count, and the usual
/// words for the legal form may be written in either way.
#[must_use]
pub fn same_company(one: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        name.to_lowercase()
            .replace('&', " and ")
            .replace(['.', '\''], "")
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| match word {
                "incorporated" => "inc".to_owned(),
                "corporation" => "corp".to_owned(),
                "company" => "co".to_owned(),
                "limited" => "ltd".to_owned(),
                other => other.to_owned(),
            })
            .collect()
    };
    let (one, other) = (words(one), words(other));
    !one.is_empty() && one == other
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    #[test]
    fn names_of_one_company() {
        assert!(same_company(
            "Harbor Lane Imports LLC",
            "HARBOR LANE IMPORTS, L.L.C."
        ));
        assert!(same_company("Smith & Sons Company", "Smith and Sons Co."));
        assert!(same_company("Mueller Limited", "mueller ltd"));
        assert!(!same_company(
            "Harbor Lane Imports LLC",
            "Harbor Lane Exports LLC"
        ));
        assert!(!same_company("Harbor Lane", "Harbor Lane Imports"));
        assert!(!same_company("..", ".."));
    }

    #[test]
    fn a_code_has_five_tries_and_ten_minutes() {
        let mut stage = Stage::begin(start()).submit(true, start()).unwrap();
        let last = start() + Duration::minutes(CODE_MINUTES) - Duration::microseconds(1);
        for _ in 0..CODE_TRIES {
            stage = stage.try_code(last).unwrap();
        }
        assert_eq!(stage.try_code(last), Err(StageRefusal::CodeOver));
        assert_eq!(stage.resend(start()), Err(StageRefusal::TooSoon(60)));
        let anew = stage.resend(last).unwrap();
        assert!(anew.try_code(last).is_ok());
        let over = last + Duration::minutes(CODE_MINUTES);
        assert_eq!(anew.try_code(over), Err(StageRefusal::CodeOver));
    }

    #[test]
    fn codes_as_people_type_them() {
        for typed in ["042917", " 042 917 ", "042-917"] {
            assert_eq!(SixDigits::parse(typed).unwrap().as_str(), "042917");
        }
        for wrong in ["", "04291", "0429177", "04291a", "٠٤٢٩١٧"] {
            assert!(SixDigits::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Change(bool),
        Submit(bool),
        Resend,
        Try,
        Confirm(bool),
        AskReview,
        OfferClaim,
        Claim(bool),
        ClaimOver(ClaimOutcome),
        Approve,
        Reject,
        Withdraw,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            any::<bool>().prop_map(Step::Change),
            any::<bool>().prop_map(Step::Submit),
            Just(Step::Resend),
            Just(Step::Try),
            any::<bool>().prop_map(Step::Confirm),
            Just(Step::AskReview),
            Just(Step::OfferClaim),
            any::<bool>().prop_map(Step::Claim),
            prop_oneof![Just(ClaimOutcome::Released), Just(ClaimOutcome::Kept)]
                .prop_map(Step::ClaimOver),
            Just(Step::Approve),
            Just(Step::Reject),
            Just(Step::Withdraw),
        ]
    }

    proptest! {
        /// Whatever is tried in whatever order: what is over stays over, only the queue leads to a decision, and the queue is
        /// entered by a right code, a claim or the applicant's own wish alone.
        #[test]
        fn no_way_around(steps in proptest::collection::vec((step(), 0_i64..2_000_000), 0..40)) {
            let mut now = start();
            let mut stage = Stage::begin(now);
            for (step, seconds) in steps {
                now += Duration::seconds(seconds);
                let before = stage.name(now);
                let next = match step {
                    Step::Change(anew) => stage.change(anew, now),
                    Step::Submit(confirmed) => stage.submit(confirmed, now),
                    Step::Resend => stage.resend(now),
                    Step::Try => stage.try_code(now),
                    Step::Confirm(held) => stage.confirm(held, now),
                    Step::AskReview => stage.ask_review(now),
                    Step::OfferClaim => stage.offer_claim(now),
                    Step::Claim(held) => stage.claim(held, now),
                    Step::ClaimOver(outcome) => stage.claim_over(outcome, now),
                    Step::Approve => stage.approve(now),
                    Step::Reject => stage.reject(now),
                    Step::Withdraw => stage.withdraw(now),
                };
                let Ok(next) = next else { continue };
                let over = matches!(before, StageName::Approved | StageName::Rejected | StageName::Withdrawn | StageName::Expired);
                prop_assert!(!over, "{step:?} moved what was over");
                match next.name(now) {
                    StageName::Approved | StageName::Rejected => prop_assert_eq!(before, StageName::InReview),
                    StageName::InReview => prop_assert!(matches!(
                        (before, step),
                        (StageName::AwaitingCode, Step::Confirm(false) | Step::AskReview)
                            | (StageName::NotConfirmed, Step::AskReview)
                            | (StageName::ClaimOffered, Step::Claim(false))
                            | (StageName::ClaimFiled, Step::ClaimOver(_))
                    )),
                    StageName::ClaimFiled => prop_assert_eq!(before, StageName::ClaimOffered),
                    _ => {}
                }
                if let Stage::AwaitingCode { tries, .. } = next {
                    prop_assert!(tries <= CODE_TRIES);
                }
                stage = next;
            }
        }
    }
}
