//! Random definitions over HTTP against a slow, obviously right evaluation of the same rows in memory: filters, groups, totals,
//! counts of different values, order and scope, for two companies and a third importer that nobody may see.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use quaymaster_tests::{Caller, TestApp};
use sea_orm::Value as Cell;
use serde_json::{Value, json};

use super::reports::{run, scene};

/// A row as it is stored: importer, the texts of the dimensions, then duty, value, first line.
struct Row {
    importer: &'static str,
    texts: [Option<String>; 8],
    numbers: [i64; 4],
}

const DIMENSIONS: [&str; 8] = [
    "country",
    "hts.chapter",
    "port",
    "entry_month",
    "country_export",
    "entry_date",
    "entry_quarter",
    "entry_fiscal_year",
];
const MEASURES: [&str; 4] = ["duty", "entered_value", "entries", "lines"];

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % below
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }
}

/// Which of four times three months.
fn quarter(date: &str) -> String {
    let month: u32 = date[5..7].parse().unwrap();
    format!("{}-Q{}", &date[..4], month.div_ceil(3))
}

/// From October on it is the next one.
fn fiscal_year(date: &str) -> String {
    let (year, month): (u32, u32) = (date[..4].parse().unwrap(), date[5..7].parse().unwrap());
    (year + u32::from(month > 9)).to_string()
}

async fn rows(app: &TestApp, dice: &mut Dice) -> Vec<Row> {
    let mut all = Vec::new();
    app.world()
        .execute("DELETE FROM entry_lines", Vec::new())
        .await;
    for n in 0..90 {
        let importer = ["00-000000100", "00-000000200", "00-000000999"][n % 3];
        // Texts whose order differs from one language to the next.
        let country = *dice.of(&["CN", "cn", "VN", "Z_", "\u{c4}B", "A%"]);
        let hts = format!("{}{:08}", dice.of(&["61", "64", "99"]), dice.roll(4));
        let port = *dice.of(&["2704", "1001"]);
        let month = *dice.of(&["2025-09", "2025-11", "2026-01", "2026-02", "2026-03"]);
        let date = format!("{month}-{:02}", 1 + dice.roll(28));
        let export = [None, Some("CN"), Some("HK")][dice.roll(3)];
        let (duty, value) = (dice.roll(5000) as i64 - 500, dice.roll(90_000) as i64);
        let first = i64::from(dice.roll(2) == 0);
        app.world()
            .execute(
                "INSERT INTO entry_lines (entry_number, line_no, ordinal, importer_key, filer_code, port, entry_type, mode, entry_date, hts, country_origin, country_export, value_cents, duty_cents, is_first) \
                 VALUES (?, 1, 1, ?, 'ABC', ?, '01', '11', ?, ?, ?, ?, ?, ?, ?)",
                vec![
                    format!("ABC{n:08}").into(),
                    importer.into(),
                    port.into(),
                    date.clone().into(),
                    hts.clone().into(),
                    country.into(),
                    Cell::from(export.map(str::to_owned)),
                    value.into(),
                    duty.into(),
                    first.into(),
                ],
            )
            .await;
        let texts = [
            Some(country.to_owned()),
            Some(hts[..2].to_owned()),
            Some(port.to_owned()),
            Some(date[..7].to_owned()),
            export.map(str::to_owned),
            Some(date.clone()),
            Some(quarter(&date)),
            Some(fiscal_year(&date)),
        ];
        all.push(Row {
            importer,
            texts,
            numbers: [duty, value, first, 1],
        });
    }
    quaymaster_service::records::sums::repair(&app.services)
        .await
        .unwrap();
    all
}

type Test = Box<dyn Fn(&Row) -> bool>;

