//! Tests of fixes that used to change a text, heading, link or comment into something else.

use crate::support::fix::{DAY, FERRY, PAGE, archive_with, assert_becomes, assert_unchanged};

#[test]
fn link_text_that_is_a_reference_label_is_not_changed() {
    assert_unchanged(&format!("### Related:\n\n1. [Old title]\n\n[Old title]: {FERRY}\n"));
    assert_unchanged("### Source:\n\n1. [AT&amp;T]\n\n[AT&amp;T]: https://a.example/\n");
}

#[test]
fn a_character_reference_at_a_line_start_does_not_become_a_list_marker() {
    assert_unchanged(&format!("See [foo\n&#49;. bar]({FERRY}) and [foo\n&#45; bar]({FERRY}).\n"));
}

#[test]
fn a_comment_that_shapes_its_line_is_not_removed() {
    assert_unchanged("<!-- dateline-ignore link/not-found: q --> # not a heading\n");
    assert_unchanged("> <!-- dateline-ignore link/not-found: q -->\n> quoted\n");
    assert_becomes("<!-- dateline-ignore link/not-found -->\n\ntext\n", "text\n");
    assert_becomes("text <!-- dateline-ignore link/not-found --> more\n", "text more\n");
}

#[test]
fn a_comment_with_a_reason_is_not_removed() {
    assert_unchanged("<!-- dateline-ignore link/not-found: gone since 2014 -->\n\ntext\n");
    assert_becomes(
        "<!-- dateline-ignore link/malformed, link/not-found: gone -->\n\n[a]()\n",
        "<!-- dateline-ignore link/malformed: gone -->\n\n[a]()\n",
    );
}

#[test]
fn comments_in_headings_are_kept() {
    let archive = archive_with("");
    let text =
        "### 25 March 2012 <!-- dateline-ignore date/format: as it was -->\n\n# Lock gates fail\n";
    archive.write(PAGE, text);
    archive.check(&["--fix", "--ignore", "archive"]);
    assert_eq!(archive.read(PAGE), text);
}

#[test]
fn a_removed_form_feed_leaves_a_space() {
    assert_becomes("one\u{C}two three\u{C}\n\nfour\u{B} five\n", "one two three\n\nfour five\n");
}

#[test]
fn control_characters_that_may_replace_lost_letters_are_kept() {
    for kept in ["\0", "\u{8}", "\u{19}", "\u{1B}[31m", "\u{1F}", "\u{7F}", "\u{81}", "\u{9B}31m"] {
        assert_unchanged(&format!("one{kept}two\n"));
    }
    // Code must keep every byte, a line must not become a heading, and a destination must not name
    // another page.
    assert_unchanged("`one\u{C}two \u{92}`\n\n\u{C}# three\n\n[four](https://a.example/\u{92})\n");
    // Some old texts end lines with U+0085. It is an ellipsis only among other Windows-1252
    // characters.
    assert_unchanged("one\u{85}two\n");
    assert_becomes("one\u{85} two\u{92}s\n", "one… two’s\n");
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
        let archive = archive_with("");
        archive.write(DAY, &day);
        let reported = archive.findings(&["--select", "text/not-utf8"]);
        assert_eq!(reported.len(), 1, "{reported:?}");
        archive.check(&["--fix", "--unsafe-fixes"]);
        assert_eq!(std::fs::read(archive.root().join(DAY)).expect("a page"), day);
    }
}

/// Asserts that the safe fixes of `text` rules do not change a page with this title.
fn title_stays(title: &str) {
    let archive = archive_with("");
    let page = format!("### [2012-03-25](/news/2012/03/25/index.md)\n\n{title}\n");
    archive.write(PAGE, &page);
    archive.check(&["--fix", "--select", "text"]);
    assert_eq!(archive.read(PAGE), page);
}

#[test]
fn a_character_reference_at_the_start_of_a_setext_title_starts_no_block() {
    title_stays("&#45; Lock gates fail\n===");
    title_stays("1986&#46; A year\n===");
    title_stays("[foo]&colon; /url\n===");
}

#[test]
fn character_references_in_a_title_do_not_form_a_link() {
    let archive = archive_with("");
    let page = |title: &str| format!("### [2012-03-25](/news/2012/03/25/index.md)\n\n# {title}\n");
    for (title, fixed) in [
        ("A [foo]&lpar;/x&rpar; b", "A [foo](/x&rpar; b"),
        ("A &#38;&#97;mp; b", "A &&#97;mp; b"),
        ("A &quot;b&quot; &#38;&#97;mp;", "A \"b\" &&#97;mp;"),
    ] {
        archive.write(PAGE, page(title));
        archive.check(&["--fix", "--select", "text"]);
        assert_eq!(archive.read(PAGE), page(fixed));
    }
}

#[test]
fn a_character_reference_in_brackets_does_not_become_a_label() {
    assert_unchanged(
        "[x [fo&#111;]](/news/2012/03/24/index.md)\n\n[foo]: /news/2012/03/24/index.md\n",
    );
}

