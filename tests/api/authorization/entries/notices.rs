//! Notices: read by people, written by the operator, ended by mail.

use serde_json::json;

use super::super::ask::{Ask, ask};
use super::super::stage::Stage;

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let notice = |operation| ask(operation).at("id", w.desk.notice);
    let draft = |operation| ask(operation).at("id", w.desk.draft);
    let audience = json!({ "kind": "companies", "company_ids": [w.acme.company] });
    let new = json!({
        "title": "A notice", "body": "Read this.", "category": "news", "action_required": false,
        "audience": audience.clone(), "starts_at": null, "expires_at": null,
    });
    vec![
        ask("list_notices"),
        notice("get_notice"),
        notice("mark_notice_read"),
        notice("acknowledge_notice"),
        ask("get_my_notice_digest"),
        ask("set_my_notice_digest").json(json!({ "digest": "daily" })),
        ask("unsubscribe_from_notices").json(json!({ "token": w.desk.unsubscribe })),
        ask("list_staff_notices"),
        ask("create_notice").json(new.clone()),
        ask("preview_notice").json(json!({ "body": "Read this.", "audience": audience })),
        notice("get_staff_notice"),
        draft("update_notice").json(new),
        draft("publish_notice"),
        notice("withdraw_notice").json(json!({ "reason": "The date was wrong." })),
        notice("list_notice_acknowledgements").query("state=missing"),
    ]
}
