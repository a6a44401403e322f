//! What the settings say about a site.

use super::path::{below, key, last_part};
use super::permalink::Permalink;
use crate::archive::page_extensions::PageExtensions;
use crate::archive::path_text::{ancestors, join};
use crate::archive::paths::PathTable;
use crate::archive::resolve;

/// A site generator, which decides on the addresses of pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Generator {
    /// Another generator, or none.
    #[default]
    Other,
    /// Jekyll.
    Jekyll,
    /// Hugo.
    Hugo,
    /// Zola.
    Zola,
    /// Pelican.
    Pelican,
}

impl Generator {
    /// Returns the keys of front matter that the generator reads the date of a page from, the first one first, or
    /// nothing for [`Self::Other`].
    ///
    /// Source: <https://gohugo.io/configuration/front-matter/#dates>
    #[must_use]
    pub const fn date_keys(self) -> &'static [&'static str] {
        match self {
            Self::Other => &[],
            Self::Jekyll | Self::Zola | Self::Pelican => &["date"],
            Self::Hugo => &["date", "publishdate", "pubdate", "published", "lastmod", "modified"],
        }
    }
}

/// What the settings say about the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The generator.
    pub generator: Generator,
    /// The hosts of the site, in lower case.
    pub hosts: Vec<String>,
    /// The permalinks of event pages: one for all of them, or one for each pattern of event pages. A pattern
    /// whose permalink is empty has no pages on the site.
    pub permalinks: Vec<Permalink>,
    /// The folders whose pages and other files are served from the root of the site. If there are none, the
    /// archive's root is such a folder.
    pub content: Vec<String>,
    /// The folders whose files are served from the root of the site as they are.
    pub static_folders: Vec<String>,
    /// The languages of the site, in lower case, the default one first. The others have a folder of their own
    /// on the site.
    pub languages: Vec<String>,
    /// Whether the default language has a folder, too.
    pub default_language_folder: bool,
    /// Addresses that the generator makes without a page: `/tags/` for this address and all below it,
    /// `/feed.xml` for one address, `index.xml` for a file in every folder, or `page/{number}/` for the further pages
    /// of every list.
    pub generated: Vec<String>,
    /// Whether the site has files that are not in the archive.
    pub has_other_files: bool,
    /// Whether a link may name the file of a page, if the settings say so (see
    /// [`allows_source_links`](Self::allows_source_links)).
    pub source_links: Option<bool>,
}

impl Site {
    /// Returns whether the settings describe a site.
    fn is_described(&self) -> bool {
        *self != Self { source_links: self.source_links, ..Self::default() }
    }

    /// Returns whether links can name addresses of pages.
    #[must_use]
    pub fn has_addresses(&self) -> bool {
        self.is_described() || !self.allows_source_links()
    }

    /// Returns whether a link may name the file of a page, because the generator replaces it with the page's
    /// address. By default, Hugo does so only on sites with several languages.
    ///
    /// Source: <https://gohugo.io/configuration/markup/#renderhookslinkuseembedded>
    #[must_use]
    pub fn allows_source_links(&self) -> bool {
        let by_default = self.generator != Generator::Hugo || self.languages.len() > 1;
        self.source_links.unwrap_or(by_default)
    }

    /// Returns whether the generator makes an address, without its leading slash, from no page.
    pub(super) fn is_generated(&self, address: &str) -> bool {
        let is_made = |(_, address)| self.is_made(address);
        self.is_made(address) || self.in_languages(address).any(is_made)
    }

    /// Returns whether the settings list an address that no page has.
    fn is_made(&self, address: &str) -> bool {
        self.generated.iter().any(|known| match known.strip_prefix('/') {
            Some(known) if known.contains(NUMBER) => before_number(address, known) == Some(""),
            Some(known) => match known.strip_suffix('/') {
                Some(folder) => resolve::below(address, folder).is_some(),
                None => key(address) == key(known),
            },
            None => last_part(address) == known,
        })
    }

