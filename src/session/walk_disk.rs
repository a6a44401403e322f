//! The files of an archive on the disk: those of a walk, and those that git tracks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::fs;
use crate::archive::walk::walk;
use crate::archive::walked::Walked;
use crate::git::Repository;

/// Walks the folder `root` on the disk, with the root of its repository, if any. Includes files that git
/// tracks even if a `.gitignore` matches them.
pub(super) fn walk_disk(root: &Path, repository: Option<&Path>, threads: usize) -> Walked {
    let (walked, may_lack_files) = walk(root, repository, threads);
    if repository.is_none() || !may_lack_files {
        return walked;
    }
    // If git fails, no files are added, so that only the `.gitignore` files decide.
    let tracked =
        Repository::open(root, repository).and_then(|repository| repository.tracked_but_ignored());
    let is_new =
        |path: &String| walked.table.file(path).is_none() && fs::is_plain_file(&root.join(path));
    let added: Vec<String> = tracked.unwrap_or_default().into_iter().filter(is_new).collect();
    if added.is_empty() { walked } else { walked.with_files(added) }
}

/// Lists of the files of archives, by the roots of the archives. An editor that is told about new and deleted
/// files need not list all files for each check.
#[derive(Debug, Default)]
pub(crate) struct ListedFiles(Mutex<BTreeMap<PathBuf, Walked>>);

impl ListedFiles {
    /// Returns the list of files of an archive. Walks its folders if the list is missing.
    pub(super) fn walk(&self, root: &Path, repository: Option<&Path>, threads: usize) -> Walked {
        if let Some(walked) = self.lists().get(root) {
            return walked.copy();
        }
        let walked = walk_disk(root, repository, threads);
        self.lists().insert(root.to_path_buf(), walked.copy());
        walked
    }

    /// Forgets all lists, because files may have been created or deleted.
    pub(crate) fn clear(&self) {
        self.lists().clear();
    }

    fn lists(&self) -> MutexGuard<'_, BTreeMap<PathBuf, Walked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
