//! The hooks, as the real pre-commit runs them at real commits.

use std::process::Command;

use crate::support::checkout::{here, text_of};
use crate::support::pre_commit::{self, PAGES, PreCommitRepo, STAGED};
use crate::support::sample::{DAY, EMPTY_DAY, FERRY, FERRY_PAGE, GATES, fill, gates, gates_alone};
use crate::support::tools::{file_in, tool};

/// The small archive, with hooks.
fn hooked(config: &str) -> PreCommitRepo {
    let hooked = PreCommitRepo::new(config);
    fill(&hooked.repo, "");
    hooked.repo.git(&["add", "--all"]);
    let (passed, said) = hooked.commit(&[]);
    assert!(passed, "{said}");
    hooked
}

/// The hooks as the documentation has them; `variant` is empty, or names another way to have them.
fn documented(variant: &str) -> String {
    let name = format!(".pre-commit-config.yaml {variant}");
    file_in(&text_of("docs/pre-commit.md"), name.trim_end())
}

/// A configuration with both hooks, and what stands below each.
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
    let (passed, said) = hooked.commit(&[]);
    assert!(!passed, "{said}");
    assert_eq!(said.matches("link/not-found").count(), 2, "by either hook: {said}");
    assert!(said.contains("about.md:1:5"), "{said}");
    assert!(
        said.contains(&format!("{GATES}:7:5")) && said.contains("related/stale-text"),
        "{said}"
    );
    let page = std::fs::read_to_string(hooked.repo.root().join(GATES)).expect("a page");
    assert_eq!(page, stale, "a hook mends nothing");
    hooked.repo.write("about.md", format!("[x](/{FERRY})\n"));
    hooked.repo.git(&["add", "--all"]);
    let (passed, said) = hooked.commit(&[]);
    assert!(passed, "what is left is a warning: {said}");
    assert_eq!(said.matches("Passed").count(), 2, "{said}");
}

