//! Archives in git repositories.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::archive::TestArchive;
use super::process::{DATELINE, stderr, stdout};

/// An archive that is a git repository.
pub struct Repo {
    /// The files of the repository.
    pub archive: TestArchive,
}

impl Repo {
    /// Creates an empty archive with committed settings.
    pub fn new() -> Self {
        let repo = Self { archive: TestArchive::new() };
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        repo.commit("Begin");
        repo
    }

    /// Returns the root of the repository.
    pub fn root(&self) -> &Path {
        self.archive.root()
    }

    /// Writes a file and creates the folders above it.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        self.archive.write(path, content);
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.root().join(path)).expect("a file to remove");
    }

    /// Renames a file and creates the folders above its new path.
    pub fn rename(&self, from: &str, to: &str) {
        let to = self.root().join(to);
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("the folder can be made");
        std::fs::rename(self.root().join(from), to).expect("the file can be renamed");
    }

    /// Runs git, asserts that it succeeds, and returns its standard output.
    pub fn git(&self, arguments: &[&str]) -> String {
        let output = clean_command("git").args(arguments).current_dir(self.root()).output();
        let output = output.expect("git is needed by this test: install it");
        let errors = stderr(&output);
        assert!(output.status.success(), "git {arguments:?}: {errors}");
        stdout(&output)
    }

    /// Commits all changes.
    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    /// Runs `dateline check` on the whole archive.
    pub fn check(&self, options: &[&str]) -> Output {
        self.run(&[&["check", "."], options].concat())
    }

    /// Runs the program in the root of the repository.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let program = DATELINE;
        let output = clean_command(program).args(arguments).current_dir(self.root()).output();
        output.expect("the program runs")
    }

    /// Returns the findings of a check: path, rule, position and message.
    pub fn found(&self, options: &[&str]) -> Vec<[String; 4]> {
        let output = self.check(&[&["--output-format", "json"], options].concat());
        let errors = stderr(&output);
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("no JSON: {error}: {errors}"));
        let diagnostics = report["diagnostics"].as_array().expect("diagnostics");
        let text = |value: &Value| value.as_str().expect("a string").to_owned();
        let found = diagnostics.iter().map(|found| {
            let range = found["range"].to_string();
            [text(&found["path"]), text(&found["rule"]), range, text(&found["message"])]
        });
        found.collect()
    }
}

/// Returns a command that ignores all settings of the user and the machine, except for `PATH`.
pub fn clean_command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(std::env::vars_os().filter(|(name, _)| name == "PATH"));
    for name in ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"] {
        command.env(name, "Ilse Marchetti");
    }
    for name in ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"] {
        command.env(name, "ilse@archive.example");
    }
    for name in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
        command.env(name, "2012-03-25T12:00:00Z");
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command
}

/// Returns the paths and rules of findings.
pub fn rules(found: &[[String; 4]]) -> Vec<(&str, &str)> {
    found.iter().map(|[path, rule, ..]| (&**path, &**rule)).collect()
}
