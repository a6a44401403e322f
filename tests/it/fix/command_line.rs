//! End-to-end tests of `--fix` and `--diff`.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use crate::support::archive::{TestArchive, files};
use crate::support::checkout::{fixture, is_updating};
use crate::support::process::{DATELINE, dateline, stderr, stdout};

const DAY: &str = "news/2012/03/25/index.md";
const PAGE: &str = "news/2012/03/25/lock-gates-fail.md";
const TEXT: &str = "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n\n### Related:\n\n1. [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n2. [Ferry line opens](/news/2012/03/24/ferry-line-reopens.md)";
const FIXED: &str = "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n\n### Related:\n\n1. [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)";

/// Creates an archive with a page that links to itself, has a stale link text, and does not end
/// with a line break.
fn archive() -> TestArchive {
    let archive = TestArchive::new();
    archive.write(PAGE, TEXT);
    archive.write(DAY, "## [2012-03-25](/news/2012/03/25/index.md)\n\n### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n");
    archive.write("news/2012/03/24/index.md", "## [2012-03-24](/news/2012/03/24/index.md)\n\n### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n");
    archive.write(
        "news/2012/03/24/ferry-line-reopens.md",
        "### [2012-03-24](/news/2012/03/24/index.md)\n\n# Ferry line reopens\n",
    );
    archive
}

#[test]
fn safe_fixes_are_applied_and_remaining_findings_reported() {
    let archive = archive();
    let output = archive.check(&["--fix", "--output-format", "concise"]);
    assert_eq!(archive.read(PAGE), FIXED, "the missing line break at the end stays missing");
    assert_eq!((stdout(&output).as_str(), output.status.code()), ("", Some(0)));
    let summary = stderr(&output);
    assert!(
        summary.starts_with("2 findings in 1 file fixed: 1 related/self, 1 related/stale-text\n"),
        "{summary}"
    );
    assert!(summary.ends_with("No problems found\n"), "{summary}");
    let again = stderr(&archive.check(&["--fix"]));
    assert!(again.starts_with("0 findings in 0 files fixed\n"), "{again}");
}

#[test]
fn unsafe_fixes_need_their_option() {
    let archive = archive();
    archive.write(PAGE, TEXT.replace("24/ferry-line-reopens", "24/ferry-line-reopenz"));
    archive.check(&["--fix"]);
    assert!(archive.read(PAGE).contains("reopenz"));
    let output = archive.check(&["--unsafe-fixes"]);
    assert_eq!(output.status.code(), Some(2), "alone it says neither --fix nor --diff");
    archive.check(&["--fix", "--unsafe-fixes"]);
    assert_eq!(archive.read(PAGE), FIXED);
}

