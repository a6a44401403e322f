//! Tests of parsing pages.

use super::*;

fn faults(source: &str) -> Vec<(&str, LinkFaultKind)> {
    let document = Document::parse(source);
    document.faults.iter().map(|fault| (fault.span.of(source), fault.kind.clone())).collect()
}

fn destinations(source: &str) -> Vec<&str> {
    let document = Document::parse(source);
    document.links.iter().map(|link| link.destination.of(source)).collect()
}

#[test]
fn a_destination_has_its_own_span_however_it_is_written() {
    assert_eq!(destinations("[a](/x.md)"), ["/x.md"]);
    assert_eq!(destinations("[a](  </x y.md>  \"t\")"), ["/x y.md"]);
    assert_eq!(destinations(r"[a](/x\_y.md)"), [r"/x\_y.md"]);
    assert_eq!(destinations("[a [b] c](/x&amp;y.md)"), ["/x&amp;y.md"]);
    assert_eq!(destinations("> [a\n> b](\n> /x&amp;.md)"), ["/x&amp;.md"]);
    assert_eq!(destinations("<https://a.example/b>"), ["https://a.example/b"]);
    assert_eq!(destinations("[a][b]\n\n[b]: /x.md 'title'\n"), ["/x.md"]);
    assert_eq!(destinations("[a][B]\n\n[b]: </x&amp;.md>\n"), ["/x&amp;.md"]);
    assert_eq!(destinations("[![a](/i.png)](/x.md)"), ["/x.md", "/i.png"]);
    assert_eq!(destinations("[a](/(x)\\).md)"), ["/(x)\\).md"]);
}

#[test]
fn an_escaped_destination_reads_as_commonmark_has_it() {
    let source = r"[a](/x\_y&amp;.md)";
    let document = Document::parse(source);
    assert_eq!(document.links[0].target(source), "/x_y&.md");
    assert_eq!(document.links[0].content.of(source), "a");
}

#[test]
fn a_byte_order_mark_moves_no_span_and_hides_no_heading() {
    let source = "\u{FEFF}# A [b](/c.md)\n";
    let document = Document::parse(source);
    assert_eq!(document.headings[0].content.of(source), "A [b](/c.md)");
    assert_eq!(document.links[0].destination.of(source), "/c.md");
}

#[test]
fn headings_know_their_text_and_links() {
    let source = "### [2012-03-25](/d.md)\n\n#  A  `b`\n\n##### \n\nTitle\n===\n";
    let document = Document::parse(source);
    let texts: Vec<_> = document.headings.iter().map(|h| document.words(h.text)).collect();
    assert_eq!(texts, ["2012-03-25", "A b", "", "Title"]);
    let levels: Vec<_> = document.headings.iter().map(|h| h.level).collect();
    assert_eq!(levels, [3, 1, 5, 1]);
    assert_eq!(document.links_in(&document.headings[0].links).len(), 1);
    assert_eq!(document.headings[1].content.of(source), "A  `b`");
    assert!(document.headings[2].has_content || document.headings[2].content.is_empty());
}

#[test]
fn items_know_their_heading_links_and_stray_text() {
    let source = "### S\n\n1. [a](/a) _C: x_\n2. see [b](/b)\n3. text\n4. [c](/c) [d](/d)\n5. [e](/e) z\n6.\n";
    let document = Document::parse(source);
    let strays: Vec<_> =
        document.items.iter().map(|item| item.stray.map(|span| span.of(source))).collect();
    assert_eq!(strays, [None, Some("see"), Some("text"), Some("[d](/d)"), Some("z"), None]);
    assert!(document.items.iter().all(|item| item.heading == Some(0)));
    assert_eq!(document.items[0].content.of(source), "[a](/a) _C: x_");
    assert!(document.items[5].content.is_empty());
}

#[test]
fn nested_items_belong_to_their_outermost_one() {
    let document = Document::parse("1. [a](/a)\n   - [b](/b)\n2. [c](/c)\n");
    assert_eq!(document.items.len(), 2);
    assert_eq!(document.items[0].links, 0..2);
}

#[test]
fn balanced_and_escaped_brackets_are_no_fault() {
    for source in [
        "# A [sic] and [b [c] d](/e.md)",
        "[a [b]](/c.md)",
        "a [0, 1) interval and [a link](/b.md)",
        r"\[not a link](/b.md)",
        r"[not a link\](/b.md)",
        "`[x](y z/a)` and ``[x]()``",
        "    [x](y z/a)\n",
        "f[0](see the note)",
        "# Title with [ an open bracket",
        "[a](/b.md \"title\")",
        "&#91;a [b](/c.md)",
        "they [sic] (see p. 3), [1] (and/or) and array[i] (see x.y)",
        "[x] (e.g. foo.bar) or [x] (foo.bar), [the Courier] (Courier/Post.com)",
        "[the keeper] (N.Y./Wash.) and [he] (St.Paul/St.Marys), [the set] (index.html)",
        "[a] (#b) and [a] (/b.md is gone) and [a] (<https://b.example/>)",
        "$(cmd)[/x.sh] f(ab)[/x.md] (c)[https://a.example/] ii)[/b.md]",
    ] {
        assert_eq!(faults(source), [], "{source}");
    }
}

