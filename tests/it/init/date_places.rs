//! Tests of which places `dateline init` accepts as those of the date.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::support::init::{
    derived, every, fill, findings, folder, init, parsed, post, replace_in_page, texts, write,
};

const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

fn in_german(date: Date) -> String {
    let month = GERMAN[usize::from(date.month().unsigned_abs()) - 1];
    format!("{}. {month} {}", date.day(), date.year())
}

/// Returns one page per month. Four names of months are the same in German and in English.
fn months(page: impl Fn(Date) -> (String, String)) -> toml::Table {
    let start = jiff::civil::date(2019, 1, 5);
    derived(12, |index, _| page(start + i32::try_from(index).expect("a month").months()))
}

#[test]
fn numeric_dates_within_headings_of_pages_named_after_their_day_are_found() {
    for (heading, format) in [
        ("Notes %Y/%m/%d", "%Y/%m/%d"),
        ("Notes %d.%m.%Y", "%d.%m.%Y"),
        ("Notes %d/%m/%Y", "%d/%m/%Y"),
        ("Meeting notes (%Y/%m/%d) of group", "%Y/%m/%d"),
        ("Notes %Y年%-m月%-d日", "%Y年%-m月%-d日"),
        ("%Y/%m/%d: notes", "%Y/%m/%d"),
    ] {
        let archive = folder();
        let root = archive.path();
        for date in every(12, 23) {
            let text = format!("# {}\n\nWe met.\n", date.strftime(heading));
            write(root, &format!("notes/{date}.md"), &text);
        }
        let settings = init(root);
        assert_eq!(findings(root), "", "{heading}\n{settings}");
        let settings = parsed(&settings);
        assert_eq!(texts(&settings, "event.date.from"), ["heading", "path"], "{heading}");
        assert!(texts(&settings, "event.date.formats").contains(&format.to_owned()), "{heading}");
        let day = jiff::civil::date(2011, 1, 24);
        let wrong = heading.replace("%Y", "2010");
        let old = format!("# {}", day.strftime(heading));
        let new = format!("# {}", day.strftime(&wrong));
        replace_in_page(root, &format!("notes/{day}.md"), &old, &new);
        assert!(findings(root).contains("error[date/path-mismatch]"), "{heading}");
    }
}

#[test]
fn numeric_dates_within_headings_of_day_pages_are_found() {
    let archive = folder();
    let root = archive.path();
    for date in every(12, 23) {
        let heading = date.strftime("# Notes %Y/%m/%d");
        let entry = format!("### [Ferry of {date}](/notes/{date}-ferry.md)\n");
        write(root, &format!("notes/{date}.md"), &format!("{heading}\n\n{entry}"));
        let event = format!("### {date}\n\n# Ferry of {date}\n\nIt came late.\n");
        write(root, &format!("notes/{date}-ferry.md"), &event);
    }
    let settings = init(root);
    assert_eq!(findings(root), "", "{settings}");
    let formats = texts(&parsed(&settings), "day.date.formats");
    assert_eq!(formats, ["%Y/%m/%d", "Notes*{date}*"], "{settings}");
}

#[test]
fn lines_whose_dates_are_mostly_in_another_language_are_no_place_of_the_date() {
    for path in ["notes/DATE.md", "notes/DATE-ferry.md"] {
        let settings = months(|date| {
            let text = format!("# The ferry\n\n- **Date**: {}\n\nLate.\n", in_german(date));
            (path.replace("DATE", &date.to_string()), text)
        });
        let kind = if path.contains("ferry") { "event" } else { "day" };
        assert_eq!(texts(&settings, &format!("{kind}.date.from")), ["path"], "{settings}");
    }
}

#[test]
fn headings_whose_dates_are_mostly_in_another_language_are_no_place_of_the_date() {
    for heading in ["# DATE", "# Protokoll vom DATE"] {
        let day = months(|date| {
            let heading = heading.replace("DATE", &in_german(date));
            (format!("notes/{date}.md"), format!("{heading}\n\nLate.\n"))
        });
        assert_eq!(texts(&day, "day.date.from"), ["path"], "{day}");
    }
    let event = months(|date| {
        let text = format!("## {}\n\n# The ferry\n\nLate.\n", in_german(date));
        (format!("notes/{date}-ferry.md"), text)
    });
    assert_eq!(texts(&event, "event.date.from"), ["path"], "{event}");
}

