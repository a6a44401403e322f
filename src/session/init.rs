//! Infers the settings of an archive from its pages.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::clock;
use super::error::SessionError;
use super::fs::{self, Disk, WriteOutcome};
use super::init_error::InitError;
use super::project::Project;
use super::threads::Threads;
use crate::archive::Archive;
use crate::archive::layout::{Layout, PageKind};
use crate::archive::paths::PathTable;
use crate::archive::walk::walk;
use crate::archive::walked::{Obstacle, Walked};
use crate::config::discover::{self, FILE_NAME};
use crate::config::{ConfigText, LoadError, PathPatterns, RuleSettings, Settings};
use crate::diagnostic::{counted, grouped, printable};
use crate::init::{
    Gathered, Habit, LayoutSeen, PageSeen, Seen, Share, Survey, Witness, Witnesses, drafts,
};
use crate::linter::{gather, is_page};
use crate::rule::Rule;
use crate::rules;
use crate::span::FileId;

/// The file of the baseline, beside the settings.
const BASELINE: &str = "dateline-baseline.jsonl";

/// How the settings of an archive are inferred and written.
#[derive(Clone, Debug, Default)]
pub struct InitOptions {
    /// Whether existing files are replaced, and settings above the folder set aside.
    pub force: bool,
    /// Whether nothing will be written.
    pub dry_run: bool,
    /// Whether a baseline will be written beside the settings.
    pub baseline: bool,
    /// How many threads read pages. `None`: one per processor.
    pub jobs: Option<NonZeroUsize>,
}

/// The inferred settings of an archive, not written yet.
#[derive(Clone, Debug)]
pub struct InferredSettings {
    path: PathBuf,
    baseline: PathBuf,
    /// The file as it was read, if it is to be replaced.
    before: Option<Vec<u8>>,
    toml: String,
    notes: Vec<String>,
    options: InitOptions,
}

impl InferredSettings {
    /// Infers the settings of the archive in `folder`. Nothing is asked, and nothing written.
    ///
    /// # Errors
    /// If the folder cannot be read, is not one archive, or has files that would be replaced.
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
        let usual = Settings::defaults(root.clone(), RuleSettings::defaults(&[]));
        let usual = usual.map_err(|error| {
            SessionError::from(LoadError::Unreadable {
                path: root.clone(),
                reason: error.to_string(),
            })
        })?;
        let Looked { survey, failed, walked, mut notes } = look(&root, None, &threads, &usual)?;
        let habits = habits(&path, &survey.toml(&usual, &[]), walked, &threads)?;
        if let Some(below) = &survey.layout.root {
            let below = printable(&below.value);
            notes.push(format!("links start at {below}, so it is the archive's root"));
        }
        for excluded in &survey.layout.exclude {
            let pattern = printable(&excluded.value);
            notes.push(format!("excluded as drafts: {pattern} ({})", excluded.share));
        }
        notes.extend(survey.account(&habits));
        if failed > 0 {
            let failed = counted(failed, "file or folder");
            notes.push(format!("{failed} could not be read; run `dateline check` to see why"));
        }
        let toml = survey.toml(&usual, &habits);
        Ok(Self { path, baseline, before, toml, notes, options: options.clone() })
    }

    /// The settings, as TOML.
    #[must_use]
    pub fn toml(&self) -> &str {
        &self.toml
    }

    /// What the user may want to know of them, a line each.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The file that they are written to.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The archive's folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// The file of the baseline, which must not be something that may not be replaced.
    ///
    /// # Errors
    /// If it is.
    pub fn baseline(&self) -> Result<&Path, SessionError> {
        refuse_other_baseline(&self.options, &self.baseline)?;
        Ok(&self.baseline)
    }

    /// Writes them to their file.
    ///
    /// # Errors
    /// If the file changed since it was read, or cannot be written.
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

/// An existing baseline is not replaced unless the user says so, nor is anything that is not a file.
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

