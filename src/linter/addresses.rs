//! Determines the addresses of all pages of a site.

use std::collections::HashMap;

use rayon::prelude::*;

use super::linted_archive::Linted;
use super::pages::Linter;
use super::panics::guarded;
use crate::archive::destination::Destination;
use crate::archive::places::Place;
use crate::archive::resolve::Target;
use crate::archive::site::{self, AddressRules, Addresses, Generator, PageAddresses};
use crate::document::FrontMatter;
use crate::span::FileId;

impl Linter<'_> {
    /// Determines the addresses of the pages, if the settings describe a site. Reads the front matter of all
    /// pages, because it can contain addresses, and any link can lead to any of them.
    pub fn find_addresses(&self) {
        let archive = self.archive;
        if !archive.site.has_addresses() {
            return;
        }
        let from = self.settings.event.date.from.iter().filter_map(Place::front_key);
        let date_keys: Vec<String> = match archive.site.generator.date_keys() {
            [] => from.map(str::to_owned).collect(),
            keys => keys.iter().map(|key| (*key).to_owned()).collect(),
        };
        let rules = AddressRules {
            site: &archive.site,
            layout: &archive.layout,
            extensions: &archive.resolver.extensions,
            paths: &archive.paths,
            date_keys: &date_keys,
            dates: &self.settings.event.date.texts,
            folder_names: &HashMap::new(),
        };
        let pages: Vec<FileId> =
            archive.paths.all_ids().filter(|file| archive.is_page(*file)).collect();
        let folder_names = self.folder_names(&rules, &pages);
        let rules = AddressRules { folder_names: &folder_names, ..rules };
        archive.set_addresses(|| {
            let found = pages.par_iter().with_min_len(16);
            Addresses::new(found.map(|&file| (file, self.addresses(&rules, file))).collect())
        });
    }

    /// Returns the names on the site of folders that their pages name.
    fn folder_names(&self, rules: &AddressRules<'_>, pages: &[FileId]) -> HashMap<String, String> {
        let is_of_folder = |file: &&FileId| {
            let name = self.archive.path(**file).rsplit('/').next().unwrap_or_default();
            rules.site.generator == Generator::Hugo && name.starts_with("_index.")
        };
        let indices: Vec<FileId> = pages.iter().filter(is_of_folder).copied().collect();
        let name =
            |file: &FileId| rules.folder_name(self.archive.path(*file), &self.front_matter(*file)?);
        indices.par_iter().filter_map(|file| guarded(|| name(file)).ok().flatten()).collect()
    }

    fn addresses(&self, rules: &AddressRules<'_>, file: FileId) -> PageAddresses {
        let path = self.archive.path(file);
        let found = guarded(|| rules.addresses(path, self.front_matter(file).as_ref()));
        found.unwrap_or_else(|_| rules.addresses(path, None))
    }

    /// Reads the front matter of a page. Returns `None` if the page has none or cannot be read.
    fn front_matter(&self, file: FileId) -> Option<FrontMatter> {
        let source = self.read(file).ok()?;
        FrontMatter::parse(source.text(), self.archive.syntax.forms)
    }
}

impl Linted<'_> {
    /// Returns the addresses on the site that links name although nothing is there, and that resemble no page.
    /// Each is percent-decoded and begins with a slash.
    #[must_use]
    pub fn missing_addresses(&self) -> Vec<String> {
        let archive = self.linter.archive;
        let Some(addresses) = archive.addresses() else { return Vec::new() };
        let mut missing = Vec::new();
        for (file, facts) in self.all_facts() {
            let broken = facts.links.iter().filter(|link| link.target() == Target::Missing);
            let Some(base) = addresses.of(file) else { continue };
            for link in broken {
                let page = self.linter.texts.get(file);
                let Some(found) = link.find(page.document()) else { continue };
                let target = found.target(page.text());
                let parsed = archive.parse_destination(target);
                if let Destination::Internal { path, .. } = parsed.of(target)
                    && archive.nearest_by_slug(&archive.paths_of(file, path)).is_none()
                {
                    missing.push(site::absolute(base, path));
                }
            }
        }
        missing
    }
}
