//! Tests of rules on event pages. Each case adds one fault to a clean archive and expects exactly
//! its findings, at their lines and columns.

use crate::support::archive::TestArchive;
use crate::support::fix::write_day_before;

const PAGE: &str = "news/2012/03/25/lock-gates-fail.md";

/// Creates an archive of two events and their days. `page` is the text of the later event's page.
fn clean(page: &str) -> TestArchive {
    let archive = TestArchive::new();
    archive.write(PAGE, page);
    archive.write(
        "news/2012/03/25/index.md",
        "## [2012-03-25](/news/2012/03/25/index.md)\n\n### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n",
    );
    write_day_before(&archive);
    archive
}

const GOOD: &str = "\
### [2012-03-25](/news/2012/03/25/index.md)

##### Häfen
# Lock gates fail

Ünder water, see [the note](/news/2012/03/24/ferry-line-reopens.md).

### Source:

1. [Courier](https://courier.example/lock-gates)

### Related:

1. [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md) _Context: Port_
";

/// A fault: the text to replace, its replacement, and all expected findings.
type Plant<'a> = (&'a str, &'a str, &'a [(&'a str, u64, u64, &'a str)]);

fn run(plants: &[Plant<'_>]) {
    for (old, new, expected) in plants {
        assert!(GOOD.contains(old), "{old:?} is not in the page");
        let archive = clean(&GOOD.replacen(old, new, 1));
        let found = archive.findings(&[]);
        let found: Vec<_> = found
            .iter()
            .map(|(rule, path, line, column, text)| {
                assert_eq!(path, PAGE, "{new:?}");
                (rule.as_str(), *line, *column, text.as_str())
            })
            .collect();
        assert_eq!(found, *expected, "{new:?}");
    }
}

#[test]
fn the_page_without_faults_has_no_findings() {
    assert_eq!(clean(GOOD).findings(&[]), []);
}

#[test]
fn faults_of_dates_are_found() {
    let heading = "[2012-03-25](/news/2012/03/25/index.md)";
    run(&[
        (
            "[2012-03-25]",
            "[2012-02-30]",
            &[("date/invalid", 1, 5, "[2012-02-30](/news/2012/03/25/index.md)")],
        ),
        (
            "[2012-03-25]",
            "[2012-13-25]",
            &[("date/invalid", 1, 5, "[2012-13-25](/news/2012/03/25/index.md)")],
        ),
        (
            "[2012-03-25]",
            "[2013-02-29]",
            &[("date/invalid", 1, 5, "[2013-02-29](/news/2012/03/25/index.md)")],
        ),
        (
            "[2012-03-25]",
            "[Sunday]",
            &[("date/invalid", 1, 5, "[Sunday](/news/2012/03/25/index.md)")],
        ),
        (
            "[2012-03-25]",
            "[25 March 2012]",
            &[("date/format", 1, 5, "[25 March 2012](/news/2012/03/25/index.md)")],
        ),
        (
            "[2012-03-25]",
            "[2012-03-24]",
            &[("date/path-mismatch", 1, 5, "[2012-03-24](/news/2012/03/25/index.md)")],
        ),
        (
            heading,
            "[2012-03-24](/news/2012/03/24/index.md)",
            &[("date/path-mismatch", 1, 5, "[2012-03-24](/news/2012/03/24/index.md)")],
        ),
        (
            "/news/2012/03/25/index.md",
            "/news/2012/03/24/index.md",
            &[("date/link-mismatch", 1, 18, "/news/2012/03/24/index.md")],
        ),
        (
            "/news/2012/03/25/index.md",
            "/news/2012/03/26/index.md",
            &[("date/link-mismatch", 1, 18, "/news/2012/03/26/index.md")],
        ),
        (
            "/news/2012/03/25/index.md",
            "/news/2012/03/25/idnex.md",
            &[("link/not-found", 1, 18, "/news/2012/03/25/idnex.md")],
        ),
    ]);
}

#[test]
fn faults_of_headings_are_found() {
    run(&[
        (
            "### [2012-03-25](/news/2012/03/25/index.md)\n",
            "",
            &[("heading/missing-date", 1, 1, "\n")],
        ),
        ("# Lock gates fail\n", "", &[("heading/missing-title", 1, 1, "#")]),
        (
            "### [2012",
            "## [2012",
            &[("heading/wrong-level", 1, 1, "## [2012-03-25](/news/2012/03/25/index.md)")],
        ),
        ("### Source:", "## Source:", &[("heading/wrong-level", 8, 1, "## Source:")]),
        ("### Related:", "#### Related:", &[("heading/wrong-level", 12, 1, "#### Related:")]),
        ("##### Häfen", "##### ", &[("heading/empty", 3, 1, "#####")]),
        (
            "### Source:",
            "# Ferries too\n\n### Source:",
            &[("heading/multiple-titles", 8, 3, "Ferries too")],
        ),
        ("### Source:", "### Sorce:", &[("heading/unknown-section", 8, 5, "Sorce:")]),
        (
            "### Related:",
            "### Source:\n\n1. [Post](https://post.example/)\n\n### Related:",
            &[("heading/duplicate-section", 12, 5, "Source:")],
        ),
        (
            "1. [Courier](https://courier.example/lock-gates)\n\n",
            "",
            &[("heading/empty-section", 8, 5, "Source:")],
        ),
        (
            "##### Häfen\n# Lock gates fail\n",
            "# Lock gates fail\n\n##### Häfen\n",
            &[("heading/wrong-order", 5, 7, "Häfen")],
        ),
    ]);
}

#[test]
fn faults_of_destinations_are_found() {
    let typo = "/news/2012/03/24/ferry-line-reopenz.md";
    let item = "(/news/2012/03/24/ferry-line-reopens.md) _Context";
    run(&[
        (
            item,
            "(/news/2012/03/24/ferry-line-reopenz.md) _Context",
            &[("related/not-found", 14, 25, typo)],
        ),
        (
            item,
            "(/news/2012/03/23/ferry-line-reopens.md) _Context",
            &[("related/not-found", 14, 25, "/news/2012/03/23/ferry-line-reopens.md")],
        ),
        (
            item,
            "(/news/2012/03/24/ferry line-reopens.md) _Context",
            &[("link/malformed", 14, 25, "/news/2012/03/24/ferry line-reopens.md")],
        ),
        (
            item,
            "(/news/2012/03/24/ferry-line-reopens.md _Context",
            &[("link/malformed", 14, 25, "/news/2012/03/24/ferry-line-reopens.md")],
        ),
        (item, "() _Context", &[("link/malformed", 14, 24, "()")]),
        (
            item,
            "(/news/2012/03/24/ferry%zz.md) _Context",
            &[("link/malformed", 14, 25, "/news/2012/03/24/ferry%zz.md")],
        ),
        (
            item,
            "(\\news\\2012\\03\\24\\ferry.md) _Context",
            &[("link/malformed", 14, 25, "\\news\\2012\\03\\24\\ferry.md")],
        ),
        (
            item,
            "(../../../../etc/passwd) _Context",
            &[("related/not-found", 14, 25, "../../../../etc/passwd")],
        ),
        (
            item,
            "(../../../../../etc/passwd) _Context",
            &[("link/escapes-root", 14, 25, "../../../../../etc/passwd")],
        ),
        (
            item,
            "(/news/2012/03/24/Ferry-line-reopens.md) _Context",
            &[("link/wrong-case", 14, 25, "/news/2012/03/24/Ferry-line-reopens.md")],
        ),
        (
            "reopens.md).",
            "reopens.md#crew).",
            &[("link/missing-fragment", 6, 29, "/news/2012/03/24/ferry-line-reopens.md#crew")],
        ),
        (
            "(/news/2012/03/24/ferry-line-reopens.md).",
            "(/news/2012/03/24/crew.md).",
            &[("link/not-found", 6, 29, "/news/2012/03/24/crew.md")],
        ),
        (
            "[the note](/news/2012/03/24/ferry-line-reopens.md)",
            "[the note][note]",
            &[("link/undefined-reference", 6, 18, "[the note][note]")],
        ),
        ("[Ferry line", "[ [Ferry line", &[("link/malformed", 14, 4, "[")]),
    ]);
}

#[test]
fn faults_of_list_items_are_found() {
    let item = "1. [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md) _Context: Port_";
    let path = "/news/2012/03/24/ferry-line-reopens.md";
    run(&[
        (
            item,
            "1. [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n1. [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)",
            &[("related/duplicate", 15, 25, path)],
        ),
        (
            item,
            "1. [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)",
            &[("related/self", 14, 22, "/news/2012/03/25/lock-gates-fail.md")],
        ),
        (
            "[Ferry line reopens]",
            "[Ferry line opens]",
            &[("related/stale-text", 14, 5, "Ferry line opens")],
        ),
        (
            "[Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md) _",
            "[Day](/news/2012/03/24/index.md) _",
            &[("related/not-an-event", 14, 10, "/news/2012/03/24/index.md")],
        ),
        (item, "1. Ferry line reopens", &[("related/malformed-item", 14, 4, "Ferry line reopens")]),
        ("1. [Ferry", "1. see [Ferry", &[("related/malformed-item", 14, 4, "see")]),
    ]);
}

#[test]
fn faults_of_sources_are_found() {
    let url = "https://courier.example/lock-gates";
    let twice = "1. [Courier](https://courier.example/lock-gates)\n1. [Same](http://www.courier.example/lock-gates?utm_source=x)";
    run(&[
        (
            url,
            "courier.example/lock-gates",
            &[("source/malformed", 10, 14, "courier.example/lock-gates")],
        ),
        (url, "htp://courier.example/", &[("source/malformed", 10, 14, "htp://courier.example/")]),
        (
            url,
            "https:/courier.example/",
            &[("source/malformed", 10, 14, "https:/courier.example/")],
        ),
        (url, "//courier.example/", &[("source/malformed", 10, 14, "//courier.example/")]),
        (
            url,
            "https://cour^ier.example/",
            &[("link/invalid-url", 10, 14, "https://cour^ier.example/")],
        ),
        (
            url,
            "http://169.254.169.254/latest",
            &[("source/private-address", 10, 14, "http://169.254.169.254/latest")],
        ),
        (url, "http://[::1]/", &[("source/private-address", 10, 14, "http://[::1]/")]),
        (url, "http://2130706433/", &[("source/private-address", 10, 14, "http://2130706433/")]),
        (
            "1. [Courier](https://courier.example/lock-gates)",
            twice,
            &[("source/duplicate", 11, 11, "http://www.courier.example/lock-gates?utm_source=x")],
        ),
        (
            "1. [Courier](https://courier.example/lock-gates)",
            "1. Courier",
            &[("source/malformed", 10, 4, "Courier")],
        ),
    ]);
}

#[test]
fn faults_of_texts_and_paths_are_found() {
    run(&[("water", "wa\u{8}ter", &[("text/control-character", 6, 9, "\u{8}")])]);
    let archive = clean(GOOD);
    archive.write("news/2013/02/30/x.md", "### 2013-03-1\n\n# X\n");
    let found = archive.findings(&[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "date/invalid-path");
}

#[test]
fn a_lone_event_page_lacks_only_its_day_and_related_pages() {
    let archive = TestArchive::new();
    let mut page = String::from(
        "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Envoys meet. \n\n\n\n\n### Source:\n\n1. [Post](http://www.post.example/europe-17)\n\n### Related:\n\n",
    );
    for number in 1..=10 {
        let path = format!("/news/2016/03/{number}/event-{number}.md");
        let text = format!("[ Event {number}, \"quoted\".  And more. ]");
        page.extend([&format!("{number}. "), &*text, "(", &*path, ") _Context: A, B_\n"]);
    }
    archive.write("news/2012/03/25/envoys-meet.md", page);
    let found = archive.findings(&["--isolated"]);
    let rules: Vec<_> = found.iter().map(|found| found.0.as_str()).collect();
    assert_eq!((rules[0], found[0].4.as_str()), ("day/missing-page", "/news/2012/03/25/index.md"));
    assert_eq!(rules[1..], ["related/not-found"; 10]);
    assert_eq!(found[10].4, "/news/2016/03/10/event-10.md");
}
