//! An index of event pages by slug.

use jiff::civil::Date;
use rayon::prelude::*;

use super::layout::{Captures, Layout, PageKind};
use super::page_facts::text_hash;
use super::path_text::fold;
use super::paths::PathTable;
use crate::span::FileId;

/// Event pages, sorted by the hash of the slug and then by day. The hash ignores case and normal
/// form.
#[derive(Debug, Default)]
pub(super) struct Slugs(Vec<Bearer>);

/// The hash of a slug, and the day and the file of an event page with that slug.
pub(super) type Bearer = (u64, Option<Date>, FileId);

impl Slugs {
    /// Indexes the event pages of an archive.
    pub(super) fn new(paths: &PathTable, layout: &Layout) -> Self {
        let slug = |file: FileId| {
            let read = event(layout, paths.path(file))?;
            Some((text_hash(&fold(read.slug?)), read.calendar_day(), file))
        };
        let mut slugs: Vec<_> = paths.par_all_ids().filter_map(slug).collect();
        slugs.par_sort_unstable();
        Self(slugs)
    }

    /// Returns the event pages with a slug, in order of their days. Ignores case and normal form.
    pub(super) fn bearing(&self, slug: &str) -> &[Bearer] {
        let hash = text_hash(&fold(slug));
        let start = self.0.partition_point(|(other, ..)| *other < hash);
        let end = self.0.partition_point(|(other, ..)| *other <= hash);
        &self.0[start..end]
    }
}

/// Returns the date and the texts in the path of an event page. Returns `None` for any other path.
pub(super) fn event<'a>(layout: &'a Layout, path: &'a str) -> Option<Captures<'a>> {
    let read = layout.read(path).filter(|read| read.kind == PageKind::Event)?;
    Some(read.captures)
}
