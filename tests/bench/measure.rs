//! What is measured, one function a budget. Ratios are taken within one function, so in one run on one machine.

use std::path::Path;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use quaymaster_service::hashing::Cost;
use quaymaster_tests::{DatabaseKind, ServerProcess};
use serde_json::json;

use crate::Options;
use crate::fill::Filler;
use crate::load::{Connection, closed_loop, cookie_loop, count, get, post, post_form};
use crate::report::Row;
use crate::stage::{Stage, crowd_name, sign_in, token};

/// Clients of a load that is to keep the server busy without queueing.
const BUSY: usize = 8;

/// How often two programs are measured, turn and turn about.
const TURNS: usize = 5;

/// Clients of a load that queues.
const STORM: usize = 64;

const MIB: f64 = 1024.0 * 1024.0;

/// Identifiers added at each size.
const INSERTS: u64 = 500;

/// Sign-ins per second against the bare rate of the hash with as many threads.
///
/// # Errors
/// When a sign-in fails.
pub async fn sign_ins(o: &Options, stage: &Stage) -> Result<Vec<Row>, String> {
    let threads =
        std::thread::available_parallelism().map_or(1, |n| n.get().saturating_sub(1).max(1));
    let server = stage.serve(&o.server);
    closed_loop(server.address, BUSY, o.time / 4, crowd_signs_in)
        .await?
        .all(201)?;
    // Turn and turn about, because a machine's pace drifts; the middle one of the ratios counts.
    let mut turns = Vec::new();
    for _ in 0..TURNS {
        let bare = bare_hashes(threads, o.time / 2).await?;
        let mut through = closed_loop(server.address, BUSY, o.time / 2, crowd_signs_in)
            .await?
            .all(201)?;
        turns.push((through.rate(), bare, through.percentile(0.5)));
    }
    let (own, bare, typical) = middle(turns);
    Ok(vec![Row::at_least(
        "sign-in throughput against the bare Argon2id rate",
        own / bare * 100.0,
        90.0,
        "%",
        format!(
            "{own:.1}/s of {bare:.1}/s, {threads} hashing thread(s), p50 {typical:.0} ms with {BUSY} clients; the middle of {TURNS} turns"
        ),
    )])
}

/// The turn whose ratio of the first to the second is the middle one.
fn middle<T>(mut turns: Vec<(f64, f64, T)>) -> (f64, f64, T) {
    turns.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    turns.swap_remove(turns.len() / 2)
}

fn crowd_signs_in(connection: usize, _request: usize) -> Vec<u8> {
    sign_in(&crowd_name(connection))
}

/// Hashes per second with one reused buffer a thread and nothing else.
async fn bare_hashes(threads: usize, time: Duration) -> Result<f64, String> {
    let started = Instant::now();
    let workers: Vec<_> = (0..threads)
        .map(|_| {
            tokio::task::spawn_blocking(move || -> Result<usize, String> {
                let cost = Cost::STANDARD;
                let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32))
                    .map_err(|e| e.to_string())?;
                let mut blocks = vec![Block::default(); params.block_count()];
                let argon =
                    Argon2::new_with_secret(&[1; 32], Algorithm::Argon2id, Version::V0x13, params)
                        .map_err(|e| e.to_string())?;
                let mut out = [0_u8; 32];
                let mut done = 0;
                while started.elapsed() < time {
                    argon
                        .hash_password_into_with_memory(
                            b"blue-harbour lantern 47",
                            b"sixteen bytes ok",
                            &mut out,
                            &mut blocks,
                        )
                        .map_err(|e| e.to_string())?;
                    done += 1;
                }
                Ok(done)
            })
        })
        .collect();
    let mut done = 0;
    for worker in workers {
        done += worker.await.map_err(|e| e.to_string())??;
    }
    Ok(count(done) / started.elapsed().as_secs_f64())
}

