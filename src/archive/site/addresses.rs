//! The table of all addresses of a site. Lookups do not access the file system.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::address::PageAddresses;
use super::bundle::{index_above, is_in_bundle};
use super::partial_address::PartialAddress;
use super::path::{below, hyphenated, key};
use super::settings::{Generator, Site};
use crate::archive::computed::get_or_compute;
use crate::archive::page_extensions::PageExtensions;
use crate::archive::page_facts::text_hash;
use crate::archive::path_text::{ancestors, folder_and_name, join};
use crate::archive::paths::PathTable;
use crate::archive::resolve::Target;
use crate::span::FileId;
use crate::suggest;

/// The addresses of the pages of a site.
#[derive(Debug, Default)]
pub struct Addresses {
    /// The pages by the hash of their addresses' keys (see [`key`]).
    pages: HashMap<u64, FileId>,
    /// The address of each page that has one.
    own: HashMap<FileId, Box<str>>,
    /// What is known of the addresses of other pages.
    partial: HashSet<PartialAddress>,
    /// The pages with such addresses.
    partly_known: HashSet<FileId>,
    /// The addresses that several pages have, sorted by the later page.
    shared: Vec<SharedAddress>,
    /// The keys of the pages' own addresses.
    keys: OnceLock<PathTable>,
    /// The files whose paths contain spaces, by these paths with hyphens (see [`hyphenated`]).
    spaced: OnceLock<HashMap<String, FileId>>,
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
        for (file, page) in &pages {
            for address in &page.possible {
                table.pages.entry(text_hash(&key(address))).or_insert(*file);
            }
        }
        table.shared.sort_unstable();
        table.shared.dedup();
        for (file, page) in pages {
            if let Some(own) = page.own {
                table.own.insert(file, own.into());
            }
            if let Some(partial) = page.partial {
                table.partial.insert(partial);
                table.partly_known.insert(file);
            }
        }
        table
    }

    /// Returns the address of a page.
    #[must_use]
    pub fn of(&self, page: FileId) -> Option<&str> {
        self.own.get(&page).map(|address| &**address)
    }

    /// Returns whether a page has an address of which only a part is known.
    #[must_use]
    pub fn is_partly_known(&self, page: FileId) -> bool {
        self.partly_known.contains(&page)
    }

    /// Returns whether the site has a page, even if its address is known only in part.
    #[must_use]
    pub fn has(&self, page: FileId) -> bool {
        self.own.contains_key(&page) || self.is_partly_known(page)
    }

    /// Returns whether an address is that of a page, and not an alias.
    #[must_use]
    pub fn is_own(&self, page: FileId, address: &str) -> bool {
        self.of(page).is_some_and(|own| key(own) == key(address))
    }

    /// Returns the address at which relative links of a page start: that of the page or, if Hugo makes no page of
    /// it, that of the page to which its folder belongs.
    #[must_use]
    pub fn base(
        &self,
        site: &Site,
        paths: &PathTable,
        extensions: &PageExtensions,
        page: FileId,
    ) -> Option<&str> {
        let of_folder = || {
            let (_, index) = index_above(paths, extensions, paths.path(page))?;
            self.of(index).filter(|_| site.generator == Generator::Hugo)
        };
        self.of(page).or_else(of_folder)
    }

    /// Returns the files whose paths contain spaces, by these paths with hyphens (see [`hyphenated`]).
    pub(super) fn spaced(&self, paths: &PathTable) -> &HashMap<String, FileId> {
        self.spaced.get_or_init(|| {
            let files = paths.all_ids().filter(|file| paths.path(*file).contains(' '));
            files.map(|file| (hyphenated(paths.path(file)), file)).collect()
        })
    }

    /// Returns the addresses that a page shares with a page before it.
    #[must_use]
    pub fn shared_by(&self, page: FileId) -> &[SharedAddress] {
        let start = self.shared.partition_point(|shared| shared.page < page);
        let rest = &self.shared[start..];
        &rest[..rest.partition_point(|shared| shared.page == page)]
    }

    /// Returns the addresses of pages and the folders above them, without slashes at their ends.
    #[must_use]
    pub fn folders(&self) -> HashSet<String> {
        let folders = self
            .own
            .values()
            .flat_map(|address| ancestors(&key(address)).map(str::to_owned).collect::<Vec<_>>());
        folders.collect()
    }

    /// Returns the page whose address is in the same folder as an address at which nothing is, and has the
    /// most similar name. Compares at most `most` names on each side of it.
    #[must_use]
    pub fn nearest(&self, address: &str, most: usize) -> Option<FileId> {
        let keys = self.keys();
        let key = key(address);
        let (folder, name) = folder_and_name(&key);
        let near = keys.around(folder, name, most);
        let names = near.iter().map(|id| folder_and_name(keys.path(*id)).1);
        self.page(keys.path(near[suggest::nearest_index(name, names)?]))
    }

    /// Returns the addresses of all pages as paths. Computes them on first use.
    pub fn keys(&self) -> &PathTable {
        get_or_compute(&self.keys, || {
            let keys = self.own.values().map(|address| key(address).into_owned());
            PathTable::new(keys.collect(), Vec::new())
        })
    }

    /// Returns the page at an address (see [`absolute`](super::absolute)).
    fn page(&self, address: &str) -> Option<FileId> {
        self.pages.get(&text_hash(&key(address))).copied()
    }

    /// Returns what the site has at an address, or `None` if it has nothing there. `address` begins with a
    /// slash and is percent-decoded.
    pub fn target(
        &self,
        site: &Site,
        paths: &PathTable,
        extensions: &PageExtensions,
        address: &str,
    ) -> Option<Target> {
        let is_further_page = || {
            let list = site.list_with_page(address.trim_start_matches('/'))?;
            let list = self.target_of_whole(site, paths, extensions, &format!("/{list}"))?;
            Some(matches!(list, Target::Rendered(_) | Target::Generated))
        };
        self.target_of_whole(site, paths, extensions, address).or_else(|| {
            let is_there = self.may_have(address) || is_further_page().unwrap_or(false);
            is_there.then_some(Target::Generated)
        })
    }

    /// Returns what the site has at an address, unless this is a further page of a list or an address that is known
    /// only in part.
    fn target_of_whole(
        &self,
        site: &Site,
        paths: &PathTable,
        extensions: &PageExtensions,
        address: &str,
    ) -> Option<Target> {
        if let Some(page) = self.page(address) {
            return Some(Target::Rendered(page));
        }
        let below_root = address.trim_start_matches('/');
        let is_raw = |file: &FileId| !extensions.is_page(paths.path(*file));
        // Hugo serves the files of a page's folder at the address of the page.
        let is_apart = |content: &str, file: &FileId| {
            let folder = folder_and_name(paths.path(*file)).0;
            site.generator != Generator::Hugo
                || !is_in_bundle(paths, extensions, content, below(folder, content).unwrap_or(""))
        };
        let file = site
            .static_folders
            .iter()
            .find_map(|folder| served(paths, folder, below_root))
            .or_else(|| {
                site.in_content(below_root).find_map(|(content, rest)| {
                    let file = served(paths, content, rest).filter(is_raw);
                    file.filter(|file| is_apart(content, file))
                })
            })
            .or_else(|| self.resource(paths, below_root).filter(is_raw));
        let generated = || {
            let mut folders = site.in_content(below_root);
            let is_there = site.is_generated(below_root)
                || folders.any(|(content, rest)| {
                    site.has_section(paths, content, rest) || site.has_adapter(paths, content, rest)
                });
            is_there.then_some(Target::Generated)
        };
        file.map(Target::File).or_else(generated)
    }

    /// Returns whether an address can be that of a page whose address is known only in part.
    fn may_have(&self, address: &str) -> bool {
        !self.partial.is_empty()
            && PartialAddress::fitting(address).any(|one| self.partial.contains(&one))
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

/// Returns the file of a folder that is served at an address.
fn served(paths: &PathTable, folder: &str, address: &str) -> Option<FileId> {
    // Servers show these files at the addresses without their endings.
    let html = || {
        let name = address.trim_end_matches('/');
        let index = paths.file(&join(folder, &join(name, "index.html")));
        index.or_else(|| paths.file(&join(folder, &format!("{name}.html"))))
    };
    paths.file(&join(folder, address)).or_else(html)
}

/// The maximum number of folders between a page and a file that belongs to it.
const DEEPEST: usize = 16;
