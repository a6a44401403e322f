//! The session, which opens an archive with options, and checks or fixes it.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use super::baseline::SessionBaseline;
use super::baseline_coverage::Coverage;
use super::clock;
use super::editor_context::EditorContext;
use super::error::SessionError;
use super::fix_loop::{FixLoop, FixReport, PlannedFixes};
use super::fs;
use super::input::InputFiles;
use super::observer::{NoObserver, Observer, Step};
use super::options::{CheckOptions, Input};
use super::report::{Report, ReportedRoot};
use super::source_lookup::{KnownSources, SourceLookup, read_sources};
use super::threads::Threads;
use crate::archive::partial_list::PartialList;
use crate::config::{RuleSet, Settings, discover, rules as selection};
use crate::diagnostic::Applicability;
use crate::linter::Linter;
use crate::report::{Hidden, ShownPaths};
use crate::rules;
use crate::span::FileId;

/// An open archive that can be checked and fixed.
///
/// Each check and each fix reads the files as they are when it starts.
pub struct Session {
    pub(super) paths: Vec<PathBuf>,
    pub(super) options: CheckOptions,
    pub(super) settings: Settings,
    pub(super) threads: Threads,
    pub(super) observer: Arc<dyn Observer>,
    pub(super) editor: EditorContext,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("root", &self.settings.root).finish_non_exhaustive()
    }
}

/// What each check and each fix determines before it reads the pages.
pub(super) struct RunState {
    baseline: SessionBaseline,
    pub(super) lookup: SourceLookup,
    today: Date,
}

impl Session {
    /// Opens the archive that contains `path`. The session checks only this folder or page.
    ///
    /// The settings come from [`CheckOptions::settings`]. By default, this is the nearest
    /// `dateline.toml` at or above `path`, up to the root of the repository.
    ///
    /// # Errors
    /// Returns an error if the path, the settings, the baseline or an option is invalid.
    pub fn open(path: impl AsRef<Path>, options: CheckOptions) -> Result<Self, SessionError> {
        Self::open_paths(&[path.as_ref().to_path_buf()], options)
    }

    /// Opens the archive that contains the first of `paths`. The session checks all of these paths.
    ///
    /// # Errors
    /// Returns the same errors as [`Session::open`].
    pub fn open_paths(paths: &[PathBuf], options: CheckOptions) -> Result<Self, SessionError> {
        options.refuse_conflicts()?;
        let settings = load(paths, &options)?;
        let threads = Threads::new(options.jobs)?;
        // The working directory of the process may change before the next check.
        let paths = paths.iter().map(|path| fs::absolute(path)).collect::<Result<_, _>>()?;
        let (observer, editor) = (Arc::new(NoObserver), EditorContext::default());
        let session = Self { paths, options, settings, threads, observer, editor };
        // Report an invalid baseline and invalid options about sources before the first check.
        session.state()?;
        Ok(session)
    }

    /// Opens the archive that contains `page`, to check only this page, with `content` instead of
    /// the content on the disk. The page need not exist. Editors can use this to check unsaved
    /// pages.
    ///
    /// # Errors
    /// Returns the same errors as [`Session::open`].
    pub fn open_page(
        page: impl AsRef<Path>,
        content: Vec<u8>,
        options: CheckOptions,
    ) -> Result<Self, SessionError> {
        Self::open(page, CheckOptions { input: Input::Page(content), ..options })
    }

