//! The one binary.

use std::io::Write;

use clap::Parser;
use quaymaster_server::commands::{Cli, Command};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    match Cli::parse().command {
        Command::Openapi => {
            let text = quaymaster_api::openapi()
                .to_pretty_json()
                .unwrap_or_default();
            match writeln!(std::io::stdout(), "{text}") {
                Ok(()) => std::process::ExitCode::SUCCESS,
                Err(_) => std::process::ExitCode::FAILURE,
            }
        }
    }
}
