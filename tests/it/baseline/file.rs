//! Tests of the baseline file: writing, reading and hostile contents.

use serde_json::Value;

use crate::support::archive::TestArchive;
use crate::support::baseline::{
    CONCISE, FILE, HEADER, HIDE, PAGE, UPDATE, nothing_is_shown, recorded_pages, reported, shown,
    small, update,
};
use crate::support::process::{assert_refused, dateline, stderr, stdout};

#[test]
fn the_file_is_sorted_and_the_same_for_any_number_of_threads() {
    let archive = TestArchive::from_fixture("broken");
    update(&archive, &["--jobs", "1"]);
    let first = archive.read(FILE);
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
    assert_eq!(archive.read(FILE), first);
}

#[test]
fn two_baselines_concatenated_are_read_as_one() {
    let archive = TestArchive::from_fixture("broken");
    update(&archive, &[]);
    let whole = archive.read(FILE);
    let part = |pages: &[String]| {
        archive.write(FILE, "");
        let pages = pages.iter().map(String::as_str);
        let arguments: Vec<_> = ["check"].into_iter().chain(pages).chain(UPDATE).collect();
        let output = dateline(archive.root(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        archive.read(FILE)
    };
    let pages = recorded_pages(&whole);
    let (early, late) = pages.split_at(pages.len() / 2);
    archive.write(FILE, [part(late), part(early)].concat());
    let summary = nothing_is_shown(&archive, &[]);
    assert!(!summary.contains("no longer"), "{summary}");
    update(&archive, &[]);
    assert_eq!(archive.read(FILE), whole);
}

#[test]
fn a_file_that_is_not_a_baseline_is_not_overwritten() {
    let archive = small();
    let none = archive.check(&HIDE);
    assert_eq!(none.status.code(), Some(2));
    assert!(
        stderr(&none).contains(&format!("no baseline at {FILE}; --update-baseline writes it")),
        "{}",
        stderr(&none)
    );
    for (text, message) in [
        ("# Lock gates\n", "line 1, column 1: this is not a JSON object"),
        (
            "{\"dateline-baseline\": 1}\n<<<<<<< HEAD\n",
            "line 2, column 1: this is a merge conflict",
        ),
        ("{\"dateline-baseline\": 7}\n", "the format version is 7"),
        (
            "{\"dateline-baseline\": 1}\n{\"path\": \"a\", \"\u{1b}[31m\u{202e}\": 1}\n",
            "line 2, column 16: control character",
        ),
    ] {
        archive.write(FILE, text);
        for options in [&HIDE[..], &UPDATE] {
            let output = archive.check(options);
            assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""), "{text}");
            assert!(stderr(&output).contains(message), "{}", stderr(&output));
            assert!(!stderr(&output).contains(['\u{1b}', '\u{202e}']), "{}", stderr(&output));
        }
        assert_eq!(archive.read(FILE), text);
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
fn hostile_texts_and_paths_are_escaped_in_the_file() {
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
    let text = archive.read(FILE);
    let wild = |char: char| char != '\n' && dateline::internals::diagnostic::is_unprintable(char);
    assert!(!text.contains(wild), "{text:?}");
    assert!(text.len() < 8 * 1024, "{} bytes", text.len());
    assert_eq!(text.matches("xxx…").count(), 2, "{text}");
    nothing_is_shown(&archive, &[]);
    archive.write("a\u{1b}[31m\nb\u{202e}.md", "");
    archive.write("b.md", "");
    let (_, summary) = shown(&archive, &[]);
    assert!(summary.contains("entries of the baseline no longer occur"), "{summary}");
    assert!(!summary.contains(wild), "{summary:?}");
    assert!(summary.len() < 8 * 1024, "{} bytes", summary.len());
}

#[cfg(unix)]
#[test]
fn a_baseline_that_is_not_a_regular_file_is_not_opened() {
    let archive = TestArchive::new();
    archive.write("about.md", "[x](/gone.md)\n");
    let outside = tempfile::tempdir().expect("a folder");
    let secret = outside.path().join("secret.json");
    std::fs::write(&secret, "{\"token\": 1}").expect("a file");
    let path = archive.root().join(FILE);
    for target in [secret.as_path(), std::path::Path::new("/dev/zero")] {
        std::os::unix::fs::symlink(target, &path).expect("a link");
        for options in [&HIDE[..], &UPDATE] {
            let output = archive.check(options);
            assert_refused(&output, " is a symbolic link in ");
            assert!(!stderr(&output).contains("token"), "{}", stderr(&output));
        }
        std::fs::remove_file(&path).expect("our link");
    }
    crate::support::process::make_pipe(&path);
    assert_refused(&archive.check(&CONCISE), "it is not a regular file");
}

#[test]
fn the_report_and_the_baseline_are_not_written_to_one_file() {
    let archive = TestArchive::new();
    archive.write("about.md", "[x](/gone.md)\n");
    update(&archive, &[]);
    let before = std::fs::read(archive.root().join(FILE)).expect("a baseline");
    archive.write("more.md", "[x](/gone.md)\n");
    for name in [FILE, "./baseline.jsonl"] {
        let output = archive.check(&[&UPDATE[..], &["--output-file", name]].concat());
        assert_refused(&output, "--output-file and --baseline both name");
    }
    let output = archive.check(&[&UPDATE[..], &["--output-file", "no/such/folder"]].concat());
    assert_refused(&output, "cannot write no/such/folder");
    assert_eq!(std::fs::read(archive.root().join(FILE)).expect("a baseline"), before);
}

/// Returns the lines that GitHub's runner executes as commands: those that begin with `::` after
/// white space, or contain `##[` anywhere.
fn commands(text: &str) -> Vec<&str> {
    let is_command = |line: &&str| line.trim_start().starts_with("::") || line.contains("##[");
    text.lines().filter(is_command).collect()
}

#[test]
fn nothing_in_a_baseline_is_a_workflow_command() {
    let archive = TestArchive::new();
    let entry =
        "{\"path\": \"::stop-commands::x\", \"rule\": \"##[error]r\", \"text\": \"##[error]t\"}";
    archive.write(FILE, format!("{{\"dateline-baseline\": 1}}\n{entry}\n"));
    let (_, summary) = reported(&archive);
    assert!(summary.contains("1 entry of the baseline no longer occurs"), "{summary}");
    assert_eq!(commands(&summary), [""; 0], "{summary}");
    archive.write(FILE, "{\"dateline-baseline\": 1}\n{\"##[error]x\": 1}\n");
    let output = archive.check(&CONCISE);
    assert_refused(&output, "unknown field");
    assert_eq!(commands(&stderr(&output)), [""; 0]);
}

#[test]
fn an_error_does_not_quote_the_file() {
    let archive = TestArchive::new();
    let long = "k".repeat(1_000_000);
    for line in
        [format!("{{\"{long}\": 1}}"), format!("{{\"path\": \"a\", \"count\": \"{long}\"}}")]
    {
        archive.write(FILE, format!("{{\"dateline-baseline\": 1}}\n{line}\n"));
        let output = archive.check(&CONCISE);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stderr.len() < 1000, "{} bytes", output.stderr.len());
    }
}
