//! The definition of a report as it is read: closed, bounded, and every mistake named by its place. What follows from it is
//! computed in `engine`.

use std::collections::HashSet;

use quaymaster_domain::reports::Operator;
use serde_json::{Map, Value};

use super::members::{self, Member};
use super::table::{Kind, ResultColumn};
use crate::error::FieldFault;

/// Bounds of a definition.
const MOST_COLUMNS: usize = 64;
const MOST_FILTERS: usize = 32;
const MOST_CALCULATED: usize = 8;
const MOST_NESTING: usize = 4;
const MOST_VALUES: usize = 1000;
const MOST_CHARS: usize = 200;
const MOST_RANKED: u64 = 10_000;
const MOST_ALERTS: usize = 16;

/// What was found unfit so far.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub faults: Vec<FieldFault>,
    filters: usize,
}

impl Read {
    fn no<T>(&mut self, at: &str, code: &'static str, words: impl Into<String>) -> Option<T> {
        self.faults.push(FieldFault {
            pointer: at.to_owned(),
            code,
            detail: words.into(),
        });
        None
    }

    fn object<'v>(
        &mut self,
        at: &str,
        value: &'v Value,
        known: &[&str],
    ) -> Option<&'v Map<String, Value>> {
        let Some(map) = value.as_object() else {
            return self.no(at, "invalid", "this is to be an object");
        };
        if let Some(unknown) = map.keys().find(|key| !known.contains(&key.as_str())) {
            let name: String = unknown.chars().take(80).collect();
            return self.no(
                &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                "unknown",
                format!(
                    "there is nothing of this name here; known here: {}",
                    known.join(", ")
                ),
            );
        }
        Some(map)
    }

    fn text(&mut self, at: &str, map: &Map<String, Value>, name: &str) -> Option<String> {
        match map.get(name) {
            Some(Value::String(text)) if (1..=MOST_CHARS).contains(&text.chars().count()) => {
                Some(text.clone())
            }
            Some(_) => self.no(
                &format!("{at}/{name}"),
                "invalid",
                format!("this is to be a text of 1 to {MOST_CHARS} characters"),
            ),
            None => self.no(&format!("{at}/{name}"), "missing", "this is needed"),
        }
    }

    fn list<'v>(
        &mut self,
        at: &str,
        map: &'v Map<String, Value>,
        name: &str,
        most: usize,
    ) -> Option<&'v [Value]> {
        match map.get(name) {
            None | Some(Value::Null) => Some(&[]),
            Some(Value::Array(items)) if items.len() <= most => Some(items),
            Some(_) => self.no(
                &format!("{at}/{name}"),
                "invalid",
                format!("this is to be a list of at most {most}"),
            ),
        }
    }

    fn flag(&mut self, at: &str, map: &Map<String, Value>, name: &str) -> bool {
        match map.get(name) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(yes)) => *yes,
            Some(_) => {
                self.no::<()>(
                    &format!("{at}/{name}"),
                    "invalid",
                    "this is to be true or false",
                );
                false
            }
        }
    }
}

/// An exact number: a whole one over another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ratio {
    top: i128,
    bottom: i128,
}

impl Ratio {
    pub(super) const fn new(top: i128, bottom: i128) -> Self {
        Self { top, bottom }
    }

    /// How it compares with another one; `None` when the numbers are too large to tell.
    fn order(self, other: Self) -> Option<std::cmp::Ordering> {
        let sign = self.bottom.signum().checked_mul(other.bottom.signum())?;
        let left = self.top.checked_mul(other.bottom)?.checked_mul(sign)?;
        let right = other.top.checked_mul(self.bottom)?.checked_mul(sign)?;
        Some(left.cmp(&right))
    }

    /// As a decimal with so many places, halves away from zero.
    pub(super) fn rounded(self, scale: u32) -> String {
        let grown = 10_i128.pow(scale.min(9));
        let (top, bottom) = if self.bottom < 0 {
            (-self.top, -self.bottom)
        } else {
            (self.top, self.bottom)
        };
        let whole = top.saturating_mul(grown);
        let size = whole.abs();
        let rounded = (size.saturating_mul(2).saturating_add(bottom)) / bottom.saturating_mul(2);
        let sign = if whole < 0 && rounded != 0 { "-" } else { "" };
        if scale == 0 {
            return format!("{sign}{rounded}");
        }
        let width = scale.min(9) as usize;
        format!("{sign}{}.{:0width$}", rounded / grown, rounded % grown)
    }
}

