//! When something that repeats is due: recurrences by the calendar of a time zone, across changes of the clock. What is
//! done then, and by whom, is decided elsewhere.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::working_days;

/// No recurrence has a longer pause than from the end of a month to the end of the next but one.
const LONGEST_PAUSE: usize = 70;

/// The longest that clocks ever jumped forward at once: the day that Samoa left out, and some hours.
const LONGEST_GAP_MINUTES: i64 = 26 * 60;

/// Days of the week on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Day {
    /// Every day, Monday first.
    pub const ALL: &'static [Self] = &[
        Self::Mon,
        Self::Tue,
        Self::Wed,
        Self::Thu,
        Self::Fri,
        Self::Sat,
        Self::Sun,
    ];

    const fn weekday(self) -> Weekday {
        match self {
            Self::Mon => Weekday::Mon,
            Self::Tue => Weekday::Tue,
            Self::Wed => Weekday::Wed,
            Self::Thu => Weekday::Thu,
            Self::Fri => Weekday::Fri,
            Self::Sat => Weekday::Sat,
            Self::Sun => Weekday::Sun,
        }
    }
}

/// On which days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Recurrence {
    /// On one day.
    Once {
        /// The day.
        date: NaiveDate,
    },
    /// Every day.
    Daily,
    /// Every working day: Monday to Friday without the federal holidays of the United States.
    BusinessDays,
    /// Every week.
    Weekly {
        /// On these days; at least one.
        weekdays: Vec<Day>,
    },
    /// Every month on a day; on the last one where a month is shorter.
    MonthlyDay {
        /// 1 to 31.
        day: u32,
    },
    /// Every month on the nth of a day of the week; the fifth means the last.
    MonthlyWeekday {
        /// 1 to 5.
        nth: u32,
        /// Which day.
        weekday: Day,
    },
}

/// When something is due. Made by [`Timing::new`] only, so that it can always be computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wanted", into = "Wanted")]
pub struct Timing {
    recurrence: Recurrence,
    time: TimeOfDay,
    zone: Tz,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
}

/// The same before it was checked: what is written down and what people send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// On which days.
    pub recurrence: Recurrence,
    /// At which time of the day, e.g. `07:00`.
    pub time: String,
    /// By the clocks of which place, by its IANA name, e.g. `America/New_York`.
    pub time_zone: String,
    /// Not before this day.
    pub starts_on: Option<NaiveDate>,
    /// Not after this day.
    pub ends_on: Option<NaiveDate>,
}

/// An hour and a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TimeOfDay(NaiveTime);

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%H:%M"))
    }
}

impl FromStr for TimeOfDay {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let two = |part: &str| {
            (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
                .then(|| part.parse().ok())
                .flatten()
        };
        let (hour, minute) = text.split_once(':').ok_or(())?;
        let time = two(hour)
            .zip(two(minute))
            .and_then(|(h, m)| NaiveTime::from_hms_opt(h, m, 0));
        time.map(Self).ok_or(())
    }
}

/// Why a timing cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimingError {
    /// Not an hour and a minute.
    #[error("a time of the day has two digits for the hour and two for the minute, e.g. 07:00")]
    Time,
    /// No such place.
    #[error("a time zone is named like America/New_York (IANA)")]
    Zone,
    /// A day of the month that is none.
    #[error("a day of the month is 1 to 31")]
    DayOfMonth,
    /// Neither first to fourth nor last.
    #[error("choose the first to fourth (1 to 4) or the last (5) of a month")]
    Nth,
    /// No day at all.
    #[error("choose at least one day of the week")]
    NoWeekday,
    /// It would end before it starts.
    #[error("the end lies before the start")]
    EndsBeforeStart,
    /// A date in a year that nobody plans for.
    #[error("a date lies between the years 1900 and 2999")]
    Year,
}

