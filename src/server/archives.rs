//! What the server opens: sessions on pages and folders, and the indexes of archives.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checks::{Opened, options};
use super::diagnostics;
use super::indexes::{self, Freshness};
use super::message::Failure;
use super::state::State;
use crate::archive::page_extensions::PageExtensions;
use crate::session::{
    CheckOptions, ConfigErrors, PageIndex, Session, archives_below, has_settings,
};

impl State {
    /// Opens a session on a page or a folder. Publishes errors in its settings.
    pub(super) fn session(&mut self, path: &Path) -> Result<Session, Failure> {
        self.session_with(path, None)
    }

    /// Opens a session with this number of threads. `None` means one per processor.
    fn session_with(
        &mut self,
        path: &Path,
        jobs: Option<NonZeroUsize>,
    ) -> Result<Session, Failure> {
        // Elsewhere, the search for the root of the archive could go through any files.
        let is_inside = self.folders.iter().any(|folder| path.starts_with(folder));
        if !is_inside && !has_settings(path) {
            return Err(Failure::outside("the file is neither in the workspace nor in an archive"));
        }
        let options = options(path, self.documents.texts(), &self.folders);
        let options = CheckOptions { jobs, ..options };
        let Opened { session, errors } = self.sessions.open(path, &options);
        if let Some(errors) = errors {
            self.publish_settings_errors(&errors);
        } else {
            let file = session.as_ref().ok().and_then(|session| session.settings_file());
            self.clear_settings_errors(path, file);
        }
        let session = session?.for_editor();
        if self.support.watches_files {
            return Ok(session.with_listed_files(&self.files, &self.folders));
        }
        Ok(session)
    }

    /// Opens the archives of a folder of the workspace: the one around it, or else those below it. Publishes
    /// errors in their settings, and starts to build their indexes.
    pub(super) fn open_folder(&mut self, folder: &Path) {
        // Without settings, the folder may be anything.
        let archives =
            if has_settings(folder) { vec![folder.to_path_buf()] } else { archives_below(folder) };
        for archive in archives {
            let session = self.session_with(&archive, indexes::jobs());
            if let Ok(session) = self.told(&archive, session) {
                self.indexes.start(session);
            }
        }
    }

    /// Returns the index of the archive at `root`.
    pub(super) fn index(
        &mut self,
        root: &Path,
        freshness: Freshness,
    ) -> Result<Arc<PageIndex>, Failure> {
        if freshness == Freshness::Current && !self.support.watches_files {
            self.indexes.files_changed();
        }
        if let Some(index) = self.indexes.get(root, &self.documents) {
            return Ok(index);
        }
        let session = self.session(root);
        let index = session.and_then(|session| self.indexes.build(root, session));
        self.told(root, index)
    }

    /// Returns the indexes of all archives in the workspace, except those that cannot be read.
    pub(super) fn indexes(&mut self, freshness: Freshness) -> Vec<Arc<PageIndex>> {
        let is_inside = |root: &&Path| self.folders.iter().any(|folder| root.starts_with(folder));
        let known = self.indexes.roots().filter(is_inside);
        let open = self.checks.sessions().map(Session::root);
        let mut roots: BTreeSet<PathBuf> = known.chain(open).map(Path::to_path_buf).collect();
        for folder in self.folders.clone() {
            if has_settings(&folder)
                && let Ok(session) = self.session(&folder)
            {
                roots.insert(session.root().to_path_buf());
            }
        }
        roots.iter().filter_map(|root| self.index(root, freshness).ok()).collect()
    }

    /// Returns the indexes of the archives that contain these files or folders, except those that cannot be
    /// read. Without settings, a folder is an archive only if one of its pages is open.
    pub(super) fn indexes_of<'p>(
        &mut self,
        paths: impl Iterator<Item = &'p Path>,
    ) -> Vec<Arc<PageIndex>> {
        let mut roots = BTreeSet::new();
        for path in paths {
            let open = self.checks.sessions().map(Session::root);
            roots.extend(open.filter(|root| path.starts_with(root)).map(Path::to_path_buf));
            if has_settings(path)
                && let Ok(session) = self.session(path)
            {
                roots.insert(session.root().to_path_buf());
            }
        }
        roots.iter().filter_map(|root| self.index(root, Freshness::Current).ok()).collect()
    }

    /// Returns whether a file is a page by its path. Where no archive is known, this depends on the usual
    /// extensions.
    pub(super) fn is_page_path(&self, path: &Path) -> bool {
        let known = self.known_sessions().find_map(|session| session.is_page_path(path));
        known.unwrap_or_else(|| {
            let extension = path.extension().and_then(|extension| extension.to_str());
            extension.is_some_and(|extension| PageExtensions::default().contain(extension))
        })
    }

    /// Returns whether the archive leaves out a file in its folders.
    pub(super) fn leaves_out(&self, path: &Path) -> bool {
        path.iter().any(|part| part == ".git")
            || self.known_sessions().any(|session| session.leaves_out(path))
    }

    fn known_sessions(&self) -> impl Iterator<Item = &Session> {
        self.sessions.last().chain(self.checks.sessions())
    }

    fn publish_settings_errors(&mut self, errors: &ConfigErrors) {
        let Some(first) = errors.kept.first() else { return };
        let path = first.file.path.clone();
        // The diagnostics of an open document are those of its text.
        if self.documents.at(&path).is_some() {
            return;
        }
        let found = diagnostics::of_settings(errors, self.support.encoding);
        if self.settings_with_errors.get(&path) != Some(&found) {
            self.publish(self.documents.uri(&path), None, found.clone());
            self.settings_with_errors.insert(path, found);
        }
    }

    /// Removes the diagnostics of settings files that no longer have errors or no longer exist. The
    /// settings of `path` were read from `file` without errors.
    fn clear_settings_errors(&mut self, path: &Path, file: Option<&Path>) {
        let is_correct = |wrong: &Path| {
            let folder = wrong.parent().unwrap_or(wrong);
            let is_hidden = file.is_some_and(|file| file.starts_with(folder) && file != wrong);
            path.starts_with(folder) && !is_hidden
        };
        let wrong = self.settings_with_errors.keys();
        let correct: Vec<_> = wrong.filter(|wrong| is_correct(wrong)).cloned().collect();
        for path in correct {
            self.settings_with_errors.remove(&path);
            if self.documents.at(&path).is_none() {
                self.publish(self.documents.uri(&path), None, Vec::new());
            }
        }
    }
}
