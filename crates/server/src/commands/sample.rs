//! `quaymaster demo --lines N`: a file of trade records as report ES-003 has them, for the companies of the demo world. Needs
//! no configuration and no database.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use quaymaster_domain::clock::Clock as _;

use crate::demo;
use crate::failure::Failure;
use crate::wiring::SystemClock;

/// What to write.
#[derive(Args)]
pub(super) struct Sample {
    /// Write a CSV file of report ES-003 with at least so many rows, of whole entries.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub(super) lines: Option<u64>,
    /// The same seed and last day give the same file.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "lines")]
    pub(super) seed: u64,
    /// The last day of entry [default: today].
    #[arg(long, value_name = "YYYY-MM-DD", requires = "lines")]
    pub(super) until: Option<NaiveDate>,
    /// The file to write; it must not exist [default: standard output].
    #[arg(long, value_name = "FILE", requires = "lines")]
    pub(super) output: Option<PathBuf>,
}

pub(super) fn run(
    lines: u64,
    seed: u64,
    until: Option<NaiveDate>,
    output: Option<&Path>,
) -> Result<(), Failure> {
    let until = until.unwrap_or_else(|| SystemClock.now().date_naive());
    let out: Box<dyn Write> = match output {
        Some(path) => Box::new(File::create_new(path).map_err(|error| {
            Failure::new(format!("{} cannot be made: {error}", path.display()))
        })?),
        None => Box::new(io::stdout().lock()),
    };
    match write(lines, seed, until, out) {
        // Whoever reads has read enough: `… | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

fn write(lines: u64, seed: u64, until: NaiveDate, out: Box<dyn Write>) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    quaymaster_service::records::sample::write(&demo::sample(seed, until), lines, &mut out)?;
    out.flush()
}