/// A calculation over other columns. Total: what cannot be computed is empty.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Calc {
    Column(String),
    Number(Ratio),
    Add(Box<Calc>, Box<Calc>),
    Sub(Box<Calc>, Box<Calc>),
    Mul(Box<Calc>, Box<Calc>),
    Div(Box<Calc>, Box<Calc>),
}

impl Calc {
    /// `None` never; the inner `None` is an empty cell.
    pub(super) fn value(&self, column: &impl Fn(&str) -> Option<Ratio>) -> Option<Option<Ratio>> {
        Some(self.number(column))
    }

    fn number(&self, column: &impl Fn(&str) -> Option<Ratio>) -> Option<Ratio> {
        let both = |a: &Self, b: &Self| Some((a.number(column)?, b.number(column)?));
        match self {
            Self::Column(id) => column(id),
            Self::Number(number) => Some(*number),
            Self::Add(a, b) => both(a, b).and_then(|(a, b)| sum(a, b, 1)),
            Self::Sub(a, b) => both(a, b).and_then(|(a, b)| sum(a, b, -1)),
            Self::Mul(a, b) => {
                let (a, b) = both(a, b)?;
                Some(Ratio::new(
                    a.top.checked_mul(b.top)?,
                    a.bottom.checked_mul(b.bottom)?,
                ))
            }
            Self::Div(a, b) => {
                let (a, b) = both(a, b)?;
                (b.top != 0).then_some(())?;
                Some(Ratio::new(
                    a.top.checked_mul(b.bottom)?,
                    a.bottom.checked_mul(b.top)?,
                ))
            }
        }
    }

    fn read(
        value: &Value,
        at: &str,
        depth: usize,
        earlier: &[Column],
        read: &mut Read,
    ) -> Option<Self> {
        if depth > MOST_NESTING {
            return read.no(at, "invalid", format!("at most {MOST_NESTING} levels"));
        }
        if let Value::String(text) = value {
            return match number(text) {
                Some(number) => Some(Self::Number(number)),
                None => read.no(at, "invalid", "a number is written like 0.25"),
            };
        }
        let map = read.object(at, value, &["col", "add", "sub", "mul", "div"])?;
        let Some((name, inner)) = map.iter().next().filter(|_| map.len() == 1) else {
            return read.no(at, "invalid", "name one of col, add, sub, mul, div");
        };
        if name == "col" {
            let id = read.text(at, map, "col")?;
            let fits = earlier.iter().any(|c| match c {
                Column::Member {
                    id: known, member, ..
                } => *known == id && member.kind.is_number(),
                Column::Calc { .. } => false,
            });
            return if fits {
                Some(Self::Column(id))
            } else {
                read.no(
                    &format!("{at}/col"),
                    "invalid",
                    "this is to be a column of numbers that stands before this one",
                )
            };
        }
        let below = format!("{at}/{name}");
        let Some([a, b]) = inner
            .as_array()
            .and_then(|l| <&[Value; 2]>::try_from(l.as_slice()).ok())
        else {
            return read.no(&below, "invalid", "this takes a list of two");
        };
        let a = Self::read(a, &format!("{below}/0"), depth + 1, earlier, read)?;
        let b = Self::read(b, &format!("{below}/1"), depth + 1, earlier, read)?;
        let (a, b) = (Box::new(a), Box::new(b));
        Some(match name.as_str() {
            "add" => Self::Add(a, b),
            "sub" => Self::Sub(a, b),
            "mul" => Self::Mul(a, b),
            _ => Self::Div(a, b),
        })
    }
}

fn sum(a: Ratio, b: Ratio, sign: i128) -> Option<Ratio> {
    let left = a.top.checked_mul(b.bottom)?;
    let right = b.top.checked_mul(a.bottom)?.checked_mul(sign)?;
    Some(Ratio::new(
        left.checked_add(right)?,
        a.bottom.checked_mul(b.bottom)?,
    ))
}

/// A decimal number of at most 15 digits.
pub(super) fn number(text: &str) -> Option<Ratio> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{part}");
    let fits = !whole.is_empty()
        && all.len() <= 15
        && part.len() <= 9
        && all.bytes().all(|b| b.is_ascii_digit())
        && !text.ends_with('.');
    let top: i128 = fits.then(|| all.parse().ok()).flatten()?;
    let bottom = 10_i128.checked_pow(u32::try_from(part.len()).ok()?)?;
    Some(Ratio::new(sign * top, bottom))
}

