//! Definitions, prompts and numbers that do not fit, over HTTP: each refused in words at its place, and nothing is kept.

use quaymaster_tests::TestApp;
use serde_json::{Value, json};

use super::reports::{by_country, run, scene};

fn run_of(definition: Value, prompts: Value) -> Value {
    json!({ "report": null, "definition": definition, "prompts": prompts, "account_id": null, "fresh": true })
}

fn with(pointer: &str, value: Value) -> Value {
    let mut definition = by_country();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let below = definition.pointer_mut(parent).unwrap();
    match below {
        Value::Array(items) => {
            let at: usize = name.parse().unwrap();
            if at < items.len() {
                items[at] = value;
            } else {
                items.push(value);
            }
        }
        other => other[name] = value,
    }
    definition
}

#[tokio::test]
async fn every_part_of_a_definition_that_does_not_fit_is_named() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let long = "x".repeat(201);
    let calc = |calc: Value| json!({"id": "x9", "label": "X", "type": "decimal", "calc": calc});
    let five_deep =
        json!({"add": [{"add": [{"add": [{"add": [{"add": ["1", "1"]}, "1"]}, "1"]}, "1"]}, "1"]});
    let cases = [
        // What nobody knows, wherever it stands.
        ("/sql", json!("DROP TABLE users"), "/definition/sql"),
        ("/columns/0/sql", json!("1=1"), "/definition/columns/0/sql"),
        (
            "/top",
            json!({"col": "m1", "n": 3, "by": "x"}),
            "/definition/top/by",
        ),
        (
            "/breaks",
            json!([{"col": "c1", "x": 1}]),
            "/definition/breaks/0/x",
        ),
        (
            "/sort",
            json!([{"col": "m1", "nulls": "first"}]),
            "/definition/sort/0/nulls",
        ),
        (
            "/prompts",
            json!([{"id": "p", "label": "P", "kind": "x"}]),
            "/definition/prompts/0/kind",
        ),
        (
            "/views",
            json!([{"kind": "bar", "html": "<b>"}]),
            "/definition/views/0/html",
        ),
        (
            "/having",
            json!({"col": "m1", "op": "gt", "value": "1", "or": 1}),
            "/definition/having/or",
        ),
        (
            "/alerts",
            json!([{"when": {"gt": [{"col": "m1"}, "1"]}, "style": "warn", "mail": 1}]),
            "/definition/alerts/0/mail",
        ),
        (
            "/filter",
            json!({"dim": "country", "op": "eq", "value": "CN", "raw": 1}),
            "/definition/filter/raw",
        ),
        // Names that mean nothing, and names that mean something else here.
        ("/v", json!(2), "/definition/v"),
        ("/mode", json!("both"), "/definition/mode"),
        ("/subject", json!("passwords"), "/definition/subject"),
        (
            "/columns/0/dim",
            json!("password_hash"),
            "/definition/columns/0/dim",
        ),
        ("/columns/0/dim", json!("duty"), "/definition/columns/0/dim"),
        (
            "/columns/1/measure",
            json!("country"),
            "/definition/columns/1/measure",
        ),
        ("/columns/1/id", json!("c1"), "/definition/columns/1/id"),
        (
            "/columns/0/label",
            json!(long),
            "/definition/columns/0/label",
        ),
        ("/columns", json!("all"), "/definition/columns"),
        (
            "/sort",
            json!([{"col": "m7", "dir": "asc"}]),
            "/definition/sort/0/col",
        ),
        (
            "/sort",
            json!([{"col": "m1", "dir": "up"}]),
            "/definition/sort/0/dir",
        ),
        (
            "/breaks",
            json!([{"col": "m1"}]),
            "/definition/breaks/0/col",
        ),
        ("/top", json!({"col": "m7", "n": 3}), "/definition/top/col"),
        ("/grand_total", json!("yes"), "/definition/grand_total"),
        // Limits that are none.
        ("/top", json!({"col": "m1", "n": -1}), "/definition/top/n"),
        ("/top", json!({"col": "m1", "n": 0}), "/definition/top/n"),
        (
            "/top",
            json!({"col": "m1", "n": 1e300}),
            "/definition/top/n",
        ),
        // Expressions that do not type, or that nobody could follow.
        (
            "/columns/4",
            calc(json!({"add": [{"col": "c1"}, "1"]})),
            "/definition/columns/4/calc/add/0/col",
        ),
        (
            "/columns/4",
            calc(json!({"add": [{"col": "m1"}, 1]})),
            "/definition/columns/4/calc/add/1",
        ),
        (
            "/columns/4",
            calc(json!({"add": ["1"]})),
            "/definition/columns/4/calc/add",
        ),
        (
            "/columns/4",
            calc(json!({"add": ["1", "1e308"]})),
            "/definition/columns/4/calc/add/1",
        ),
        (
            "/columns/4",
            calc(json!({"pow": ["1", "2"]})),
            "/definition/columns/4/calc/pow",
        ),
        (
            "/columns/4",
            calc(json!({"add": ["1", "1"], "mul": ["1", "1"]})),
            "/definition/columns/4/calc",
        ),
        (
            "/columns/4",
            calc(json!({"add": [{"col": "x9"}, "1"]})),
            "/definition/columns/4/calc/add/0/col",
        ),
        (
            "/columns/4",
            calc(five_deep),
            "/definition/columns/4/calc/add/0/add/0/add/0/add/0",
        ),
        // Comparisons with what cannot be compared.
        (
            "/filter",
            json!({"dim": "country", "op": "gt", "value": "CN"}),
            "/definition/filter/op",
        ),
        (
            "/filter",
            json!({"dim": "duty", "op": "gt", "value": "1"}),
            "/definition/filter/dim",
        ),
        (
            "/filter",
            json!({"dim": "line", "op": "eq", "value": "one"}),
            "/definition/filter/value",
        ),
        (
            "/filter",
            json!({"dim": "line", "op": "eq", "value": "1e308"}),
            "/definition/filter/value",
        ),
        (
            "/filter",
            json!({"dim": "entry_date", "op": "between", "value": ["2026-01-01"]}),
            "/definition/filter/value",
        ),
        (
            "/filter",
            json!({"dim": "entry_date", "op": "eq", "value": "2026-02-31"}),
            "/definition/filter/value",
        ),
        (
            "/filter",
            json!({"dim": "country", "op": "eq", "value": {"a": 1}}),
            "/definition/filter/value",
        ),
        (
            "/filter",
            json!({"dim": "country", "op": "eq", "prompt": "p9"}),
            "/definition/filter/prompt",
        ),
        (
            "/filter",
            json!({"and": [], "or": []}),
            "/definition/filter",
        ),
        ("/filter", json!([1]), "/definition/filter"),
        (
            "/having",
            json!({"col": "m1", "op": "gt", "value": 1}),
            "/definition/having",
        ),
    ];
    for (pointer, value, at) in cases {
        let definition = with(pointer, value);
        // The same words for whoever looks, runs and saves.
        let look = json!({ "definition": definition, "prompts": {}, "account_id": null });
        let save = json!({ "name": "N", "description": "", "folder": "", "definition": definition, "based_on": null });
        let mut ways = vec![
            owner.post("/report-previews", &look).await,
            owner
                .post("/report-runs", &run_of(definition.clone(), json!({})))
                .await,
        ];
        // Values are compared with when it is run: until then nothing is known of prompts.
        if !at.ends_with("/filter/value") {
            ways.push(owner.post("/reports", &save).await);
        }
        for answer in ways {
            assert_eq!(answer.status, 422, "{at} {}", answer.body);
            assert_eq!(answer.at("/errors/0/pointer"), json!(at), "{}", answer.body);
            let words = answer.at("/errors/0/detail");
            assert!(words.as_str().is_some_and(|w| w.len() > 10), "{at} {words}");
        }
    }
    let kept = app
        .database
        .number("SELECT COUNT(*) AS n FROM report_runs")
        .await;
    assert_eq!(kept, 0);
    let saved = app
        .database
        .number("SELECT COUNT(*) AS n FROM saved_reports")
        .await;
    assert_eq!(saved, 0);
}

