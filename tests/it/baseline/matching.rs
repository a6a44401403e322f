//! Baselines end to end: what is hidden, what comes back, and what the file is like.

use crate::support::archive::{TestArchive, dateline, stderr, stdout};
use crate::support::git::Repo;
use crate::support::server::Farm;
use serde_json::Value;

const FILE: &str = "baseline.jsonl";
const HIDE: [&str; 2] = ["--baseline", FILE];
const UPDATE: [&str; 3] = ["--baseline", FILE, "--update-baseline"];
const HEADER: &str = "{\"dateline-baseline\": 1}\n";

/// A page with a stale text and a page that is not there, and its day.
const PAGE: &str = "news/2012/03/25/lock-gates-fail.md";
const TEXT: &str = "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n\nThe gates of the lock fail at noon.\n\n### Related:\n\n1. [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n2. [Mint burns](/news/1999/07/4/mint-burns.md)\n";
const GONE: &str = "/news/1999/07/4/mint-burns.md";

fn small() -> TestArchive {
    let archive = TestArchive::new();
    archive.write(PAGE, TEXT);
    archive.write("news/2012/03/25/index.md", "## [2012-03-25](/news/2012/03/25/index.md)\n\n### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n");
    archive.write("news/2012/03/24/index.md", "## [2012-03-24](/news/2012/03/24/index.md)\n\n### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n");
    archive.write(
        "news/2012/03/24/ferry-line-reopens.md",
        "### [2012-03-24](/news/2012/03/24/index.md)\n\n# Ferry line reopens\n",
    );
    archive
}

fn read(archive: &TestArchive, path: &str) -> String {
    std::fs::read_to_string(archive.root().join(path)).expect("a text")
}

fn update(archive: &TestArchive, options: &[&str]) -> String {
    let output = archive.check(&[&UPDATE, options].concat());
    let errors = stderr(&output);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""), "{errors}");
    errors
}

/// What is shown beside the baseline, a line each, and the account.
fn shown(archive: &TestArchive, options: &[&str]) -> (Vec<String>, String) {
    let concise = ["--output-format", "concise", "--fail-on", "warning"];
    let output = archive.check(&[&HIDE, &concise[..], options].concat());
    let lines: Vec<String> = stdout(&output).lines().map(str::to_owned).collect();
    assert_eq!(output.status.code(), Some(i32::from(!lines.is_empty())), "{}", stderr(&output));
    (lines, stderr(&output))
}

#[track_caller]
fn nothing_is_shown(archive: &TestArchive, options: &[&str]) -> String {
    let (lines, account) = shown(archive, options);
    assert!(lines.is_empty(), "{lines:#?}");
    account
}

#[test]
fn what_was_found_is_hidden_and_counted() {
    let archive = TestArchive::of_fixture("broken");
    let found = archive.findings(&[]).len();
    let account = update(&archive, &[]);
    let written =
        format!("{FILE} holds {found} findings in {found} lines: {found} added, 0 dropped");
    assert!(account.ends_with(&format!("nothing found\n{written}\n")), "{account}");
    let account = nothing_is_shown(&archive, &[]);
    assert!(account.contains(&format!("{found} findings hidden by the baseline\n")), "{account}");
    assert!(!account.contains("no longer"), "{account}");
    let json = archive.check(&[&HIDE[..], &["--output-format", "json"]].concat());
    let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(report["summary"]["skipped"]["baseline"], found);
    assert_eq!(report["summary"]["errors"], 0);
    assert_eq!(report["diagnostics"].as_array().map(Vec::len), Some(0));
    let without: Value =
        serde_json::from_slice(&archive.check(&["--output-format", "json"]).stdout).expect("JSON");
    assert!(without["summary"]["skipped"].get("baseline").is_none(), "left out when it is 0");
}

