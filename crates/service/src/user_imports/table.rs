//! From the bytes of a CSV file to rows of named cells. A file that is no table of ours is refused in words before anything
//! is looked up; what the cells mean is read elsewhere.

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::error::Fault;

/// The most rows below the header.
pub const MOST_ROWS: usize = 2_000;

macro_rules! columns {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// The columns, by name, in any order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Column { $($(#[$doc])* $variant),+ }

        impl Column {
            /// Every column.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in the header.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name),+ } }
        }
    };
}

columns! {
    /// Where the link goes; who the person is.
    Email = "email",
    /// Given name.
    GivenName = "given_name",
    /// Family name.
    FamilyName = "family_name",
    /// `user` or `proxy`; `user` when empty.
    Role = "role",
    /// A sub-account by name or identity.
    SubAccount = "sub_account",
    /// `none`, `read`, `write`.
    Structure = "structure",
    /// `none`, `read`.
    Records = "records",
    /// `none`, `run`, `share`.
    Reports = "reports",
    /// Ports, with blanks or semicolons between them.
    PortCodes = "port_codes",
}

const NEEDED: &[Column] = &[Column::Email, Column::GivenName, Column::FamilyName];

/// A row below the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the file in which it begins; the header is line 1.
    pub line: u64,
    cells: Vec<String>,
    /// How many cells it has, when that is not as many as the header.
    pub ragged: Option<usize>,
}

impl Row {
    /// The cell, trimmed; empty when there is none.
    #[must_use]
    pub fn cell(&self, column: Column) -> &str {
        self.cells.get(column as usize).map_or("", String::as_str)
    }
}

fn refuse(words: impl Into<String>) -> Fault {
    Fault::field("", "invalid", words)
}

/// Reads a file.
///
/// # Errors
/// [`Fault::Invalid`] with what is wrong with the file as a whole.
pub fn read(bytes: &[u8]) -> Result<Vec<Row>, Fault> {
    let text = text(bytes)?;
    let mut reader = ReaderBuilder::new()
        .has_headers(true)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| refuse(words(&error)))?;
    let places = places(header)?;
    let width = header.len();
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    let mut lines = Lines::of(text);
    while reader
        .read_record(&mut record)
        .map_err(|error| refuse(words(&error)))?
    {
        // Spreadsheets write rows of nothing but separators below the last one.
        if record.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() == MOST_ROWS {
            return Err(refuse(format!(
                "the file has more than {MOST_ROWS} rows; split it"
            )));
        }
        let cells = places
            .iter()
            .map(|place| {
                place
                    .and_then(|at| record.get(at))
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect();
        rows.push(Row {
            line: lines.at(record.position().map_or(0, csv::Position::byte)),
            cells,
            ragged: (record.len() != width).then_some(record.len()),
        });
    }
    if rows.is_empty() {
        return Err(refuse("the file has no rows below the header"));
    }
    Ok(rows)
}

/// Tells in which line a record begins. The reader's own count is one behind after CRLF and stands still at empty lines.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// The line of the first byte from `start` on that ends no line. Asked for in the order of the file.
    fn at(&mut self, start: u64) -> u64 {
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        while let Some(byte) = self.text.get(self.at) {
            let ends_line = matches!(byte, b'\r' | b'\n');
            if self.at >= start && !ends_line {
                break;
            }
            let before_newline = *byte == b'\r' && self.text.get(self.at + 1) == Some(&b'\n');
            if ends_line && !before_newline {
                self.line += 1;
            }
            self.at += 1;
        }
        self.line
    }
}

fn text(bytes: &[u8]) -> Result<&str, Fault> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(refuse(
            "the file is UTF-16; save it as CSV in UTF-8 (in Excel: \"CSV UTF-8\")",
        ));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        refuse(format!(
            "line {line} is not UTF-8; save the file as CSV in UTF-8 (in Excel: \"CSV UTF-8\")"
        ))
    })?;
    if text.contains('\0') {
        return Err(refuse("the file contains the character NUL and is no text"));
    }
    if text.trim().is_empty() {
        return Err(refuse(format!(
            "the file is empty; its first line names the columns: {}",
            known()
        )));
    }
    Ok(text)
}