#[tokio::test]
async fn what_is_too_large_or_too_deep_does_not_get_in() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    // Ten megabytes.
    let big = with("/columns/0/label", json!("x".repeat(10 << 20)));
    let answer = owner.post("/report-runs", &run_of(big, json!({}))).await;
    assert_eq!(
        answer.outcome(),
        (413, "too-large".to_owned()),
        "{}",
        answer.body
    );
    // A thousand levels: written by hand, as building it would take the same recursion.
    let deep = format!(
        "{{\"report\": null, \"definition\": {{\"v\": 1, \"subject\": \"entry_lines\", \"mode\": \"detail\", \"columns\": [{{\"id\": \"a\", \"dim\": \"country\"}}], \"filter\": {}{}}}, \"prompts\": {{}}, \"account_id\": null, \"fresh\": true}}",
        "{\"and\": [".repeat(1000),
        "]}".repeat(1000)
    );
    let answer = owner
        .send(
            reqwest::Method::POST,
            "/report-runs",
            Some("application/json"),
            deep.into_bytes(),
        )
        .await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert!(
        answer
            .at("/detail")
            .as_str()
            .is_some_and(|w| w.contains("nested too deeply")),
        "{}",
        answer.body
    );
    // Fifty levels can be read, and are refused where the fifth begins.
    let mut nested = json!({"dim": "country", "op": "eq", "value": "CN"});
    for _ in 0..50 {
        nested = json!({ "and": [nested] });
    }
    let answer = owner
        .post("/report-runs", &run_of(with("/filter", nested), json!({})))
        .await;
    assert_eq!(
        answer.at("/errors/0/pointer"),
        json!("/definition/filter/and/0/and/0/and/0/and/0")
    );
    // One more of everything than there may be.
    let one = json!({"dim": "country", "op": "eq", "value": "CN"});
    let columns: Vec<Value> = (0..65)
        .map(|n| json!({"id": format!("c{n}"), "dim": "country"}))
        .collect();
    let mut calculated = vec![json!({"id": "m", "measure": "duty"})];
    calculated.extend(
        (0..9).map(|n| json!({"id": format!("x{n}"), "calc": {"add": [{"col": "m"}, "1"]}})),
    );
    let values: Vec<Value> = (0..1001).map(|n| json!(n.to_string())).collect();
    for (pointer, value, at) in [
        ("/columns", json!(columns), "/definition/columns"),
        ("/columns", json!(calculated), "/definition/columns/9"),
        (
            "/filter",
            json!({"and": vec![one.clone(); 33]}),
            "/definition/filter/and",
        ),
        (
            "/filter",
            json!({"and": [{"or": vec![one.clone(); 32]}, one]}),
            "/definition/filter/and/1",
        ),
        (
            "/filter",
            json!({"dim": "country", "op": "in", "value": values}),
            "/definition/filter/value",
        ),
        (
            "/breaks",
            json!([{"col": "c1"}, {"col": "c1"}, {"col": "c1"}, {"col": "c1"}]),
            "/definition/breaks",
        ),
        (
            "/breaks",
            json!([{"col": "c1"}, {"col": "c1"}]),
            "/definition/breaks",
        ),
    ] {
        let mut definition = with(pointer, value);
        if pointer == "/columns" {
            definition["sort"] = Value::Null;
        }
        let answer = owner
            .post("/report-runs", &run_of(definition, json!({})))
            .await;
        assert_eq!(answer.status, 422, "{at} {}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), json!(at), "{}", answer.body);
    }
}

