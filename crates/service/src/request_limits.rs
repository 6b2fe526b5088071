//! How many requests a caller may send: a bucket for each person, which fills steadily. Counted in the memory of the process,
//! before the database is asked anything, so that a caller who floods costs the others next to nothing. A replica has its
//! share of the limit, and begins with full buckets.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::Clock as Measures;
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use quaymaster_domain::clock::Clock;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// The limit of a caller, at all replicas together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLimit {
    /// How fast the bucket fills.
    pub per_minute: NonZeroU32,
    /// What a full bucket holds: so many requests may come at once.
    pub at_once: NonZeroU32,
    /// How many replicas share the work evenly.
    pub replicas: NonZeroU32,
}

/// What a caller is told after a request was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// What a full bucket holds.
    pub most: u32,
    /// In how many seconds an empty bucket is full.
    pub window: u64,
    /// How many requests may follow at once.
    pub left: u32,
    /// In how many seconds the bucket is full when nothing more comes.
    pub full_in: u64,
    /// When the request is refused: after how many seconds the next one is taken.
    pub retry_after: Option<u64>,
}

/// The time of the portal as the buckets measure it.
#[derive(Clone)]
struct Time(Arc<dyn Clock>);

impl Measures for Time {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let micros = self.0.now().timestamp_micros();
        Duration::from_micros(u64::try_from(micros).unwrap_or(0))
    }
}

type Buckets = RateLimiter<Uuid, HashMapStateStore<Uuid>, Time, StateInformationMiddleware>;

/// The buckets of this process.
pub struct RequestLimits(Option<Limits>);

struct Limits {
    limit: RequestLimit,
    time: Time,
    buckets: Buckets,
    /// The places of those who wait for their refusal.
    waiting: Semaphore,
}

/// So long a refusal is held back. A program that asks again at once would otherwise be refused tens of thousands of times a
/// second, which takes the time of everybody else.
pub const HELD_BACK: Duration = Duration::from_millis(100);

/// So many refusals are held back at a time; waiting costs memory.
pub const MOST_HELD_BACK: usize = 256;

impl RequestLimits {
    /// With no limit, every request is taken.
    #[must_use]
    pub fn new(limit: Option<RequestLimit>, clock: Arc<dyn Clock>) -> Self {
        Self(limit.map(|limit| {
            let share = |of: NonZeroU32| of.div_ceil(limit.replicas);
            let quota =
                Quota::per_minute(share(limit.per_minute)).allow_burst(share(limit.at_once));
            let time = Time(clock);
            Limits {
                limit,
                buckets: RateLimiter::new(quota, HashMapStateStore::default(), time.clone()),
                time,
                waiting: Semaphore::new(MOST_HELD_BACK),
            }
        }))
    }

    /// Holds a refusal back; false at once when too many are held back already.
    pub async fn hold_back(&self) -> bool {
        let Some(limits) = &self.0 else { return true };
        match limits.waiting.try_acquire() {
            Ok(_place) => {
                tokio::time::sleep(HELD_BACK).await;
                true
            }
            Err(_full) => false,
        }
    }

    /// Counts a request of a caller; `None` when there is no limit.
    #[must_use]
    pub fn take(&self, caller: Uuid) -> Option<Allowance> {
        let Limits {
            limit,
            time,
            buckets,
            waiting: _,
        } = self.0.as_ref()?;
        let most = limit.at_once.get();
        let (left, retry_after) = match buckets.check_key(&caller) {
            // What this replica has left stands for what the others have.
            Ok(state) => {
                let left = state.remaining_burst_capacity();
                (left.saturating_mul(limit.replicas.get()).min(most), None)
            }
            Err(full) => (0, Some(seconds(full.wait_time_from(time.now())).max(1))),
        };
        Some(Allowance {
            most,
            window: limit.seconds_for(most),
            left,
            full_in: limit.seconds_for(most.saturating_sub(left)),
            retry_after,
        })
    }

    /// Forgets the buckets that are full.
    pub fn forget(&self) {
        if let Some(limits) = &self.0 {
            limits.buckets.retain_recent();
        }
    }
}

impl RequestLimit {
    /// How long the bucket takes for so many requests.
    fn seconds_for(self, requests: u32) -> u64 {
        (u64::from(requests) * 60).div_ceil(u64::from(self.per_minute.get()))
    }
}

fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use chrono::{DateTime, TimeZone, Utc};

    use super::*;

    struct Hand(Mutex<DateTime<Utc>>);

    impl Hand {
        fn at_noon() -> Arc<Self> {
            let noon = Utc.with_ymd_and_hms(2026, 3, 2, 12, 0, 0).unwrap();
            Arc::new(Self(Mutex::new(noon)))
        }

        fn forward(&self, seconds: i64) {
            *self.0.lock().unwrap() += chrono::Duration::seconds(seconds);
        }
    }

    impl Clock for Hand {
        fn now(&self) -> DateTime<Utc> {
            *self.0.lock().unwrap()
        }
    }

    fn limits(clock: &Arc<Hand>, per_minute: u32, at_once: u32, replicas: u32) -> RequestLimits {
        let number = |n| NonZeroU32::new(n).unwrap();
        RequestLimits::new(
            Some(RequestLimit {
                per_minute: number(per_minute),
                at_once: number(at_once),
                replicas: number(replicas),
            }),
            Arc::clone(clock) as Arc<dyn Clock>,
        )
    }

    fn taken(limits: &RequestLimits, caller: Uuid) -> u32 {
        let mut n = 0;
        while limits.take(caller).unwrap().retry_after.is_none() {
            n += 1;
        }
        n
    }

    #[test]
    fn a_bucket_empties_refills_and_is_nobody_elses() {
        let clock = Hand::at_noon();
        let limits = limits(&clock, 60, 10, 1);
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let first = limits.take(one).unwrap();
        assert_eq!((first.most, first.window), (10, 10));
        assert_eq!((first.left, first.full_in, first.retry_after), (9, 1, None));
        assert_eq!(taken(&limits, one), 9);
        let refused = limits.take(one).unwrap();
        assert_eq!((refused.left, refused.full_in), (0, 10));
        assert_eq!(refused.retry_after, Some(1));
        assert_eq!(taken(&limits, other), 10);
        clock.forward(3);
        assert_eq!(taken(&limits, one), 3);
        clock.forward(3600);
        limits.forget();
        assert_eq!(taken(&limits, one), 10);
    }

    /// Whatever the number of replicas, a caller that goes to them in turn gets what one would give, within a tenth.
    #[test]
    fn replicas_share_the_limit() {
        for replicas in [2_u32, 3, 4, 7] {
            let clock = Hand::at_noon();
            let all: Vec<_> = (0..replicas)
                .map(|_| limits(&clock, 1_200, 600, replicas))
                .collect();
            let caller = Uuid::from_u128(7);
            let mut sum: u32 = all.iter().map(|one| taken(one, caller)).sum();
            for _ in 0..60 {
                clock.forward(1);
                sum += all.iter().map(|one| taken(one, caller)).sum::<u32>();
            }
            let wanted = 600 + 1_200;
            assert!(sum.abs_diff(wanted) * 10 <= wanted, "{replicas}: {sum}");
        }
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let clock = Hand::at_noon();
        let limits = RequestLimits::new(None, clock);
        assert_eq!(limits.take(Uuid::from_u128(1)), None);
    }
}