#[test]
fn a_key_of_another_day_beside_a_reliable_one_is_no_place_of_the_date() {
    // A fifth of the pages was written two days before it was published.
    for key in ["created", "published", "event_date"] {
        let settings = derived(20, |index, date| {
            let written = date - Span::new().days(if index % 5 == 0 { 2 } else { 0 });
            (format!("news/{date}-ferry.md"), post(date, &format!("{key}: {written}\n")))
        });
        assert_eq!(texts(&settings, "event.date.from"), ["front.date", "path"], "{key}");
    }
}

#[test]
fn few_other_days_are_mistakes_unless_all_are_on_one_side() {
    let from = |shift: fn(usize) -> i64| {
        let archive = folder();
        fill(archive.path(), 100, |index, date| {
            let created = date + Span::new().days(shift(index));
            (format!("news/{date}-ferry.md"), post(date, &format!("created: {created}\n")))
        });
        texts(&parsed(&init(archive.path())), "event.date.from")
    };
    assert_eq!(from(|index| i64::from(index % 25 == 0) * -2), ["front.date", "path"]);
    let both = ["front.created", "front.date", "path"];
    let on_both_sides = |index: usize| match index % 50 {
        0 => -1,
        1 => 1,
        _ => 0,
    };
    assert_eq!(from(on_both_sides), both);
    assert_eq!(from(|index| i64::from(index == 7)), both);
}

#[test]
fn a_key_that_is_alone_on_its_pages_may_have_wrong_dates() {
    let archive = folder();
    fill(archive.path(), 20, |_, date| (format!("_posts/{date}-ferry.md"), post(date, "")));
    fill(archive.path(), 20, |index, date| {
        let start = date - Span::new().days(if index % 5 == 0 { 2 } else { 0 });
        let text = format!("---\ntitle: A fair\nstart: {start}\n---\n\nLate.\n");
        (format!("_events/{date}-fair.md"), text)
    });
    let settings = init(archive.path());
    let from = texts(&parsed(&settings), "event.date.from");
    assert_eq!(from, ["front.date", "front.start", "path"], "{settings}");
    assert_eq!(findings(archive.path()).matches("[date/path-mismatch]").count(), 4);
}

#[test]
fn folders_of_years_and_months_are_a_place_of_the_date_if_the_dates_agree() {
    let archive = folder();
    let root = archive.path();
    let page = |shift: i32| {
        move |index: usize, date: Date| {
            let folder = (date + Span::new().months(shift)).strftime("posts/%Y/%m");
            (format!("{folder}/f{index}-ferry.md"), post(date, ""))
        }
    };
    fill(root, 24, page(0));
    let settings = init(root);
    assert_eq!(findings(root), "", "{settings}");
    assert_eq!(texts(&parsed(&settings), "event.date.from"), ["front.date", "path"]);
    replace_in_page(root, "posts/2011/01/f1-ferry.md", "date: 2011", "date: 2010");
    let found = findings(root);
    assert!(found.contains("posts/2011/01/f1-ferry.md:3:7: error[date/path-mismatch]"), "{found}");
    // The folders may be those of something else, such as of the issue of a magazine.
    let other = derived(24, page(2));
    assert_eq!(texts(&other, "event.date.from"), ["front.date"]);
}

#[test]
fn short_names_of_weekdays_and_months_are_a_format() {
    const FORMAT: &str = "%a, %b %-d, %Y";
    let day = derived(12, |_, date| {
        (format!("notes/{date}.md"), format!("# {}\n\nLate.\n", date.strftime(FORMAT)))
    });
    assert_eq!(texts(&day, "day.date.formats"), [FORMAT]);
    let event = derived(12, |_, date| {
        let date_of = date.strftime(FORMAT);
        let text = format!("---\ntitle: Ferry\ndate: {date_of}\n---\n\nLate.\n");
        (format!("news/{date}-ferry.md"), text)
    });
    assert_eq!(texts(&event, "event.date.formats"), [FORMAT]);
}

#[test]
fn drafts_with_their_date_in_front_matter_are_excluded() {
    for path in ["_posts/DATE-ferry.md", "posts/ferry-DAY.md"] {
        let archive = folder();
        let root = archive.path();
        fill(root, 12, |index, date| {
            let path = path.replace("DATE", &date.to_string()).replace("DAY", &index.to_string());
            (path, post(date, ""))
        });
        fill(root, 4, |index, date| (format!("_drafts/idea-{index}.md"), post(date, "")));
        let settings = parsed(&init(root));
        assert_eq!(texts(&settings, "archive.exclude"), ["_drafts/**"], "{settings}");
        assert_eq!(texts(&settings, "layout.event").len(), 1, "{settings}");
    }
}
