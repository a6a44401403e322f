//! Folders that belong to a page.

use crate::archive::page_extensions::PageExtensions;
use crate::archive::path_text::{ancestors, join};
use crate::archive::paths::PathTable;
use crate::span::FileId;

/// Returns whether a folder, or one above it, is that of a page. `folder` is relative to the content folder. Other
/// files in it belong to that page.
///
/// Source: <https://gohugo.io/content-management/page-bundles/#leaf-bundles>
pub(super) fn is_in_bundle(
    paths: &PathTable,
    extensions: &PageExtensions,
    content: &str,
    folder: &str,
) -> bool {
    ancestors(folder)
        .map(|folder| join(content, folder))
        .take_while(|folder| paths.is_folder(folder))
        .any(|folder| index_of(paths, extensions, &folder).is_some())
}

/// Returns the folder of a page in which a file is, or the topmost one of several, and that page.
pub(super) fn index_above<'a>(
    paths: &PathTable,
    extensions: &PageExtensions,
    path: &'a str,
) -> Option<(&'a str, FileId)> {
    let (folder, _) = path.rsplit_once('/')?;
    ancestors(folder).find_map(|folder| Some((folder, index_of(paths, extensions, folder)?)))
}

/// Returns the page named `index` in a folder.
pub(super) fn index_of(
    paths: &PathTable,
    extensions: &PageExtensions,
    folder: &str,
) -> Option<FileId> {
    let mut extensions = extensions.all().iter();
    extensions.find_map(|extension| paths.file(&join(folder, &format!("index.{extension}"))))
}
