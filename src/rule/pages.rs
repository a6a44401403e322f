//! What rules can look up about other pages.

use std::sync::Arc;

use super::gaps::Gaps;
use crate::archive::facts::Facts;
use crate::archive::page_source::ReadError;
use crate::archive::page_texts::ReadPage;
use crate::span::{FileId, Span};

/// Why there are no facts about a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageFailure {
    /// It could not be read; the reason.
    Unreadable(ReadError),
    /// It is not UTF-8 text; `text/not-utf8` reports it.
    NotText,
    /// Dateline itself failed on it, with this message.
    Internal(String),
}

/// What is known of other pages.
pub trait Pages: Sync {
    /// The facts of a page, if it was read.
    fn facts(&self, file: FileId) -> Option<&Facts>;

    /// Hashes of the anchors of a page that a fragment names, sorted, if it was read.
    fn anchors(&self, file: FileId) -> Option<&[u64]>;

    /// Reads a page again and returns its text and document. This is slow, so use it only for findings.
    fn reread(&self, file: FileId) -> Option<Arc<ReadPage>>;

    /// Returns the insertion points for entries of a day page, if the page can be read.
    fn gaps(&self, day_page: FileId) -> Option<Arc<Gaps>>;

    /// Returns whether a day page refers to a page: by a link, by a broken link, or by an entry with a wrong
    /// destination that probably refers to it.
    fn names(&self, day_page: FileId, file: FileId) -> bool;

    /// Returns the event page that an entry with a wrong destination probably refers to: one with a similar
    /// name that the day page does not list. The start of `entry` is the start of its
    /// destination.
    fn meant(&self, day_page: FileId, entry: Span) -> Option<FileId>;

    /// Returns the earlier page about the same event, if there is one.
    fn duplicate_of(&self, file: FileId) -> Option<FileId>;
}
