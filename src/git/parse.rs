//! What git prints, read: lists of files and of changes, each ended by a zero byte.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What a file in a repository is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A symbolic link; its content is the path of its target.
    Link,
    /// Another repository; this one records only its commit, not its files.
    Submodule,
}

impl EntryKind {
    /// By the mode that git writes, in octal digits.
    fn of(mode: &[u8]) -> Self {
        match mode {
            b"120000" => Self::Link,
            b"160000" => Self::Submodule,
            _ => Self::File,
        }
    }
}

/// A file of a commit or of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// Its path relative to the archive's root, as bytes: it need not be UTF-8.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: EntryKind,
    /// The id of its content.
    pub id: String,
}

/// How a path changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Deleted,
    /// Its content or its kind is another.
    Modified,
    /// It had another path; its content may differ too.
    Renamed,
    /// A merge is not settled.
    Conflict,
}

/// One change. Paths are relative to the archive's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// How it changed.
    pub kind: ChangeKind,
    /// The path that it has now, or that is gone; bytes that are no UTF-8 are replaced.
    pub path: String,
    /// The path that it had, if that is another, as bytes.
    pub from: Option<Vec<u8>>,
    /// What it was before: a file if it was nothing.
    pub was: EntryKind,
    /// The id of its content before, if there was one.
    pub old: Option<String>,
    /// What it is afterwards, with its path as bytes and its id: zeros if that is on the disk alone.
    pub new: TreeEntry,
}

/// Files of the index that git does not look at on the disk, by their paths relative to the archive's root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlooked {
    /// Those that need not be there, as in a sparse checkout.
    pub absent: BTreeSet<Vec<u8>>,
    /// Those that it was told to take for unchanged.
    pub assumed: BTreeSet<Vec<u8>>,
}

/// Reads what `git ls-tree -r -z` prints of the files below `prefix`: `mode type id<tab>path`.
pub(super) fn tree(output: &[u8], prefix: &str) -> Vec<TreeEntry> {
    let entry = |record: &[u8]| {
        let tab = memchr::memchr(b'\t', record)?;
        let mut fields = record[..tab].split(|byte| *byte == b' ');
        let (mode, _, id) = (fields.next()?, fields.next()?, fields.next()?);
        let path = record[tab + 1..].strip_prefix(prefix.as_bytes())?;
        Some(TreeEntry { path: path.to_owned(), kind: EntryKind::of(mode), id: text(id) })
    };
    output.split(|byte| *byte == 0).filter_map(entry).collect()
}

/// Reads what `git diff --raw -z` prints of the files below `prefix`:
/// `:mode mode id id status`, then the path, and the new one behind that of a file that was renamed.
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
            // Only who may run it is another.
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

/// A path as git reads it from a line: in quotes, what is no plain letter in octal digits.
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

/// Whether an id is that of nothing, or of what is on the disk alone.
pub(super) fn is_nothing(id: &[u8]) -> bool {
    id.iter().all(|digit| *digit == b'0')
}

/// Reads what `git ls-files -v -z` prints of the files below `prefix`, a letter and a path each.
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

    proptest::proptest! {
        #[test]
        fn no_output_panics(output: Vec<u8>) {
            let _ = (tree(&output, "a/"), changes(&output, ""), overlooked(&output, ""));
        }
    }
}