/// A number in whole units of a member, e.g. cents; `None` when it has more decimals than that.
pub(super) fn units(text: &str, unit: i128) -> Option<i64> {
    let found = number(text)?;
    let grown = found.top.checked_mul(unit)?;
    (grown % found.bottom == 0)
        .then(|| i64::try_from(grown / found.bottom).ok())
        .flatten()
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Column {
    Member {
        id: String,
        label: String,
        member: Member,
    },
    Calc {
        id: String,
        label: String,
        kind: Kind,
        scale: u32,
        calc: Calc,
    },
}

impl Column {
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Member { id, .. } | Self::Calc { id, .. } => id,
        }
    }

    pub(super) fn shown(&self) -> ResultColumn {
        match self {
            Self::Member { id, label, member } => ResultColumn {
                id: id.clone(),
                label: label.clone(),
                kind: member.kind,
                scale: if member.kind == Kind::Money { 2 } else { 0 },
                measure: member.measure,
            },
            Self::Calc {
                id,
                label,
                kind,
                scale,
                ..
            } => ResultColumn {
                id: id.clone(),
                label: label.clone(),
                kind: *kind,
                scale: *scale,
                measure: true,
            },
        }
    }

    fn read(
        value: &Value,
        at: &str,
        (subject, aggregate): (&str, bool),
        earlier: &[Self],
        messages: &mut Vec<String>,
        read: &mut Read,
    ) -> Option<Self> {
        let known = ["id", "dim", "measure", "distinct", "calc", "label", "type"];
        let map = read.object(at, value, &known)?;
        let id = read.text(at, map, "id")?;
        if earlier.iter().any(|c| c.id() == id) {
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
        if let Some(calc) = map.get("calc") {
            let calculated = |c: &&Self| matches!(c, Self::Calc { .. });
            if earlier.iter().filter(calculated).count() >= MOST_CALCULATED {
                return read.no(
                    at,
                    "invalid",
                    format!("at most {MOST_CALCULATED} calculated columns"),
                );
            }
            let calc = Calc::read(calc, &format!("{at}/calc"), 1, earlier, read)?;
            let (kind, scale) = match map.get("type").and_then(Value::as_str) {
                Some("percent") => (Kind::Percent, 4),
                Some("money") => (Kind::Money, 2),
                Some("integer") => (Kind::Integer, 0),
                None | Some("decimal") => (Kind::Decimal, 4),
                Some(_) => {
                    return read.no(
                        &format!("{at}/type"),
                        "invalid",
                        "a calculated column is percent, money, integer or decimal",
                    );
                }
            };
            let label = label.unwrap_or_else(|| "Calculated".to_owned());
            return Some(Self::Calc {
                id,
                label,
                kind,
                scale,
                calc,
            });
        }
        let mut keys = ["dim", "measure", "distinct"]
            .into_iter()
            .filter(|key| map.contains_key(*key));
        let (Some(key), None) = (keys.next(), keys.next()) else {
            return read.no(
                at,
                "invalid",
                "a column has one of dim, measure, distinct, calc",
            );
        };
        let name = read.text(at, map, key)?;
        if key == "distinct" && !aggregate {
            return read.no(
                &format!("{at}/distinct"),
                "invalid",
                "different values are counted in groups; choose the mode aggregate",
            );
        }
        let Some(found) = members::find(subject, &name)
            .filter(|found| found.member.measure == (key == "measure"))
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
        if key == "distinct" {
            return Some(Self::Member {
                id,
                label: label.unwrap_or_else(|| format!("{}, different", member.label)),
                member: member.distinct(),
            });
        }
        Some(Self::Member {
            id,
            label: label.unwrap_or_else(|| member.label.to_owned()),
            member: *member,
        })
    }
}

/// What is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Against {
    Values(Vec<String>),
    Prompt(String),
}

/// Which rows count.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Compare {
        at: String,
        member: Member,
        op: String,
        against: Against,
    },
}