/// A random filter as a definition has it, and what it means.
fn filter(dice: &mut Dice, depth: usize) -> (Value, Test) {
    if depth < 3 && dice.roll(3) == 0 {
        let parts: Vec<(Value, Test)> = (0..=dice.roll(3))
            .map(|_| filter(dice, depth + 1))
            .collect();
        let all = dice.roll(2) == 0;
        let (words, tests): (Vec<Value>, Vec<Test>) = parts.into_iter().unzip();
        return if all {
            (
                json!({ "and": words }),
                Box::new(move |row| tests.iter().all(|t| t(row))),
            )
        } else {
            (
                json!({ "or": words }),
                Box::new(move |row| tests.iter().any(|t| t(row))),
            )
        };
    }
    let at = dice.roll(8);
    let value = match at {
        0 => *dice.of(&["CN", "A%", "Z_", "\u{c4}B", "no"]),
        1 => *dice.of(&["61", "64"]),
        2 => *dice.of(&["2704", "1001"]),
        3 => *dice.of(&["2026-01", "2026-02"]),
        4 => *dice.of(&["CN", "HK"]),
        5 => *dice.of(&["2026-01-20", "2026-02-10", "2026-03-01"]),
        6 => *dice.of(&["2025-Q3", "2026-Q1"]),
        _ => *dice.of(&["2025", "2026"]),
    };
    let ordered = [3, 5].contains(&at);
    let op = if ordered {
        *dice.of(&["eq", "ne", "lt", "le", "gt", "ge", "not_empty"])
    } else {
        *dice.of(&["eq", "ne", "starts_with", "contains", "empty", "not_empty"])
    };
    let mut words = json!({ "dim": DIMENSIONS[at], "op": op });
    let mut wanted = value.to_owned();
    if ["starts_with", "contains"].contains(&op) {
        let letters = if op == "contains" { 1 } else { 0 };
        wanted = value.chars().skip(letters).take(1).collect();
    }
    if !op.ends_with("empty") {
        words["value"] = json!(wanted);
    }
    let test = move |row: &Row| {
        let Some(text) = &row.texts[at] else {
            // Nothing is no value: it differs from each.
            return op == "ne" || op == "empty";
        };
        match op {
            "eq" => *text == wanted,
            "ne" => *text != wanted,
            "lt" => *text < wanted,
            "le" => *text <= wanted,
            "gt" => *text > wanted,
            "ge" => *text >= wanted,
            "starts_with" => text.starts_with(&wanted),
            "contains" => text.contains(&wanted),
            other => other == "not_empty",
        }
    };
    (words, Box::new(test))
}

fn money(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// What is asked, in both forms.
struct Question {
    dims: Vec<usize>,
    measures: Vec<usize>,
    distinct: usize,
    test: Test,
    breaks: usize,
    grand_total: bool,
    having: Option<i64>,
    sort: Option<bool>,
    /// With a rank and a share, for which all groups are looked at first.
    placed: bool,
    words: Value,
}

fn question(dice: &mut Dice) -> Question {
    let mut dims: Vec<usize> = Vec::new();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(8);
        if !dims.contains(&at) {
            dims.push(at);
        }
    }
    let mut measures = vec![3];
    measures.extend((0..3).filter(|_| dice.roll(2) == 0));
    let distinct = dice.roll(8);
    let (filter, test) = filter(dice, 1);
    let breaks = dice.roll(dims.len().min(3) + 1).min(dims.len() - 1);
    let grand_total = dice.roll(2) == 0;
    let having = (dice.roll(4) == 0).then(|| dice.roll(4) as i64);
    let sort = [None, Some(false), Some(true)][dice.roll(3)];
    let placed = dice.roll(2) == 0;
    let mut columns: Vec<Value> = dims
        .iter()
        .map(|at| json!({ "id": format!("d{at}"), "dim": DIMENSIONS[*at] }))
        .collect();
    columns.extend(
        measures
            .iter()
            .map(|at| json!({ "id": format!("m{at}"), "measure": MEASURES[*at] })),
    );
    columns.push(json!({ "id": "n", "distinct": DIMENSIONS[distinct] }));
    columns.extend([
        json!({ "id": "low", "measure": "duty", "aggregate": "min" }),
        json!({ "id": "high", "dim": "entry_date", "aggregate": "max" }),
        json!({ "id": "mean", "measure": "entered_value", "aggregate": "average" }),
    ]);
    if placed {
        columns.extend([
            json!({ "id": "rank", "rank": "m3" }),
            json!({ "id": "share", "share": "m3" }),
        ]);
    }
    let break_words: Vec<Value> = dims[..breaks]
        .iter()
        .map(|at| json!({ "col": format!("d{at}") }))
        .collect();
    let words = json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate", "columns": columns, "filter": filter,
        "breaks": break_words, "grand_total": grand_total,
        "having": having.map(|least| json!({ "col": "m3", "op": "gt", "value": least.to_string() })),
        "sort": sort.map_or_else(|| json!([]), |desc| json!([{ "col": "m3", "dir": if desc { "desc" } else { "asc" } }])) });
    Question {
        dims,
        measures,
        distinct,
        test,
        breaks,
        grand_total,
        having,
        sort,
        placed,
        words,
    }
}

