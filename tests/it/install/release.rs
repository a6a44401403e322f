//! Tests of the scripts that the workflow of a release calls.

use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

use crate::support::checkout::{here, text_of};
use crate::support::git::clean_command;
use crate::support::process::{DATELINE, stderr, stdout, write_program};
use crate::support::tools::{tool, yaml};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A copy of the scripts in a checkout that contains nothing else, and stand-ins for the programs that they
/// call.
struct Checkout {
    folder: TempDir,
}

impl Checkout {
    fn new() -> Self {
        let checkout = Self { folder: tempfile::tempdir().expect("a folder") };
        for script in ["publish", "release-notes"] {
            let path = format!(".ci/{script}");
            write_program(&checkout.path(&path), &text_of(&path));
        }
        checkout.write("Cargo.toml", &text_of("Cargo.toml"));
        checkout
            .write("CHANGELOG.md", &format!("# Changelog\n\n## {VERSION} - 2026-12-01\n\n- New\n"));
        checkout
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file");
    }

    /// Replaces a program with a script.
    fn replace(&self, name: &str, script: &str) {
        write_program(&self.path("bin").join(name), &format!("#!/bin/sh\n{script}"));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut bash = clean_command("bash");
        bash.args(arguments).current_dir(self.folder.path());
        bash.env("PATH", format!("{}:/usr/bin:/bin", self.path("bin").display()));
        bash.env("GITHUB_REF_NAME", "v1").env("GITHUB_REPOSITORY", "ilse/dateline");
        bash.output().expect("bash runs")
    }

    /// Runs `.ci/publish`, which must succeed, and returns what it prints.
    fn publish(&self, arguments: &[&str]) -> String {
        let output = self.run(&[&[".ci/publish"], arguments].concat());
        assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
        stdout(&output)
    }
}

#[test]
fn npm_packages_are_published_once_and_the_launcher_last() {
    let checkout = Checkout::new();
    let pack = "for name in cli cli-linux-x64-gnu cli-win32-x64; do\n\
          mkdir -p package packages\n\
          printf '{\\n  \"name\": \"@dateline/%s\",\\n}\\n' \"$name\" >package/package.json\n\
          tar -czf \"packages/dateline-$name-$0.tgz\" package\n\
        done";
    assert!(checkout.run(&["-euc", pack, VERSION]).status.success());
    // As npm does, the stand-in fails if no version of a package is published.
    checkout.replace(
        "npm",
        &format!(
            "case $* in\n\
               'view @dateline/cli-win32-x64@{VERSION} version') echo {VERSION} ;;\n\
               view*) exit 1 ;;\n\
               *) echo \"npm $*\" ;;\n\
             esac\n"
        ),
    );
    let expected = format!(
        "npm publish --access public packages/dateline-cli-linux-x64-gnu-{VERSION}.tgz\n\
         @dateline/cli-win32-x64 {VERSION} is already published\n\
         npm publish --access public packages/dateline-cli-{VERSION}.tgz\n"
    );
    assert_eq!(checkout.publish(&["npm", "packages"]), expected);
}

#[test]
fn the_crate_is_published_once() {
    let checkout = Checkout::new();
    checkout.replace("cargo", "echo \"cargo $*\"\n");
    let published = |curl: &str| {
        checkout.replace("curl", curl);
        checkout.publish(&["crate"])
    };
    let upload = "cargo publish --locked\n";
    assert_eq!(published("exit 22\n"), upload, "no version");
    assert_eq!(published("echo '{\"name\":\"dateline\",\"vers\":\"0.0.1\"}'\n"), upload);
    let this = format!("echo '{{\"name\":\"dateline\",\"vers\":\"{VERSION}\"}}'\n");
    assert_eq!(published(&this), format!("dateline {VERSION} is already published\n"));
}

#[test]
fn a_release_on_github_is_created_once_with_the_notes_of_its_version() {
    let checkout = Checkout::new();
    std::fs::create_dir(checkout.path("release")).expect("a folder");
    checkout.write("release/SHA256SUMS", "");
    checkout.replace("gh", "[ \"$2\" != view ] || exit 1\nprintf '[%s]' \"$@\"\n");
    let created = checkout.publish(&["github", "release"]);
    assert!(created.starts_with("[release][create][v1][release/SHA256SUMS]"), "{created}");
    assert!(created.contains("[--repo][ilse/dateline]"), "{created}");
    assert!(created.ends_with("[--notes][\n- New]"), "{created}");
    checkout.replace("gh", "[ \"$2\" = view ]\n");
    assert_eq!(checkout.publish(&["github", "release"]), "v1 is already published\n");
}

