//! The archive: its paths, its layout, its pages, and the resolution of links between them.

mod computed;
pub mod date;
mod day_queries;
pub mod days;
pub mod destination;
pub mod duplicates;
pub mod fields;
mod files_by_name;
mod folder_files;
pub mod ignore_files;
pub mod layout;
pub mod nearest;
pub mod normal_form;
pub mod outline;
pub mod own_site;
pub mod page;
pub mod page_extensions;
pub mod page_facts;
pub mod page_links;
mod page_lookups;
pub mod page_source;
pub mod page_texts;
pub mod partial_list;
pub mod path_text;
pub mod paths;
pub mod places;
pub mod recent;
pub mod references;
pub mod resolve;
pub mod root;
pub mod shared_list;
pub mod site;
mod slugs;
pub mod sources;
pub mod spelling;
pub mod template;
pub mod virtual_walk;
pub mod walk;
pub mod walk_folders;
pub mod walked;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::document::{LinkKind, Syntax};
use crate::span::FileId;
use computed::get_or_compute;
use days::Days;
use destination::ParsedDestination;
use files_by_name::{FilesByName, NamedPath};
use layout::{Layout, PageKind, ParsedPath};
use own_site::OwnSite;
use path_text::folder_and_name;
use paths::PathTable;
use resolve::{Resolver, Target};
use site::{Addresses, Generator, Site};
use slugs::Slugs;

/// The maximum number of files of a folder that are looked at or, where a path is compared with names, of the names on
/// each side of it.
const MOST_NAMES: usize = 256;

/// The paths of an archive, and everything that can be derived from them without reading a page.
#[derive(Debug)]
pub struct Archive {
    /// The files and folders.
    pub paths: PathTable,
    /// The layout, which gives paths their meaning.
    pub layout: Layout,
    /// The resolver of link destinations.
    pub resolver: Resolver,
    /// The site on which the pages are served.
    pub site: Site,
    /// Which URLs are those of the site.
    own_site: OwnSite,
    /// What pages contain besides Markdown.
    pub syntax: Arc<Syntax>,
    /// The kind and the date of each file, indexed by [`FileId`].
    places: Vec<ParsedPath>,
    /// The files that are known to have been renamed, by their old path.
    renamed: HashMap<String, FileId>,
    days: OnceLock<Days>,
    slugs: OnceLock<Slugs>,
    files_by_name: OnceLock<FilesByName>,
    /// The files whose path differs from that of an earlier file only in case or normal form (see
    /// [`PathTable::collisions`]).
    collisions: Vec<(FileId, FileId)>,
    addresses: OnceLock<Addresses>,
}

impl Archive {
    /// Creates an archive of these paths.
    #[must_use]
    pub fn new(paths: PathTable, layout: Layout, resolver: Resolver) -> Self {
        let place = |file| layout.place(paths.path(file));
        let (places, collisions) =
            rayon::join(|| paths.par_ids().map(place).collect(), || paths.collisions());
        let (renamed, syntax) = (HashMap::new(), Arc::default());
        let (site, own_site) = (Site::default(), OwnSite::default());
        Self {
            paths,
            layout,
            resolver,
            site,
            own_site,
            syntax,
            places,
            renamed,
            days: OnceLock::new(),
            slugs: OnceLock::new(),
            files_by_name: OnceLock::new(),
            collisions,
            addresses: OnceLock::new(),
        }
    }

    /// Replaces the layout.
    #[must_use]
    pub fn with_layout(self, layout: Layout) -> Self {
        let Self { paths, resolver, site, own_site, syntax, .. } = self;
        Self { site, own_site, syntax, ..Self::new(paths, layout, resolver) }
    }

    /// Sets the site on which the pages are served.
    #[must_use]
    pub fn with_site(self, site: Site) -> Self {
        let own_site = OwnSite::new(&site.hosts, &self.resolver.url_prefixes);
        Self { site, own_site, ..self }
    }

    /// Sets what pages contain besides Markdown.
    #[must_use]
    pub fn with_syntax(self, syntax: Syntax) -> Self {
        Self { syntax: Arc::new(syntax), ..self }
    }

    /// Records renamed files, given as pairs of the old path and the present path. Ignores a pair
    /// if no file has the present path.
    #[must_use]
    pub fn with_renamed(mut self, renamed: &[(String, String)]) -> Self {
        let now =
            renamed.iter().filter_map(|(old, new)| Some((old.clone(), self.paths.file(new)?)));
        self.renamed = now.collect();
        self
    }

