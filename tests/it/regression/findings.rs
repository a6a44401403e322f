//! Tests of findings that were wrong or reported twice, and of pages that made a rule panic.

use crate::support::archive::TestArchive;
use crate::support::fix::{DAY, PAGE, archive_with, assert_becomes};
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

#[test]
fn a_fault_in_a_title_is_not_reported_at_the_links_to_its_page_too() {
    let titles: [(&[u8], &str); 8] = [
        (b"Gr\xF6\xDFe der \xD6ffnung", "Größe der Öffnung"),
        (b"\xD6\xC4\xDC", "ÖÄÜ"),
        ("æ¸¡è½®å\u{81}œèˆª".as_bytes(), "渡轮停航"),
        (b"'''Lock gates fail'''", "Lock gates fail"),
        (b"[[Lock gates fail]]", "Lock gates fail"),
        (b"&amp;quot;No&amp;quot;", "\"No\""),
        (b"Lock [gates][nope] fail", "Lock gates fail"),
        (b"Lock [gates] (/a.md) fail", "Lock gates fail"),
    ];
    for (written, meant) in titles {
        let archive = archive_with("");
        let title = [b"### [2012-03-25](/news/2012/03/25/index.md)\n\n# ", written, b"\n"].concat();
        archive.write(PAGE, title);
        archive.write(
            DAY,
            format!(
                "## [2012-03-25](/news/2012/03/25/index.md)\n\n### [{meant}](/{PAGE})\n\n## [Previous Day...](/news/2012/03/24/index.md)\n"
            ),
        );
        let found = archive.findings(&[]);
        assert!(!found.is_empty() && found.iter().all(|found| found.1 == PAGE), "{found:?}");
        archive.write(PAGE, format!("### [2012-03-25](/{DAY})\n\n# {meant}\n"));
        assert_eq!(archive.findings(&[]), [], "{meant}");
    }
}
