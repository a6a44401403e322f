//! Tests of the settings that `dateline init` derives from an archive.

use proptest::prelude::*;
use proptest::sample::select;

use crate::support::checkout::fixture;
use crate::support::init::{copy, every, findings, folder, init, replace_in_page, shown, write};
use crate::support::process::{dateline, stderr};
use crate::support::styles::{SECTIONS, Section, Style};

/// Asserts that `init` recovers the settings of an archive that follows a style, and that the check
/// then finds nothing.
fn gives_back(style: &Style, days: usize) {
    let archive = folder();
    let root = archive.path();
    style.write(root, days);
    std::fs::write(root.join("dateline.toml"), style.toml()).expect("settings");
    assert_eq!(findings(root), "", "the archive does not obey {style:?}");
    let expected = shown(root);
    std::fs::remove_file(root.join("dateline.toml")).expect("settings");
    let written = init(root);
    assert_eq!(shown(root), expected, "{style:?}\n{written}");
    assert_eq!(findings(root), "", "{style:?}\n{written}");
}

#[test]
fn generated_settings_give_the_same_findings_as_handwritten_ones_on_all_fixtures() {
    for name in ["gazette", "annals-zh", "broken"] {
        let archive = folder();
        let root = archive.path();
        copy(&fixture(name), root);
        let check = || dateline(root, &["check", ".", "--output-format", "json"]);
        let by_hand = check();
        std::fs::remove_file(root.join("dateline.toml")).expect("settings");
        let written = init(root);
        let generated = check();
        assert_eq!(generated.status.code(), by_hand.status.code(), "{name}");
        assert!(generated.stdout == by_hand.stdout, "{name}\n{written}");
        assert_eq!(stderr(&generated), stderr(&by_hand), "{name}");
    }
}

#[test]
fn comments_give_the_share_of_pages_that_support_a_setting() {
    let archive = folder();
    let root = archive.path();
    copy(&fixture("gazette"), root);
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

#[test]
fn each_of_several_patterns_is_on_a_line_of_its_own_and_named_with_its_share() {
    let archive = folder();
    let root = archive.path();
    for (day, folder) in every(30, 9).zip(["_posts", "_posts", "_events"].into_iter().cycle()) {
        write(root, &format!("{folder}/{day}-ferry.md"), "# The ferry\n");
    }
    let expected = "\
[layout]
# _posts/{year}-{month:02}-{day:02}-{slug}.md: 20 of 30 pages (66.6 %)
# _events/{year}-{month:02}-{day:02}-{slug}.md: 10 of 30 pages (33.3 %)
event = [
    \"_posts/{year}-{month:02}-{day:02}-{slug}.md\",
    \"_events/{year}-{month:02}-{day:02}-{slug}.md\",
]
";
    let written = init(root);
    assert!(written.contains(expected), "{written}");
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
fn every_layout_is_detected() {
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
fn every_date_format_is_detected() {
    for formats in FORMATS {
        gives_back(&Style { formats, ..Style::default() }, 60);
    }
}

#[test]
fn sections_in_any_language_are_detected() {
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
fn sections_in_another_order_are_detected() {
    let sections: Vec<Section> = vec![("related", &["Related:"], 3), ("sources", &["Sources:"], 3)];
    gives_back(&Style { sections, ordered: true, ..Style::default() }, 40);
}

#[test]
fn the_previous_link_policy_is_detected_from_days_without_a_page() {
    for policy in ["nearest", "calendar"] {
        gives_back(&Style { policy, previous: "Vortag", ..Style::default() }, 40);
    }
    // If every day has a page, the two policies cannot be told apart.
    gives_back(&Style { policy: "any", step: 1, ..Style::default() }, 40);
}

#[test]
fn the_url_prefix_of_the_site_is_detected() {
    for prefix in ["/zh", "/site/archive"] {
        gives_back(&Style { prefix: Some(prefix), ..Style::default() }, 40);
    }
}

#[test]
fn a_few_pages_are_enough() {
    for (event, _) in LAYOUTS {
        gives_back(&Style { event, day: &[], ..Style::default() }, 1);
    }
    for days in 1..4 {
        gives_back(&Style { policy: "any", ..Style::default() }, days);
    }
    // Five pages: two days, one of which has a single event.
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

#[test]
fn a_few_broken_pages_do_not_change_the_settings() {
    let archive = folder();
    let root = archive.path();
    let style = Style { policy: "calendar", ..Style::default() };
    let pages = style.write(root, 150);
    init(root);
    let clean = shown(root);
    let (days, events): (Vec<&String>, Vec<&String>) =
        pages.iter().partition(|page| page.ends_with("index.md"));
    // Each fault occurs on 3 % of the pages of its kind.
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
            replace_in_page(root, &page, old, new);
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
fn a_single_page_is_counted_as_one() {
    let archive = folder();
    let root = archive.path();
    std::fs::create_dir_all(root.join("2011/01/03")).expect("a folder");
    std::fs::write(root.join("2011/01/03/a.md"), "### 2011-01-03\n\n# A\n").expect("a page");
    let summary = stderr(&dateline(root, &["init", "--dry-run"]));
    assert!(summary.starts_with("1 page: 1 event page, 0 day pages, 0 other pages\n"), "{summary}");
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
    fn settings_are_recovered_from_an_archive_that_follows_them(
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
