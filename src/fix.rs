//! Applying fixes: which of them go together, what a file becomes, and what a run made of an
//! archive before anything is written.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError, RwLock};

use xxhash_rust::xxh3::xxh3_128;

use crate::archive::Archive;
use crate::diagnostic::{Applicability, Diagnostic, Edit, EditTarget, Fix};
use crate::linter::PageSource;
use crate::span::{SourceText, Span};

/// How often an archive is checked anew for what one pass of fixes left, or made possible.
pub const MAX_PASSES: usize = 10;

/// Applies edits to the bytes of a file, in whatever order they are given. `None` where two of them
/// overlap, or one does not fit the text: then the file is not the one that they were made for.
#[must_use]
pub fn apply(bytes: &[u8], edits: &[&Edit]) -> Option<Vec<u8>> {
    let source = SourceText::from_bytes(bytes);
    let mut sorted = edits.to_vec();
    sorted
        .sort_by(|one, other| (one.span, &one.replacement).cmp(&(other.span, &other.replacement)));
    let mut made = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for edit in sorted {
        source.text().get(edit.span.range())?;
        let start = source.file_offset(edit.span.start) as usize;
        let end = source.file_offset(edit.span.end) as usize;
        made.extend_from_slice(bytes.get(done..start)?);
        made.extend_from_slice(edit.replacement.as_bytes());
        done = end;
    }
    made.extend_from_slice(bytes.get(done..)?);
    Some(made)
}

/// Fixes that can be made together.
#[derive(Debug, Default)]
pub struct Plan<'a> {
    /// The edits of each file.
    edits: BTreeMap<&'a EditTarget, Vec<&'a Edit>>,
    /// The findings that they mend.
    mended: Vec<&'a Diagnostic>,
}

impl<'a> Plan<'a> {
    /// Chooses among the fixes of `diagnostics`, in their order, those that are at least as sure as
    /// `allowed`, change only files that `may_change`, and do not overlap one that was chosen: the
    /// rest is for the next pass.
    #[must_use]
    pub fn new(
        diagnostics: &'a [Diagnostic],
        allowed: Applicability,
        may_change: &dyn Fn(&EditTarget) -> bool,
    ) -> Self {
        let mut plan = Self::default();
        let mut taken: BTreeMap<&EditTarget, BTreeMap<Span, BTreeSet<&str>>> = BTreeMap::new();
        for diagnostic in diagnostics {
            let Some(fix) = &diagnostic.finding.fix else { continue };
            let is_free = |edit: &Edit| {
                may_change(&edit.target)
                    && taken.get(&edit.target).is_none_or(|taken| is_free(taken, edit))
            };
            if fix.applicability > allowed || fix.edits.is_empty() || !fix.edits.iter().all(is_free)
            {
                continue;
            }
            for edit in &fix.edits {
                let taken = taken.entry(&edit.target).or_default();
                taken.entry(edit.span).or_default().insert(first_line(edit));
                plan.edits.entry(&edit.target).or_default().push(edit);
            }
            plan.mended.push(diagnostic);
        }
        plan
    }

    /// Leaves out every fix that changes one of `targets`.
    fn without(mut self, targets: &BTreeSet<EditTarget>) -> Self {
        if targets.is_empty() {
            return self;
        }
        let stays = |fix: &Fix| fix.edits.iter().all(|edit| !targets.contains(&edit.target));
        self.mended.retain(|diagnostic| diagnostic.finding.fix.as_ref().is_some_and(stays));
        self.edits.clear();
        for edit in self
            .mended
            .iter()
            .filter_map(|found| found.finding.fix.as_ref())
            .flat_map(|fix| &fix.edits)
        {
            self.edits.entry(&edit.target).or_default().push(edit);
        }
        self
    }
}

/// Whether an edit keeps clear of all that are taken. Where two only touch, their order could
/// matter, unless both take something out. Two insertions at one place go together if they are of
/// one kind, so that their order does not matter, and do not begin alike: what both want to begin is
/// to be begun once.
fn is_free(taken: &BTreeMap<Span, BTreeSet<&str>>, edit: &Edit) -> bool {
    let span = edit.span;
    let clear = |(other, begun): (&Span, &BTreeSet<&str>)| {
        let touches = span.start <= other.end && other.start <= span.end;
        if span.is_empty() && *other == span {
            let line = first_line(edit);
            // Those that were begun are of one kind already, so one of them tells it.
            let is_of_a_kind = |begun: &&str| marks(begun) == marks(line);
            return !begun.contains(line) && begun.first().is_none_or(is_of_a_kind);
        }
        let both_take = !span.is_empty() && !other.is_empty();
        !touches || (both_take && (span.end == other.start || other.end == span.start))
    };
    // The spans do not overlap each other, so only the neighbours can be in the way.
    let before = taken.range(..=span).rev().take(2);
    let behind = taken.range(span..).take(2);
    before.chain(behind).all(clear)
}

