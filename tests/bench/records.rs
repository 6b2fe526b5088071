//! Trade records: how fast they come in, and how fast they are found, against the bare database. What is reported on them is
//! measured on the same rows. A member of an account with 300 importer numbers asks; others' rows lie between.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::Datelike as _;
use quaymaster_domain::clock::Clock as _;
use quaymaster_server::wiring::SystemClock;
use quaymaster_service::records::sample::{self, Sample};
use quaymaster_tests::{Company, DatabaseKind, ServerProcess, TestDatabase};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};

use crate::asking::Asking;
use crate::load::{Connection, get, median, post};
use crate::report::Row;
use crate::stage::{self, Stage};
use crate::{Options, exports, reports, results, secured, sums};

/// Importer numbers of the account, and of others.
const OWN: usize = 300;
const FOREIGN: usize = 30;

/// How often each request is sent; the middle one counts.
pub const TURNS: usize = 9;

/// Four fiscal years.
const DAYS: u32 = 1_460;

/// Who asks.
pub const OWNER: &str = "acme.owner";

/// Records that are in, and what is needed to ask for them.
pub struct Records<'a> {
    pub o: &'a Options,
    pub kind: DatabaseKind,
    /// The name of the database.
    pub name: &'static str,
    pub place: &'a Stage,
    pub raw: &'a DatabaseConnection,
    /// The file that was imported.
    pub csv: &'a Path,
    /// For files that are needed meanwhile.
    pub folder: &'a Path,
    /// The numbers of the account that asks, the one with the most entries first.
    pub keys: &'a [String],
    /// How many there are with those of others.
    pub importers: usize,
    pub rows: u64,
    /// The last day of entry.
    pub today: String,
}

impl Records<'_> {
    /// The numbers of the account as a list written by hand.
    pub fn listed(&self) -> String {
        format!("'{}'", self.keys.join("', '"))
    }

    /// The bare SQL of the columns and the order of report ES-003.
    pub fn lines(&self, importers: &str, from: &str, to: &str) -> String {
        format!(
            "SELECT entry_number, line_no, ordinal, entry_type, importer_key, filer_code, port, entry_date, hts, country_origin, country_export, manufacturer_id, spi, value_cents, duty_cents FROM entry_lines WHERE importer_key IN ({importers}) AND entry_date BETWEEN '{from}' AND '{to}' ORDER BY entry_date, entry_number, line_no, ordinal"
        )
    }

    /// A number that the database knows.
    ///
    /// # Errors
    /// When it does not.
    pub async fn number(&self, sql: &str) -> Result<i64, String> {
        let statement = Statement::from_string(self.raw.get_database_backend(), sql);
        let row = self.raw.query_one_raw(statement).await.map_err(words)?;
        let row = row.ok_or_else(|| format!("{sql}: nothing"))?;
        row.try_get_by_index(0).map_err(words)
    }

    /// The day since which the account has so many lines, or its first day, and how many there are since then.
    ///
    /// # Errors
    /// When the database cannot tell.
    pub async fn since(&self, rows: u64) -> Result<(String, u64), String> {
        let own = format!("FROM entry_lines WHERE importer_key IN ({})", self.listed());
        let all = self.number(&format!("SELECT count(*) {own}")).await?;
        let back = i64::try_from(rows).unwrap_or(i64::MAX).min(all) - 1;
        let sql = format!("SELECT entry_date {own} ORDER BY entry_date DESC LIMIT 1 OFFSET {back}");
        let statement = Statement::from_string(self.raw.get_database_backend(), sql);
        let row = self.raw.query_one_raw(statement).await.map_err(words)?;
        let row = row.ok_or("the account has no lines")?;
        let day: String = row.try_get_by_index(0).map_err(words)?;
        let sql = format!("SELECT count(*) {own} AND entry_date >= '{day}'");
        let found = u64::try_from(self.number(&sql).await?).map_err(words)?;
        Ok((day, found))
    }

    /// First and last day of the last November of a whole year.
    pub fn full_month(&self) -> (String, String) {
        let year = SystemClock.now().year() - 1;
        (format!("{year}-11-01"), format!("{year}-11-30"))
    }

    /// First and last day of three whole years.
    pub fn three_years(&self) -> (String, String) {
        let last = SystemClock.now().year() - 1;
        (format!("{}-01-01", last - 2), format!("{last}-12-31"))
    }
}

