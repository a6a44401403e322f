//! Tests of fixes in front matter: they change the bytes of one value and nothing else.

use std::path::PathBuf;
use std::sync::Arc;

use dateline::internals::address::AddressPolicy;
use dateline::internals::config::{ConfigText, RuleSettings, Settings, file};
use dateline::internals::diagnostic::{Applicability, Diagnostic};
use dateline::internals::document::{Document, FrontMatter};
use dateline::internals::linter::Linted;
use dateline::internals::rules;
use dateline::internals::source_status::Outcome;
use dateline::internals::sources::{MockReply, RANDOM_NAME, check_mocked};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::sample::select;

use crate::fuzz::memory;
use crate::fuzz::memory::{Files, Memory};
use crate::support::archive::TestArchive;

const PAGE: &str = "news/2012/03/25/lock-gates-fail.md";
const FERRY: &str = "news/2012/03/24/ferry-line-reopens.md";
const DAY: Date = date(2012, 3, 25);

const SETTINGS: &str = r#"
[archive]
front-matter = ["yaml", "toml", "fenced-toml", "lines"]

[event]
date = { from = ["front.date", "path"], formats = ["%Y-%m-%d", "%-d %B %Y"] }
title = { from = ["front.title", "heading"] }
sources = { from = ["front.sources", "front.sources.at"] }
related = { from = ["front.related", "front.related.at"] }
"#;

fn settings() -> Settings {
    let infos = rules::infos();
    let mut settings = Settings::defaults(PathBuf::from("/"), RuleSettings::defaults(&infos))
        .expect("sound defaults");
    let text = ConfigText { path: PathBuf::from("dateline.toml"), text: SETTINGS.to_owned() };
    file::read(&Arc::new(text), &mut settings).expect("settings");
    settings
}

/// A value with a defect, and what a rule writes in its place.
#[derive(Clone, Debug)]
struct Defect {
    key: &'static str,
    /// A sound value of the same key.
    sound: &'static str,
    wrong: String,
    right: String,
    rule: &'static str,
}

fn defect() -> impl Strategy<Value = Defect> {
    let days = ["2012-03-24", "24 March 2012", "2012/3/24", "March 24th, 2012", "24.03.2012"];
    let clocks = ["", " 23:30 -0800", "T10:00:00Z", ", 4pm CET"];
    let dates = (select(days.to_vec()), select(clocks.to_vec())).prop_map(|(day, clock)| {
        let wrong = format!("{day}{clock}");
        let texts = settings().event.date.texts;
        let right = texts.rewrite(&wrong, DAY);
        assert!(right.ends_with(clock) && texts.read(&right).agrees_with(DAY) == Some(true));
        Defect { key: "date", sound: "", wrong, right, rule: "date/path-mismatch" }
    });
    let formats = select(&["March 25th, 2012", "2012/3/25", "25.3.2012"][..]).prop_map(|wrong| {
        let (wrong, right) = (wrong.to_owned(), "2012-03-25".to_owned());
        Defect { key: "date", sound: "", wrong, right, rule: "date/format" }
    });
    let paths = [
        ("/news/2012/03/24/Ferry-Line-Reopens.md", "/", "link/wrong-case"),
        ("../24/ferry-line-reopens.MD#crew", "../../../../", "link/wrong-case"),
        ("/news/2012/03/24/ferry-line-reopenns.md", "/", "related/not-found"),
        ("/news/2012/03/23/ferry-line-reopens.md?a=b", "/", "related/not-found"),
    ];
    let related = select(paths.to_vec()).prop_map(|(wrong, start, rule)| {
        let behind = wrong.find(['#', '?']).map_or("", |at| &wrong[at..]);
        let path = if start == "/" {
            format!("/{FERRY}")
        } else {
            "../24/ferry-line-reopens.md".to_owned()
        };
        let right = format!("{path}{behind}");
        Defect { key: "related", sound: "../26/sound.md", wrong: wrong.to_owned(), right, rule }
    });
    let moved = select(&["https://courier.example/old", "http://courier.example/old?a=b#c"][..]);
    let sources = moved.prop_map(|wrong| Defect {
        key: "sources",
        sound: "https://radio.example/basin",
        wrong: wrong.to_owned(),
        right: format!(
            "https://courier.example/new's{}",
            &wrong[wrong.find('#').unwrap_or(wrong.len())..]
        ),
        rule: "source/moved",
    });
    prop_oneof![dates, formats, related, sources]
}

