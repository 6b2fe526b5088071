//! The chart of a definition, drawn from the first rows of its result. How it looks is the business of the files.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::table::{Facts, Kind, ResultColumn, ResultRow, RowKind};
use crate::export::chart::{Chart, Shape};

/// Bars or points that a chart on paper has room for.
const MOST_PLACES: usize = 40;

/// The chart of a definition, drawn from the first rows of its result.
pub(in crate::reports) fn chart(
    definition: &str,
    facts: &Facts,
    rows: &[ResultRow],
) -> Option<Chart> {
    let value: Value = serde_json::from_str(definition).ok()?;
    let view = value
        .get("views")?
        .as_array()?
        .iter()
        .find(|view| view.get("kind").and_then(Value::as_str) != Some("table"))?;
    let shape = match view.get("kind")?.as_str()? {
        "bar" => Shape::Bar,
        "stacked" => Shape::Stacked,
        "line" => Shape::Line,
        "area" => Shape::Area,
        "pie" => Shape::Pie,
        "number" => Shape::Number,
        _ => return None,
    };
    let words = |name: &str| {
        view.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let place = |id: &str| facts.columns.iter().position(|c| c.id == id);
    let x = place(view.get("x").and_then(Value::as_str).unwrap_or_default());
    let split = view.get("series").and_then(Value::as_str).and_then(place);
    let ys: Vec<usize> = view
        .get("y")?
        .as_array()?
        .iter()
        .flat_map(|id| parts(facts, id.as_str().unwrap_or_default()))
        .collect();
    let mut labels: Vec<String> = Vec::new();
    let mut series: BTreeMap<(usize, String), Vec<f64>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.kind == RowKind::Detail) {
        let text = |at: Option<usize>| {
            at.and_then(|at| row.cells.get(at)?.clone())
                .unwrap_or_default()
        };
        let label = text(x);
        let at = match labels.iter().position(|l| *l == label) {
            Some(at) => at,
            None if labels.len() < MOST_PLACES => {
                labels.push(label);
                labels.len() - 1
            }
            None => continue,
        };
        for y in &ys {
            let name = match split {
                Some(_) => text(split),
                None => facts
                    .columns
                    .get(*y)
                    .map_or_else(String::new, |c| c.label.clone()),
            };
            let number = row
                .cells
                .get(*y)
                .and_then(|cell| cell.as_ref()?.parse::<f64>().ok())
                .unwrap_or(0.0);
            let values = series.entry((*y, name)).or_default();
            if values.len() <= at {
                values.resize(at + 1, 0.0);
            }
            if let Some(value) = values.get_mut(at) {
                *value += number;
            }
        }
    }
    let months = x
        .and_then(|x| facts.columns.get(x))
        .is_some_and(|c| c.kind == Kind::Month);
    if months && labels.is_sorted() {
        fill(&mut labels, &mut series);
    }
    let count = labels.len();
    let series: Vec<(String, Vec<f64>)> = series
        .into_iter()
        .map(|((_, name), mut values)| {
            values.resize(count, 0.0);
            (name, values)
        })
        .collect();
    (!labels.is_empty() && !series.is_empty()).then_some(Chart {
        shape,
        title: words("title"),
        summary: words("summary"),
        labels,
        series,
    })
}

/// The columns that are drawn for one of the definition: the values of its pivot, both of two periods, or itself.
fn parts(facts: &Facts, id: &str) -> Vec<usize> {
    let named = |column: &ResultColumn, part: &str| column.id == format!("{id}@{part}");
    let drawn: Vec<(usize, &ResultColumn)> = facts
        .columns
        .iter()
        .enumerate()
        .filter(|(_, c)| c.of == id || c.id == id)
        .collect();
    let beside = drawn.iter().any(|(_, c)| named(c, "rate"));
    let pivot = !beside && drawn.iter().any(|(_, c)| c.part.is_some());
    drawn
        .into_iter()
        // A total over the values of a pivot is no value of it.
        .filter(|(_, c)| !pivot || c.part.is_some())
        .filter(|(_, c)| !beside || !(named(c, "change") || named(c, "rate")))
        .map(|(at, _)| at)
        .collect()
}

/// Months without a row stand where they belong, with nothing in them, as far as there is room.
fn fill(labels: &mut Vec<String>, series: &mut BTreeMap<(usize, String), Vec<f64>>) {
    let number = |label: &String| -> Option<i32> {
        let (year, month) = label.split_once('-')?;
        Some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()? - 1)
    };
    let Some(known) = labels.iter().map(number).collect::<Option<Vec<i32>>>() else {
        return;
    };
    let (Some(first), Some(last)) = (known.first().copied(), known.last().copied()) else {
        return;
    };
    let count = usize::try_from(last - first + 1).unwrap_or(usize::MAX);
    if count > MOST_PLACES {
        return;
    }
    *labels = (first..=last)
        .map(|n| format!("{:04}-{:02}", n.div_euclid(12), n.rem_euclid(12) + 1))
        .collect();
    for values in series.values_mut() {
        let mut wide = vec![0.0; count];
        for (month, value) in known.iter().zip(values.iter()) {
            let at = usize::try_from(month - first).ok();
            if let Some(cell) = at.and_then(|at| wide.get_mut(at)) {
                *cell = *value;
            }
        }
        *values = wide;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(id: &str, of: &str, kind: Kind, part: Option<&str>) -> ResultColumn {
        ResultColumn {
            id: id.to_owned(),
            label: id.to_owned(),
            kind,
            scale: 2,
            measure: kind == Kind::Money,
            of: of.to_owned(),
            part: part.map(str::to_owned),
        }
    }

    #[test]
    fn months_without_rows_are_drawn_and_totals_of_a_pivot_are_not() {
        let facts = Facts {
            columns: vec![
                column("c1", "c1", Kind::Month, None),
                column("m1@CN", "m1", Kind::Money, Some("CN")),
                column("m1@VN", "m1", Kind::Money, Some("VN")),
                column("m1", "m1", Kind::Money, None),
            ],
            explain: super::super::super::table::Explain::default(),
        };
        let row = |month: &str, cn: &str| ResultRow {
            kind: RowKind::Detail,
            cells: vec![
                Some(month.to_owned()),
                Some(cn.to_owned()),
                None,
                Some(cn.to_owned()),
            ],
            alerts: Vec::new(),
        };
        let rows = [row("2025-11", "1.00"), row("2026-02", "2.50")];
        let definition = r#"{"views": [{"kind": "line", "x": "c1", "y": ["m1"]}]}"#;
        let drawn = chart(definition, &facts, &rows).unwrap();
        assert_eq!(drawn.labels, ["2025-11", "2025-12", "2026-01", "2026-02"]);
        assert_eq!(drawn.series.len(), 2);
        assert_eq!(drawn.series[0].1, [1.0, 0.0, 0.0, 2.5]);
        assert_eq!(drawn.series[1].1, [0.0; 4]);
    }
}
