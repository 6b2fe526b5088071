//! What all lists share: limit and cursor in, items and next cursor out.

use quaymaster_service::{Cursor, PageRequest};
use serde::Deserialize;

use crate::problem::Problem;

/// How many rows a page has unless asked otherwise.
const DEFAULT_LIMIT: u64 = 50;

/// The number of rows per page and where to go on, as a list's query parameters carry them.
pub(crate) fn page_request(
    limit: Option<u64>,
    cursor: Option<&str>,
) -> Result<PageRequest, Problem> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=200).contains(&limit) {
        return Err(Problem::field(
            "?limit",
            "invalid",
            "A page has 1 to 200 rows.",
        ));
    }
    let after = cursor
        .map(|text| Cursor::decode(text).ok_or_else(|| Problem::field("?cursor", "invalid", "This cursor is not one of ours; take next_cursor of the page before, or leave it out.")))
        .transpose()?;
    Ok(PageRequest { limit, after })
}

/// The query of a list without filters.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// Rows per page, 1–200; 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl PageQuery {
    pub(crate) fn request(&self) -> Result<PageRequest, Problem> {
        page_request(self.limit, self.cursor.as_deref())
    }
}
