//! Property tests of every rule on hostile pages: random fragments of Markdown with random damage.
//! The linter reports a panic in a rule as a finding, and no page may cause such a finding.

use std::path::PathBuf;

use dateline::internals::config::{RuleSettings, Settings, rules::select as select_rules};
use dateline::internals::diagnostic::{Applicability, Diagnostic};
use dateline::internals::document::Document;
use dateline::internals::encoding::windows_1252;
use dateline::internals::rules::{self, RULES};
use proptest::prelude::*;
use proptest::sample::select;

use crate::fuzz::memory;
use crate::fuzz::memory::Files;

const FRAGMENTS: &[&str] = &[
    "[",
    "]",
    "(",
    ")",
    "](",
    "[]()",
    "[a](/b.md",
    "[sic\n",
    "and [x](/y.md)",
    "](/x.md)",
    "![",
    "<",
    ">",
    "[a [b](/news/2012/03/25/a.md) c](/d.md)",
    "[a](\\news\\2012\\03\\24\\index.md)",
    "[a](</b c.md>)",
    "[a](/b%)",
    "[a](/b%zz.md#x)",
    "[a](/b\u{7}.md)",
    "[a](/b&#7;.md)",
    "[a](<)",
    "[a](/b c.md \"t\")",
    "[a][b]",
    "[b]: /News/2012/03/25/A.md\n",
    "[b]: </x)y.md>\n",
    "[b]:\n> /x&amp;.md\n",
    "[a](</x)&amp;>)",
    "[a](/news/2012/03/25/A&#45;b.md#x)",
    "[l](/about.md#no&#45;such)",
    "[l](#\\#)",
    "<https://a.example/&amp;>",
    "### [2012-03-25](/news/2012/03/25/index.md)\n",
    "## [25 March 2012](/news/2012/03/24/index&#46;md)\n",
    "2012-03-24\n===\n",
    "A #\n---\n",
    "# \n",
    "#\n",
    "##### Port\n",
    "# Title &#0; &amp;amp;quot; &#x110000;\n",
    "# [A &lt;](/x.md) &#146;\n",
    "### Source:\n",
    "### Related:\n\n",
    "## [Previous Day...](/news/2012/03/25/index.md)\n",
    "## [Previous Day...][b]\n",
    "1. [A](/news/2012/03/25/a.md) _Context: x_\n",
    "1. [A](/news/2012/03/25/a.md)\n2. [A](a.md)\n",
    "1. [A](https://a.example/x)\n2. [A](http://www.a.example/x#y)\n",
    "- [ ] \n",
    "1.\n",
    "### [A](/news/2012/03/25/a.md)\n",
    "### [B](/news/2012/03/25/b.md)\n",
    "### [C](/news/2012/03/25/lost.md)\n",
    "| a | b |\n|---|---|\n| [x](/y\\|z.md) | c |\n",
    "> ",
    "    ",
    "\t",
    "```\n",
    "~~~",
    "<!--",
    "-->",
    "<!-- dateline-ignore link: x -->",
    "<!-- dateline-ignore-file all, x/y -->\n",
    "<pre>",
    "<script>",
    "<?",
    "<![CDATA[",
    "<a name=\"x\">",
    "---\n",
    "+++\n",
    "\u{FEFF}",
    "\r",
    "\n",
    "\n\n",
    "\r\n",
    "\0",
    "\u{8}",
    "\u{1B}[31m",
    "\u{B}",
    "\u{C}",
    "&#45; x\n===\n",
    "[foo]&colon; /url\n===\n",
    "# a &#46;&lpar;/x&rpar;\n",
    "# ![c]&lpar;/x&rpar; &#38;&#97;mp;\n",
    "&excl;",
    "\u{85}",
    "\u{92}",
    "\u{9B}1m",
    "Ã©",
    "â€™",
    "漢",
    "é",
    "🐚",
    "\u{FFFD}",
    "''",
    "{{",
    "-{zh",
    "${x}",
    "{% %}",
    "<%",
    "\\",
    "`",
    "*",
    "_",
    "~",
    "^",
    "&",
    "&amp;",
    "&#",
    ";",
    "|",
    "%",
    " ",
    "a",
    "[^1]",
    "[^1]: x\n",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(select(FRAGMENTS), 0..24).prop_map(|pieces| pieces.concat())
}

/// Returns a strategy for pages that consist of random fragments, with random bytes removed,
/// doubled or replaced.
fn page() -> impl Strategy<Value = Vec<u8>> {
    let start = select(vec![
        "",
        "### [2012-03-25](/news/2012/03/25/index.md)\n\n# A\n\n",
        "## [2012-03-25](/news/2012/03/25/index.md)\n\n### [A](/news/2012/03/25/a.md)\n\n",
        "### 2012-03-25\n\n# A\n\n### Related:\n\n",
        "### 2012-03-25\n\n# A\n\n### Source:\n\n",
    ]);
    let damage = prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 0..3);
    (start, text(), damage).prop_map(|(start, text, damage)| {
        let mut bytes = format!("{start}{text}").into_bytes();
        for (at, how, byte) in damage {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match how {
                0 => drop(bytes.remove(at)),
                1 => bytes.truncate(at),
                2 => bytes[at] = byte,
                _ => bytes.insert(at, bytes[at]),
            }
        }
        bytes
    })
}

