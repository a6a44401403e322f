//! Access to other pages for rules.

use std::sync::Arc;

use jiff::civil::Date;

use super::insertion::InsertionPoints;
use crate::archive::normal_form::nfc;
use crate::archive::page_facts::{Facts, text_hash};
use crate::archive::page_source::ReadError;
use crate::archive::page_texts::ReadPage;
use crate::archive::walked::Obstacle;
use crate::document::Anchors;
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

/// The anchors of a page, as they are kept to look up fragments.
#[derive(Debug, PartialEq)]
pub struct AnchorHashes {
    /// The hashes of the anchors that are known, sorted.
    known: Vec<u64>,
    /// The beginnings of the other anchors, sorted. None of them begins like another one.
    beginnings: Vec<String>,
}

impl AnchorHashes {
    /// Keeps the anchors of a page.
    #[must_use]
    pub fn new(anchors: &Anchors) -> Self {
        let mut known: Vec<u64> =
            anchors.known.iter().map(|anchor| text_hash(&nfc(anchor))).collect();
        known.sort_unstable();
        let mut beginnings: Vec<String> =
            anchors.beginnings.iter().map(|text| nfc(text).into_owned()).collect();
        beginnings.sort_unstable();
        beginnings.dedup_by(|longer, beginning| longer.starts_with(&**beginning));
        Self { known, beginnings }
    }

    /// Returns whether the page has the anchor with this hash.
    #[must_use]
    pub fn has(&self, anchor: u64) -> bool {
        self.known.binary_search(&anchor).is_ok()
    }

    /// Returns whether the page may have an anchor, because one whose end is unknown begins like it. `anchor` is
    /// in normal form C.
    #[must_use]
    pub fn may_have(&self, anchor: &str) -> bool {
        let behind = self.beginnings.partition_point(|beginning| **beginning <= *anchor);
        let last = self.beginnings[..behind].last();
        last.is_some_and(|beginning| anchor.starts_with(&**beginning))
    }
}

/// Access to the facts and the texts of other pages.
pub trait Pages: Sync {
    /// Returns the facts of a page, if it was read.
    fn facts(&self, file: FileId) -> Option<&Facts>;

    /// Returns the anchors of a page. Returns `None` if no fragment refers to the page, or if it could
    /// not be read.
    fn anchors(&self, file: FileId) -> Option<&AnchorHashes>;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_may_begin_like_one_whose_end_is_unknown() {
        let beginnings = ["gate-", "b", "gate-2", "gate"].map(str::to_owned).to_vec();
        let hashes = AnchorHashes::new(&Anchors { known: vec!["a".to_owned()], beginnings });
        assert!(hashes.has(text_hash("a")) && !hashes.has(text_hash("b")));
        for (anchor, may) in [
            ("gate-3", true),
            ("gate", true),
            ("b", true),
            ("a", false),
            ("gat", false),
            ("h", false),
        ] {
            assert_eq!(hashes.may_have(anchor), may, "{anchor}");
        }
        let any =
            AnchorHashes::new(&Anchors { known: Vec::new(), beginnings: vec![String::new()] });
        assert!(any.may_have("a") && any.may_have(""));
    }
}
