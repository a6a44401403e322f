//! The archive as a whole: its layout, its paths, and what a link in it names.

pub mod date;
pub mod days;
pub mod duplicates;
pub mod facts;
pub mod ignore_files;
pub mod layout;
pub mod nearest;
pub mod outline;
pub mod page;
pub mod page_source;
pub mod page_texts;
pub mod paths;
pub mod recent;
pub mod resolve;
mod slugs;
pub mod sources;
pub mod template;
pub mod virtual_walk;
pub mod walk;
pub mod walked;

use std::collections::HashMap;
use std::sync::OnceLock;

use jiff::civil::Date;

use crate::span::FileId;
use days::Days;
use layout::{Layout, PageKind, ParsedPath};
use paths::PathTable;
use resolve::{Destination, Resolver, Target};
use slugs::Slugs;

/// An archive, known by its paths alone.
#[derive(Debug)]
pub struct Archive {
    /// Its files.
    pub paths: PathTable,
    /// How paths are read.
    pub layout: Layout,
    /// How links are resolved.
    pub resolver: Resolver,
    /// What each file is, by its path.
    places: Vec<ParsedPath>,
    /// Files that are known to have had another path, by that path.
    renamed: HashMap<String, FileId>,
    days: OnceLock<Days>,
    slugs: OnceLock<Slugs>,
    collisions: OnceLock<Vec<(FileId, FileId)>>,
}

impl Archive {
    /// An archive of these paths.
    #[must_use]
    pub fn new(paths: PathTable, layout: Layout, resolver: Resolver) -> Self {
        let places = paths.ids().map(|file| layout.place(paths.path(file))).collect();
        let (days, slugs, collisions) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        let renamed = HashMap::new();
        Self { paths, layout, resolver, places, renamed, days, slugs, collisions }
    }

    /// Records that some files were renamed: pairs of an old path and the present one.
    #[must_use]
    pub fn with_renamed(mut self, renamed: &[(String, String)]) -> Self {
        let now =
            renamed.iter().filter_map(|(old, new)| Some((old.clone(), self.paths.file(new)?)));
        self.renamed = now.collect();
        self
    }

    /// The path of a file, relative to the root.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        self.paths.path(file)
    }

    /// What a file is, by its path.
    #[must_use]
    pub fn place(&self, file: FileId) -> ParsedPath {
        self.places[file.index()]
    }

    /// The file at a path that is normal, or the page that one there is rendered from.
    #[must_use]
    pub fn file_or_source(&self, path: &str) -> Option<FileId> {
        let rendered = || self.paths.file(&self.resolver.rendered_from(path)?);
        self.paths.file(path).or_else(rendered)
    }

    /// What an internal path in a link of the page `from` names.
    #[must_use]
    pub fn resolve(&self, from: FileId, path: &str) -> Target {
        self.resolver.resolve(&self.paths, from, path)
    }

    /// The archive by days.
    #[must_use]
    pub fn days(&self) -> &Days {
        self.days.get_or_init(|| Days::new(&self.paths, &self.places, &self.layout))
    }

    /// The first file whose path differs from that of `file` at most in case or Unicode normal form;
    /// none for that first one.
    #[must_use]
    pub fn collides_with(&self, file: FileId) -> Option<FileId> {
        let collisions = self.collisions.get_or_init(|| self.paths.collisions());
        let index = collisions.binary_search_by_key(&file, |(later, _)| *later).ok()?;
        Some(collisions[index].1)
    }

    /// Whether no other file has the path of `file` but for case or Unicode normal form.
    #[must_use]
    pub fn is_sole_but_for_case(&self, file: FileId) -> bool {
        self.paths.is_sole_but_for_case(self.path(file))
    }

    /// The event pages by their slugs.
    fn slugs(&self) -> &Slugs {
        self.slugs.get_or_init(|| Slugs::new(&self.paths, &self.layout))
    }

    /// The day of the day page that a destination names by the layout, whether or not that page
    /// exists.
    #[must_use]
    pub fn day_of(&self, from: FileId, destination: &str) -> Option<Date> {
        let Destination::Internal { path, .. } = Destination::parse(destination) else {
            return None;
        };
        let path = Resolver::normalize(self.path(from), path)?;
        let candidates = std::iter::once(&*path).chain(self.resolver.below_prefixes(&path));
        let day = |path: &str| match self.layout.place(path) {
            ParsedPath { kind: PageKind::Day, date } => date?.day(),
            ParsedPath { kind: PageKind::Event | PageKind::Other, .. } => None,
        };
        candidates.clone().find_map(day).or_else(|| {
            candidates
                .filter_map(|path| self.resolver.rendered_from(path))
                .find_map(|path| day(&path))
        })
    }
}
