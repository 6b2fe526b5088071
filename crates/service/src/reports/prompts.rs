//! Prompts: values given for a run, defaults, relative dates by the calendar of a time zone, and the filter that follows.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use quaymaster_store::reports::query::{Comparison, Filter as Condition, Operand};
use serde_json::{Map, Value};

use super::definition::{Against, Definition, Filter, Prompt, texts, units};
use super::members::Member;
use super::table::Kind;
use crate::error::{Fault, FieldFault};

/// The relative periods.
pub(super) const PERIODS: &[&str] = &[
    "today",
    "yesterday",
    "last_7_days",
    "last_30_days",
    "last_90_days",
    "this_month",
    "last_full_month",
    "this_quarter",
    "last_full_quarter",
    "this_year",
    "year_to_date",
    "last_year",
    "this_fiscal_year",
    "last_fiscal_year",
    "last_12_months",
    "next_7_days",
    "next_30_days",
    "next_90_days",
];

/// The day that it is for a person with this time zone.
pub(super) fn today(zone: &str, at: DateTime<Utc>) -> NaiveDate {
    quaymaster_domain::schedules::local_date(zone, at)
}

/// First and last day of a period.
fn period(word: &str, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let first = today.with_day(1)?;
    // The first day of a month of this year; the fiscal year begins in October of the year before.
    let month = |number| NaiveDate::from_ymd_opt(today.year(), number, 1);
    let quarter = month(today.month0() / 3 * 3 + 1)?;
    let fiscal = match today.month() {
        10.. => month(10)?,
        _ => month(10)?.checked_sub_months(Months::new(12))?,
    };
    let whole = |from: NaiveDate, months| {
        Some((
            from,
            from.checked_add_months(Months::new(months))?.pred_opt()?,
        ))
    };
    let ago = |days| today.checked_sub_days(Days::new(days));
    let ahead = |days| today.checked_add_days(Days::new(days));
    Some(match word {
        "today" => (today, today),
        "yesterday" => (ago(1)?, ago(1)?),
        "last_7_days" => (ago(6)?, today),
        "last_30_days" => (ago(29)?, today),
        "last_90_days" => (ago(89)?, today),
        "this_month" => (first, first.checked_add_months(Months::new(1))?.pred_opt()?),
        "last_full_month" => (first.checked_sub_months(Months::new(1))?, first.pred_opt()?),
        "this_quarter" => whole(quarter, 3)?,
        "last_full_quarter" => whole(quarter.checked_sub_months(Months::new(3))?, 3)?,
        "this_fiscal_year" => whole(fiscal, 12)?,
        "last_fiscal_year" => whole(fiscal.checked_sub_months(Months::new(12))?, 12)?,
        "year_to_date" => (month(1)?, today),
        "this_year" => (
            NaiveDate::from_ymd_opt(today.year(), 1, 1)?,
            NaiveDate::from_ymd_opt(today.year(), 12, 31)?,
        ),
        "last_year" => (
            NaiveDate::from_ymd_opt(today.year() - 1, 1, 1)?,
            NaiveDate::from_ymd_opt(today.year() - 1, 12, 31)?,
        ),
        "last_12_months" => (first.checked_sub_months(Months::new(12))?, today),
        "next_7_days" => (today, ahead(7)?),
        "next_30_days" => (today, ahead(30)?),
        "next_90_days" => (today, ahead(90)?),
        _ => return None,
    })
}

fn unfit(at: String, words: impl Into<String>) -> Fault {
    Fault::Invalid(vec![FieldFault {
        pointer: at,
        code: "invalid",
        detail: words.into(),
    }])
}

/// The texts that a given value stands for: a text, a list, `{"from", "to"}`, or `{"relative"}`. `None` means everything.
fn value_of(value: &Value, at: &str, today: NaiveDate) -> Result<Option<Vec<String>>, Fault> {
    if value.as_str() == Some("all_granted") {
        return Ok(None);
    }
    let Some(map) = value.as_object() else {
        let found = texts(value).ok_or_else(|| {
            unfit(
                at.to_owned(),
                "this is to be a text, a list of texts, or a period",
            )
        })?;
        return Ok(Some(found));
    };
    if let Some(word) = map.get("relative").filter(|_| map.len() == 1) {
        let (from, to) = word
            .as_str()
            .and_then(|word| period(word, today))
            .ok_or_else(|| {
                unfit(
                    format!("{at}/relative"),
                    format!("choose one of {}", PERIODS.join(", ")),
                )
            })?;
        return Ok(Some(vec![from.to_string(), to.to_string()]));
    }
    for end in ["from", "to"] {
        if map.get(end).is_some_and(|value| !value.is_string()) {
            return Err(unfit(format!("{at}/{end}"), "this is to be a text"));
        }
    }
    match (
        map.get("from").and_then(Value::as_str),
        map.get("to").and_then(Value::as_str),
    ) {
        (Some(from), Some(to)) if map.len() == 2 => Ok(Some(vec![from.to_owned(), to.to_owned()])),
        _ => Err(unfit(
            at.to_owned(),
            "a period has from and to, or relative",
        )),
    }
}

