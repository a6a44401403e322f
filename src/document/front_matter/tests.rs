//! Tests of the values, keys and problems of front matter.

use std::fmt::Write as _;

use super::Style::*;
use super::*;

pub(super) const ALL: Forms = Forms::ALL;

fn parse(page: &str) -> FrontMatter {
    FrontMatter::parse(page, ALL).unwrap_or_else(|| panic!("no front matter in {page:?}"))
}

/// Returns the values as `path = text`, or `path[index] = text`.
fn values(page: &str) -> Vec<String> {
    let front = parse(page);
    assert_eq!(front.problems, [], "{page:?}");
    listed(&front)
}

fn listed(front: &FrontMatter) -> Vec<String> {
    let values = front.values.iter().map(|FrontValue { path, text, item, .. }| match item {
        Some(item) => format!("{path}[{item}] = {text}"),
        None => format!("{path} = {text}"),
    });
    values.collect()
}

/// Returns the keys and the values as written.
fn written(page: &str) -> Vec<(&str, &str)> {
    parse(page).values.iter().map(|value| (value.key.of(page), value.span.of(page))).collect()
}

/// Returns the problems as `text: message`, where the text is what is underlined.
fn problems(page: &str) -> Vec<String> {
    let problems = parse(page).problems;
    let texts = problems.into_iter().map(|problem| match problem {
        FrontProblem::Invalid { span, message } => format!("{}: {message}", span.of(page)),
        FrontProblem::DuplicateKey { key, first, second } => {
            format!("{key}: {}..{} {}..{}", first.start, first.end, second.start, second.end)
        }
        FrontProblem::Unclosed { .. } => "unclosed".to_owned(),
    });
    texts.collect()
}

/// Returns the line and the column, both from 1, of the only problem.
fn problem_at(page: &str) -> (usize, usize) {
    let front = parse(page);
    let [FrontProblem::Invalid { span, .. }] = front.problems.as_slice() else {
        panic!("{:?} in {page:?}", front.problems)
    };
    let before = &page[..span.start as usize];
    let line = before.matches('\n').count() + 1;
    (line, before.chars().rev().take_while(|char| *char != '\n').count() + 1)
}

#[test]
fn yaml_values_have_paths_and_indices() {
    let page = "---\ntitle: A\nextra:\n  date: 2012-03-25\n  urls:\n  - a\n  - b: c\n    d: [e, {f: g}]\n\
                flow: {h: [i, j], k: l}\n---\n";
    let expected = [
        "title = A",
        "extra.date = 2012-03-25",
        "extra.urls[0] = a",
        "extra.urls.b[1] = c",
        "extra.urls.d[0] = e",
        "extra.urls.d.f[1] = g",
        "flow.h[0] = i",
        "flow.h[1] = j",
        "flow.k = l",
    ];
    assert_eq!(values(page), expected);
    let keys: Vec<_> = parse(page).keys.iter().map(|key| key.path.to_string()).collect();
    assert_eq!(keys[..4], ["title", "extra", "extra.date", "extra.urls"]);
}

#[test]
fn toml_values_have_paths_and_indices() {
    let toml = "title = 'A'\nextra.date = 2012-03-25\n[taxonomies]\ntags = [\"a\", 'b']\n\
                [[people]]\nname = \"c\"\n[people.home]\ncity = \"d\"\n[[people.pets]]\ne = 1\n\
                [[people]]\nname = \"f\"\nx = { y = [{ z = true }] }\n[[people.pets]]\ne = 2.5\n";
    let expected = [
        "title = A",
        "extra.date = 2012-03-25",
        "taxonomies.tags[0] = a",
        "taxonomies.tags[1] = b",
        "people.name[0] = c",
        "people.home.city[0] = d",
        "people.pets.e[0] = 1",
        "people.name[1] = f",
        "people.x.y.z[0] = true",
        "people.pets.e[0] = 2.5",
    ];
    for page in [format!("+++\n{toml}+++\n"), format!("```toml\n{toml}```\n")] {
        assert_eq!(values(&page), expected);
    }
    let keys: Vec<_> =
        parse(&format!("+++\n{toml}+++")).keys.iter().map(|key| key.path.to_string()).collect();
    assert_eq!(keys[..4], ["title", "extra.date", "taxonomies", "taxonomies.tags"]);
}

