//! Infers the settings of an archive from its pages.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::clock;
use super::error::SessionError;
use super::fs::{self, Disk, WriteOutcome};
use super::init_error::InitError;
use super::project::Project;
use super::threads::Threads;
use super::walk_disk::walk_disk;
use crate::archive::Archive;
use crate::archive::layout::{Layout, PageKind};
use crate::archive::page_texts::read_source;
use crate::archive::paths::PathTable;
use crate::archive::site::Addresses;
use crate::archive::walk::would_leave_out;
use crate::archive::walked::{Obstacle, Walked};
use crate::config::discover::{self, FILE_NAME};
use crate::config::{ConfigText, PathPatterns, Preset, RuleSettings, Settings, limits};
use crate::diagnostic::{Diagnostic, grouped, printable};
use crate::document::{Forms, Syntax};
use crate::init::{
    Aggregate, ArchiveSyntax, DateEvidence, FrequentRule, Inference, InferenceError, Inferred,
    InferredLayout, PageEvidence, PageSummary, Share, UndatedPath, Unserved, draft_folders,
    generator, is_foreign, labels, unserved,
};
use crate::linter::gather;
use crate::rule::Rule;
use crate::rules;
use crate::span::FileId;

/// The name of the baseline file, which is in the same folder as the settings file.
const BASELINE: &str = "dateline-baseline.jsonl";

/// The options of `dateline init`.
#[derive(Clone, Debug, Default)]
pub struct InitOptions {
    /// Whether to replace existing files and ignore settings in a folder above.
    pub force: bool,
    /// Whether the caller only shows the settings. Existing settings are then not an error.
    pub dry_run: bool,
    /// Whether the caller will also write a baseline. An existing baseline is an error unless
    /// `force` is set.
    pub baseline: bool,
    /// The number of threads that read pages. `None` means one per processor.
    pub jobs: Option<NonZeroUsize>,
}

/// The inferred settings of an archive, which are not written yet.
#[derive(Clone, Debug)]
pub struct InferredSettings {
    path: PathBuf,
    baseline: PathBuf,
    /// The content of the settings file that will be replaced, if that file exists.
    before: Option<Vec<u8>>,
    toml: String,
    notes: Vec<String>,
    options: InitOptions,
}

impl InferredSettings {
    /// Infers the settings of the archive in `folder`. Asks no questions and writes no files.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be read or contains several archives, or if files
    /// exist that must not be replaced.
    pub fn of(folder: &Path, options: &InitOptions) -> Result<Self, SessionError> {
        let root = fs::canonical_folder(folder)?;
        let (path, baseline) = (root.join(FILE_NAME), root.join(BASELINE));
        let found = discover::find(folder)?;
        if let Some(found) = found.filter(|_| !options.dry_run && !options.force) {
            return Err(refuse_to_overwrite(folder, found, path).into());
        }
        refuse_other_baseline(options, &baseline)?;
        let replaces = options.force && !options.dry_run;
        let before = if replaces { fs::read_if_there(&path) } else { Ok(None) };
        let before =
            before.map_err(|source| InitError::Unwritable { path: path.clone(), source })?;
        let threads = Threads::new(options.jobs)?;
        let defaults = Settings::defaults(root.clone(), RuleSettings::defaults(&[]))?;
        let examined = examine(&root, None, &threads, &defaults)?;
        let Examined { inference, failed, walked } = examined;
        let mut notes = Vec::new();
        let trial = Trial::run(&path, &inference.toml(&defaults, &[]), walked, &threads)?;
        let Trial { frequent, unserved } = trial;
        let inference = inference.with_unserved(unserved);
        if let Some(below) = &inference.layout.root {
            let below = printable(&below.value);
            notes.push(format!(
                "links that begin with `/` lead to files below {below}, so it is the archive's root"
            ));
        }
        for excluded in &inference.layout.exclude {
            let pattern = printable(&excluded.value);
            notes.push(format!("excluded as drafts: {pattern} ({})", excluded.share));
        }
        notes.extend(inference.summary(&frequent));
        if failed > 0 {
            let what = if failed == 1 { "file or folder" } else { "files or folders" };
            let failed = grouped(failed);
            notes.push(format!("could not read {failed} {what}; run `dateline check` to see why"));
        }
        let toml = inference.toml(&defaults, &frequent);
        Ok(Self { path, baseline, before, toml, notes, options: options.clone() })
    }

    /// Returns the settings as TOML.
    #[must_use]
    pub fn toml(&self) -> &str {
        &self.toml
    }

