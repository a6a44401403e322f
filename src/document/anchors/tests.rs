//! Tests of anchors. The expected anchors are those that the generators print: Jekyll 4.3 with kramdown 2.4,
//! Hugo 0.168, Python-Markdown 3.11, and GitHub as github-slugger records it.

use std::fmt::Write as _;

use proptest::prelude::*;

use crate::document::{AnchorStyle, Document, Syntax, TemplateLanguage, anchors};

fn styled(source: &str, style: AnchorStyle) -> Vec<String> {
    anchors(source, &Syntax { anchors: style, ..Syntax::default() }).known
}

/// Checks the anchors of pages that consist of one heading.
fn check(style: AnchorStyle, headings: &[(&str, &str)]) {
    for (heading, expected) in headings {
        assert_eq!(styled(&format!("## {heading}\n"), style), [*expected], "{heading}");
    }
}

#[test]
fn names_are_unique() {
    for name in AnchorStyle::NAMES {
        assert_eq!(AnchorStyle::named(name).map(AnchorStyle::name), Some(name));
    }
    assert_eq!(AnchorStyle::named("GitHub"), None);
}

#[test]
fn github_keeps_the_characters_of_words() {
    check(
        AnchorStyle::Github,
        &[
            ("हिन्दी समाचार", "हिन्दी-समाचार"),
            ("ข่าววันนี้", "ข่าววันนี้"),
            ("🛠️ Repairs", "\u{FE0F}-repairs"),
            ("Area 5 km²", "area-5-km"),
            ("Half ½ price", "half--price"),
            ("Many   spaces", "many---spaces"),
            ("Gro\u{308}ße der Stadt", "gro\u{308}ße-der-stadt"),
            ("foo＿bar", "foo＿bar"),
            ("Ⅻ ① ❶ ²", "ⅻ---"),
            ("Tab\tinside", "tabinside"),
            ("Fish &amp; chips &copy; &eacute;", "fish--chips--é"),
            (":rocket: Launch", "rocket-launch"),
            ("*Emph* and `code--x` [here](/a.md \"t\")", "emph-and-code--x-here"),
            ("![alt text](/i.png) After", "-after"),
            ("A <b>bold</b> tag", "a-bold-tag"),
            ("Has id {#explicit}", "has-id-explicit"),
            ("Dash -- dash", "dash----dash"),
            ("İI ΟΔΟΣ", "i̇i-οδοσ"),
            ("Closed ##", "closed"),
            ("!!!", ""),
            ("\\_under\\_ \\*star\\*", "_under_-star"),
        ],
    );
    let wrapped = "Wrapped\nheading\n===\n";
    assert_eq!(styled(wrapped, AnchorStyle::Github), ["wrappedheading"]);
}

#[test]
fn kramdown_prints_typographic_characters() {
    check(
        AnchorStyle::Kramdown,
        &[
            ("[Linked](/a.md \"t\") heading", "linked-heading"),
            ("*Emph* and `code x` here", "emph-and-code-x-here"),
            ("Image ![alt text](/i.png) after", "image--after"),
            ("A <b>bold</b> tag", "a-bold-tag"),
            ("Fish &amp; chips &copy; &eacute;", "fish--chips--é"),
            (":rocket: Launch", "rocket-launch"),
            ("Esc \\*star\\* \\_under\\_", "esc-star-_under_"),
            ("Many   spaces", "many---spaces"),
            ("Tab\tinside", "tab-inside"),
            ("Dash - dash -- x", "dash---dash--x"),
            ("a ---- b", "a---b"),
            ("`a--b` code", "a--b-code"),
            ("Half ½ price ² ① Ⅻ ❶", "half--price---ⅻ-"),
            ("हिन्दी समाचार", "हिन्दी-समाचार"),
            ("foo＿bar under_score", "foo＿bar-under_score"),
            ("🛠️ Repairs", "\u{FE0F}-repairs"),
            ("Autolink <https://a.example/x>", "autolink-httpsaexamplex"),
            ("\"Quoted\" it's -- fine...", "quoted-its--fine"),
            ("İstanbul ẞ ß Σς", "i̇stanbul-ß-ß-σς"),
            ("- lead", "--lead"),
            ("C++ & C#", "c--c"),
            ("x_y *a_b* __strong__", "x_y-a_b-strong"),
            ("<!-- comment --> After", "-after"),
            ("~~strike~~ z", "strike-z"),
        ],
    );
    assert_eq!(styled("Wrapped\nheading\n===\n", AnchorStyle::Kramdown), [""; 0]);
    let raw = "<h2>Raw</h2>\n\n## Gate\n\n## Gate\n\n## Gate 1\n\n## Gate\n";
    assert_eq!(styled(raw, AnchorStyle::Kramdown), ["gate", "gate-1", "gate-1", "gate-2"]);
}

