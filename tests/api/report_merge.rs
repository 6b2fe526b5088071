//! Subjects beside each other over HTTP: random definitions against a slow, obviously right evaluation of the same rows in
//! memory, under several scopes; and what is refused.

use std::collections::{BTreeMap, BTreeSet};

use quaymaster_domain::members::StaffRole;
use quaymaster_tests::{Caller, TestApp};
use serde_json::{Value, json};

use super::reports::scene;

/// A row of one of the two tables: importer, port, month, filer; then duty and country or fee.
#[derive(Clone)]
struct Row {
    keys: [String; 4],
    date: String,
    duty: i64,
    country: &'static str,
    fee: Option<i64>,
}

const DIMENSIONS: [&str; 4] = ["importer", "port", "entry_month", "filer"];
const IMPORTERS: [&str; 3] = ["00-000000100", "00-000000200", "00-000000999"];

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
}

fn one(dice: &mut Dice) -> Row {
    let month = ["2026-01", "2026-02", "2026-03"][dice.roll(3)];
    Row {
        keys: [
            IMPORTERS[dice.roll(3)].to_owned(),
            ["2704", "1001", "3001"][dice.roll(3)].to_owned(),
            month.to_owned(),
            ["ABC", "XYZ"][dice.roll(2)].to_owned(),
        ],
        date: format!("{month}-{:02}", 1 + dice.roll(28)),
        duty: dice.roll(5000) as i64 - 500,
        country: ["CN", "VN"][dice.roll(2)],
        fee: (dice.roll(3) > 0).then(|| dice.roll(900) as i64),
    }
}

/// Lines and entry summaries that have nothing to do with each other, so that some groups are of one subject alone.
async fn rows(app: &TestApp, dice: &mut Dice) -> (Vec<Row>, Vec<Row>) {
    let world = app.world();
    world.execute("DELETE FROM entry_lines", Vec::new()).await;
    let (mut lines, mut entries) = (Vec::new(), Vec::new());
    for n in 0..60 {
        let row = one(dice);
        let [importer, port, month, filer] = row.keys.clone();
        let number = format!("{filer}{n:08}");
        if n % 2 == 0 {
            world
                .execute(
                    "INSERT INTO entry_lines (entry_number, line_no, ordinal, importer_key, filer_code, port, entry_type, mode, entry_date, hts, country_origin, value_cents, duty_cents, is_first) \
                     VALUES (?, 1, 1, ?, ?, ?, '01', '11', ?, '6403990000', ?, 100, ?, 1)",
                    vec![number.into(), importer.into(), filer.into(), port.into(), row.date.clone().into(), row.country.into(), row.duty.into()],
                )
                .await;
            lines.push(row);
        } else {
            world
                .execute(
                    "INSERT INTO entries (entry_number, entry_type, importer_key, importer_shown, filer_code, port, entry_date, entry_month, line_count, tariff_count, value_cents, duty_cents, mpf_cents, fee_check, content_hash, state_at, import_id, updated_at) \
                     VALUES (?, '01', ?, ?, ?, ?, ?, ?, 1, 1, 100, ?, ?, 'ok', ?, ?, ?, ?)",
                    vec![
                        number.into(),
                        importer.clone().into(),
                        importer.into(),
                        filer.into(),
                        port.into(),
                        row.date.clone().into(),
                        month.into(),
                        row.duty.into(),
                        row.fee.into(),
                        vec![0_u8; 32].into(),
                        app.services.now().into(),
                        uuid::Uuid::nil().into(),
                        app.services.now().into(),
                    ],
                )
                .await;
            entries.push(row);
        }
    }
    quaymaster_service::records::sums::repair(&app.services)
        .await
        .unwrap();
    (lines, entries)
}

fn money(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let size = cents.abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

type Cells = Vec<Option<String>>;

async fn answered(by: &Caller, words: &Value) -> Vec<Cells> {
    let ask = json!({ "report": null, "definition": words, "prompts": {}, "account_id": null, "fresh": true });
    let answer = by.post("/report-runs", &ask).await;
    assert_eq!(answer.status, 200, "{words} {}", answer.body);
    let rows = answer.at("/page/rows");
    let text = |cell: &Value| cell.as_str().map(str::to_owned);
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row["cells"].as_array().unwrap().iter().map(text).collect())
        .collect()
}

