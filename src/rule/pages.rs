//! Access to other pages for rules.

use std::sync::Arc;

use jiff::civil::Date;

use super::insertion::InsertionPoints;
use crate::archive::page_facts::Facts;
use crate::archive::page_source::ReadError;
use crate::archive::page_texts::ReadPage;
use crate::archive::walked::Obstacle;
use crate::span::{FileId, Span};

/// The reason why a page has no facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageFailure {
    /// The page could not be read.
    Unreadable(ReadError),
    /// The file is a `.gitignore` because of which no `.gitignore` is applied.
    NotApplied(Obstacle),
    /// The file is not UTF-8 text. The rule `text/not-utf8` reports it.
    NotText,
    /// Dateline panicked while it parsed the page. Contains the message.
    Internal(String),
}

/// Access to the facts and the texts of other pages.
pub trait Pages: Sync {
    /// Returns the facts of a page, if it was read.
    fn facts(&self, file: FileId) -> Option<&Facts>;

    /// Returns the hashes of the anchors of a page, sorted. Returns `None` if no fragment refers to
    /// the page, or if it could not be read.
    fn anchors(&self, file: FileId) -> Option<&[u64]>;

    /// Reads a page again and returns its text and document. This is slow, so use it only for findings.
    fn reread(&self, file: FileId) -> Option<Arc<ReadPage>>;

    /// Returns the insertion points for entries of a day page, if the page can be read.
    fn insertion_points(&self, day_page: FileId) -> Option<Arc<InsertionPoints>>;

    /// Returns whether a day page refers to a page. Broken links count, and so do entries with a
    /// wrong destination that probably refer to the page.
    fn names(&self, day_page: FileId, file: FileId) -> bool;

    /// Returns the event page that an entry with a wrong destination probably refers to. This is a
    /// page with a similar name that the day page does not list. `entry` is the span of the
    /// destination.
    fn meant(&self, day_page: FileId, entry: Span) -> Option<FileId>;

    /// Returns the event pages of a day in the edition of `file`, in order of their paths. If the path
    /// of an event page contains no date, its fields give the day.
    fn events(&self, file: FileId, date: Date) -> &[FileId];

    /// Returns the earlier page about the same event, if there is one.
    fn duplicate_of(&self, file: FileId) -> Option<FileId>;
}
