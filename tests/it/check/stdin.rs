//! Tests of `--stdin-filename`: an unsaved page from an editor is checked with the pages on disk.

use std::path::Path;
use std::process::Output;

use crate::support::archive::TestArchive;
use crate::support::process::{assert_refused, dateline_reading, stderr, stdout};

const FERRY: &str = "news/2012/03/24/ferry-line-reopens.md";
const GATES: &str = "news/2012/03/25/lock-gates-fail.md";

fn archive() -> TestArchive {
    let archive = TestArchive::new();
    archive.write("dateline.toml", "[archive]\nexclude = [\"drafts/**\"]\n");
    archive.write(FERRY, "### [2012-03-24](/news/2012/03/24/index.md)\n\n# Ferry line reopens\n");
    archive.write(
        "news/2012/03/24/index.md",
        "## [2012-03-24](/news/2012/03/24/index.md)\n\n### [Ferry line reopens](/news/2012/03/24/ferry-line-reopens.md)\n",
    );
    archive
}

const PAGE: &str = "### [2012-03-25](/news/2012/03/25/index.md)\n\n# Lock gates fail\n\n### Related:\n\n1. [Ferry line opens](/news/2012/03/24/ferry-line-reopens.md)\n";

/// Runs the program in `folder`, with `text` as its standard input.
fn check(folder: &Path, text: &[u8], arguments: &[&str]) -> Output {
    dateline_reading(folder, &[&["check", "--output-format", "concise"], arguments].concat(), text)
}

#[test]
fn an_unsaved_page_is_checked_against_the_archive() {
    let archive = archive();
    let output = check(archive.root(), PAGE.as_bytes(), &["--stdin-filename", GATES]);
    let report = stdout(&output);
    assert_eq!(
        report,
        format!(
            "{GATES}:1:18: warning[day/missing-page]: 2012-03-25 has an event but no day page\n{GATES}:7:5: \
             warning[related/stale-text]: the link text `Ferry line opens` differs from the linked page's title\n"
        )
    );
    assert_eq!(output.status.code(), Some(0));
    assert!(stderr(&output).starts_with("1 page, 2 links: "), "{}", stderr(&output));
    assert!(!archive.root().join(GATES).exists());
}

#[test]
fn the_page_on_disk_is_ignored() {
    let archive = archive();
    archive.write(GATES, "[x](/gone.md)\n");
    archive.write(FERRY, "# Something else\n");
    let output = check(
        &archive.root().join("news"),
        PAGE.as_bytes(),
        &["--stdin-filename", "2012/03/25/lock-gates-fail.md"],
    );
    let report = stdout(&output);
    assert!(!report.contains("gone"), "{report}");
    assert!(report.contains(":7:5: warning[related/stale-text]"), "{report}");
    let name = "2012/03/25/lock-gates-fail.md:";
    assert!(report.lines().all(|line| line.starts_with(name)), "{report}");
}

