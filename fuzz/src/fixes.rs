//! The fixes of a small archive: they terminate, a second run changes nothing, and no entry is
//! added twice.

use std::cell::RefCell;
use std::collections::BTreeSet;

use dateline::internals::config::Settings;
use dateline::internals::diagnostic::{Applicability, Diagnostic, EditTarget};

use super::archives::{self, shown};
use super::findings::all_rules;
use super::memory::{self, Files};

/// Fixes an archive, first with safe fixes only and then with all fixes.
pub fn check(data: &[u8]) {
    let files = archives::read(data);
    let mut settings = archives::settings(&files);
    settings.rules.select_only(all_rules());
    check_fixes(&settings, &files, Applicability::Safe);
    check_fixes(&settings, &files, Applicability::Unsafe);
}

fn check_fixes(settings: &Settings, files: &Files, allowed: Applicability) {
    let entries = RefCell::default();
    let is_named = RefCell::default();
    let takes = |found: &Diagnostic| {
        note(found, &entries, &is_named);
        true
    };
    let Some(changed) = memory::fix(settings, files, &[], allowed, &takes) else {
        panic!("the {} fixes come to no end\n{}", allowed.name(), shown(files));
    };
    let mut after = files.clone();
    after.extend(changed.clone());
    let report = || format!("{}becomes\n{}", shown(files), shown(&after));
    for path in changed.keys() {
        match files.get(path) {
            Some(bytes) => {
                assert!(str::from_utf8(bytes).is_ok(), "{path} is not UTF-8\n{}", report());
            }
            None => assert!(is_named.borrow().contains(path), "{path} is made\n{}", report()),
        }
    }
    if allowed == Applicability::Safe {
        for entry in entries.borrow().iter() {
            for (path, page) in &after {
                let before = files.get(path).map_or(0, |page| count(page, entry));
                let added = count(page, entry).saturating_sub(before);
                assert!(added <= 1, "{entry:?} is added {added} times to {path}\n{}", report());
            }
        }
    }
    let again = memory::fix(settings, &after, &[], allowed, &|_| true);
    assert_eq!(again, Some(Files::new()), "a second run changes something\n{}", report());
}

/// Records the entries that a fix adds to day pages, and the files that it creates.
fn note(found: &Diagnostic, entries: &RefCell<BTreeSet<String>>, made: &RefCell<BTreeSet<String>>) {
    assert_ne!(found.rule, "archive/unreadable", "{}", found.finding.message);
    for edit in found.finding.fix.iter().flat_map(|fix| &fix.edits) {
        if let EditTarget::New(path) = &edit.target {
            made.borrow_mut().insert(path.clone());
        }
        if found.rule == "day/missing-event" {
            let lines = edit.replacement.lines().filter(|line| line.contains("]("));
            entries.borrow_mut().extend(lines.map(str::to_owned));
        }
    }
}

/// Returns the number of lines of a page that equal `wanted`.
fn count(page: &[u8], wanted: &str) -> usize {
    let lines = page.split(|byte| matches!(byte, b'\n' | b'\r'));
    lines.filter(|line| *line == wanted.as_bytes()).count()
}