impl TimingError {
    /// Which part does not fit, as a JSON pointer below the timing.
    #[must_use]
    pub const fn pointer(self) -> &'static str {
        match self {
            Self::Time => "/time",
            Self::Zone => "/time_zone",
            Self::DayOfMonth => "/recurrence/day",
            Self::Nth => "/recurrence/nth",
            Self::NoWeekday => "/recurrence/weekdays",
            Self::EndsBeforeStart => "/ends_on",
            Self::Year => "/recurrence",
        }
    }
}

impl TryFrom<Wanted> for Timing {
    type Error = TimingError;

    fn try_from(wanted: Wanted) -> Result<Self, TimingError> {
        Self::new(wanted)
    }
}

impl From<Timing> for Wanted {
    fn from(timing: Timing) -> Self {
        let Timing {
            recurrence,
            time,
            zone,
            starts_on,
            ends_on,
        } = timing;
        Self {
            recurrence,
            time: time.to_string(),
            time_zone: zone.name().to_owned(),
            starts_on,
            ends_on,
        }
    }
}

impl Timing {
    /// Checks a timing.
    ///
    /// # Errors
    /// The first part that does not fit.
    pub fn new(wanted: Wanted) -> Result<Self, TimingError> {
        let Wanted {
            mut recurrence,
            time,
            time_zone,
            starts_on,
            ends_on,
        } = wanted;
        match &mut recurrence {
            Recurrence::Once { date } if !in_reach(*date) => return Err(TimingError::Year),
            Recurrence::Weekly { weekdays } => {
                weekdays.sort_unstable();
                weekdays.dedup();
                if weekdays.is_empty() {
                    return Err(TimingError::NoWeekday);
                }
            }
            Recurrence::MonthlyDay { day } if !(1..=31).contains(day) => {
                return Err(TimingError::DayOfMonth);
            }
            Recurrence::MonthlyWeekday { nth, .. } if !(1..=5).contains(nth) => {
                return Err(TimingError::Nth);
            }
            _ => {}
        }
        let dates = [starts_on, ends_on];
        if dates.into_iter().flatten().any(|date| !in_reach(date)) {
            return Err(TimingError::Year);
        }
        if starts_on.zip(ends_on).is_some_and(|(from, to)| to < from) {
            return Err(TimingError::EndsBeforeStart);
        }
        Ok(Self {
            recurrence,
            time: time.parse().map_err(|()| TimingError::Time)?,
            zone: time_zone.parse().map_err(|_unknown| TimingError::Zone)?,
            starts_on,
            ends_on,
        })
    }

    /// On which days.
    #[must_use]
    pub fn recurrence(&self) -> &Recurrence {
        &self.recurrence
    }

    /// The name of the time zone.
    #[must_use]
    pub fn zone_name(&self) -> &'static str {
        self.zone.name()
    }

    /// The day it is there at this moment.
    #[must_use]
    pub fn local_date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// The first moment later than `after` at which it is due; `None` when it never is again.
    ///
    /// Where the clocks skip the time of the day, it is the first moment behind the gap; where they show it twice, the
    /// first time counts.
    #[must_use]
    pub fn next_after(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let today = self.local_date(after);
        // A gap moves what was due on a day into the next one.
        let yesterday = today.pred_opt().unwrap_or(today);
        let first = match (&self.recurrence, self.starts_on) {
            (Recurrence::Once { date }, _) => *date,
            (_, Some(start)) => start.max(yesterday),
            (_, None) => yesterday,
        };
        let days = match self.recurrence {
            Recurrence::Once { .. } => 1,
            _ => LONGEST_PAUSE,
        };
        first
            .iter_days()
            .take(days)
            .take_while(|day| self.ends_on.is_none_or(|end| *day <= end))
            .filter(|day| self.starts_on.is_none_or(|start| *day >= start))
            .filter(|day| self.is_on(*day))
            .filter_map(|day| self.moment(day))
            .find(|at| *at > after)
    }

    /// The next moments at which it is due, at most `count`.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
        std::iter::successors(self.next_after(after), |at| self.next_after(*at))
            .take(count)
            .collect()
    }

    fn is_on(&self, day: NaiveDate) -> bool {
        match &self.recurrence {
            Recurrence::Once { date } => day == *date,
            Recurrence::Daily => true,
            Recurrence::BusinessDays => working_days::is_working_day(day),
            Recurrence::Weekly { weekdays } => {
                weekdays.iter().any(|d| d.weekday() == day.weekday())
            }
            Recurrence::MonthlyDay { day: wanted } => day.day() == (*wanted).min(last_of(day)),
            Recurrence::MonthlyWeekday { nth, weekday } => {
                let fits = if *nth == 5 {
                    day.day() + 7 > last_of(day)
                } else {
                    (day.day() - 1) / 7 + 1 == *nth
                };
                fits && day.weekday() == weekday.weekday()
            }
        }
    }

    fn moment(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        let wanted = day.and_time(self.time.0);
        (0..=LONGEST_GAP_MINUTES)
            .find_map(|minutes| {
                let local = wanted.checked_add_signed(TimeDelta::minutes(minutes))?;
                self.zone.from_local_datetime(&local).earliest()
            })
            .map(|local| local.to_utc())
    }
}