/// Returns the ways to write a text in YAML or in TOML.
fn quoted(text: &str, is_toml: bool) -> Vec<String> {
    let mut ways = vec![format!("'{text}'"), format!("\"{text}\"")];
    ways.push(format!("\"\\u{:04X}{}\"", u32::from(text.as_bytes()[0]), &text[1..]));
    if is_toml {
        ways.extend([format!("'''{text}'''"), format!("\"\"\"{text}\"\"\"")]);
        ways.extend(text.parse::<toml::value::Datetime>().is_ok().then(|| text.to_owned()));
    } else if !text.contains([',', '#']) {
        ways.push(text.to_owned());
    }
    ways
}

/// Returns a strategy for the page before a value, the value as written, and the page after it.
fn page(defect: &Defect) -> impl Strategy<Value = (String, String, String)> + use<> {
    let (key, sound) = (defect.key, defect.sound);
    let yaml = |before: String, after: &str| {
        let page = format!("---\nauthor: 'It''s'  # a\n{before}");
        (page, format!("{after}\ntags: [a, \"b\"]\n---\n\n# Lock gates fail\n"))
    };
    let toml = |before: String, after: &str, fence: [&str; 2]| {
        let page = format!("{}\nauthor = 'Jon' # a\n{before}", fence[0]);
        (page, format!("{after}\n\n[b]\nc = \"d\"\n{}\n\n# Lock gates fail\n", fence[1]))
    };
    let (rule, fence) = (["+++", "+++"], ["```toml", "```"]);
    let mut yamls = vec![
        yaml(format!("{key}: "), ""),
        yaml(format!("\"{key}\"  :   "), "  # the value"),
        yaml(format!("{key}:\n  "), ""),
    ];
    let mut tomls =
        vec![toml(format!("{key} = "), "", rule), toml(format!("{key}="), " # it", fence)];
    if !sound.is_empty() {
        yamls.extend([
            yaml(format!("{key}: [{sound}, "), "] # two"),
            yaml(format!("{key}:\n  - {sound}\n  - "), ""),
            yaml(format!("{key}:\n- {{at: {sound}}}\n- name: a\n  at: "), " # here"),
        ]);
        tomls.extend([
            toml(format!("{key} = ['{sound}',"), "\n]", rule),
            toml(format!("[[{key}]]\nat = \"{sound}\"\n[[{key}]]\nat = "), "  # here", rule),
        ]);
    }
    let name = format!("{}{}", key[..1].to_uppercase(), &key[1..]);
    let line = (format!("Author: Jon\n{name}:  "), "  \nTags: a\n\n# Lock gates fail\n".to_owned());
    let [of_yaml, of_toml] = [false, true].map(|is_toml| quoted(&defect.wrong, is_toml));
    let pages = prop_oneof![
        (select(yamls), select(of_yaml)),
        (select(tomls), select(of_toml)),
        (Just(line), Just(defect.wrong.clone())),
    ];
    let form = (any::<bool>(), any::<bool>());
    (pages, form).prop_map(|(((before, after), value), (has_mark, has_crlf))| {
        let mark = if has_mark { "\u{FEFF}" } else { "" };
        let end = if has_crlf { "\r\n" } else { "\n" };
        let ended = |text: &str| text.replace('\n', end);
        (format!("{mark}{}", ended(&before)), value, ended(&after))
    })
}

fn outcomes(linted: &Linted<'_>) -> Vec<Outcome> {
    let answer = |url: &str| {
        let is_old = url.contains("/old") && !url.contains(RANDOM_NAME);
        let status = if url.contains(RANDOM_NAME) { 404 } else { 200 };
        MockReply::Answer {
            status: if is_old { 301 } else { status },
            location: is_old.then(|| "https://courier.example/new's".to_owned()),
            body: None,
            head: None,
        }
    };
    check_mocked(linted.source_urls(&|_| true), &AddressPolicy::default(), answer)
}

fn front(page: &str, settings: &Settings) -> FrontMatter {
    let document = Document::parse_with(page, &settings.syntax());
    *document.front_matter.expect("front matter")
}

