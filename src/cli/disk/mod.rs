//! The files of a run: which are read here, and how paths of the command line are taken. Writing is
//! in `write`, by the system calls of `calls`; `temporary` names the files it takes, so that the next run
//! removes those that a killed one leaves.

#![expect(clippy::disallowed_methods, reason = "this module owns reading and writing")]

mod attributes;
mod calls;
#[cfg(test)]
#[cfg(unix)]
mod failure_tests;
#[cfg(test)]
#[cfg(unix)]
mod harness;
mod seen;
mod temporary;
mod write;
#[cfg(test)]
#[cfg(unix)]
mod write_tests;

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use self::seen::Found;
pub(super) use self::temporary::{folders_to_sweep, sweep};
pub(super) use self::write::{UNSURE, Written, make_folders, write_over, write_page, write_whole};
use crate::archive::paths::PathTable;
use crate::archive::walked::Obstacle;
use crate::linter::{PageSource, ReadError};
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
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if self.bars(path) {
            return Err(ReadError::new("it is not opened"));
        }
        std::fs::read(self.root.join(path)).map_err(ReadError::new)
    }
}

/// The bytes of a file of the command line, which need not be there. A pull request may have put
/// something else in its place: links are not followed, and nothing is waited for.
pub(super) fn read_if_there(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    match Found::at(path)? {
        Found::Nothing => Ok(None),
        Found::File(seen) => Ok(Some(seen.bytes)),
        Found::Other => Err(seen::not_regular()),
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
    use crate::fix::FixedFile;

    fn mended(path: &str, before: Option<&str>) -> FixedFile {
        let bytes = |text: &str| text.as_bytes().to_vec();
        FixedFile { path: path.to_owned(), before: before.map(bytes), after: bytes("new") }
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
