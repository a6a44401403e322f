//! Replays the corpora of the fuzz targets: every file of a corpus goes through its target.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex};

use dateline::internals::rule::Rule;
use dateline::internals::rules::RULES;

use crate::fuzz;
use crate::support::checkout::{here, is_updating};
use crate::support::rule_pages::RulePage;

/// The messages of panics, including those that the linter caught.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

thread_local! {
    /// Whether this thread replays a corpus. Panics of other tests are not recorded.
    static REPLAYS: Cell<bool> = const { Cell::new(false) };
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries =
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.expect("an entry").file_name().into_string().expect("a name in UTF-8")
    };
    entries.map(name).collect()
}

fn targets() -> BTreeSet<String> {
    fuzz::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect()
}

/// Returns the files of a target's corpus, in order.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = here("fuzz/corpus").join(target);
    let read = |name: String| {
        let bytes = std::fs::read(folder.join(&name)).expect("a file of a corpus");
        (name, bytes)
    };
    names(&folder).into_iter().map(read).collect()
}

#[test]
fn every_target_has_a_program_and_a_corpus() {
    let targets = targets();
    assert_eq!(targets.len(), fuzz::TARGETS.len(), "a target is listed twice");
    assert_eq!(names(&here("fuzz/corpus")), targets, "corpora and targets are not the same set");
    let programs: BTreeSet<_> = targets.iter().map(|name| format!("{name}.rs")).collect();
    assert_eq!(names(&here("fuzz/fuzz_targets")), programs);
    let manifest = std::fs::read_to_string(here("fuzz/Cargo.toml")).expect("the manifest");
    let manifest: toml::Table = manifest.parse().expect("the manifest is TOML");
    let listed = manifest["bin"].as_array().expect("programs").iter();
    let listed: BTreeSet<_> =
        listed.map(|program| program["name"].as_str().expect("a name").to_owned()).collect();
    assert_eq!(listed, targets, "fuzz/Cargo.toml lists other programs");
    for target in &targets {
        let program = std::fs::read_to_string(here(&format!("fuzz/fuzz_targets/{target}.rs")));
        let program = program.expect("a program");
        assert!(program.contains(&format!("run(\"{target}\", data)")), "{target}: {program}");
        assert!(!corpus(target).is_empty(), "the corpus of {target} is empty");
    }
}

#[test]
fn no_corpus_file_makes_its_target_panic() {
    let pool = rayon::ThreadPoolBuilder::new().start_handler(|_| REPLAYS.set(true));
    let pool = pool.build().expect("threads");
    let usual = Arc::new(std::panic::take_hook());
    let others = Arc::clone(&usual);
    std::panic::set_hook(Box::new(move |info| {
        if REPLAYS.get() {
            PANICS.lock().expect("no panic in the hook").push(info.to_string());
        } else {
            others(info);
        }
    }));
    let mut failures = String::new();
    for (target, check) in fuzz::TARGETS {
        for (name, bytes) in corpus(target) {
            // The linter turns panics into findings, but the hook records them all the same.
            let _ = catch_unwind(AssertUnwindSafe(|| pool.install(|| check(&bytes))));
            let panics = std::mem::take(&mut *PANICS.lock().expect("no panic in the hook"));
            if !panics.is_empty() {
                let panics = panics.join("\n");
                failures.extend(["\n", target, "/", &name, ": ", &panics, "\n"]);
            }
        }
    }
    std::panic::set_hook(Box::new(move |info| usual(info)));
    assert!(failures.is_empty(), "{failures}");
}

/// If a rule finds nothing in the corpus of its group, `.ci/update` adds the cases of the rule's
/// page.
#[test]
fn every_rule_finds_something_in_the_corpus_of_its_group() {
    let reached = || -> BTreeSet<&str> {
        let groups: BTreeSet<_> = RULES.iter().map(|rule| rule.group()).collect();
        let in_group = |group: &str| -> BTreeSet<&'static str> {
            let archives = corpus(&format!("rules_{group}"));
            archives.iter().flat_map(|(_, bytes)| fuzz::reached(group, bytes)).collect()
        };
        groups.into_iter().flat_map(in_group).collect()
    };
    // An archive in memory cannot contain an unreadable file. `check/hostile_input.rs` tests this
    // rule.
    let is_due = |rule: &&&Rule| rule.id != "archive/unreadable";
    let missed = |reached: &BTreeSet<&str>| -> Vec<&Rule> {
        let rules = RULES.iter().filter(is_due).copied();
        rules.filter(|rule| !reached.contains(rule.id)).collect()
    };
    let mut silent = missed(&reached());
    if is_updating() && !silent.is_empty() {
        silent.into_iter().for_each(add_cases);
        silent = missed(&reached());
    }
    let silent: Vec<_> = silent.iter().map(|rule| rule.id).collect();
    assert!(
        silent.is_empty(),
        "no file in fuzz/corpus/rules_* is reported by {silent:?}: run .ci/update, which adds the cases of their \
         pages; if that is not enough, add an archive in which each of them reports something"
    );
}

/// Adds the cases of a rule's page to the corpus of its group.
fn add_cases(rule: &Rule) {
    let (group, name) = rule.id.split_once('/').expect("a group and a name");
    for (index, case) in RulePage::parse(rule.page).cases().enumerate() {
        let mut archive = Vec::new();
        for (path, bytes) in case.files_with_settings() {
            archive.extend_from_slice(format!("== {path}\n").as_bytes());
            archive.extend_from_slice(&bytes);
            archive.push(b'\n');
        }
        let path = here(&format!("fuzz/corpus/rules_{group}/{name}-{index}"));
        std::fs::write(path, archive).expect("the file can be written");
    }
}
