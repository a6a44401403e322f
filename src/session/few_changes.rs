//! Changes of the contents of a few pages. Unless other pages could have new findings because of them, only the
//! changed pages are read, and neither all folders nor the files of the commit are listed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::changes::Changes;
use super::error::SessionError;
use super::fs::Disk;
use super::input::{InputFiles, MOST_PAGES};
use super::options::Input;
use crate::archive::ignore_files::{IgnoreFiles, IgnoresAbove, is_ignore_file};
use crate::archive::path_text::folder_and_name;
use crate::archive::virtual_walk::{ListedFile, walk_list};
use crate::archive::walk::are_read_alike;
use crate::archive::walk_folders::walk_folders;
use crate::archive::walked::Walked;
use crate::config::Settings;
use crate::git::{Against, Blobs, Change, ChangeKind, EntryKind, GitError, Repository, TreeEntry};
use crate::linter::{PageSource, ReadError};

/// Changes of the contents of a few files.
pub(super) struct FewChanges {
    /// A description of the commit for the summary: `staged`, or `since` and a revision.
    since: String,
    found: Vec<Change>,
    blobs: Arc<Blobs>,
    repository: Repository,
    /// If the files are those of the index, their contents.
    index: Option<Arc<Index>>,
}

impl FewChanges {
    /// Returns the changes of a session. Returns `None` if the session does not look at changes, or if there are
    /// others than those of the contents of a few files.
    pub(super) fn find(input: &Input, settings: &Settings) -> Result<Option<Self>, SessionError> {
        let open = || Repository::open(&settings.root, settings.repository.as_deref());
        Ok(match input {
            Input::Since(revision) => Self::since(open()?, revision, settings)?,
            Input::Staged => Self::staged(open()?)?,
            Input::Disk | Input::Page(_) => None,
        })
    }

    fn since(
        repository: Repository,
        revision: &str,
        settings: &Settings,
    ) -> Result<Option<Self>, GitError> {
        let commit = repository.commit(revision)?;
        // Git looks at every file for both of these answers, so ask at the same time. Files that a sparse checkout
        // omits have no changes, and are absent both before and after.
        let (found, may_have_others) = thread::scope(|scope| {
            let ask = || {
                let top = settings.repository.as_deref();
                let ignore_files = repository.ignore_files_if_all_are_tracked()?;
                let is_alike = |paths: Vec<_>| are_read_alike(&settings.root, top, &paths);
                Ok(!ignore_files.is_some_and(is_alike))
            };
            // If no thread can be started, or if it panics, there is no answer.
            let asking = thread::Builder::new().spawn_scoped(scope, ask);
            let found = repository.changes(Against::WorkTree(&commit));
            let answer = asking.ok().and_then(|asking| asking.join().ok());
            (found, answer.unwrap_or(Ok::<bool, GitError>(true)))
        });
        if may_have_others? {
            return Ok(None);
        }
        Ok(Self::of_contents(format!("since {revision}"), found?, repository, None))
    }

    fn staged(repository: Repository) -> Result<Option<Self>, GitError> {
        let found = repository.changes(Against::Index(&repository.head()?))?;
        let index = repository.index()?;
        let is_file = |entry: &TreeEntry| entry.kind == EntryKind::File;
        if !index.iter().all(is_file) {
            return Ok(None);
        }
        Ok(Self::of_contents("staged".to_owned(), found, repository, Some(index)))
    }

    /// Returns `None` unless all changes are those of the contents of a few files that decide nothing about others.
    fn of_contents(
        since: String,
        found: Vec<Change>,
        repository: Repository,
        index_entries: Option<Vec<TreeEntry>>,
    ) -> Option<Self> {
        let is_of_content = |change: &Change| {
            change.kind == ChangeKind::Modified
                && change.was == EntryKind::File
                && change.new.kind == EntryKind::File
                && change.old.is_some()
                && !is_ignore_file(change.path.as_bytes())
        };
        let blobs = Arc::new(repository.blobs());
        let is_few = found.len() <= MOST_PAGES && found.iter().all(is_of_content);
        let index = |entries| {
            Arc::new(Index { entries, blobs: Arc::clone(&blobs), read: Mutex::default() })
        };
        let index = index_entries.map(index);
        is_few.then_some(Self { since, found, blobs, repository, index })
    }

    /// Collects the files of a session that was opened on the paths `names`, as far as they are in the `folders`.
    /// Returns `None` if only a walk of all folders tells which files there are.
    pub(super) fn files(
        &self,
        names: &[String],
        settings: &Settings,
        folders: &mut BTreeSet<String>,
    ) -> Option<InputFiles> {
        let paths = self.found.iter().map(|change| &change.path);
        folders.extend(paths.map(|path| folder_and_name(path).0.to_owned()));
        let (walked, source) = match &self.index {
            Some(index) => index.files()?,
            None => Self::on_disk(settings, folders)?,
        };
        let changes =
            Changes::of_contents(self.since.clone(), &self.found, Arc::clone(&self.blobs));
        let names = names.to_vec();
        Some(InputFiles { walked, source, names, changes: Some(Arc::new(changes)) })
    }

    /// Returns whether the contents that were read are those on the disk, as far as they should be: if git converts
    /// files, unchanged ones differ from the index.
    pub(super) fn were_read_as_on_disk(&self) -> Result<bool, SessionError> {
        let Some(index) = &self.index else { return Ok(true) };
        let mut read = index.read.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for change in &self.found {
            read.remove(&change.path);
        }
        Ok(read.is_empty() || !self.repository.may_convert(&read)?)
    }

    fn on_disk(
        settings: &Settings,
        folders: &BTreeSet<String>,
    ) -> Option<(Walked, Box<dyn PageSource>)> {
        let walked = walk_folders(&settings.root, settings.repository.as_deref(), folders)?;
        let disk = Disk::new(&settings.root, &walked.table, &walked.obstacles);
        Some((walked, Box::new(disk)))
    }
}

/// The contents of the files in the index.
struct Index {
    /// Sorted by path.
    entries: Vec<TreeEntry>,
    blobs: Arc<Blobs>,
    /// The paths whose contents were read.
    read: Mutex<BTreeSet<String>>,
}

impl Index {
    fn files(self: &Arc<Self>) -> Option<(Walked, Box<dyn PageSource>)> {
        let listed = |entry: &TreeEntry| {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            let is_utf8 = std::str::from_utf8(&entry.path).is_ok();
            ListedFile { path, is_utf8, link: None }
        };
        // A `.gitignore` leaves out no file that git tracks.
        let files = self.entries.iter().map(listed).collect();
        let walked = walk_list(files, &IgnoreFiles::new(), &IgnoresAbove::default());
        let source = IndexSource(Arc::clone(self));
        walked.obstacles.is_empty().then(|| (walked, Box::new(source) as Box<dyn PageSource>))
    }
}

/// Reads the contents of the files in the index.
struct IndexSource(Arc<Index>);

impl PageSource for IndexSource {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let Self(index) = self;
        let found = index.entries.binary_search_by(|entry| (*entry.path).cmp(path.as_bytes()));
        let found = found.map_err(|_| ReadError::new("it is not in the index"))?;
        index.read.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        index.blobs.read(&index.entries[found].id).map_err(ReadError::new)
    }
}
