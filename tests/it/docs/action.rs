//! Tests of the Action. Its steps run in temporary repositories, as a runner would run them.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::action::{Job, JobResult};
use crate::support::checkout::{here, text_of};
use crate::support::git::{Repo, clean_command};
use crate::support::process::{DATELINE, write_program};
use crate::support::sample::{FERRY, GATES, fill};
use crate::support::tools::{self, tool, validate, yaml};

/// Creates the small archive with an additional page that has a broken link.
fn repo() -> Repo {
    let repo = Repo::new();
    fill(&repo, "");
    repo.write("about.md", "[x](/gone.md)\n");
    repo.commit("Fill");
    repo
}

/// Creates the same archive on a branch that deletes a page, as in a pull request.
fn branch() -> Repo {
    let repo = repo();
    repo.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.git(&["rm", "--quiet", FERRY]);
    repo.commit("Delete");
    repo
}

fn of_pull_request(workspace: &Path) -> Job {
    let mut job = Job::new(workspace);
    job.variables.push(("GITHUB_BASE_REF".to_owned(), "main".to_owned()));
    job
}

fn annotations(ran: &JobResult) -> Vec<&str> {
    let is_one =
        |line: &&str| line.starts_with("::error file=") || line.starts_with("::warning file=");
    commands(ran).filter(is_one).collect()
}

/// Returns the lines that a runner executes as commands. Lines between `::stop-commands::` and its
/// token are left out.
fn commands(ran: &JobResult) -> impl Iterator<Item = &str> {
    let mut awaited = None;
    ran.log.split(['\n', '\r']).map(str::trim_start).filter(move |line| {
        if let Some(token) = line.strip_prefix("::stop-commands::").filter(|_| awaited.is_none()) {
            assert_eq!(token.len(), 32, "nobody can guess it");
            awaited = Some(format!("::{token}::"));
            return false;
        }
        let is_stopped = awaited.is_some();
        if awaited.as_deref() == Some(*line) {
            awaited = None;
        }
        !is_stopped && (line.starts_with("::") || line.contains("##["))
    })
}

fn uploads(ran: &JobResult) -> usize {
    ran.used.iter().filter(|(action, _)| action.contains("upload-sarif")).count()
}

#[test]
fn action_metadata_is_valid_and_interpolates_nothing_into_scripts() {
    let text = text_of("action.yml");
    validate("vendor.github-actions", &text);
    let action = yaml(&text);
    for step in action["runs"]["steps"].as_array().expect("steps") {
        if let Some(script) = step["run"].as_str() {
            assert!(!script.contains("${{"), "{script}");
        }
        if let Some(action) = step["uses"].as_str() {
            let commit = action.rsplit_once('@').expect("a commit").1;
            let is_digit = |char: char| char.is_ascii_hexdigit();
            assert!(commit.len() == 40 && commit.chars().all(is_digit), "{action}");
        }
    }
}

