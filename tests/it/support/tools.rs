//! Programs that `.ci/tools` installs. Tests use them to validate files for other programs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::checkout::{here, text_of};
use super::process::{DATELINE, run_with_input};

/// Returns the folder of the programs, and asserts that the listed versions are installed.
fn folder() -> PathBuf {
    let installed = std::fs::read_to_string(here("target/tools/installed.txt"));
    let is_right = installed.is_ok_and(|list| list == text_of(".ci/requirements.txt"));
    assert!(is_right, "this test needs pre-commit and other programs from PyPI: run .ci/tools");
    here("target/tools/bin")
}

/// Returns the path of a program.
pub fn tool(name: &str) -> PathBuf {
    folder().join(name)
}

/// Returns a search path that begins with the programs and the built `dateline`.
pub fn search_path() -> OsString {
    let dateline = Path::new(DATELINE).parent().expect("a folder");
    let rest = std::env::var_os("PATH").expect("a search path");
    let folders =
        [dateline.to_path_buf(), folder()].into_iter().chain(std::env::split_paths(&rest));
    std::env::join_paths(folders).expect("a search path")
}

/// Parses a YAML document.
pub fn yaml(text: &str) -> Value {
    let program = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin.buffer), sys.stdout)";
    let mut python = Command::new(tool("python"));
    let output = run_with_input(python.args(["-c", program]), text);
    assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Asserts that a YAML document conforms to a schema that check-jsonschema includes.
pub fn validate(schema: &str, text: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("document.yml");
    std::fs::write(&path, text).expect("a file");
    let mut check = Command::new(tool("check-jsonschema"));
    let output = check.args(["--builtin-schema", schema]).arg(path).output().expect("it runs");
    let log = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{schema}: {}", String::from_utf8_lossy(&log));
}

/// A fence of a Markdown document.
pub struct Fence {
    /// The text after the opening backticks.
    pub info: String,
    /// The content of the fence.
    pub text: String,
}

/// Returns the fences of a document, in order.
pub fn fences(document: &str) -> Vec<Fence> {
    let mut found: Vec<Fence> = Vec::new();
    let mut open = false;
    for line in document.lines() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) => {
                open = true;
                found.push(Fence { info: info.to_owned(), text: String::new() });
            }
            None if open => {
                let fence = found.last_mut().expect("an open one");
                fence.text.push_str(line);
                fence.text.push('\n');
            }
            None => {}
        }
    }
    assert!(!open, "the last fence is not closed");
    found
}

/// Returns the content of the YAML fence with this file name.
pub fn file_in(document: &str, name: &str) -> String {
    let info = format!("yaml file={name}");
    let fence = fences(document).into_iter().find(|fence| fence.info == info);
    fence.unwrap_or_else(|| panic!("no fence `{info}`")).text
}
