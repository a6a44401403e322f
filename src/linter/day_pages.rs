//! The pages that day pages refer to.

use std::collections::HashMap;

use crate::span::{FileId, Span};

/// The pages that day pages refer to.
#[derive(Debug, Default)]
pub(super) struct DayPages {
    /// For each day page, the pages that it refers to in any way, sorted.
    pub(super) named: HashMap<FileId, Box<[FileId]>>,
    /// The pages that entries with a wrong destination probably refer to, by day page and span of
    /// the destination.
    pub(super) meant: HashMap<(FileId, Span), FileId>,
}

impl DayPages {
    /// Returns whether a day page refers to a file.
    pub(super) fn names(&self, day_page: FileId, file: FileId) -> bool {
        self.named.get(&day_page).is_some_and(|named| named.binary_search(&file).is_ok())
    }

    /// Returns the page that an entry with a wrong destination probably refers to. `entry` is the
    /// span of the destination.
    pub(super) fn meant(&self, day_page: FileId, entry: Span) -> Option<FileId> {
        self.meant.get(&(day_page, entry)).copied()
    }
}
