//! Working days: Monday to Friday without the federal holidays of the United States, by the calendar of New York. What a
//! deadline is for, and how many days it has, is decided where it is set.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::America::New_York;

/// The time zone in which days begin and end.
pub const TIME_ZONE: &str = "America/New_York";

/// A holiday of the federal government (5 U.S.C. 6103). Inauguration Day is left out: it is one around Washington only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holiday {
    /// 1 January.
    NewYear,
    /// Third Monday of January.
    MartinLutherKing,
    /// Third Monday of February.
    Washington,
    /// Last Monday of May.
    Memorial,
    /// 19 June, since 2021.
    Juneteenth,
    /// 4 July.
    Independence,
    /// First Monday of September.
    Labor,
    /// Second Monday of October.
    Columbus,
    /// 11 November.
    Veterans,
    /// Fourth Thursday of November.
    Thanksgiving,
    /// 25 December.
    Christmas,
}

impl Holiday {
    /// What it is called.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NewYear => "New Year's Day",
            Self::MartinLutherKing => "Birthday of Martin Luther King, Jr.",
            Self::Washington => "Washington's Birthday",
            Self::Memorial => "Memorial Day",
            Self::Juneteenth => "Juneteenth National Independence Day",
            Self::Independence => "Independence Day",
            Self::Labor => "Labor Day",
            Self::Columbus => "Columbus Day",
            Self::Veterans => "Veterans Day",
            Self::Thanksgiving => "Thanksgiving Day",
            Self::Christmas => "Christmas Day",
        }
    }
}

/// The day it is in New York at this moment.
#[must_use]
pub fn local_date(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&New_York).date_naive()
}

/// The moment at which a day begins in New York.
#[must_use]
pub fn start_of(date: NaiveDate) -> DateTime<Utc> {
    let midnight = date.and_time(NaiveTime::MIN);
    // Clocks change at two in the morning: there is exactly one midnight.
    New_York
        .from_local_datetime(&midnight)
        .earliest()
        .map_or_else(|| midnight.and_utc(), |local| local.to_utc())
}

/// The holiday that is observed on a day. One that falls on a Saturday is observed on the Friday before, one that falls on
/// a Sunday on the Monday after (5 U.S.C. 6103 (b), Executive Order 11582).
#[must_use]
pub fn observed(date: NaiveDate) -> Option<Holiday> {
    match date.weekday() {
        Weekday::Sat | Weekday::Sun => None,
        Weekday::Fri => falls_on(date).or_else(|| date.succ_opt().and_then(falls_on)),
        Weekday::Mon => falls_on(date).or_else(|| date.pred_opt().and_then(falls_on)),
        Weekday::Tue | Weekday::Wed | Weekday::Thu => falls_on(date),
    }
}

/// The holiday that falls on a day, observed or not.
fn falls_on(date: NaiveDate) -> Option<Holiday> {
    let (day, weekday) = (date.day(), date.weekday());
    let nth = (day - 1) / 7 + 1;
    let last = day + 7 > 31;
    Some(match (date.month(), day, weekday) {
        (1, 1, _) => Holiday::NewYear,
        (1, _, Weekday::Mon) if nth == 3 => Holiday::MartinLutherKing,
        (2, _, Weekday::Mon) if nth == 3 => Holiday::Washington,
        (5, _, Weekday::Mon) if last => Holiday::Memorial,
        (6, 19, _) if date.year() >= 2021 => Holiday::Juneteenth,
        (7, 4, _) => Holiday::Independence,
        (9, _, Weekday::Mon) if nth == 1 => Holiday::Labor,
        (10, _, Weekday::Mon) if nth == 2 => Holiday::Columbus,
        (11, 11, _) => Holiday::Veterans,
        (11, _, Weekday::Thu) if nth == 4 => Holiday::Thanksgiving,
        (12, 25, _) => Holiday::Christmas,
        _ => return None,
    })
}

/// True from Monday to Friday, unless a holiday is observed.
#[must_use]
pub fn is_working_day(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && observed(date).is_none()
}

/// The `days`-th working day after a day, which does not count itself. With no days to add, the day itself.
#[must_use]
pub fn add(date: NaiveDate, days: u32) -> NaiveDate {
    let mut day = date;
    let mut left = days;
    while left > 0 {
        // Beyond the end of the calendar time stands still.
        let Some(next) = day.checked_add_days(Days::new(1)) else {
            return day;
        };
        day = next;
        if is_working_day(day) {
            left -= 1;
        }
    }
    day
}

/// How many working days lie after one day, up to and including another; none when the other is not later.
#[must_use]
pub fn between(after: NaiveDate, until: NaiveDate) -> usize {
    after
        .iter_days()
        .skip(1)
        .take_while(|day| *day <= until)
        .filter(|day| is_working_day(*day))
        .count()
}

