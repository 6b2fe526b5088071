//! `quaymaster admin …`: what an operator does beside the running server.

use std::io::{BufRead, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command as Program;

use clap::{Args, Subcommand};
use quaymaster_domain::people::{EmailAddress, PersonName, UserName};
use quaymaster_service::setup::{self, NewAdministrator};

use crate::config::Config;
use crate::failure::Failure;
use crate::{print, wiring};

/// What an operator can do.
#[derive(Subcommand)]
pub(super) enum Admin {
    /// Make an administrator. Asks for what is not given; the password is asked for, or read from standard input.
    Create(Create),
    /// Copy a live SQLite database into one new file. For PostgreSQL use pg_dump.
    Backup {
        /// The file to write; it must not exist.
        file: PathBuf,
    },
}

/// The person to make an administrator.
#[derive(Args)]
pub(super) struct Create {
    /// The User ID to sign in with.
    #[arg(long)]
    user_id: Option<String>,
    /// Given name.
    #[arg(long)]
    given_name: Option<String>,
    /// Family name.
    #[arg(long)]
    family_name: Option<String>,
    /// E-mail address.
    #[arg(long)]
    email: Option<String>,
}

pub(super) async fn run(config: &Config, what: Admin) -> Result<(), Failure> {
    match what {
        Admin::Create(create) => make(config, create).await,
        Admin::Backup { file } => backup(config, &file).await,
    }
}

async fn make(config: &Config, create: Create) -> Result<(), Failure> {
    let Create {
        user_id,
        given_name,
        family_name,
        email,
    } = create;
    let new = NewAdministrator {
        user_name: UserName::parse(&asked("User ID", user_id)?).map_err(unfit)?,
        given_name: PersonName::parse(&asked("Given name", given_name)?).map_err(unfit)?,
        family_name: PersonName::parse(&asked("Family name", family_name)?).map_err(unfit)?,
        email: EmailAddress::parse(&asked("E-mail address", email)?).map_err(unfit)?,
        password: password()?,
    };
    let db = wiring::open_database(config).await?;
    db.migrate().await?;
    let services = wiring::services(config, db)?;
    let name = new.user_name.to_string();
    setup::create_administrator(&services, new)
        .await
        .map_err(|error| match error {
            setup::SetupError::Fault(fault) => fault.into(),
            other => Failure::new(other.to_string()),
        })?;
    print::line(&format!(
        "{name} is an administrator and signs in at {}",
        services.settings.base_url
    ))
}

fn unfit(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}

/// The value of the flag, or what the operator answers.
fn asked(what: &str, given: Option<String>) -> Result<String, Failure> {
    if let Some(given) = given {
        return Ok(given);
    }
    if !std::io::stdin().is_terminal() {
        let flag = what.to_lowercase().replace(' ', "-");
        let flag = if flag == "e-mail-address" {
            "email".to_owned()
        } else {
            flag
        };
        return Err(Failure::new(format!(
            "nobody can be asked here; give --{flag}"
        )));
    }
    ask(what)
}

fn ask(what: &str) -> Result<String, Failure> {
    let mut err = std::io::stderr();
    write!(err, "{what}: ")?;
    err.flush()?;
    read_line()
}

fn read_line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// Never a flag: those stand in the list of processes and in the shell's history.
fn password() -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        return read_line();
    }
    let quiet = Program::new("stty").arg("-echo").status().is_ok();
    let asked = ask("Password (15 characters or more)")
        .and_then(|first| Ok((first, ask("\nThe same again")?)));
    if quiet {
        Program::new("stty").arg("echo").status().ok();
    }
    writeln!(std::io::stderr())?;
    let (first, again) = asked?;
    if first != again {
        return Err(Failure::new("the two passwords differ"));
    }
    Ok(first)
}

async fn backup(config: &Config, file: &Path) -> Result<(), Failure> {
    if !config.database.url.starts_with("sqlite:") {
        return Err(Failure::new(
            "the database is PostgreSQL; back it up with pg_dump",
        ));
    }
    // Made first and empty, so that nobody else can read the copy while it grows, and nothing is overwritten.
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .map_err(|error| Failure::new(format!("{} cannot be made: {error}", file.display())))?;
    let db = wiring::open_database(config).await?;
    if let Err(error) = db.copy_to(file).await {
        std::fs::remove_file(file).ok();
        return Err(Failure::new(format!("nothing was copied: {error}")));
    }
    std::fs::File::open(file)?.sync_all()?;
    print::line(&format!(
        "{} is a whole copy of the database. Keep {} as well, in another place: without it the copy cannot be used.",
        file.display(),
        crate::keys::file_in(&config.data_dir).display()
    ))
}
