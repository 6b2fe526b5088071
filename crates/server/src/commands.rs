//! The commands of the binary.

use clap::{Parser, Subcommand};

/// Company accounts for customs and trade.
#[derive(Parser)]
#[command(name = "quaymaster", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Print the contract (OpenAPI 3.1). Needs no configuration and no database.
    Openapi,
}