    /// Returns notes about the settings for the user, each on one line.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Returns the path of the settings file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the folder of the settings file.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// Returns the path of the baseline file.
    ///
    /// # Errors
    /// Returns an error if the baseline must not be written. This is the case if anything but a
    /// regular file exists at the path, or if a baseline exists and [`InitOptions::force`] is not
    /// set. Without [`InitOptions::baseline`], nothing is checked.
    pub fn baseline(&self) -> Result<&Path, SessionError> {
        refuse_other_baseline(&self.options, &self.baseline)?;
        Ok(&self.baseline)
    }

    /// Writes the settings to their file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written, or if it changed after it was read.
    pub fn write(&self) -> Result<(), SessionError> {
        let path = self.path.clone();
        match fs::write_over(&self.path, self.before.as_deref(), self.toml.as_bytes()) {
            Ok(WriteOutcome::Done) => Ok(()),
            Ok(WriteOutcome::Changed) => Err(InitError::Changed { path }.into()),
            Ok(WriteOutcome::Unsure(reason)) => Err(InitError::Unsure { path, reason }.into()),
            Err(source) => Err(InitError::Unwritable { path, source }.into()),
        }
    }
}

/// Returns an error if the caller wants to write a baseline, but a file that must not be replaced
/// exists at the path `baseline`. Without `force`, this is any file. With `force`, it is anything
/// but a regular file.
fn refuse_other_baseline(options: &InitOptions, baseline: &Path) -> Result<(), InitError> {
    let path = || baseline.to_path_buf();
    if options.baseline && !options.force && fs::is_there(baseline) {
        return Err(InitError::BaselineExists { path: path() });
    }
    if options.baseline && !fs::may_be_replaced(baseline) {
        return Err(InitError::NotAFile { path: path() });
    }
    Ok(())
}

/// Returns the error for existing settings, which are either at `path` or in a folder above.
fn refuse_to_overwrite(folder: &Path, found: PathBuf, path: PathBuf) -> InitError {
    if found == path {
        return InitError::SettingsExist { path };
    }
    InitError::Above { folder: folder.to_path_buf(), file: found }
}

/// The results of reading the pages of an archive.
struct Examined {
    inference: Inference,
    /// The number of files and folders that could not be read.
    failed: u64,
    walked: Walked,
}

/// A subfolder that is the archive's root.
struct Subfolder {
    /// The path of the subfolder, with the share of links that support it.
    path: Inferred<String>,
    /// The site generator whose configuration is in the folder above.
    generator: Option<Preset>,
}

/// Examines the archive at `root`. If its links show that the archive's root is a subfolder,
/// examines that subfolder instead, by a second call. In this call, `within` is the subfolder.
fn examine(
    root: &Path,
    within: Option<Subfolder>,
    threads: &Threads,
    defaults: &Settings,
) -> Result<Examined, SessionError> {
    let repository = discover::work_trees(root).next();
    let Walked { table, obstacles } = walk_disk(root, repository, threads.count());
    let is_page = |path: &str| defaults.resolver.extensions.is_page(path);
    let files = table.ids().filter(|file| is_page(table.path(*file)));
    let (foreign, mut pages): (Vec<FileId>, Vec<FileId>) =
        files.partition(|file| is_foreign(table.path(*file)));
    if pages.is_empty() {
        refuse_only_foreign(root, &paths(&table, &foreign))?;
    }
    let mut exclude = draft_folders(&paths(&table, &pages), |_| false);
    retain(&mut pages, &table, &exclude);
    let disk = Disk::new(root, &table, &obstacles);
    let nothing = Layout { event: Vec::new(), day: Vec::new() };
    let syntax = Syntax { forms: Forms::ALL, ..Syntax::default() };
    let archive = Archive::new(table, nothing, defaults.resolver.clone()).with_syntax(syntax);
    let evidence = threads.run(|| evidence(&archive, &pages, &disk));
    let read = |path: &str| Some(read_source(&disk, path).ok()?.text().to_owned());
    let config = generator(&archive.paths, &read);
    let generator = config.as_ref().map(|config| config.preset);
    if within.is_none() {
        let mut roots = evidence.roots(&paths(&archive.paths, &pages));
        if roots.len() > 1 {
            let folders = roots.into_iter().map(|root| root.value).collect();
            return Err(InitError::from(InferenceError::SeveralRoots(folders)).into());
        }
        if let Some(path) = roots.pop() {
            let root = root.join(&path.value);
            return examine(&root, Some(Subfolder { path, generator }), threads, defaults);
        }
    }
    let above = within.as_ref().and_then(|within| within.generator);
    let syntax = ArchiveSyntax { generator: generator.or(above), forms: evidence.forms() };
    let labelled = Syntax { forms: syntax.forms, labels: labels(), ..Syntax::default() };
    let archive = archive.with_syntax(labelled);
    let mut layout = infer_layout(root, &archive, &pages, &evidence, &disk, threads, defaults)?;
    retain(&mut pages, &archive.paths, &layout.exclude);
    exclude.append(&mut layout.exclude);
    limits::fit(&mut exclude, |pattern| &pattern.value);
    (layout.root, layout.exclude) = (within.map(|within| within.path), exclude);
    let summarize = |archive: &Archive| threads.run(|| summarize(archive, &pages, &disk));
    let mut archive = archive.with_layout(layout.layout());
    let (mut aggregate, mut failed) = summarize(&archive);
    if aggregate.days_are_events() {
        layout = layout.with_days_as_events();
        archive = archive.with_layout(layout.layout());
        (aggregate, failed) = summarize(&archive);
    }
    // Count unreadable folders too, because they may contain pages.
    let hidden = obstacles.iter().filter(|(_, obstacle)| matches!(obstacle, Obstacle::Walk(_)));
    let failed = failed + hidden.count() as u64;
    let page_paths = paths(&archive.paths, &pages);
    let inference = Inference::new(&aggregate, &page_paths, layout, syntax, defaults);
    let inference = match &config {
        Some(config) => inference.with_site(config, &read),
        None => inference,
    };
    Ok(Examined { inference, failed, walked: Walked { table: archive.paths, obstacles } })
}

