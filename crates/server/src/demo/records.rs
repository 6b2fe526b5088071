//! Trade records of the demo world, imported as people would: the importer brings the file of its former broker, the broker
//! what it files for itself and its clients. A few rows are there from the start; the worker of the server imports the rest.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use quaymaster_domain::access::Actor;
use quaymaster_domain::ids::AccountId;
use quaymaster_service::records::sample::{Pieces, Sample};
use quaymaster_service::records::{self, import};

use super::build::Builder;
use super::cast;
use crate::failure::Failure;

/// How many rows of each file are there before the world is told of; more would keep the server from starting.
const AT_ONCE: u64 = 1_000;

/// How far back the entries go: into the fourth fiscal year.
const DAYS: u32 = 1_000;

/// Serial numbers of the files, so that no two files have the same entries.
const RECENT: u32 = 1;
const EARLIER: u32 = 1_000;
const WRITTEN: u32 = 4_000_000;

const BROKER: (&str, &str) = ("BWC", "Bluewater Customs Brokers");
/// In no account of the world.
const FORMER_BROKER: (&str, &str) = ("K4T", "Keystone Entry Services");

const IMPORTER: [(&str, &str); 2] = [
    ("17-100000100", "Northgate Importers"),
    ("17-1000001W1", "Northgate Importers"),
];

fn broken(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!("the demo world: records: {error}"))
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(number, name)| ((*number).to_owned(), (*name).to_owned()))
        .collect()
}

fn filed_by(filer: (&str, &str), seed: u64, today: NaiveDate, first_serial: u32) -> Sample {
    Sample {
        seed,
        importers: owned(&IMPORTER),
        filers: owned(&[filer]),
        today,
        days: DAYS,
        first_serial,
    }
}

/// What the broker files: for Northgate, for itself and for its clients.
fn of_broker(seed: u64, today: NaiveDate, first_serial: u32) -> Sample {
    let mut sample = filed_by(BROKER, seed, today, first_serial);
    sample
        .importers
        .push(("18-100000100".to_owned(), BROKER.1.to_owned()));
    for (index, name) in cast::CLIENTS.iter().enumerate() {
        let number = format!("{}00", cast::client_ein(index));
        sample.importers.push((number, (*name).to_owned()));
    }
    sample
}

/// A file of what the broker files, as `quaymaster demo --lines` writes it. Its entries are others than those of the world.
pub(crate) fn sample(seed: u64, today: NaiveDate) -> Sample {
    of_broker(seed, today, WRITTEN)
}

struct Place {
    actor: Actor,
    account: AccountId,
}

async fn place(b: &Builder, user_name: &str) -> Result<Place, Failure> {
    let actor = b.actor(&b.known(user_name).await?).await?;
    let account = actor
        .memberships
        .first()
        .map(|membership| membership.account)
        .ok_or_else(|| broken(&format!("{user_name} belongs to no account")))?;
    Ok(Place { actor, account })
}

async fn queue(
    b: &Builder,
    at: &Place,
    name: &str,
    state_at: DateTime<Utc>,
    sample: Sample,
    lines: u64,
) -> Result<import::RecordImport, Failure> {
    let mut upload = import::Upload::begin(&at.actor, &b.s, at.account).await?;
    for piece in Pieces::new(sample, lines) {
        upload
            .write(piece.as_bytes())
            .await
            .map_err(|e| broken(&e))?;
    }
    let new = import::NewImport {
        format: import::Format::Csv,
        file_name: Some(name.to_owned()),
        state_at: Some(state_at),
    };
    import::accept(&at.actor, &b.s, at.account, new, upload)
        .await
        .map_err(|e| broken(&e))
}

/// Imports some rows and leaves the rest to the worker of the server.
pub(super) async fn load(b: &Builder, lines: u64) -> Result<(), Failure> {
    if lines == 0 {
        return Ok(());
    }
    b.clock.move_to(b.now - Duration::days(1));
    let shown = b.now - Duration::days(2);
    let today = shown.date_naive();
    let northgate = place(b, "maria.lopez").await?;
    let broker = place(b, "priya.nair").await?;
    let former = (lines / 10).clamp(1, AT_ONCE);
    let recent = lines.saturating_sub(former).clamp(1, AT_ONCE);
    let files = [
        (
            &northgate,
            "ES-003 Keystone.csv",
            filed_by(FORMER_BROKER, 2025, today, RECENT),
            former,
        ),
        (
            &broker,
            "ES-003 recent.csv",
            of_broker(2026, today, RECENT),
            recent,
        ),
    ];
    for (at, name, sample, lines) in files {
        let taken = queue(b, at, name, shown, sample, lines).await?;
        while records::work_on_one(&b.s, "demo world").await? {}
        let done = import::find(&at.actor, &b.s, at.account, taken.id).await?;
        let refused = done.counts.rows_unfit + done.counts.rows_left;
        if done.state != import::ImportState::Finished || refused > 0 || done.counts.new == 0 {
            let why = done.failure.unwrap_or_default();
            return Err(broken(&format!("{name}: {refused} rows refused {why}")));
        }
    }
    let rest = lines.saturating_sub(former + recent);
    if rest > 0 {
        let sample = of_broker(2027, today, EARLIER);
        queue(b, &broker, "ES-003 all years.csv", shown, sample, rest).await?;
    }
    Ok(())
}
