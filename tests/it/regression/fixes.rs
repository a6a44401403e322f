//! Fixes that once lost something, or made something else of a page: each is named by its test.

use crate::support::archive::TestArchive;

const PAGE: &str = "news/2012/03/25/lock-gates-fail.md";
const DAY: &str = "news/2012/03/25/index.md";
const FERRY: &str = "/news/2012/03/24/ferry-line-reopens.md";

/// A page about the lock gates with `body` below its title, on a day with its page.
fn archive(body: &str) -> TestArchive {
    let archive = TestArchive::new();
    let head = "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n\n";
    archive.write(PAGE, format!("{head}{body}"));
    archive.write(
        DAY,
        "## [2012-03-25](/news/2012/03/25/index.md)\n\n### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n\n## [Previous Day...](/news/2012/03/24/index.md)\n",
    );
    archive.write(
        "news/2012/03/24/index.md",
        "## [2012-03-24](/news/2012/03/24/index.md)\n\n### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n",
    );
    archive.write(
        "news/2012/03/24/ferry-line-reopens.md",
        "### [2012-03-24](/news/2012/03/24/index.md)\n\n# Ferry line reopens\n",
    );
    archive
}

fn read(archive: &TestArchive, path: &str) -> String {
    std::fs::read_to_string(archive.root().join(path)).expect("a page")
}

/// The page of the lock gates stays as it is by the safe fixes.
fn stays(body: &str) {
    let archive = archive(body);
    let before = read(&archive, PAGE);
    archive.check(&["--fix"]);
    assert_eq!(read(&archive, PAGE), before);
}

/// Below its title, the page becomes `after` by the safe fixes.
fn becomes(body: &str, after: &str) {
    let archive = archive(body);
    archive.check(&["--fix"]);
    assert!(
        read(&archive, PAGE).ends_with(&format!("fail\n\n{after}")),
        "{}",
        read(&archive, PAGE)
    );
}

#[test]
fn the_text_of_an_event_whose_page_was_overwritten_is_not_lost_in_two_safe_steps() {
    stays(&format!(
        "### Related:\n\n1. [Ferry line reopens]({FERRY})\n2. [Mayor resigns]({FERRY})\n"
    ));
    let archive = archive("");
    let twice = "## [2012-03-24](/news/2012/03/24/index.md)\n\n### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n\n### [Mayor resigns](/news/2012/03/24/ferry-line-reopens.md)\n";
    archive.write("news/2012/03/24/index.md", twice);
    archive.check(&["--fix"]);
    assert_eq!(read(&archive, "news/2012/03/24/index.md"), twice);
}

#[test]
fn the_text_of_a_reference_may_be_its_label_and_stays() {
    stays(&format!("### Related:\n\n1. [Old title]\n\n[Old title]: {FERRY}\n"));
    stays("### Source:\n\n1. [AT&amp;T]\n\n[AT&amp;T]: https://a.example/\n");
}

#[test]
fn what_else_an_item_says_is_not_removed_with_it() {
    stays(&format!(
        "### Related:\n\n1. [Lock gates fail](/{PAGE})\n\n   A note that stands nowhere else.\n"
    ));
    stays(&format!("### Related:\n\n1. [The mayor resigns](/{PAGE})\n"));
    for said in [" _Context: a_", " <!-- a note -->", "\n\n   [b]: /about.md"] {
        let item = format!("1. [Lock gates fail](/{PAGE}){said}\n");
        stays(&format!("### Related:\n\n{item}2. [Ferry line reopens]({FERRY})\n"));
    }
    stays(&format!("### Related:\n\n1. [Lock gates fail](/{PAGE} \"a title\")\n"));
    becomes(
        &format!(
            "### Related:\n\n1. [Lock gates fail](/{PAGE})\n2. [Ferry line reopens]({FERRY})\n"
        ),
        &format!("### Related:\n\n1. [Ferry line reopens]({FERRY})\n"),
    );
}

#[test]
fn what_a_second_item_says_is_not_removed_with_it() {
    let first = format!("### Related:\n\n1. [Ferry line reopens]({FERRY})\n");
    for second in [
        format!("2. [Ferry line reopens]({FERRY}#crew)\n"),
        format!("2. [Ferry line reopens]({FERRY} \"a title\")\n"),
        format!("2. [Ferry line reopens]({FERRY}) _Context: b_\n"),
        format!("2. [Ferry line reopens][b]\n\n   [b]: {FERRY}\n3. [c][b]\n"),
    ] {
        let archive = archive(&format!("{first}{second}"));
        archive.check(&["--fix", "--select", "related/duplicate"]);
        let page = read(&archive, PAGE);
        assert!(page.ends_with(&second), "{page}");
    }
    let url = "https://a.example/x";
    let sources = |second: &str| format!("### Source:\n\n1. [A]({url})\n2. [A]({second})\n");
    becomes(&sources(url), &format!("### Source:\n\n1. [A]({url})\n"));
    for other in ["https://a.example/x#part-2", "http://a.example/x", "https://www.a.example/x"] {
        stays(&sources(other));
    }
}