#[test]
fn lines_have_values_and_keys_in_lower_case() {
    let page =
        "\u{FEFF}Title:  Ä \nDATE:2012\nAuthors: a\n\tb\n  c\nEmpty:\nBase Level: 2\n\nText\n";
    let expected = ["title = Ä", "date = 2012", "authors = a\nb\nc", "empty = ", "base level = 2"];
    assert_eq!(values(page), expected);
    let expected = [
        ("Title", "Ä"),
        ("DATE", "2012"),
        ("Authors", "a\n\tb\n  c"),
        ("Empty", ""),
        ("Base Level", "2"),
    ];
    assert_eq!(written(page), expected);
    assert_eq!(parse(page).span.of(page), &page[3..page.len() - 6]);
    assert_eq!(problems("A: 1\na: 2\n"), ["a: 0..1 5..6"]);
}

#[test]
fn spans_of_yaml_values_include_quotes_and_nothing_else() {
    let page = "---\n'a ä': \"b # \\\" c\"  # d\nö: 'it''s'   \n? e\n: f # g\nh: {\"i\":\"j\", 'k':l}\n\
                m: plain\n  text # n\no: \"two\n  lines\" # p\n---\n";
    let expected = [
        ("'a ä'", "\"b # \\\" c\""),
        ("ö", "'it''s'"),
        ("e", "f"),
        ("\"i\"", "\"j\""),
        ("'k'", "l"),
        ("m", "plain\n  text"),
        ("o", "\"two\n  lines\""),
    ];
    assert_eq!(written(page), expected);
    assert_eq!(values(page)[5..], ["m = plain text", "o = two lines"]);
}

#[test]
fn tags_and_anchors_are_not_part_of_a_value() {
    let page = "---\na: !!str &x 2012\nb: &y  # why\n  !<tag:a,2000:b> 'd'\n&k e: f\n\
                g: &z !t |-\n  | h\ni: [&q !u j]\nl: !!str\nm: &n\n---\n";
    let expected = [
        ("a", "2012"),
        ("b", "'d'"),
        ("e", "f"),
        ("g", "|-\n  | h"),
        ("i", "j"),
        ("l", ""),
        ("m", ""),
    ];
    assert_eq!(written(page), expected);
    let front = parse(page);
    let [.., l, m] = front.values.as_slice() else { panic!() };
    assert!(page[..l.span.start as usize].ends_with("!!str"));
    assert!(page[..m.span.start as usize].ends_with("&n"));
}

#[test]
fn a_block_scalar_starts_at_its_header() {
    let page = "---\na: |  # > c\n\n  > d\n  # e\nf: # |\n  >-\n  g\n  h\ni:\n- |2\n   j\n- - >+\n   \
                k\n\n- l: |\n---\n";
    let expected = [
        ("a", "|  # > c\n\n  > d\n  # e"),
        ("f", ">-\n  g\n  h"),
        ("i", "|2\n   j"),
        ("i", ">+\n   k"),
        ("l", "|"),
    ];
    assert_eq!(written(page), expected);
    let texts: Vec<_> = parse(page).values.iter().map(|value| value.text.to_string()).collect();
    assert_eq!(texts, ["\n> d\n# e\n", "g h", " j\n", "k\n\n", ""]);
}

#[test]
fn empty_values_stand_after_their_colon_or_hyphen() {
    let page = "---\na:\nb:   # c\n'd' : \ne:\n-\n- # - f\n- - \n  - g\nh: {i: , j:, k, l: m}\n? n\n? \
                o\n: \np: [q: , r]\n---\n";
    let front = parse(page);
    assert_eq!(front.problems, []);
    let empty = front.values.iter().filter(|value| value.text.is_empty());
    let before = empty.map(|value| {
        assert!(value.span.is_empty());
        let before = &page[..value.span.start as usize];
        let line = before.rsplit('\n').next().unwrap_or_default();
        format!("{} {line}", value.path)
    });
    let expected = [
        "a a:",
        "b b:",
        "d 'd' :",
        "e -",
        "e -",
        "e - -",
        "h.i h: {i:",
        "h.j h: {i: , j:",
        "h.k h: {i: , j:, k",
        "n ? n",
        "o :",
        "p.q p: [q:",
    ];
    assert_eq!(before.collect::<Vec<_>>(), expected);
}

