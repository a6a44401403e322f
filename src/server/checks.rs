//! Checks of open pages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::message::Failure;
use crate::diagnostic::Applicability;
use crate::session::{
    CheckOptions, ConfigErrors, Input, Report, Session, SessionError, SettingsError, guarded,
};

/// The maximum number of checks that are kept. Each can contain the paths of a whole archive.
const MOST_KEPT: usize = 8;

/// A page that was checked.
pub(super) struct Checked {
    /// The session, which has the settings.
    pub(super) session: Session,
    /// The findings, and the archive as far as the check listed it.
    pub(super) report: Report,
    /// The path of the page, relative to the archive's root.
    pub(super) name: String,
    /// The text of the page after all safe fixes, if they were tried.
    fixed: OnceLock<Option<String>>,
}

impl Checked {
    /// Checks the page of a session.
    ///
    /// # Errors
    /// Returns why the page cannot be checked.
    pub(super) fn new(session: Session) -> Result<Self, Failure> {
        let outside = || Failure::outside("the page is outside its archive");
        let name = session.page_name().ok_or_else(outside)?;
        let checked = guarded(|| session.check());
        let report = checked.map_err(|panic| Failure::bug(&panic.to_string()).shown())??;
        Ok(Self { session, report, name, fixed: OnceLock::new() })
    }

    /// Returns the text of the page after all safe fixes, or `None` if there are none. This takes a run over all
    /// files the first time.
    pub(super) fn fixed(&self) -> Result<Option<&str>, Failure> {
        if self.fixed.get().is_none() {
            let fixed = guarded(|| {
                let preview = self.session.preview_fixes(Applicability::Safe)?;
                // Fixes change no page but the one that is checked.
                Ok::<_, Failure>(preview.fixes().files().first().map(|file| file.after.clone()))
            });
            let fixed = fixed.map_err(|panic| Failure::bug(&panic.to_string()))??;
            let fixed = fixed.and_then(|fixed| String::from_utf8(fixed).ok());
            let _ = self.fixed.set(fixed);
        }
        Ok(self.fixed.get().and_then(Option::as_deref))
    }

    /// Returns the absolute path of a file of the archive.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.session.root().join(name)
    }
}

/// The last check of each page that was checked lately.
#[derive(Default)]
pub(super) struct Checks(Vec<Entry>);

struct Entry {
    path: PathBuf,
    /// The number of changes before the check.
    changes: u64,
    checked: Arc<Checked>,
}

impl Checks {
    /// Returns the check of a page after this number of changes.
    pub(super) fn get(&mut self, path: &Path, changes: u64) -> Option<Arc<Checked>> {
        let at = self.0.iter().position(|entry| entry.path == path && entry.changes == changes)?;
        // The entries that were used last are at the end.
        let entry = self.0.remove(at);
        let checked = Arc::clone(&entry.checked);
        self.0.push(entry);
        Some(checked)
    }

    /// Keeps the check of a page, and drops the one that was not used for the longest time if there are many.
    pub(super) fn keep(&mut self, path: &Path, changes: u64, checked: &Arc<Checked>) {
        self.remove(path);
        if self.0.len() >= MOST_KEPT {
            self.0.remove(0);
        }
        let (path, checked) = (path.to_path_buf(), Arc::clone(checked));
        self.0.push(Entry { path, changes, checked });
    }

    /// Drops the check of a page.
    pub(super) fn remove(&mut self, path: &Path) {
        self.0.retain(|entry| entry.path != path);
    }

    /// Returns the sessions of all checks.
    pub(super) fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.0.iter().map(|entry| &entry.checked.session)
    }
}

/// An attempt to open a session.
pub(super) struct Opened {
    /// The session, or why there is none.
    pub(super) session: Result<Session, Failure>,
    /// The errors in the settings file. If there are any, the session has the last settings without
    /// errors.
    pub(super) errors: Option<ConfigErrors>,
}

/// Opens sessions, and remembers the last settings without errors.
#[derive(Default)]
pub(super) struct Sessions {
    /// For each settings file, a session that has read it.
    last: BTreeMap<PathBuf, Session>,
}

impl Sessions {
    /// Opens a session on a page or a folder.
    ///
    /// The settings are read each time, because not every client tells when they change.
    pub(super) fn open(&mut self, path: &Path, options: &CheckOptions) -> Opened {
        match guarded(|| Session::open(path, options.clone())) {
            Err(panic) => {
                let bug = Failure::bug(&panic.to_string()).shown();
                Opened { session: Err(bug), errors: None }
            }
            Ok(Ok(session)) => {
                self.remember(&session);
                Opened { session: Ok(session.with_root_baseline()), errors: None }
            }
            Ok(Err(SessionError::Settings(SettingsError::Wrong(errors)))) => {
                let session = self.reopen(path, options, &errors);
                Opened { session, errors: Some(errors) }
            }
            Ok(Err(error)) => Opened { session: Err(error.into()), errors: None },
        }
    }

    /// Returns the sessions with the last settings without errors.
    pub(super) fn last(&self) -> impl Iterator<Item = &Session> {
        self.last.values()
    }

    fn remember(&mut self, session: &Session) {
        let Some(file) = session.settings_file().map(Path::to_path_buf) else { return };
        if let Ok(kept) = session.reopened(&file, CheckOptions::default()) {
            self.last.insert(file, kept);
        }
    }

    /// Opens a session with the last settings without errors.
    fn reopen(
        &self,
        path: &Path,
        options: &CheckOptions,
        errors: &ConfigErrors,
    ) -> Result<Session, Failure> {
        let file = errors.kept.first().map(|error| &error.file.path);
        // The client has the errors as diagnostics of the settings file.
        let none = || Failure::outside("the settings have errors");
        let last = file.and_then(|file| self.last.get(file)).ok_or_else(none)?;
        Ok(last.reopened(path, options.clone())?.with_root_baseline())
    }
}

/// Returns the options for a session on `path`. `texts` are those of all open documents, by their
/// paths. `folders` are those of the workspace.
pub(super) fn options(
    path: &Path,
    mut texts: BTreeMap<PathBuf, Arc<[u8]>>,
    folders: &[PathBuf],
) -> CheckOptions {
    let input = texts.remove(path).map_or(Input::Disk, |text| Input::Page(text.to_vec()));
    let around = folders.iter().filter(|folder| path.starts_with(folder));
    let working_directory = around.max_by_key(|folder| folder.as_os_str().len()).cloned();
    CheckOptions { input, unsaved: texts, working_directory, ..CheckOptions::default() }
}
