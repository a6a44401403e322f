//! Tests of tabs in YAML, which are accepted where libyaml accepts them.

use super::{Forms, FrontMatter, FrontProblem};

fn parse(yaml: &str) -> (String, FrontMatter) {
    let page = format!("---\n{yaml}\n---\n");
    let front = FrontMatter::parse(&page, Forms::default()).expect(yaml);
    (page, front)
}

#[test]
fn a_tab_may_follow_a_colon_and_precede_text_in_brackets_and_quotes() {
    for (yaml, values) in [
        ("title:\tFoo", &[("Foo", "Foo")][..]),
        ("title:\t\tFoo\ndate:\t2012-03-25", &[("Foo", "Foo"), ("2012-03-25", "2012-03-25")]),
        ("a:\n  b:\tc\n  d:\t-1\ne:\tf", &[("c", "c"), ("-1", "-1"), ("f", "f")]),
        ("a: |\n  x:\ty\nb:\n  c:\td", &[("x:\ty\n", "|\n  x:\ty"), ("d", "d")]),
        ("a: \"x\n\ty\"", &[("x y", "\"x\n\ty\"")]),
        ("a: 'x\n\ty\n\tz'\nb: c", &[("x y z", "'x\n\ty\n\tz'"), ("c", "c")]),
        ("a: [b,\n\tc]", &[("b", "b"), ("c", "c")]),
        ("a: {\n\tb: c\n}", &[("c", "c")]),
        ("a:\t'b'", &[("b", "'b'")]),
        ("a: b\t# c\nd: e", &[("b", "b"), ("e", "e")]),
    ] {
        let (page, front) = parse(yaml);
        assert_eq!(front.problems, [], "{yaml:?}");
        let found: Vec<_> =
            front.values.iter().map(|value| (&*value.text, value.span.of(&page))).collect();
        assert_eq!(found, values, "{yaml:?}");
    }
    let many = "a:\tb\n".repeat(1000);
    let invalid = |problem: &FrontProblem| matches!(problem, FrontProblem::Invalid { .. });
    assert!(!parse(&many).1.problems.iter().any(invalid));
}

#[test]
fn a_tab_in_the_indentation_is_refused_at_its_place() {
    for yaml in [
        "\tdate: x",
        " \tdate: x",
        "a: b\n\tc: d",
        "a:\n\tb: c",
        "a:\n\n\tb",
        "a:\n\t- b",
        "- a: 1\n\tb: 2",
        "a:\n-\tb",
        "a:\n  - b\n\t- c",
        "k: 1\n\t\"a\": b",
    ] {
        let (page, front) = parse(yaml);
        let [FrontProblem::Invalid { span, .. }] = front.problems.as_slice() else {
            panic!("{:?} in {yaml:?}", front.problems)
        };
        assert_eq!(span.of(&page), "\t", "{yaml:?}");
    }
}

#[test]
fn a_key_after_a_list_is_refused() {
    let (page, front) = parse("- a\n- b\ndate: x");
    let [FrontProblem::Invalid { span, .. }] = front.problems.as_slice() else {
        panic!("{:?}", front.problems)
    };
    assert!(page[span.start as usize..].starts_with("date: x"), "{span:?}");
}