#[test]
fn an_alias_has_the_text_of_its_anchor_unless_it_is_a_collection() {
    let page =
        "---\na: &x \"b\"\nc: *x\nd: &y {e: f}\ng: *y\nh:\n  <<: *y\n  i: [*x , j]\n*x : k\n---\n";
    let expected = ["a = b", "c = b", "d.e = f", "h.i[0] = b", "h.i[1] = j", "b = k"];
    assert_eq!(values(page), expected);
    assert_eq!(written(page)[1], ("c", "*x"));
    assert_eq!(parse(page).values[1].style, Style::Alias);
}

#[test]
fn spans_are_exact_with_any_line_ending() {
    let lines = ["---", "ä: 'ö", "  ü'", "b: |", "  é", "c:", "- \"d\"", "-", "---", "# A", ""];
    let toml = ["+++", "a = \"ä\" # ö", "b = ['ü',", "", "1]", "[c]", "d = 2012-03-25", "+++", ""];
    for ending in ["\n", "\r\n", "\r"] {
        let page = format!("\u{FEFF}{}", lines.join(ending));
        let quoted = format!("'ö{ending}  ü'");
        let block = format!("|{ending}  é");
        let expected = [("ä", &*quoted), ("b", &*block), ("c", "\"d\""), ("c", "")];
        assert_eq!(written(&page), expected, "{page:?}");
        assert_eq!(values(&page), ["ä = ö ü", "b = é\n", "c[0] = d", "c[1] = "]);
        let page = toml.join(ending);
        let expected = [("a", "\"ä\""), ("b", "'ü'"), ("b", "1"), ("d", "2012-03-25")];
        assert_eq!(written(&page), expected, "{page:?}");
        assert_eq!(values(&page)[3], "c.d = 2012-03-25");
    }
}

#[test]
fn styles_say_how_values_are_written() {
    let styles = |page: &str| parse(page).values.iter().map(|v| v.style).collect::<Vec<_>>();
    let yaml = "---\na: 1\nb: '1'\nc: \"1\"\nd: |\n  1\ne: >\n  1\n---\n";
    assert_eq!(styles(yaml), [Plain, SingleQuoted, DoubleQuoted, Literal, Folded]);
    let toml = "+++\na = 1\nb = '1'\nc = \"1\"\nd = '''\n1'''\ne = \"\"\"1\"\"\"\nf = 12:30:00\n\
                g = 2012-03-25 12:30:00Z\nh = false\ni = -inf\n+++\n";
    let expected = [
        Number,
        SingleQuoted,
        DoubleQuoted,
        MultilineSingleQuoted,
        MultilineDoubleQuoted,
        Date,
        Date,
        Boolean,
        Number,
    ];
    assert_eq!(styles(toml), expected);
    assert_eq!(styles("A: 1\n"), [Line]);
}

#[test]
fn text_between_two_rules_has_no_values_and_no_problems() {
    for text in [
        "Some text.\nMore.",
        "- a\n- b: c",
        "* a\n* b",
        "**Bold** text",
        "[a](b) c",
        "> a",
        "# A",
        "`a` b",
        "{% a %}",
    ] {
        assert_eq!(values(&format!("---\n{text}\n---\n")), [""; 0], "{text:?}");
    }
    assert_eq!(values("---\n---\n"), [""; 0]);
    assert_eq!(values("+++\n+++\n"), [""; 0]);
}

#[test]
fn syntax_errors_are_at_their_place() {
    let page = "---\na: ä\n\tb: c\n---\n";
    assert_eq!(problem_at(page), (3, 1));
    assert_eq!(problem_at("---\na:\n  b: c\n\td: e\n---\n"), (4, 1));
    let page = "---\na: b\nno colon here\nc: d\n---\n";
    assert_eq!(problems(page), ["no colon here: missing `:` after a key"]);
    let page = "---\na: b\nc: \"d\ne: f\n---\n";
    assert_eq!(problem_at(page), (3, 4));
    assert_eq!(listed(&parse(page)), ["a = b"]);
    let page = "---\na: b: c\n---\n";
    assert_eq!(problems(page), [":: mapping values are not allowed in this context"]);
    assert_eq!(problem_at("---\na: *b\n---\n"), (2, 4));
    assert_eq!(problem_at("---\na: [b\n---\n"), (2, 6));
    assert_eq!(problem_at("---\n@a: b\nc: d\n---\n"), (2, 1));
    let page = "+++\na = 1\nb = [1, 2\nc = ä\n+++\n";
    assert_eq!(listed(&parse(page))[0], "a = 1");
    assert_eq!(problem_at(page).0, 4);
    assert_eq!(problems("+++\nä = 1\n+++\n").len(), 1);
    assert_eq!(problem_at("+++\na = 1\nb = 2012-13-01\nc = 2\n+++\n"), (3, 5));
    assert_eq!(problem_at("+++\na = \"\\q\"\n+++\n"), (2, 7));
}