/// Where each column stands in the header.
fn places(header: &StringRecord) -> Result<Vec<Option<usize>>, Fault> {
    if header.len() > Column::ALL.len() {
        return Err(refuse(format!(
            "the header has {} columns; there are at most {}: {}",
            header.len(),
            Column::ALL.len(),
            known()
        )));
    }
    if let Some(only) = header.get(0).filter(|_| header.len() == 1) {
        for (sign, name) in [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")] {
            if only.contains(sign) {
                return Err(refuse(format!(
                    "the columns are separated by {name}; separate them by commas"
                )));
            }
        }
    }
    let mut places = vec![None; Column::ALL.len()];
    for (at, name) in header.iter().enumerate() {
        let shown: String = name.chars().take(60).collect();
        if name.is_empty() {
            return Err(refuse(format!(
                "the header of column {} is empty; the columns are: {}",
                at + 1,
                known()
            )));
        }
        let column = Column::ALL
            .iter()
            .find(|column| column.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| {
                refuse(format!(
                    "there is no column \"{shown}\"; the columns are: {}",
                    known()
                ))
            })?;
        if places[*column as usize].replace(at).is_some() {
            return Err(refuse(format!("the column \"{shown}\" stands there twice")));
        }
    }
    for column in NEEDED {
        if places[*column as usize].is_none() {
            return Err(refuse(format!(
                "the column \"{}\" is missing; the columns are: {}",
                column.name(),
                known()
            )));
        }
    }
    Ok(places)
}

fn known() -> String {
    let names: Vec<_> = Column::ALL.iter().map(|column| column.name()).collect();
    names.join(", ")
}

fn words(error: &csv::Error) -> String {
    match error.position() {
        Some(at) => format!("line {} cannot be read as CSV", at.line()),
        None => "the file cannot be read as CSV".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refusal(bytes: &[u8]) -> String {
        match read(bytes) {
            Err(Fault::Invalid(faults)) => faults[0].detail.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn columns_stand_in_any_order_and_line_ends_of_any_kind() {
        let rows = read(
            b"\xEF\xBB\xBFFamily_Name, given_name ,email\r\nLee,Ana,a@harbor.example\r\n,,\r\n\r\n\"Sm,ith\",Bo,b@harbor.example",
        )
        .unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].cell(Column::FamilyName), "Lee");
        assert_eq!(rows[0].cell(Column::Role), "");
        assert_eq!(rows[1].cell(Column::FamilyName), "Sm,ith");
        assert_eq!((rows[0].line, rows[1].line), (2, 5));
    }

    #[test]
    fn lines_are_those_of_an_editor_whatever_ends_them() {
        for end in ["\n", "\r\n", "\r"] {
            let file = format!(
                "email,given_name,family_name{end}a@b.example,A,B{end}{end},,{end}\"c@d.example\",\"C{end}D\",E{end}f@g.example,F,G"
            );
            let lines: Vec<_> = read(file.as_bytes())
                .unwrap()
                .iter()
                .map(|row| row.line)
                .collect();
            assert_eq!(lines, [2, 5, 7], "{end:?}");
        }
    }

    #[test]
    fn ragged_rows_are_told() {
        let rows =
            read(b"email,given_name,family_name\na@b.example,Ana\nb@b.example,B,C,D\n").unwrap();
        assert_eq!((rows[0].ragged, rows[1].ragged), (Some(2), Some(4)));
    }

    #[test]
    fn a_file_that_is_no_table_of_ours_is_refused_in_words() {
        let wide = vec!["x"; 100_000].join(",");
        let long = format!(
            "email,given_name,family_name\n{}",
            "a@b.example,A,B\n".repeat(MOST_ROWS + 1)
        );
        for (bytes, words) in [
            (&b""[..], "empty"),
            (b"\xEF\xBB\xBF \n", "empty"),
            (b"\xFF\xFEe\0m\0", "UTF-16"),
            (b"email,given_name,family_name\na,b,c\n\xE9,b,c", "line 3"),
            (b"email,given_name,family_name\na\0,b,c", "NUL"),
            (b"email,given_name,family_name\n", "no rows"),
            (b"email,,family_name\na,b,c", "column 2 is empty"),
            (b"email,given_name,Email\na,b,c", "twice"),
            (b"email,given_name,surname\na,b,c", "no column \"surname\""),
            (b"email,given_name\na,b", "\"family_name\" is missing"),
            (b"email;given_name;family_name\na;b;c", "semicolons"),
            (wide.as_bytes(), "100000 columns"),
            (long.as_bytes(), "more than 2000 rows"),
        ] {
            let found = refusal(bytes);
            assert!(found.contains(words), "{found} has no {words}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
            let mut table = b"email,given_name,family_name\n".to_vec();
            table.extend(&bytes);
            if let Ok(rows) = read(&table) {
                prop_assert!(rows.iter().all(|row| row.line >= 2));
            }
        }
    }
}
