//! Resolves the paths in link destinations. No other module does this, except that `references`
//! resolves references such as `{% link a.md %}`.

use super::path_text::{folder_and_name, join};
use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::normal_form::nfc;
use super::page_extensions::PageExtensions;
use super::paths::PathTable;
use crate::span::FileId;

/// The target of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A file of the archive.
    File(FileId),
    /// A page from which the site generates the destination. The generated file is not in the
    /// archive.
    Rendered(FileId),
    /// A file whose path differs from the destination only in case or Unicode normal form.
    Miscased(FileId),
    /// A folder of the archive.
    Folder,
    /// An address of the site that belongs to no page, such as that of a list of tags.
    Generated,
    /// A path that is not in the archive.
    Missing,
    /// A path above the archive's root.
    Outside,
    /// A URL, or another destination that is not resolved.
    External,
    /// A path that is not found, and that may exist because the archive's root is unknown.
    Rootless,
}

impl Target {
    /// Returns the file that the destination refers to, even if the path differs in case or normal
    /// form.
    #[must_use]
    pub fn file(self) -> Option<FileId> {
        match self {
            Self::File(file) | Self::Rendered(file) | Self::Miscased(file) => Some(file),
            Self::Folder
            | Self::Generated
            | Self::Missing
            | Self::Outside
            | Self::External
            | Self::Rootless => None,
        }
    }

    /// Returns whether the destination matches a path in the archive exactly.
    #[must_use]
    pub fn is_resolved(self) -> bool {
        matches!(self, Self::File(_) | Self::Rendered(_) | Self::Folder | Self::Generated)
    }
}

/// A resolver of internal paths against a path table.
#[derive(Clone, Debug, Default)]
pub struct Resolver {
    /// The folders at which the site serves the archive, such as `zh`, without leading and trailing
    /// slashes.
    pub url_prefixes: Vec<String>,
    /// The extensions, without the dot, of files that the site generates from pages.
    pub generated: Vec<String>,
    /// The extensions of pages.
    pub extensions: PageExtensions,
    /// Whether the archive's root is unknown, so that no path from it can be resolved.
    pub is_rootless: bool,
}

impl Resolver {
    /// Resolves `path` in a link of the page `from`, without access to the file system.
    #[must_use]
    pub fn resolve(&self, table: &PathTable, from: FileId, path: &str) -> Target {
        if path.is_empty() {
            return Target::File(from);
        }
        // Try the path as it is first: nearly every link is a `/` and the path of a file.
        if let Some(file) = path.strip_prefix('/').and_then(|path| table.file(path)) {
            return Target::File(file);
        }
        let normalized = Self::normalize(table.path(from), path);
        match normalized.map_or(Target::Outside, |path| self.look_up(table, &path)) {
            // The path may exist under the real root.
            Target::Missing if self.is_rootless && path.starts_with('/') => Target::Rootless,
            Target::Outside if self.is_rootless => Target::Rootless,
            target => target,
        }
    }

