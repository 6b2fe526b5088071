//! Two periods side by side: which days stand before those that a filter keeps. Rows are looked at elsewhere.

use chrono::{Datelike, Days, Months, NaiveDate};
use quaymaster_domain::reports::Term;
use quaymaster_store::reports::query::{Comparison, Filter, Operand};

use super::super::definition::{Compare, With};
use crate::error::Fault;

/// How far the other period lies back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shift {
    Months(u32),
    Days(u64),
}

impl Shift {
    /// The day, month or quarter of the period that is asked for which one of the earlier period is compared with. Days that a
    /// month does not have stand at its last one.
    pub(super) fn later(self, text: &str) -> Option<String> {
        self.moved(text, true)
    }

    /// The other way round.
    pub(super) fn earlier(self, text: &str) -> Option<String> {
        self.moved(text, false)
    }

    fn moved(self, text: &str, on: bool) -> Option<String> {
        if let Some((year, quarter)) = text.split_once("-Q") {
            let Self::Months(months) = self else {
                return None;
            };
            let (year, quarter): (i32, i32) = (year.parse().ok()?, quarter.parse().ok()?);
            let step = i32::try_from(months / 3).ok()?;
            let at = year * 4 + quarter - 1 + if on { step } else { -step };
            return Some(format!("{}-Q{}", at.div_euclid(4), at.rem_euclid(4) + 1));
        }
        let month = text.len() == 7;
        let day = if month {
            format!("{text}-01").parse::<NaiveDate>().ok()?
        } else {
            text.parse().ok()?
        };
        let found = match (self, on) {
            (Self::Months(months), true) => day.checked_add_months(Months::new(months))?,
            (Self::Months(months), false) => day.checked_sub_months(Months::new(months))?,
            (Self::Days(days), true) => day.checked_add_days(Days::new(days))?,
            (Self::Days(days), false) => day.checked_sub_days(Days::new(days))?,
        };
        let format = if month { "%Y-%m" } else { "%Y-%m-%d" };
        Some(found.format(format).to_string())
    }

    /// Whether months, or quarters, of one period are those of the other.
    pub(super) const fn keeps(self, term: Term) -> bool {
        match (term, self) {
            (Term::Month(_), Self::Months(_)) => true,
            (Term::Quarter(_), Self::Months(months)) => months % 3 == 0,
            (Term::Month(_) | Term::Quarter(_), Self::Days(_)) => false,
            _ => true,
        }
    }
}

/// The same filter for the days before, and how far back they are.
pub(super) fn earlier(
    compare: &Compare,
    filter: Option<&Filter>,
) -> Result<(Filter, Shift), Fault> {
    let missing = || {
        Fault::field(
            "/definition/compare/dim",
            "invalid",
            "two periods are compared when the filter keeps this date between two days, alone or in its outermost group",
        )
    };
    match filter {
        Some(Filter::All(parts)) => {
            let mut found = Vec::new();
            let mut all = Vec::new();
            for part in parts {
                all.push(match moved(compare, part)? {
                    Some((part, shift)) => {
                        found.push(shift);
                        part
                    }
                    None => part.clone(),
                });
            }
            match found.as_slice() {
                [shift] => Ok((Filter::All(all), *shift)),
                _ => Err(missing()),
            }
        }
        Some(one) => moved(compare, one)?.ok_or_else(missing),
        None => Err(missing()),
    }
}

/// The comparison for the days before, when it is the one of the period.
fn moved(compare: &Compare, filter: &Filter) -> Result<Option<(Filter, Shift)>, Fault> {
    let Filter::Compare(term, Comparison::Between, days) = filter else {
        return Ok(None);
    };
    let [Operand::Text(from), Operand::Text(to)] = days.as_slice() else {
        return Ok(None);
    };
    let (true, Ok(from), Ok(to)) = (
        *term == compare.member.term,
        from.parse::<NaiveDate>(),
        to.parse::<NaiveDate>(),
    ) else {
        return Ok(None);
    };
    let Some((first, last, shift)) =
        before(compare.with, from, to).filter(|(_, last, _)| *last < from)
    else {
        return Err(Fault::field(
            "/definition/compare/with",
            "invalid",
            "the two periods would overlap; choose a period of a year at most, or compare with the period before it",
        ));
    };
    let days = vec![
        Operand::Text(first.to_string()),
        Operand::Text(last.to_string()),
    ];
    let filter = Filter::Compare(*term, Comparison::Between, days);
    Ok(Some((filter, shift)))
}