fn check(defect: &Defect, before: &str, value: &str, after: &str) {
    let settings = settings();
    let page = format!("{before}{value}{after}");
    let sound = |title: &str| format!("# {title}\n").into_bytes();
    let files = Files::from([
        (PAGE.to_owned(), page.clone().into_bytes()),
        (FERRY.to_owned(), sound("Ferry line reopens")),
        ("news/2012/03/26/sound.md".to_owned(), sound("Sound")),
    ]);
    let archive = memory::archive(&files, &[], &settings);
    let ask = |linted: Linted<'_>| outcomes(&linted);
    let outcomes = memory::lint(&settings, &archive, &Memory(&files), true, ask);
    let takes = |found: &Diagnostic| found.rule == defect.rule;
    let fixed = memory::fix(&settings, &files, &outcomes, Applicability::Unsafe, &takes);
    let mut fixed = fixed.unwrap_or_else(|| panic!("no fixed point: {defect:?} in {page:?}"));
    let fixed_page =
        fixed.remove(PAGE).unwrap_or_else(|| panic!("{defect:?} in {page:?} is not fixed"));
    assert!(fixed.is_empty(), "{defect:?} in {page:?} changes {fixed:?}");
    let fixed = String::from_utf8(fixed_page).expect("UTF-8");
    assert!(fixed.starts_with(before) && fixed.ends_with(after), "{page:?} becomes {fixed:?}");

    let (old, new) = (front(&page, &settings), front(&fixed, &settings));
    assert_eq!(new.problems, [], "{fixed:?}");
    assert_eq!(old.values.len(), new.values.len(), "{fixed:?}");
    let mut changed = old.values.iter().zip(&new.values).filter(|(old, new)| old.text != new.text);
    let (was, is) = changed.next().expect("a new value");
    assert_eq!((&*was.text, &*is.text), (&*defect.wrong, &*defect.right), "{fixed:?}");
    assert!(changed.next().is_none(), "{page:?} becomes {fixed:?}");
    let is_bare = |text: &str| !text.starts_with(['\'', '"']);
    assert!(is_bare(value) || !is_bare(is.span.of(&fixed)), "{page:?} becomes {fixed:?}");
}

proptest! {
    #[test]
    fn a_fix_changes_only_the_value_with_the_defect(
        (defect, (before, value, after)) in defect().prop_flat_map(|defect| {
            let page = page(&defect);
            (Just(defect), page)
        }),
    ) {
        check(&defect, &before, &value, &after);
    }
}

#[test]
fn a_related_path_in_a_list_is_replaced_alone() {
    let archive = TestArchive::new();
    archive.write("dateline.toml", SETTINGS);
    for path in ["a.md", "b.md"] {
        archive.write(&format!("news/2012/03/24/{path}"), "---\ndate: 2012-03-24\n---\n\n# A\n");
    }
    let before = "---\r\nrelated: [ /news/2012/03/24/a.md,\t\"/news/2012/03/24/B.md\" ] # comment\r\ndate:   2012-03-25\r\n---\r\n# C  \r\n\r\n";
    archive.write(PAGE, before);
    let options = ["--select", "link,related,date", "--fix"];
    let output = archive.check(&options);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(archive.read(PAGE), before.replace("B.md", "b.md"));
}

#[test]
fn the_day_of_the_path_is_written_safely_only_if_another_place_agrees() {
    let archive = TestArchive::new();
    let settings = "[event]\ndate = { from = [\"front.date\", \"line.When\", \"path\"], formats = [\"%Y-%m-%d\", \"%-d %B %Y\"] }\n";
    archive.write("dateline.toml", settings);
    let agrees =
        "---\ndate: '2012-03-24T10:00:00Z' # then\n---\n\n# A\n\n- **When**: 25 March 2012, 4pm\n";
    let alone = "---\ndate: 2012-03-24 10:00\n---\n\n# B\n";
    archive.write("news/2012/03/25/a.md", agrees);
    archive.write("news/2012/03/25/b.md", alone);
    let options = ["--select", "date/path-mismatch", "--fix"];
    assert_eq!(archive.check(&options).status.code(), Some(1));
    assert_eq!(archive.read("news/2012/03/25/a.md"), agrees.replace("03-24", "03-25"));
    assert_eq!(archive.read("news/2012/03/25/b.md"), alone);
    assert_eq!(archive.check(&[&options[..], &["--unsafe-fixes"]].concat()).status.code(), Some(0));
    assert_eq!(archive.read("news/2012/03/25/b.md"), alone.replace("03-24", "03-25"));
}
