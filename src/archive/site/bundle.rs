//! Folders of Hugo that belong to a page.

use super::path::join;
use crate::archive::page_extensions::PageExtensions;
use crate::archive::paths::{PathTable, ancestors};

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
    let mut indices = ancestors(folder).flat_map(|folder| {
        let folder = join(content, folder);
        extensions.all().iter().map(move |extension| format!("{folder}/index.{extension}"))
    });
    indices.any(|index| paths.file(&index).is_some())
}
