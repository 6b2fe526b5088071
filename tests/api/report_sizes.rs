//! What somebody sees before a report is run, over HTTP: how many rows there are, what is too much to wait for, and which saved
//! reports name members that have other names now.

use quaymaster_domain::members::StaffRole;
use quaymaster_service::{Settings, reports};
use quaymaster_tests::{Caller, TestApp};
use serde_json::{Value, json};

use super::reports::{line, may_report, run, scene};

/// A subject as the list has it.
async fn subject(by: &Caller, query: &str, id: &str) -> Value {
    let list = by.get(&format!("/report-subjects{query}")).await.ok();
    let items = list["items"].as_array().unwrap();
    items.iter().find(|s| s["id"] == id).unwrap().clone()
}

#[tokio::test]
async fn subjects_say_how_many_rows_the_reader_has() {
    let app = TestApp::start().await;
    let (acme, other) = scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let stranger = app.sign_in("other.owner").await;
    let lines = subject(&owner, "?counts=true", "entry_lines").await;
    assert_eq!(lines["rows"], json!({"count": 3, "exact": true}));
    assert_eq!(lines["data_as_of"], Value::Null);
    let theirs = subject(&stranger, "?counts=true", "entry_lines").await;
    assert_eq!(theirs["rows"]["count"], 1);
    assert_eq!(
        subject(&owner, "?counts=true", "users").await["rows"]["count"],
        3
    );
    let unasked = subject(&owner, "", "entry_lines").await;
    assert_eq!(unasked["rows"], Value::Null);
    // What can stand beside it.
    let merges = unasked["merges"].as_array().unwrap();
    let beside = merges
        .iter()
        .find(|m| m["subject"] == "entry_summaries")
        .unwrap();
    let shared = beside["shared"].as_array().unwrap();
    assert!(shared.contains(&json!("importer")) && !shared.contains(&json!("country")));
    assert!(merges.iter().all(|m| m["subject"] != "users"));
    // An import says when it changed something.
    app.world()
        .execute(
            "UPDATE record_epoch SET changed_at = ?",
            vec![app.services.now().into()],
        )
        .await;
    let lines = subject(&owner, "?counts=true", "entry_lines").await;
    assert!(lines["data_as_of"].is_string(), "{lines}");
    let users = subject(&owner, "?counts=true", "users").await;
    assert_eq!(users["data_as_of"], Value::Null);
    // One account, and one that is not there for the reader.
    let own = format!("?counts=true&account_id={}", acme.account.0);
    assert_eq!(
        subject(&owner, &own, "entry_lines").await["rows"]["count"],
        3
    );
    let foreign = format!(
        "/report-subjects?counts=true&account_id={}",
        other.account.0
    );
    assert_eq!(owner.get(&foreign).await.status, 404);
    // People of accounts are not for everybody who may report.
    may_report(&app, &acme, "run").await;
    let user = app.sign_in("acme.user").await;
    let users = subject(&user, "?counts=true", "users").await;
    assert_eq!(users["rows"], Value::Null);
}

fn ask(definition: &Value, background: bool) -> Value {
    json!({ "report": null, "definition": definition, "prompts": {}, "account_id": null, "fresh": true,
        "background": background })
}

