//! Tests of the documentation of hooks and continuous integration. The documented files are valid
//! and run as described, and the documented output is current.
//!
//! `.ci/update` rewrites the transcripts. Read the change before you commit it.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use crate::support::action::{Job, JobResult};
use crate::support::checkout::{assert_generated, documents, text_of};
use crate::support::git::{Repo, clean_command};
use crate::support::pre_commit::PreCommitRepo;
use crate::support::process::stdout;
use crate::support::sample::{FERRY, fill};
use crate::support::tools::{fences, file_in, search_path, tool, validate, yaml};
use crate::support::transcript;

const CI: &str = "docs/ci.md";
const HOOKS: &str = "docs/pre-commit.md";

/// Asserts that the transcripts of a document are current, by running its commands again.
fn holds(path: &str, run: impl FnMut(&str) -> (i32, String)) {
    let document = text_of(path);
    let fresh = transcript::rerun(&document, run);
    assert_generated(path, &fresh);
}

/// Creates the archive that the documents describe. The remote's main branch equals the local one.
fn repo() -> Repo {
    let repo = Repo::new();
    fill(&repo, "");
    repo.commit("Fill");
    repo.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    repo
}

/// Creates the same archive on a branch that deletes a page.
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
    let (passed, log) = hooked.commit(&[]);
    assert!(passed, "{log}");
    holds(HOOKS, |command| hooked.run(clean_command("sh").args(["-c", command])));
}

#[test]
fn every_documented_file_is_valid() {
    let mut names = Vec::new();
    for fence in [CI, HOOKS].into_iter().flat_map(|path| fences(&text_of(path))) {
        let Some(name) = fence.info.strip_prefix("yaml file=") else {
            assert!(!fence.info.contains("yaml"), "a file without a name: {}", fence.info);
            continue;
        };
        names.push(name.to_owned());
        if name.starts_with(".github/workflows/") {
            validate("vendor.github-workflows", &fence.text);
        } else if name == ".gitlab-ci.yml" {
            validate("vendor.gitlab-ci", &fence.text);
        } else {
            assert!(name.starts_with(".pre-commit-config.yaml"), "{name}");
            is_valid_configuration(&fence.text);
        }
    }
    assert_eq!(names.len(), 9, "{names:?}");
}

fn is_valid_configuration(text: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config.yaml");
    std::fs::write(&path, text.replace("rev: REV", "rev: 0a1b2c3")).expect("a file");
    let mut pre_commit = Command::new(tool("pre-commit"));
    let output = pre_commit.arg("validate-config").arg(&path).output().expect("it runs");
    let log = [output.stdout, output.stderr].concat();
    assert!(output.status.success() && log.is_empty(), "{}", String::from_utf8_lossy(&log));
}

/// Runs a documented job of a GitHub workflow, except for the step that builds the program.
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
        assert_eq!(ran.code, 1, "{name}: {}", ran.log);
        assert!(ran.log.contains("since origin/main...: 0 files changed"), "{name}: {}", ran.log);
        assert_eq!(ran.log.matches("::error file=news/").count(), 2, "{name}: {}", ran.log);
        let ran = run_job(name, &repo, "");
        assert_eq!(ran.log.matches("::error file=news/").count(), 2, "{name}: {}", ran.log);
        assert!(!ran.log.contains("since"), "{name}: {}", ran.log);
    }
}

/// The archive has no sources, so the job makes no requests.
#[test]
fn the_documented_nightly_job_keeps_its_ledger() {
    let repo = repo();
    let ran = run_job("sources.yml", &repo, "");
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(repo.root().join(".dateline/ledger.sqlite3").is_file());
    let names = ran.used.iter().map(|(action, _)| action.split('@').next());
    let used: Vec<_> = names.flatten().collect();
    assert_eq!(used, ["actions/checkout", "actions/cache/restore", "actions/cache/save"]);
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
        let log = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{log}");
        assert_eq!(log.contains(&format!("since {base}: ")), !base.is_empty(), "{log}");
        let quality = job["artifacts"]["reports"]["codequality"].as_str().expect("a path");
        let quality = std::fs::read(repo.root().join(quality)).expect("a report");
        let quality: Value = serde_json::from_slice(&quality).expect("JSON");
        assert_eq!(quality.as_array().map(Vec::len), Some(2), "{quality}");
        let junit = job["artifacts"]["reports"]["junit"].as_str().expect("a path");
        let junit = std::fs::read_to_string(repo.root().join(junit)).expect("a report");
        assert_eq!(junit.matches("<failure").count(), 2, "{junit}");
    }
}

/// There is no official repository yet. When there is one, the manifest and all documents must name
/// it. Until then, the README explains the placeholder, and other documents link to it.
#[test]
fn a_placeholder_for_the_repository_is_explained_once() {
    let manifest: toml::Table = text_of("Cargo.toml").parse().expect("TOML");
    let repository = manifest["package"]["repository"].as_str();
    assert_eq!(
        repository,
        Some("https://github.com/OWNER/dateline"),
        "replace OWNER in the documents, too"
    );
    let mut explanations = Vec::new();
    for path in documents() {
        let text = text_of(&path);
        for name in ["/dateline@", "/dateline --rev"] {
            for (at, _) in text.match_indices(name) {
                assert!(text[..at].ends_with("OWNER"), "{path}: {}", &text[..at]);
            }
        }
        // A paragraph, or an item of a list.
        for part in text.split("\n\n").flat_map(|part| part.split("\n- ")) {
            let is_explained = part.contains("README.md#installation)");
            if part.contains("`OWNER`") && !is_explained {
                explanations.push(format!("{path}: {part}"));
            }
        }
    }
    let [explanation] = &explanations[..] else { panic!("explained in {explanations:#?}") };
    assert!(explanation.starts_with("README.md: "), "{explanation}");
    assert!(text_of("README.md").contains("\n## Installation\n"), "the target of the links");
}

/// The debug information of all dependencies would make the program five times as large.
#[test]
fn the_release_binary_is_stripped_and_a_separate_profile_has_debug_information() {
    let manifest: toml::Table = text_of("Cargo.toml").parse().expect("TOML");
    let profile = |name: &str, key: &str| manifest["profile"][name].get(key).cloned();
    assert_eq!(profile("release", "strip"), Some(toml::Value::Boolean(true)));
    assert_eq!(profile("release", "debug"), None);
    assert_eq!(profile("profiling", "inherits"), Some(toml::Value::String("release".into())));
    assert_eq!(profile("profiling", "strip"), Some(toml::Value::Boolean(false)));
    assert_eq!(profile("profiling", "debug"), Some(toml::Value::Boolean(true)));
}
