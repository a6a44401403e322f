//! Runs of `dateline init` on archives in temporary folders, and of the commands that follow.

use std::path::Path;

use jiff::civil::Date;
use tempfile::TempDir;

use super::process::{dateline, stderr, stdout};

/// Creates a temporary folder.
pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Writes a page and creates the folders above it.
pub fn write(root: &Path, page: &str, text: &str) {
    let path = root.join(page);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a page");
}

/// Returns `count` dates from 2011-01-01 on, `step` days apart.
pub fn every(count: i32, step: i32) -> impl Iterator<Item = Date> {
    let first = jiff::civil::date(2011, 1, 1);
    (0..count).map(move |day| first + jiff::Span::new().days(day * step))
}

/// Copies a folder with its subfolders.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

/// Runs `init`, asserts that it succeeds, and returns the settings that it wrote.
pub fn init(root: &Path) -> String {
    let output = dateline(root, &["init"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    settings(root)
}

/// Returns the text of the settings file.
pub fn settings(root: &Path) -> String {
    std::fs::read_to_string(root.join("dateline.toml")).expect("settings")
}

/// Returns the resolved settings, without their origins.
pub fn shown(root: &Path) -> String {
    let output = dateline(root, &["config", "show"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let shown = stdout(&output);
    let shown = shown.split("[rules]").next().unwrap_or_default();
    let bare = shown.lines().map(|line| line.split(" # ").next().unwrap_or_default().trim_end());
    bare.filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

/// Returns the findings of a check, one per line.
pub fn findings(root: &Path) -> String {
    let output = dateline(root, &["check", ".", "--output-format", "concise", "--quiet"]);
    assert!(output.status.code() < Some(2), "{}", stderr(&output));
    stdout(&output)
}

/// Replaces the first occurrence of a text in a page.
pub fn replace_in_page(root: &Path, page: &str, old: &str, new: &str) {
    let path = root.join(page);
    let text = std::fs::read_to_string(&path).expect("a page");
    assert!(text.contains(old), "{page} has no {old:?}");
    std::fs::write(path, text.replacen(old, new, 1)).expect("a page");
}

/// Returns a page with YAML front matter.
pub fn post(date: Date, further: &str) -> String {
    format!("---\ntitle: The ferry of {date}\ndate: {date}\n{further}---\n\nIt came late.\n")
}

/// Writes a page for each of `count` days. `page` returns its path and its text.
pub fn fill(root: &Path, count: i32, page: impl Fn(usize, Date) -> (String, String)) {
    for (index, date) in every(count, 9).enumerate() {
        let (path, text) = page(index, date);
        write(root, &path, &text);
    }
}

/// Returns the settings that `init` derives from an archive of these pages, and asserts that a check then
/// finds nothing.
pub fn derived(count: i32, page: impl Fn(usize, Date) -> (String, String)) -> toml::Table {
    let archive = folder();
    fill(archive.path(), count, page);
    let settings = init(archive.path());
    assert_eq!(findings(archive.path()), "", "{settings}");
    parsed(&settings)
}

/// Parses settings.
pub fn parsed(settings: &str) -> toml::Table {
    toml::from_str(settings).unwrap_or_else(|error| panic!("{error}\n{settings}"))
}

/// Returns the text, or the texts in a list, of a key such as `event.date.from`.
pub fn texts(settings: &toml::Table, key: &str) -> Vec<String> {
    let (first, rest) = key.split_once('.').unwrap_or((key, ""));
    match settings.get(first) {
        Some(toml::Value::Table(table)) => texts(table, rest),
        Some(toml::Value::String(text)) => vec![text.clone()],
        Some(toml::Value::Array(list)) => {
            list.iter().map(|item| item.as_str().expect("a text").to_owned()).collect()
        }
        _ => Vec::new(),
    }
}
