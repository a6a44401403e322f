//! Changes of the contents of a few pages. Unless other pages could have new findings because of them, only the
//! changed pages are read, and neither all folders nor the files of the commit are listed.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use super::changes::Changes;
use super::error::SessionError;
use super::fs::Disk;
use super::input::{InputFiles, MOST_PAGES};
use super::options::Input;
use super::selection::Named;
use crate::archive::ignore_files::{IgnoreFiles, IgnoresAbove, is_ignore_file};
use crate::archive::path_text::folder_and_name;
use crate::archive::virtual_walk::{ListedFile, walk_list};
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
    /// If the files are those of the index, its entries, sorted by path.
    index: Option<Arc<[TreeEntry]>>,
}

impl FewChanges {
    /// Returns the changes of a session. Returns `None` if the session does not look at changes, or if there are
    /// others than those of the contents of a few files.
    pub(super) fn find(input: &Input, settings: &Settings) -> Result<Option<Self>, SessionError> {
        let open = || Repository::open(&settings.root, settings.repository.as_deref());
        Ok(match input {
            Input::Since(revision) => Self::since(&open()?, revision)?,
            Input::Staged => Self::staged(&open()?)?,
            Input::Disk | Input::Page(_) => None,
        })
    }

    fn since(repository: &Repository, revision: &str) -> Result<Option<Self>, GitError> {
        let commit = repository.commit(revision)?;
        // Git looks at every file for both of these answers, so ask at the same time. Files that a sparse checkout
        // omits have no changes, and are absent both before and after.
        let (found, has_untracked) = thread::scope(|scope| {
            let has_untracked = scope.spawn(|| repository.has_untracked());
            (repository.changes(Against::WorkTree(&commit)), has_untracked.join())
        });
        // A thread that panicked has no answer.
        if has_untracked.unwrap_or(Ok(true))? {
            return Ok(None);
        }
        Ok(Self::of_contents(format!("since {revision}"), found?, repository, None))
    }

    fn staged(repository: &Repository) -> Result<Option<Self>, GitError> {
        let found = repository.changes(Against::Index(&repository.head()?))?;
        let index = repository.index()?;
        let is_file = |entry: &TreeEntry| entry.kind == EntryKind::File;
        if !index.iter().all(is_file) {
            return Ok(None);
        }
        Ok(Self::of_contents("staged".to_owned(), found, repository, Some(index.into())))
    }

    /// Returns `None` unless all changes are those of the contents of a few files that decide nothing about others.
    fn of_contents(
        since: String,
        found: Vec<Change>,
        repository: &Repository,
        index: Option<Arc<[TreeEntry]>>,
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
        is_few.then_some(Self { since, found, blobs, index })
    }

    /// Collects the files of a session that was opened on the paths `names`, as far as they are in the `folders`.
    /// Returns `None` if only a walk of all folders tells which files there are.
    pub(super) fn files(
        &self,
        names: &[String],
        settings: &Settings,
        folders: &mut BTreeSet<String>,
    ) -> Option<InputFiles> {
        let selected = Named::new(names);
        let paths = self.found.iter().map(|change| &change.path);
        folders.extend(paths.clone().map(|path| folder_and_name(path).0.to_owned()));
        let names = paths.filter(|path| selected.hold(path)).cloned().collect();
        let (walked, source) = match &self.index {
            Some(index) => self.in_index(index)?,
            None => Self::on_disk(settings, folders)?,
        };
        let changes =
            Changes::of_contents(self.since.clone(), &self.found, Arc::clone(&self.blobs));
        Some(InputFiles { walked, source, names, changes: Some(Arc::new(changes)) })
    }

    fn on_disk(
        settings: &Settings,
        folders: &BTreeSet<String>,
    ) -> Option<(Walked, Box<dyn PageSource>)> {
        let walked = walk_folders(&settings.root, settings.repository.as_deref(), folders)?;
        let disk = Disk::new(&settings.root, &walked.table, &walked.obstacles);
        Some((walked, Box::new(disk)))
    }

    fn in_index(&self, index: &Arc<[TreeEntry]>) -> Option<(Walked, Box<dyn PageSource>)> {
        let listed = |entry: &TreeEntry| {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            let is_utf8 = std::str::from_utf8(&entry.path).is_ok();
            ListedFile { path, is_utf8, link: None }
        };
        // A `.gitignore` leaves out no file that git tracks.
        let files = index.iter().map(listed).collect();
        let walked = walk_list(files, &IgnoreFiles::new(), &IgnoresAbove::default());
        let source = Index { entries: Arc::clone(index), blobs: Arc::clone(&self.blobs) };
        walked.obstacles.is_empty().then(|| (walked, Box::new(source) as Box<dyn PageSource>))
    }
}

/// The contents of the files in the index.
struct Index {
    /// Sorted by path.
    entries: Arc<[TreeEntry]>,
    blobs: Arc<Blobs>,
}

impl PageSource for Index {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let found = self.entries.binary_search_by(|entry| (*entry.path).cmp(path.as_bytes()));
        let id = found.map(|index| &self.entries[index].id);
        let id = id.map_err(|_| ReadError::new("it is not in the index"))?;
        self.blobs.read(id).map_err(ReadError::new)
    }
}
