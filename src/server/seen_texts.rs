//! The texts of open pages that the checks of other open pages have seen.
//!
//! Findings on one page can depend on the text of another one. When a page has been checked, the check tells whether
//! its text has changed for other pages since they have seen it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checks::Checked;
use super::documents::Documents;
use crate::archive::page_texts::ReadPage;
use crate::session::text_on_disk;

/// The texts, by the paths of the pages. `None` means that other pages have seen different texts.
#[derive(Default)]
pub(super) struct SeenTexts(BTreeMap<PathBuf, Option<Arc<ReadPage>>>);

impl SeenTexts {
    /// Records that a page is open. Other pages have seen the text on the disk, if there is one.
    pub(super) fn open(&mut self, path: &Path) {
        if !self.0.contains_key(path) {
            let text = text_on_disk(path).map(|source| Arc::new(ReadPage::new(source)));
            self.0.insert(path.to_path_buf(), text);
        }
    }

    /// Records that a page is closed, so that other pages will see the text on the disk. Returns whether it differs
    /// from the one that they have seen.
    pub(super) fn close(&mut self, path: &Path) -> bool {
        let seen = self.0.remove(path).flatten();
        match (seen, text_on_disk(path)) {
            (Some(seen), Some(now)) => seen.text() != now.text(),
            _ => true,
        }
    }

    /// Returns the text of a page that all other pages have seen.
    pub(super) fn text(&self, path: &Path) -> Option<Arc<ReadPage>> {
        self.0.get(path)?.clone()
    }

    /// Records that it is not known which text of a page other pages have seen.
    pub(super) fn forget(&mut self, path: &Path) {
        self.0.insert(path.to_path_buf(), None);
    }

    /// Records the check of a page, which has seen the texts of all others. Returns whether other pages may have
    /// other findings because of the text of this page.
    pub(super) fn check(&mut self, path: &Path, checked: &Checked, documents: &Documents) -> bool {
        for (other, seen) in &mut self.0 {
            let now = documents.at(other).map(|document| document.page.text());
            if other != path && seen.as_ref().is_some_and(|seen| Some(seen.text()) != now) {
                *seen = None;
            }
        }
        let Some(document) = documents.at(path) else { return false };
        let before = self.0.insert(path.to_path_buf(), Some(Arc::clone(&document.page)));
        before.flatten().is_none_or(|before| {
            before.text() != document.page.text() && checked.report.page_affects_others()
        })
    }
}
