//! The life of runs over HTTP: joined, stopped, found again after their worker is gone, over their time, cut by the limit of
//! rows; and saved reports whose members changed.

use chrono::Duration;
use quaymaster_service::{Settings, reports};
use quaymaster_tests::{Caller, TestApp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::reports::{by_country, cells, line, run, scene};

fn ask(definition: &Value, fresh: bool) -> Value {
    json!({ "report": null, "definition": definition, "prompts": {}, "account_id": null, "fresh": fresh })
}

fn id_of(run: &Value) -> String {
    run["run"]["id"].as_str().unwrap().to_owned()
}

/// As if the process that works on it had been killed a moment ago.
async fn leave(app: &TestApp, id: &str) {
    let world = app.world();
    world
        .execute("DELETE FROM report_snapshots", Vec::new())
        .await;
    // It has not ended yet, so nobody was told of an end.
    world
        .execute("DELETE FROM account_events", Vec::new())
        .await;
    world
        .execute(
            "UPDATE report_runs SET state = 'running', lane = 'interactive', taken_at = ?, snapshot_id = NULL, finished_at = NULL, expires_at = NULL WHERE id = ?",
            vec![app.services.now().into(), Uuid::parse_str(id).unwrap().into()],
        )
        .await;
}

async fn state(by: &Caller, id: &str) -> Value {
    by.get(&format!("/report-runs/{id}")).await.at("/state")
}

#[tokio::test]
async fn equal_runs_join_and_orphans_come_back() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let first = id_of(&run(&owner, &by_country()).await);
    leave(&app, &first).await;
    // The same question waits for the one that is worked on.
    let joined = owner.post("/report-runs", &ask(&by_country(), false)).await;
    assert_eq!(joined.status, 202, "{}", joined.body);
    assert_eq!(joined.at("/page"), Value::Null);
    assert_eq!(joined.at("/run/state"), json!("queued"));
    let second = id_of(&joined.json());
    // Its worker may still be alive: nobody takes it yet.
    assert_eq!(reports::work_due(&app.services).await.unwrap(), 0);
    assert_eq!(state(&owner, &first).await, "running");
    app.clock.advance(Duration::seconds(61));
    assert_eq!(reports::work_due(&app.services).await.unwrap(), 1);
    let owners = owner.get(&format!("/report-runs/{first}")).await;
    assert_eq!(owners.at("/state"), json!("done"));
    // Nobody waits for it at the screen any more.
    assert_eq!(owners.at("/lane"), json!("batch"));
    let other = owner.get(&format!("/report-runs/{second}")).await;
    assert_eq!(other.at("/state"), json!("done"));
    assert_eq!(other.at("/from_cache"), json!(true));
    for id in [&first, &second] {
        let rows = owner.get(&format!("/report-runs/{id}/rows")).await;
        assert_eq!(rows.at("/rows/0/cells/1"), json!("75.00"));
        assert_eq!(rows.at("/total"), json!(3));
    }
    // One set of rows for both.
    let kept = app
        .database
        .number("SELECT COUNT(*) AS n FROM report_snapshots")
        .await;
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn a_run_of_single_rows_from_the_queue_knows_how_many_there_will_be() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let single = json!({ "v": 1, "subject": "entry_lines", "mode": "detail", "columns": [{"id": "c", "dim": "country"}],
        "filter": {"dim": "country", "op": "eq", "value": "CN"} });
    for (definition, wanted) in [(single, json!(2)), (by_country(), Value::Null)] {
        let id = id_of(&run(&owner, &definition).await);
        leave(&app, &id).await;
        app.clock.advance(Duration::seconds(61));
        assert_eq!(reports::work_due(&app.services).await.unwrap(), 1);
        let done = owner.get(&format!("/report-runs/{id}")).await;
        assert_eq!(done.at("/state"), json!("done"));
        assert_eq!(done.at("/rows_expected"), wanted);
    }
}

