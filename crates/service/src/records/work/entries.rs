//! The second pass: sorted rows are put together to entries, and entries to batches.

use quaymaster_domain::records::{
    EntryNumber, EntryRecord, RecordRow, RowFault, assemble, read_row,
};
use quaymaster_store::records::imports::RowError;

use super::{BATCH_ERRORS, row_error};
use crate::records::reader::FileProblem;
use crate::records::sort::{Merge, Sorted, cells};

/// Rows of one transaction, unless a single entry has more. On SQLite everybody else who writes waits for it, people who
/// sign in too.
const BATCH_ROWS: usize = 1_000;
/// The most rows of one entry; it is in memory as a whole.
const MOST_ROWS: usize = 20_000;

/// An entry that was decided about as far as the file goes.
pub(super) enum Decided {
    Whole {
        record: Box<EntryRecord>,
        /// The rows that say something of their own, or nearly so.
        rows: Vec<u64>,
        /// All rows.
        count: u64,
        duplicates: u64,
    },
    /// Rows of a refused entry; `first` once an entry. `unfit` of them have their reasons already.
    Refused {
        number: String,
        rows: u64,
        unfit: u64,
        refused: Vec<RowError>,
        first: bool,
    },
}

pub(super) type Batch = Vec<Decided>;

/// Puts entries together and sends them in batches, those behind the checkpoint. Runs on a thread of its own.
pub(super) fn put_together(
    mut merge: Merge,
    checkpoint: Option<&str>,
    send: &flume::Sender<Result<Batch, FileProblem>>,
) {
    let mut batch: Batch = Vec::new();
    let mut size = 0;
    let mut ahead = match merge.next() {
        Ok(ahead) => ahead,
        Err(error) => return broken(send, &error),
    };
    while let Some(first) = ahead {
        let number = first.entry().to_owned();
        let skip = checkpoint.is_some_and(|done| number.as_str() <= done);
        let mut group = Group::new(&number);
        let mut next = Some(first);
        loop {
            match next {
                Some(row) if row.entry() == number => {
                    if !skip {
                        size += 1;
                        if let Some(part) = group.take(&row) {
                            batch.push(part);
                        }
                    }
                }
                other => {
                    ahead = other;
                    break;
                }
            }
            if size >= BATCH_ROWS && group.is_streaming() {
                size = 0;
                if send.send(Ok(std::mem::take(&mut batch))).is_err() {
                    return;
                }
            }
            next = match merge.next() {
                Ok(next) => next,
                Err(error) => return broken(send, &error),
            };
        }
        if !skip {
            batch.push(group.end());
        }
        if size >= BATCH_ROWS {
            size = 0;
            if send.send(Ok(std::mem::take(&mut batch))).is_err() {
                return;
            }
        }
    }
    if !batch.is_empty() {
        // Nobody listens any more when the import was called off.
        let _ = send.send(Ok(batch));
    }
}

fn broken(send: &flume::Sender<Result<Batch, FileProblem>>, error: &std::io::Error) {
    tracing::warn!(%error, "sorted rows could not be read back");
    // Nobody listens any more when the import was called off.
    let _ = send.send(Err(FileProblem::Unreadable));
}

/// The rows of one entry.
struct Group<'a> {
    number: &'a str,
    shown: Option<EntryNumber>,
    rows: Vec<(u64, RecordRow)>,
    last: Option<(u64, String)>,
    duplicates: u64,
    /// The first row that was refused, and how many.
    unfit: Option<(u64, u64)>,
    /// Refusals that wait to be sent, when the entry is too large to be kept.
    too_many: bool,
    streamed: Vec<RowError>,
    first: bool,
    count: u64,
}

impl<'a> Group<'a> {
    fn new(number: &'a str) -> Self {
        Self {
            number,
            shown: EntryNumber::parse(number).ok(),
            rows: Vec::new(),
            last: None,
            duplicates: 0,
            unfit: None,
            too_many: false,
            streamed: Vec::new(),
            first: true,
            count: 0,
        }
    }

