//! Results as files: how long a large CSV takes against the database's own tool, and how much memory files of every format
//! take.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use quaymaster_tests::{DatabaseKind, ServerProcess};
use serde_json::{Value, json};

use crate::asking::Asking;
use crate::load::median;
use crate::measure::{forget_peak, memory_of};
use crate::records::{OWNER, Records};
use crate::report::Row;

/// The size that other reporting tools were measured with: what one importer enters in a year.
const LARGE: u64 = 221_242;

/// A size that people export every day.
const USUAL: u64 = 20_000;

/// As many as there are, up to nearly the limit of rows of a result.
const LARGEST: u64 = 990_000;

/// How often a large file is made; the middle one counts.
const TURNS: usize = 3;

/// The details of all lines of a period, not from the cache.
pub fn details(from: &str, to: &str) -> Value {
    json!({
        "report": "ES-003", "definition": null, "prompts": {"p1": {"from": from, "to": to}},
        "account_id": null, "fresh": true,
    })
}

/// A large run that is done, and the file that was made of it.
pub struct Exported {
    /// Its first day.
    pub from: String,
    /// Where the run is looked at.
    pub path: String,
    /// How many rows it has.
    pub rows: u64,
}

/// A large CSV, from asking for the run to the last byte of the file, against what the database's own tool writes of the same
/// question.
///
/// # Errors
/// When a request fails or the files differ.
pub async fn csv(r: &Records<'_>, server: &ServerProcess) -> Result<(Vec<Row>, Exported), String> {
    let (from, rows) = r.since(LARGE).await?;
    let body = details(&from, &r.today);
    let sql = r.lines(&r.listed(), &from, &r.today);
    let (mine, bare) = (r.folder.join("ours.csv"), r.folder.join("bare.csv"));
    let mut owner = Asking::open(server, OWNER).await?;
    let mut path = String::new();
    let mut turns = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..=TURNS {
        let ran = owner.run(&body).await?;
        path = ran.path;
        let file = owner
            .download(&format!("{path}/export?format=csv"), &mine)
            .await?;
        let begun = Instant::now();
        let said = by_the_database(r, &sql, &bare)?;
        let other = begun.elapsed().as_secs_f64() * 1000.0;
        if !said {
            crate::say("  exports are left out: the database's own tool is not installed")?;
            break;
        }
        if turn > 0 {
            turns.0.push(ran.took);
            turns.1.push(file);
            turns.2.push(other);
        } else {
            same(&mine, &bare, rows)?;
        }
    }
    let exported = Exported { from, path, rows };
    if turns.2.is_empty() {
        return Ok((Vec::new(), exported));
    }
    let (run, file, other) = (median(turns.0), median(turns.1), median(turns.2));
    let tool = match r.kind {
        DatabaseKind::Sqlite => "the sqlite3 shell",
        DatabaseKind::Postgres => "COPY",
    };
    let row = Row::at_most(
        &format!(
            "CSV of {rows} lines from asking to the last byte, against {tool}, {}",
            r.name
        ),
        (run + file) / other,
        1.5,
        "×",
        format!(
            "{:.2} s against {:.2} s, the same cells in the same order; {:.2} s until the run is done, {:.2} s for the file",
            (run + file) / 1000.0,
            other / 1000.0,
            run / 1000.0,
            file / 1000.0
        ),
    );
    Ok((vec![row], exported))
}

/// Puts the rows of a question into a file of CSV; false when the tool is not there.
fn by_the_database(r: &Records<'_>, sql: &str, target: &Path) -> Result<bool, String> {
    let url = &r.place.database.url;
    let mut command = match r.kind {
        DatabaseKind::Sqlite => {
            let mut command = Command::new("sqlite3");
            command.args(["-readonly", "-csv", url.trim_start_matches("sqlite:"), sql]);
            command
        }
        DatabaseKind::Postgres => {
            let mut command = Command::new("psql");
            let copy = format!("COPY ({sql}) TO STDOUT (FORMAT csv)");
            command.args(["--no-psqlrc", "--quiet", "--command", &copy, url]);
            command
        }
    };
    let file = std::fs::File::create(target).map_err(|e| e.to_string())?;
    let done = command.stdout(file).stderr(Stdio::piped()).output();
    match done {
        Ok(done) if done.status.success() => Ok(true),
        Ok(done) => Err(String::from_utf8_lossy(&done.stderr).into_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.to_string()),
    }
}

/// Every cell of the portal's file has to be the database's, whose entry numbers have no hyphens and whose amounts are in cents.
fn same(mine: &Path, bare: &Path, rows: u64) -> Result<(), String> {
    let read = |path: &Path, header: bool| {
        csv::ReaderBuilder::new()
            .has_headers(header)
            .from_path(path)
            .map_err(|e| e.to_string())
    };
    let mut others = read(bare, false)?.into_records();
    let mut found = 0;
    for ours in read(mine, true)?.into_records() {
        let ours = ours.map_err(|e| e.to_string())?;
        let other = others.next().ok_or("the database has fewer rows")?;
        let other = other.map_err(|e| e.to_string())?;
        let cents = ours.len() - 2;
        let equal = ours.len() == other.len()
            && ours.iter().zip(&other).enumerate().all(|(at, (a, b))| {
                if at == 0 {
                    a.replace('-', "") == b
                } else if at < cents {
                    a == b
                } else {
                    a.replace('.', "").trim_start_matches('0') == b.trim_start_matches('0')
                }
            });
        if !equal {
            return Err(format!("row {found}: {ours:?} is not {other:?}"));
        }
        found += 1;
    }
    if others.next().is_some() || found != rows {
        return Err(format!("{found} rows were exported of {rows}"));
    }
    Ok(())
}

/// How far resident memory grows while results become files, with a server for each size that has done nothing else.
///
/// # Errors
/// When a request fails.
pub async fn memory(r: &Records<'_>) -> Result<Vec<Row>, String> {
    let target = r.folder.join("file");
    let mut found = Vec::new();
    for size in [USUAL, LARGEST] {
        let server = r.place.serve(&r.o.server);
        let mut owner = Asking::open(&server, OWNER).await?;
        // What a server has once it has answered anything at all.
        let (from, _) = r.since(1).await?;
        owner.run(&details(&from, &r.today)).await?;
        let calm = forget_peak(&server)?;
        let (from, rows) = r.since(size).await?;
        let mut grown = Vec::new();
        let ran = owner.run(&details(&from, &r.today)).await?;
        grown.push(("the run", memory_of(&server, "VmHWM")? - calm, ran.took));
        let kept = forget_peak(&server)? - calm;
        for (name, format) in [("CSV", "csv"), ("XLSX", "xlsx"), ("PDF", "pdf")] {
            forget_peak(&server)?;
            let path = format!("{}/export?format={format}", ran.path);
            let took = owner.download(&path, &target).await?;
            grown.push((name, memory_of(&server, "VmHWM")? - calm, took));
        }
        let most = grown.iter().map(|g| g.1).fold(0.0, f64::max);
        let each: Vec<String> = grown
            .iter()
            .map(|(name, grown, took)| format!("{name} {grown:.0} MiB in {:.2} s", took / 1000.0))
            .collect();
        found.push(Row::at_most(
            &format!(
                "growth of resident memory (peak) by exporting {rows} lines, {}",
                r.name
            ),
            most,
            64.0,
            "MiB",
            format!(
                "from {calm:.0} MiB: {}; {kept:.0} MiB were still resident after the run",
                each.join(", ")
            ),
        ));
    }
    Ok(found)
}
