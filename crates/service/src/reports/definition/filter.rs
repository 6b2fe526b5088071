//! Filters: which rows count.

use quaymaster_domain::reports::Operator;
use serde_json::Value;

use super::read::Read;
use super::{MOST_CHARS, MOST_FILTERS, MOST_NESTING, MOST_VALUES, Prompt};
use crate::reports::members::{self, Member};
use crate::reports::prompts::PERIODS;
use crate::reports::table::Kind;

/// What is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reports) enum Against {
    Values(Vec<String>),
    /// A period that moves with the day.
    Relative(String),
    Prompt(String),
}

/// Which rows count.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::reports) enum Filter {
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
pub(in crate::reports) fn texts(value: &Value) -> Option<Vec<String>> {
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
    pub(super) fn read(
        value: &Value,
        at: &str,
        depth: usize,
        subjects: &[String],
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
                    parts.extend(Self::read(item, &below, depth + 1, subjects, prompts, read));
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
        let main = subjects.first().map_or("", String::as_str);
        let Some(member) = members::find(main, &name)
            .map(|found| found.member)
            .filter(|m| !m.measure)
        else {
            return read.no(
                &format!("{at}/dim"),
                "invalid",
                "this subject has no dimension of this name",
            );
        };
        let member = match members::shared(subjects, member) {
            Ok(member) => member,
            Err(words) => return read.no(&format!("{at}/dim"), "invalid", words),
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
            (None, Some(value @ Value::Object(_))) => {
                period(value, &op, member.kind, &format!("{at}/value"), read)?
            }
            (None, Some(value)) => match texts(value) {
                Some(values) => Against::Values(values),
                None => {
                    return read.no(
                        &format!("{at}/value"),
                        "invalid",
                        "this is to be a text, a list of texts, or a period",
                    );
                }
            },
            (None, None) if op == "empty" || op == "not_empty" => Against::Values(Vec::new()),
            _ => return read.no(at, "invalid", "name either a value or a prompt"),
        };
        Some(Self::Compare {
            at: at.to_owned(),
            member,
            op,
            against,
        })
    }
}

/// A period as a fixed value: by its days, or relative to the day of the run.
fn period(value: &Value, op: &str, kind: Kind, at: &str, read: &mut Read) -> Option<Against> {
    if op != "between" || !matches!(kind, Kind::Date | Kind::Month) {
        return read.no(
            at,
            "invalid",
            "only dates and months are between the ends of a period",
        );
    }
    let map = read.object(at, value, &["relative", "from", "to"])?;
    if map.contains_key("relative") {
        let word = read.text(at, map, "relative")?;
        if map.len() > 1 {
            return read.no(at, "invalid", "a period has from and to, or relative");
        }
        if !PERIODS.contains(&word.as_str()) {
            return read.no(
                &format!("{at}/relative"),
                "invalid",
                format!("choose one of {}", PERIODS.join(", ")),
            );
        }
        return Some(Against::Relative(word));
    }
    let from = read.text(at, map, "from")?;
    let to = read.text(at, map, "to")?;
    Some(Against::Values(vec![from, to]))
}
