//! Tests of the fixtures: two archives without faults, one with many kinds of faults, and one for each other
//! preset, with faults and without.
//!
//! `.ci/update` rewrites the expected reports. Read the change before you commit it.

use std::process::Output;

use crate::support::checkout::{assert_generated, fixture};
use crate::support::process::{dateline, stderr, stdout};

fn check(name: &str, format: &str, options: &[&str]) -> Output {
    let report = ["check", ".", "--output-format", format];
    dateline(&fixture(name), &[&report, options].concat())
}

/// Returns a report without the current date.
fn undated(report: &str) -> String {
    let lines = report.lines().map(|line| match line.split_once(": today is ") {
        Some((before, _)) => format!("{before}: today is …\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn clean_archives_have_no_findings() {
    for name in ["gazette", "annals-zh"] {
        let output = check(name, "concise", &["--fail-on", "warning"]);
        assert_eq!(stdout(&output), "", "{name}");
        assert_eq!(output.status.code(), Some(0), "{name}");
        let summary = stderr(&output);
        assert!(summary.contains("No problems found"), "{name}: {summary}");
    }
}

#[test]
fn the_broken_archive_is_reported_as_expected() {
    let output = check("broken", "concise", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert_generated("fixtures/broken.concise.txt", &undated(&stdout(&output)));
    assert_generated(
        "fixtures/broken.human.txt",
        &undated(&stdout(&check("broken", "human", &["--ignore", "date/future"]))),
    );
    assert_generated(
        "fixtures/broken.json",
        &stdout(&check("broken", "json", &["--ignore", "date/future"])),
    );
    // In a git checkout, the report's paths begin at the root of the repository. Outside a
    // repository, they have no such prefix.
    let github = stdout(&check("broken", "github", &["--ignore", "date/future"]));
    assert_generated("fixtures/broken.github.txt", &github.replace("fixtures/broken/", ""));
}

#[test]
fn the_archives_of_the_presets_are_reported_as_expected() {
    for name in ["hugo", "jekyll", "minutes", "pelican", "zola"] {
        let output = check(name, "concise", &[]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert_generated(&format!("fixtures/{name}.concise.txt"), &undated(&stdout(&output)));
    }
}
