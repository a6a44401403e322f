//! Property tests of fixes: they terminate, resolve their findings, and change nothing else.

use std::collections::BTreeMap;
use std::path::PathBuf;

use dateline::internals::archive::Archive;
use dateline::internals::config::{RuleSettings, Settings};
use dateline::internals::diagnostic::{Applicability, Diagnostic, Edit, Severity};
use dateline::internals::fix::apply;
use dateline::internals::rules::{self, RULES};
use dateline::internals::span::{FileId, SourceText, Span};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::fuzz::memory;
use crate::fuzz::memory::Files;

fn settings() -> Settings {
    let infos = rules::infos();
    Settings::defaults(PathBuf::from("/"), RuleSettings::defaults(&infos)).expect("sound defaults")
}

const DAYS: &[&str] = &["2012/03/24", "2012/03/25", "2012/03/26", "2012/04/2"];
const SLUGS: &[&str] = &["ferry-line-reopens", "lock-gates-fail", "keeper-warns-of-hinges"];
const TITLES: &[&str] = &[
    "Ferry line reopens",
    "Lock [gates] fail",
    "Keeper's `log` &amp; more",
    "Gates ] fail [ again",
    "A *bold* claim_",
    "''Northern Star'' sails",
    "Caf\u{C3}\u{A9} opens",
    "A [link](/about.md) in a title",
    "Tide &amp;quot;turns&amp;quot;",
    "<a name=\"x\"></a>Anchored",
    "Noted <!-- dateline-ignore day/stale-text: so -->",
    "",
];
const DESTINATIONS: &[&str] = &[
    "/news/2012/03/24/ferry-line-reopens.md",
    "/news/2012/03/25/lock-gates-fail.md",
    "/news/2012/03/25/lock-gates-fial.md",
    "/news/2012/03/26/Keeper-Warns-of-hinges.md",
    "/news/2012/03/23/keeper-warns-of-hinges.md",
    "../24/ferry-line-reopens.html#crew",
    "\\news\\2012\\03\\24\\ferry-line-reopens.md",
    "/news/2012/03/24/ferry line-reopens.md",
    "/news/2012/03/24/index.md",
    "/news/2012/03/25/README.md",
    "/nowhere.md",
    "/about.md#no-such-heading",
    "/about.md#crwe",
    "",
    "https://courier.example/100%-dry",
];
const SOURCES: &[&str] = &[
    "https://courier.example/lock-gates",
    "http://www.courier.example/lock-gates?utm_source=x",
    "https://courier.example/a b",
    "//courier.example/x",
    "${item.url}",
];
const NOISE: &[&str] = &[
    "",
    "\n",
    "A paragraph with [a link](/about.md) &amp; a caf\u{C3}\u{A9}.\n",
    "<!-- dateline-ignore related/not-found: gone -->\n",
    "<!-- dateline-ignore-file day, related/self: old -->\n",
    "text\u{8}with a control\u{8}\u{8} character\n",
    "Setext heading\n---\n",
    "> 1. [quoted](/nowhere.md)\n",
    "```\n[code](/nowhere.md) &amp; ${x}\n```\n",
    "[open [bracket](/news/2012/03/24/ferry-line-reopens.md)\n",
    "See [foo\n&#49;. bar](/about.md) and [AT&amp;T].\n\n[AT&amp;T]: /about.md\n",
    "1. [Old title]\n\n[Old title]: /news/2012/03/24/ferry-line-reopens.md\n",
    "<!-- dateline-ignore heading, day/missing-event: kept -->\n",
    "<!-- a note --> # no heading\n",
    "text <!-- dateline-ignore link: here --> text\n",
];

/// Possible ends of a page. After some of them, the parser would not read an appended heading as a
/// heading.
const OPEN_ENDS: &[&str] = &[
    "",
    "",
    "<!-- a note\n",
    "```\ncode\n",
    "~~~~\n",
    "<pre>\n",
    "<script>\nlet x;\n",
    "<style>",
    "<? run\n",
    "<!X\n",
    "<![CDATA[\n",
    "<div>\n",
    "1. an item\n\n    # code\n",
];

