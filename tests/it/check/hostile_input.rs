//! Tests of hostile input. It must lead to findings, without a panic, a blocked run, or a read
//! outside the root.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Output;

use crate::support::archive::TestArchive;
use crate::support::process::{dateline, make_pipe, stderr, stdout, without_privileges};

const GOOD: &str = "### 2012-03-25\n\n# Lock gates fail\n\n[a](/nowhere.md)\n";

/// Checks an archive with one valid page in addition to the hostile ones. Asserts that the run
/// reports the single fault of the valid page and does not panic.
fn survives(archive: &TestArchive) -> Output {
    archive.write("news/2012/03/25/zz-sound.md", GOOD);
    // The day page is not under test, so make it valid unless the test has written one.
    if !archive.root().join("news/2012/03/25/index.md").exists() {
        archive.write(
            "news/2012/03/25/index.md",
            "## 2012-03-25\n\n### [Lock gates fail](/news/2012/03/25/zz-sound.md)\n",
        );
    }
    let output = archive.check(&["--output-format", "concise"]);
    let (report, errors) = (stdout(&output), stderr(&output));
    assert!(report.contains("zz-sound.md:5:5: error[link/not-found]"), "{report}{errors}");
    assert!(
        !errors.contains("panicked") && !report.contains("failed on this page"),
        "{report}{errors}"
    );
    assert_eq!(output.status.code(), Some(1));
    output
}

#[test]
fn pages_of_extreme_shapes_end_in_findings() {
    // In bytes. The tests run without optimizations.
    const SIZE: usize = 1_000_000;
    let repeated = |text: &str| text.repeat(SIZE / text.len());
    let nested = |open: &str, close: &str| open.repeat(100_000) + "a" + &close.repeat(100_000);
    let lists: String = (0..1000).map(|depth| " ".repeat(depth) + "- a\n").collect();
    let shapes = [
        String::new(),
        "\u{FEFF}".to_owned(),
        "\r\r\r".to_owned(),
        "\0".repeat(SIZE),
        "a".repeat(SIZE),
        repeated("["),
        repeated("]"),
        repeated("](/"),
        repeated("[a](/b "),
        repeated("[a](/b) "),
        repeated("[a]() "),
        repeated("![](//"),
        repeated("*a_ "),
        repeated("[a][b]"),
        repeated("a\u{1}"),
        repeated("[a] (/b"),
        repeated("[a] （/b）"),
        repeated("(a)[/b]"),
        repeated("a)[/b]"),
        repeated("（文）[/b.md]"),
        repeated("）[/b.md]"),
        repeated("[a] (<b"),
        repeated("<a href=b "),
        repeated("x <a href=b><img src=c>"),
        repeated("<p><a href=b>"),
        "x <a ".to_owned() + &repeated("b=\"c\" ") + ">",
        "<p ".to_owned() + &repeated("b=\"c\" ") + ">",
        "<p>".to_owned() + &repeated("&amp;<a href=b>&lt;"),
        "<p>".to_owned() + &repeated("<"),
        "<p>".to_owned() + &repeated("<1"),
        "<p><a href=b>".to_owned() + &repeated("&"),
        repeated("[a]（"),
        repeated("[a]（/x"),
        repeated("- https://a/b("),
        "- https://a/".to_owned() + &repeated(")"),
        repeated("### 2012-03-25\n"),
        repeated("### Source:\n"),
        repeated("é[漢](/漢%"),
        nested("[", "]"),
        nested("(", ")"),
        nested("> ", ""),
        lists,
    ];
    let archive = TestArchive::new();
    for (number, shape) in shapes.iter().enumerate() {
        archive.write(&format!("news/2012/03/25/shape-{number}.md"), shape);
    }
    survives(&archive);
}

