//! Reports by the monthly sums: the same answers as from the lines themselves, and no use of sums that are out of step.

use quaymaster_service::records::sums;
use quaymaster_tests::{Caller, TestApp};
use serde_json::{Value, json};

use super::reports::{cells, importer};

/// Lines of two importers over five months; some have no amount at all.
async fn lines(app: &TestApp) {
    app.world()
        .execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90) \
             INSERT INTO entry_lines (entry_number, line_no, ordinal, importer_key, filer_code, port, entry_type, mode, entry_date, hts, country_origin, value_cents, duty_cents, mpf_cents, is_first) \
             SELECT 'XYZ' || CAST(10000000 + i AS TEXT), i, 1, CASE i % 3 WHEN 0 THEN '00-000000200' ELSE '00-000000100' END, \
             CASE i % 2 WHEN 0 THEN 'XYZ' ELSE 'ABC' END, '2704', '01', '11', \
             '2026-0' || CAST(1 + i % 5 AS TEXT) || '-' || CAST(10 + i % 19 AS TEXT), '6403991234', 'CN', \
             i * 1000, CASE i % 5 WHEN 4 THEN NULL ELSE i * 10 END, NULL, i % 2 FROM n",
            Vec::new(),
        )
        .await;
    sums::repair(&app.services).await.unwrap();
}

fn definition(columns: &[&str], filter: &[Value]) -> Value {
    let mut all: Vec<Value> = columns
        .iter()
        .map(|dim| json!({ "id": dim, "dim": dim }))
        .collect();
    for measure in ["entered_value", "duty", "mpf", "entries", "lines"] {
        all.push(json!({ "id": measure, "measure": measure }));
    }
    all.push(json!({ "id": "filers", "distinct": "filer" }));
    json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate", "columns": all, "grand_total": true, "filter": { "and": filter } })
}

async fn answered(by: &Caller, definition: &Value) -> Vec<Vec<String>> {
    let ask = json!({ "report": null, "definition": definition, "prompts": {}, "account_id": null, "fresh": true });
    let answer = by.post("/report-runs", &ask).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    cells(&answer.json())
}

/// The same rows count, but only the lines know it.
fn by_lines(filter: &[Value]) -> Vec<Value> {
    let every_port = json!({ "dim": "port", "op": "not_empty" });
    filter.iter().cloned().chain([every_port]).collect()
}

#[tokio::test]
async fn sums_and_lines_agree() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    importer(&app, &acme, "00-000000100").await;
    lines(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let day = |op: &str, value: Value| json!({ "dim": "entry_date", "op": op, "value": value });
    let filters = [
        vec![],
        vec![day("between", json!(["2026-02-01", "2026-04-30"]))],
        vec![day("ge", json!("2026-03-01"))],
        vec![day("le", json!("2026-02-28"))],
        // Ends within a month.
        vec![day("between", json!(["2026-02-01", "2026-04-15"]))],
        vec![json!({ "dim": "entry_month", "op": "ne", "value": "2026-02" })],
        vec![json!({ "dim": "filer", "op": "starts_with", "value": "X" })],
    ];
    for filter in &filters {
        for columns in [
            &["entry_month"][..],
            &["importer", "entry_year"],
            &["filer"],
            &[],
        ] {
            let one = answered(&owner, &definition(columns, filter)).await;
            let other = answered(&owner, &definition(columns, &by_lines(filter))).await;
            assert_eq!(one, other, "{columns:?} {filter:?}");
            assert!(!one.is_empty());
        }
    }
}

#[tokio::test]
async fn sums_that_are_out_of_step_are_not_used() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    importer(&app, &acme, "00-000000100").await;
    lines(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let question = definition(&["entry_month"], &[]);
    let lines_say = answered(&owner, &definition(&["entry_month"], &by_lines(&[]))).await;
    assert_eq!(answered(&owner, &question).await, lines_say);

    let world = app.world();
    let more = "UPDATE record_months SET duty_cents = duty_cents + 700";
    world.execute(more, Vec::new()).await;
    // Proof that they are what is read.
    assert_ne!(answered(&owner, &question).await, lines_say);
    assert!(!sums::check(&app.services).await.unwrap());
    assert_eq!(answered(&owner, &question).await, lines_say);

    world.execute(more, Vec::new()).await;
    let later = "UPDATE record_epoch SET facts = facts + 1";
    world.execute(later, Vec::new()).await;
    assert_eq!(answered(&owner, &question).await, lines_say);
}