/// What a line begins with: the marks of a heading, say.
fn marks(line: &str) -> &str {
    let end = line.find(|char: char| char.is_alphanumeric() || char.is_whitespace() || char == '[');
    &line[..end.unwrap_or(line.len())]
}

/// The first line of what an edit puts in.
fn first_line(edit: &Edit) -> &str {
    edit.replacement.trim_start().lines().next().unwrap_or_default()
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// Its path from the archive's root.
    pub path: String,
    /// What it was; none if it was not there.
    pub before: Option<Vec<u8>>,
    /// What it is to be.
    pub after: Vec<u8>,
}

/// An archive as the fixes so far have made it; nothing of it is written.
pub struct Workspace<'a> {
    source: &'a dyn PageSource,
    /// A hash of each file, as it was when it was first read.
    seen: Mutex<HashMap<String, u128>>,
    mended: RwLock<BTreeMap<String, Mended>>,
    /// Files that changed between two looks at them, which are left alone.
    changed: Mutex<BTreeSet<String>>,
    /// How many findings of each rule are mended.
    counts: BTreeMap<&'static str, u64>,
}

impl<'a> Workspace<'a> {
    /// The archive as it is.
    #[must_use]
    pub fn new(source: &'a dyn PageSource) -> Self {
        Self {
            source,
            seen: Mutex::default(),
            mended: RwLock::default(),
            changed: Mutex::default(),
            counts: BTreeMap::new(),
        }
    }

    /// Makes the fixes of a plan. Returns the paths of the files that it adds; none if there was
    /// nothing to do, and so nothing more will come of another pass.
    pub fn carry_out(&mut self, plan: Plan<'_>, archive: &Archive) -> Option<Vec<String>> {
        let (mut made, lost) = self.make_all(&plan, archive);
        let plan = plan.without(&lost);
        if !lost.is_empty() {
            // With the fix, its edits of other files are left out too.
            (made, _) = self.make_all(&plan, archive);
        }
        let mended = self.mended.get_mut().unwrap_or_else(PoisonError::into_inner);
        let mut added = Vec::new();
        let mut changes = false;
        for (path, new) in made {
            let old = mended.get(&path).map(|old| &old.after).or(new.before.as_ref());
            changes |= old != Some(&new.after);
            if new.before.is_none() && !mended.contains_key(&path) {
                added.push(path.clone());
            }
            match mended.get_mut(&path) {
                Some(old) => old.after = new.after,
                None => {
                    mended.insert(path, new);
                }
            }
        }
        for diagnostic in plan.mended.iter().filter(|_| changes) {
            *self.counts.entry(diagnostic.rule).or_default() += 1;
        }
        changes.then_some(added)
    }

    /// What the files of a plan become, by their paths, and those that it was not made for.
    fn make_all(
        &self,
        plan: &Plan<'_>,
        archive: &Archive,
    ) -> (BTreeMap<String, Mended>, BTreeSet<EditTarget>) {
        let mut made = BTreeMap::new();
        let mut lost = BTreeSet::new();
        for (&target, edits) in &plan.edits {
            match self.make(target, edits, archive) {
                Some(mended) => {
                    made.insert(mended.path.clone(), mended);
                }
                None => {
                    lost.insert(target.clone());
                }
            }
        }
        (made, lost)
    }

    /// What a file becomes; none if it is not the one that the edits were made for.
    fn make(&self, target: &EditTarget, edits: &[&Edit], archive: &Archive) -> Option<Mended> {
        let file = match target {
            EditTarget::File(file) => *file,
            EditTarget::New(path) => {
                let after = edits.first()?.replacement.clone().into_bytes();
                return Some(Mended { path: path.clone(), before: None, after });
            }
        };
        let path = archive.path(file);
        let bytes = self.read(path).ok()?;
        if self.is_changed(path) {
            return None;
        }
        let after = apply(&bytes, edits)?;
        Some(Mended { path: path.to_owned(), before: Some(bytes), after })
    }

    fn is_changed(&self, path: &str) -> bool {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).contains(path)
    }

    /// The files that the fixes change, in order of their paths, and those that were left alone
    /// because somebody else changed them meanwhile; and how many findings of each rule are mended.
    #[must_use]
    pub fn finish(self) -> (Vec<Mended>, BTreeSet<String>, BTreeMap<&'static str, u64>) {
        let mended = self.mended.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mended = mended.into_values().filter(|file| file.before.as_ref() != Some(&file.after));
        let changed = self.changed.into_inner().unwrap_or_else(PoisonError::into_inner);
        (mended.collect(), changed, self.counts)
    }
}