/// One value or several, as texts.
pub(super) fn texts(value: &Value) -> Option<Vec<String>> {
    let one = |value: &Value| match value {
        Value::String(text) if text.chars().count() <= MOST_CHARS => Some(text.clone()),
        Value::Number(number) if number.is_i64() => Some(number.to_string()),
        _ => None,
    };
    match value {
        Value::Array(items) if items.len() <= MOST_VALUES => items.iter().map(one).collect(),
        Value::Array(_) => None,
        other => one(other).map(|text| vec![text]),
    }
}

impl Filter {
    fn read(
        value: &Value,
        at: &str,
        depth: usize,
        subject: &str,
        prompts: &[Prompt],
        read: &mut Read,
    ) -> Option<Self> {
        if depth > MOST_NESTING {
            return read.no(at, "invalid", format!("at most {MOST_NESTING} levels"));
        }
        let known = ["and", "or", "dim", "op", "value", "values", "prompt"];
        let map = read.object(at, value, &known)?;
        for group in ["and", "or"] {
            if map.contains_key(group) {
                if map.len() > 1 {
                    return read.no(at, "invalid", "a group has nothing beside its list");
                }
                let items = read.list(at, map, group, MOST_FILTERS)?;
                let mut parts = Vec::new();
                for (n, item) in items.iter().enumerate() {
                    let below = format!("{at}/{group}/{n}");
                    parts.extend(Self::read(item, &below, depth + 1, subject, prompts, read));
                }
                return Some(if group == "and" {
                    Self::All(parts)
                } else {
                    Self::Any(parts)
                });
            }
        }
        read.filters += 1;
        if read.filters > MOST_FILTERS {
            return read.no(at, "invalid", format!("at most {MOST_FILTERS} conditions"));
        }
        let name = read.text(at, map, "dim")?;
        let Some(member) = members::find(subject, &name)
            .map(|found| found.member)
            .filter(|m| !m.measure)
        else {
            return read.no(
                &format!("{at}/dim"),
                "invalid",
                "this subject has no dimension of this name",
            );
        };
        let op = read.text(at, map, "op")?;
        let fitting = member.kind.operators();
        if !Operator::of(&op).is_some_and(|o| fitting.contains(&o)) {
            let words: Vec<&str> = fitting.iter().map(|o| o.word()).collect();
            return read.no(
                &format!("{at}/op"),
                "invalid",
                format!("choose one of {}", words.join(", ")),
            );
        }
        let against = match (
            map.get("prompt"),
            map.get("value").or_else(|| map.get("values")),
        ) {
            (Some(_), None) => {
                let id = read.text(at, map, "prompt")?;
                if !prompts.iter().any(|p| p.id == id) {
                    return read.no(
                        &format!("{at}/prompt"),
                        "invalid",
                        "there is no prompt of this id",
                    );
                }
                Against::Prompt(id)
            }
            (None, Some(value)) => match texts(value) {
                Some(values) => Against::Values(values),
                None => {
                    return read.no(
                        &format!("{at}/value"),
                        "invalid",
                        "this is to be a text or a list of texts",
                    );
                }
            },
            (None, None) if op == "empty" || op == "not_empty" => Against::Values(Vec::new()),
            _ => return read.no(at, "invalid", "name either a value or a prompt"),
        };
        Some(Self::Compare {
            at: at.to_owned(),
            member: *member,
            op,
            against,
        })
    }
}

/// What is asked each time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Prompt {
    pub id: String,
    pub label: String,
    pub required: bool,
    /// Whether it takes several values.
    pub multi: bool,
    pub default: Option<Value>,
}

/// The first ones by a measure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Top {
    pub column: String,
    pub n: u64,
    pub others: bool,
}

/// A comparison of a column of numbers with a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Test {
    pub column: String,
    op: Operator,
    value: Ratio,
}

impl Test {
    fn read(
        column: &str,
        word: &str,
        value: &Value,
        at: &str,
        columns: &[Column],
        read: &mut Read,
    ) -> Option<Self> {
        let op = match Operator::of(word) {
            Some(
                op @ (Operator::Equal
                | Operator::NotEqual
                | Operator::Less
                | Operator::LessOrEqual
                | Operator::Greater
                | Operator::GreaterOrEqual),
            ) => op,
            _ => return read.no(at, "invalid", "compare by eq, ne, lt, le, gt or ge"),
        };
        let numeric = |c: &Column| c.id() == column && c.shown().kind.is_number();
        if !columns.iter().any(numeric) {
            return read.no(at, "invalid", "this compares a column of numbers");
        }
        let Some(value) = value.as_str().and_then(number) else {
            return read.no(at, "invalid", "a number is written as a text like \"0.25\"");
        };
        Some(Self {
            column: column.to_owned(),
            op,
            value,
        })
    }

