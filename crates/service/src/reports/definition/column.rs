//! Columns: members of the subject, aggregates of them, what is computed from other columns, and their place among all.

use serde_json::{Map, Value};

use super::MOST_CALCULATED;
use super::calc::Calc;
use super::read::Read;
use crate::reports::members::{self, Member};
use crate::reports::table::{Kind, ResultColumn};

/// Decimals of a calculated column at most.
const MOST_DECIMALS: u64 = 6;

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reports) struct Column {
    pub id: String,
    pub label: String,
    /// Computed, and shown nowhere.
    pub hidden: bool,
    /// Which subject it is of: 0 is the main one.
    pub branch: usize,
    pub what: What,
}

/// What a column has in its cells.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reports) enum What {
    /// A dimension, a measure, or a count, a least or a greatest value of one.
    Member(Member),
    /// A sum over how many rows have a number.
    Average {
        sum: Member,
        filled: Member,
        scale: u32,
    },
    /// A calculation over other columns.
    Calc { kind: Kind, scale: u32, calc: Calc },
    /// The place of the row by another column, the greatest first.
    Rank(String),
    /// How much of the whole another column is.
    Share(String),
}

impl Column {
    /// The member that rows are grouped by, or a plain cell of them.
    pub(in crate::reports) fn dimension(&self) -> Option<&Member> {
        match &self.what {
            What::Member(member) if !member.measure => Some(member),
            _ => None,
        }
    }

    /// Whether the cells can be reckoned with.
    pub(super) fn is_figure(&self) -> bool {
        matches!(
            self.what,
            What::Member(_) | What::Average { .. } | What::Calc { .. }
        ) && self.shown().kind.is_number()
    }

    /// Whether it counts different values.
    pub(in crate::reports) fn is_distinct(&self) -> bool {
        use quaymaster_domain::reports::Term;
        matches!(&self.what, What::Member(m) if matches!(m.term, Term::Distinct(_)))
    }

    /// The decimals of its numbers.
    pub(in crate::reports) const fn scale(&self) -> u32 {
        match &self.what {
            What::Member(member) => match member.kind {
                Kind::Money => 2,
                _ => 0,
            },
            What::Average { scale, .. } | What::Calc { scale, .. } => *scale,
            What::Rank(_) => 0,
            What::Share(_) => 4,
        }
    }

    pub(in crate::reports) fn shown(&self) -> ResultColumn {
        let (kind, measure) = match &self.what {
            What::Member(member) => (member.kind, member.measure),
            What::Average { sum, .. } if sum.kind == Kind::Integer => (Kind::Decimal, true),
            What::Average { sum, .. } => (sum.kind, true),
            What::Calc { kind, .. } => (*kind, true),
            What::Rank(_) => (Kind::Integer, true),
            What::Share(_) => (Kind::Percent, true),
        };
        let scale = self.scale();
        ResultColumn {
            id: self.id.clone(),
            label: self.label.clone(),
            kind,
            scale,
            measure,
            of: self.id.clone(),
            part: None,
        }
    }