#[test]
fn a_deletion_that_breaks_a_link_is_rejected() {
    for config in [documented(""), documented("system"), both("", "")] {
        let hooked = hooked(&config);
        hooked.repo.git(&["rm", "--quiet", FERRY]);
        let (passed, said) = hooked.commit(&[]);
        assert!(!passed, "{said}");
        assert!(said.contains("related/not-found") && said.contains(GATES), "{said}");
        assert!(said.contains("day/unknown-event"), "{said}");
        hooked.repo.write(GATES, gates_alone());
        hooked.repo.write(DAY, EMPTY_DAY);
        hooked.repo.git(&["add", "--all"]);
        let (passed, said) = hooked.commit(&[]);
        assert!(passed, "{said}");
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
    let (passed, said) = hooked.commit(&[]);
    assert!(passed, "{said}");
    assert!(said.contains("Stashing unstaged files"), "{said}");
    let left = repo.git(&["status", "--short"]);
    assert_eq!(left, format!(" M {FERRY}\n?? untracked.md\n"));
    // And the other way: what is staged is bad, and mended only on the disk.
    repo.git(&["add", FERRY]);
    repo.write(FERRY, FERRY_PAGE);
    let (passed, said) = hooked.commit(&[]);
    assert!(!passed, "{said}");
    assert_eq!(said.matches("link/not-found").count(), 2, "by either hook: {said}");
}

/// A page that is not added is there for who looks at the disk, and not for who clones the commit.
#[test]
fn a_staged_link_to_an_unstaged_page_is_rejected() {
    let hooked = hooked(&both("", ""));
    hooked.repo.write("plan.md", "x\n");
    hooked.repo.write("about.md", "[plan](/plan.md)\n");
    hooked.repo.git(&["add", "about.md"]);
    let (passed, said) = hooked.commit(&[]);
    assert!(!passed, "{said}");
    assert!(pre_commit::result(&said, PAGES).ends_with("Passed"), "{said}");
    assert!(pre_commit::result(&said, STAGED).ends_with("Failed"), "{said}");
}

#[test]
fn partial_and_amended_commits_are_checked_as_they_will_be() {
    let hooked = hooked(&both("", ""));
    let repo = &hooked.repo;
    repo.remove(FERRY);
    let (passed, said) = hooked.commit(&["--all"]);
    assert!(!passed && said.contains("related/not-found"), "{said}");
    repo.git(&["checkout", "--quiet", "--", FERRY]);
    repo.write("about.md", "[x](/gone.md)\n");
    repo.git(&["add", "about.md"]);
    repo.write(GATES, gates() + "\nIt was mended.\n");
    let (passed, said) = hooked.commit(&[GATES]);
    assert!(passed, "what is wrong is not in this commit: {said}");
    let (passed, said) = hooked.commit(&[]);
    assert!(!passed && said.contains("about.md:1:5"), "{said}");
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
    let (passed, said) = hooked.commit(&[]);
    assert!(passed, "{said}");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("about.md", format!("[ferry](/{FERRY})\n"));
    repo.git(&["add", "--all"]);
    let (passed, said) = hooked.commit(&[]);
    assert!(passed, "{said}");
    let (passed, said) = hooked.git(&["merge", "--no-edit", "side"]);
    assert!(!passed && said.contains("about.md:1:9"), "{said}");
}

#[test]
fn excluded_pages_are_not_checked_even_if_named() {
    let hooked = hooked(&both("        verbose: true\n", "        verbose: true\n"));
    let repo = &hooked.repo;
    repo.write("dateline.toml", "[archive]\nexclude = [\"drafts/**\"]\n");
    repo.write("drafts/bad.md", "[x](/gone.md)\n");
    repo.git(&["add", "--all"]);
    let (passed, said) = hooked.commit(&[]);
    assert!(passed, "{said}");
    assert!(
        said.contains("1 named file not checked: not a page of the archive, or excluded"),
        "{said}"
    );
    let (passed, said) = hooked.pre_commit(&["run", "dateline", "--files", "drafts/bad.md"]);
    assert!(passed && !said.contains("not-found"), "{said}");
    assert!(said.contains("0 pages"), "{said}");
    repo.write("dateline.toml", "");
    let (passed, said) = hooked.pre_commit(&["run", "dateline", "--files", "drafts/bad.md"]);
    assert!(!passed && said.contains("link/not-found"), "{said}");
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
    let (passed, said) = hooked.commit(&[]);
    assert!(!passed, "{said}");
    for name in names {
        assert_eq!(said.matches(&format!("{name}:1:5")).count(), 2, "by either hook: {said}");
    }
    for name in names {
        hooked.repo.write(name, "x\n");
    }
    hooked.repo.git(&["add", "--all"]);
    let (passed, said) = hooked.commit(&[]);
    assert!(passed, "{said}");
    assert_eq!(hooked.repo.git(&["status", "--short"]), "");
}

/// A run reads the archive's paths and uses all processors: pre-commit is not to start several at once.
#[test]
fn a_large_commit_is_checked_in_one_run() {
    let hooked = hooked(&both("        verbose: true\n", ""));
    for number in 0..300 {
        hooked.repo.write(&format!("pages/{number}.md"), "x\n");
    }
    hooked.repo.git(&["add", "--all"]);
    let (passed, said) = hooked.commit(&[]);
    assert!(passed, "{said}");
    assert_eq!(said.matches("300 pages").count(), 1, "{said}");
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
    let (passed, said) = hooked.commit(&[]);
    assert!(passed, "{said}");
    let (passed, said) = hooked.pre_commit(&["run", "--all-files", "--hook-stage", "manual"]);
    assert!(passed, "{said}");
    repo.git(&["rm", "--quiet", "site/more.md"]);
    let (passed, said) = hooked.commit(&[]);
    assert!(!passed && said.contains("about.md:1:5"), "{said}");
}

#[test]
fn hook_arguments_are_passed_on() {
    let hooked = hooked(&documented("options"));
    hooked.repo.write(GATES, gates().replace("[Ferry line reopens]", "[The ferry is back]"));
    hooked.repo.write("-draft.md", "x\n");
    hooked.repo.git(&["add", "--all"]);
    let (passed, said) = hooked.commit(&[]);
    assert!(!passed && said.contains("related/stale-text"), "{said}");
    let (passed, said) = hooked.pre_commit(&["run", "--hook-stage", "manual", "dateline"]);
    assert!(!passed && said.contains("2 pages"), "{said}");
    assert_eq!(said.matches("related/stale-text").count(), 1, "{said}");
}
