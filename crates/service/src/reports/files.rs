//! A finished result as a file: CSV, XLSX with typed cells and a cover sheet, PDF. Written from chunks on a thread of its
//! own into a temporary file, so that memory stays flat. What stands in the result is decided elsewhere.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

use super::table::{Facts, Kind, ResultColumn, ResultRow, RowKind};
use crate::error::Fault;
use crate::export::chart::Chart;
use crate::export::{Column, Sheet, rows_to_csv, to_pdf};

/// Rows of a table on paper: beyond that, nobody turns the pages.
const MOST_ROWS_ON_PAPER: usize = 5_000;
/// Every cell is an element of its own for screen readers, and in memory until the document is done.
const MOST_CELLS_ON_PAPER: usize = 24_000;

/// A sheet of a spreadsheet has 1,048,576 rows; one is the header.
const MOST_ROWS_IN_A_SHEET: u32 = 1_048_575;

/// A cell of a spreadsheet holds so many characters.
const MOST_CHARS_IN_A_CELL: usize = 32_767;

/// The formats of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// Comma-separated values.
    Csv,
    /// A spreadsheet.
    Xlsx,
    /// A document for reading.
    Pdf,
}

impl FileFormat {
    /// Every format.
    pub const ALL: &'static [Self] = &[Self::Csv, Self::Xlsx, Self::Pdf];

    /// The word on the wire, which is the ending of the file's name too.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|f| f.as_str() == word)
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pdf => "application/pdf",
        }
    }
}

/// What stands on the cover sheet and above the table.
#[derive(Clone, Debug)]
pub(super) struct Cover {
    /// The name of the report.
    pub title: String,
    /// Label and value.
    pub facts: Vec<(String, String)>,
    /// Said when the limit of rows cut the result.
    pub cut: Option<String>,
    /// When the file was made.
    pub made_at: chrono::DateTime<chrono::Utc>,
}

/// Chunks of rows, one after the other; an error ends the file.
pub(super) type Chunks = tokio::sync::mpsc::Receiver<Result<Vec<ResultRow>, Fault>>;

/// Writes a file. Blocks: for a thread of its own.
pub(super) fn write(
    format: FileFormat,
    cover: &Cover,
    facts: &Facts,
    chart: Option<Chart>,
    chunks: Chunks,
) -> Result<File, Fault> {
    match format {
        FileFormat::Csv => csv(cover, facts, chunks),
        FileFormat::Xlsx => xlsx(cover, facts, chunks),
        FileFormat::Pdf => pdf(cover, facts, chart, chunks),
    }
}

fn io(error: std::io::Error) -> Fault {
    Fault::Internal(format!("a file of a report could not be written: {error}"))
}

fn refused(error: XlsxError) -> Fault {
    Fault::Internal(format!("a spreadsheet could not be written: {error}"))
}

/// What a cell says where all is text. Totals say so in their first empty column.
fn shown(columns: &[ResultColumn], row: &ResultRow) -> Vec<String> {
    let mut cells: Vec<String> = columns
        .iter()
        .zip(&row.cells)
        .map(|(_, cell)| cell.clone().unwrap_or_default())
        .collect();
    if let Some((place, word)) = total_word(columns, row)
        && let Some(cell) = cells.get_mut(place)
    {
        word.clone_into(cell);
    }
    cells
}

/// The place and the words that mark a row as a total, where a column of the group is empty.
fn total_word(columns: &[ResultColumn], row: &ResultRow) -> Option<(usize, &'static str)> {
    let word = match row.kind {
        RowKind::Detail => return None,
        RowKind::Subtotal(_) => "Subtotal",
        RowKind::GrandTotal => "Grand total",
        RowKind::Others => "Others",
    };
    let place = columns
        .iter()
        .zip(&row.cells)
        .position(|(column, cell)| !column.measure && cell.is_none())?;
    Some((place, word))
}

fn csv(cover: &Cover, facts: &Facts, mut chunks: Chunks) -> Result<File, Fault> {
    let mut file = tempfile::tempfile().map_err(io)?;
    let header: Vec<&str> = facts.columns.iter().map(|c| c.label.as_str()).collect();
    let mut first = Some(header);
    loop {
        let rows = match chunks.blocking_recv() {
            None => break,
            Some(rows) => rows?,
        };
        let text = csv_rows(facts, first.take().as_deref(), &rows)?;
        file.write_all(&text).map_err(io)?;
    }
    if let Some(header) = first {
        file.write_all(&csv_rows(facts, Some(&header), &[])?)
            .map_err(io)?;
    }
    // A file without a cover says it in a last line of its own.
    if let Some(words) = &cover.cut {
        let mut line = vec![String::new(); facts.columns.len()];
        if let Some(cell) = line.first_mut() {
            cell.clone_from(words);
        }
        file.write_all(&rows_to_csv(None, &[line], &[]).map_err(io)?)
            .map_err(io)?;
    }
    rewound(file)
}