    /// Returns the address of the list that has a further page at an address, such as `posts/` for `posts/page/2/`.
    /// The list does not have to exist. Both addresses are without their leading slash.
    pub(super) fn list_with_page<'a>(&self, address: &'a str) -> Option<&'a str> {
        let relative = self.generated.iter().filter(|known| !known.starts_with('/'));
        let mut lists = relative.filter_map(|known| before_number(address, known));
        lists.find(|list| list.is_empty() || list.ends_with('/'))
    }

    /// Returns whether the generator makes a list of the pages in a folder of a content folder. `address` is
    /// relative to the address of the content folder. Hugo does so for the topmost folders.
    ///
    /// Source: <https://gohugo.io/content-management/sections/>
    pub(super) fn has_section(&self, paths: &PathTable, content: &str, address: &str) -> bool {
        let section = key(address);
        let is_topmost = !section.is_empty() && !section.contains('/');
        self.generator == Generator::Hugo && is_topmost && paths.is_folder(&join(content, &section))
    }

    /// Returns whether a folder above an address has a content adapter, from which Hugo generates any pages.
    /// `address` is relative to the address of the content folder.
    ///
    /// Source: <https://gohugo.io/content-management/content-adapters/>
    pub(super) fn has_adapter(&self, paths: &PathTable, content: &str, address: &str) -> bool {
        let folder_of = |address: &str| join(content, address);
        let has = |folder: String| paths.file(&join(&folder, "_content.gotmpl")).is_some();
        self.generator == Generator::Hugo
            && ancestors(address.trim_end_matches('/'))
                .map(folder_of)
                .take_while(|folder| paths.is_folder(folder))
                .any(has)
    }

    /// Adapts the settings to an archive whose root is a content folder, so that the archive does not contain the
    /// other files of the site.
    pub fn lies_in_content(&mut self) {
        self.content.clear();
        self.static_folders.clear();
        self.has_other_files = true;
    }

    /// Returns the paths of the folders whose files are served from an address. `folder` is the address, without
    /// slashes at its ends.
    pub(in crate::archive) fn served_from<'a>(
        &'a self,
        folder: &'a str,
    ) -> impl Iterator<Item = String> {
        let statics = self.static_folders.iter().map(move |root| join(root, folder));
        statics.chain(self.in_content(folder).map(|(content, rest)| join(content, rest)))
    }

    /// Returns the folders whose pages are served from the root of the site.
    pub(in crate::archive) fn content_folders(&self) -> impl Iterator<Item = &str> {
        let root = self.content.is_empty().then_some("");
        self.content.iter().map(String::as_str).chain(root)
    }

    /// Returns the folder whose pages are served from the root of the site and that contains a file, and the path
    /// of the file below it.
    pub(in crate::archive) fn content_folder_of<'a>(
        &'a self,
        path: &'a str,
    ) -> Option<(&'a str, &'a str)> {
        let found =
            self.content_folders().filter_map(|folder| Some((folder, below(path, folder)?)));
        found.max_by_key(|(folder, _)| folder.len())
    }

    /// Returns the folder at which a destination from the root starts if it names a file: on a site of Hugo, the
    /// content folder of the page at `from`.
    fn root_of_files<'a>(&'a self, from: &'a str, destination: &str) -> Option<&'a str> {
        if self.generator != Generator::Hugo || !destination.starts_with('/') {
            return None;
        }
        self.content_folder_of(from).map(|(folder, _)| folder)
    }

    /// Returns the path of the file that a destination from the root names, if such paths start at a folder of
    /// `content`. `path` is the normalized path in the destination.
    pub(in crate::archive) fn path_in_content(
        &self,
        from: &str,
        destination: &str,
        path: &str,
    ) -> Option<String> {
        Some(join(self.root_of_files(from, destination)?, path))
    }

    /// Returns the path by which a destination from the root names the file at `path`, if such paths start at a
    /// folder of `content` that contains the file.
    pub(in crate::archive) fn path_below_content<'a>(
        &self,
        from: &str,
        destination: &str,
        path: &'a str,
    ) -> Option<&'a str> {
        below(path, self.root_of_files(from, destination)?)
    }

    /// Returns the language with a name.
    pub(super) fn language(&self, name: &str) -> Option<&str> {
        let mut languages = self.languages.iter().map(String::as_str);
        languages.find(|known| known.eq_ignore_ascii_case(name))
    }

    /// Returns the language in the name of a page, such as `de` in `index.de.md`.
    pub(super) fn language_of(&self, extensions: &PageExtensions, path: &str) -> Option<&str> {
        let (stem, _) = extensions.split(path)?;
        self.language(stem.rsplit_once('.')?.1)
    }

    /// Returns the folder of a language on the site, such as `/de`, or nothing. Without a language, returns that
    /// of the default one.
    pub(super) fn folder_of_language(&self, language: Option<&str>) -> String {
        let language = language.or(self.languages.first().map(String::as_str));
        let language = language.filter(|language| self.has_folder(language));
        language.map_or_else(String::new, |name| format!("/{name}"))
    }

    /// Returns whether a language has a folder on the site.
    fn has_folder(&self, language: &str) -> bool {
        self.default_language_folder || self.languages.first().is_none_or(|name| name != language)
    }

    /// Returns the languages in which an address can be, each with the rest of the address below the folder of
    /// the language. Without languages, returns the address. `address` is without its leading slash.
    fn in_languages<'a>(
        &'a self,
        address: &'a str,
    ) -> impl Iterator<Item = (Option<&'a str>, &'a str)> {
        let languages = self.languages.iter().filter_map(move |language| {
            let below = |address| resolve::below(address, language);
            let rest = if self.has_folder(language) { below(address)? } else { address };
            Some((Some(&**language), rest))
        });
        languages.chain(self.languages.is_empty().then_some((None, address)))
    }

    /// Returns the content folders whose files can be at an address, each with the path of the file below it.
    /// `address` is without its leading slash.
    pub(super) fn in_content<'a>(
        &'a self,
        address: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.in_languages(address).flat_map(move |(language, rest)| {
            let has_language = move |content: &&str| {
                let own = self.language(last_part(content));
                own.is_none() || own == language
            };
            self.content_folders().filter(has_language).map(move |content| (content, rest))
        })
    }
}