fn date_heading() -> impl Strategy<Value = String> {
    (select(vec!["##", "###", "####"]), select(DAYS), select(DAYS), 0..5).prop_map(
        |(marks, day, linked, form)| {
            let written = day.replace('/', "-");
            match form {
                0 => String::new(),
                1 => format!("{marks} {written}\n"),
                2 => format!("{marks} [25 March 2012](/news/{linked}/index.md)\n"),
                _ => format!("{marks} [{written}](/news/{linked}/index.md)\n"),
            }
        },
    )
}

fn list(
    texts: &'static [&'static str],
    destinations: &'static [&'static str],
    remark: &'static str,
) -> impl Strategy<Value = String> {
    let item = (select(texts), select(destinations), any::<bool>());
    (prop::collection::vec(item, 0..5), select(vec!["\n", "\n\n", "\n   more\n"])).prop_map(
        move |(items, between)| {
            let item = |(number, (text, destination, remarks)): (usize, (&str, &str, bool))| {
                let remark = if remarks { remark } else { "" };
                format!("{}. [{text}]({destination}){remark}{between}", number + 1)
            };
            items.into_iter().enumerate().map(item).collect()
        },
    )
}

fn event() -> impl Strategy<Value = String> {
    let head = (date_heading(), select(vec!["", "##### Port\n", "##### \n"]), select(TITLES));
    let sources = (
        select(vec!["### Source:\n\n", "## Sources:\n", "### Sorce:\n\n", ""]),
        list(TITLES, SOURCES, ""),
    );
    let related = (
        select(vec!["### Related:\n\n", "### Related:\n"]),
        list(TITLES, DESTINATIONS, " _Context: Port_"),
    );
    let noise = (select(NOISE), select(NOISE));
    (head, noise, sources, related).prop_map(|(head, noise, sources, related)| {
        let (date, topic, title) = head;
        format!(
            "{}{date}\n{topic}# {title}\n\n{}\n{}{}\n{}{}",
            noise.0, noise.1, sources.0, sources.1, related.0, related.1
        )
    })
}

fn day() -> impl Strategy<Value = String> {
    let entry = (
        select(TITLES),
        select(DESTINATIONS),
        select(vec!["", "##### Port\n", "##### Tides\n"]),
        select(vec!["\n", "", "A summary.\n\n"]),
    );
    let entries = prop::collection::vec(entry, 0..5);
    let previous = (any::<bool>(), select(DAYS), select(vec!["\n", ""]));
    let parts = (date_heading(), entries, previous, select(OPEN_ENDS));
    parts.prop_map(|(date, entries, (has_previous, day, end), open_end)| {
        let entry = |(text, destination, topic, body): (&str, &str, &str, &str)| {
            format!("{topic}### [{text}]({destination})\n{body}")
        };
        let entries: String = entries.into_iter().map(entry).collect();
        let previous = if has_previous {
            format!("## [Previous Day...](/news/{day}/index.md){end}")
        } else {
            String::new()
        };
        format!("{date}\n{entries}{previous}{open_end}")
    })
}

/// Returns a strategy that varies the line endings of a page, or adds a byte order mark or bytes
/// that are not UTF-8.
fn written(page: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<u8>> {
    (page, 0..8).prop_map(|(page, form)| match form {
        0 => page.replace('\n', "\r\n").into_bytes(),
        1 => page.replace('\n', "\r").into_bytes(),
        2 => format!("\u{FEFF}{page}").into_bytes(),
        3 => [page.as_bytes(), b"\xE9t\xE9"].concat(),
        _ => page.into_bytes(),
    })
}

fn archive() -> impl Strategy<Value = Files> {
    let place = (select(DAYS), select(SLUGS));
    let events = prop::collection::vec((place, written(event())), 1..6);
    let days = prop::collection::vec(
        ((select(DAYS), select(vec!["index", "README"])), written(day())),
        0..5,
    );
    (events, days).prop_map(|(events, days)| {
        let pages = events.into_iter().chain(days);
        let mut files: Files =
            pages.map(|((day, name), page)| (format!("news/{day}/{name}.md"), page)).collect();
        files.insert("about.md".to_owned(), b"# About\n\n## Crew\n".to_vec());
        files
    })
}

/// Returns the number of errors on each page. A fix may replace an error with another, but must not
/// add one. For example, after a fix creates a missing day page, a related link to it is reported
/// as a link to a page that is not an event.
fn errors(found: &[Diagnostic], archive: &Archive) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for found in found.iter().filter(|found| found.severity == Severity::Error) {
        *counts.entry(archive.path(found.file).to_owned()).or_default() += 1;
    }
    counts
}