    fn is_streaming(&self) -> bool {
        self.too_many || self.unfit.is_some()
    }

    fn error(&self, row: u64, fault: RowFault) -> RowError {
        row_error(row, self.shown.as_ref(), fault)
    }

    fn refusal(&self) -> RowFault {
        match self.unfit {
            Some((row, _)) => RowFault::whole(
                "entry-refused",
                format!(
                    "Row {row} of the same entry was refused; an entry is taken whole or not at all."
                ),
            ),
            None => RowFault::whole(
                "too-large",
                "An entry has at most 20,000 rows here; an entry is taken whole or not at all.",
            ),
        }
    }

    /// Takes a row; gives back refusals when enough of them wait.
    fn take(&mut self, row: &Sorted) -> Option<Decided> {
        let at = row.row();
        let Some(text) = &row.text else {
            self.count += 1;
            let (first, many) = self.unfit.unwrap_or((at, 0));
            self.unfit = Some((first, many + 1));
            return None;
        };
        if self.is_streaming() {
            self.count += 1;
            let fault = self.refusal();
            self.streamed.push(self.error(at, fault));
            return (self.streamed.len() >= BATCH_ERRORS).then(|| self.flush());
        }
        // The same row again and again takes no room.
        if self.last.as_ref().is_some_and(|(_, last)| last == text) {
            self.duplicates += 1;
            return None;
        }
        self.last = Some((at, text.clone()));
        if let (_, Ok(typed)) = read_row(&cells(text)) {
            self.rows.push((at, typed));
        }
        if self.rows.len() > MOST_ROWS {
            self.too_many = true;
            let rows = std::mem::take(&mut self.rows);
            self.count += u64::try_from(rows.len()).unwrap_or(0) + self.duplicates;
            let fault = self.refusal();
            self.streamed
                .extend(rows.into_iter().map(|(at, _)| RowError {
                    row: at,
                    entry: self.shown.as_ref().map(ToString::to_string),
                    column: String::new(),
                    code: fault.code.to_owned(),
                    detail: fault.detail.to_string(),
                }));
            return Some(self.flush());
        }
        None
    }

    fn flush(&mut self) -> Decided {
        Decided::Refused {
            number: self.number.to_owned(),
            rows: std::mem::take(&mut self.count),
            unfit: self
                .unfit
                .as_mut()
                .map_or(0, |(_, many)| std::mem::take(many)),
            refused: std::mem::take(&mut self.streamed),
            first: std::mem::take(&mut self.first),
        }
    }

    fn end(mut self) -> Decided {
        if self.is_streaming() {
            return self.flush();
        }
        let rows: Vec<u64> = self.rows.iter().map(|(row, _)| *row).collect();
        match assemble(std::mem::take(&mut self.rows)) {
            Ok(done) => Decided::Whole {
                record: Box::new(done.record),
                count: u64::try_from(rows.len()).unwrap_or(0) + self.duplicates,
                duplicates: done.duplicates + self.duplicates,
                rows,
            },
            Err(faults) => {
                let named: std::collections::BTreeSet<u64> =
                    faults.iter().map(|(row, _)| *row).collect();
                self.unfit = named.first().map(|row| (*row, 0));
                let rest = self.refusal();
                self.streamed = faults
                    .into_iter()
                    .map(|(row, fault)| row_error(row, self.shown.as_ref(), fault))
                    .collect();
                let others = rows.iter().filter(|row| !named.contains(row));
                let others: Vec<_> = others
                    .map(|row| row_error(*row, self.shown.as_ref(), rest.clone()))
                    .collect();
                self.streamed.extend(others);
                self.streamed.sort_by_key(|error| error.row);
                self.count = u64::try_from(rows.len()).unwrap_or(0) + self.duplicates;
                self.flush()
            }
        }
    }
}