#[test]
fn very_many_fixes_and_comments_are_handled() {
    const SIZE: usize = 60_000;
    let repeated = |text: &str| text.repeat(SIZE / text.len());
    let mut entries = String::new();
    for number in 0..1500 {
        entries.extend(["### [A](/news/2012/03/25/lost-", &number.to_string(), ".md)\n"]);
    }
    let items = |path: &str| {
        let items = (0..200).map(|number| format!("1. [A]({path}{number}.md)\n"));
        format!("### 2012-03-25\n\n# A\n\n### Related:\n\n{}", items.collect::<String>())
    };
    let shapes = [
        format!("# {}", repeated("]]")),
        format!("# {}", repeated("-{a''")),
        format!("# {}", repeated("&amp;")),
        format!("# {}", repeated("&amp;amp;lt;")),
        format!("# {}", repeated("Ã©")),
        repeated("${"),
        repeated("{% %}<%"),
        repeated("a\r\n"),
        repeated("<!-- dateline-ignore link: x -->\n"),
        repeated("<!-- dateline-ignore-file all --> a\n\n"),
        repeated("<!--"),
        items("/news/2012/03/25/shape-"),
        items("../24/far-away-and-long-ago-"),
    ];
    let archive = TestArchive::new();
    for (number, shape) in shapes.iter().enumerate() {
        archive.write(&format!("news/2012/03/25/shape-{number}.md"), shape);
    }
    for number in 0..60 {
        let page = format!("### 2012-03-25\n\n# Event {number}\n");
        archive.write(&format!("news/2012/03/25/event-{number}.md"), page);
    }
    let day = format!("## 2012-03-25\n\n### [A](/news/2012/03/25/zz-sound.md)\n{entries}");
    archive.write("news/2012/03/25/index.md", day);
    survives(&archive);
    let fixed = archive.check(&["--fix", "--unsafe-fixes", "--output-format", "concise"]);
    let (report, errors) = (stdout(&fixed), stderr(&fixed));
    assert!(!errors.contains("panicked") && !report.contains("failed on this page"), "{errors}");
    assert_eq!(fixed.status.code(), Some(1), "{errors}");
}

#[test]
fn a_title_of_a_megabyte_is_neither_compared_with_each_link_nor_quoted_in_full() {
    let archive = TestArchive::new();
    let title = "a title ".repeat(125_000);
    archive.write("news/2012/03/25/long.md", format!("### 2012-03-25\n\n# {title}\n"));
    let links = "1. [A](/news/2012/03/25/long.md)\n".repeat(1200);
    let page = format!("### 2012-03-25\n\n# A\n\n### Related:\n\n{links}");
    archive.write("news/2012/03/25/links.md", page);
    let report = stdout(&survives(&archive));
    assert!(report.contains("related/duplicate") && !report.contains("stale-text"), "{report}");
    assert!(!report.contains(&title[..20_000]), "{} bytes", report.len());
}

#[test]
fn binary_pages_end_in_findings() {
    let archive = TestArchive::new();
    archive.write("news/2012/03/25/latin.md", b"### 2012-03-25\n\n# Caf\xE9\n\n[a](/caf\xE9.md)\n");
    archive.write("news/2012/03/25/random.md", (0..=255).cycle().take(5000).collect::<Vec<u8>>());
    let report = stdout(&survives(&archive));
    assert!(report.contains("latin.md:3:6: error[text/not-utf8]: the byte 0xE9"), "{report}");
    assert!(!report.contains("latin.md:5:5"), "one fault is one finding: {report}");
}

#[test]
fn folders_pipes_and_broken_links_named_like_pages_are_handled() {
    let archive = TestArchive::new();
    let day = archive.root().join("news/2012/03/25");
    std::fs::create_dir_all(day.join("folder.md")).expect("a folder");
    symlink("loop-b.md", day.join("loop-a.md")).expect("a link");
    symlink("loop-a.md", day.join("loop-b.md")).expect("a link");
    symlink(".", day.join("here")).expect("a link");
    make_pipe(&day.join("pipe.md"));
    std::fs::write(day.join(OsStr::from_bytes(b"caf\xE9.md")), GOOD).expect("a file");
    let report = stdout(&survives(&archive));
    for name in ["loop-a.md", "loop-b.md", "pipe.md", "caf\u{FFFD}.md"] {
        let expected = format!("{name}:1:1: error[archive/unreadable]");
        assert!(report.contains(&expected), "{name}: {report}");
    }
    assert_eq!(report.lines().count(), 5, "{report}");
}