    pub(super) fn read(
        value: &Value,
        at: &str,
        (subjects, aggregate): (&[String], bool),
        earlier: &[Self],
        messages: &mut Vec<String>,
        read: &mut Read,
    ) -> Option<Self> {
        let known = [
            "id",
            "dim",
            "measure",
            "distinct",
            "calc",
            "rank",
            "share",
            "aggregate",
            "label",
            "type",
            "decimals",
            "hidden",
            "subject",
        ];
        let map = read.object(at, value, &known)?;
        let id = read.text(at, map, "id")?;
        if earlier.iter().any(|c| c.id == id) {
            return read.no(
                &format!("{at}/id"),
                "duplicate",
                "another column has this id",
            );
        }
        let label = match map.get("label") {
            None | Some(Value::Null) => None,
            Some(_) => Some(read.text(at, map, "label")?),
        };
        let mut keys = ["dim", "measure", "distinct", "calc", "rank", "share"]
            .into_iter()
            .filter(|key| map.contains_key(*key));
        let (Some(key), None) = (keys.next(), keys.next()) else {
            return read.no(
                at,
                "invalid",
                "a column has one of dim, measure, distinct, calc, rank, share",
            );
        };
        let branch = branch(map, at, key, subjects, read)?;
        let decimals = decimals(map, at, read)?;
        let (what, name) = match key {
            "calc" => (
                calculated(map, at, decimals, earlier, read)?,
                "Calculated".to_owned(),
            ),
            "rank" | "share" => placed(map, at, key, aggregate, earlier, read)?,
            _ => member(map, at, key, (subjects, branch, aggregate), messages, read)?,
        };
        let rounded = matches!(what, What::Calc { .. } | What::Average { .. });
        if !rounded && decimals.is_some() {
            return read.no(
                &format!("{at}/decimals"),
                "invalid",
                "only calculated columns and averages are rounded",
            );
        }
        let given = |key: &str| map.get(key).is_some_and(|value| !value.is_null());
        if key != "calc" && given("type") {
            return read.no(
                &format!("{at}/type"),
                "invalid",
                "only calculated columns have a type of their own",
            );
        }
        if ["calc", "rank", "share"].contains(&key) && given("aggregate") {
            return read.no(
                &format!("{at}/aggregate"),
                "invalid",
                "an aggregate is of a dimension or a measure",
            );
        }
        let what = match (what, decimals) {
            (What::Average { sum, filled, .. }, Some(scale)) => {
                What::Average { sum, filled, scale }
            }
            (what, _) => what,
        };
        let hidden = read.flag(at, map, "hidden");
        let column = Self {
            id,
            label: label.unwrap_or(name),
            hidden,
            branch,
            what,
        };
        if hidden && aggregate && column.dimension().is_some() {
            return read.no(
                &format!("{at}/hidden"),
                "invalid",
                "what is grouped by is shown, or groups could not be told apart",
            );
        }
        Some(column)
    }
}

/// Which of the subjects a column is of. What is computed from other columns, and what groups are made by, is of none alone.
fn branch(
    map: &Map<String, Value>,
    at: &str,
    key: &str,
    subjects: &[String],
    read: &mut Read,
) -> Option<usize> {
    if map.get("subject").is_none_or(Value::is_null) {
        return Some(0);
    }
    let name = read.text(at, map, "subject")?;
    let below = format!("{at}/subject");
    let aggregate = map.get("aggregate").is_some_and(|v| !v.is_null());
    let figure = ["measure", "distinct"].contains(&key) || (key == "dim" && aggregate);
    if !figure {
        return read.no(
            &below,
            "invalid",
            "only figures are of one subject; what groups are made by is shared by all",
        );
    }
    match subjects.iter().position(|s| *s == name) {
        Some(branch) => Some(branch),
        None => read.no(
            &below,
            "invalid",
            format!("this report is about {}", subjects.join(", ")),
        ),
    }
}

fn decimals(map: &Map<String, Value>, at: &str, read: &mut Read) -> Option<Option<u32>> {
    match map.get("decimals") {
        None | Some(Value::Null) => Some(None),
        Some(value) => match value.as_u64().filter(|n| *n <= MOST_DECIMALS) {
            Some(n) => Some(u32::try_from(n).ok()),
            None => read.no(
                &format!("{at}/decimals"),
                "invalid",
                format!("this is a whole number from 0 to {MOST_DECIMALS}"),
            ),
        },
    }
}

fn calculated(
    map: &Map<String, Value>,
    at: &str,
    decimals: Option<u32>,
    earlier: &[Column],
    read: &mut Read,
) -> Option<What> {
    let calculated = |c: &&Column| matches!(c.what, What::Calc { .. });
    if earlier.iter().filter(calculated).count() >= MOST_CALCULATED {
        return read.no(
            at,
            "invalid",
            format!("at most {MOST_CALCULATED} calculated columns"),
        );
    }
    let calc = map.get("calc")?;
    let calc = Calc::read(calc, &format!("{at}/calc"), 1, earlier, read)?;
    let (kind, scale) = match map.get("type").filter(|v| !v.is_null()).map(Value::as_str) {
        Some(Some("percent")) => (Kind::Percent, 4),
        Some(Some("money")) => (Kind::Money, 2),
        Some(Some("integer")) => (Kind::Integer, 0),
        None | Some(Some("decimal")) => (Kind::Decimal, 4),
        Some(_) => {
            return read.no(
                &format!("{at}/type"),
                "invalid",
                "a calculated column is percent, money, integer or decimal",
            );
        }
    };
    if decimals.is_some() && matches!(kind, Kind::Integer | Kind::Money) {
        return read.no(
            &format!("{at}/decimals"),
            "invalid",
            "money has two decimals and a whole number none",
        );
    }
    Some(What::Calc {
        kind,
        scale: decimals.unwrap_or(scale),
        calc,
    })
}

