//! Which page a path that names none may have meant. Nothing here looks at every page for one
//! path: slugs are indexed once, when the first path fails, and names are compared within a day, its
//! neighbours or a folder.

use jiff::civil::Date;

use super::Archive;
use super::facts::text_hash;
use super::layout::Captures;
use crate::span::FileId;
use crate::suggest;

/// A page that a path may have meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// The page.
    pub file: FileId,
    /// Whether it is the only page of the archive that bears the slug that was asked for.
    pub sole: bool,
}

/// Event pages by hashes of their slugs, case aside; sorted.
#[derive(Debug, Default)]
pub(super) struct Slugs(Vec<(u64, FileId)>);

/// The most names that one path is compared with.
const MOST_NAMES: usize = 256;

impl Slugs {
    pub(super) fn new(archive: &Archive) -> Self {
        let slug = |file: FileId| {
            let read = event(archive, archive.path(file))?;
            Some((text_hash(&read.slug.to_lowercase()), file))
        };
        let mut slugs: Vec<_> = archive.paths.ids().filter_map(slug).collect();
        slugs.sort_unstable();
        Self(slugs)
    }

    fn bearing(&self, slug: &str) -> &[(u64, FileId)] {
        let hash = text_hash(&slug.to_lowercase());
        let start = self.0.partition_point(|(other, _)| *other < hash);
        let end = self.0.partition_point(|(other, _)| *other <= hash);
        &self.0[start..end]
    }
}

/// What the layout makes of the path of an event page.
fn event<'a>(archive: &Archive, path: &'a str) -> Option<Captures<'a>> {
    if archive.layout.day.iter().any(|pattern| pattern.read(path).is_some()) {
        return None;
    }
    archive.layout.event.iter().find_map(|pattern| pattern.read(path))
}

/// The page that `path`, normal and relative to the root, may have meant: the one with its slug on
/// another day, else one with a near name on the same or a neighbouring day, else one with a near
/// name in its folder.
pub(super) fn nearest(archive: &Archive, slugs: &Slugs, path: &str) -> Option<Nearest> {
    let near = |file| Nearest { file, sole: false };
    let Some(read) = event(archive, path) else {
        return in_folder(archive, path).map(near);
    };
    let day = read.date.day();
    match slugs.bearing(read.slug) {
        [] => day
            .and_then(|day| on_days(archive, day, read.slug))
            .or_else(|| in_folder(archive, path))
            .map(near),
        [(_, file)] => Some(Nearest { file: *file, sole: true }),
        several => {
            let distance = |file: FileId| {
                let date = archive.place(file).date.and_then(super::layout::FolderDate::day);
                date.zip(day).map_or(i32::MAX, |(date, day)| (date - day).get_days().abs())
            };
            several
                .iter()
                .map(|(_, file)| *file)
                .min_by_key(|file| (distance(*file), *file))
                .map(near)
        }
    }
}

/// The event page with the name nearest to `slug` on a day or its neighbours.
fn on_days(archive: &Archive, day: Date, slug: &str) -> Option<FileId> {
    let files: Vec<FileId> = archive.days().events_around(day).take(MOST_NAMES).collect();
    let names =
        files.iter().map(|file| event(archive, archive.path(*file)).map_or("", |read| read.slug));
    suggest::nearest_index(slug, names).map(|index| files[index])
}

/// The file with the name nearest to that of `path` in its folder.
fn in_folder(archive: &Archive, path: &str) -> Option<FileId> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let files: Vec<FileId> = archive.paths.in_folder(folder).take(MOST_NAMES).collect();
    let names = files.iter().map(|file| {
        let path = archive.path(*file);
        path.rsplit_once('/').map_or(path, |(_, name)| name)
    });
    suggest::nearest_index(name, names).map(|index| files[index])
}
