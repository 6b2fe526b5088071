//! Argon2id on a few threads of its own, each with one reused buffer, behind a bounded queue. Signing in can never
//! take more memory or more cores than this, whatever arrives.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use quaymaster_domain::clock::Rng;
use subtle::ConstantTimeEq;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::error::Fault;

/// Cost of one hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB; at least 19 × 1024 outside tests.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
}

impl Cost {
    /// 19 MiB, two passes, one lane: the least that OWASP recommends for Argon2id.
    pub const STANDARD: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
    };
}

/// How the hashing threads are set up.
#[derive(Clone, Debug)]
pub struct HasherOptions {
    /// Cost of new hashes.
    pub cost: Cost,
    /// Number of threads; the default is cores − 1, at least 1.
    pub threads: usize,
    /// How many requests may wait or be worked on at once.
    pub queue: usize,
}

enum Work {
    Hash { salt: [u8; 16] },
    Verify { stored: Option<String> },
}

struct Job {
    secret: String,
    work: Work,
    reply: oneshot::Sender<Done>,
    /// The place in the queue stays taken until a thread has seen the job, also when its client has gone.
    _place: Arc<OwnedSemaphorePermit>,
}

enum Done {
    Hash(Option<String>),
    Verified(Verdict),
}

/// The outcome of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The secret is the right one.
    pub matches: bool,
    /// The stored hash is cheaper than today's cost and should be made anew.
    pub outdated: bool,
}

/// The handle to the hashing threads.
#[derive(Clone)]
pub struct Hasher {
    queue: flume::Sender<Job>,
    places: Arc<Semaphore>,
    done: Arc<AtomicU64>,
    rng: Arc<dyn Rng>,
}

/// A place in the queue, taken before anything is written down: whoever holds one is not told later that the portal is
/// busy. Serves any number of hashes, one after the other.
pub struct Ticket {
    hasher: Hasher,
    place: Arc<OwnedSemaphorePermit>,
}

/// After how many seconds a caller should try again when the queue is full.
const RETRY_SECONDS: u64 = 2;

impl Hasher {
    /// Starts the threads. They end when the last handle is dropped.
    #[must_use]
    pub fn start(options: &HasherOptions, pepper: [u8; 32], rng: Arc<dyn Rng>) -> Self {
        // The places bound the queue, so the channel itself never refuses.
        let (queue, jobs) = flume::unbounded::<Job>();
        let done = Arc::new(AtomicU64::new(0));
        for _ in 0..options.threads.max(1) {
            let jobs = jobs.clone();
            let cost = options.cost;
            let done = Arc::clone(&done);
            thread::spawn(move || Worker::new(cost, pepper, done).run(&jobs));
        }
        Self {
            queue,
            places: Arc::new(Semaphore::new(options.queue.max(1))),
            done,
            rng,
        }
    }

    /// How many hashes were computed so far, for metrics and for tests that compare the work of two requests.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Takes a place in the queue.
    ///
    /// # Errors
    /// [`Fault::Busy`] when all are taken.
    pub fn admit(&self) -> Result<Ticket, Fault> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_full| Fault::Busy(RETRY_SECONDS))?;
        Ok(Ticket {
            hasher: self.clone(),
            place: Arc::new(place),
        })
    }

    /// Hashes a secret to a PHC string that carries its parameters.
    ///
    /// # Errors
    /// [`Fault::Busy`] when the queue is full.
    pub async fn hash(&self, secret: &str) -> Result<String, Fault> {
        self.admit()?.hash(secret).await
    }

    /// Compares a secret with a stored hash. With no stored hash the same work is done and the answer is no.
    ///
    /// # Errors
    /// [`Fault::Busy`] when the queue is full.
    pub async fn verify(&self, secret: &str, stored: Option<&str>) -> Result<Verdict, Fault> {
        self.admit()?.verify(secret, stored).await
    }
}

impl Ticket {
    /// As [`Hasher::hash`], without waiting for a place.
    ///
    /// # Errors
    /// When the hashing threads are gone.
    pub async fn hash(&self, secret: &str) -> Result<String, Fault> {
        let mut salt = [0_u8; 16];
        self.hasher.rng.fill(&mut salt);
        match self.ask(secret, Work::Hash { salt }).await? {
            Done::Hash(Some(hash)) => Ok(hash),
            _ => Err(Fault::Internal("hashing failed".to_owned())),
        }
    }

    /// As [`Hasher::verify`], without waiting for a place.
    ///
    /// # Errors
    /// When the hashing threads are gone.
    pub async fn verify(&self, secret: &str, stored: Option<&str>) -> Result<Verdict, Fault> {
        let work = Work::Verify {
            stored: stored.map(str::to_owned),
        };
        match self.ask(secret, work).await? {
            Done::Verified(verdict) => Ok(verdict),
            Done::Hash(_) => Err(Fault::Internal(
                "the hashing thread mixed up its answers".to_owned(),
            )),
        }
    }

    async fn ask(&self, secret: &str, work: Work) -> Result<Done, Fault> {
        let (reply, answer) = oneshot::channel();
        let job = Job {
            secret: secret.to_owned(),
            work,
            reply,
            _place: Arc::clone(&self.place),
        };
        // The answer's receiver is dropped with the request's future, so a client that has gone is not hashed for.
        let gone = || Fault::Internal("the hashing thread is gone".to_owned());
        self.hasher.queue.send(job).map_err(|_closed| gone())?;
        answer.await.map_err(|_closed| gone())
    }
}

