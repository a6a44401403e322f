//! Generators of pages with front matter.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A part of front matter, which is not yet written in one of the forms.
#[derive(Clone, Debug)]
enum Node {
    /// A scalar, as an index in the list of scalars of the form.
    Scalar(Index),
    List(Vec<Node>),
    Table(Vec<Node>),
}

const YAML: &[&str] = &[
    "plain",
    "two words",
    "2012-03-25",
    "12.5",
    "~",
    "true",
    "'it''s # b'",
    "\"é \\u00e9\\n\\\"\"",
    "''",
    "\"\"",
    "ü 漢",
    "!!str 12",
    "&a text",
    "a#b",
    "'two\n      lines'",
    "two\n      lines",
    "https://a.example/b?c=d#e",
    "12:30",
    "!!null",
    "\"a\\\n      b\"",
    "*x",
    "",
];

const YAML_BLOCK: &[&str] =
    &["|\n      # a\n\n      ---\n", ">-  # c\n      a\n      b\n", "&b |2+\n      a\n\n", "&a"];

const TOML: &[&str] = &[
    "\"a \\\"b\\\" \\u00e9\"",
    "'a\\b'",
    "\"\"\"\na\n  \"b\" \\\n c\"\"\"",
    "'''a\n'b'''",
    "12",
    "-1.5e3",
    "0xFF",
    "true",
    "2012-03-25",
    "2012-03-25T12:30:00.5+01:00",
    "12:30:00",
    "nan",
    "\"\"",
    "'漢'",
];

const KEYS: &[&str] = &["a", "b-1", "ä", "c_d", "date", "e"];

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let leaf = any::<Index>().prop_map(Node::Scalar);
    let node = leaf.prop_recursive(3, 12, 4, |node| {
        prop_oneof![
            vec(node.clone(), 0..4).prop_map(Node::List),
            vec(node, 0..4).prop_map(Node::Table),
        ]
    });
    vec(node, 0..5)
}

/// Returns a key of YAML or TOML, which is distinct from those with another `index`.
fn key(index: usize, is_toml: bool) -> String {
    let key = KEYS[index % KEYS.len()];
    if is_toml && !key.is_ascii() { format!("\"{key}\"") } else { key.to_owned() }
}

