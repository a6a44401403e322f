//! Tests of the hooks with real commits and the real pre-commit.

use std::process::Command;

use crate::support::checkout::{here, text_of};
use crate::support::pre_commit::{self, PAGES, PreCommitRepo, STAGED};
use crate::support::sample::{DAY, EMPTY_DAY, FERRY, FERRY_PAGE, GATES, fill, gates, gates_alone};
use crate::support::tools::{file_in, tool};

/// Creates the small archive with hooks.
fn hooked(config: &str) -> PreCommitRepo {
    let hooked = PreCommitRepo::new(config);
    fill(&hooked.repo, "");
    hooked.repo.git(&["add", "--all"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(passed, "{log}");
    hooked
}

/// Returns the documented configuration of the hooks. `variant` is empty or names a variant of it.
fn documented(variant: &str) -> String {
    let name = format!(".pre-commit-config.yaml {variant}");
    file_in(&text_of("docs/pre-commit.md"), name.trim_end())
}

/// Returns a configuration with both hooks, and additional keys for each.
fn both(pages: &str, staged: &str) -> String {
    format!(
        "repos:\n  - repo: https://github.com/OWNER/dateline\n    rev: REV\n    hooks:\n      \
         - id: dateline\n{pages}      - id: dateline-staged\n{staged}"
    )
}

#[test]
fn the_manifest_is_valid() {
    let mut validate = Command::new(tool("pre-commit"));
    let output = validate.arg("validate-manifest").arg(here(".pre-commit-hooks.yaml")).output();
    let output = output.expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_bad_commit_is_rejected_and_nothing_is_changed() {
    let hooked = hooked(&both("", ""));
    let stale = gates().replace("[Ferry line reopens]", "[The ferry is back]");
    hooked.repo.write(GATES, &stale);
    hooked.repo.write("about.md", "[x](/gone.md)\n");
    hooked.repo.git(&["add", "--all"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(!passed, "{log}");
    assert_eq!(log.matches("link/not-found").count(), 2, "by either hook: {log}");
    assert!(log.contains("about.md:1:5"), "{log}");
    assert!(log.contains(&format!("{GATES}:7:5")) && log.contains("related/stale-text"), "{log}");
    let page = std::fs::read_to_string(hooked.repo.root().join(GATES)).expect("a page");
    assert_eq!(page, stale, "a hook mends nothing");
    hooked.repo.write("about.md", format!("[x](/{FERRY})\n"));
    hooked.repo.git(&["add", "--all"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(passed, "what is left is a warning: {log}");
    assert_eq!(log.matches("Passed").count(), 2, "{log}");
}

#[test]
fn a_deletion_that_breaks_a_link_is_rejected() {
    for config in [documented(""), documented("source"), documented("system"), both("", "")] {
        let hooked = hooked(&config);
        hooked.repo.git(&["rm", "--quiet", FERRY]);
        let (passed, log) = hooked.commit(&[]);
        assert!(!passed, "{log}");
        assert!(log.contains("related/not-found") && log.contains(GATES), "{log}");
        assert!(log.contains("day/unknown-event"), "{log}");
        hooked.repo.write(GATES, gates_alone());
        hooked.repo.write(DAY, EMPTY_DAY);
        hooked.repo.git(&["add", "--all"]);
        let (passed, log) = hooked.commit(&[]);
        assert!(passed, "{log}");
    }
}

#[test]
fn unstaged_changes_are_not_checked_and_not_changed() {
    let hooked = hooked(&both("", ""));
    let repo = &hooked.repo;
    repo.write(FERRY, "[x](/gone.md)\n");
    repo.write("untracked.md", "[x](/gone.md)\n");
    repo.write("about.md", "[x](/dateline.toml)\n");
    repo.git(&["add", "about.md"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(passed, "{log}");
    assert!(log.contains("Stashing unstaged files"), "{log}");
    let left = repo.git(&["status", "--short"]);
    assert_eq!(left, format!(" M {FERRY}\n?? untracked.md\n"));
    // In the opposite case, the staged page is faulty and only the file in the work tree is fixed.
    repo.git(&["add", FERRY]);
    repo.write(FERRY, FERRY_PAGE);
    let (passed, log) = hooked.commit(&[]);
    assert!(!passed, "{log}");
    assert_eq!(log.matches("link/not-found").count(), 2, "by either hook: {log}");
}

/// An unstaged page exists in the work tree, but not in a clone of the commit.
#[test]
fn a_staged_link_to_an_unstaged_page_is_rejected() {
    let hooked = hooked(&both("", ""));
    hooked.repo.write("plan.md", "x\n");
    hooked.repo.write("about.md", "[plan](/plan.md)\n");
    hooked.repo.git(&["add", "about.md"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(!passed, "{log}");
    assert!(pre_commit::result(&log, PAGES).ends_with("Passed"), "{log}");
    assert!(pre_commit::result(&log, STAGED).ends_with("Failed"), "{log}");
}

#[test]
fn partial_and_amended_commits_are_checked_as_they_will_be() {
    let hooked = hooked(&both("", ""));
    let repo = &hooked.repo;
    repo.remove(FERRY);
    let (passed, log) = hooked.commit(&["--all"]);
    assert!(!passed && log.contains("related/not-found"), "{log}");
    repo.git(&["checkout", "--quiet", "--", FERRY]);
    repo.write("about.md", "[x](/gone.md)\n");
    repo.git(&["add", "about.md"]);
    repo.write(GATES, gates() + "\nIt was mended.\n");
    let (passed, log) = hooked.commit(&[GATES]);
    assert!(passed, "what is wrong is not in this commit: {log}");
    let (passed, log) = hooked.commit(&[]);
    assert!(!passed && log.contains("about.md:1:5"), "{log}");
}

#[test]
fn a_merge_that_breaks_a_link_is_rejected() {
    let hooked = hooked(&documented(""));
    let repo = &hooked.repo;
    hooked.pre_commit(&["install", "--hook-type", "pre-merge-commit"]);
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.git(&["rm", "--quiet", FERRY]);
    repo.write(GATES, gates_alone());
    repo.write(DAY, EMPTY_DAY);
    repo.git(&["add", "--all"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(passed, "{log}");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("about.md", format!("[ferry](/{FERRY})\n"));
    repo.git(&["add", "--all"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(passed, "{log}");
    let (passed, log) = hooked.git(&["merge", "--no-edit", "side"]);
    assert!(!passed && log.contains("about.md:1:9"), "{log}");
}

#[test]
fn excluded_pages_are_not_checked_even_if_named() {
    let hooked = hooked(&both("        verbose: true\n", "        verbose: true\n"));
    let repo = &hooked.repo;
    repo.write("dateline.toml", "[archive]\nexclude = [\"drafts/**\"]\n");
    repo.write("drafts/bad.md", "[x](/gone.md)\n");
    repo.git(&["add", "--all"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(passed, "{log}");
    assert!(
        log.contains("1 named file not checked: not among the pages of the archive, or excluded"),
        "{log}"
    );
    let (passed, log) = hooked.pre_commit(&["run", "dateline", "--files", "drafts/bad.md"]);
    assert!(passed && !log.contains("not-found"), "{log}");
    assert!(log.contains("0 pages"), "{log}");
    repo.write("dateline.toml", "");
    let (passed, log) = hooked.pre_commit(&["run", "dateline", "--files", "drafts/bad.md"]);
    assert!(!passed && log.contains("link/not-found"), "{log}");
}

#[test]
fn pages_of_any_name_are_checked() {
    let hooked = hooked(&both("", ""));
    let names = [
        "-draft.md",
        "--output-file=x.md",
        "two words.md",
        "北国の春.md",
        "it's; touch \"$HOME\".md",
    ];
    for name in names {
        hooked.repo.write(name, "[x](/gone.md)\n");
    }
    hooked.repo.git(&["add", "--all"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(!passed, "{log}");
    for name in names {
        assert_eq!(log.matches(&format!("{name}:1:5")).count(), 2, "by either hook: {log}");
    }
    for name in names {
        hooked.repo.write(name, "x\n");
    }
    hooked.repo.git(&["add", "--all"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(passed, "{log}");
    assert_eq!(hooked.repo.git(&["status", "--short"]), "");
}

/// A run reads all paths of the archive and uses all processors, so pre-commit must not start
/// several runs.
#[test]
fn a_large_commit_is_checked_in_one_run() {
    let hooked = hooked(&both("        verbose: true\n", ""));
    for number in 0..300 {
        hooked.repo.write(&format!("pages/{number}.md"), "x\n");
    }
    hooked.repo.git(&["add", "--all"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(passed, "{log}");
    assert_eq!(log.matches("300 pages").count(), 1, "{log}");
}

#[test]
fn an_archive_in_a_subfolder_is_checked_by_naming_it() {
    let hooked = PreCommitRepo::new(&documented("folder"));
    let repo = &hooked.repo;
    repo.remove("dateline.toml");
    repo.write("README.md", "[x](/gone.md)\n");
    repo.write("site/dateline.toml", "");
    repo.write("site/about.md", "[x](/more.md)\n");
    repo.write("site/more.md", "x\n");
    repo.git(&["add", "--all"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(passed, "{log}");
    let (passed, log) = hooked.pre_commit(&["run", "--all-files", "--hook-stage", "manual"]);
    assert!(passed, "{log}");
    repo.git(&["rm", "--quiet", "site/more.md"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(!passed && log.contains("about.md:1:5"), "{log}");
}

#[test]
fn hook_arguments_are_passed_on() {
    let hooked = hooked(&documented("options"));
    hooked.repo.write(GATES, gates().replace("[Ferry line reopens]", "[The ferry is back]"));
    hooked.repo.write("-draft.md", "x\n");
    hooked.repo.git(&["add", "--all"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(!passed && log.contains("related/stale-text"), "{log}");
    let (passed, log) = hooked.pre_commit(&["run", "--hook-stage", "manual", "dateline"]);
    assert!(!passed && log.contains("2 pages"), "{log}");
    assert_eq!(log.matches("related/stale-text").count(), 1, "{log}");
}
