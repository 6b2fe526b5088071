//! The definition of a report as it is read: closed, bounded, and every mistake named by its place. What follows from it is
//! computed in `engine`.

mod alert;
mod beside;
mod calc;
mod column;
mod filter;
mod merge;
mod read;

use std::collections::HashSet;

use serde_json::{Map, Value};

pub(super) use self::alert::{Alert, Test};
pub(super) use self::beside::{Compare, Pivot, With};
pub(super) use self::calc::{Ratio, units};
pub(super) use self::column::{Column, What};
pub(super) use self::filter::{Against, Filter, texts};
pub(super) use self::merge::Merge;
pub(super) use self::read::Read;
use super::members;

/// Bounds of a definition.
const MOST_COLUMNS: usize = 64;
const MOST_FILTERS: usize = 32;
const MOST_CALCULATED: usize = 8;
const MOST_NESTING: usize = 4;
const MOST_VALUES: usize = 1000;
const MOST_CHARS: usize = 200;
const MOST_RANKED: u64 = 10_000;
const MOST_ALERTS: usize = 16;

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

/// A definition that fits.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Definition {
    pub subject: String,
    /// Subjects that stand beside it.
    pub merge: Vec<Merge>,
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
    pub pivot: Option<Pivot>,
    pub compare: Option<Compare>,
    pub messages: Vec<String>,
}

const KNOWN: &[&str] = &[
    "v",
    "subject",
    "merge",
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
    "compare",
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
        let subjects = merge::subjects(subject.clone(), map, aggregate, read)?;
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
                (&subjects, aggregate),
                &columns,
                &mut messages,
                read,
            );
            columns.extend(found.map(|c| if aggregate { c } else { single(c) }));
        }
        if !columns.iter().any(|c| !c.hidden) && read.faults.is_empty() {
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
            Some(value) => Filter::read(value, "/filter", 1, &subjects, &prompts, read),
        };
        let merge = Merge::read(&subjects, map, &columns, &prompts, read)?;
        let has = |id: &str| columns.iter().any(|c| c.id == id);
        let mut breaks = Vec::new();
        for (n, item) in read.list("", map, "breaks", 3)?.iter().enumerate() {
            let at = format!("/breaks/{n}");
            let Some(one) = read.object(&at, item, &["col", "totals"]) else {
                continue;
            };
            let Some(id) = read.text(&at, one, "col") else {
                continue;
            };
            let groups = columns
                .iter()
                .any(|c| c.id == id && !c.hidden && c.dimension().is_some());
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
        let pivot = Pivot::read(map, aggregate, &columns, &breaks, read);
        let compare = Compare::read(map, (&subjects, aggregate), &columns, read);
        let distinct: HashSet<&String> = breaks.iter().collect();
        if distinct.len() != breaks.len() {
            return read.no("/breaks", "duplicate", "a column is named twice");
        }
        Some(Self {
            grand_total: read.flag("", map, "grand_total"),
            subject,
            merge,
            aggregate,
            columns,
            filter,
            prompts,
            breaks,
            sort,
            top,
            having,
            alerts,
            pivot,
            compare,
            messages,
        })
    }
}

impl Definition {
    /// Whether groups are made by the date that two periods differ in.
    pub(super) fn is_dated(&self, column: &Column) -> bool {
        let of = self.compare.as_ref().map(|c| c.member.term.column());
        of.is_some() && of == column.dimension().map(|m| m.term.column())
    }
}

/// In a list of single rows a measure is the number of the row itself.
fn single(column: Column) -> Column {
    use quaymaster_domain::reports::Term;
    let what = match column.what {
        What::Member(mut member) => {
            if let Term::Sum(of) = member.term {
                member.term = Term::Int(of);
            }
            What::Member(member)
        }
        other => other,
    };
    Column { what, ..column }
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
        if ids
            .iter()
            .any(|id| !columns.iter().any(|c| c.id == *id && !c.hidden))
        {
            read.no::<()>(&at, "invalid", "a view names shown columns by their ids");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

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
        let huge = i128::MAX / 3;
        for (a, b, wanted) in [
            ((1, 3), (2, 6), Ordering::Equal),
            ((1, 3), (1, 4), Ordering::Greater),
            ((-1, 3), (-1, 4), Ordering::Less),
            ((1, -3), (1, 3), Ordering::Less),
            ((7, 2), (3, 1), Ordering::Greater),
            ((5, 7), (7, 10), Ordering::Greater),
            ((huge, huge - 1), (huge - 1, huge - 2), Ordering::Less),
            ((0, 5), (0, -1), Ordering::Equal),
        ] {
            let found = Ratio::new(a.0, a.1).order(Ratio::new(b.0, b.1));
            assert_eq!(found, wanted, "{a:?} {b:?}");
        }
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
