//! Business activities, sub-accounts, corporate identifiers, drafts of access requests (R1–R5, R11).

use serde_json::{Value, json};

use super::super::ask::{Ask, ask};
use super::super::stage::Stage;

fn importer(value: &str) -> Value {
    json!({ "kind": "importer_number", "value": value })
}

fn draft(value: &str) -> Value {
    json!({ "sub_account_id": null, "identifier_kind": "importer_number", "identifier_value": value, "note": null })
}

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let of = |operation| ask(operation).at("id", w.acme.account);
    let first = |operation| of(operation).at("sub_id", w.acme.sub_account);
    let second = |operation| {
        of(operation)
            .case("without a right there")
            .at("sub_id", w.second_sub)
    };
    let activity = |case, name: &str| {
        of("add_activity")
            .case(case)
            .json(json!({ "activity": name }))
    };
    vec![
        ask("list_activity_kinds"),
        of("list_activities"),
        activity("self-service", "surety"),
        activity("restricted", "broker"),
        activity("for the FTZ Board", "ftz_operator"),
        activity("closed", "cartman"),
        of("remove_activity").at("activity", "exporter"),
        of("list_sub_accounts"),
        of("create_sub_account").json(json!({ "name": "Third", "activity": "importer" })),
        first("get_sub_account"),
        second("get_sub_account"),
        first("update_sub_account").json(json!({ "name": "First of all" })),
        second("update_sub_account").json(json!({ "name": "Second to none" })),
        second("delete_sub_account"),
        first("add_identifier").json(importer("28-1111112AA")),
        second("add_identifier").json(importer("28-1111112AA")),
        first("add_identifier")
            .case("a client's")
            .json(importer("28-2222222AA")),
        first("remove_identifier").at("identifier_id", w.identifier),
        of("search_identifiers").json(importer("28-1111111AA")),
        of("list_access_request_drafts"),
        of("create_access_request_draft").json(draft("28-2222222AA")),
        of("delete_access_request_draft").at("draft_id", w.draft),
    ]
}
