//! Sessions on pages that an editor holds.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::baseline::SessionBaseline;
use super::check::Session;
use super::error::SessionError;
use super::fs;
use super::observer::NoObserver;
use super::options::{BaselineMode, BaselineOptions, CheckOptions};
use super::report::Report;
use super::threads::Threads;
use crate::diagnostic::Diagnostic;

/// The name of the baseline file in the archive's root that an editor uses if it exists.
const BASELINE: &str = "dateline-baseline.jsonl";

impl Session {
    /// Returns a session on `path` with the settings of this one, even if those on the disk have
    /// changed.
    ///
    /// # Errors
    /// Returns an error if the path is invalid.
    pub(crate) fn reopened(
        &self,
        path: &Path,
        options: CheckOptions,
    ) -> Result<Self, SessionError> {
        Ok(Self {
            paths: vec![fs::absolute(path)?],
            options,
            settings: self.settings.clone(),
            threads: Threads::new(None)?,
            observer: Arc::new(NoObserver),
        })
    }

    /// Hides the findings that the baseline in the archive's root records, if there is one.
    #[must_use]
    pub(crate) fn with_root_baseline(mut self) -> Self {
        let file = self.baseline_file();
        if fs::is_there(&file) {
            self.options.baseline = Some(BaselineOptions { file, mode: BaselineMode::Hide });
        }
        self
    }

    /// Returns the path of the baseline in the archive's root, which may not exist.
    fn baseline_file(&self) -> PathBuf {
        self.root().join(BASELINE)
    }

    /// Records a finding of a report of this session in the baseline in the archive's root. Creates the
    /// baseline if there is none.
    ///
    /// # Errors
    /// Returns an error if the baseline cannot be read or written.
    pub(crate) fn add_to_baseline(
        &self,
        report: &Report,
        found: &Diagnostic,
    ) -> Result<(), SessionError> {
        let file = self.baseline_file();
        let options = BaselineOptions { file, mode: BaselineMode::Update };
        let baseline = SessionBaseline::new(Some(&options))?;
        Ok(baseline.add(found, &report.texts())?)
    }

    /// Returns the path of the page that the session checks, relative to the archive's root.
    pub(crate) fn page_name(&self) -> Option<String> {
        let path = fs::resolve(self.paths.first()?).ok()?;
        super::selection::name(&path, &self.settings).ok()
    }
}

/// Returns the canonical path of a file that may not exist yet, or `None` if its folder cannot be
/// resolved.
pub(crate) fn resolved_path(path: &Path) -> Option<PathBuf> {
    fs::resolve(path).ok()
}