#[test]
fn hugo_reads_the_first_piece_of_markup() {
    check(
        AnchorStyle::Hugo,
        &[
            ("[Linked](/a.md \"t\") heading", "linked-heading"),
            ("*Emph* and `code x` here", "emph-and-code-x-here"),
            ("Image ![alt text](/i.png) after", "image-alt-text-after"),
            ("A <b>bold</b> tag", "a-bold-tag"),
            ("Fish &amp; chips &copy; &eacute;", "fish--chips--é"),
            (":rocket: Launch", "rocket-launch"),
            ("Esc \\*star\\* \\_under\\_", "esc-star-_under_"),
            ("Many   spaces", "many---spaces"),
            ("Tab\tinside", "tabinside"),
            ("Dash - dash -- x", "dash---dash--x"),
            ("Half ½ price ² ① Ⅻ ❶", "half--price----"),
            ("हिन्दी समाचार", "हनद-समचर"),
            ("foo＿bar under_score", "foobar-under_score"),
            ("🛠️ Repairs", "-repairs"),
            ("!!!", "heading"),
            ("Autolink <https://a.example/x>", "autolink"),
            ("\"Quoted\" it's -- fine...", "quoted-its--fine"),
            ("İstanbul ẞ ß Σς", "istanbul-ß-ß-σς"),
            ("x_y *a_b* __strong__", "x_y-a_-strong"),
            ("<!-- comment --> After", "after"),
            ("a ---- b", "a---b"),
            ("`a--b` code", "a--b-code"),
            ("em*ph*asis", "emphasis"),
            ("_[L](/x) t_", "l"),
            ("x *don't stop* y", "x-don-y"),
            ("[What's new & old](/a)", "what"),
            ("*a: b! c*", "a-b-c"),
            ("*a **b** c*", "a"),
            ("**`code` then text**", "code"),
            ("[a `b` c](/x)", "a"),
            ("[a <b>x</b> c](/d)", "a"),
            ("*a \\* b*", "a--b"),
            ("*a &copy; b*", "a--b"),
            ("*a ~ b*", "a-"),
            ("*a [b c*", "a"),
            ("![don't x](/i.png)", "don"),
        ],
    );
    let page = "Wrapped heading\nover two lines\n===\n\n<h2>Raw</h2>\n\n\
                <h2 id=raw>Raw</h2>\n\n## Gate\n\n## Gate\n\n## Gate 1\n\n## Gate\n";
    assert_eq!(
        styled(page, AnchorStyle::Hugo),
        ["over-two-lines", "gate", "gate-1", "gate-1-1", "gate-2", "raw"]
    );
}

#[test]
fn zola_transliterates() {
    check(
        AnchorStyle::Zola,
        &[
            ("My Test String!!!1!1", "my-test-string-1-1"),
            ("  --test_-_cool", "test-cool"),
            ("Æúű--cool?", "aeuu-cool"),
            ("You & Me", "you-me"),
            ("日本", "ri-ben"),
            ("`test` ![alt text](/i.png) (hey)", "test-alt-text-hey"),
            ("Has id { #id .class }", "id"),
        ],
    );
    let page = "# A {#b}\n\n# B\n\n# B\n\n# C\n\n# C {#c}\n";
    assert_eq!(styled(page, AnchorStyle::Zola), ["b", "b-1", "b-2", "c-1", "c"]);
}

