//! Small archives in temporary folders, and runs of the program on them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use super::checkout::fixture;
use super::process::{dateline, stderr};

/// An archive in a temporary folder.
pub struct TestArchive {
    folder: TempDir,
}

/// A finding: rule, path, line, column and the offending text.
pub type Found = (String, String, u64, u64, String);

impl TestArchive {
    /// Creates an empty archive. Its folder is its root.
    pub fn new() -> Self {
        let archive = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        archive.write("dateline.toml", "");
        archive
    }

    /// Creates an archive of these files, by path.
    pub fn with_files(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let archive = Self::new();
        for (path, bytes) in files {
            archive.write(path, bytes);
        }
        archive
    }

    /// Creates a copy of a fixture.
    pub fn from_fixture(name: &str) -> Self {
        Self::with_files(&files(&fixture(name)))
    }

    /// Returns the root of the archive.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file and creates the folders above it. Returns the path of the file.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(&path, content).expect("the file can be written");
        path
    }

    /// Returns the text of a file.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).expect("a text")
    }

    /// Runs `dateline check` on the whole archive.
    pub fn check(&self, options: &[&str]) -> Output {
        dateline(self.root(), &[&["check", "."], options].concat())
    }

    /// Returns the findings of a check, and asserts that the exit code matches them.
    pub fn findings(&self, options: &[&str]) -> Vec<Found> {
        let output = self.check(&[&["--output-format", "json"], options].concat());
        let errors = stderr(&output);
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("no JSON: {error}: {errors}"));
        let diagnostics = report["diagnostics"].as_array().expect("diagnostics");
        let any = diagnostics.iter().any(|found| found["severity"] == "error");
        assert_eq!(output.status.code(), Some(i32::from(any)), "{errors}");
        diagnostics.iter().map(|found| self.found(found)).collect()
    }

    fn found(&self, diagnostic: &Value) -> Found {
        let text = |key: &str| diagnostic[key].as_str().expect("a string").to_owned();
        let range = &diagnostic["range"];
        let number = |value: &Value| value.as_u64().expect("a number");
        let offset = |end: &str| usize::try_from(number(&range[end]["offset"])).expect("small");
        let bytes = std::fs::read(self.root().join(text("path"))).unwrap_or_default();
        let cut = bytes.get(offset("start")..offset("end")).unwrap_or_default();
        let (line, column) = (number(&range["start"]["line"]), number(&range["start"]["column"]));
        let cut = String::from_utf8_lossy(cut).into_owned();
        (text("rule"), text("path"), line, column, cut)
    }
}

/// Returns the files below a folder, by their paths relative to it.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("inside").to_str().expect("UTF-8");
                files.insert(name.to_owned(), std::fs::read(&path).expect("a file"));
            }
        }
    }
    files
}
