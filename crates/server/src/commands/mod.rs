//! The commands of the binary: what each is called and what it starts. What they do is in one file each.

mod admin;
mod sample;
mod serve;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::config::{Config, Source};
use crate::failure::Failure;
use crate::{demo, print, wiring};

/// Company accounts for customs and trade.
#[derive(Parser)]
#[command(name = "quaymaster", version)]
pub struct Cli {
    /// The configuration file [default: quaymaster.toml, when it is there]. QUAYMASTER_<SECTION>__<KEY> in the
    /// environment wins over it.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Subcommand)]
enum Command {
    /// Serve the portal: the single-page app, the API and /docs/.
    Serve {
        /// Serve the demo world, made at the first start, from var/demo.
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database to the schema of this version.
    Migrate,
    /// Print the contract (OpenAPI 3.1). Needs no configuration and no database.
    Openapi,
    /// Print the effective configuration, secrets redacted.
    Config,
    /// Tell who may sign in to the demo world, and how; or, with --lines, write a file of trade records for it.
    Demo {
        /// As JSON, for scripts.
        #[arg(long, conflicts_with = "lines")]
        json: bool,
        /// Records to write.
        #[command(flatten)]
        sample: sample::Sample,
        /// What else.
        #[command(subcommand)]
        what: Option<Demo>,
    },
    /// What an operator does beside the running server.
    #[command(subcommand)]
    Admin(admin::Admin),
}

/// What else can be done with the demo world.
#[derive(Subcommand)]
enum Demo {
    /// Load the demo world without serving it, unless it is there.
    Load,
}

/// Does what was asked for.
///
/// # Errors
/// One message for the operator.
pub fn run(cli: Cli) -> Result<(), Failure> {
    let Cli { config, command } = cli;
    let load = |demo| {
        Config::load(&Source::read(config.as_deref(), std::env::vars()), demo)
            .map_err(|errors| Failure::new(errors.to_string()))
    };
    match command {
        Command::Openapi => {
            let text = quaymaster_api::openapi()
                .to_pretty_json()
                .map_err(|error| Failure::new(format!("the contract: {error}")))?;
            print::line(&text)
        }
        Command::Config => print::line(&load(false)?.print()),
        Command::Serve { demo } => {
            let config = load(demo)?;
            in_runtime(&config, serve::run(&config))
        }
        Command::Demo {
            sample:
                sample::Sample {
                    lines: Some(lines),
                    seed,
                    until,
                    output,
                },
            ..
        } => sample::run(lines, seed, until, output.as_deref()),
        Command::Demo { json, what, .. } => {
            let config = load(true)?;
            in_runtime(&config, async {
                if matches!(what, Some(Demo::Load)) {
                    demo::open(&config).await?;
                }
                let world = demo::world(&config).await?;
                print::line(&if json {
                    world.to_json()?
                } else {
                    world.in_words()
                })
            })
        }
        Command::Admin(what) => {
            let config = load(false)?;
            in_runtime(&config, admin::run(&config, what))
        }
        Command::Migrate => {
            let config = load(false)?;
            in_runtime(&config, async {
                wiring::open_database(&config).await?.migrate().await?;
                print::line("The database has the schema of this version.")
            })
        }
    }
}

/// Runs one command to its end, with logging.
fn in_runtime(
    config: &Config,
    work: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
    crate::logging::start(&config.log)?;
    tokio::runtime::Builder::new_multi_thread()
        // Requests have threads of their own; these two carry the database and the work behind the requests.
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(work)
}