/// Resident memory while 256 clients sign in at once.
///
/// # Errors
/// When a sign-in fails.
pub async fn memory(o: &Options, stage: &Stage) -> Result<Vec<Row>, String> {
    let server = stage.serve(&o.server);
    let storm = closed_loop(server.address, 256, o.time, crowd_signs_in)
        .await?
        .all(201)?;
    let peak = memory_of(&server, "VmHWM")?;
    Ok(vec![Row::at_most(
        "resident memory in a storm of 256 clients (peak)",
        peak,
        256.0,
        "MiB",
        format!("{:.1} sign-ins/s, every one answered 201", storm.rate()),
    )])
}

/// Reads with and without 64 clients that sign in.
///
/// # Errors
/// When a request fails.
pub async fn reads(o: &Options, stage: &Stage) -> Result<Vec<Row>, String> {
    let server = stage.serve(&o.server);
    let path = format!("/api/v1/accounts/{}/users?limit=50", stage.acme.account);
    let request = get(&path, &token(&server, "acme.owner").await?);
    let read = |time| {
        let request = request.clone();
        closed_loop(server.address, BUSY, time, move |_, _| request.clone())
    };
    read(o.time / 4).await?.all(200)?;
    let mut calm = read(o.time).await?.all(200)?;
    let storm = tokio::spawn(closed_loop(
        server.address,
        STORM,
        o.time + o.time / 4,
        crowd_signs_in,
    ));
    read(o.time / 4).await?.all(200)?;
    let mut busy = read(o.time).await?.all(200)?;
    let storm = storm.await.map_err(|e| e.to_string())??.all(201)?;
    let (quiet, loud) = (calm.percentile(0.99), busy.percentile(0.99));
    Ok(vec![Row::at_most(
        "p99 of reads during a storm of 64 clients against without",
        loud / quiet,
        3.0,
        "×",
        format!(
            "{loud:.1} ms against {quiet:.1} ms; {:.0} reads/s against {:.0}/s, {:.1} sign-ins/s meanwhile",
            busy.rate(),
            calm.rate(),
            storm.rate()
        ),
    )])
}

/// The list of 50 users against a program without sign-in and rules on the same rows.
///
/// # Errors
/// When a request fails.
pub async fn list(o: &Options, stage: &Stage) -> Result<Vec<Row>, String> {
    let server = stage.serve(&o.server);
    let bare = ServerProcess::start_other(&o.bare, &[&stage.database.url]);
    let path = format!("/api/v1/accounts/{}/users?limit=50", stage.acme.account);
    let ours = get(&path, &token(&server, "acme.owner").await?);
    let theirs = get(&format!("/users/{}", stage.acme.account), "none");
    let mut turns = Vec::new();
    // The first turn warms both up.
    for turn in 0..=TURNS {
        let (a, b) = (ours.clone(), theirs.clone());
        let mine = closed_loop(server.address, BUSY, o.time / 4, move |_, _| a.clone())
            .await?
            .all(200)?;
        let other = closed_loop(bare.address, BUSY, o.time / 4, move |_, _| b.clone())
            .await?
            .all(200)?;
        if turn > 0 {
            turns.push((mine.rate(), other.rate(), (mine.body, other.body)));
        }
    }
    let (own, plain, sizes) = middle(turns);
    Ok(vec![Row::at_least(
        "authenticated list of 50 users against bare actix-web + sqlx",
        own / plain * 100.0,
        60.0,
        "%",
        format!(
            "{own:.0}/s against {plain:.0}/s, {BUSY} clients, bodies of {} and {} bytes; the middle of {TURNS} turns",
            sizes.0, sizes.1
        ),
    )])
}

