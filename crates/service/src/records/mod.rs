//! Trade records (DOMAIN section 8): who sees which, their import, search and the page of one entry.

mod scope;

pub use quaymaster_domain::access::{ReadScope, ScopeFilter};
pub use scope::{read_scope, report_scope};
