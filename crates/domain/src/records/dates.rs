//! Dates in files, fiscal years, and the two deadlines that follow from an entry.

use chrono::{Datelike, Days, NaiveDate};

use super::codes::LiquidationStatus;
use crate::members::words;
use serde::{Deserialize, Serialize};

/// After so many days an entry is liquidated unless something else is said (19 CFR 159.11 gives a year; the practice is 314
/// days).
pub const LIQUIDATION_DAYS: u64 = 314;

/// Within so many days of its liquidation an entry can be protested (19 U.S.C. 1514).
pub const PROTEST_DAYS: u64 = 180;

/// Reads `MM/DD/YYYY` or `YYYY-MM-DD`.
///
/// # Errors
/// What is wrong, in words.
pub fn date(text: &str) -> Result<NaiveDate, &'static str> {
    const FORM: &str = "A date is written MM/DD/YYYY or YYYY-MM-DD.";
    let number = |part: &str, digits: std::ops::RangeInclusive<usize>| -> Option<u32> {
        (digits.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse().ok())
            .flatten()
    };
    let parts: Vec<&str> = text.split(['/', '-']).collect();
    let &[a, b, c] = parts.as_slice() else {
        return Err(FORM);
    };
    let read = if text.contains('/') && !text.contains('-') {
        (number(c, 4..=4), number(a, 1..=2), number(b, 1..=2))
    } else if text.contains('-') && !text.contains('/') {
        (number(a, 4..=4), number(b, 2..=2), number(c, 2..=2))
    } else {
        return Err(FORM);
    };
    let (Some(year), Some(month), Some(day)) = read else {
        return Err(FORM);
    };
    let year = i32::try_from(year).map_err(|_large| FORM)?;
    let found =
        NaiveDate::from_ymd_opt(year, month, day).ok_or("There is no such day in the calendar.")?;
    if (1990..=2100).contains(&year) {
        Ok(found)
    } else {
        Err("The year is between 1990 and 2100.")
    }
}

/// The fiscal year of a day: it starts on 1 October of the year before.
#[must_use]
pub fn fiscal_year(day: NaiveDate) -> i32 {
    if day.month() >= 10 {
        day.year() + 1
    } else {
        day.year()
    }
}

words! {
    /// Where a date comes from.
    Source {
        /// The file says so.
        Reported = "reported",
        /// It follows by rule.
        Derived = "derived",
    }
}

/// A date with where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sourced {
    /// The day.
    pub date: NaiveDate,
    /// Where it comes from.
    pub source: Source,
}

/// The deadlines of an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deadlines {
    /// When it is or was liquidated; none while liquidation is extended or suspended without a date.
    pub liquidation: Option<Sourced>,
    /// The last day to protest; none while there is no day of liquidation.
    pub protest: Option<Sourced>,
}

/// The deadlines: what the file says, else what the rules give.
#[must_use]
pub fn deadlines(
    entry_date: NaiveDate,
    reported: Option<NaiveDate>,
    status: Option<LiquidationStatus>,
) -> Deadlines {
    let held = matches!(
        status,
        Some(LiquidationStatus::Extended | LiquidationStatus::Suspended)
    );
    let liquidation = match reported {
        Some(date) => Some(Sourced {
            date,
            source: Source::Reported,
        }),
        None if held => None,
        None => entry_date
            .checked_add_days(Days::new(LIQUIDATION_DAYS))
            .map(|date| Sourced {
                date,
                source: Source::Derived,
            }),
    };
    let protest = liquidation.and_then(|from| {
        Some(Sourced {
            date: from.date.checked_add_days(Days::new(PROTEST_DAYS))?,
            // As sure as the day that it counts from.
            source: from.source,
        })
    });
    Deadlines {
        liquidation,
        protest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn both_forms_are_read_and_days_that_are_not_are_refused() {
        assert_eq!(date("01/31/2026"), Ok(day(2026, 1, 31)));
        assert_eq!(date("1/2/2026"), Ok(day(2026, 1, 2)));
        assert_eq!(date("2024-02-29"), Ok(day(2024, 2, 29)));
        for text in [
            "02/31/2026",
            "2026-02-31",
            "02/29/2026",
            "13/01/2026",
            "2026/01/31",
            "31.01.2026",
            "01-31-2026",
            "",
            "/",
            "01/31/26",
            "01/31/20266",
            "2026-1-2",
            "01/01/0001",
            "01/01/9999",
            "a/b/c",
            "01/31-2026",
            "+1/31/2026",
        ] {
            assert!(date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn fiscal_years_start_in_october() {
        assert_eq!(fiscal_year(day(2026, 9, 30)), 2026);
        assert_eq!(fiscal_year(day(2026, 10, 1)), 2027);
    }

    #[test]
    fn deadlines_name_their_source() {
        let derived = deadlines(day(2026, 1, 5), None, None);
        assert_eq!(
            derived.liquidation.map(|d| (d.date, d.source)),
            Some((day(2026, 11, 15), Source::Derived))
        );
        assert_eq!(
            derived.protest.map(|d| (d.date, d.source)),
            Some((day(2027, 5, 14), Source::Derived))
        );
        let reported = deadlines(
            day(2026, 1, 5),
            Some(day(2026, 11, 20)),
            Some(LiquidationStatus::AsEntered),
        );
        assert_eq!(
            reported.liquidation.map(|d| d.source),
            Some(Source::Reported)
        );
        assert_eq!(
            reported.protest.map(|d| (d.date, d.source)),
            Some((day(2027, 5, 19), Source::Reported))
        );
        for status in [LiquidationStatus::Extended, LiquidationStatus::Suspended] {
            assert_eq!(
                deadlines(day(2026, 1, 5), None, Some(status)),
                Deadlines::default()
            );
        }
    }
}
