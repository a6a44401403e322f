//! `dateline init`: infers the settings of an archive and writes them.

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
use crate::archive::walk::{Obstacle, Walked, walk};
use crate::config::discover::{self, FILE_NAME};
use crate::config::{ConfigText, PathPatterns, RuleSettings, Settings};
use crate::diagnostic::{counted, printable};
use crate::init::{
    Aggregate, DateEvidence, FrequentRule, Inferred, InferredLayout, InferredSettings, InitError,
    PageEvidence, PageSummary, Share, draft_folders,
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
    let defaults = Settings::defaults(root.clone(), RuleSettings::defaults(&[]))?;
    let Looked { inferred, failed, walked } = look(&root, None, jobs, &defaults)?;
    let frequent = frequent(&path, &inferred.toml(&defaults, &[]), walked)?;
    if let Some(below) = &inferred.layout.root {
        say(&format!("links start in {}, so it is the archive's root", printable(&below.value)));
    }
    for left_out in &inferred.layout.exclude {
        say(&format!("excluded as drafts: {} ({})", printable(&left_out.value), left_out.share));
    }
    for line in inferred.summary(&frequent) {
        say(&line);
    }
    if failed > 0 {
        let failed = counted(failed, "file");
        say(&format!("could not read {failed} or folders; run `dateline check` to see why"));
    }
    let settings = inferred.toml(&defaults, &frequent);
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

/// Refuses to overwrite a baseline without --force, and anything that is not a file.
fn refuse_other_baseline(args: &InitArgs, baseline: &Path) -> Result<(), Failure> {
    let there = baseline.display();
    if args.baseline && !args.force && disk::is_there(baseline) {
        return Err(Failure::Message(format!(
            "{there} already exists; use --force to overwrite it"
        )));
    }
    if args.baseline && !disk::may_be_replaced(baseline) {
        return Err(Failure::Message(format!("{there} is not a regular file; not overwritten")));
    }
    Ok(())
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Message(format!("cannot write {}: {error}", path.display()))
}

/// Refuses to overwrite settings, or to write settings that would take precedence over them.
fn refuse_to_overwrite(args: &InitArgs, found: &Path, path: &Path) -> Failure {
    let (there, what) = (found.display(), args.path.display());
    Failure::Message(if found == path {
        format!(
            "{there} already exists; use --force to overwrite it, or --dry-run to print the settings"
        )
    } else {
        format!(
            "the settings of {what} are in {there}; use --force to write separate settings for the \
             folder, or --dry-run to print them"
        )
    })
}

/// What was seen of an archive.
struct Looked {
    inferred: InferredSettings,
    /// How many pages could not be read.
    failed: u64,
    walked: Walked,
}

/// Looks at the archive below `root`. If the settings file is to be above it, `within` is the folder
/// relative to that file, with the links that support it.
fn look(
    root: &Path,
    within: Option<Inferred<String>>,
    jobs: usize,
    defaults: &Settings,
) -> Result<Looked, Failure> {
    let Walked { table, obstacles } = walk(root, jobs);
    let mut pages: Vec<FileId> = table.ids().filter(|file| is_page(table.path(*file))).collect();
    let exclude = draft_folders(&paths(&table, &pages));
    if !exclude.is_empty() {
        let patterns = exclude.iter().map(|pattern| pattern.value.clone()).collect();
        let patterns = PathPatterns::new(patterns).unwrap_or_default();
        pages.retain(|file| !patterns.matches(table.path(*file)));
    }
    let disk = Disk::new(root, &table, &obstacles);
    let nothing = Layout { event: Vec::new(), day: Vec::new() };
    let archive = Archive::new(table, nothing, defaults.resolver.clone());
    let evidence = silently(|| evidence(&archive, &pages, &disk));
    if within.is_none() {
        let mut roots = evidence.roots(&paths(&archive.paths, &pages));
        if roots.len() > 1 {
            let folders = roots.into_iter().map(|root| root.value).collect();
            return Err(refused(InitError::SeveralRoots(folders)));
        }
        if let Some(below) = roots.pop() {
            return look(&root.join(&below.value), Some(below), jobs, defaults);
        }
    }
    let mut layout = layout(root, &paths(&archive.paths, &pages), &evidence, defaults)?;
    (layout.root, layout.exclude) = (within, exclude);
    let archive = Archive::new(archive.paths, layout.layout(), archive.resolver);
    let mut aggregate = Aggregate::default();
    let make = |file, source: &_| PageSummary::read(&archive, file, source);
    let failed = silently(|| gather(&archive, &pages, &disk, make, |page| aggregate.add(page)));
    // Folders that could not be looked into may hold pages.
    let hidden = obstacles.iter().filter(|(_, obstacle)| matches!(obstacle, Obstacle::Walk(_)));
    let failed = failed + hidden.count() as u64;
    let paths = paths(&archive.paths, &pages);
    let inferred = InferredSettings::infer(&aggregate, &paths, layout, defaults);
    Ok(Looked { inferred, failed, walked: Walked { table: archive.paths, obstacles } })
}

/// Finds the rules that report most pages of an archive with the settings `written` for it at `path`.
fn frequent(path: &Path, written: &str, walked: Walked) -> Result<Vec<FrequentRule>, Failure> {
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
    let frequent = |rule: &&Rule| {
        let files = reported.get(rule.id)?;
        let shares = kinds.iter().zip(all).map(|((kind, what), all)| {
            let of = count(*kind, &mut files.iter());
            Share { of, all, what }
        });
        FrequentRule::of(rule.id, rule.summary, &shares.collect::<Vec<_>>())
    };
    Ok(rules::RULES.iter().copied().filter_map(|rule| frequent(&rule)).collect())
}

fn paths<'a>(table: &'a PathTable, pages: &[FileId]) -> Vec<&'a str> {
    pages.iter().map(|file| table.path(*file)).collect()
}

/// Reads the evidence of a sample of pages.
fn evidence(archive: &Archive, pages: &[FileId], disk: &Disk) -> DateEvidence {
    let wanted = DateEvidence::wanted(&paths(&archive.paths, pages));
    let wanted: Vec<FileId> = wanted.iter().filter_map(|path| archive.paths.file(path)).collect();
    let mut evidence = DateEvidence::default();
    let make = |file, source: &_| PageEvidence::read(archive, file, source);
    // Pages that cannot be read are counted when all are.
    gather(archive, &wanted, disk, make, |page| evidence.add(page));
    evidence
}

/// Infers the layout, and says which pages it cannot read.
fn layout(
    root: &Path,
    paths: &[&str],
    evidence: &DateEvidence,
    defaults: &Settings,
) -> Result<InferredLayout, Failure> {
    let layout = InferredLayout::infer(root, paths, &defaults.layout, evidence).map_err(refused)?;
    if let Some(repeated) = layout.repeated_year(paths) {
        say(&printable(&repeated.to_string()));
    }
    Ok(layout)
}

fn refused(error: InitError) -> Failure {
    Failure::Message(error.to_string())
}
