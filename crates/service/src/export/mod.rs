//! What leaves the portal as a file: one description of a document with a table, written as CSV or as PDF. What stands in
//! it is the business of the areas.

pub mod chart;
mod csv;
mod pdf;
mod text;

use std::borrow::Cow;

use chrono::{DateTime, Utc};

pub use self::csv::{rows_to_csv, to_csv};
pub use pdf::{PdfError, to_pdf};

/// A document: a title, some facts, one table.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The title.
    pub title: String,
    /// Facts above the table: label and value.
    pub facts: Vec<(String, String)>,
    /// A picture between the facts and the table.
    pub chart: Option<chart::Chart>,
    /// The columns of the table.
    pub columns: Vec<Column>,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Vec<String>>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its heading.
    pub heading: Cow<'static, str>,
    /// Its share of the width on paper, compared with the others.
    pub share: f32,
}
