//! The documentation of hooks and of continuous integration: what it tells to write is valid and is run here,
//! and what it says was printed is.
//!
//! `UPDATE=1 cargo test` rewrites the transcripts; read the change before you commit it.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::support::action::{Job, JobResult};
use crate::support::checkout::{assert_generated, text_of};
use crate::support::git::{Repo, clean_command};
use crate::support::pre_commit::PreCommitRepo;
use crate::support::process::stdout;
use crate::support::sample::{FERRY, fill};
use crate::support::tools::{fences, file_in, search_path, tool, validate, yaml};
use crate::support::transcript;

const CI: &str = "docs/ci.md";
const HOOKS: &str = "docs/pre-commit.md";

/// Compares a document with itself after its commands ran again.
fn holds(path: &str, run: impl FnMut(&str) -> (i32, String)) {
    let document = text_of(path);
    let fresh = transcript::rerun(&document, run);
    assert_generated(path, &fresh);
}

/// The archive of which the documents tell, its main branch known as that of a server.
fn repo() -> Repo {
    let repo = Repo::new();
    fill(&repo, "");
    repo.commit("Fill");
    repo.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    repo
}

/// The same on a branch that deletes a page.
fn branch() -> Repo {
    let repo = repo();
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.git(&["rm", "--quiet", FERRY]);
    repo.commit("Delete");
    repo
}

#[test]
fn commands_in_the_ci_page_print_what_it_shows() {
    let repo = repo();
    let elsewhere = tempfile::tempdir().expect("a folder");
    holds(CI, |command| {
        let mut shell = clean_command("sh");
        shell.args(["-c", command]).current_dir(repo.root());
        shell.env("PATH", search_path()).env("TMPDIR", elsewhere.path());
        let output = shell.output().expect("a shell");
        (output.status.code().expect("a code"), stdout(&output))
    });
}

#[test]
fn commands_in_the_hooks_page_print_what_it_shows() {
    let hooked = PreCommitRepo::new(&file_in(&text_of(HOOKS), ".pre-commit-config.yaml"));
    fill(&hooked.repo, "");
    hooked.repo.git(&["add", "--all"]);
    let (passed, said) = hooked.commit(&[]);
    assert!(passed, "{said}");
    holds(HOOKS, |command| hooked.run(clean_command("sh").args(["-c", command])));
}

#[test]
fn every_documented_file_is_valid() {
    let mut seen = Vec::new();
    for fence in [CI, HOOKS].into_iter().flat_map(|path| fences(&text_of(path))) {
        let Some(name) = fence.info.strip_prefix("yaml file=") else {
            assert!(!fence.info.contains("yaml"), "a file without a name: {}", fence.info);
            continue;
        };
        seen.push(name.to_owned());
        if name.starts_with(".github/workflows/") {
            validate("vendor.github-workflows", &fence.text);
        } else if name == ".gitlab-ci.yml" {
            validate("vendor.gitlab-ci", &fence.text);
        } else {
            assert!(name.starts_with(".pre-commit-config.yaml"), "{name}");
            is_valid_configuration(&fence.text);
        }
    }
    assert_eq!(seen.len(), 8, "{seen:?}");
}

fn is_valid_configuration(text: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config.yaml");
    std::fs::write(&path, text.replace("rev: REV", "rev: 0a1b2c3")).expect("a file");
    let mut pre_commit = Command::new(tool("pre-commit"));
    let output = pre_commit.arg("validate-config").arg(&path).output().expect("it runs");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success() && said.is_empty(), "{}", String::from_utf8_lossy(&said));
}