    /// An empty cell passes no comparison.
    pub(super) fn passes(&self, found: Option<Ratio>) -> bool {
        let Some(order) = found.and_then(|f| f.order(self.value)) else {
            return false;
        };
        match self.op {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Greater => order.is_gt(),
            _ => order.is_ge(),
        }
    }
}

/// When a cell is marked, and how.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Alert {
    pub when: Test,
    pub style: String,
}

impl Alert {
    fn read(value: &Value, at: &str, columns: &[Column], read: &mut Read) -> Option<Self> {
        let map = read.object(at, value, &["when", "style"])?;
        let style = read.text(at, map, "style")?;
        if !["warn", "bad", "good"].contains(&style.as_str()) {
            return read.no(
                &format!("{at}/style"),
                "invalid",
                "choose one of warn, bad, good",
            );
        }
        let below = format!("{at}/when");
        let pair = map
            .get("when")
            .and_then(Value::as_object)
            .filter(|when| when.len() == 1)
            .and_then(|when| when.iter().next())
            .and_then(|(word, sides)| Some((word, sides.as_array()?)));
        let Some((word, [left, right])) = pair.and_then(|(word, sides)| {
            Some((word, <&[Value; 2]>::try_from(sides.as_slice()).ok()?))
        }) else {
            return read.no(&below, "invalid", "compare a column with a number");
        };
        let column = read.object(&below, left, &["col"])?;
        let column = read.text(&below, column, "col")?;
        let when = Test::read(&column, word, right, &below, columns, read)?;
        Some(Self { when, style })
    }
}

/// A definition that fits.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Definition {
    pub subject: String,
    pub aggregate: bool,
    pub columns: Vec<Column>,
    pub filter: Option<Filter>,
    pub prompts: Vec<Prompt>,
    pub breaks: Vec<String>,
    pub grand_total: bool,
    pub sort: Vec<(String, bool)>,
    pub top: Option<Top>,
    pub having: Option<Test>,
    pub alerts: Vec<Alert>,
    pub messages: Vec<String>,
}

const KNOWN: &[&str] = &[
    "v",
    "subject",
    "mode",
    "columns",
    "filter",
    "having",
    "prompts",
    "breaks",
    "grand_total",
    "sort",
    "top",
    "pivot",
    "alerts",
    "views",
];

