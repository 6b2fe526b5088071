//! The one way to write to standard output: commands answer there, logs go to standard error.

use std::io::Write;

use crate::failure::Failure;

/// Writes one line to standard output.
///
/// # Errors
/// When nobody reads it any more.
pub fn line(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}
