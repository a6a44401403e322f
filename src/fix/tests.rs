//! Tests of passes, of plans, and of edits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};

use super::plan::FixPlan;
use super::*;
use crate::archive::Archive;
use crate::archive::layout::Layout;
use crate::archive::page_source::{PageSource, ReadError};
use crate::archive::paths::PathTable;
use crate::archive::resolve::Resolver;
use crate::diagnostic::{Applicability, Diagnostic, Edit, EditTarget, Finding, Fix, Severity};
use crate::span::{FileId, Span};

/// A source whose page `a.md` changes each time it is read.
struct Restless(AtomicU32);

impl PageSource for Restless {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
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
    let finding = Finding::new(Span::default(), "x").fix(Fix::safe("fix", edits));
    Diagnostic {
        rule: "text/x",
        severity: Severity::Error,
        file: FileId(0),
        finding: finding.into(),
    }
}

fn replacing(file: u32, start: usize, end: usize, text: &str) -> Edit {
    Edit::replace(FileId(file), Span::new(start, end), text)
}

#[test]
fn a_file_that_changed_since_it_was_read_is_left_alone_with_the_whole_fix() {
    let source = Restless(AtomicU32::new(0));
    let mut passes = Passes::new(&source, Applicability::Safe);
    passes.workspace().read("a.md").expect("a page");
    passes.workspace().read("b.md").expect("a page");
    let found = [
        finding(vec![replacing(0, 0, 4, "leaf"), replacing(1, 0, 4, "leaf")]),
        finding(vec![replacing(1, 5, 6, "one")]),
    ];
    assert_eq!(advance(&mut passes, &found), Some(FileChanges::default()));
    assert_eq!(passes.withdraw(&[], &archive()), None);
    let fixes = passes.finish();
    assert_eq!(contents(&fixes), [("b.md", "page one")]);
    assert!(fixes.changed.contains("a.md"));
    assert_eq!(counts(&fixes)["text/x"], 1);
}

/// A source in which every page contains its own path.
struct Still;

impl PageSource for Still {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        Ok(path.as_bytes().to_vec())
    }
}

fn advance(passes: &mut Passes<'_>, found: &[Diagnostic]) -> Option<FileChanges> {
    passes.advance(found, &archive(), &|_| true, 0)
}

fn counts(fixes: &Fixes) -> BTreeMap<&'static str, u64> {
    fixes.counts(&BTreeSet::new())
}

fn contents(fixes: &Fixes) -> Vec<(&str, &str)> {
    let content = |bytes| std::str::from_utf8(bytes).expect("text");
    fixes.files.iter().map(|file| (&*file.path, content(&file.after))).collect()
}

/// Returns a finding with its own message and place.
fn finding_at(start: usize, message: &str, edits: Vec<Edit>) -> Diagnostic {
    let found = Finding::new(Span::new(start, start + 1), message);
    Diagnostic { finding: found.fix(Fix::safe("fix it", edits)).into(), ..finding(Vec::new()) }
}

#[test]
fn a_fix_that_shows_no_effect_is_taken_back_and_tried_once_more() {
    let mut passes = Passes::new(&Still, Applicability::Safe);
    let deaf = finding_at(0, "deaf", vec![replacing(1, 4, 4, "!")]);
    let found = [deaf.clone(), finding_at(1, "fixed", vec![replacing(0, 2, 2, "+")])];
    assert_eq!(advance(&mut passes, &found), Some(FileChanges::default()));
    // The text of the page has not changed, so the finding is reported at the same place.
    assert_eq!(
        passes.withdraw(std::slice::from_ref(&deaf), &archive()),
        Some(FileChanges::default())
    );
    assert_eq!(passes.workspace().read("b.md"), Ok(b"b.md".to_vec()));
    assert_eq!(passes.withdraw(std::slice::from_ref(&deaf), &archive()), None);
    assert!(advance(&mut passes, std::slice::from_ref(&deaf)).is_some());
    assert!(passes.withdraw(std::slice::from_ref(&deaf), &archive()).is_some());
    assert_eq!(passes.withdraw(std::slice::from_ref(&deaf), &archive()), None);
    assert_eq!(advance(&mut passes, &[deaf]), None);
    let fixes = passes.finish();
    assert_eq!(contents(&fixes), [("a.md", "a.+md")]);
    assert_eq!(counts(&fixes)["text/x"], 1);
    assert!(fixes.ineffective.contains(&("a.md".to_owned(), "text/x")));
    assert_eq!(fixes.ending, Ending::Settled);
}

/// The same source, without the page `c.md`.
struct Two;

impl PageSource for Two {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if path == "c.md" { Err(ReadError::new("gone")) } else { Still.read(path) }
    }
}