#[tokio::test]
async fn what_is_too_much_to_wait_for_is_refused_with_the_remedy() {
    let settings = Settings {
        report_rows_without_period: 4,
        ..Settings::default()
    };
    let app = TestApp::start_with(settings).await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let list = json!({ "v": 1, "subject": "entry_lines", "mode": "detail", "columns": [{"id": "a", "dim": "hts"}] });
    // Rows of others do not count: three own ones, then five.
    let answer = owner.post("/report-runs", &ask(&list, false)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    line(&app, "ABC00000055", "00-000000100", "CN", 1).await;
    line(&app, "ABC00000066", "00-000000100", "CN", 1).await;
    let refused = owner.post("/report-runs", &ask(&list, false)).await;
    assert_eq!(refused.outcome(), (409, "report-too-large".to_owned()));
    for words in [
        "more than 4 rows",
        "filter by the entry date",
        "in the background",
    ] {
        assert!(refused.body.contains(words), "{}", refused.body);
    }
    let first = json!({ "definition": list, "prompts": {}, "account_id": null });
    let preview = owner.post("/report-previews", &first).await;
    assert_eq!(preview.outcome(), (409, "report-too-large".to_owned()));
    // A period is enough when it has a beginning, and only on the date that the rows are in the order of.
    let with = |filter: Value| {
        let mut list = list.clone();
        list["filter"] = filter;
        list
    };
    for (filter, fits) in [
        (
            json!({"dim": "entry_date", "op": "between", "value": ["2026-01-01", "2026-12-31"]}),
            true,
        ),
        (
            json!({"and": [{"dim": "country", "op": "eq", "value": "CN"}, {"dim": "entry_date", "op": "ge", "value": "2026-01-01"}]}),
            true,
        ),
        (
            json!({"or": [{"dim": "country", "op": "eq", "value": "CN"}, {"dim": "entry_date", "op": "ge", "value": "2026-01-01"}]}),
            false,
        ),
        (
            json!({"dim": "entry_date", "op": "le", "value": "2026-12-31"}),
            false,
        ),
        (json!({"dim": "country", "op": "eq", "value": "CN"}), false),
        (
            json!({"dim": "importer", "op": "eq", "value": "00-000000100"}),
            false,
        ),
        (json!({"dim": "filer", "op": "eq", "value": "XYZ"}), true),
    ] {
        let answer = owner
            .post("/report-runs", &ask(&with(filter.clone()), false))
            .await;
        let wanted = if fits { 200 } else { 409 };
        assert_eq!(answer.status, wanted, "{filter} {}", answer.body);
    }
    // The monthly sums answer without going through the rows, whatever their number.
    let months = json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate",
        "columns": [{"id": "a", "dim": "entry_month"}, {"id": "m", "measure": "duty"}] });
    let answer = owner.post("/report-runs", &ask(&months, false)).await;
    assert_eq!(answer.status, 409, "the sums do not know the lines yet");
    quaymaster_service::records::sums::repair(&app.services)
        .await
        .unwrap();
    let answer = owner.post("/report-runs", &ask(&months, false)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let refused = owner.post("/report-runs", &ask(&list, false)).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    // Nobody waits for what runs in the background; when it is done, it is there for whoever asks again.
    let started = owner.post("/report-runs", &ask(&list, true)).await;
    assert_eq!(started.status, 202, "{}", started.body);
    assert_eq!(started.at("/run/lane"), json!("batch"));
    assert_eq!(started.at("/run/state"), json!("queued"));
    reports::work_due(&app.services).await.unwrap();
    let id = started.at("/run/id");
    let done = owner
        .get(&format!("/report-runs/{}", id.as_str().unwrap()))
        .await
        .ok();
    assert_eq!(
        (&done["state"], &done["rows_total"]),
        (&json!("done"), &json!(5))
    );
    assert_eq!(done["rows_expected"], 5);
    assert_eq!(run(&owner, &list).await["run"]["from_cache"], true);
}

#[tokio::test]
async fn saved_reports_with_old_names_are_listed_and_go_on() {
    let app = TestApp::start().await;
    scene(&app).await;
    app.world()
        .person("staff.admin", Some(StaffRole::Administrator))
        .await;
    let owner = app.sign_in("acme.owner").await;
    let definition = |dim: &str| {
        json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate", "columns": [{"id": "c", "dim": dim}, {"id": "m", "measure": "duty"}],
            "filter": {"dim": dim, "op": "not_empty"} })
    };
    let save = async |name: &str, definition: &Value| {
        let new = json!({ "name": name, "description": "", "folder": "Duty", "definition": definition, "based_on": null });
        let saved = owner.post("/reports", &new).await;
        assert_eq!(saved.status, 201, "{}", saved.body);
        saved
    };
    let old = save("Old", &definition("country_of_origin")).await;
    save("New", &definition("country")).await;
    let users = json!({ "v": 1, "subject": "users", "mode": "detail", "columns": [{"id": "c", "dim": "status"}] });
    save("People", &users).await;
    let found = owner.get("/report-changes").await.ok();
    let items = found["items"].as_array().unwrap();
    let of = |name: &str| items.iter().find(|item| item["name"] == name);
    assert_eq!(items.len(), 2, "{found}");
    let touched = of("Old").unwrap();
    assert_eq!(
        (&touched["key"], &touched["folder"]),
        (&old.at("/key"), &json!("Duty"))
    );
    assert_eq!(touched["members"].as_array().unwrap().len(), 1);
    let member = &touched["members"][0];
    assert_eq!(
        [&member["name"], &member["kind"], &member["member"]],
        ["country_of_origin", "renamed", "country"]
    );
    let retired = &of("People").unwrap()["members"][0];
    assert_eq!(
        [&retired["kind"], &retired["member"]],
        ["retired", "suspended"]
    );
    assert!(retired["message"].as_str().unwrap().contains("two things"));
    // They go on working.
    let key = old.at("/key");
    let ask = json!({ "report": key, "definition": null, "prompts": {}, "account_id": null, "fresh": true });
    assert_eq!(owner.post("/report-runs", &ask).await.status, 200);
    // Others have their own; administrators see everybody's, and nobody else does.
    let stranger = app.sign_in("other.owner").await;
    assert_eq!(
        stranger.get("/report-changes").await.ok()["items"],
        json!([])
    );
    let everyone = "/report-changes?everyone=true";
    assert_eq!(
        owner.get(everyone).await.outcome(),
        (403, "forbidden".to_owned())
    );
    let admin = app.sign_in("staff.admin").await;
    let all = admin.get(everyone).await.ok();
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    assert!(
        all["items"][0]["owner_name"]
            .as_str()
            .is_some_and(|name| !name.is_empty())
    );
    // The new name takes it off the list.
    let path = format!("/reports/{}", key.as_str().unwrap());
    let change = json!({ "definition": definition("country") });
    let etag = owner.get(&path).await.header("etag").to_owned();
    let saved = owner.patch(&path, &etag, &change).await;
    assert_eq!(saved.status, 200, "{}", saved.body);
    let left = owner.get("/report-changes").await.ok();
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
}
