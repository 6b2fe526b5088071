//! Reports over HTTP: the library, runs with the rows of the own rights, files, shares, schedules.

use chrono::Duration;
use quaymaster_domain::ids::AccountId;
use quaymaster_service::reports;
use quaymaster_tests::{Caller, Company, TestApp};
use sea_orm::Value as Cell;
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) async fn importer(app: &TestApp, of: &Company, number: &str) {
    let (world, s) = (app.world(), &app.services);
    let id: Uuid = s.id();
    let place: Uuid = s.id();
    let now = s.now();
    world
        .execute(
            "INSERT INTO account_identifiers (id, account_id, kind, lookup, shown, cipher) VALUES (?, ?, 'importer_number', ?, ?, NULL)",
            vec![id.into(), of.account.0.into(), number.into(), number.into()],
        )
        .await;
    world
        .execute(
            "INSERT INTO sub_account_identifiers (id, sub_account_id, account_id, identifier_id, added_at, added_by_name) VALUES (?, ?, ?, ?, ?, 'the test')",
            vec![place.into(), of.sub_account.0.into(), of.account.0.into(), id.into(), now.into()],
        )
        .await;
}

pub(super) async fn line(app: &TestApp, number: &str, importer: &str, country: &str, duty: i64) {
    app.world()
        .execute(
            "INSERT INTO entry_lines (entry_number, line_no, ordinal, importer_key, filer_code, port, entry_type, mode, entry_date, hts, country_origin, value_cents, duty_cents, is_first) \
             VALUES (?, 1, 1, ?, 'ABC', '2704', '01', '11', '2026-02-10', '6403990000', ?, 100000, ?, 1)",
            vec![number.into(), importer.into(), Cell::from(country), duty.into()],
        )
        .await;
    // The monthly sums do not know of it.
    app.world()
        .execute("UPDATE record_epoch SET months = -1", Vec::new())
        .await;
}

pub(super) async fn may_report(app: &TestApp, of: &Company, level: &str) {
    app.world()
        .execute(
            "INSERT INTO membership_access (account_id, user_id, sub_account_id, structure, records, reports) VALUES (?, ?, ?, 'none', 'read', ?)",
            vec![of.account.0.into(), of.user.id.0.into(), of.sub_account.0.into(), level.into()],
        )
        .await;
}

pub(super) fn by_country() -> Value {
    json!({
        "v": 1, "subject": "entry_lines", "mode": "aggregate",
        "columns": [{"id": "c1", "dim": "country"}, {"id": "m1", "measure": "duty"}, {"id": "m2", "measure": "entered_value"},
                    {"id": "x1", "label": "Rate", "type": "percent", "calc": {"div": [{"col": "m1"}, {"col": "m2"}]}}],
        "grand_total": true, "sort": [{"col": "m1", "dir": "desc"}]
    })
}

pub(super) async fn run(by: &Caller, definition: &Value) -> Value {
    let ask = json!({ "report": null, "definition": definition, "prompts": {}, "account_id": null, "fresh": false });
    // On a busy machine it may take longer than a question waits; asked again, it joins the run that is under way.
    for _ in 0..20 {
        let answer = by.post("/report-runs", &ask).await;
        if answer.status != 202 {
            assert_eq!(answer.status, 200, "{}", answer.body);
            return answer.json();
        }
    }
    panic!("the run does not come to its end");
}