#[test]
fn shellcheck_accepts_the_scripts() {
    let mut shellcheck = Command::new(tool("shellcheck"));
    shellcheck.args(["--enable=quote-safe-variables,check-set-e-suppressed"]);
    let ci = std::fs::read_dir(here(".ci")).expect("a folder");
    let ci = ci.map(|file| file.expect("a file").path());
    let ci: Vec<_> = ci.filter(|path| path.extension().is_none()).collect();
    assert!(ci.len() > 7, "{ci:?}");
    let benches =
        ["run", "build.sh", "measure.sh", "peers.sh"].map(|name| format!("benches/{name}"));
    let installs = ["man", "npm", "shells", "wheel", "workflows"];
    let installs = installs.map(|name| format!("tests/install/{name}.sh"));
    let files = benches.iter().chain(&installs).map(|path| here(path)).chain(ci);
    let files = files.chain([here("action.sh")]);
    let output = shellcheck.args(files).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn findings_are_annotated_and_fail_the_job() {
    let repo = repo();
    let ran = Job::new(repo.root()).act(&[]);
    assert_eq!(ran.code, 1, "{}", ran.log);
    let found = annotations(&ran);
    assert_eq!(found.len(), 1, "{}", ran.log);
    assert!(found[0].starts_with("::error file=about.md,line=1,"), "{}", ran.log);
    assert_eq!((uploads(&ran), ran.known.get("steps.check.outputs.sarif")), (0, None));
    repo.write("about.md", "x\n");
    let ran = Job::new(repo.root()).act(&[]);
    assert_eq!((ran.code, annotations(&ran).len()), (0, 0), "{}", ran.log);
}

#[test]
fn sarif_is_uploaded_even_if_findings_fail_the_job() {
    let repo = repo();
    for (sarif, expected) in [("upload", 1), ("true", 0)] {
        let job = Job::new(repo.root());
        let ran = job.act(&[("sarif", sarif)]);
        assert_eq!((ran.code, uploads(&ran)), (1, expected), "{}", ran.log);
        assert_eq!(annotations(&ran).len(), 1, "{}", ran.log);
        let path = &ran.known["steps.check.outputs.sarif"];
        let given = ran.used.last().map(|(_, given)| &given["sarif_file"]);
        assert!(expected == 0 || given == Some(&Value::from(path.as_str())), "{:?}", ran.used);
        let log = std::fs::read_to_string(path).expect("a file");
        let log: Value = serde_json::from_str(&log).expect("JSON");
        assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(1), "{log}");
    }
    // An error about the arguments is printed once, and nothing is uploaded.
    let ran = Job::new(repo.root()).act(&[("sarif", "upload"), ("paths", "nowhere")]);
    assert_eq!((ran.code, uploads(&ran)), (2, 0), "{}", ran.log);
    assert_eq!(ran.log.matches("nowhere").count(), 1, "{}", ran.log);
    let ran = Job::new(repo.root()).act(&[("sarif", "yes")]);
    assert_eq!(ran.code, 2);
    assert!(ran.log.contains("::error title=Dateline::sarif must be"), "{}", ran.log);
}

#[test]
fn a_pull_request_is_compared_with_its_merge_base() {
    let repo = branch();
    let ran = of_pull_request(repo.root()).act(&[]);
    assert_eq!(ran.code, 1, "{}", ran.log);
    let found = annotations(&ran);
    assert_eq!(found.len(), 2, "what was there before is not shown: {}", ran.log);
    assert!(found.iter().any(|line| line.contains(GATES)), "{}", ran.log);
    let ran = of_pull_request(repo.root()).act(&[("since", "all")]);
    assert_eq!(annotations(&ran).len(), 3, "{}", ran.log);
    let ran = Job::new(repo.root()).act(&[("since", "HEAD")]);
    assert_eq!((ran.code, annotations(&ran).len()), (0, 0), "{}", ran.log);
    let ran = Job::new(repo.root()).act(&[]);
    assert_eq!(annotations(&ran).len(), 3, "{}", ran.log);
}

#[test]
fn a_shallow_clone_without_the_base_is_an_error_that_names_the_fix() {
    let repo = branch();
    let folder = tempfile::tempdir().expect("a folder");
    let clone = folder.path().join("clone");
    let mut git = clean_command("git");
    git.args(["clone", "--quiet", "--depth=1"]);
    let url = format!("file://{}", repo.root().display());
    assert!(git.arg(url).arg(&clone).status().expect("git runs").success());
    let ran = of_pull_request(&clone).act(&[]);
    assert_eq!(ran.code, 2, "{}", ran.log);
    assert!(ran.log.contains("give actions/checkout \"fetch-depth: 0\""), "{}", ran.log);
    assert_eq!(Job::new(&clone).act(&[]).code, 1, "without a comparison nothing is lacking");
}