#[test]
fn a_diff_writes_nothing_and_shows_what_a_fix_writes() {
    let archive = archive();
    let before = files(archive.root());
    let output = archive.check(&["--diff"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(files(archive.root()), before);
    let diff = stdout(&output);
    assert!(diff.starts_with(&format!("--- a/{PAGE}\n+++ b/{PAGE}\n@@ ")), "{diff}");
    let patch = archive.root().join("fixes.diff");
    std::fs::write(&patch, &diff).expect("a file");
    let applied = Command::new("git")
        .args(["apply", "fixes.diff"])
        .current_dir(archive.root())
        .status()
        .expect("git is needed by this test");
    assert!(applied.success(), "{diff}");
    assert_eq!(archive.read(PAGE), FIXED);
    archive.write("dateline.toml", "[archive]\nexclude = [\"news/2012/03/24/**\"]\n");
    assert!(
        stderr(&archive.check(&["--diff"])).contains("2 pages not checked: excluded"),
        "said of a diff too"
    );
    let output = archive.check(&["--diff"]);
    assert_eq!((stdout(&output).as_str(), output.status.code()), ("", Some(0)));
}

#[test]
fn a_diff_creates_a_missing_day_page() {
    let archive = archive();
    std::fs::remove_file(archive.root().join(DAY)).expect("a file");
    let diff = stdout(&archive.check(&["--diff", "--unsafe-fixes"]));
    assert!(diff.contains(&format!("--- /dev/null\n+++ b/{DAY}\n")), "{diff}");
    archive.check(&["--fix", "--unsafe-fixes"]);
    let page = "## [2012-03-25](/news/2012/03/25/index.md)\n\n### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\n\n## [Previous Day...](/news/2012/03/24/index.md)\n";
    assert_eq!(archive.read(DAY), page);
}

#[test]
fn only_named_files_are_fixed() {
    let archive = archive();
    archive.write(DAY, "## [2012-03-25](/news/2012/03/25/index.md)\n");
    let run =
        |path: &str| dateline(archive.root(), &["check", path, "--fix", "--ignore", "related"]);
    run(PAGE);
    assert!(!archive.read(DAY).contains("lock-gates"), "the day's page was not named");
    archive.write("dateline.toml", "[archive]\nexclude = [\"**/index.md\"]\n");
    run(".");
    assert!(!archive.read(DAY).contains("lock-gates"), "the day's page is excluded");
    archive.write("dateline.toml", "");
    run("news/2012/03/25");
    assert!(archive.read(DAY).contains("lock-gates"));
}

#[test]
fn added_lines_have_the_line_endings_of_the_page() {
    let archive = archive();
    archive.write(DAY, "## [2012-03-25](/news/2012/03/25/index.md)\r\n\r\n## [Previous Day...](/news/2012/03/24/index.md)\r\n");
    archive.check(&["--fix", "--ignore", "text/line-ending"]);
    assert_eq!(
        archive.read(DAY),
        "## [2012-03-25](/news/2012/03/25/index.md)\r\n\r\n### [Lock gates fail](/news/2012/03/25/lock-gates-fail.md)\r\n\r\n## [Previous Day...](/news/2012/03/24/index.md)\r\n"
    );
}

#[cfg(unix)]
#[test]
fn permissions_are_kept_and_symbolic_links_not_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let outside = tempfile::tempdir().expect("a folder");
    let secret = outside.path().join("lock-gates-fail.md");
    std::fs::write(&secret, TEXT).expect("a file");
    let archive = archive();
    let page = archive.root().join(PAGE);
    std::fs::set_permissions(&page, std::fs::Permissions::from_mode(0o640)).expect("permissions");
    symlink(&secret, archive.root().join("news/2012/03/25/stolen.md")).expect("a link");
    symlink(outside.path(), archive.root().join("news/2012/03/26")).expect("a link");
    archive.check(&["--fix", "--unsafe-fixes"]);
    assert_eq!(archive.read(PAGE), FIXED);
    let mode = std::fs::metadata(&page).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(std::fs::read_to_string(&secret).expect("a file"), TEXT);
}

#[cfg(unix)]
#[test]
fn an_unwritable_folder_is_an_error_and_other_pages_are_fixed() {
    use std::os::unix::fs::PermissionsExt;
    let archive = archive();
    archive.write(
        "news/2012/03/24/keeper.md",
        "\u{FEFF}### [2012-03-24](/news/2012/03/24/index.md)\n\n# Keeper\n",
    );
    archive.write("news/2012/03/24/index.md", "## [2012-03-24](/news/2012/03/24/index.md)\n\n### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n### [Keeper](/news/2012/03/24/keeper.md)\n");
    let everyone = std::fs::Permissions::from_mode(0o777);
    for folder in ["", "news", "news/2012", "news/2012/03", "news/2012/03/24", "news/2012/03/25"] {
        std::fs::set_permissions(archive.root().join(folder), everyone.clone())
            .expect("permissions");
    }
    let locked = archive.root().join("news/2012/03/25");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o555)).expect("permissions");
    let output = crate::support::process::without_privileges(archive.root())
        .args(["check", ".", "--fix"])
        .current_dir(archive.root())
        .output()
        .expect("the program runs");
    std::fs::set_permissions(&locked, everyone).expect("permissions");
    let errors = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains(&format!("cannot write {PAGE}: ")), "{errors}");
    assert_eq!(archive.read(PAGE), TEXT);
    assert!(archive.read("news/2012/03/24/keeper.md").starts_with("###"), "{errors}");
}

#[test]
fn output_is_the_same_for_any_number_of_threads() {
    let broken = files(&fixture("broken"));
    let run = |jobs: &str| {
        let archive = TestArchive::with_files(&broken);
        let output =
            archive.check(&["--fix", "--unsafe-fixes", "--jobs", jobs, "--ignore", "date/future"]);
        (output.stdout, output.stderr, files(archive.root()))
    };
    let one = run("1");
    assert!(["2", "8"].iter().all(|jobs| run(jobs) == one));
}

#[test]
fn the_fixtures_are_fixed_as_expected() {
    for name in ["broken", "hugo", "jekyll", "minutes", "pelican", "zola"] {
        assert_fixed_as_expected(name);
    }
}