/// Existing settings are not replaced unless the user says so, nor silently set aside.
fn refuse_to_overwrite(folder: &Path, found: PathBuf, path: PathBuf) -> InitError {
    if found == path {
        return InitError::SettingsExist { path };
    }
    InitError::Above { folder: folder.to_path_buf(), file: found }
}

/// What was seen of an archive.
struct Looked {
    survey: Survey,
    /// How many pages could not be read.
    failed: u64,
    walked: Walked,
    notes: Vec<String>,
}

/// Surveys the archive below `root`. `within` is that folder as seen from where the settings are to
/// be, if it lies below, with the links that say so.
fn look(
    root: &Path,
    within: Option<Seen<String>>,
    threads: &Threads,
    usual: &Settings,
) -> Result<Looked, SessionError> {
    let Walked { table, obstacles } = walk(root, threads.count());
    let mut pages: Vec<FileId> = table.ids().filter(|file| is_page(table.path(*file))).collect();
    let exclude = drafts(&paths(&table, &pages));
    if !exclude.is_empty() {
        let patterns = exclude.iter().map(|pattern| pattern.value.clone()).collect();
        let patterns = PathPatterns::new(patterns).unwrap_or_default();
        pages.retain(|file| !patterns.matches(table.path(*file)));
    }
    let disk = Disk::new(root, &table, &obstacles);
    let nothing = Layout { event: Vec::new(), day: Vec::new() };
    let archive = Archive::new(table, nothing, usual.resolver.clone());
    let witnesses = threads.run(|| witnesses(&archive, &pages, &disk));
    if within.is_none() {
        let mut roots = witnesses.roots(&paths(&archive.paths, &pages));
        if roots.len() > 1 {
            let folders: Vec<&str> = roots.iter().map(|root| root.value.as_str()).collect();
            return Err(several(&folders, "links from the root begin at each of").into());
        }
        if let Some(below) = roots.pop() {
            return look(&root.join(&below.value), Some(below), threads, usual);
        }
    }
    let mut notes = Vec::new();
    let mut layout = layout(root, &paths(&archive.paths, &pages), &witnesses, usual, &mut notes)?;
    (layout.root, layout.exclude) = (within, exclude);
    let archive = Archive::new(archive.paths, layout.layout(), archive.resolver);
    let mut gathered = Gathered::default();
    let make = |file, source: &_| PageSeen::read(&archive, file, source);
    let failed = threads.run(|| gather(&archive, &pages, &disk, make, |page| gathered.take(page)));
    // Folders that could not be looked into may hold pages.
    let hidden = obstacles.iter().filter(|(_, obstacle)| matches!(obstacle, Obstacle::Walk(_)));
    let failed = failed + hidden.count() as u64;
    let survey = gathered.survey(&paths(&archive.paths, &pages), layout, usual);
    Ok(Looked { survey, failed, walked: Walked { table: archive.paths, obstacles }, notes })
}

/// What rules find on most pages of an archive with the settings `written` for it at `path`.
fn habits(
    path: &Path,
    written: &str,
    walked: Walked,
    threads: &Threads,
) -> Result<Vec<Habit>, SessionError> {
    let root = path.parent().unwrap_or(path).to_path_buf();
    let text = ConfigText { path: path.to_path_buf(), text: written.to_owned() };
    let settings = discover::take(root, text, &rules::infos())?;
    let project = Project::new(&settings, &[String::new()], walked);
    let disk = Disk::new(&settings.root, &project.archive.paths, &project.obstacles);
    let linter = project.linter(&disk, clock::today());
    let (found, _) = threads.run(|| linter.run(&project.selected.files).finish());
    let mut reported: BTreeMap<&str, BTreeSet<FileId>> = BTreeMap::new();
    for diagnostic in &found {
        reported.entry(diagnostic.rule).or_default().insert(diagnostic.file);
    }
    let kinds = [(PageKind::Event, "event pages"), (PageKind::Day, "day pages")];
    let count = |kind, files: &mut dyn Iterator<Item = &FileId>| {
        files.filter(|file| project.archive.place(**file).kind == kind).count() as u64
    };
    let all = kinds.map(|(kind, _)| count(kind, &mut project.selected.files.iter()));
    let habit = |rule: &&Rule| {
        let files = reported.get(rule.id)?;
        let shares = kinds.iter().zip(all).map(|((kind, what), all)| {
            let of = count(*kind, &mut files.iter());
            Share { of, all, what }
        });
        Habit::of(rule.id, rule.summary, &shares.collect::<Vec<_>>())
    };
    Ok(rules::RULES.iter().copied().filter_map(|rule| habit(&rule)).collect())
}

