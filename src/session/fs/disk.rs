//! Reads the pages of an archive, and other files, from the disk.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::calls;
use super::snapshot::{self, PathEntry};
use crate::archive::paths::PathTable;
use crate::archive::walked::Obstacle;
use crate::linter::{PageSource, ReadError};
use crate::span::FileId;

/// The pages of an archive on the disk.
pub(in crate::session) struct Disk {
    root: PathBuf,
    /// Paths that are never opened: opening a pipe may block forever, and a link may lead outside.
    barred: BTreeSet<String>,
}

impl Disk {
    /// Creates a source of pages that does not open the files with `obstacles`.
    pub(in crate::session) fn new(
        root: &Path,
        paths: &PathTable,
        obstacles: &[(FileId, Obstacle)],
    ) -> Self {
        let barred = obstacles.iter().map(|(file, _)| paths.path(*file).to_owned()).collect();
        Self { root: root.to_path_buf(), barred }
    }

    /// Returns whether the file at a path must not be opened.
    pub(in crate::session) fn bars(&self, path: &str) -> bool {
        self.barred.contains(path)
    }
}

impl PageSource for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if self.bars(path) {
            return Err(ReadError::new("it is not opened"));
        }
        read_regular(&self.root.join(path)).map_err(ReadError::new)
    }
}

/// Reads a file, which may have been replaced since the walk.
fn read_regular(path: &Path) -> io::Result<Vec<u8>> {
    let file = calls::open_unfollowed(path)?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(snapshot::not_regular());
    }
    read_to_end(file, usize::try_from(found.len()).unwrap_or_default())
}

/// Reads a file to its end. `len` is the length in bytes that its metadata gives. A file of this length takes
/// one system call: the standard library would ask for the length and the position again, and read once more
/// to find the end.
fn read_to_end(mut file: impl Read, len: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // If the read leaves the additional byte unused, the file ends here.
    let room = len.saturating_add(1);
    bytes.try_reserve_exact(room)?;
    bytes.resize(room, 0);
    let read = match file.read(&mut bytes) {
        Err(error) if error.kind() == ErrorKind::Interrupted => 0,
        read => read?,
    };
    bytes.truncate(read);
    if read == 0 || read != len {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Reads a file such as the baseline, or returns `None` if it does not exist. A pull request may
/// have replaced the file, so this function does not follow links or block on pipes.
pub(in crate::session) fn read_if_there(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    match PathEntry::at(path)? {
        PathEntry::Nothing => Ok(None),
        PathEntry::File(seen) => Ok(Some(seen.bytes)),
        PathEntry::Other => Err(snapshot::not_regular()),
    }
}
