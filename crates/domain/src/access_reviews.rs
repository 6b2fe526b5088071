//! Reviews of who has access to an account: states by the clock, what may be answered when, dates and quarters. Who may
//! answer is decided in `access`; what an answer does to a membership or a grant is the business of those.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};

use serde::{Deserialize, Serialize};

use crate::members::words;
use crate::text::{line_pattern, one_line, text_newtype};

words! {
    /// What becomes of people for whom nobody answered by the date.
    WhenUnanswered {
        /// Their access to the account is suspended.
        Suspend = "suspend",
        /// They are named in the result and keep their access.
        Report = "report",
    }
}

words! {
    /// An answer.
    Answer {
        /// The access is right as it is.
        Keep = "keep",
        /// The access was made another one.
        Change = "change",
        /// The access has ended.
        Remove = "remove",
    }
}

words! {
    /// Where a review stands.
    ReviewState {
        /// Answers are waited for.
        Running = "running",
        /// The date has passed, or everything was answered and the owner closed it.
        Finished = "finished",
        /// Called off.
        Cancelled = "cancelled",
    }
}

words! {
    /// Where a person in a review stands.
    ItemState {
        /// An answer is waited for.
        Open = "open",
        /// Keeps the access.
        Kept = "kept",
        /// Has another access now.
        Changed = "changed",
        /// Has no access any more.
        Removed = "removed",
        /// Nobody answered by the date; the access is suspended.
        Suspended = "suspended",
        /// Nobody answered by the date; the access is as it was.
        Reported = "reported",
        /// Lost the access in another way, became the owner, or the review was called off.
        Left = "left",
    }
}

words! {
    /// Whose access it is.
    ItemKind {
        /// A member of the account.
        Member = "member",
        /// A person of another company, through a grant.
        Outside = "outside",
    }
}

text_newtype! {
    /// The name of a review, for lists and for the evidence.
    pub struct ReviewName {
        what: "name of the review",
        rule: "The name of a review has 2 to 120 characters in one line.",
        pattern: line_pattern!(2),
        length: 2..=120,
        example: "Access review, Q4 2026",
        parse: |text| one_line(text, 2, 120),
    }
}

/// How far ahead the date of a review may lie, in days.
pub const LONGEST_REVIEW: u64 = 180;

/// How many days a scheduled review may give.
pub const SCHEDULED_DAYS: std::ops::RangeInclusive<u64> = 7..=90;

/// How many days before the date the reviewers are reminded, while answers are missing.
pub const REMINDER_DAYS: [i64; 2] = [7, 1];

/// Everything about a review that decides what can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewFacts {
    /// What becomes of people for whom nobody answers.
    pub when_unanswered: WhenUnanswered,
    /// The moment at which answers are no longer waited for.
    pub due_at: DateTime<Utc>,
    /// Closed or called off before that moment.
    pub closed_at: Option<DateTime<Utc>>,
    /// Called off.
    pub cancelled: bool,
}

/// Everything about a person in a review that decides what can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemFacts {
    /// The answer, if there is one.
    pub answer: Option<Answer>,
    /// Out of the review without an answer.
    pub left: bool,
}

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// The review was closed, called off, or its date has passed.
    #[error(
        "this review is over; after its date only people whose access it suspended can be answered for"
    )]
    Over,
    /// The person has left.
    #[error("this person is out of the review: the access ended or changed hands in another way")]
    Left,
    /// The access was taken away.
    #[error("this person was removed by an answer to this review; grant the access again instead")]
    Removed,
}

/// Why a review cannot be started so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DueError {
    /// Before today.
    #[error("choose today or a later day")]
    Past,
    /// Too far ahead.
    #[error("choose a day within the next 180 days")]
    TooFar,
}