/// Returns an error if there are pages that cannot belong to the archive.
fn refuse_only_foreign(root: &Path, foreign: &[&str]) -> Result<(), InitError> {
    let Some(first) = foreign.first() else { return Ok(()) };
    let (root, pages) = (root.to_path_buf(), foreign.len() as u64);
    let first = (*first).to_owned();
    Err(InferenceError::OnlyForeignPages { root, pages, first }.into())
}

/// Removes the pages that the patterns exclude.
fn retain(pages: &mut Vec<FileId>, table: &PathTable, exclude: &[Inferred<String>]) {
    if !exclude.is_empty() {
        let patterns = patterns(exclude);
        pages.retain(|file| !patterns.matches(table.path(*file)));
    }
}

/// Returns the inferred path patterns, ready to match paths.
fn patterns(inferred: &[Inferred<String>]) -> PathPatterns {
    let written = inferred.iter().map(|pattern| pattern.value.clone()).collect();
    PathPatterns::new(written).unwrap_or_default()
}

/// Infers the layout from the paths of an archive or, if they contain no dates, from front matter. The layout
/// excludes draft folders whose pages have their dates in front matter.
fn infer_layout(
    root: &Path,
    archive: &Archive,
    pages: &[FileId],
    evidence: &DateEvidence,
    disk: &Disk,
    threads: &Threads,
    defaults: &Settings,
) -> Result<InferredLayout, InitError> {
    let undated = |pages: &[FileId]| {
        let mut read = Vec::new();
        let make = |file, source: &_| UndatedPath::read(archive, file, source);
        threads.run(|| gather(archive, pages, disk, make, |page| read.push(page)));
        read
    };
    let page_paths = paths(&archive.paths, pages);
    match InferredLayout::infer(root, &page_paths, &defaults.layout, evidence) {
        Ok(layout) => {
            let of_dates = layout.layout();
            let is_other =
                |file: &&FileId| of_dates.place(archive.path(**file)).kind == PageKind::Other;
            let others: Vec<FileId> = pages.iter().filter(is_other).copied().collect();
            let (others, exclude) = without_drafts(undated(&others), &page_paths);
            Ok(InferredLayout { exclude, ..layout.with_undated(&others) })
        }
        Err(error) if error.is_about_paths() => {
            let (pages, exclude) = without_drafts(undated(pages), &page_paths);
            let layout = InferredLayout::undated(&pages).ok_or(InitError::Inference(error))?;
            Ok(InferredLayout { exclude, ..layout })
        }
        Err(error) => Err(error.into()),
    }
}