pub(super) fn cells(run: &Value) -> Vec<Vec<String>> {
    let text = |cell: &Value| cell.as_str().unwrap_or("-").to_owned();
    run["page"]["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["cells"].as_array().unwrap().iter().map(text).collect())
        .collect()
}

pub(super) async fn scene(app: &TestApp) -> (Company, Company) {
    let world = app.world();
    let acme = world.company("acme").await;
    let other = world.company("other").await;
    importer(app, &acme, "00-000000100").await;
    importer(app, &other, "00-000000200").await;
    line(app, "ABC00000011", "00-000000100", "CN", 5000).await;
    line(app, "ABC00000022", "00-000000100", "CN", 2500).await;
    line(app, "ABC00000033", "00-000000100", "=HYPERLINK(1)", 1).await;
    line(app, "ABC00000044", "00-000000200", "VN", 9900).await;
    (acme, other)
}

#[tokio::test]
async fn everybody_sees_the_rows_of_the_own_rights() {
    let app = TestApp::start().await;
    let (_, _) = scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let found = run(&owner, &by_country()).await;
    assert_eq!(
        cells(&found),
        [
            ["CN", "75.00", "2000.00", "0.0375"],
            ["=HYPERLINK(1)", "0.01", "1000.00", "0.0000"],
            ["-", "75.01", "3000.00", "0.0250"],
        ]
    );
    assert_eq!(found["page"]["rows"][2]["kind"], "grand_total");
    assert_eq!(found["run"]["from_cache"], false);
    let words = found["run"]["explain"]["sentences"][0].as_str().unwrap();
    assert!(words.contains("00-000000100"), "{words}");
    // The same question is answered from the rows that are there; another company's is not.
    assert_eq!(run(&owner, &by_country()).await["run"]["from_cache"], true);
    let stranger = app.sign_in("other.owner").await;
    let theirs = run(&stranger, &by_country()).await;
    assert_eq!(theirs["run"]["from_cache"], false);
    assert_eq!(cells(&theirs)[0], ["VN", "99.00", "1000.00", "0.0990"]);
    let id = found["run"]["id"].as_str().unwrap();
    assert_eq!(
        stranger.get(&format!("/report-runs/{id}")).await.status,
        404
    );
    // A plain user without the right to reports does not get in.
    let user = app.sign_in("acme.user").await;
    assert_eq!(
        user.get("/reports").await.outcome(),
        (403, "forbidden".to_owned())
    );
}

#[tokio::test]
async fn files_say_what_the_page_says() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let found = run(&owner, &by_country()).await;
    let id = found["run"]["id"].as_str().unwrap();
    let csv = owner
        .get(&format!("/report-runs/{id}/export?format=csv"))
        .await;
    assert_eq!(
        csv.body,
        "Country of origin,Duty,Entered value,Rate\r\nCN,75.00,2000.00,0.0375\r\n\
         '=HYPERLINK(1),0.01,1000.00,0.0000\r\nGrand total,75.01,3000.00,0.0250\r\n"
    );
    for (format, kind) in [("xlsx", "spreadsheetml"), ("pdf", "application/pdf")] {
        let file = owner
            .get(&format!("/report-runs/{id}/export?format={format}"))
            .await;
        assert_eq!(file.status, 200);
        assert!(file.header("content-type").contains(kind), "{format}");
        assert!(
            file.header("content-disposition")
                .ends_with(&format!(".{format}\""))
        );
    }
}

#[tokio::test]
async fn a_narrowed_report_has_its_own_rows_totals_and_files() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let ask = |narrow: Value| {
        json!({
            "report": "DU-101", "definition": null, "account_id": null, "fresh": false, "narrow": narrow,
            "prompts": {"p1": {"from": "2026-01-01", "to": "2026-03-31"}},
        })
    };
    let totals = async |narrow: Value| {
        let answer = owner.post("/report-runs", &ask(narrow)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let found = answer.json();
        let all = cells(&found);
        let duty: Vec<String> = all.last().unwrap().clone();
        (
            all.len(),
            duty.join(" "),
            found["run"]["name"].as_str().unwrap().to_owned(),
        )
    };
    let (whole, sum, name) = totals(json!({})).await;
    assert!(
        sum.contains("75.01") && !name.contains("narrowed"),
        "{sum} {name}"
    );
    let (rows, sum, name) = totals(json!({"country": ["CN"]})).await;
    assert!(sum.contains("75.00") && rows < whole, "{sum}");
    assert!(name.ends_with(", narrowed"), "{name}");
    let both = json!({"country": ["CN", "=HYPERLINK(1)"], "entry_date": {"from": "2026-02-01", "to": "2026-02-28"}});
    assert_eq!(totals(both).await.0, whole);
    // What others have is not found by narrowing either.
    let (rows, ..) = totals(json!({"country": ["CN", "VN"]})).await;
    assert!(rows < whole);
    for (narrow, at) in [
        (json!({"nothing": ["CN"]}), "/definition/filter"),
        (json!({"entry_date": ["31 February"]}), "/definition/filter"),
    ] {
        let refused = owner.post("/report-runs", &ask(narrow)).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(refused.body.contains(at), "{}", refused.body);
    }
    for narrow in [
        json!({"country": "CN"}),
        json!({"country": []}),
        json!(["CN"]),
    ] {
        let refused = owner.post("/report-runs", &ask(narrow)).await;
        assert!([400, 422].contains(&refused.status), "{}", refused.body);
    }
}

