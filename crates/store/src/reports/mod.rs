//! The sources of reports: what of trade records and of accounts a scope lets see, in the columns that the members of the
//! subjects name. Reports reach tables through here only; how a question becomes a statement is elsewhere.

mod accounts;
mod keys;
mod months;
pub mod query;

use quaymaster_domain::access::ReadScope;
use quaymaster_domain::reports::Source;
use sea_orm::DbBackend;
use sea_orm::sea_query::SelectStatement;

use crate::records::source as records;

/// The rows of a source within the scope: a select of these columns.
#[must_use]
pub fn secured(
    source: Source,
    scope: &ReadScope,
    backend: DbBackend,
    columns: &[&'static str],
) -> SelectStatement {
    match source {
        Source::Entries => records::entries(scope, backend, columns),
        Source::Lines => records::entry_lines(scope, backend, columns),
        Source::Users => accounts::users(scope, backend, columns),
        Source::SignIns => accounts::sign_ins(scope, backend, columns),
        Source::Grants => accounts::grants(scope, backend, columns),
        Source::Identifiers => accounts::identifiers(scope, backend, columns),
        Source::Cases => accounts::cases(scope, backend, columns),
        Source::Audit => accounts::audit(scope, backend, columns),
    }
}
