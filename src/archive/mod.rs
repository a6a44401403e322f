//! The archive as a whole: its layout, its paths, and what a link in it names.

pub mod date;
pub mod facts;
pub mod layout;
pub mod outline;
pub mod page;
pub mod paths;
pub mod resolve;
pub mod template;
pub mod walk;

use jiff::civil::Date;

use crate::span::FileId;
use layout::{Layout, PageKind, Place};
use paths::PathTable;
use resolve::{Destination, Resolver, Target};

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
    places: Vec<Place>,
}

impl Archive {
    /// An archive of these paths.
    #[must_use]
    pub fn new(paths: PathTable, layout: Layout, resolver: Resolver) -> Self {
        let places = paths.ids().map(|file| layout.place(paths.path(file))).collect();
        Self { paths, layout, resolver, places }
    }

    /// The path of a file, relative to the root.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        self.paths.path(file)
    }

    /// What a file is, by its path.
    #[must_use]
    pub fn place(&self, file: FileId) -> Place {
        self.places[file.index()]
    }

    /// What an internal path in a link of the page `from` names.
    #[must_use]
    pub fn resolve(&self, from: FileId, path: &str) -> Target {
        self.resolver.resolve(&self.paths, from, path)
    }

    /// The day of the day page that a destination names by the layout, whether or not that page
    /// exists.
    #[must_use]
    pub fn day_of(&self, from: FileId, destination: &str) -> Option<Date> {
        let Destination::Internal { path, .. } = Destination::parse(destination) else {
            return None;
        };
        let path = self.resolver.normalize(self.path(from), path)?;
        let candidates = std::iter::once(&*path).chain(self.resolver.below_prefixes(&path));
        let day = |path: &str| match self.layout.place(path) {
            Place { kind: PageKind::Day, date } => date?.day(),
            Place { kind: PageKind::Event | PageKind::Other, .. } => None,
        };
        candidates.clone().find_map(day).or_else(|| {
            candidates
                .filter_map(|path| self.resolver.rendered_from(path))
                .find_map(|path| day(&path))
        })
    }
}
