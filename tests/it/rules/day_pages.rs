//! Tests of rules on day pages, texts and the whole archive. Each test adds one fault to a clean
//! archive and expects exactly one finding, at its line and column.

use crate::support::archive::TestArchive;
use crate::support::process::dateline;

const GATES: &str = "news/2012/03/25/lock-gates-fail.md";
const FERRY: &str = "news/2012/03/24/ferry-line-reopens.md";
const DAY: &str = "news/2012/03/25/index.md";
const COPY: &str = "news/2012/03/25/README.md";
const BEFORE: &str = "news/2012/03/24/index.md";

/// Creates an archive of two days with one event each. The later day has two pages.
fn clean() -> TestArchive {
    let archive = TestArchive::new();
    archive.write(
        GATES,
        "### [2012-03-25](/news/2012/03/25/index.md)\n\n##### Port\n# Lock gates fail\n\n### Source:\n\n1. [Courier](https://courier.example/gates)\n\n### Related:\n\n1. [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n",
    );
    archive.write(
        FERRY,
        "### [2012-03-24](/news/2012/03/24/index.md)\n\n# Ferry line reopens\n\n### Source:\n\n1. [Post](https://post.example/ferry)\n\n### Related:\n\n1. [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n",
    );
    let day = "## [2012-03-25](/news/2012/03/25/index.md)\n\n##### Port\n### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n\n## [Previous Day...](/news/2012/03/24/index.md)\n";
    archive.write(DAY, day);
    archive.write(COPY, day);
    archive.write(
        BEFORE,
        "## [2012-03-24](/news/2012/03/24/index.md)\n\n### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n",
    );
    archive
}

fn replaced(archive: &TestArchive, path: &str, old: &str, new: &str) {
    let text = std::fs::read_to_string(archive.root().join(path)).expect("a page");
    assert!(text.contains(old), "{old:?} is not in {path}");
    archive.write(path, text.replacen(old, new, 1));
}

/// Returns the findings of all rules, including the one that is off by default.
fn found(archive: &TestArchive) -> Vec<(String, String, u64, u64, String)> {
    archive.findings(&["--extend-select", "related/one-way"])
}

/// Adds a fault by replacing text in a page, and asserts that it causes exactly this finding.
fn one(path: &str, old: &str, new: &str, expected: (&str, &str, u64, u64, &str)) {
    let archive = clean();
    replaced(&archive, path, old, new);
    let found = found(&archive);
    let found: Vec<_> = found
        .iter()
        .map(|(rule, path, line, column, text)| {
            (rule.as_str(), path.as_str(), *line, *column, text.as_str())
        })
        .collect();
    assert_eq!(found, [expected], "{new:?}");
}

#[test]
fn the_archive_without_faults_has_no_findings() {
    assert_eq!(found(&clean()), []);
}

#[test]
fn faults_of_day_entries_are_found() {
    let entry = "### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n";
    one(BEFORE, entry, "", ("day/missing-event", FERRY, 3, 3, "Ferry line reopens"));
    one(
        BEFORE,
        "reopens.md",
        "reopenz.md",
        ("day/unknown-event", BEFORE, 3, 26, "/news/2012/03/24/ferry-line-reopenz.md"),
    );
    one(
        BEFORE,
        entry,
        "### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n",
        ("day/foreign-event", BEFORE, 4, 23, "/news/2012/03/25/lock-gates-fail.md"),
    );
    one(
        BEFORE,
        entry,
        &entry.repeat(2),
        ("day/duplicate-event", BEFORE, 4, 26, "/news/2012/03/24/ferry-line-reopens.md"),
    );
    one(
        BEFORE,
        "[Ferry line",
        "[Ferry lines",
        ("day/stale-text", BEFORE, 3, 6, "Ferry lines reopens"),
    );
}

