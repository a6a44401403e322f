//! Random edits of the pages of fixtures, several of which are open: after each, the diagnostics equal
//! those of `check --stdin-filename` with the other pages saved.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::archive::{TestArchive, files};
use crate::support::checkout::fixture;
use crate::support::edits::position;
use crate::support::language_server::{LanguageServer, capabilities};
use crate::support::process::dateline_reading;
use crate::support::random::Random;

/// The variable that sets the number of edits.
const NUMBER: &str = "DATELINE_TEST_EDITS";

/// What edits insert: text of all widths, line endings, and beginnings of everything that rules look at.
const INSERTED: [&str; 24] = [
    "a",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\u{e9}",
    "\u{6f22}",
    "\u{1F600}",
    "\t",
    "\u{FEFF}",
    "&amp;",
    "[x](",
    "](/gone.md)",
    "[x](/news/2012/03/25/gone.md)",
    "# ",
    "### Related:\n\n",
    "1. ",
    "---\n",
    "```\n",
    "<!-- dateline-ignore link -->",
    "2012-03-25",
    "{{ x }}",
    "[[x]]",
    "\u{7}",
];

/// An edit: the bytes that it replaces, and the new text.
fn edit(random: &mut Random, text: &str) -> (usize, usize, String) {
    // A position between the characters of a line ending does not exist in the protocol.
    let places: Vec<usize> = (0..=text.len())
        .filter(|at| {
            text.is_char_boundary(*at)
                && !(text[..*at].ends_with('\r') && text[*at..].starts_with('\n'))
        })
        .collect();
    let start = random.below(places.len());
    let end = match random.below(3) {
        0 => places.len().min(start + 1 + random.below(20)) - 1,
        _ => start,
    };
    let inserted = match random.below(4) {
        0 if end > start => String::new(),
        1 => {
            // A copy of another part of the page.
            let from = random.below(places.len());
            let to = (from + random.below(60)).min(places.len() - 1);
            text[places[from]..places[to]].to_owned()
        }
        _ => (*random.pick(&INSERTED)).to_owned(),
    };
    (places[start], places[end], inserted)
}

/// A diagnostic, in a form that both sides have.
type Expected = (String, String, [(u64, u64); 2], String);

/// Returns what the command line reports about a page, with positions in UTF-16 or UTF-8.
fn checked(archive: &TestArchive, path: &str, text: &str, is_utf8: bool) -> Vec<Expected> {
    let arguments = ["check", "--output-format", "json", "--stdin-filename", path];
    let output = dateline_reading(archive.root(), &arguments, text);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = report["diagnostics"].as_array().expect("a list").iter();
    let place = |value: &Value| {
        let offset = usize::try_from(value["offset"].as_u64().expect("a number")).expect("small");
        position(text, offset, is_utf8)
    };
    let converted = found.map(|found| {
        let words = |key: &str| found[key].as_str().map(str::to_owned);
        let message = words("message").expect("a text");
        let message =
            words("help").map_or(message.clone(), |help| format!("{message}\nhelp: {help}"));
        let range = &found["range"];
        let severity = words("severity").expect("a severity");
        let places = [place(&range["start"]), place(&range["end"])];
        (words("rule").expect("a rule"), severity, places, message)
    });
    sorted(converted.collect())
}

/// Returns what the server has published.
fn published(diagnostics: &[Value]) -> Vec<Expected> {
    let place = |value: &Value| {
        let number = |key: &str| value[key].as_u64().expect("a number");
        (number("line"), number("character"))
    };
    let converted = diagnostics.iter().map(|found| {
        let words = |key: &str| found[key].as_str().expect("a text").to_owned();
        let severity = if found["severity"] == 1 { "error" } else { "warning" };
        let range = &found["range"];
        let places = [place(&range["start"]), place(&range["end"])];
        (words("code"), severity.to_owned(), places, words("message"))
    });
    sorted(converted.collect())
}

fn sorted(mut all: Vec<Expected>) -> Vec<Expected> {
    all.sort();
    all
}

/// The pages of a fixture, some of them open, and an archive on the disk with the same texts.
struct Pages {
    server: LanguageServer,
    random: Random,
    is_utf8: bool,
    /// The archive on which the command line runs. The open pages are saved in it.
    saved: TestArchive,
    /// The original texts, by path.
    texts: BTreeMap<String, String>,
    /// The versions and the texts of the open pages.
    open: BTreeMap<String, (i32, String)>,
    /// The findings that were last seen of each page.
    known: BTreeMap<String, Vec<Expected>>,
}