#[test]
fn duplicate_keys_lose_no_values() {
    let page = "---\na: 1\nb: {c: 2, c: 3}\n'a': 4\nd:\n- e: 5\n- e: 6\n<<: {}\n<<: {}\n---\n";
    assert_eq!(problems(page), ["b.c: 13..14 19..20", "a: 4..5 25..28"].map(str::to_owned));
    assert_eq!(listed(&parse(page)).len(), 6);
    let page = "+++\na = 1\na = 2\n[b]\nc = 3\n[d]\n[b]\nc = 4\n[[e]]\nf = 5\n[[e]]\nf = 6\n\"f\" = 7\n+++\n";
    let found = problems(page);
    assert_eq!(found[0], "a: 4..5 10..11");
    assert_eq!(found[1], "b: 17..18 31..32");
    assert!(found.last().is_some_and(|last| last.starts_with("e.f: ")), "{found:?}");
    assert_eq!(listed(&parse(page)).len(), 7);
    let page = "+++\na = 1\na.b = 2\nc = 3\n+++\n";
    assert_eq!(problems(page).len(), 1);
    assert_eq!(listed(&parse(page)).len(), 3);
}

#[test]
fn an_open_block_is_a_problem_of_its_own() {
    let page = "\u{FEFF}---  \ntitle: A\n\n# A\n";
    assert!(FrontMatter::parse(page, ALL).is_none());
    let Some(FrontProblem::Unclosed { span, .. }) = FrontMatter::unclosed(page, Forms::default())
    else {
        panic!()
    };
    assert_eq!(span.of(page), "---");
    assert_eq!(FrontMatter::unclosed("---\ntitle: A\n---\n", Forms::default()), None);
}

#[test]
fn hostile_front_matter_costs_little() {
    let deep = 100_000;
    for text in [
        "[".repeat(deep),
        format!("a: {}", "[".repeat(deep)),
        format!("a: {}", "{b: ".repeat(deep)),
        format!("a:\n{}", "- ".repeat(deep)),
        format!("a:\n {}", "? ".repeat(deep)),
        (0..1000).map(|depth| " ".repeat(depth) + "a:").collect::<Vec<_>>().join("\n"),
    ] {
        let front = parse(&format!("---\n{text}\n---\n"));
        assert!(front.values.len() <= 1);
    }
    for text in ["a = ".to_owned() + &"[".repeat(deep), "a = ".to_owned() + &"{b=".repeat(deep)] {
        assert_eq!(parse(&format!("+++\n{text}\n+++\n")).problems.len(), 1);
    }
    let page = format!("+++\n{}a = 1\n+++\n", "a.".repeat(deep));
    assert_eq!(parse(&page).values.len(), 0);
}

#[test]
fn a_yaml_bomb_does_not_explode() {
    let mut yaml = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..40 {
        let last = format!("*a{} ", level - 1);
        writeln!(yaml, "a{level}: &a{level} [{last}, {last}]").expect("a string");
    }
    let text = "x".repeat(100_000);
    writeln!(yaml, "b: &b {text}\nc: [{}]", "*b ,".repeat(100_000)).expect("a string");
    let front = parse(&format!("---\n{yaml}---\n"));
    assert_eq!(front.values.len(), 2 + 1 + 100_000);
}

#[test]
fn long_paths_are_left_out() {
    let long = "k".repeat(300);
    let page = format!("---\na: 1\n{long}: {{b: 2}}\n---\n");
    assert_eq!(values(&page), ["a = 1"]);
    let page = format!("+++\na = 1\n[{long}]\nb = 2\n[c]\nd = {{ {long} = 3, e = 4 }}\n+++\n");
    assert_eq!(values(&page), ["a = 1", "c.d.e = 4"]);
}

