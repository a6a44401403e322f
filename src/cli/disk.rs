//! Pages from the disk, and reports to it.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this module owns reading and writing"
)]

use std::collections::BTreeSet;
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use crate::archive::paths::PathTable;
use crate::archive::walk::Obstacle;
use crate::fix::Mended;
use crate::linter::PageSource;
use crate::span::FileId;

/// Pages of an archive on the disk.
pub(super) struct Disk {
    root: PathBuf,
    /// Paths that are never opened: to open a pipe may wait for ever, a link may lead outside.
    barred: BTreeSet<String>,
}

impl Disk {
    pub(super) fn new(root: &Path, paths: &PathTable, obstacles: &[(FileId, Obstacle)]) -> Self {
        let barred = obstacles.iter().map(|(file, _)| paths.path(*file).to_owned()).collect();
        Self { root: root.to_path_buf(), barred }
    }

    /// Whether a path is never opened.
    pub(super) fn bars(&self, path: &str) -> bool {
        self.barred.contains(path)
    }
}

impl PageSource for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        if self.bars(path) {
            return Err("it is not opened".to_owned());
        }
        std::fs::read(self.root.join(path)).map_err(|error| error.to_string())
    }
}

/// Writes what became of a page, whole or not at all, and only if the page is still what it
/// was. Neither it nor a folder above it may be a symbolic link.
pub(super) fn write_page(root: &Path, mended: &Mended) -> Result<Written, String> {
    let path = root.join(&mended.path);
    let refused = || format!("{} is no file of the archive's own: it is left alone", mended.path);
    let folder = path.parent().ok_or_else(refused)?;
    if mended.before.is_some() && std::fs::symlink_metadata(folder).is_err() {
        return Ok(Written::Changed);
    }
    if !make_folders(root, folder).map_err(|error| error.to_string())? {
        return Err(refused());
    }
    let found = std::fs::symlink_metadata(&path).ok();
    if found.as_ref().is_some_and(|found| !found.is_file()) {
        return Err(refused());
    }
    let now = found.as_ref().and_then(|_| std::fs::read(&path).ok());
    if now != mended.before {
        return Ok(Written::Changed);
    }
    replace(&path, &mended.after, found.as_ref()).map_err(|error| error.to_string())?;
    Ok(Written::Done)
}

/// Makes the folders between `root`, which is canonical, and `folder` that are not there. Returns
/// whether the folder is one of the archive's own, with no symbolic link above it.
pub(super) fn make_folders(root: &Path, folder: &Path) -> std::io::Result<bool> {
    if !folder.starts_with(root) {
        return Ok(false);
    }
    if std::fs::symlink_metadata(folder).is_err() {
        let above = folder.parent().unwrap_or(root);
        if !make_folders(root, above)? {
            return Ok(false);
        }
        match std::fs::create_dir(folder) {
            // Somebody else was as quick.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => made?,
        }
    }
    Ok(std::fs::canonicalize(folder)? == folder)
}

/// What became of an attempt to write a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// It is written.
    Done,
    /// Somebody else changed it meanwhile, so it was left alone.
    Changed,
}

/// Writes a report to a file, whole or not at all: through a temporary file beside it. What is no
/// file, such as a terminal or a pipe, is written to as it is; a symbolic link is followed.
pub(super) fn write_whole(path: &Path, report: &[u8]) -> std::io::Result<()> {
    let metadata = std::fs::metadata(path).ok();
    if metadata.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(report);
    }
    let path = if metadata.is_some() { std::fs::canonicalize(path)? } else { path.to_path_buf() };
    replace(&path, report, metadata.as_ref())
}

