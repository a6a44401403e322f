//! Tests that a baseline hides the recorded findings, even after they move, and no others.

use serde_json::Value;

use crate::support::archive::TestArchive;
use crate::support::baseline::{
    FILE, GONE, HIDE, PAGE, TEXT, UPDATE, nothing_is_shown, recorded_pages, reported, shown, small,
    update,
};
use crate::support::git::Repo;
use crate::support::process::{stderr, stdout};
use crate::support::random::Random;

#[test]
fn recorded_findings_are_hidden_and_counted() {
    let archive = TestArchive::from_fixture("broken");
    let found = archive.findings(&[]).len();
    let summary = update(&archive, &[]);
    // Identical findings share a line.
    let lines = archive.read(FILE).lines().count() - 1;
    let written =
        format!("{FILE} holds {found} findings in {lines} lines: {found} added, 0 dropped");
    assert!(summary.ends_with(&format!("No problems found\n{written}\n")), "{summary}");
    let summary = nothing_is_shown(&archive, &[]);
    assert!(summary.contains(&format!("{found} findings hidden by the baseline\n")), "{summary}");
    assert!(!summary.contains("no longer"), "{summary}");
    let json = archive.check(&[&HIDE[..], &["--output-format", "json"]].concat());
    let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(report["summary"]["skipped"]["baseline"], found);
    assert_eq!(report["summary"]["errors"], 0);
    assert_eq!(report["diagnostics"].as_array().map(Vec::len), Some(0));
    let without: Value =
        serde_json::from_slice(&archive.check(&["--output-format", "json"]).stdout).expect("JSON");
    assert!(without["summary"]["skipped"].get("baseline").is_none(), "left out when it is 0");
}

/// Returns whether a line is plain prose, which an edit may replace. Lines of lists, headings,
/// links and comments are not prose. Lines with the text of a finding do not count either.
fn is_prose(line: &[u8], offending: &[String]) -> bool {
    let text = String::from_utf8_lossy(line);
    let plain = |char: char| char.is_alphabetic() || " ,.'’-".contains(char);
    !text.trim().is_empty()
        && text.trim_end().chars().all(plain)
        && !text.starts_with(['-', ' '])
        && !offending.iter().any(|found| !found.is_empty() && text.contains(found.as_str()))
}

