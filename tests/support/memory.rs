//! Archives in memory: what is found in them, and what fixes make of them.

use std::collections::BTreeMap;

use dateline::archive::Archive;
use dateline::archive::paths::PathTable;
use dateline::config::Settings;
use dateline::diagnostic::{Applicability, Diagnostic};
use dateline::fix::{MAX_PASSES, Plan, Workspace};
use dateline::linter::{Linted, Linter, PageSource, Summary};
use dateline::rule::MAX_FINDINGS;
use dateline::verdict::Outcome;

/// The files of an archive, by their paths.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Pages from memory.
pub struct Memory<'a>(pub &'a Files);

impl PageSource for Memory<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0.get(path).cloned().ok_or_else(|| "it is not there".to_owned())
    }
}

/// An archive of these files and some that fixes added.
pub fn archive(files: &Files, added: &[String], settings: &Settings) -> Archive {
    let paths = files.keys().chain(added).cloned().collect();
    let table = PathTable::new(paths, Vec::new());
    Archive::new(table, settings.layout.clone(), settings.resolver.clone())
}

/// Runs the offline rules, and then `then` on what is known.
pub fn lint<T>(
    settings: &Settings,
    archive: &Archive,
    source: &dyn PageSource,
    online: bool,
    then: impl FnOnce(Linted<'_>) -> T,
) -> T {
    let today = jiff::civil::date(2020, 1, 1);
    let linter = Linter {
        settings,
        archive,
        obstacles: &[],
        source,
        today,
        online,
        conclusive: online,
        most_findings: MAX_FINDINGS,
    };
    let pages: Vec<_> = archive.paths.ids().collect();
    then(linter.run(&pages))
}

fn finish(linted: Linted<'_>) -> (Vec<Diagnostic>, Summary) {
    linted.finish()
}

/// What is found in an archive.
pub fn findings(settings: &Settings, files: &Files) -> (Archive, Vec<Diagnostic>) {
    let archive = archive(files, &[], settings);
    let (found, _) = lint(settings, &archive, &Memory(files), false, finish);
    (archive, found)
}

/// What the fixes of the findings that `takes` make of an archive of whose sources `outcomes` are
/// known: the files that change, by their paths. None if there is no end to it.
pub fn fix(
    settings: &Settings,
    files: &Files,
    outcomes: &[Outcome],
    allowed: Applicability,
    takes: &dyn Fn(&Diagnostic) -> bool,
) -> Option<Files> {
    let memory = Memory(files);
    let mut workspace = Workspace::new(&memory);
    let mut added: Vec<String> = Vec::new();
    for _ in 0..MAX_PASSES {
        let archive = archive(files, &added, settings);
        let known = |mut linted: Linted<'_>| {
            linted.online(outcomes);
            linted.finish()
        };
        let online = !outcomes.is_empty();
        let (mut found, _) = lint(settings, &archive, &workspace, online, known);
        found.retain(takes);
        let plan = Plan::new(&found, allowed, &|_| true);
        let Some(new) = workspace.carry_out(plan, &archive) else {
            let (mended, ..) = workspace.finish();
            return Some(mended.into_iter().map(|file| (file.path, file.after)).collect());
        };
        added.extend(new);
    }
    None
}
