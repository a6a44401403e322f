//! The pages that Hugo finds by paths in links.

use super::addresses::Addresses;
use super::path::{hyphenated, within};
use super::settings::Site;
use crate::archive::page_extensions::PageExtensions;
use crate::archive::path_text::{folder_and_name, join};
use crate::archive::paths::PathTable;
use crate::archive::resolve::Target;
use crate::span::FileId;

impl Addresses {
    /// Returns the page that Hugo finds for `path` in a link of the page `from`: by its file or by its folder, with
    /// or without an extension. Ignores case. `path` is percent-encoded.
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
        let default = || site.languages.first().map(String::as_str);
        let language = site.language_of(extensions, from).or_else(default).unwrap_or_default();
        let finder = Finder { site, addresses: self, paths, extensions, content, language };
        let names = names_meant(from, path);
        if let Some(page) = names.iter().find_map(|name| finder.page(name)) {
            return Some(Target::File(page));
        }
        // The page of a folder without any is a list.
        let folder = folder_and_name(from).0;
        let is_own_list = |name: &String| {
            let stem = extensions.split(name).map(|(stem, _)| stem);
            stem.is_some_and(|stem| stem == join(folder, "index") || stem == join(folder, "_index"))
        };
        let is_list = |name: &String| {
            let is_taxonomy = || !name.is_empty() && site.is_generated(&format!("{name}/"));
            site.has_section(paths, content, name) || is_own_list(name) || is_taxonomy()
        };
        names.iter().any(is_list).then_some(Target::Generated)
    }
}

/// What finds pages by paths in links.
struct Finder<'a> {
    site: &'a Site,
    addresses: &'a Addresses,
    paths: &'a PathTable,
    extensions: &'a PageExtensions,
    /// The content folder of the page with the link.
    content: &'a str,
    /// The language in the name of that page, or else the default one.
    language: &'a str,
}

impl Finder<'_> {
    /// Returns the page that a path below the content folder names.
    fn page(&self, name: &str) -> Option<FileId> {
        let by_stem = |stem: &str| self.files(stem).find_map(|path| self.file(&path));
        let stem = self.extensions.split(name).map_or(name, |(stem, _)| stem);
        // The name can have another extension, or the language of the page.
        let without_any = || {
            let (stem, ending) =
                stem.rsplit_once('.').filter(|(_, ending)| !ending.contains('/'))?;
            let is_ending = stem.len() + ending.len() + 1 == name.len();
            (is_ending || self.site.language(ending).is_some()).then_some(stem)
        };
        let found = self.file(name).or_else(|| by_stem(stem));
        found.or_else(|| by_stem(without_any()?))
    }

    /// Returns the page at a path below the content folder.
    fn file(&self, path: &str) -> Option<FileId> {
        let path = join(self.content, path);
        let file = self.paths.file(&path).or_else(|| self.paths.file_but_for_case(&path));
        let file = file.or_else(|| self.hyphenated(&path))?;
        let is_page = self.extensions.is_page(self.paths.path(file));
        (is_page && self.addresses.has(file)).then_some(file)
    }

    /// Returns the page at a path if hyphens and spaces are equal.
    fn hyphenated(&self, path: &str) -> Option<FileId> {
        let spaced = self.addresses.spaced(self.paths);
        let path = hyphenated(path);
        spaced.get(&path).copied().or_else(|| self.paths.file_but_for_case(&path))
    }

    /// Returns the paths that a page can have that a path without an extension names.
    fn files<'a>(&'a self, stem: &'a str) -> impl Iterator<Item = String> + 'a {
        let (extensions, language) = (self.extensions.all(), self.language);
        let suffix = (!language.is_empty()).then(|| format!(".{language}"));
        std::iter::once(String::new()).chain(suffix).flat_map(move |suffix| {
            ["", "/index", "/_index"].into_iter().flat_map(move |index| {
                let path = format!("{stem}{index}{suffix}").trim_start_matches('/').to_owned();
                extensions.iter().map(move |extension| format!("{path}.{extension}"))
            })
        })
    }
}