#[tokio::test]
async fn prompts_of_another_type_are_named() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let mut definition = by_country();
    definition["prompts"] = json!([
        {"id": "p1", "label": "Period", "required": true},
        {"id": "p2", "label": "Countries", "multi": true},
        {"id": "p3", "label": "Line"},
    ]);
    definition["filter"] = json!({"and": [
        {"dim": "entry_date", "op": "between", "prompt": "p1"},
        {"dim": "country", "op": "in", "prompt": "p2"},
        {"dim": "line", "op": "ge", "prompt": "p3"},
    ]});
    let period = json!({"from": "2026-02-01", "to": "2026-02-28"});
    for (prompts, at) in [
        (json!({}), "/prompts/p1"),
        (json!({"p1": null}), "/prompts/p1"),
        (json!({"p1": "2026-02-01"}), "/prompts/p1"),
        (json!({"p1": ["2026-02-01", "2026-02-28"]}), "/prompts/p1"),
        (json!({"p1": {"from": "2026-02-01"}}), "/prompts/p1"),
        (
            json!({"p1": {"from": "2026-02-01", "to": "2026-02-31"}}),
            "/prompts/p1",
        ),
        (
            json!({"p1": {"from": 1, "to": "2026-02-28"}}),
            "/prompts/p1/from",
        ),
        (
            json!({"p1": {"relative": "some_day"}}),
            "/prompts/p1/relative",
        ),
        (json!({"p1": period, "p2": {"a": {"b": {}}}}), "/prompts/p2"),
        (json!({"p1": period, "p2": ["CN", {"x": 1}]}), "/prompts/p2"),
        (json!({"p1": period, "p3": "one"}), "/prompts/p3"),
        (json!({"p1": period, "p3": "1e308"}), "/prompts/p3"),
        (json!({"p1": period, "p9": "1"}), "/prompts/p9"),
    ] {
        let answer = owner
            .post("/report-runs", &run_of(definition.clone(), prompts.clone()))
            .await;
        assert_eq!(answer.status, 422, "{prompts} {}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), json!(at), "{}", answer.body);
    }
    for prompts in [
        json!({"p1": 7}),
        json!({"p1": true}),
        json!([]),
        json!("p1"),
    ] {
        let answer = owner
            .post("/report-runs", &run_of(definition.clone(), prompts.clone()))
            .await;
        assert!(
            [400, 422].contains(&answer.status),
            "{prompts} {}",
            answer.body
        );
        assert!(answer.body.contains("/prompts"), "{}", answer.body);
    }
    // Everything in its place is answered: a prompt without an answer leaves everything in.
    let fits = owner
        .post(
            "/report-runs",
            &run_of(definition, json!({"p1": period, "p2": ["CN"]})),
        )
        .await;
    assert_eq!(
        fits.at("/page/rows/0/cells/1"),
        json!("75.00"),
        "{}",
        fits.body
    );
}

#[tokio::test]
async fn limits_below_zero_are_refused() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let found = run(&owner, &by_country()).await;
    let id = found["run"]["id"].as_str().unwrap();
    for query in [
        "limit=-1",
        "limit=0",
        "limit=1001",
        "limit=x",
        "from=-1",
        "from=1e9",
        "page=2",
    ] {
        let answer = owner.get(&format!("/report-runs/{id}/rows?{query}")).await;
        assert!(
            [400, 422].contains(&answer.status),
            "{query} {}",
            answer.body
        );
        let pointer = answer.at("/errors/0/pointer");
        let name = query.split('=').next().unwrap();
        assert_eq!(pointer, json!(format!("?{name}")), "{}", answer.body);
    }
    // Beyond the end there is nothing, which is no mistake.
    let beyond = owner
        .get(&format!("/report-runs/{id}/rows?from=999999&limit=5"))
        .await;
    assert_eq!(beyond.at("/rows"), json!([]));
    assert_eq!(beyond.at("/total"), json!(3));
    let format = owner
        .get(&format!("/report-runs/{id}/export?format=exe"))
        .await;
    assert!([400, 422].contains(&format.status), "{}", format.body);
}
