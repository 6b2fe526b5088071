//! The identifier register and what waits for the registrar.

use serde_json::json;

use super::super::ask::{Ask, ask};
use super::super::stage::Stage;

const IMPORT: &str = "kind,value,party_key,party_name,contact_email\n\
    importer_number,28-6666666AA,party-six,Six Trading,six@example.com\n";

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let import = |operation| ask(operation).at("import_id", w.register_import);
    vec![
        ask("list_register_entries"),
        ask("search_register").json(json!({ "kind": "importer_number", "value": "28-1111112AA" })),
        ask("set_register_entry").json(json!({ "kind": "importer_number", "value": "28-5555555AA", "party_key": "party-five", "party_name": "Five Trading", "contact_email": null })),
        ask("list_register_history").at("entry_id", w.register_entry),
        ask("import_register").text("text/csv", IMPORT),
        ask("list_register_imports"),
        import("get_register_import"),
        import("list_register_import_errors"),
        ask("list_parties"),
        ask("list_pending_verifications"),
        ask("decide_pending_verification")
            .at("id", w.pending)
            .json(json!({ "decision": "reject", "reason": "Not on file.", "party": null })),
    ]
}
