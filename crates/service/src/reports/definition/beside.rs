//! What stands beside each other: the values of a pivot, and two periods.

use quaymaster_domain::reports::Term;
use serde_json::{Map, Value};

use super::column::{Column, What};
use super::read::Read;
use crate::reports::members::{self, Member};
use crate::reports::table::Kind;

/// The values of one column become columns.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reports) struct Pivot {
    pub column: String,
    /// With a column over all values.
    pub totals: bool,
}

/// Which period stands beside the one that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reports) enum With {
    /// As long, and right before.
    PreviousPeriod,
    /// The same days a year earlier.
    PreviousYear,
}

/// Two periods side by side.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reports) struct Compare {
    pub member: Member,
    pub with: With,
}

/// What is counted or placed among all cannot stand beside another one.
fn simple(columns: &[Column], at: &str, read: &mut Read) -> Option<()> {
    if columns
        .iter()
        .any(|c| c.is_distinct() || matches!(c.what, What::Rank(_) | What::Share(_)))
    {
        return read.no(
            at,
            "invalid",
            "columns beside each other are no counts of different values, ranks or shares",
        );
    }
    Some(())
}

impl Pivot {
    pub(super) fn read(
        map: &Map<String, Value>,
        aggregate: bool,
        columns: &[Column],
        breaks: &[String],
        read: &mut Read,
    ) -> Option<Self> {
        let value = map.get("pivot").filter(|v| !v.is_null())?;
        let one = read.object("/pivot", value, &["col", "totals"])?;
        if !aggregate {
            return read.no(
                "/pivot",
                "invalid",
                "a pivot is of groups; choose the mode aggregate",
            );
        }
        let column = read.text("/pivot", one, "col")?;
        if !columns
            .iter()
            .any(|c| c.id == column && c.dimension().is_some())
        {
            return read.no(
                "/pivot/col",
                "invalid",
                "a pivot is over a column that is grouped by",
            );
        }
        if breaks.contains(&column) {
            return read.no("/pivot/col", "invalid", "a break is not the pivot as well");
        }
        if columns.iter().all(|c| c.hidden || c.dimension().is_some()) {
            return read.no("/pivot", "invalid", "a pivot has a measure in its cells");
        }
        simple(columns, "/pivot", read)?;
        Some(Self {
            column,
            totals: read.flag("/pivot", one, "totals"),
        })
    }
}

impl Compare {
    pub(super) fn read(
        map: &Map<String, Value>,
        (subjects, aggregate): (&[String], bool),
        columns: &[Column],
        read: &mut Read,
    ) -> Option<Self> {
        let value = map.get("compare").filter(|v| !v.is_null())?;
        let one = read.object("/compare", value, &["dim", "with"])?;
        if !aggregate {
            return read.no(
                "/compare",
                "invalid",
                "periods are compared by groups; choose the mode aggregate",
            );
        }
        if map.get("pivot").is_some_and(|v| !v.is_null()) {
            return read.no(
                "/compare",
                "invalid",
                "choose either a pivot or two periods",
            );
        }
        let name = read.text("/compare", one, "dim")?;
        let main = subjects.first().map_or("", String::as_str);
        let Some(member) = members::find(main, &name)
            .map(|found| found.member)
            .filter(|m| !m.measure && m.kind == Kind::Date)
        else {
            return read.no(
                "/compare/dim",
                "invalid",
                "this subject has no date of this name",
            );
        };
        let member = match members::shared(subjects, member) {
            Ok(member) => member,
            Err(words) => return read.no("/compare/dim", "invalid", words),
        };
        let with = match one.get("with").and_then(Value::as_str) {
            Some("previous_period") => With::PreviousPeriod,
            Some("previous_year") => With::PreviousYear,
            _ => {
                return read.no(
                    "/compare/with",
                    "invalid",
                    "choose previous_period or previous_year",
                );
            }
        };
        // Days, months and quarters have one in the other period; of a fiscal year there is only one.
        let apart = |c: &Column| {
            c.dimension().is_some_and(|m| {
                m.term.column() == member.term.column()
                    && !matches!(m.term, Term::Text(_) | Term::Month(_) | Term::Quarter(_))
            })
        };
        if let Some(at) = columns.iter().position(apart) {
            return read.no(
                &format!("/columns/{at}"),
                "invalid",
                "this differs in each of two periods, so that nothing would stand beside each other; choose the day, the month or the quarter",
            );
        }
        simple(columns, "/compare", read)?;
        Some(Self { member, with })
    }
}
