//! Rows of a file brought together by entry, line and ordinal, whatever their order in the file: sorted pieces on disk, merged.
//! Memory holds one piece and one buffer a piece, however large the file.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use quaymaster_domain::records::{COLUMNS, Cells, EntryNumber};

/// How many bytes of rows are sorted at once.
const PIECE: usize = 16 * 1024 * 1024;
/// The buffer of a piece that is read back.
const BUFFER: usize = 32 * 1024;
/// Stands between cells; no cell of a row that was taken has it.
const BETWEEN: char = '\u{1f}';

/// Entry number, line, ordinal, row: the order of the merge.
type Key = [u8; 27];

fn key(number: &EntryNumber, line: u32, ordinal: u32, row: u64) -> Key {
    let mut key = [0; 27];
    key[..11].copy_from_slice(number.as_str().as_bytes());
    key[11..15].copy_from_slice(&line.to_be_bytes());
    key[15..19].copy_from_slice(&ordinal.to_be_bytes());
    key[19..].copy_from_slice(&row.to_be_bytes());
    key
}

/// A row that comes out of the merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sorted {
    key: Key,
    /// The cells; nothing for a row that was refused when it was read. Those come first in their entry.
    pub(super) text: Option<String>,
}

impl Sorted {
    /// The number of the entry.
    pub(super) fn entry(&self) -> &str {
        // Made of an entry number, which is ASCII.
        std::str::from_utf8(&self.key[..11]).unwrap_or_default()
    }

    /// The row in the file.
    pub(super) fn row(&self) -> u64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.key[19..]);
        u64::from_be_bytes(bytes)
    }
}

/// The cells of a row that was sorted.
pub(super) fn cells(text: &str) -> Cells<'_> {
    let mut parts = text.split(BETWEEN);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// Takes rows in the order of the file.
pub(super) struct Sorter {
    folder: Option<PathBuf>,
    arena: Vec<u8>,
    /// Key, and where the text stands; `None` for a refused row.
    rows: Vec<(Key, Option<(usize, usize)>)>,
    pieces: Vec<File>,
}

impl Sorter {
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self {
            folder,
            arena: Vec::new(),
            rows: Vec::new(),
            pieces: Vec::new(),
        }
    }

    /// Takes a row that fits.
    pub(super) fn take(
        &mut self,
        number: &EntryNumber,
        place: (u32, u32),
        row: u64,
        cells: &Cells<'_>,
    ) -> std::io::Result<()> {
        let start = self.arena.len();
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.arena.push(BETWEEN as u8);
            }
            self.arena.extend_from_slice(cell.trim().as_bytes());
        }
        let length = self.arena.len() - start;
        self.rows
            .push((key(number, place.0, place.1, row), Some((start, length))));
        self.full()
    }

    /// Takes note of a row that was refused but names its entry.
    pub(super) fn refuse(&mut self, number: &EntryNumber, row: u64) -> std::io::Result<()> {
        self.rows.push((key(number, 0, 0, row), None));
        self.full()
    }

    fn full(&mut self) -> std::io::Result<()> {
        if self.arena.len() + self.rows.len() * size_of::<(Key, Option<(usize, usize)>)>() < PIECE {
            return Ok(());
        }
        self.rows.sort_unstable();
        let file = match &self.folder {
            Some(folder) => tempfile::tempfile_in(folder)?,
            None => tempfile::tempfile()?,
        };
        let mut out = BufWriter::with_capacity(BUFFER, file);
        for (key, text) in &self.rows {
            out.write_all(key)?;
            // A refused row has no text, another one at least the signs between its cells.
            let text = text.map_or(&[][..], |(start, length)| {
                self.arena.get(start..start + length).unwrap_or_default()
            });
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            out.write_all(&length.to_be_bytes())?;
            out.write_all(text)?;
        }
        let mut file = out
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        self.pieces.push(file);
        self.rows.clear();
        self.arena.clear();
        Ok(())
    }

    /// All rows in order.
    pub(super) fn merge(mut self) -> std::io::Result<Merge> {
        self.rows.sort_unstable();
        let mut merge = Merge {
            arena: self.arena,
            rest: self.rows.into_iter(),
            pieces: self
                .pieces
                .into_iter()
                .map(|file| BufReader::with_capacity(BUFFER, file))
                .collect(),
            heads: BinaryHeap::new(),
        };
        for piece in 0..=merge.pieces.len() {
            merge.advance(piece)?;
        }
        Ok(merge)
    }
}

/// The rows in order.
pub(super) struct Merge {
    arena: Vec<u8>,
    rest: std::vec::IntoIter<(Key, Option<(usize, usize)>)>,
    pieces: Vec<BufReader<File>>,
    heads: BinaryHeap<Reverse<(Key, usize, Option<String>)>>,
}

impl Merge {
    /// Puts the next row of a piece among the heads; the piece after the last is the one in memory.
    fn advance(&mut self, piece: usize) -> std::io::Result<()> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let Some(file) = self.pieces.get_mut(piece) else {
            if let Some((key, place)) = self.rest.next() {
                let text = place.map(|(start, length)| {
                    text(self.arena.get(start..start + length).unwrap_or_default())
                });
                self.heads.push(Reverse((key, piece, text)));
            }
            return Ok(());
        };
        let mut key: Key = [0; 27];
        match file.read_exact(&mut key) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        }
        let mut length = [0; 4];
        file.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes)?;
        let text = (length > 0).then(|| text(&bytes));
        self.heads.push(Reverse((key, piece, text)));
        Ok(())
    }

    pub(super) fn next(&mut self) -> std::io::Result<Option<Sorted>> {
        let Some(Reverse((key, piece, text))) = self.heads.pop() else {
            return Ok(None);
        };
        self.advance(piece)?;
        Ok(Some(Sorted { key, text }))
    }
}

/// How many cells a row has; the sign between them stands once less.
const _: () = assert!(COLUMNS.len() > 1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_out_by_entry_also_over_several_pieces() {
        let mut sorter = Sorter::new(None);
        let long = "x".repeat(4000);
        let mut cells: Cells<'_> = [""; COLUMNS.len()];
        cells[3] = &long;
        let numbers: Vec<_> = (0..97)
            .map(|n| EntryNumber::make("Q7M", n).unwrap())
            .collect();
        // Some 40 MiB: more than two pieces on disk, and one in memory.
        for row in 0..10_000_u32 {
            let number = &numbers[(row as usize * 31) % 97];
            if row % 1000 == 999 {
                sorter.refuse(number, u64::from(row)).unwrap();
            } else {
                sorter
                    .take(number, (row % 7 + 1, 1), u64::from(row), &cells)
                    .unwrap();
            }
        }
        assert!(sorter.pieces.len() >= 2);
        let mut merge = sorter.merge().unwrap();
        let (mut rows, mut refused, mut last) = (0, 0, None::<Key>);
        while let Some(found) = merge.next().unwrap() {
            assert!(last.is_none_or(|before| before < found.key));
            last = Some(found.key);
            rows += 1;
            match &found.text {
                None => refused += 1,
                Some(text) => assert_eq!(super::cells(text)[3], long),
            }
        }
        assert_eq!((rows, refused), (10_000, 10));
    }
}