#[test]
fn broken_links_are_found_at_their_destination() {
    use LinkFaultKind::*;
    let cases: &[(&str, &str, LinkFaultKind)] = &[
        ("[a]()", "()", EmptyDestination),
        ("[a](<>)", "(<>)", EmptyDestination),
        ("[a](/b c.md)", "/b c.md", RawSpace),
        ("[a](/b.md _Context: c_", "/b.md", UnclosedParenthesis),
        ("[a](/b.md", "/b.md", UnclosedParenthesis),
        ("[a(/b.md)", "/b.md", UnclosedBracket),
        ("a](/b.md)", "/b.md", UnopenedBracket),
        ("[a] b](/b.md)", "/b.md", UnopenedBracket),
        ("1. [[[a](/b.md)", "[[", StrayBracket),
        ("1. [ a [b (c](/b.md)", "[", StrayBracket),
        ("[a [b](/c.md) d](/e.md)", "/e.md", NestedLink),
        ("[a](/%zz.md)", "/%zz.md", BadEscape("%zz".into())),
        ("[a](/b%)", "/b%", BadEscape("%".into())),
        (r"[a](\news\b.md)", r"\news\b.md", Backslash),
        ("[a](/b\u{7}.md)", "/b\u{7}.md", ControlCharacter),
        ("[a](</b\u{7}.md>)", "/b\u{7}.md", ControlCharacter),
        ("[a] (../b/gone.html)", "../b/gone.html", DetachedParenthesis),
        ("![Map] (map.png)", "map.png", DetachedParenthesis),
        ("![Map] (maps/basin.pdf)", "maps/basin.pdf", DetachedParenthesis),
        ("[a] (gone.md#x)", "gone.md#x", DetachedParenthesis),
        ("[a] (/gone.md \"Title\")", "/gone.md", DetachedParenthesis),
        ("[a] ( /gone.md )", "/gone.md", DetachedParenthesis),
        ("[a] (</the gone.md>)", "/the gone.md", DetachedParenthesis),
        ("[a] (mailto:d@v.example)", "mailto:d@v.example", DetachedParenthesis),
        ("[a]（map.png）", "map.png", WideParentheses),
        ("[a] （/gone.md \"Title\"）", "/gone.md", WideParentheses),
        ("（文章）[/gone.md]", "/gone.md", Reversed),
        ("见（图）[../b/gone.html#x]", "../b/gone.html#x", Reversed),
        ("(文)[map.png]", "map.png", Reversed),
        ("(the (new) charter)[/a.md]", "/a.md", Reversed),
        ("[a][gone.md#x]", "gone.md#x", BracketedDestination),
        ("![Map][map.png]", "map.png", BracketedDestination),
        ("[a(../b/gone.html)", "../b/gone.html", UnclosedBracket),
        ("[a](gone.md#x", "gone.md#x", UnclosedParenthesis),
        ("![Map](the map.png)", "the map.png", RawSpace),
    ];
    for (source, text, kind) in cases {
        assert_eq!(faults(source), [(*text, kind.clone())], "{source}");
    }
}

#[test]
fn an_address_of_mail_in_angle_brackets_is_no_path() {
    let source = "ask <d@v.example>";
    let document = Document::parse(source);
    assert_eq!(document.links[0].target(source), "mailto:d@v.example");
    assert_eq!(document.links[0].destination.of(source), "d@v.example");
}

#[test]
fn a_link_in_parentheses_is_no_destination() {
    assert_eq!(faults("[sic](see [a](/b.md))"), []);
    assert_eq!(faults("[sic]([a](/b.md) `c"), []);
    assert_eq!(faults("[a](/b.md [c](/d.md))"), [("/b.md [c](/d.md)", LinkFaultKind::RawSpace)]);
}

#[test]
fn the_parenthesis_of_an_image_is_not_that_of_an_unclosed_bracket() {
    assert_eq!(faults("[![a](/b.png) c"), []);
    let unclosed = [("/c.md", LinkFaultKind::UnclosedBracket)];
    assert_eq!(faults("[![a](/b.png) c (/c.md)"), unclosed);
    assert_eq!(faults("[`(/b.md)` c (/c.md)"), unclosed);
}

#[test]
fn each_link_of_a_block_takes_the_stray_brackets_before_it() {
    let source = "[a [b](/c) and [d [e](/f)\n\n[g](/h)";
    let found: Vec<_> = faults(source).into_iter().map(|(text, _)| text).collect();
    assert_eq!(found, ["[", "["]);
}

#[test]
fn undefined_references_leave_out_citations_and_wiki_leftover() {
    let source =
        "[a][b] [c][] [d] [1][2] [x](/y) [f][^1] [http:--a b][http:--c d] [k [l][m] n](/o)\n";
    let document = Document::parse(source);
    let found: Vec<_> = document.undefined.iter().map(|r| r.span.of(source)).collect();
    assert_eq!(found, ["[a][b]", "[c][]"]);
}

#[test]
fn front_matter_is_no_heading_and_later_rules_are_no_front_matter() {
    let document = Document::parse("---\ntitle: x\n---\n# A\n\n---\nb: c\n\n---\n# D\n");
    let texts: Vec<_> = document.headings.iter().map(|h| document.words(h.text)).collect();
    assert_eq!(texts, ["A", "D"]);
}

#[test]
fn the_destination_of_a_bare_url_is_checked_once() {
    let bad = || LinkFaultKind::BadEscape("%-d".into());
    assert_eq!(faults("1. https://a.example/100%-dry\n"), [("https://a.example/100%-dry", bad())]);
    assert_eq!(
        faults("- a https://a.example/%-d, https://b.example/%25\n- https://c.example/%-d\n"),
        [("https://a.example/%-d", bad()), ("https://c.example/%-d", bad())]
    );
    assert_eq!(faults("- https://a.example/a\\\n  b https://b.example/a\\_b\n"), []);
    for broken in ["- [a](https://a.example/%-d\n", "- [a] (https://a.example/%-d)\n"] {
        let kinds: Vec<_> = faults(broken).into_iter().map(|(_, kind)| kind).collect();
        assert!(kinds.len() == 1 && kinds[0] != bad(), "{broken} {kinds:?}");
    }
}
