//! Archives in memory: their findings, and the results of their fixes.

use std::collections::BTreeMap;

use dateline::internals::archive::Archive;
use dateline::internals::archive::page_texts::PageTexts;
use dateline::internals::archive::paths::PathTable;
use dateline::internals::config::Settings;
use dateline::internals::diagnostic::{Applicability, Diagnostic};
use dateline::internals::fix::{Ending, Passes};
use dateline::internals::linter::{Linted, Linter, PageSource, ReadError, Summary};
use dateline::internals::rule::MAX_FINDINGS;
use dateline::internals::source_status::Outcome;

/// The files of an archive, by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A source of pages in memory.
pub struct Memory<'a>(pub &'a Files);

impl PageSource for Memory<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.0.get(path).cloned().ok_or_else(|| ReadError::new("it is not there"))
    }
}

/// Returns an archive of these files and of the files that fixes added.
pub fn archive(files: &Files, added: &[String], settings: &Settings) -> Archive {
    let paths = files.keys().chain(added).cloned().collect();
    let table = PathTable::new(paths, Vec::new());
    Archive::new(table, settings.layout.clone(), settings.resolver.clone())
        .with_site(settings.site.clone())
        .with_syntax(settings.syntax())
}

/// Runs the offline rules, and then passes the result to `then`.
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
        texts: PageTexts::new(archive, source),
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

/// Returns an archive and its findings.
pub fn findings(settings: &Settings, files: &Files) -> (Archive, Vec<Diagnostic>) {
    let archive = archive(files, &[], settings);
    let (found, _) = lint(settings, &archive, &Memory(files), false, finish);
    (archive, found)
}

/// Applies the fixes of the findings that `takes` accepts. `outcomes` are the outcomes of the
/// archive's sources. Returns the changed files by path, or `None` if the fixes do not terminate.
pub fn fix(
    settings: &Settings,
    files: &Files,
    outcomes: &[Outcome],
    allowed: Applicability,
    takes: &dyn Fn(&Diagnostic) -> bool,
) -> Option<Files> {
    let memory = Memory(files);
    let mut passes = Passes::new(&memory, allowed);
    let mut added: Vec<String> = Vec::new();
    loop {
        let archive = archive(files, &added, settings);
        let known = |mut linted: Linted<'_>| {
            linted.online(outcomes);
            linted.finish()
        };
        let online = !outcomes.is_empty();
        let (mut found, summary) = lint(settings, &archive, passes.workspace(), online, known);
        let progress = passes.withdraw(&found, &archive).or_else(|| {
            found.retain(takes);
            passes.advance(&found, &archive, &|_| true, summary.dropped)
        });
        let Some(progress) = progress else { break };
        added.retain(|path| !progress.removed.contains(path));
        added.extend(progress.added);
    }
    let made = passes.finish();
    let changed = made.files.into_iter().map(|file| (file.path, file.after));
    (made.ending == Ending::Settled).then(|| changed.collect())
}

/// Returns whether a finding disappears when only its fix is applied.
pub fn fix_one(settings: &Settings, files: &Files, found: &Diagnostic) -> bool {
    let memory = Memory(files);
    let mut passes = Passes::new(&memory, Applicability::Unsafe);
    let before = archive(files, &[], settings);
    let progress = passes.advance(std::slice::from_ref(found), &before, &|_| true, 0);
    let Some(progress) = progress else { return false };
    let after = archive(files, &progress.added, settings);
    let (left, _) = lint(settings, &after, passes.workspace(), false, finish);
    passes.withdraw(&left, &after).is_none()
}
