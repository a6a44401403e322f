//! Tests of fixes that used to lose or misplace items, entries and sections.

use crate::support::fix::{DAY, FERRY, PAGE, archive_with, assert_becomes, assert_unchanged};

#[test]
fn two_safe_fixes_do_not_lose_the_text_of_an_overwritten_event() {
    assert_unchanged(&format!(
        "### Related:\n\n1. [Ferry line reopens]({FERRY})\n2. [Mayor resigns]({FERRY})\n"
    ));
    let archive = archive_with("");
    let twice = "## [2012-03-24](/news/2012/03/24/index.md)\n\n### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n\n### [Mayor resigns](/news/2012/03/24/ferry-line-reopens.md)\n";
    archive.write("news/2012/03/24/index.md", twice);
    archive.check(&["--fix"]);
    assert_eq!(archive.read("news/2012/03/24/index.md"), twice);
}

#[test]
fn removing_an_item_keeps_its_other_text() {
    assert_unchanged(&format!(
        "### Related:\n\n1. [Lock gates fail](/{PAGE})\n\n   A note that stands nowhere else.\n"
    ));
    assert_unchanged(&format!("### Related:\n\n1. [The mayor resigns](/{PAGE})\n"));
    for addition in [" _Context: a_", " <!-- a note -->", "\n\n   [b]: /about.md"] {
        let item = format!("1. [Lock gates fail](/{PAGE}){addition}\n");
        assert_unchanged(&format!("### Related:\n\n{item}2. [Ferry line reopens]({FERRY})\n"));
    }
    assert_unchanged(&format!("### Related:\n\n1. [Lock gates fail](/{PAGE} \"a title\")\n"));
    assert_becomes(
        &format!(
            "### Related:\n\n1. [Lock gates fail](/{PAGE})\n2. [Ferry line reopens]({FERRY})\n"
        ),
        &format!("### Related:\n\n1. [Ferry line reopens]({FERRY})\n"),
    );
}

#[test]
fn removing_a_duplicate_keeps_what_only_it_says() {
    let first = format!("### Related:\n\n1. [Ferry line reopens]({FERRY})\n");
    for second in [
        format!("2. [Ferry line reopens]({FERRY}#crew)\n"),
        format!("2. [Ferry line reopens]({FERRY} \"a title\")\n"),
        format!("2. [Ferry line reopens]({FERRY}) _Context: b_\n"),
        format!("2. [Ferry line reopens][b]\n\n   [b]: {FERRY}\n3. [c][b]\n"),
    ] {
        let archive = archive_with(&format!("{first}{second}"));
        archive.check(&["--fix", "--select", "related/duplicate"]);
        let page = archive.read(PAGE);
        assert!(page.ends_with(&second), "{page}");
    }
    let url = "https://a.example/x";
    let sources = |second: &str| format!("### Source:\n\n1. [A]({url})\n2. [A]({second})\n");
    assert_becomes(&sources(url), &format!("### Source:\n\n1. [A]({url})\n"));
    for other in ["https://a.example/x#part-2", "http://a.example/x", "https://www.a.example/x"] {
        assert_unchanged(&sources(other));
    }
}

#[test]
fn nothing_is_inserted_between_a_comment_and_its_heading() {
    let archive = archive_with("");
    let kept = "<!-- dateline-ignore day/wrong-previous: known -->\n## [Previous Day...](/news/2012/03/20/index.md)\n";
    archive.write(DAY, format!("## [2012-03-25](/news/2012/03/25/index.md)\n\n{kept}"));
    archive.check(&["--fix"]);
    let day = archive.read(DAY);
    assert!(day.ends_with(&format!("lock-gates-fail.md)\n\n{kept}")), "{day}");
    let titled = "<!-- dateline-ignore day/missing-event: on purpose -->\n# Keeper warns\n";
    archive.write("news/2012/03/25/keeper-warns.md", titled);
    archive.check(&["--fix", "--unsafe-fixes"]);
    let dated = format!("### [2012-03-25](/news/2012/03/25/index.md)\n\n{titled}");
    assert_eq!(archive.read("news/2012/03/25/keeper-warns.md"), dated);
    assert!(!archive.read(DAY).contains("keeper"), "what is silenced is not mended");
}

#[test]
fn entries_are_added_before_the_previous_day_whatever_it_links_to() {
    let archive = archive_with("");
    let rest = "## [Previous Day...](https://x.example/index.html)\n\n---\n\nFooter\n";
    archive.write(DAY, format!("## [2012-03-25](/news/2012/03/25/index.md)\n\n{rest}"));
    archive.check(&["--fix"]);
    let day = archive.read(DAY);
    assert!(day.ends_with(&format!("lock-gates-fail.md)\n\n{rest}")), "{day}");
}