    /// Sets the observer that is notified of the progress.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn Observer>) -> Self {
        Self { observer, ..self }
    }

    /// Makes the session check only the page at its path, with `content` instead of the content on
    /// the disk. For a page that does not exist yet, use [`Session::open_page`] instead.
    #[must_use]
    pub fn with_page(mut self, content: Vec<u8>) -> Self {
        self.options.input = Input::Page(content);
        self
    }

    /// Returns the archive's root.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.settings.root
    }

    /// Returns the path of the settings file, or `None` if the defaults apply.
    #[must_use]
    pub fn settings_file(&self) -> Option<&Path> {
        self.settings.file.as_deref()
    }

    /// Checks the archive.
    ///
    /// # Errors
    /// Returns an error if the files, the changes in git or the ledger cannot be read. Also returns
    /// an error if the network is needed but cannot be set up. A problem in a page is a finding,
    /// not an error.
    pub fn check(&self) -> Result<Report, SessionError> {
        let state = self.state()?;
        match self.check_few(&state)? {
            Some(report) => Ok(report),
            None => self.report(self.files()?, &state, None, &*self.observer),
        }
    }

    /// Applies the fixes that are at least as safe as `allowed`, writes the changed files, and
    /// checks the archive again.
    ///
    /// # Errors
    /// Returns the same errors as [`Session::check`], before anything is written. Also returns an
    /// error for [`Input::Staged`], [`Input::Page`] and unsaved pages, because only files on the disk
    /// can be fixed. If a file cannot be written or the second check fails, the error is part of
    /// [`Fixed`].
    pub fn fix(&self, allowed: Applicability) -> Result<Fixed, SessionError> {
        let is_on_disk = self.options.unsaved.is_empty()
            && !matches!(self.options.input, Input::Staged | Input::Page(_));
        if !is_on_disk {
            return Err(SessionError::Conflict(
                "only files on the disk can be fixed; a preview shows the fixes of other files",
            ));
        }
        Ok(self.preview_fixes(allowed)?.write())
    }

    /// Applies the fixes that are at least as safe as `allowed` in memory. Writes no files.
    ///
    /// # Errors
    /// Returns the same errors as [`Session::check`].
    pub fn preview_fixes(&self, allowed: Applicability) -> Result<FixPreview<'_>, SessionError> {
        let state = self.state()?;
        let mut input = self.files()?;
        let known = self.known_sources(&mut input, &state)?;
        let fix_loop = FixLoop {
            allowed,
            outcomes: &known.outcomes,
            today: state.today,
            baseline: &state.baseline,
            settings: &self.settings,
            threads: &self.threads,
        };
        let fixes = fix_loop.run(&mut input)?;
        self.observer.step(Step::Fix);
        Ok(FixPreview { session: self, fixes, files: input, known, state })
    }

    fn state(&self) -> Result<RunState, SessionError> {
        let lookup = SourceLookup::new(&self.options.sources, &self.settings)?;
        let lookup = if self.editor.is_editor { lookup.without_writing() } else { lookup };
        let baseline = SessionBaseline::new(self.options.baseline.as_ref())?;
        let today = self.options.today.unwrap_or_else(clock::today);
        Ok(RunState { baseline, lookup, today })
    }

    pub(super) fn files(&self) -> Result<InputFiles, SessionError> {
        let threads = self.threads.count();
        let listed = self.editor.files.as_deref();
        let new = || InputFiles::new(&self.paths, &self.options, &self.settings, threads, listed);
        let files = self.threads.run(new)?;
        self.observer.step(Step::Walk);
        Ok(files)
    }

    /// Looks up the sources of the pages that the session checks.
    fn known_sources(
        &self,
        files: &mut InputFiles,
        state: &RunState,
    ) -> Result<KnownSources, SessionError> {
        if !state.lookup.is_any() {
            return Ok(KnownSources::default());
        }
        let urls = read_sources(&self.settings, files, state.today, &mut |linter, files, pages| {
            let asks = |file| files.asks(linter.archive.path(file));
            self.threads.run(|| linter.run(pages).source_urls(&asks))
        });
        state.lookup.look_up(&urls, &self.settings, &*self.observer)
    }

    /// Checks `files`, and notifies `observer`. Looks up sources unless `known` contains the results of an earlier
    /// lookup.
    pub(super) fn report(
        &self,
        mut files: InputFiles,
        state: &RunState,
        known: Option<KnownSources>,
        observer: &dyn Observer,
    ) -> Result<Report, SessionError> {
        let settings = &self.settings;
        let walked = files.take();
        let mut project = self.threads.run(|| files.project(settings, walked));
        let changes = files.changes.clone();
        if changes.as_ref().is_some_and(|changes| changes.is_empty()) {
            // Without changes, no finding can be new.
            project.selected.files.clear();
        }
        if changes.as_ref().is_some_and(|changes| !changes.knows_before()) {
            project.restrict_to(|path| files.asks(path));
        }
        // Only the sources of changed pages are looked up, so the other sources have no status.
        let conclusive = state.lookup.is_conclusive() && changes.is_none();
        let online = state.lookup.is_any();
        let linter = Linter { online, conclusive, ..project.linter(&*files.source, state.today) };
        let mut linted = self.threads.run(|| linter.run(&project.selected.files));
        observer.step(Step::Check);
        let known = if let Some(known) = known {
            known
        } else {
            let asks = |file: FileId| files.asks(project.archive.path(file));
            let urls = linted.source_urls(&asks);
            state.lookup.look_up(&urls, settings, observer)?
        };
        let KnownSources { outcomes, tally } = known;
        linted.online(&outcomes);
        let coverage = Coverage::new(&linter, &project.selected, &linted, &outcomes);
        let (found, summary) = self.threads.run(|| linted.finish());
        let (mut diagnostics, baseline) = state.baseline.settle(found, coverage);
        let mut hidden = Hidden { baseline: baseline.hidden, ..Hidden::default() };
        let mut counts = None;
        let is_asking = project.archive.paths.partial().is_some_and(PartialList::has_asked);
        let affects_others = !is_asking
            && changes.as_ref().is_some_and(|changes| changes.may_affect_others(&linter));
        let page_affects_others = !is_asking && self.editor.affects_others(&linter, &files.names);
        if let Some(changes) = changes {
            let context = (state.today, &self.threads);
            hidden.unchanged = changes.sift(&project, &*files.source, context, &mut diagnostics)?;
            counts = Some(changes.counts(hidden.unchanged));
        }
        let texts = linter.texts.kept();
        let working_directory = self.options.working_directory.as_deref();
        Ok(Report {
            diagnostics,
            summary,
            hidden,
            online: state.lookup.is_online(),
            outcomes,
            skipped: project.selected.skipped(),
            root: ReportedRoot::new(settings, &project.archive, working_directory),
            shown: ShownPaths::new(&settings.root, working_directory),
            archive: project.archive,
            source: files.source,
            texts,
            prefix: settings.path_to_root(),
            baseline,
            changes: counts,
            affects_others,
            page_affects_others,
            lookup: state.lookup.summary(tally),
            max_findings: None,
        })
    }
}

