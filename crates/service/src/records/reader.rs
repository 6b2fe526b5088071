//! Reads files of ES-003 row by row: CSV with a header in any order, or one JSON object a line. Memory stays the same whatever
//! the file holds: a row has a longest length, and what is longer is skipped. Messages never repeat what a cell says.

use std::io::Read;

use csv_core::ReadRecordResult;
use quaymaster_domain::records::{COLUMNS, Cells, Column, RowFault, column_of};
use serde_json::Value;

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

impl Format {
    /// The word in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Csv, Self::Ndjson]
            .into_iter()
            .find(|f| f.as_str() == word)
    }
}

/// Why a file is not read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileProblem {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// A workbook.
    #[error(
        "this is a workbook (XLSX) or another packed file, not CSV; open it and save it as \"CSV UTF-8\""
    )]
    Packed,
    /// UTF-16, or no text.
    #[error("the file is not UTF-8 text; save it as \"CSV UTF-8\" or as UTF-8 text")]
    NotUtf8,
    /// A header without end.
    #[error(
        "the first row is longer than 64 KiB or has more than 256 columns; it names the columns of report ES-003"
    )]
    HeaderTooLong,
    /// Two columns of one name.
    #[error("the first row names the column {0} twice")]
    Duplicate(&'static str),
    /// Columns that are needed.
    #[error(
        "the first row does not name the columns {0}; take the file as report ES-003 writes it"
    )]
    Missing(String),
    /// The file could not be read back.
    #[error("the file could not be read to its end")]
    Unreadable,
}

/// The longest row, bytes.
const LONGEST_ROW: usize = 64 * 1024;
/// The most columns.
const MOST_COLUMNS: usize = 256;
/// How much is read at once.
const CHUNK: usize = 64 * 1024;
/// How many names of columns that are kept out are told.
const MOST_NAMED: usize = 20;

const WIDTH: usize = COLUMNS.len();

/// A row as it stands there, with its number in the file; the header of a CSV file is row 1.
pub(super) struct Row<'a> {
    pub(super) number: u64,
    pub(super) cells: Result<Cells<'a>, RowFault>,
}

/// The rows of a file.
pub(super) enum Rows<R> {
    Csv(Box<CsvRows<R>>),
    Ndjson(Box<LineRows<R>>),
}

impl<R: Read> Rows<R> {
    /// Looks at the beginning of the file; of CSV reads the header.
    pub(super) fn open(format: Format, file: R) -> Result<Self, FileProblem> {
        match format {
            Format::Csv => Ok(Self::Csv(Box::new(CsvRows::open(file)?))),
            Format::Ndjson => Ok(Self::Ndjson(Box::new(LineRows::open(file)?))),
        }
    }

    /// The next row; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, FileProblem> {
        match self {
            Self::Csv(rows) => rows.next(),
            Self::Ndjson(rows) => rows.next(),
        }
    }

    /// How many bytes were taken.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Csv(rows) => rows.chunks.taken,
            Self::Ndjson(rows) => rows.chunks.taken,
        }
    }

    /// What there is to say about the file so far, in sentences.
    pub(super) fn notes(&self) -> Vec<String> {
        let (kept_out, more) = match self {
            Self::Csv(rows) => (&rows.kept_out, 0),
            Self::Ndjson(rows) => (&rows.kept_out, rows.more_kept_out),
        };
        if kept_out.is_empty() {
            return Vec::new();
        }
        let named = kept_out
            .iter()
            .take(MOST_NAMED)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        let left = kept_out.len().saturating_sub(MOST_NAMED) + more;
        let rest = if left > 0 {
            format!(" and {left} more")
        } else {
            String::new()
        };
        vec![format!(
            "These columns are not read and were kept out: {named}{rest}."
        )]
    }
}

/// The name of a column for a message: short and harmless.
fn shown(name: &str) -> String {
    let plain: String = name
        .chars()
        .filter(|c| !c.is_control())
        .take(60)
        .collect::<String>()
        .trim()
        .to_owned();
    if plain.is_empty() {
        "(no name)".to_owned()
    } else {
        plain
    }
}

/// A file read in chunks.
struct Chunks<R> {
    file: R,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    taken: u64,
}

