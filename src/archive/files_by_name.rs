//! An index of files by name.

use std::borrow::Cow;

use super::page_extensions::PageExtensions;
use super::path_text::fold;
use super::resolve::below;
use crate::span::FileId;

/// A file and the path that it is indexed by.
pub(super) struct NamedPath<'a> {
    /// The file.
    pub(super) file: FileId,
    /// The path as references contain it.
    pub(super) path: Cow<'a, str>,
    /// The folder to which a search can be limited, if the file is in one.
    pub(super) root: Option<&'a str>,
}

/// The files of an archive by the ends of their paths: a name, and any number of folders before it.
#[derive(Debug)]
pub(super) struct FilesByName {
    exact: Keys,
    /// The keys of the folded paths, which are the same for names that differ only in case or normal form.
    folded: Keys,
}

/// The keys of files, in order. A file with a [root](NamedPath::root) has two.
#[derive(Debug)]
struct Keys(Vec<(Box<str>, FileId)>);

impl FilesByName {
    /// Indexes files.
    pub(super) fn new<'a>(files: impl Iterator<Item = NamedPath<'a>>) -> Self {
        let (mut exact, mut folded) = (Vec::new(), Vec::new());
        for NamedPath { file, path, root } in files {
            for root in std::iter::once(None).chain(root.map(Some)) {
                let path = root.and_then(|root| below(&path, root)).unwrap_or(&path);
                exact.push((key(root, path), file));
                folded.push((key(root, &fold(path)), file));
            }
        }
        Self { exact: Keys::new(exact), folded: Keys::new(folded) }
    }

    /// Returns the files whose path ends in the folders and the name of `path`. They are in the order of their other
    /// folders, from the innermost to the outermost. If there is a `root`, all of them are in it, and `path` is, too.
    pub(super) fn ending_in(
        &self,
        root: Option<&str>,
        path: &str,
    ) -> impl ExactSizeIterator<Item = FileId> {
        self.exact.beginning_with(&key(root, path)).iter().map(|(_, file)| *file)
    }

    /// Returns the files of [`ending_in`](Self::ending_in) if case and normal form do not matter.
    pub(super) fn ending_in_any_case(
        &self,
        root: Option<&str>,
        path: &str,
    ) -> impl ExactSizeIterator<Item = FileId> {
        self.folded.beginning_with(&key(root, &fold(path))).iter().map(|(_, file)| *file)
    }

    /// Returns the files whose names are before and after a name that no file has.
    pub(super) fn neighbours(&self, name: &str) -> impl Iterator<Item = FileId> {
        let Keys(keys) = &self.folded;
        let next = self.folded.first_from(&key(None, &fold(name)));
        keys[next.saturating_sub(1)..(next + 1).min(keys.len())].iter().map(|(_, file)| *file)
    }
}

impl Keys {
    fn new(mut keys: Vec<(Box<str>, FileId)>) -> Self {
        keys.sort_unstable();
        Self(keys)
    }

    /// Returns the index of the first key that is not less than `key`.
    fn first_from(&self, key: &str) -> usize {
        self.0.partition_point(|(other, _)| **other < *key)
    }

    /// Returns the files whose keys begin with `key`, with their keys.
    fn beginning_with(&self, key: &str) -> &[(Box<str>, FileId)] {
        let rest = &self.0[self.first_from(key)..];
        let len = rest.partition_point(|(other, _)| other.starts_with(key));
        &rest[..len]
    }
}

/// Returns the key of a path: its parts from the last to the first, with a slash behind each. The keys of paths
/// that end alike begin alike. Those in a root begin with the root.
fn key(root: Option<&str>, path: &str) -> Box<str> {
    let mut key = root.map_or_else(String::new, |root| format!("\0{root}\0"));
    for part in path.rsplit('/') {
        key.push_str(part);
        key.push('/');
    }
    key.into()
}

/// Returns a path without the extension of a page. The path of any other file stays as it is.
pub(super) fn without_extension<'a>(extensions: &PageExtensions, path: &'a str) -> &'a str {
    extensions.split(path).map_or(path, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_the_end_of_their_path() {
        let paths = ["a/b/c", "a/c", "b/C", "b/c-d", "c", "x/bc"];
        let named = (0..).zip(paths).map(|(id, path)| NamedPath {
            file: FileId(id),
            path: path.into(),
            root: path.starts_with("b/").then_some("b"),
        });
        let files = FilesByName::new(named);
        let found = |root, path| {
            files.ending_in(root, path).map(|file| paths[file.0 as usize]).collect::<Vec<_>>()
        };
        assert_eq!(found(None, "c"), ["c", "a/c", "a/b/c"]);
        assert_eq!(found(None, "b/c"), ["a/b/c"]);
        assert_eq!(found(None, "d"), [] as [&str; 0]);
        assert_eq!(found(Some("b"), "c-d"), ["b/c-d"]);
        assert_eq!(found(Some("b"), "c"), [] as [&str; 0]);
        assert_eq!(found(Some("b"), "b/c-d"), [] as [&str; 0]);
        assert_eq!(files.ending_in_any_case(None, "B/c").len(), 2);
        assert_eq!(files.ending_in_any_case(Some("b"), "c").len(), 1);
        let near = files.neighbours("c-").map(|file| paths[file.0 as usize]);
        assert_eq!(near.collect::<Vec<_>>(), ["x/bc", "b/c-d"]);
    }
}
