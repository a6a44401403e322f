//! End-to-end tests of the passes of fixes. Fixes without an effect are neither offered nor
//! applied.

use crate::support::archive::{TestArchive, files};
use crate::support::process::{stderr, stdout};

const DAY: &str = "news/2012/03/25/index.md";

/// How a JSON report names the rule of a finding.
const MISSING_EVENT: &str = "\"rule\": \"day/missing-event\"";

/// Creates a day page with an entry and `end` after it, and two events that the page does not list.
fn day_that_ends_with(end: &str) -> TestArchive {
    let archive = TestArchive::new();
    let entry = "### [Ferry line reopens](/news/2012/03/25/ferry.md)";
    archive.write(DAY, format!("## [2012-03-25](/{DAY})\n\n{entry}\n\n{end}"));
    for (name, title) in
        [("ferry", "Ferry line reopens"), ("lock", "Lock gates fail"), ("tide", "Tide turns")]
    {
        let page = format!("### [2012-03-25](/{DAY})\n\n# {title}\n");
        archive.write(&format!("news/2012/03/25/{name}.md"), page);
    }
    archive
}

#[test]
fn entries_are_not_repeated_if_the_day_page_ends_inside_an_unclosed_block() {
    let ends = [
        "<!-- a note\n",
        "```\ncode\n",
        "~~~\ncode",
        "<pre>\nas it is\n",
        "<script>\nrun()\n",
        "<style>\np {}\n",
        "<textarea>\n",
        "<? run\n",
        "<!X\n",
        "<![CDATA[\n",
    ];
    for end in ends {
        let archive = day_that_ends_with(end);
        let before = files(archive.root());
        let output = archive.check(&["--fix", "--output-format", "json"]);
        assert_eq!(files(archive.root()), before, "{end:?}");
        let report = stdout(&output);
        assert_eq!(report.matches(MISSING_EVENT).count(), 2, "{end:?}: {report}");
        assert!(report.contains("\"fixable\": 0"), "{end:?}: {report}");
        assert!(
            stderr(&output).starts_with("0 findings in 0 files"),
            "{end:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn entries_are_added_after_an_unclosed_block_further_up() {
    for end in ["<div>\nopen until the blank line\n\n", "a summary\n", "> quoted\n", "1. listed\n"]
    {
        let archive = day_that_ends_with(end);
        let output = archive.check(&["--fix", "--output-format", "concise"]);
        assert_eq!(output.status.code(), Some(0), "{end:?}: {}", stdout(&output));
        let again = archive.check(&["--fix"]);
        assert!(stderr(&again).starts_with("0 findings in 0 files"), "{end:?}: {}", stderr(&again));
    }
}

#[test]
fn entries_are_not_added_where_the_following_text_would_become_code() {
    // At the beginning of the line, the entry would end the list, and the topic after it would
    // become indented code.
    let list = "10. listed\n\n    ##### Port\n\n    ##### Tides\n";
    let archive = day_that_ends_with(list);
    for name in ["lock", "tide"] {
        let page = format!("### [2012-03-25](/{DAY})\n\n##### Port\n\n# {name}\n");
        archive.write(&format!("news/2012/03/25/{name}.md"), page);
    }
    let before = files(archive.root());
    let output = archive.check(&["--fix", "--output-format", "json"]);
    assert_eq!(files(archive.root()), before);
    assert_eq!(stdout(&output).matches(MISSING_EVENT).count(), 2);
}

#[test]
fn more_findings_than_a_run_keeps_are_fixed_in_further_passes() {
    let archive = TestArchive::new();
    archive.write("about.md", format!("# About\n\n{}", "a\u{c}b\u{1}c\u{c}d\n".repeat(6000)));
    let output = archive.check(&["--fix", "--unsafe-fixes", "--output-format", "concise"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = std::fs::read_to_string(archive.root().join("about.md")).expect("a page");
    assert!(!text.contains(['\u{c}', '\u{1}']));
    assert!(stderr(&output).starts_with("18,000 findings in 1 file"), "{}", stderr(&output));
}

#[test]
fn a_fix_hidden_by_another_fix_is_made_in_the_same_run() {
    let archive = TestArchive::new();
    let page = "news/2012/03/25/lock.md";
    let item = "1. [See 2012/ [Old title](/news/2012/. [Courier](https://courier.example/a)";
    archive.write(page, format!("### 2012-03-25\n\n# Lock gates fail\n\n### Source:\n\n{item}\n"));
    let fix = ["--fix", "--unsafe-fixes", "--select", "link/malformed"];
    let output = archive.check(&fix);
    assert!(!stderr(&output).contains("no effect"), "{}", stderr(&output));
    let once = files(archive.root());
    archive.check(&fix);
    assert_eq!(files(archive.root()), once);
}