/// A rank or a share of a column that stands before.
fn placed(
    map: &Map<String, Value>,
    at: &str,
    key: &str,
    aggregate: bool,
    earlier: &[Column],
    read: &mut Read,
) -> Option<(What, String)> {
    let below = format!("{at}/{key}");
    if !aggregate {
        return read.no(
            &below,
            "invalid",
            "groups have a rank and a share; choose the mode aggregate",
        );
    }
    let of = read.text(at, map, key)?;
    let found = earlier.iter().find(|c| c.id == of);
    if key == "rank" {
        return match found.filter(|c| c.is_figure() && c.dimension().is_none()) {
            Some(column) => {
                let name = format!("Rank by {}", column.label);
                Some((What::Rank(of), name))
            }
            None => read.no(
                &below,
                "invalid",
                "a rank is by a column of figures that stands before this one",
            ),
        };
    }
    match found.filter(|c| matches!(&c.what, What::Member(m) if m.adds_up)) {
        Some(column) => {
            let name = format!("{}, share", column.label);
            Some((What::Share(of), name))
        }
        None => read.no(
            &below,
            "invalid",
            "a share is of a sum that stands before this one",
        ),
    }
}

fn member(
    map: &Map<String, Value>,
    at: &str,
    key: &str,
    (subjects, branch, aggregate): (&[String], usize, bool),
    messages: &mut Vec<String>,
    read: &mut Read,
) -> Option<(What, String)> {
    let name = read.text(at, map, key)?;
    if key == "distinct" && !aggregate {
        return read.no(
            &format!("{at}/distinct"),
            "invalid",
            "different values are counted in groups; choose the mode aggregate",
        );
    }
    let subject = subjects.get(branch).map_or("", String::as_str);
    let Some(found) =
        members::find(subject, &name).filter(|found| found.member.measure == (key == "measure"))
    else {
        return read.no(
            &format!("{at}/{key}"),
            "invalid",
            format!(
                "this subject has no {} of this name",
                if key == "measure" {
                    "measure"
                } else {
                    "dimension"
                }
            ),
        );
    };
    messages.extend(found.message);
    let member = found.member;
    let of = match map.get("aggregate") {
        None | Some(Value::Null) => None,
        Some(_) => Some(read.text(at, map, "aggregate")?),
    };
    let below = format!("{at}/aggregate");
    if of.is_some() && (!aggregate || key == "distinct") {
        return read.no(
            &below,
            "invalid",
            "the least, the greatest and the average are of groups; choose the mode aggregate",
        );
    }
    let (what, words) = match of.as_deref() {
        None if key == "distinct" => (Some(What::Member(member.distinct())), "different"),
        None if member.measure => {
            return Some((What::Member(*member), member.label.to_owned()));
        }
        None => {
            return match members::shared(subjects, member) {
                Ok(shared) => Some((What::Member(shared), member.label.to_owned())),
                Err(words) => read.no(&format!("{at}/{key}"), "invalid", words),
            };
        }
        Some("min") => (member.extreme(false).map(What::Member), "least"),
        Some("max") => (member.extreme(true).map(What::Member), "greatest"),
        Some("average") => {
            let scale = if member.kind == Kind::Money { 2 } else { 4 };
            let average = member.filled().map(|filled| What::Average {
                sum: *member,
                filled,
                scale,
            });
            (average, "average")
        }
        Some(_) => return read.no(&below, "invalid", "choose min, max or average"),
    };
    let words = match (words, member.kind) {
        ("least", Kind::Date) => "earliest",
        ("greatest", Kind::Date) => "latest",
        (words, _) => words,
    };
    match what {
        Some(what) => Some((what, format!("{}, {words}", member.label))),
        None => read.no(
            &below,
            "invalid",
            "days, numbers and sums have a least and a greatest value, sums an average",
        ),
    }
}
