//! Cross-account access: the life of grants, the people behind them, what outsiders see, unwanted companies (R9, R11).

use serde_json::{Value, json};

use super::super::ask::{Ask, ask};
use super::super::stage::Stage;

fn rights() -> Value {
    json!({ "structure": true, "records": "none", "reports": false, "users": false })
}

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let of = |operation| ask(operation).at("id", w.acme.account);
    let on = |operation| ask(operation).at("id", w.grant);
    let person = |operation, who: &quaymaster_tests::Person| on(operation).at("user_id", who.id);
    let why = || json!({ "reason": "We change brokers." });
    let scope = json!({ "all_sub_accounts": true, "sub_account_ids": [], "top_level": true, "rights": rights() });
    vec![
        of("list_grants_given"),
        of("list_grants_received"),
        ask("create_grant").json(json!({
            "account_id": w.acme.account, "direction": "invite",
            "counterparty": { "account_number": w.other.account_number, "owner_user_id": w.other.owner.user_name },
            "draft_id": null, "all_sub_accounts": true, "sub_account_ids": [], "top_level": false,
            "rights": rights(), "purpose": "You file our entries.",
        })),
        on("get_grant"),
        ask("accept_grant")
            .at("id", w.proposal)
            .json(json!({ "version": 1, "narrowing": null })),
        ask("decline_grant").at("id", w.proposal).json(why()),
        on("pause_grant").json(why()),
        ask("resume_grant").at("id", w.paused_grant),
        on("revoke_grant").json(why()),
        on("update_grant").json(json!({ "top_level": false })),
        on("accept_grant_change").json(json!({ "version": 1 })),
        on("decline_grant_change").json(why()),
        on("withdraw_grant_change"),
        on("list_grant_people"),
        person("assign_grant_person", &w.broker.user).json(json!({ "rights": rights() })),
        person("unassign_grant_person", &w.broker.user),
        person("remove_grant_person", &w.broker.user).json(why()),
        person("readmit_grant_person", &w.broker.proxy),
        of("list_outside_people"),
        of("get_outside_effective_access").at("user_id", w.broker.user.id),
        of("get_outside_access"),
        of("end_outside_access").json(json!({ "people": 2, "reason": null })),
        of("preview_grant").json(scope),
        of("list_guest_access").at("user_id", w.acme.owner.id),
        of("list_blocked_companies"),
        of("block_company")
            .json(json!({ "grant_id": w.proposal, "reason": null, "report": true })),
        of("unblock_company").at("company_id", w.other.company),
        ask("list_grant_reports"),
        ask("close_grant_report")
            .at("id", w.grant_report)
            .json(json!({ "outcome": "The company was warned." })),
    ]
}