#[test]
fn the_file_is_sorted_and_the_same_bytes_each_time_on_any_number_of_threads() {
    let archive = TestArchive::of_fixture("broken");
    update(&archive, &["--jobs", "1"]);
    let first = read(&archive, FILE);
    let entries = first.strip_prefix(HEADER).expect("a header");
    let entries: Vec<Value> =
        entries.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let key = |entry: &Value| {
        ["path", "rule", "text"].map(|key| entry[key].as_str().expect("a text").to_owned())
    };
    let keys: Vec<_> = entries.iter().map(key).collect();
    assert!(keys.is_sorted() && keys.len() > 50, "{keys:?}");
    let again = update(&archive, &["--jobs", "8"]);
    assert!(again.contains(": 0 added, 0 dropped"), "{again}");
    assert_eq!(read(&archive, FILE), first);
}

/// A source of numbers that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("small")
    }
}

/// The lines of a page with a mark for each of which nothing but prose is known: outside of lists,
/// headings, links and comments, and no part of what is reported.
fn is_prose(line: &[u8], offending: &[String]) -> bool {
    let text = String::from_utf8_lossy(line);
    let plain = |char: char| char.is_alphabetic() || " ,.'’-".contains(char);
    !text.trim().is_empty()
        && text.trim_end().chars().all(plain)
        && !text.starts_with(['-', ' '])
        && !offending.iter().any(|found| !found.is_empty() && text.contains(found.as_str()))
}

/// Changes one page somewhere else than where something is reported. Returns what was done.
fn edit(lines: &mut Vec<Vec<u8>>, offending: &[String], dice: &mut Dice, number: usize) -> String {
    let paragraph = |number: usize| {
        format!("\nThe harbour office counts boat number {number} this week.\n").into_bytes()
    };
    let gaps = |lines: &[Vec<u8>], fits: &dyn Fn(&[u8], &[u8]) -> bool| -> Vec<usize> {
        (1..lines.len()).filter(|&at| fits(&lines[at - 1], &lines[at])).collect()
    };
    let is_item = |line: &[u8]| line.first().is_some_and(u8::is_ascii_digit);
    let is_blank = |line: &[u8]| line.trim_ascii().is_empty();
    let prose: Vec<usize> =
        (0..lines.len()).filter(|&at| is_prose(&lines[at], offending)).collect();
    match dice.below(5) {
        0 => {
            let mark = lines[0].strip_prefix("\u{feff}".as_bytes()).map(<[u8]>::to_vec);
            match mark {
                // A mark is one only at the very beginning.
                Some(rest) => {
                    lines[0] = rest;
                    lines.insert(0, b"\xEF\xBB\xBFA line above.\n\n".to_vec());
                }
                None => lines.insert(0, b"A line above.\n\n".to_vec()),
            }
            "a line above all".to_owned()
        }
        1 if !prose.is_empty() => {
            let at = prose[dice.below(prose.len())];
            let was = lines[at].clone();
            let said = format!("The harbour office says otherwise, for the {number}th time.");
            let end = was.len() - was.trim_ascii_end().len();
            lines[at] = [said.as_bytes(), &was[was.len() - end..]].concat();
            format!("other words in line {at}")
        }
        2 => {
            // Behind a paragraph.
            let behind = gaps(lines, &|before, line| is_prose(before, &[]) && is_blank(line));
            let at = if behind.is_empty() { lines.len() } else { behind[dice.below(behind.len())] };
            lines.insert(at, paragraph(number));
            format!("a paragraph at line {at}")
        }
        3 => {
            let items = gaps(lines, &|before, line| is_item(before) && is_blank(line));
            let is_source = |at: &&usize| {
                let heading = lines[..**at].iter().rev().find(|line| line.starts_with(b"#"));
                heading.is_some_and(|line| line.ends_with(b"Source:\n"))
            };
            let Some(&at) = items.iter().find(is_source) else {
                lines.push(paragraph(number));
                return "a paragraph at the end".to_owned();
            };
            let item = format!("9. [Courier](https://courier.example/edited/{number}.html)\n");
            lines.insert(at, item.into_bytes());
            format!("a source at line {at}")
        }
        _ => {
            lines.push(paragraph(number));
            "a paragraph at the end".to_owned()
        }
    }
}

