//! Values to choose from and counts of different values over HTTP: only those of the own rows, and counted anew for each total.

use std::collections::BTreeSet;

use quaymaster_tests::TestApp;
use serde_json::{Value, json};

use super::reports::{cells, line, may_report, run, scene};

fn values(answer: &Value) -> Vec<&str> {
    answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["value"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn values_are_those_of_the_own_rows() {
    let app = TestApp::start().await;
    let (acme, other) = scene(&app).await;
    line(&app, "ABC00000055", "00-000000100", "CA", 400).await;
    let owner = app.sign_in("acme.owner").await;
    let list = "/report-values?subject=entry_lines&dim=country";
    let found = owner.get(list).await.ok();
    assert_eq!(values(&found), ["=HYPERLINK(1)", "CA", "CN"]);
    assert_eq!(found["more"], false);
    assert_eq!(
        values(&owner.get(&format!("{list}&q=c")).await.ok()),
        ["CA", "CN"]
    );
    let cut = owner.get(&format!("{list}&q=C&limit=1")).await.ok();
    assert_eq!(values(&cut), ["CA"]);
    assert_eq!(cut["more"], true);
    // Letters that mean something to a database mean themselves.
    for q in ["%25", "_", "'", "C%25", "%27)--"] {
        assert_eq!(
            owner.get(&format!("{list}&q={q}")).await.ok()["items"],
            json!([]),
            "{q}"
        );
    }
    // A renamed dimension, a number, a month.
    let renamed = owner
        .get("/report-values?subject=entry_lines&dim=country_of_origin")
        .await;
    assert_eq!(values(&renamed.ok()).len(), 3);
    let lines = owner
        .get("/report-values?subject=entry_lines&dim=line")
        .await;
    assert_eq!(values(&lines.ok()), ["1"]);
    let months = owner
        .get("/report-values?subject=entry_lines&dim=entry_month&q=2026")
        .await;
    assert_eq!(values(&months.ok()), ["2026-02"]);
    let number = owner
        .get("/report-values?subject=entry_lines&dim=entry_number&limit=1")
        .await;
    assert_eq!(number.at("/items/0/label"), json!("ABC-0000001-1"));
    // The other company sees its own, and an account that is not in reach is not there.
    let stranger = app.sign_in("other.owner").await;
    assert_eq!(values(&stranger.get(list).await.ok()), ["VN"]);
    let foreign = format!("{list}&account_id={}", other.account.0);
    assert_eq!(owner.get(&foreign).await.status, 404);
    for (query, at) in [
        ("subject=passwords&dim=country", "?subject"),
        ("subject=entry_lines&dim=duty", "?dim"),
        ("subject=entry_lines&dim=nothing", "?dim"),
        ("subject=entry_lines&dim=line&q=1", "?q"),
        ("subject=entry_lines&dim=country&limit=0", "?limit"),
        ("subject=entry_lines&dim=country&limit=201", "?limit"),
    ] {
        let answer = owner.get(&format!("/report-values?{query}")).await;
        assert_eq!(answer.status, 422, "{query} {}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), json!(at));
    }
    // Without the right to reports there is no list, and people of accounts are for those who look after them.
    let user = app.sign_in("acme.user").await;
    assert_eq!(user.get(list).await.status, 403);
    may_report(&app, &acme, "run").await;
    let user = app.sign_in("acme.user").await;
    assert_eq!(values(&user.get(list).await.ok()).len(), 3);
    let people = user.get("/report-values?subject=users&dim=role").await;
    assert_eq!(people.at("/errors/0/pointer"), json!("?subject"));
}

#[tokio::test]
async fn different_values_are_counted_anew_for_each_total() {
    let app = TestApp::start().await;
    scene(&app).await;
    // Country, entry: the same country under several numbers of goods.
    let lines = [("CN", 6), ("CN", 7), ("VN", 7), ("CN", 6), ("VN", 6)];
    for (n, (country, duty)) in lines.iter().enumerate() {
        line(
            &app,
            &format!("ABC0000{n:03}9"),
            "00-000000100",
            country,
            *duty,
        )
        .await;
        app.world()
            .execute(
                "UPDATE entry_lines SET hts = ?, port = ? WHERE entry_number = ?",
                vec![
                    format!("640399{n:04}").into(),
                    if *duty == 6 { "2704" } else { "1001" }.into(),
                    format!("ABC0000{n:03}9").into(),
                ],
            )
            .await;
    }
    let owner = app.sign_in("acme.owner").await;
    let definition = json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate",
        "columns": [{"id": "c1", "dim": "port"}, {"id": "c2", "dim": "country"}, {"id": "d1", "distinct": "hts"},
                    {"id": "d2", "distinct": "country", "label": "Countries"}, {"id": "m1", "measure": "lines"},
                    {"id": "x1", "label": "Each", "type": "decimal", "calc": {"div": [{"col": "m1"}, {"col": "d1"}]}}],
        "breaks": [{"col": "c1"}], "grand_total": true });
    let found = run(&owner, &definition).await;
    assert_eq!(
        found["page"]["columns"][2]["label"],
        "HTS number, different"
    );
    assert_eq!(found["page"]["columns"][2]["kind"], "integer");
    // The slow, obviously right way: every row, and sets.
    let single = json!({ "v": 1, "subject": "entry_lines", "mode": "detail",
        "columns": [{"id": "a", "dim": "port"}, {"id": "b", "dim": "country"}, {"id": "c", "dim": "hts"}] });
    let rows = cells(&run(&owner, &single).await);
    let mut kinds = Vec::new();
    for (row, shown) in found["page"]["rows"]
        .as_array()
        .unwrap()
        .iter()
        .zip(cells(&found))
    {
        let of: Vec<&Vec<String>> = rows
            .iter()
            .filter(|r| [&shown[0], "-"].contains(&r[0].as_str()) || shown[0] == "-")
            .filter(|r| shown[1] == "-" || r[1] == shown[1])
            .collect();
        let hts: BTreeSet<&str> = of.iter().map(|r| r[2].as_str()).collect();
        let countries: BTreeSet<&str> = of.iter().map(|r| r[1].as_str()).collect();
        assert_eq!(shown[2], hts.len().to_string(), "{shown:?}");
        assert_eq!(shown[3], countries.len().to_string(), "{shown:?}");
        assert_eq!(shown[4], of.len().to_string(), "{shown:?}");
        kinds.push(row["kind"].as_str().unwrap());
    }
    assert_eq!(kinds.iter().filter(|k| **k == "subtotal").count(), 2);
    assert_eq!(kinds.last(), Some(&"grand_total"));
    // Groups that are left out cannot be taken out of a count: the total is empty rather than wrong.
    let mut some = definition.clone();
    some["having"] = json!({"col": "d1", "op": "ge", "value": "2"});
    let some = run(&owner, &some).await;
    assert_eq!(cells(&some).last().unwrap()[2], "-");
    // Single rows have nothing to count.
    let mut detail = definition;
    detail["mode"] = json!("detail");
    let ask = json!({ "definition": detail, "prompts": {}, "account_id": null });
    let refused = owner.post("/report-previews", &ask).await;
    assert_eq!(
        refused.at("/errors/0/pointer"),
        json!("/definition/columns/2/distinct")
    );
}
