//! The table of results, for the terminal and for docs/PERFORMANCE.md.

use std::fmt::Write as _;

use quaymaster_domain::clock::Clock;
use quaymaster_server::wiring::SystemClock;

/// One budget and what was measured.
pub struct Row {
    what: String,
    measured: String,
    budget: String,
    met: bool,
    detail: String,
}

impl Row {
    /// More is better.
    pub fn at_least(what: &str, value: f64, budget: f64, unit: &str, detail: String) -> Self {
        Self {
            what: what.to_owned(),
            measured: number(value, unit),
            budget: format!("≥ {}", number(budget, unit)),
            met: value >= budget,
            detail,
        }
    }

    /// Less is better.
    pub fn at_most(what: &str, value: f64, budget: f64, unit: &str, detail: String) -> Self {
        Self {
            what: what.to_owned(),
            measured: number(value, unit),
            budget: format!("≤ {}", number(budget, unit)),
            met: value <= budget,
            detail,
        }
    }
}

fn number(value: f64, unit: &str) -> String {
    if value < 10.0 {
        format!("{value:.2} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

/// The rows as a table of Markdown.
pub fn table(rows: &[Row]) -> String {
    let mut out = String::from("| what | measured | budget | | details |\n|---|---|---|---|---|\n");
    for row in rows {
        let Row {
            what,
            measured,
            budget,
            met,
            detail,
        } = row;
        let verdict = if *met { "met" } else { "**not met**" };
        writeln!(
            out,
            "| {what} | {measured} | {budget} | {verdict} | {detail} |"
        )
        .unwrap_or_default();
    }
    out
}

/// The whole of docs/PERFORMANCE.md.
pub fn document(rows: &[Row], command: &str) -> String {
    let missed: Vec<&str> = rows
        .iter()
        .filter(|row| !row.met)
        .map(|row| row.what.as_str())
        .collect();
    let verdict = if missed.is_empty() {
        "All of them were met.".to_owned()
    } else {
        format!("Not met: {}.", missed.join("; "))
    };
    format!(
        "# Performance\n\n\
         Budgets and what was measured, written by `{command}`. Ratios are taken in one run on one machine. The load comes\n\
         from the same machine, so the server has what the clients leave. Sign-ins have the real cost of Argon2id\n\
         (19 MiB, two passes); everything else runs on SQLite with full durability unless a row says otherwise.\n\
         PostgreSQL is the tests' throw-away cluster, whose durability is off.\n\n\
         Machine: {}. Date: {}. {verdict}\n\n{}\n\
         Budgets against Superset, of row security in the database and of replicas are not measured.\n",
        machine(),
        SystemClock.now().format("%Y-%m-%d"),
        table(rows)
    )
}

/// Processor, cores, memory, kernel.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        text.lines()
            .find(|line| line.starts_with(name))
            .and_then(|line| line.split_once(':'))
            .map_or_else(
                || "unknown".to_owned(),
                |(_, value)| value.trim().to_owned(),
            )
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let memory = field(&read("/proc/meminfo"), "MemTotal");
    let gib = memory
        .trim_end_matches(" kB")
        .parse::<f64>()
        .map_or(0.0, |kib| kib / 1024.0 / 1024.0);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "{}, {cores} cores, {gib:.0} GiB, Linux {}",
        field(&read("/proc/cpuinfo"), "model name"),
        kernel.trim()
    )
}