#[test]
fn three_hundred_edits_elsewhere_bring_nothing_back() {
    let archive = TestArchive::of_fixture("broken");
    update(&archive, &[]);
    let before = read(&archive, FILE);
    let mut pages: Vec<String> = Vec::new();
    for line in before.lines().skip(1) {
        let entry: Value = serde_json::from_str(line).expect("JSON");
        pages.push(entry["path"].as_str().expect("a path").to_owned());
    }
    pages.dedup();
    let offending = |page: &str| -> Vec<String> {
        let entries = before.lines().skip(1).map(|line| serde_json::from_str(line).expect("JSON"));
        let own = entries.filter(|entry: &Value| entry["path"] == page);
        own.map(|entry| entry["text"].as_str().expect("a text").to_owned()).collect()
    };
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut done = Vec::new();
    for number in 0..300 {
        let page = &pages[dice.below(pages.len())];
        let bytes = std::fs::read(archive.root().join(page)).expect("a page");
        let mut lines: Vec<Vec<u8>> =
            bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        if lines.last().is_some_and(|line| !line.ends_with(b"\n")) {
            lines.last_mut().expect("a line").push(b'\n');
        }
        let what = edit(&mut lines, &offending(page), &mut dice, number);
        done.push(format!("{page}: {what}"));
        archive.write(page, lines.concat());
        if number % 5 == 4 {
            let (back, account) = shown(&archive, &[]);
            assert!(back.is_empty(), "{back:#?} after {:#?}", &done[done.len() - 5..]);
            assert!(!account.contains("no longer"), "{account} after {done:#?}");
        }
    }
    for kind in ["above all", "other words", "a paragraph at line", "a source", "at the end"] {
        let times = done.iter().filter(|what| what.contains(kind)).count();
        assert!(times >= 10, "{kind}: {times} times only");
    }
    // Nothing that was agreed to was mended by the way either.
    update(&archive, &[]);
    assert_eq!(read(&archive, FILE), before);
}

#[test]
fn one_new_fault_is_shown_and_one_mended_is_told_of_and_dropped() {
    let archive = TestArchive::of_fixture("broken");
    update(&archive, &[]);
    let before = read(&archive, FILE);
    let page = "news/2013/03/1/chain-bridge-at-tarrick-names-itself.md";
    let text = read(&archive, page);
    let own = "(/news/2013/03/1/chain-bridge-at-tarrick-names-itself.md)";
    assert!(text.contains(own));
    archive.write(page, format!("{text}\n[lost](/news/2013/03/1/never-written.md)\n"));
    let (lines, account) = shown(&archive, &[]);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].contains("`/news/2013/03/1/never-written.md`"), "{lines:#?}");
    assert!(!account.contains("no longer"), "{account}");

    let line = text.lines().find(|line| line.contains(own)).expect("the item");
    archive.write(page, text.replace(&format!("{line}\n"), ""));
    let account = nothing_is_shown(&archive, &[]);
    let told = format!(
        "1 entry of the baseline no longer occurs; --update-baseline drops it:\n- {page}: related/self: `{}`\n",
        &own[1..own.len() - 1]
    );
    assert!(account.contains(&told), "{account}");
    assert_eq!(read(&archive, FILE), before, "only when it is asked for");
    let account = update(&archive, &[]);
    assert!(account.contains("holds 62 findings in 62 lines: 0 added, 1 dropped"), "{account}");
    assert!(!account.contains("no longer"), "{account}");
    let entry = format!("{{\"path\": \"{page}\", \"rule\": \"related/self\"");
    let kept: Vec<_> = before.lines().filter(|line| !line.starts_with(&entry)).collect();
    assert_eq!(read(&archive, FILE).lines().collect::<Vec<_>>(), kept);
}