#[test]
fn faults_of_day_pages_are_found() {
    one(
        DAY,
        "/news/2012/03/24/index.md",
        "/news/2012/03/23/index.md",
        ("day/wrong-previous", DAY, 6, 22, "/news/2012/03/23/index.md"),
    );
    one(
        COPY,
        "##### Port\n### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n\n",
        "",
        ("day/copies-differ", COPY, 1, 4, "[2012-03-25](/news/2012/03/25/index.md)"),
    );
    let archive = clean();
    for path in [DAY, COPY] {
        std::fs::remove_file(archive.root().join(path)).expect("a page");
    }
    let found = found(&archive);
    let expected = ("day/missing-page", GATES, 1, 18, "/news/2012/03/25/index.md");
    assert_eq!(found.len(), 1, "{found:?}");
    let (rule, path, line, column, text) = &found[0];
    assert_eq!((rule.as_str(), path.as_str(), *line, *column, text.as_str()), expected);
}

#[test]
fn faults_of_texts_are_found() {
    one(GATES, "### [", "\u{FEFF}### [", ("text/byte-order-mark", GATES, 1, 1, "\u{FEFF}"));
    one(GATES, ".md)\n\n#####", ".md)\r\n\n#####", ("text/line-ending", GATES, 1, 44, "\r\n"));
    one(GATES, "[Courier]", "[CafÃ© Courier]", ("text/mojibake", GATES, 8, 8, "Ã©"));
    one(GATES, "[Courier]", "[Caf&eacute;]", ("text/html-entity", GATES, 8, 8, "&eacute;"));
    one(GATES, "[Courier]", "[Caf&amp;eacute;]", ("text/html-entity", GATES, 8, 8, "&amp;eacute;"));
    one(GATES, "##### Port", "##### Port''", ("text/wiki-markup", GATES, 3, 11, "''"));
    one(
        GATES,
        "https://courier.example/gates",
        "${url}",
        ("text/template-residue", GATES, 8, 14, "${url}"),
    );
}

#[test]
fn faults_of_the_whole_archive_are_found() {
    let archive = clean();
    let duplicate = "### [2012-03-24](/news/2012/03/24/index.md)\n\n# Lock gates fail.\n\n### Source:\n\n1. [Post](http://www.courier.example/gates?utm_source=x)\n";
    archive.write("news/2012/03/24/gates-fail.md", duplicate);
    replaced(
        &archive,
        BEFORE,
        ".md)\n\n",
        ".md)\n\n### [Lock gates fail.](/news/2012/03/24/gates-fail.md)\n",
    );
    let duplicates = found(&archive);
    assert_eq!(duplicates.len(), 1, "{duplicates:?}");
    assert_eq!(
        (duplicates[0].0.as_str(), duplicates[0].1.as_str()),
        ("archive/duplicate-event", GATES)
    );

    // A comment in a title is not visible.
    let comment = "# Lock gates fail. <!-- a comment that is much longer than the title -->\n";
    archive
        .write("news/2012/03/24/gates-fail.md", duplicate.replace("# Lock gates fail.\n", comment));
    assert_eq!(found(&archive).len(), 1, "{:?}", found(&archive));

    let archive = clean();
    archive.write("About.md", "# About\n");
    archive.write("about.md", "# About\n");
    archive.write("maps/Basin.PNG", "x");
    archive.write("maps/basin.png", "x");
    let collisions = found(&archive);
    let paths: Vec<_> = collisions.iter().map(|found| found.1.as_str()).collect();
    assert_eq!(paths, ["about.md", "maps/basin.png"]);
    assert!(collisions.iter().all(|found| found.0 == "archive/name-collision"));

    one(
        FERRY,
        "\n### Related:\n\n1. [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n",
        "",
        ("related/one-way", GATES, 12, 25, "/news/2012/03/24/ferry-line-reopens.md"),
    );
}