#[test]
fn binary_input_is_read_as_it_is() {
    let archive = archive();
    let output = check(archive.root(), b"# A\r\n\xFF\r\n", &["--stdin-filename", "about.md"]);
    let report = stdout(&output);
    assert!(report.contains("about.md:1:4: warning[text/line-ending]"), "{report}");
    assert!(report.contains("about.md:2:1: error[text/not-utf8]"), "{report}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn front_matter_of_an_unsaved_page_is_read() {
    let archive = TestArchive::new();
    archive.write(
        "dateline.toml",
        "preset = \"pelican\"\n[event]\nrelated = { from = [\"front.related\"] }\n",
    );
    let path = "content/2012-03-25-lock-gates-fail.md";
    archive.write(path, "[x](/gone.md)\n");
    let page = "Date: 2012-03-24 10:00\nRelated: 2012-03-24-ferry.md\n\nThe basin drains.\n";
    let output = check(archive.root(), page.as_bytes(), &["--stdin-filename", path]);
    let expected = format!(
        "{path}:1:1: error[heading/missing-title]: the event page has no title\n\
         {path}:1:7: error[date/path-mismatch]: `date` in the front matter says 2012-03-24, but the path says 2012-03-25\n\
         {path}:2:10: error[related/not-found]: the related page `2012-03-24-ferry.md` does not exist\n"
    );
    assert_eq!(stdout(&output), expected);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn excluded_files_and_other_files_are_not_checked() {
    let archive = archive();
    archive.write(".gitignore", "out/\n");
    archive.write("news/.gitignore", "tmp*\n");
    for path in ["drafts/a.md", "notes.txt", "out/a.md", "news/2012/tmp.md"] {
        let output = check(archive.root(), b"[x](/gone.md)\n", &["--stdin-filename", path]);
        assert_eq!((stdout(&output).as_str(), output.status.code()), ("", Some(0)), "{path}");
        assert!(stderr(&output).contains("not checked"), "{path}: {}", stderr(&output));
    }
    for (path, why) in [
        ("../other.md", "is outside the archive's root"),
        ("no/../other.md", "there is no such folder"),
        ("dateline.toml/other.md", "there is no such folder"),
        ("news", "is a folder: name the page"),
        ("", "a value is required"),
    ] {
        let output =
            check(archive.root(), b"x\n", &["--config", "dateline.toml", "--stdin-filename", path]);
        assert_eq!(output.status.code(), Some(2), "{path}");
        assert!(stderr(&output).contains(why), "{path}: {}", stderr(&output));
    }
    for other in [["--staged"].as_slice(), &["--since", "HEAD"], &["about.md"]] {
        let output =
            check(archive.root(), b"x\n", &[&["--stdin-filename", "a.md"], other].concat());
        assert_eq!(output.status.code(), Some(2), "{other:?}");
    }
}

/// Otherwise, the program would check the page with the default settings and with the page's folder
/// as the archive, and would find no problems.
#[test]
fn a_page_outside_the_current_archive_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let stray = folder.path().canonicalize().expect("a folder").join("stray");
    std::fs::create_dir(&stray).expect("a folder");
    let page = stray.join("page.md");
    let with_settings = archive();
    let repository = TestArchive::new();
    std::fs::remove_file(repository.root().join("dateline.toml")).expect("a file");
    std::fs::create_dir(repository.root().join(".git")).expect("a folder");
    for archive in [&with_settings, &repository] {
        let root = archive.root().canonicalize().expect("a folder");
        let mut names = vec![page.to_str().expect("UTF-8").to_owned()];
        names.push(format!("{}/../{}", root.display(), page.display()));
        names.push(stray.join("not/there/page.md").to_str().expect("UTF-8").to_owned());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&stray, root.join("away")).expect("a link");
            names.push("away/page.md".to_owned());
        }
        for name in names {
            for isolated in [&[][..], &["--isolated"]] {
                let arguments = [&["--stdin-filename", &name], isolated].concat();
                let output = check(&root, b"[x](/gone.md)\n", &arguments);
                if isolated.is_empty() || archive.root() == repository.root() {
                    let (why, what) = if name == "away/page.md" {
                        ("it is a symbolic link that leads outside", root.join("away"))
                    } else {
                        ("is outside the archive's root", stray.clone())
                    };
                    assert_refused(&output, &format!("{why} {}", root.display()));
                    assert!(stderr(&output).contains(what.to_str().expect("UTF-8")));
                }
            }
        }
    }
    // A page of another archive is checked with the settings of that archive, regardless of the
    // current folder.
    std::fs::write(stray.join("dateline.toml"), "").expect("a file");
    let page = page.to_str().expect("UTF-8");
    let output = check(with_settings.root(), b"[x](/gone.md)\n", &["--stdin-filename", page]);
    assert!(stdout(&output).contains("page.md:1:5: error[link/not-found]"), "{output:?}");
}

/// A page outside `archive.root` is refused too, even if the settings are found above it.
#[test]
fn a_page_outside_the_archive_root_is_refused() {
    let archive = TestArchive::new();
    archive.write("dateline.toml", "[archive]\nroot = \"site\"\n");
    archive.write("site/about.md", "# About\n");
    archive.write("notes/about.md", "# About\n");
    for path in ["notes/about.md", "notes/new.md", "site/../notes/about.md"] {
        let output = check(archive.root(), b"# About\n", &["--stdin-filename", path]);
        assert_refused(&output, "is outside the archive's root");
        let output = check(archive.root(), b"", &[path]);
        assert_eq!(output.status.code(), Some(2), "{path}");
    }
}