impl PageSource for Workspace<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let mended = self.mended.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = mended.get(path) {
            return Ok(file.after.clone());
        }
        let bytes = self.source.read(path)?;
        let hash = xxh3_128(&bytes);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen.entry(path.to_owned()).or_insert(hash) != hash {
            let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
            changed.insert(path.to_owned());
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::archive::layout::Layout;
    use crate::archive::paths::PathTable;
    use crate::archive::resolve::Resolver;
    use crate::diagnostic::{Finding, Severity};
    use crate::span::FileId;

    /// Pages of which the first one changes each time it is read.
    struct Restless(AtomicU32);

    impl PageSource for Restless {
        fn read(&self, path: &str) -> Result<Vec<u8>, String> {
            let look = if path == "a.md" { self.0.fetch_add(1, Ordering::Relaxed) } else { 0 };
            Ok(format!("page {look}").into_bytes())
        }
    }

    fn archive() -> Archive {
        let paths = ["a.md", "b.md"].map(str::to_owned).to_vec();
        let layout = Layout { event: Vec::new(), day: Vec::new() };
        Archive::new(PathTable::new(paths, Vec::new()), layout, Resolver::default())
    }

    fn finding(edits: Vec<Edit>) -> Diagnostic {
        let finding = Finding::new(Span::default(), "x").fix(Fix::safe("mend", edits));
        Diagnostic { rule: "text/x", severity: Severity::Error, file: FileId(0), finding }
    }

    fn replacing(file: u32, start: usize, end: usize, text: &str) -> Edit {
        Edit::replace(FileId(file), Span::new(start, end), text)
    }

    #[test]
    fn a_file_that_changed_since_it_was_read_is_left_alone_with_the_whole_fix() {
        let source = Restless(AtomicU32::new(0));
        let mut workspace = Workspace::new(&source);
        workspace.read("a.md").expect("a page");
        workspace.read("b.md").expect("a page");
        let found = [
            finding(vec![replacing(0, 0, 4, "leaf"), replacing(1, 0, 4, "leaf")]),
            finding(vec![replacing(1, 5, 6, "one")]),
        ];
        let plan = Plan::new(&found, Applicability::Safe, &|_| true);
        assert_eq!(workspace.carry_out(plan, &archive()), Some(Vec::new()));
        let (mended, changed, counts) = workspace.finish();
        let files: Vec<_> = mended.iter().map(|file| (&*file.path, &*file.after)).collect();
        assert_eq!(files, [("b.md", &b"page one"[..])]);
        assert!(changed.contains("a.md"));
        assert_eq!(counts["text/x"], 1);
    }

    #[test]
    fn fixes_that_overlap_wait_and_so_do_insertions_that_begin_alike() {
        let planned = |edits: &[Vec<Edit>]| {
            let found: Vec<_> = edits.iter().cloned().map(finding).collect();
            Plan::new(&found, Applicability::Safe, &|_| true).mended.len()
        };
        let at = |start, end, text| vec![replacing(0, start, end, text)];
        assert_eq!(planned(&[at(0, 4, ""), at(3, 6, "")]), 1);
        assert_eq!(planned(&[at(0, 4, ""), at(4, 6, "")]), 2);
        assert_eq!(planned(&[at(0, 4, ""), at(4, 4, "x")]), 1);
        assert_eq!(planned(&[at(4, 4, "x\n"), at(4, 4, "y\n")]), 2);
        assert_eq!(planned(&[at(4, 4, "x\n1\n"), at(4, 4, "x\n2\n")]), 1);
        assert_eq!(planned(&[at(4, 4, "# x\n"), at(4, 4, "## y\n")]), 1);
        let both = vec![replacing(0, 0, 1, ""), replacing(0, 8, 9, "")];
        assert_eq!(planned(&[at(8, 9, "x"), both, at(0, 1, "y")]), 2, "all of a fix or nothing");
    }

    #[test]
    fn edits_that_overlap_or_do_not_fit_are_not_applied() {
        let apply = |edits: &[Edit]| super::apply(b"page", &edits.iter().collect::<Vec<_>>());
        assert_eq!(apply(&[replacing(0, 0, 3, ""), replacing(0, 2, 4, "")]), None);
        assert_eq!(apply(&[replacing(0, 2, 9, "")]), None);
        assert_eq!(apply(&[replacing(0, 4, 4, "s")]), Some(b"pages".to_vec()));
    }
}