#[tokio::test]
async fn rows_are_not_shown_under_other_rights_than_they_were_made() {
    let app = TestApp::start().await;
    let (acme, _) = scene(&app).await;
    may_report(&app, &acme, "run").await;
    let user = app.sign_in("acme.user").await;
    let found = run(&user, &by_country()).await;
    let path = format!("/report-runs/{}/rows", found["run"]["id"].as_str().unwrap());
    assert_eq!(user.get(&path).await.at("/total"), json!(3));
    importer(&app, &acme, "00-000000300").await;
    assert_eq!(
        user.get(&path).await.outcome(),
        (409, "scope-changed".to_owned())
    );
}

#[tokio::test]
async fn what_does_not_fit_is_refused_at_its_place() {
    let app = TestApp::start().await;
    scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    for (change, at) in [
        (json!({"subject": "passwords"}), "/definition/subject"),
        (json!({"sql": "DROP TABLE users"}), "/definition/sql"),
        (json!({"top": {"col": "m1", "n": -1}}), "/definition/top/n"),
        (
            json!({"filter": {"dim": "entry_date", "op": "eq", "value": "2026-02-31"}}),
            "/definition/filter/value",
        ),
        (
            json!({"columns": [{"id": "x", "calc": {"div": [{"col": "no"}, "1"]}}]}),
            "/definition/columns/0/calc/div/0/col",
        ),
    ] {
        let mut definition = by_country();
        for (name, value) in change.as_object().unwrap() {
            definition[name] = value.clone();
        }
        let ask = json!({ "definition": definition, "prompts": {}, "account_id": null });
        let answer = owner.post("/report-previews", &ask).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert_eq!(answer.at("/errors/0/pointer"), json!(at));
    }
    let ask = json!({ "report": "ES-003", "definition": null, "prompts": {"p1": {"from": "2026-02-01", "to": "2026-02-31"}}, "account_id": null, "fresh": false });
    let answer = owner.post("/report-runs", &ask).await;
    assert_eq!(answer.at("/errors/0/pointer"), json!("/prompts/p1"));
}

