//! Entries are written by day, a stretch of the file at a time. Most indexes are by day: entries of one day meet in few of
//! their pages, those that follow one another by number alone meet in none, and every page that is touched is written whole.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::NaiveDate;

use super::Trouble;
use super::entries::Decided;

/// Rows of a stretch; they are in memory.
const STRETCH_ROWS: usize = 65_536;

/// What is written in one transaction.
pub(super) struct Batch {
    pub(super) entries: Vec<Decided>,
    /// How far the import has come with it.
    pub(super) checkpoint: String,
}

impl Batch {
    /// How many rows of the database it comes to, nearly.
    pub(super) fn rows(&self) -> usize {
        self.entries.iter().map(Decided::rows).sum()
    }
}

/// How far an import has come, as its row keeps it: the last entry by number up to which all are decided about, and within
/// the stretch behind it, which ends at `end`, the last one by day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    up_to: String,
    within: Option<(String, Key)>,
}

/// The order within a stretch; refused entries have no day and come first.
type Key = (Option<NaiveDate>, String);

impl Place {
    /// Reads a checkpoint back.
    pub(super) fn read(checkpoint: Option<&str>) -> Self {
        let mut parts = checkpoint.unwrap_or_default().split(' ');
        let up_to = parts.next().unwrap_or_default().to_owned();
        let within = match (parts.next(), parts.next(), parts.next()) {
            (Some(end), Some(day), Some(number)) => {
                Some((end.to_owned(), (day.parse().ok(), number.to_owned())))
            }
            _ => None,
        };
        Self { up_to, within }
    }

    fn write(&self) -> String {
        match &self.within {
            None => self.up_to.clone(),
            Some((end, (day, number))) => {
                let day = day.map_or_else(|| "-".to_owned(), |day| day.to_string());
                format!("{} {end} {day} {number}", self.up_to)
            }
        }
    }

    /// Whether an entry was decided about, as far as its number tells.
    pub(super) fn is_past(&self, number: &str) -> bool {
        number <= self.up_to.as_str()
    }

    fn is_past_entry(&self, entry: &Decided) -> bool {
        self.within.as_ref().is_some_and(|(end, (day, number))| {
            entry.number() <= end.as_str() && entry.key() <= (*day, number.as_str())
        })
    }
}

/// Entries that wait until there are enough of them.
pub(super) struct Stretch<'a> {
    send: &'a flume::Sender<Result<Batch, Trouble>>,
    /// How many rows a batch should have at the moment.
    batch_rows: &'a AtomicUsize,
    place: Place,
    entries: Vec<Decided>,
    rows: usize,
    most: usize,
}

impl<'a> Stretch<'a> {
    pub(super) fn new(
        place: Place,
        batch_rows: &'a AtomicUsize,
        send: &'a flume::Sender<Result<Batch, Trouble>>,
    ) -> Self {
        Self {
            send,
            batch_rows,
            place,
            entries: Vec::new(),
            rows: 0,
            most: STRETCH_ROWS,
        }
    }

    /// Takes entries by number, and sends them when there are enough; false when nobody listens any more.
    pub(super) fn take(&mut self, entry: Decided) -> bool {
        // A stretch that was begun before a break ends where it would have ended: what is done of it is known by its end.
        if let Some((end, _)) = &self.place.within
            && entry.number() > end.as_str()
            && !self.flush()
        {
            return false;
        }
        if !self.place.is_past_entry(&entry) {
            self.rows += entry.rows();
            self.entries.push(entry);
        }
        self.rows < self.most || self.place.within.is_some() || self.flush()
    }

