//! Small archives in temporary folders, and runs of the program on them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// An archive that a test makes.
pub struct TestArchive {
    folder: TempDir,
}

/// What is reported: rule, path, line and column, and the offending text.
pub type Found = (String, String, u64, u64, String);

impl TestArchive {
    /// An empty one, its own root.
    pub fn new() -> Self {
        let archive = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        archive.write("dateline.toml", "");
        archive
    }

    /// One of these files, by their paths.
    pub fn holding(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let archive = Self::new();
        for (path, bytes) in files {
            archive.write(path, bytes);
        }
        archive
    }

    /// A copy of a fixture.
    pub fn of_fixture(name: &str) -> Self {
        Self::holding(&files(&fixture(name)))
    }

    /// Its root.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(&path, content).expect("the file can be written");
        path
    }

    /// Runs `dateline check` on the whole archive.
    pub fn check(&self, options: &[&str]) -> Output {
        dateline(self.root(), &[&["check", "."], options].concat())
    }

    /// What is found, whole and in order; the exit code must fit it.
    pub fn findings(&self, options: &[&str]) -> Vec<Found> {
        let output = self.check(&[&["--output-format", "json"], options].concat());
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
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

/// Runs the program in a folder, with an empty environment.
pub fn dateline(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .expect("the program runs")
}

/// What a run writes to standard output.
pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a run writes to standard error.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The folder of a fixture.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// The files below a folder, by their paths from it.
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

/// That a run fails as wrong use does, and says why.
pub fn refuses(output: &Output, why: &str) {
    assert_eq!(output.status.code(), Some(2), "{}", stderr(output));
    assert_eq!(stdout(output), "");
    assert!(stderr(output).contains(why), "{}", stderr(output));
}

/// The program, which heeds signals even where the tests run in the background of a shell: that has all
/// that it starts ignore interrupts.
pub fn heeding() -> Command {
    let program = env!("CARGO_BIN_EXE_dateline");
    if cfg!(not(target_os = "linux")) {
        return Command::new(program);
    }
    let mut command = Command::new("/usr/bin/env");
    command.args(["--default-signal=INT,TERM,HUP", program]);
    command
}
