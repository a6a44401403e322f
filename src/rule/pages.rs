//! What rules may ask of other pages.

use std::sync::Arc;

use super::gaps::Gaps;
use crate::archive::facts::Facts;
use crate::archive::page_source::ReadError;
use crate::archive::page_texts::ReadPage;
use crate::span::{FileId, Span};

/// Why there are no facts of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageFailure {
    /// It could not be read; the reason.
    Unreadable(ReadError),
    /// It is no text that can be read as UTF-8, which `text/not-utf8` reports.
    NotText,
    /// Dateline itself failed on it; how.
    Internal(String),
}

/// What is known of other pages.
pub trait Pages: Sync {
    /// The facts of a page, if it was read.
    fn facts(&self, file: FileId) -> Option<&Facts>;

    /// Hashes of the anchors of a page that a fragment names, sorted, if it was read.
    fn anchors(&self, file: FileId) -> Option<&[u64]>;

    /// A page's text and document, read again: only for what is to be reported.
    fn reread(&self, file: FileId) -> Option<Arc<ReadPage>>;

    /// The places of a day page that entries can be put at, if the page can be read.
    fn gaps(&self, day_page: FileId) -> Option<Arc<Gaps>>;

    /// Whether a day page names a page: by a link, by one that is broken, or by an entry that leads
    /// nowhere and may have meant it.
    fn names(&self, day_page: FileId, file: FileId) -> bool;

    /// The event page that an entry of a day page which leads nowhere may have meant: one near to
    /// it that the page does not list. The entry is told by where its destination begins.
    fn meant(&self, day_page: FileId, entry: Span) -> Option<FileId>;

    /// The earlier page that tells of the same event as this one, if there is one.
    fn twin(&self, file: FileId) -> Option<FileId>;
}
