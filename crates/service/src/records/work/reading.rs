//! The first pass over a file: rows are read, checked and sorted by entry. What is unfit is told as it is found.

use std::fs::File;

use quaymaster_domain::records::read_row;
use quaymaster_store::records::imports::RowError;

use super::{BATCH_ERRORS, row_error};
use crate::records::reader::{FileProblem, Rows};
use crate::records::sort::{Merge, Sorter};

/// Rows between two notes of how far reading has come.
const NOTE_ROWS: u64 = 50_000;

/// What reading tells as it goes.
pub(super) struct Read {
    pub(super) rows: u64,
    pub(super) unfit: u64,
    pub(super) bytes: u64,
    pub(super) refused: Vec<RowError>,
    /// Sentences about the file; at the end only.
    pub(super) notes: Option<Vec<String>>,
}

/// Reads, checks and sorts all rows. Runs on a thread of its own; stops when nobody listens any more.
pub(super) fn read(
    mut rows: Rows<File>,
    mut sorter: Sorter,
    tell: &flume::Sender<Read>,
) -> Result<Option<Merge>, FileProblem> {
    let broken = |error: std::io::Error| {
        tracing::warn!(%error, "rows could not be sorted");
        FileProblem::Unreadable
    };
    let mut now = Read {
        rows: 0,
        unfit: 0,
        bytes: 0,
        refused: Vec::new(),
        notes: None,
    };
    let mut told = 0;
    while let Some(row) = rows.next()? {
        let number = row.number;
        now.rows += 1;
        match row.cells {
            Err(fault) => {
                now.unfit += 1;
                now.refused.push(row_error(number, None, fault));
            }
            Ok(cells) => match read_row(&cells) {
                (Some(entry), Ok(typed)) => {
                    let place = (typed.line.line_no, typed.line.ordinal);
                    sorter.take(&entry, place, number, &cells).map_err(broken)?;
                }
                // A row that fits has a number.
                (None, Ok(_)) => {}
                (entry, Err(faults)) => {
                    now.unfit += 1;
                    if let Some(entry) = &entry {
                        sorter.refuse(entry, number).map_err(broken)?;
                    }
                    now.refused.extend(
                        faults
                            .into_iter()
                            .map(|fault| row_error(number, entry.as_ref(), fault)),
                    );
                }
            },
        }
        if now.refused.len() >= BATCH_ERRORS || now.rows - told >= NOTE_ROWS {
            told = now.rows;
            now.bytes = rows.bytes();
            let note = Read {
                refused: std::mem::take(&mut now.refused),
                notes: None,
                ..now
            };
            if tell.send(note).is_err() {
                return Ok(None);
            }
        }
    }
    now.bytes = rows.bytes();
    now.notes = Some(rows.notes());
    if tell.send(now).is_err() {
        return Ok(None);
    }
    sorter.merge().map(Some).map_err(broken)
}
