//! Advanced definitions over HTTP: header dates on lines, quarters and fiscal years, and what is computed over groups and
//! beside each other. Random ones are in `report_random`.

use quaymaster_tests::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::reports::{cells, line, run, scene};

/// The header of an entry summary whose lines are there.
async fn header(app: &TestApp, number: &str, importer: &str, liquidated: Option<&str>) {
    let import: Uuid = app.services.id();
    let now = app.services.now();
    app.world()
        .execute(
            "INSERT INTO entries (entry_number, entry_type, importer_key, importer_shown, filer_code, port, entry_date, entry_month, summary_date, liquidation_status, liquidation_date, liquidation_due, line_count, tariff_count, value_cents, duty_cents, fee_check, content_hash, state_at, import_id, updated_at) \
             VALUES (?, '01', ?, ?, 'ABC', '2704', '2026-02-10', '2026-02', '2026-02-12', 'as_entered', ?, '2026-12-21', 1, 1, 100, 0, 'unknown', ?, ?, ?, ?)",
            vec![
                number.into(),
                importer.into(),
                importer.into(),
                liquidated.map(str::to_owned).into(),
                vec![0_u8].into(),
                now.into(),
                import.into(),
                now.into(),
            ],
        )
        .await;
}

fn of(mode: &str, columns: Value) -> Value {
    json!({ "v": 1, "subject": "entry_lines", "mode": mode, "columns": columns })
}

#[tokio::test]
async fn lines_have_the_dates_of_their_entry() {
    let app = TestApp::start().await;
    scene(&app).await;
    header(&app, "ABC00000011", "00-000000100", Some("2026-12-18")).await;
    header(&app, "ABC00000022", "00-000000100", None).await;
    header(&app, "ABC00000044", "00-000000200", Some("2026-10-01")).await;
    let owner = app.sign_in("acme.owner").await;
    let mut words = of(
        "detail",
        json!([{"id": "a", "dim": "entry_number"}, {"id": "b", "dim": "liquidation_date"},
               {"id": "c", "dim": "liquidation_due"}, {"id": "d", "dim": "summary_date"}]),
    );
    assert_eq!(
        cells(&run(&owner, &words).await),
        [
            ["ABC-0000001-1", "2026-12-18", "2026-12-21", "2026-02-12"],
            ["ABC-0000002-2", "-", "2026-12-21", "2026-02-12"],
            // A line whose header is not there has no dates; it is not lost.
            ["ABC-0000003-3", "-", "-", "-"],
        ]
    );
    words["filter"] =
        json!({"dim": "liquidation_date", "op": "between", "value": ["2026-10-01", "2026-12-31"]});
    assert_eq!(cells(&run(&owner, &words).await).len(), 1);
    let grouped = of(
        "aggregate",
        json!([{"id": "a", "dim": "liquidation_quarter"}, {"id": "b", "dim": "liquidation_fiscal_year"},
               {"id": "m", "measure": "duty"}]),
    );
    assert_eq!(
        cells(&run(&owner, &grouped).await),
        [["2026-Q4", "2027", "50.00"], ["-", "-", "25.01"]]
    );
    // The other company's dates are its own.
    let stranger = app.sign_in("other.owner").await;
    assert_eq!(
        cells(&run(&stranger, &grouped).await),
        [["2026-Q4", "2027", "99.00"]]
    );
}

#[tokio::test]
async fn quarters_and_fiscal_years_begin_on_their_day() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    app.world()
        .execute("DELETE FROM entry_lines", Vec::new())
        .await;
    let days = [
        ("2025-09-30", "2025-Q3", "2025"),
        ("2025-10-01", "2025-Q4", "2026"),
        ("2025-12-31", "2025-Q4", "2026"),
        ("2026-01-01", "2026-Q1", "2026"),
        ("2026-03-31", "2026-Q1", "2026"),
        ("2026-04-01", "2026-Q2", "2026"),
        ("2026-07-01", "2026-Q3", "2026"),
    ];
    for (n, (day, ..)) in days.iter().enumerate() {
        let number = format!("ABC0000{n:03}9");
        line(&app, &number, "00-000000100", "CN", 1).await;
        app.world()
            .execute(
                "UPDATE entry_lines SET entry_date = ? WHERE entry_number = ?",
                vec![(*day).into(), number.into()],
            )
            .await;
    }
    let words = of(
        "aggregate",
        json!([{"id": "a", "dim": "entry_date"}, {"id": "b", "dim": "entry_quarter"}, {"id": "c", "dim": "entry_fiscal_year"}]),
    );
    let wanted: Vec<[&str; 3]> = days.iter().map(|(a, b, c)| [*a, *b, *c]).collect();
    assert_eq!(cells(&run(&owner, &words).await), wanted);
    let mut one = words;
    one["filter"] = json!({"dim": "entry_fiscal_year", "op": "eq", "value": "2026"});
    assert_eq!(cells(&run(&owner, &one).await).len(), 6);
}