/// What stands for a number in the address of a page of a list.
pub const NUMBER: &str = "{number}";

/// Returns what comes before `known`, in which [`NUMBER`] stands for a number, at the end of an address.
fn before_number<'a>(address: &'a str, known: &str) -> Option<&'a str> {
    let (before, behind) = known.split_once(NUMBER)?;
    let address = address.strip_suffix("index.html").unwrap_or(address).trim_end_matches('/');
    let numbered = address.strip_suffix(behind.trim_end_matches('/'))?;
    let rest = numbered.trim_end_matches(|char: char| char.is_ascii_digit());
    rest.strip_suffix(before).filter(|_| rest.len() < numbered.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_pages_with_numbers() {
        let generated = ["page/{number}/", "/news/page{number}/"].map(str::to_owned).to_vec();
        let site = Site { generated, ..Site::default() };
        for (address, list) in [
            ("page/2/", Some("")),
            ("posts/page/12", Some("posts/")),
            ("a/posts/page/3/index.html", Some("a/posts/")),
            ("posts/page/", None),
            ("posts/page/two/", None),
            ("posts/homepage/2/", None),
            ("posts/2/", None),
        ] {
            assert_eq!(site.list_with_page(address), list, "{address}");
        }
        assert!(site.is_generated("news/page2/") && site.is_generated("news/page10"));
        assert!(!site.is_generated("news/page/") && !site.is_generated("old/news/page2/"));
    }
}
