//! The table of all addresses of a site. Lookups do not access the file system.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use percent_encoding::percent_decode_str;

use super::address::PageAddresses;
use super::address_text::{join, key};
use super::description::Site;
use crate::archive::page_facts::text_hash;
use crate::archive::paths::{PathTable, ancestors};
use crate::archive::resolve::Target;
use crate::span::FileId;

/// The addresses of the pages of a site.
#[derive(Debug, Default)]
pub struct Addresses {
    /// The pages by the hash of their addresses' keys (see [`key`]).
    pages: HashMap<u64, FileId>,
    /// The address of each page that has one.
    own: HashMap<FileId, Box<str>>,
    /// The addresses that several pages have, sorted by the later page.
    shared: Vec<SharedAddress>,
}

/// An address of two pages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SharedAddress {
    /// The later page, in the order of paths.
    pub page: FileId,
    /// The first page with the address.
    pub first: FileId,
    /// The address.
    pub address: Box<str>,
}

impl Addresses {
    /// Creates the table from the addresses of all pages.
    #[must_use]
    pub fn new(pages: Vec<(FileId, PageAddresses)>) -> Self {
        let mut table = Self::default();
        // The own address of a page counts more than an alias of another one.
        let own = pages.iter().filter_map(|(file, page)| Some((*file, page.own.as_deref()?)));
        let aliases = pages
            .iter()
            .flat_map(|(file, page)| page.aliases.iter().map(move |address| (*file, &**address)));
        for (file, address) in own.chain(aliases) {
            let first = *table.pages.entry(text_hash(&key(address))).or_insert(file);
            if first != file {
                let (page, first) = (file.max(first), file.min(first));
                table.shared.push(SharedAddress { page, first, address: address.into() });
            }
        }
        table.shared.sort_unstable();
        table.shared.dedup();
        for (file, page) in pages {
            if let Some(own) = page.own {
                table.own.insert(file, own.into());
            }
        }
        table
    }

    /// Returns the address of a page.
    #[must_use]
    pub fn of(&self, page: FileId) -> Option<&str> {
        self.own.get(&page).map(|address| &**address)
    }

    /// Returns the addresses that a page shares with a page before it.
    #[must_use]
    pub fn shared_by(&self, page: FileId) -> &[SharedAddress] {
        let start = self.shared.partition_point(|shared| shared.page < page);
        let rest = &self.shared[start..];
        &rest[..rest.partition_point(|shared| shared.page == page)]
    }

    /// Returns the folders in which pages are served, without slashes at their ends.
    #[must_use]
    pub fn folders(&self) -> HashSet<String> {
        let folders = self.own.values().flat_map(|address| {
            let key = key(address);
            let above = key.rsplit_once('/').map_or("", |(above, _)| above);
            ancestors(above).map(str::to_owned).collect::<Vec<_>>()
        });
        folders.collect()
    }

    /// Returns the page at an address (see [`absolute`]).
    fn page(&self, address: &str) -> Option<FileId> {
        self.pages.get(&text_hash(&key(address))).copied()
    }

    /// Returns what the site has at an address, or `None` if it has nothing there. `address` begins with a
    /// slash and is percent-decoded.
    pub fn target(
        &self,
        site: &Site,
        paths: &PathTable,
        is_page: &dyn Fn(FileId) -> bool,
        address: &str,
    ) -> Option<Target> {
        if let Some(page) = self.page(address) {
            return Some(Target::Rendered(page));
        }
        let below_root = address.trim_start_matches('/');
        let name = below_root.trim_end_matches('/');
        let served = |folder: &str| {
            // Servers show these files at the addresses without their endings.
            let html = || {
                let index = paths.file(&join(folder, &join(name, "index.html")));
                index.or_else(|| paths.file(&join(folder, &format!("{name}.html"))))
            };
            paths.file(&join(folder, below_root)).or_else(html)
        };
        let is_raw = |file: &FileId| !is_page(*file);
        let mut statics = site.static_folders.iter().map(String::as_str);
        let file = statics
            .find_map(served)
            .or_else(|| site.content_folders().find_map(|folder| served(folder).filter(is_raw)))
            .or_else(|| self.resource(paths, below_root).filter(is_raw));
        let generated = || {
            let below = site.below_language(below_root);
            let is_there = site.is_generated(below_root)
                || site.is_generated(below)
                || site.has_section(paths, below)
                || site.has_adapter(paths, name);
            is_there.then_some(Target::Generated)
        };
        file.map(Target::File).or_else(generated)
    }

    /// Returns a file in the folder of a page that is served below the address of the page.
    fn resource(&self, paths: &PathTable, address: &str) -> Option<FileId> {
        let slashes = memchr::memrchr_iter(b'/', address.as_bytes());
        slashes.take(DEEPEST).find_map(|slash| {
            let (folder, name) = (&address[..slash], &address[slash + 1..]);
            let path = paths.path(self.page(folder)?);
            let (folder, index) = path.rsplit_once('/')?;
            let is_index = index.split('.').next() == Some("index");
            paths.file(&join(folder, name)).filter(|_| is_index)
        })
    }
}

/// The maximum number of folders between a page and a file that belongs to it.
const DEEPEST: usize = 16;

/// Returns the address to which a link leads that a page at `base` contains. `path` is percent-encoded.
/// Returns `None` if the path leads above the root of the site.
#[must_use]
pub fn absolute(base: &str, path: &str) -> Option<String> {
    let mut parts: Vec<Cow<'_, str>> = Vec::new();
    if !path.starts_with('/') {
        let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
        parts.extend(folder.split('/').filter(|part| !part.is_empty()).map(Cow::Borrowed));
    }
    for raw in path.split('/') {
        let part = percent_decode_str(raw).decode_utf8_lossy();
        match &*part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            _ if part.contains('/') => parts.push(raw.into()),
            _ => parts.push(part),
        }
    }
    let is_folder = path.ends_with(['/']) || matches!(path.rsplit('/').next(), Some("." | ".."));
    let mut address = format!("/{}", parts.join("/"));
    if is_folder && address.len() > 1 {
        address.push('/');
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_several_spellings() {
        for address in ["/a/b/", "/a/b", "a/b.html", "/a/b/index.html", "/a/b/index", "/a/b.htm"] {
            assert_eq!(key(address), "a/b", "{address}");
        }
        assert_eq!(
            (key("/"), key("/index.html"), key("/v1.2/")),
            ("".into(), "".into(), "v1.2".into())
        );
        assert_eq!(key("/cafe\u{301}/"), "café");
    }

    #[test]
    fn links_are_resolved_as_a_browser_does() {
        for (base, path, address) in [
            ("/posts/one/", "../two/", Some("/posts/two/")),
            ("/posts/one/", "two", Some("/posts/one/two")),
            ("/posts/one.html", "two.html", Some("/posts/two.html")),
            ("/posts/one/", "/a%20b/", Some("/a b/")),
            ("/posts/one/", ".", Some("/posts/one/")),
            ("/posts/one/", "..", Some("/posts/")),
            ("/one/", "../../x", None),
            ("/one/", "/", Some("/")),
        ] {
            assert_eq!(absolute(base, path).as_deref(), address, "{base} {path}");
        }
    }
}