fn yaml_flow(node: &Node) -> String {
    match node {
        // An empty scalar is not possible in a list in brackets.
        Node::Scalar(index) => format!("{} ", index.get(&YAML[..YAML.len() - 1])),
        Node::List(items) => {
            let items: Vec<_> = items.iter().map(yaml_flow).collect();
            // Lines in brackets need no indentation.
            let separator = if items.len() > 2 { "\n" } else { " " };
            format!("[{separator}{}{separator}]", items.join(&format!(",{separator}")))
        }
        Node::Table(values) => {
            let entry = |(at, node)| format!("{}: {}", key(at, false), yaml_flow(node));
            format!("{{{}}}", values.iter().enumerate().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

fn yaml_block(node: &Node, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match node {
        Node::Scalar(index) => {
            let scalar = index
                .get(&[YAML, YAML_BLOCK].concat())
                .replace("\n      ", &format!("\n  {indent}"));
            let is_one_line = !scalar.contains('\n');
            writeln!(
                out,
                " {scalar}{}",
                if is_one_line && scalar != "plain" { "  # c 'd" } else { "" }
            )
            .expect("a string");
        }
        Node::List(items) if !items.is_empty() && items.len() % 2 == 0 => {
            *out += "\n";
            for item in items {
                write!(out, "{indent}-").expect("a string");
                yaml_block(item, depth + 1, out);
            }
        }
        Node::Table(values) if !values.is_empty() && values.len() % 2 == 0 => {
            *out += "\n";
            for (at, value) in values.iter().enumerate() {
                write!(out, "{indent}{}:", key(at, false)).expect("a string");
                yaml_block(value, depth + 1, out);
            }
        }
        _ => writeln!(out, " {}", yaml_flow(node)).expect("a string"),
    }
}

fn yaml(values: &[Node]) -> String {
    let mut yaml = "x0: &x anchored\n".to_owned();
    for (at, value) in values.iter().enumerate() {
        write!(yaml, "{}:", key(at, false)).expect("a string");
        yaml_block(value, 1, &mut yaml);
    }
    format!("---\n{yaml}---\n# A\n")
}

fn toml_inline(node: &Node) -> String {
    match node {
        Node::Scalar(index) => (*index.get(TOML)).to_owned(),
        Node::List(items) => {
            format!("[{}]", items.iter().map(toml_inline).collect::<Vec<_>>().join(", "))
        }
        Node::Table(values) => {
            let entry = |(at, node)| format!("{} = {}", key(at, true), toml_inline(node));
            format!("{{ {} }}", values.iter().enumerate().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

fn toml(values: &[Node], open: &str, close: &str) -> String {
    let mut toml = String::new();
    for (at, value) in values.iter().enumerate() {
        writeln!(toml, "{} = {} # d", key(at, true), toml_inline(value)).expect("a string");
    }
    for (at, value) in values.iter().enumerate() {
        match value {
            Node::Table(values) => {
                writeln!(toml, "[t.\"{at}\"]").expect("a string");
                for (at, value) in values.iter().enumerate() {
                    writeln!(toml, "f.{}={}", key(at, true), toml_inline(value)).expect("a string");
                }
            }
            _ => writeln!(toml, "[[l]]\na = {}", toml_inline(value)).expect("a string"),
        }
    }
    format!("{open}\n{toml}{close}\n# A\n")
}

fn lines(values: &[Node]) -> String {
    let mut lines = "Title: A\n".to_owned();
    for (at, value) in values.iter().enumerate() {
        let text = match value {
            Node::Scalar(index) => index.get(YAML).replace('\n', " ").trim_end().to_owned(),
            Node::List(items) => format!("a{}", "\n  b".repeat(items.len())),
            Node::Table(_) => String::new(),
        };
        writeln!(lines, "K{at}:{}{text}", if at % 2 == 0 { " " } else { "\t " }).expect("a string");
    }
    format!("{lines}\n# A\n")
}

/// A page with valid front matter in one of the forms.
pub(super) fn pages() -> impl Strategy<Value = String> {
    let ending = select(vec!["\n", "\r\n", "\r"]);
    (nodes(), 0..4, ending, any::<bool>()).prop_map(|(nodes, form, ending, has_mark)| {
        let page = match form {
            0 => yaml(&nodes),
            1 => toml(&nodes, "+++", "+++"),
            2 => toml(&nodes, "```toml", "```"),
            _ => lines(&nodes),
        };
        let mark = if has_mark { "\u{FEFF}" } else { "" };
        format!("{mark}{}", page.replace('\n', ending))
    })
}

/// Texts that are difficult to write.
pub(super) fn texts() -> impl Strategy<Value = String> {
    let difficult = vec![
        "",
        " ",
        "a",
        "2012-03-25",
        "a: b",
        "a #b",
        "- a",
        "-1",
        "null",
        "yes",
        "12",
        "'",
        "\"",
        "\\",
        "a\nb",
        "a\r\nb",
        "\t",
        " a",
        "a ",
        "---",
        "...",
        "+++",
        "[a]",
        "{a",
        "a, b",
        "a]b",
        "#a",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`",
        "?",
        "? a",
        ":",
        ":a",
        "a:",
        "//a",
        "é",
        "\u{0}",
        "\u{85}",
        "\u{2028}",
        "\u{FEFF}a",
        "'''",
        "\"\"\"",
        "2012-03-25 12:30:00",
        "~",
        "true",
        "a\\",
        "\u{7F}",
        "```",
        "a::b",
        "<<",
        "=",
        "0x1F",
        ".inf",
        "1_000",
        "\u{FFFF}",
    ];
    prop_oneof![
        select(difficult).prop_map(str::to_owned),
        any::<String>(),
        "[a-z:#,' \"\\\\-]{0,8}"
    ]
}

/// Texts with which front matter is damaged.
pub(super) const DAMAGE: &[&str] = &[
    "",
    "\n",
    "\r",
    "\r\n",
    " ",
    "  ",
    "\t",
    ":",
    ": ",
    "- ",
    "-",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "'",
    "\"",
    "\\",
    "#",
    " # c",
    "&a ",
    "*a ",
    "!b ",
    "!!str ",
    "|",
    ">",
    "|2+",
    "%TAG ! !a\n",
    "---\n",
    "...\n",
    "a",
    "a: ",
    "\na: b\n",
    "é",
    "漢",
    "\u{FEFF}",
    "\u{0}",
    "=",
    " = ",
    ".",
    "[a]\n",
    "[[a]]\n",
    "\"\"\"",
    "'''",
    "1",
    "2012-03-25",
    "\u{2028}",
    "<<: ",
    "@",
    "`",
    "~",
    "!<a> ",
    "\\x",
    "\\u00e9",
    "\na:\n  ",
];
