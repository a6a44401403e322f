//! Baselines in the hands of strangers, and findings that are hard to tell apart.

use crate::support::archive::{TestArchive, refuses, stderr, stdout};

const FILE: &str = "baseline.jsonl";
const HIDE: [&str; 4] = ["--baseline", FILE, "--output-format", "concise"];
const UPDATE: [&str; 3] = ["--baseline", FILE, "--update-baseline"];

fn update(archive: &TestArchive) {
    let output = archive.check(&UPDATE);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// What is shown beside the baseline, and what is said.
fn shown(archive: &TestArchive) -> (String, String) {
    let output = archive.check(&HIDE);
    (stdout(&output), stderr(&output))
}

#[test]
fn findings_about_the_page_are_told_apart_by_what_they_are_about() {
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
    update(&archive);
    archive.write(page, format!("{head}{source}"));
    let (report, account) = shown(&archive);
    assert!(report.contains("the page has no section `related`"), "{report}");
    assert!(
        account.contains("- news/2012/03/25/a.md: heading/missing-section: `sources`"),
        "{account}"
    );
}

#[test]
fn a_finding_at_the_first_character_is_no_finding_about_the_page() {
    let archive = TestArchive::new();
    archive.write("about.md", b"\x01 a\n");
    archive.write("more.md", b"\xFF b\n");
    update(&archive);
    archive.write("about.md", b"Something above.\n\n\x01 a\n");
    archive.write("more.md", b"Something above.\n\n\xFF b\n");
    let (report, account) = shown(&archive);
    assert_eq!(report, "");
    assert!(!account.contains("no longer"), "{account}");
}

#[test]
fn what_is_beyond_the_most_that_is_kept_has_not_lapsed() {
    let archive = TestArchive::new();
    let link = |number: usize| format!("[a](/x{number}.md)\n");
    let links = |from: usize| (from..1000).map(link).collect::<Vec<_>>().concat();
    archive.write("about.md", links(0));
    update(&archive);
    archive.write("about.md", format!("[a](/y1.md)\n[a](/y2.md)\n{}", links(0)));
    let (report, account) = shown(&archive);
    assert_eq!(report.lines().count(), 2, "{report}");
    assert!(!account.contains("no longer"), "{account}");
    archive.write("about.md", links(1));
    assert!(shown(&archive).1.contains("1 entry of the baseline no longer occurs"));
}

#[test]
fn what_is_no_page_or_is_excluded_by_now_lapses() {
    let archive = TestArchive::new();
    archive.write("a/img.png", "x");
    archive.write("a/IMG.png", "x");
    archive.write("b/about.md", "[x](/gone.md)\n");
    update(&archive);
    assert_eq!(shown(&archive).0, "");
    std::fs::remove_file(archive.root().join("a/img.png")).expect("a file");
    archive.write("dateline.toml", "[archive]\nexclude = [\"b/**\"]\n");
    let (_, account) = shown(&archive);
    assert!(account.contains("2 entries of the baseline no longer occur"), "{account}");
    update(&archive);
    let text = std::fs::read_to_string(archive.root().join(FILE)).expect("a baseline");
    assert_eq!(text, "{\"dateline-baseline\": 1}\n");
}

#[test]
fn what_is_no_regular_file_is_not_opened() {
    let archive = TestArchive::new();
    archive.write("about.md", "[x](/gone.md)\n");
    let outside = tempfile::tempdir().expect("a folder");
    let secret = outside.path().join("secret.json");
    std::fs::write(&secret, "{\"token\": 1}").expect("a file");
    let path = archive.root().join(FILE);
    for target in [secret.as_path(), std::path::Path::new("/dev/zero")] {
        std::os::unix::fs::symlink(target, &path).expect("a link");
        for options in [&HIDE[..2], &UPDATE] {
            let output = archive.check(options);
            refuses(&output, " is a symbolic link in ");
            assert!(!stderr(&output).contains("token"), "{}", stderr(&output));
        }
        std::fs::remove_file(&path).expect("our link");
    }
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.expect("mkfifo is needed by this test").success());
    refuses(&archive.check(&HIDE), "it is no regular file");
}

#[test]
fn a_report_is_not_written_over_the_baseline_nor_a_baseline_without_its_report() {
    let archive = TestArchive::new();
    archive.write("about.md", "[x](/gone.md)\n");
    update(&archive);
    let before = std::fs::read(archive.root().join(FILE)).expect("a baseline");
    archive.write("more.md", "[x](/gone.md)\n");
    for name in [FILE, "./baseline.jsonl"] {
        let output = archive.check(&[&UPDATE[..], &["--output-file", name]].concat());
        refuses(&output, "is named twice");
    }
    let output = archive.check(&[&UPDATE[..], &["--output-file", "no/such/folder"]].concat());
    refuses(&output, "cannot write no/such/folder");
    assert_eq!(std::fs::read(archive.root().join(FILE)).expect("a baseline"), before);
}

/// As GitHub's runner reads lines: white space aside, `::` begins a command, and `##[` anywhere.
fn commands(text: &str) -> Vec<&str> {
    let is_command = |line: &&str| line.trim_start().starts_with("::") || line.contains("##[");
    text.lines().filter(is_command).collect()
}

#[test]
fn nothing_in_a_baseline_is_a_command_to_a_runner() {
    let archive = TestArchive::new();
    let entry =
        "{\"path\": \"::stop-commands::x\", \"rule\": \"##[error]r\", \"text\": \"##[error]t\"}";
    archive.write(FILE, format!("{{\"dateline-baseline\": 1}}\n{entry}\n"));
    let (_, account) = shown(&archive);
    assert!(account.contains("1 entry of the baseline no longer occurs"), "{account}");
    assert_eq!(commands(&account), [""; 0], "{account}");
    archive.write(FILE, "{\"dateline-baseline\": 1}\n{\"##[error]x\": 1}\n");
    let output = archive.check(&HIDE);
    refuses(&output, "unknown field");
    assert_eq!(commands(&stderr(&output)), [""; 0]);
}

#[test]
fn an_error_does_not_repeat_the_file() {
    let archive = TestArchive::new();
    let long = "k".repeat(1_000_000);
    for line in
        [format!("{{\"{long}\": 1}}"), format!("{{\"path\": \"a\", \"count\": \"{long}\"}}")]
    {
        archive.write(FILE, format!("{{\"dateline-baseline\": 1}}\n{line}\n"));
        let output = archive.check(&HIDE);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stderr.len() < 1000, "{} bytes", output.stderr.len());
    }
}