#[test]
fn an_event_without_a_topic_is_not_listed_under_another_topic() {
    let archive = archive_with("");
    archive.write("dateline.toml", "[day]\ntopic = { level = 3 }\nentry = { level = 4 }\n");
    let day = "## [2012-03-26](/news/2012/03/26/index.md)\n";
    archive.write("news/2012/03/26/index.md", day);
    let page = |topic: &str, title: &str| {
        format!("### [2012-03-26](/news/2012/03/26/index.md)\n\n{topic}# {title}\n")
    };
    archive.write("news/2012/03/26/a.md", page("", "Anchors found"));
    archive.write("news/2012/03/26/b.md", page("##### Sport\n", "Boats race"));
    archive.check(&["--fix"]);
    let fixed = format!(
        "{day}#### [Anchors found](/news/2012/03/26/a.md)\n### Sport\n#### [Boats race](/news/2012/03/26/b.md)\n"
    );
    assert_eq!(archive.read("news/2012/03/26/index.md"), fixed);
}

#[test]
fn anchors_and_links_of_a_title_or_topic_are_not_copied() {
    let archive = archive_with("");
    archive.write(DAY, "## [2012-03-25](/news/2012/03/25/index.md)\n");
    archive.write(
        PAGE,
        "### [2012-03-25](/news/2012/03/25/index.md)\n\n##### [Port](../24/index.md)\n# <a name=\"x\"></a>Gates [fail](../24/index.md)\n",
    );
    archive.check(&["--fix"]);
    let fixed = "## [2012-03-25](/news/2012/03/25/index.md)\n##### Port\n### [Gates fail](/news/2012/03/25/lock-gates-fail.md)\n";
    assert_eq!(archive.read(DAY), fixed);
}

#[test]
fn a_second_entry_under_another_topic_is_not_a_duplicate() {
    let archive = archive_with("");
    let entry = "### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n";
    let day = format!(
        "## [2012-03-25](/news/2012/03/25/index.md)\n\n##### Port\n{entry}\n##### Tides\n{entry}\n### [Ferry line reopens]({FERRY})\n"
    );
    archive.write(DAY, &day);
    archive.check(&["--fix"]);
    assert_eq!(archive.read(DAY), day);
}

#[test]
fn two_safe_fixes_do_not_replace_an_event_with_a_page_of_the_same_slug() {
    let body = "### Related:\n\n1. [Earthquake strikes Port Merrow](/news/2012/03/24/update.md)\n";
    let archive = archive_with(body);
    archive.write("news/2009/01/1/update.md", "### 2009-01-01\n\n# Council budget update\n");
    let before = archive.read(PAGE);
    archive.check(&["--fix"]);
    assert_eq!(archive.read(PAGE), before);
    // The title shows that the link means this page.
    archive
        .write("news/2009/01/1/update.md", "### 2009-01-01\n\n# Earthquake strikes Port Merrow\n");
    archive.check(&["--fix"]);
    assert_eq!(archive.read(PAGE), before.replace("2012/03/24/update", "2009/01/1/update"));
}

#[test]
fn a_related_text_is_kept_if_its_page_has_two_titles_or_it_has_markup() {
    let archive = archive_with(&format!("### Related:\n\n1. [Two]({FERRY})\n"));
    archive.write(&FERRY[1..], "### [2012-03-24](/news/2012/03/24/index.md)\n\n# One\n\n# Two\n");
    let before = (archive.read(PAGE), archive.read("news/2012/03/24/index.md"));
    archive.check(&["--fix"]);
    assert_eq!((archive.read(PAGE), archive.read("news/2012/03/24/index.md")), before);
    assert_unchanged(&format!("### Related:\n\n1. [Old ~~gone~~ **b**]({FERRY})\n"));
}

#[test]
fn removing_an_item_keeps_the_markers_and_text_after_it() {
    let own = "1.  [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)";
    let marked = format!("2. *[Ferry line reopens]({FERRY})*\n");
    assert_becomes(
        &format!("### Related:\n\n{own}\n{marked}"),
        &format!("### Related:\n\n{marked}"),
    );
    // A list with another kind of marker keeps its number.
    let single = own.replace("1.  ", "1. ");
    let other = format!("2) [Ferry line reopens]({FERRY})\n");
    assert_becomes(
        &format!("### Related:\n\n{single}\n{other}"),
        &format!("### Related:\n\n{other}"),
    );
    assert_unchanged(&format!(
        "### Related:\n\n9. [Ferry line reopens]({FERRY})\n10. [Ferry line reopens]({FERRY})\n\n   A note.\n"
    ));
    assert_unchanged(
        "### Related:\n\n1. [Lock gates fail](/news/2012/03/25/lock-gates-fail.md#part)\n",
    );
}

#[test]
fn removing_a_topic_keeps_its_paragraph() {
    let archive = archive_with("");
    let entry = "### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)";
    let other = "### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)";
    for topic in ["##### Harbour\n\nA paragraph.", "##### [Harbour](/news/2012/03/24/index.md)"] {
        let page = format!(
            "## [2012-03-25](/news/2012/03/25/index.md)\n\n##### Harbour\n\n{entry}\n\n{topic}\n\n{entry}\n\n##### Other\n\n{other}\n"
        );
        archive.write(DAY, &page);
        archive.check(&["--fix", "--select", "day/duplicate-event"]);
        assert_eq!(archive.read(DAY), page);
    }
}