#[tokio::test]
async fn a_cancelled_run_stops_and_whoever_joined_goes_on() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let first = id_of(&run(&owner, &by_country()).await);
    let over = owner
        .post_empty(&format!("/report-runs/{first}/cancellation"))
        .await;
    assert_eq!(over.outcome(), (409, "run-state".to_owned()));
    leave(&app, &first).await;
    let proxy = app.sign_in("acme.proxy").await;
    let joined = owner.post("/report-runs", &ask(&by_country(), false)).await;
    let second = id_of(&joined.json());
    let path = format!("/report-runs/{first}");
    let foreign = proxy.post_empty(&format!("{path}/cancellation")).await;
    assert_eq!(foreign.status, 404);
    let early = owner.get(&format!("{path}/rows")).await;
    assert_eq!(early.outcome(), (409, "run-state".to_owned()));
    let stopped = owner.post_empty(&format!("{path}/cancellation")).await;
    assert_eq!(stopped.at("/state"), json!("cancelled"), "{}", stopped.body);
    for way in ["rows", "export?format=csv"] {
        let answer = owner.get(&format!("{path}/{way}")).await;
        assert_eq!(answer.outcome(), (409, "run-state".to_owned()));
    }
    let listed = owner.get("/report-runs?state=cancelled").await;
    assert_eq!(listed.at("/items/0/id"), json!(first));
    // The other one is no orphan of it.
    assert_eq!(reports::work_due(&app.services).await.unwrap(), 1);
    assert_eq!(state(&owner, &second).await, "done");
    app.clock.advance(Duration::seconds(61));
    reports::work_due(&app.services).await.unwrap();
    assert_eq!(state(&owner, &first).await, "cancelled");
}

#[tokio::test]
async fn both_lanes_are_worked_on_and_a_person_has_five_open_runs() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let mut ids = Vec::new();
    for n in 0..5 {
        let mut definition = by_country();
        definition["top"] = json!({"col": "m1", "n": n + 1});
        let id = id_of(&run(&owner, &definition).await);
        leave(&app, &id).await;
        ids.push(id);
    }
    let sixth = owner.post("/report-runs", &ask(&by_country(), true)).await;
    assert_eq!(sixth.outcome(), (409, "report-limit".to_owned()));
    // Nobody else has to wait for that.
    let proxy = app.sign_in("acme.proxy").await;
    assert_eq!(
        proxy
            .post("/report-runs", &ask(&by_country(), true))
            .await
            .status,
        200
    );
    for (n, id) in ids.iter().enumerate() {
        let lane = if n % 2 == 0 { "interactive" } else { "batch" };
        app.world()
            .execute(
                "UPDATE report_runs SET state = 'queued', lane = ? WHERE id = ?",
                vec![lane.into(), Uuid::parse_str(id).unwrap().into()],
            )
            .await;
    }
    assert_eq!(reports::work_due(&app.services).await.unwrap(), 5);
    for (n, id) in ids.iter().enumerate() {
        let done = owner.get(&format!("/report-runs/{id}")).await;
        assert_eq!(done.at("/state"), json!("done"));
        assert_eq!(
            done.at("/lane"),
            json!(if n % 2 == 0 { "interactive" } else { "batch" })
        );
    }
    assert_eq!(
        owner
            .post("/report-runs", &ask(&by_country(), true))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn rows_are_kept_for_a_day() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let found = run(&owner, &by_country()).await;
    let id = id_of(&found);
    assert_eq!(found["run"]["expires_at"], "2026-03-03T15:00:00Z");
    app.clock.advance(Duration::hours(24));
    let owner = app.sign_in("acme.owner").await;
    assert_eq!(state(&owner, &id).await, "expired");
    let rows = owner.get(&format!("/report-runs/{id}/rows")).await;
    assert_eq!(rows.outcome(), (409, "run-state".to_owned()));
    assert!(rows.body.contains("run the report again"), "{}", rows.body);
    let listed = owner.get("/report-runs?state=expired").await;
    assert_eq!(listed.at("/items/0/id"), json!(id));
    assert_eq!(
        owner.get("/report-runs?state=done").await.at("/items"),
        json!([])
    );
    // What is over its time is no answer to the same question.
    let again = run(&owner, &by_country()).await;
    assert_eq!(again["run"]["from_cache"], false);
}

