//! `dateline init`: what it writes fits the archive that it looked at.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests write files and run the program"
)]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "each test uses its part of the support")]

#[path = "support/archive.rs"]
mod archive;
#[path = "support/styles.rs"]
mod styles;

use std::path::Path;
use std::process::Command;

use archive::dateline;
use proptest::prelude::*;
use proptest::sample::select;
use styles::{Section, Style};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

/// Runs `init`, which must succeed; returns what it wrote.
fn init(root: &Path) -> String {
    let output = dateline(root, &["init"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "");
    settings(root)
}

fn settings(root: &Path) -> String {
    std::fs::read_to_string(root.join("dateline.toml")).expect("settings")
}

/// The resolved settings, without where they came from.
fn shown(root: &Path) -> String {
    let output = dateline(root, &["config", "show"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    let shown = shown.split("[rules]").next().unwrap_or_default();
    let bare = shown.lines().map(|line| line.split(" # ").next().unwrap_or_default().trim_end());
    bare.filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

fn findings(root: &Path) -> String {
    let output = dateline(root, &["check", ".", "--output-format", "concise", "--quiet"]);
    assert!(output.status.code() < Some(2), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// What `init` makes of an archive in a style is that style, and leads to no finding.
fn gives_back(style: &Style, days: usize) {
    let archive = folder();
    let root = archive.path();
    style.write(root, days);
    std::fs::write(root.join("dateline.toml"), style.toml()).expect("settings");
    assert_eq!(findings(root), "", "the archive does not obey {style:?}");
    let wanted = shown(root);
    std::fs::remove_file(root.join("dateline.toml")).expect("settings");
    let written = init(root);
    assert_eq!(shown(root), wanted, "{style:?}\n{written}");
    assert_eq!(findings(root), "", "{style:?}\n{written}");
}

#[test]
fn on_every_fixture_it_leads_to_the_same_findings_as_the_file_written_by_hand() {
    for name in ["gazette", "annals-zh", "broken"] {
        let archive = folder();
        let root = archive.path();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name), root);
        let check = || dateline(root, &["check", ".", "--output-format", "json"]);
        let by_hand = check();
        std::fs::remove_file(root.join("dateline.toml")).expect("settings");
        let written = init(root);
        let surveyed = check();
        assert_eq!(surveyed.status.code(), by_hand.status.code(), "{name}");
        assert!(surveyed.stdout == by_hand.stdout, "{name}\n{written}");
        assert_eq!(text(&surveyed.stderr), text(&by_hand.stderr), "{name}");
    }
}

#[test]
fn the_settings_say_how_many_pages_bear_them_out() {
    let archive = folder();
    let root = archive.path();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/gazette"), root);
    std::fs::remove_file(root.join("dateline.toml")).expect("settings");
    let written = init(root);
    for (comment, value) in [
        ("# 50 of 88 pages (56.8 %)", "event = \"news/{year}/{month:02}/{day}/{slug}.md\""),
        ("# 46 of 50 event pages (92.0 %)", "topic = { level = 5, required = false }"),
        ("# 50 of 50 event pages (100 %)", "title = { level = 1 }"),
        ("# 7 of 50 event pages (14.0 %)", "[[event.section]]\nname = \"changes\""),
        ("# 36 of 36 day pages (100 %)", "entry = { level = 3 }"),
    ] {
        assert!(written.contains(&format!("{comment}\n{value}\n")), "{comment}\n{written}");
    }
}

const LAYOUTS: [(&str, &[&str]); 9] = [
    ("news/{year}/{month:02}/{day}/{slug}.md", &["news/{year}/{month:02}/{day}/index.md"]),
    ("archive/{year}-{month:02}-{day:02}-{slug}.md", &["archive/{year}-{month:02}-{day:02}.md"]),
    ("archive/{year}-{month:02}-{day:02}-{slug}.md", &[]),
    ("{year}/{month}/{day}/{slug}.md", &["{year}/{month}/{day}/README.md"]),
    (
        "posts/{year}/{month:02}/{day:02}/{slug}/index.md",
        &["posts/{year}/{month:02}/{day:02}/index.md"],
    ),
    ("posts/{year}/{month:02}/{day:02}/{slug}/index.md", &[]),
    ("{day:02}.{month:02}.{year}/{slug}.md", &["{day:02}.{month:02}.{year}/tag.md"]),
    ("{year}/{month:02}-{day:02}_{slug}.md", &["{year}/{month:02}-{day:02}.md"]),
    (
        "v2/{year}/{month:02}/{day:02}-{slug}/text.md",
        &["v2/{year}/{month:02}/{day:02}/index.md", "v2/{year}/{month:02}/{day:02}/README.md"],
    ),
];

#[test]
fn every_layout_is_seen() {
    for (event, day) in LAYOUTS {
        gives_back(&Style { event, day, ..Style::default() }, 40);
    }
}

const FORMATS: [&[&str]; 11] = [
    &["%Y-%m-%d"],
    &["%Y-%m-%-d"],
    &["%d.%m.%Y"],
    &["%-d.%-m.%Y"],
    &["%-d %B %Y"],
    &["%d %B %Y"],
    &["%A, %-d %B %Y"],
    &["%B %-d, %Y"],
    &["%Y年%-m月%-d日"],
    &["%d/%m/%Y"],
    &["%m/%d/%Y"],
];

#[test]
fn every_format_of_dates_is_seen() {
    for formats in FORMATS {
        gives_back(&Style { formats, ..Style::default() }, 60);
    }
}

const SECTIONS: [&[Section]; 7] = [
    &[("sources", &["Source:"], 3), ("related", &["Related:"], 3)],
    &[("sources", &["Quellen"], 2), ("related", &["Siehe auch"], 2), ("verlauf", &["Verlauf"], 2)],
    &[("sources", &["Références"], 4), ("related", &["Événements liés"], 2)],
    &[("sources", &["Fuentes \"oficiales\" \\ otras"], 4)],
    &[("related", &["相关"], 2)],
    &[("related", &["See also"], 6), ("corrections", &["Corrections"], 6)],
    &[],
];

#[test]
fn sections_of_any_language_are_seen() {
    for sections in SECTIONS {
        gives_back(&Style { sections: sections.to_vec(), ..Style::default() }, 40);
    }
}

#[test]
fn two_spellings_of_a_heading_are_one_section() {
    let sections: Vec<Section> =
        vec![("sources", &["Quelle:", "Quellen:"], 3), ("related", &["Siehe auch:"], 3)];
    gives_back(&Style { sections, ..Style::default() }, 40);
}

#[test]
fn sections_may_stand_in_another_order() {
    let sections: Vec<Section> = vec![("related", &["Related:"], 3), ("sources", &["Sources:"], 3)];
    gives_back(&Style { sections, ordered: true, ..Style::default() }, 40);
}

#[test]
fn policies_are_told_by_the_days_that_have_no_page() {
    for policy in ["nearest", "calendar"] {
        gives_back(&Style { policy, previous: "Vortag", ..Style::default() }, 40);
    }
    // Without such a day neither is borne out.
    gives_back(&Style { policy: "any", step: 1, ..Style::default() }, 40);
}

#[test]
fn where_the_site_mounts_the_archive_is_seen() {
    for prefix in ["/zh", "/site/archive"] {
        gives_back(&Style { prefix: Some(prefix), ..Style::default() }, 40);
    }
}

#[test]
fn few_pages_are_enough() {
    for (event, _) in LAYOUTS {
        gives_back(&Style { event, day: &[], ..Style::default() }, 1);
    }
    for days in 1..4 {
        gives_back(&Style { policy: "any", ..Style::default() }, days);
    }
    // Five pages: two days, and one of them with a single event.
    let archive = folder();
    let root = archive.path();
    let pages = Style { sections: vec![("sources", &["Quelle"], 2)], ..Style::default() };
    let written = pages.write(root, 2);
    std::fs::remove_file(root.join(&written[0])).expect("a page");
    let settings = init(root);
    for line in ["headings = [\"Quelle\"]", "title = { level = 1 }", "entry = { level = 3 }"] {
        assert!(settings.contains(line), "{settings}");
    }
}

/// Puts something in the place of what stands once in a page.
fn spoil(root: &Path, page: &str, old: &str, new: &str) {
    let path = root.join(page);
    let text = std::fs::read_to_string(&path).expect("a page");
    assert!(text.contains(old), "{page} has no {old:?}");
    std::fs::write(path, text.replacen(old, new, 1)).expect("a page");
}

#[test]
fn a_few_broken_pages_change_nothing() {
    let archive = folder();
    let root = archive.path();
    let style = Style { policy: "calendar", ..Style::default() };
    let pages = style.write(root, 150);
    init(root);
    let clean = shown(root);
    let (days, events): (Vec<&String>, Vec<&String>) =
        pages.iter().partition(|page| page.ends_with("index.md"));
    // Each fault stands on three in a hundred pages of its kind.
    let every = |of: &[&String], fault: usize| -> Vec<String> {
        of.iter().skip(2 + fault).step_by(33).map(|page| (*page).clone()).collect()
    };
    let faults = [
        ("# The", "The"),
        ("### Sources:", "### Sorces:"),
        ("### Related:", "## Related:"),
        ("##### ", "#### "),
        ("### [2", "# [2"),
        ("### Sources:", "### Nachtrag\n\n### Sources:"),
        ("They came", "#### Weather\n\nThey came"),
        ("### [2011-0", "### [2011/0"),
        ("1. [Courier](https://courier.example", "1. [Courier](/courier"),
    ];
    for (fault, (old, new)) in faults.into_iter().enumerate() {
        for page in every(&events[..240], fault) {
            let path = root.join(&page);
            let text = std::fs::read_to_string(&path).expect("a page");
            std::fs::write(path, text.replacen(old, new, 1)).expect("a page");
        }
    }
    for (old, new) in [("Previous Day...", "Previus Day..."), ("## [P", "# [P"), ("### ", "#### ")]
    {
        for page in every(&days, old.len()) {
            spoil(root, &page, old, new);
        }
    }
    for (number, page) in every(&events, 20).iter().enumerate() {
        let away = root.join(format!("lost/2011/05/{}/a-{number}.md", number + 1));
        std::fs::create_dir_all(away.parent().expect("a folder")).expect("a folder");
        std::fs::rename(root.join(page), away).expect("a page");
    }
    std::fs::write(root.join(events[7]), [0xFF, 0x00, b'#', b' ', 0xFE]).expect("a page");
    std::fs::write(root.join(days[7]), "").expect("a page");
    std::fs::remove_file(root.join("dateline.toml")).expect("settings");
    let written = init(root);
    assert_eq!(shown(root), clean, "{written}");
    assert!(findings(root).lines().count() > 50, "the pages are not broken");
}

#[test]
fn what_stands_on_one_page_is_no_section() {
    let archive = folder();
    let root = archive.path();
    let pages = Style::default().write(root, 100);
    spoil(root, &pages[0], "### Sources:", "### Links\n\n- [a](https://a.example)\n\n### Sources:");
    // Prose that recurs on many pages is one, if nothing is written freely at its level.
    for page in pages.iter().filter(|page| !page.ends_with("index.md")).step_by(4) {
        spoil(root, page, "They came", "### Background\n\nThey came");
        spoil(root, page, "### Related:", "#### On the way\n\nIt rained.\n\n### Related:");
    }
    for (number, page) in pages.iter().filter(|page| !page.ends_with("index.md")).enumerate() {
        let new = format!("#### Visitor {number}\n\nAnd left.\n\n### Related:");
        spoil(root, page, "### Related:", &new);
    }
    let written = init(root);
    assert!(written.contains("name = \"background\"\n"), "{written}");
    for text in ["Links", "On the way", "Visitor"] {
        assert!(!written.contains(text), "{written}");
    }
}

#[test]
fn an_archive_without_topics_may_have_other_headings_at_their_level() {
    let archive = folder();
    let root = archive.path();
    let pages = Style { topic: 0, ..Style::default() }.write(root, 20);
    for page in pages.iter().filter(|page| !page.ends_with("index.md")) {
        spoil(root, page, "They came", &format!("They came\n\n##### To {page}\n\nThey came"));
    }
    init(root);
    assert_eq!(findings(root), "");
}

#[test]
fn days_in_words_that_are_not_known_are_told_by_their_links() {
    let archive = folder();
    let root = archive.path();
    let style = Style { date: 4, ..Style::default() };
    for page in style.write(root, 20).iter().filter(|page| !page.ends_with("index.md")) {
        let text = std::fs::read_to_string(root.join(page)).expect("a page");
        let end = text.find(']').expect("a date");
        let text = format!("#### [am soundsovielten{}", &text[end..]);
        std::fs::write(root.join(page), text).expect("a page");
    }
    let written = init(root);
    assert!(
        written.contains(
            "\n# formats: the day is written in none that is known\ndate = { level = 4 }"
        ),
        "{written}"
    );
}

#[test]
fn what_a_rule_will_report_everywhere_is_told_and_not_silenced() {
    let archive = folder();
    let root = archive.path();
    for page in Style::default().write(root, 20).iter().filter(|page| !page.ends_with("index.md")) {
        let text = std::fs::read_to_string(root.join(page)).expect("a page");
        let (date, rest) = text.split_once("\n\n").expect("a date");
        let (title, rest) = rest.split_once("\n\n").expect("a title");
        let title = title.split_once('\n').expect("a topic above the title").1;
        std::fs::write(root.join(page), format!("{title}\n\n{date}\n\n{rest}")).expect("a page");
    }
    let written = init(root);
    let told = "The title stands above the date on 40 of 40 event pages (100 %): \
                `heading/wrong-order` reports that";
    assert!(written.contains(told), "{written}");
    assert!(written.ends_with("# [rules]\n# ignore = [\"heading/wrong-order\"]\n"), "{written}");
    assert_eq!(findings(root).matches("[heading/wrong-order]").count(), 40);
    assert_eq!(findings(root).lines().count(), 40);
    let obeyed = written.replace("# [rules]\n# ignore", "[rules]\nignore");
    std::fs::write(root.join("dateline.toml"), obeyed).expect("settings");
    assert_eq!(findings(root), "");
}

fn write(root: &Path, page: &str, text: &str) {
    let path = root.join(page);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a page");
}

/// So many days from the first of 2011 on, one in so many.
fn every(count: i32, step: i32) -> impl Iterator<Item = jiff::civil::Date> {
    let first = jiff::civil::date(2011, 1, 1);
    (0..count).map(move |day| first + jiff::Span::new().days(day * step))
}

#[test]
fn large_archives_are_seen_as_small_ones_are() {
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

/// An archive of dated events alone, each at the path that its day and number make.
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
fn numbers_of_pages_are_no_days() {
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
            let layout =
                format!("event = \"{expected}\"\n# no page has the path of one\nday = []\n");
            assert!(written.contains(&layout), "{folders}: {written}");
            assert_eq!(findings(root), "", "{folders}: {written}");
        }
    }
}

#[test]
fn a_layout_that_no_pattern_says_is_refused() {
    for form in ["%Y/%m/%Y-%m-%d-thing", "%Y/%Y-%m-%d-post"] {
        let archive = folder();
        let root = archive.path();
        let path = |date: jiff::civil::Date, number| format!("{}-{number}.md", date.strftime(form));
        events(root, 30, 2, path);
        let output = dateline(root, &["init"]);
        assert_eq!(output.status.code(), Some(2), "{form}");
        let errors = text(&output.stderr);
        assert!(errors.contains("60 page(s) such as `2011/"), "{errors}");
        assert!(errors.contains("name their year twice"), "{errors}");
        assert!(!root.join("dateline.toml").exists());
        // Beside pages that a pattern reads they are told, and left out.
        let sound = |date: jiff::civil::Date, number| {
            format!("news/{}/a-{number}.md", date.strftime("%Y/%m/%d"))
        };
        events(root, 60, 2, sound);
        let output = dateline(root, &["init"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(
            text(&output.stderr).starts_with("60 page(s) such as "),
            "{}",
            text(&output.stderr)
        );
        assert!(settings(root).contains("event = \"news/{year}/{month:02}/{day:02}/{slug}.md\""));
        assert_eq!(findings(root), "");
    }
}

#[test]
fn of_two_readings_of_a_path_the_pages_choose() {
    // Twelve days of which either number could be the month.
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
    // Where they contradict each there is none.
    let archive = folder();
    let root = archive.path();
    events(root, 10, 1, |date, _| {
        let other = date + jiff::Span::new().days(40);
        format!("{}/a.md", other.strftime("%Y/%m/%d"))
    });
    let output = dateline(root, &["init"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = text(&output.stderr);
    assert!(errors.contains("most of them are of other days"), "{errors}");
}

#[test]
fn drafts_are_left_out() {
    let archive = folder();
    let root = archive.path();
    Style::default().write(root, 40);
    for folder in ["drafts", "blog/_drafts"] {
        for date in every(10, 1) {
            write(root, &format!("{folder}/{date}-idea.md"), "# An idea\n\nTODO\n");
        }
    }
    let written = init(root);
    let share = "# 10 of 140 dated pages (7.1 %)\n";
    let exclude = "exclude = [\"blog/_drafts/**\", \"drafts/**\"]\n\n[layout]\n# 80 of 120 pages";
    assert!(written.contains(&format!("[archive]\n{share}{share}{exclude}")), "{written}");
    assert!(written.contains("event = \"news/{year}/{month:02}/{day}/{slug}.md\"\n"), "{written}");
    assert_eq!(findings(root), "", "{written}");
}

#[test]
fn the_day_of_another_page_contradicts_none() {
    // Day pages that name no day but the one before, which they link to.
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
fn an_archive_in_a_folder_below_is_seen_from_above() {
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
        // It is the archive that is checked.
        spoil(&root.join("site/en"), &pages[7], "# The", "The");
        assert_eq!(findings(root).matches("[heading/missing-title]").count(), 1);
        let outside = dateline(root, &["check", "docs"]);
        assert_eq!(outside.status.code(), Some(2));
        assert!(text(&outside.stderr).contains("docs is outside the archive's root"));
        let above = dateline(&root.join("site"), &["check", "--output-format", "concise"]);
        assert_eq!(text(&above.stdout), findings(root));
        let forced = dateline(root, &["init", "--force", "--baseline"]);
        assert_eq!(forced.status.code(), Some(0), "{}", text(&forced.stderr));
        assert!(text(&forced.stderr).contains("dateline-baseline.jsonl holds "));
    }
}

#[test]
fn several_archives_side_by_side_are_refused() {
    let repository = folder();
    let root = repository.path();
    for language in ["en", "zh"] {
        Style::default().write(&root.join(language), 20);
    }
    let refuses = |root: &Path, why: &str| {
        let output = dateline(root, &["init"]);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(why), "{errors}");
        assert!(!root.join("dateline.toml").exists());
    };
    refuses(root, "begin at each of `en`, `zh`: each is an archive of its own, `dateline init en`");
    init(&root.join("en"));
    assert_eq!(findings(&root.join("en")), "");
    // Without links it is their number that tells.
    let repository = folder();
    let root = repository.path();
    for language in 0..30 {
        events(root, 4, 1, |date, number| {
            format!("l{language:02}/{}/a{number}.md", date.strftime("%Y/%m/%d"))
        });
    }
    refuses(
        root,
        "pages have the same paths in each of `l00`, `l01`, `l02`, `l03`, `l04`, and more: ",
    );
}

#[test]
fn nothing_is_overwritten_unless_forced() {
    let archive = folder();
    let root = archive.path();
    Style::default().write(root, 4);
    let own = "# mine\n[rules]\nignore = [\"link\"]\n";
    std::fs::write(root.join("dateline.toml"), own).expect("settings");
    let refused = dateline(root, &["init"]);
    assert_eq!(refused.status.code(), Some(2));
    let errors = text(&refused.stderr);
    assert!(errors.contains("dateline.toml already: --force replaces it"), "{errors}");
    assert_eq!(settings(root), own);
    // What it would write is shown without a word of what is there.
    let shown = dateline(root, &["init", "--dry-run"]);
    assert_eq!((shown.status.code(), settings(root).as_str()), (Some(0), own));
    let forced = dateline(root, &["init", "--force"]);
    assert_eq!(forced.status.code(), Some(0));
    assert_eq!(settings(root), text(&shown.stdout));
    let account = text(&forced.stderr);
    assert!(account.starts_with("12 pages: 8 of events, 4 of days, 0 of neither\n"), "{account}");
    assert!(account.contains("\nwrote "), "{account}");
}

#[test]
fn a_baseline_is_written_besides_if_that_is_asked_for() {
    let archive = folder();
    let root = archive.path();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/broken"), root);
    std::fs::remove_file(root.join("dateline.toml")).expect("settings");
    let name = "dateline-baseline.jsonl";
    let output = dateline(root, &["init", "--baseline"]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), String::new()));
    let account = text(&output.stderr);
    assert!(account.contains("dateline-baseline.jsonl holds "), "{account}");
    let check = dateline(root, &["check", "--baseline", name, "--fail-on", "warning"]);
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stdout));
    assert_eq!(dateline(root, &["check", "--fail-on", "warning"]).status.code(), Some(1));
    // Neither file is overwritten unasked.
    std::fs::remove_file(root.join("dateline.toml")).expect("settings");
    let refused = dateline(root, &["init", "--baseline"]);
    assert_eq!(refused.status.code(), Some(2));
    let errors = text(&refused.stderr);
    assert!(errors.contains("dateline-baseline.jsonl already: --force"), "{errors}");
    assert!(!root.join("dateline.toml").exists());
    let before = std::fs::read(root.join(name)).expect("a baseline");
    assert_eq!(dateline(root, &["init", "--baseline", "--force"]).status.code(), Some(0));
    assert_eq!(std::fs::read(root.join(name)).expect("a baseline"), before);
    assert_eq!(dateline(root, &["init", "--baseline", "--dry-run"]).status.code(), Some(2));
}

#[test]
fn settings_above_the_folder_are_not_set_aside_unasked() {
    let above = folder();
    std::fs::write(above.path().join("dateline.toml"), "").expect("settings");
    let root = above.path().join("archive");
    Style::default().write(&root, 4);
    let refused = dateline(&root, &["init"]);
    assert_eq!(refused.status.code(), Some(2));
    let errors = text(&refused.stderr);
    assert!(errors.contains("--force gives the folder settings of its own"), "{errors}");
    assert!(!root.join("dateline.toml").exists());
    assert_eq!(dateline(&root, &["init", "--force"]).status.code(), Some(0));
    assert!(settings(&root).contains("[layout]"));
    assert_eq!(std::fs::read_to_string(above.path().join("dateline.toml")).expect("settings"), "");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let archive = folder();
    let root = archive.path();
    Style::default().write(root, 4);
    let elsewhere = folder();
    let target = elsewhere.path().join("precious");
    std::fs::write(&target, "precious").expect("a file");
    std::os::unix::fs::symlink(&target, root.join("dateline.toml")).expect("a link");
    for options in [&["init"][..], &["init", "--force"]] {
        let refused = dateline(root, options);
        assert_eq!(refused.status.code(), Some(2), "{options:?}");
        assert!(text(&refused.stderr).contains("no regular file"), "{}", text(&refused.stderr));
    }
    assert_eq!(std::fs::read_to_string(target).expect("a file"), "precious");
}

#[test]
fn where_there_is_no_archive_it_says_so() {
    let archive = folder();
    let root = archive.path();
    let fails = |arguments: &[&str], why: &str| {
        let output = dateline(root, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(text(&output.stdout), "");
        assert!(text(&output.stderr).contains(why), "{}", text(&output.stderr));
    };
    fails(&["init"], "there is no Markdown page below ");
    std::fs::write(root.join("about.md"), "# About\n").expect("a page");
    fails(&["init"], "has year, month and day in its path");
    fails(&["init", "about.md"], "about.md is no folder");
    fails(&["init", "nowhere"], "cannot read nowhere");
    fails(&["init", "--force", "--dry-run"], "cannot be used with");
    assert!(!root.join("dateline.toml").exists());
}

#[test]
fn the_same_is_written_at_any_thread_count() {
    let archive = folder();
    let root = archive.path();
    Style { sections: SECTIONS[1].to_vec(), ..Style::default() }.write(root, 700);
    let run = |threads: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_dateline"))
            .args(["init", "--dry-run"])
            .current_dir(root)
            .env_clear()
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .expect("the program runs");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        (text(&output.stdout), text(&output.stderr))
    };
    let one = run("1");
    assert!(["2", "3", "8"].iter().all(|threads| run(threads) == one));
}

fn levels() -> impl Strategy<Value = [u8; 4]> {
    let distinct = |levels: &[u8; 4]| levels[1] != levels[2];
    proptest::array::uniform4(1..7_u8).prop_filter("topic and title at one level", distinct)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn settings_that_an_archive_obeys_are_given_back(
        (event, day) in select(&LAYOUTS[..]),
        formats in select(&FORMATS[..]),
        sections in select(&SECTIONS[..]),
        [date, topic, title, section] in levels(),
        day_levels in levels(),
        (previous, policy) in select(&[("Vortag", "nearest"), ("Hier...", "calendar")][..]),
        prefix in select(&[None, Some("/zh")][..]),
    ) {
        let sections = sections.iter().map(|(name, headings, _)| (*name, *headings, section));
        let sections = sections.collect();
        let style = Style {
            prefix, event, day, formats, date, topic, title, sections, day_levels, previous, policy,
            ..Style::default()
        };
        gives_back(&style, 40);
    }
}