#[test]
fn findings_that_are_alike_are_counted() {
    let archive = small();
    let twice = format!("[one]({GONE}) and [two]({GONE})\n");
    archive.write("about.md", &twice);
    update(&archive, &[]);
    let line = format!(
        "{{\"path\": \"about.md\", \"rule\": \"link/not-found\", \"text\": \"{GONE}\", \"count\": 2}}"
    );
    assert!(read(&archive, FILE).lines().any(|entry| entry == line), "{}", read(&archive, FILE));
    archive.write("about.md", format!("Words.\n\n{twice}\nThe [third]({GONE}) is new.\n"));
    let (lines, _) = shown(&archive, &[]);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].starts_with("about.md:5:13: "), "{lines:#?}");
    archive.write("about.md", format!("[one]({GONE})\n"));
    let account = nothing_is_shown(&archive, &[]);
    assert!(
        account.contains(&format!("- about.md: link/not-found: `{GONE}` (1 of 2)\n")),
        "{account}"
    );
    update(&archive, &[]);
    assert!(read(&archive, FILE).lines().any(|entry| entry == line.replace(", \"count\": 2", "")));
}

#[test]
fn a_run_in_part_keeps_the_rest() {
    let archive = TestArchive::of_fixture("broken");
    update(&archive, &[]);
    let before = read(&archive, FILE);
    let mut pages: Vec<String> = Vec::new();
    for entry in before.lines().skip(1).map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        pages.push(entry["path"].as_str().unwrap().to_owned());
    }
    pages.dedup();
    // Nothing is left to be found anywhere, and only what is looked at is known to be mended.
    for page in &pages {
        archive.write(page, "");
    }
    archive.write("dateline.toml", "[rules]\nselect = [\"link\", \"source\"]\n");
    let part = |options: &[&str]| {
        archive.write(FILE, &before);
        let output = dateline(archive.root(), &[&["check"], options, &UPDATE].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let after = read(&archive, FILE);
        let dropped = before.lines().filter(|line| !after.lines().any(|kept| kept == *line));
        assert!(after.lines().all(|line| before.lines().any(|known| known == line)), "{after}");
        dropped.map(str::to_owned).collect::<Vec<_>>()
    };
    let own = |holds: &dyn Fn(&str) -> bool| -> Vec<String> {
        before.lines().skip(1).filter(|line| holds(line)).map(str::to_owned).collect()
    };
    let is_of =
        |page: &String, line: &str| line.contains(&**page) && line.contains("\"rule\": \"link/");
    let page = pages.iter().find(|page| before.lines().any(|line| is_of(page, line)));
    let page = page.expect("a page with a finding of a link");
    let of_page = own(&|line| is_of(page, line));
    assert_eq!(part(&[page]), of_page);
    assert!(!of_page.is_empty());
    let spring = own(&|line| line.contains("news/2012/04/") && line.contains("\"rule\": \"link/"));
    assert_eq!(part(&["news/2012/04"]), spring);
    let malformed = own(&|line| line.contains("\"rule\": \"link/malformed\""));
    assert_eq!(part(&[".", "--select", "link/malformed"]), malformed);
    let both =
        own(&|line| line.contains("\"rule\": \"link/") || line.contains("\"rule\": \"source/"));
    assert_eq!(part(&["."]), both);
    assert!(spring.len() > 2 && malformed.len() > spring.len() && both.len() > malformed.len());
}