/// Puts a file in the place of the one at `path`, of which `old` is known, in one step: whoever looks
/// sees the one or the other. Permissions and, where that is allowed, the owner stay.
fn replace(path: &Path, content: &[u8], old: Option<&std::fs::Metadata>) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new().prefix(".dateline-").tempfile_in(folder)?;
    file.write_all(content)?;
    match old {
        Some(old) => {
            keep_owner(file.as_file(), old);
            file.as_file().set_permissions(old.permissions())?;
        }
        None => make_readable(file.as_file())?,
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// The owner of a file can be kept by root alone, and its group only by a member.
#[cfg(unix)]
fn keep_owner(file: &std::fs::File, old: &std::fs::Metadata) {
    use std::os::unix::fs::MetadataExt;
    let is_kept = std::os::unix::fs::fchown(file, Some(old.uid()), Some(old.gid())).is_ok();
    if !is_kept {
        let _ = std::os::unix::fs::fchown(file, None, Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_file: &std::fs::File, _old: &std::fs::Metadata) {}

/// A rename is on the disk only when its folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> std::io::Result<()> {
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

/// The bytes of a file of the command line, which need not be there. A pull request may have put
/// something else in its place: links are not followed, and nothing is waited for.
pub(super) fn read_if_there(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    if !may_be_replaced(path) {
        return Err(std::io::Error::other("it is no regular file, and links are not followed"));
    }
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a path is that of a folder, through links.
pub(super) fn is_folder(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| found.is_dir())
}

/// Whether a file may be put at a path: there is nothing, or a regular file.
pub(super) fn may_be_replaced(path: &Path) -> bool {
    std::fs::symlink_metadata(path).map_or(true, |found| found.is_file())
}

/// Whether there is anything at a path.
pub(super) fn is_there(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

/// What there is of a path: itself, or the nearest folder above it.
pub(super) fn nearest(path: &Path) -> &Path {
    let there = path.ancestors().find(|path| is_there(path));
    there.unwrap_or(Path::new("."))
}

/// A path that need not be there yet, canonical as far as it is.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, String> {
    let there = nearest(path);
    let rest = path.strip_prefix(there).unwrap_or(path);
    let resolved = canonical(there)?;
    let is_below = rest.as_os_str().is_empty() || is_folder(&resolved);
    if !is_below || !rest.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(format!("cannot read {}: there is no such folder", path.display()));
    }
    Ok(if rest.as_os_str().is_empty() { resolved } else { resolved.join(rest) })
}

/// A path of the command line, canonical.
pub(super) fn canonical(path: &Path) -> Result<PathBuf, String> {
    std::fs::canonicalize(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// A folder of the command line, canonical.
pub(super) fn canonical_folder(path: &Path) -> Result<PathBuf, String> {
    let folder = canonical(path)?;
    let is_folder = std::fs::metadata(&folder).is_ok_and(|found| found.is_dir());
    if is_folder { Ok(folder) } else { Err(format!("{} is no folder", path.display())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(path: &str, before: Option<&str>) -> Mended {
        let bytes = |text: &str| text.as_bytes().to_vec();
        Mended { path: path.to_owned(), before: before.map(bytes), after: bytes("new") }
    }

    #[test]
    fn a_page_is_written_only_over_what_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a folder");
        std::fs::write(root.join("a.md"), "old").expect("a file");
        let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file");
        assert_eq!(write_page(&root, &mended("a.md", Some("older"))), Ok(Written::Changed));
        assert_eq!(write_page(&root, &mended("a.md", None)), Ok(Written::Changed));
        assert_eq!(read("a.md"), "old");
        assert_eq!(write_page(&root, &mended("a.md", Some("old"))), Ok(Written::Done));
        assert_eq!(write_page(&root, &mended("b/c/d.md", None)), Ok(Written::Done));
        assert_eq!((read("a.md"), read("b/c/d.md")), ("new".to_owned(), "new".to_owned()));
        assert_eq!(write_page(&root, &mended("gone.md", Some("old"))), Ok(Written::Changed));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_symbolic_link() {
        let outside = tempfile::tempdir().expect("a folder");
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a folder");
        std::fs::write(outside.path().join("a.md"), "old").expect("a file");
        let link = |from: &Path, to: &str| {
            std::os::unix::fs::symlink(from, root.join(to)).expect("a link");
        };
        link(&outside.path().join("a.md"), "a.md");
        link(outside.path(), "b");
        for path in ["a.md", "b/a.md", "b/new.md", "b/c/new.md", "../new.md"] {
            let before = path.ends_with("a.md").then_some("old");
            assert!(write_page(&root, &mended(path, before)).is_err(), "{path}");
        }
        let left: Vec<_> = std::fs::read_dir(outside.path()).expect("a folder").collect();
        assert_eq!(left.len(), 1);
        assert_eq!(std::fs::read_to_string(outside.path().join("a.md")).expect("a file"), "old");
    }
}
