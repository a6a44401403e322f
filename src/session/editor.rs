//! Sessions on pages that an editor holds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::baseline::SessionBaseline;
use super::check::Session;
use super::error::SessionError;
use super::fs;
use super::ledger_path::LedgerPath;
use super::observer::NoObserver;
use super::options::{BaselineMode, BaselineOptions, CheckOptions};
use super::report::Report;
use super::threads::Threads;
use crate::archive::places::Place;
use crate::archive::template::EventTemplate;
use crate::config::{ConfigErrors, ConfigText, LoadError as SettingsError, discover};
use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::source_status::Outcome;
use crate::sources::statuses;

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

    /// Returns what the ledger knows about a source URL, without contacting it. Returns `None` if there
    /// is no ledger or the ledger does not know the URL.
    ///
    /// # Errors
    /// Returns an error if the ledger cannot be read.
    pub(crate) fn source_status(&self, url: &str) -> Result<Option<Outcome>, SessionError> {
        let path = LedgerPath::usual(None, &self.settings);
        if !path.is_there() {
            return Ok(None);
        }
        let ledger = path.open_for_reading(self.options.sources.patience)?;
        let known = statuses(&[url.to_owned()], &self.settings.sources.archive, &ledger)?;
        Ok(known.into_iter().find(|outcome| outcome.evidence.record.is_some()))
    }

    /// Returns the top-level keys of front matter that the settings name, sorted.
    pub(crate) fn front_keys(&self) -> Vec<String> {
        let EventTemplate { date, topic, title, sources, related, hidden, fields, .. } =
            &self.settings.event;
        let lists = [&date.from, &topic.from, &title.from, sources, related];
        let places = lists.into_iter().chain(fields.iter().map(|field| &field.from)).flatten();
        let day = self.settings.day.date.from.iter();
        let keys = places.chain(day).filter_map(Place::front_key);
        let keys = keys.chain(hidden.iter().map(|hidden| hidden.key.as_str()));
        let top = |key: &str| key.split('.').next().unwrap_or_default().to_owned();
        let keys: BTreeSet<String> = keys.map(top).collect();
        keys.into_iter().collect()
    }

    /// Returns the headings of the sections of event pages, each with its level and its markers.
    pub(crate) fn section_headings(&self) -> Vec<(u8, String)> {
        let heading = |level: u8, text: &String| {
            (level, format!("{} {text}", "#".repeat(usize::from(level))))
        };
        let sections = self.settings.event.sections.iter();
        let headings = sections.flat_map(|section| {
            section.headings.iter().map(move |text| heading(section.level, text))
        });
        headings.collect()
    }

    /// Returns the path of the page that the session checks, relative to the archive's root.
    pub(crate) fn page_name(&self) -> Option<String> {
        let path = fs::resolve(self.paths.first()?).ok()?;
        super::selection::name(&path, &self.settings).ok()
    }
}

/// Returns the errors in the text of a settings file that an editor holds, or `None` if `path` is not
/// that of a settings file.
pub(crate) fn settings_errors(path: &Path, text: &str) -> Option<ConfigErrors> {
    if path.file_name()? != discover::FILE_NAME {
        return None;
    }
    let config = ConfigText { path: path.to_path_buf(), text: text.to_owned() };
    match discover::take(path.parent()?.to_path_buf(), config, &rules::infos()) {
        Err(SettingsError::Wrong(errors)) => Some(errors),
        Ok(_) | Err(_) => Some(ConfigErrors::default()),
    }
}

/// Returns whether a settings file applies to a path, which may not exist yet. Settings that cannot be
/// read count.
pub(crate) fn has_settings(path: &Path) -> bool {
    !matches!(discover::find(discover::nearest(path)), Ok(None))
}

/// Returns the canonical path of a file that may not exist yet, or `None` if its folder cannot be
/// resolved.
pub(crate) fn resolved_path(path: &Path) -> Option<PathBuf> {
    fs::resolve(path).ok()
}