#[test]
fn a_version_without_a_section_of_the_changelog_is_not_released() {
    let checkout = Checkout::new();
    assert_eq!(stdout(&checkout.run(&[".ci/release-notes"])), "\n- New\n");
    let changelog = format!(
        "## Unreleased\n\n- Next\n\n## {VERSION}0 - 2026-12-02\n\n- Later\n\n## 0.0.1 - 2026-11-01\n\n- Old\n"
    );
    checkout.write("CHANGELOG.md", &changelog);
    let output = checkout.run(&[".ci/release-notes"]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), String::new()));
    let error = format!("error: CHANGELOG.md has no section \"## {VERSION} - DATE\"\n");
    assert_eq!(stderr(&output), error);
    let section = format!("## {VERSION} - 2026-12-01\n\n- New\n\n{changelog}");
    checkout.write("CHANGELOG.md", &section);
    assert_eq!(stdout(&checkout.run(&[".ci/release-notes"])), "\n- New\n");
}

#[test]
fn a_program_is_released_only_if_it_finds_what_it_should() {
    let folder = tempfile::tempdir().expect("a folder");
    let runs = |program: &Path| {
        let mut bash = clean_command("bash");
        bash.arg(here(".ci/try-program")).arg(program).current_dir(folder.path());
        bash.output().expect("bash runs")
    };
    let output = runs(Path::new(DATELINE));
    assert!(output.status.success(), "{}", stderr(&output));
    let program = folder.path().join("program");
    for (code, fixture) in [(0, "broken"), (1, "gazette"), (2, "gazette")] {
        write_program(&program, &format!("#!/bin/sh\nexit {code}\n"));
        let output = runs(&program);
        assert_eq!(output.status.code(), Some(1), "{code}");
        assert!(stderr(&output).ends_with(&format!("on the fixture {fixture}\n")), "{output:?}");
    }
}

#[test]
fn nothing_is_published_before_all_checks_have_passed_and_github_comes_last() {
    let workflow = yaml(&text_of(".github/workflows/release.yml"));
    let jobs = &workflow["jobs"];
    assert_eq!(jobs["collect"]["needs"], serde_json::json!(["build", "sdist", "test"]));
    let scripts: Vec<_> = jobs["test"]["steps"].as_array().expect("steps").iter().collect();
    assert_eq!(scripts.last().expect("a step")["run"], ".ci/run");
    for name in ["pypi", "npm", "crate"] {
        assert_eq!(jobs[name]["needs"], "collect", "{name}");
        assert_eq!(jobs[name]["if"], "github.event_name == 'push'", "{name}");
    }
    assert_eq!(jobs["github"]["needs"], serde_json::json!(["pypi", "npm", "crate"]));
    assert_eq!(jobs["github"]["if"], "github.event_name == 'push'");
}

#[test]
fn shellcheck_accepts_the_scripts_in_the_workflow() {
    let workflow = yaml(&text_of(".github/workflows/release.yml"));
    let steps = workflow["jobs"].as_object().expect("jobs").values();
    let steps = steps.flat_map(|job| job["steps"].as_array().expect("steps"));
    let scripts: Vec<&str> = steps.filter_map(|step| step["run"].as_str()).collect();
    assert!(scripts.len() > 10, "{scripts:?}");
    let folder = tempfile::tempdir().expect("a folder");
    for (number, script) in scripts.iter().enumerate() {
        assert!(!script.contains("${{"), "values are put into a script: {script}");
        let text = format!("#!/bin/bash\nset -eo pipefail\n{script}");
        std::fs::write(folder.path().join(format!("{number:02}.sh")), text).expect("a file");
    }
    let mut shellcheck = std::process::Command::new(tool("shellcheck"));
    shellcheck.args((0..scripts.len()).map(|number| format!("{number:02}.sh")));
    let output = shellcheck.current_dir(folder.path()).output().expect("it runs");
    assert!(output.status.success(), "{}", stdout(&output));
}

/// A runner with Windows checks text files out with CRLF.
#[test]
fn scripts_have_the_same_line_endings_on_every_system() {
    assert!(text_of(".gitattributes").lines().any(|line| line == "* -text"));
}
