//! Tests of `dateline init` on archives with many layouts: detected, refused and excluded paths.

use std::path::Path;

use crate::support::init::{every, findings, folder, init, replace_in_page, write};
use crate::support::process::{dateline, stderr, stdout};
use crate::support::styles::Style;

#[test]
fn large_archives_are_detected_like_small_ones() {
    let archive = folder();
    let root = archive.path();
    for date in every(1100, 1) {
        let folder = format!("news/{}", date.strftime("%Y/%m/%-d"));
        let dated = format!("[{date}](/{folder}/index.md)");
        let story = format!("{folder}/a-story-of-{date}.md");
        write(root, &story, &format!("### {dated}\n\n##### Sea\n\n# The {date}th ferry\n"));
        let entry = format!("## {dated}\n\n##### Sea\n\n### [The {date}th ferry](/{story})\n");
        write(root, &format!("{folder}/index.md"), &entry);
    }
    let written = init(root);
    assert!(written.contains("day = \"news/{year}/{month:02}/{day}/index.md\"\n"), "{written}");
    assert_eq!(findings(root), "", "{written}");
}

/// Writes an archive that has only event pages, `of_a_day` for each day. `path` returns the path of
/// a page from its date and number.
fn events(root: &Path, days: i32, of_a_day: i32, path: impl Fn(jiff::civil::Date, i32) -> String) {
    for date in every(days, 2) {
        for number in 1..=of_a_day {
            let title = format!("# The {number}th ferry of {date}");
            let sources = format!("### Sources\n\n- [a](https://a.example/{date}/{number})");
            write(root, &path(date, number), &format!("### {date}\n\n{title}\n\n{sources}\n"));
        }
    }
}

#[test]
fn page_numbers_are_not_days() {
    type Name = fn(i32) -> String;
    let names: [(&str, Name, &str); 6] = [
        (
            "news/%Y/%m/%d/",
            |number| number.to_string(),
            "news/{year}/{month:02}/{day:02}/{slug}.md",
        ),
        (
            "news/%Y/%m/%d/",
            |number| format!("{number:02}"),
            "news/{year}/{month:02}/{day:02}/{slug}.md",
        ),
        (
            "%Y/%m/%d/",
            |number| format!("{}", 4010 + number),
            "{year}/{month:02}/{day:02}/{slug}.md",
        ),
        ("%Y-%m-%d-", |number| number.to_string(), "{year}-{month:02}-{day:02}-{slug}.md"),
        ("%Y/%m/%d/%Y-%m-%d-", |number| number.to_string(), "{year}/{month:02}/{day:02}/{slug}.md"),
        (
            "%Y/%m/%d/",
            |number| format!("in-{}-03-05", 1900 + number),
            "{year}/{month:02}/{day:02}/{slug}.md",
        ),
    ];
    for (folders, name, expected) in names {
        for days in [10, 60] {
            let archive = folder();
            let root = archive.path();
            let path = |date: jiff::civil::Date, number| {
                format!("{}{}.md", date.strftime(folders), name(number))
            };
            events(root, days, 3, path);
            let written = init(root);
            let layout = format!("event = \"{expected}\"\n# no day pages found\nday = []\n");
            assert!(written.contains(&layout), "{folders}: {written}");
            assert_eq!(findings(root), "", "{folders}: {written}");
        }
    }
}

#[test]
fn a_layout_can_contain_the_year_twice() {
    for (form, expected) in [
        ("%Y/%m/%Y-%m-%d-thing", "{year}/{month:02}/{year}-{month:02}-{day:02}-{slug}.md"),
        ("%Y/%Y-%m-%d-post", "{year}/{year}-{month:02}-{day:02}-{slug}.md"),
    ] {
        let archive = folder();
        let root = archive.path();
        let path = |date: jiff::civil::Date, number| format!("{}-{number}.md", date.strftime(form));
        events(root, 30, 2, path);
        let written = init(root);
        assert!(written.contains(&format!("event = \"{expected}\"")), "{form}: {written}");
        assert_eq!(findings(root), "", "{form}: {written}");
    }
}

#[test]
fn one_pattern_stands_for_both_extensions_of_pages() {
    let archive = folder();
    let root = archive.path();
    let path = |date: jiff::civil::Date, number| {
        let extension = if number == 0 { "md" } else { "markdown" };
        format!("{}-a{number}.{extension}", date.strftime("%Y/%m/%d"))
    };
    events(root, 30, 3, path);
    let written = init(root);
    let expected = "event = \"{year}/{month:02}/{day:02}-{slug}.markdown\"";
    assert!(written.contains(expected), "{written}");
    assert_eq!(findings(root), "", "{written}");
}

