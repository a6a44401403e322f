//! Applies fixes in passes: each pass fixes the findings that are left after the previous one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_128;

use super::apply::edited;
use super::effect::{FindingIndex, Shifts};
use super::plan::FixPlan;
use super::workspace::{FixedFile, Workspace};
use crate::archive::Archive;
use crate::diagnostic::{Applicability, Diagnostic, Edit, EditTarget};
use crate::linter::PageSource;
use crate::span::Span;

/// The maximum number of passes that count. If fixes need more, a rule has a defect. A run keeps a
/// limited number of findings per page and drops the rest. As long as the number of dropped
/// findings falls from run to run, the passes do not count.
const MAX_PASSES: usize = 10;

/// The maximum number of passes, including those that do not count towards [`MAX_PASSES`].
const MAX_PASSES_IN_ALL: usize = 100;

/// The maximum number of attempts at a fix that has no effect. Another fix of the same pass may
/// have prevented the first attempt.
const MAX_TRIES: usize = 2;

/// The maximum number of times in one pass that only the fixes without effect are reverted. If
/// another fix of the pass has no effect after that, the whole pass is reverted.
const MAX_WITHDRAWALS: usize = 3;

/// The files that a pass added to the archive or removed again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileChanges {
    /// The paths of new files.
    pub added: Vec<String>,
    /// The paths of files that an earlier pass added and that are no longer needed.
    pub removed: Vec<String>,
}

/// The reason why there are no more passes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// Nothing is left to fix.
    #[default]
    Settled,
    /// More findings are left than the passes could fix. Another run can fix them.
    Unfinished,
    /// The fixes of these pages undo each other or never end, because a rule has a defect. The
    /// pages are left unchanged.
    Unsettled(BTreeSet<String>),
}

/// The result of all passes.
#[derive(Debug)]
pub struct Fixes {
    /// The changed files, in order of their paths.
    pub files: Vec<FixedFile>,
    /// The files that another program changed in the meantime. They are not fixed.
    pub changed: BTreeSet<String>,
    /// The rule of each fixed finding, and the paths of the files that its fix changes.
    pub made: Vec<(&'static str, BTreeSet<String>)>,
    /// The page and the rule of each finding whose fix had no effect. These fixes are reverted.
    pub ineffective: BTreeSet<(String, &'static str)>,
    /// The reason why there are no more passes.
    pub ending: Ending,
}

impl Fixes {
    /// Returns the number of fixed findings for each rule. Fixes that change any of the files in
    /// `left` do not count.
    #[must_use]
    pub fn counts(&self, left: &BTreeSet<String>) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for (rule, _) in self.made.iter().filter(|(_, targets)| targets.is_disjoint(left)) {
            *counts.entry(*rule).or_default() += 1;
        }
        counts
    }
}

/// Applies fixes, pass after pass. Between two calls of [`advance`](Self::advance), the caller
/// lints the archive of [`workspace`](Self::workspace) again.
pub struct Passes<'a> {
    workspace: Workspace<'a>,
    allowed: Applicability,
    /// The last pass, whose fixes are not verified yet.
    pass: Option<Pass>,
    /// The number of times that fixes of the last pass were reverted.
    withdrawals: usize,
    /// The verified fixes.
    made: Vec<Made>,
    /// How often fixes were reverted, by the page, rule and message of their finding.
    withdrawn: HashMap<(String, &'static str, String), usize>,
    /// The hashes of all earlier contents of each changed file. If a file returns to an earlier
    /// content, its fixes undo each other.
    states: HashMap<String, HashSet<u128>>,
    /// The number of passes that count towards [`MAX_PASSES`].
    counted: usize,
    /// The number of all passes.
    total: usize,
    /// The number of findings that the last run did not keep.
    dropped: u64,
    /// The pages whose fixes undo each other or never end. They are left unchanged.
    unsettled: BTreeSet<String>,
    is_unfinished: bool,
}

/// The fixes of one pass.
struct Pass {
    fixes: Vec<Applied>,
    /// The content of each file at the start of the pass, or `None` for a new file.
    before: BTreeMap<String, Option<Vec<u8>>>,
}

/// A fix that was applied, and the properties that identify its finding.
struct Applied {
    made: Made,
    span: Span,
    message: String,
    edits: Vec<(String, Edit)>,
}

/// The summary of an applied fix.
struct Made {
    rule: &'static str,
    /// The page of the finding.
    path: String,
    /// The files that the finding's labels point at. The fix may copy text from them.
    sources: Vec<String>,
    /// The files that the fix changes.
    targets: BTreeSet<String>,
}

impl Pass {
    /// Returns the new content of each file, except for files that the edits do not fit.
    fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let files = by_file(&self.fixes).into_iter().filter_map(|(path, edits)| {
            let before = self.before.get(path)?.as_deref();
            Some((path.to_owned(), edited(before, &edits)?))
        });
        files.collect()
    }
}