fn names() -> Vec<&'static str> {
    RULES.iter().filter(|rule| rule.fix.is_some()).map(|rule| rule.id).collect()
}

/// Returns whether a fix may reveal errors that another fault hid. Rules check the target of a link
/// only if the link is well-formed, and an item only if its section is known.
fn may_reveal(rules: &[&'static str]) -> bool {
    rules.iter().any(|rule| ["link/malformed", "heading/unknown-section"].contains(rule))
}

fn check_archive(files: &Files, rules: &[&'static str], allowed: Applicability) {
    let settings = settings();
    let takes = |found: &Diagnostic| rules.contains(&found.rule);
    let (before_archive, before) = memory::findings(&settings, files);
    let fixed = memory::fix(&settings, files, &[], allowed, &takes);
    let Some(changed) = fixed else { panic!("no fixed point: {rules:?}\n{}", shown(files)) };
    let mut after_files = files.clone();
    after_files.extend(changed);
    let (after_archive, after) = memory::findings(&settings, &after_files);
    let left = |found: &&Diagnostic| {
        let fix = found.finding.fix.as_ref();
        takes(found) && fix.is_some_and(|fix| fix.applicability <= allowed)
    };
    let left: Vec<_> = after.iter().filter(left).collect();
    assert!(left.is_empty(), "left: {left:#?}\n{}", shown(&after_files));
    let again = memory::fix(&settings, &after_files, &[], allowed, &takes);
    assert_eq!(again, Some(Files::new()), "the second run changes something");
    // If lines end with CR alone, the parser extends some blocks too far. Findings that these
    // blocks hid appear when the line endings change.
    let hides = |bytes: &Vec<u8>| {
        bytes.windows(2).any(|pair| pair[0] == b'\r' && pair[1] != b'\n') || bytes.ends_with(b"\r")
    };
    if files.values().any(hides) {
        return;
    }
    let old = errors(&before, &before_archive);
    for (path, count) in errors(&after, &after_archive) {
        let known = old.get(&path).copied().unwrap_or_default();
        let (before, after) = (shown(files), shown(&after_files));
        assert!(
            count <= known || may_reveal(rules),
            "{path} has more errors, by {rules:?}\n{before}\nbecomes\n{after}"
        );
    }
}

fn shown(files: &Files) -> String {
    let page = |(path, bytes): (&String, &Vec<u8>)| {
        format!("== {path}\n{}\n", String::from_utf8_lossy(bytes))
    };
    files.iter().map(page).collect()
}

proptest! {
    #[test]
    fn fixing_terminates_and_resolves_the_fixed_findings(
        files in archive(), rules in subsequence(names(), 1..names().len()), risky in any::<bool>(),
    ) {
        let allowed = if risky { Applicability::Unsafe } else { Applicability::Safe };
        check_archive(&files, &rules, allowed);
    }

    #[test]
    fn fixing_with_all_rules_terminates(files in archive(), risky in any::<bool>()) {
        let allowed = if risky { Applicability::Unsafe } else { Applicability::Safe };
        check_archive(&files, &names(), allowed);
    }

    #[test]
    fn fixes_of_most_rules_add_no_error(files in archive(), risky in any::<bool>()) {
        let allowed = if risky { Applicability::Unsafe } else { Applicability::Safe };
        let mut rules = names();
        rules.retain(|rule| !may_reveal(&[rule]));
        check_archive(&files, &rules, allowed);
    }

    #[test]
    fn edits_of_a_fix_do_not_overlap_and_lie_within_the_page(files in archive()) {
        let settings = settings();
        let (archive, found) = memory::findings(&settings, &files);
        for found in found {
            let Some(fix) = &found.finding.fix else { continue };
            let rule = RULES.iter().find(|rule| rule.id == found.rule).expect("a rule");
            prop_assert!(rule.fix.is_some(), "{} claims no fix", rule.id);
            let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
            for edit in &fix.edits {
                if let dateline::internals::diagnostic::EditTarget::File(file) = edit.target {
                    by_file.entry(file).or_default().push(edit);
                }
            }
            for (file, edits) in by_file {
                let bytes = &files[archive.path(file)];
                let fixed = apply(bytes, &edits);
                prop_assert!(fixed.is_some(), "{}: {edits:?}", found.rule);
                prop_assert_ne!(fixed.as_ref(), Some(bytes), "{} changes nothing", found.rule);
            }
        }
    }
}

proptest! {
    // Each case checks the archive again for each of its fixes.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn each_fix_alone_resolves_its_finding(files in archive()) {
        let settings = settings();
        let (_, found) = memory::findings(&settings, &files);
        for found in found.into_iter().filter(|found| found.finding.fix.is_some()) {
            let fixed = memory::fix_one(&settings, &files, &found);
            prop_assert!(fixed, "not settled: {found:#?}\n{}", shown(&files));
        }
    }
}

/// Returns a strategy for a text and for edits to it that do not overlap.
fn edits() -> impl Strategy<Value = (Vec<u8>, Vec<(Span, String)>)> {
    let bytes = "[a-c漢é\n]{0,40}".prop_map(String::into_bytes);
    (bytes, prop::collection::vec((0..64_usize, 0..8_usize, "[x-z漢]{0,3}"), 0..6)).prop_map(
        |(bytes, pieces)| {
            let source = SourceText::from_bytes(&bytes);
            let text = source.text();
            let mut at = 0;
            let mut edits = Vec::new();
            for (skip, len, replacement) in pieces {
                let start = text.ceil_char_boundary((at + skip % 7).min(text.len()));
                let end = text.ceil_char_boundary((start + len).min(text.len()));
                if start < at || (at > 0 && start == at) {
                    break;
                }
                edits.push((Span::new(start, end), replacement));
                at = end.max(start + 1);
            }
            (bytes, edits)
        },
    )
}

proptest! {
    #[test]
    fn edits_apply_in_any_order((bytes, edits) in edits(), seed in any::<u64>()) {
        let all: Vec<Edit> = edits
            .iter()
            .map(|(span, text)| Edit::replace(FileId(0), *span, text.clone()))
            .collect();
        let mut shuffled: Vec<&Edit> = all.iter().collect();
        let mut state = seed;
        for index in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(index, usize::try_from(state >> 33).expect("small") % (index + 1));
        }
        let ordered: Vec<&Edit> = all.iter().collect();
        prop_assert_eq!(apply(&bytes, &shuffled), apply(&bytes, &ordered));
    }

    #[test]
    fn bytes_outside_of_edits_do_not_change((bytes, edits) in edits()) {
        let all: Vec<Edit> = edits
            .iter()
            .map(|(span, text)| Edit::replace(FileId(0), *span, text.clone()))
            .collect();
        let made = apply(&bytes, &all.iter().collect::<Vec<_>>()).expect("they do not overlap");
        let mut expected = Vec::new();
        let mut done = 0;
        for (span, text) in &edits {
            expected.extend_from_slice(&bytes[done..span.start as usize]);
            expected.extend_from_slice(text.as_bytes());
            done = span.end as usize;
        }
        expected.extend_from_slice(&bytes[done..]);
        prop_assert_eq!(made, expected);
    }
}
