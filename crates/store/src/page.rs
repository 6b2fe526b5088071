//! Keyset pages: a limit and the key of the last row seen, never an offset.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// The key of the last row of a page: its sort values as text, the id last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(Vec<String>);

/// The most parts and characters that a cursor may have; ours are far shorter.
const MOST_PARTS: usize = 4;
const MOST_CHARS: usize = 1024;

impl Cursor {
    /// A cursor of these sort values.
    #[must_use]
    pub fn new<const N: usize>(parts: [String; N]) -> Self {
        Self(parts.to_vec())
    }

    /// The opaque text for the wire.
    #[must_use]
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&self.0).unwrap_or_default())
    }

    /// Reads the text back; `None` when it is not one of ours.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        if text.len() > MOST_CHARS {
            return None;
        }
        let parts: Vec<String> =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let id_fits = parts.last().is_some_and(|id| Uuid::parse_str(id).is_ok());
        // PostgreSQL refuses the character NUL in a text.
        let all_text = !parts.iter().any(|part| part.contains('\0'));
        (id_fits && all_text && parts.len() <= MOST_PARTS).then_some(Self(parts))
    }

    /// The id at the end.
    pub(crate) fn id(&self) -> Uuid {
        self.0
            .last()
            .and_then(|id| Uuid::parse_str(id).ok())
            .unwrap_or_default()
    }

    /// A sort value before the id; empty text when the cursor was made by another list.
    pub(crate) fn part(&self, index: usize) -> &str {
        if index + 1 < self.0.len() {
            self.0.get(index).map_or("", String::as_str)
        } else {
            ""
        }
    }
}

/// What page is asked for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// How many rows, 1–200.
    pub limit: u64,
    /// After which row.
    pub after: Option<Cursor>,
}

impl PageRequest {
    /// How many rows to read: one more than shown tells whether there is a next page.
    pub(crate) fn reach(&self) -> u64 {
        self.limit + 1
    }
}

/// Rows and the way to the next ones.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page starts; `None` at the end.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Cuts rows that were read with [`PageRequest::reach`] to a page.
    pub(crate) fn cut(mut rows: Vec<T>, request: &PageRequest, key: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
        let next = if rows.len() > limit {
            rows.truncate(limit);
            rows.last().map(key)
        } else {
            None
        };
        Self { items: rows, next }
    }

    /// The same page of other things.
    #[must_use]
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
        }
    }
}