/// Returns the paths below the content folder that `path` can stand for in a link of the page at `from`, which is
/// below it, too: from the folder of the page, from the folder above if the page is that of a folder, and from the
/// content folder.
fn names_meant(from: &str, path: &str) -> Vec<String> {
    let (folder, name) = folder_and_name(from);
    let above = folder_and_name(folder).0;
    let above = (name.split('.').next() == Some("index")).then_some(above);
    let folders = [Some(folder), above, Some("")].into_iter().flatten();
    let mut names: Vec<String> = folders.map(|folder| within(folder, path)).collect();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::site::{Generator, PageAddresses};

    const FILES: [&str; 11] = [
        "content/a/b/leaf/index.md",
        "content/a/b/leaf/part.md",
        "content/a/b/one.md",
        "content/a/b/three.de.md",
        "content/a/b/v1.2.md",
        "content/about.de.md",
        "content/about.md",
        "content/draft.md",
        "content/two.md",
        "content/A b/My Page.md",
        "content/my-log.md",
    ];

    /// Returns the path of the page that a link of the page at `from` leads to.
    fn found(from: &str, path: &str) -> Option<&'static str> {
        let paths = PathTable::new(FILES.map(str::to_owned).to_vec(), Vec::new());
        let languages = ["en", "de"].map(str::to_owned).to_vec();
        let content = vec!["content".to_owned()];
        let generated = vec!["/".to_owned(), "/tags/".to_owned(), "sitemap.xml".to_owned()];
        let generator = Generator::Hugo;
        let site = Site { generator, content, languages, generated, ..Site::default() };
        let address = |file: FileId| {
            let is_hidden = ["content/draft.md", "content/a/b/leaf/part.md"];
            let path = paths.path(file);
            let own = (!is_hidden.contains(&path)).then(|| format!("/{path}/"));
            (file, PageAddresses { own, ..PageAddresses::default() })
        };
        let addresses = Addresses::new(paths.ids().map(address).collect());
        let extensions = PageExtensions::default();
        let from = paths.file(from).expect("the page");
        match addresses.page_of_hugo(&site, &paths, &extensions, from, path)? {
            Target::File(file) => FILES.into_iter().find(|known| *known == paths.path(file)),
            Target::Generated => Some("a list"),
            target => panic!("{target:?}"),
        }
    }

    /// The results of Hugo itself.
    #[test]
    fn links_lead_to_the_pages_that_hugo_finds() {
        let one = Some("content/a/b/one.md");
        for (path, page) in [
            ("one.md", one),
            ("one", one),
            ("ONE.md", one),
            ("one.html", one),
            ("one.en.md", one),
            ("one.html.md", None),
            ("./one/", one),
            ("/a/b/one.md", one),
            ("../../../a/b/one.md", one),
            ("v1.2.md", Some("content/a/b/v1.2.md")),
            ("leaf", Some("content/a/b/leaf/index.md")),
            ("leaf/index.md", Some("content/a/b/leaf/index.md")),
            ("two.md", Some("content/two.md")),
            ("about.md", Some("content/about.md")),
            ("index.md", Some("a list")),
            ("/a", Some("a list")),
            ("/a/b", None),
            ("gone/index.md", None),
            ("/one.md", None),
            ("/draft.md", None),
            ("leaf/part.md", None),
            ("content/two.md", None),
            ("/a%20b/my%20page.md", Some("content/A b/My Page.md")),
            ("/a-b/my-page", Some("content/A b/My Page.md")),
            ("/My%20Log.md", Some("content/my-log.md")),
            ("/a_b/my-page", None),
            ("/tags", Some("a list")),
            ("/tag", None),
        ] {
            assert_eq!(found("content/a/b/one.md", path), page, "{path}");
        }
        assert_eq!(found("content/a/b/leaf/index.md", "one.md"), one);
        let german = "content/a/b/three.de.md";
        assert_eq!(found(german, "three"), Some("content/a/b/three.de.md"));
    }
}