/// Fixes of a session that are applied in memory, but not yet written.
pub struct FixPreview<'a> {
    session: &'a Session,
    fixes: PlannedFixes,
    files: InputFiles,
    known: KnownSources,
    state: RunState,
}

impl fmt::Debug for FixPreview<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixPreview").field("fixes", &self.fixes).finish_non_exhaustive()
    }
}

impl FixPreview<'_> {
    /// Returns the fixes.
    #[must_use]
    pub fn fixes(&self) -> &PlannedFixes {
        &self.fixes
    }

    /// Writes a summary of the available fixes, and of the sources that were not looked up.
    ///
    /// # Errors
    /// Returns an error if the writer fails.
    pub fn write_summary(&self, out: &mut dyn Write) -> io::Result<()> {
        self.fixes.write_summary(out)?;
        self.state.lookup.summary(self.known.tally.clone()).write(out)
    }

    /// Writes the changed files, and checks the archive again. Does not look up sources again.
    #[must_use]
    pub fn write(self) -> Fixed {
        let Self { session, fixes, files, known, state } = self;
        let written = fixes.write();
        session.observer.step(Step::Write);
        let files = files.again(&session.settings, session.threads.count());
        session.observer.step(Step::Walk);
        let report = session.report(files, &state, Some(known), &*session.observer);
        Fixed { written, report }
    }
}

/// The result of fixing an archive.
#[derive(Debug)]
pub struct Fixed {
    /// The files that were written, and the files that could not be written.
    pub written: FixReport,
    /// The report of a check after the fixes, or the error of this check.
    pub report: Result<Report, SessionError>,
}

/// Loads the settings, and applies the options on top of them.
fn load(paths: &[PathBuf], options: &CheckOptions) -> Result<Settings, SessionError> {
    let infos = rules::infos();
    let mut settings = discover::load(paths, options.load_options(), &infos)?;
    let set = |selectors: &[String], enables: bool| -> Result<RuleSet, SessionError> {
        let mut set = RuleSet::default();
        for selector in selectors {
            let named = selection::select(&infos, selector)?;
            let enabled = || selection::enabled_by(&infos, selector, named);
            set = set.union(if enables { enabled() } else { named });
        }
        Ok(set)
    };
    let select = if options.select.is_empty() { None } else { Some(set(&options.select, true)?) };
    let extended = set(&options.extend_select, true)?;
    settings.rules.command(select, extended, set(&options.ignore, false)?);
    settings.exclude = std::mem::take(&mut settings.exclude).with(&options.exclude)?;
    settings.policy = options.sources.contact.policy();
    if options.sources.only {
        let online = rules::RULES.iter().enumerate().filter(|(_, rule)| rule.is_online());
        settings.rules.restrict(online.map(|(index, _)| index).collect());
    }
    Ok(settings)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test writes an archive")]
mod tests {
    use super::*;

    #[test]
    fn only_the_folders_that_a_page_needs_are_listed() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
            std::fs::write(file, text).expect("a file");
        };
        write("dateline.toml", "");
        for day in 1..=28 {
            let path = format!("news/2012/03/{day}");
            let event = format!(
                "### [2012-03-{day}](/{path}/index.md)\n\n# Lock opens\n\n[x](/news/2012/03/1/lock.md)\n"
            );
            write(&format!("{path}/lock.md"), &event);
            write(&format!("{path}/index.md"), &format!("## [2012-03-{day}](/{path}/index.md)\n"));
        }
        let listed = |page: &str| {
            let path = folder.path().join(page);
            let session = Session::open(path, CheckOptions::default()).expect("a session");
            let report = session.check_few(&session.state().expect("a state"));
            report.expect("a check").map(|report| report.archive.paths.ids().len())
        };
        assert_eq!(
            listed("news/2012/03/12/lock.md"),
            Some(5),
            "the settings, and the pages of two days"
        );
        assert_eq!(listed("."), None);
        write("about.md", "# About\n");
        assert_eq!(listed("about.md"), None, "no page there fits the layout");
        let event = "### [2012-03-12](/news/2012/03/12/index.md)\n\n# Gate\n\n[x](/news/2012/03/1/gone.md)\n";
        write("news/2012/03/12/gate.md", event);
        assert_eq!(
            listed("news/2012/03/12/gate.md"),
            None,
            "a page with this name can be anywhere"
        );
    }
}