#[test]
fn no_file_outside_the_root_is_read() {
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::write(outside.path().join("secret.md"), "# TOP-SECRET [x](/gone.md)\n")
        .expect("a file");
    let archive = TestArchive::new();
    let day = archive.root().join("news/2012/03/25");
    std::fs::create_dir_all(&day).expect("a folder");
    symlink(outside.path().join("secret.md"), day.join("stolen.md")).expect("a link");
    symlink(outside.path(), archive.root().join("stolen")).expect("a link");
    archive.write(
        "news/2012/03/25/links.md",
        "### 2012-03-25\n\n# A\n\n[b](/stolen/secret.md)\n\n### Related:\n\n1. [c](stolen.md)\n",
    );
    let output = survives(&archive);
    let (report, errors) = (stdout(&output), stderr(&output));
    assert!(!(report + &errors).contains("TOP-SECRET"));
    let report = stdout(&archive.check(&["--output-format", "human", "--select", "all"]));
    assert!(report.contains("symbolic link that leads out of the archive"), "{report}");
    assert!(!report.contains("TOP-SECRET"));
    for root in ["/", "..", "a/../..", "/etc"] {
        archive.write("dateline.toml", format!("[archive]\nroot = {root:?}\n"));
        let output = archive.check(&[]);
        assert_eq!(output.status.code(), Some(2), "{root}");
        assert!(stderr(&output).contains("leads outside"), "{root}");
    }
}

#[test]
fn an_unreadable_file_is_reported_and_the_run_continues() {
    let archive = TestArchive::new();
    let open = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
            .expect("our own file");
    };
    archive.write("news/2012/03/25/zz-sound.md", GOOD);
    // The day page is not under test, so make it valid unless the test has written one.
    if !archive.root().join("news/2012/03/25/index.md").exists() {
        archive.write(
            "news/2012/03/25/index.md",
            "## 2012-03-25\n\n### [Lock gates fail](/news/2012/03/25/zz-sound.md)\n",
        );
    }
    open(archive.root(), 0o755);
    open(&archive.write("news/2012/03/25/locked.md", GOOD), 0o000);
    archive.write("news/2012/03/26/hidden.md", GOOD);
    open(&archive.root().join("news/2012/03/26"), 0o000);
    let output = without_privileges(archive.root())
        .args(["check", ".", "--output-format", "concise"])
        .current_dir(archive.root())
        .output()
        .expect("the program runs");
    open(&archive.root().join("news/2012/03/26"), 0o755);
    let (report, errors) = (stdout(&output), stderr(&output));
    assert!(report.contains("25/locked.md:1:1: error[archive/unreadable]"), "{report}{errors}");
    assert!(report.contains("03/26:1:1: error[archive/unreadable]"), "{report}{errors}");
    assert!(report.contains("zz-sound.md:5:5: error[link/not-found]"), "{report}{errors}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_gitignore_that_is_not_a_regular_file_is_not_opened() {
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::write(outside.path().join("all"), "news/\n").expect("a file");
    for folder in ["", "news/2012"] {
        for target in [Some("/dev/zero"), outside.path().join("all").to_str(), Some("loop"), None] {
            let archive = TestArchive::new();
            archive.write("news/2012/03/25/zz-sound.md", GOOD);
            // The day page is not under test, so make it valid unless the test has written one.
            if !archive.root().join("news/2012/03/25/index.md").exists() {
                archive.write(
                    "news/2012/03/25/index.md",
                    "## 2012-03-25\n\n### [Lock gates fail](/news/2012/03/25/zz-sound.md)\n",
                );
            }
            let path = archive.root().join(folder).join(".gitignore");
            if let Some(target) = target {
                symlink(target, &path).expect("a link");
            } else {
                make_pipe(&path);
            }
            let report = stdout(&survives(&archive));
            assert!(report.contains(".gitignore:1:1: error[archive/unreadable]"), "{report}");
        }
    }
}

