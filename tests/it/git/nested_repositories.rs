//! Tests of a folder of the archive that looks like a git repository. The program, the Action and
//! the hooks must not treat it as one, and must not run any program from it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;

use crate::support::action::{Job, JobResult};
use crate::support::checkout::text_of;
use crate::support::git::{Repo, clean_command};
use crate::support::hostile_repository::{HostileRepository, MISSING};
use crate::support::pre_commit::PreCommitRepo;
use crate::support::process::{DATELINE, run_with_input, stderr, stdout, write_program};
use crate::support::sample::{self, FERRY, FERRY_PAGE, GATES, fill};
use crate::support::tools::file_in;

/// Creates a branch that adds a hostile repository around the archive in `site`. Also stages the
/// deletion of a page that another page links to.
fn repo(settings: &str, text: &str) -> (Repo, HostileRepository) {
    let repo = Repo::new();
    repo.remove("dateline.toml");
    repo.write(settings, text);
    fill(&repo, "site/");
    repo.commit("Fill");
    repo.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    let hostile = HostileRepository::new(&repo, "site");
    repo.git(&["rm", "--quiet", &format!("site/{FERRY}")]);
    (repo, hostile)
}

/// Returns two ways to set up the archive in `site`: the path of the settings, their text, and the
/// folder in which the program runs.
fn layouts() -> [(&'static str, &'static str, &'static str); 2] {
    [("site/dateline.toml", "", "site"), ("dateline.toml", "[archive]\nroot = \"site\"\n", "")]
}

/// Runs the program in a folder, with `page` as its standard input.
fn run(folder: &Path, arguments: &[&str], page: &str) -> Output {
    run_with_input(clean_command(DATELINE).args(arguments).current_dir(folder), page)
}

#[test]
fn every_program_of_the_hostile_repository_would_run_if_git_discovered_it() {
    let (_repo, hostile) = repo("site/dateline.toml", "");
    hostile.assert_that_all_fire();
}

#[test]
fn a_check_of_changes_runs_no_committed_program() {
    for (settings, text, from) in layouts() {
        let (repo, hostile) = repo(settings, text);
        for options in [
            &["--since=HEAD"][..],
            &["--since=origin/main"],
            &["--since=origin/main..."],
            &["--since=HEAD", "--fix"],
            &["--staged"],
            &[],
        ] {
            hostile.touch_pages();
            hostile.fired();
            let arguments = [&["check", ".", "--output-format=concise"], options].concat();
            let output = run(&repo.root().join(from), &arguments, "");
            let report = stdout(&output);
            assert_eq!(hostile.fired(), BTreeSet::new(), "{settings} {options:?}");
            assert_eq!(output.status.code(), Some(1), "{options:?}: {}", stderr(&output));
            assert_eq!(report.lines().count(), 2, "{options:?}: {report}");
            assert!(
                report.contains(&format!("{GATES}:7:25: error[related/not-found]")),
                "{report}"
            );
        }
    }
}

#[test]
fn stdin_checks_and_init_run_no_committed_program() {
    for (settings, text, from) in layouts() {
        let (repo, hostile) = repo(settings, text);
        let folder = repo.root().join(from);
        let page = repo.root().join("site").join(FERRY);
        let page = page.to_str().expect("UTF-8");
        for (arguments, code) in [
            (&["check", "--stdin-filename", page][..], 0),
            (&["init", "--dry-run"], 0),
            (&["init", "--force", "--baseline"], 0),
        ] {
            hostile.touch_pages();
            hostile.fired();
            let output = run(&folder, arguments, FERRY_PAGE);
            assert_eq!(hostile.fired(), BTreeSet::new(), "{settings} {arguments:?}");
            assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        }
    }
}

fn act(repo: &Repo, inputs: &[(&str, &str)]) -> JobResult {
    let mut job = Job::new(repo.root());
    job.variables.push(("GITHUB_BASE_REF".to_owned(), "main".to_owned()));
    job.act(inputs)
}

#[test]
fn the_action_runs_no_program_of_a_pull_request() {
    for (settings, text, from) in layouts() {
        let (repo, hostile) = repo(settings, text);
        repo.git(&["commit", "--quiet", "--message", "Delete"]);
        hostile.touch_pages();
        hostile.fired();
        let folder = if from.is_empty() { "." } else { from };
        let ran = act(&repo, &[("working-directory", folder), ("sarif", "true")]);
        assert_eq!(hostile.fired(), BTreeSet::new(), "{}", ran.log);
        assert_eq!((ran.code, ran.log.matches("::error file=").count()), (1, 2), "{}", ran.log);
    }
}

/// A hostile repository in the archive's folder could say that the clone is shallow, and name a
/// program that supplies missing objects.
#[test]
fn the_action_does_not_ask_a_hostile_repository_why_a_run_failed() {
    let (repo, hostile) = repo("site/dateline.toml", "");
    repo.write("site/dateline.toml", "no settings");
    repo.write("site/refs/remotes/origin/main", format!("{MISSING}\n"));
    repo.write("site/shallow", format!("{MISSING}\n"));
    hostile.fired();
    let ran = act(&repo, &[("working-directory", "site")]);
    assert_eq!(hostile.fired(), BTreeSet::new(), "{}", ran.log);
    assert_eq!(ran.code, 2, "{}", ran.log);
    assert!(!ran.log.contains("fetch-depth"), "the clone is whole: {}", ran.log);
}

#[test]
fn the_pre_commit_hooks_run_no_committed_program() {
    let config = file_in(&text_of("docs/pre-commit.md"), ".pre-commit-config.yaml folder");
    let hooked = PreCommitRepo::new(&config.replace("        stages: [manual]\n", ""));
    let repo = &hooked.repo;
    repo.remove("dateline.toml");
    repo.write("site/dateline.toml", "");
    fill(repo, "site/");
    repo.git(&["add", "--all"]);
    let (passed, log) = hooked.commit(&[]);
    assert!(passed, "{log}");
    let hostile = HostileRepository::new(repo, "site");
    // Remove the submodule's repository. A commit cannot contain it, and git itself would run
    // programs from it.
    std::fs::remove_dir_all(repo.root().join("site/theme/.git")).expect("a repository");
    repo.git(&["rm", "--quiet", &format!("site/{FERRY}")]);
    repo.write(&format!("site/{GATES}"), sample::gates() + "\nIt rained.\n");
    repo.git(&["add", "site/news"]);
    hostile.touch_pages();
    hostile.fired();
    let (passed, log) = hooked.commit(&[]);
    assert_eq!(hostile.fired(), BTreeSet::new(), "{log}");
    assert!(!passed, "{log}");
    assert_eq!(log.matches("related/not-found").count(), 2, "by either hook: {log}");
}

#[test]
fn a_git_hook_runs_no_committed_program() {
    let (repo, hostile) = repo("site/dateline.toml", "");
    std::fs::remove_dir_all(repo.root().join("site/theme/.git")).expect("a repository");
    let hook = repo.root().join(".git/hooks/pre-commit");
    for script in ["check --staged site", "check --since HEAD site"] {
        write_program(&hook, &format!("#!/bin/sh\nexec {DATELINE} {script}\n"));
        hostile.touch_pages();
        hostile.fired();
        let mut commit = clean_command("git");
        commit.args(["commit", "--message", "Try"]).current_dir(repo.root());
        let output = commit.output().expect("git runs");
        assert_eq!(hostile.fired(), BTreeSet::new(), "{script}: {}", stderr(&output));
        assert_eq!(output.status.code(), Some(1), "{script}: {}", stderr(&output));
        assert!(
            stdout(&output).contains("related/not-found")
                || stderr(&output).contains("related/not-found")
        );
    }
}