/// Changes a page without touching its findings. Returns a description of the edit.
fn edit(
    lines: &mut Vec<Vec<u8>>,
    offending: &[String],
    random: &mut Random,
    number: usize,
) -> String {
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
    match random.below(5) {
        0 => {
            let mark = lines[0].strip_prefix("\u{feff}".as_bytes()).map(<[u8]>::to_vec);
            match mark {
                // A byte order mark counts only at the beginning of the file.
                Some(rest) => {
                    lines[0] = rest;
                    lines.insert(0, b"\xEF\xBB\xBFA line above.\n\n".to_vec());
                }
                None => lines.insert(0, b"A line above.\n\n".to_vec()),
            }
            "a line above all".to_owned()
        }
        1 if !prose.is_empty() => {
            let at = prose[random.below(prose.len())];
            let was = lines[at].clone();
            let sentence = format!("The harbour office says otherwise, for the {number}th time.");
            let end = was.len() - was.trim_ascii_end().len();
            lines[at] = [sentence.as_bytes(), &was[was.len() - end..]].concat();
            format!("other words in line {at}")
        }
        2 => {
            // Insert a paragraph after another one.
            let behind = gaps(lines, &|before, line| is_prose(before, &[]) && is_blank(line));
            let at =
                if behind.is_empty() { lines.len() } else { behind[random.below(behind.len())] };
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
fn three_hundred_unrelated_edits_bring_no_finding_back() {
    let archive = TestArchive::from_fixture("broken");
    update(&archive, &[]);
    let before = archive.read(FILE);
    let pages = recorded_pages(&before);
    let offending = |page: &str| -> Vec<String> {
        let entries = before.lines().skip(1).map(|line| serde_json::from_str(line).expect("JSON"));
        let own = entries.filter(|entry: &Value| entry["path"] == page);
        own.map(|entry| entry["text"].as_str().expect("a text").to_owned()).collect()
    };
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut done = Vec::new();
    for number in 0..300 {
        let page = &pages[random.below(pages.len())];
        let bytes = std::fs::read(archive.root().join(page)).expect("a page");
        let mut lines: Vec<Vec<u8>> =
            bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        if lines.last().is_some_and(|line| !line.ends_with(b"\n")) {
            lines.last_mut().expect("a line").push(b'\n');
        }
        let what = edit(&mut lines, &offending(page), &mut random, number);
        done.push(format!("{page}: {what}"));
        archive.write(page, lines.concat());
        if number % 5 == 4 {
            let (back, summary) = shown(&archive, &[]);
            assert!(back.is_empty(), "{back:#?} after {:#?}", &done[done.len() - 5..]);
            assert!(!summary.contains("no longer"), "{summary} after {done:#?}");
        }
    }
    for kind in ["above all", "other words", "a paragraph at line", "a source", "at the end"] {
        let times = done.iter().filter(|what| what.contains(kind)).count();
        assert!(times >= 10, "{kind}: {times} times only");
    }
    // No recorded finding was fixed by accident.
    update(&archive, &[]);
    assert_eq!(archive.read(FILE), before);
}

#[test]
fn a_new_finding_is_reported_and_a_fixed_one_lapses() {
    let archive = TestArchive::from_fixture("broken");
    update(&archive, &[]);
    let before = archive.read(FILE);
    let page = "news/2013/03/1/chain-bridge-at-tarrick-names-itself.md";
    let text = archive.read(page);
    let own = "(/news/2013/03/1/chain-bridge-at-tarrick-names-itself.md)";
    assert!(text.contains(own));
    archive.write(page, format!("{text}\n[lost](/news/2013/03/1/never-written.md)\n"));
    let (lines, summary) = shown(&archive, &[]);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].contains("`/news/2013/03/1/never-written.md`"), "{lines:#?}");
    assert!(!summary.contains("no longer"), "{summary}");

    let line = text.lines().find(|line| line.contains(own)).expect("the item");
    archive.write(page, text.replace(&format!("{line}\n"), ""));
    let summary = nothing_is_shown(&archive, &[]);
    let expected = format!(
        "1 entry of the baseline no longer occurs; --update-baseline drops it:\n- {page}: related/self: `{}`\n",
        &own[1..own.len() - 1]
    );
    assert!(summary.contains(&expected), "{summary}");
    assert_eq!(archive.read(FILE), before, "only when it is asked for");
    let summary = update(&archive, &[]);
    assert!(summary.contains(" lines: 0 added, 1 dropped"), "{summary}");
    assert!(!summary.contains("no longer"), "{summary}");
    let entry = format!("{{\"path\": \"{page}\", \"rule\": \"related/self\"");
    let kept: Vec<_> = before.lines().filter(|line| !line.starts_with(&entry)).collect();
    assert_eq!(archive.read(FILE).lines().collect::<Vec<_>>(), kept);
}

#[test]
fn identical_findings_share_an_entry_with_a_count() {
    let archive = small();
    let twice = format!("[one]({GONE}) and [two]({GONE})\n");
    archive.write("about.md", &twice);
    update(&archive, &[]);
    let line = format!(
        "{{\"path\": \"about.md\", \"rule\": \"link/not-found\", \"text\": \"{GONE}\", \"count\": 2}}"
    );
    assert!(archive.read(FILE).lines().any(|entry| entry == line), "{}", archive.read(FILE));
    archive.write("about.md", format!("Words.\n\n{twice}\nThe [third]({GONE}) is new.\n"));
    let (lines, _) = shown(&archive, &[]);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].starts_with("about.md:5:13: "), "{lines:#?}");
    archive.write("about.md", format!("[one]({GONE})\n"));
    let summary = nothing_is_shown(&archive, &[]);
    assert!(
        summary.contains(&format!("- about.md: link/not-found: `{GONE}` (1 of 2)\n")),
        "{summary}"
    );
    update(&archive, &[]);
    assert!(archive.read(FILE).lines().any(|entry| entry == line.replace(", \"count\": 2", "")));
}

