//! The second pass: sorted rows are put together to entries, and entries to batches.

use std::sync::atomic::AtomicUsize;

use chrono::NaiveDate;
use quaymaster_domain::identifiers::Identifier;
use quaymaster_domain::records::{EntryNumber, RecordRow, RowFault, assemble, read_row};
use quaymaster_store::records::imports::RowError;
use quaymaster_store::records::write::EntryWrite;

use super::stretch::{Batch, Place, Stretch};
use super::{BATCH_ERRORS, Trouble, row_error};
use crate::Services;
use crate::error::Fault;
use crate::identifiers::stored;
use crate::records::reader::FileProblem;
use crate::records::sort::{Merge, Sorted, cells};

/// The most rows of one entry; it is in memory as a whole.
const MOST_ROWS: usize = 20_000;

/// An entry that was decided about as far as the file goes.
pub(super) enum Decided {
    Whole {
        write: Box<EntryWrite>,
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

impl Decided {
    pub(super) fn number(&self) -> &str {
        match self {
            Self::Whole { write, .. } => write.record().number.as_str(),
            Self::Refused { number, .. } => number,
        }
    }

    /// The order within a stretch: by day, then by number.
    pub(super) fn key(&self) -> (Option<NaiveDate>, &str) {
        let day = match self {
            Self::Whole { write, .. } => Some(write.record().header.entry_date),
            Self::Refused { .. } => None,
        };
        (day, self.number())
    }

    /// How many rows of the database it comes to, nearly.
    pub(super) fn rows(&self) -> usize {
        match self {
            Self::Whole { rows, .. } => rows.len(),
            Self::Refused { refused, .. } => refused.len() + 1,
        }
    }
}

/// Puts entries together and sends them in batches, those behind the checkpoint. Runs on a thread of its own.
pub(super) fn put_together(
    s: &Services,
    mut merge: Merge,
    place: Place,
    batch_rows: &AtomicUsize,
    send: &flume::Sender<Result<Batch, Trouble>>,
) {
    let mut stretch = Stretch::new(place.clone(), batch_rows, send);
    // Nobody listens any more when the import was called off.
    let broken = |trouble: Trouble| drop(send.send(Err(trouble)));
    let mut ahead = match merge.next() {
        Ok(ahead) => ahead,
        Err(error) => return broken(unreadable(&error)),
    };
    while let Some(first) = ahead {
        let number = first.entry().to_owned();
        let skip = place.is_past(&number);
        let mut group = Group::new(&number);
        let mut next = Some(first);
        loop {
            match next {
                Some(row) if row.entry() == number => {
                    if !skip
                        && let Some(part) = group.take(&row)
                        && !stretch.take(part)
                    {
                        return;
                    }
                }
                other => {
                    ahead = other;
                    break;
                }
            }
            next = match merge.next() {
                Ok(next) => next,
                Err(error) => return broken(unreadable(&error)),
            };
        }
        if !skip {
            match group.end(s) {
                Ok(entry) => {
                    if !stretch.take(entry) {
                        return;
                    }
                }
                Err(fault) => return broken(fault.into()),
            }
        }
    }
    stretch.flush();
}

fn unreadable(error: &std::io::Error) -> Trouble {
    tracing::warn!(%error, "sorted rows could not be read back");
    FileProblem::Unreadable.into()
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

    fn end(mut self, s: &Services) -> Result<Decided, Fault> {
        if self.is_streaming() {
            return Ok(self.flush());
        }
        let rows: Vec<u64> = self.rows.iter().map(|(row, _)| *row).collect();
        match assemble(std::mem::take(&mut self.rows)) {
            Ok(done) => {
                let identifier = Identifier::ImporterNumber(done.record.header.importer.clone());
                let kept = stored(s, &identifier)?;
                Ok(Decided::Whole {
                    write: Box::new(EntryWrite::new(done.record, kept.lookup, kept.shown)),
                    count: u64::try_from(rows.len()).unwrap_or(0) + self.duplicates,
                    duplicates: done.duplicates + self.duplicates,
                    rows,
                })
            }
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
                Ok(self.flush())
            }
        }
    }
}