#[test]
fn a_new_file_that_shows_no_effect_is_not_made() {
    let mut passes = Passes::new(&Still, Applicability::Safe);
    let edit = Edit::create("c.md".to_owned(), "new".to_owned());
    let found = finding_at(0, "deaf", vec![edit]);
    let added = |path: &str| vec![path.to_owned()];
    let mut real = Passes::new(&Two, Applicability::Safe);
    let progress = advance(&mut real, std::slice::from_ref(&found)).expect("a pass");
    assert_eq!(progress, FileChanges { added: added("c.md"), removed: Vec::new() });
    let progress = real.withdraw(std::slice::from_ref(&found), &archive()).expect("a withdrawal");
    assert_eq!(progress, FileChanges { added: Vec::new(), removed: added("c.md") });
    assert_eq!(contents(&real.finish()), []);
    // A fix that creates a file does not replace an existing file.
    assert_eq!(advance(&mut passes, &[found]).map(|progress| progress.added), Some(Vec::new()));
}

#[test]
fn pages_whose_fixes_undo_each_other_are_left_as_they_were() {
    let mut passes = Passes::new(&Still, Applicability::Safe);
    let turn = |from: &str, to: &str| finding_at(1, from, vec![replacing(0, 0, 1, to)]);
    let mut other = finding_at(2, "fine", vec![replacing(1, 0, 1, "B")]);
    other.file = FileId(1);
    assert!(advance(&mut passes, &[turn("a", "x"), other]).is_some());
    assert_eq!(passes.withdraw(&[], &archive()), None);
    assert_eq!(advance(&mut passes, &[turn("x", "a")]), Some(FileChanges::default()));
    // Fixes of other pages continue.
    let mut later = finding_at(3, "later", vec![replacing(1, 1, 2, "-")]);
    later.file = FileId(1);
    assert!(advance(&mut passes, &[turn("a", "x"), later]).is_some());
    assert_eq!(passes.withdraw(&[], &archive()), None);
    assert_eq!(advance(&mut passes, &[turn("a", "x")]), None);
    let fixes = passes.finish();
    assert_eq!(contents(&fixes), [("b.md", "B-md")]);
    assert_eq!(counts(&fixes)["text/x"], 2);
    assert_eq!(fixes.ending, Ending::Unsettled(["a.md".to_owned()].into()));
}

#[test]
fn pages_whose_fixes_never_end_are_left_as_they_were_with_what_follows_from_them() {
    let mut passes = Passes::new(&Still, Applicability::Safe);
    let mut made = 0;
    loop {
        let mut grows = finding_at(0, &format!("grows {made}"), vec![replacing(0, 0, 0, "x")]);
        if made == 3 {
            grows.finding.fix =
                Some(Fix::safe("both", vec![replacing(0, 0, 0, "x"), replacing(1, 0, 1, "B")]));
        }
        match advance(&mut passes, &[grows]) {
            Some(_) => assert_eq!(passes.withdraw(&[], &archive()), None),
            None => break,
        }
        made += 1;
    }
    assert_eq!(made, 11, "ten passes, and one that takes them back");
    let fixes = passes.finish();
    assert_eq!(contents(&fixes), []);
    assert!(counts(&fixes).is_empty());
    assert_eq!(fixes.ending, Ending::Unsettled(["a.md".to_owned(), "b.md".to_owned()].into()));
}

#[test]
fn passes_over_more_findings_than_a_run_keeps_are_no_defect() {
    let mut passes = Passes::new(&Still, Applicability::Safe);
    let mut made = 0_u64;
    let archive = archive();
    loop {
        let shrinks = finding_at(0, &format!("shrinks {made}"), vec![replacing(0, 0, 0, "x")]);
        if passes.advance(&[shrinks], &archive, &|_: &EditTarget| true, 200 - made).is_none() {
            break;
        }
        assert_eq!(passes.withdraw(&[], &archive), None);
        made += 1;
    }
    let fixes = passes.finish();
    assert_eq!((made, counts(&fixes)["text/x"]), (100, 100));
    assert_eq!(fixes.ending, Ending::Unfinished);
}

#[test]
fn passes_beside_findings_that_nothing_fixes_are_bounded() {
    let mut passes = Passes::new(&Still, Applicability::Safe);
    let archive = archive();
    for pass in 0.. {
        let grows = finding_at(0, &format!("grows {pass}"), vec![replacing(0, 0, 0, "x")]);
        if passes.advance(&[grows], &archive, &|_: &EditTarget| true, 1).is_none() {
            break;
        }
        assert_eq!(passes.withdraw(&[], &archive), None);
        assert!(pass < 20);
    }
    let fixes = passes.finish();
    assert_eq!(contents(&fixes), []);
    assert_eq!(fixes.ending, Ending::Unsettled(["a.md".to_owned()].into()));
}

#[test]
fn fixes_that_overlap_wait_and_so_do_insertions_that_begin_alike() {
    let planned = |edits: &[Vec<Edit>]| {
        let found: Vec<_> = edits.iter().cloned().map(finding).collect();
        FixPlan::new(&found, Applicability::Safe, &|_| true, &|_| true).fixes.len()
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
