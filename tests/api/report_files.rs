//! Files of a run against its page, read by programs that have nothing to do with the portal.

use std::path::Path;
use std::process::Command;

use quaymaster_tests::TestApp;
use serde_json::{Value, json};

use super::reports::{run, scene};

/// Compares what was written with what the page says.
fn compare(folder: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let python = root.join("target/test-tools/venv/bin/python");
    assert!(
        python.exists(),
        "the reader of spreadsheets is not installed; run tests/scripts/setup.sh test"
    );
    let done = Command::new(python)
        .arg(root.join("tests/scripts/report_files.py"))
        .arg(folder)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}

#[tokio::test]
async fn independent_readers_find_in_files_what_the_page_shows() {
    let app = TestApp::start().await;
    scene(&app).await;
    // More than a chunk of rows, with texts that look like formulas, quotes, signs beyond ASCII, nothing, and large amounts.
    app.world()
        .execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1234) \
             INSERT INTO entry_lines (entry_number, line_no, ordinal, importer_key, filer_code, port, entry_type, mode, entry_date, hts, country_origin, manufacturer_id, value_cents, duty_cents, is_first) \
             SELECT 'XYZ' || CAST(10000000 + i AS TEXT), i, 1, '00-000000100', 'XYZ', '2704', '01', '11', '2026-0' || CAST(1 + i % 3 AS TEXT) || '-1' || CAST(i % 10 AS TEXT), \
             '640399' || CAST(1000 + i % 7 AS TEXT), \
             CASE i % 5 WHEN 0 THEN '=1+2' WHEN 1 THEN '@SUM(A1)' WHEN 2 THEN 'C\u{d4}' WHEN 3 THEN '\"q\", x' ELSE 'CN' END, \
             CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '+4' WHEN 2 THEN '-x' ELSE '001' END, \
             CAST(i AS BIGINT) * 99999999, (i - 600) * 1001, 1 FROM n",
            Vec::new(),
        )
        .await;
    let owner = app.sign_in("acme.owner").await;
    let single = json!({ "v": 1, "subject": "entry_lines", "mode": "detail", "grand_total": true,
        "columns": [{"id": "a", "dim": "entry_number"}, {"id": "b", "dim": "line"}, {"id": "c", "dim": "entry_date"},
                    {"id": "d", "dim": "country"}, {"id": "e", "dim": "manufacturer"}, {"id": "v", "measure": "entered_value"},
                    {"id": "m", "measure": "duty"}],
        "sort": [{"col": "b", "dir": "desc"}] });
    let grouped = json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate", "grand_total": true,
        "columns": [{"id": "a", "dim": "entry_month"}, {"id": "d", "dim": "country"}, {"id": "n", "distinct": "hts"},
                    {"id": "v", "measure": "entered_value"}, {"id": "m", "measure": "duty"},
                    {"id": "x", "label": "Rate", "type": "percent", "calc": {"div": [{"col": "m"}, {"col": "v"}]}},
                    {"id": "y", "label": "Each", "type": "decimal", "calc": {"div": [{"col": "v"}, {"col": "n"}]}}],
        "breaks": [{"col": "a"}] });
    for definition in [single, grouped] {
        let found = run(&owner, &definition).await;
        let id = found["run"]["id"].as_str().unwrap();
        let mut page = json!({ "columns": found["page"]["columns"], "rows": [] });
        let total = found["page"]["total"].as_u64().unwrap();
        for from in (0..total).step_by(700) {
            let part = owner
                .get(&format!("/report-runs/{id}/rows?from={from}&limit=700"))
                .await
                .ok();
            let rows: &mut Vec<Value> = page["rows"].as_array_mut().unwrap();
            rows.extend(part["rows"].as_array().unwrap().iter().cloned());
        }
        assert_eq!(page["rows"].as_array().unwrap().len() as u64, total);
        let folder = tempfile::TempDir::new().unwrap();
        std::fs::write(folder.path().join("page.json"), page.to_string()).unwrap();
        for format in ["csv", "xlsx", "pdf"] {
            // As they are: a file is no text.
            let answer = app
                .client
                .get(format!(
                    "http://{}/api/v1/report-runs/{id}/export?format={format}",
                    app.address
                ))
                .bearer_auth(owner.token.as_deref().unwrap())
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status().as_u16(), 200);
            let bytes = answer.bytes().await.unwrap();
            std::fs::write(folder.path().join(format!("report.{format}")), bytes).unwrap();
        }
        compare(folder.path());
    }
}