/// The figures of a group: of lines their duty and countries, of summaries their duty, fee and number, and a difference.
fn figures(lines: &[&Row], entries: &[&Row]) -> Cells {
    let duty = |of: &[&Row]| (!of.is_empty()).then(|| of.iter().map(|r| r.duty).sum::<i64>());
    let countries: BTreeSet<&str> = lines.iter().map(|r| r.country).collect();
    let (of_lines, of_entries) = (duty(lines), duty(entries));
    let fee: i64 = entries.iter().filter_map(|r| r.fee).sum();
    let some = |there: bool, text: String| there.then_some(text);
    vec![
        of_lines.map(money),
        some(!lines.is_empty(), countries.len().to_string()),
        of_entries.map(money),
        some(!entries.is_empty(), money(fee)),
        some(!entries.is_empty(), entries.len().to_string()),
        of_lines.zip(of_entries).map(|(a, b)| money(a - b)),
    ]
}

#[tokio::test]
async fn random_merged_subjects_say_what_the_rows_say() {
    let app = TestApp::start().await;
    scene(&app).await;
    let mut dice = Dice(20_260_402);
    let (lines, entries) = rows(&app, &mut dice).await;
    app.world()
        .person("staff.auditor", Some(StaffRole::Auditor))
        .await;
    let acme = app.sign_in("acme.owner").await;
    let other = app.sign_in("other.owner").await;
    let staff = app.sign_in("staff.auditor").await;
    let scopes = [
        (&acme, &IMPORTERS[..1]),
        (&other, &IMPORTERS[1..2]),
        (&staff, &IMPORTERS[..]),
    ];
    let (mut shown, mut alone) = (0, 0);
    for _ in 0..40 {
        let mut dims: Vec<usize> = (0..4).filter(|_| dice.roll(2) == 0).collect();
        if dims.is_empty() {
            dims.push(2);
        }
        let (from, port) = (1 + dice.roll(28), ["2704", "1001"][dice.roll(2)]);
        let from = format!("2026-02-{from:02}");
        let (shared, own) = (dice.roll(2) == 0, dice.roll(2) == 0);
        let broken = dims.len() > 1 && dice.roll(2) == 0;
        let mut columns: Vec<Value> = dims
            .iter()
            .map(|at| json!({ "id": format!("d{at}"), "dim": DIMENSIONS[*at] }))
            .collect();
        columns.extend([
            json!({"id": "m1", "measure": "duty"}),
            json!({"id": "m2", "distinct": "country", "subject": "entry_lines"}),
            json!({"id": "m3", "measure": "duty", "subject": "entry_summaries"}),
            json!({"id": "m4", "measure": "mpf", "subject": "entry_summaries"}),
            json!({"id": "m5", "measure": "entries", "subject": "entry_summaries"}),
            json!({"id": "x1", "label": "More", "type": "money", "calc": {"sub": [{"col": "m1"}, {"col": "m3"}]}}),
        ]);
        let by_port = json!({ "dim": "port", "op": "eq", "value": port });
        let since = json!({ "dim": "entry_date", "op": "ge", "value": from });
        let words = json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate", "columns": columns, "grand_total": true,
            "merge": [{"subject": "entry_summaries", "filter": if own { by_port } else { Value::Null }}],
            "filter": if shared { since } else { Value::Null },
            "breaks": if broken { json!([{"col": format!("d{}", dims[0])}]) } else { json!([]) } });
        for (by, importers) in scopes {
            let seen =
                |r: &&Row| importers.contains(&r.keys[0].as_str()) && (!shared || r.date >= from);
            let lines: Vec<&Row> = lines.iter().filter(seen).collect();
            let entries: Vec<&Row> = entries
                .iter()
                .filter(seen)
                .filter(|r| !own || r.keys[1] == port)
                .collect();
            let key = |r: &Row| {
                dims.iter()
                    .map(|at| r.keys[*at].clone())
                    .collect::<Vec<_>>()
            };
            let keys: BTreeSet<Vec<String>> =
                lines.iter().chain(&entries).map(|r| key(r)).collect();
            let line = |fixed: &[String]| {
                let of = |rows: &[&Row]| -> Vec<Row> {
                    let fits = |r: &&&Row| key(r).starts_with(fixed);
                    rows.iter().filter(fits).map(|r| (*r).clone()).collect()
                };
                let (lines, entries) = (of(&lines), of(&entries));
                let mut cells: Cells = fixed.iter().cloned().map(Some).collect();
                cells.resize(dims.len(), None);
                cells.extend(figures(
                    &lines.iter().collect::<Vec<_>>(),
                    &entries.iter().collect::<Vec<_>>(),
                ));
                cells
            };
            let mut wanted = Vec::new();
            let mut left = BTreeMap::new();
            for key in &keys {
                *left.entry(&key[0]).or_insert(0) += 1;
            }
            for key in &keys {
                let cells = line(key);
                alone += usize::from(cells.iter().any(Option::is_none));
                wanted.push(cells);
                let rest = left.get_mut(&key[0]).unwrap();
                *rest -= 1;
                if broken && *rest == 0 {
                    wanted.push(line(&key[..1]));
                }
            }
            if !keys.is_empty() {
                wanted.push(line(&[]));
            }
            assert_eq!(answered(by, &words).await, wanted, "{words}");
            shown += wanted.len();
        }
    }
    // Most questions find something, and some groups are of one subject alone, or nothing was tested.
    assert!(shown > 500 && alone > 50, "{shown} {alone}");
}