struct Worker {
    cost: Cost,
    pepper: [u8; 32],
    blocks: Vec<Block>,
    done: Arc<AtomicU64>,
}

impl Worker {
    fn new(cost: Cost, pepper: [u8; 32], done: Arc<AtomicU64>) -> Self {
        Self {
            cost,
            pepper,
            blocks: Vec::new(),
            done,
        }
    }

    fn run(mut self, jobs: &flume::Receiver<Job>) {
        while let Ok(Job {
            secret,
            work,
            reply,
            _place,
        }) = jobs.recv()
        {
            if reply.is_closed() {
                continue;
            }
            let done = match work {
                Work::Hash { salt } => Done::Hash(self.hash(&secret, &salt)),
                Work::Verify { stored } => Done::Verified(self.verify(&secret, stored.as_deref())),
            };
            // A client that left meanwhile does not need the answer.
            let _ = reply.send(done);
        }
    }

    fn params(&self) -> Option<Params> {
        Params::new(self.cost.memory_kib, self.cost.passes, 1, Some(32)).ok()
    }

    fn compute(&mut self, params: Params, secret: &str, salt: &[u8], out: &mut [u8]) -> Option<()> {
        self.done.fetch_add(1, Ordering::Relaxed);
        let needed = params.block_count();
        if self.blocks.len() < needed {
            self.blocks.resize(needed, Block::default());
        }
        let pepper = self.pepper;
        let argon =
            Argon2::new_with_secret(&pepper, Algorithm::Argon2id, Version::V0x13, params).ok()?;
        argon
            .hash_password_into_with_memory(
                secret.as_bytes(),
                salt,
                out,
                &mut self.blocks[..needed],
            )
            .ok()
    }

    fn hash(&mut self, secret: &str, salt: &[u8]) -> Option<String> {
        let params = self.params()?;
        let mut out = [0_u8; 32];
        self.compute(params.clone(), secret, salt, &mut out)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).ok()?,
            salt: Salt::new(salt).ok(),
            hash: Output::new(&out).ok(),
        };
        Some(hash.to_string())
    }

    fn verify(&mut self, secret: &str, stored: Option<&str>) -> Verdict {
        let no = Verdict {
            matches: false,
            outdated: false,
        };
        let parsed = stored.and_then(|text| PasswordHash::new(text).ok());
        let known = parsed
            .as_ref()
            .and_then(|hash| Some((Params::try_from(hash).ok()?, hash.salt?, hash.hash?)));
        let Some((params, salt, expected)) = known else {
            // Nobody to compare with: the same work, so that the time tells nothing.
            if let Some(params) = self.params() {
                let mut out = [0_u8; 32];
                let _ = self.compute(params, secret, b"nobody-to-compare", &mut out);
            }
            return no;
        };
        let outdated = params.m_cost() < self.cost.memory_kib || params.t_cost() < self.cost.passes;
        let mut out = vec![0_u8; expected.len()];
        match self.compute(params, secret, &salt, &mut out) {
            Some(()) => Verdict {
                matches: out.ct_eq(expected.as_bytes()).into(),
                outdated,
            },
            None => no,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zeroes;

    impl Rng for Zeroes {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(0);
        }
    }

    #[tokio::test]
    async fn whoever_finds_the_queue_full_is_told_to_come_back() {
        let cost = Cost {
            memory_kib: 8,
            passes: 1,
        };
        let options = HasherOptions {
            cost,
            threads: 1,
            queue: 2,
        };
        let hasher = Hasher::start(&options, [1; 32], Arc::new(Zeroes));
        let (first, second) = (hasher.admit().unwrap(), hasher.admit().unwrap());
        assert!(matches!(hasher.admit(), Err(Fault::Busy(seconds)) if seconds > 0));
        assert!(matches!(
            hasher.hash("a").await,
            Err(Fault::Busy(seconds)) if seconds > 0
        ));
        // Those inside are served, and their places become free.
        let hash = first.hash("seven grey herons").await.unwrap();
        drop((first, second));
        let verdict = hasher.verify("seven grey herons", Some(&hash)).await;
        assert!(verdict.unwrap().matches);
    }

    #[tokio::test]
    async fn a_hash_differs_with_every_letter_and_with_the_pepper() {
        let options = HasherOptions {
            cost: Cost {
                memory_kib: 8,
                passes: 1,
            },
            threads: 1,
            queue: 8,
        };
        let hasher = Hasher::start(&options, [1; 32], Arc::new(Zeroes));
        let long = "x".repeat(127);
        let stored = hasher.hash(&format!("{long}y")).await.unwrap();
        for (secret, right) in [
            (format!("{long}y"), true),
            (format!("{long}z"), false),
            (format!("{long}Y"), false),
            (format!("{long}y "), false),
            (long.clone(), false),
        ] {
            let verdict = hasher.verify(&secret, Some(&stored)).await.unwrap();
            assert_eq!(verdict.matches, right, "{secret:?}");
        }
        let elsewhere = Hasher::start(&options, [2; 32], Arc::new(Zeroes));
        let verdict = elsewhere.verify(&format!("{long}y"), Some(&stored)).await;
        assert!(
            !verdict.unwrap().matches,
            "a stolen table without the pepper"
        );
    }
}
