//! Tests of the files that `dateline init` writes, and of the cases in which it refuses.

use crate::support::checkout::{fixture, here};
use crate::support::init::{copy, folder, init, settings};
use crate::support::process::{dateline, stderr, stdout};
use crate::support::styles::{SECTIONS, Style};

#[test]
fn existing_settings_are_overwritten_only_with_force() {
    let archive = folder();
    let root = archive.path();
    Style::default().write(root, 4);
    let own = "# mine\n[rules]\nignore = [\"link\"]\n";
    std::fs::write(root.join("dateline.toml"), own).expect("settings");
    let refused = dateline(root, &["init"]);
    assert_eq!(refused.status.code(), Some(2));
    let errors = stderr(&refused);
    assert!(errors.contains("dateline.toml already exists; use --force"), "{errors}");
    assert_eq!(settings(root), own);
    // A dry run prints the new settings and ignores the existing ones.
    let shown = dateline(root, &["init", "--dry-run"]);
    assert_eq!((shown.status.code(), settings(root).as_str()), (Some(0), own));
    let forced = dateline(root, &["init", "--force"]);
    assert_eq!(forced.status.code(), Some(0));
    assert_eq!(settings(root), stdout(&shown));
    let summary = stderr(&forced);
    assert!(
        summary.starts_with("12 pages: 8 event pages, 4 day pages, 0 other pages\n"),
        "{summary}"
    );
    assert!(summary.contains("\nwrote "), "{summary}");
}

#[test]
fn a_baseline_is_written_on_request() {
    let archive = folder();
    let root = archive.path();
    copy(&fixture("broken"), root);
    std::fs::remove_file(root.join("dateline.toml")).expect("settings");
    let name = "dateline-baseline.jsonl";
    let output = dateline(root, &["init", "--baseline", "--jobs", "1"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), String::new()));
    let summary = stderr(&output);
    assert!(summary.contains("dateline-baseline.jsonl holds "), "{summary}");
    let check = dateline(root, &["check", "--baseline", name, "--fail-on", "warning"]);
    assert_eq!(check.status.code(), Some(0), "{}", stdout(&check));
    assert_eq!(dateline(root, &["check", "--fail-on", "warning"]).status.code(), Some(1));
    // Without `--force`, neither file is overwritten.
    std::fs::remove_file(root.join("dateline.toml")).expect("settings");
    let refused = dateline(root, &["init", "--baseline"]);
    assert_eq!(refused.status.code(), Some(2));
    let errors = stderr(&refused);
    assert!(errors.contains("dateline-baseline.jsonl already exists; use --force"), "{errors}");
    assert!(!root.join("dateline.toml").exists());
    let before = std::fs::read(root.join(name)).expect("a baseline");
    assert_eq!(dateline(root, &["init", "--baseline", "--force"]).status.code(), Some(0));
    assert_eq!(std::fs::read(root.join(name)).expect("a baseline"), before);
    // `--force` overwrites a baseline of any content, provided that it is a regular file.
    std::fs::write(root.join(name), "garbage").expect("a file");
    assert_eq!(dateline(root, &["init", "--baseline", "--force"]).status.code(), Some(0));
    assert_eq!(std::fs::read(root.join(name)).expect("a baseline"), before);
    std::fs::remove_file(root.join(name)).expect("a baseline");
    std::fs::create_dir(root.join(name)).expect("a folder");
    std::fs::write(root.join("dateline.toml"), "# mine\n").expect("settings");
    assert_eq!(dateline(root, &["init", "--baseline", "--force"]).status.code(), Some(2));
    assert_eq!(settings(root), "# mine\n");
    assert_eq!(dateline(root, &["init", "--baseline", "--dry-run"]).status.code(), Some(2));
}

#[test]
fn settings_of_a_parent_folder_are_not_shadowed_without_force() {
    let above = folder();
    std::fs::write(above.path().join("dateline.toml"), "").expect("settings");
    let root = above.path().join("archive");
    Style::default().write(&root, 4);
    let refused = dateline(&root, &["init"]);
    assert_eq!(refused.status.code(), Some(2));
    let errors = stderr(&refused);
    assert!(errors.contains("use --force to give the folder settings of its own"), "{errors}");
    assert!(!root.join("dateline.toml").exists());
    assert_eq!(dateline(&root, &["init", "--force"]).status.code(), Some(0));
    assert!(settings(&root).contains("[layout]"));
    assert_eq!(std::fs::read_to_string(above.path().join("dateline.toml")).expect("settings"), "");
}

#[cfg(unix)]
#[test]
fn settings_are_not_written_through_a_symbolic_link() {
    let archive = folder();
    let root = archive.path();
    Style::default().write(root, 4);
    let elsewhere = folder();
    let target = elsewhere.path().join("precious");
    std::fs::write(&target, "precious").expect("a file");
    std::os::unix::fs::symlink(&target, root.join("dateline.toml")).expect("a link");
    for options in [&["init"][..], &["init", "--force"]] {
        let refused = dateline(root, options);
        assert_eq!(refused.status.code(), Some(2), "{options:?}");
        assert!(stderr(&refused).contains("not a regular file"), "{}", stderr(&refused));
    }
    assert_eq!(std::fs::read_to_string(target).expect("a file"), "precious");
}

#[test]
fn a_folder_without_an_archive_is_an_error() {
    let archive = folder();
    let root = archive.path();
    let fails = |arguments: &[&str], why: &str| {
        let output = dateline(root, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(stdout(&output), "");
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
    };
    fails(&["init"], "no Markdown page below ");
    std::fs::write(root.join("about.md"), "# About\n").expect("a page");
    fails(&["init"], "has year, month and day in its path");
    fails(&["init", "about.md"], "about.md is not a folder");
    fails(&["init", "nowhere"], "cannot read nowhere");
    fails(&["init", "--force", "--dry-run"], "cannot be used with");
    assert!(!root.join("dateline.toml").exists());
}

#[test]
fn settings_are_the_same_for_any_number_of_threads() {
    let archive = folder();
    let root = archive.path();
    Style { sections: SECTIONS[1].to_vec(), ..Style::default() }.write(root, 700);
    let run = |jobs: &str| {
        let output = dateline(root, &["init", "--dry-run", "--jobs", jobs]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        (stdout(&output), stderr(&output))
    };
    let one = run("1");
    assert!(one.1.starts_with("2,100 pages: 1,400 event pages, 700 day pages"), "{}", one.1);
    assert!(["2", "8"].iter().all(|jobs| run(jobs) == one));
}

#[test]
fn the_readme_shows_the_generated_settings() {
    let archive = folder();
    let root = archive.path();
    let here = here("");
    copy(&here.join("fixtures/annals-zh"), root);
    std::fs::remove_file(root.join("dateline.toml")).expect("settings");
    let written = init(root);
    let readme = std::fs::read_to_string(here.join("README.md")).expect("the README");
    let text = readme.split_once("`fixtures/annals-zh`").expect("a sample").1;
    let sample = text.split("```").nth(1).expect("a fence").trim_start_matches("toml\n");
    assert!(sample.lines().count() > 10, "{sample}");
    let mut lines = written.lines();
    for shown in sample.lines() {
        assert!(
            lines.any(|line| line == shown),
            "{shown:?} is not written, or not there\n{written}"
        );
    }
}