impl Definition {
    /// Reads one; what does not fit is in `read`.
    pub(super) fn read(value: &Value, read: &mut Read) -> Option<Self> {
        let map = read.object("", value, KNOWN)?;
        if map.get("v").and_then(Value::as_u64) != Some(1) {
            return read.no("/v", "invalid", "the version of the form is 1");
        }
        if map.get("pivot").is_some_and(|v| !v.is_null()) {
            return read.no("/pivot", "invalid", "this is not supported");
        }
        let subject = read.text("", map, "subject")?;
        if members::of(&subject).is_none() {
            let names = members::names().join(", ");
            return read.no("/subject", "invalid", format!("choose one of {names}"));
        }
        let aggregate = match map.get("mode").and_then(Value::as_str) {
            Some("aggregate") => true,
            Some("detail") => false,
            _ => return read.no("/mode", "invalid", "choose detail or aggregate"),
        };
        let mut messages = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        for (n, item) in read
            .list("", map, "columns", MOST_COLUMNS)?
            .iter()
            .enumerate()
        {
            let at = format!("/columns/{n}");
            let found = Column::read(
                item,
                &at,
                (&subject, aggregate),
                &columns,
                &mut messages,
                read,
            );
            columns.extend(found.map(|c| if aggregate { c } else { single(c) }));
        }
        if !columns.iter().any(|c| matches!(c, Column::Member { .. })) && read.faults.is_empty() {
            return read.no("/columns", "missing", "choose at least one column");
        }
        let mut prompts: Vec<Prompt> = Vec::new();
        for (n, item) in read
            .list("", map, "prompts", MOST_FILTERS)?
            .iter()
            .enumerate()
        {
            let at = format!("/prompts/{n}");
            let Some(one) =
                read.object(&at, item, &["id", "label", "required", "multi", "default"])
            else {
                continue;
            };
            let (Some(id), Some(label)) = (read.text(&at, one, "id"), read.text(&at, one, "label"))
            else {
                continue;
            };
            if prompts.iter().any(|p| p.id == id) {
                return read.no(
                    &format!("{at}/id"),
                    "duplicate",
                    "another prompt has this id",
                );
            }
            prompts.push(Prompt {
                id,
                label,
                required: read.flag(&at, one, "required"),
                multi: read.flag(&at, one, "multi"),
                default: one.get("default").filter(|v| !v.is_null()).cloned(),
            });
        }
        let filter = match map.get("filter") {
            None | Some(Value::Null) => None,
            Some(value) => Filter::read(value, "/filter", 1, &subject, &prompts, read),
        };
        let has = |id: &str| columns.iter().any(|c| c.id() == id);
        let mut breaks = Vec::new();
        for (n, item) in read.list("", map, "breaks", 3)?.iter().enumerate() {
            let at = format!("/breaks/{n}");
            let Some(one) = read.object(&at, item, &["col", "totals"]) else {
                continue;
            };
            let Some(id) = read.text(&at, one, "col") else {
                continue;
            };
            let groups = columns.iter().any(|c| match c {
                Column::Member {
                    id: known, member, ..
                } => *known == id && !member.measure,
                Column::Calc { .. } => false,
            });
            if groups {
                breaks.push(id);
            } else {
                read.no::<()>(
                    &format!("{at}/col"),
                    "invalid",
                    "a break is a column that is grouped by",
                );
            }
        }
        let mut sort = Vec::new();
        for (n, item) in read.list("", map, "sort", MOST_COLUMNS)?.iter().enumerate() {
            let at = format!("/sort/{n}");
            let Some(one) = read.object(&at, item, &["col", "dir"]) else {
                continue;
            };
            let Some(id) = read.text(&at, one, "col") else {
                continue;
            };
            let dir = one.get("dir").and_then(Value::as_str).unwrap_or("asc");
            if !has(&id) {
                read.no::<()>(
                    &format!("{at}/col"),
                    "invalid",
                    "there is no column of this id",
                );
            } else if !["asc", "desc"].contains(&dir) {
                read.no::<()>(&format!("{at}/dir"), "invalid", "choose asc or desc");
            } else {
                sort.push((id, dir == "desc"));
            }
        }
        let top = match map.get("top") {
            None | Some(Value::Null) => None,
            Some(value) => {
                let one = read.object("/top", value, &["col", "n", "others"])?;
                let column = read.text("/top", one, "col")?;
                let n = one
                    .get("n")
                    .and_then(Value::as_u64)
                    .filter(|n| (1..=MOST_RANKED).contains(n));
                match n {
                    Some(n) if has(&column) && breaks.is_empty() => Some(Top {
                        column,
                        n,
                        others: read.flag("/top", one, "others"),
                    }),
                    Some(_) if !breaks.is_empty() => {
                        return read.no("/top", "invalid", "a ranking has no breaks");
                    }
                    Some(_) => {
                        return read.no("/top/col", "invalid", "there is no column of this id");
                    }
                    None => {
                        return read.no(
                            "/top/n",
                            "invalid",
                            format!("this is a whole number from 1 to {MOST_RANKED}"),
                        );
                    }
                }
            }
        };
        let having = match map.get("having") {
            None | Some(Value::Null) => None,
            Some(value) => {
                let one = read.object("/having", value, &["col", "op", "value"])?;
                let op = read.text("/having", one, "op")?;
                let value = one.get("value").unwrap_or(&Value::Null);
                let column = read.text("/having", one, "col")?;
                Test::read(&column, &op, value, "/having", &columns, read)
            }
        };
        let mut alerts = Vec::new();
        for (n, item) in read
            .list("", map, "alerts", MOST_ALERTS)?
            .iter()
            .enumerate()
        {
            alerts.extend(Alert::read(item, &format!("/alerts/{n}"), &columns, read));
        }
        views(map, &columns, read);
        let distinct: HashSet<&String> = breaks.iter().collect();
        if distinct.len() != breaks.len() {
            return read.no("/breaks", "duplicate", "a column is named twice");
        }
        Some(Self {
            grand_total: read.flag("", map, "grand_total"),
            subject,
            aggregate,
            columns,
            filter,
            prompts,
            breaks,
            sort,
            top,
            having,
            alerts,
            messages,
        })
    }
}

