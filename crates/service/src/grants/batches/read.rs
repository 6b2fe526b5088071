//! Reading the file of access requests: columns, rows, and what is wrong with a row. Asking for access is in the module above.

use std::collections::HashMap;
use std::fs::File;

use chrono::NaiveDate;
use quaymaster_domain::access_reviews::end_of;
use quaymaster_domain::account_number::AccountNumber;
use quaymaster_domain::grants::{GrantRights, RecordsScope};
use quaymaster_domain::identifiers::{Identifier, IdentifierKind};
use quaymaster_domain::people::{Reason, UserName};

use super::super::propose::Wanted;
use super::{AT_ONCE, Ask, BatchError, LONGEST_CELL, Plan, Read, RowFault, fault};

const COLUMNS: [&str; 11] = [
    "account_number",
    "owner_user_id",
    "identifier_kind",
    "identifier",
    "structure",
    "records",
    "reports",
    "users",
    "top_level",
    "purpose",
    "ends_on",
];

/// Where each column stands in the file.
struct Header(HashMap<&'static str, usize>);

impl Header {
    fn of(record: &csv::StringRecord) -> Result<Self, BatchError> {
        let mut found = HashMap::new();
        for (at, name) in record.iter().enumerate() {
            let name = name.trim().trim_start_matches('\u{feff}').to_lowercase();
            let Some(column) = COLUMNS.iter().find(|c| **c == name) else {
                return Err(BatchError::File(format!(
                    "there is no column {}; known are {}",
                    name.chars().take(40).collect::<String>(),
                    COLUMNS.join(", ")
                )));
            };
            if found.insert(*column, at).is_some() {
                return Err(BatchError::File(format!(
                    "the column {column} stands there twice"
                )));
            }
        }
        let whom = |a, b| found.contains_key(a) && found.contains_key(b);
        if !whom("account_number", "owner_user_id") && !whom("identifier_kind", "identifier") {
            return Err(BatchError::File(
                "the first row names the columns; account_number and owner_user_id, or identifier_kind and identifier are needed".to_owned(),
            ));
        }
        if !found.contains_key("purpose") {
            return Err(BatchError::File("the column purpose is needed".to_owned()));
        }
        Ok(Self(found))
    }

    fn cell<'r>(&self, record: &'r csv::StringRecord, column: &str) -> &'r str {
        let at = self.0.get(column).copied();
        at.and_then(|at| record.get(at)).unwrap_or_default().trim()
    }
}

fn yes(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" => Some(true),
        "" | "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

fn plan(header: &Header, record: &csv::StringRecord) -> Result<Plan, Vec<RowFault>> {
    let cell = |column| header.cell(record, column);
    let mut faults = Vec::new();
    if let Some(column) = COLUMNS
        .iter()
        .find(|c| cell(c).chars().count() > LONGEST_CELL || cell(c).contains('\0'))
    {
        return Err(vec![fault(column, "invalid", "This cell is too long.")]);
    }
    let mut flag = |column: &'static str| {
        yes(cell(column)).unwrap_or_else(|| {
            faults.push(fault(column, "invalid", "Write yes or no."));
            false
        })
    };
    let (structure, reports, users, top_level) = (
        flag("structure"),
        flag("reports"),
        flag("users"),
        flag("top_level"),
    );
    let records = match cell("records") {
        "" => Some(RecordsScope::None),
        word => RecordsScope::from_word(&word.to_lowercase()),
    };
    let records = records.unwrap_or_else(|| {
        faults.push(fault(
            "records",
            "invalid",
            "Write none, own_filings or all.",
        ));
        RecordsScope::None
    });
    let purpose = Reason::parse(cell("purpose"))
        .map_err(|e| faults.push(fault("purpose", "invalid", e.to_string())))
        .ok();
    let ends_at = match cell("ends_on") {
        "" => Some(None),
        "until revoked" => Some(Some(None)),
        day => match day.parse::<NaiveDate>() {
            Ok(day) if (1900..=2999).contains(&chrono::Datelike::year(&day)) => {
                Some(Some(Some(end_of(day))))
            }
            _ => {
                faults.push(fault(
                    "ends_on",
                    "invalid",
                    "Write a day as YYYY-MM-DD, or until revoked, or leave it empty for 12 months.",
                ));
                None
            }
        },
    };
    let typed = !cell("account_number").is_empty() || !cell("owner_user_id").is_empty();
    let by_identifier = !cell("identifier_kind").is_empty() || !cell("identifier").is_empty();
    let ask = match (typed, by_identifier) {
        (true, true) => {
            faults.push(fault(
                "",
                "invalid",
                "Name the company by account number and owner, or by an identifier, not by both.",
            ));
            None
        }
        (false, false) => {
            faults.push(fault("", "missing", "Say which company is asked."));
            None
        }
        (true, false) => {
            let number = AccountNumber::parse(cell("account_number"))
                .map_err(|e| faults.push(fault("account_number", "invalid", e.to_string())))
                .ok();
            let owner = UserName::parse(cell("owner_user_id"))
                .map_err(|e| faults.push(fault("owner_user_id", "invalid", e.to_string())))
                .ok();
            number
                .zip(owner)
                .map(|(number, owner)| Ask::Typed(number, owner))
        }
        (false, true) => match IdentifierKind::from_word(cell("identifier_kind")) {
            None => {
                faults.push(fault(
                    "identifier_kind",
                    "invalid",
                    "This is not a kind of identifier; write for instance importer_number.",
                ));
                None
            }
            Some(kind) => Identifier::parse(kind, cell("identifier"))
                .map_err(|e| {
                    faults.push(fault("identifier", "identifier-malformed", e.to_string()));
                })
                .ok()
                .map(Ask::Identifier),
        },
    };
    match (ask, purpose, ends_at) {
        (Some(ask), Some(purpose), Some(ends_at)) if faults.is_empty() => Ok(Plan {
            ask,
            wanted: Wanted {
                all_sub_accounts: true,
                sub_accounts: Vec::new(),
                top_level,
                rights: GrantRights {
                    structure,
                    records,
                    reports,
                    users,
                },
                purpose,
                starts_at: None,
                ends_at,
            },
        }),
        _ => Err(faults),
    }
}