#[test]
fn a_character_at_the_beginning_of_a_line_does_not_become_a_list() {
    stays(&format!("See [foo\n&#49;. bar]({FERRY}) and [foo\n&#45; bar]({FERRY}).\n"));
}

#[test]
fn a_comment_that_makes_a_line_what_it_is_stays() {
    stays("<!-- dateline-ignore link/not-found: q --> # not a heading\n");
    stays("> <!-- dateline-ignore link/not-found: q -->\n> quoted\n");
    becomes("<!-- dateline-ignore link/not-found -->\n\ntext\n", "text\n");
    becomes("text <!-- dateline-ignore link/not-found --> more\n", "text more\n");
}

#[test]
fn the_reason_of_a_comment_is_not_removed_with_it() {
    stays("<!-- dateline-ignore link/not-found: gone since 2014 -->\n\ntext\n");
    becomes(
        "<!-- dateline-ignore link/malformed, link/not-found: gone -->\n\n[a]()\n",
        "<!-- dateline-ignore link/malformed: gone -->\n\n[a]()\n",
    );
}

#[test]
fn comments_in_headings_are_not_eaten() {
    let archive = archive("");
    let text =
        "### 25 March 2012 <!-- dateline-ignore date/format: as it was -->\n\n# Lock gates fail\n";
    archive.write(PAGE, text);
    archive.check(&["--fix", "--ignore", "archive"]);
    assert_eq!(read(&archive, PAGE), text);
}

#[test]
fn nothing_comes_between_a_comment_and_its_heading() {
    let archive = archive("");
    let kept = "<!-- dateline-ignore day/wrong-previous: known -->\n## [Previous Day...](/news/2012/03/20/index.md)\n";
    archive.write(DAY, format!("## [2012-03-25](/news/2012/03/25/index.md)\n\n{kept}"));
    archive.check(&["--fix"]);
    let day = read(&archive, DAY);
    assert!(day.ends_with(&format!("lock-gates-fail.md)\n\n{kept}")), "{day}");
    let titled = "<!-- dateline-ignore day/missing-event: on purpose -->\n# Keeper warns\n";
    archive.write("news/2012/03/25/keeper-warns.md", titled);
    archive.check(&["--fix", "--unsafe-fixes"]);
    let dated = format!("### [2012-03-25](/news/2012/03/25/index.md)\n\n{titled}");
    assert_eq!(read(&archive, "news/2012/03/25/keeper-warns.md"), dated);
    assert!(!read(&archive, DAY).contains("keeper"), "what is silenced is not mended");
}

#[test]
fn entries_stand_before_the_previous_day_whatever_that_links_to() {
    let archive = archive("");
    let rest = "## [Previous Day...](https://x.example/index.html)\n\n---\n\nFooter\n";
    archive.write(DAY, format!("## [2012-03-25](/news/2012/03/25/index.md)\n\n{rest}"));
    archive.check(&["--fix"]);
    let day = read(&archive, DAY);
    assert!(day.ends_with(&format!("lock-gates-fail.md)\n\n{rest}")), "{day}");
}

#[test]
fn an_event_without_a_topic_does_not_come_under_that_of_another() {
    let archive = archive("");
    archive.write("dateline.toml", "[day]\ntopic = { level = 3 }\nentry = { level = 4 }\n");
    let day = "## [2012-03-26](/news/2012/03/26/index.md)\n";
    archive.write("news/2012/03/26/index.md", day);
    let page = |topic: &str, title: &str| {
        format!("### [2012-03-26](/news/2012/03/26/index.md)\n\n{topic}# {title}\n")
    };
    archive.write("news/2012/03/26/a.md", page("", "Anchors found"));
    archive.write("news/2012/03/26/b.md", page("##### Sport\n", "Boats race"));
    archive.check(&["--fix"]);
    let mended = format!(
        "{day}#### [Anchors found](/news/2012/03/26/a.md)\n### Sport\n#### [Boats race](/news/2012/03/26/b.md)\n"
    );
    assert_eq!(read(&archive, "news/2012/03/26/index.md"), mended);
}

