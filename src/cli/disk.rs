//! Pages from the disk, and reports to it.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this module owns reading and writing"
)]

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::archive::Archive;
use crate::archive::walk::Obstacle;
use crate::linter::PageSource;
use crate::span::FileId;

/// Pages of an archive on the disk.
pub(super) struct Disk {
    root: PathBuf,
    /// Paths that are never opened: to open a pipe may wait for ever, a link may lead outside.
    barred: BTreeSet<String>,
}

impl Disk {
    pub(super) fn new(root: &Path, archive: &Archive, obstacles: &[(FileId, Obstacle)]) -> Self {
        let barred = obstacles.iter().map(|(file, _)| archive.path(*file).to_owned()).collect();
        Self { root: root.to_path_buf(), barred }
    }
}

impl PageSource for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        if self.barred.contains(path) {
            return Err("it is not opened".to_owned());
        }
        std::fs::read(self.root.join(path)).map_err(|error| error.to_string())
    }
}

/// Writes a report to a file, whole or not at all: through a temporary file beside it. What is no
/// file, such as a terminal or a pipe, is written to as it is; a symbolic link is followed.
pub(super) fn write_whole(path: &Path, report: &[u8]) -> std::io::Result<()> {
    let metadata = std::fs::metadata(path).ok();
    if metadata.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(report);
    }
    let path = if metadata.is_some() { std::fs::canonicalize(path)? } else { path.to_path_buf() };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new().prefix(".dateline-").tempfile_in(folder)?;
    file.write_all(report)?;
    match metadata {
        Some(metadata) => file.as_file().set_permissions(metadata.permissions())?,
        None => make_readable(file.as_file())?,
    }
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// Temporary files are for their owner alone; a new report is for whoever may read the folder.
#[cfg(unix)]
fn make_readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_file: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

/// A path of the command line, canonical.
pub(super) fn canonical(path: &Path) -> Result<PathBuf, String> {
    std::fs::canonicalize(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
