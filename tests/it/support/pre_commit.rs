//! Repositories whose commits run the hooks of this repository through pre-commit.

use std::process::Command;

use tempfile::TempDir;

use super::checkout::text_of;
use super::git::{Repo, clean_command};
use super::tools::{search_path, tool};

/// The names of the hooks, as pre-commit shows them.
pub const PAGES: &str = "dateline (the pages named)";
pub const STAGED: &str = "dateline (what the commit breaks)";

/// A repository with hooks.
pub struct PreCommitRepo {
    pub repo: Repo,
    /// Where the hooks come from.
    hooks: Repo,
    /// What pre-commit keeps.
    home: TempDir,
}

impl PreCommitRepo {
    /// An empty archive with this configuration of pre-commit, whose repository and revision are filled
    /// in. The hooks run the built program: to let pre-commit build it would take minutes.
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
        let mut lines = String::new();
        for line in config.lines() {
            lines.push_str(line);
            lines.push('\n');
            let indent =
                line.find("- id: dateline").filter(|_| !config.contains("language: system"));
            if let Some(indent) = indent {
                lines += &" ".repeat(indent);
                lines += "  language: system\n";
            }
        }
        assert!(lines.contains(from) && lines.contains(revision.trim()), "{lines}");
        hooked.repo.write(".pre-commit-config.yaml", lines);
        hooked.repo.git(&["add", "--all"]);
        hooked.repo.git(&["commit", "--quiet", "--message", "Add hooks"]);
        let (passed, said) = hooked.pre_commit(&["install", "--install-hooks"]);
        assert!(passed, "{said}");
        hooked
    }

    /// Commits what is staged; whether it went through, and all that was said.
    pub fn commit(&self, arguments: &[&str]) -> (bool, String) {
        self.git(&[&["commit", "--message", "Try"], arguments].concat())
    }

    /// Runs git with hooks; whether it did as it was told, and all that was said.
    pub fn git(&self, arguments: &[&str]) -> (bool, String) {
        let (code, said) = self.run(clean_command("git").args(arguments));
        (code == 0, said)
    }

    /// Runs pre-commit itself.
    pub fn pre_commit(&self, arguments: &[&str]) -> (bool, String) {
        let program = tool("pre-commit");
        let (code, said) =
            self.run(clean_command(program.to_str().expect("UTF-8")).args(arguments));
        (code == 0, said)
    }

    /// Runs a command as one of a user who has pre-commit and `dateline`; its exit code, and what it said.
    pub fn run(&self, command: &mut Command) -> (i32, String) {
        command.current_dir(self.repo.root()).env("PATH", search_path());
        command.env("PRE_COMMIT_HOME", self.home.path());
        let output = command.output().expect("it runs");
        let said = [output.stdout, output.stderr].concat();
        let code = output.status.code().expect("an exit code");
        (code, String::from_utf8_lossy(&said).into_owned())
    }
}

/// What pre-commit says of a hook: its line.
pub fn result<'a>(said: &'a str, hook: &str) -> &'a str {
    let line = said.lines().find(|line| line.starts_with(hook));
    line.unwrap_or_else(|| panic!("no line of {hook}: {said}"))
}
