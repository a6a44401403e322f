//! Snapshots of what exists at a path, to compare with a later state.

#![expect(clippy::disallowed_types, reason = "a snapshot keeps its file open")]

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;
#[cfg(not(unix))]
use std::time::SystemTime;

use super::calls;

/// The kind of entry at a path, with a snapshot if it is a file.
pub(super) enum PathEntry {
    /// Nothing exists at the path.
    Nothing,
    /// A regular file exists at the path.
    File(Box<Snapshot>),
    /// A folder, a symbolic link, a pipe or a device exists at the path.
    Other,
}

/// A snapshot of a file. It keeps the file open, so that the system does not reuse the inode for
/// another file.
pub(super) struct Snapshot {
    /// The open file.
    pub(super) file: File,
    /// The metadata of the file.
    pub(super) metadata: Metadata,
    /// The content of the file.
    pub(super) bytes: Vec<u8>,
}

/// Metadata that distinguishes a file from other files and from older versions of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    #[cfg(unix)]
    place: (u64, u64),
    size: u64,
    #[cfg(unix)]
    modified: (i64, i64),
    #[cfg(not(unix))]
    modified: Option<SystemTime>,
}

impl Identity {
    /// Returns the identity of the file with this metadata.
    pub(super) fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        Self {
            #[cfg(unix)]
            place: (metadata.dev(), metadata.ino()),
            size: metadata.len(),
            #[cfg(unix)]
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            #[cfg(not(unix))]
            modified: metadata.modified().ok(),
        }
    }
}

/// Returns the error for a path that must be a regular file but is [`PathEntry::Other`].
pub(super) fn not_regular() -> io::Error {
    io::Error::other("it is not a regular file (Dateline does not follow links)")
}

impl PathEntry {
    /// Looks up what exists at `path`, and reads the file if it is a regular file.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        match calls::look(path)? {
            None => return Ok(Self::Nothing),
            Some(found) if !found.is_file() => return Ok(Self::Other),
            Some(_) => {}
        }
        let file = match calls::open(path) {
            // Another process removed the file after the lookup.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::Nothing),
            file => file?,
        };
        let metadata = calls::stat(&file)?;
        if !metadata.is_file() {
            return Ok(Self::Other);
        }
        let bytes = calls::read(&file)?;
        Ok(Self::File(Box::new(Snapshot { file, metadata, bytes })))
    }

    /// Returns whether this is the same, unchanged file as in an earlier snapshot.
    pub(super) fn is(&self, seen: &Snapshot) -> bool {
        matches!(self, Self::File(found) if found.is(seen))
    }
}

impl Snapshot {
    fn is(&self, other: &Self) -> bool {
        Identity::of(&self.metadata) == Identity::of(&other.metadata) && self.bytes == other.bytes
    }
}