impl ReviewFacts {
    /// Where the review stands.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> ReviewState {
        match (self.cancelled, self.closed_at) {
            (true, _) => ReviewState::Cancelled,
            (false, Some(_)) => ReviewState::Finished,
            (false, None) if now >= self.due_at => ReviewState::Finished,
            (false, None) => ReviewState::Running,
        }
    }

    /// Where a person in it stands.
    #[must_use]
    pub fn item_state(&self, item: ItemFacts, now: DateTime<Utc>) -> ItemState {
        match (item.answer, self.state(now)) {
            (Some(Answer::Keep), _) => ItemState::Kept,
            (Some(Answer::Change), _) => ItemState::Changed,
            (Some(Answer::Remove), _) => ItemState::Removed,
            (None, _) if item.left => ItemState::Left,
            (None, ReviewState::Running) => ItemState::Open,
            (None, ReviewState::Cancelled) => ItemState::Left,
            (None, ReviewState::Finished) => match self.when_unanswered {
                WhenUnanswered::Suspend => ItemState::Suspended,
                WhenUnanswered::Report => ItemState::Reported,
            },
        }
    }

    /// May this person be answered for at this moment? An answer can be replaced while the review runs, but not a removal.
    ///
    /// # Errors
    /// [`AnswerError`] with the rule.
    pub fn may_answer(&self, item: ItemFacts, now: DateTime<Utc>) -> Result<(), AnswerError> {
        let running = self.state(now) == ReviewState::Running;
        match self.item_state(item, now) {
            ItemState::Open | ItemState::Suspended => Ok(()),
            ItemState::Kept | ItemState::Changed if running => Ok(()),
            ItemState::Removed if running => Err(AnswerError::Removed),
            ItemState::Left if running => Err(AnswerError::Left),
            _ => Err(AnswerError::Over),
        }
    }

    /// The moment from which an unanswered person loses the access, if the policy says so.
    #[must_use]
    pub fn lapses_at(&self) -> Option<DateTime<Utc>> {
        (self.when_unanswered == WhenUnanswered::Suspend).then_some(self.due_at)
    }
}

/// The moment at which a day is over, in UTC.
#[must_use]
pub fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    next.and_time(NaiveTime::MIN).and_utc()
}

/// The last day of a review that ends at this moment.
#[must_use]
pub fn day_before(end: DateTime<Utc>) -> NaiveDate {
    let day = end.date_naive();
    if end.time() == NaiveTime::MIN {
        day.checked_sub_days(Days::new(1)).unwrap_or(day)
    } else {
        day
    }
}

/// When a review of this last day ends.
///
/// # Errors
/// [`DueError`] with the rule.
pub fn due(day: NaiveDate, now: DateTime<Utc>) -> Result<DateTime<Utc>, DueError> {
    let today = now.date_naive();
    if day < today {
        return Err(DueError::Past);
    }
    if today
        .checked_add_days(Days::new(LONGEST_REVIEW))
        .is_none_or(|last| day > last)
    {
        return Err(DueError::TooFar);
    }
    Ok(end_of(day))
}

/// The quarter of a day, 1 to 4.
#[must_use]
pub fn quarter(day: NaiveDate) -> u32 {
    day.month0() / 3 + 1
}

/// The beginning of the next quarter after this moment, in UTC.
#[must_use]
pub fn next_quarter(after: DateTime<Utc>) -> DateTime<Utc> {
    let day = after.date_naive();
    let (year, month) = match quarter(day) {
        4 => (day.year() + 1, 1),
        n => (day.year(), n * 3 + 1),
    };
    NaiveDate::from_ymd_opt(year, month, 1)
        .unwrap_or(day)
        .and_time(NaiveTime::MIN)
        .and_utc()
}

/// The name of a review that nobody named.
#[must_use]
pub fn default_name(start: DateTime<Utc>) -> String {
    let day = start.date_naive();
    format!("Access review, Q{} {}", quarter(day), day.year())
}