/// Filters, and what was asked and answered, for people.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    /// What holds for the rows of every subject.
    pub filter: Option<Condition>,
    /// What holds for those of each merged subject alone.
    pub own: Vec<Option<Condition>>,
    /// Label and value of every prompt.
    pub shown: Vec<(String, String)>,
}

/// The filters with every prompt answered, and what was answered, for people.
pub(super) fn resolve(
    definition: &Definition,
    values: &Value,
    today: NaiveDate,
) -> Result<Answered, Fault> {
    let (answers, shown) = answers(definition, values, today, None)?;
    let one = |filter: &Option<Filter>| match filter {
        None => Ok(None),
        Some(filter) => condition(filter, &answers, today),
    };
    Ok(Answered {
        filter: one(&definition.filter)?,
        own: definition
            .merge
            .iter()
            .map(|merge| one(&merge.filter))
            .collect::<Result<_, Fault>>()?,
        shown,
    })
}

/// What a prompt is about: a dimension, and for each subject that has it the rows that the prompts before it leave.
pub(super) struct Before {
    /// The dimension that the prompt is compared with.
    pub member: Member,
    /// The subjects by their places, 0 for the main one, each with its filter.
    pub branches: Vec<(usize, Option<Condition>)>,
}

/// What the prompts before one leave. What is given for it and for those after it is not looked at. `None` when nothing is
/// compared with the prompt.
pub(super) fn before(
    definition: &Definition,
    prompt: &str,
    values: &Value,
    today: NaiveDate,
) -> Result<Option<Before>, Fault> {
    let later = definition.prompts.iter().position(|p| p.id == prompt);
    let later = definition.prompts.get(later.unwrap_or(0)..);
    let later: Vec<&str> = later
        .unwrap_or_default()
        .iter()
        .map(|p| p.id.as_str())
        .collect();
    let (answers, _) = self::answers(definition, values, today, Some(prompt))?;
    let left = |filter: &Option<Filter>| -> Result<Option<Condition>, Fault> {
        match filter.as_ref().and_then(|filter| known(filter, &later)) {
            None => Ok(None),
            Some(filter) => condition(&filter, &answers, today),
        }
    };
    let about = |filter: &Option<Filter>| filter.as_ref().and_then(|f| asked_by(f, prompt));
    let shared = left(&definition.filter)?;
    let mut member = about(&definition.filter);
    let everywhere = member.is_some();
    let mut branches = Vec::new();
    if everywhere {
        branches.push((0, shared.clone()));
    }
    for (n, merge) in definition.merge.iter().enumerate() {
        let own = about(&merge.filter);
        if everywhere || (member.is_none() && own.is_some()) {
            member = member.or(own);
            let both = [shared.clone(), left(&merge.filter)?];
            branches.push((n + 1, both_of(both)));
        }
    }
    Ok(member.map(|member| Before { member, branches }))
}

/// What both of two filters leave, in one group.
pub(super) fn both_of(filters: [Option<Condition>; 2]) -> Option<Condition> {
    let mut all = Vec::new();
    for filter in filters.into_iter().flatten() {
        match filter {
            Condition::All(parts) => all.extend(parts),
            other => all.push(other),
        }
    }
    match all.len() {
        0 => None,
        1 => all.pop(),
        _ => Some(Condition::All(all)),
    }
}

/// The dimension that a prompt is compared with.
fn asked_by(filter: &Filter, prompt: &str) -> Option<Member> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => {
            parts.iter().find_map(|part| asked_by(part, prompt))
        }
        Filter::Compare {
            member,
            against: Against::Prompt(id),
            ..
        } if id == prompt => Some(*member),
        Filter::Compare { .. } => None,
    }
}