    /// Converts `path`, which is in a link of the page at `from`, to a path relative to the
    /// archive's root. The result is percent-decoded and contains no `.` or `..`. Returns `None` if
    /// the path leads above the root.
    #[must_use]
    pub fn normalize<'a>(from: &str, path: &'a str) -> Option<Cow<'a, str>> {
        let (path, is_outside) = Self::without_dots(from, path);
        (!is_outside).then_some(path)
    }

    /// Like [`normalize`](Self::normalize), but a path that leads above the root stays there, as in
    /// browsers.
    ///
    /// Source: <https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4>
    #[must_use]
    pub fn normalize_on_site<'a>(from: &str, path: &'a str) -> Cow<'a, str> {
        Self::without_dots(from, path).0
    }

    /// Converts `path` to a path relative to the root. Also returns whether it leads above the root.
    fn without_dots<'a>(from: &str, path: &'a str) -> (Cow<'a, str>, bool) {
        let absolute = path.strip_prefix('/');
        if let Some(absolute) = absolute
            && !absolute.is_empty()
            && !absolute.contains(['%', '?'])
            && absolute.split('/').all(|part| !matches!(part, "" | "." | ".."))
        {
            return (Cow::Borrowed(absolute), false);
        }
        let folder = folder_and_name(from).0;
        let mut parts: Vec<Cow<'_, str>> = Vec::new();
        if absolute.is_none() {
            parts.extend(folder.split('/').filter(|part| !part.is_empty()).map(Cow::Borrowed));
        }
        let trailing = path.ends_with('/');
        let mut is_outside = false;
        for raw in path.split('/') {
            let part = percent_decode_str(raw).decode_utf8_lossy();
            // Leave an encoded slash encoded: it does not separate folders, and no file name
            // contains a slash.
            let part = if part.contains('/') { Cow::Borrowed(raw) } else { part };
            match &*part {
                "" | "." => {}
                ".." => is_outside |= parts.pop().is_none(),
                _ => parts.push(part),
            }
        }
        let mut joined = parts.join("/");
        if trailing && !joined.is_empty() {
            joined.push('/');
        }
        (Cow::Owned(joined), is_outside)
    }

    /// Looks up a normalized path, both as it is and below each URL prefix. Prefers an exact match,
    /// then a match through symbolic links, then a match that ignores case.
    pub(super) fn look_up(&self, table: &PathTable, path: &str) -> Target {
        let candidates = || std::iter::once(path).chain(self.below_prefixes(path));
        candidates()
            .find_map(|path| self.exact(table, path))
            .or_else(|| candidates().find_map(|path| self.followed(table, path)))
            .or_else(|| candidates().find_map(|path| nearly(table, path)))
            .unwrap_or(Target::Missing)
    }

    /// Returns the path without each URL prefix that it starts with.
    pub fn below_prefixes<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> + Clone {
        self.url_prefixes.iter().filter_map(move |prefix| below(path, prefix))
    }

    /// Looks up a path without following symbolic links and without ignoring case.
    fn exact(&self, table: &PathTable, path: &str) -> Option<Target> {
        if let Some(folder) = path.strip_suffix('/') {
            return table.is_folder(folder).then_some(Target::Folder);
        }
        if let Some(file) = table.file(path) {
            return Some(Target::File(file));
        }
        if let Some(file) = self.rendered_from(path).find_map(|page| table.file(&page)) {
            return Some(Target::Rendered(file));
        }
        table.is_folder(path).then_some(Target::Folder)
    }

    /// Returns the paths that the page can have that the site generates a file from, one for each
    /// extension of pages. The page does not have to exist. Returns no paths if the site does not
    /// generate files with this extension.
    pub fn rendered_from<'a>(&'a self, path: &'a str) -> impl Iterator<Item = String> {
        let is_generated = |ending: &str| self.generated.iter().any(|known| known == ending);
        let stem = path.rsplit_once('.').filter(|(_, ending)| is_generated(ending));
        let extensions = self.extensions.all();
        stem.into_iter().flat_map(move |(stem, _)| {
            extensions.iter().map(move |extension| format!("{stem}.{extension}"))
        })
    }

    /// Returns the page that readers see at the folder that `path` leads to in a link of the page
    /// `from`: the one that the site generates `index.html` from, or else `README.md`, as on GitHub.
    /// `path` must resolve to [`Target::Folder`].
    ///
    /// Returns `None` if there is no such page, or if `path` starts at a root that is unknown.
    #[must_use]
    pub fn folder_page(&self, table: &PathTable, from: FileId, path: &str) -> Option<FileId> {
        let folder = self.folder(table, from, path)?;
        let file = |name: &str| table.file(&join(&folder, name));
        if file("index.html").is_some() {
            return None;
        }
        let index = self.rendered_from("index.html").find_map(|page| file(&page));
        let mut readmes =
            self.extensions.all().iter().map(|extension| format!("README.{extension}"));
        index.or_else(|| readmes.find_map(|page| file(&page)))
    }

    /// Returns the folder that `path` leads to in a link of the page `from`, relative to the root. Returns `None` if
    /// there is none, or if `path` starts at a root that is unknown.
    #[must_use]
    pub fn folder(&self, table: &PathTable, from: FileId, path: &str) -> Option<String> {
        if self.is_rootless && path.starts_with('/') {
            return None;
        }
        let path = Self::normalize(table.path(from), path)?;
        let path = path.strip_suffix('/').unwrap_or(&path);
        let candidates = || std::iter::once(path).chain(self.below_prefixes(path));
        let is_folder = |folder: &Cow<'_, str>| table.is_folder(folder);
        let found = candidates().map(Cow::Borrowed).find(is_folder).or_else(|| {
            candidates().filter_map(|path| table.follow(path)).map(Cow::Owned).find(is_folder)
        });
        found.map(Cow::into_owned)
    }

    /// Looks up a path after following the symbolic links in it. Returns `None` if it contains
    /// none.
    fn followed(&self, table: &PathTable, path: &str) -> Option<Target> {
        self.exact(table, &table.follow(path)?)
    }
}

/// Encodes a path as a relative URI. Percent-encodes all characters except `/` and the unreserved
/// ones.
#[must_use]
pub fn uri(path: &str) -> String {
    const ESCAPED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(path, ESCAPED).to_string()
}

/// Returns what remains of `path` below the folder `prefix`, or `None` if it is elsewhere.
pub(in crate::archive) fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(prefix)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Looks up a path, ignoring case and Unicode normal form.
fn nearly(table: &PathTable, path: &str) -> Option<Target> {
    table.file_but_for_case(path).map(Target::Miscased)
}

