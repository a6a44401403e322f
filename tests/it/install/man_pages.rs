//! Tests of `dateline man`.

use std::collections::BTreeSet;

use crate::support::archive::files;
use crate::support::checkout::{here, text_of};
use crate::support::process::{assert_refused, dateline, stdout};

/// Returns the names of the commands that a help text lists.
fn commands(words: &[&str]) -> Vec<String> {
    let help = stdout(&dateline(&here(""), &[words, &["--help"]].concat()));
    let Some((_, rest)) = help.split_once("Commands:\n") else { return Vec::new() };
    let lines = rest.lines().take_while(|line| line.starts_with("  "));
    let names = lines.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Returns the date of this version in the changelog. Before the release, returns the date in the page.
fn release_date() -> String {
    let changelog = text_of("CHANGELOG.md");
    let heading = format!("\n## {} - ", env!("CARGO_PKG_VERSION"));
    let page = stdout(&dateline(&here(""), &["man"]));
    let after = changelog.split(&heading).nth(1).or_else(|| page.split(".TH dateline 1 ").nth(1));
    let date: String = after.expect("a date").chars().take(10).collect();
    assert!(date.parse::<jiff::civil::Date>().is_ok(), "{date}");
    date
}

#[test]
fn each_command_has_a_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = dateline(folder.path(), &["man", "share/man1"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), String::new()));
    let pages = files(&folder.path().join("share/man1"));
    let mut expected = BTreeSet::from(["dateline.1".to_owned()]);
    for command in commands(&[]) {
        for subcommand in commands(&[&command]) {
            expected.insert(format!("dateline-{command}-{subcommand}.1"));
        }
        expected.insert(format!("dateline-{command}.1"));
    }
    assert!(expected.contains("dateline-sources-crawl.1"), "{expected:?}");
    assert_eq!(pages.keys().cloned().collect::<BTreeSet<_>>(), expected);
    for (name, page) in &pages {
        let page = String::from_utf8_lossy(page);
        let version = env!("CARGO_PKG_VERSION");
        let date = release_date();
        let title = format!(".TH {} 1 {date} \"dateline {version}\" ", name.trim_end_matches(".1"));
        assert!(page.contains(&title), "{name}: {page}");
        assert!(page.lines().all(|line| line == line.trim_end()), "{name}: {page}");
    }
    let with_codes =
        |name: &str| String::from_utf8_lossy(&pages[name]).contains(".SH \"EXIT STATUS\"\n");
    assert!(with_codes("dateline.1") && with_codes("dateline-check.1"));
    assert!(!with_codes("dateline-rules.1"));
    let main = stdout(&dateline(folder.path(), &["man"]));
    assert_eq!(main.as_bytes(), &pages["dateline.1"][..]);
}

#[test]
fn a_folder_that_cannot_be_created_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), "").expect("a file");
    assert_refused(&dateline(folder.path(), &["man", "file/man1"]), "cannot write file/man1: ");
}