/// The filter as far as it is known before these prompts are answered: what is open leaves everything in. `None` leaves
/// everything in.
fn known(filter: &Filter, open: &[&str]) -> Option<Filter> {
    match filter {
        Filter::All(parts) => {
            let parts: Vec<Filter> = parts.iter().filter_map(|p| known(p, open)).collect();
            (!parts.is_empty()).then_some(Filter::All(parts))
        }
        Filter::Any(parts) => {
            let parts: Option<Vec<Filter>> = parts.iter().map(|p| known(p, open)).collect();
            parts.map(Filter::Any)
        }
        Filter::Compare {
            against: Against::Prompt(id),
            ..
        } if open.contains(&id.as_str()) => None,
        Filter::Compare { .. } => Some(filter.clone()),
    }
}

/// A prompt with its values; nothing stands for everything.
type Answers<'a> = Vec<(&'a Prompt, Option<Vec<String>>)>;

/// The answers of the prompts, those before one of them only where it is named, and what was answered, for people.
fn answers<'a>(
    definition: &'a Definition,
    values: &Value,
    today: NaiveDate,
    until: Option<&str>,
) -> Result<(Answers<'a>, Vec<(String, String)>), Fault> {
    let none = Map::new();
    let given = match values {
        Value::Null => &none,
        Value::Object(map) => map,
        _ => {
            return Err(unfit(
                "/prompts".to_owned(),
                "this is to be an object by the ids of the prompts",
            ));
        }
    };
    let place = |id: &str| format!("/prompts/{}", id.replace('~', "~0").replace('/', "~1"));
    if let Some(unknown) = given
        .keys()
        .find(|id| !definition.prompts.iter().any(|p| p.id == **id))
    {
        let name: String = unknown.chars().take(80).collect();
        return Err(unfit(place(&name), "this report has no such prompt"));
    }
    let mut answers = Answers::new();
    let mut shown = Vec::new();
    let asked = definition.prompts.iter();
    for prompt in asked.take_while(|prompt| until != Some(prompt.id.as_str())) {
        let value = given
            .get(&prompt.id)
            .filter(|v| !v.is_null())
            .or(prompt.default.as_ref());
        let answer = match value {
            Some(Value::Array(_)) if !prompt.multi => {
                return Err(unfit(place(&prompt.id), "this takes one value or a period"));
            }
            Some(value) => value_of(value, &place(&prompt.id), today)?,
            None => None,
        };
        if answer.as_ref().is_none_or(Vec::is_empty)
            && prompt.required
            // Whoever is still choosing has not answered everything.
            && until.is_none()
            && value.is_none_or(|v| v.as_str() != Some("all_granted"))
        {
            return Err(unfit(
                place(&prompt.id),
                format!("\"{}\" is needed", prompt.label),
            ));
        }
        let words = match &answer {
            None => "all".to_owned(),
            Some(values) => values.join(", "),
        };
        shown.push((prompt.label.clone(), words.chars().take(500).collect()));
        answers.push((prompt, answer));
    }
    Ok((answers, shown))
}

fn condition(
    filter: &Filter,
    answers: &[(&Prompt, Option<Vec<String>>)],
    today: NaiveDate,
) -> Result<Option<Condition>, Fault> {
    let group = |parts: &[Filter]| -> Result<Vec<Condition>, Fault> {
        let mut all = Vec::new();
        for part in parts {
            all.extend(condition(part, answers, today)?);
        }
        Ok(all)
    };
    Ok(match filter {
        // An empty group, or one of prompts without an answer, leaves everything in.
        Filter::All(parts) => Some(group(parts)?)
            .filter(|p| !p.is_empty())
            .map(Condition::All),
        Filter::Any(parts) => Some(group(parts)?)
            .filter(|p| !p.is_empty())
            .map(Condition::Any),
        Filter::Compare {
            at,
            member,
            op,
            against,
        } => {
            let moving;
            let (values, at) = match against {
                Against::Values(values) => (Some(values), format!("/definition{at}/value")),
                Against::Relative(word) => {
                    let at = format!("/definition{at}/value");
                    let (from, to) = period(word, today)
                        .ok_or_else(|| unfit(at.clone(), "there is no such period"))?;
                    moving = vec![from.to_string(), to.to_string()];
                    (Some(&moving), at)
                }
                Against::Prompt(id) => {
                    let found = answers.iter().find(|(p, _)| p.id == *id);
                    (
                        found.and_then(|(_, a)| a.as_ref()),
                        format!("/prompts/{id}"),
                    )
                }
            };
            match values {
                None => None,
                Some(values) => Some(compare(member, op, values, &at)?),
            }
        }
    })
}