#[tokio::test]
async fn merged_subjects_stand_beside_each_other_in_a_pivot_and_in_two_periods() {
    let app = TestApp::start().await;
    scene(&app).await;
    let mut dice = Dice(5);
    let (lines, entries) = rows(&app, &mut dice).await;
    let acme = app.sign_in("acme.owner").await;
    let own = |r: &&Row| r.keys[0] == IMPORTERS[0];
    let count = |rows: &[Row], test: &dyn Fn(&Row) -> bool| {
        let n = rows.iter().filter(own).filter(|r| test(r)).count();
        (n > 0).then(|| n.to_string())
    };
    let base = json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate", "merge": [{"subject": "entry_summaries"}],
        "columns": [{"id": "a", "dim": "filer"}, {"id": "b", "dim": "port"}, {"id": "m", "measure": "lines"},
                    {"id": "n", "measure": "entries", "subject": "entry_summaries"}] });
    let mut pivot = base.clone();
    pivot["pivot"] = json!({"col": "b", "totals": true});
    for row in answered(&acme, &pivot).await {
        let filer = row[0].clone().unwrap();
        let mut wanted = vec![Some(filer.clone())];
        for port in ["1001", "2704", "3001"] {
            let test = |r: &Row| r.keys[3] == filer && r.keys[1] == port;
            wanted.extend([count(&lines, &test), count(&entries, &test)]);
        }
        let test = |r: &Row| r.keys[3] == filer;
        wanted.extend([count(&lines, &test), count(&entries, &test)]);
        assert_eq!(row, wanted);
    }
    let mut two = base;
    two["columns"].as_array_mut().unwrap().remove(1);
    two["filter"] =
        json!({"dim": "entry_date", "op": "between", "value": ["2026-03-01", "2026-03-31"]});
    two["compare"] = json!({"dim": "entry_date", "with": "previous_period"});
    let found = answered(&acme, &two).await;
    assert!(!found.is_empty());
    for row in found {
        let filer = row[0].clone().unwrap();
        let of = |rows: &[Row], month: &str| {
            count(rows, &|r: &Row| r.keys[3] == filer && r.keys[2] == month)
        };
        assert_eq!(row[1..3], [of(&lines, "2026-03"), of(&lines, "2026-02")]);
        assert_eq!(
            row[5..7],
            [of(&entries, "2026-03"), of(&entries, "2026-02")]
        );
    }
}

