//! Tests of pages with more findings than a report shows.

use crate::support::archive::TestArchive;
use crate::support::process::{stderr, stdout};

const EVENT: &str = "news/2012/03/25/a.md";
const DAY: &str = "news/2012/03/25/index.md";
const ENTRY: &str = "### [A](/news/2012/03/25/a.md)\n\n";
const HEAD: &str = "## [2012-03-25](/news/2012/03/25/index.md)\n\n";

/// Creates an event and a day page that lists it `entries` times.
fn archive(entries: usize) -> TestArchive {
    let archive = TestArchive::new();
    archive.write(EVENT, "### [2012-03-25](/news/2012/03/25/index.md)\n\n# A\n");
    archive.write(DAY, format!("{HEAD}{}", ENTRY.repeat(entries)));
    archive
}

#[test]
fn a_page_with_more_findings_than_the_limit_is_fixed_in_one_run() {
    let archive = archive(12_001);
    let output = archive.check(&["--fix"]);
    let errors = stderr(&output);
    assert!(
        errors.contains("12,000 findings in 1 file fixed: 12000 day/duplicate-event"),
        "{errors}"
    );
    let page = std::fs::read_to_string(archive.root().join(DAY)).expect("the page");
    assert_eq!(page, format!("{HEAD}{}", ENTRY.trim_end().to_owned() + "\n"));
    assert_eq!(output.status.code(), Some(0), "{errors}");
}

#[test]
fn the_diff_of_many_equal_lines_has_only_the_removed_ones() {
    let archive = archive(12_001);
    let output = archive.check(&["--diff"]);
    let diff = stdout(&output);
    // The last blank line of the page is also removed.
    let count = |mark: &str| diff.lines().skip(2).filter(|line| line.starts_with(mark)).count();
    assert_eq!((count("+"), count("-"), count("@@")), (0, 24_001, 1), "{}", &diff[..400]);
}
