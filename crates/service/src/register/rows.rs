//! Reads register files row by row: CSV with a header, or one JSON object a line. Memory stays the same whatever the file
//! holds: a row has a longest length, and what is longer is skipped. Messages never repeat what a cell says.

use std::collections::BTreeMap;
use std::io::Read;

use csv_core::ReadRecordResult;
use serde::Deserialize;

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
}

/// Why a file is not read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileProblem {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// UTF-16, or no text.
    #[error(
        "the file is not UTF-8 text; save it as \"CSV UTF-8\" or as UTF-8 text and load it again"
    )]
    NotUtf8,
    /// A header without end.
    #[error(
        "the first row is longer than 64 KiB or has more than 64 columns; it names the columns {COLUMNS}"
    )]
    HeaderTooLong,
    /// A column without a name.
    #[error("column {0} of the first row has no name; the first row names the columns {COLUMNS}")]
    BlankName(usize),
    /// Two columns of one name.
    #[error("the first row names the column {0} twice")]
    Duplicate(&'static str),
    /// A column of another name.
    #[error(
        "column {0} of the first row has a name that the register does not know; it knows {COLUMNS}"
    )]
    Unknown(usize),
    /// A column that is needed.
    #[error("the first row does not name the column {0}; it names the columns {COLUMNS}")]
    Missing(&'static str),
    /// The file could not be read back.
    #[error("the file could not be read to its end")]
    Unreadable,
}

/// The columns, in words.
const COLUMNS: &str = "kind, value, party_key, party_name and, if wanted, contact_email";
const NAMES: [&str; 5] = ["kind", "value", "party_key", "party_name", "contact_email"];
const CONTACT: usize = 4;

/// The longest row, bytes.
const LONGEST_ROW: usize = 64 * 1024;
/// The longest cell, bytes.
const LONGEST_CELL: usize = 1000;
/// The most columns.
const MOST_COLUMNS: usize = 64;
/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// What a row says, not looked into yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cells {
    pub(super) kind: String,
    pub(super) value: String,
    pub(super) party_key: String,
    pub(super) party_name: String,
    /// `None` when the file does not speak of it, `Some(None)` when it is blank.
    pub(super) contact_email: Option<Option<String>>,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowFault {
    pub(super) column: &'static str,
    pub(super) code: &'static str,
    pub(super) detail: String,
}

pub(super) fn fault(
    column: &'static str,
    code: &'static str,
    detail: impl Into<String>,
) -> RowFault {
    RowFault {
        column,
        code,
        detail: detail.into(),
    }
}

/// A row with its number in the file; the header of a CSV file is row 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) cells: Result<Cells, Vec<RowFault>>,
}

/// The rows of a file.
pub(super) enum Rows<R> {
    Csv(Box<CsvRows<R>>),
    Ndjson(LineRows<R>),
}

impl<R: Read> Rows<R> {
    /// Looks at the beginning of the file; of CSV reads the header.
    pub(super) fn open(format: Format, file: R) -> Result<Self, FileProblem> {
        match format {
            Format::Csv => Ok(Self::Csv(Box::new(CsvRows::open(file)?))),
            Format::Ndjson => Ok(Self::Ndjson(LineRows::open(file)?)),
        }
    }

    /// The next row; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Row>, FileProblem> {
        match self {
            Self::Csv(rows) => rows.next(),
            Self::Ndjson(rows) => rows.next(),
        }
    }
}

/// A file read in chunks.
struct Chunks<R> {
    file: R,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
}

impl<R: Read> Chunks<R> {
    fn open(file: R) -> Result<Self, FileProblem> {
        let mut chunks = Self {
            file,
            buffer: vec![0; CHUNK],
            at: 0,
            end: 0,
        };
        chunks.refill()?;
        let start = chunks.rest();
        if start.is_empty() {
            return Err(FileProblem::Empty);
        }
        let utf16 = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
        if utf16 || start.iter().take(4096).any(|b| *b == 0) {
            return Err(FileProblem::NotUtf8);
        }
        if start.starts_with(b"\xef\xbb\xbf") {
            chunks.at = 3;
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
                    tracing::warn!(cause = %error, "a register file could not be read");
                    return Err(FileProblem::Unreadable);
                }
            }
        }
        Ok(())
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }
}

