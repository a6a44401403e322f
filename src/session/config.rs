//! The resolved settings of an archive as TOML, and the JSON Schema of the settings file.

use std::path::Path;

use super::error::SessionError;
use super::walk_disk::walk_disk;
use crate::config;
use crate::config::discover::{self, LoadOptions, Origin};
use crate::rules;

/// Returns the settings that apply to `path`, as TOML, with the origin of each setting. If `root`
/// is given, it replaces the archive's root.
///
/// # Errors
/// Returns an error if the path cannot be read or the settings are invalid.
pub fn resolved_settings(
    path: &Path,
    origin: &Origin,
    root: Option<&Path>,
    working_directory: Option<&Path>,
) -> Result<String, SessionError> {
    let may_lack_files = false;
    let options = LoadOptions { origin, root, working_directory, may_lack_files, walk: walk_disk };
    let settings = discover::load(&[path.to_path_buf()], options, &rules::infos())?;
    Ok(config::show::show(&settings))
}

/// Returns the JSON Schema of `dateline.toml`.
#[must_use]
pub fn settings_schema() -> String {
    format!("{:#}\n", config::json_schema::schema(&rules::infos()))
}
