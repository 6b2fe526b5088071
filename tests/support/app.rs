//! The application in process, behind a real socket.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer};
use chrono::{DateTime, Duration, TimeZone, Utc};
use quaymaster_api::ApiOptions;
use quaymaster_domain::clock::{Clock, Rng};
use quaymaster_domain::ids::IdMaker;
use quaymaster_service::hashing::{Cost, Hasher, HasherOptions};
use quaymaster_service::request_limits::RequestLimits;
use quaymaster_service::rotation::Rotations;
use quaymaster_service::secrets::Secrets;
use quaymaster_service::tokens::Tokens;
use quaymaster_service::{Parts, ScopeCache, Services, Settings};
use tempfile::TempDir;

use crate::caller::Caller;
use crate::database::{Frozen, TestDatabase};
use crate::world::World;

/// A clock that moves only when told.
pub struct FixedClock(Mutex<DateTime<Utc>>);

impl FixedClock {
    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Chance that is the same in every run (SplitMix64 over a counter).
pub struct SeededRng(AtomicU64);

impl SeededRng {
    /// Starts from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Rng for SeededRng {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let mut z = self
                .0
                .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
                .wrapping_add(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// A running application on a fresh database.
pub struct TestApp {
    /// The services, for what a test arranges or looks at without HTTP.
    pub services: Services,
    /// The clock.
    pub clock: Arc<FixedClock>,
    /// The database.
    pub database: TestDatabase,
    /// Where it listens.
    pub address: SocketAddr,
    /// The HTTP client of all callers.
    pub client: reqwest::Client,
    handle: actix_web::dev::ServerHandle,
    /// Where its files wait. Identities repeat from one test to the next, and so do the names of files.
    _files: TempDir,
}

impl TestApp {
    /// Starts one with default policies. The clock stands at 2026-03-02 15:00 UTC, a Monday.
    pub async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    /// Starts one with these policies.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn start_with(settings: Settings) -> Self {
        Self::start_on(TestDatabase::fresh().await, settings, 7).await
    }

    /// Starts one on a database that may hold something already, e.g. a copy of a [`Frozen`] one. `seed` must differ
    /// from the seed of whoever filled it, or identities repeat.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn start_on(database: TestDatabase, settings: Settings, seed: u64) -> Self {
        // As cheap as the algorithm allows: the tests are about rules, not about cost.
        let cost = Cost {
            memory_kib: 8,
            passes: 1,
        };
        Self::start_costing(database, settings, seed, cost).await
    }

    /// The same with another cost of a password hash.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn start_costing(
        database: TestDatabase,
        settings: Settings,
        seed: u64,
        cost: Cost,
    ) -> Self {
        let files = TempDir::new().unwrap();
        let settings = Settings {
            spool_dir: settings.spool_dir.or(Some(files.path().to_owned())),
            ..settings
        };
        let clock = Arc::new(FixedClock(Mutex::new(
            Utc.with_ymd_and_hms(2026, 3, 2, 15, 0, 0).unwrap(),
        )));
        let rng: Arc<dyn Rng> = Arc::new(SeededRng::new(seed));
        let secrets = Secrets {
            pepper: [1; 32],
            lookup: [2; 32],
            encryption: [3; 32],
            signing: [4; 32],
            signing_previous: None,
        };
        let options = HasherOptions {
            cost,
            threads: 2,
            queue: 4096,
        };
        let services = Services::new(Parts {
            db: database.open().await,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            rng: Arc::clone(&rng),
            ids: IdMaker::default(),
            hasher: Hasher::start(&options, secrets.pepper, rng),
            tokens: Tokens::new(&secrets.signing, None).unwrap(),
            rotations: Rotations::default(),
            request_limits: RequestLimits::new(settings.request_limit, clock.clone()),
            scopes: ScopeCache::from_size(0),
            secrets,
            settings,
        });
        let shared = services.clone();
        let server = HttpServer::new(move || {
            App::new()
                .configure(quaymaster_api::configure(
                    shared.clone(),
                    ApiOptions::default(),
                ))
                .wrap(from_fn(quaymaster_api::around))
        })
        .workers(2)
        // As the portal itself: on a busy machine a shorter time ends connections that a test is about to use again.
        .keep_alive(std::time::Duration::from_secs(75))
        .client_request_timeout(std::time::Duration::from_secs(60))
        .h1_allow_half_closed(false)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
        let address = server.addrs()[0];
        let running = server.run();
        let handle = running.handle();
        tokio::spawn(running);
        Self {
            services,
            clock,
            database,
            address,
            client: reqwest::Client::new(),
            handle,
            _files: files,
        }
    }

    /// Ends the application and keeps its database to be copied from.
    ///
    /// # Panics
    /// When the database cannot be copied.
    pub async fn freeze(&self) -> Frozen {
        self.close().await;
        self.database.freeze().await
    }

    /// Ends the application and throws its database away. Worth it only where a test starts very many: whatever is
    /// left goes with the run.
    ///
    /// # Panics
    /// When the database cannot be dropped.
    pub async fn discard(&self) {
        self.close().await;
        self.database.discard().await;
    }

    async fn close(&self) {
        self.handle.stop(false).await;
        let (read, write) = self.services.db.pools();
        read.clone().close().await.unwrap();
        write.clone().close().await.unwrap();
    }

    /// Somebody who has not signed in.
    #[must_use]
    pub fn anon(&self) -> Caller {
        Caller::new(self.client.clone(), format!("http://{}", self.address))
    }

    /// Arranges companies and people, without HTTP.
    #[must_use]
    pub fn world(&self) -> World<'_> {
        World::new(self)
    }

    /// Signs a person of the [`World`] in.
    ///
    /// # Panics
    /// When that fails.
    pub async fn sign_in(&self, user_name: &str) -> Caller {
        let mut caller = self.anon();
        let answer = caller.sign_in(user_name, crate::world::PASSWORD).await;
        assert_eq!(answer.status, 201, "{user_name} signs in: {}", answer.body);
        caller
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // Dropped without waiting: the test is over and nothing of it is kept.
        drop(self.handle.stop(false));
    }
}