#[test]
fn u0085_is_not_an_ellipsis_without_other_windows_1252_characters() {
    assert_unchanged("line one\u{85}line two, Ã\u{89}t\n");
    assert_unchanged("line one\u{85}line two\n\n    code \u{92}\n");
    assert_becomes("one\u{85}two\u{92}s\n", "one…two’s\n");
}

#[test]
fn bytes_of_another_encoding_are_not_made_punctuation() {
    assert_unchanged("Ð\u{98} Ð²Ð¾Ñ\u{82} Ð\u{98}\n");
    assert_unchanged("caf\u{E9}\u{92}s\n");
}

#[test]
fn control_characters_in_addresses_and_html_are_kept() {
    assert_unchanged("<a href=\"/caf\u{92}s.html\">menu</a>\n");
    assert_unchanged("See https://a.example/x\u{92}s now\n");
    assert_unchanged("[unused]: /x\u{92}.md\n");
    assert_unchanged("a <i title=\"a\u{C}b\">b</i>\n");
}

#[test]
fn a_terminal_escape_sequence_is_not_a_quotation_mark() {
    assert_unchanged("x \u{9B}K\n");
    assert_unchanged("x \u{9B}?25l\n");
    assert_becomes("\u{8B}x\u{9B}, y\n", "‹x›, y\n");
}

#[test]
fn a_form_feed_before_a_possible_marker_is_kept() {
    assert_unchanged("1.\u{C}First\n");
    assert_unchanged("-\u{C}second\n");
    assert_unchanged("**bold\u{B}**\n");
    assert_unchanged("said\u{C}\u{85}then \u{92}\n".replace('\u{92}', "").as_str());
}

#[test]
fn an_ambiguous_date_that_contradicts_the_path_is_not_fixed() {
    let archive = archive_with("");
    let path = "news/2012/03/4/page.md";
    let page = "### 3.4.2012\n\n# Page\n";
    archive.write(path, page);
    archive.check(&["--fix", "--select", "date"]);
    assert_eq!(archive.read(path), page);
}

#[test]
fn a_safe_fix_that_would_change_other_markup_is_not_made() {
    let titled = |title: &str, body: &str| {
        let archive = archive_with(&format!("### Related:\n\n1. {body}\n"));
        archive.write(
            &FERRY[1..],
            format!("### [2012-03-24](/news/2012/03/24/index.md)\n\n# {title}\n"),
        );
        let before = archive.read(PAGE);
        archive.check(&["--fix", "--select", "related/stale-text"]);
        assert_eq!(archive.read(PAGE), before, "{title}");
    };
    titled("It`s over", &format!("[old]({FERRY}) _Context: It`s fine_"));
    titled("Ferry [update] runs", &format!("[old]({FERRY})\n\n[update]: https://u.example/"));
    titled("Ferry [^1] runs", &format!("[old]({FERRY})\n\n[^1]: note"));
    titled("Ferry | runs", &format!("x\n\n   | a | b |\n   |---|---|\n   | [old]({FERRY}) | c |"));
}

#[test]
fn an_unused_comment_that_separates_blocks_is_kept() {
    let comment = "<!-- dateline-ignore link/malformed -->";
    for body in ["Foo\nC\n---\n", "Foo\nC\nbar\n", "> a\nC\nb\n", "1. a\nC\n1. b\n", "`a`C`b` c\n"]
    {
        assert_unchanged(&body.replace('C', comment));
    }
    assert_becomes(&format!("Foo\n\n{comment}\n\nbar\n"), "Foo\n\nbar\n");
}

#[test]
fn a_heading_keeps_the_text_beside_its_date() {
    for date in [
        "### **25 March 2012**",
        "### ~~25 March 2012~~",
        "### <a id=\"d25\"></a>25 March 2012",
        "### [![25 March 2012](/news/2012/03/25/i.png)](/news/2012/03/25/index.md)",
    ] {
        let archive = archive_with("");
        let page = format!("{date}\n\n# Lock gates fail\n");
        archive.write(PAGE, &page);
        archive.check(&["--fix", "--select", "date"]);
        assert_eq!(archive.read(PAGE), page);
    }
}

#[test]
fn only_the_date_of_a_heading_is_replaced() {
    for (before, after) in [
        ("25 March 2012[^1]\n\n[^1]: note", "2012-03-25[^1]\n\n[^1]: note"),
        ("2012-03-24 10:00&nbsp;UTC", "2012-03-25 10:00&nbsp;UTC"),
        ("25&nbsp;March 2012", "25&nbsp;March 2012"),
    ] {
        let archive = archive_with("");
        archive.write(PAGE, format!("### {before}\n\n# Lock gates fail\n"));
        archive.check(&["--fix", "--unsafe-fixes", "--select", "date"]);
        assert_eq!(archive.read(PAGE), format!("### {after}\n\n# Lock gates fail\n"));
    }
}

#[test]
fn invisible_characters_stay_character_references() {
    title_stays("# A&#xFE0F;&#x115F;&#x3164;&#x180E;&#xE0020;&#xFFFE;&#x1FFFF; b");
}