#[test]
fn pages_decide_between_two_readings_of_a_path() {
    // In these dates, either number could be the month.
    for (form, expected) in [
        ("%d-%m-%Y", "{day:02}-{month:02}-{year}-{slug}.md"),
        ("%m-%d-%Y", "{month:02}-{day:02}-{year}-{slug}.md"),
    ] {
        let archive = folder();
        let root = archive.path();
        events(root, 6, 2, |date, number| format!("{}-a{number}.md", date.strftime(form)));
        let written = init(root);
        assert!(written.contains(&format!("event = \"{expected}\"")), "{written}");
        assert_eq!(findings(root), "", "{written}");
    }
    // If the headings contradict the dates in the paths, no layout is detected.
    let archive = folder();
    let root = archive.path();
    events(root, 10, 1, |date, _| {
        let other = date + jiff::Span::new().days(40);
        format!("{}/a.md", other.strftime("%Y/%m/%d"))
    });
    let output = dateline(root, &["init"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = stderr(&output);
    assert!(errors.contains("most of their headings have other dates"), "{errors}");
}

#[test]
fn drafts_are_excluded() {
    let archive = folder();
    let root = archive.path();
    Style::default().write(root, 40);
    for folder in ["drafts", "blog/_drafts"] {
        for date in every(10, 1) {
            write(root, &format!("{folder}/{date}-idea.md"), "# An idea\n\nTODO\n");
        }
    }
    let written = init(root);
    let exclude = "\
[archive]
# blog/_drafts/**: 10 of 140 dated pages (7.1 %)
# drafts/**: 10 of 140 dated pages (7.1 %)
exclude = [
    \"blog/_drafts/**\",
    \"drafts/**\",
]

[layout]
# 80 of 120 pages";
    assert!(written.contains(exclude), "{written}");
    assert!(written.contains("event = \"news/{year}/{month:02}/{day}/{slug}.md\"\n"), "{written}");
    assert_eq!(findings(root), "", "{written}");
}

#[test]
fn a_date_of_another_page_is_not_counted_as_a_contradiction() {
    // The only date on these day pages is the previous day, in a link.
    let archive = folder();
    let root = archive.path();
    let style = Style { policy: "any", step: 1, ..Style::default() };
    for page in style.write(root, 40).iter().filter(|page| page.ends_with("index.md")) {
        let text = std::fs::read_to_string(root.join(page)).expect("a page");
        let (date, rest) = text.split_once('\n').expect("a heading");
        let date = date.trim_start_matches("## [").split(']').next().expect("a date");
        let before = date.parse::<jiff::civil::Date>().expect("a date").yesterday();
        let before = before.expect("a day").to_string();
        write(root, page, &rest.replace("Previous Day...", &before));
    }
    let written = init(root);
    assert!(written.contains("day = \"news/{year}/{month:02}/{day}/index.md\"\n"), "{written}");
}

#[test]
fn an_archive_in_a_subfolder_is_detected() {
    for prefix in [None, Some("/zh")] {
        let repository = folder();
        let root = repository.path();
        let style = Style { prefix, ..Style::default() };
        let pages = style.write(&root.join("site/en"), 40);
        write(root, "README.md", "# Notes\n\n[lost](nowhere.md)\n");
        write(root, "docs/2012-03-05-a.md", "# A\n\n[lost](nowhere.md)\n");
        let written = init(root);
        assert!(
            written.contains(
                " links from the root on a sample of pages (100 %)\nroot = \"site/en\"\n"
            ),
            "{written}"
        );
        assert!(
            written.contains("event = \"news/{year}/{month:02}/{day}/{slug}.md\"\n"),
            "{written}"
        );
        assert_eq!(findings(root), "", "{written}");
        // Only the archive in the subfolder is checked.
        replace_in_page(&root.join("site/en"), &pages[7], "# The", "The");
        assert_eq!(findings(root).matches("[heading/missing-title]").count(), 1);
        let outside = dateline(root, &["check", "docs"]);
        assert_eq!(outside.status.code(), Some(2));
        assert!(stderr(&outside).contains("docs is outside the archive's root"));
        let above = dateline(&root.join("site"), &["check", "--output-format", "concise"]);
        let from_root =
            stdout(&above).lines().map(|line| format!("site/{line}\n")).collect::<Vec<_>>();
        assert_eq!(from_root.concat(), findings(root));
        let forced = dateline(root, &["init", "--force", "--baseline"]);
        assert_eq!(forced.status.code(), Some(0), "{}", stderr(&forced));
        assert!(stderr(&forced).contains("dateline-baseline.jsonl holds "));
    }
}

#[test]
fn archives_with_different_roots_are_refused() {
    let repository = folder();
    let root = repository.path();
    for language in ["en", "zh"] {
        Style::default().write(&root.join(language), 20);
    }
    let output = dateline(root, &["init"]);
    let errors = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    let why = "files below `en`, `zh`: each folder is an archive of its own; run `dateline init` in one of \
               them, such as `dateline init en`";
    assert!(errors.contains(why), "{errors}");
    assert!(!root.join("dateline.toml").exists());
    init(&root.join("en"));
    assert_eq!(findings(&root.join("en")), "");
}
