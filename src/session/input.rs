//! The input of a run: the files, where their bytes come from, and which of them to check. The files are
//! those on the disk, those in git's index, or those on the disk with one page replaced by the content of an
//! editor.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::changes::Changes;
use super::error::SessionError;
use super::fs::{self, Disk, PathError};
use super::options::{CheckOptions, Input};
use super::project::Project;
use super::selection;
use crate::archive::walk::{walk, would_leave_out};
use crate::archive::walked::Walked;
use crate::config::Settings;
use crate::config::discover::{self, Origin};
use crate::linter::{PageSource, ReadError};
use crate::rules;

/// The files of a session.
pub(super) struct InputFiles {
    /// The files.
    pub(super) walked: Walked,
    /// Their bytes.
    pub(super) source: Box<dyn PageSource>,
    /// The files and folders to check, relative to the archive's root.
    pub(super) names: Vec<String>,
    /// What changed, if only changes are checked.
    pub(super) changes: Option<Arc<Changes>>,
}

impl InputFiles {
    /// Collects the files of a session opened on `paths`.
    pub(super) fn new(
        paths: &[PathBuf],
        options: &CheckOptions,
        settings: &Settings,
        threads: usize,
    ) -> Result<Self, SessionError> {
        if let Input::Page(text) = &options.input {
            return Self::with_page(paths, text, options, settings, threads);
        }
        let resolve: fn(&Path) -> _ =
            if options.input.may_lack_files() { fs::resolve } else { fs::canonical };
        let names = selection::names(paths, settings, resolve)?;
        if options.input == Input::Staged {
            let (walked, source, changes) = Changes::staged(settings, threads)?;
            let changes = Some(Arc::new(changes));
            return Ok(Self { walked, source: Box::new(source), names, changes });
        }
        let mut files = Self::with_names(names, settings, threads);
        if let Input::Since(revision) = &options.input {
            files.changes = Some(Arc::new(Changes::since(revision, settings, &files.walked)?));
        }
        Ok(files)
    }

    /// Opens the archive on the disk that contains `paths`.
    pub(super) fn on_disk(
        paths: &[PathBuf],
        settings: &Settings,
        threads: usize,
    ) -> Result<Self, SessionError> {
        let names = selection::names(paths, settings, fs::canonical)?;
        Ok(Self::with_names(names, settings, threads))
    }

    fn with_names(names: Vec<String>, settings: &Settings, threads: usize) -> Self {
        let walked = walk(&settings.root, threads);
        let source = Box::new(Disk::new(&settings.root, &walked.table, &walked.obstacles));
        Self { walked, source, names, changes: None }
    }

    /// Walks the disk again, after fixes. The set of changes stays the same.
    pub(super) fn again(self, settings: &Settings, threads: usize) -> Self {
        Self { changes: self.changes, ..Self::with_names(self.names, settings, threads) }
    }

    /// Moves the files out; a run puts them back when it is done.
    pub(super) fn take(&mut self) -> Walked {
        std::mem::take(&mut self.walked)
    }

    /// Prepares the archive of `walked` for checking.
    pub(super) fn project<'a>(&self, settings: &'a Settings, walked: Walked) -> Project<'a> {
        let renamed = self.changes.as_ref().map(|changes| changes.renamed()).unwrap_or_default();
        Project::new(settings, &self.names, walked).with_renamed(renamed)
    }

    /// Opens the archive on the disk, with `text` as the content of one page.
    fn with_page(
        paths: &[PathBuf],
        text: &[u8],
        options: &CheckOptions,
        settings: &Settings,
        threads: usize,
    ) -> Result<Self, SessionError> {
        let path = paths.first().map_or(Path::new("."), PathBuf::as_path);
        let absolute = fs::resolve(path)?;
        if settings.file.is_none() {
            refuse_stray(&absolute, &options.settings)?;
        }
        let name = selection::name(&absolute, settings)?;
        if fs::is_folder(&absolute) {
            return Err(PathError::IsAFolder { path: path.to_path_buf() }.into());
        }
        let mut walked = walk(&settings.root, threads);
        if !fs::is_there(&absolute) && !would_leave_out(&settings.root, &name) {
            walked = walked.with_files(vec![name.clone()]);
        }
        let disk = Disk::new(&settings.root, &walked.table, &walked.obstacles);
        let source = Box::new(Buffered { disk, name: name.clone(), text: text.to_vec() });
        Ok(Self { walked, source, names: vec![name], changes: None })
    }

    /// Returns whether to look up the sources of a file. If only changes are checked, it must be changed.
    pub(super) fn asks(&self, path: &str) -> bool {
        self.changes.as_ref().is_none_or(|changes| changes.is_changed(path))
    }
}

/// Refuses a page without settings that is outside the archive in which the program was started. With the
/// defaults and its own folder as the root, hardly any rule would find anything.
fn refuse_stray(page: &Path, origin: &Origin) -> Result<(), SessionError> {
    let here = discover::load(Path::new("."), origin, &rules::infos())?;
    let is_archive = here.file.is_some() || here.repository.is_some();
    if !is_archive || page.starts_with(&here.root) {
        return Ok(());
    }
    Ok(selection::name(page, &here).map(|_| ())?)
}

/// Pages from the disk, except one.
struct Buffered {
    disk: Disk,
    name: String,
    text: Vec<u8>,
}

impl PageSource for Buffered {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if path == self.name { Ok(self.text.clone()) } else { self.disk.read(path) }
    }
}
