//! Reports: the library, runs, schedules. Saved reports, runs and schedules are their person's; the fixed world has none, so
//! what needs one is tried on one that nobody has.

use serde_json::json;
use uuid::Uuid;

use super::super::ask::{Ask, ask};
use super::super::stage::Stage;

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let standard = |operation| ask(operation).at("key", "DU-102");
    let nobodys = |operation| ask(operation).at("key", Uuid::nil());
    let by_id = |operation| ask(operation).at("id", Uuid::nil());
    let definition = || {
        json!({ "v": 1, "subject": "entry_lines", "mode": "aggregate",
            "columns": [{"id": "c1", "dim": "country"}, {"id": "m1", "measure": "duty"}] })
    };
    let timing = || json!({ "kind": "daily", "time": "07:00", "time_zone": "America/New_York" });
    vec![
        ask("list_reports"),
        ask("list_report_subjects"),
        ask("list_report_values").query("subject=entry_lines&dim=country"),
        ask("find_report_values").json(
            json!({ "report": "DU-102", "definition": null, "prompt": "p2",
            "prompts": {}, "q": null, "account_id": null, "limit": null }),
        ),
        ask("list_report_changes"),
        ask("create_report").json(json!({ "name": "Duty", "description": "", "folder": "",
            "definition": definition(), "based_on": null })),
        standard("get_report"),
        nobodys("update_report").json(json!({ "name": "Duty" })),
        nobodys("delete_report"),
        standard("list_report_versions"),
        standard("star_report"),
        standard("unstar_report"),
        nobodys("list_report_shares"),
        nobodys("share_report")
            .json(json!({ "audience": "account", "account_id": w.acme.account, "user_id": null })),
        nobodys("unshare_report").at("share_id", Uuid::nil()),
        ask("preview_report")
            .json(json!({ "definition": definition(), "prompts": {}, "account_id": null })),
        ask("start_report_run").json(json!({ "report": "DU-102", "definition": null,
            "prompts": {}, "account_id": null, "fresh": false })),
        ask("list_report_runs"),
        by_id("get_report_run"),
        by_id("cancel_report_run"),
        by_id("list_report_rows"),
        by_id("export_report_run").query("format=csv"),
        ask("list_report_schedules"),
        ask("create_report_schedule").json(json!({ "report": "DU-102", "name": "Duty",
            "account_id": null, "timing": timing(), "prompts": {}, "format": "csv",
            "recipient_ids": [], "skip_if_empty": true, "by_mail": true })),
        ask("preview_next_runs").json(timing()),
        by_id("get_report_schedule"),
        by_id("update_report_schedule").json(json!({ "paused": true })),
        by_id("delete_report_schedule"),
        by_id("run_report_schedule"),
        by_id("list_schedule_deliveries"),
        ask("list_my_report_deliveries"),
        by_id("mark_report_delivery_read"),
    ]
}
