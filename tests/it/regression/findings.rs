//! Tests of findings that were wrong or reported twice, and of pages that made a rule panic.

use crate::support::archive::TestArchive;
use crate::support::fix::{archive_with, assert_becomes};
use crate::support::process::stdout;

#[test]
fn fragment_routes_of_one_page_are_distinct_sources() {
    let list = "### Source:\n\n1. [Post](https://live.example/#!/a)\n2. [Post](https://live.example/#!/b)\n";
    let archive = archive_with(list);
    assert_eq!(archive.findings(&[]), []);
}

#[test]
fn a_formula_is_not_a_template_leftover() {
    let archive = archive_with("Water is ${\\rm H}_2$O, and ${x}^2$ is square.\n");
    assert_eq!(archive.findings(&[]), []);
}

#[test]
fn suppressions_reach_past_plain_comments_and_unused_ones_are_reported() {
    let archive = archive_with(
        "<!-- dateline-ignore link/not-found: y -->\n<!-- a note -->\n\n[z](/nope.md)\n",
    );
    assert_eq!(archive.findings(&[]), []);
    let archive = archive_with("<!-- dateline-ignore related: nothing here -->\ntext\n");
    let rules: Vec<String> = archive.findings(&[]).into_iter().map(|found| found.0).collect();
    assert_eq!(rules, ["archive/unused-suppression"]);
    let archive = archive_with("<div>\n<!-- dateline-ignore link/not-found -->\n</div>\n");
    let rules: Vec<String> = archive.findings(&[]).into_iter().map(|found| found.0).collect();
    assert_eq!(rules, ["archive/unused-suppression"], "it is not passed over in silence");
}

#[test]
fn alternating_form_feeds_and_vertical_tabs_are_one_finding() {
    assert_becomes(&format!("word{}b\n", "\u{C}\u{B}".repeat(6)), "word b\n");
}

#[test]
fn pages_that_used_to_make_a_rule_panic_are_checked() {
    for page in
        ["[\ne[]()", "[sic\nand [x](/y.md)", "[a](</x)&amp;>)", "[b][b]\n\n[b]: </x&amp;)>\n"]
    {
        let archive = TestArchive::new();
        archive.write("about.md", page);
        let report = stdout(&archive.check(&["--select", "all", "--output-format", "concise"]));
        assert!(!report.contains("failed on this page"), "{page:?}: {report}");
    }
}