impl Applied {
    fn new(diagnostic: &Diagnostic, edits: &[Edit], archive: &Archive) -> Self {
        let finding = &diagnostic.finding;
        let edits: Vec<_> =
            edits.iter().map(|edit| (target_path(&edit.target, archive), edit.clone())).collect();
        let labels = finding.labels.iter();
        let made = Made {
            rule: diagnostic.rule,
            path: archive.path(diagnostic.file).to_owned(),
            sources: labels.map(|label| archive.path(label.file).to_owned()).collect(),
            targets: edits.iter().map(|(path, _)| path.clone()).collect(),
        };
        Self { made, span: finding.span, message: finding.message.clone(), edits }
    }
}

impl<'a> Passes<'a> {
    /// Creates passes over the archive in `source`, with fixes up to the applicability `allowed`.
    #[must_use]
    pub fn new(source: &'a dyn PageSource, allowed: Applicability) -> Self {
        Self {
            workspace: Workspace::new(source),
            allowed,
            pass: None,
            withdrawals: 0,
            made: Vec::new(),
            withdrawn: HashMap::new(),
            states: HashMap::new(),
            counted: 0,
            total: 0,
            dropped: u64::MAX,
            unsettled: BTreeSet::new(),
            is_unfinished: false,
        }
    }

    /// Returns the archive as changed by the fixes so far.
    #[must_use]
    pub fn workspace(&self) -> &Workspace<'a> {
        &self.workspace
    }

    /// Reverts the fixes of the last pass whose findings still occur in `found`, the findings of a
    /// new run. Returns `None` if all fixes had an effect. Otherwise, the caller must lint the
    /// archive again.
    pub fn withdraw(&mut self, found: &[Diagnostic], archive: &Archive) -> Option<FileChanges> {
        let mut pass = self.pass.take()?;
        let found = FindingIndex::new(found);
        let shifts: HashMap<&str, Shifts> = by_file(&pass.fixes)
            .into_iter()
            .map(|(path, edits)| (path, Shifts::new(&edits)))
            .collect();
        let fails = |fix: &Applied| {
            let path = &*fix.made.path;
            archive.paths.file(path).is_some_and(|file| {
                found.holds(file, fix.made.rule, fix.span, &fix.message, shifts.get(path))
            })
        };
        let failed: Vec<bool> = pass.fixes.iter().map(fails).collect();
        if !failed.contains(&true) {
            self.withdrawals = 0;
            self.made.extend(pass.fixes.into_iter().map(|fix| fix.made));
            return None;
        }
        self.withdrawals += 1;
        let is_last = self.withdrawals > MAX_WITHDRAWALS;
        let mut failed = failed.into_iter();
        let withdrawn: Vec<Applied> =
            pass.fixes.extract_if(.., |_| failed.next() == Some(true) || is_last).collect();
        let touched: BTreeSet<&String> =
            withdrawn.iter().flat_map(|fix| &fix.made.targets).collect();
        let left = by_file(&pass.fixes);
        let mut progress = FileChanges::default();
        for path in touched {
            let before = pass.before.get(path).and_then(Option::as_deref);
            let edits = left.get(&**path);
            let content = edits
                .and_then(|edits| edited(before, edits))
                .or_else(|| before.map(<[u8]>::to_vec));
            if content.is_none() {
                progress.removed.push(path.clone());
            }
            self.workspace.set(path, before, content);
        }
        for fix in withdrawn {
            *self.withdrawn.entry((fix.made.path, fix.made.rule, fix.message)).or_default() += 1;
        }
        if !pass.fixes.is_empty() {
            self.pass = Some(pass);
        }
        Some(progress)
    }

    /// Applies the fixes of `diagnostics` that do not conflict. Returns `None` if no further pass
    /// is needed or allowed. Otherwise, the caller must lint the archive again. `dropped` is the
    /// number of findings that the run did not keep.
    pub fn advance(
        &mut self,
        diagnostics: &[Diagnostic],
        archive: &Archive,
        may_change: &dyn Fn(&EditTarget) -> bool,
        dropped: u64,
    ) -> Option<FileChanges> {
        let may_fix = |found: &Diagnostic| !self.is_refused(found, archive);
        let may_change = |target: &EditTarget| {
            may_change(target)
                && (self.unsettled.is_empty()
                    || !self.unsettled.contains(&target_path(target, archive)))
        };
        let plan = FixPlan::new(diagnostics, self.allowed, &may_fix, &may_change);
        let (pass, made) = self.prepare(&plan, archive)?;
        // If the number of dropped findings falls, the passes make progress and will end.
        self.counted += usize::from(dropped == 0 || dropped >= self.dropped);
        self.dropped = dropped;
        self.total += 1;
        if self.total > MAX_PASSES_IN_ALL {
            self.is_unfinished = true;
            return None;
        }
        let returns = |path: &String, content: &Vec<u8>| {
            self.states.get(path).is_some_and(|states| states.contains(&xxh3_128(content)))
        };
        let is_last = self.counted > MAX_PASSES;
        let unsettled = made.iter().filter(|(path, content)| is_last || returns(path, content));
        let unsettled: BTreeSet<String> = unsettled.map(|(path, _)| path.clone()).collect();
        if !unsettled.is_empty() {
            return Some(self.give_up(unsettled));
        }
        let mut progress = FileChanges::default();
        let mut changes = false;
        for (path, content) in made {
            let before = pass.before[&path].as_deref();
            let states = self.states.entry(path.clone()).or_default();
            states.extend(before.map(xxh3_128));
            changes |= self.workspace.set(&path, before, Some(content));
            if before.is_none() {
                progress.added.push(path);
            }
        }
        self.pass = Some(pass);
        changes.then_some(progress)
    }

    /// Returns whether the fix of a finding has already been tried too often.
    fn is_refused(&self, found: &Diagnostic, archive: &Archive) -> bool {
        !self.withdrawn.is_empty() && {
            let path = archive.path(found.file).to_owned();
            let times = self.withdrawn.get(&(path, found.rule, found.finding.message.clone()));
            times.is_some_and(|times| *times >= MAX_TRIES)
        }
    }

    /// Returns the fixes of a plan whose files have not changed since they were read, and the new
    /// contents of these files. Returns `None` if there are no such fixes.
    fn prepare(
        &self,
        plan: &FixPlan<'_>,
        archive: &Archive,
    ) -> Option<(Pass, BTreeMap<String, Vec<u8>>)> {
        let fixes = plan.fixes.iter();
        let fixes = fixes.map(|(found, fix)| Applied::new(found, &fix.edits, archive)).collect();
        let mut pass = Pass { fixes, before: BTreeMap::new() };
        let mut lost = BTreeSet::new();
        for (path, edit) in pass.fixes.iter().flat_map(|fix| &fix.edits) {
            if pass.before.contains_key(path) || lost.contains(path) {
                continue;
            }
            match (self.workspace.content(path), &edit.target) {
                (Some(content), _) => drop(pass.before.insert(path.clone(), Some(content))),
                (None, EditTarget::New(_)) => drop(pass.before.insert(path.clone(), None)),
                (None, EditTarget::File(_)) => drop(lost.insert(path.clone())),
            }
        }
        let mut contents = pass.contents();
        lost.extend(pass.before.keys().filter(|path| !contents.contains_key(*path)).cloned());
        if !lost.is_empty() {
            // A fix is applied completely or not at all, so drop every fix that changes a lost
            // file.
            pass.fixes.retain(|fix| fix.made.targets.is_disjoint(&lost));
            contents = pass.contents();
        }
        (!pass.fixes.is_empty()).then_some((pass, contents))
    }

    /// Reverts all fixes of `pages`, whose fixes undo each other or never end, and all fixes that
    /// depend on them. The fixes of other pages continue.
    fn give_up(&mut self, pages: BTreeSet<String>) -> FileChanges {
        let mut by_path: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, made) in self.made.iter().enumerate() {
            let concerned = made.sources.iter().chain([&made.path]).chain(&made.targets);
            for path in concerned {
                by_path.entry(path).or_default().push(index);
            }
        }
        let mut taken_back = vec![false; self.made.len()];
        let mut concerned = pages.clone();
        let mut ahead: Vec<String> = pages.into_iter().collect();
        while let Some(path) = ahead.pop() {
            for index in by_path.remove(&*path).unwrap_or_default() {
                taken_back[index] = true;
                for target in &self.made[index].targets {
                    if concerned.insert(target.clone()) {
                        ahead.push(target.clone());
                    }
                }
            }
        }
        let mut progress = FileChanges::default();
        for path in &concerned {
            if self.workspace.reset(path) {
                progress.removed.push(path.clone());
            }
        }
        let mut taken_back = taken_back.into_iter();
        self.made.retain(|_| taken_back.next() != Some(true));
        self.unsettled.extend(concerned);
        progress
    }

    /// Returns the result of all passes.
    #[must_use]
    pub fn finish(self) -> Fixes {
        let ending = if !self.unsettled.is_empty() {
            Ending::Unsettled(self.unsettled)
        } else if self.is_unfinished {
            Ending::Unfinished
        } else {
            Ending::Settled
        };
        let refused = self.withdrawn.into_iter().filter(|(_, times)| *times >= MAX_TRIES);
        let (files, changed) = self.workspace.finish();
        Fixes {
            files,
            changed,
            made: self.made.into_iter().map(|made| (made.rule, made.targets)).collect(),
            ineffective: refused.map(|((path, rule, _), _)| (path, rule)).collect(),
            ending,
        }
    }
}

/// Groups the edits of fixes by the path of the file that they change.
fn by_file(fixes: &[Applied]) -> BTreeMap<&str, Vec<&Edit>> {
    let mut edits: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for (path, edit) in fixes.iter().flat_map(|fix| &fix.edits) {
        edits.entry(path).or_default().push(edit);
    }
    edits
}

fn target_path(target: &EditTarget, archive: &Archive) -> String {
    match target {
        EditTarget::File(file) => archive.path(*file).to_owned(),
        EditTarget::New(path) => path.clone(),
    }
}
