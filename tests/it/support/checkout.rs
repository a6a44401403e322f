//! Files of this repository.

use std::path::{Path, PathBuf};

/// The path of a file of this repository.
pub fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of a file of this repository.
pub fn text_of(path: &str) -> String {
    std::fs::read_to_string(here(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The folder of a fixture, or one of the reports expected of it.
pub fn fixture(name: &str) -> PathBuf {
    here("fixtures").join(name)
}

/// Whether `UPDATE=1` asks the tests to rewrite what is generated.
pub fn is_updating() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

/// Asserts that a file of this repository holds a generated text, or rewrites it with `UPDATE=1`.
pub fn assert_generated(path: &str, text: &str) {
    let current = std::fs::read_to_string(here(path)).unwrap_or_default();
    if current == text {
        return;
    }
    assert!(
        is_updating(),
        "{path} is not what is generated; run UPDATE=1 cargo test and read the change\n{text}"
    );
    std::fs::write(here(path), text).expect("the file can be written");
}
