//! Parses git's output: lists of files and of changes, in which a zero byte ends each record.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::archive::ignore_files::is_ignore_file;

/// The kind of an entry in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link, whose content is the path of its target.
    Link,
    /// A submodule. The index or commit records only the id of its commit, not its files.
    Submodule,
}

impl EntryKind {
    /// Returns the kind for a mode, in octal digits as git prints it.
    fn of(mode: &[u8]) -> Self {
        match mode {
            b"120000" => Self::Link,
            b"160000" => Self::Submodule,
            _ => Self::File,
        }
    }
}

/// An entry of a commit or of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// The path relative to the archive's root, as bytes because it may not be valid UTF-8.
    pub path: Vec<u8>,
    /// The kind of the entry.
    pub kind: EntryKind,
    /// The id of the content.
    pub id: String,
}

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// The path is new.
    Added,
    /// The path was deleted.
    Deleted,
    /// The content or the kind differs.
    Modified,
    /// The file had another path before. Its content may differ too.
    Renamed,
    /// The path has merge conflicts.
    Conflict,
}

/// A change of one path. Paths are relative to the archive's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The kind of the change.
    pub kind: ChangeKind,
    /// The current path, or the former path of a deleted file. Invalid UTF-8 is replaced.
    pub path: String,
    /// The former path of a renamed file, as bytes. `None` if that path is outside the archive.
    pub from: Option<Vec<u8>>,
    /// The kind before the change. It is `File` if the path did not exist.
    pub was: EntryKind,
    /// The id of the content before the change, if there was any.
    pub old: Option<String>,
    /// The entry after the change. Its id consists of zeros if the content is only on the disk.
    pub new: TreeEntry,
}

/// The files in the index that git does not compare with the disk. Paths are relative to the
/// archive's root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlooked {
    /// The files that may be missing from the disk, as in a sparse checkout.
    pub absent: BTreeSet<Vec<u8>>,
    /// The files that the user marked with `git update-index --assume-unchanged`.
    pub assumed: BTreeSet<Vec<u8>>,
}

/// Parses the output of `git ls-tree -r -z` for the files below `prefix`. A record is
/// `mode type id<tab>path`.
pub(super) fn tree(output: &[u8], prefix: &str) -> Vec<TreeEntry> {
    entries(output, prefix, 2)
}

/// Parses the output of `git ls-files --stage -z` for the files below `prefix`. A record is
/// `mode id stage<tab>path`.
pub(super) fn index(output: &[u8], prefix: &str) -> Vec<TreeEntry> {
    entries(output, prefix, 1)
}

/// Parses records of fields and a path. The first field is the mode, and the field at `id_at` the id.
fn entries(output: &[u8], prefix: &str, id_at: usize) -> Vec<TreeEntry> {
    let entry = |record: &[u8]| {
        let tab = memchr::memchr(b'\t', record)?;
        let fields = || record[..tab].split(|byte| *byte == b' ');
        let (mode, id) = (fields().next()?, fields().nth(id_at)?);
        let path = record[tab + 1..].strip_prefix(prefix.as_bytes())?;
        Some(TreeEntry { path: path.to_owned(), kind: EntryKind::of(mode), id: text(id) })
    };
    output.split(|byte| *byte == 0).filter_map(entry).collect()
}

