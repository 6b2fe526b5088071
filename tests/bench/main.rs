//! Measures the budgets of docs/PERFORMANCE.md with the release binary as a child process, bounded loads and databases
//! of its own. Run with `make bench`; prints a table and writes nothing unless asked.

mod asking;
mod exports;
mod fair;
mod fill;
mod grants;
mod load;
mod measure;
mod records;
mod report;
mod reports;
mod results;
mod secured;
mod stage;
mod sums;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use quaymaster_tests::DatabaseKind;

use report::Row;
use stage::Stage;

const USAGE: &str = "\
usage: quaymaster-bench [--only PART,…] [--seconds N] [--identifiers N] [--lines N] [--write FILE]
  PART           sign-ins, memory, reads, list, refresh, client-credentials, fair, grants, footprint, identifiers-sqlite,
                 identifiers-postgres, records-sqlite, records-postgres, import-sqlite, import-postgres
  --seconds      how long each load lasts (8)
  --identifiers  how many identifiers there are in the end (10000000)
  --lines        how many rows of trade records there are (1000000)
  --write        write the whole of docs/PERFORMANCE.md";

const PARTS: [&str; 15] = [
    "sign-ins",
    "memory",
    "reads",
    "list",
    "refresh",
    "client-credentials",
    "fair",
    "grants",
    "footprint",
    "identifiers-sqlite",
    "identifiers-postgres",
    "records-sqlite",
    "records-postgres",
    "import-sqlite",
    "import-postgres",
];

/// What is measured, and how.
pub struct Options {
    only: Vec<String>,
    time: Duration,
    identifiers: u64,
    lines: u64,
    /// A Python that has DuckDB; without one, reports are left out.
    python: Option<PathBuf>,
    write: Option<PathBuf>,
    server: PathBuf,
    bare: PathBuf,
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self, String> {
        let own = std::env::current_exe().map_err(|e| e.to_string())?;
        let mut options = Self {
            only: Vec::new(),
            time: Duration::from_secs(8),
            identifiers: 10_000_000,
            lines: 1_000_000,
            python: std::env::var_os("QUAYMASTER_BENCH_PYTHON").map(PathBuf::from),
            write: None,
            server: own.with_file_name("quaymaster"),
            bare: own.with_file_name("quaymaster-bench-bare"),
        };
        for pair in arguments.chunks(2) {
            let [name, value] = pair else {
                return Err(USAGE.to_owned());
            };
            let number = || {
                value
                    .parse::<u64>()
                    .map_err(|e| format!("{name} {value}: {e}"))
            };
            match name.as_str() {
                "--only" => options.only = value.split(',').map(str::to_owned).collect(),
                "--seconds" => options.time = Duration::from_secs(number()?.max(1)),
                "--identifiers" => options.identifiers = number()?.clamp(100_000, 10_000_000),
                "--lines" => options.lines = number()?.clamp(10_000, 5_000_000),
                "--write" => options.write = Some(PathBuf::from(value)),
                _ => return Err(USAGE.to_owned()),
            }
        }
        if let Some(unknown) = options.only.iter().find(|p| !PARTS.contains(&p.as_str())) {
            return Err(format!("there is no part {unknown}\n{USAGE}"));
        }
        Ok(options)
    }

    fn wants(&self, part: &str) -> bool {
        // The import alone is part of the records.
        (self.only.is_empty() && !part.starts_with("import-"))
            || self.only.iter().any(|p| p == part)
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            // When not even standard error can be written to, the exit code is all that is left.
            let _ = writeln!(std::io::stderr(), "{words}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<(), String> {
    let options = Options::read(arguments)?;
    let mut rows = Vec::new();
    let mut broken = Vec::new();
    for part in PARTS.into_iter().filter(|part| options.wants(part)) {
        say(&format!("… {part}"))?;
        // One part that breaks must not cost the hour of the others.
        match one(&options, part).await {
            Ok(measured) => rows.extend(measured),
            Err(words) => broken.push(format!("{part}: {words}")),
        }
    }
    say(&report::table(&rows))?;
    if let Some(path) = &options.write {
        let command = format!("make bench ARGS=\"{}\"", arguments.join(" "));
        std::fs::write(path, report::document(&rows, &command)).map_err(|e| e.to_string())?;
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(broken.join("\n"))
    }
}

async fn one(options: &Options, part: &str) -> Result<Vec<Row>, String> {
    match part {
        "identifiers-sqlite" => return measure::identifiers(options, DatabaseKind::Sqlite).await,
        "records-sqlite" | "import-sqlite" => {
            return records::records(options, DatabaseKind::Sqlite, part.starts_with("import-"))
                .await;
        }
        "identifiers-postgres" | "records-postgres" | "import-postgres" => {
            if std::env::var_os("QUAYMASTER_TEST_POSTGRES_URL").is_none() {
                say("  left out: QUAYMASTER_TEST_POSTGRES_URL names no cluster")?;
                return Ok(Vec::new());
            }
            return if part == "identifiers-postgres" {
                measure::identifiers(options, DatabaseKind::Postgres).await
            } else {
                records::records(options, DatabaseKind::Postgres, part.starts_with("import-")).await
            };
        }
        _ => {}
    }
    // A database of its own for each part: sessions of one must not slow the next.
    let stage = Stage::build(DatabaseKind::Sqlite).await?;
    match part {
        "sign-ins" => measure::sign_ins(options, &stage).await,
        "memory" => measure::memory(options, &stage).await,
        "reads" => measure::reads(options, &stage).await,
        "list" => measure::list(options, &stage).await,
        "refresh" => measure::refresh(options, &stage).await,
        "client-credentials" => measure::client_credentials(options, &stage).await,
        "fair" => fair::fair(options, &stage).await,
        "grants" => grants::grants(options, &stage).await,
        _ => measure::footprint(options, &stage).await,
    }
}

fn say(words: &str) -> Result<(), String> {
    writeln!(std::io::stdout(), "{words}").map_err(|e| e.to_string())
}