#[test]
fn inputs_are_never_executed() {
    let repo = repo();
    let before = repo.git(&["status", "--short", "--ignored"]);
    let inputs = ["working-directory", "paths", "since", "baseline", "fail-on", "args", "sarif"];
    for input in inputs {
        for evil in [
            "\"; touch pwned; \"",
            "$(touch pwned)",
            "`touch pwned`",
            "'; touch pwned; '",
            "x\n; touch pwned\n::add-mask::x",
            "x\r::add-mask::x\ry",
            "*",
            "--output-file=pwned",
        ] {
            let ran = Job::new(repo.root()).act(&[(input, evil)]);
            // `args` may contain options.
            if (input, evil) == ("args", "--output-file=pwned") {
                repo.remove("pwned");
            } else {
                assert_eq!(ran.code, 2, "{input} {evil}: {}", ran.log);
            }
            let after = repo.git(&["status", "--short", "--ignored"]);
            assert_eq!(before, after, "{input} {evil}: {}", ran.log);
            let ours = |line: &str| line.starts_with("::error title=Dateline::");
            let is_known = |line: &str| ours(line) || !line.contains("add-");
            assert!(commands(&ran).all(is_known), "{input} {evil}: {}", ran.log);
        }
    }
    let mut job = Job::new(repo.root());
    job.variables.push(("GITHUB_BASE_REF".to_owned(), "x;touch${IFS}pwned".to_owned()));
    assert_eq!(job.act(&[]).code, 2);
    assert_eq!(before, repo.git(&["status", "--short", "--ignored"]));
}

