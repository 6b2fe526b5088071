//! Which questions about lines the monthly sums answer: those whose groups, filters and measures the sums all know. They are
//! the same numbers, read from a table that is a fraction of the size.

use chrono::{Datelike, Days, NaiveDate};
use quaymaster_domain::reports::{Source, Term};

use super::query::{Comparison, Filter, Operand, Question};

/// The question as it is put to the monthly sums; `None` when it has to be put to the lines themselves.
pub(super) fn rewritten(question: &Question) -> Option<Question> {
    if question.source != Source::Lines || !question.grouped {
        return None;
    }
    let terms: Option<Vec<Term>> = question.terms.iter().map(|t| term(*t)).collect();
    let filter = match &question.filter {
        Some(filter) => Some(part(filter)?),
        None => None,
    };
    Some(Question {
        terms: terms?,
        filter,
        ..question.clone()
    })
}

/// Whether a filter keeps to a time that begins on a day of the entry, which is what the indexes go by.
pub(super) fn in_a_period(filter: &Filter) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().any(in_a_period),
        Filter::Any(parts) => !parts.is_empty() && parts.iter().all(in_a_period),
        Filter::Compare(Term::Text("entry_date"), how, _) => matches!(
            how,
            Comparison::Between | Comparison::In | Comparison::AtLeast | Comparison::MoreThan
        ),
        Filter::Compare(..) => false,
    }
}

/// What a filter says of importers and filers alone, which the indexes go by as well.
pub(super) fn parties(filter: &Filter) -> Option<Filter> {
    match filter {
        Filter::All(parts) => {
            let parts: Vec<Filter> = parts.iter().filter_map(parties).collect();
            (!parts.is_empty()).then_some(Filter::All(parts))
        }
        Filter::Compare(Term::Text("importer_key" | "importer_shown"), Comparison::In, values) => {
            Some(Filter::Compare(
                Term::Text("importer_key"),
                Comparison::In,
                values.clone(),
            ))
        }
        Filter::Compare(Term::Text("filer_code"), Comparison::In, _) => Some(filter.clone()),
        Filter::Any(_) | Filter::Compare(..) => None,
    }
}

/// The same of the sums, or `None` when they do not know it.
fn term(of_line: Term) -> Option<Term> {
    Some(match of_line {
        Term::Text("importer_key" | "filer_code")
        | Term::Sum("value_cents" | "duty_cents" | "mpf_cents" | "hmf_cents") => of_line,
        Term::Month("entry_date") => Term::Text("month"),
        Term::Prefix("entry_date", length) if length <= 7 => Term::Prefix("month", length),
        Term::Quarter("entry_date") => Term::Quarter("month"),
        Term::FiscalYear("entry_date") => Term::FiscalYear("month"),
        Term::Sum("is_first") => Term::Sum("first_lines"),
        Term::Count => Term::Sum("lines"),
        Term::Distinct(Term::Text("importer_key")) => Term::Distinct(&Term::Text("importer_key")),
        Term::Distinct(Term::Text("filer_code")) => Term::Distinct(&Term::Text("filer_code")),
        Term::Distinct(Term::Month("entry_date")) => Term::Distinct(&Term::Text("month")),
        _ => return None,
    })
}

fn part(filter: &Filter) -> Option<Filter> {
    let all = |parts: &[Filter]| parts.iter().map(part).collect::<Option<Vec<_>>>();
    Some(match filter {
        Filter::All(parts) => Filter::All(all(parts)?),
        Filter::Any(parts) => Filter::Any(all(parts)?),
        Filter::Compare(Term::Text("entry_date"), how, values) => {
            let (how, values) = months(*how, values)?;
            Filter::Compare(Term::Text("month"), how, values)
        }
        Filter::Compare(by, how, values) => Filter::Compare(term(*by)?, *how, values.clone()),
    })
}

