//! Tests of how `dateline init` classifies headings: as sections, titles, topics and dates.

use jiff::civil::Date;
use std::path::Path;

use crate::support::init::{findings, folder, init, replace_in_page, settings};
use crate::support::process::{dateline, stderr};
use crate::support::styles::Style;

#[test]
fn a_heading_of_one_page_is_not_a_section() {
    let archive = folder();
    let root = archive.path();
    let pages = Style::default().write(root, 100);
    replace_in_page(
        root,
        &pages[0],
        "### Sources:",
        "### Links\n\n- [a](https://a.example)\n\n### Sources:",
    );
    // A heading that recurs on many pages is a section, unless other headings at its level are all
    // different.
    for page in pages.iter().filter(|page| !page.ends_with("index.md")).step_by(4) {
        replace_in_page(root, page, "They came", "### Background\n\nThey came");
        replace_in_page(
            root,
            page,
            "### Related:",
            "#### On the way\n\nIt rained.\n\n### Related:",
        );
    }
    for (number, page) in pages.iter().filter(|page| !page.ends_with("index.md")).enumerate() {
        let new = format!("#### Visitor {number}\n\nAnd left.\n\n### Related:");
        replace_in_page(root, page, "### Related:", &new);
    }
    let written = init(root);
    assert!(written.contains("name = \"background\"\n"), "{written}");
    for text in ["Links", "On the way", "Visitor"] {
        assert!(!written.contains(text), "{written}");
    }
}

#[test]
fn headings_at_the_topic_level_are_not_topics_without_a_topic_pattern() {
    let archive = folder();
    let root = archive.path();
    let pages = Style { topic: 0, ..Style::default() }.write(root, 20);
    for page in pages.iter().filter(|page| !page.ends_with("index.md")) {
        replace_in_page(
            root,
            page,
            "They came",
            &format!("They came\n\n##### To {page}\n\nThey came"),
        );
    }
    init(root);
    assert_eq!(findings(root), "");
}

#[test]
fn dates_in_an_unknown_language_are_recognized_by_their_links() {
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
    let date = "\n# no known format reads most dates in headings of level 4: 40 of 40 event pages (100 %)\n\
                date = { from = [\"path\"], required = false }\n";
    assert!(written.contains(date), "{written}");
    assert_eq!(findings(root), "", "{written}");
}

#[test]
fn a_rule_that_would_report_most_pages_is_mentioned_and_not_disabled() {
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
    let comment = "# date, topic, title and sections out of order: unless ignored, \
                `heading/wrong-order` reports 40 of 40 event pages (100 %).\n";
    assert!(written.contains(comment), "{written}");
    assert!(written.ends_with("# [rules]\n# ignore = [\"heading/wrong-order\"]\n"), "{written}");
    assert_eq!(findings(root).matches("[heading/wrong-order]").count(), 40);
    assert_eq!(findings(root).lines().count(), 40);
    apply_suggestion(root, &written);
    assert_eq!(findings(root), "");
}

/// Enables the setting that the generated file suggests at its end.
fn apply_suggestion(root: &Path, written: &str) {
    assert!(written.contains("# [rules]\n# ignore"), "{written}");
    let applied = written.replace("# [rules]\n# ignore", "[rules]\nignore");
    std::fs::write(root.join("dateline.toml"), applied).expect("settings");
}

fn in_french(day: Date) -> String {
    let months = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let month = months[usize::from(day.month().unsigned_abs()) - 1];
    format!(
        "{} {month} {}",
        if day.day() == 1 { "1er".into() } else { day.day().to_string() },
        day.year()
    )
}

const SOURCES: &str = "### Sources\n\n- [x](https://e.example/a)\n";

#[test]
fn dates_in_an_unknown_language_are_neither_topics_nor_places_of_the_date() {
    for level in [3, 4, 5] {
        let archive = folder();
        let root = archive.path();
        let marks = "#".repeat(level);
        events(root, 40, |number, day| {
            format!("{marks} {}\n\n# Titre {number}\n\nTexte.\n\n{SOURCES}", in_french(day))
        });
        let written = init(root);
        let date = format!(
            "# no known format reads most dates in headings of level {level}: 40 of 40 event pages \
             (100 %)\ndate = {{ from = [\"path\"], required = false }}\n"
        );
        assert!(written.contains(&date), "{written}");
        assert_eq!(written.contains("\ntopic"), level == 5, "{written}");
        assert_eq!(findings(root), "", "{written}");
    }
}

#[test]
fn linked_dates_in_an_unknown_language_are_no_places_of_the_date() {
    let archive = folder();
    let root = archive.path();
    events(root, 40, |number, day| {
        let (path, words) = (day.strftime("%Y/%m/%d"), in_french(day));
        let page = format!(
            "## [{words}](/{path}/index.md)\n\n### [Titre {number}](/{path}/a{number}.md)\n"
        );
        std::fs::write(root.join(path.to_string()).join("index.md"), page).expect("a page");
        format!("### [{words}](/{path}/index.md)\n\n# Titre {number}\n\nTexte.\n\n{SOURCES}")
    });
    let written = init(root);
    let from_path = "\ndate = { from = [\"path\"], required = false }\n";
    assert_eq!(written.matches(from_path).count(), 2, "{written}");
    assert_eq!(findings(root), "", "{written}");
}

