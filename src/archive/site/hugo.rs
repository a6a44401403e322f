//! What Hugo makes of paths and of links to files.

use percent_encoding::percent_decode_str;

use super::address::join;
use super::{Addresses, Site};
use crate::archive::page_extensions::PageExtensions;
use crate::archive::paths::{PathTable, ancestors};
use crate::archive::resolve::Target;
use crate::span::FileId;

/// Returns whether a folder, or one above it, is that of a page. `folder` is relative to the content folder. Other
/// files in it belong to that page.
///
/// Source: <https://gohugo.io/content-management/page-bundles/#leaf-bundles>
pub(super) fn is_bundle(
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

impl Addresses {
    /// Returns the page that Hugo finds for `path` in a link of the page `from`: by its file or by its folder, with
    /// or without an extension, from the folder of `from` or from the content folder. Ignores case. `path` is
    /// percent-encoded.
    ///
    /// Source: `_markup/render-link.html` in Hugo's embedded templates.
    pub fn page_of_hugo(
        &self,
        site: &Site,
        paths: &PathTable,
        extensions: &PageExtensions,
        from: FileId,
        path: &str,
    ) -> Option<Target> {
        let (content, from) = site.content_folder_of(paths.path(from))?;
        let name = within(from, path);
        let file = |path: &str| {
            let path = join(content, path);
            let file = paths.file(&path).or_else(|| paths.file_but_for_case(&path))?;
            (extensions.is_page(paths.path(file)) && self.of(file).is_some()).then_some(file)
        };
        let section = || site.has_section(paths, content, &name).then_some(Target::Generated);
        let mut others = || {
            let stem = extensions.split(&name).map_or(&*name, |(stem, _)| stem);
            let language = site.language_of(extensions, from).unwrap_or_default();
            files_named(extensions, stem, language).find_map(|path| file(&path))
        };
        file(&name).or_else(&mut others).map(Target::File).or_else(section)
    }
}

/// Returns the paths that a page can have that Hugo finds by a path without an extension. `language` is that in the
/// name of the file with the link, or empty.
fn files_named<'a>(
    extensions: &'a PageExtensions,
    stem: &'a str,
    language: &'a str,
) -> impl Iterator<Item = String> {
    let endings = ["", "/index", "/_index"].iter().flat_map(|index| [(index, ""), (index, ".")]);
    let endings = endings.filter(|(_, dot)| dot.is_empty() || !language.is_empty());
    endings.flat_map(move |(index, dot)| {
        let language = if dot.is_empty() { "" } else { language };
        let path = format!("{stem}{index}{dot}{language}");
        let path = path.trim_start_matches('/').to_owned();
        extensions.all().iter().map(move |extension| format!("{path}.{extension}"))
    })
}

/// Returns the path to which `path` leads from the file at `from`. A path that leads above the root stays there.
fn within(from: &str, path: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    if !path.starts_with('/') {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        parts.extend(folder.split('/').filter(|part| !part.is_empty()).map(str::to_owned));
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(percent_decode_str(part).decode_utf8_lossy().into_owned()),
        }
    }
    parts.join("/")
}
