//! Log lines on standard error, readable or JSON. What may be in them is the business of whoever writes one.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::Log;
use crate::failure::Failure;

/// Starts logging; the second call of a process does nothing.
///
/// # Errors
/// When the filter cannot be read.
pub fn start(log: &Log) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&log.filter).map_err(|error| {
        Failure::new(format!(
            "log.filter must be a level or a list such as info,quaymaster_service=debug: {error}"
        ))
    })?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = if log.json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder
            .with_ansi(std::io::stderr().is_terminal())
            .try_init()
    };
    // A process that starts two servers, as a test may, keeps the first subscriber.
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
    Ok(())
}