/// CSV (RFC 4180): quoted cells may hold commas, quotation marks and line breaks; blank lines are skipped.
pub(super) struct CsvRows<R> {
    chunks: Chunks<R>,
    parser: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    /// For each column of the file the place in [`NAMES`].
    columns: Vec<usize>,
    number: u64,
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
            number: 1,
        };
        let header = match rows.record()? {
            None => return Err(FileProblem::Empty),
            Some(Record::TooLong) => return Err(FileProblem::HeaderTooLong),
            Some(Record::Whole(text, cells)) => rows.cells(text, cells),
        };
        let mut columns: Vec<usize> = Vec::new();
        for (index, cell) in header.into_iter().enumerate() {
            let name = cell.map_err(|_not_text| FileProblem::NotUtf8)?;
            let name = name.trim().to_ascii_lowercase();
            if name.is_empty() {
                return Err(FileProblem::BlankName(index + 1));
            }
            let place = NAMES
                .iter()
                .position(|known| *known == name)
                .ok_or(FileProblem::Unknown(index + 1))?;
            if columns.contains(&place) {
                return Err(FileProblem::Duplicate(NAMES[place]));
            }
            columns.push(place);
        }
        if let Some(missing) = (0..CONTACT).find(|place| !columns.contains(place)) {
            return Err(FileProblem::Missing(NAMES[missing]));
        }
        rows.columns = columns;
        Ok(rows)
    }

    /// Reads one record into the buffers. What does not fit into them is read over.
    fn record(&mut self) -> Result<Option<Record>, FileProblem> {
        let (mut text, mut cells, mut too_long) = (0, 0, false);
        loop {
            self.chunks.refill()?;
            let (result, read, written, ended) = self.parser.read_record(
                self.chunks.rest(),
                &mut self.text[text..],
                &mut self.ends[cells..],
            );
            self.chunks.at += read;
            text += written;
            cells += ended;
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
                ReadRecordResult::Record if too_long => return Ok(Some(Record::TooLong)),
                ReadRecordResult::Record => return Ok(Some(Record::Whole(text, cells))),
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn cells(&self, text: usize, cells: usize) -> Vec<Result<&str, ()>> {
        let text = self.text.get(..text).unwrap_or_default();
        let mut from = 0;
        self.ends
            .iter()
            .take(cells)
            .map(|end| {
                let cell = text.get(from..*end).unwrap_or_default();
                from = *end;
                std::str::from_utf8(cell).map_err(|_not_text| ())
            })
            .collect()
    }

    fn next(&mut self) -> Result<Option<Row>, FileProblem> {
        let Some(record) = self.record()? else {
            return Ok(None);
        };
        self.number += 1;
        let cells = match record {
            Record::TooLong => Err(vec![fault(
                "",
                "too-large",
                "This row is longer than 64 KiB or has more than 64 columns; a quotation mark may be missing.",
            )]),
            Record::Whole(text, cells) => self.row(&self.cells(text, cells)),
        };
        Ok(Some(Row {
            number: self.number,
            cells,
        }))
    }

    fn row(&self, cells: &[Result<&str, ()>]) -> Result<Cells, Vec<RowFault>> {
        if cells.len() != self.columns.len() {
            let words = format!(
                "This row has {} columns, the first row {}.",
                cells.len(),
                self.columns.len()
            );
            return Err(vec![fault("", "wrong-column-count", words)]);
        }
        let mut values: BTreeMap<usize, Option<String>> = BTreeMap::new();
        let mut faults = Vec::new();
        for (place, cell) in self.columns.iter().zip(cells) {
            let column = NAMES[*place];
            match cell {
                Err(()) => faults.push(fault(
                    column,
                    "wrong-encoding",
                    "This cell is not UTF-8 text.",
                )),
                Ok(text) => match checked(column, Some(text)) {
                    Ok(value) => drop(values.insert(*place, value)),
                    Err(unfit) => faults.push(unfit),
                },
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut take = |place: usize| values.remove(&place).flatten().unwrap_or_default();
        let (kind, value, party_key, party_name) = (take(0), take(1), take(2), take(3));
        Ok(Cells {
            kind,
            value,
            party_key,
            party_name,
            contact_email: values.remove(&CONTACT),
        })
    }
}

/// A trimmed cell; blank ones are refused where something is needed.
fn checked(column: &'static str, text: Option<&str>) -> Result<Option<String>, RowFault> {
    let text = text.unwrap_or_default().trim();
    if text.len() > LONGEST_CELL {
        return Err(fault(
            column,
            "too-large",
            "This cell is longer than 1,000 bytes.",
        ));
    }
    if text.contains('\0') {
        return Err(fault(
            column,
            "invalid",
            "This cell contains the character NUL.",
        ));
    }
    match (text.is_empty(), column == NAMES[CONTACT]) {
        (false, _) => Ok(Some(text.to_owned())),
        (true, true) => Ok(None),
        (true, false) => Err(fault(column, "missing", "This cell is needed.")),
    }
}

/// One JSON object a line.
pub(super) struct LineRows<R> {
    chunks: Chunks<R>,
    line: Vec<u8>,
    number: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    kind: Option<String>,
    value: Option<String>,
    party_key: Option<String>,
    party_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    contact_email: Option<Option<String>>,
}

fn present<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl<R: Read> LineRows<R> {
    fn open(file: R) -> Result<Self, FileProblem> {
        Ok(Self {
            chunks: Chunks::open(file)?,
            line: Vec::new(),
            number: 0,
        })
    }

    fn next(&mut self) -> Result<Option<Row>, FileProblem> {
        loop {
            let Some(too_long) = self.read_line()? else {
                return Ok(None);
            };
            self.number += 1;
            if too_long {
                let words = "This line is longer than 64 KiB.";
                return Ok(Some(self.row(Err(vec![fault("", "too-large", words)]))));
            }
            if self.line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Ok(Some(self.row(object(&self.line))));
        }
    }

    fn row(&self, cells: Result<Cells, Vec<RowFault>>) -> Row {
        Row {
            number: self.number,
            cells,
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
            self.chunks.at += used;
            if ended {
                return Ok(Some(too_long));
            }
        }
    }
}

fn object(line: &[u8]) -> Result<Cells, Vec<RowFault>> {
    if std::str::from_utf8(line).is_err() {
        return Err(vec![fault(
            "",
            "wrong-encoding",
            "This line is not UTF-8 text.",
        )]);
    }
    // The parser's own words would repeat what stands there.
    let Line {
        kind,
        value,
        party_key,
        party_name,
        contact_email,
    } = serde_json::from_slice(line).map_err(|_unfit| {
        vec![fault(
            "",
            "unreadable",
            "Every line is one JSON object with the texts kind, value, party_key, party_name and, if wanted, contact_email.",
        )]
    })?;
    let mut faults = Vec::new();
    let mut take =
        |column: &'static str, text: Option<String>| match checked(column, text.as_deref()) {
            Ok(value) => value,
            Err(unfit) => {
                faults.push(unfit);
                None
            }
        };
    let cells = Cells {
        kind: take(NAMES[0], kind).unwrap_or_default(),
        value: take(NAMES[1], value).unwrap_or_default(),
        party_key: take(NAMES[2], party_key).unwrap_or_default(),
        party_name: take(NAMES[3], party_name).unwrap_or_default(),
        contact_email: contact_email.map(|text| take(NAMES[CONTACT], text)),
    };
    if faults.is_empty() {
        Ok(cells)
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests;