#[test]
fn pages_that_are_gone_have_no_findings_but_those_out_of_sight_may() {
    let archive = small();
    archive.write("away/a.md", format!("[one]({GONE})\n"));
    archive.write("kept/b.md", format!("[two]({GONE})\n"));
    update(&archive, &[]);
    let before = read(&archive, FILE);
    let without = |path: &str| -> String {
        let lines = before.split_inclusive('\n').filter(|line| !line.contains(path));
        lines.collect()
    };
    std::fs::remove_file(archive.root().join("away/a.md")).unwrap();
    std::fs::remove_file(archive.root().join("kept/b.md")).unwrap();
    let in_kept = dateline(archive.root(), &[&["check", "kept"], &UPDATE[..]].concat());
    assert_eq!(in_kept.status.code(), Some(0), "{}", stderr(&in_kept));
    assert_eq!(read(&archive, FILE), without("kept/b.md"), "`away` was not asked about");

    #[cfg(unix)]
    {
        // Neither the page behind a link that leads nowhere nor the folder of one that leads outside
        // can be looked at.
        archive.write(FILE, &before);
        let link = |to: &str, at: &str| {
            std::os::unix::fs::symlink(to, archive.root().join(at)).expect("a link");
        };
        let outside = tempfile::tempdir().expect("a folder");
        std::fs::remove_dir(archive.root().join("away")).unwrap();
        link(outside.path().to_str().unwrap(), "away");
        link("nothing", "kept/b.md");
        update(&archive, &[]);
        let kept: Vec<String> = before.lines().map(str::to_owned).collect();
        let after = read(&archive, FILE);
        for line in &kept {
            assert!(after.lines().any(|now| now == line), "{line} in {after}");
        }
        std::fs::remove_file(archive.root().join("away")).unwrap();
        std::fs::remove_file(archive.root().join("kept/b.md")).unwrap();
    }
    update(&archive, &[]);
    assert_eq!(read(&archive, FILE).lines().count(), before.lines().count() - 2);
}

#[test]
fn two_baselines_one_behind_the_other_are_one() {
    let archive = TestArchive::of_fixture("broken");
    update(&archive, &[]);
    let whole = read(&archive, FILE);
    let part = |path: &str| {
        archive.write(FILE, "");
        let output = dateline(archive.root(), &[&["check", path], &UPDATE[..]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        read(&archive, FILE)
    };
    let (late, early, last) = (part("news/2013"), part("news/2012"), part("news/2099"));
    archive.write(FILE, [late, early, last].concat());
    let account = nothing_is_shown(&archive, &[]);
    assert!(!account.contains("no longer"), "{account}");
    update(&archive, &[]);
    assert_eq!(read(&archive, FILE), whole);
}

#[test]
fn what_cannot_be_read_as_a_baseline_is_left_as_it_is() {
    let archive = small();
    let none = archive.check(&HIDE);
    assert_eq!(none.status.code(), Some(2));
    assert!(
        stderr(&none).contains(&format!("no baseline at {FILE}; --update-baseline writes it")),
        "{}",
        stderr(&none)
    );
    for (text, said) in [
        ("# Lock gates\n", "line 1, column 1: this is no object of JSON"),
        ("{\"dateline-baseline\": 1}\n<<<<<<< HEAD\n", "line 2, column 1: a merge was left undone"),
        ("{\"dateline-baseline\": 7}\n", "the format's version is 7"),
        (
            "{\"dateline-baseline\": 1}\n{\"path\": \"a\", \"\u{1b}[31m\u{202e}\": 1}\n",
            "line 2, column 16: control character",
        ),
    ] {
        archive.write(FILE, text);
        for options in [&HIDE[..], &UPDATE] {
            let output = archive.check(options);
            assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""), "{text}");
            assert!(stderr(&output).contains(said), "{}", stderr(&output));
            assert!(!stderr(&output).contains(['\u{1b}', '\u{202e}']), "{}", stderr(&output));
        }
        assert_eq!(read(&archive, FILE), text);
    }
    std::fs::remove_file(archive.root().join(FILE)).unwrap();
    for wrong in [
        &["--update-baseline"][..],
        &[&UPDATE[..], &["--fix"]].concat(),
        &[&UPDATE[..], &["--diff"]].concat(),
        &[&UPDATE[..], &["--since", "HEAD"]].concat(),
        &[&UPDATE[..], &["--staged"]].concat(),
        &["--update-baseline", "--baseline", FILE, "--stdin-filename", PAGE],
        &["--baseline", "no/such/folder/b.jsonl", "--update-baseline"],
    ] {
        let output = archive.check(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}: {}", stderr(&output));
    }
    assert!(!archive.root().join(FILE).exists());
}