#[test]
fn a_diff_shows_the_fixed_page() {
    let archive = archive();
    let output = check(archive.root(), PAGE.as_bytes(), &["--stdin-filename", GATES, "--diff"]);
    let diff = stdout(&output);
    assert!(diff.contains("\n-1. [Ferry line opens]"), "{diff}");
    assert!(diff.contains("\n+1. [Ferry line reopens]"), "{diff}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_fixed_page_is_printed_and_nothing_is_written() {
    let archive = archive();
    let page = b"### 2012-03-25\n\n# Lock\x0Cgates\n\n[x](/gone.md)\n";
    let arguments = ["--stdin-filename", GATES, "--fix", "--ignore", "day"];
    let output = check(archive.root(), page, &arguments);
    assert_eq!(output.status.code(), Some(0), "a finding remains: {}", stderr(&output));
    assert_eq!(stdout(&output), "### 2012-03-25\n\n# Lock gates\n\n[x](/gone.md)\n");
    assert!(stderr(&output).starts_with("1 finding in 1 file fixed"), "{}", stderr(&output));
    assert!(stderr(&output).contains("link/not-found"), "{}", stderr(&output));
    let options = ["--fail-on", "error", "--statistics"];
    let output = check(archive.root(), page, &[&arguments[..], &options].concat());
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(stdout(&output), "### 2012-03-25\n\n# Lock gates\n\n[x](/gone.md)\n");
    let messages = stderr(&output);
    assert!(messages.contains(":5:5: error[link/not-found]: "), "{messages}");
    assert!(messages.contains("  error    link/not-found"), "{messages}");
    assert!(!archive.root().join(GATES).exists());
    let clean =
        check(archive.root(), b"# Other\n", &["--stdin-filename", "about.md", "--fix", "-q"]);
    assert_eq!((stdout(&clean), stderr(&clean)), ("# Other\n".to_owned(), String::new()));
}

/// The page of the event's day does not exist, and the other event has another title.
#[test]
fn a_fix_that_would_change_another_page_is_left_out_and_counted() {
    let archive = archive();
    let day = "news/2012/03/25/index.md";
    let arguments = ["--stdin-filename", GATES, "--fix", "--unsafe-fixes"];
    let output = check(archive.root(), PAGE.as_bytes(), &arguments);
    assert_eq!(stdout(&output), PAGE.replace("line opens", "line reopens"));
    let messages = stderr(&output);
    let summary = "1 finding in 1 file fixed: 1 related/stale-text\n\
                   1 finding not fixed: a file that is not checked would change\n";
    assert!(messages.starts_with(summary), "{messages}");
    assert!(messages.contains("warning[day/missing-page]"), "{messages}");
    assert!(!archive.root().join(day).exists());
    // If the page of the day is checked as well, the fix creates it.
    archive.write(GATES, PAGE);
    let options = ["news/2012/03/25", "--fix", "--unsafe-fixes"];
    let output = check(archive.root(), b"", &options);
    assert!(archive.root().join(day).exists(), "{}", stderr(&output));
    assert!(!stderr(&output).contains("not fixed"), "{}", stderr(&output));
}

#[test]
fn a_page_that_cannot_be_fixed_is_printed_unchanged() {
    let archive = archive();
    let latin = b"### 2012-03-25\n\n# Lock\x0Cgates \xE9\n\n### Related:\n";
    let pages: [(&str, &[u8]); 4] = [
        (GATES, latin),
        (GATES, b"\xFF\xFE#\0 \0A\0"),
        ("drafts/plan.md", b"# Lock\x0Cgates\n"),
        ("notes.txt", b"# Lock\x0Cgates\n"),
    ];
    for (path, page) in pages {
        let arguments = ["--stdin-filename", path, "--fix", "--unsafe-fixes"];
        let output = check(archive.root(), page, &arguments);
        assert_eq!(output.stdout, page, "{path}: {}", stderr(&output));
        assert_eq!(output.status.code(), Some(0), "{path}: {}", stderr(&output));
        let summary = "0 findings in 0 files fixed";
        assert!(stderr(&output).starts_with(summary), "{path}: {}", stderr(&output));
    }
}

#[test]
fn nothing_is_printed_if_the_settings_or_the_path_are_wrong() {
    let archive = archive();
    let output = check(archive.root(), b"# A\n", &["--stdin-filename", "news", "--fix"]);
    assert_refused(&output, "is a folder");
    archive.write("dateline.toml", "archiv = 1\n");
    let output = check(archive.root(), b"# A\n", &["--stdin-filename", GATES, "--fix"]);
    assert_refused(&output, "unknown key");
}

#[test]
fn a_dash_names_the_option_for_standard_input() {
    let archive = archive();
    let output = check(archive.root(), b"x\n", &["-"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--stdin-filename PATH"), "{}", stderr(&output));
}