/// Numbers stay numbers, also negative ones; only texts can be formulas.
fn csv_rows(facts: &Facts, header: Option<&[&str]>, rows: &[ResultRow]) -> Result<Vec<u8>, Fault> {
    let plain: Vec<bool> = facts.columns.iter().map(|c| c.kind.is_number()).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(|row| shown(&facts.columns, row)).collect();
    rows_to_csv(header, &rows, &plain).map_err(io)
}

fn rewound(mut file: File) -> Result<File, Fault> {
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    Ok(file)
}

struct Formats {
    heading: Format,
    plain: Vec<Format>,
    total: Vec<Format>,
}

impl Formats {
    fn of(columns: &[ResultColumn]) -> Self {
        let one = |column: &ResultColumn| {
            let decimals = |n: u32| {
                if n == 0 {
                    "0".to_owned()
                } else {
                    format!("0.{}", "0".repeat(n as usize))
                }
            };
            match column.kind {
                Kind::Text | Kind::Month => Format::new().set_num_format("@"),
                Kind::Boolean => Format::new(),
                Kind::Date => Format::new().set_num_format("yyyy-mm-dd"),
                Kind::Integer => Format::new().set_num_format("#,##0"),
                Kind::Money => Format::new().set_num_format("#,##0.00"),
                Kind::Decimal => {
                    Format::new().set_num_format(format!("#,##{}", decimals(column.scale)))
                }
                Kind::Percent => Format::new().set_num_format("0.00%"),
            }
        };
        Self {
            heading: Format::new().set_bold(),
            plain: columns.iter().map(one).collect(),
            total: columns.iter().map(|c| one(c).set_bold()).collect(),
        }
    }
}

fn xlsx(cover: &Cover, facts: &Facts, mut chunks: Chunks) -> Result<File, Fault> {
    let mut book = Workbook::new();
    let formats = Formats::of(&facts.columns);
    let sheet = book.add_worksheet_with_constant_memory().map_err(refused)?;
    sheet.set_name("Report").map_err(refused)?;
    sheet.set_freeze_panes(1, 0).map_err(refused)?;
    for (place, column) in (0_u16..).zip(&facts.columns) {
        let wide = match column.kind {
            Kind::Text => 24.0,
            _ => 14.0,
        };
        sheet.set_column_width(place, wide).map_err(refused)?;
        sheet
            .write_string_with_format(0, place, cut(&column.label), &formats.heading)
            .map_err(refused)?;
    }
    let mut line = 0_u32;
    while let Some(rows) = chunks.blocking_recv() {
        for row in rows? {
            if line >= MOST_ROWS_IN_A_SHEET {
                break;
            }
            line += 1;
            let word = total_word(&facts.columns, &row);
            let formats = match row.kind {
                RowKind::Detail => &formats.plain,
                _ => &formats.total,
            };
            let cells = facts.columns.iter().zip(&row.cells).zip(formats);
            for (place, ((column, cell), format)) in (0_u16..).zip(cells) {
                let text = match (cell, word) {
                    (Some(text), _) => text.as_str(),
                    (None, Some((at, word))) if at == usize::from(place) => {
                        sheet
                            .write_string_with_format(line, place, word, format)
                            .map_err(refused)?;
                        continue;
                    }
                    (None, _) => continue,
                };
                write_cell(sheet, line, place, column.kind, text, format).map_err(refused)?;
            }
        }
    }
    let about = book.add_worksheet_with_constant_memory().map_err(refused)?;
    about.set_name("About this report").map_err(refused)?;
    about.set_column_width(0, 24.0).map_err(refused)?;
    about.set_column_width(1, 100.0).map_err(refused)?;
    about
        .write_string_with_format(0, 0, cut(&cover.title), &formats.heading)
        .map_err(refused)?;
    for (line, (label, value)) in (1_u32..).zip(&cover.facts) {
        about
            .write_string_with_format(line, 0, cut(label), &formats.heading)
            .map_err(refused)?;
        about.write_string(line, 1, cut(value)).map_err(refused)?;
    }
    let mut file = tempfile::tempfile().map_err(io)?;
    let copy = file.try_clone().map_err(io)?;
    book.save_to_writer(copy).map_err(refused)?;
    file.flush().map_err(io)?;
    rewound(file)
}

fn cut(text: &str) -> String {
    text.chars().take(MOST_CHARS_IN_A_CELL).collect()
}

