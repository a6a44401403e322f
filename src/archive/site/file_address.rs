//! The addresses of files that are not pages.

use super::addresses::Addresses;
use super::bundle::index_above;
use super::path::{below, last_part};
use super::settings::Site;
use crate::archive::page_extensions::PageExtensions;
use crate::archive::paths::PathTable;
use crate::archive::resolve::Target;
use crate::span::FileId;

impl Addresses {
    /// Returns the address at which a file that is not a page is served, or `None` if the site does not have the
    /// file.
    pub(in crate::archive) fn of_file(
        &self,
        site: &Site,
        paths: &PathTable,
        extensions: &PageExtensions,
        file: FileId,
    ) -> Option<String> {
        let path = paths.path(file);
        let statics = site.static_folders.iter().filter_map(|folder| below(path, folder));
        let statics = statics.map(|rest| format!("/{rest}"));
        let in_content = site.content_folder_of(path).map(|(content, rest)| {
            let language = site.language(last_part(content));
            format!("{}/{rest}", site.folder_of_language(language))
        });
        let in_bundle = || self.beside_page(paths, extensions, path);
        let candidates = statics.chain(in_content).chain(std::iter::once_with(in_bundle).flatten());
        let is_served = |address: &String| {
            self.target(site, paths, extensions, address) == Some(Target::File(file))
        };
        candidates.into_iter().find(is_served)
    }

    /// Returns the address of a file in the folder of a page: below the address of the page.
    fn beside_page(
        &self,
        paths: &PathTable,
        extensions: &PageExtensions,
        path: &str,
    ) -> Option<String> {
        let (folder, page) = index_above(paths, extensions, path)?;
        Some(format!("{}/{}", self.of(page)?.trim_end_matches('/'), below(path, folder)?))
    }
}
