//! `dateline init`: what it writes fits the archive that it looked at.

use std::path::Path;

use crate::support::archive::dateline;
use crate::support::init::{copy, findings, folder, init, settings, shown, spoil, text};
use crate::support::styles::{Section, Style};
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::sample::select;

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
    let told = "# date, topic, title and sections not in this order: unless ignored, \
                `heading/wrong-order` reports 40 of 40 event pages (100 %).\n";
    assert!(written.contains(told), "{written}");
    assert!(written.ends_with("# [rules]\n# ignore = [\"heading/wrong-order\"]\n"), "{written}");
    assert_eq!(findings(root).matches("[heading/wrong-order]").count(), 40);
    assert_eq!(findings(root).lines().count(), 40);
    obey(root, &written);
    assert_eq!(findings(root), "");
}

/// Makes the suggestion at the end of settings a setting.
fn obey(root: &Path, written: &str) {
    assert!(written.contains("# [rules]\n# ignore"), "{written}");
    let obeyed = written.replace("# [rules]\n# ignore", "[rules]\nignore");
    std::fs::write(root.join("dateline.toml"), obeyed).expect("settings");
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
fn dates_in_words_are_no_topics_and_the_rule_that_reports_them_is_told() {
    for level in [3, 4] {
        let archive = folder();
        let root = archive.path();
        let marks = "#".repeat(level);
        events(root, 40, |number, day| {
            format!("{marks} {}\n\n# Titre {number}\n\nTexte.\n\n{SOURCES}", in_french(day))
        });
        let written = init(root);
        let date = format!(
            "# level: 40 of 40 event pages (100 %)\n\
             # formats: the day is written in none that is known\ndate = {{ level = {level} }}\n"
        );
        assert!(written.contains(&date), "{written}");
        assert!(!written.contains("\ntopic"), "{written}");
        assert!(
            written.contains("`date/invalid` reports 40 of 40 event pages (100 %).\n"),
            "{written}"
        );
        assert!(written.ends_with("# [rules]\n# ignore = [\"date/invalid\"]\n"), "{written}");
        assert_eq!(findings(root).matches("[date/invalid]").count(), 40);
        obey(root, &written);
        assert_eq!(findings(root), "", "{written}");
    }
}

#[test]
fn dates_in_words_that_are_linked_are_told_of_events_and_of_days() {
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
    let told =
        "`date/invalid` reports 40 of 40 event pages (100 %) and 40 of 40 day pages (100 %).";
    assert!(written.contains(told), "{written}");
    obey(root, &written);
    assert_eq!(findings(root), "", "{written}");
}

#[test]
fn a_first_heading_where_dates_stand_is_no_topic_and_titles_are_no_dates() {
    let archive = folder();
    let root = archive.path();
    events(root, 40, |number, _| format!("### Le trois janvier\n\n# Titre {number}\n\n{SOURCES}"));
    let written = init(root);
    assert!(!written.contains("\ntopic"), "{written}");
    assert!(written.ends_with("# ignore = [\"date/invalid\"]\n"), "{written}");
    obey(root, &written);
    assert_eq!(findings(root), "", "{written}");
    // With no other heading it is the title.
    let archive = folder();
    let root = archive.path();
    events(root, 40, |number, _| format!("### Titre {number}\n\n#{SOURCES}"));
    let written = init(root);
    assert!(written.contains("\ntitle = { level = 3 }\n"), "{written}");
    assert!(
        written.contains("# level: 0 of 40 event pages (0 %)\ndate = { level = 6 }\n"),
        "{written}"
    );
    assert!(written.ends_with("# ignore = [\"heading/missing-date\"]\n"), "{written}");
    obey(root, &written);
    assert_eq!(findings(root), "", "{written}");
}

#[test]
fn what_stands_first_on_all_pages_is_no_title() {
    for below in ["- [x](https://e.example/a)", "Nobody knows."] {
        let archive = folder();
        let root = archive.path();
        events(root, 40, |number, _| {
            format!("---\ntitle: Story {number}\n---\n\nText.\n\n## Sources\n\n{below}\n")
        });
        let output = dateline(root, &["init"]);
        let (written, account) = (settings(root), text(&output.stderr));
        assert!(
            account.contains("nothing to be seen of: dates of events, titles, topics"),
            "{account}"
        );
        assert_eq!(written.contains("name = \"sources\""), below.starts_with('-'), "{written}");
        let told = "`heading/missing-title` reports 40 of 40 event pages (100 %)";
        assert!(written.contains(told) && account.contains(told), "{account}\n{written}");
        let rules = "# ignore = [\"heading/missing-date\", \"heading/missing-title\"]\n";
        assert!(written.ends_with(rules), "{written}");
        obey(root, &written);
        assert_eq!(findings(root), "", "{written}");
    }
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
    let output = dateline(root, &["init", "--baseline", "--jobs", "1"]);
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
    // What stood there does not matter, but that it is a file.
    std::fs::write(root.join(name), "garbage").expect("a file");
    assert_eq!(dateline(root, &["init", "--baseline", "--force"]).status.code(), Some(0));
    assert_eq!(std::fs::read(root.join(name)).expect("a baseline"), before);
    std::fs::remove_file(root.join(name)).expect("a baseline");
    std::fs::create_dir(root.join(name)).expect("a folder");
    std::fs::write(root.join("dateline.toml"), "# mine\n").expect("settings");
    assert_eq!(dateline(root, &["init", "--baseline", "--force"]).status.code(), Some(2));
    assert_eq!(settings(root), "# mine\n");
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
    let run = |jobs: &str| {
        let output = dateline(root, &["init", "--dry-run", "--jobs", jobs]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        (text(&output.stdout), text(&output.stderr))
    };
    let one = run("1");
    assert!(one.1.starts_with("2,100 pages: 1,400 of events, 700 of days"), "{}", one.1);
    assert!(["2", "8"].iter().all(|jobs| run(jobs) == one));
}

#[test]
fn a_page_may_have_very_many_headings() {
    const MANY: usize = 100_000;
    let archive = folder();
    let root = archive.path();
    let pages = Style::default().write(root, 20);
    let (days, events): (Vec<&String>, Vec<&String>) =
        pages.iter().partition(|page| page.ends_with("index.md"));
    let many = |heading: &dyn Fn(usize) -> String| -> String { (0..MANY).map(heading).collect() };
    // What takes quadratic time for so many headings does not end within hours.
    spoil(root, events[1], "# The", &(many(&|number| format!("##### h{number}\n\n")) + "# The"));
    spoil(root, events[2], "They", &(many(&|number| format!("###### s{number}\n\n")) + "They"));
    spoil(root, days[1], "### [", &(many(&|number| format!("##### t{number}\n\n")) + "### ["));
    let previous = |number| format!("## [before {number:x}](/news/2011/01/3/index.md)\n\n");
    spoil(root, days[2], "### [", &(many(&previous) + "### ["));
    let written = init(root);
    for line in ["title = { level = 1 }", "topic = { level = 5 }", "entry = { level = 3 }"] {
        assert!(written.contains(line), "{written}");
    }
    let previous = written.lines().find(|line| line.starts_with("previous = "));
    let texts = previous.map_or(0, |line| line.matches("before ").count());
    assert!(texts < 40, "{texts}");
}

#[test]
fn a_single_page_is_counted_as_one() {
    let archive = folder();
    let root = archive.path();
    std::fs::create_dir_all(root.join("2011/01/03")).expect("a folder");
    std::fs::write(root.join("2011/01/03/a.md"), "### 2011-01-03\n\n# A\n").expect("a page");
    let account = text(&dateline(root, &["init", "--dry-run"]).stderr);
    assert!(account.starts_with("1 page: 1 of events, 0 of days, 0 of neither\n"), "{account}");
}

/// Writes event pages on so many days in a row, one on each; `page` gives a page's text by its
/// number and its day.
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
fn a_section_is_counted_where_it_stands_at_its_level() {
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
fn a_section_that_only_bears_the_name_of_a_kind_is_named_so() {
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

#[test]
fn the_readme_shows_what_is_written() {
    let archive = folder();
    let root = archive.path();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&here.join("fixtures/annals-zh"), root);
    std::fs::remove_file(root.join("dateline.toml")).expect("settings");
    let written = init(root);
    let readme = std::fs::read_to_string(here.join("README.md")).expect("the README");
    let told = readme.split_once("Of `fixtures/annals-zh`").expect("a sample").1;
    let sample = told.split("```").nth(1).expect("a fence").trim_start_matches("toml\n");
    assert!(sample.lines().count() > 10, "{sample}");
    let mut lines = written.lines();
    for shown in sample.lines() {
        assert!(
            lines.any(|line| line == shown),
            "{shown:?} is not written, or not there\n{written}"
        );
    }
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
