//! Conversion between paths and the URIs of files.

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use url::Url;

use crate::session::resolved_path;

/// Returns the canonical path of the file that a URI names, or `None` if it does not name a file. The
/// file need not exist.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let url = Url::parse(uri.as_ref()).ok().filter(|url| url.scheme() == "file")?;
    let path = url.to_file_path().ok()?;
    Some(resolved_path(&path).unwrap_or(path))
}

/// Returns the URI of an absolute path.
pub(super) fn uri(path: &Path) -> Uri {
    let url = Url::from_file_path(path).map(String::from);
    Uri(url.unwrap_or_default())
}
