//! How support is doing: cases by topic and age, how long customers waited, how verifications of callers ended. Figures
//! about all cases together; who is in them is not told.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use quaymaster_domain::access::{Action, Actor, Scope, Thing, require_read};
use quaymaster_domain::cases::Topic;
use quaymaster_store::cases::figures as store;
use quaymaster_store::db::Handle;

pub use quaymaster_store::cases::figures::{
    AgeFigures, TopicFigures, VerificationFigures, WaitFigures,
};

use crate::Services;
use crate::error::Fault;

/// The ages of open cases, in hours: from, and up to (nothing: without end).
const AGES: [(i64, Option<i64>); 5] = [
    (0, Some(4)),
    (4, Some(24)),
    (24, Some(72)),
    (72, Some(168)),
    (168, None),
];
/// How many days the answers are counted one by one; today is the last.
const DAYS: i64 = 30;

/// Open cases between two ages.
#[derive(Clone, Copy, Debug)]
pub struct AgeBand {
    /// At least so old, hours.
    pub from_hours: i64,
    /// Younger than this, hours; nothing for the oldest.
    pub to_hours: Option<i64>,
    /// How many.
    pub cases: AgeFigures,
}

/// What happened in the last days.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    /// How many days.
    pub days: i64,
    /// How long customers waited for the answers that were given.
    pub waits: WaitFigures,
    /// How the verifications of callers ended.
    pub verifications: VerificationFigures,
}

/// How support is doing.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The moment that they were counted.
    pub at: DateTime<Utc>,
    /// Every topic in its fixed order.
    pub topics: Vec<TopicFigures>,
    /// The youngest first.
    pub ages: Vec<AgeBand>,
    /// The last 7 and the last 30 days.
    pub periods: Vec<Period>,
    /// Answers on each of the last 30 days (UTC), the oldest first.
    pub answers: Vec<(NaiveDate, i64)>,
}

/// How support is doing.
///
/// # Errors
/// [`Fault::Denied`] for everybody but support leads, auditors and administrators.
pub async fn figures(actor: &Actor, s: &Services) -> Result<Figures, Fault> {
    let scope = require_read(actor, Action::ReadSupportReport, &Thing::Portal)?;
    let db = s.db.reader();
    let now = s.now();
    let mut ages = Vec::with_capacity(AGES.len());
    for (from_hours, to_hours) in AGES {
        let opened_after = to_hours.map(|hours| now - Duration::hours(hours));
        let opened_until = now - Duration::hours(from_hours);
        ages.push(AgeBand {
            from_hours,
            to_hours,
            cases: store::open_between(&db, &scope, opened_after, opened_until).await?,
        });
    }
    let mut periods = Vec::with_capacity(2);
    for days in [7, 30] {
        let since = now - Duration::days(days);
        periods.push(Period {
            days,
            waits: store::waits(&db, &scope, since).await?,
            verifications: store::verifications(&db, &scope, since).await?,
        });
    }
    Ok(Figures {
        at: now,
        topics: topics(&db, &scope, now).await?,
        ages,
        periods,
        answers: answers(&db, &scope, now).await?,
    })
}

/// Topics without a case count nothing, and are shown.
async fn topics(
    db: &impl Handle,
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<Vec<TopicFigures>, Fault> {
    let found = store::by_topic(db, scope, now - Duration::days(DAYS)).await?;
    let of = |topic: &Topic| {
        let none = TopicFigures {
            topic: *topic,
            waiting: 0,
            answered: 0,
            opened: 0,
        };
        found
            .iter()
            .find(|f| f.topic == *topic)
            .copied()
            .unwrap_or(none)
    };
    Ok(Topic::ALL.iter().map(of).collect())
}

/// Days without an answer count nothing, and are shown.
async fn answers(
    db: &impl Handle,
    scope: &Scope,
    now: DateTime<Utc>,
) -> Result<Vec<(NaiveDate, i64)>, Fault> {
    let today = now.date_naive();
    let first = today - Duration::days(DAYS - 1);
    let found = store::answers_by_day(db, scope, first.and_time(NaiveTime::MIN).and_utc()).await?;
    let on = |day: NaiveDate| found.iter().find(|(d, _)| *d == day).map_or(0, |(_, n)| *n);
    Ok(first
        .iter_days()
        .take_while(|day| *day <= today)
        .map(|day| (day, on(day)))
        .collect())
}