/// In a list of single rows a measure is the number of the row itself.
fn single(column: Column) -> Column {
    use quaymaster_domain::reports::Term;
    match column {
        Column::Member {
            id,
            label,
            mut member,
        } => {
            if let Term::Sum(of) = member.term {
                member.term = Term::Int(of);
            }
            Column::Member { id, label, member }
        }
        calc @ Column::Calc { .. } => calc,
    }
}

fn views(map: &Map<String, Value>, columns: &[Column], read: &mut Read) {
    let known = ["kind", "x", "y", "series", "title", "summary"];
    let kinds = ["table", "bar", "stacked", "line", "area", "pie", "number"];
    let Some(items) = read.list("", map, "views", 8) else {
        return;
    };
    let items = items.to_vec();
    for (n, item) in items.iter().enumerate() {
        let at = format!("/views/{n}");
        let Some(one) = read.object(&at, item, &known) else {
            continue;
        };
        let kind = one.get("kind").and_then(Value::as_str).unwrap_or_default();
        if !kinds.contains(&kind) {
            read.no::<()>(
                &format!("{at}/kind"),
                "invalid",
                format!("choose one of {}", kinds.join(", ")),
            );
            continue;
        }
        let mut ids: Vec<&str> = ["x", "series"]
            .iter()
            .filter_map(|k| one.get(*k)?.as_str())
            .collect();
        let ys = one.get("y").and_then(Value::as_array);
        ids.extend(ys.into_iter().flatten().filter_map(Value::as_str));
        if ids.iter().any(|id| !columns.iter().any(|c| c.id() == *id)) {
            read.no::<()>(&at, "invalid", "a view names columns by their ids");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        assert_eq!(units("12.50", 100), Some(1250));
        assert_eq!(units("-0.05", 100), Some(-5));
        for wrong in [
            "1e308",
            "",
            "-",
            ".5",
            "5.",
            "0.005",
            "12,50",
            "9999999999999999",
        ] {
            assert_eq!(units(wrong, 100), None, "{wrong}");
        }
        assert_eq!(Ratio::new(1, 3).rounded(4), "0.3333");
        assert_eq!(Ratio::new(-1, 8).rounded(2), "-0.13");
        assert_eq!(Ratio::new(2, -4).rounded(0), "-1");
    }

    #[test]
    fn every_standard_report_fits() {
        for report in members::catalogue() {
            let value: Value = serde_json::from_str(report.definition).unwrap();
            let mut read = Read::default();
            let found = Definition::read(&value, &mut read);
            assert_eq!(read.faults, [], "{}", report.code);
            assert_eq!(found.unwrap().subject, report.subject);
            for other in report.instead {
                assert!(members::catalogue().iter().any(|r| r.code == *other));
            }
        }
    }

    #[test]
    fn every_mistake_has_its_place() {
        let fits = serde_json::json!({
            "v": 1, "subject": "entry_lines", "mode": "aggregate",
            "columns": [{"id": "c1", "dim": "country"}, {"id": "m1", "measure": "duty"}],
        });
        for (change, at) in [
            (("/v", serde_json::json!(2)), "/v"),
            (("/subject", serde_json::json!("secrets")), "/subject"),
            (("/mode", serde_json::json!("sql")), "/mode"),
            (
                ("/columns/0/dim", serde_json::json!("duty")),
                "/columns/0/dim",
            ),
            (("/columns/1/id", serde_json::json!("c1")), "/columns/1/id"),
        ] {
            let mut value = fits.clone();
            *value.pointer_mut(change.0).unwrap() = change.1;
            let mut read = Read::default();
            Definition::read(&value, &mut read);
            assert_eq!(read.faults.first().map(|f| f.pointer.as_str()), Some(at));
        }
        let mut value = fits.clone();
        value["drop"] = serde_json::json!("table");
        let mut read = Read::default();
        assert!(Definition::read(&value, &mut read).is_none());
        assert_eq!(read.faults[0].pointer, "/drop");
        let mut deep = serde_json::json!({"dim": "country", "op": "eq", "value": "CN"});
        for _ in 0..20 {
            deep = serde_json::json!({ "and": [deep] });
        }
        let mut value = fits;
        value["filter"] = deep;
        let mut read = Read::default();
        Definition::read(&value, &mut read);
        assert_eq!(read.faults[0].detail, "at most 4 levels");
    }
}