fn is_day(text: &str) -> bool {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok() && text.len() == 10
}

fn compare(member: &Member, op: &str, values: &[String], at: &str) -> Result<Condition, Fault> {
    let operand = |text: &String| -> Result<Operand, Fault> {
        // The months of a period are those of its days.
        let text = match (member.kind, text.get(..7)) {
            (Kind::Month, Some(month)) if op == "between" && is_day(text) => &month.to_owned(),
            _ => text,
        };
        let fits = match member.kind {
            Kind::Integer | Kind::Decimal | Kind::Money | Kind::Percent => {
                return units(text, member.unit()).map(Operand::Int).ok_or_else(|| {
                    unfit(
                        at.to_owned(),
                        format!("\"{}\" is to be a number", member.label),
                    )
                });
            }
            Kind::Date => is_day(text),
            Kind::Month => {
                NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").is_ok()
                    && text.len() == 7
            }
            Kind::Text | Kind::Boolean => true,
        };
        if !fits {
            return Err(unfit(
                at.to_owned(),
                format!(
                    "\"{}\" is to be a day that exists, written like 2026-03-31 (a month like 2026-03)",
                    member.label
                ),
            ));
        }
        Ok(Operand::Text(normal(member, text)))
    };
    let operands = values.iter().map(operand).collect::<Result<Vec<_>, _>>()?;
    let (how, wanted) = match op {
        "eq" | "in" => (Comparison::In, None),
        "ne" | "not_in" => (Comparison::NotIn, None),
        "between" => (Comparison::Between, Some(2)),
        "ge" => (Comparison::AtLeast, Some(1)),
        "le" => (Comparison::AtMost, Some(1)),
        "gt" => (Comparison::MoreThan, Some(1)),
        "lt" => (Comparison::LessThan, Some(1)),
        "starts_with" => (Comparison::Begins, Some(1)),
        "contains" => (Comparison::Contains, Some(1)),
        "empty" => (Comparison::Empty, Some(0)),
        _ => (Comparison::NotEmpty, Some(0)),
    };
    if wanted.is_some_and(|count| count != operands.len())
        || (wanted.is_none() && operands.is_empty())
    {
        let words = match wanted {
            Some(2) => "this takes two values, from and to",
            Some(1) => "this takes one value",
            Some(_) => "this takes no value",
            None => "this takes at least one value",
        };
        return Err(unfit(at.to_owned(), words));
    }
    Ok(Condition::Compare(member.term, how, operands))
}

/// Entry numbers are stored without hyphens.
fn normal(member: &Member, text: &str) -> String {
    if member.id == "entry_number" {
        text.replace('-', "").to_uppercase()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_periods_keep_to_the_calendar() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let of = |word, today| period(word, day(today)).map(|(a, b)| format!("{a} {b}"));
        assert_eq!(
            of("last_full_month", "2028-03-31").as_deref(),
            Some("2028-02-01 2028-02-29")
        );
        assert_eq!(
            of("last_full_month", "2026-01-01").as_deref(),
            Some("2025-12-01 2025-12-31")
        );
        assert_eq!(
            of("last_12_months", "2028-02-29").as_deref(),
            Some("2027-02-01 2028-02-29")
        );
        for (word, today, wanted) in [
            ("this_quarter", "2026-05-31", "2026-04-01 2026-06-30"),
            ("last_full_quarter", "2026-01-01", "2025-10-01 2025-12-31"),
            ("this_fiscal_year", "2026-09-30", "2025-10-01 2026-09-30"),
            ("this_fiscal_year", "2026-10-01", "2026-10-01 2027-09-30"),
            ("last_fiscal_year", "2026-03-02", "2024-10-01 2025-09-30"),
            ("year_to_date", "2026-03-02", "2026-01-01 2026-03-02"),
        ] {
            assert_eq!(of(word, today).as_deref(), Some(wanted), "{word}");
        }
        assert_eq!(
            of("this_month", "2026-12-15").as_deref(),
            Some("2026-12-01 2026-12-31")
        );
        for word in PERIODS {
            assert!(of(word, "2026-03-02").is_some(), "{word}");
        }
        assert_eq!(of("someday", "2026-03-02"), None);
    }
}
