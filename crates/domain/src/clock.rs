//! The two things a rule may not fetch for itself: the time and chance. Both are injected.

use chrono::{DateTime, Utc};

/// Tells the time, in whole microseconds (what both databases keep).
pub trait Clock: Send + Sync {
    /// The present moment, UTC.
    fn now(&self) -> DateTime<Utc>;
}

/// Fills buffers with unpredictable bytes.
pub trait Rng: Send + Sync {
    /// Overwrites the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}
