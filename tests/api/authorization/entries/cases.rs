//! Cases with support, verified callers, what support does for them.

use serde_json::json;

use super::super::ask::{Ask, ask};
use super::super::stage::Stage;

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let case = |operation| ask(operation).at("id", w.case);
    let reason = "Locked out, has to file today.";
    vec![
        ask("open_case").json(json!({ "topic": "other", "subject": "A question", "message": "How do I add a port?", "account_id": null })),
        ask("list_cases"),
        ask("list_case_queue"),
        ask("get_support_figures"),
        case("get_case"),
        case("list_case_messages"),
        case("write_case_message").json(json!({ "body": "Thank you.", "internal": false })),
        case("write_case_message").case("internal note").json(json!({ "body": "Called twice.", "internal": true })),
        case("close_case"),
        case("assign_case").json(json!({ "mine": true })),
        case("name_case_person").json(json!({ "user_id": w.plain.user_name })),
        case("start_caller_verification"),
        ask("try_caller_phrase").at("id", w.called_case).json(json!({ "phrase": "amber buoy crane ocean 07" })),
        case("act_in_case").json(json!({ "kind": "reactivate", "reason": reason })),
        ask("act_in_case").case("on an owner").at("id", w.owner_case).json(json!({ "kind": "reset_password", "reason": reason })),
        ask("act_in_case").case("caller not verified").at("id", w.called_case).json(json!({ "kind": "reset_password", "reason": reason })),
        ask("approve_case_action").at("id", w.owner_case).at("action_id", w.case_action),
        ask("list_my_caller_phrases"),
        case("list_case_attachments"),
        case("add_case_attachment").query("file_name=note.txt").text("text/plain", "Hello."),
        case("download_case_attachment").at("attachment_id", w.desk.attachment),
        ask("list_canned_answers"),
        ask("create_canned_answer").json(json!({ "title": "Thanks", "topic": null, "body": "Thank you for writing." })),
        ask("update_canned_answer").at("id", w.desk.canned).json(json!({ "title": "Locked out", "topic": null, "body": "Ask your owner." })),
        ask("delete_canned_answer").at("id", w.desk.canned),
        ask("ask_for_access_help").json(json!({ "user_id": w.locked.user_name, "message": "I am locked out." })),
    ]
}