/// Applies all fixes to a fixture. The folder `NAME.fixed` contains the files that they change.
fn assert_fixed_as_expected(name: &str) {
    let before = files(&fixture(name));
    let archive = TestArchive::with_files(&before);
    let options = ["--ignore", "date/future", "--output-format", "json"];
    let output = archive.check(&[&["--fix", "--unsafe-fixes"], &options[..]].concat());
    let after = files(archive.root());
    let changed: BTreeMap<_, _> =
        after.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes)).collect();
    let expected = fixture(&format!("{name}.fixed"));
    if is_updating() {
        let _ = std::fs::remove_dir_all(&expected);
        for (path, bytes) in &changed {
            let path = expected.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, bytes).expect("a file");
        }
    }
    let kept = files(&expected);
    let kept: BTreeMap<_, _> = kept.iter().collect();
    assert!(
        changed.keys().eq(kept.keys()),
        "{name}: changed: {:?}\nexpected: {:?}",
        changed.keys(),
        kept.keys()
    );
    for (path, bytes) in &changed {
        let (bytes, kept) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(kept[path]));
        assert!(bytes == kept, "{name}: {path} becomes\n{bytes}");
    }
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let left = report["diagnostics"].as_array().expect("an array");
    assert!(left.len() > 4 && left.iter().all(|found| found["fix"].is_null()), "{left:#?}");
    let again = archive.check(&["--fix", "--unsafe-fixes"]);
    assert!(stderr(&again).starts_with("0 findings in 0 files fixed\n"), "{}", stderr(&again));
    assert_eq!(files(archive.root()), after);
}

/// At whatever moment the program is killed, each file has either its old or its new content.
#[test]
fn files_stay_whole_if_the_program_is_killed() {
    let mut before = BTreeMap::new();
    for number in 0..120 {
        let path = format!("news/2012/03/25/event-{number}.md");
        let body = "A line of text that makes the page longer.\n".repeat(number);
        let item =
            format!("1. [Event {number}](/{path})\n1. [Event 0](/news/2012/03/25/event-0.md)\n");
        let page = format!(
            "\u{FEFF}### [2012-03-25](/{DAY})\n\n# Event {number}\n\n{body}\n### Related:\n\n{item}"
        );
        before.insert(path, page.into_bytes());
    }
    let whole = TestArchive::with_files(&before);
    let started = std::time::Instant::now();
    let output = whole.check(&["--fix", "--ignore", "day"]);
    let takes = started.elapsed();
    assert!(stderr(&output).contains("in 120 files fixed"), "{}", stderr(&output));
    let after = files(whole.root());
    let mut stopped_within = 0;
    for round in 0..50_u32 {
        let archive = TestArchive::with_files(&before);
        let mut child = Command::new(DATELINE)
            .args(["check", ".", "--fix", "--ignore", "day"])
            .current_dir(archive.root())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        if round % 2 == 0 {
            std::thread::sleep(takes * (round * 37 % 50) / 50);
        } else {
            // Kill the program after it has written this page, or after it has ended.
            let (path, old) = before.iter().nth(round as usize * 2).expect("a page");
            let page = archive.root().join(path);
            while std::fs::read(&page).is_ok_and(|bytes| bytes == *old)
                && child.try_wait().expect("it can be asked").is_none()
            {}
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        let mut old = 0;
        for (path, bytes) in files(archive.root()) {
            // An unfinished temporary file may be next to the page. It does not have the name of a
            // page.
            if path.contains("/.dateline-") || path == "dateline.toml" {
                continue;
            }
            let is_old = before.get(&path) == Some(&bytes);
            old += usize::from(is_old);
            assert!(is_old || after.get(&path) == Some(&bytes), "{path} is torn in round {round}");
        }
        stopped_within += u32::from(old > 0 && old < before.len());
        assert!(archive.check(&["--fix", "--ignore", "day"]).status.code() != Some(2));
        for (path, bytes) in &after {
            assert_eq!(&archive.read(path).into_bytes(), bytes, "fixed after the stop");
        }
        let left = files(archive.root()).into_keys().find(|path| path.contains("/.dateline-"));
        assert_eq!(left, None, "the next run removes what a killed one left");
    }
    println!("{stopped_within} of 50 stops came between two files");
    assert!(stopped_within > 0, "no stop came between two files: this shows nothing");
}