/// A comparison of days as one of months, when it begins and ends with whole months.
fn months(how: Comparison, values: &[Operand]) -> Option<(Comparison, Vec<Operand>)> {
    let day = |at: usize| match values.get(at) {
        Some(Operand::Text(text)) => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
        _ => None,
    };
    let month = |date: NaiveDate| Operand::Text(date.format("%Y-%m").to_string());
    let first = |date: NaiveDate| (date.day() == 1).then(|| month(date));
    let last = |date: NaiveDate| {
        let next = date.checked_add_days(Days::new(1))?;
        (next.day() == 1).then(|| month(date))
    };
    Some(match how {
        Comparison::Between => (how, vec![first(day(0)?)?, last(day(1)?)?]),
        Comparison::AtLeast | Comparison::LessThan => (how, vec![first(day(0)?)?]),
        Comparison::AtMost | Comparison::MoreThan => (how, vec![last(day(0)?)?]),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Operand {
        Operand::Text(text.to_owned())
    }

    fn by_month(filter: Filter) -> Question {
        Question {
            source: Source::Lines,
            terms: vec![
                Term::Month("entry_date"),
                Term::Sum("is_first"),
                Term::Count,
            ],
            grouped: true,
            filter: Some(filter),
            order: vec![(1, true)],
            limit: 10,
        }
    }

    fn days(how: Comparison, values: &[&str]) -> Filter {
        let values = values.iter().map(|v| text(v)).collect();
        Filter::Compare(Term::Text("entry_date"), how, values)
    }

    #[test]
    fn whole_months_are_asked_of_the_sums() {
        let question = by_month(days(Comparison::Between, &["2026-01-01", "2026-02-28"]));
        let sums = rewritten(&question).unwrap();
        assert_eq!(
            sums.terms,
            [
                Term::Text("month"),
                Term::Sum("first_lines"),
                Term::Sum("lines")
            ]
        );
        let wanted = vec![text("2026-01"), text("2026-02")];
        let filter = Filter::Compare(Term::Text("month"), Comparison::Between, wanted);
        assert_eq!(sums.filter, Some(filter));
        assert_eq!((sums.order, sums.limit), (question.order, question.limit));
    }

    #[test]
    fn a_period_begins_on_a_day() {
        let between = || days(Comparison::Between, &["2026-01-01", "2026-02-27"]);
        let until = || days(Comparison::AtMost, &["2026-01-01"]);
        let who = |column| {
            Filter::Compare(
                Term::Text(column),
                Comparison::In,
                vec![text("00-000000100")],
            )
        };
        for (filter, bound) in [
            (between(), true),
            (until(), false),
            (Filter::All(vec![until(), between()]), true),
            (Filter::Any(vec![until(), between()]), false),
            (Filter::Any(vec![between(), between()]), true),
            (Filter::Any(Vec::new()), false),
            (who("importer_key"), false),
        ] {
            assert_eq!(in_a_period(&filter), bound, "{filter:?}");
        }
        let port = Filter::Compare(Term::Text("port"), Comparison::In, vec![text("2704")]);
        let all = Filter::All(vec![port.clone(), who("importer_shown"), who("filer_code")]);
        let wanted = Filter::All(vec![who("importer_key"), who("filer_code")]);
        assert_eq!(parties(&all), Some(wanted));
        assert_eq!(parties(&Filter::Any(vec![who("importer_key"), port])), None);
    }

    #[test]
    fn an_end_within_a_month_is_asked_of_the_lines() {
        for (how, values, whole) in [
            (
                Comparison::Between,
                &["2026-01-01", "2026-02-27"][..],
                false,
            ),
            (Comparison::Between, &["2026-01-02", "2026-02-28"], false),
            (Comparison::Between, &["2024-02-01", "2024-02-28"], false),
            (Comparison::Between, &["2024-02-01", "2024-02-29"], true),
            (Comparison::AtLeast, &["2026-03-01"], true),
            (Comparison::AtLeast, &["2026-03-31"], false),
            (Comparison::MoreThan, &["2026-03-31"], true),
            (Comparison::MoreThan, &["2026-03-01"], false),
            (Comparison::AtMost, &["2026-12-31"], true),
            (Comparison::AtMost, &["2026-12-30"], false),
            (Comparison::LessThan, &["2026-01-01"], true),
            (Comparison::LessThan, &["2025-12-31"], false),
            (Comparison::In, &["2026-01-01"], false),
            (Comparison::AtLeast, &["2026-02-30"], false),
        ] {
            let question = by_month(days(how, values));
            assert_eq!(rewritten(&question).is_some(), whole, "{how:?} {values:?}");
        }
    }

    #[test]
    fn what_the_sums_do_not_know_is_asked_of_the_lines() {
        let whole = || days(Comparison::AtLeast, &["2026-01-01"]);
        let port = Filter::Compare(Term::Text("port"), Comparison::In, vec![text("2704")]);
        let both = Filter::All(vec![whole(), port]);
        assert!(rewritten(&by_month(both)).is_none());
        let with = |term| Question {
            terms: vec![Term::Month("entry_date"), term],
            ..by_month(whole())
        };
        assert!(rewritten(&with(Term::Text("country_origin"))).is_none());
        assert!(rewritten(&with(Term::Prefix("entry_date", 10))).is_none());
        assert!(rewritten(&with(Term::Distinct(&Term::Text("hts")))).is_none());
        assert!(rewritten(&with(Term::Distinct(&Term::Text("importer_key")))).is_some());
        let rows = Question {
            grouped: false,
            ..by_month(whole())
        };
        assert!(rewritten(&rows).is_none());
        let entries = Question {
            source: Source::Entries,
            ..by_month(whole())
        };
        assert!(rewritten(&entries).is_none());
    }
}