    /// Sends what waits, in batches; false when nobody listens any more.
    pub(super) fn flush(&mut self) -> bool {
        let begun = self.place.within.take().map(|(end, _)| end);
        let last = || self.entries.last().map(|e| e.number().to_owned());
        let Some(end) = begun.or_else(last) else {
            return true;
        };
        if self.entries.is_empty() {
            self.place.up_to = end;
            return true;
        }
        self.rows = 0;
        let mut entries = std::mem::take(&mut self.entries);
        entries.sort_by(|a, b| a.key().cmp(&b.key()));
        let mut entries = entries.into_iter().peekable();
        let mut batch = Vec::new();
        let mut rows = 0;
        while let Some(entry) = entries.next() {
            rows += entry.rows();
            let last = (entry.key().0, entry.number().to_owned());
            batch.push(entry);
            match entries.peek() {
                None => {
                    self.place = Place {
                        up_to: end.clone(),
                        within: None,
                    }
                }
                Some(next) => {
                    // Parts of one entry stay together: a checkpoint between them would lose the rest.
                    if rows < self.batch_rows.load(Ordering::Relaxed) || next.number() == last.1 {
                        continue;
                    }
                    self.place.within = Some((end.clone(), last));
                }
            }
            rows = 0;
            let batch = Batch {
                entries: std::mem::take(&mut batch),
                checkpoint: self.place.write(),
            };
            if self.send.send(Ok(batch)).is_err() {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use quaymaster_domain::records::{EntryNumber, RecordRow, assemble, read_row};
    use quaymaster_store::records::write::EntryWrite;

    use super::*;
    use crate::records::reader::{Format, Rows};
    use crate::records::sample::{self, Sample};

    /// Entries of the generator by number, every seventh of them refused.
    fn entries() -> Vec<Decided> {
        let sample = Sample {
            seed: 5,
            importers: vec![("28-100000100".to_owned(), "Harbor".to_owned())],
            filers: vec![("Q7M".to_owned(), "The filer".to_owned())],
            today: NaiveDate::from_ymd_opt(2026, 11, 2).unwrap(),
            days: 40,
            first_serial: 1,
        };
        let mut file = Vec::new();
        sample::write(&sample, 600, &mut file).unwrap();
        let mut rows = Rows::open(Format::Csv, file.as_slice()).unwrap();
        let mut groups: Vec<(EntryNumber, Vec<(u64, RecordRow)>)> = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let typed = read_row(&row.cells.unwrap()).1.unwrap();
            match groups.last_mut() {
                Some((number, group)) if *number == typed.number => group.push((row.number, typed)),
                _ => groups.push((typed.number.clone(), vec![(row.number, typed)])),
            }
        }
        let decided = |(n, (number, rows)): (usize, (EntryNumber, Vec<_>))| {
            if n % 7 == 6 {
                return Decided::Refused {
                    number: number.as_str().to_owned(),
                    rows: 1,
                    unfit: 1,
                    refused: Vec::new(),
                    first: true,
                };
            }
            let numbers: Vec<u64> = rows.iter().map(|(row, _)| *row).collect();
            let record = assemble(rows).unwrap().record;
            Decided::Whole {
                write: Box::new(EntryWrite::new(record, "key".to_owned(), "key".to_owned())),
                count: numbers.len() as u64,
                rows: numbers,
                duplicates: 0,
            }
        };
        groups.into_iter().enumerate().map(decided).collect()
    }

    /// Batches of so many rows, out of stretches of so many, behind a checkpoint: days with numbers, and the checkpoint.
    fn batches(from: &str, rows: usize, stretch: usize) -> Vec<(Vec<(String, String)>, String)> {
        let (send, sent) = flume::unbounded();
        let rows = AtomicUsize::new(rows);
        let place = Place::read(Some(from));
        let mut waiting = Stretch::new(place.clone(), &rows, &send);
        waiting.most = stretch;
        for entry in entries() {
            if !place.is_past(entry.number()) {
                assert!(waiting.take(entry));
            }
        }
        assert!(waiting.flush());
        let named = |e: &Decided| (format!("{:?}", e.key().0), e.number().to_owned());
        sent.drain()
            .map(|batch| batch.unwrap_or_else(|_| panic!("a batch")))
            .map(|b| (b.entries.iter().map(named).collect(), b.checkpoint))
            .collect()
    }

    fn numbers(batches: &[(Vec<(String, String)>, String)]) -> impl Iterator<Item = String> {
        let entries = batches.iter().flat_map(|(entries, _)| entries);
        entries.map(|(_, number)| number.clone())
    }

    #[test]
    fn after_breaks_at_any_batch_every_entry_is_decided_about_once() {
        let mut all: Vec<String> = entries().iter().map(|e| e.number().to_owned()).collect();
        all.sort();
        assert!(all.len() > 150, "{}", all.len());
        let whole = batches("", 20, 200);
        assert!(whole.len() > 20, "{}", whole.len());
        assert!(whole.iter().all(|(entries, _)| entries.is_sorted()));
        assert_eq!(whole.last().unwrap().1, *all.last().unwrap());
        for one in (0..whole.len()).step_by(3) {
            // Those who go on may have other sizes, after an update.
            for (rows, stretch) in [(20, 200), (33, 120), (7, 1_000)] {
                let second = batches(&whole[one].1, rows, stretch);
                for two in (0..second.len()).step_by(5) {
                    let third = batches(&second[two].1, rows, stretch);
                    let mut found: Vec<String> = numbers(&whole[..=one]).collect();
                    found.extend(numbers(&second[..=two]));
                    found.extend(numbers(&third));
                    found.sort();
                    assert_eq!(found, all, "{:?}, {:?}", whole[one].1, second[two].1);
                }
            }
        }
    }
}
