//! Which operations an API client may call, and with which scope. Whatever is not named here is for people.

use quaymaster_domain::api_clients::ApiScope;

/// Operations by the scope that opens them.
const OPEN: &[(ApiScope, &[&str])] = &[
    (
        ApiScope::StructureRead,
        &[
            "list_accounts",
            "get_account",
            "list_contacts",
            "list_addresses",
            "list_activities",
            "list_sub_accounts",
            "get_sub_account",
        ],
    ),
    (
        ApiScope::IdentifiersWrite,
        &["add_identifier", "remove_identifier"],
    ),
    (
        ApiScope::RecordsRead,
        &[
            "list_entry_summaries",
            "get_entry_summary",
            "list_entry_lines",
        ],
    ),
    (
        ApiScope::RecordsImport,
        &[
            "import_records",
            "list_record_imports",
            "get_record_import",
            "cancel_record_import",
            "list_record_import_errors",
            "get_record_import_error_file",
        ],
    ),
    (ApiScope::UsersRead, &["list_users"]),
    (ApiScope::EventsRead, &["list_account_events"]),
    (ApiScope::AuditRead, &["list_account_audit_events"]),
];

/// The scope by which an API client may call an operation.
pub(crate) fn scope_of(operation: &str) -> Option<ApiScope> {
    let found = OPEN.iter().find(|(_, ids)| ids.contains(&operation));
    found.map(|(scope, _)| *scope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_operations_that_exist_and_every_scope_opens_one() {
        let api = crate::contract::openapi().to_json().unwrap_or_default();
        for (_, ids) in OPEN {
            for id in *ids {
                assert!(api.contains(&format!("\"operationId\":\"{id}\"")), "{id}");
            }
        }
        for scope in ApiScope::ALL {
            assert!(OPEN.iter().any(|(open, _)| open == scope), "{scope:?}");
        }
    }
}
