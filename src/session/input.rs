//! The input of a run: all files, the source of their bytes, and which of them to check.
//!
//! The files come either from the disk or from git's index. Pages that an editor holds can replace
//! pages on the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::changes::Changes;
use super::error::SessionError;
use super::fs::{self, Disk, PathError};
use super::options::{CheckOptions, Input};
use super::project::Project;
use super::selection;
use super::walk_disk::{ListedFiles, walk_disk};
use crate::archive::path_text::folder_and_name;
use crate::archive::walk::would_leave_out;
use crate::archive::walk_folders::walk_folders;
use crate::archive::walked::Walked;
use crate::config::Settings;
use crate::config::discover::{self, LoadOptions};
use crate::linter::{PageSource, ReadError};
use crate::rules;

/// The maximum number of named or changed pages for which not all folders are listed.
pub(super) const MOST_PAGES: usize = 32;

/// The files of a session.
pub(super) struct InputFiles {
    /// All files of the archive, and which of them cannot be read.
    pub(super) walked: Walked,
    /// The source of the files' bytes.
    pub(super) source: Box<dyn PageSource>,
    /// The files and folders to check, relative to the archive's root. The root is the empty
    /// string.
    pub(super) names: Vec<String>,
    /// The changes, if the session checks only these.
    pub(super) changes: Option<Arc<Changes>>,
}

impl InputFiles {
    /// Collects the files of a session that was opened on `paths`. Walks no folders of an archive in `listed`.
    pub(super) fn new(
        paths: &[PathBuf],
        options: &CheckOptions,
        settings: &Settings,
        threads: usize,
        listed: Option<&ListedFiles>,
    ) -> Result<Self, SessionError> {
        if let Input::Page(text) = &options.input {
            let (root, repository) = (&settings.root, settings.repository.as_deref());
            let walked = match listed {
                Some(listed) => listed.walk(root, repository, threads),
                None => walk_disk(root, repository, threads),
            };
            return Self::with_page(paths, text, options, settings, walked);
        }
        let names = names(paths, options, settings)?;
        if options.input == Input::Staged {
            let (walked, source, changes) = Changes::staged(settings, threads)?;
            let changes = Some(Arc::new(changes));
            return Ok(Self { walked, source: Box::new(source), names, changes });
        }
        let mut files = Self::with_names(names, settings, threads);
        if options.input == Input::Disk {
            files = files.with_pages(named_pages(&options.unsaved, settings), settings);
        }
        if let Input::Since(revision) = &options.input {
            files.changes = Some(Arc::new(Changes::since(revision, settings, &files.walked)?));
        }
        Ok(files)
    }

    /// Collects the files of some folders, for a session that was opened on a few pages. Returns `None` if it was
    /// opened on anything else, or if only a walk of all folders tells which files there are.
    pub(super) fn in_folders(
        paths: &[PathBuf],
        options: &CheckOptions,
        settings: &Settings,
        folders: &mut BTreeSet<String>,
    ) -> Result<Option<Self>, SessionError> {
        if paths.len() > MOST_PAGES {
            return Ok(None);
        }
        let names = names(paths, options, settings)?;
        let is_page = |name: &String| !name.is_empty() && !fs::is_folder(&settings.root.join(name));
        if !names.iter().all(is_page) {
            return Ok(None);
        }
        folders.extend(names.iter().map(|name| folder_and_name(name).0.to_owned()));
        let repository = settings.repository.as_deref();
        let Some(walked) = walk_folders(&settings.root, repository, folders) else {
            return Ok(None);
        };
        if let Input::Page(text) = &options.input {
            return Ok(Some(Self::with_page(paths, text, options, settings, walked)?));
        }
        let pages = named_pages(&options.unsaved, settings);
        Ok(Some(Self::with_walked(names, settings, walked).with_pages(pages, settings)))
    }

    /// Collects the files on the disk of the archive that contains `paths`.
    pub(super) fn on_disk(
        paths: &[PathBuf],
        settings: &Settings,
        threads: usize,
    ) -> Result<Self, SessionError> {
        let names = selection::names(paths, settings, fs::canonical)?;
        Ok(Self::with_names(names, settings, threads))
    }

    fn with_names(names: Vec<String>, settings: &Settings, threads: usize) -> Self {
        let walked = walk_disk(&settings.root, settings.repository.as_deref(), threads);
        Self::with_walked(names, settings, walked)
    }

    fn with_walked(names: Vec<String>, settings: &Settings, walked: Walked) -> Self {
        let source = Box::new(Disk::new(&settings.root, &walked.table, &walked.obstacles));
        Self { walked, source, names, changes: None }
    }

    /// Walks the disk again after fixes. The set of changes stays the same.
    pub(super) fn again(self, settings: &Settings, threads: usize) -> Self {
        Self { changes: self.changes, ..Self::with_names(self.names, settings, threads) }
    }