/// Returns the pages outside draft folders, and the patterns that exclude these folders. `paths` are those of
/// all pages, including pages with dates in their paths.
fn without_drafts(
    mut pages: Vec<UndatedPath>,
    paths: &[&str],
) -> (Vec<UndatedPath>, Vec<Inferred<String>>) {
    let dated = pages.iter().filter(|page| page.has_date()).map(UndatedPath::path);
    let dated: HashSet<&str> = dated.collect();
    let exclude = draft_folders(paths, |path| dated.contains(path));
    let patterns = patterns(&exclude);
    pages.retain(|page| !patterns.matches(page.path()));
    (pages, exclude)
}

/// Summarizes all pages. Returns the summaries, and the number of pages that cannot be read.
fn summarize(archive: &Archive, pages: &[FileId], disk: &Disk) -> (Aggregate, u64) {
    let mut aggregate = Aggregate::default();
    let make = |file, source: &_| PageSummary::read(archive, file, source);
    let failed = gather(archive, pages, disk, make, |page| aggregate.add(page));
    (aggregate, failed)
}

/// The result of a check with the inferred settings.
struct Trial {
    /// The rules that have findings on most event pages or on most day pages.
    frequent: Vec<FrequentRule>,
    /// The parts of the site that something else serves.
    unserved: Vec<Unserved>,
}

impl Trial {
    /// Checks the archive with the settings `written`, as if they were in the file at `path`.
    fn run(
        path: &Path,
        written: &str,
        walked: Walked,
        threads: &Threads,
    ) -> Result<Self, SessionError> {
        let root = path.parent().unwrap_or(path).to_path_buf();
        let text = ConfigText { path: path.to_path_buf(), text: written.to_owned() };
        let settings = discover::take(root, text, &rules::infos())?;
        let project = Project::new(&settings, &[String::new()], walked);
        let disk = Disk::new(&settings.root, &project.archive.paths, &project.obstacles);
        let linter = project.linter(&disk, clock::today());
        let (missing, found) = threads.run(|| {
            let linted = linter.run(&project.selected.files);
            (linted.missing_addresses(), linted.finish().0)
        });
        let served = project.archive.addresses().map(Addresses::folders).unwrap_or_default();
        let is_served =
            |folder: &str| served.contains(folder) || project.archive.has_raw_file_in(folder);
        let repository = settings.repository.as_deref();
        let is_ignored = |address: &str| {
            let mut pages = project.archive.pages_at(address);
            pages.any(|page| would_leave_out(&settings.root, repository, &page))
        };
        Ok(Self {
            frequent: frequent(&project, &found),
            unserved: unserved(&missing, &is_served, &is_ignored),
        })
    }
}

/// Returns the rules that have findings on most event pages or on most day pages.
fn frequent(project: &Project<'_>, found: &[Diagnostic]) -> Vec<FrequentRule> {
    let mut reported: BTreeMap<&str, BTreeSet<FileId>> = BTreeMap::new();
    for diagnostic in found {
        reported.entry(diagnostic.rule).or_default().insert(diagnostic.file);
    }
    let kinds = [(PageKind::Event, "event pages"), (PageKind::Day, "day pages")];
    let count = |kind, files: &mut dyn Iterator<Item = &FileId>| {
        files.filter(|file| project.archive.place(**file).kind == kind).count() as u64
    };
    let all = kinds.map(|(kind, _)| count(kind, &mut project.selected.files.iter()));
    let frequent = |rule: &&Rule| {
        let files = reported.get(rule.id)?;
        let shares = kinds.iter().zip(all).map(|((kind, what), all)| {
            let of = count(*kind, &mut files.iter());
            Share { of, all, what }
        });
        FrequentRule::of(rule.id, rule.summary, &shares.collect::<Vec<_>>())
    };
    rules::RULES.iter().copied().filter_map(|rule| frequent(&rule)).collect()
}

fn paths<'a>(table: &'a PathTable, pages: &[FileId]) -> Vec<&'a str> {
    pages.iter().map(|file| table.path(*file)).collect()
}

/// Reads the date evidence from a sample of pages.
fn evidence(archive: &Archive, pages: &[FileId], disk: &Disk) -> DateEvidence {
    let wanted = DateEvidence::wanted(&paths(&archive.paths, pages));
    let wanted: Vec<FileId> = wanted.iter().filter_map(|path| archive.paths.file(path)).collect();
    let mut evidence = DateEvidence::default();
    let make = |file, source: &_| PageEvidence::read(archive, file, source);
    // Ignore unreadable pages here. They are counted when all pages are read.
    gather(archive, &wanted, disk, make, |page| evidence.add(page));
    evidence
}