#[tokio::test]
async fn what_is_not_shared_is_named() {
    let app = TestApp::start().await;
    let (acme, _) = scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let fits = json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate",
        "merge": [{"subject": "entry_summaries"}],
        "columns": [{"id": "c", "dim": "importer"}, {"id": "m", "measure": "duty"},
                    {"id": "n", "measure": "mpf", "subject": "entry_summaries"}],
        "filter": {"and": [{"dim": "port", "op": "eq", "value": "2704"}]} });
    let refused = async |words: &Value, by: &Caller| {
        let ask = json!({ "definition": words, "prompts": {}, "account_id": null });
        by.post("/report-previews", &ask).await
    };
    assert_eq!(refused(&fits, &owner).await.status, 200);
    for (place, value, at, words) in [
        (
            "/columns/0/dim",
            json!("country"),
            "/definition/columns/0/dim",
            "Country of origin",
        ),
        (
            "/filter/and/0/dim",
            json!("country"),
            "/definition/filter/and/0/dim",
            "Country of origin",
        ),
        (
            "/columns/2/subject",
            json!("users"),
            "/definition/columns/2/subject",
            "entry_lines, entry_summaries",
        ),
        (
            "/columns/0",
            json!({"id": "c", "dim": "importer", "subject": "entry_summaries"}),
            "/definition/columns/0/subject",
            "shared by all",
        ),
        (
            "/merge/0/subject",
            json!("entry_lines"),
            "/definition/merge/0/subject",
            "already",
        ),
        (
            "/merge/0/subject",
            json!("users"),
            "/definition/merge/0/subject",
            "shares no dimension",
        ),
        (
            "/merge/0/subject",
            json!("secrets"),
            "/definition/merge/0/subject",
            "Choose one of",
        ),
        (
            "/merge/0",
            json!({"subject": "entry_summaries", "on": "x"}),
            "/definition/merge/0/on",
            "nothing of this name",
        ),
        ("/mode", json!("detail"), "/definition/merge", "aggregate"),
        (
            "/columns/2",
            json!({"id": "n", "measure": "duty"}),
            "/definition/merge/0",
            "figure of this subject",
        ),
    ] {
        let mut unfit = fits.clone();
        *unfit.pointer_mut(place).unwrap() = value;
        let answer = refused(&unfit, &owner).await;
        assert_eq!(answer.status, 422, "{place} {}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), json!(at), "{}", answer.body);
        assert!(answer.body.contains(words), "{place} {}", answer.body);
    }
    // People of accounts stay with those who look after them, also beside something else.
    super::reports::may_report(&app, &acme, "run").await;
    let user = app.sign_in("acme.user").await;
    let beside = json!({ "v": 1, "subject": "identifiers", "mode": "aggregate", "merge": [{"subject": "users"}],
        "columns": [{"id": "c", "dim": "account"}, {"id": "n", "measure": "people", "subject": "users"}] });
    assert_eq!(refused(&beside, &owner).await.status, 200);
    let answer = refused(&beside, &user).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    let place = answer.at("/errors/0/pointer");
    assert!(
        ["/definition/subject", "/definition/merge/0/subject"]
            .map(Some)
            .contains(&place.as_str())
    );
}

/// The values of a prompt after some answers.
async fn choices(by: &Caller, definition: &Value, prompt: &str, prompts: Value) -> Value {
    let ask = json!({ "report": null, "definition": definition, "prompt": prompt, "prompts": prompts, "q": null,
        "account_id": null, "limit": null });
    let found = by.post("/report-values", &ask).await;
    assert_eq!(found.status, 200, "{}", found.body);
    let values = found.at("/items");
    values
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["value"].clone())
        .collect()
}

