//! What the settings say about the site.

use super::address_text::{join, key};
use super::generator::Generator;
use super::permalink::Permalink;
use crate::archive::paths::{PathTable, ancestors};
use crate::archive::resolve::below;

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
    /// The languages of the site. All but the first one have a folder of their own on the site.
    pub languages: Vec<String>,
    /// Addresses that the generator makes without a page: `/tags/` for this address and all below it,
    /// `/feed.xml` for one address, or `index.xml` for a file in every folder.
    pub generated: Vec<String>,
    /// Whether a link may name the file of a page. The generator then replaces it with the page's address.
    pub source_links: bool,
}

impl Site {
    /// Returns whether the settings describe a site.
    #[must_use]
    pub fn is_described(&self) -> bool {
        *self != Self { source_links: self.source_links, ..Self::default() }
    }

    /// Returns the paths of the folders whose files are served from an address. `folder` is the address, without
    /// slashes at its ends.
    pub(in crate::archive) fn served_from(&self, folder: &str) -> impl Iterator<Item = String> {
        let folders = self.static_folders.iter().map(String::as_str).chain(self.content_folders());
        folders.map(move |root| join(root, folder))
    }

    /// Returns whether the generator makes an address, without its leading slash, from no page.
    pub(super) fn is_generated(&self, address: &str) -> bool {
        self.generated.iter().any(|known| match known.strip_prefix('/') {
            Some(known) => match known.strip_suffix('/') {
                Some(folder) => below(address, folder).is_some(),
                None => key(address) == key(known),
            },
            None => address.rsplit('/').next() == Some(known),
        })
    }

    /// Returns the part of an address below the folder of its language, both without their leading slash.
    pub(super) fn below_language<'a>(&self, address: &'a str) -> &'a str {
        let others = self.languages.iter().skip(1);
        let mut parts = others.filter_map(|name| below(address, &name.to_lowercase()));
        parts.next().unwrap_or(address)
    }

    /// Returns whether the generator makes a list of the pages in a folder. `address` is without its leading
    /// slash. Hugo does so for the topmost folders.
    ///
    /// Source: <https://gohugo.io/content-management/sections/>
    pub(super) fn has_section(&self, paths: &PathTable, address: &str) -> bool {
        let section = address.trim_end_matches('/');
        let is_topmost = !section.is_empty() && !section.contains('/');
        let is_folder = |content| paths.is_folder(&join(content, section));
        self.generator == Generator::Hugo && is_topmost && self.content_folders().any(is_folder)
    }

    /// Returns whether a folder above an address has a content adapter, from which Hugo generates any pages.
    /// `address` is without slashes at its ends.
    ///
    /// Source: <https://gohugo.io/content-management/content-adapters/>
    pub(super) fn has_adapter(&self, paths: &PathTable, address: &str) -> bool {
        let has = |folder: &str| {
            let path = join(folder, "_content.gotmpl");
            self.content_folders().any(|content| paths.file(&join(content, &path)).is_some())
        };
        self.generator == Generator::Hugo && ancestors(address).any(has)
    }

    /// Returns the folders whose pages are served from the root of the site.
    pub(super) fn content_folders(&self) -> impl Iterator<Item = &str> {
        let root = self.content.is_empty().then_some("");
        self.content.iter().map(String::as_str).chain(root)
    }
}
