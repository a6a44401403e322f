//! Programs and libraries that `.ci/tools` installs. Tests use them to validate files for other
//! programs.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::checkout::{here, text_of};
use super::process::{self, run_with_input, stderr};

/// Returns the folder of the programs, and asserts that the listed versions are installed in it.
fn folder() -> PathBuf {
    let tools = here("target/tools");
    let place = tools.canonicalize().unwrap_or_default();
    let expected = format!("{}\n{}", place.display(), text_of(".ci/requirements.txt"));
    let installed = std::fs::read_to_string(tools.join("installed.txt"));
    let is_installed = installed.is_ok_and(|found| found == expected);
    assert!(is_installed, "this test needs programs from PyPI: run .ci/test, which installs them");
    tools.join("bin")
}

/// Returns the path of a program.
pub fn tool(name: &str) -> PathBuf {
    folder().join(name)
}

/// Returns a search path that begins with the built `dateline` and the programs.
pub fn search_path() -> OsString {
    process::search_path(Some(folder()))
}

/// Runs a Python program with `text` as its standard input, and parses its output as JSON.
pub fn python(program: &str, arguments: &[&str], text: impl AsRef<[u8]>) -> Value {
    let text = text.as_ref();
    let mut python = Command::new(tool("python"));
    let output = run_with_input(python.args(["-c", program]).args(arguments), text);
    let errors = stderr(&output);
    assert!(output.status.success(), "{errors}\n{}", String::from_utf8_lossy(text));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Parses a YAML document.
pub fn yaml(text: &str) -> Value {
    let program = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin.buffer), sys.stdout)";
    python(program, &[], text)
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