/// The day it is at a place at this moment; New York's where the name is no place.
#[must_use]
pub fn local_date(zone: &str, at: DateTime<Utc>) -> NaiveDate {
    let zone: Tz = zone.parse().unwrap_or(chrono_tz::America::New_York);
    at.with_timezone(&zone).date_naive()
}

fn in_reach(date: NaiveDate) -> bool {
    (1900..=2999).contains(&date.year())
}

/// The number of days of the month that a day is in.
fn last_of(day: NaiveDate) -> u32 {
    let next = match day.month() {
        12 => NaiveDate::from_ymd_opt(day.year() + 1, 1, 1),
        month => NaiveDate::from_ymd_opt(day.year(), month + 1, 1),
    };
    next.and_then(|first| first.checked_sub_days(Days::new(1)))
        .map_or(31, |last| last.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn timing(recurrence: Recurrence, time: &str) -> Timing {
        Timing::new(Wanted {
            recurrence,
            time: time.to_owned(),
            time_zone: "America/New_York".to_owned(),
            starts_on: None,
            ends_on: None,
        })
        .unwrap()
    }

    fn next_of(timing: &Timing, after: &str, count: usize) -> Vec<String> {
        timing
            .next(at(after), count)
            .iter()
            .map(|m| m.format("%Y-%m-%dT%H:%M").to_string())
            .collect()
    }

    #[test]
    fn seven_in_the_morning_stays_seven_across_both_changes_of_the_clock() {
        let daily = timing(Recurrence::Daily, "07:00");
        // 8 March 2026: clocks go forward at two. 1 November 2026: they go back at two.
        assert_eq!(
            next_of(&daily, "2026-03-06T12:00:00Z", 3),
            ["2026-03-07T12:00", "2026-03-08T11:00", "2026-03-09T11:00"]
        );
        assert_eq!(
            next_of(&daily, "2026-10-30T11:00:00Z", 3),
            ["2026-10-31T11:00", "2026-11-01T12:00", "2026-11-02T12:00"]
        );
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_the_first_moment_behind_the_gap() {
        let daily = timing(Recurrence::Daily, "02:30");
        // 02:30 does not exist on 8 March: three o'clock of summer time.
        assert_eq!(
            next_of(&daily, "2026-03-07T00:00:00Z", 3),
            ["2026-03-07T07:30", "2026-03-08T07:00", "2026-03-09T06:30"]
        );
    }

    #[test]
    fn a_time_that_the_clocks_show_twice_counts_once() {
        let daily = timing(Recurrence::Daily, "01:30");
        assert_eq!(
            next_of(&daily, "2026-10-31T06:00:00Z", 3),
            ["2026-11-01T05:30", "2026-11-02T06:30", "2026-11-03T06:30"]
        );
        // Between the two half past ones nothing more is due on that day.
        assert_eq!(
            next_of(&daily, "2026-11-01T05:30:00Z", 1),
            ["2026-11-02T06:30"]
        );
    }

    #[test]
    fn the_thirty_first_is_the_last_day_of_shorter_months() {
        let monthly = timing(Recurrence::MonthlyDay { day: 31 }, "07:00");
        assert_eq!(
            next_of(&monthly, "2027-12-31T12:00:00Z", 4),
            [
                "2028-01-31T12:00",
                // A leap year.
                "2028-02-29T12:00",
                "2028-03-31T11:00",
                "2028-04-30T11:00"
            ]
        );
        let leap = timing(Recurrence::MonthlyDay { day: 29 }, "07:00");
        assert_eq!(
            next_of(&leap, "2027-01-30T12:00:00Z", 1),
            ["2027-02-28T12:00"]
        );
        let once = timing(
            Recurrence::Once {
                date: day("2028-02-29"),
            },
            "07:00",
        );
        assert_eq!(
            next_of(&once, "2026-01-01T00:00:00Z", 3),
            ["2028-02-29T12:00"]
        );
        assert_eq!(once.next_after(at("2028-02-29T12:00:00Z")), None);
    }

    #[test]
    fn weekdays_of_months_and_weeks() {
        let third = timing(
            Recurrence::MonthlyWeekday {
                nth: 3,
                weekday: Day::Wed,
            },
            "09:15",
        );
        assert_eq!(
            next_of(&third, "2026-01-01T00:00:00Z", 3),
            ["2026-01-21T14:15", "2026-02-18T14:15", "2026-03-18T13:15"]
        );
        let last = timing(
            Recurrence::MonthlyWeekday {
                nth: 5,
                weekday: Day::Fri,
            },
            "09:15",
        );
        assert_eq!(
            next_of(&last, "2026-01-01T00:00:00Z", 3),
            ["2026-01-30T14:15", "2026-02-27T14:15", "2026-03-27T13:15"]
        );
        let weekly = timing(
            Recurrence::Weekly {
                weekdays: vec![Day::Fri, Day::Mon, Day::Fri],
            },
            "07:00",
        );
        assert_eq!(
            next_of(&weekly, "2026-03-02T15:00:00Z", 3),
            ["2026-03-06T12:00", "2026-03-09T11:00", "2026-03-13T11:00"]
        );
    }

    #[test]
    fn business_days_leave_out_weekends_and_holidays() {
        let working = timing(Recurrence::BusinessDays, "07:00");
        // Thanksgiving is Thursday, 26 November 2026.
        assert_eq!(
            next_of(&working, "2026-11-25T12:00:00Z", 2),
            ["2026-11-27T12:00", "2026-11-30T12:00"]
        );
    }

    #[test]
    fn start_and_end_are_days_of_the_place() {
        let timing = Timing::new(Wanted {
            recurrence: Recurrence::Daily,
            time: "23:00".to_owned(),
            time_zone: "America/New_York".to_owned(),
            starts_on: Some(day("2026-03-03")),
            ends_on: Some(day("2026-03-04")),
        })
        .unwrap();
        // Eleven in the evening of the 4th is the 5th by UTC, and still within.
        assert_eq!(
            next_of(&timing, "2026-03-01T00:00:00Z", 5),
            ["2026-03-04T04:00", "2026-03-05T04:00"]
        );
    }

    #[test]
    fn what_cannot_be_is_refused_at_its_place() {
        let wanted = |recurrence| Wanted {
            recurrence,
            time: "07:00".to_owned(),
            time_zone: "America/New_York".to_owned(),
            starts_on: None,
            ends_on: None,
        };
        let daily = || wanted(Recurrence::Daily);
        for (wrong, at) in [
            (
                wanted(Recurrence::Weekly { weekdays: vec![] }),
                "/recurrence/weekdays",
            ),
            (wanted(Recurrence::MonthlyDay { day: 0 }), "/recurrence/day"),
            (
                wanted(Recurrence::MonthlyDay { day: 32 }),
                "/recurrence/day",
            ),
            (
                wanted(Recurrence::MonthlyWeekday {
                    nth: 6,
                    weekday: Day::Mon,
                }),
                "/recurrence/nth",
            ),
            (
                wanted(Recurrence::Once {
                    date: day("0012-01-01"),
                }),
                "/recurrence",
            ),
            (
                Wanted {
                    time: "7:00".to_owned(),
                    ..daily()
                },
                "/time",
            ),
            (
                Wanted {
                    time: "24:00".to_owned(),
                    ..daily()
                },
                "/time",
            ),
            (
                Wanted {
                    time_zone: "Eastern".to_owned(),
                    ..daily()
                },
                "/time_zone",
            ),
            (
                Wanted {
                    starts_on: Some(day("2026-03-04")),
                    ends_on: Some(day("2026-03-03")),
                    ..daily()
                },
                "/ends_on",
            ),
        ] {
            assert_eq!(Timing::new(wrong).unwrap_err().pointer(), at);
        }
    }

    #[test]
    fn a_day_that_a_place_left_out_is_made_up_for_once() {
        let samoa = Timing::new(Wanted {
            recurrence: Recurrence::Daily,
            time: "12:00".to_owned(),
            time_zone: "Pacific/Apia".to_owned(),
            starts_on: None,
            ends_on: None,
        })
        .unwrap();
        // 30 December 2011 did not happen in Samoa.
        assert_eq!(
            next_of(&samoa, "2011-12-29T22:00:00Z", 3),
            ["2011-12-30T10:00", "2011-12-30T22:00", "2011-12-31T22:00"]
        );
    }

    fn any_recurrence() -> impl Strategy<Value = Recurrence> {
        let weekday = || prop::sample::select(Day::ALL);
        prop_oneof![
            Just(Recurrence::Daily),
            Just(Recurrence::BusinessDays),
            prop::collection::vec(weekday(), 1..8)
                .prop_map(|weekdays| Recurrence::Weekly { weekdays }),
            (1_u32..=31).prop_map(|day| Recurrence::MonthlyDay { day }),
            (1_u32..=5, weekday())
                .prop_map(|(nth, weekday)| Recurrence::MonthlyWeekday { nth, weekday }),
        ]
    }

    fn any_timing() -> impl Strategy<Value = Timing> {
        let zones = prop::sample::select(&[
            "America/New_York",
            "America/Los_Angeles",
            "Europe/London",
            "Australia/Lord_Howe",
            "Asia/Kolkata",
            "UTC",
        ]);
        (any_recurrence(), 0_u32..24, 0_u32..60, zones).prop_map(|(recurrence, h, m, zone)| {
            Timing::new(Wanted {
                recurrence,
                time: format!("{h:02}:{m:02}"),
                time_zone: zone.to_owned(),
                starts_on: None,
                ends_on: None,
            })
            .unwrap()
        })
    }

    proptest! {
        /// There is always a next time; it is later, on a day of the recurrence, and nothing lies between.
        #[test]
        fn the_next_time_is_the_first_later_one(timing in any_timing(), start in 1_577_836_800_i64..2_208_988_800) {
            let after = DateTime::from_timestamp(start, 0).unwrap();
            let next = timing.next_after(after).unwrap();
            prop_assert!(next > after);
            prop_assert!(next - after < TimeDelta::days(64));
            let local = next.with_timezone(&timing.zone);
            prop_assert!(timing.is_on(local.date_naive()));
            // At the time of the day, or at the end of a gap that swallowed it.
            let late = local.time() - timing.time.0;
            prop_assert!(late >= TimeDelta::zero() && late <= TimeDelta::hours(1), "{local} for {}", timing.time);
            // Asked from any moment between, the answer is the same.
            let between = after + (next - after) / 2;
            prop_assert_eq!(timing.next_after(between), Some(next));
        }

        /// What is written down is read back.
        #[test]
        fn a_timing_survives_being_written_down(timing in any_timing()) {
            let text = serde_json::to_string(&timing).unwrap();
            prop_assert_eq!(serde_json::from_str::<Timing>(&text).unwrap(), timing);
        }
    }
}
