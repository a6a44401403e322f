//! A folder of the archive that looks like a repository is none, and runs nothing: whatever is done with
//! the archive, by the program, by the Action, or by hooks.

use crate::support::sample;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use crate::support::action::{Job, Ran};
use crate::support::archive::{stderr, stdout};
use crate::support::git::{Repo, scrubbed};
use crate::support::hostile_repository::{MISSING, Planted, runnable};
use crate::support::pre_commit::Hooked;
use crate::support::sample::{FERRY, FERRY_PAGE, GATES, fill};
use crate::support::tools::{file_in, text_of};

/// A branch off main that adds a planted repository around the archive in `site`, and deletes a page
/// that another one names; the deletion is staged.
fn repo(settings: &str, text: &str) -> (Repo, Planted) {
    let repo = Repo::new();
    repo.remove("dateline.toml");
    repo.write(settings, text);
    fill(&repo, "site/");
    repo.commit("Fill");
    repo.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    let planted = Planted::new(&repo, "site");
    repo.git(&["rm", "--quiet", &format!("site/{FERRY}")]);
    (repo, planted)
}

/// The settings in the folder, where the program runs in it, and above, which lead there.
fn layouts() -> [(&'static str, &'static str, &'static str); 2] {
    [("site/dateline.toml", "", "site"), ("dateline.toml", "[archive]\nroot = \"site\"\n", "")]
}

/// Runs the program in a folder, with `page` on its standard input.
fn run(folder: &Path, arguments: &[&str], page: &str) -> Output {
    let mut child = scrubbed(env!("CARGO_BIN_EXE_dateline"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // A run that reads nothing may end before.
    let _ = child.stdin.take().expect("a pipe").write_all(page.as_bytes());
    child.wait_with_output().expect("it ends")
}

#[test]
fn all_that_is_planted_would_run_if_git_were_to_discover_it() {
    let (_repo, planted) = repo("site/dateline.toml", "");
    planted.assert_that_all_fire();
}

#[test]
fn a_check_of_changes_runs_nothing_that_a_commit_holds() {
    for (settings, text, from) in layouts() {
        let (repo, planted) = repo(settings, text);
        for options in [
            &["--since=HEAD"][..],
            &["--since=origin/main"],
            &["--since=origin/main..."],
            &["--since=HEAD", "--fix"],
            &["--staged"],
            &[],
        ] {
            planted.touch_pages();
            planted.fired();
            let arguments = [&["check", ".", "--output-format=concise"], options].concat();
            let output = run(&repo.root().join(from), &arguments, "");
            let report = stdout(&output);
            assert_eq!(planted.fired(), BTreeSet::new(), "{settings} {options:?}");
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
fn a_page_of_an_editor_and_init_run_nothing_that_a_commit_holds() {
    for (settings, text, from) in layouts() {
        let (repo, planted) = repo(settings, text);
        let folder = repo.root().join(from);
        let page = repo.root().join("site").join(FERRY);
        let page = page.to_str().expect("UTF-8");
        for (arguments, code) in [
            (&["check", "--stdin-filename", page][..], 0),
            (&["init", "--dry-run"], 0),
            (&["init", "--force", "--baseline"], 0),
        ] {
            planted.touch_pages();
            planted.fired();
            let output = run(&folder, arguments, FERRY_PAGE);
            assert_eq!(planted.fired(), BTreeSet::new(), "{settings} {arguments:?}");
            assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        }
    }
}

fn act(repo: &Repo, inputs: &[(&str, &str)]) -> Ran {
    let mut job = Job::new(repo.root());
    job.variables.push(("GITHUB_BASE_REF".to_owned(), "main".to_owned()));
    job.act(inputs)
}

#[test]
fn the_action_runs_nothing_that_a_pull_request_holds() {
    for (settings, text, from) in layouts() {
        let (repo, planted) = repo(settings, text);
        repo.git(&["commit", "--quiet", "--message", "Delete"]);
        planted.touch_pages();
        planted.fired();
        let folder = if from.is_empty() { "." } else { from };
        let ran = act(&repo, &[("working-directory", folder), ("sarif", "true")]);
        assert_eq!(planted.fired(), BTreeSet::new(), "{}", ran.said);
        assert_eq!((ran.code, ran.said.matches("::error file=").count()), (1, 2), "{}", ran.said);
    }
}

/// After a run that failed, the Action once asked git in the folder of the archive whether the clone was
/// shallow, and a planted repository could say yes and promise objects from a program.
#[test]
fn the_action_asks_no_planted_repository_why_a_run_failed() {
    let (repo, planted) = repo("site/dateline.toml", "");
    repo.write("site/dateline.toml", "no settings");
    repo.write("site/refs/remotes/origin/main", format!("{MISSING}\n"));
    repo.write("site/shallow", format!("{MISSING}\n"));
    planted.fired();
    let ran = act(&repo, &[("working-directory", "site")]);
    assert_eq!(planted.fired(), BTreeSet::new(), "{}", ran.said);
    assert_eq!(ran.code, 2, "{}", ran.said);
    assert!(!ran.said.contains("fetch-depth"), "the clone is whole: {}", ran.said);
}

#[test]
fn the_hooks_of_pre_commit_run_nothing_that_a_commit_holds() {
    let config = file_in(&text_of("docs/pre-commit.md"), ".pre-commit-config.yaml folder");
    let hooked = Hooked::new(&config.replace("        stages: [manual]\n", ""));
    let repo = &hooked.repo;
    repo.remove("dateline.toml");
    repo.write("site/dateline.toml", "");
    fill(repo, "site/");
    repo.git(&["add", "--all"]);
    let (passed, said) = hooked.commit(&[]);
    assert!(passed, "{said}");
    let planted = Planted::new(repo, "site");
    // No commit brings the repository of a submodule, and git itself runs what it says.
    std::fs::remove_dir_all(repo.root().join("site/theme/.git")).expect("a repository");
    repo.git(&["rm", "--quiet", &format!("site/{FERRY}")]);
    repo.write(&format!("site/{GATES}"), sample::gates() + "\nIt rained.\n");
    repo.git(&["add", "site/news"]);
    planted.touch_pages();
    planted.fired();
    let (passed, said) = hooked.commit(&[]);
    assert_eq!(planted.fired(), BTreeSet::new(), "{said}");
    assert!(!passed, "{said}");
    assert_eq!(said.matches("related/not-found").count(), 2, "by either hook: {said}");
}

#[test]
fn a_hook_of_git_runs_nothing_that_a_commit_holds() {
    let (repo, planted) = repo("site/dateline.toml", "");
    std::fs::remove_dir_all(repo.root().join("site/theme/.git")).expect("a repository");
    let hook = repo.root().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder");
    let program = env!("CARGO_BIN_EXE_dateline");
    for script in ["check --staged site", "check --since HEAD site"] {
        std::fs::write(&hook, format!("#!/bin/sh\nexec {program} {script}\n")).expect("a hook");
        runnable(&hook);
        planted.touch_pages();
        planted.fired();
        let mut commit = scrubbed("git");
        commit.args(["commit", "--message", "Try"]).current_dir(repo.root());
        let output = commit.output().expect("git runs");
        assert_eq!(planted.fired(), BTreeSet::new(), "{script}: {}", stderr(&output));
        assert_eq!(output.status.code(), Some(1), "{script}: {}", stderr(&output));
        assert!(
            stdout(&output).contains("related/not-found")
                || stderr(&output).contains("related/not-found")
        );
    }
}
