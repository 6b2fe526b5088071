//! Reviews of access (R6, R8, R11).

use serde_json::{Value, json};
use uuid::Uuid;

use super::super::ask::{Ask, ask};
use super::super::stage::Stage;

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let of = |operation| ask(operation).at("id", w.acme.account);
    let in_review = |operation| of(operation).at("review_id", w.review);
    let answer = |case, item: Uuid, decision: &str, change: Value| {
        in_review("answer_access_review_item")
            .case(case)
            .at("item_id", item)
            .json(json!({ "decision": decision, "reason": "Checked.", "change": change }))
    };
    let policy = || json!({ "due_days": 14, "covers_members": true, "covers_outside": true, "when_unanswered": "report" });
    vec![
        of("list_access_reviews"),
        of("start_access_review").json(json!({ "name": null, "covers_members": true, "covers_outside": true, "due_on": "2026-03-16", "when_unanswered": "report", "note": null })),
        in_review("get_access_review"),
        in_review("list_access_review_items"),
        answer("keep a user", w.reviewed_user, "keep", Value::Null),
        answer("remove a user", w.reviewed_user, "remove", Value::Null),
        answer("make a user a proxy", w.reviewed_user, "change", json!({ "role": "proxy" })),
        answer("keep a proxy", w.reviewed_proxy, "keep", Value::Null),
        in_review("complete_access_review"),
        in_review("cancel_access_review").json(json!({ "reason": "Wrong date." })),
        in_review("get_access_review_evidence").query("format=csv"),
        of("get_access_review_schedule"),
        of("set_access_review_schedule").json(policy()),
        of("end_access_review_schedule"),
    ]
}
