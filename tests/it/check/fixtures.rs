//! The fixtures as a whole: two archives without a fault, and one with every fault there is.
//!
//! `UPDATE=1 cargo test` rewrites the expected reports; read the change before you commit it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dateline::rule::Check;
use dateline::rules::RULES;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn check(name: &str, format: &str, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dateline"))
        .arg("check")
        .arg(fixture(name))
        .args(["--output-format", format])
        .args(options)
        .env_clear()
        .output()
        .expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("reports are UTF-8")
}

#[test]
fn clean_archives_have_no_finding() {
    for name in ["gazette", "annals-zh"] {
        let output = check(name, "concise", &["--fail-on", "warning"]);
        assert_eq!(stdout(&output), "", "{name}");
        assert_eq!(output.status.code(), Some(0), "{name}");
        let account = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(account.contains("nothing found"), "{name}: {account}");
    }
}

/// Says so, or is rewritten: the day is in the message of a page from the future.
fn expected(name: &str, report: &str) {
    let path = fixture(name);
    if std::env::var_os("UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(&path, report).expect("the report can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == report,
        "{name} is not what is reported; run UPDATE=1 cargo test\n{report}"
    );
}

#[test]
fn the_broken_archive_is_reported_as_expected() {
    let undated = |report: String| {
        let lines = report.lines().map(|line| match line.split_once(": today is ") {
            Some((before, _)) => format!("{before}: today is …\n"),
            None => format!("{line}\n"),
        });
        lines.collect::<String>()
    };
    let output = check("broken", "concise", &[]);
    assert_eq!(output.status.code(), Some(1));
    expected("broken.concise.txt", &undated(stdout(&output)));
    expected(
        "broken.human.txt",
        &undated(stdout(&check("broken", "human", &["--ignore", "date/future"]))),
    );
    expected("broken.json", &stdout(&check("broken", "json", &["--ignore", "date/future"])));
    // In a repository its paths begin at the repository's root, and there may be none.
    let github = stdout(&check("broken", "github", &["--ignore", "date/future"]));
    expected("broken.github.txt", &github.replace("fixtures/broken/", ""));
}

#[test]
fn every_offline_rule_fires_on_the_broken_archive() {
    let report = stdout(&check("broken", "concise", &["--select", "all"]));
    let fired: BTreeSet<&str> = report
        .lines()
        .filter_map(|line| line.split_once(['[']).and_then(|(_, rest)| rest.split(']').next()))
        .collect();
    // A required section is a setting; files that cannot be read, or cannot be told apart on every
    // system, are no part of a repository.
    let elsewhere = ["heading/missing-section", "archive/unreadable", "archive/name-collision"];
    let due: BTreeSet<&str> = RULES
        .iter()
        .filter(|rule| !matches!(rule.check, Check::Online(_)))
        .map(|rule| rule.id)
        .filter(|id| !elsewhere.contains(id))
        .collect();
    assert_eq!(fired, due);
}
