//! The command `dateline config`.

use std::path::Path;

use crate::cli::args::OriginArgs;
use crate::cli::error::CliError;
use crate::cli::terminal::write_stdout;
use crate::session;

/// Prints the JSON Schema of the settings file.
pub(super) fn schema() -> Result<u8, CliError> {
    write_stdout(&session::settings_schema())?;
    Ok(0)
}

/// Prints the resolved settings.
pub(super) fn show(path: &Path, origin: &OriginArgs) -> Result<u8, CliError> {
    write_stdout(&session::resolved_settings(path, &origin.origin(), origin.root.as_deref())?)?;
    Ok(0)
}