#[test]
fn a_gitignore_beyond_the_limits_is_not_applied() {
    let nested = "{".repeat(200_000) + "a" + &"}".repeat(200_000) + "\n*\n";
    let long = "*a*b*c*d*e*f\n".repeat((64 << 10) / 13 + 1);
    for folder in ["", "news/2012/"] {
        for text in [&nested, &long] {
            let archive = TestArchive::new();
            archive.write("news/2012/03/25/zz-sound.md", GOOD);
            archive.write(&format!("{folder}.gitignore"), text);
            let report = stdout(&survives(&archive));
            let place = format!("{folder}.gitignore:1:1: error[archive/unreadable]");
            assert!(report.contains(&place), "{report}");
        }
    }
}

#[test]
fn gitignore_files_that_are_too_large_together_are_not_applied() {
    for (count, places) in [(4, 0), (5, 1)] {
        let archive = TestArchive::new();
        archive.write("news/2012/03/25/zz-sound.md", GOOD);
        for folder in 0..count {
            // A wildcard counts as 32 additional bytes.
            let text = "*.md\n".to_owned() + &"#".repeat((64 << 10) - 5 - 32);
            archive.write(&format!("{folder}/.gitignore"), text);
            archive.write(&format!("{folder}/a.md"), "[x](gone.md)\n");
        }
        let report = stdout(&survives(&archive));
        let unreadable = "4/.gitignore:1:1: error[archive/unreadable]";
        assert_eq!(report.matches(unreadable).count(), places, "{report}");
        let hidden = "/a.md:1:5: error[link/not-found]: `gone.md`";
        assert_eq!(report.matches(hidden).count(), count * places, "{report}");
    }
}

#[test]
fn a_gitignore_of_thousands_of_wildcards_does_not_use_gigabytes() {
    let archive = TestArchive::new();
    archive.write("news/2012/03/25/zz-sound.md", GOOD);
    let lines: Vec<String> = (0..4000).map(|line| format!("*{line}*b*c*\n")).collect();
    archive.write(".gitignore", lines.concat());
    let report = stdout(&survives(&archive));
    let unreadable = ".gitignore:1:1: error[archive/unreadable]: Dateline applies no `.gitignore` of the \
                      archive: this one is larger than 64 KiB";
    assert!(report.contains(unreadable), "{report}");
}

#[test]
fn the_settings_can_exclude_what_an_unapplied_gitignore_matches() {
    let archive = TestArchive::new();
    archive.write(".gitignore", "out/\n#".to_owned() + &"x".repeat(64 << 10));
    archive.write("out/a.md", "[x](gone.md)\n");
    let found = archive.findings(&[]);
    let rules: Vec<&str> = found.iter().map(|(rule, ..)| &**rule).collect();
    assert_eq!(rules, ["archive/unreadable", "link/not-found"]);
    let report = stdout(&archive.check(&["--output-format", "json"]));
    let help = "shorten it, or list the files that it matches, and the `.gitignore` itself, in \
                `archive.exclude`";
    assert!(report.contains(help), "{report}");
    assert!(!report.contains("cannot be read"), "{report}");
    archive.write("dateline.toml", "[archive]\nexclude = [\".gitignore\", \"out/**\"]\n");
    assert_eq!(archive.findings(&[]), []);
}