#[test]
fn python_decomposes_to_ascii() {
    check(
        AnchorStyle::Python,
        &[
            ("*Emph* and `code x` here", "emph-and-code-x-here"),
            ("Image ![alt text](/i.png) after", "image-after"),
            ("Fish &amp; chips &copy; &eacute;", "fish-chips-e"),
            (":rocket: Launch", "rocket-launch"),
            ("Esc \\*star\\* \\_under\\_", "esc-star-_under_"),
            ("Many   spaces", "many-spaces"),
            ("Tab\tinside", "tab-inside"),
            ("Dash - dash -- x", "dash-dash-x"),
            ("Half ½ price ² ① Ⅻ ❶", "half-12-price-2-1-xii"),
            ("हिन्दी समाचार", "_1"),
            ("Größe", "groe"),
            ("foo＿bar under_score", "foo_bar-under_score"),
            ("🛠️ Repairs", "repairs"),
            ("Autolink <https://a.example/x>", "autolink-httpsaexamplex"),
            ("\"Quoted\" it's -- fine...", "quoted-its-fine"),
            ("İstanbul ẞ ß Σς", "istanbul"),
            ("- lead", "-lead"),
            ("<!-- comment --> After", "after"),
        ],
    );
    let page = "## 日本\n\n## !!!\n\n## Gate\n\n## Gate\n\n## Gate 1\n\n## Gate_1\n\n\
                ## Gate {#gate_4}\n\n## Gate\n\n## Gate\n";
    assert_eq!(
        styled(page, AnchorStyle::Python),
        ["_1", "_2", "gate", "gate_1", "gate-1", "gate_2", "gate_4", "gate_3", "gate_5"]
    );
}

#[test]
fn headings_without_content_have_no_anchor_in_some_styles() {
    let anchors = |style| styled("##\n\n## !\n", style);
    assert_eq!(anchors(AnchorStyle::Github), ["", "-1"]);
    assert_eq!(anchors(AnchorStyle::Kramdown), [""]);
    assert_eq!(anchors(AnchorStyle::Hugo), ["heading"]);
    assert_eq!(anchors(AnchorStyle::Python), ["_1", "_2"]);
}

#[test]
fn github_counts_on_where_a_number_is_taken() {
    let page = "## Gate 1\n\n## Gate\n\n## Gate\n\n## Gate 1\n";
    assert_eq!(styled(page, AnchorStyle::Github), ["gate-1", "gate", "gate-2", "gate-1-1"]);
}

#[test]
fn ids_at_the_end_of_a_heading_replace_the_anchor() {
    let cases = [
        ("H {#id}", ["id", "id", "id", "id"]),
        ("H {#UPPER}", ["UPPER"; 4]),
        ("H {#a.b:c}", ["a.b:c"; 4]),
        ("H {#größe}", ["größe"; 4]),
        ("H ## {#id6}", ["id6"; 4]),
        ("H {#1abc}", ["h-1abc", "1abc", "1abc", "1abc"]),
        ("H{#id4}", ["hid4", "id4", "id4", "hid4"]),
        ("H { #id3 }", ["h--id3-", "id3", "id3", "id3"]),
        ("H {.cls #id2}", ["h-cls-id2", "id2", "id2", "id2"]),
        ("H {: #id7}", ["h--id7", "h--id7", "id7", "id7"]),
        ("H {: .cls #id8 }", ["h--cls-id8-", "h--cls-id8-", "id8", "id8"]),
        ("H {id=\"by-attr\"}", ["h-idby-attr", "by-attr", "h", "by-attr"]),
        ("H {.c}", ["h-c", "h", "h", "h"]),
        ("H {#a b}", ["h-a-b", "h-a-b", "a", "a"]),
        ("H {#id2} x", ["h-id2-x", "h-id2-x", "h-id2-x", "h-id2-x"]),
        ("H \\{#id3}", ["h-id3", "h-id3", "id3", "h-id3"]),
    ];
    let styles = [AnchorStyle::Kramdown, AnchorStyle::Hugo, AnchorStyle::Zola, AnchorStyle::Python];
    for (heading, expected) in cases {
        for (style, expected) in styles.into_iter().zip(expected) {
            check(style, &[(heading, expected)]);
        }
    }
    for style in styles {
        assert_eq!(styled("H {#id12}\n---\n", style), ["id12"]);
    }
    for style in &styles[..3] {
        check(*style, &[("H {#id5} ##", "h-id5")]);
    }
    let page = "## A {#b}\n\n## B\n";
    let found = styles.map(|style| styled(page, style)[1].clone());
    assert_eq!(found, ["b", "b-1", "b-1", "b_1"]);
}

#[test]
fn a_heading_does_not_contain_its_attributes() {
    let source = "# Gate *1* {#id .class}\n\nTwo {#b}\n---\n";
    let syntax = Syntax { anchors: AnchorStyle::Kramdown, ..Syntax::default() };
    let document = Document::parse_with(source, &syntax);
    let [one, two] = document.headings.as_slice() else { panic!("two headings") };
    assert_eq!(document.words(one.text), "Gate 1");
    assert_eq!(one.content.of(source), "Gate *1*");
    assert_eq!(document.words(two.text), "Two");
    assert_eq!(two.content.of(source), "Two");
    let document = Document::parse(source);
    assert_eq!(document.words(document.headings[0].text), "Gate 1 {#id .class}");
}

