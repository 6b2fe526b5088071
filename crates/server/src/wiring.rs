//! The real clock and the real source of chance, and the services put together from them.

use std::num::NonZeroU32;
use std::sync::Arc;

use chrono::{DateTime, Duration, SubsecRound, Utc};
use quaymaster_domain::clock::{Clock, Rng};
use quaymaster_domain::ids::IdMaker;
use quaymaster_service::hashing::{Cost, Hasher, HasherOptions};
use quaymaster_service::request_limits::{RequestLimit, RequestLimits};
use quaymaster_service::rotation::Rotations;
use quaymaster_service::secrets::Secrets;
use quaymaster_service::tokens::Tokens;
use quaymaster_service::{Db, Parts, ScopeCache, Services, Settings};
use quaymaster_store::db::DbOptions;

use crate::config::Config;
use crate::demo;
use crate::failure::Failure;
use crate::keys;

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

/// Opens the database of the configuration; an SQLite file and its folder are made when missing.
///
/// # Errors
/// When it cannot be reached. The message never holds the password of the URL.
pub async fn open_database(config: &Config) -> Result<Db, Failure> {
    std::fs::create_dir_all(&config.data_dir).map_err(|error| {
        Failure::new(format!(
            "the data folder {} cannot be made: {error}",
            config.data_dir.display()
        ))
    })?;
    let options = DbOptions {
        url: config.database.url.clone(),
        connections: config.database.connections,
    };
    Db::open(&options)
        .await
        .map_err(|error| Failure::new(format!("database.url cannot be reached: {error}")))
}

/// The services of the configuration, with the real clock and chance.
///
/// # Errors
/// When the keys cannot be had.
pub fn services(config: &Config, db: Db) -> Result<Services, Failure> {
    let rng: Arc<dyn Rng> = Arc::new(SystemRng);
    let secrets = keys::load(&config.keys, &config.data_dir, rng.as_ref())?;
    services_with(config, db, Arc::new(SystemClock), rng, secrets)
}

/// The services of the configuration, with the clock, chance and keys of the caller.
///
/// # Errors
/// When the signing key cannot be used.
pub fn services_with(
    config: &Config,
    db: Db,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    secrets: Secrets,
) -> Result<Services, Failure> {
    let hasher = Hasher::start(
        &HasherOptions {
            cost: Cost {
                memory_kib: config.hashing.memory_kib,
                passes: config.hashing.passes,
            },
            threads: config.hashing.threads,
            queue: config.hashing.queue,
        },
        secrets.pepper,
        Arc::clone(&rng),
    );
    let tokens = Tokens::new(&secrets.signing, secrets.signing_previous.as_ref())?;
    let settings = settings(config);
    let request_limits = RequestLimits::new(settings.request_limit, Arc::clone(&clock));
    Ok(Services::new(Parts {
        db,
        clock,
        rng,
        ids: IdMaker::default(),
        hasher,
        secrets,
        tokens,
        rotations: Rotations::default(),
        request_limits,
        scopes: ScopeCache::default(),
        settings,
    }))
}

fn settings(config: &Config) -> Settings {
    let policy = &config.policy;
    Settings {
        base_url: config.server.base_url.clone(),
        max_failures: policy.max_failures,
        dormant_days: policy.dormant_days,
        network_failures: policy.network_failures,
        network_window: Duration::minutes(policy.network_window_minutes),
        answers_lock: Duration::hours(policy.answers_lock_hours),
        access_token_life: Duration::seconds(policy.access_token_seconds),
        session_idle: Duration::minutes(policy.session_idle_minutes),
        session_absolute: Duration::hours(policy.session_hours),
        invitation_life: Duration::days(policy.invitation_days),
        succession_days: policy.succession_working_days,
        automatic_approval: policy.automatic_approval,
        applications_per_hour: policy.applications_per_hour,
        codes_per_day: policy.codes_per_day,
        spool_dir: Some(config.data_dir.clone()),
        record_months: true,
        report_rows: 1_000_000,
        report_rows_without_period: 20_000_000,
        request_limit: request_limit(config),
        webhooks_private: config.webhooks_private,
        demo: config.demo,
        demo_mailbox: config.demo.then(|| config.data_dir.join("mails")),
        demo_people: if config.demo {
            demo::people()
        } else {
            Vec::new()
        },
    }
}

fn request_limit(config: &Config) -> Option<RequestLimit> {
    let limits = &config.limits;
    Some(RequestLimit {
        per_minute: NonZeroU32::new(limits.requests_per_minute)?,
        at_once: NonZeroU32::new(limits.requests_at_once)?,
        replicas: NonZeroU32::new(limits.replicas)?,
    })
}
