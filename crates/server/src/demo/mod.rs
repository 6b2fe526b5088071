//! The demo world: fictitious companies and people with published passwords, for trying the portal and for its tests. It
//! lives in a database of its own and is loud about what it is.

mod attempt;
mod build;
mod cases;
mod cast;
mod changes;
mod clock;
mod grants;
mod listing;
mod notices;
mod onboarding;
mod records;
mod register;
mod reports;
mod reviews;
mod teams;

use std::sync::Arc;
use std::time::Instant;

use quaymaster_domain::access::Permit;
use quaymaster_domain::clock::{Clock, Rng};
use quaymaster_service::{Db, PageRequest, Services};
use quaymaster_store::{audit, users};

use crate::config::Config;
use crate::failure::Failure;
use crate::wiring::{self, SystemClock, SystemRng};
use crate::{keys, print};

pub use listing::World;
pub(crate) use listing::people;
pub(crate) use records::sample;

/// The first and the last act of loading, as the audit trail names them.
const BEGUN: &str = "demo.begin";
const LOADED: &str = "demo.load";

/// Opens the demo's database and loads the world unless it is there. A database with anything else in it is refused.
///
/// # Errors
/// When the database holds other data, or the world cannot be built.
pub async fn open(config: &Config) -> Result<Db, Failure> {
    let db = wiring::open_database(config).await?;
    db.migrate().await?;
    let reader = db.reader();
    if audit::happened(&reader, LOADED).await? {
        return Ok(db);
    }
    let begun = is_demo(&db).await?;
    if !begun && users::any(&reader).await? {
        return Err(Failure::new(
            "this database holds data that is not the demo's; the demo wants a database of its own",
        ));
    }
    let db = if begun { afresh(config, db).await? } else { db };
    load(config, &db).await?;
    Ok(db)
}

async fn is_demo(db: &Db) -> Result<bool, Failure> {
    Ok(audit::first_action(&db.reader()).await?.as_deref() == Some(BEGUN))
}

/// Keeps a demo database from being served as a real one: everybody knows its passwords.
///
/// # Errors
/// When it is one.
pub async fn refuse(db: &Db) -> Result<(), Failure> {
    if is_demo(db).await? {
        return Err(Failure::new(
            "this database holds the demo world, whose passwords are published; serve it with --demo",
        ));
    }
    Ok(())
}

/// A world that was left half built, by a crash, is thrown away.
async fn afresh(config: &Config, db: Db) -> Result<Db, Failure> {
    let Some(path) = config.database.url.strip_prefix("sqlite:") else {
        return Err(Failure::new(
            "the demo world was loaded only in part; make the database anew and start again",
        ));
    };
    let path = path.trim_start_matches("//");
    db.close().await;
    for suffix in ["", "-wal", "-shm"] {
        match std::fs::remove_file(format!("{path}{suffix}")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    let db = wiring::open_database(config).await?;
    db.migrate().await?;
    Ok(db)
}

async fn load(config: &Config, db: &Db) -> Result<(), Failure> {
    let started = Instant::now();
    let now = SystemClock.now();
    let rng: Arc<dyn Rng> = Arc::new(SystemRng);
    let secrets = keys::load(&config.keys, &config.data_dir, rng.as_ref())?;
    let clock = Arc::new(clock::StageClock::at(now - chrono::Duration::days(200)));
    let stage = wiring::services_with(
        config,
        db.clone(),
        Arc::clone(&clock) as Arc<dyn Clock>,
        rng,
        secrets,
    )?;
    note(&stage, BEGUN).await?;
    build::Builder::new(stage.clone(), clock, now)
        .await?
        .build(config.demo_record_lines)
        .await?;
    note(&stage, LOADED).await?;
    let seconds = started.elapsed().as_secs_f32();
    tracing::info!(seconds, "the demo world was loaded");
    Ok(())
}

async fn note(s: &Services, action: &'static str) -> Result<(), Failure> {
    let tx = s.db.begin_write().await?;
    Ok(s.commit(tx, Permit::system(action, "demo world")).await?)
}

/// What the world holds, read from its database.
///
/// # Errors
/// When there is no demo world.
pub async fn world(config: &Config) -> Result<World, Failure> {
    let absent = || Failure::new("there is no demo world here; quaymaster serve --demo makes one");
    if let Some(path) = config.database.url.strip_prefix("sqlite:")
        && !std::path::Path::new(path.trim_start_matches("//")).exists()
    {
        return Err(absent());
    }
    let db = wiring::open_database(config).await?;
    if db.pending_migrations().await? > 0 || !audit::happened(&db.reader(), LOADED).await? {
        return Err(absent());
    }
    let services = wiring::services(config, db)?;
    listing::read(&services).await
}

/// Tells on standard output who may sign in, and how.
///
/// # Errors
/// When the world cannot be read.
pub async fn announce(services: &Services) -> Result<(), Failure> {
    print::line(&listing::read(services).await?.in_words())
}

/// The first rows of a list; the world's lists are shorter than a page unless read to the end.
fn first_page() -> PageRequest {
    PageRequest {
        limit: 200,
        after: None,
    }
}