type Key = Vec<Option<String>>;

/// Empty comes last, as it is in every result.
fn by_text(a: &Key, b: &Key) -> Ordering {
    let last = |key: &Key| {
        key.iter()
            .map(|k| (k.is_none(), k.clone()))
            .collect::<Vec<_>>()
    };
    last(a).cmp(&last(b))
}

/// Every row looked at once for every group that it may belong to.
fn evaluate(q: &Question, rows: &[Row], importer: &str) -> Vec<(String, Vec<Option<String>>)> {
    let mut groups: BTreeMap<Key, Vec<&Row>> = BTreeMap::new();
    for row in rows
        .iter()
        .filter(|r| r.importer == importer && (q.test)(r))
    {
        let key = q.dims.iter().map(|at| row.texts[*at].clone()).collect();
        groups.entry(key).or_default().push(row);
    }
    groups.retain(|_, of| q.having.is_none_or(|least| of.len() as i64 > least));
    let mut order: Vec<(&Key, &Vec<&Row>)> = groups.iter().collect();
    order.sort_by(|(a, of), (b, other)| {
        let sizes = match q.sort {
            None => Ordering::Equal,
            Some(false) => of.len().cmp(&other.len()),
            Some(true) => other.len().cmp(&of.len()),
        };
        by_text(&a[..q.breaks].to_vec(), &b[..q.breaks].to_vec())
            .then(sizes)
            .then(by_text(a, b))
    });
    let sizes: Vec<usize> = order.iter().map(|(_, of)| of.len()).collect();
    let figures = |of: &[&Row], total: bool| -> Vec<Option<String>> {
        let mut cells: Vec<Option<String>> = q
            .measures
            .iter()
            .map(|at| {
                let sum: i64 = of.iter().map(|r| r.numbers[*at]).sum();
                Some(if *at < 2 { money(sum) } else { sum.to_string() })
            })
            .collect();
        let different: BTreeSet<&String> = of
            .iter()
            .filter_map(|r| r.texts[q.distinct].as_ref())
            .collect();
        cells.push((!total || q.having.is_none()).then(|| different.len().to_string()));
        let count = of.len() as i64;
        let values: i64 = of.iter().map(|r| r.numbers[1]).sum();
        cells.push(of.iter().map(|r| r.numbers[0]).min().map(money));
        cells.push(of.iter().filter_map(|r| r.texts[5].clone()).max());
        cells.push(Some(money((2 * values + count) / (2 * count))));
        if q.placed {
            let whole = sizes.iter().sum::<usize>() as i64;
            let better = sizes.iter().filter(|size| **size > of.len()).count();
            cells.push((!total).then(|| (better + 1).to_string()));
            let share = (2 * 10_000 * count + whole) / (2 * whole);
            cells.push(Some(format!("{}.{:04}", share / 10_000, share % 10_000)));
        }
        cells
    };
    let line = |kind: String, fixed: &[Option<String>], of: &[&Row], total: bool| {
        let mut cells = fixed.to_vec();
        cells.resize(q.dims.len(), None);
        cells.extend(figures(of, total));
        (kind, cells)
    };
    let mut all = Vec::new();
    for (at, (key, of)) in order.iter().enumerate() {
        all.push(line("detail".to_owned(), key, of, false));
        for level in (1..=q.breaks).rev() {
            let ends = order
                .get(at + 1)
                .is_none_or(|(next, _)| next[..level] != key[..level]);
            if ends {
                let of: Vec<&Row> = order
                    .iter()
                    .filter(|(other, _)| other[..level] == key[..level])
                    .flat_map(|(_, of)| of.iter().copied())
                    .collect();
                all.push(line(format!("subtotal {level}"), &key[..level], &of, true));
            }
        }
    }
    if q.grand_total && !order.is_empty() {
        let of: Vec<&Row> = order
            .iter()
            .flat_map(|(_, of)| of.iter().copied())
            .collect();
        all.push(line("grand_total".to_owned(), &[], &of, true));
    }
    all
}