fn paths<'a>(table: &'a PathTable, pages: &[FileId]) -> Vec<&'a str> {
    pages.iter().map(|file| table.path(*file)).collect()
}

/// Several archives side by side are none.
fn several(folders: &[&str], why: &str) -> InitError {
    let some: Vec<String> = folders.iter().take(5).map(|folder| format!("`{folder}`")).collect();
    let more = if some.len() < folders.len() { ", and more" } else { "" };
    let first = folders.first().copied().unwrap_or_default();
    InitError::Archive(format!(
        "{why} {}{more}: each is an archive of its own, `dateline init {first}`",
        some.join(", "),
    ))
}

/// What some pages say of their days and their root.
fn witnesses(archive: &Archive, pages: &[FileId], disk: &Disk) -> Witnesses {
    let wanted = Witnesses::wanted(&paths(&archive.paths, pages));
    let wanted: Vec<FileId> = wanted.iter().filter_map(|path| archive.paths.file(path)).collect();
    let mut witnesses = Witnesses::default();
    let make = |file, source: &_| Witness::read(archive, file, source);
    // Pages that cannot be read are counted when all are.
    gather(archive, &wanted, disk, make, |page| witnesses.take(page));
    witnesses
}

/// The layout of the pages; an archive without any is none.
fn layout(
    root: &Path,
    paths: &[&str],
    witnesses: &Witnesses,
    usual: &Settings,
    notes: &mut Vec<String>,
) -> Result<LayoutSeen, InitError> {
    let root = root.display();
    let Some(first) = paths.first() else {
        return Err(InitError::Archive(format!(
            "there is no Markdown page below {root}: name an archive's folder, `dateline init PATH`"
        )));
    };
    let layout = LayoutSeen::of(paths, &usual.layout, witnesses);
    let beyond = layout.beyond(paths);
    let twice = beyond.first().map(|page| {
        format!(
            "{} page(s) such as `{page}` name their year twice, which no pattern of a layout can say",
            grouped(beyond.len() as u64),
        )
    });
    let alike = layout.alike();
    if !alike.is_empty() {
        let folders: Vec<&str> = alike.iter().map(String::as_str).collect();
        return Err(several(&folders, "pages have the same paths in each of"));
    }
    if !layout.is_empty() {
        if let Some(twice) = twice {
            notes.push(printable(&twice).into_owned());
        }
        return Ok(layout);
    }
    if let Some(twice) = twice {
        let help = "rename them, as to `2012/03/25/title.md`";
        return Err(InitError::Archive(format!("{twice}: {help}")));
    }
    let unchecked = LayoutSeen::of(paths, &usual.layout, &Witnesses::default()).layout();
    if let Some(pattern) = unchecked.event.first().or(unchecked.day.first()) {
        return Err(InitError::Archive(format!(
            "pages below {root} have paths like `{pattern}`, but the dates in the headings of most of \
             them are of other days: set them right first, or write `dateline.toml` by hand"
        )));
    }
    Err(InitError::Archive(format!(
        "none of the {} page(s) below {root} has year, month and day in its path, as in \
         `news/2012/03/25/title.md`; the first of them is `{first}`",
        paths.len(),
    )))
}