    /// Takes the list of files, and leaves an empty list. The caller may put the list back after a
    /// run.
    pub(super) fn take(&mut self) -> Walked {
        std::mem::take(&mut self.walked)
    }

    /// Combines `walked` with the settings and the paths to check.
    pub(super) fn project<'a>(&self, settings: &'a Settings, walked: Walked) -> Project<'a> {
        let renamed = self.changes.as_ref().map(|changes| changes.renamed()).unwrap_or_default();
        Project::new(settings, &self.names, walked).with_renamed(renamed)
    }

    /// Collects the files on the disk, with `text` as the content of one page.
    fn with_page(
        paths: &[PathBuf],
        text: &[u8],
        options: &CheckOptions,
        settings: &Settings,
        walked: Walked,
    ) -> Result<Self, SessionError> {
        let path = paths.first().map_or(Path::new("."), PathBuf::as_path);
        let absolute = fs::resolve(path)?;
        if settings.file.is_none() && options.root.is_none() {
            refuse_stray(&absolute, options)?;
        }
        let name = selection::name(&absolute, settings)?;
        if fs::is_folder(&absolute) {
            return Err(PathError::IsAFolder { path: path.to_path_buf() }.into());
        }
        let mut pages = named_pages(&options.unsaved, settings);
        pages.insert(name.clone(), Arc::from(text));
        Ok(Self::with_walked(vec![name], settings, walked).with_pages(pages, settings))
    }

    /// Replaces the contents of pages, and adds the pages that do not exist yet. The keys are paths
    /// relative to the archive's root.
    fn with_pages(self, pages: BTreeMap<String, Arc<[u8]>>, settings: &Settings) -> Self {
        if pages.is_empty() {
            return self;
        }
        let Self { mut walked, source, names, changes } = self;
        let (root, repository) = (&settings.root, settings.repository.as_deref());
        let is_all = walked.table.partial().is_none();
        let is_new = |name: &&String| {
            // A page that was saved just now may be missing in a list of files.
            let is_unlisted = is_all && walked.table.file(name).is_none();
            (is_unlisted || !fs::is_there(&root.join(name)))
                && !would_leave_out(root, repository, name)
        };
        let new: Vec<_> = pages.keys().filter(is_new).cloned().collect();
        if !new.is_empty() {
            walked = walked.with_files(new);
        }
        Self { walked, source: Box::new(Buffered { source, pages }), names, changes }
    }

    /// Returns whether to look up the sources of a file. If the session checks only changes, this
    /// is `true` only for changed files.
    pub(super) fn asks(&self, path: &str) -> bool {
        self.changes.as_ref().is_none_or(|changes| changes.is_changed(path))
    }
}

/// Returns the paths that a session was opened on, relative to the archive's root (see [`selection::names`]).
pub(super) fn names(
    paths: &[PathBuf],
    options: &CheckOptions,
    settings: &Settings,
) -> Result<Vec<String>, PathError> {
    let resolve: fn(&Path) -> _ =
        if options.input.may_lack_files() { fs::resolve } else { fs::canonical };
    selection::names(paths, settings, resolve)
}

/// Refuses a page that is outside the archive of the working directory. The caller has found no
/// settings file for the page. Its own folder would therefore become the root, and with default
/// settings, hardly any rule would find anything.
fn refuse_stray(page: &Path, options: &CheckOptions) -> Result<(), SessionError> {
    let Some(folder) = &options.working_directory else { return Ok(()) };
    let load_options = LoadOptions { root: None, ..options.load_options() };
    let here = discover::load(std::slice::from_ref(folder), load_options, &rules::infos())?;
    let is_archive = here.file.is_some() || here.repository.is_some();
    if !is_archive || page.starts_with(&here.root) {
        return Ok(());
    }
    Ok(selection::name(page, &here).map(|_| ())?)
}

/// Returns the pages of the archive among those that an editor holds, by their paths relative to the
/// archive's root.
fn named_pages(
    unsaved: &BTreeMap<PathBuf, Arc<[u8]>>,
    settings: &Settings,
) -> BTreeMap<String, Arc<[u8]>> {
    let named = unsaved.iter().filter_map(|(path, text)| {
        let path = fs::resolve(path).ok().filter(|path| !fs::is_folder(path))?;
        Some((selection::name(&path, settings).ok()?, Arc::clone(text)))
    });
    named.collect()
}

/// The pages on the disk, some of them replaced.
struct Buffered {
    source: Box<dyn PageSource>,
    pages: BTreeMap<String, Arc<[u8]>>,
}

impl PageSource for Buffered {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match self.pages.get(path) {
            Some(text) => Ok(text.to_vec()),
            None => self.source.read(path),
        }
    }
}
