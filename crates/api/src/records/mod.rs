//! Trade records over HTTP: imports of an account, and entries over everything that the reader may see.

mod entries;
mod imports;

use crate::operation_list::Operations;

/// The operations of this area.
pub(crate) fn area(config: &mut Operations) {
    config
        .service(imports::import_records)
        .service(imports::list_record_imports)
        .service(imports::get_record_import)
        .service(imports::cancel_record_import)
        .service(imports::list_record_import_errors)
        .service(imports::get_record_import_error_file)
        .service(entries::list_entry_summaries)
        .service(entries::get_entry_summary)
        .service(entries::list_entry_lines);
}