#[test]
fn hostile_texts_and_paths_make_a_file_that_steers_nothing() {
    let archive = small();
    let long = "x".repeat(1 << 20);
    archive.write(
        "a\u{1b}[31m\nb\u{202e}.md",
        format!(
            "[a](/no\u{1b}where.md) [b](</\u{202e}gone\u{2066}.md>) [c](/{long}.md) [d](/{long}y.md) \u{85}\n"
        ),
    );
    archive.write("b.md", b"[e](/\xff\xfe.md) \"\\ \x01\n[f](/{\"dateline-baseline\":2}.md)\n");
    let found = archive.findings(&[]).len();
    assert!(found >= 7, "{found}");
    update(&archive, &[]);
    let text = read(&archive, FILE);
    let wild = |char: char| char != '\n' && dateline::diagnostic::is_unprintable(char);
    assert!(!text.contains(wild), "{text:?}");
    assert!(text.len() < 8 * 1024, "{} bytes", text.len());
    assert_eq!(text.matches("xxx…").count(), 2, "{text}");
    nothing_is_shown(&archive, &[]);
    archive.write("a\u{1b}[31m\nb\u{202e}.md", "");
    archive.write("b.md", "");
    let (_, account) = shown(&archive, &[]);
    assert!(account.contains("entries of the baseline no longer occur"), "{account}");
    assert!(!account.contains(wild), "{account:?}");
    assert!(account.len() < 8 * 1024, "{} bytes", account.len());
}

#[test]
fn at_most_twenty_lapsed_entries_are_named() {
    let archive = small();
    let links = |number: usize| format!("[a](/news/{number}.md)\n\n");
    archive.write("a.md", (100..130).map(links).collect::<String>());
    update(&archive, &[]);
    archive.write("a.md", "");
    let account = nothing_is_shown(&archive, &[]);
    assert_eq!(account.matches("- a.md: link/not-found: ").count(), 20, "{account}");
    assert!(account.contains("30 entries of the baseline no longer occur"), "{account}");
    assert!(account.contains("\n- and 10 more\n"), "{account}");
    let quiet = archive.check(&[&HIDE[..], &["--quiet"]].concat());
    assert_eq!(stderr(&quiet), "");
}