#[test]
fn comments_suppress_only_their_block_or_page() {
    let archive = clean();
    let dead = "1. [Gone](/news/2012/03/23/gone-entirely.md)\n";
    replaced(&archive, FERRY, "1. [Lock", &format!("{dead}1. [Lock"));
    let rules = |archive: &TestArchive| -> Vec<String> {
        archive.findings(&[]).into_iter().map(|found| found.0).collect()
    };
    assert_eq!(rules(&archive), ["related/not-found"]);
    let comment = "<!-- dateline-ignore related/not-found: the page is lost -->\n";
    replaced(&archive, FERRY, "1. [Gone", &format!("{comment}1. [Gone"));
    assert_eq!(rules(&archive), [] as [&str; 0]);
    let summary = archive.check(&[]).stderr;
    let summary = String::from_utf8_lossy(&summary).into_owned();
    assert!(summary.contains("1 finding suppressed by comments"), "{summary}");
    let unused = rules_of(&archive, &["--ignore", "related/not-found"]);
    assert_eq!(unused, [] as [&str; 0], "what did not run may have been silenced");
    // A comment before a heading applies only to the heading.
    replaced(&archive, FERRY, comment, "");
    replaced(&archive, FERRY, "### Related", &format!("{comment}### Related"));
    assert_eq!(rules(&archive), ["archive/unused-suppression", "related/not-found"]);
    replaced(&archive, FERRY, comment, "<!-- dateline-ignore-file related: lost -->\n");
    assert_eq!(rules(&archive), [] as [&str; 0]);
}

fn rules_of(archive: &TestArchive, options: &[&str]) -> Vec<String> {
    archive.findings(options).into_iter().map(|found| found.0).collect()
}

#[test]
fn a_single_page_is_checked_against_the_other_pages() {
    let archive = clean();
    replaced(
        &archive,
        BEFORE,
        "### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n",
        "",
    );
    std::fs::remove_file(archive.root().join(DAY)).expect("a page");
    std::fs::remove_file(archive.root().join(COPY)).expect("a page");
    let whole = archive.findings(&[]);
    let mut parts = Vec::new();
    for path in [FERRY, BEFORE, GATES] {
        let output = dateline(archive.root(), &["check", path, "--output-format", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let found = report["diagnostics"].as_array().expect("an array").clone();
        parts.extend(found.into_iter().map(|found| found["message"].clone()));
    }
    assert_eq!(whole.len(), 2);
    assert_eq!(parts.len(), 2, "{parts:?}");
}

#[test]
fn a_day_that_fields_give_is_reported_once_even_if_only_some_pages_are_checked() {
    let archive = TestArchive::new();
    let settings = "[layout]\nevent = [\"posts/{slug}.md\", \"{year}/{month:02}/{day:02}-{slug}.md\"]\nday = \"{year}/{month:02}/{day:02}.md\"\n[event]\ndate = { from = [\"front.date\", \"path\"] }\ntitle = { from = [\"front.title\"] }\nhidden = [\"front.draft\"]\n";
    archive.write("dateline.toml", settings);
    archive.write("2012/03/25-gates.md", "---\ntitle: Lock gates fail\n---\n");
    archive.write("posts/a.md", "---\ntitle: A\ndate: 2012-03-25\ndraft: true\n---\n");
    archive.write("posts/b.md", "---\ntitle: B\ndate: 2012-03-25\n---\n");
    archive.write("posts/c.md", "---\ntitle: C\ndate: 2012-03-26\n---\n");
    let reported = |paths: &[&str]| {
        let options = ["check", "--select", "day", "--output-format", "concise"];
        let output = dateline(archive.root(), &[&options[..], paths].concat());
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let gates = "2012/03/25-gates.md:1:1: warning[day/missing-page]: 2012-03-25 has 2 events but no day page\n";
    let other =
        "posts/c.md:1:1: warning[day/missing-page]: 2012-03-26 has an event but no day page\n";
    assert_eq!(reported(&["."]), format!("{gates}{other}"));
    assert_eq!(reported(&["2012/03/25-gates.md"]), gates);
    assert_eq!(reported(&["posts/a.md", "posts/b.md"]), "");
    assert_eq!(reported(&["posts/c.md"]), other);

    let fixed = archive.check(&["--select", "day", "--fix", "--unsafe-fixes"]);
    assert_eq!(fixed.status.code(), Some(0), "{fixed:?}");
    assert_eq!(
        archive.read("2012/03/25.md"),
        "## [2012-03-25](/2012/03/25.md)\n\n### [Lock gates fail](/2012/03/25-gates.md)\n\n### [B](/posts/b.md)\n"
    );
    assert_eq!(reported(&["."]), "");
}
