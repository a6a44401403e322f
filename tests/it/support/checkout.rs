//! The files of this repository.

use std::path::{Path, PathBuf};

/// Returns the path of a file of this repository.
pub fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Returns the text of a file of this repository.
pub fn text_of(path: &str) -> String {
    std::fs::read_to_string(here(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the paths of the README, of the other documents beside it, and of those in `docs/`.
pub fn documents() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["", "docs/"] {
        for file in std::fs::read_dir(here(folder)).expect("a folder") {
            let name = file.expect("a file").file_name();
            let name = name.to_str().expect("UTF-8");
            if name.ends_with(".md") {
                found.push(format!("{folder}{name}"));
            }
        }
    }
    assert!(found.len() > 10, "{found:?}");
    found
}

/// Returns the folder of a fixture, or the path of a file in `fixtures`.
pub fn fixture(name: &str) -> PathBuf {
    here("fixtures").join(name)
}

/// Returns whether `UPDATE=1` is set, so that the tests rewrite generated files.
pub fn is_updating() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

/// Asserts that a file of this repository contains a generated text. With `UPDATE=1`, rewrites the
/// file.
pub fn assert_generated(path: &str, text: &str) {
    let current = std::fs::read_to_string(here(path)).unwrap_or_default();
    if current == text {
        return;
    }
    assert!(
        is_updating(),
        "{path} is not what is generated; run .ci/update and read the change\n{text}"
    );
    std::fs::write(here(path), text).expect("the file can be written");
}
