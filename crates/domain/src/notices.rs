//! Notices of the operator: words, audience, schedule, and what may become of them. Who is in an audience at a moment is
//! looked up elsewhere; how Markdown is rendered too.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::activities::BusinessActivity;
use crate::ids::CompanyId;
use crate::members::{MemberRole, words};
use crate::text::{line_pattern, one_line, several_lines, text_newtype};

words! {
    /// What a notice is about.
    Category {
        /// Something does not work.
        Outage = "outage",
        /// Something will not work for a while.
        Maintenance = "maintenance",
        /// Care is needed.
        Security = "security",
        /// The rules of customs or of the portal change.
        Rules = "rules",
        /// Anything else worth knowing.
        News = "news",
    }
}

words! {
    /// How often a person wants notices by mail.
    Digest {
        /// Never.
        Off = "off",
        /// Once a day, when there is something new.
        Daily = "daily",
        /// Once a week, when there is something new.
        Weekly = "weekly",
    }
}

impl Digest {
    /// The time between two mails; `None` when there are none.
    #[must_use]
    pub const fn every(self) -> Option<Duration> {
        match self {
            Self::Off => None,
            Self::Daily => Some(Duration::days(1)),
            Self::Weekly => Some(Duration::days(7)),
        }
    }
}

text_newtype! {
    /// What a notice is called: 2 to 140 characters, one line, trimmed.
    pub struct NoticeTitle {
        what: "title",
        rule: "A title has 2 to 140 characters in one line.",
        pattern: line_pattern!(2),
        length: 2..=140,
        example: "The portal is away on Sunday morning",
        parse: |text| one_line(text, 2, 140),
    }
}

text_newtype! {
    /// The text of a notice, Markdown: 2 to 20,000 characters.
    pub struct NoticeBody {
        what: "text of the notice",
        rule: "The text of a notice has 2 to 20,000 characters.",
        pattern: r"^(?:\s*[^\s\x00-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF](?:[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF])*[^\s\x00-\x1F\x7F-\x9F\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF]\s*)$",
        length: 2..=20_000,
        example: "The portal is away on **Sunday** from 06:00 to 08:00 UTC.",
        parse: |text| several_lines(text, 2, 20_000),
    }
}

/// Whom a notice is for. [own]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who belongs to an account.
    All,
    /// Everybody with one of these roles in some account.
    Roles(Vec<MemberRole>),
    /// Everybody of an account that holds one of these activities.
    Activities(Vec<BusinessActivity>),
    /// Everybody of an account of these companies.
    Companies(Vec<CompanyId>),
}

impl Audience {
    /// The word in the database and on the wire.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Roles(_) => "roles",
            Self::Activities(_) => "activities",
            Self::Companies(_) => "companies",
        }
    }

    /// The parts of it as words that the own ones of a person are compared with; none for everybody.
    #[must_use]
    pub fn targets(&self) -> Vec<String> {
        let mut all: Vec<String> = match self {
            Self::All => Vec::new(),
            Self::Roles(roles) => roles.iter().map(|r| role_target(*r)).collect(),
            Self::Activities(kinds) => kinds.iter().map(|a| activity_target(*a)).collect(),
            Self::Companies(ids) => ids.iter().map(|c| company_target(*c)).collect(),
        };
        all.sort();
        all.dedup();
        all
    }

    /// Reads kind and parts back; `None` when they do not fit together.
    #[must_use]
    pub fn from_words(kind: &str, targets: &[String]) -> Option<Self> {
        fn each<T>(
            targets: &[String],
            prefix: &str,
            read: impl Fn(&str) -> Option<T>,
        ) -> Option<Vec<T>> {
            targets
                .iter()
                .map(|t| t.strip_prefix(prefix).and_then(&read))
                .collect()
        }
        match kind {
            "all" if targets.is_empty() => Some(Self::All),
            "roles" => each(targets, "role:", MemberRole::from_word).map(Self::Roles),
            "activities" => {
                each(targets, "activity:", BusinessActivity::from_word).map(Self::Activities)
            }
            "companies" => each(targets, "company:", |id| {
                uuid::Uuid::parse_str(id).ok().map(CompanyId)
            })
            .map(Self::Companies),
            _ => None,
        }
    }
}