async fn answered(by: &Caller, words: &Value) -> Vec<(String, Vec<Option<String>>)> {
    let ask = json!({ "report": null, "definition": words, "prompts": {}, "account_id": null, "fresh": true });
    let answer = by.post("/report-runs", &ask).await;
    assert_eq!(answer.status, 200, "{words} {}", answer.body);
    let rows = answer.at("/page/rows");
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let kind = row["kind"].as_str().unwrap();
            let kind = row["level"]
                .as_u64()
                .map_or_else(|| kind.to_owned(), |level| format!("{kind} {level}"));
            let cells = row["cells"].as_array().unwrap();
            (
                kind,
                cells
                    .iter()
                    .map(|c| c.as_str().map(str::to_owned))
                    .collect(),
            )
        })
        .collect()
}

#[tokio::test]
async fn random_definitions_say_what_the_rows_say() {
    let app = TestApp::start().await;
    scene(&app).await;
    let mut dice = Dice(20_260_302);
    let rows = rows(&app, &mut dice).await;
    let acme = app.sign_in("acme.owner").await;
    let other = app.sign_in("other.owner").await;
    let mut shown = 0;
    for _ in 0..120 {
        let q = question(&mut dice);
        for (by, importer) in [(&acme, "00-000000100"), (&other, "00-000000200")] {
            let wanted = evaluate(&q, &rows, importer);
            assert_eq!(answered(by, &q.words).await, wanted, "{}", q.words);
            shown += wanted.len();
        }
    }
    // Most questions find something, or nothing was tested.
    assert!(shown > 1000, "{shown}");
}

fn total(rows: &[(String, Vec<Option<String>>)]) -> i64 {
    rows.last().map_or(0, |(kind, cells)| {
        assert_eq!(kind, "grand_total");
        cells.last().unwrap().as_deref().unwrap().parse().unwrap()
    })
}

#[tokio::test]
async fn what_must_hold_of_every_definition_holds() {
    let app = TestApp::start().await;
    scene(&app).await;
    let mut dice = Dice(7);
    rows(&app, &mut dice).await;
    let acme = app.sign_in("acme.owner").await;
    let of = |filter: Value| {
        json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate", "grand_total": true, "filter": filter,
            "columns": [{"id": "c", "dim": "country"}, {"id": "m", "measure": "lines"}] })
    };
    for _ in 0..25 {
        let (one, _) = filter(&mut dice, 1);
        let (two, _) = filter(&mut dice, 1);
        let all = total(&answered(&acme, &of(one.clone())).await);
        let both = total(&answered(&acme, &of(json!({ "and": [one, two] }))).await);
        let either = total(&answered(&acme, &of(json!({ "or": [one, two] }))).await);
        let other = total(&answered(&acme, &of(two)).await);
        // One more condition never adds a row, one more way in never takes one away, and each row counts once.
        assert!(both <= all && all <= either, "{one}");
        assert_eq!(either + both, all + other, "{one}");
        // Two parts of a time give the whole.
        let (early, late) = (
            json!({ "dim": "entry_date", "op": "lt", "value": "2026-02-10" }),
            json!({ "dim": "entry_date", "op": "ge", "value": "2026-02-10" }),
        );
        let early = total(&answered(&acme, &of(json!({ "and": [one, early] }))).await);
        let late = total(&answered(&acme, &of(json!({ "and": [one, late] }))).await);
        assert_eq!(early + late, all, "{one}");
    }
    // Rows of others change nothing.
    let before = run(&acme, &of(Value::Null)).await["page"]["rows"].clone();
    app.world()
        .execute(
            "UPDATE entry_lines SET country_origin = 'XX', duty_cents = 1 WHERE importer_key <> '00-000000100'",
            Vec::new(),
        )
        .await;
    app.world()
        .execute(
            "UPDATE record_epoch SET facts = facts + 1, months = months + 1",
            Vec::new(),
        )
        .await;
    assert_eq!(run(&acme, &of(Value::Null)).await["page"]["rows"], before);
}

/// Duty and lines of the rows of a group, or nothing where there are none.
fn sums(rows: &[&Row]) -> (Option<i64>, Option<i64>) {
    if rows.is_empty() {
        return (None, None);
    }
    let duty = rows.iter().map(|r| r.numbers[0]).sum();
    (Some(duty), Some(rows.len() as i64))
}

