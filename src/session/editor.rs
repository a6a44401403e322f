//! Sessions on pages that an editor holds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::baseline::SessionBaseline;
use super::check::Session;
use super::editor_context::EditorContext;
use super::error::SessionError;
use super::fs;
use super::ledger_path::{EDITOR_PATIENCE, LedgerPath};
use super::observer::NoObserver;
use super::options::{BaselineMode, BaselineOptions, CheckOptions};
use super::report::Report;
use super::threads::Threads;
use super::walk_disk::ListedFiles;
use crate::archive::page_texts::ReadPage;
use crate::archive::places::Place;
use crate::archive::template::EventTemplate;
use crate::archive::walk::would_leave_out;
use crate::config::{ConfigErrors, ConfigText, LoadError as SettingsError, discover};
use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::source_status::Outcome;
use crate::sources::statuses;
use crate::span::SourceText;

/// The name of the baseline file in the archive's root that an editor uses if it exists.
pub(crate) const BASELINE_NAME: &str = "dateline-baseline.jsonl";

impl Session {
    /// Makes the session one of an editor, which writes nothing, except a baseline.
    #[must_use]
    pub(crate) fn for_editor(mut self) -> Self {
        self.editor.is_editor = true;
        self
    }

    /// Sets the text that the page had when other pages were checked.
    #[must_use]
    pub(crate) fn with_page_before(mut self, before: Option<Arc<ReadPage>>) -> Self {
        self.editor.before = before;
        self
    }

    /// Uses lists of files, which must be up to date in all of `folders`.
    #[must_use]
    pub(crate) fn with_listed_files(
        mut self,
        files: &Arc<ListedFiles>,
        folders: &[PathBuf],
    ) -> Self {
        let is_inside = |path: &Path| folders.iter().any(|folder| path.starts_with(folder));
        // A `.gitignore` above the root applies, too.
        let is_known =
            is_inside(self.root()) && self.settings.repository.as_deref().is_none_or(is_inside);
        self.editor.files = is_known.then(|| Arc::clone(files));
        self
    }

    /// Returns whether a file is a page by its path, if it is in the archive.
    pub(crate) fn is_page_path(&self, path: &Path) -> Option<bool> {
        let name = super::selection::name(path, &self.settings).ok()?;
        Some(self.settings.resolver.extensions.is_page(&name))
    }

    /// Returns the text of a page on the disk. Returns `None` if it cannot be read or is no page of the archive.
    pub(crate) fn page_on_disk(&self, path: &Path) -> Option<SourceText> {
        self.is_page_path(path)?.then(|| text_on_disk(path)).flatten()
    }

    /// Returns whether the archive leaves out a file in its folders, for example because of a `.gitignore`.
    pub(crate) fn leaves_out(&self, path: &Path) -> bool {
        let Ok(name) = super::selection::name(path, &self.settings) else { return false };
        would_leave_out(self.root(), self.settings.repository.as_deref(), &name)
    }

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
            editor: EditorContext::default(),
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
        self.root().join(BASELINE_NAME)
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

    /// Returns what the ledger knows about a source URL, without contacting it and without writing to the
    /// ledger. Returns `None` if there is no ledger, another version of Dateline wrote it, or it does not know
    /// the URL.
    ///
    /// # Errors
    /// Returns an error if the ledger cannot be read.
    pub(crate) fn source_status(&self, url: &str) -> Result<Option<Outcome>, SessionError> {
        let path = LedgerPath::usual(None, &self.settings);
        let Some(ledger) = path.open_without_writing(EDITOR_PATIENCE)? else { return Ok(None) };
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

/// The maximum depth at which archives below a folder are found.
const MOST_LEVELS: usize = 3;

/// The maximum number of folders in which archives are looked for.
const MOST_FOLDERS: usize = 1000;

/// Returns the folders below `folder` that have a settings file, as far as they are easy to find.
pub(crate) fn archives_below(folder: &Path) -> Vec<PathBuf> {
    let is_hidden = |folder: &PathBuf| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with('.') || name == "node_modules"
    };
    let (mut found, mut looked_at) = (Vec::new(), 0);
    let mut level = vec![folder.to_path_buf()];
    for _ in 0..MOST_LEVELS {
        let mut next = Vec::new();
        for above in level {
            if looked_at >= MOST_FOLDERS {
                return found;
            }
            looked_at += 1;
            let folders = fs::folders_in(&above).into_iter().filter(|folder| !is_hidden(folder));
            let has_file = |folder: &PathBuf| fs::is_there(&folder.join(discover::FILE_NAME));
            let (archives, others): (Vec<_>, Vec<_>) = folders.partition(has_file);
            found.extend(archives);
            next.extend(others);
        }
        level = next;
    }
    found
}

/// Returns the text of a file, or `None` if it cannot be read.
pub(crate) fn text_on_disk(path: &Path) -> Option<SourceText> {
    Some(SourceText::from_bytes(&fs::read_if_there(path).ok()??))
}

/// Returns the canonical path of a file that may not exist yet, or `None` if its folder cannot be
/// resolved.
pub(crate) fn resolved_path(path: &Path) -> Option<PathBuf> {
    fs::resolve(path).ok()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test writes an archive")]
mod tests {
    use super::*;

    const DAY: &str = "news/2012/03/25/index.md";
    const EVENT: &str = "news/2012/03/25/lock.md";

    /// Returns whether other pages may have other findings if the text of a page changes.
    fn affects(page: &str, before: &str, after: &str) -> bool {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
            std::fs::write(file, text).expect("a file");
        };
        write("dateline.toml", "");
        write(DAY, "## 2012-03-25\n");
        write(EVENT, "### 2012-03-25\n\n# Lock opens\n");
        write("news/2012/03/25/other.md", "### 2012-03-25\n\n# Other\n");
        let path = folder.path().join(page);
        let session = Session::open_page(path, after.into(), CheckOptions::default());
        let before = ReadPage::new(SourceText::from_bytes(before.as_bytes()));
        let session = session.expect("a session").with_page_before(Some(Arc::new(before)));
        session.check().expect("a check").page_affects_others()
    }

    #[test]
    fn other_pages_are_affected_only_by_what_they_can_see() {
        let event = "### 2012-03-25\n\n# Lock opens\n\ntext\n";
        assert!(!affects(EVENT, event, event));
        assert!(!affects(EVENT, event, &event.replace("text", "[text](/gone.md)")), "a paragraph");
        assert!(affects(EVENT, event, &event.replace("opens", "closes")), "the title");
        assert!(affects(EVENT, event, &event.replace("03-25", "03-26")), "the date");
        assert!(affects(EVENT, event, &format!("{event}\n## More\n")), "an anchor");
        let day = "## 2012-03-25\n\n### [Lock opens][l]\n\n[l]: lock.md\n";
        assert!(!affects(DAY, day, &format!("{day}\ntext\n")));
        assert!(
            affects(DAY, day, &day.replace(" lock.md", " other.md")),
            "the definition of a link"
        );
        assert!(affects(DAY, day, &day.replace(" lock.md", " gone.md")), "a broken link");
    }
}
