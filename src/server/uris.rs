//! Conversion between paths and the URIs of files.

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use url::Url;

use crate::session::resolved_path;

/// Returns the canonical path of the file that a URI names, or `None` if it does not name a file. The
/// file need not exist.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let path = as_written(uri)?;
    Some(resolved_path(&path).unwrap_or(path))
}

/// Returns the path of the entry of a folder that a URI names. If the entry is a symbolic link, the path
/// is that of the link.
pub(super) fn entry(uri: &Uri) -> Option<PathBuf> {
    let path = as_written(uri)?;
    let (folder, name) = (path.parent()?, path.file_name()?);
    Some(resolved_path(folder).map_or(path.clone(), |folder| folder.join(name)))
}

/// Returns the URI of an absolute path.
pub(super) fn uri(path: &Path) -> Uri {
    let url = Url::from_file_path(path).map(String::from);
    Uri(url.unwrap_or_default())
}

fn as_written(uri: &Uri) -> Option<PathBuf> {
    let url = Url::parse(uri.as_ref()).ok().filter(|url| url.scheme() == "file")?;
    url.to_file_path().ok()
}
