//! Snapshots of what is at a path, for comparison at a later time.

#![expect(clippy::disallowed_types, reason = "what is compared stays open meanwhile")]

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;
#[cfg(not(unix))]
use std::time::SystemTime;

use super::calls;

/// What is at a path.
pub(super) enum PathEntry {
    /// Nothing.
    Nothing,
    /// A regular file.
    File(Box<Snapshot>),
    /// A folder, a link, a pipe or a device.
    Other,
}

/// A snapshot of a file. It keeps the file open, so that no other file gets its inode.
pub(super) struct Snapshot {
    pub(super) file: File,
    pub(super) metadata: Metadata,
    pub(super) bytes: Vec<u8>,
}

/// Metadata that differs if the file is another one or its content has changed.
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
    /// Looks at what lies at `path`, and reads it if it is a file.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        match calls::look(path)? {
            None => return Ok(Self::Nothing),
            Some(found) if !found.is_file() => return Ok(Self::Other),
            Some(_) => {}
        }
        let file = match calls::open(path) {
            // It was removed in the meantime.
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

    /// Returns whether it is the same file as in an earlier snapshot, unchanged.
    pub(super) fn is(&self, seen: &Snapshot) -> bool {
        matches!(self, Self::File(found) if found.is(seen))
    }
}

impl Snapshot {
    fn is(&self, other: &Self) -> bool {
        Identity::of(&self.metadata) == Identity::of(&other.metadata) && self.bytes == other.bytes
    }
}