#[tokio::test]
async fn a_prompt_offers_what_those_before_it_leave() {
    let app = TestApp::start().await;
    scene(&app).await;
    for (number, country, port, hts) in [
        ("ABC00000055", "CN", "1001", "6403990000"),
        ("ABC00000066", "VN", "1001", "6109100000"),
        ("ABC00000077", "VN", "2704", "6110200000"),
    ] {
        super::reports::line(&app, number, "00-000000100", country, 10).await;
        app.world()
            .execute(
                "UPDATE entry_lines SET port = ?, hts = ? WHERE entry_number = ?",
                vec![port.into(), hts.into(), number.into()],
            )
            .await;
    }
    let owner = app.sign_in("acme.owner").await;
    let definition = json!({ "v": 1, "subject": "entry_lines", "mode": "detail",
        "columns": [{"id": "c", "dim": "hts"}],
        "filter": {"and": [
            {"dim": "entry_date", "op": "between", "prompt": "when"},
            {"dim": "country", "op": "ne", "value": "=HYPERLINK(1)"},
            {"dim": "country", "op": "in", "prompt": "country"},
            {"dim": "port", "op": "in", "prompt": "port"},
            {"or": [{"dim": "hts", "op": "in", "prompt": "goods"}, {"dim": "port", "op": "eq", "value": "0000"}]}]},
        "prompts": [{"id": "when", "label": "When", "required": true},
                    {"id": "country", "label": "Country", "multi": true}, {"id": "port", "label": "Port", "multi": true},
                    {"id": "goods", "label": "Goods", "multi": true}, {"id": "idle", "label": "Idle"}] });
    // Nothing is answered yet, then the first, then both.
    assert_eq!(
        choices(&owner, &definition, "country", json!({})).await,
        json!(["CN", "VN"])
    );
    assert_eq!(
        choices(
            &owner,
            &definition,
            "port",
            json!({"country": ["VN", "CN"]})
        )
        .await,
        json!(["1001", "2704"])
    );
    let vn = json!({"country": ["VN"], "port": ["1001"], "goods": ["nothing"]});
    assert_eq!(
        choices(&owner, &definition, "port", vn.clone()).await,
        json!(["1001", "2704"])
    );
    assert_eq!(
        choices(&owner, &definition, "goods", vn.clone()).await,
        json!(["6109100000"])
    );
    // What is answered later leaves everything before it open.
    assert_eq!(
        choices(&owner, &definition, "country", vn.clone()).await,
        json!(["CN", "VN"])
    );
    let march = json!({"when": {"from": "2026-03-01", "to": "2026-03-31"}});
    assert_eq!(
        choices(&owner, &definition, "country", march).await,
        json!([])
    );
    // Everybody has the values of the own rows.
    let stranger = app.sign_in("other.owner").await;
    assert_eq!(
        choices(&stranger, &definition, "country", json!({})).await,
        json!(["VN"])
    );
    assert_eq!(
        choices(&stranger, &definition, "goods", json!({"country": ["CN"]})).await,
        json!([])
    );
    // A report of the library, and a shared prompt of merged subjects.
    let ask = |report: Value, definition: Value, prompt: &str, prompts: Value, q: Value| {
        json!({ "report": report, "definition": definition, "prompt": prompt, "prompts": prompts, "q": q,
            "account_id": null, "limit": 1 })
    };
    let period = json!({"p1": {"from": "2026-02-01", "to": "2026-02-28"}});
    let found = owner
        .post(
            "/report-values",
            &ask(json!("DU-102"), Value::Null, "p2", period, Value::Null),
        )
        .await;
    assert_eq!(found.at("/items/0/value"), json!("00-000000100"));
    let merged = json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate",
        "merge": [{"subject": "entry_summaries", "filter": {"dim": "liquidation_status", "op": "in", "prompt": "state"}}],
        "columns": [{"id": "c", "dim": "importer"}, {"id": "n", "measure": "entries", "subject": "entry_summaries"}],
        "filter": {"dim": "importer", "op": "in", "prompt": "who"},
        "prompts": [{"id": "who", "label": "Importer", "multi": true}, {"id": "state", "label": "State", "multi": true}] });
    assert_eq!(
        choices(&owner, &merged, "who", json!({})).await,
        json!(["00-000000100"])
    );
    assert_eq!(
        choices(&owner, &merged, "state", json!({})).await,
        json!([])
    );
    for (report, definition, prompt, prompts, q, at) in [
        (
            Value::Null,
            definition.clone(),
            "nothing",
            json!({}),
            Value::Null,
            "/prompt",
        ),
        (
            Value::Null,
            definition.clone(),
            "idle",
            json!({}),
            Value::Null,
            "/prompt",
        ),
        (
            Value::Null,
            definition.clone(),
            "when",
            json!({"else": "x"}),
            Value::Null,
            "/prompts/else",
        ),
        (
            Value::Null,
            definition.clone(),
            "port",
            json!({"when": {"from": "x", "to": "y"}}),
            Value::Null,
            "/prompts/when",
        ),
        (
            json!("DU-102"),
            definition.clone(),
            "p2",
            json!({}),
            Value::Null,
            "/definition",
        ),
        (
            Value::Null,
            Value::Null,
            "p2",
            json!({}),
            Value::Null,
            "/report",
        ),
    ] {
        let answer = owner
            .post(
                "/report-values",
                &ask(report, definition, prompt, prompts, q),
            )
            .await;
        assert_eq!(answer.status, 422, "{prompt} {}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), json!(at));
    }
}