/// Country, month, duty in cents, value in cents.
const LINES: [(&str, &str, i64, Option<i64>); 7] = [
    ("CN", "2026-01-05", 100, Some(1000)),
    ("CN", "2026-01-31", 300, None),
    ("CN", "2026-02-10", 900, Some(3000)),
    ("VN", "2026-02-01", 50, Some(2000)),
    ("VN", "2025-02-28", 40, Some(1000)),
    ("MX", "2025-02-01", 70, Some(7000)),
    ("CN", "2025-02-15", 600, Some(6000)),
];

async fn lines(app: &TestApp) {
    scene(app).await;
    let world = app.world();
    world
        .execute(
            "DELETE FROM entry_lines WHERE importer_key = '00-000000100'",
            Vec::new(),
        )
        .await;
    for (n, (country, day, duty, value)) in LINES.iter().enumerate() {
        let number = format!("ABC0000{n:03}9");
        line(app, &number, "00-000000100", country, *duty).await;
        world
            .execute(
                "UPDATE entry_lines SET entry_date = ?, value_cents = ? WHERE entry_number = ?",
                vec![(*day).into(), (*value).into(), number.into()],
            )
            .await;
    }
}

fn ids(run: &Value) -> Vec<&str> {
    run["page"]["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_least_the_greatest_and_the_average_hold_for_totals_too() {
    let app = TestApp::start().await;
    lines(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let mut words = of(
        "aggregate",
        json!([{"id": "c", "dim": "country"}, {"id": "a", "measure": "duty", "aggregate": "min"},
               {"id": "b", "measure": "duty", "aggregate": "max"}, {"id": "v", "measure": "entered_value", "aggregate": "average"},
               {"id": "w", "measure": "entered_value", "aggregate": "average", "decimals": 0},
               {"id": "d", "dim": "entry_date", "aggregate": "min"}, {"id": "e", "dim": "entry_date", "aggregate": "max", "label": "Last"}]),
    );
    words["grand_total"] = json!(true);
    let found = run(&owner, &words).await;
    assert_eq!(
        cells(&found),
        [
            // A row without a value is none to average over.
            [
                "CN",
                "1.00",
                "9.00",
                "33.33",
                "33",
                "2025-02-15",
                "2026-02-10"
            ],
            [
                "MX",
                "0.70",
                "0.70",
                "70.00",
                "70",
                "2025-02-01",
                "2025-02-01"
            ],
            [
                "VN",
                "0.40",
                "0.50",
                "15.00",
                "15",
                "2025-02-28",
                "2026-02-01"
            ],
            [
                "-",
                "0.40",
                "9.00",
                "33.33",
                "33",
                "2025-02-01",
                "2026-02-10"
            ],
        ]
    );
    let columns = &found["page"]["columns"];
    assert_eq!(columns[5]["label"], "Entry date, earliest");
    assert_eq!(columns[5]["kind"], "date");
    assert_eq!(columns[5]["measure"], true);
    assert_eq!(columns[6]["label"], "Last");
    // By an average, which the database does not know.
    words["grand_total"] = json!(false);
    words["sort"] = json!([{"col": "v", "dir": "desc"}]);
    let sorted = cells(&run(&owner, &words).await);
    let order: Vec<&str> = sorted.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(order, ["MX", "CN", "VN"]);
}

#[tokio::test]
async fn hidden_columns_are_reckoned_with_and_not_shown() {
    let app = TestApp::start().await;
    lines(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let mut words = of(
        "aggregate",
        json!([{"id": "c", "dim": "country"}, {"id": "m", "measure": "duty", "hidden": true},
               {"id": "n", "measure": "entered_value"},
               {"id": "x", "label": "Rate", "type": "percent", "calc": {"div": [{"col": "m"}, {"col": "n"}]}, "decimals": 2}]),
    );
    words["sort"] = json!([{"col": "m", "dir": "desc"}]);
    let found = run(&owner, &words).await;
    assert_eq!(ids(&found), ["c", "n", "x"]);
    assert_eq!(
        cells(&found),
        [
            ["CN", "100.00", "0.19"],
            ["VN", "30.00", "0.03"],
            ["MX", "70.00", "0.01"]
        ]
    );
    let csv = format!(
        "/report-runs/{}/export?format=csv",
        found["run"]["id"].as_str().unwrap()
    );
    assert!(
        owner
            .get(&csv)
            .await
            .body
            .starts_with("Country of origin,Entered value,Rate\r\n")
    );
    // Ranking by what is calculated.
    words["sort"] = json!([]);
    words["top"] = json!({"col": "x", "n": 1, "others": true});
    words["grand_total"] = json!(true);
    assert_eq!(
        cells(&run(&owner, &words).await),
        [
            ["CN", "100.00", "0.19"],
            ["-", "100.00", "0.02"],
            ["-", "200.00", "0.10"]
        ]
    );
}

#[tokio::test]
async fn groups_have_a_rank_and_a_share() {
    let app = TestApp::start().await;
    lines(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let mut words = of(
        "aggregate",
        json!([{"id": "y", "dim": "entry_year"}, {"id": "c", "dim": "country"}, {"id": "m", "measure": "lines"},
               {"id": "r", "rank": "m"}, {"id": "s", "share": "m"}]),
    );
    words["breaks"] = json!([{"col": "y"}]);
    words["sort"] = json!([{"col": "r", "dir": "asc"}]);
    assert_eq!(
        cells(&run(&owner, &words).await),
        [
            ["2025", "CN", "1", "2", "0.1429"],
            ["2025", "MX", "1", "2", "0.1429"],
            ["2025", "VN", "1", "2", "0.1429"],
            ["2025", "-", "3", "-", "0.4286"],
            ["2026", "CN", "3", "1", "0.4286"],
            ["2026", "VN", "1", "2", "0.1429"],
            ["2026", "-", "4", "-", "0.5714"],
        ]
    );
}

#[tokio::test]
async fn the_values_of_a_pivot_are_columns() {
    let app = TestApp::start().await;
    lines(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let mut words = of(
        "aggregate",
        json!([{"id": "y", "dim": "entry_year"}, {"id": "c", "dim": "country"}, {"id": "m", "measure": "duty"},
               {"id": "x", "label": "Each", "type": "money", "calc": {"div": [{"col": "m"}, {"col": "n"}]}}]),
    );
    words["columns"]
        .as_array_mut()
        .unwrap()
        .insert(3, json!({"id": "n", "measure": "lines", "hidden": true}));
    words["pivot"] = json!({"col": "c", "totals": true});
    words["sort"] = json!([{"col": "m", "dir": "desc"}]);
    words["grand_total"] = json!(true);
    let found = run(&owner, &words).await;
    assert_eq!(
        ids(&found),
        [
            "y", "m@CN", "x@CN", "m@MX", "x@MX", "m@VN", "x@VN", "m", "x"
        ]
    );
    assert_eq!(found["page"]["columns"][1]["label"], "CN: Duty");
    assert_eq!(found["page"]["columns"][1]["of"], "m");
    assert_eq!(found["page"]["columns"][1]["part"], "CN");
    assert_eq!(
        cells(&found),
        [
            [
                "2026", "13.00", "4.33", "-", "-", "0.50", "0.50", "13.50", "3.38"
            ],
            [
                "2025", "6.00", "6.00", "0.70", "0.70", "0.40", "0.40", "7.10", "2.37"
            ],
            [
                "-", "19.00", "4.75", "0.70", "0.70", "0.90", "0.45", "20.60", "2.94"
            ],
        ]
    );
    // Another company has other columns: the values are those of its own rows.
    let stranger = app.sign_in("other.owner").await;
    assert_eq!(
        ids(&run(&stranger, &words).await),
        ["y", "m@VN", "x@VN", "m", "x"]
    );
    // Too many values are told, not cut.
    for n in 0..30 {
        line(
            &app,
            &format!("ABC0001{n:03}9"),
            "00-000000100",
            &format!("A{n:02}"),
            1,
        )
        .await;
    }
    let ask = json!({ "definition": words, "prompts": {}, "account_id": null });
    let refused = owner.post("/report-previews", &ask).await;
    assert_eq!(
        refused.at("/errors/0/pointer"),
        json!("/definition/pivot/col")
    );
}

#[tokio::test]
async fn two_periods_stand_side_by_side() {
    let app = TestApp::start().await;
    lines(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let mut words = of(
        "aggregate",
        json!([{"id": "c", "dim": "country"}, {"id": "m", "measure": "duty"},
               {"id": "a", "measure": "duty", "aggregate": "max"}]),
    );
    words["filter"] = json!({"dim": "entry_date", "op": "between", "value": {"from": "2026-02-01", "to": "2026-02-28"}});
    words["compare"] = json!({"dim": "entry_date", "with": "previous_year"});
    words["grand_total"] = json!(true);
    let found = run(&owner, &words).await;
    assert_eq!(
        ids(&found),
        [
            "c", "m", "m@before", "m@change", "m@rate", "a", "a@before", "a@change", "a@rate"
        ]
    );
    assert_eq!(
        cells(&found),
        [
            [
                "CN", "9.00", "6.00", "3.00", "0.5000", "9.00", "6.00", "3.00", "0.5000"
            ],
            ["MX", "-", "0.70", "-0.70", "-1.0000", "-", "0.70", "-", "-"],
            [
                "VN", "0.50", "0.40", "0.10", "0.2500", "0.50", "0.40", "0.10", "0.2500"
            ],
            [
                "-", "9.50", "7.10", "2.40", "0.3380", "9.00", "6.00", "3.00", "0.5000"
            ],
        ]
    );
    words["compare"]["with"] = json!("previous_period");
    let found = cells(&run(&owner, &words).await);
    assert_eq!(found[0][..5], ["CN", "9.00", "4.00", "5.00", "1.2500"]);
    assert_eq!(found[1][..5], ["VN", "0.50", "-", "0.50", "-"]);
    // The date itself is a column: what came before stands in the row of the one that it is compared with.
    let mut dated = words.clone();
    dated["columns"] = json!([{"id": "d", "dim": "entry_month"}, {"id": "m", "measure": "duty"}]);
    let found = run(&owner, &dated).await;
    assert_eq!(
        ids(&found),
        ["d", "d@before", "m", "m@before", "m@change", "m@rate"]
    );
    let before = |found: &Value| found["page"]["columns"][1].clone();
    assert_eq!(before(&found)["kind"], "month");
    assert_eq!(
        (&before(&found)["of"], &before(&found)["part"]),
        (&json!("d"), &json!("before"))
    );
    let rows = cells(&found);
    assert_eq!(rows[0][..4], ["2026-02", "2026-01", "9.50", "4.00"]);
    assert_eq!(rows[1][..4], ["-", "-", "9.50", "4.00"]);
    dated["compare"]["with"] = json!("previous_year");
    let rows = cells(&run(&owner, &dated).await);
    assert_eq!(rows[0][..4], ["2026-02", "2025-02", "9.50", "7.10"]);
    dated["columns"][0]["dim"] = json!("entry_date");
    for row in cells(&run(&owner, &dated).await) {
        let year = |day: &str, year: &str| day == "-" || day.starts_with(year);
        assert!(
            year(&row[0], "2026-02-") && year(&row[1], "2025-02-"),
            "{row:?}"
        );
        assert!(row[0] == "-" || row[0][4..] == row[1][4..], "{row:?}");
    }
    // Parts of months and quarters do not stand beside each other.
    dated["compare"]["with"] = json!("previous_period");
    for (dim, from) in [
        ("entry_month", "2026-02-03"),
        ("entry_quarter", "2026-02-01"),
        ("entry_fiscal_year", "2026-02-01"),
    ] {
        dated["columns"][0]["dim"] = json!(dim);
        dated["filter"]["value"]["from"] = json!(from);
        let ask = json!({ "definition": dated, "prompts": {}, "account_id": null });
        let refused = owner.post("/report-previews", &ask).await;
        assert_eq!(
            refused.at("/errors/0/pointer"),
            json!("/definition/columns/0"),
            "{dim} {}",
            refused.body
        );
    }
    // What would make no sense is refused at its place.
    for (change, at) in [
        (
            ("/filter/op", json!("not_empty")),
            "/definition/filter/value",
        ),
        (
            ("/filter/dim", json!("entry_month")),
            "/definition/compare/dim",
        ),
        (
            ("/compare/dim", json!("country")),
            "/definition/compare/dim",
        ),
        (
            ("/compare/with", json!("always")),
            "/definition/compare/with",
        ),
        (
            ("/columns/0/dim", json!("entry_fiscal_year")),
            "/definition/columns/0",
        ),
        (
            ("/filter/value/from", json!("2020-01-01")),
            "/definition/compare/with",
        ),
        (
            ("/mode", json!("detail")),
            "/definition/columns/2/aggregate",
        ),
    ] {
        let mut unfit = words.clone();
        unfit["compare"]["with"] = json!("previous_year");
        *unfit.pointer_mut(change.0).unwrap() = change.1;
        let ask = json!({ "definition": unfit, "prompts": {}, "account_id": null });
        let refused = owner.post("/report-previews", &ask).await;
        assert_eq!(refused.status, 422, "{at} {}", refused.body);
        assert_eq!(refused.at("/errors/0/pointer"), json!(at));
    }
}

#[tokio::test]
async fn relative_periods_are_fixed_in_a_filter() {
    let app = TestApp::start().await;
    lines(&app).await;
    let owner = app.sign_in("acme.owner").await;
    // It is 2026-03-02.
    let mut words = of("aggregate", json!([{"id": "m", "measure": "lines"}]));
    words["filter"] =
        json!({"dim": "entry_date", "op": "between", "value": {"relative": "last_year"}});
    assert_eq!(cells(&run(&owner, &words).await), [["3"]]);
    words["filter"]["dim"] = json!("entry_month");
    assert_eq!(cells(&run(&owner, &words).await), [["3"]]);
    words["filter"]["value"] = json!({"relative": "this_fiscal_year"});
    assert_eq!(cells(&run(&owner, &words).await), [["4"]]);
    for (value, at) in [
        (
            json!({"relative": "someday"}),
            "/definition/filter/value/relative",
        ),
        (
            json!({"relative": "last_year", "to": "2026-01-01"}),
            "/definition/filter/value",
        ),
        (json!({"from": "2026-01-01"}), "/definition/filter/value/to"),
        (json!({"drop": "table"}), "/definition/filter/value/drop"),
    ] {
        let mut unfit = words.clone();
        unfit["filter"]["value"] = value;
        let ask = json!({ "definition": unfit, "prompts": {}, "account_id": null });
        let refused = owner.post("/report-previews", &ask).await;
        assert_eq!(
            refused.at("/errors/0/pointer"),
            json!(at),
            "{}",
            refused.body
        );
    }
}

#[tokio::test]
async fn what_does_not_fit_together_is_refused_at_its_place() {
    let app = TestApp::start().await;
    lines(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let whole = json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate",
        "columns": [{"id": "c", "dim": "country"}, {"id": "p", "dim": "port"}, {"id": "m", "measure": "duty"}] });
    for (place, value, at) in [
        ("pivot", json!({"col": "m"}), "/pivot/col"),
        ("pivot", json!({"col": "no"}), "/pivot/col"),
        ("pivot", json!({"col": "c", "by": 1}), "/pivot/by"),
        ("compare", json!(7), "/compare"),
        (
            "columns",
            json!([{"id": "c", "dim": "country", "hidden": true}, {"id": "m", "measure": "duty"}]),
            "/columns/0/hidden",
        ),
        (
            "columns",
            json!([{"id": "c", "dim": "country", "aggregate": "min"}]),
            "/columns/0/aggregate",
        ),
        (
            "columns",
            json!([{"id": "m", "measure": "lines", "aggregate": "average"}]),
            "/columns/0/aggregate",
        ),
        (
            "columns",
            json!([{"id": "m", "measure": "duty", "aggregate": "median"}]),
            "/columns/0/aggregate",
        ),
        (
            "columns",
            json!([{"id": "m", "measure": "duty", "decimals": 2}]),
            "/columns/0/decimals",
        ),
        (
            "columns",
            json!([{"id": "m", "measure": "duty", "aggregate": "average", "decimals": 7}]),
            "/columns/0/decimals",
        ),
        (
            "columns",
            json!([{"id": "r", "rank": "m"}, {"id": "m", "measure": "duty"}]),
            "/columns/0/rank",
        ),
        (
            "columns",
            json!([{"id": "d", "distinct": "port"}, {"id": "s", "share": "d"}]),
            "/columns/1/share",
        ),
        (
            "columns",
            json!([{"id": "c", "dim": "country", "measure": "duty"}]),
            "/columns/0",
        ),
    ] {
        let mut unfit = whole.clone();
        unfit[place] = value;
        let ask = json!({ "definition": unfit, "prompts": {}, "account_id": null });
        let refused = owner.post("/report-previews", &ask).await;
        assert_eq!(refused.status, 422, "{at} {}", refused.body);
        assert_eq!(
            refused.at("/errors/0/pointer"),
            json!(format!("/definition{at}"))
        );
    }
}