    /// Returns the path of a file, relative to the root.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        self.paths.path(file)
    }

    /// Returns the kind and the date of a file, according to its path.
    #[must_use]
    pub fn place(&self, file: FileId) -> ParsedPath {
        self.places[file.index()]
    }

    /// Returns whether any page is an event page or a day page by the layout.
    #[must_use]
    pub fn has_dated_pages(&self) -> bool {
        let is_dated = |file| self.place(file).kind != PageKind::Other;
        self.paths.ids().any(is_dated) || self.paths.all_ids().any(is_dated)
    }

    /// Returns whether the layout has event pages whose day only their fields give.
    #[must_use]
    pub fn has_undated_events(&self) -> bool {
        self.layout.event.iter().any(|pattern| !pattern.has_date())
    }

    /// Returns the file at a normalized path. If no file has this path and the site generates it
    /// from a page, returns that page.
    #[must_use]
    pub fn file_or_source(&self, path: &str) -> Option<FileId> {
        let rendered = || self.resolver.rendered_from(path).find_map(|page| self.paths.file(&page));
        self.paths.file(path).or_else(rendered)
    }

    /// Splits a destination. A URL of the archive's own site is a path in the archive.
    #[must_use]
    pub fn parse_destination(&self, destination: &str) -> ParsedDestination {
        ParsedDestination::parse_on_site(destination, &self.own_site)
    }

    /// Returns the target of an internal path in a link of the page `from`.
    #[must_use]
    pub fn resolve(&self, from: FileId, path: &str) -> Target {
        match self.addresses.get() {
            Some(addresses) if !path.is_empty() => self.resolve_on_site(addresses, from, path),
            _ => self.resolver.resolve(&self.paths, from, path),
        }
    }

    /// Returns the target of an internal path in a link of the page `from`. In front matter, which the templates of
    /// the site read, the path can name any file.
    fn resolve_link(&self, from: FileId, kind: LinkKind, path: &str) -> Target {
        let target = self.resolve(from, path);
        if kind != LinkKind::FrontMatter || target.is_resolved() {
            return target;
        }
        let by_file = self.resolver.resolve(&self.paths, from, path);
        if by_file.is_resolved() { by_file } else { target }
    }

    /// Returns the target of a path in a link of the page `from`, which is served on a site.
    fn resolve_on_site(&self, addresses: &Addresses, from: FileId, path: &str) -> Target {
        let (site, paths, extensions) = (&self.site, &self.paths, &self.resolver.extensions);
        let base = addresses.base(site, paths, extensions, from);
        let by_file = || self.resolver.resolve(&self.paths, from, path);
        // Readers see a page that is not on the site in the repository.
        let is_hidden = addresses.of(from).is_none();
        if let Some(target) = is_hidden.then(by_file).filter(|target| target.is_resolved()) {
            return target;
        }
        let base = base.unwrap_or("/");
        let address = site::absolute(base, path);
        // Without a generator, it is unknown whether the address of a page ends in a slash.
        let beside = || {
            let is_unknown = site.generator == Generator::Other && !path.starts_with('/');
            let address = is_unknown.then(|| site::absolute(base.trim_end_matches('/'), path))?;
            self.served_at(addresses, &address)
        };
        let on_site = self.served_at(addresses, &address).or_else(beside);
        if let Some(target) = on_site {
            return target;
        }
        let by_file = by_file();
        if site.generator == Generator::Other && site.allows_source_links() {
            return by_file;
        }
        let is_elsewhere = || site.has_other_files && self.names_other_file(&address);
        // It is not known where this link starts.
        let is_adrift = || !path.starts_with('/') && addresses.is_partly_known(from);
        let missing = || {
            if is_adrift() {
                Target::Rootless
            } else if site::escapes(base, path) {
                Target::Outside
            } else if is_elsewhere() {
                Target::Rootless
            } else {
                Target::Missing
            }
        };
        self.source_named(addresses, from, path, by_file).unwrap_or_else(missing)
    }

    /// Returns whether an address ends in the name of a file that is no page, such as `basin.png`.
    fn names_other_file(&self, address: &str) -> bool {
        let (_, name) = folder_and_name(address);
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        extension.is_some_and(|extension| !extension.starts_with("htm"))
            && self.resolver.extensions.split(name).is_none()
    }

    /// Returns what the site has at an address, or at the part of it below a URL prefix.
    fn served_at(&self, addresses: &Addresses, address: &str) -> Option<Target> {
        let below = self.resolver.below_prefixes(address.trim_start_matches('/'));
        let below = below.map(|below| Cow::Owned(format!("/{below}")));
        let mut candidates = std::iter::once(Cow::Borrowed(address)).chain(below);
        let (site, paths, extensions) = (&self.site, &self.paths, &self.resolver.extensions);
        candidates.find_map(|address| addresses.target(site, paths, extensions, &address))
    }

    /// Returns the page whose file a path in a link of the page `from` names, if the generator puts the address
    /// of the page in the place of the path. `by_file` is what the path leads to among the files.
    fn source_named(
        &self,
        addresses: &Addresses,
        from: FileId,
        path: &str,
        by_file: Target,
    ) -> Option<Target> {
        let found = match self.site.generator {
            _ if !self.site.allows_source_links() => None,
            Generator::Hugo => self.page_of_hugo(addresses, from, path),
            _ => match by_file {
                // The generator does not know pages that the site does not have.
                Target::File(file) if self.is_page(file) => self.is_served(file).then_some(by_file),
                _ => None,
            },
        };
        found.or_else(|| matches!(by_file, Target::Miscased(_)).then_some(by_file))
    }

    /// Returns the page or the list that Hugo finds for a path in a link of the page `from`.
    fn page_of_hugo(&self, addresses: &Addresses, from: FileId, path: &str) -> Option<Target> {
        addresses.page_of_hugo(&self.site, &self.paths, &self.resolver.extensions, from, path)
    }

    /// Returns the page that readers see at the target of a link of the page `from`, which should have the anchor
    /// of the link's fragment. `path` is the path of the link.
    fn anchored(&self, from: FileId, path: &str, target: Target) -> Option<FileId> {
        match target {
            Target::File(file) | Target::Rendered(file) => Some(file),
            Target::Folder => self.resolver.folder_page(&self.paths, from, path),
            _ => None,
        }
    }

    /// Returns the addresses of the site's pages, if they are known.
    #[must_use]
    pub fn addresses(&self) -> Option<&Addresses> {
        self.addresses.get()
    }

    /// Returns whether the site serves a file other than a page directly from a folder. `folder` is its address,
    /// without slashes at its ends.
    #[must_use]
    pub fn has_raw_file_in(&self, folder: &str) -> bool {
        self.site.served_from(folder).any(|folder| {
            let files = self.paths.in_folder(&folder, MOST_NAMES);
            files.iter().any(|file| {
                let name = self.path(*file).rsplit('/').next().unwrap_or_default();
                !self.is_page(*file) && !name.starts_with(['_', '.'])
            })
        })
    }

    /// Returns the paths that the page at an address can have. `address` is without slashes at its ends.
    pub fn pages_at<'a>(&'a self, address: &'a str) -> impl Iterator<Item = String> {
        let named = |path: String| self.resolver.pages_named(&path).collect::<Vec<_>>();
        self.site.served_from(address).flat_map(named)
    }

    /// Returns whether readers of the site can see a file. They do not see an unpublished page.
    #[must_use]
    pub fn is_served(&self, file: FileId) -> bool {
        let has_address = |addresses: &Addresses| addresses.has(file);
        self.site.generator == Generator::Other
            || !self.is_page(file)
            || self.addresses().is_none_or(has_address)
    }

    /// Sets the addresses of the site's pages. They stay the same for the life of the archive.
    pub fn set_addresses(&self, read: impl FnOnce() -> Addresses) {
        self.addresses.get_or_init(read);
    }

    /// Returns whether a file is a page.
    #[must_use]
    pub fn is_page(&self, file: FileId) -> bool {
        self.resolver.extensions.is_page(self.path(file))
    }

    /// Returns the first file whose path equals that of `file` if case and Unicode normal form are
    /// ignored. Returns `None` if `file` itself is the first one.
    #[must_use]
    pub fn collides_with(&self, file: FileId) -> Option<FileId> {
        if let Some(partial) = self.paths.partial() {
            partial.ask_but_for_case(self.path(file));
        }
        let index = self.collisions.binary_search_by_key(&file, |(later, _)| *later).ok()?;
        Some(self.collisions[index].1)
    }

    /// Returns whether the path of `file` stays unique if case and Unicode normal form are ignored.
    #[must_use]
    pub fn is_sole_but_for_case(&self, file: FileId) -> bool {
        self.paths.is_sole_but_for_case(self.path(file))
    }

    /// Indexes what the search for the probable targets of broken links needs. Without this, each thread whose search
    /// starts before the first index is complete computes it.
    pub fn prepare_search(&self) {
        self.slugs();
        if let Some(addresses) = self.addresses() {
            addresses.keys();
        }
    }

    /// Returns the index of event pages by slug.
    fn slugs(&self) -> &Slugs {
        get_or_compute(&self.slugs, || Slugs::new(&self.paths, &self.layout))
    }

    /// Returns the index of files by name.
    fn files_by_name(&self) -> &FilesByName {
        let named = |file| NamedPath {
            file,
            path: self.path_in_references(file),
            root: self.root_of_names(self.path(file)),
        };
        self.files_by_name.get_or_init(|| FilesByName::new(self.paths.all_ids().map(named)))
    }
}
