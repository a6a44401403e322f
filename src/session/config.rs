//! The resolved settings of an archive as TOML, and the JSON Schema of the settings file.

use std::path::Path;

use super::error::SessionError;
use crate::config;
use crate::config::discover::{self, Origin};
use crate::rules;

/// Returns the settings that apply to `path`, as TOML with the origin of each. A `root` replaces the
/// archive's root.
///
/// # Errors
/// If the path cannot be read, or the settings are wrong.
pub fn resolved_settings(
    path: &Path,
    origin: &Origin,
    root: Option<&Path>,
) -> Result<String, SessionError> {
    let settings = discover::load(path, origin, root, &rules::infos())?;
    Ok(config::show::show(&settings))
}

/// Returns the JSON Schema of `dateline.toml`.
#[must_use]
pub fn settings_schema() -> String {
    format!("{:#}\n", config::json_schema::schema(&rules::infos()))
}