impl<R: Read> Chunks<R> {
    fn open(file: R) -> Result<Self, FileProblem> {
        let mut chunks = Self {
            file,
            buffer: vec![0; CHUNK],
            at: 0,
            end: 0,
            taken: 0,
        };
        chunks.refill()?;
        let start = chunks.rest();
        if start.is_empty() {
            return Err(FileProblem::Empty);
        }
        // The first bytes of ZIP (and so of XLSX), of gzip and of old workbooks.
        let packed: [&[u8]; 3] = [b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"];
        if packed.iter().any(|magic| start.starts_with(magic)) {
            return Err(FileProblem::Packed);
        }
        let utf16 = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
        if utf16 || start.iter().take(4096).any(|b| *b == 0) {
            return Err(FileProblem::NotUtf8);
        }
        if start.starts_with(b"\xef\xbb\xbf") {
            chunks.take(3);
        }
        Ok(chunks)
    }

    /// Reads the next chunk when the last one is used up; empty at the end of the file.
    fn refill(&mut self) -> Result<(), FileProblem> {
        if self.at < self.end {
            return Ok(());
        }
        self.at = 0;
        self.end = 0;
        while self.end < self.buffer.len() {
            match self.file.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(n) => self.end += n,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    tracing::warn!(cause = %error, "a file of records could not be read");
                    return Err(FileProblem::Unreadable);
                }
            }
        }
        Ok(())
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }

    fn take(&mut self, bytes: usize) {
        self.at += bytes;
        self.taken += u64::try_from(bytes).unwrap_or(0);
    }
}

/// CSV (RFC 4180): quoted cells may hold commas, quotation marks and line breaks; blank lines are skipped.
pub(super) struct CsvRows<R> {
    chunks: Chunks<R>,
    parser: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    /// For each column of the file what it is; `None` is kept out.
    columns: Vec<Option<Column>>,
    kept_out: Vec<String>,
    number: u64,
    /// Whether the file has ended within the row that was read last: no line break, or a quotation mark left open.
    cut: bool,
}

enum Record {
    /// So many bytes of text and so many cells.
    Whole(usize, usize),
    TooLong,
}

impl<R: Read> CsvRows<R> {
    fn open(file: R) -> Result<Self, FileProblem> {
        let mut rows = Self {
            chunks: Chunks::open(file)?,
            parser: csv_core::Reader::new(),
            text: vec![0; LONGEST_ROW],
            ends: vec![0; MOST_COLUMNS],
            columns: Vec::new(),
            kept_out: Vec::new(),
            number: 1,
            cut: false,
        };
        let (text, cells) = match rows.record()? {
            None => return Err(FileProblem::Empty),
            Some(Record::TooLong) => return Err(FileProblem::HeaderTooLong),
            Some(Record::Whole(text, cells)) => (text, cells),
        };
        let mut columns: Vec<Option<Column>> = Vec::with_capacity(cells);
        let mut kept_out = Vec::new();
        for index in 0..cells {
            let name = rows.cell(text, index).ok_or(FileProblem::NotUtf8)?;
            let column = column_of(name);
            match column {
                None => kept_out.push(shown(name)),
                Some(known) if columns.contains(&column) => {
                    return Err(FileProblem::Duplicate(known.name()));
                }
                Some(_) => {}
            }
            columns.push(column);
        }
        let missing: Vec<_> = COLUMNS
            .iter()
            .filter(|c| c.is_needed() && !columns.contains(&Some(**c)))
            .map(|c| c.name())
            .collect();
        if !missing.is_empty() {
            return Err(FileProblem::Missing(missing.join(", ")));
        }
        rows.columns = columns;
        rows.kept_out = kept_out;
        Ok(rows)
    }

