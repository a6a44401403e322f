//! An index of files by name.

use super::page_extensions::PageExtensions;
use super::paths::{PathTable, fold};
use crate::span::FileId;

/// The files of an archive, sorted by name: that of a page without its extension, and that of any
/// other file with it. The order ignores case and normal form.
#[derive(Debug, Default)]
pub(super) struct Stems(Vec<(Box<str>, FileId)>);

impl Stems {
    /// Indexes the files of an archive. If `by_folder`, a page named `index` has the name of its folder.
    pub(super) fn new(paths: &PathTable, extensions: &PageExtensions, by_folder: bool) -> Self {
        let name = |file: FileId| {
            let stem = without_extension(extensions, paths.path(file));
            let stem = stem.strip_suffix("/index").filter(|_| by_folder).unwrap_or(stem);
            let (_, name) = folder_and_name(stem);
            (fold(name).into(), file)
        };
        let mut stems: Vec<_> = paths.ids().map(name).collect();
        stems.sort_unstable();
        Self(stems)
    }

    /// Returns the files with a name, in order of their paths. Ignores case and normal form.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = FileId> {
        let name = fold(name);
        let start = self.0.partition_point(|(other, _)| **other < *name);
        let end = self.0.partition_point(|(other, _)| **other <= *name);
        self.0[start..end].iter().map(|(_, file)| *file)
    }

    /// Returns the files whose names are before and after a name that no file has.
    pub(super) fn neighbours(&self, name: &str) -> impl Iterator<Item = FileId> {
        let name = fold(name);
        let next = self.0.partition_point(|(other, _)| **other < *name);
        let around = &self.0[next.saturating_sub(1)..(next + 1).min(self.0.len())];
        around.iter().map(|(_, file)| *file)
    }
}

/// Returns a path without the extension of a page. The path of any other file stays as it is.
pub(super) fn without_extension<'a>(extensions: &PageExtensions, path: &'a str) -> &'a str {
    extensions.split(path).map_or(path, |(stem, _)| stem)
}

/// Splits a path into its folder, without a slash at its end, and the name of the file.
pub(super) fn folder_and_name(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}
