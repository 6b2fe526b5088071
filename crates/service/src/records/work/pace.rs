//! How many rows are written at once. Every transaction writes whole pages of every index, so few large ones cost far less
//! than many small ones; but on SQLite everybody else who writes waits for it, people who sign in too. So it is as large as
//! the machine writes in a time that nobody minds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long a transaction should take.
const TIME: Duration = Duration::from_millis(180);
/// Rows of the first transaction.
const FIRST: usize = 2_000;
/// Rows of a transaction, unless a single entry has more.
const FEWEST: usize = 1_000;
const MOST: usize = 10_000;

/// The rows of the next transaction.
pub(super) struct Pace(Arc<AtomicUsize>);

impl Default for Pace {
    fn default() -> Self {
        Self(Arc::new(AtomicUsize::new(FIRST)))
    }
}

impl Pace {
    /// For the thread that makes the batches.
    pub(super) fn rows(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.0)
    }

    /// Learns from a transaction.
    pub(super) fn took(&self, rows: usize, time: Duration) {
        let now = self.0.load(Ordering::Relaxed);
        // The last batch of a stretch is smaller than it might be, and one large entry is no measure either.
        if rows * 2 < now || rows > now * 2 {
            return;
        }
        let fit = u128::try_from(rows).unwrap_or(0) * TIME.as_micros() / time.as_micros().max(1);
        let fit = usize::try_from(fit).unwrap_or(MOST);
        // Half-way there: one transaction that waited for the disk does not decide alone.
        let next = usize::midpoint(now, fit.min(now * 3)).clamp(FEWEST, MOST);
        self.0.store(next, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_on_a_fast_machine_and_shrinks_on_a_slow_one() {
        let pace = Pace::default();
        let rows = pace.rows();
        let now = || rows.load(Ordering::Relaxed);
        for _ in 0..20 {
            pace.took(now(), Duration::from_millis(10));
        }
        assert_eq!(now(), MOST);
        // The end of a stretch says nothing.
        pace.took(10, Duration::from_secs(1));
        assert_eq!(now(), MOST);
        for _ in 0..20 {
            pace.took(now(), Duration::from_secs(3));
        }
        assert!(now() < FEWEST * 2, "{}", now());
    }
}