/// Exchanges of refresh tokens, each client with its own session.
///
/// # Errors
/// When a token is refused.
pub async fn refresh(o: &Options, stage: &Stage) -> Result<Vec<Row>, String> {
    let server = stage.serve(&o.server);
    let sign_in_as = |client| sign_in(&crowd_name(client));
    let path = "/api/v1/sessions/refresh";
    let mut exchanged = cookie_loop(server.address, STORM, o.time, sign_in_as, path)
        .await?
        .all(200)?;
    Ok(vec![Row::at_least(
        "token refresh (rotating), SQLite",
        exchanged.rate(),
        1500.0,
        "/s",
        format!(
            "{STORM} clients, p50 {:.1} ms, p99 {:.1} ms; {:.0} single waits for the disk per second just after",
            exchanged.percentile(0.5),
            exchanged.percentile(0.99),
            syncs(stage.database.dir.path(), o.time / 4)?,
        ),
    )])
}

/// Tokens of one API client, asked for by many connections with its secret.
///
/// # Errors
/// When the client cannot be made or a token is refused.
pub async fn client_credentials(o: &Options, stage: &Stage) -> Result<Vec<Row>, String> {
    let server = stage.serve(&o.server);
    let path = format!("/api/v1/accounts/{}/api-clients", stage.acme.account);
    let client =
        json!({ "name": "ERP", "contact_email": "erp@example.com", "scopes": ["users:read"] });
    let request = post(&path, &token(&server, "acme.owner").await?, &client);
    let words = |e: std::io::Error| e.to_string();
    let mut http = Connection::open(server.address).await.map_err(words)?;
    let (status, body) = http.exchange(&request).await.map_err(words)?;
    let made: serde_json::Value = serde_json::from_slice(&body).map_err(|e| e.to_string())?;
    let (Some(id), Some(secret)) = (
        made["client"]["id"].as_str(),
        made["secret"]["secret"].as_str(),
    ) else {
        return Err(format!("no API client: {status} {made}"));
    };
    let request = post_form(
        "/api/v1/oauth/token",
        &[
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret),
        ],
    );
    let mut given = closed_loop(server.address, STORM, o.time, move |_, _| request.clone())
        .await?
        .all(200)?;
    Ok(vec![Row::at_least(
        "tokens by client credentials, SQLite",
        given.rate(),
        2000.0,
        "/s",
        format!(
            "{STORM} connections, p50 {:.1} ms, p99 {:.1} ms",
            given.percentile(0.5),
            given.percentile(0.99),
        ),
    )])
}

/// How often a second the disk takes a page for good, one at a time.
fn syncs(dir: &Path, time: Duration) -> Result<f64, String> {
    use std::io::{Seek as _, Write as _};
    let path = dir.join("syncs");
    let mut file = std::fs::File::create(&path).map_err(|e| e.to_string())?;
    let started = Instant::now();
    let mut done = 0;
    while started.elapsed() < time {
        file.rewind()
            .and_then(|()| file.write_all(&[1; 4096]))
            .and_then(|()| file.sync_data())
            .map_err(|e| e.to_string())?;
        done += 1;
    }
    let rate = count(done) / started.elapsed().as_secs_f64();
    std::fs::remove_file(&path).map_err(|e| e.to_string())?;
    Ok(rate)
}