/// Normalizes a fragment for comparison with anchors: percent-decodes it and converts it to normal
/// form C.
#[must_use]
pub fn decode_fragment(fragment: &str) -> Cow<'_, str> {
    if fragment.is_ascii() && !fragment.contains('%') {
        return fragment.into();
    }
    nfc(&percent_decode_str(fragment).decode_utf8_lossy()).into_owned().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::archive::destination::Destination;

    fn table() -> PathTable {
        let paths = ["README.md", "news/a.md", "news/2012/25/b c.md", "news/é.md", "zh/x.md"];
        PathTable::new(paths.map(str::to_owned).to_vec(), vec![("now".into(), "news".into())])
    }

    fn resolver() -> Resolver {
        Resolver {
            url_prefixes: vec!["zh".into()],
            generated: vec!["html".into()],
            ..Resolver::default()
        }
    }

    fn resolve(path: &str) -> Target {
        let table = table();
        let from = table.file("news/2012/25/b c.md").expect("in the table");
        resolver().resolve(&table, from, path)
    }

    fn file(path: &str) -> Target {
        Target::File(table().file(path).expect("in the table"))
    }

    #[test]
    fn paths_resolve_from_the_root_and_from_the_page() {
        for path in
            ["/news/a.md", "../../a.md", "/zh/news/a.md", "/news/./2012/../a.md", "//news/a.md"]
        {
            assert_eq!(resolve(path), file("news/a.md"), "{path}");
        }
        assert_eq!(resolve("b%20c.md"), file("news/2012/25/b c.md"));
        assert_eq!(resolve("/news/%C3%A9.md"), file("news/é.md"));
        assert_eq!(resolve(""), file("news/2012/25/b c.md"));
        assert_eq!(resolve("/zh/x.md"), file("zh/x.md"));
        assert_eq!(resolve("/now/a.md"), file("news/a.md"));
        assert_eq!(resolve("../../../README.md"), file("README.md"));
    }

    #[test]
    fn folders_and_rendered_formats_resolve() {
        for path in ["/", "/news", "/news/", "..", "/zh/", "/zh/news/2012/"] {
            assert_eq!(resolve(path), Target::Folder, "{path}");
        }
        let page = table().file("news/a.md").expect("in the table");
        assert_eq!(resolve("/zh/news/a.html"), Target::Rendered(page));
        assert_eq!(resolve("/news/a.json"), Target::Missing);
    }

    #[test]
    fn a_folder_shows_its_index_or_else_its_readme() {
        let paths = ["a/index.md", "a/README.md", "b/README.md", "c/x.md", "d/index.html"];
        let more = ["d/index.md", "e/index.md", "README.md", "zh/index.md"];
        let others = ["f/index.markdown", "f/README.md", "g/README.markdown"];
        let paths = paths.iter().chain(&more).chain(&others).map(ToString::to_string).collect();
        let table = PathTable::new(paths, vec![("now".into(), "a".into())]);
        let from = table.file("c/x.md").expect("in the table");
        let mut resolver = resolver();
        let shown = |resolver: &Resolver, path: &str| {
            assert_eq!(resolver.resolve(&table, from, path), Target::Folder, "{path}");
            resolver.folder_page(&table, from, path).map(|file| table.path(file))
        };
        for (path, page) in [
            ("/a/", Some("a/index.md")),
            ("/zh/a", Some("a/index.md")),
            ("../now", Some("a/index.md")),
            ("../b", Some("b/README.md")),
            (".", None),
            ("/d/", None),
            ("/f/", Some("f/index.markdown")),
            ("/g/", Some("g/README.markdown")),
            ("/", Some("README.md")),
            ("/zh/", Some("zh/index.md")),
            ("/zh/.", Some("zh/index.md")),
        ] {
            assert_eq!(shown(&resolver, path), page, "{path}");
        }
        resolver.is_rootless = true;
        assert_eq!((shown(&resolver, "/"), shown(&resolver, "..")), (None, Some("README.md")));
        // A site that does not generate HTML does not show `index.md`.
        resolver.generated.clear();
        assert_eq!(
            (shown(&resolver, "../a"), shown(&resolver, "../e")),
            (Some("a/README.md"), None)
        );
    }

    #[test]
    fn what_is_not_there_is_told_apart() {
        for path in ["/news/b.md", "/news/a.md/", "c.md", "/news/2012%2F25", "/news/%00"] {
            assert_eq!(resolve(path), Target::Missing, "{path}");
        }
        assert_eq!(resolve("../../../etc/passwd"), Target::Missing);
        for path in ["../../../../etc/passwd", "/../etc/passwd", "%2e%2e/../../../x", "/zh/../../x"]
        {
            assert_eq!(resolve(path), Target::Outside, "{path}");
        }
        assert!(matches!(resolve("/News/A.md"), Target::Miscased(_)));
        assert!(matches!(resolve("/news/e\u{301}.md"), Target::Miscased(_)));
    }

    proptest! {
        #[test]
        fn no_destination_panics_or_leaves_the_root(text in "[./a%2e\\\\é#?:-]{0,24}") {
            if let Destination::Internal { path, .. } = Destination::parse(&text)
                && let Some(normal) = Resolver::normalize("a/b/c.md", path)
            {
                prop_assert!(normal.split('/').all(|part| part != ".."));
                prop_assert!(!normal.starts_with('/'));
            }
        }
    }
}
