//! Trade records (DOMAIN section 8): who sees which, their import, search and the page of one entry.

pub mod import;
mod reader;
pub mod sample;
mod scope;
mod scope_cache;
pub mod search;
mod sort;
pub mod sums;
mod work;

pub use quaymaster_domain::access::{ReadScope, ScopeFilter};
pub use quaymaster_store::records::write::{Epoch, epoch};
pub use scope::{ReportReach, read_scope, report_reach};
pub use scope_cache::ScopeCache;
pub use work::{one as work_on_one, release, tidy};