    /// Reads one record into the buffers. What does not fit into them is read over.
    fn record(&mut self) -> Result<Option<Record>, FileProblem> {
        let (mut text, mut cells, mut too_long) = (0, 0, false);
        loop {
            self.chunks.refill()?;
            let ended = self.chunks.rest().is_empty();
            let (result, read, written, found) = self.parser.read_record(
                self.chunks.rest(),
                &mut self.text[text..],
                &mut self.ends[cells..],
            );
            self.chunks.take(read);
            text += written;
            cells += found;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => {
                    too_long = true;
                    text = 0;
                }
                ReadRecordResult::OutputEndsFull => {
                    too_long = true;
                    cells = 0;
                }
                ReadRecordResult::Record => {
                    // The end of the file closes a record that nothing else has closed.
                    self.cut = ended;
                    return Ok(Some(if too_long {
                        Record::TooLong
                    } else {
                        Record::Whole(text, cells)
                    }));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn cell(&self, text: usize, index: usize) -> Option<&str> {
        let from = index
            .checked_sub(1)
            .map_or(0, |before| self.ends.get(before).copied().unwrap_or(0));
        let to = self.ends.get(index).copied().unwrap_or(0).min(text);
        std::str::from_utf8(self.text.get(from..to)?).ok()
    }

    fn next(&mut self) -> Result<Option<Row<'_>>, FileProblem> {
        let Some(record) = self.record()? else {
            return Ok(None);
        };
        self.number += 1;
        let cells = match record {
            Record::TooLong => Err(RowFault::whole(
                "too-large",
                "This row is longer than 64 KiB or has more than 256 columns; a quotation mark may be missing.",
            )),
            Record::Whole(text, cells) => self.row(text, cells),
        };
        Ok(Some(Row {
            number: self.number,
            cells,
        }))
    }

    fn row(&self, text: usize, cells: usize) -> Result<Cells<'_>, RowFault> {
        if cells != self.columns.len() {
            return Err(if self.cut {
                RowFault::whole(
                    "cut-off",
                    "The file ends in the middle of this row; download it again.",
                )
            } else {
                RowFault::whole(
                    "wrong-column-count",
                    format!(
                        "This row has {cells} columns, the first row {}.",
                        self.columns.len()
                    ),
                )
            });
        }
        let mut found: Cells<'_> = [""; WIDTH];
        for (index, column) in self.columns.iter().enumerate() {
            if let Some(column) = column {
                found[*column as usize] = self.cell(text, index).ok_or_else(|| {
                    RowFault::at(*column, "wrong-encoding", "This cell is not UTF-8 text.")
                })?;
            }
        }
        Ok(found)
    }
}

/// One JSON object a line.
pub(super) struct LineRows<R> {
    chunks: Chunks<R>,
    line: Vec<u8>,
    values: [String; WIDTH],
    kept_out: Vec<String>,
    more_kept_out: usize,
    number: u64,
    cut: bool,
}

impl<R: Read> LineRows<R> {
    fn open(file: R) -> Result<Self, FileProblem> {
        Ok(Self {
            chunks: Chunks::open(file)?,
            line: Vec::new(),
            values: std::array::from_fn(|_| String::new()),
            kept_out: Vec::new(),
            more_kept_out: 0,
            number: 0,
            cut: false,
        })
    }

    fn next(&mut self) -> Result<Option<Row<'_>>, FileProblem> {
        loop {
            let Some(too_long) = self.read_line()? else {
                return Ok(None);
            };
            self.number += 1;
            let fault = if too_long {
                Some(RowFault::whole(
                    "too-large",
                    "This line is longer than 64 KiB.",
                ))
            } else if self.line.iter().all(u8::is_ascii_whitespace) {
                continue;
            } else {
                self.object().err()
            };
            let number = self.number;
            let cells = match fault {
                Some(fault) => Err(fault),
                None => Ok(std::array::from_fn(|n| self.values[n].as_str())),
            };
            return Ok(Some(Row { number, cells }));
        }
    }

    /// Reads up to the next line break; true when the line was too long to keep, `None` at the end of the file.
    fn read_line(&mut self) -> Result<Option<bool>, FileProblem> {
        self.line.clear();
        let (mut any, mut too_long) = (false, false);
        loop {
            self.chunks.refill()?;
            let rest = self.chunks.rest();
            if rest.is_empty() {
                self.cut = true;
                return Ok(any.then_some(too_long));
            }
            any = true;
            let (piece, used, ended) = match rest.iter().position(|b| *b == b'\n') {
                Some(end) => (rest.get(..end).unwrap_or_default(), end + 1, true),
                None => (rest, rest.len(), false),
            };
            if self.line.len() + piece.len() > LONGEST_ROW {
                too_long = true;
                self.line.clear();
            } else if !too_long {
                self.line.extend_from_slice(piece);
            }
            self.chunks.take(used);
            if ended {
                return Ok(Some(too_long));
            }
        }
    }