#[tokio::test]
async fn a_share_is_the_definition_and_outlives_the_rights_of_its_author() {
    let app = TestApp::start().await;
    let (acme, _) = scene(&app).await;
    may_report(&app, &acme, "run").await;
    let proxy = app.sign_in("acme.proxy").await;
    let new = json!({ "name": "Duty by country", "description": "", "folder": "", "definition": by_country(), "based_on": null });
    let made = proxy.post("/reports", &new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(
        proxy.post("/reports", &new).await.outcome(),
        (409, "already-exists".to_owned())
    );
    let key = made.at("/key").as_str().unwrap().to_owned();
    let user = app.sign_in("acme.user").await;
    assert_eq!(user.get(&format!("/reports/{key}")).await.status, 404);
    let account: AccountId = acme.account;
    let share = json!({ "audience": "account", "account_id": account, "user_id": null });
    assert_eq!(
        proxy
            .post(&format!("/reports/{key}/shares"), &share)
            .await
            .status,
        201
    );
    assert_eq!(
        user.get(&format!("/reports/{key}")).await.at("/kind"),
        json!("shared")
    );
    // Not theirs to change, and without the right to share nothing of the user's own can be shared.
    assert_eq!(
        user.post(&format!("/reports/{key}/shares"), &share)
            .await
            .status,
        403
    );
    app.world()
        .execute(
            "DELETE FROM memberships WHERE user_id = ?",
            vec![acme.proxy.id.0.into()],
        )
        .await;
    let ask = json!({ "report": key, "definition": null, "prompts": {}, "account_id": null, "fresh": false });
    let answer = user.post("/report-runs", &ask).await;
    assert_eq!(answer.at("/page/total"), json!(3));
    assert_eq!(proxy.get(&format!("/reports/{key}")).await.status, 403);
}

#[tokio::test]
async fn a_schedule_brings_everybody_the_rows_of_the_own_rights() {
    let app = TestApp::start().await;
    let (acme, _) = scene(&app).await;
    let owner = app.sign_in("acme.owner").await;
    let new = json!({
        "report": "DU-102", "name": "Duty daily", "account_id": null,
        "timing": {"kind": "daily", "time": "07:00", "time_zone": "America/New_York"},
        "prompts": {"p1": {"relative": "last_full_month"}}, "format": "csv",
        "recipient_ids": [acme.owner.id, acme.user.id], "skip_if_empty": false, "by_mail": true
    });
    // Who may not run reports is no recipient.
    let refused = owner.post("/report-schedules", &new).await;
    assert_eq!(refused.outcome(), (422, "invalid".to_owned()));
    assert_eq!(refused.at("/errors/0/pointer"), json!("/recipient_ids/1"));
    may_report(&app, &acme, "run").await;
    let made = owner.post("/report-schedules", &new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    app.world()
        .execute(
            "UPDATE membership_access SET reports = 'none' WHERE user_id = ?",
            vec![acme.user.id.0.into()],
        )
        .await;
    // The clock stands at ten on Monday in New York; on Sunday summer time begins.
    assert_eq!(made.at("/next_runs/0"), json!("2026-03-03T12:00:00Z"));
    assert_eq!(reports::deliver_due(&app.services).await.unwrap(), 0);
    app.clock.advance(Duration::hours(22));
    assert_eq!(reports::deliver_due(&app.services).await.unwrap(), 2);
    assert_eq!(reports::deliver_due(&app.services).await.unwrap(), 0);
    let owner = app.sign_in("acme.owner").await;
    let inbox = owner.get("/me/report-deliveries?unread=true").await;
    assert_eq!(inbox.at("/items/0/state"), json!("delivered"));
    let run = inbox.at("/items/0/run_id");
    let rows = owner
        .get(&format!("/report-runs/{}/rows", run.as_str().unwrap()))
        .await;
    assert_eq!(rows.at("/rows/0/cells/0"), json!("2026-02"));
    let id = made.at("/id");
    let log = owner
        .get(&format!(
            "/report-schedules/{}/deliveries",
            id.as_str().unwrap()
        ))
        .await;
    let states: Vec<Value> = log
        .at("/items")
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["state"].clone())
        .collect();
    // The user may not run reports any more: that delivery was given up, and said so.
    assert!(states.contains(&json!("failed")) && states.contains(&json!("delivered")));
    // Whoever loses the right is told why the schedule stopped.
    app.world()
        .execute(
            "UPDATE users SET suspended_at = ? WHERE id = ?",
            vec![app.services.now().into(), acme.owner.id.0.into()],
        )
        .await;
    app.clock.advance(Duration::days(1));
    reports::deliver_due(&app.services).await.unwrap();
    app.world()
        .execute(
            "UPDATE users SET suspended_at = NULL WHERE id = ?",
            vec![acme.owner.id.0.into()],
        )
        .await;
    let owner = app.sign_in("acme.owner").await;
    let paused = owner
        .get(&format!("/report-schedules/{}", id.as_str().unwrap()))
        .await;
    assert_eq!(paused.at("/state"), json!("paused"));
    assert!(paused.at("/paused_because").as_str().is_some());
}