/// Parses the output of `git diff --raw -z` for the files below `prefix`. A record consists of
/// `:mode mode id id status` and the path. For a renamed file, it contains the old path and then
/// the new path.
pub(super) fn changes(output: &[u8], prefix: &str) -> Vec<Change> {
    let mut records = output.split(|byte| *byte == 0);
    let mut changes = Vec::new();
    while let Some(record) = records.next() {
        let Some(record) = record.strip_prefix(b":") else { continue };
        let mut fields = record.split(|byte| *byte == b' ');
        let mut field = || fields.next().unwrap_or_default();
        let (was, mode, old, new, status) = (field(), field(), field(), field(), field());
        let first = records.next().unwrap_or_default();
        let (from, path) = match status.first() {
            Some(b'R' | b'C') => (Some(first), records.next().unwrap_or_default()),
            _ => (None, first),
        };
        let kind = match status.first() {
            Some(b'A' | b'C') => ChangeKind::Added,
            Some(b'D') => ChangeKind::Deleted,
            Some(b'R') => ChangeKind::Renamed,
            Some(b'U') => ChangeKind::Conflict,
            _ => ChangeKind::Modified,
        };
        let inside = |path: &[u8]| path.strip_prefix(prefix.as_bytes()).map(<[u8]>::to_vec);
        let Some(path) = inside(path) else { continue };
        let is_same = old == new && EntryKind::of(was) == EntryKind::of(mode);
        if kind == ChangeKind::Modified && is_same && !is_nothing(old) {
            // Ignore changes of permissions only.
            continue;
        }
        changes.push(Change {
            kind,
            from: from.and_then(inside),
            was: EntryKind::of(was),
            old: (!is_nothing(old)).then(|| text(old)),
            new: TreeEntry { path: path.clone(), kind: EntryKind::of(mode), id: text(new) },
            path: text(&path),
        });
    }
    changes
}

/// Quotes a path so that git can read it from one line: in double quotes, with unusual bytes as
/// octal escapes.
pub(super) fn quoted(path: &[u8]) -> String {
    let mut quoted = String::with_capacity(path.len() + 2);
    quoted.push('"');
    for byte in path {
        if byte.is_ascii_alphanumeric() || b"/-_. ".contains(byte) {
            quoted.push(char::from(*byte));
        } else {
            let _ = write!(quoted, "\\{byte:03o}");
        }
    }
    quoted.push('"');
    quoted
}

/// Returns whether an id consists of zeros. Git prints such an id for a missing file and for
/// content that is only on the disk.
pub(super) fn is_nothing(id: &[u8]) -> bool {
    id.iter().all(|digit| *digit == b'0')
}

/// Parses the output of `git ls-files -v -z` for the files below `prefix`. A record is a letter, a
/// space and a path.
pub(super) fn overlooked(output: &[u8], prefix: &str) -> Overlooked {
    let mut overlooked = Overlooked::default();
    for record in output.split(|byte| *byte == 0) {
        let [tag, b' ', path @ ..] = record else { continue };
        let Some(path) = path.strip_prefix(prefix.as_bytes()) else { continue };
        match tag {
            b'S' | b's' => drop(overlooked.absent.insert(path.to_vec())),
            tag if tag.is_ascii_lowercase() => drop(overlooked.assumed.insert(path.to_vec())),
            _ => {}
        }
    }
    overlooked
}

/// Parses the output of `git ls-files -t -z --cached --others`, in which a record is `tag path`, and returns the
/// `.gitignore` files below `prefix`. Returns `None` if there is a file that git does not track, or a `.gitignore` that
/// a sparse checkout omits: git applies its patterns, but a walk does not.
pub(super) fn tracked_ignore_files(output: &[u8], prefix: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for record in output.split(|byte| *byte == 0) {
        match record {
            [b'?', ..] => return None,
            [b'S', b' ', path @ ..] if is_ignore_file(path) => return None,
            [_, b' ', path @ ..] if is_ignore_file(path) => {
                let path = path.strip_prefix(prefix.as_bytes());
                found.extend(path.and_then(|path| String::from_utf8(path.to_vec()).ok()));
            }
            _ => {}
        }
    }
    Some(found)
}

