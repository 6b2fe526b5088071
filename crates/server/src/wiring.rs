//! The real clock and the real source of chance, and the services put together from them.

use chrono::{DateTime, SubsecRound, Utc};
use quaymaster_domain::clock::{Clock, Rng};

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everything else is given"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// The operating system's source of unpredictable bytes.
pub struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, buffer: &mut [u8]) {
        // Without chance nothing here is safe; the system call fails only before the system has booted.
        if getrandom::fill(buffer).is_err() {
            std::process::abort();
        }
    }
}
