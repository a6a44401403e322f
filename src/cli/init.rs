//! `dateline init`: looks at an archive, and writes its settings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::args::{CheckArgs, InitArgs};
use super::check::silently;
use super::disk::{self, Disk};
use super::stage::Stage;
use super::terminal::{say, write_stdout};
use super::{Failure, check};
use crate::archive::Archive;
use crate::archive::layout::{Layout, PageKind};
use crate::archive::paths::PathTable;
use crate::archive::walk::walk;
use crate::archive::walked::{Obstacle, Walked};
use crate::config::discover::{self, FILE_NAME};
use crate::config::{ConfigText, LoadError, PathPatterns, RuleSettings, Settings};
use crate::diagnostic::{grouped, printable};
use crate::init::{
    Gathered, Habit, LayoutSeen, PageSeen, Seen, Share, Survey, Witness, Witnesses, drafts,
};
use crate::linter::{gather, is_page};
use crate::rule::Rule;
use crate::rules;
use crate::span::FileId;

/// The baseline that `--baseline` writes, beside the settings.
const BASELINE: &str = "dateline-baseline.jsonl";

pub(super) fn run(args: &InitArgs) -> Result<u8, Failure> {
    let root = disk::canonical_folder(&args.path).map_err(Failure::Message)?;
    let (path, baseline) = (root.join(FILE_NAME), root.join(BASELINE));
    let found = discover::find(&args.path)?;
    if let Some(found) = found.filter(|_| !args.dry_run && !args.force) {
        return Err(refuse_to_overwrite(args, &found, &path));
    }
    refuse_other_baseline(args, &baseline)?;
    let before = if args.force && !args.dry_run { disk::read_if_there(&path) } else { Ok(None) };
    let before = before.map_err(|error| cannot_write(&path, &error))?;
    let jobs = check::set_jobs(args.jobs)?;
    let usual = Settings::defaults(root.clone(), RuleSettings::defaults(&[])).map_err(|error| {
        Failure::Load(LoadError::Unreadable { path: root.clone(), reason: error.to_string() })
    })?;
    let Looked { survey, failed, walked } = look(&root, None, jobs, &usual)?;
    let habits = habits(&path, &survey.toml(&usual, &[]), walked)?;
    if let Some(below) = &survey.layout.root {
        say(&format!("links begin in {}: that is the archive's root", printable(&below.value)));
    }
    for left_out in &survey.layout.exclude {
        say(&format!("left out as drafts: {} ({})", printable(&left_out.value), left_out.share));
    }
    for line in survey.account(&habits) {
        say(&line);
    }
    if failed > 0 {
        say(&format!("{failed} file(s) or folder(s) could not be read: `dateline check` says why"));
    }
    let settings = survey.toml(&usual, &habits);
    if args.dry_run {
        write_stdout(&settings)?;
        return Ok(0);
    }
    match disk::write_over(&path, before.as_deref(), settings.as_bytes()) {
        Ok(disk::Written::Done) => {}
        Ok(disk::Written::Changed) => {
            let path = path.display();
            return Err(Failure::Message(format!(
                "{path} changed during the run and was left alone; run again to write it"
            )));
        }
        Ok(disk::Written::Unsure(reason)) => {
            let path = path.display();
            return Err(Failure::Message(format!("{path} is {}: {reason}", disk::UNSURE)));
        }
        Err(error) => return Err(cannot_write(&path, &error)),
    }
    say(&format!("wrote {}", printable(&path.display().to_string())));
    if !args.baseline {
        return Ok(0);
    }
    refuse_other_baseline(args, &baseline)?;
    let check = CheckArgs::writing_baseline(&root, &baseline, args.jobs);
    check::run(&*check.map_err(|error| Failure::Message(error.to_string()))?)
}

/// A baseline that is there already is not replaced unasked, nor is anything that is no file.
fn refuse_other_baseline(args: &InitArgs, baseline: &Path) -> Result<(), Failure> {
    let there = baseline.display();
    if args.baseline && !args.force && disk::is_there(baseline) {
        return Err(Failure::Message(format!("there is {there} already: --force writes it anew")));
    }
    if args.baseline && !disk::may_be_replaced(baseline) {
        return Err(Failure::Message(format!("{there} is no regular file: it is left alone")));
    }
    Ok(())
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Message(format!("cannot write {}: {error}", path.display()))
}

/// Settings that stand already are not replaced unasked, nor are they silently set aside.
fn refuse_to_overwrite(args: &InitArgs, found: &Path, path: &Path) -> Failure {
    let (there, what) = (found.display(), args.path.display());
    Failure::Message(if found == path {
        format!("there is {there} already: --force replaces it, --dry-run shows what it would say")
    } else {
        format!(
            "the settings of {what} are in {there}: --force gives the folder settings of its own, \
             --dry-run shows what they would say"
        )
    })
}