/// The word for people of a role.
#[must_use]
pub fn role_target(role: MemberRole) -> String {
    format!("role:{}", role.as_str())
}

/// The word for people of an account with an activity.
#[must_use]
pub fn activity_target(activity: BusinessActivity) -> String {
    format!("activity:{}", activity.as_str())
}

/// The word for people of a company.
#[must_use]
pub fn company_target(company: CompanyId) -> String {
    format!("company:{company}")
}

/// When a notice is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Not before; from its publication on when empty.
    pub starts_at: Option<DateTime<Utc>>,
    /// Not from this moment on.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A schedule that shows a notice to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The end is over.
    #[error("this moment is past, so nobody would ever see the notice; choose a later one")]
    Past,
    /// The end does not follow the start.
    #[error("the notice would end before it starts; choose a later end")]
    EndsBeforeStart,
}

impl Schedule {
    /// Checks that there is a time in which the notice is shown.
    ///
    /// # Errors
    /// [`ScheduleError`].
    pub fn check(self, now: DateTime<Utc>) -> Result<(), ScheduleError> {
        match (self.starts_at, self.expires_at) {
            (_, Some(end)) if end <= now => Err(ScheduleError::Past),
            (Some(start), Some(end)) if end <= start => Err(ScheduleError::EndsBeforeStart),
            _ => Ok(()),
        }
    }
}

/// Where a notice stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Course {
    /// Being written.
    Draft,
    /// Shown from `begins` on.
    Published {
        /// When it was published.
        at: DateTime<Utc>,
        /// From when on it is shown.
        begins: DateTime<Utc>,
    },
    /// Taken back; kept for the record.
    Withdrawn {
        /// When it had been published.
        published: Option<DateTime<Utc>>,
        /// When it was taken back.
        at: DateTime<Utc>,
        /// Why.
        reason: String,
    },
}

words! {
    /// Where a notice stands at a moment.
    NoticeState {
        /// Being written.
        Draft = "draft",
        /// Published, not shown yet.
        Scheduled = "scheduled",
        /// Shown.
        Current = "current",
        /// Over.
        Expired = "expired",
        /// Taken back.
        Withdrawn = "withdrawn",
    }
}

/// Why a notice was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CourseError {
    /// Its words are what people have read.
    #[error(
        "this notice is published, and what people have read does not change; withdraw it and publish another one"
    )]
    Published,
    /// It was withdrawn or published before.
    #[error("this was done already")]
    DoneAlready,
    /// It is for nobody.
    #[error("this notice is for nobody: no one belongs to its audience; choose another audience")]
    Nobody,
    /// It would be shown to nobody.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
}

impl Course {
    /// Publishes a draft for so many people.
    ///
    /// # Errors
    /// [`CourseError`].
    pub fn publish(
        &self,
        schedule: Schedule,
        addressed: u64,
        now: DateTime<Utc>,
    ) -> Result<Self, CourseError> {
        if *self != Self::Draft {
            return Err(CourseError::DoneAlready);
        }
        schedule.check(now)?;
        if addressed == 0 {
            return Err(CourseError::Nobody);
        }
        let begins = schedule.starts_at.map_or(now, |start| start.max(now));
        Ok(Self::Published { at: now, begins })
    }

    /// Takes a notice back, also a draft.
    ///
    /// # Errors
    /// [`CourseError::DoneAlready`].
    pub fn withdraw(&self, reason: &str, now: DateTime<Utc>) -> Result<Self, CourseError> {
        let published = match self {
            Self::Draft => None,
            Self::Published { at, .. } => Some(*at),
            Self::Withdrawn { .. } => return Err(CourseError::DoneAlready),
        };
        Ok(Self::Withdrawn {
            published,
            at: now,
            reason: reason.to_owned(),
        })
    }

