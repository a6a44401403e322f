//! Tests that a page is written only if it has not changed, and never through a symbolic link.

#![expect(clippy::disallowed_methods, reason = "these tests read and write files directly")]

use std::path::Path;

use super::*;
use crate::fix::FixedFile;

fn fixed(path: &str, before: Option<&str>) -> FixedFile {
    let bytes = |text: &str| text.as_bytes().to_vec();
    FixedFile { path: path.to_owned(), before: before.map(bytes), after: bytes("new") }
}

#[test]
fn a_page_is_written_only_over_what_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a folder");
    std::fs::write(root.join("a.md"), "old").expect("a file");
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file");
    assert_eq!(write_page(&root, &fixed("a.md", Some("older"))).unwrap(), WriteOutcome::Changed);
    assert_eq!(write_page(&root, &fixed("a.md", None)).unwrap(), WriteOutcome::Changed);
    assert_eq!(read("a.md"), "old");
    assert_eq!(write_page(&root, &fixed("a.md", Some("old"))).unwrap(), WriteOutcome::Done);
    assert_eq!(write_page(&root, &fixed("b/c/d.md", None)).unwrap(), WriteOutcome::Done);
    assert_eq!((read("a.md"), read("b/c/d.md")), ("new".to_owned(), "new".to_owned()));
    assert_eq!(write_page(&root, &fixed("gone.md", Some("old"))).unwrap(), WriteOutcome::Changed);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_symbolic_link() {
    let outside = tempfile::tempdir().expect("a folder");
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a folder");
    std::fs::write(outside.path().join("a.md"), "old").expect("a file");
    let link = |from: &Path, to: &str| {
        std::os::unix::fs::symlink(from, root.join(to)).expect("a link");
    };
    link(&outside.path().join("a.md"), "a.md");
    link(outside.path(), "b");
    for path in ["a.md", "b/a.md", "b/new.md", "b/c/new.md", "../new.md"] {
        let before = path.ends_with("a.md").then_some("old");
        assert!(write_page(&root, &fixed(path, before)).is_err(), "{path}");
    }
    let left: Vec<_> = std::fs::read_dir(outside.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1);
    assert_eq!(std::fs::read_to_string(outside.path().join("a.md")).expect("a file"), "old");
}