/// Texts are written as texts, so that nothing that people type is ever a formula. A number that a spreadsheet would round
/// stays a text: it keeps 15 digits.
fn write_cell(
    sheet: &mut rust_xlsxwriter::Worksheet,
    line: u32,
    place: u16,
    kind: Kind,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    match kind {
        Kind::Integer | Kind::Decimal | Kind::Money | Kind::Percent => {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            if let Ok(number) = text.parse::<f64>()
                && (digits <= 15 || kind == Kind::Percent)
            {
                sheet.write_number_with_format(line, place, number, format)?;
                return Ok(());
            }
        }
        Kind::Boolean => {
            if let Ok(yes) = text.parse::<bool>() {
                sheet.write_boolean_with_format(line, place, yes, format)?;
                return Ok(());
            }
        }
        Kind::Date => {
            if let Ok(date) = ExcelDateTime::parse_from_str(text) {
                sheet.write_datetime_with_format(line, place, &date, format)?;
                return Ok(());
            }
        }
        Kind::Text | Kind::Month => {}
    }
    sheet.write_string_with_format(line, place, cut(text), format)?;
    Ok(())
}

fn pdf(
    cover: &Cover,
    facts: &Facts,
    chart: Option<Chart>,
    mut chunks: Chunks,
) -> Result<File, Fault> {
    let mut rows = Vec::new();
    let mut all = 0_usize;
    let most = (MOST_CELLS_ON_PAPER / facts.columns.len().max(1)).min(MOST_ROWS_ON_PAPER);
    while let Some(chunk) = chunks.blocking_recv() {
        for row in chunk? {
            all += 1;
            if rows.len() < most {
                rows.push(shown(&facts.columns, &row));
            }
        }
    }
    let mut words = cover.facts.clone();
    if all > rows.len() {
        words.push((
            "Rows on paper".to_owned(),
            format!(
                "the first {} of {all}; CSV and XLSX have all of them",
                rows.len()
            ),
        ));
    }
    let sheet = Sheet {
        title: cover.title.clone(),
        facts: words,
        chart,
        columns: facts
            .columns
            .iter()
            .map(|column| Column {
                heading: column.label.clone().into(),
                share: if column.kind == Kind::Text { 1.6 } else { 1.0 },
            })
            .collect(),
        rows,
        made_at: cover.made_at,
    };
    let bytes = to_pdf(&sheet).map_err(|error| Fault::Internal(error.to_string()))?;
    let mut file = tempfile::tempfile().map_err(io)?;
    file.write_all(&bytes).map_err(io)?;
    rewound(file)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::super::table::Explain;
    use super::*;

    fn facts() -> Facts {
        let column = |id: &str, kind, measure| ResultColumn {
            id: id.to_owned(),
            label: id.to_uppercase(),
            kind,
            scale: 2,
            measure,
            of: id.to_owned(),
            part: None,
        };
        Facts {
            columns: vec![
                column("name", Kind::Text, false),
                column("day", Kind::Date, false),
                column("duty", Kind::Money, true),
            ],
            explain: Explain::default(),
        }
    }

    fn row(kind: RowKind, cells: [Option<&str>; 3]) -> ResultRow {
        ResultRow {
            kind,
            cells: cells.map(|c| c.map(str::to_owned)).to_vec(),
            alerts: Vec::new(),
        }
    }

    fn written(format: FileFormat) -> Vec<u8> {
        let (send, chunks) = tokio::sync::mpsc::channel(4);
        send.try_send(Ok(vec![
            row(
                RowKind::Detail,
                [
                    Some("=HYPERLINK(\"x\")"),
                    Some("2026-03-01"),
                    Some("-12.50"),
                ],
            ),
            row(RowKind::GrandTotal, [None, None, Some("-12.50")]),
        ]))
        .unwrap();
        drop(send);
        let cover = Cover {
            title: "Duty".to_owned(),
            facts: vec![("Made".to_owned(), "now".to_owned())],
            cut: None,
            made_at: chrono::DateTime::UNIX_EPOCH,
        };
        let mut file = write(format, &cover, &facts(), None, chunks).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn texts_are_no_formulas_and_numbers_stay_numbers() {
        let csv = String::from_utf8(written(FileFormat::Csv)).unwrap();
        assert_eq!(
            csv,
            "NAME,DAY,DUTY\r\n\"'=HYPERLINK(\"\"x\"\")\",2026-03-01,-12.50\r\nGrand total,,-12.50\r\n"
        );
    }

    #[test]
    fn spreadsheets_and_documents_are_what_they_say() {
        assert!(written(FileFormat::Xlsx).starts_with(b"PK"));
        assert!(written(FileFormat::Pdf).starts_with(b"%PDF-1.7"));
    }
}
