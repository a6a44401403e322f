//! Tests of baselines: their file format, and the comparison with findings.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::archive::Archive;
use crate::archive::layout::Layout;
use crate::archive::page_source::{PageSource, ReadError};
use crate::archive::page_texts::PageTexts;
use crate::archive::paths::PathTable;
use crate::archive::resolve::Resolver;
use crate::diagnostic::{Diagnostic, Finding, Severity, is_unprintable};
use crate::span::{FileId, Span};

type PagesByPath = BTreeMap<String, String>;

impl PageSource for PagesByPath {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.get(path)
            .map(|text| text.clone().into_bytes())
            .ok_or_else(|| ReadError::new("not there"))
    }
}

fn archive(files: &PagesByPath) -> Archive {
    let layout = Layout { event: Vec::new(), day: Vec::new() };
    let table = PathTable::new(files.keys().cloned().collect(), Vec::new());
    Archive::new(table, layout, Resolver::default())
}

fn found(file: u32, rule: &'static str, span: Span) -> Diagnostic {
    let severity = Severity::Error;
    Diagnostic { rule, severity, file: FileId(file), finding: Finding::new(span, "wrong").into() }
}

fn key(path: &str, rule: &str, text: &str) -> FindingKey {
    FindingKey { path: path.to_owned(), rule: rule.to_owned(), text: text.to_owned() }
}