#[tokio::test]
async fn random_pivots_and_periods_say_what_the_rows_say() {
    let app = TestApp::start().await;
    scene(&app).await;
    let mut dice = Dice(31_415);
    let rows = rows(&app, &mut dice).await;
    let acme = app.sign_in("acme.owner").await;
    let number = |n: Option<i64>| n.map(|n| n.to_string());
    for _ in 0..40 {
        let (over, by) = (dice.roll(5), dice.roll(5));
        if over == by {
            continue;
        }
        let (filter, test) = filter(&mut dice, 2);
        let own: Vec<&Row> = rows
            .iter()
            .filter(|r| r.importer == "00-000000100" && test(r))
            .collect();
        let mut names: Vec<Key> = own.iter().map(|r| vec![r.texts[by].clone()]).collect();
        names.sort_by(by_text);
        names.dedup();
        // Every value beside each other, and all of them.
        let words = json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate", "filter": filter, "grand_total": true,
            "columns": [{"id": "a", "dim": DIMENSIONS[by]}, {"id": "b", "dim": DIMENSIONS[over]},
                        {"id": "m", "measure": "duty"}, {"id": "n", "measure": "lines"}],
            "pivot": {"col": "b", "totals": true} });
        let mut values: Vec<Key> = own.iter().map(|r| vec![r.texts[over].clone()]).collect();
        values.sort_by(by_text);
        values.dedup();
        let line = |kind: &str, name: Option<String>, of: &[&Row]| {
            let mut cells = vec![name];
            for value in &values {
                let part: Vec<&Row> = of
                    .iter()
                    .copied()
                    .filter(|r| r.texts[over] == value[0])
                    .collect();
                let (duty, lines) = sums(&part);
                cells.extend([duty.map(money), number(lines)]);
            }
            let (duty, lines) = sums(of);
            cells.extend([duty.map(money), number(lines)]);
            (kind.to_owned(), cells)
        };
        let of = |name: &Key| -> Vec<&Row> {
            own.iter()
                .copied()
                .filter(|r| r.texts[by] == name[0])
                .collect()
        };
        let mut wanted: Vec<_> = names
            .iter()
            .map(|name| line("detail", name[0].clone(), &of(name)))
            .collect();
        if !own.is_empty() {
            wanted.push(line("grand_total", None, &own));
        }
        assert_eq!(answered(&acme, &words).await, wanted, "{words}");

        // A month and the month before, of what can stand beside each other.
        if by == 3 {
            continue;
        }
        let words = json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate", "grand_total": true,
            "filter": {"and": [filter, {"dim": "entry_date", "op": "between", "value": ["2026-02-01", "2026-02-28"]}]},
            "columns": [{"id": "a", "dim": DIMENSIONS[by]}, {"id": "n", "measure": "lines"}],
            "compare": {"dim": "entry_date", "with": "previous_period"} });
        let in_month = |of: &[&Row], month: &str| -> i64 {
            of.iter()
                .filter(|r| r.texts[3].as_deref() == Some(month))
                .count() as i64
        };
        let line = |kind: &str, name: Option<String>, of: &[&Row]| {
            let (now, before) = (in_month(of, "2026-02"), in_month(of, "2026-01"));
            let change = now - before;
            let rate = (before > 0).then(|| {
                let size = (2 * 10_000 * change.abs() + before) / (2 * before);
                let sign = if change < 0 && size != 0 { "-" } else { "" };
                format!("{sign}{}.{:04}", size / 10_000, size % 10_000)
            });
            let some = |n: i64| (n > 0).then(|| n.to_string());
            let cells = vec![
                name,
                some(now),
                some(before),
                Some(change.to_string()),
                rate,
            ];
            (kind.to_owned(), cells)
        };
        let both: Vec<&Row> = own
            .iter()
            .copied()
            .filter(|r| {
                ["2026-01", "2026-02"]
                    .map(Some)
                    .contains(&r.texts[3].as_deref())
            })
            .collect();
        let mut wanted: Vec<_> = names
            .iter()
            .map(|name| {
                (
                    name,
                    both.iter()
                        .copied()
                        .filter(|r| r.texts[by] == name[0])
                        .collect::<Vec<_>>(),
                )
            })
            .filter(|(_, of)| !of.is_empty())
            .map(|(name, of)| line("detail", name[0].clone(), &of))
            .collect();
        if !both.is_empty() {
            wanted.push(line("grand_total", None, &both));
        }
        assert_eq!(answered(&acme, &words).await, wanted, "{words}");
    }
}
