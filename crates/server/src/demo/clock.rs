//! A clock that is set by hand, so that the demo world has a past: what happened half a year ago is done half a year ago.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use quaymaster_domain::clock::Clock;

/// Tells the time that it was set to.
pub(super) struct StageClock(AtomicI64);

impl StageClock {
    pub(super) fn at(moment: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(moment.timestamp_micros()))
    }

    /// Moves on to a later moment; the past stays as it is.
    pub(super) fn move_to(&self, moment: DateTime<Utc>) {
        self.0
            .fetch_max(moment.timestamp_micros(), Ordering::Relaxed);
    }
}

impl Clock for StageClock {
    /// Each look is a little later, so that rows keep the order in which they were made.
    fn now(&self) -> DateTime<Utc> {
        let micros = self.0.fetch_add(1, Ordering::Relaxed);
        DateTime::from_timestamp_micros(micros).unwrap_or_default()
    }
}