fn archive() -> impl Strategy<Value = Files> {
    (page(), page(), page(), page()).prop_map(|(event, other, day, about)| {
        let pages = [
            ("news/2012/03/25/a.md", event),
            ("news/2012/03/25/b.md", other),
            ("news/2012/03/25/index.md", day),
            ("news/2012/03/24/index.md", b"## 2012-03-24\n".to_vec()),
            ("about.md", about),
        ];
        pages.into_iter().map(|(path, bytes)| (path.to_owned(), bytes)).collect()
    })
}

/// Returns settings that enable every rule, including the rules that are off by default.
fn settings() -> Settings {
    let infos = rules::infos();
    let mut settings = Settings::defaults(PathBuf::from("/"), RuleSettings::defaults(&infos))
        .expect("sound defaults");
    let all = select_rules(&infos, "all").expect("all rules can be selected");
    settings.rules.select_only(all);
    settings
}

fn panicked(found: &[Diagnostic]) -> Vec<&str> {
    let messages = found.iter().map(|found| found.finding.message.as_str());
    messages.filter(|message| message.contains("failed on this page")).collect()
}

fn shown(files: &Files) -> String {
    let page = |(path, bytes): (&String, &Vec<u8>)| {
        format!("== {path}\n{:?}\n", String::from_utf8_lossy(bytes))
    };
    files.iter().map(page).collect()
}

#[test]
fn every_rule_is_on() {
    let enabled = settings().rules.page("about.md").enabled;
    assert!((0..RULES.len()).all(|index| enabled.contains(index)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_rule_panics_on_any_page(files in archive()) {
        let (_, found) = memory::findings(&settings(), &files);
        prop_assert_eq!(panicked(&found), Vec::<&str>::new(), "{}", shown(&files));
    }

    #[test]
    fn pages_that_are_not_utf8_are_reported_once_and_never_edited(files in archive()) {
        let (archive, found) = memory::findings(&settings(), &files);
        for (path, bytes) in &files {
            let reported = found.iter().filter(|found| {
                found.rule == "text/not-utf8" && archive.path(found.file) == path
            });
            let is_utf8 = std::str::from_utf8(bytes).is_ok();
            prop_assert!(is_utf8 || reported.count() == 1, "{}", shown(&files));
        }
        let edited = found.iter().filter_map(|found| found.finding.fix.as_ref()).flat_map(|fix| &fix.edits);
        for edit in edited {
            if let dateline::internals::diagnostic::EditTarget::File(file) = edit.target {
                let path = archive.path(file);
                prop_assert!(std::str::from_utf8(&files[path]).is_ok(), "{path}\n{}", shown(&files));
            }
        }
    }

    #[test]
    fn a_safe_fix_of_a_text_leaves_what_readers_see(files in archive()) {
        // CommonMark treats all line endings alike, but the parser treats them differently in
        // indented code.
        let takes = |found: &Diagnostic| {
            found.rule.starts_with("text/") && found.rule != "text/line-ending"
        };
        let fixed = memory::fix(&settings(), &files, &[], Applicability::Safe, &takes);
        for (path, after) in fixed.expect("an end of the fixes") {
            let before = String::from_utf8(files[&path].clone()).expect("only UTF-8 is edited");
            let after = String::from_utf8(after).expect("UTF-8 stays UTF-8");
            prop_assert_eq!(visible(&before), visible(&after), "{:?} becomes {:?}", before, after);
        }
    }

    #[test]
    fn a_safe_fix_deletes_no_letter_and_no_control_character(files in archive()) {
        // This test excludes the rule that replaces a reference with its character, because that
        // changes the text. The test above includes it, because it compares what readers see.
        let takes = |found: &Diagnostic| {
            found.rule.starts_with("text/") && found.rule != "text/html-entity"
        };
        let fixed = memory::fix(&settings(), &files, &[], Applicability::Safe, &takes);
        for (path, after) in fixed.expect("an end of the fixes") {
            let before = String::from_utf8(files[&path].clone()).expect("only UTF-8 is edited");
            let after = String::from_utf8(after).expect("UTF-8 stays UTF-8");
            prop_assert_eq!(kept(&before), kept(&after));
        }
    }
}

/// Returns the part of a text that a safe fix must keep: everything except white space and byte
/// order marks. Control characters from U+0080 on are replaced with the characters that
/// Windows-1252 has at these codes.
fn kept(text: &str) -> String {
    let is_mark = |char: &char| {
        (char.is_whitespace() && *char != '\u{85}') || matches!(char, '\u{FEFF}' | '\u{B}')
    };
    let meant = |char: char| windows_1252(char).unwrap_or(char);
    text.chars().filter(|char| !is_mark(char)).map(meant).collect()
}

/// Returns what a reader sees of a page: its headings with their levels, and its links with their
/// targets. U+0085 is left out, because it may be part of the words or white space around them.
fn visible(text: &str) -> Vec<(String, String)> {
    let document = Document::parse(text);
    let kept = |words: &str| kept(words).replace('…', "");
    let headings = document.headings.iter();
    let headings =
        headings.map(|heading| (heading.level.to_string(), kept(document.words(heading.text))));
    let links = document.links.iter();
    let links = links.map(|link| (link.target(text).to_owned(), kept(document.words(link.text))));
    headings.chain(links).collect()
}