/// Runs a job of a workflow that a page tells of, but for the building of the program.
fn run_job(name: &str, repo: &Repo, base: &str) -> JobResult {
    let workflow = yaml(&file_in(&text_of(CI), &format!(".github/workflows/{name}")));
    let jobs: Vec<&Value> = workflow["jobs"].as_object().expect("jobs").values().collect();
    let [description] = jobs[..] else { panic!("one job: {workflow}") };
    let mut job = Job::new(repo.root());
    job.variables.push(("GITHUB_BASE_REF".to_owned(), base.to_owned()));
    let builds = |step: &Value| {
        let script = step["run"].as_str().unwrap_or_default();
        script.starts_with("cargo install --locked --git") && script.lines().count() == 1
    };
    let mut steps = description["steps"].as_array().expect("steps").clone();
    steps.retain(|step| !builds(step));
    let ours =
        |step: &Value| step["uses"].as_str().is_some_and(|name| name == "OWNER/dateline@REV");
    if let Some(step) = steps.iter().find(|step| ours(step)) {
        let with = step["with"].as_object().expect("inputs");
        let inputs: Vec<_> =
            with.iter().map(|(name, value)| (&**name, value.as_str().expect("a string"))).collect();
        return job.act(&inputs);
    }
    let known = BTreeMap::from([("github.base_ref".to_owned(), base.to_owned())]);
    job.run(&description["env"], &Value::Array(steps), known)
}

#[test]
fn documented_github_jobs_do_what_they_promise() {
    let repo = branch();
    for name in ["dateline.yml", "plain.yml"] {
        let ran = run_job(name, &repo, "main");
        assert_eq!(ran.code, 1, "{name}: {}", ran.said);
        assert!(ran.said.contains("since origin/main...: 0 files changed"), "{name}: {}", ran.said);
        assert_eq!(ran.said.matches("::error file=news/").count(), 2, "{name}: {}", ran.said);
        let ran = run_job(name, &repo, "");
        assert_eq!(ran.said.matches("::error file=news/").count(), 2, "{name}: {}", ran.said);
        assert!(!ran.said.contains("since"), "{name}: {}", ran.said);
    }
}

/// The archive cites nothing, so nobody is asked.
#[test]
fn the_documented_nightly_job_keeps_its_ledger() {
    let repo = repo();
    let ran = run_job("sources.yml", &repo, "");
    assert_eq!(ran.code, 0, "{}", ran.said);
    assert!(repo.root().join(".dateline/ledger.sqlite3").is_file());
    let used: Vec<&str> = ran.used.iter().map(|(action, _)| &**action).collect();
    assert_eq!(used, ["actions/checkout@v5", "actions/cache/restore@v5", "actions/cache/save@v5"]);
}

#[test]
fn the_documented_gitlab_job_writes_its_reports_and_fails() {
    let repo = branch();
    let job = &yaml(&file_in(&text_of(CI), ".gitlab-ci.yml"))["dateline"];
    let lines = ["before_script", "script"].map(|key| job[key].as_array().expect("lines").clone());
    let lines = lines.concat();
    let lines: Vec<&str> = lines.iter().map(|line| line.as_str().expect("a line")).collect();
    assert!(lines[0].starts_with("cargo install --locked --root .tools "));
    let base = repo.git(&["rev-parse", "main"]);
    for base in [base.trim(), ""] {
        let mut shell = clean_command("sh");
        shell.args(["-e", "-u", "-c", &lines[1..].join("\n")]).current_dir(repo.root());
        shell.env("PATH", search_path());
        if !base.is_empty() {
            shell.env("CI_MERGE_REQUEST_DIFF_BASE_SHA", base);
        }
        let output = shell.output().expect("a shell");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert_eq!(said.contains(&format!("since {base}: ")), !base.is_empty(), "{said}");
        let quality = job["artifacts"]["reports"]["codequality"].as_str().expect("a path");
        let quality = std::fs::read(repo.root().join(quality)).expect("a report");
        let quality: Value = serde_json::from_slice(&quality).expect("JSON");
        assert_eq!(quality.as_array().map(Vec::len), Some(2), "{quality}");
        let junit = job["artifacts"]["reports"]["junit"].as_str().expect("a path");
        let junit = std::fs::read_to_string(repo.root().join(junit)).expect("a report");
        assert_eq!(junit.matches("<failure").count(), 2, "{junit}");
    }
}