#[test]
fn only_the_first_document_counts() {
    assert_eq!(values("---\na: 1\n--- # b\nc: 2\n---\n"), ["a = 1"]);
    assert_eq!(values("---\na: 1\n...\nb: 2\n---\n"), ["a = 1"]);
}

#[test]
fn brackets_and_quotes_need_no_indentation() {
    for ending in ["\n", "\r\n", "\r"] {
        let page = "---\nä: [\n  [\"b\", ü],\n] # c\nd: {\ne: it's, # ' [\n'f ':\n\"g\n\nh\"\n}\ni:\n  j:                     'k\nl'\n  m: [n,\n   o\n  ]\np: q\n---\n";
        let page = page.replace('\n', ending);
        let expected = [
            "ä[0] = b",
            "ä[1] = ü",
            "d.e = it's",
            "d.f  = g\nh",
            "i.j = k l",
            "i.m[0] = n",
            "i.m[1] = o",
            "p = q",
        ];
        assert_eq!(values(&page), expected, "{page:?}");
        let quoted = format!("\"g{ending}{ending}h\"");
        let other = format!("'k{ending}l'");
        let expected = ["\"b\"", "ü", "it's", &*quoted, &*other, "n", "o", "q"];
        let found: Vec<_> = written(&page).into_iter().map(|(_, value)| value).collect();
        assert_eq!(found, expected);
    }
    let page = "---\na: [\nb\n]\nc: d\ne\n---\n";
    assert_eq!(problems(page), ["e: missing `:` after a key"]);
    assert_eq!(listed(&parse(page)), ["a[0] = b", "c = d"]);
}

#[test]
fn values_are_found_by_their_paths() {
    let front = parse("---\nb: 1\na: [2, 3]\nc: {d: 4, e: }\nb: 5\n---\n");
    let texts = |key: &str| -> Vec<String> {
        front.values_of(key).map(|value| value.text.to_string()).collect()
    };
    assert_eq!(texts("a"), ["2", "3"]);
    assert_eq!(texts("b"), ["1", "5"]);
    assert_eq!(texts("c.d"), ["4"]);
    assert_eq!(texts("c"), [] as [&str; 0]);
    assert_eq!((front.single("b"), front.single("a")), (Some(5), None));
    assert!(front.has("c") && front.has("a") && !front.has("c.e") && !front.has("f"));
}

#[test]
fn the_case_of_keys_matters_only_if_a_key_has_the_wanted_case() {
    for page in ["Date: 2012-03-25\nTitle: Lock gates fail\n\n", "---\nDate: 1\nTitle: A\n---\n"] {
        let front = parse(page);
        assert_eq!(front.single("date"), front.single("Date"));
        assert!(front.single("TITLE").is_some() && front.has("tITLE"));
    }
    let front = parse("+++\nDate = 1\nZ = []\n\"\u{C4}b\" = 4\ndate = 2\nDATES = 3\n+++\n");
    assert_eq!((front.single("date"), front.single("Date")), (Some(2), Some(0)));
    assert_eq!((front.single("dates"), front.single("\u{E4}B")), (Some(3), Some(1)));
}

#[test]
fn an_empty_list_is_no_value() {
    for page in [
        "---\na: []\nb: [c]\nd: {}\ne: [[]]\nf: {g: []}\n---\n",
        "+++\na = []\nb = [1]\nd = {}\ne = [[]]\nf = {g = []}\n+++\n",
    ] {
        let front = parse(page);
        let keys = ["a", "b", "d", "e", "f", "f.g"].map(|key| front.has(key));
        assert_eq!(keys, [false, true, false, false, true, false], "{page:?}");
    }
}

#[test]
fn a_blank_line_may_be_above_the_first_key_but_not_above_text() {
    assert_eq!(values("---\n\ntitle: x\n---\n"), ["title = x"]);
    assert_eq!(values("---\n \n\t\ntitle: x\n\nb: y\n---\n"), ["title = x", "b = y"]);
    for page in
        ["---\n\ntext\n---\n", "---\n\n---\n", "---\n\n# A: b\n\n---\n", "---\n\nA note: b\n---\n"]
    {
        assert!(FrontMatter::parse(page, ALL).is_none(), "{page:?}");
    }
}