/// Reads the file in pieces. The first thing sent is an error when the file as a whole cannot be read.
pub(super) fn read(file: File, sender: &flume::Sender<Result<Vec<Read>, BatchError>>) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(std::io::BufReader::new(file));
    let mut record = csv::StringRecord::new();
    let header = match reader.read_record(&mut record) {
        Ok(true) => Header::of(&record),
        Ok(false) => Err(BatchError::File("the file is empty".to_owned())),
        Err(error) => Err(BatchError::File(unreadable(&error))),
    };
    let header = match header {
        Ok(header) => header,
        Err(error) => {
            let _ = sender.send(Err(error));
            return;
        }
    };
    let width = header.0.len();
    let mut line = 1;
    loop {
        let mut piece = Vec::with_capacity(AT_ONCE);
        let mut more = true;
        while piece.len() < AT_ONCE {
            line += 1;
            match reader.read_record(&mut record) {
                Ok(false) => {
                    more = false;
                    break;
                }
                Ok(true) if record.len() != width => piece.push((
                    line,
                    Err(vec![fault(
                        "",
                        "invalid",
                        format!(
                            "This row has {} cells, the first one {width}.",
                            record.len()
                        ),
                    )]),
                )),
                Ok(true) => piece.push((line, plan(&header, &record))),
                Err(error) => {
                    piece.push((line, Err(vec![fault("", "unreadable", unreadable(&error))])));
                }
            }
        }
        let empty = piece.is_empty();
        if (!empty && sender.send(Ok(piece)).is_err()) || !more {
            return;
        }
    }
}

fn unreadable(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "This row is not UTF-8.".to_owned(),
        _ => "This row cannot be read as CSV.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom};

    use super::*;

    fn rows(text: &str) -> Vec<Read> {
        use std::io::Write;
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.seek(SeekFrom::Start(0)).unwrap();
        let (sender, pieces) = flume::unbounded();
        read(file, &sender);
        drop(sender);
        let mut all = Vec::new();
        for piece in pieces {
            all.extend(piece.unwrap());
        }
        all
    }

    fn columns(read: &Read) -> Vec<String> {
        match &read.1 {
            Ok(_) => Vec::new(),
            Err(faults) => faults.iter().map(|f| f.column.clone()).collect(),
        }
    }

    #[test]
    fn every_cell_that_does_not_fit_is_named() {
        let file = "account_number,owner_user_id,identifier_kind,identifier,structure,records,purpose,ends_on\n\
            QM-0000-00001-8,ana.lee,,,yes,all,You are our client,2026-12-31\n\
            QM-0000-00001-9,a,,,maybe,some,x,soon\n\
            ,,importer_number,12-34,yes,,You are our client,\n\
            ,,tax_number,1,yes,,You are our client,\n\
            ,,,,yes,,You are our client,until revoked\n\
            QM-0000-00001-8,ana.lee,ein,28-1111111,yes,,You are our client,\n\
            too,few\n";
        let found = rows(file);
        let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8]);
        assert!(columns(&found[0]).is_empty(), "{:?}", found[0]);
        assert_eq!(
            columns(&found[1]),
            [
                "structure",
                "records",
                "purpose",
                "ends_on",
                "account_number",
                "owner_user_id"
            ]
        );
        assert_eq!(columns(&found[2]), ["identifier"]);
        assert_eq!(columns(&found[3]), ["identifier_kind"]);
        for other in &found[4..] {
            assert_eq!(columns(other), [""]);
        }
    }

    #[test]
    fn a_file_without_the_columns_is_refused_as_a_whole() {
        for (file, words) in [
            ("", "empty"),
            ("account_number,purpose\n", "needed"),
            ("account_number,owner_user_id\n", "purpose"),
            ("account_number,owner_user_id,purpose,colour\n", "colour"),
            ("account_number,owner_user_id,purpose,purpose\n", "twice"),
        ] {
            use std::io::Write;
            let mut source = tempfile::tempfile().unwrap();
            source.write_all(file.as_bytes()).unwrap();
            source.seek(SeekFrom::Start(0)).unwrap();
            let (sender, pieces) = flume::unbounded();
            read(source, &sender);
            let first = pieces.try_recv().unwrap();
            let error = first.err().unwrap().to_string();
            assert!(error.contains(words), "{file}: {error}");
        }
    }
}
