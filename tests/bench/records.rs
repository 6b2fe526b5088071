//! Trade records: how fast they come in, how fast they are found and reported on, against the bare database and against
//! DuckDB on the same rows. A member of an account with 300 importer numbers asks; others' rows lie between.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::Datelike as _;
use quaymaster_domain::clock::Clock as _;
use quaymaster_server::wiring::SystemClock;
use quaymaster_service::records::sample::{self, Sample};
use quaymaster_tests::{Company, DatabaseKind, TestDatabase};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};

use crate::Options;
use crate::load::{Connection, get, post};
use crate::report::Row;
use crate::stage::{self, Stage};

/// Importer numbers of the account, and of others.
const OWN: usize = 300;
const FOREIGN: usize = 30;

/// How often each request is sent; the middle one counts.
const TURNS: usize = 9;

/// Four fiscal years.
const DAYS: u32 = 1_460;

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
    // The filer code lets everything in; afterwards the account sees its importers only.
    hold(&raw, kind, &place.acme, "filer_code", &["Q7M".to_owned()]).await?;
    let server = place.serve(&o.server);
    let token = stage::token(&server, "acme.owner").await?;
    let mut http = Connection::open(server.address).await.map_err(words)?;
    let mut other = Connection::open(server.address).await.map_err(words)?;
    let taken = import(&mut http, &mut other, &token, &place.acme, &csv).await?;
    if taken.rows != rows {
        return Err(format!("{} of {rows} rows came in", taken.rows));
    }
    let bulk = bulk(o, &place.database, &raw).await?;
    run(&raw, "DELETE FROM sub_account_identifiers").await?;
    run(&raw, "DELETE FROM account_identifiers").await?;
    let keys: Vec<String> = (1..=OWN).map(key).collect();
    hold(&raw, kind, &place.acme, "importer_number", &keys).await?;
    run(&raw, "ANALYZE").await?;
    // The import may have taken longer than a token lives.
    let token = stage::token(&server, "acme.owner").await?;
    let name = kind_words(kind);
    let per_second = |time: Duration| precise(rows) / time.as_secs_f64();
    let (own, bare) = (per_second(taken.time), per_second(bulk));
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
    if import_only {
        raw.close().await.map_err(words)?;
        return Ok(found);
    }
    found.push(search(&mut http, &token, &raw, &keys, name).await?);
    found.extend(reports(o, &mut http, &token, &csv, folder.path(), &keys, name).await?);
    raw.close().await.map_err(words)?;
    Ok(found)
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn kind_words(kind: DatabaseKind) -> &'static str {
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

