//! The one binary.

use std::io::Write;

use clap::Parser;
use quaymaster_server::commands::{self, Cli};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    match commands::run(Cli::parse()) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(failure) => {
            // When not even standard error can be written to, the exit code is all that is left.
            let _ = writeln!(std::io::stderr(), "error: {failure}");
            std::process::ExitCode::FAILURE
        }
    }
}