#[tokio::test]
async fn reaching_the_limit_of_rows_is_said_in_every_format() {
    let settings = Settings {
        report_rows: 2,
        ..Settings::default()
    };
    let app = TestApp::start_with(settings).await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let single = json!({ "v": 1, "subject": "entry_lines", "mode": "detail",
        "columns": [{"id": "c1", "dim": "entry_number"}, {"id": "m1", "measure": "duty"}] });
    let found = run(&owner, &single).await;
    assert_eq!(found["run"]["limit_reached"], true);
    assert_eq!(found["run"]["row_limit"], 2);
    assert_eq!(
        cells(&found),
        [["ABC-0000001-1", "50.00"], ["ABC-0000002-2", "25.00"]]
    );
    let words = "The limit of 2 rows was reached: there are more rows than these.";
    assert_eq!(found["run"]["explain"]["row_limit"], words);
    let csv = owner
        .get(&format!("/report-runs/{}/export?format=csv", id_of(&found)))
        .await;
    assert!(csv.body.ends_with(&format!("{words},\r\n")), "{}", csv.body);
    // Two rows are not more than two.
    let mut exact = by_country();
    exact["grand_total"] = json!(false);
    let exact = run(&owner, &exact).await;
    assert_eq!(exact["run"]["limit_reached"], false);
    assert_eq!(cells(&exact).len(), 2);
    // A total counts as a row, and is the total of everything that there is.
    let total = run(&owner, &by_country()).await;
    assert_eq!(total["run"]["limit_reached"], true);
}

#[tokio::test]
async fn a_ranking_goes_by_its_column_whatever_the_order() {
    let app = TestApp::start().await;
    scene(&app).await;
    line(&app, "ABC00000055", "00-000000100", "BR", 400).await;
    let owner = app.sign_in("acme.owner").await;
    let mut definition = by_country();
    definition["sort"] = json!([{"col": "c1", "dir": "asc"}]);
    definition["top"] = json!({"col": "m1", "n": 1, "others": true});
    assert_eq!(
        cells(&run(&owner, &definition).await),
        [
            ["CN", "75.00", "2000.00", "0.0375"],
            ["-", "4.01", "2000.00", "0.0020"],
            ["-", "79.01", "4000.00", "0.0198"],
        ]
    );
}

#[tokio::test]
async fn saved_reports_outlive_the_names_of_their_members() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let mut renamed = by_country();
    renamed["columns"][0]["dim"] = json!("country_of_origin");
    let retired = json!({ "v": 1, "subject": "users", "mode": "aggregate",
        "columns": [{"id": "c1", "dim": "status"}, {"id": "m1", "measure": "people"}] });
    for (name, definition, word) in [
        ("Old name", renamed, "country"),
        ("Gone", retired, "retired"),
    ] {
        let new = json!({ "name": name, "description": "", "folder": "", "definition": definition, "based_on": null });
        let made = owner.post("/reports", &new).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let key = made.at("/key").as_str().unwrap().to_owned();
        let read = owner.get(&format!("/reports/{key}")).await;
        // Kept as it was written, with a sentence about what changed.
        assert_eq!(read.at("/definition"), definition);
        let message = read.at("/messages/0");
        assert!(
            message.as_str().is_some_and(|m| m.contains(word)),
            "{message}"
        );
        let ask = json!({ "report": key, "definition": null, "prompts": {}, "account_id": null, "fresh": true });
        let answer = owner.post("/report-runs", &ask).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.at("/page/total").as_u64().unwrap() > 0);
    }
}
