//! Repositories whose commits run the hooks of this repository through pre-commit.

use std::process::Command;

use tempfile::TempDir;

use super::checkout::text_of;
use super::git::{Repo, clean_command};
use super::tools::{search_path, tool};

/// The name of the hook that checks the named pages, as pre-commit displays it.
pub const PAGES: &str = "dateline (files)";
/// The name of the hook that checks the staged changes, as pre-commit displays it.
pub const STAGED: &str = "dateline (staged changes)";

/// A repository with hooks.
pub struct PreCommitRepo {
    /// The repository of the archive.
    pub repo: Repo,
    /// The repository that defines the hooks.
    hooks: Repo,
    /// The cache of pre-commit.
    home: TempDir,
}

impl PreCommitRepo {
    /// Creates an empty archive with this configuration of pre-commit, after filling in the
    /// repository and revision of the hooks. The hooks run the built program, because a build by
    /// pre-commit would take minutes.
    pub fn new(config: &str) -> Self {
        let hooks = Repo::new();
        hooks.write(".pre-commit-hooks.yaml", text_of(".pre-commit-hooks.yaml"));
        hooks.commit("Add the hooks");
        let revision = hooks.git(&["rev-parse", "HEAD"]);
        let home = tempfile::tempdir().expect("a folder");
        let hooked = Self { repo: Repo::new(), hooks, home };
        let from = hooked.hooks.root().to_str().expect("UTF-8");
        let config = config.replace("https://github.com/OWNER/dateline", from);
        let config = config.replace("rev: REV", &format!("rev: {}", revision.trim()));
        // Programs from PyPI are not installed either.
        let config = config.replace("language: python", "language: system");
        let mut lines = String::new();
        for line in config.lines().filter(|line| !line.contains("additional_dependencies:")) {
            lines.push_str(line);
            lines.push('\n');
            let indent =
                line.find("- id: dateline").filter(|_| !config.contains("language: system"));
            if let Some(indent) = indent {
                lines += &" ".repeat(indent);
                lines += "  language: system\n";
            }
        }
        let is_local = lines.contains("repo: local");
        assert!(is_local || lines.contains(from) && lines.contains(revision.trim()), "{lines}");
        hooked.repo.write(".pre-commit-config.yaml", lines);
        hooked.repo.git(&["add", "--all"]);
        hooked.repo.git(&["commit", "--quiet", "--message", "Add hooks"]);
        let (passed, log) = hooked.pre_commit(&["install", "--install-hooks"]);
        assert!(passed, "{log}");
        hooked
    }

    /// Commits the staged changes. Returns whether the commit succeeded, and all output.
    pub fn commit(&self, arguments: &[&str]) -> (bool, String) {
        self.git(&[&["commit", "--message", "Try"], arguments].concat())
    }

    /// Runs git with hooks. Returns whether git succeeded, and all output.
    pub fn git(&self, arguments: &[&str]) -> (bool, String) {
        let (code, log) = self.run(clean_command("git").args(arguments));
        (code == 0, log)
    }

    /// Runs pre-commit directly. Returns whether it succeeded, and all output.
    pub fn pre_commit(&self, arguments: &[&str]) -> (bool, String) {
        let program = tool("pre-commit");
        let (code, log) = self.run(clean_command(program.to_str().expect("UTF-8")).args(arguments));
        (code == 0, log)
    }

    /// Runs a command with pre-commit and `dateline` in its search path. Returns the exit code and
    /// all output.
    pub fn run(&self, command: &mut Command) -> (i32, String) {
        command.current_dir(self.repo.root()).env("PATH", search_path());
        command.env("PRE_COMMIT_HOME", self.home.path());
        let output = command.output().expect("it runs");
        let log = [output.stdout, output.stderr].concat();
        let code = output.status.code().expect("an exit code");
        (code, String::from_utf8_lossy(&log).into_owned())
    }
}

/// Returns the line with the result of a hook in pre-commit's output.
pub fn result<'a>(log: &'a str, hook: &str) -> &'a str {
    let line = log.lines().find(|line| line.starts_with(hook));
    line.unwrap_or_else(|| panic!("no line of {hook}: {log}"))
}
