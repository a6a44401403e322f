//! Archives with a baseline.

use serde_json::Value;

use super::archive::TestArchive;
use super::process::{stderr, stdout};

/// The path of the baseline.
pub const FILE: &str = "baseline.jsonl";
/// Options that hide the findings of the baseline.
pub const HIDE: [&str; 2] = ["--baseline", FILE];
/// Options that update the baseline.
pub const UPDATE: [&str; 3] = ["--baseline", FILE, "--update-baseline"];
/// Options that hide the findings of the baseline and print one line per finding.
pub const CONCISE: [&str; 4] = ["--baseline", FILE, "--output-format", "concise"];
/// The first line of a baseline file.
pub const HEADER: &str = "{\"dateline-baseline\": 1}\n";

/// The path of an event page that has a stale related text and a link to a missing page.
pub const PAGE: &str = "news/2012/03/25/lock-gates-fail.md";
/// The text of the page at [`PAGE`].
pub const TEXT: &str = "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n\nThe gates of the lock fail at noon.\n\n### Related:\n\n1. [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n2. [Mint burns](/news/1999/07/4/mint-burns.md)\n";
/// The target of the broken link in [`TEXT`].
pub const GONE: &str = "/news/1999/07/4/mint-burns.md";

/// Creates an archive of that page, a related event, and their day pages.
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

/// Updates the baseline. Returns the messages of the run.
pub fn update(archive: &TestArchive, options: &[&str]) -> String {
    let output = archive.check(&[&UPDATE, options].concat());
    let errors = stderr(&output);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""), "{errors}");
    errors
}

/// Returns the pages that the text of a baseline records findings of, each once.
pub fn recorded_pages(baseline: &str) -> Vec<String> {
    let entries = baseline.lines().skip(1).map(|line| serde_json::from_str(line).expect("JSON"));
    let path = |entry: Value| entry["path"].as_str().expect("a path").to_owned();
    let mut pages: Vec<String> = entries.map(path).collect();
    pages.dedup();
    pages
}

/// Returns the findings that the baseline does not hide, one per line, and the messages of the run.
pub fn shown(archive: &TestArchive, options: &[&str]) -> (Vec<String>, String) {
    let concise = ["--output-format", "concise", "--fail-on", "warning"];
    let output = archive.check(&[&HIDE, &concise[..], options].concat());
    let lines: Vec<String> = stdout(&output).lines().map(str::to_owned).collect();
    assert_eq!(output.status.code(), Some(i32::from(!lines.is_empty())), "{}", stderr(&output));
    (lines, stderr(&output))
}

/// Asserts that the baseline hides every finding. Returns the messages of the run.
#[track_caller]
pub fn nothing_is_shown(archive: &TestArchive, options: &[&str]) -> String {
    let (lines, summary) = shown(archive, options);
    assert!(lines.is_empty(), "{lines:#?}");
    summary
}

/// Returns the report of a check with the baseline, and the messages of the run.
pub fn reported(archive: &TestArchive) -> (String, String) {
    let output = archive.check(&CONCISE);
    (stdout(&output), stderr(&output))
}