    fn object(&mut self) -> Result<(), RowFault> {
        if std::str::from_utf8(&self.line).is_err() {
            return Err(RowFault::whole(
                "wrong-encoding",
                "This line is not UTF-8 text.",
            ));
        }
        // The parser's own words would repeat what stands there.
        let unreadable = |cut: bool| {
            if cut {
                RowFault::whole(
                    "cut-off",
                    "The file ends in the middle of this line; download it again.",
                )
            } else {
                RowFault::whole("unreadable", "Every line is one JSON object.")
            }
        };
        let cut = self.cut;
        let object: serde_json::Map<String, Value> =
            serde_json::from_slice(&self.line).map_err(|_unfit| unreadable(cut))?;
        for value in &mut self.values {
            value.clear();
        }
        let mut seen = [false; WIDTH];
        for (name, value) in object {
            let Some(column) = column_of(&name) else {
                if !self.kept_out.contains(&shown(&name)) {
                    if self.kept_out.len() < MOST_NAMED {
                        self.kept_out.push(shown(&name));
                    } else {
                        self.more_kept_out = 1;
                    }
                }
                continue;
            };
            let place = column as usize;
            if std::mem::replace(&mut seen[place], true) {
                return Err(RowFault::at(
                    column,
                    "contradiction",
                    "This line names the column twice.",
                ));
            }
            self.values[place] = match value {
                Value::Null => String::new(),
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                    return Err(RowFault::at(
                        column,
                        "invalid",
                        "A value here is a text, a number or null.",
                    ));
                }
            };
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row's number, and its cells or why it has none.
    type ReadRow = (u64, Result<Vec<String>, &'static str>);

    const HEADER: &str = "HTS Number - Full,Entry Summary Number,Entry Type Code,Importer Number,Port of Entry Code,Entry Date,Entry Summary Line Number,Country of Origin Code,Tariff Ordinal Number,Line Tariff Goods Value Amount,Line Tariff Duty Amount,Importer Name";

    fn read(format: Format, text: &[u8]) -> Result<Vec<ReadRow>, FileProblem> {
        let mut rows = Rows::open(format, text)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let cells = row
                .cells
                .map(|cells| cells.iter().map(|c| (*c).to_owned()).collect())
                .map_err(|fault| fault.code);
            all.push((row.number, cells));
        }
        Ok(all)
    }

    #[test]
    fn headers_come_in_any_order_with_a_mark_and_other_line_ends() {
        let text = format!(
            "\u{feff}{HEADER},Extra\r\n8471300100,ABC-1234567-6,01,08-123456700,2704,03/02/2026,1,CN,1,\"1,234.50\",0,\"Harbor\nLights\",x\r\n"
        );
        let rows = read(Format::Csv, text.as_bytes()).unwrap();
        assert_eq!(rows.len(), 1);
        let cells = rows[0].1.as_ref().unwrap();
        assert_eq!(rows[0].0, 2);
        assert_eq!(cells[Column::Number as usize], "ABC-1234567-6");
        assert_eq!(cells[Column::Value as usize], "1,234.50");
        assert_eq!(cells[Column::ImporterName as usize], "Harbor\nLights");
        let rows = Rows::open(Format::Csv, text.as_bytes()).unwrap();
        assert_eq!(
            rows.notes(),
            ["These columns are not read and were kept out: Extra."]
        );
    }

    #[test]
    fn files_that_are_none_are_refused_in_words() {
        for (text, problem) in [
            (&b""[..], FileProblem::Empty),
            (b"PK\x03\x04\x14\x00", FileProblem::Packed),
            (b"\xff\xfea\x00", FileProblem::NotUtf8),
            (b"a\x00b", FileProblem::NotUtf8),
        ] {
            assert_eq!(read(Format::Csv, text), Err(problem));
        }
        assert!(matches!(
            read(Format::Csv, b"Entry Date\n"),
            Err(FileProblem::Missing(_))
        ));
        let twice = format!("{HEADER},entry_date\n");
        assert_eq!(
            read(Format::Csv, twice.as_bytes()),
            Err(FileProblem::Duplicate("Entry Date"))
        );
    }

    #[test]
    fn a_file_that_stops_in_a_line_says_so() {
        let whole = "8471300100,ABC-1234567-6,01,08-123456700,2704,03/02/2026,1,CN,1,1,0,X";
        for cut in ["8471300100,ABC-1234567-6,01", "8471300100,\"ABC"] {
            let rows = read(Format::Csv, format!("{HEADER}\n{whole}\n{cut}").as_bytes()).unwrap();
            assert_eq!(rows[1], (3, Err("cut-off")), "{cut}");
            assert!(rows[0].1.is_ok());
        }
        let rows = read(Format::Csv, format!("{HEADER}\n{whole}").as_bytes()).unwrap();
        assert!(rows[0].1.is_ok());
        let rows = read(
            Format::Ndjson,
            b"{\"entry_date\":\"2026-01-01\"}\n{\"entry_",
        )
        .unwrap();
        assert!(rows[0].1.is_ok());
        assert_eq!(rows[1], (2, Err("cut-off")));
    }

    #[test]
    fn lines_of_json_are_read() {
        let text = b"{\"Entry Summary Number\":\"ABC-1234567-6\",\"line_tariff_duty_amount\":12.5,\"importer_name\":null,\"x\":1}\n\n[1]\n{\"entry_date\":{}}\n{\"entry_date\":1,\"Entry Date\":2}\n";
        let rows = read(Format::Ndjson, text).unwrap();
        let cells = rows[0].1.as_ref().unwrap();
        assert_eq!(cells[Column::Number as usize], "ABC-1234567-6");
        assert_eq!(cells[Column::Duty as usize], "12.5");
        assert_eq!(rows[1], (3, Err("unreadable")));
        assert_eq!(rows[2], (4, Err("invalid")));
        assert_eq!(rows[3], (5, Err("contradiction")));
    }
}