/// Rule check and insert of an identifier while the table grows.
///
/// # Errors
/// When an identifier is refused or the fill fails.
pub async fn identifiers(o: &Options, kind: DatabaseKind) -> Result<Vec<Row>, String> {
    let stage = Stage::build(kind).await?;
    let sizes = [10_000, o.identifiers / 10, o.identifiers];
    let mut medians = Vec::new();
    let mut words = Vec::new();
    let mut filler = Filler::open(&stage.database).await?;
    for ((size, company), salt) in sizes.into_iter().zip(&stage.companies).zip(1..) {
        filler.up_to(size, &stage.acme).await?;
        let numbers = filler.free(company, salt, INSERTS + INSERTS / 5).await?;
        let server = stage.serve(&o.server);
        let owner = format!("{}.owner", ["small", "middle", "large"][medians.len()]);
        let token = token(&server, &owner).await?;
        let path = format!(
            "/api/v1/accounts/{}/sub-accounts/{}/identifiers",
            company.account, company.sub_account
        );
        let mut connection = Connection::open(server.address)
            .await
            .map_err(|e| e.to_string())?;
        let mut times = Vec::new();
        for number in &numbers {
            let request = post(
                &path,
                &token,
                &json!({ "kind": "importer_number", "value": number }),
            );
            let sent = Instant::now();
            let (status, body) = connection
                .exchange(&request)
                .await
                .map_err(|e| e.to_string())?;
            times.push(sent.elapsed().as_secs_f64() * 1000.0);
            if status != 201 {
                return Err(format!(
                    "{number}: {status} {}",
                    String::from_utf8_lossy(&body)
                ));
            }
        }
        // The first ones warm the caches.
        let mut counted = times.split_off(numbers.len() / 6);
        counted.sort_by(f64::total_cmp);
        let median = counted[counted.len() / 2];
        words.push(format!("{median:.2} ms at {size}"));
        medians.push(median);
    }
    filler.close().await?;
    let name = match kind {
        DatabaseKind::Sqlite => "SQLite",
        DatabaseKind::Postgres => "PostgreSQL",
    };
    let growth = medians
        .last()
        .zip(medians.first())
        .map_or(f64::NAN, |(last, first)| last / first);
    Ok(vec![Row::at_most(
        &format!(
            "rule check and insert of an identifier, {} against 10000, {name}",
            o.identifiers
        ),
        growth,
        1.5,
        "×",
        format!("median {}", words.join(", ")),
    )])
}

/// Start-up, idle memory, size.
///
/// # Errors
/// When the process cannot be looked at.
pub async fn footprint(o: &Options, stage: &Stage) -> Result<Vec<Row>, String> {
    let mut starts = Vec::new();
    for _ in 0..6 {
        let started = Instant::now();
        let server = stage.serve(&o.server);
        starts.push(started.elapsed().as_secs_f64() * 1000.0);
        server.kill();
    }
    // The first one meets a cold cache.
    let mut warm = starts.split_off(1);
    warm.sort_by(f64::total_cmp);
    let server = stage.serve(&o.server);
    let mut connection = Connection::open(server.address)
        .await
        .map_err(|e| e.to_string())?;
    connection
        .exchange(&get("/readyz", "none"))
        .await
        .map_err(|e| e.to_string())?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = memory_of(&server, "VmRSS")?;
    let size = std::fs::metadata(&o.server)
        .map_err(|e| e.to_string())?
        .len();
    Ok(vec![
        Row::at_most(
            "start on an existing database until requests are taken",
            warm[warm.len() / 2],
            300.0,
            "ms",
            format!(
                "median of {}, slowest {:.0} ms",
                warm.len(),
                warm[warm.len() - 1]
            ),
        ),
        Row::at_most("resident memory, idle", idle, 60.0, "MiB", String::new()),
        Row::at_most(
            "size of the binary, single-page app and Swagger UI inside",
            count(usize::try_from(size).unwrap_or(usize::MAX)) / MIB,
            60.0,
            "MiB",
            String::new(),
        ),
    ])
}

/// Lets the peak of the resident memory begin anew, and says how much is resident now, in MiB.
pub fn forget_peak(server: &ServerProcess) -> Result<f64, String> {
    let path = format!("/proc/{}/clear_refs", server.id());
    std::fs::write(&path, "5").map_err(|e| format!("{path}: {e}"))?;
    memory_of(server, "VmRSS")
}

/// A line of `/proc/<pid>/status`, in MiB.
pub fn memory_of(server: &ServerProcess, name: &str) -> Result<f64, String> {
    let path = format!("/proc/{}/status", server.id());
    let text = std::fs::read_to_string(Path::new(&path)).map_err(|e| format!("{path}: {e}"))?;
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok())
        .map(|kib| kib / 1024.0)
        .ok_or_else(|| format!("{path} has no {name}"))
}