/// The messages contain names of files and entries of the baseline, which may look like commands.
#[test]
fn messages_beside_the_report_are_not_workflow_commands() {
    let repo = repo();
    repo.write("::add-mask::x.md", "[##[add-mask]y](/gone.md)\n");
    repo.run(&["check", ".", "--baseline=known.jsonl", "--update-baseline"]);
    repo.write("::add-mask::x.md", "x\n");
    let ran =
        Job::new(repo.root()).act(&[("baseline", "known.jsonl"), ("paths", "::add-mask::x.md")]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(ran.log.contains("\n- ::add-mask::x.md"), "or this proves nothing: {}", ran.log);
    assert!(commands(&ran).all(|line| !line.contains("add-mask")), "{}", ran.log);
    let ran = Job::new(repo.root()).act(&[("args", "--diff")]);
    assert_eq!(ran.code, 2, "a patch would hold lines of pages: {}", ran.log);
}

#[test]
fn sarif_is_not_uploaded_from_a_fork() {
    let repo = repo();
    let act = |head: &str| {
        let mut job = Job::new(repo.root());
        job.known
            .push(("github.event.pull_request.head.repo.full_name".to_owned(), head.to_owned()));
        job.variables.push(("GITHUB_REPOSITORY".to_owned(), "ilse/archive".to_owned()));
        job.act(&[("sarif", "upload")])
    };
    let own = act("ilse/archive");
    assert_eq!((own.code, uploads(&own)), (1, 1), "{}", own.log);
    let fork = act("somebody/archive");
    assert_eq!((fork.code, uploads(&fork)), (1, 0), "{}", fork.log);
    assert!(fork.known.contains_key("steps.check.outputs.sarif"), "{}", fork.log);
    assert!(fork.log.contains("::notice title=Dateline::SARIF is not uploaded"), "{}", fork.log);
}

/// A cached program from another image may be unable to run. This looks like a run with findings,
/// because the loader also exits with 1.
#[test]
fn a_cached_program_that_does_not_run_is_rebuilt() {
    let repo = repo();
    let mut job = Job::new(repo.root());
    job.program = Some("#!/bin/sh\nexit 1\n".to_owned());
    let tools = tempfile::tempdir().expect("a folder");
    let cargo = tools.path().join("cargo");
    write_program(&cargo, "#!/bin/sh\necho \"cargo $*\"\nexit 9\n");
    let path = std::env::join_paths(
        std::iter::once(tools.path().to_path_buf())
            .chain(std::env::split_paths(&tools::search_path())),
    );
    let path = path.expect("a search path").into_string().expect("UTF-8");
    job.variables.push(("PATH".to_owned(), path));
    let ran = job.act(&[]);
    assert!(
        ran.log.contains("cargo install --locked") && ran.log.contains("--force"),
        "{}",
        ran.log
    );
    assert_ne!(ran.code, 0);
}

#[test]
fn inputs_are_passed_to_the_program() {
    let repo = Repo::new();
    repo.remove("dateline.toml");
    repo.write("the site/dateline.toml", "");
    fill(&repo, "the site/");
    repo.write("the site/-a b.md", "[x](/gone.md)\n");
    repo.write("the site/more.md", "[x](/gone.md)\n");
    repo.commit("Fill");
    let act = |inputs: &[(&str, &str)]| {
        let folder = [("working-directory", "the site")];
        Job::new(repo.root()).act(&[&folder, inputs].concat())
    };
    let ran = act(&[]);
    assert_eq!(annotations(&ran).len(), 2, "{}", ran.log);
    assert!(annotations(&ran)[0].starts_with("::error file=the site/-a b.md,"), "{}", ran.log);
    let ran = act(&[("paths", "-a b.md\r\nnews\n")]);
    assert_eq!((ran.code, annotations(&ran).len()), (1, 1), "{}", ran.log);
    let ran = act(&[("paths", "news")]);
    assert_eq!(ran.code, 0, "{}", ran.log);
    let ran = act(&[("args", "--ignore\nlink/not-found\n\n--jobs=1")]);
    assert_eq!((ran.code, annotations(&ran).len()), (0, 0), "{}", ran.log);
    let ran = act(&[("fail-on", "never")]);
    assert_eq!((ran.code, annotations(&ran).len()), (0, 2), "{}", ran.log);
    let update = ["check", "the site", "--baseline=known.json", "--update-baseline"];
    repo.run(&update);
    let ran = act(&[("baseline", "../known.json"), ("sarif", "true")]);
    assert_eq!((ran.code, annotations(&ran).len()), (0, 0), "{}", ran.log);
}

/// A commit can replace the folder with a symbolic link.
#[test]
fn a_working_directory_outside_the_repository_is_refused() {
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::write(outside.path().join("secret.md"), "[SESAME](/gone.md)\n").expect("a file");
    let repo = repo();
    std::os::unix::fs::symlink(outside.path(), repo.root().join("site")).expect("a link");
    std::os::unix::fs::symlink("news", repo.root().join("inside")).expect("a link");
    let act = |folder: &str| Job::new(repo.root()).act(&[("working-directory", folder)]);
    for folder in ["site", "..", "/", "inside/../.."] {
        let ran = act(folder);
        assert_eq!(ran.code, 2, "{folder}: {}", ran.log);
        let refusal =
            format!("::error title=Dateline::the folder \"{folder}\" is outside the repo");
        assert!(ran.log.contains(&refusal) && !ran.log.contains("SESAME"), "{}", ran.log);
    }
    for folder in ["inside", "news", ""] {
        assert_ne!(act(folder).code, 2, "{folder}");
    }
}

/// A script replaces cargo, because a real build would take minutes. `docs/pre-commit.md` describes
/// a real build.
#[test]
fn the_program_is_built_if_it_is_not_cached() {
    let repo = repo();
    let mut job = Job::new(repo.root());
    job.cached = false;
    let programs = job.folder().join("programs");
    let cargo = format!(
        "#!/bin/sh\npwd\nprintf '[%s]' \"$@\"\necho\nmkdir -p \"$6/bin\"\nln -s '{DATELINE}' \"$6/bin/dateline\"\n"
    );
    write_program(&programs.join("cargo"), &cargo);
    let path = format!("{}:/usr/bin:/bin", programs.display());
    job.variables.push(("PATH".to_owned(), path));
    let ran = job.act(&[]);
    assert_eq!((ran.code, annotations(&ran).len()), (1, 1), "{}", ran.log);
    let root = job.folder().join("a cache/dateline").join(&ran.known["steps.prepare.outputs.key"]);
    let words = format!("[install][--locked][--path][.][--root][{}][--target-dir]", root.display());
    assert!(ran.log.contains(&words), "{}", ran.log);
    assert_eq!(ran.used[0].1["path"], root.to_str().expect("UTF-8"));

    std::fs::remove_file(programs.join("cargo")).expect("a file");
    let variables = std::mem::take(&mut job.variables);
    let mut job = Job::new(repo.root());
    (job.cached, job.variables) = (false, variables);
    let ran = job.act(&[]);
    assert_eq!((ran.code, annotations(&ran).len()), (2, 0), "{}", ran.log);
    assert!(ran.log.contains("which this runner does not have"), "{}", ran.log);
}