impl Pages {
    /// Opens a page, unless it is open, and closes another one if many are open.
    fn open(&mut self) -> String {
        if self.open.len() > 3 {
            let (path, _) = self.open.pop_first().expect("an open page");
            // If it is opened again, its versions are the same.
            self.server.close_and_forget(&path);
            self.saved.write(&path, &self.texts[&path]);
        }
        let paths: Vec<&String> = self.texts.keys().collect();
        let path = (*self.random.pick(&paths)).clone();
        if !self.open.contains_key(&path) {
            let text = self.texts[&path].clone();
            self.server.open(&path, &text);
            self.open.insert(path.clone(), (1, text));
            self.compare(&path);
        }
        path
    }

    /// Makes a random edit.
    fn edit(&mut self, path: &str) {
        let (version, text) = self.open.get_mut(path).expect("an open page");
        let (start, end, inserted) = edit(&mut self.random, text);
        let place = |offset: usize| {
            let (line, character) = position(text, offset, self.is_utf8);
            json!({"line": line, "character": character})
        };
        let range = json!({"start": place(start), "end": place(end)});
        *version += 1;
        self.server.change(path, *version, &json!([{"range": range, "text": inserted}]));
        text.replace_range(start..end, &inserted);
    }

    /// Waits until the findings of the other open pages are those of a check after the edits of `path`.
    fn compare_others(&mut self, path: &str) {
        let others: Vec<String> =
            self.open.keys().filter(|other| *other != path).cloned().collect();
        for other in others {
            let expected = checked(&self.saved, &other, &self.open[&other].1, self.is_utf8);
            let known = self.known.get(&other).cloned().unwrap_or_default();
            let mut found =
                self.server.last_published(&other).map_or(known, |last| published(&last));
            while found != expected {
                found = published(&self.server.published(&other));
            }
            self.known.insert(other, found);
        }
    }

    /// Compares the findings of the last version of a page.
    fn compare(&mut self, path: &str) {
        let (version, text) = &self.open[path];
        let found = published(&self.server.published_for(path, *version));
        assert_eq!(found, checked(&self.saved, path, text, self.is_utf8), "{path}\n{text}");
        self.known.insert(path.to_owned(), found);
    }
}

/// Edits the pages of a fixture, and compares the findings after each edit.
fn compare(name: &str, edits: usize, seed: u64, is_utf8: bool) {
    let archive = TestArchive::from_fixture(name);
    let mut texts = BTreeMap::new();
    for (path, bytes) in files(&fixture(name)) {
        let is_page = [".md", ".markdown"].iter().any(|ending| path.ends_with(ending));
        if let (true, Ok(text)) = (is_page, String::from_utf8(bytes)) {
            texts.insert(path, text);
        }
    }
    let mut client = capabilities();
    if is_utf8 {
        client["general"]["positionEncodings"] = json!(["utf-8"]);
    }
    let mut pages = Pages {
        server: LanguageServer::start_with(archive.root(), client),
        random: Random(seed),
        is_utf8,
        saved: TestArchive::from_fixture(name),
        texts,
        open: BTreeMap::new(),
        known: BTreeMap::new(),
    };
    for _ in 0..edits.div_ceil(10) {
        let path = pages.open();
        for _ in 0..10 {
            pages.edit(&path);
            pages.compare(&path);
        }
        // The other pages are compared with this one as it is now.
        pages.saved.write(&path, &pages.open[&path].1);
        pages.compare_others(&path);
    }
    assert_eq!(pages.server.stop(), Some(0));
}

/// Returns the number of edits for each of the fixtures below.
fn edits() -> usize {
    let number = std::env::var(NUMBER).ok().and_then(|number| number.parse().ok());
    number.unwrap_or(100_usize).div_ceil(FIXTURES.len())
}

const FIXTURES: [&str; 5] = ["broken", "jekyll", "hugo", "pelican", "zola"];

#[test]
fn findings_equal_those_of_the_command_line() {
    for (name, seed) in FIXTURES.into_iter().zip(1..) {
        compare(name, edits(), seed, false);
    }
}

#[test]
fn findings_equal_those_of_the_command_line_in_utf8() {
    compare("broken", edits(), 77, true);
}
