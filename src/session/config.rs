//! The settings of an archive, to be shown.

use std::path::Path;

use super::error::SessionError;
use crate::config;
use crate::config::discover::{self, Origin};
use crate::rules;

/// The settings that hold for `path`, as TOML with the origin of each.
///
/// # Errors
/// If the path cannot be read, or the settings are wrong.
pub fn resolved_settings(path: &Path, origin: &Origin) -> Result<String, SessionError> {
    let settings = discover::load(path, origin, &rules::infos())?;
    Ok(config::show::show(&settings))
}
