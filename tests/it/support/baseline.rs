//! Archives with a baseline.

use super::archive::TestArchive;
use super::process::{stderr, stdout};

pub const FILE: &str = "baseline.jsonl";
pub const HIDE: [&str; 2] = ["--baseline", FILE];
pub const UPDATE: [&str; 3] = ["--baseline", FILE, "--update-baseline"];
/// The same, with a short report.
pub const CONCISE: [&str; 4] = ["--baseline", FILE, "--output-format", "concise"];
pub const HEADER: &str = "{\"dateline-baseline\": 1}\n";

/// A page with a stale text and a page that is not there, and its day.
pub const PAGE: &str = "news/2012/03/25/lock-gates-fail.md";
pub const TEXT: &str = "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n\nThe gates of the lock fail at noon.\n\n### Related:\n\n1. [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n2. [Mint burns](/news/1999/07/4/mint-burns.md)\n";
pub const GONE: &str = "/news/1999/07/4/mint-burns.md";

pub fn small() -> TestArchive {
    let archive = TestArchive::new();
    archive.write(PAGE, TEXT);
    archive.write("news/2012/03/25/index.md", "## [2012-03-25](/news/2012/03/25/index.md)\n\n### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n");
    archive.write("news/2012/03/24/index.md", "## [2012-03-24](/news/2012/03/24/index.md)\n\n### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n");
    archive.write(
        "news/2012/03/24/ferry-line-reopens.md",
        "### [2012-03-24](/news/2012/03/24/index.md)\n\n# Ferry line reopens\n",
    );
    archive
}

pub fn update(archive: &TestArchive, options: &[&str]) -> String {
    let output = archive.check(&[&UPDATE, options].concat());
    let errors = stderr(&output);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""), "{errors}");
    errors
}

/// What is shown beside the baseline, a line each, and the account.
pub fn shown(archive: &TestArchive, options: &[&str]) -> (Vec<String>, String) {
    let concise = ["--output-format", "concise", "--fail-on", "warning"];
    let output = archive.check(&[&HIDE, &concise[..], options].concat());
    let lines: Vec<String> = stdout(&output).lines().map(str::to_owned).collect();
    assert_eq!(output.status.code(), Some(i32::from(!lines.is_empty())), "{}", stderr(&output));
    (lines, stderr(&output))
}

#[track_caller]
pub fn nothing_is_shown(archive: &TestArchive, options: &[&str]) -> String {
    let (lines, account) = shown(archive, options);
    assert!(lines.is_empty(), "{lines:#?}");
    account
}

/// What is reported beside the baseline, and what is said.
pub fn reported(archive: &TestArchive) -> (String, String) {
    let output = archive.check(&CONCISE);
    (stdout(&output), stderr(&output))
}
