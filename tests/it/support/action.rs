//! A simulation of those parts of a GitHub runner that the documented jobs and the Action use.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::checkout::{here, text_of};
use super::git::clean_command;
use super::process::{DATELINE, write_program};
use super::tools::{search_path, yaml};

/// A job on a runner.
pub struct Job {
    /// The folder of the repository.
    workspace: PathBuf,
    /// The parent of `RUNNER_TEMP` and `RUNNER_TOOL_CACHE`, whose names contain a space and must be
    /// quoted.
    folder: TempDir,
    /// Additional variables, such as `GITHUB_BASE_REF`.
    pub variables: Vec<(String, String)>,
    /// Whether the cache contains the program.
    pub cached: bool,
    /// A script that the cache contains in place of the program.
    pub program: Option<String>,
    /// The values of expressions other than inputs and outputs.
    pub known: Vec<(String, String)>,
}

/// The result of running steps.
#[derive(Debug, Default)]
pub struct JobResult {
    /// The exit code of the step that failed, or 0.
    pub code: i32,
    /// The output of all steps.
    pub log: String,
    /// The values of expressions: `steps.ID.outputs.NAME`, and the inputs.
    pub known: BTreeMap<String, String>,
    /// The third-party actions that the steps used, with their inputs.
    pub used: Vec<(String, Value)>,
}

impl Job {
    /// Creates a job in a repository. The job's cache contains the built program.
    pub fn new(workspace: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a temp", "a cache"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        std::os::unix::fs::symlink(here(""), folder.path().join("the action")).expect("a link");
        let workspace = workspace.to_path_buf();
        let (variables, known) = (Vec::new(), Vec::new());
        Self { workspace, folder, variables, cached: true, program: None, known }
    }

    /// Returns the parent of the runner's folders.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the Action of this repository with these inputs.
    pub fn act(&self, inputs: &[(&str, &str)]) -> JobResult {
        let action = yaml(&text_of("action.yml"));
        let mut known: BTreeMap<_, _> = self.known.iter().cloned().collect();
        for (name, input) in action["inputs"].as_object().expect("inputs") {
            let default = input["default"].as_str().expect("a default");
            known.insert(format!("inputs.{name}"), default.to_owned());
        }
        for (name, value) in inputs {
            let replaced = known.insert(format!("inputs.{name}"), (*value).to_owned());
            assert!(replaced.is_some(), "the Action has no input {name}");
        }
        self.run(&Value::Null, &action["runs"]["steps"], known)
    }

    /// Runs steps in order, in a job with these variables.
    pub fn run(
        &self,
        variables: &Value,
        steps: &Value,
        known: BTreeMap<String, String>,
    ) -> JobResult {
        let mut ran = JobResult { known, ..JobResult::default() };
        ran.known.insert("runner.os".to_owned(), "Linux".to_owned());
        ran.known.insert("runner.arch".to_owned(), "X64".to_owned());
        for step in steps.as_array().expect("steps") {
            if !ran.is_due(step["if"].as_str().unwrap_or_default()) {
                continue;
            }
            match (step["uses"].as_str(), step["run"].as_str()) {
                (Some(action), None) => self.use_action(action, &step["with"], &mut ran),
                (None, Some(script)) => {
                    self.run_script(&[variables, &step["env"]], step, script, &mut ran);
                }
                _ => panic!("a step either uses or runs: {step}"),
            }
        }
        ran
    }

    fn use_action(&self, action: &str, with: &Value, ran: &mut JobResult) {
        let mut given = with.clone();
        for value in given.as_object_mut().into_iter().flat_map(|map| map.values_mut()) {
            if let Value::String(text) = value {
                *text = ran.fill(text);
            }
        }
        let root = given["path"].as_str().map(PathBuf::from);
        if let Some(root) = root.filter(|_| action.starts_with("actions/cache@") && self.cached) {
            std::fs::create_dir_all(root.join("bin")).expect("a folder");
            let program = root.join("bin/dateline");
            match &self.program {
                None => std::os::unix::fs::symlink(DATELINE, program).expect("a link"),
                Some(script) => write_program(&program, script),
            }
        }
        ran.used.push((action.to_owned(), given));
    }

    /// Runs a script as `shell: bash` does, with the variables of the runner, the job and the step.
    fn run_script(&self, variables: &[&Value], step: &Value, script: &str, ran: &mut JobResult) {
        assert!(!script.contains("${{"), "values are put into a script: {script}");
        let path = |name: &str| self.folder.path().join(name);
        let (file, output) = (path("script.sh"), path("output"));
        std::fs::write(&file, script).expect("a file");
        std::fs::write(&output, "").expect("a file");
        let mut bash = clean_command("bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&file);
        bash.current_dir(&self.workspace).env("PATH", search_path());
        bash.env("GITHUB_ACTIONS", "true").env("GITHUB_OUTPUT", &output);
        bash.env("GITHUB_ACTION_PATH", path("the action")).env("GITHUB_WORKSPACE", &self.workspace);
        bash.env("RUNNER_TEMP", path("a temp")).env("RUNNER_TOOL_CACHE", path("a cache"));
        // Nothing listens on this port. Without the variable, the Action would use the network.
        bash.env("DATELINE_RELEASES", "http://127.0.0.1:9/releases");
        for (name, value) in variables.iter().filter_map(|all| all.as_object()).flatten() {
            bash.env(name, ran.fill(value.as_str().expect("a string")));
        }
        bash.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let done = bash.output().expect("bash runs");
        ran.log += &String::from_utf8_lossy(&done.stdout);
        ran.log += &String::from_utf8_lossy(&done.stderr);
        if let Some(id) = step["id"].as_str() {
            let outputs = std::fs::read_to_string(&output).expect("outputs");
            for line in outputs.lines() {
                let (name, value) = line.split_once('=').expect("name=value");
                ran.known.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
            }
        }
        if ran.code == 0 {
            ran.code = done.status.code().expect("an exit code");
        }
    }
}

impl JobResult {
    /// Returns the value of an expression.
    fn value<'a>(&'a self, expression: &'a str) -> &'a str {
        let expression = expression.trim();
        if let Some(text) = expression.strip_prefix('\'') {
            return text.strip_suffix('\'').expect("a closed string");
        }
        assert!(expression.contains('.'), "not known to this runner: {expression}");
        self.known.get(expression).map_or("", String::as_str)
    }

    /// Returns a text in which each expression is replaced with its value.
    fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${{") {
            let (expression, after) = behind.split_once("}}").expect("a closed expression");
            filled += before;
            filled += self.value(expression);
            rest = after;
        }
        filled + rest
    }

    /// Returns whether a step runs. After a failure, a step runs only if its condition contains
    /// `cancelled()`.
    fn is_due(&self, condition: &str) -> bool {
        let condition = condition.trim().trim_start_matches("${{").trim_end_matches("}}");
        let terms = condition.split("&&").map(str::trim).filter(|term| !term.is_empty());
        let is_asked = condition.contains("cancelled()");
        (self.code == 0 || is_asked)
            && terms.into_iter().all(|term| match (term.split_once("=="), term.split_once("!=")) {
                (Some((one, other)), _) => self.value(one) == self.value(other),
                (_, Some((one, other))) => self.value(one) != self.value(other),
                _ => {
                    assert_eq!(term, "!cancelled()", "not known to this runner");
                    true
                }
            })
    }
}
