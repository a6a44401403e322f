//! Checks of a few named pages, which list only the folders that they need. They must report what a check of the
//! whole archive reports about these pages.

use std::collections::BTreeMap;
use std::path::Path;

use dateline::{CheckOptions, Format, Input, Session, Style};
use serde_json::Value;

use super::generated;
use crate::support::archive::{TestArchive, files};
use crate::support::random::Random;

/// Returns the findings of a check of `path`, by page.
fn findings(path: &Path, input: Input) -> BTreeMap<String, Vec<Value>> {
    // This rule is off by default. It needs the links of pages that are not checked.
    let extend_select = vec!["related/one-way".to_owned()];
    let options = CheckOptions { input, extend_select, ..CheckOptions::default() };
    let report = Session::open(path, options).and_then(|session| session.check());
    let mut text = Vec::new();
    report
        .expect("a report")
        .write(Format::Json, Style { color: false, width: 80 }, &mut text)
        .expect("a text");
    let mut report: Value = serde_json::from_slice(&text).expect("JSON");
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for finding in report["diagnostics"].as_array_mut().expect("findings") {
        // A fix that another page confirms is safe only if that page is checked, too.
        if let Some(fix) = finding["fix"].as_object_mut() {
            fix.remove("applicability");
        }
        let path = finding["path"].as_str().expect("a path").to_owned();
        found.entry(path).or_default().push(finding.take());
    }
    found
}

/// The number of pages of an archive that are checked by themselves.
const PAGES: usize = 12;

/// Checks some pages of an archive by themselves, both as they are and as the text of an editor.
fn assert_pages_are_checked_as_in_the_whole(
    archive: &TestArchive,
    random: &mut Random,
    what: &str,
) {
    let root = archive.root();
    let whole = findings(root, Input::Disk);
    let pages: Vec<_> = files(root).into_iter().filter(|(path, _)| path.ends_with(".md")).collect();
    for _ in 0..PAGES {
        let (path, text) = random.pick(&pages);
        let page = root.join(path);
        let expected: BTreeMap<_, _> = whole.get_key_value(path).into_iter().collect();
        for input in [Input::Disk, Input::Page(text.clone())] {
            let named = findings(&page, input);
            assert_eq!(named.iter().collect::<BTreeMap<_, _>>(), expected, "{what}: {path}");
        }
    }
}

#[test]
fn pages_of_the_fixtures_are_checked_as_in_the_whole() {
    for name in ["gazette", "broken", "annals-zh", "minutes", "jekyll", "hugo"] {
        assert_pages_are_checked_as_in_the_whole(
            &TestArchive::from_fixture(name),
            &mut Random(1),
            name,
        );
    }
}

/// Makes one change such as people make: removes, renames, copies or moves a page, or changes a line of it.
fn change(archive: &TestArchive, random: &mut Random) {
    let all: Vec<String> =
        files(archive.root()).into_keys().filter(|path| path.ends_with(".md")).collect();
    let (path, other) = (random.pick(&all).clone(), random.pick(&all).clone());
    let (text, file) = (archive.read(&path), archive.root().join(&path));
    let mut lines: Vec<&str> = text.lines().collect();
    let at = random.below(lines.len().max(1));
    match random.below(8) {
        0 => std::fs::remove_file(file).expect("a page"),
        1 => std::fs::rename(&file, file.with_file_name("Other.md")).expect("a page"),
        2 => drop(archive.write(&path.to_uppercase().replace(".MD", ".md"), text)),
        3 => drop(archive.write(&other.replace("1/", "2/"), text)),
        4 if !lines.is_empty() => {
            lines.remove(at);
            archive.write(&path, lines.join("\n"));
        }
        5 => drop(archive.write(&path, format!("{text}\n{}\n", lines.get(at).unwrap_or(&"")))),
        6 => drop(archive.write(
            &path,
            format!(
                "{text}\n[x](/{other}) [y](/{other}x) [z](/{}/)\n",
                &other[..other.floor_char_boundary(other.len() / 2)]
            ),
        )),
        _ => drop(archive.write(&path, text.replacen("/2", "/1", 1))),
    }
}

/// The fixtures that are changed.
const FIXTURES: [&str; 3] = ["gazette", "broken", "annals-zh"];

#[test]
fn after_any_changes_pages_are_checked_as_in_the_whole() {
    for seed in 1..=12 {
        let mut random = Random(seed);
        let archive = TestArchive::from_fixture(FIXTURES[random.below(FIXTURES.len())]);
        for _ in 0..6 {
            change(&archive, &mut random);
        }
        assert_pages_are_checked_as_in_the_whole(&archive, &mut random, &format!("seed {seed}"));
    }
}

#[test]
fn pages_of_made_archives_are_checked_as_in_the_whole_before_and_after_changes() {
    for seed in 1..=4 {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("archive");
        generated::make(seed, &root);
        let archive = TestArchive::with_files(&files(&root));
        let mut random = Random(seed);
        for round in 0..3 {
            let what = format!("seed {seed}, round {round}");
            assert_pages_are_checked_as_in_the_whole(&archive, &mut random, &what);
            for _ in 0..12 {
                change(&archive, &mut random);
            }
        }
    }
}