#[test]
fn findings_in_the_baseline_are_not_fixed() {
    let archive = small();
    archive.write(PAGE, TEXT.replace("[Ferry line reopens]", "[Ferry line opens]"));
    update(&archive, &[]);
    let agreed = archive.read(PAGE);
    let diff = archive.check(&[&HIDE[..], &["--diff"]].concat());
    assert_eq!((diff.status.code(), stdout(&diff).as_str()), (Some(0), ""));
    assert!(
        stderr(&diff).contains("2 findings hidden by the baseline: not fixed"),
        "{}",
        stderr(&diff)
    );
    archive.check(&[&HIDE[..], &["--fix", "--unsafe-fixes"]].concat());
    assert_eq!(archive.read(PAGE), agreed);
    let more = format!("{agreed}3. [Lock gates fail](/{PAGE})\n");
    archive.write(PAGE, &more);
    let output = archive.check(&[&HIDE[..], &["--fix"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("1 finding in 1 file fixed: 1 related/self"));
    assert_eq!(archive.read(PAGE), agreed);
    archive.check(&["--fix"]);
    assert_eq!(archive.read(PAGE), TEXT);
}

#[test]
fn a_baseline_applies_to_checks_of_changes() {
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
    assert_eq!(repo.archive.read(FILE).lines().count(), 3);
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
        let summary = stderr(&output);
        assert!(summary.contains("1 finding hidden by the baseline\n"), "{summary}");
        assert!(summary.contains(&format!("- about.md: link/not-found: `{GONE}`\n")), "{summary}");
    }
}

#[test]
fn findings_about_the_whole_page_are_distinguished_by_their_subject() {
    let archive = TestArchive::new();
    archive.write("dateline.toml", "[[event.section]]\nname = \"sources\"\nheadings = [\"Source:\"]\nrequired = true\n[[event.section]]\nname = \"related\"\nheadings = [\"Related:\"]\nrequired = true\n");
    let page = "news/2012/03/25/a.md";
    archive.write(
        "news/2012/03/25/index.md",
        "## [2012-03-25](/news/2012/03/25/index.md)\n\n### [A](/news/2012/03/25/a.md)\n",
    );
    let head = "### [2012-03-25](/news/2012/03/25/index.md)\n\n# A\n\n";
    let source = "### Source:\n\n1. [C](https://courier.example/a)\n";
    archive.write(page, format!("{head}### Related:\n\n1. [B](/news/2012/03/25/b.md)\n"));
    archive.write("news/2012/03/25/b.md", format!("{head}{source}"));
    update(&archive, &[]);
    archive.write(page, format!("{head}{source}"));
    let (report, summary) = reported(&archive);
    assert!(report.contains("the page has no section `related`"), "{report}");
    assert!(
        summary.contains("- news/2012/03/25/a.md: heading/missing-section: `sources`"),
        "{summary}"
    );
}

#[test]
fn a_finding_at_the_first_character_is_not_a_finding_about_the_whole_page() {
    let archive = TestArchive::new();
    archive.write("about.md", b"\x01 a\n");
    archive.write("more.md", b"\xFF b\n");
    update(&archive, &[]);
    archive.write("about.md", b"Something above.\n\n\x01 a\n");
    archive.write("more.md", b"Something above.\n\n\xFF b\n");
    let (report, summary) = reported(&archive);
    assert_eq!(report, "");
    assert!(!summary.contains("no longer"), "{summary}");
}