struct Taken {
    rows: u64,
    time: Duration,
    /// How long others waited who wrote meanwhile.
    waits: Vec<Duration>,
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
        most.as_secs_f64() * 1000.0,
        500.0,
        "ms",
        format!(
            "{} sub-accounts made one after the other meanwhile, the middle one in {:.1} ms",
            waits.len(),
            median(waits.to_vec())
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

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

/// The first page of the search against the bare SQL with a list written by hand.
async fn search(
    http: &mut Connection,
    token: &str,
    raw: &DatabaseConnection,
    keys: &[String],
    name: &str,
) -> Result<Row, String> {
    let list = keys.join("', '");
    let sql = format!(
        "SELECT entry_number, entry_type, importer_shown, importer_name, filer_code, filer_name, port, entry_date, liquidation_status, liquidation_due, liquidation_source, protest_deadline, protest_source, line_count, value_cents, duty_cents, fee_check FROM entries WHERE importer_key IN ('{list}') ORDER BY entry_date DESC, entry_number DESC LIMIT 201"
    );
    let request = get("/api/v1/entry-summaries?limit=200", token);
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for turn in 0..=TURNS {
        let begun = Instant::now();
        let (_, page) = ask(http, &request).await?;
        let mine = begun.elapsed();
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
            bare.push(other);
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

/// A report of the catalogue and the same in DuckDB's SQL.
struct Measured {
    what: &'static str,
    code: &'static str,
    years: i32,
    sql: &'static str,
    most: f64,
}

const REPORTS: [Measured; 4] = [
    Measured {
        what: "duty by month, a year",
        code: "DU-102",
        years: 1,
        sql: "SELECT substr(entry_date, 1, 7), sum(value_cents), sum(duty_cents) AS duty, sum(is_first) FROM lines WHERE importer_key IN ($keys) AND entry_date BETWEEN '$from' AND '$to' GROUP BY 1 ORDER BY 1",
        most: 1.0,
    },
    Measured {
        what: "duty by month, three years",
        code: "DU-102",
        years: 3,
        sql: "SELECT substr(entry_date, 1, 7), sum(value_cents), sum(duty_cents) AS duty, sum(is_first) FROM lines WHERE importer_key IN ($keys) AND entry_date BETWEEN '$from' AND '$to' GROUP BY 1 ORDER BY 1",
        most: 1.0,
    },
    Measured {
        what: "importers by duty, three years",
        code: "DU-103",
        years: 3,
        sql: "SELECT importer_key, sum(value_cents), sum(duty_cents) AS duty, sum(is_first) FROM lines WHERE importer_key IN ($keys) AND entry_date BETWEEN '$from' AND '$to' GROUP BY 1 ORDER BY 3 DESC",
        most: 2.0,
    },
    Measured {
        what: "duty by chapter and country, a year",
        code: "DU-101",
        years: 1,
        sql: "SELECT substr(hts, 1, 2), country_origin, sum(value_cents), sum(duty_cents) AS duty FROM lines WHERE importer_key IN ($keys) AND entry_date BETWEEN '$from' AND '$to' GROUP BY 1, 2 ORDER BY 1, 2",
        most: 6.0,
    },
];

/// The first page of a run that was not done when it was asked for.
async fn finished(http: &mut Connection, token: &str, asked: &Value) -> Result<Value, String> {
    let id = asked["run"]["id"].as_str().ok_or("a run without an id")?;
    let path = format!("/api/v1/report-runs/{id}");
    loop {
        let (_, run) = ask(http, &get(&path, token)).await?;
        match run["state"].as_str() {
            Some("done") => break,
            Some("queued" | "running" | "writing") => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            _ => return Err(format!("the run ended: {run}")),
        }
    }
    let (_, page) = ask(http, &get(&format!("{path}/rows"), token)).await?;
    Ok(json!({ "page": page }))
}

/// What a script prints.
fn printed(python: &Path, script: &Path, files: &[&Path]) -> Result<String, String> {
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

async fn reports(
    o: &Options,
    http: &mut Connection,
    token: &str,
    csv: &Path,
    folder: &Path,
    keys: &[String],
    name: &str,
) -> Result<Vec<Row>, String> {
    let Some(python) = &o.python else {
        crate::say("  reports are left out: QUAYMASTER_BENCH_PYTHON names no Python with DuckDB")?;
        return Ok(Vec::new());
    };
    let last = SystemClock.now().year() - 1;
    let span = |m: &Measured| {
        (
            format!("{}-01-01", last - m.years + 1),
            format!("{last}-12-31"),
        )
    };
    let mut wanted = serde_json::Map::new();
    for m in &REPORTS {
        let (from, to) = span(m);
        let sql = m.sql.replace("$from", &from).replace("$to", &to);
        wanted.insert(m.what.to_owned(), sql.into());
    }
    let plan = folder.join("duckdb.json");
    let text = json!({ "keys": keys, "turns": TURNS, "reports": wanted }).to_string();
    std::fs::write(&plan, text).map_err(words)?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/duckdb_reports.py");
    let said = printed(python, &script, &[csv, &plan])?;
    let duckdb: Value = serde_json::from_str(&said).map_err(words)?;
    let mut found = Vec::new();
    for m in &REPORTS {
        let (from, to) = span(m);
        let body = json!({ "report": m.code, "definition": null, "prompts": {"p1": {"from": from, "to": to}}, "account_id": null, "fresh": true });
        let request = post("/api/v1/report-runs", token, &body);
        let mut times = Vec::new();
        for turn in 0..=TURNS {
            let begun = Instant::now();
            let (status, mut answer) = ask(http, &request).await?;
            if status == 202 {
                answer = finished(http, token, &answer).await?;
            }
            let time = begun.elapsed();
            if turn > 0 {
                times.push(time);
            } else {
                let cents = duckdb[m.what]["duty"].as_i64().unwrap_or_default();
                let duty = quaymaster_domain::records::in_dollars(cents);
                if cents == 0
                    || !answer["page"]["rows"]
                        .to_string()
                        .contains(&format!("\"{duty}\""))
                {
                    return Err(format!(
                        "{}: the duty of DuckDB, {duty}, is not in {}",
                        m.what, answer["page"]["rows"]
                    ));
                }
            }
        }
        let other = duckdb[m.what]["ms"].as_f64().unwrap_or_default();
        let ours = median(times);
        found.push(Row::at_most(
            &format!(
                "{} ({}), HTTP against DuckDB's bare SQL, {name}",
                m.what, m.code
            ),
            ours / other,
            m.most,
            "×",
            format!(
                "{ours:.1} ms against {other:.1} ms, {} rows, {OWN} importers, the same sums",
                o.lines
            ),
        ));
    }
    Ok(found)
}
