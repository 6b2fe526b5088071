//! Trade records: imports of the account, and entries.

use super::super::ask::{Ask, ask};
use super::super::stage::Stage;

const FILE: &str = "Entry Summary Number,Entry Type Code,Importer Number,Port of Entry Code,Entry Date,Entry Summary Line Number,Country of Origin Code,Tariff Ordinal Number,HTS Number - Full,Line Tariff Goods Value Amount,Line Tariff Duty Amount\n";

pub(super) fn all(w: &Stage) -> Vec<Ask> {
    let import = |operation| {
        ask(operation)
            .at("id", w.acme.account)
            .at("import_id", w.record_import)
    };
    vec![
        ask("import_records")
            .at("id", w.acme.account)
            .text("text/csv", FILE),
        ask("list_record_imports").at("id", w.acme.account),
        import("get_record_import"),
        import("list_record_import_errors"),
        import("get_record_import_error_file"),
        import("cancel_record_import"),
        ask("list_entry_summaries"),
        ask("get_entry_summary").at("entry_number", "Q7M-0000001-1"),
        ask("list_entry_lines").at("entry_number", "Q7M-0000001-1"),
    ]
}