#[test]
fn fixes_leave_alone_what_was_agreed_to() {
    let archive = small();
    archive.write(PAGE, TEXT.replace("[Ferry line reopens]", "[Ferry line opens]"));
    update(&archive, &[]);
    let agreed = read(&archive, PAGE);
    let diff = archive.check(&[&HIDE[..], &["--diff"]].concat());
    assert_eq!((diff.status.code(), stdout(&diff).as_str()), (Some(0), ""));
    assert!(
        stderr(&diff).contains("2 findings hidden by the baseline: left as they are"),
        "{}",
        stderr(&diff)
    );
    archive.check(&[&HIDE[..], &["--fix", "--unsafe-fixes"]].concat());
    assert_eq!(read(&archive, PAGE), agreed);
    let more = format!("{agreed}3. [Lock gates fail](/{PAGE})\n");
    archive.write(PAGE, &more);
    let output = archive.check(&[&HIDE[..], &["--fix"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("1 finding in 1 file mended: 1 related/self"));
    assert_eq!(read(&archive, PAGE), agreed);
    archive.check(&["--fix"]);
    assert_eq!(read(&archive, PAGE), TEXT);
}

#[test]
fn rules_that_did_not_run_and_comments_on_them_are_not_judged() {
    let archive = small();
    archive.write(
        "a.md",
        "<!-- dateline-ignore link/not-found: it was there -->\n[a](https://a.example/)\n",
    );
    update(&archive, &[]);
    let before = read(&archive, FILE);
    assert!(before.contains("\"archive/unused-suppression\", \"text\": \"link/not-found\""));
    archive.write("a.md", "[a](https://a.example/)\n");
    update(&archive, &["--select", "archive/unused-suppression"]);
    assert_eq!(read(&archive, FILE), before, "link/not-found did not run");
    let account = nothing_is_shown(&archive, &[]);
    assert!(
        account.contains("- a.md: archive/unused-suppression: `link/not-found`\n"),
        "{account}"
    );

    let lost =
        "{\"path\": \"a.md\", \"rule\": \"source/unreachable\", \"text\": \"https://a.example/\"}";
    let removed = "{\"path\": \"a.md\", \"rule\": \"text/no-such-rule\", \"text\": \"a\"}";
    archive.write(FILE, format!("{before}{removed}\n{lost}\n"));
    update(&archive, &[]);
    let after = read(&archive, FILE);
    assert!(after.contains(lost), "nobody asked the source: {after}");
    assert!(!after.contains("no-such-rule") && !after.contains("unused-suppression"), "{after}");
}

#[test]
fn a_source_that_is_there_again_has_lapsed_and_one_behind_a_wall_has_not() {
    let farm = Farm::start();
    let archive = small();
    archive.write("dateline.toml", "[sources]\ndelay = \"0ms\"\ntimeout = \"2s\"\n");
    let source = |path: &str| format!("1. [x]({})\n", farm.url(path));
    let page = |paths: &[&str]| {
        let items: String = paths.iter().map(|path| source(path)).collect();
        format!(
            "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n\n### Source:\n\n{items}"
        )
    };
    archive.write(PAGE, page(&["/404", "/ok", "/403"]));
    let online =
        ["--online", "--allow-address", "127.0.0.0/8", "--ignore", "source/private-address"];
    update(&archive, &online);
    let one = read(&archive, FILE);
    assert!(one.contains(&farm.url("/404")) && one.lines().count() == 2, "{one}");
    nothing_is_shown(&archive, &online);
    // As if they had been found lost earlier.
    let lost = |path: &str| one.lines().nth(1).unwrap().replace("/404", path);
    let known = format!("{one}{}\n{}\n{}\n", lost("/ok"), lost("/403"), lost("/uncited"));
    archive.write(FILE, &known);
    let account = nothing_is_shown(&archive, &online);
    assert!(account.contains("2 entries of the baseline no longer occur"), "{account}");
    for path in ["/ok", "/uncited"] {
        let told = format!("- {PAGE}: source/unreachable: `{}`\n", farm.url(path));
        assert!(account.contains(&told), "{account}");
    }
    update(&archive, &["--ignore", "source/private-address"]);
    assert_eq!(read(&archive, FILE).lines().count(), 5, "offline nothing is known of them");
}

#[test]
fn what_is_agreed_to_stays_hidden_where_only_changes_are_asked_for() {
    let repo = Repo::new();
    let page = "news/2012/03/25/a.md";
    let day = "## [2012-03-25](/news/2012/03/25/index.md)\n\n### [Lock gates fail](/news/2012/03/25/a.md)\n";
    let event = format!(
        "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n\nSee [there]({GONE}).\n"
    );
    repo.write("news/2012/03/25/index.md", day);
    repo.write(page, &event);
    repo.write("about.md", format!("[one]({GONE})\n"));
    assert_eq!(repo.check(&UPDATE).status.code(), Some(0));
    assert_eq!(read(&repo.archive, FILE).lines().count(), 3);
    repo.commit("Agree");
    repo.write(page, format!("{event}\n[new](/news/1999/07/4/other.md)\n"));
    repo.write("about.md", "Nothing.\n");
    repo.git(&["add", "--all"]);
    for changes in [&["--since", "HEAD"][..], &["--staged"]] {
        let options = [&HIDE[..], &["--output-format", "concise"], changes].concat();
        let output = repo.check(&options);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        let lines = stdout(&output);
        assert_eq!(lines.lines().count(), 1, "{lines}");
        assert!(lines.contains("/news/1999/07/4/other.md"), "{lines}");
        let account = stderr(&output);
        assert!(account.contains("1 finding hidden by the baseline\n"), "{account}");
        assert!(account.contains(&format!("- about.md: link/not-found: `{GONE}`\n")), "{account}");
    }
}