/// The reminder that is due, in days before the end: the nearest one whose day has come.
#[must_use]
pub fn reminder_due(
    started_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<i64> {
    REMINDER_DAYS
        .into_iter()
        .filter(|days| {
            let from = due_at - chrono::Duration::days(*days);
            // A review that is shorter than that was announced by its first mail.
            from > started_at && now >= from && now < due_at
        })
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn facts(policy: WhenUnanswered) -> ReviewFacts {
        ReviewFacts {
            when_unanswered: policy,
            due_at: at("2026-12-01T00:00:00Z"),
            closed_at: None,
            cancelled: false,
        }
    }

    const NOBODY: ItemFacts = ItemFacts {
        answer: None,
        left: false,
    };

    #[test]
    fn the_date_ends_a_review_at_the_second() {
        let review = facts(WhenUnanswered::Suspend);
        let before = review.due_at - Duration::seconds(1);
        assert_eq!(review.state(before), ReviewState::Running);
        assert_eq!(review.item_state(NOBODY, before), ItemState::Open);
        assert_eq!(review.state(review.due_at), ReviewState::Finished);
        assert_eq!(
            review.item_state(NOBODY, review.due_at),
            ItemState::Suspended
        );
        let reported = facts(WhenUnanswered::Report);
        assert_eq!(
            reported.item_state(NOBODY, reported.due_at),
            ItemState::Reported
        );
        assert_eq!(reported.lapses_at(), None);
    }

    #[test]
    fn late_answers_are_for_the_suspended_only() {
        let review = facts(WhenUnanswered::Suspend);
        let late = review.due_at + Duration::days(3);
        assert_eq!(review.may_answer(NOBODY, late), Ok(()));
        let kept = ItemFacts {
            answer: Some(Answer::Keep),
            ..NOBODY
        };
        assert_eq!(review.may_answer(kept, late), Err(AnswerError::Over));
        let reported = facts(WhenUnanswered::Report);
        assert_eq!(reported.may_answer(NOBODY, late), Err(AnswerError::Over));
    }

    #[test]
    fn a_removal_is_not_taken_back() {
        let review = facts(WhenUnanswered::Suspend);
        let before = review.due_at - Duration::days(1);
        let with = |answer| ItemFacts {
            answer: Some(answer),
            ..NOBODY
        };
        assert_eq!(review.may_answer(with(Answer::Keep), before), Ok(()));
        assert_eq!(review.may_answer(with(Answer::Change), before), Ok(()));
        assert_eq!(
            review.may_answer(with(Answer::Remove), before),
            Err(AnswerError::Removed)
        );
        let left = ItemFacts {
            left: true,
            ..NOBODY
        };
        assert_eq!(review.may_answer(left, before), Err(AnswerError::Left));
    }

    #[test]
    fn a_review_that_was_called_off_takes_nothing_from_anybody() {
        let review = ReviewFacts {
            closed_at: Some(at("2026-11-20T10:00:00Z")),
            cancelled: true,
            ..facts(WhenUnanswered::Suspend)
        };
        let late = review.due_at + Duration::days(1);
        assert_eq!(review.state(late), ReviewState::Cancelled);
        assert_eq!(review.item_state(NOBODY, late), ItemState::Left);
    }

    #[test]
    fn dates() {
        let now = at("2026-11-22T17:00:00Z");
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(due(day("2026-11-22"), now), Ok(at("2026-11-23T00:00:00Z")));
        assert_eq!(due(day("2026-11-21"), now), Err(DueError::Past));
        assert_eq!(due(day("2027-05-21"), now), Ok(at("2027-05-22T00:00:00Z")));
        assert_eq!(due(day("2027-05-22"), now), Err(DueError::TooFar));
        assert_eq!(due(NaiveDate::MAX, now), Err(DueError::TooFar));
        assert_eq!(day_before(at("2026-11-23T00:00:00Z")), day("2026-11-22"));
        assert_eq!(next_quarter(now), at("2027-01-01T00:00:00Z"));
        assert_eq!(
            next_quarter(at("2027-01-01T00:00:00Z")),
            at("2027-04-01T00:00:00Z")
        );
        assert_eq!(default_name(now), "Access review, Q4 2026");
    }

    #[test]
    fn reminders() {
        let (start, due) = (at("2026-11-01T09:00:00Z"), at("2026-12-01T00:00:00Z"));
        let in_days = |days: i64| reminder_due(start, due, due - Duration::days(days));
        assert_eq!(in_days(8), None);
        assert_eq!(in_days(7), Some(7));
        assert_eq!(in_days(2), Some(7));
        assert_eq!(in_days(1), Some(1));
        assert_eq!(in_days(0), None);
        let short = due - Duration::days(3);
        assert_eq!(reminder_due(short, due, due - Duration::days(2)), None);
        assert_eq!(reminder_due(short, due, due - Duration::hours(1)), Some(1));
    }

    proptest! {
        /// Whatever has been answered and whenever it is looked at: suspended means unanswered, past the date, by policy.
        #[test]
        fn nobody_is_suspended_before_the_date_or_after_an_answer(
            offset in -400_000i64..400_000, answer in 0usize..4, left: bool, closed: bool, cancelled: bool, report: bool,
        ) {
            let policy = if report { WhenUnanswered::Report } else { WhenUnanswered::Suspend };
            let review = ReviewFacts {
                closed_at: (closed || cancelled).then(|| at("2026-11-20T10:00:00Z")),
                cancelled,
                ..facts(policy)
            };
            let now = review.due_at + Duration::seconds(offset);
            let item = ItemFacts { answer: Answer::ALL.get(answer).copied(), left };
            if review.item_state(item, now) == ItemState::Suspended {
                prop_assert!(item.answer.is_none() && !left && !cancelled && !report);
                prop_assert!(offset >= 0 || closed);
            }
        }

        #[test]
        fn quarters_follow_each_other(days in 0i64..40_000) {
            let now = at("2000-01-01T12:00:00Z") + Duration::days(days);
            let next = next_quarter(now);
            prop_assert!(next > now && next - now <= Duration::days(93));
            prop_assert_eq!(next.date_naive().day(), 1);
        }
    }
}