fn key(n: usize) -> String {
    format!("28-{n:07}00")
}

/// # Errors
/// When a row is refused, an answer differs from DuckDB's, or a request fails.
pub async fn records(
    o: &Options,
    kind: DatabaseKind,
    import_only: bool,
) -> Result<Vec<Row>, String> {
    let place = Stage::build(kind).await?;
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let csv = folder.path().join("es-003.csv");
    let made = Sample {
        seed: 1,
        importers: (1..=OWN + FOREIGN)
            .map(|n| (key(n), format!("Importer {n}")))
            .collect(),
        filers: vec![("Q7M".to_owned(), "The filer".to_owned())],
        today: SystemClock.now().date_naive(),
        days: DAYS,
        first_serial: 1,
    };
    let rows = {
        let mut file = std::io::BufWriter::new(std::fs::File::create(&csv).map_err(words)?);
        sample::write(&made, o.lines, &mut file).map_err(words)?
    };
    let raw = place.database.raw().await;
    let server = place.serve(&o.server);
    let taken = take_in(&place, &raw, &server, &csv).await?;
    if taken.rows != rows {
        return Err(format!("{} of {rows} rows came in", taken.rows));
    }
    let bulk = bulk(o, &place.database, &raw).await?;
    // Afterwards the account sees its importers only.
    run(&raw, "DELETE FROM sub_account_identifiers").await?;
    run(&raw, "DELETE FROM account_identifiers").await?;
    let keys: Vec<String> = (1..=OWN).map(key).collect();
    hold(&raw, kind, &place.acme, "importer_number", &keys).await?;
    // PostgreSQL does it by itself, sooner or later, and until then reads the table behind every row of an index.
    let tidied = match kind {
        DatabaseKind::Sqlite => "ANALYZE",
        DatabaseKind::Postgres => "VACUUM ANALYZE",
    };
    run(&raw, tidied).await?;
    let name = kind_words(kind);
    let (own, bare) = (taken.per_second(), precise(rows) / bulk.as_secs_f64());
    let how = match kind {
        DatabaseKind::Sqlite => "prepared statements, one transaction,",
        DatabaseKind::Postgres => "INSERT … SELECT",
    };
    let mut found = vec![Row::at_least(
        &format!("record import against the database's own bulk load, {name}"),
        own / bare * 100.0,
        50.0,
        "%",
        format!(
            "{own:.0} rows/s from the first byte sent to the last row written, with the file's checks, sums by month and all \
             indexes, of {bare:.0} rows/s by {how} into the same tables with the same indexes; {rows} rows"
        ),
    )];
    found.push(waiting(&taken.waits, name));
    // What an import keeps in memory is not an export's.
    drop(server);
    found.push(sums::sums(o, kind, &csv, &taken).await?);
    if import_only {
        raw.close().await.map_err(words)?;
        return Ok(found);
    }
    let r = Records {
        o,
        kind,
        name,
        place: &place,
        raw: &raw,
        csv: &csv,
        folder: folder.path(),
        keys: &keys,
        importers: OWN + FOREIGN,
        rows,
        today: made.today.to_string(),
    };
    found.extend(exports::memory(&r).await?);
    let server = place.serve(&o.server);
    found.extend(secured::secured(&r).await?);
    found.push(search(&server, &raw, &keys, name).await?);
    found.extend(reports::reports(&r, &server).await?);
    let (rows, large) = exports::csv(&r, &server).await?;
    found.extend(rows);
    found.extend(results::results(&r, &server, &large).await?);
    raw.close().await.map_err(words)?;
    Ok(found)
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

pub fn kind_words(kind: DatabaseKind) -> &'static str {
    match kind {
        DatabaseKind::Sqlite => "SQLite",
        DatabaseKind::Postgres => "PostgreSQL",
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn precise(n: u64) -> f64 {
    n as f64
}

async fn run(raw: &DatabaseConnection, sql: &str) -> Result<(), String> {
    raw.execute_unprepared(sql)
        .await
        .map(drop)
        .map_err(|e| format!("{sql}: {e}"))
}

async fn hold(
    raw: &DatabaseConnection,
    kind: DatabaseKind,
    company: &Company,
    what: &str,
    numbers: &[String],
) -> Result<(), String> {
    let id = |group: u8, n: usize| {
        let hex = format!("0190000000{group:02x}70008000{n:012x}");
        match kind {
            DatabaseKind::Sqlite => format!("X'{hex}'"),
            DatabaseKind::Postgres => format!("'{hex}'::uuid"),
        }
    };
    let own = |id: uuid::Uuid| match kind {
        DatabaseKind::Sqlite => format!("X'{}'", id.simple()),
        DatabaseKind::Postgres => format!("'{id}'::uuid"),
    };
    let (account, sub) = (own(company.account.0), own(company.sub_account.0));
    for (n, number) in numbers.iter().enumerate() {
        run(raw, &format!("INSERT INTO account_identifiers (id, account_id, kind, lookup, shown, cipher) VALUES ({}, {account}, '{what}', '{number}', '{number}', NULL)", id(0x31, n))).await?;
        run(raw, &format!("INSERT INTO sub_account_identifiers (id, sub_account_id, account_id, identifier_id, added_at, added_by_name) VALUES ({}, {sub}, {account}, {}, '2026-03-02T15:00:00+00:00', 'the fill')", id(0x32, n), id(0x31, n))).await?;
    }
    Ok(())
}

/// A file that came in.
pub struct Taken {
    pub rows: u64,
    time: Duration,
    /// How long others waited who wrote meanwhile.
    waits: Vec<Duration>,
}

impl Taken {
    /// Rows per second from the first byte sent to the last row written.
    pub fn per_second(&self) -> f64 {
        precise(self.rows) / self.time.as_secs_f64()
    }
}

/// Sends a file as the owner of an account whose filer code lets everything in.
///
/// # Errors
/// When a row is refused.
pub async fn take_in(
    place: &Stage,
    raw: &DatabaseConnection,
    server: &ServerProcess,
    csv: &Path,
) -> Result<Taken, String> {
    let filer = ["Q7M".to_owned()];
    hold(raw, place.database.kind, &place.acme, "filer_code", &filer).await?;
    let token = stage::token(server, OWNER).await?;
    let mut http = Connection::open(server.address).await.map_err(words)?;
    let mut other = Connection::open(server.address).await.map_err(words)?;
    import(&mut http, &mut other, &token, &place.acme, csv).await
}

async fn ask(http: &mut Connection, request: &[u8]) -> Result<(u16, Value), String> {
    let (status, body) = http.exchange(request).await.map_err(words)?;
    let body: Value = serde_json::from_slice(&body).map_err(words)?;
    if status >= 300 {
        return Err(format!("{status} {body}"));
    }
    Ok((status, body))
}

/// Sends the file and waits until its last row is written.
async fn import(
    http: &mut Connection,
    other: &mut Connection,
    token: &str,
    company: &Company,
    csv: &Path,
) -> Result<Taken, String> {
    let file = std::fs::read(csv).map_err(words)?;
    let path = format!("/api/v1/accounts/{}/record-imports", company.account);
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\ncontent-type: text/csv\r\ncontent-length: {}\r\n\r\n",
        file.len()
    )
    .into_bytes();
    request.extend_from_slice(&file);
    let begun = Instant::now();
    let (_, taken) = ask(http, &request).await?;
    drop(request);
    let watch = get(
        &format!("{path}/{}", taken["id"].as_str().unwrap_or_default()),
        token,
    );
    let sub_accounts = format!("/api/v1/accounts/{}/sub-accounts", company.account);
    let mut waits = Vec::new();
    for look in 0_u32.. {
        if look.is_multiple_of(5) {
            let body = json!({ "name": format!("Branch {look}"), "activity": "importer" });
            let asked = Instant::now();
            ask(other, &post(&sub_accounts, token, &body)).await?;
            waits.push(asked.elapsed());
        }
        let (_, import) = ask(http, &watch).await?;
        match import["state"].as_str() {
            Some("finished") => {
                let refused = import["rows_refused"].as_u64();
                if refused != Some(0) {
                    return Err(format!("rows were refused: {import}"));
                }
                return Ok(Taken {
                    rows: import["rows_total"].as_u64().unwrap_or_default(),
                    time: begun.elapsed(),
                    waits,
                });
            }
            Some("queued" | "running") => tokio::time::sleep(Duration::from_millis(20)).await,
            _ => return Err(format!("the import failed: {import}")),
        }
    }
    Err("the import does not end".to_owned())
}

/// What an import costs others who write.
fn waiting(waits: &[Duration], name: &str) -> Row {
    let most = waits.iter().max().copied().unwrap_or_default();
    Row::at_most(
        &format!("the longest wait of others who write during an import, {name}"),
        milliseconds(most),
        500.0,
        "ms",
        format!(
            "{} sub-accounts made one after the other meanwhile, the middle one in {:.1} ms",
            waits.len(),
            median(waits.iter().copied().map(milliseconds).collect())
        ),
    )
}

/// How long the database itself takes for the same rows, in one transaction, into a table with the same indexes.
async fn bulk(
    o: &Options,
    database: &TestDatabase,
    raw: &DatabaseConnection,
) -> Result<Duration, String> {
    match database.kind {
        DatabaseKind::Postgres => {
            for table in ["entries", "entry_lines"] {
                run(
                    raw,
                    &format!("CREATE TABLE bulk_{table} (LIKE {table} INCLUDING ALL)"),
                )
                .await?;
            }
            let begun = Instant::now();
            run(raw, "BEGIN; INSERT INTO bulk_entries SELECT * FROM entries; INSERT INTO bulk_entry_lines SELECT * FROM entry_lines; COMMIT").await?;
            let time = begun.elapsed();
            run(raw, "DROP TABLE bulk_entries; DROP TABLE bulk_entry_lines").await?;
            Ok(time)
        }
        DatabaseKind::Sqlite => {
            let other = TestDatabase::fresh_of(DatabaseKind::Sqlite).await;
            let path = database.url.trim_start_matches("sqlite:");
            let target = other.url.trim_start_matches("sqlite:");
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/prepared_batch.py");
            let python = o.python.as_deref().unwrap_or(Path::new("python3"));
            let said = printed(python, &script, &[path.as_ref(), target.as_ref()])?;
            let seconds: f64 = said.trim().parse().map_err(words)?;
            Ok(Duration::from_secs_f64(seconds))
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The first page of the search against the bare SQL with a list written by hand.
async fn search(
    server: &ServerProcess,
    raw: &DatabaseConnection,
    keys: &[String],
    name: &str,
) -> Result<Row, String> {
    let list = keys.join("', '");
    let sql = format!(
        "SELECT entry_number, entry_type, importer_shown, importer_name, filer_code, filer_name, port, entry_date, liquidation_status, liquidation_due, liquidation_source, protest_deadline, protest_source, line_count, value_cents, duty_cents, fee_check FROM entries WHERE importer_key IN ('{list}') ORDER BY entry_date DESC, entry_number DESC LIMIT 201"
    );
    let mut owner = Asking::open(server, OWNER).await?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for turn in 0..=TURNS {
        let (mine, page) = owner.get("/api/v1/entry-summaries?limit=200").await?;
        let begun = Instant::now();
        let statement = Statement::from_string(raw.get_database_backend(), sql.as_str());
        let rows = raw.query_all_raw(statement).await.map_err(words)?;
        let other = begun.elapsed();
        let first: String = rows
            .first()
            .ok_or("the bare search found nothing")?
            .try_get("", "entry_number")
            .map_err(words)?;
        let shown = page["items"][0]["entry_number"]
            .as_str()
            .unwrap_or_default();
        if shown.replace('-', "") != first {
            return Err(format!(
                "the search begins with {shown}, the bare one with {first}"
            ));
        }
        // The first turn warms both up.
        if turn > 0 {
            ours.push(mine);
            bare.push(milliseconds(other));
        }
    }
    let (ours, bare) = (median(ours), median(bare));
    Ok(Row::at_most(
        &format!(
            "first page of 200 entries of {OWN} importers over HTTP, {name} (3 × the bare SQL + 5 ms)"
        ),
        ours,
        3.0 * bare + 5.0,
        "ms",
        format!("{bare:.2} ms by the bare SQL with a list of {OWN} numbers"),
    ))
}

/// What a script prints.
pub fn printed(python: &Path, script: &Path, files: &[&Path]) -> Result<String, String> {
    let done = std::process::Command::new(python)
        .arg(script)
        .args(files)
        .output()
        .map_err(words)?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into_owned());
    }
    String::from_utf8(done.stdout).map_err(words)
}
