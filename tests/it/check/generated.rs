//! Tests on archives that the example `make-archive` makes.

#[path = "../../../examples/make-archive/generator/mod.rs"]
mod generator;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use generator::{Archive, Error, truth_path};
use serde_json::Value;

use crate::support::archive::{TestArchive, files};

const PAGES: u64 = 300;
/// Each kind of defect occurs at least twice.
const DEFECTS: u64 = 40;

/// Makes an archive with a truth file next to it.
pub fn make(seed: u64, folder: &Path) {
    make_pages(seed, PAGES, DEFECTS, folder);
}

/// Makes an archive of this many pages and defects, with a truth file next to it.
pub fn make_pages(seed: u64, pages: u64, defects: u64, folder: &Path) {
    let archive = Archive::new(seed, pages, defects).expect("an archive");
    archive.write(folder).expect("the archive can be written");
}

/// Returns the files of an archive and its truth file.
fn made(seed: u64) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    make(seed, &folder.path().join("archive"));
    files(folder.path())
}

/// A finding without its text: rule, path, line and column.
type Place = (String, String, u64, u64);

/// Returns the findings of a truth file, sorted.
fn truth(path: &Path) -> Vec<Place> {
    let lines = std::fs::read_to_string(path).expect("a truth file");
    let place = |line: &str| -> Place {
        let expected: Value = serde_json::from_str(line).expect("JSON");
        let text = |key: &str| expected[key].as_str().expect("a string").to_owned();
        let number = |key: &str| expected[key].as_u64().expect("a number");
        (text("rule"), text("path"), number("line"), number("column"))
    };
    let mut places: Vec<_> = lines.lines().map(place).collect();
    places.sort();
    places
}

#[test]
fn every_defect_is_found_and_nothing_else() {
    for seed in 1..=4 {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("archive");
        make(seed, &root);
        let found = TestArchive::with_files(&files(&root)).findings(&[]);
        let mut found: Vec<Place> = found
            .into_iter()
            .map(|(rule, path, line, column, _)| (rule, path, line, column))
            .collect();
        found.sort();
        let expected = truth(&truth_path(&root));
        assert_eq!(found, expected, "seed {seed}");
        assert_eq!(expected.len() as u64, DEFECTS, "seed {seed}");
        let rules: BTreeSet<_> = expected.iter().map(|(rule, ..)| rule).collect();
        assert_eq!(rules.len(), 16, "seed {seed}: {rules:?}");
    }
}

#[test]
fn the_seed_determines_every_byte() {
    let first = made(7);
    assert_eq!(first, made(7));
    assert_ne!(first, made(8));
    let is_page = |path: &&String| path.ends_with(".md");
    assert_eq!(first.keys().filter(is_page).count() as u64, PAGES);
}

#[test]
fn a_folder_with_files_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("a.md"), "").expect("a file");
    let archive = Archive::new(1, PAGES, 0).expect("an archive");
    assert!(matches!(archive.write(folder.path()), Err(Error::NotEmpty(_))));
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn more_defects_than_events_are_refused() {
    assert!(matches!(Archive::new(1, 10, 10), Err(Error::TooManyDefects { .. })));
    assert!(matches!(Archive::new(1, 3, 1), Err(Error::TooManyDefects { .. })));
    assert!(matches!(Archive::new(1, u64::MAX, 0), Err(Error::TooManyPages(_))));
}
