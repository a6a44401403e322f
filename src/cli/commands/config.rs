//! The command `dateline config`.

use std::path::Path;

use crate::cli::args::OriginArgs;
use crate::cli::error::CliError;
use crate::cli::terminal::{self, write_stdout};
use crate::session;

/// Prints the JSON Schema of the settings file.
pub(super) fn schema() -> Result<u8, CliError> {
    write_stdout(&session::settings_schema())?;
    Ok(0)
}

/// Prints the resolved settings.
pub(super) fn show(path: &Path, origin: &OriginArgs) -> Result<u8, CliError> {
    let here = terminal::working_directory();
    let (root, here) = (origin.root.as_deref(), here.as_deref());
    write_stdout(&session::resolved_settings(path, &origin.origin(), root, here)?)?;
    Ok(0)
}