#[test]
fn a_first_heading_in_place_of_a_date_is_not_a_topic() {
    let archive = folder();
    let root = archive.path();
    events(root, 40, |number, _| format!("### Le trois janvier\n\n# Titre {number}\n\n{SOURCES}"));
    let written = init(root);
    assert!(!written.contains("\ntopic"), "{written}");
    assert!(written.contains("\ndate = { from = [\"path\"], required = false }\n"), "{written}");
    assert_eq!(findings(root), "", "{written}");
    // Without another heading, the first heading is the title.
    let archive = folder();
    let root = archive.path();
    events(root, 40, |number, _| format!("### Titre {number}\n\n#{SOURCES}"));
    let written = init(root);
    assert!(written.contains("\ntitle = { level = 3 }\n"), "{written}");
    let of_path = "# not found on any page\ndate = { from = [\"path\"], required = false }\n";
    assert!(written.contains(of_path), "{written}");
    assert_eq!(findings(root), "", "{written}");
}

#[test]
fn a_heading_that_all_pages_share_is_not_a_title() {
    for below in ["- [x](https://e.example/a)", "Nobody knows."] {
        let archive = folder();
        let root = archive.path();
        events(root, 40, |number, _| format!("Text {number}.\n\n## Sources\n\n{below}\n"));
        let output = dateline(root, &["init"]);
        let (written, summary) = (settings(root), stderr(&output));
        assert!(
            summary.contains("not found on any page: dates of events, titles, topics"),
            "{summary}"
        );
        assert_eq!(written.contains("name = \"sources\""), below.starts_with('-'), "{written}");
        let not_required = "# not found on any page\ntitle = { required = false }\n";
        assert!(written.contains(not_required), "{written}");
        assert_eq!(findings(root), "", "{written}");
    }
}

#[test]
fn pages_with_very_many_headings_are_handled() {
    const MANY: usize = 100_000;
    let archive = folder();
    let root = archive.path();
    let pages = Style::default().write(root, 20);
    let (days, events): (Vec<&String>, Vec<&String>) =
        pages.iter().partition(|page| page.ends_with("index.md"));
    let many = |heading: &dyn Fn(usize) -> String| -> String { (0..MANY).map(heading).collect() };
    // A quadratic algorithm would need hours for so many headings.
    replace_in_page(
        root,
        events[1],
        "# The",
        &(many(&|number| format!("##### h{number}\n\n")) + "# The"),
    );
    replace_in_page(
        root,
        events[2],
        "They",
        &(many(&|number| format!("###### s{number}\n\n")) + "They"),
    );
    replace_in_page(
        root,
        days[1],
        "### [",
        &(many(&|number| format!("##### t{number}\n\n")) + "### ["),
    );
    let previous = |number| format!("## [before {number:x}](/news/2011/01/3/index.md)\n\n");
    replace_in_page(root, days[2], "### [", &(many(&previous) + "### ["));
    let written = init(root);
    for line in ["title = { level = 1 }", "topic = { level = 5 }", "entry = { level = 3 }"] {
        assert!(written.contains(line), "{written}");
    }
    let previous = written.lines().find(|line| line.starts_with("previous = "));
    let texts = previous.map_or(0, |line| line.matches("before ").count());
    assert!(texts < 40, "{texts}");
}

/// Writes `count` event pages on consecutive days, one page per day. `page` returns the text of a
/// page from its number and its day.
fn events(root: &Path, count: usize, page: impl Fn(usize, Date) -> String) {
    let mut day = jiff::civil::date(2011, 1, 3);
    for number in 0..count {
        let folder = root.join(day.strftime("%Y/%m/%d").to_string());
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(format!("a{number}.md")), page(number, day)).expect("a page");
        day = day.tomorrow().expect("a day");
    }
}

#[test]
fn sections_are_counted_at_their_own_level_only() {
    let archive = folder();
    let root = archive.path();
    events(root, 40, |number, day| {
        let marks = if number % 4 == 0 { "##" } else { "###" };
        format!(
            "### {day}\n\n# Story {number}\n\nText\n\n{marks} Sources\n\n- [x](https://e.example/{number})\n"
        )
    });
    let written = init(root);
    let section =
        "# 30 of 40 event pages (75.0 %)\n[[event.section]]\nname = \"sources\"\nlevel = 3\n";
    assert!(written.contains(section), "{written}");
    assert_eq!(findings(root).matches("[heading/wrong-level]").count(), 10);
}

#[test]
fn a_section_named_sources_without_a_list_is_not_the_source_section() {
    let archive = folder();
    let root = archive.path();
    events(root, 40, |number, day| {
        format!(
            "### {day}\n\n# Story {number}\n\nText\n\n### Sources\n\n[x](https://e.example/{number})\n\n### Notes\n\nA, b.\n"
        )
    });
    let written = init(root);
    assert!(written.contains("name = \"sources-section\"\n"), "{written}");
    assert_eq!(findings(root), "", "{written}");
}
