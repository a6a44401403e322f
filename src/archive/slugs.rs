//! The event pages of an archive by their slugs.

use jiff::civil::Date;

use super::facts::text_hash;
use super::layout::{Captures, Layout};
use super::paths::{PathTable, fold};
use crate::span::FileId;

/// Event pages by hashes of their slugs, case and normal form aside, and by their days; sorted.
#[derive(Debug, Default)]
pub(super) struct Slugs(Vec<Bearer>);

/// The hash of a slug, and the day and the page of an event that bears it.
pub(super) type Bearer = (u64, Option<Date>, FileId);

impl Slugs {
    pub(super) fn new(paths: &PathTable, layout: &Layout) -> Self {
        let slug = |file: FileId| {
            let read = event(layout, paths.path(file))?;
            Some((text_hash(&fold(read.slug)), read.date.day(), file))
        };
        let mut slugs: Vec<_> = paths.ids().filter_map(slug).collect();
        slugs.sort_unstable();
        Self(slugs)
    }

    pub(super) fn bearing(&self, slug: &str) -> &[Bearer] {
        let hash = text_hash(&fold(slug));
        let start = self.0.partition_point(|(other, ..)| *other < hash);
        let end = self.0.partition_point(|(other, ..)| *other <= hash);
        &self.0[start..end]
    }
}

/// What the layout makes of the path of an event page.
pub(super) fn event<'a>(layout: &Layout, path: &'a str) -> Option<Captures<'a>> {
    if layout.day.iter().any(|pattern| pattern.read(path).is_some()) {
        return None;
    }
    layout.event.iter().find_map(|pattern| pattern.read(path))
}