/// The end of a waiting time of so many working days that was started at a moment: the midnight in New York that ends the
/// last of them. The day on which it was started does not count, whatever the hour.
#[must_use]
pub fn deadline(started_at: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    let last = add(local_date(started_at), days);
    start_of(last.succ_opt().unwrap_or(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// As published by the Office of Personnel Management.
    const PUBLISHED: &[(i32, [&str; 11])] = &[
        (
            2026,
            [
                "01-01", "01-19", "02-16", "05-25", "06-19", "07-03", "09-07", "10-12", "11-11",
                "11-26", "12-25",
            ],
        ),
        (
            2027,
            [
                "01-01", "01-18", "02-15", "05-31", "06-18", "07-05", "09-06", "10-11", "11-11",
                "11-25", "12-24",
            ],
        ),
        (
            2028,
            [
                // The first of January 2028 is a Saturday and observed in the year before.
                "01-17", "02-21", "05-29", "06-19", "07-04", "09-04", "10-09", "11-10", "11-23",
                "12-25", "",
            ],
        ),
    ];

    #[test]
    fn holidays_are_observed_as_published() {
        for (year, days) in PUBLISHED {
            let first = NaiveDate::from_ymd_opt(*year, 1, 1).unwrap();
            let found: Vec<String> = first
                .iter_days()
                .take_while(|d| d.year() == *year)
                .filter(|d| observed(*d).is_some())
                .map(|d| d.format("%m-%d").to_string())
                .collect();
            let mut expected: Vec<&str> = days.iter().copied().filter(|d| !d.is_empty()).collect();
            if *year == 2027 {
                expected.push("12-31");
            }
            assert_eq!(found, expected, "{year}");
        }
        assert_eq!(observed(day("2020-06-19")), None);
        assert_eq!(observed(day("2021-06-18")), Some(Holiday::Juneteenth));
        assert_eq!(Holiday::Juneteenth.label().len(), 36);
    }

    #[test]
    fn five_working_days_over_thanksgiving() {
        // Monday; Thursday is Thanksgiving.
        assert_eq!(add(day("2026-11-23"), 5), day("2026-12-01"));
        assert_eq!(add(day("2026-11-21"), 1), day("2026-11-23"));
        assert_eq!(add(day("2026-11-26"), 0), day("2026-11-26"));
        assert_eq!(between(day("2026-11-23"), day("2026-12-01")), 5);
        assert_eq!(between(day("2026-12-01"), day("2026-11-23")), 0);
    }

    #[test]
    fn days_are_those_of_new_york() {
        // Half past four in the morning of the 24th by UTC is still the 23rd in New York.
        assert_eq!(
            local_date(moment("2026-11-24T04:30:00Z")),
            day("2026-11-23")
        );
        assert_eq!(
            deadline(moment("2026-11-24T04:30:00Z"), 5),
            moment("2026-12-02T05:00:00Z")
        );
        // Clocks are changed between start and end: midnight is an hour earlier by UTC.
        assert_eq!(
            deadline(moment("2026-03-06T15:00:00Z"), 5),
            moment("2026-03-14T04:00:00Z")
        );
        assert_eq!(
            deadline(moment("2026-03-06T15:00:00Z"), 0),
            moment("2026-03-07T05:00:00Z")
        );
    }

    #[test]
    fn the_end_of_the_calendar_is_no_trap() {
        assert_eq!(add(NaiveDate::MAX, 5), NaiveDate::MAX);
    }

    proptest! {
        /// Adding and counting are each other's inverse, for every start.
        #[test]
        fn counting_undoes_adding(start in 0_i64..40_000, days in 0_u32..400) {
            let date = day("1990-01-01") + Duration::days(start);
            let end = add(date, days);
            prop_assert_eq!(between(date, end), days as usize);
            prop_assert!(days == 0 || is_working_day(end));
            prop_assert_eq!(add(add(date, days), 3), add(date, days + 3));
        }

        /// No working day is a weekend or a holiday, and none is skipped: of seven days in a row at least three count.
        #[test]
        fn a_week_has_three_to_five_working_days(start in 0_i64..40_000) {
            let date = day("1990-01-01") + Duration::days(start);
            let working = between(date, date + Duration::days(7));
            prop_assert!((3..=5).contains(&working), "{working} after {date}");
        }

        /// Every year has the holidays of the law, each observed once.
        #[test]
        fn a_year_has_all_its_holidays(year in 1990_i32..2100) {
            let count = NaiveDate::from_ymd_opt(year, 1, 1)
                .unwrap()
                .iter_days()
                .take_while(|d| d.year() == year)
                .filter(|d| falls_on(*d).is_some())
                .count();
            prop_assert_eq!(count, if year >= 2021 { 11 } else { 10 });
        }

        /// A deadline is a midnight in New York, later than the start, and later starts never end earlier.
        #[test]
        fn deadlines_keep_their_order(first in 0_i64..1_000_000_000, wait in 0_i64..10_000_000, days in 1_u32..30) {
            let start = moment("1990-01-01T00:00:00Z") + Duration::seconds(first);
            let end = deadline(start, days);
            let local = end.with_timezone(&New_York);
            prop_assert_eq!(local.time(), NaiveTime::MIN);
            prop_assert!(end - start > Duration::days(i64::from(days)) - Duration::hours(2));
            prop_assert!(deadline(start + Duration::seconds(wait), days) >= end);
            prop_assert_eq!(start_of(local_date(end)), end);
        }
    }
}