/// Parses a list of paths separated by NUL, for the files below `prefix`. Leaves out paths that are not
/// UTF-8.
pub(super) fn paths(output: &[u8], prefix: &str) -> Vec<String> {
    let inside = |record: &[u8]| {
        let path = record.strip_prefix(prefix.as_bytes())?;
        Some(std::str::from_utf8(path).ok().filter(|path| !path.is_empty())?.to_owned())
    };
    output.split(|byte| *byte == 0).filter_map(inside).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_below_the_archives_root() {
        let output = b"100644 blob 61ab\ta/news/x y.md\x00120000 blob 62ab\ta/latest\x00160000 commit 63ab\ta/theme\0";
        let entries = tree(output, "a/");
        let found: Vec<_> = entries.iter().map(|entry| (&*entry.path, entry.kind)).collect();
        let expected = [
            (&b"news/x y.md"[..], EntryKind::File),
            (b"latest", EntryKind::Link),
            (b"theme", EntryKind::Submodule),
        ];
        assert_eq!(found, expected);
        assert_eq!(entries[0].id, "61ab");
    }

    #[test]
    fn changes_are_read_with_names_that_hold_anything() {
        let output = b":100644 100644 1 2 M\0n/a\nb.md\0:100644 000000 3 0 D\0n/:x\0:100644 100644 4 5 R087\0n/old.md\0n/new\xff.md\0:000000 120000 0 6 A\0n/link\0";
        let changes = changes(output, "n/");
        let found: Vec<_> = changes
            .iter()
            .map(|change| (change.kind, &*change.path, change.from.as_deref()))
            .collect();
        let expected = [
            (ChangeKind::Modified, "a\nb.md", None),
            (ChangeKind::Deleted, ":x", None),
            (ChangeKind::Renamed, "new\u{FFFD}.md", Some(&b"old.md"[..])),
            (ChangeKind::Added, "link", None),
        ];
        assert_eq!(found, expected);
        assert_eq!((changes[2].old.as_deref(), &*changes[2].new.id), (Some("4"), "5"));
        assert_eq!(changes[3].old, None);
        assert_eq!(changes[2].new.path, b"new\xff.md");
        assert_eq!(changes[3].new.kind, EntryKind::Link);
    }

    #[test]
    fn who_may_run_a_file_is_no_change_of_its_content() {
        let output = b":100644 100755 1a 1a M\0a.md\0:100644 100755 1a 00 M\0b.md\0:120000 100644 1a 1a T\0c.md\0";
        let changes = changes(output, "");
        let paths: Vec<_> = changes.iter().map(|change| &*change.path).collect();
        assert_eq!(paths, ["b.md", "c.md"]);
    }

    #[test]
    fn what_git_overlooks_is_told_by_its_letter() {
        let output = b"H a/x.md\0S a/y\nz.md\0h a/w.md\0s a/v.md\0S b/u.md\0";
        let found = overlooked(output, "a/");
        let absent: Vec<_> = found.absent.iter().map(Vec::as_slice).collect();
        assert_eq!(absent, [&b"v.md"[..], b"y\nz.md"]);
        assert_eq!(found.assumed.iter().map(Vec::as_slice).collect::<Vec<_>>(), [b"w.md"]);
    }

    #[test]
    fn ignore_files_are_listed_if_everything_is_tracked() {
        let of = |output: &[u8]| tracked_ignore_files(output, "a/");
        let tracked = b"H a/.gitignore\0H a/x.md\0M a/y.md\0M a/y.md\0H b/.gitignore\0H a/\xff/.gitignore\0H a/n\n/.gitignore\0";
        assert_eq!(of(tracked), Some(vec![".gitignore".to_owned(), "n\n/.gitignore".to_owned()]));
        assert_eq!(of(b""), Some(vec![]));
        assert_eq!(of(b"S a/x.md\0"), Some(vec![]));
        // Git applies the patterns of a file that a sparse checkout omits.
        assert_eq!(of(b"S a/.gitignore\0"), None);
        assert_eq!(of(b"H a/x.md\0? a/new.md\0"), None);
        assert_eq!(of(b"? a/nested/\0"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_output_panics(output: Vec<u8>) {
            let _ = (tree(&output, "a/"), index(&output, "a/"), changes(&output, ""), overlooked(&output, ""));
            let _ = tracked_ignore_files(&output, "a/");
        }
    }
}