fn written(baseline: &Baseline) -> String {
    let mut bytes = Vec::new();
    baseline.write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn refused(text: &str) -> String {
    Baseline::read(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn the_file_is_a_header_and_a_line_an_entry_by_path_rule_and_text() {
    let mut baseline = Baseline::default();
    baseline.add(key("b.md", "text/x", ""), 1);
    baseline.add(key("a.md", "text/y", "a \"b\"\n\u{1b}[31m\u{202e}\u{feff}\u{7f}"), 2);
    baseline.add(key("a.md", "text/y", "Z"), 1);
    baseline.add(key("a.md", "text/x", "z"), 0);
    let lines = r#"{"dateline-baseline": 1}
{"path": "a.md", "rule": "text/y", "text": "Z"}
{"path": "a.md", "rule": "text/y", "text": "a \"b\"\n\u001b[31m\u202e\ufeff\u007f", "count": 2}
{"path": "b.md", "rule": "text/x", "text": ""}
"#;
    assert_eq!(written(&baseline), lines);
    assert_eq!(Baseline::read(lines.as_bytes()), Ok(baseline));
}

#[test]
fn lines_in_another_order_and_twice_are_read_and_added_up() {
    let one = "{\"dateline-baseline\": 1}\n{\"path\": \"b\", \"rule\": \"r\", \"text\": \"t\", \"count\": 2}\n";
    let other = "\u{feff}{\"dateline-baseline\":1}\r\n{\"text\":\"t\",\"rule\":\"r\",\"path\":\"b\"}\r\n\r\n{\"path\":\"a\",\"rule\":\"r\",\"text\":\"\"}";
    let both = Baseline::read(format!("{other}\n{one}").as_bytes()).unwrap();
    let entries: Vec<_> = both.entries().map(|(key, count)| (&*key.path, count)).collect();
    assert_eq!(entries, [("a", 1), ("b", 3)]);
    assert_eq!((both.len(), both.findings()), (2, 4));
}

#[test]
fn what_is_no_baseline_is_refused_where_it_is_none() {
    let head = "{\"dateline-baseline\": 1}\n";
    for (text, said) in [
        ("", "line 1, column 1: the file is empty; name another"),
        ("# A page\n", "line 1, column 1: this is not a JSON object; name another"),
        ("[1]\n", "line 1, column 1: this is not a JSON object"),
        (
            "{\"path\": \"a\", \"rule\": \"r\", \"text\": \"\"}\n",
            "line 1, column 1: the file does not start with the header of a baseline",
        ),
        ("{\"dateline-baseline\": 2}\n", "the format version is 2, but this program supports 1"),
        ("{\"dateline-baseline\": 1, \"path\": \"a\"}", "the header line has other fields"),
        ("{\"dateline-baseline\": \"1\"}", "line 1, column 25: invalid type: string \"1\""),
    ] {
        assert!(refused(text).contains(said), "{text}: {}", refused(text));
    }
    for (line, said) in [
        ("{\"path\": \"a\", \"rule\": \"r\"}", "line 3, column 1: the entry lacks"),
        ("{\"path\": \"a\", \"rule\": \"r\", \"text\": null}", "line 3, column 1: the entry lacks"),
        (
            "{\"path\": \"漢字\", \"line\": 7}",
            "line 3, column 21: unknown field `line`, expected one of",
        ),
        (
            "{\"path\": \"a\", \"rule\": \"r\", \"text\": \"\", \"count\": 0}",
            "line 3, column 1: the entry's `count` is 0; remove",
        ),
        ("{\"path\": \"a\", \"rule\": \"r\", \"text\": \"\", \"count\": -1}", "invalid value"),
        ("a line", "line 3, column 1: this is not a JSON object; correct the line"),
        ("{\"path\": \"a\", \"path\": \"b\"}", "duplicate field `path`"),
        ("{\"path\": \"a\", ", "EOF while parsing"),
        ("{\"path\": \"\\ud800\"}", "line 3, column"),
        ("<<<<<<< HEAD", "line 3, column 1: this is a merge conflict; keep the entries of both"),
        ("=======\r", "this is a merge conflict"),
    ] {
        let error = refused(&format!("{head}\n{line}\n"));
        assert!(error.contains(said), "{line}: {error}");
    }
    let cut = [head.as_bytes(), b"{\"path\": \"\xE6\"}"].concat();
    assert_eq!(Baseline::read(&cut).unwrap_err().line, 2);
}

#[test]
fn of_findings_that_are_alike_the_last_are_shown() {
    let files = PagesByPath::from([("a.md".to_owned(), "# x x x y".to_owned())]);
    let archive = archive(&files);
    let at = |start: usize| found(0, "text/x", Span::new(start, start + 1));
    let mut baseline = Baseline::default();
    baseline.add(key("a.md", "text/x", "x"), 2);
    baseline.add(key("a.md", "text/x", "z"), 1);
    baseline.add(key("a.md", "text/z", "x"), 1);
    let all = vec![at(2), at(4), at(6), at(8)];
    let matched = baseline.hide(all.clone(), &PageTexts::new(&archive, &files));
    assert_eq!(matched.shown, [at(6), at(8)]);
    assert_eq!(matched.hidden, 2);
    let left: Vec<_> = matched.left.entries().collect();
    assert_eq!(left, [(&key("a.md", "text/x", "z"), 1), (&key("a.md", "text/z", "x"), 1)]);
    let now = Baseline::of(&all, &PageTexts::new(&archive, &files));
    assert_eq!((now.findings(), now.len()), (4, 2));
    assert_eq!((now.beyond(&baseline), baseline.beyond(&now)), (2, 2));
}

#[test]
fn a_page_that_cannot_be_read_has_findings_without_a_text() {
    let known = PagesByPath::from([("a.md".to_owned(), "# x".to_owned())]);
    let archive = archive(&known);
    let all = vec![found(0, "text/x", Span::new(2, 3))];
    let now = Baseline::of(&all, &PageTexts::new(&archive, &PagesByPath::new()));
    assert_eq!(now.entries().next(), Some((&key("a.md", "text/x", ""), 1)));
}

fn pages() -> impl Strategy<Value = Vec<String>> {
    vec("[ab漢\r\n\u{7}]{0,12}", 1..4)
}

fn spans() -> impl Strategy<Value = Vec<(u32, usize, usize, bool)>> {
    vec((0_u32..3, 0_usize..30, 0_usize..6, any::<bool>()), 0..30)
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        entries in vec((any::<String>(), any::<String>(), any::<String>(), 1_u64..5), 0..8),
    ) {
        let mut baseline = Baseline::default();
        for (path, rule, text, count) in entries {
            baseline.add(FindingKey { path, rule, text }, count);
        }
        let text = written(&baseline);
        prop_assert!(!text.contains(|char| char != '\n' && is_unprintable(char)));
        prop_assert_eq!(text.lines().count(), baseline.len() + 1);
        prop_assert_eq!(Baseline::read(text.as_bytes()).unwrap(), baseline);
    }

    #[test]
    fn bytes_never_panic(bytes in any::<Vec<u8>>(), tail in "[{}\":,a-z0-9\n]{0,60}") {
        let _ = Baseline::read(&bytes);
        let _ = Baseline::read(format!("{{\"dateline-baseline\": 1}}\n{tail}").as_bytes());
    }

    #[test]
    fn a_baseline_of_all_hides_all_and_each_finding_beyond_it_is_shown(
        texts in pages(), spans in spans(), more in spans(),
    ) {
        let path = |(index, text): (usize, &String)| (format!("{index}.md"), text.clone());
        let files: PagesByPath = texts.iter().enumerate().map(path).collect();
        let archive = archive(&files);
        let diagnostics = |spans: &[(u32, usize, usize, bool)]| {
            let mut all: Vec<_> = spans
                .iter()
                .map(|&(file, start, len, other)| {
                    let rule = if other { "text/x" } else { "text/y" };
                    found(file % files.len() as u32, rule, Span::new(start, start + len))
                })
                .collect();
            all.sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
            all
        };
        let (recorded, all) = (diagnostics(&spans), diagnostics(&[&*spans, &*more].concat()));
        let baseline = Baseline::of(&recorded, &PageTexts::new(&archive, &files));
        prop_assert_eq!(baseline.findings(), recorded.len() as u64);
        let matched = baseline.hide(recorded.clone(), &PageTexts::new(&archive, &files));
        prop_assert!(matched.shown.is_empty() && matched.left.is_empty());
        let matched = baseline.hide(all.clone(), &PageTexts::new(&archive, &files));
        prop_assert_eq!(matched.shown.len(), more.len());
        prop_assert!(matched.left.is_empty());
        let wider = Baseline::of(&all, &PageTexts::new(&archive, &files));
        let matched = wider.hide(recorded, &PageTexts::new(&archive, &files));
        prop_assert!(matched.shown.is_empty());
        prop_assert_eq!(matched.left.findings(), more.len() as u64);
        prop_assert_eq!(wider.beyond(&baseline), more.len() as u64);
    }
}