#[test]
fn attribute_lists_of_kramdown_apply_to_the_heading_at_the_line() {
    for page in [
        "## H\n{: #id}\n",
        "## H\n{: .class #id}\nText\n",
        "## H\n{:#id}\n\n## H2\n{: .no_toc }\n",
        "H\n---\n{: #id}\n",
        "## H\r\n{: #id}\r\n",
    ] {
        let found = styled(page, AnchorStyle::Kramdown);
        assert_eq!(found[0], "id", "{page:?}");
        assert!(!found.contains(&"h".to_owned()), "{page:?}");
    }
    assert_eq!(styled("Text\n\n{: #id_a}\n## H\n", AnchorStyle::Kramdown)[0], "id_a");
    let page =
        "## H\n\n{: #x}\nPara\n{: #para}\n\n*em*{: #span} {::comment #no}\n\n    {: #code}\n";
    assert_eq!(styled(page, AnchorStyle::Kramdown), ["h", "x", "para", "span"]);
    assert_eq!(styled("## H\n{: #id}\n", AnchorStyle::Github), ["h"]);
    let page = "## H\n{: #x}\n\nPara\n{: #para}\n\n*em*{: #span}\n";
    assert_eq!(styled(page, AnchorStyle::Python), ["h", "para", "span"]);
}

#[test]
fn a_table_of_contents_of_kramdown_has_an_anchor() {
    let read = |source| {
        let syntax = Syntax { anchors: AnchorStyle::Kramdown, ..Syntax::default() };
        let found = anchors(source, &syntax);
        (found.known.join(" "), found.beginnings.join(" "))
    };
    for (source, known, beginning) in [
        ("* TOC\n{:toc}\n\n## H\n", "h markdown-toc", "markdown-toc-"),
        ("1. x\n{: .c toc}\n\n## H\n", "h markdown-toc", "markdown-toc-"),
        ("- a\n{:toc #own}\n\n## H\n", "h own", "own-"),
        ("- a\n{:.toc}\n", "", ""),
        ("- a\n\n`{:toc}`\n", "", ""),
    ] {
        assert_eq!(read(source), (known.to_owned(), beginning.to_owned()), "{source}");
    }
    let python = styled("- a\n{:toc}\n", AnchorStyle::Python);
    assert!(python.is_empty(), "{python:?}");
}

#[test]
fn html_sets_anchors() {
    let page = "<a id=one></a> <A ID=\"two\"></A> <a id = \"three\"></a>\n\n\
                <a data-id=\"four\"></a>\n\n\
                <!-- <a id=\"five\"></a> -->\n\n`<a id=six>`\n\n## <a name=\"seven\"></a>Seven &\n";
    for name in AnchorStyle::NAMES {
        let style = AnchorStyle::named(name).expect("a style");
        assert_eq!(styled(page, style)[1..], ["one", "two", "three", "seven"], "{name}");
    }
}

#[test]
fn headings_in_html_have_anchors_on_github() {
    let page = "<h2 align=\"center\">Raw &amp; heading</h2>\n\n<h1 id=x>\n\n\
                **More** of\nit\n\n</h1>\n\n<H3>Open\n\n# Next\n";
    assert_eq!(
        styled(page, AnchorStyle::Github),
        ["raw--heading", "more-ofit", "open", "next", "x"]
    );
    assert_eq!(styled("# A <h2>b</h2> c\n", AnchorStyle::Github), ["a-b-c"]);
}

#[test]
fn kramdown_reads_the_markdown_in_html() {
    for (page, expected) in [
        ("<div markdown=\"1\">\n## A\n</div>\n", &["a"][..]),
        ("<p markdown='block'>\n## A\n</p>\n", &["a"]),
        ("<div>\n<div markdown=1>\n## A\n</div>\n</div>\n", &["a"]),
        ("<details markdown=\"1\">\n<summary>S</summary>\n## A\n</details>\n", &["a"]),
        ("<div markdown=\"1\">\n## A <b>x</b> y\n\n## B\n</div>\n", &["a-x-y", "b"]),
        ("<div markdown=\"1\">text\n## A {#z}\n</div>\n", &["z"]),
        ("<div markdown=\"1\">\nA\n---\n{: #y}\n</div>\n", &["y"]),
        ("- x\n\n  <div markdown=\"1\">\n  ## A\n  </div>\n", &["a"]),
        ("{::options parse_block_html=\"true\" /}\n\n<div>\n## A\n</div>\n", &["a"]),
    ] {
        assert_eq!(styled(page, AnchorStyle::Kramdown), expected, "{page}");
    }
    let page = "<div markdown=\"1\">\n## A\n</div>\n";
    assert_eq!(styled(page, AnchorStyle::Python), ["a"]);
    assert_eq!(styled(page, AnchorStyle::Github), [] as [&str; 0]);
}