/// The period before: whole months stay whole months, whatever their lengths.
fn before(with: With, from: NaiveDate, to: NaiveDate) -> Option<(NaiveDate, NaiveDate, Shift)> {
    let next = to.succ_opt()?;
    let whole = from.day() == 1 && next.day() == 1 && from < next;
    let months = |day: NaiveDate| day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0);
    let back = match with {
        With::PreviousYear => Some(12),
        With::PreviousPeriod if whole => u32::try_from(months(next) - months(from)).ok(),
        With::PreviousPeriod => None,
    };
    match back {
        Some(back) if whole => Some((
            from.checked_sub_months(Months::new(back))?,
            next.checked_sub_months(Months::new(back))?.pred_opt()?,
            Shift::Months(back),
        )),
        Some(back) => Some((
            from.checked_sub_months(Months::new(back))?,
            to.checked_sub_months(Months::new(back))?,
            Shift::Months(back),
        )),
        None => {
            let length = u64::try_from((next - from).num_days()).ok()?;
            let back = Days::new(length);
            Some((
                from.checked_sub_days(back)?,
                to.checked_sub_days(back)?,
                Shift::Days(length),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_months_and_quarters_stand_beside_those_that_they_are_compared_with() {
        for (shift, text, wanted) in [
            (Shift::Months(12), "2025-03", "2026-03"),
            (Shift::Months(1), "2025-12", "2026-01"),
            (Shift::Months(3), "2025-Q4", "2026-Q1"),
            (Shift::Months(12), "2025-03-31", "2026-03-31"),
            (Shift::Months(1), "2026-01-31", "2026-02-28"),
            (Shift::Days(7), "2026-02-25", "2026-03-04"),
        ] {
            assert_eq!(
                shift.later(text).as_deref(),
                Some(wanted),
                "{shift:?} {text}"
            );
        }
        assert_eq!(
            Shift::Months(3).earlier("2026-Q1").as_deref(),
            Some("2025-Q4")
        );
        assert_eq!(
            Shift::Days(7).earlier("2026-03-04").as_deref(),
            Some("2026-02-25")
        );
        assert!(
            !Shift::Days(7).keeps(Term::Month("d")) && !Shift::Months(4).keeps(Term::Quarter("d"))
        );
        assert!(
            Shift::Days(7).keeps(Term::Text("d")) && Shift::Months(6).keeps(Term::Quarter("d"))
        );
    }

    #[test]
    fn the_period_before_ends_where_the_other_begins() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (with, from, to, wanted) in [
            (
                With::PreviousPeriod,
                "2026-03-01",
                "2026-03-31",
                "2026-02-01 2026-02-28",
            ),
            (
                With::PreviousPeriod,
                "2026-01-01",
                "2026-03-31",
                "2025-10-01 2025-12-31",
            ),
            (
                With::PreviousPeriod,
                "2026-03-10",
                "2026-03-16",
                "2026-03-03 2026-03-09",
            ),
            (
                With::PreviousPeriod,
                "2026-03-01",
                "2026-03-01",
                "2026-02-28 2026-02-28",
            ),
            (
                With::PreviousYear,
                "2028-02-01",
                "2028-02-29",
                "2027-02-01 2027-02-28",
            ),
            (
                With::PreviousYear,
                "2029-02-01",
                "2029-02-28",
                "2028-02-01 2028-02-29",
            ),
            (
                With::PreviousYear,
                "2028-02-29",
                "2028-03-10",
                "2027-02-28 2027-03-10",
            ),
        ] {
            let (a, b, _) = before(with, day(from), day(to)).unwrap();
            assert_eq!(format!("{a} {b}"), wanted, "{from} {to}");
        }
    }
}
