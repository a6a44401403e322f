//! Looks up paths on the disk, and resolves the paths that callers provide.

#![expect(clippy::disallowed_methods, reason = "this module looks up paths on the disk")]

use std::io;
use std::path::{Component, Path, PathBuf};

use crate::config::discover::nearest;

/// The reason why a path cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// The system cannot resolve the path.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The folder that contains the path does not exist.
    #[error("cannot read {}: there is no such folder", path.display())]
    NoFolder {
        /// The path.
        path: PathBuf,
    },
    /// The path must be a folder, but is not.
    #[error("{} is not a folder", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// The path must be a page, but is a folder.
    #[error("{} is a folder: name the page", path.display())]
    IsAFolder {
        /// The path.
        path: PathBuf,
    },
    /// The path is outside the archive.
    #[error("{} is outside the archive's root {}", path.display(), root.display())]
    Outside {
        /// The path.
        path: PathBuf,
        /// The archive's root.
        root: PathBuf,
    },
}

/// Returns whether a path is a folder. Follows symbolic links.
pub(in crate::session) fn is_folder(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| found.is_dir())
}

/// Returns whether a path is unused or a regular file, so that a file can be written there.
pub(in crate::session) fn may_be_replaced(path: &Path) -> bool {
    std::fs::symlink_metadata(path).map_or(true, |found| found.is_file())
}

/// Returns the folders directly in a folder, in the order of their paths. Follows no symbolic links.
pub(in crate::session) fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut folders: Vec<_> = folders.map(|entry| entry.path()).collect();
    folders.sort_unstable();
    folders
}

/// Returns whether anything exists at a path. Does not follow symbolic links.
pub(in crate::session) fn is_there(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

/// Resolves a path that may not exist yet. Only the existing part of the path becomes canonical.
///
/// # Errors
/// Returns an error if the existing part cannot be resolved or is not a folder, or if the rest
/// contains `..`.
pub(in crate::session) fn resolve(path: &Path) -> Result<PathBuf, PathError> {
    let there = nearest(path);
    let rest = path.strip_prefix(there).unwrap_or(path);
    let resolved = canonical(there)?;
    let is_below = rest.as_os_str().is_empty() || is_folder(&resolved);
    if !is_below || !rest.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(PathError::NoFolder { path: path.to_path_buf() });
    }
    Ok(if rest.as_os_str().is_empty() { resolved } else { resolved.join(rest) })
}

/// Returns the absolute form of a path. Does not access the disk.
pub(in crate::session) fn absolute(path: &Path) -> Result<PathBuf, PathError> {
    std::path::absolute(path)
        .map_err(|source| PathError::Unreadable { path: path.to_path_buf(), source })
}

/// Returns the canonical form of a path from the command line.
pub(in crate::session) fn canonical(path: &Path) -> Result<PathBuf, PathError> {
    std::fs::canonicalize(path)
        .map_err(|source| PathError::Unreadable { path: path.to_path_buf(), source })
}

/// Returns whether an absolute path leads to a regular file, without symbolic links.
pub(in crate::session) fn is_plain_file(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
        && std::fs::canonicalize(path).is_ok_and(|canonical| canonical == path)
}

/// Returns the canonical form of a folder from the command line.
pub(in crate::session) fn canonical_folder(path: &Path) -> Result<PathBuf, PathError> {
    let folder = canonical(path)?;
    let is_folder = std::fs::metadata(&folder).is_ok_and(|found| found.is_dir());
    if is_folder { Ok(folder) } else { Err(PathError::NotAFolder { path: path.to_path_buf() }) }
}