/// The user names a folder that a commit has replaced with a symbolic link.
#[test]
fn a_named_path_does_not_leave_the_archive_through_a_symbolic_link() {
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(outside.path().join("news/2012/03/25")).expect("a folder");
    let secret = outside.path().join("news/2012/03/25/secret.md");
    std::fs::write(&secret, "# A\n\n[SESAME](/gone.md)\n").expect("a file");
    for holds_settings in [true, false] {
        let archive = TestArchive::new();
        if !holds_settings {
            std::fs::remove_file(archive.root().join("dateline.toml")).expect("our own file");
            std::fs::create_dir(archive.root().join(".git")).expect("a folder");
        }
        archive.write("pages/a.md", "# A\n");
        symlink(outside.path(), archive.root().join("docs")).expect("a link");
        symlink(&secret, archive.root().join("0.md")).expect("a link");
        symlink("docs", archive.root().join("docs-again")).expect("a link");
        symlink("pages", archive.root().join("inside")).expect("a link");
        for path in ["docs", "0.md", "docs/news", "docs-again", "pages/../docs"] {
            for arguments in [
                &["check", path][..],
                &["check", "--stdin-filename", path],
                &["init", "--dry-run", path],
                &["init", "--force", path],
            ] {
                let output = dateline(archive.root(), arguments);
                let (report, errors) = (stdout(&output), stderr(&output));
                assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
                assert!(!report.contains("SESAME") && !errors.contains("SESAME"), "{arguments:?}");
                let expected = "it is a symbolic link that leads outside ";
                assert!(errors.contains(expected) || path == "0.md", "{arguments:?}: {errors}");
            }
        }
        let output = dateline(archive.root(), &["check", "inside"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(!outside.path().join("dateline.toml").exists());
    }
    // Outside an archive, a symbolic link that the user names is followed.
    let elsewhere = tempfile::tempdir().expect("a folder");
    symlink(outside.path(), elsewhere.path().join("archive")).expect("a link");
    let output = dateline(elsewhere.path(), &["check", "archive"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
}

#[test]
fn the_git_directory_is_not_part_of_the_archive() {
    for root in [".git", "./.git/refs", "link"] {
        let archive = TestArchive::new();
        archive.write(".git/refs/heads/branch.md", "0123 [SESAME](/gone.md)\n");
        symlink(".git", archive.root().join("link")).expect("a link");
        archive.write("dateline.toml", format!("[archive]\nroot = \"{root}\"\n"));
        let output = dateline(archive.root(), &["check"]);
        let (report, errors) = (stdout(&output), stderr(&output));
        assert_eq!(output.status.code(), Some(2), "{root}: {errors}");
        assert!(errors.contains("`archive.root` is inside `.git`"), "{root}: {errors}");
        assert!(!report.contains("SESAME"), "{root}");
    }
}

#[test]
fn settings_do_not_read_or_quote_files_outside_the_archive() {
    let outside = tempfile::tempdir().expect("a folder");
    let secret = outside.path().join("netrc");
    std::fs::write(&secret, "machine host password SESAME\n").expect("a file");
    let archive = TestArchive::new();
    archive.write("a.md", "# A\n");
    let settings = archive.root().join("dateline.toml");
    std::fs::remove_file(&settings).expect("our own file");
    symlink(&secret, &settings).expect("a link");
    let output = archive.check(&[]);
    let (report, errors) = (stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(2));
    assert!(errors.contains("not a regular file"), "{errors}");
    assert!(!(report + &errors).contains("SESAME"));
}

#[test]
fn control_characters_of_settings_do_not_reach_the_terminal() {
    let texts_of = [
        "[archive]\n\"\\u001b[31m\\u009b\" = 1\n",
        "[rules]\nignore = [\"\\u001b]0;x\\u202e\"]\n",
        "[archive]\nroot = \"\\u001b[31mx\"\n",
        "[archive]\nexclude = [\"\\u009bx\\u202e\"]\n[[event.section]]\nname = \"\\u009b\"\nheadings = \"\\u001b\"\n",
    ];
    for settings in texts_of {
        let archive = TestArchive::new();
        archive.write("dateline.toml", settings);
        for arguments in [&["check", ".", "--verbose"][..], &["config", "show"]] {
            let output = dateline(archive.root(), arguments);
            tame(&(stdout(&output) + &stderr(&output)));
        }
    }
}

/// Asserts that a text contains no control characters that could affect a terminal.
fn tame(text: &str) {
    let wild = |char: &char| (char.is_control() && *char != '\n') || *char == '\u{202E}';
    assert_eq!(text.chars().find(wild), None, "{text:?}");
}

#[test]
fn control_characters_of_pages_do_not_reach_the_terminal() {
    let archive = TestArchive::new();
    archive.write(
        "news/2012/03/25/esc\u{1b}[31m\u{202E}.md",
        "### 2012-03-25\n\n# A\u{1b}]0;owned\u{7} [b](/gone\u{9b}31m\u{202E}.md) [c][d\u{1b}\u{9b}]\n",
    );
    for format in ["human", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit"] {
        let output = archive.check(&["--output-format", format]);
        let (report, errors) = (stdout(&output), stderr(&output));
        assert!(report.contains("link/"), "{report}");
        tame(&(report + &errors));
    }
}