#[test]
fn anchors_and_links_of_a_title_or_topic_are_not_copied() {
    let archive = archive("");
    archive.write(DAY, "## [2012-03-25](/news/2012/03/25/index.md)\n");
    archive.write(
        PAGE,
        "### [2012-03-25](/news/2012/03/25/index.md)\n\n##### [Port](../24/index.md)\n# <a name=\"x\"></a>Gates [fail](../24/index.md)\n",
    );
    archive.check(&["--fix"]);
    let mended = "## [2012-03-25](/news/2012/03/25/index.md)\n##### Port\n### [Gates fail](/news/2012/03/25/lock-gates-fail.md)\n";
    assert_eq!(read(&archive, DAY), mended);
}

#[test]
fn a_second_entry_under_another_topic_says_more_than_the_first() {
    let archive = archive("");
    let entry = "### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n";
    let day = format!(
        "## [2012-03-25](/news/2012/03/25/index.md)\n\n##### Port\n{entry}\n##### Tides\n{entry}\n### [Ferry line reopens]({FERRY})\n"
    );
    archive.write(DAY, &day);
    archive.check(&["--fix"]);
    assert_eq!(read(&archive, DAY), day);
}

#[test]
fn routes_of_one_page_are_sources_of_their_own() {
    let list = "### Source:\n\n1. [Post](https://live.example/#!/a)\n2. [Post](https://live.example/#!/b)\n";
    let archive = archive(list);
    assert_eq!(archive.findings(&[]), []);
}

#[test]
fn a_formula_is_no_template_and_a_number_makes_a_day() {
    let archive = archive("Water is ${\\rm H}_2$O, and ${x}^2$ is square.\n");
    assert_eq!(archive.findings(&[]), []);
}

#[test]
fn a_form_feed_leaves_a_space() {
    becomes("one\u{C}two three\u{C}\n\nfour\u{B} five\n", "one two three\n\nfour five\n");
}

#[test]
fn a_control_character_that_may_be_all_that_is_left_of_another_stays() {
    for kept in ["\0", "\u{8}", "\u{19}", "\u{1B}[31m", "\u{1F}", "\u{7F}", "\u{81}", "\u{9B}31m"] {
        stays(&format!("one{kept}two\n"));
    }
    // Code is kept byte by byte, a line may become a heading, and a destination name another page.
    stays("`one\u{C}two \u{92}`\n\n\u{C}# three\n\n[four](https://a.example/\u{92})\n");
    // U+0085 ends lines in some old texts, but not where other characters are those of Windows-1252.
    stays("one\u{85}two\n");
    becomes("one\u{85} two\u{92}s\n", "one… two’s\n");
}

#[test]
fn a_plain_comment_is_no_block_and_a_group_is_judged_without_what_is_off() {
    let archive =
        archive("<!-- dateline-ignore link/not-found: y -->\n<!-- a note -->\n\n[z](/nope.md)\n");
    assert_eq!(archive.findings(&[]), []);
    let archive = self::archive("<!-- dateline-ignore related: nothing here -->\ntext\n");
    let rules: Vec<String> = archive.findings(&[]).into_iter().map(|found| found.0).collect();
    assert_eq!(rules, ["archive/unused-suppression"]);
    let archive = self::archive("<div>\n<!-- dateline-ignore link/not-found -->\n</div>\n");
    let rules: Vec<String> = archive.findings(&[]).into_iter().map(|found| found.0).collect();
    assert_eq!(rules, ["archive/unused-suppression"], "it is not passed over in silence");
}

#[test]
fn a_page_that_is_not_utf8_is_reported_once_and_never_edited() {
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let page = "\u{FEFF}### 2012-03-24\r\n\r\n# \u{100}\u{4E00} [a](\\b.md)\r\n";
    let latin =
        b"## 25 March 2012\r\n\r\nCaf\xE9\x00 &amp; [a](/News/2012/03/25/Lock-gates-fail.md)\r\n";
    for day in [
        utf_16(page),
        b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec(),
        latin.to_vec(),
        latin.iter().copied().filter(|byte| *byte != 0).collect(),
    ] {
        let archive = archive("");
        archive.write(DAY, &day);
        let reported = archive.findings(&["--select", "text/not-utf8"]);
        assert_eq!(reported.len(), 1, "{reported:?}");
        archive.check(&["--fix", "--unsafe-fixes"]);
        assert_eq!(std::fs::read(archive.root().join(DAY)).expect("a page"), day);
    }
}