    /// Where it stands at a moment.
    #[must_use]
    pub fn state(&self, schedule: Schedule, now: DateTime<Utc>) -> NoticeState {
        match self {
            Self::Draft => NoticeState::Draft,
            Self::Withdrawn { .. } => NoticeState::Withdrawn,
            Self::Published { .. } if schedule.expires_at.is_some_and(|end| end <= now) => {
                NoticeState::Expired
            }
            Self::Published { begins, .. } if *begins > now => NoticeState::Scheduled,
            Self::Published { .. } => NoticeState::Current,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::testing::{assert_kept, matching};
    use proptest::prelude::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::hours(hours)
    }

    #[test]
    fn a_schedule_shows_the_notice_to_somebody() {
        let schedule = |starts: Option<i64>, expires: Option<i64>| Schedule {
            starts_at: starts.map(at),
            expires_at: expires.map(at),
        };
        assert_eq!(
            schedule(None, Some(5)).check(at(5)),
            Err(ScheduleError::Past)
        );
        assert_eq!(
            schedule(Some(8), Some(8)).check(at(5)),
            Err(ScheduleError::EndsBeforeStart)
        );
        assert_eq!(schedule(Some(8), Some(9)).check(at(5)), Ok(()));
        assert_eq!(schedule(Some(1), None).check(at(5)), Ok(()));
    }

    #[test]
    fn a_notice_is_published_once_for_somebody() {
        let open = Schedule::default();
        assert_eq!(
            Course::Draft.publish(open, 0, at(1)),
            Err(CourseError::Nobody)
        );
        let published = Course::Draft.publish(open, 3, at(1)).unwrap();
        assert_eq!(
            published.publish(open, 3, at(2)),
            Err(CourseError::DoneAlready)
        );
        let withdrawn = published.withdraw("Wrong date.", at(3)).unwrap();
        assert_eq!(withdrawn.state(open, at(4)), NoticeState::Withdrawn);
        assert_eq!(
            withdrawn.withdraw("Again.", at(4)),
            Err(CourseError::DoneAlready)
        );
    }

    #[test]
    fn states_follow_the_clock() {
        let schedule = Schedule {
            starts_at: Some(at(10)),
            expires_at: Some(at(20)),
        };
        let published = Course::Draft.publish(schedule, 1, at(1)).unwrap();
        for (now, state) in [
            (9, NoticeState::Scheduled),
            (10, NoticeState::Current),
            (19, NoticeState::Current),
            (20, NoticeState::Expired),
        ] {
            assert_eq!(published.state(schedule, at(now)), state);
        }
    }

    #[test]
    fn audiences_are_read_back() {
        let company = CompanyId(uuid::Uuid::from_u128(7));
        for audience in [
            Audience::All,
            Audience::Roles(vec![MemberRole::Owner, MemberRole::Proxy]),
            Audience::Activities(BusinessActivity::ALL[..2].to_vec()),
            Audience::Companies(vec![company]),
        ] {
            let targets = audience.targets();
            let back = Audience::from_words(audience.kind(), &targets).unwrap();
            assert_eq!(back.targets(), targets);
        }
        assert_eq!(
            Audience::from_words("all", &["role:owner".to_owned()]),
            None
        );
        assert_eq!(
            Audience::from_words("roles", &["role:king".to_owned()]),
            None
        );
    }

    proptest! {
        #[test]
        fn texts_are_kept(title in matching::<NoticeTitle>()) {
            assert_kept::<NoticeTitle>(&title);
        }
    }

    #[test]
    fn limits() {
        assert_kept::<NoticeBody>(<NoticeBody as crate::text::TextRule>::EXAMPLE);
        assert!(NoticeBody::parse(&"x".repeat(20_001)).is_err());
        assert!(NoticeTitle::parse("Two\nlines").is_err());
    }
}
