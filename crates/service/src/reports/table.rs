//! The result of a run as it is kept, shown and exported: columns, rows, chunks of a thousand rows. How it is computed, and
//! how it looks in a file, is elsewhere.

use serde::{Deserialize, Serialize};

use crate::error::Fault;

pub use quaymaster_domain::reports::Kind;

/// How many rows a chunk has; the last one fewer.
pub const CHUNK_ROWS: u64 = 1000;

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultColumn {
    /// As in the definition.
    pub id: String,
    /// Its heading.
    pub label: String,
    /// What kind of values.
    pub kind: Kind,
    /// Decimals of a number.
    pub scale: u32,
    /// It is computed, not grouped by.
    pub measure: bool,
    /// The column of the definition that it is of.
    #[serde(default)]
    pub of: String,
    /// Which part of that: a value of the pivot, or `before`, `change`, `rate` of two periods.
    #[serde(default)]
    pub part: Option<String>,
}

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// A record, or a group of the finest level.
    Detail,
    /// The total of a group: so many columns of breaks are fixed.
    Subtotal(u32),
    /// The total of everything.
    GrandTotal,
    /// Everything below the first ones of a ranking.
    Others,
}

/// A row of a result. Cells are exact texts: `2026-03-01`, `12`, `1234.50`, `0.0525`, `true`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultRow {
    /// What it stands for.
    #[serde(rename = "k")]
    pub kind: RowKind,
    /// A cell for every column; `None` is empty.
    #[serde(rename = "c")]
    pub cells: Vec<Option<String>>,
    /// A style for every cell, empty text for none; no entry at all when no cell has one.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<String>,
}

/// What decided the rows, how fresh they are, and with which values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explain {
    /// Which identifiers and grants decided, in sentences.
    pub sentences: Vec<String>,
    /// As of when the data is.
    pub data_as_of: Option<chrono::DateTime<chrono::Utc>>,
    /// Label and value of every prompt.
    pub prompts: Vec<(String, String)>,
}

/// Everything about a result but its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The columns.
    pub columns: Vec<ResultColumn>,
    /// What decided the rows.
    pub explain: Explain,
}

/// Rows as they are kept.
///
/// # Errors
/// Never in practice: texts always can be written.
pub(super) fn encode(rows: &[ResultRow]) -> Result<Vec<u8>, Fault> {
    // Room for everything from the start: text that grows by doubling leaves a piece of every size behind.
    let cell = |cell: &Option<String>| cell.as_ref().map_or(5, |text| text.len() + 4);
    let row = |row: &ResultRow| 48 + row.cells.iter().map(cell).sum::<usize>();
    let mut text = Vec::with_capacity(rows.iter().map(row).sum());
    serde_json::to_writer(&mut text, rows).map_err(|error| Fault::Internal(error.to_string()))?;
    Ok(text)
}

/// Rows as they were kept.
///
/// # Errors
/// When they are damaged.
pub(super) fn decode(content: &[u8]) -> Result<Vec<ResultRow>, Fault> {
    serde_json::from_slice(content)
        .map_err(|error| Fault::Internal(format!("report_chunks.content does not fit: {error}")))
}