/// The page of the lock gates with another title stays as it is by the safe fixes of texts.
fn title_stays(title: &str) {
    let archive = archive("");
    let page = format!("### [2012-03-25](/news/2012/03/25/index.md)\n\n{title}\n");
    archive.write(PAGE, &page);
    archive.check(&["--fix", "--select", "text"]);
    assert_eq!(read(&archive, PAGE), page);
}

#[test]
fn a_reference_at_the_beginning_of_an_underlined_title_begins_no_block() {
    title_stays("&#45; Lock gates fail\n===");
    title_stays("1986&#46; A year\n===");
    title_stays("[foo]&colon; /url\n===");
}

#[test]
fn references_of_one_title_make_no_link_together() {
    let archive = archive("");
    let page = |title: &str| format!("### [2012-03-25](/news/2012/03/25/index.md)\n\n# {title}\n");
    for (title, fixed) in [
        ("A [foo]&lpar;/x&rpar; b", "A [foo](/x&rpar; b"),
        ("A &#38;&#97;mp; b", "A &&#97;mp; b"),
        ("A &quot;b&quot; &#38;&#97;mp;", "A \"b\" &&#97;mp;"),
    ] {
        archive.write(PAGE, page(title));
        archive.check(&["--fix", "--select", "text"]);
        assert_eq!(read(&archive, PAGE), page(fixed));
    }
}

#[test]
fn a_reference_in_brackets_makes_no_label_of_a_definition() {
    stays("[x [fo&#111;]](/news/2012/03/24/index.md)\n\n[foo]: /news/2012/03/24/index.md\n");
}

#[test]
fn an_unrelated_page_of_the_slug_does_not_take_the_place_of_an_event_in_two_safe_steps() {
    let body = "### Related:\n\n1. [Earthquake strikes Port Merrow](/news/2012/03/24/update.md)\n";
    let archive = archive(body);
    archive.write("news/2009/01/1/update.md", "### 2009-01-01\n\n# Council budget update\n");
    let before = read(&archive, PAGE);
    archive.check(&["--fix"]);
    assert_eq!(read(&archive, PAGE), before);
    // By its title it is the event that was meant.
    archive
        .write("news/2009/01/1/update.md", "### 2009-01-01\n\n# Earthquake strikes Port Merrow\n");
    archive.check(&["--fix"]);
    assert_eq!(read(&archive, PAGE), before.replace("2012/03/24/update", "2009/01/1/update"));
}

#[test]
fn one_of_two_titles_and_marks_of_an_old_one_are_not_chosen_or_lost() {
    let archive = archive(&format!("### Related:\n\n1. [Two]({FERRY})\n"));
    archive.write(&FERRY[1..], "### [2012-03-24](/news/2012/03/24/index.md)\n\n# One\n\n# Two\n");
    let before = (read(&archive, PAGE), read(&archive, "news/2012/03/24/index.md"));
    archive.check(&["--fix"]);
    assert_eq!((read(&archive, PAGE), read(&archive, "news/2012/03/24/index.md")), before);
    stays(&format!("### Related:\n\n1. [Old ~~gone~~ **b**]({FERRY})\n"));
}

#[test]
fn a_next_line_is_no_ellipsis_where_nothing_else_is_windows_1252() {
    stays("line one\u{85}line two, Ã\u{89}t\n");
    stays("line one\u{85}line two\n\n    code \u{92}\n");
    becomes("one\u{85}two\u{92}s\n", "one…two’s\n");
}

#[test]
fn halves_of_letters_in_another_encoding_are_not_made_punctuation() {
    stays("Ð\u{98} Ð²Ð¾Ñ\u{82} Ð\u{98}\n");
    stays("caf\u{E9}\u{92}s\n");
}

#[test]
fn a_control_character_in_an_address_or_in_html_stays() {
    stays("<a href=\"/caf\u{92}s.html\">menu</a>\n");
    stays("See https://a.example/x\u{92}s now\n");
    stays("[unused]: /x\u{92}.md\n");
    stays("a <i title=\"a\u{C}b\">b</i>\n");
}

#[test]
fn a_terminals_sequence_is_no_quotation_mark() {
    stays("x \u{9B}K\n");
    stays("x \u{9B}?25l\n");
    becomes("\u{8B}x\u{9B}, y\n", "‹x›, y\n");
}

#[test]
fn a_form_feed_that_a_mark_may_follow_stays() {
    stays("1.\u{C}First\n");
    stays("-\u{C}second\n");
    stays("**bold\u{B}**\n");
    stays("said\u{C}\u{85}then \u{92}\n".replace('\u{92}', "").as_str());
}