#[test]
fn anchors_with_template_tags_are_known_up_to_the_first_tag() {
    let beginnings = |page: &str, style, template| {
        let syntax = Syntax { anchors: style, template, ..Syntax::default() };
        let found = anchors(page, &syntax);
        (found.known, found.beginnings)
    };
    let liquid = |page: &str| beginnings(page, AnchorStyle::Kramdown, TemplateLanguage::Liquid);
    for (heading, beginning) in [
        ("# {{ page.title }}", ""),
        ("## Gate {% tag %} two", "gate-"),
        ("## *Gate {{ x }}*", "gate-"),
        ("## Gate `{{ x }}`", "gate-"),
        ("## [Gate](/a) &amp; {{ x }}", "gate"),
        ("<a id=\"gate-{{ x }}\"></a>", "gate-"),
        ("<div markdown=\"1\">\n## Gate {{ x }}\n</div>", "gate-"),
    ] {
        let (known, found) = liquid(heading);
        assert_eq!((known, found), (Vec::new(), vec![beginning.to_owned()]), "{heading}");
    }
    let page = "# A {{ x }} {#a}\n\n# B {{ x }}\n{: #b}\n\n# C\n\n`{{ x }}`\n";
    assert_eq!(liquid(page), (["a", "b", "c"].map(str::to_owned).to_vec(), Vec::new()));
    for (style, template, tag) in [
        (AnchorStyle::Hugo, TemplateLanguage::Hugo, "{{< param x >}}"),
        (AnchorStyle::Zola, TemplateLanguage::Jinja, "{{ x }}"),
    ] {
        for (heading, beginning) in [(format!("# {tag}"), ""), (format!("# Gate {tag} b"), "gate")]
        {
            assert_eq!(beginnings(&heading, style, template).1, [beginning], "{heading}");
        }
    }
}

#[test]
fn footnotes_have_anchors() {
    let page = "A[^a] b[^Note] c[^a] d[^missing] e[^a]\n\n[^Note]: N\n\n[^a]: A\n\n[^unused]: U\n";
    let cases: [(AnchorStyle, &[&str]); 5] = [
        (
            AnchorStyle::Github,
            &["fn-a", "fnref-a", "fn-Note", "fnref-Note", "fnref-a-2", "fnref-a-3"],
        ),
        (
            AnchorStyle::Kramdown,
            &["fn:a", "fnref:a", "fn:Note", "fnref:Note", "fnref:a:1", "fnref:a:2"],
        ),
        (AnchorStyle::Hugo, &["fn:1", "fnref:1", "fn:2", "fnref:2", "fnref1:1", "fnref2:1"]),
        (
            AnchorStyle::Zola,
            &["fn-a", "fr-a-1", "fn-Note", "fr-Note-1", "fr-a-2", "fr-a-3", "Note", "a", "unused"],
        ),
        (
            AnchorStyle::Python,
            &["fn:a", "fnref:a", "fn:Note", "fnref:Note", "fnref2:a", "fnref3:a"],
        ),
    ];
    for (style, expected) in cases {
        assert_eq!(styled(page, style), expected, "{style:?}");
    }
}

#[test]
fn anchors_of_headings_with_the_same_text_differ() {
    const HEADINGS: usize = 500;
    let mut page = String::new();
    for number in 0..HEADINGS {
        writeln!(page, "# a_{number}\n# a\n# a-{number}").expect("written");
    }
    page.push_str(&page.clone());
    for name in AnchorStyle::NAMES {
        let style = AnchorStyle::named(name).expect("a style");
        let mut anchors = styled(&page, style);
        anchors.sort_unstable();
        anchors.dedup();
        // kramdown does not look whether an anchor is taken.
        assert_eq!(anchors.len() == 6 * HEADINGS, style != AnchorStyle::Kramdown, "{name}");
    }
}

proptest! {
    #[test]
    fn any_text_has_anchors(page in "[ -~\n{}:#_é½]{0,80}") {
        for name in AnchorStyle::NAMES {
            styled(&page, AnchorStyle::named(name).expect("a style"));
        }
    }
}
