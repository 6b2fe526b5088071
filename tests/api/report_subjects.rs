//! Every subject and every standard report on the database of this run: members are there, rows keep to the scope, and
//! statements are never written by hand.

use quaymaster_domain::members::{MemberRole, StaffRole};
use quaymaster_domain::reports::{STANDARD, SUBJECTS};
use quaymaster_tests::{Caller, TestApp};
use serde_json::{Value, json};

async fn run(by: &Caller, definition: Value, report: Option<&str>) -> Value {
    let ask = json!({ "report": report, "definition": definition, "prompts": {}, "account_id": null, "fresh": true });
    let answer = by.post("/report-runs", &ask).await;
    assert!(
        [200, 202].contains(&answer.status),
        "{report:?} {}",
        answer.body
    );
    let mut found = answer.json();
    let id = found["run"]["id"].as_str().unwrap().to_owned();
    for _ in 0..200 {
        let state = found["run"]["state"].as_str().unwrap();
        if state == "done" {
            return by
                .get(&format!("/report-runs/{id}/rows?from=0&limit=1000"))
                .await
                .ok();
        }
        assert_ne!(state, "failed", "{report:?} {found}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        found = json!({ "run": by.get(&format!("/report-runs/{id}")).await.ok() });
    }
    panic!("{report:?} does not come to an end");
}

fn texts(page: &Value) -> String {
    page["rows"].to_string()
}

#[tokio::test]
async fn every_standard_report_runs() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    app.world().company("other").await;
    let owner = app.sign_in("acme.owner").await;
    for report in STANDARD {
        let page = run(&owner, Value::Null, Some(report.code)).await;
        assert!(
            !texts(&page).contains("other"),
            "{} shows what is not the company's",
            report.code
        );
    }
    let people = run(&owner, Value::Null, Some("UA-101")).await;
    assert_eq!(texts(&people).matches("\"detail\"").count(), 3, "{people}");
    let sign_ins = run(&owner, Value::Null, Some("SI-101")).await;
    assert!(texts(&sign_ins).contains("succeeded"), "{sign_ins}");
}

#[tokio::test]
async fn every_member_of_every_subject_can_be_asked_for() {
    let app = TestApp::start().await;
    app.world().company("acme").await;
    let owner = app.sign_in("acme.owner").await;
    for subject in SUBJECTS {
        for mode in ["detail", "aggregate"] {
            let columns: Vec<Value> = subject
                .members
                .iter()
                .enumerate()
                .map(|(n, m)| {
                    let key = if m.measure { "measure" } else { "dim" };
                    json!({ "id": format!("c{n}"), key: m.id })
                })
                .collect();
            let definition =
                json!({ "v": 1, "subject": subject.id, "mode": mode, "columns": columns });
            let page = run(&owner, definition, None).await;
            assert_eq!(
                page["columns"].as_array().unwrap().len(),
                subject.members.len()
            );
        }
    }
}

#[tokio::test]
async fn rows_of_accounts_keep_to_those_who_look_after_them() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    app.world().company("other").await;
    app.world()
        .execute(
            "INSERT INTO membership_access (account_id, user_id, sub_account_id, structure, records, reports) VALUES (?, ?, ?, 'none', 'read', 'run')",
            vec![acme.account.0.into(), acme.user.id.0.into(), acme.sub_account.0.into()],
        )
        .await;
    let user = app.sign_in("acme.user").await;
    let ask = json!({ "report": "UA-101", "definition": null, "prompts": {}, "account_id": null, "fresh": true });
    let refused = user.post("/report-runs", &ask).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert_eq!(
        refused.at("/errors/0/pointer"),
        json!("/definition/subject")
    );
    app.world()
        .person("staff.auditor", Some(StaffRole::ALL[0]))
        .await;
    let by_role = json!({ "v": 1, "subject": "users", "mode": "aggregate",
        "columns": [{"id": "c1", "dim": "role"}, {"id": "m1", "measure": "people"}] });
    let own = run(&app.sign_in("acme.proxy").await, by_role.clone(), None).await;
    assert_eq!(
        own["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["cells"].clone())
            .collect::<Vec<_>>(),
        [
            json!(["owner", "1"]),
            json!(["proxy", "1"]),
            json!(["user", "1"])
        ]
    );
    let all = run(&app.sign_in("staff.auditor").await, by_role, None).await;
    assert_eq!(all["rows"][0]["cells"], json!(["owner", "2"]));
}

#[test]
fn statements_of_reports_are_never_written_by_hand() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/store/src/reports");
    let mut files = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        files += 1;
        // The lists of keys are the one place, and a table is named by the builder only.
        let by_hand: &[&str] = if path.ends_with("keys.rs") {
            &["from_sql", "Statement::", "Expr::cust(", "SELECT *"]
        } else {
            &[
                "from_sql",
                "Statement::",
                "Expr::cust",
                "SELECT ",
                "execute_unprepared",
                "query_all_raw",
            ]
        };
        for word in by_hand {
            assert!(!text.contains(word), "{word} in {}", path.display());
        }
    }
    assert!(files >= 4);
}

#[tokio::test]
async fn rows_that_do_not_pass_are_left_out_of_totals_and_others_are_marked() {
    let app = TestApp::start().await;
    let acme = app.world().company("acme").await;
    let fourth = app.world().person("acme.fourth", None).await;
    app.world()
        .member(acme.account, &fourth, MemberRole::User)
        .await;
    let owner = app.sign_in("acme.owner").await;
    let definition = json!({ "v": 1, "subject": "users", "mode": "aggregate", "grand_total": true,
        "columns": [{"id": "c1", "dim": "role"}, {"id": "m1", "measure": "people"}],
        "having": {"col": "m1", "op": "ge", "value": "2"},
        "alerts": [{"when": {"gt": [{"col": "m1"}, "1.5"]}, "style": "warn"}] });
    let page = run(&owner, definition.clone(), None).await;
    assert_eq!(page["rows"][0]["cells"], json!(["user", "2"]));
    assert_eq!(page["rows"][0]["alerts"], json!(["", "warn"]));
    assert_eq!(page["rows"][1]["kind"], "grand_total");
    assert_eq!(page["rows"][1]["cells"], json!([null, "2"]));
    assert_eq!(page["total"], 2);
    for (place, value) in [
        ("/having/op", json!("between")),
        ("/having/value", json!(2)),
        ("/having/col", json!("c1")),
        ("/alerts/0/when", json!({"gt": [{"col": "c1"}, "1"]})),
        ("/alerts/0/style", json!("blink")),
    ] {
        let mut unfit = definition.clone();
        *unfit.pointer_mut(place).unwrap() = value;
        let ask = json!({ "report": null, "definition": unfit, "prompts": {}, "account_id": null, "fresh": true });
        let refused = owner.post("/report-runs", &ask).await;
        assert_eq!(refused.status, 422, "{place}");
        let pointer = refused.at("/errors/0/pointer");
        let part = place.split('/').nth(1).unwrap();
        assert!(
            pointer
                .as_str()
                .unwrap()
                .starts_with(&format!("/definition/{part}")),
            "{pointer}"
        );
    }
}