#[test]
fn form_feeds_and_vertical_tabs_in_turn_are_one_finding() {
    becomes(&format!("word{}b\n", "\u{C}\u{B}".repeat(6)), "word b\n");
}

#[test]
fn a_date_that_may_be_read_in_two_ways_stays_where_the_path_says_the_other() {
    let archive = archive("");
    let path = "news/2012/03/4/page.md";
    let page = "### 3.4.2012\n\n# Page\n";
    archive.write(path, page);
    archive.check(&["--fix", "--select", "date"]);
    assert_eq!(read(&archive, path), page);
}

#[test]
fn a_fix_that_would_make_or_lose_markup_elsewhere_is_not_made() {
    let titled = |title: &str, body: &str| {
        let archive = archive(&format!("### Related:\n\n1. {body}\n"));
        archive.write(
            &FERRY[1..],
            format!("### [2012-03-24](/news/2012/03/24/index.md)\n\n# {title}\n"),
        );
        let before = read(&archive, PAGE);
        archive.check(&["--fix", "--select", "related/stale-text"]);
        assert_eq!(read(&archive, PAGE), before, "{title}");
    };
    titled("It`s over", &format!("[old]({FERRY}) _Context: It`s fine_"));
    titled("Ferry [update] runs", &format!("[old]({FERRY})\n\n[update]: https://u.example/"));
    titled("Ferry [^1] runs", &format!("[old]({FERRY})\n\n[^1]: note"));
    titled("Ferry | runs", &format!("x\n\n   | a | b |\n   |---|---|\n   | [old]({FERRY}) | c |"));
}

#[test]
fn an_unused_comment_that_keeps_blocks_apart_stays() {
    let comment = "<!-- dateline-ignore link/malformed -->";
    for body in ["Foo\nC\n---\n", "Foo\nC\nbar\n", "> a\nC\nb\n", "1. a\nC\n1. b\n", "`a`C`b` c\n"]
    {
        stays(&body.replace('C', comment));
    }
    becomes(&format!("Foo\n\n{comment}\n\nbar\n"), "Foo\n\nbar\n");
}

#[test]
fn an_item_does_not_take_the_marks_or_the_text_behind_the_next() {
    let own = "1.  [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)";
    let marked = format!("2. *[Ferry line reopens]({FERRY})*\n");
    becomes(&format!("### Related:\n\n{own}\n{marked}"), &format!("### Related:\n\n{marked}"));
    // A list of another kind keeps its number.
    let single = own.replace("1.  ", "1. ");
    let other = format!("2) [Ferry line reopens]({FERRY})\n");
    becomes(&format!("### Related:\n\n{single}\n{other}"), &format!("### Related:\n\n{other}"));
    stays(&format!(
        "### Related:\n\n9. [Ferry line reopens]({FERRY})\n10. [Ferry line reopens]({FERRY})\n\n   A note.\n"
    ));
    stays("### Related:\n\n1. [Lock gates fail](/news/2012/03/25/lock-gates-fail.md#part)\n");
}

#[test]
fn a_heading_keeps_what_stands_in_it_beside_its_date() {
    for date in [
        "### **25 March 2012**",
        "### ~~25 March 2012~~",
        "### 25 March 2012[^1]\n\n[^1]: note",
        "### <a id=\"d25\"></a>25 March 2012",
        "### [![25 March 2012](/news/2012/03/25/i.png)](/news/2012/03/25/index.md)",
    ] {
        let archive = archive("");
        let page = format!("{date}\n\n# Lock gates fail\n");
        archive.write(PAGE, &page);
        archive.check(&["--fix", "--select", "date"]);
        assert_eq!(read(&archive, PAGE), page);
    }
}

#[test]
fn a_topic_does_not_take_a_paragraph_with_it() {
    let archive = archive("");
    let entry = "### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)";
    let other = "### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)";
    for topic in ["##### Harbour\n\nA paragraph.", "##### [Harbour](/news/2012/03/24/index.md)"] {
        let page = format!(
            "## [2012-03-25](/news/2012/03/25/index.md)\n\n##### Harbour\n\n{entry}\n\n{topic}\n\n{entry}\n\n##### Other\n\n{other}\n"
        );
        archive.write(DAY, &page);
        archive.check(&["--fix", "--select", "day/duplicate-event"]);
        assert_eq!(read(&archive, DAY), page);
    }
}

#[test]
fn characters_that_cannot_be_seen_are_left_as_references() {
    title_stays("# A&#xFE0F;&#x115F;&#x3164;&#x180E;&#xE0020;&#xFFFE;&#x1FFFF; b");
}
