//! What day pages name.

use std::collections::HashMap;

use crate::span::{FileId, Span};

/// What the day pages name.
#[derive(Debug, Default)]
pub(super) struct DayPages {
    /// Of each day page, the pages that it names in any way; sorted.
    pub(super) named: HashMap<FileId, Box<[FileId]>>,
    /// What entries that lead nowhere may have meant, by their page and place.
    pub(super) meant: HashMap<(FileId, Span), FileId>,
}

impl DayPages {
    pub(super) fn names(&self, day_page: FileId, file: FileId) -> bool {
        self.named.get(&day_page).is_some_and(|named| named.binary_search(&file).is_ok())
    }

    pub(super) fn meant(&self, day_page: FileId, entry: Span) -> Option<FileId> {
        self.meant.get(&(day_page, entry)).copied()
    }
}