/// What was seen of an archive.
struct Looked {
    survey: Survey,
    /// How many pages could not be read.
    failed: u64,
    walked: Walked,
}

/// Surveys the archive below `root`. `within` is that folder as seen from where the settings are to
/// be, if it lies below, with the links that say so.
fn look(
    root: &Path,
    within: Option<Seen<String>>,
    jobs: usize,
    usual: &Settings,
) -> Result<Looked, Failure> {
    let Walked { table, obstacles } = walk(root, jobs);
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
    let witnesses = silently(|| witnesses(&archive, &pages, &disk));
    if within.is_none() {
        let mut roots = witnesses.roots(&paths(&archive.paths, &pages));
        if roots.len() > 1 {
            let folders: Vec<&str> = roots.iter().map(|root| root.value.as_str()).collect();
            return Err(several(&folders, "links from the root begin at each of"));
        }
        if let Some(below) = roots.pop() {
            return look(&root.join(&below.value), Some(below), jobs, usual);
        }
    }
    let mut layout = layout(root, &paths(&archive.paths, &pages), &witnesses, usual)?;
    (layout.root, layout.exclude) = (within, exclude);
    let archive = Archive::new(archive.paths, layout.layout(), archive.resolver);
    let mut gathered = Gathered::default();
    let make = |file, source: &_| PageSeen::read(&archive, file, source);
    let failed = silently(|| gather(&archive, &pages, &disk, make, |page| gathered.take(page)));
    // Folders that could not be looked into may hold pages.
    let hidden = obstacles.iter().filter(|(_, obstacle)| matches!(obstacle, Obstacle::Walk(_)));
    let failed = failed + hidden.count() as u64;
    let survey = gathered.survey(&paths(&archive.paths, &pages), layout, usual);
    Ok(Looked { survey, failed, walked: Walked { table: archive.paths, obstacles } })
}

/// What rules find on most pages of an archive with the settings `written` for it at `path`.
fn habits(path: &Path, written: &str, walked: Walked) -> Result<Vec<Habit>, Failure> {
    let root = path.parent().unwrap_or(path).to_path_buf();
    let text = ConfigText { path: path.to_path_buf(), text: written.to_owned() };
    let settings = discover::take(root, text, &rules::infos())?;
    let stage = Stage::new(&settings, &[String::new()], walked);
    let disk = Disk::new(&settings.root, &stage.archive.paths, &stage.obstacles);
    let linter = stage.linter(&disk, check::today());
    let (found, _) = silently(|| linter.run(&stage.selected.files).finish());
    let mut reported: BTreeMap<&str, BTreeSet<FileId>> = BTreeMap::new();
    for diagnostic in &found {
        reported.entry(diagnostic.rule).or_default().insert(diagnostic.file);
    }
    let kinds = [(PageKind::Event, "event pages"), (PageKind::Day, "day pages")];
    let count = |kind, files: &mut dyn Iterator<Item = &FileId>| {
        files.filter(|file| stage.archive.place(**file).kind == kind).count() as u64
    };
    let all = kinds.map(|(kind, _)| count(kind, &mut stage.selected.files.iter()));
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
fn several(folders: &[&str], why: &str) -> Failure {
    let some: Vec<String> = folders.iter().take(5).map(|folder| format!("`{folder}`")).collect();
    let more = if some.len() < folders.len() { ", and more" } else { "" };
    let first = folders.first().copied().unwrap_or_default();
    Failure::Message(format!(
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
) -> Result<LayoutSeen, Failure> {
    let root = root.display();
    let Some(first) = paths.first() else {
        return Err(Failure::Message(format!(
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
            say(&printable(&twice));
        }
        return Ok(layout);
    }
    if let Some(twice) = twice {
        let help = "rename them, as to `2012/03/25/title.md`";
        return Err(Failure::Message(format!("{twice}: {help}")));
    }
    let unchecked = LayoutSeen::of(paths, &usual.layout, &Witnesses::default()).layout();
    if let Some(pattern) = unchecked.event.first().or(unchecked.day.first()) {
        return Err(Failure::Message(format!(
            "pages below {root} have paths like `{pattern}`, but the dates in the headings of most of \
             them are of other days: set them right first, or write `dateline.toml` by hand"
        )));
    }
    Err(Failure::Message(format!(
        "none of the {} page(s) below {root} has year, month and day in its path, as in \
         `news/2012/03/25/title.md`; the first of them is `{first}`",
        paths.len(),
    )))
}
