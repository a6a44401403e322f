//! Checks of open pages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::session::{
    CheckOptions, ConfigErrors, Input, Report, Session, SessionError, SettingsError, guarded,
};

/// A page that was checked.
pub(super) struct Checked {
    /// The session, which has the settings.
    pub(super) session: Session,
    /// The findings, and the archive as far as the check listed it.
    pub(super) report: Report,
    /// The path of the page, relative to the archive's root.
    pub(super) name: String,
}

impl Checked {
    /// Checks the page of a session.
    ///
    /// # Errors
    /// Returns why the page cannot be checked.
    pub(super) fn new(session: Session) -> Result<Self, String> {
        let name = session.page_name().ok_or("the page is outside its archive")?;
        let checked = guarded(|| session.check()).map_err(|panic| panic.to_string())?;
        let report = checked.map_err(|error| error.to_string())?;
        Ok(Self { session, report, name })
    }

    /// Returns the absolute path of a file of the archive.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.session.root().join(name)
    }
}

/// An attempt to open a session.
pub(super) struct Opened {
    /// The session, or why there is none.
    pub(super) session: Result<Session, String>,
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
            Err(panic) => Opened { session: Err(panic.to_string()), errors: None },
            Ok(Ok(session)) => {
                self.remember(&session);
                Opened { session: Ok(session.with_root_baseline()), errors: None }
            }
            Ok(Err(SessionError::Settings(SettingsError::Wrong(errors)))) => {
                let session = self.reopen(path, options, &errors);
                Opened { session, errors: Some(errors) }
            }
            Ok(Err(error)) => Opened { session: Err(error.to_string()), errors: None },
        }
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
    ) -> Result<Session, String> {
        let file = errors.kept.first().map(|error| &error.file.path);
        let last = file.and_then(|file| self.last.get(file)).ok_or("the settings have errors")?;
        let session = last.reopened(path, options.clone()).map_err(|error| error.to_string())?;
        Ok(session.with_root_baseline())
    }
}

/// Returns the options for a session on `path`. `texts` are those of all open documents, by their
/// paths. `folders` are those of the workspace.
pub(super) fn options(
    path: &Path,
    mut texts: BTreeMap<PathBuf, std::sync::Arc<[u8]>>,
    folders: &[PathBuf],
) -> CheckOptions {
    let input = texts.remove(path).map_or(Input::Disk, |text| Input::Page(text.to_vec()));
    let around = folders.iter().filter(|folder| path.starts_with(folder));
    let working_directory = around.max_by_key(|folder| folder.as_os_str().len()).cloned();
    CheckOptions { input, unsaved: texts, working_directory, ..CheckOptions::default() }
}
