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
use crate::session::{Session, text_on_disk};

/// The text of an open page that all other pages have seen.
#[derive(Default)]
enum Seen {
    /// The text on the disk. It is read only when a check needs it, and only if it is that of a page of an archive:
    /// a client can open any file.
    #[default]
    OnDisk,
    /// This text.
    Text(Arc<ReadPage>),
    /// Other pages have seen different texts.
    Different,
}

impl Seen {
    /// Returns the text. `session` is a session on an archive that may contain the page.
    fn text(&mut self, path: &Path, session: &Session) -> Option<&Arc<ReadPage>> {
        if matches!(self, Self::OnDisk) && session.is_page_path(path) == Some(true) {
            let source = session.page_on_disk(path);
            *self = source
                .map_or(Self::Different, |source| Self::Text(Arc::new(ReadPage::new(source))));
        }
        match self {
            Self::Text(text) => Some(text),
            Self::OnDisk | Self::Different => None,
        }
    }
}

/// The texts, by the paths of the pages.
#[derive(Default)]
pub(super) struct SeenTexts(BTreeMap<PathBuf, Seen>);

impl SeenTexts {
    /// Records that a page is open. Other pages have seen the text on the disk, if there is one.
    pub(super) fn open(&mut self, path: &Path) {
        if !self.0.contains_key(path) {
            self.0.insert(path.to_path_buf(), Seen::OnDisk);
        }
    }

    /// Records that a page is closed, so that other pages will see the text on the disk. Returns whether it differs
    /// from the one that they have seen.
    pub(super) fn close(&mut self, path: &Path) -> bool {
        match self.0.remove(path) {
            Some(Seen::OnDisk) => false,
            Some(Seen::Text(seen)) => {
                text_on_disk(path).is_none_or(|now| ReadPage::new(now).text() != seen.text())
            }
            Some(Seen::Different) | None => true,
        }
    }

    /// Returns the text of the page of a session that all other pages have seen.
    pub(super) fn text(&mut self, path: &Path, session: &Session) -> Option<Arc<ReadPage>> {
        self.0.get_mut(path)?.text(path, session).cloned()
    }

    /// Records that it is not known which text of a page other pages have seen.
    pub(super) fn forget(&mut self, path: &Path) {
        self.0.insert(path.to_path_buf(), Seen::Different);
    }

    /// Records the check of a page, which has seen the texts of all others. Returns whether other pages may have
    /// other findings because of the text of this page.
    pub(super) fn check(&mut self, path: &Path, checked: &Checked, documents: &Documents) -> bool {
        let session = &checked.session;
        for (other, seen) in &mut self.0 {
            let now = documents.at(other).map(|document| document.page.text());
            let text = seen.text(other, session);
            if other != path && text.is_some_and(|text| Some(text.text()) != now) {
                *seen = Seen::Different;
            }
        }
        let Some(document) = documents.at(path) else { return false };
        // Other pages do not see the text of a file that is no page.
        if session.is_page_path(path) != Some(true) {
            return false;
        }
        let now = Seen::Text(Arc::clone(&document.page));
        match self.0.insert(path.to_path_buf(), now) {
            Some(Seen::Text(before)) => {
                before.text() != document.page.text() && checked.report.page_affects_others()
            }
            _ => true,
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test writes an archive")]
mod tests {
    use super::*;
    use crate::session::CheckOptions;

    #[test]
    fn only_pages_of_the_archive_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().canonicalize().expect("a folder");
        let root = folder.join("archive");
        std::fs::create_dir(&root).expect("a folder");
        for file in ["archive/dateline.toml", "archive/page.md", "archive/key.pem", "outside.md"] {
            std::fs::write(folder.join(file), "").expect("a file");
        }
        let session = Session::open(&root, CheckOptions::default()).expect("a session");
        let mut seen = SeenTexts::default();
        for (file, is_read) in
            [("archive/page.md", true), ("archive/key.pem", false), ("outside.md", false)]
        {
            let path = folder.join(file);
            seen.open(&path);
            assert!(matches!(seen.0.get(&path), Some(Seen::OnDisk)), "{file}");
            assert_eq!(seen.text(&path, &session).is_some(), is_read, "{file}");
            assert_eq!(matches!(seen.0.get(&path), Some(Seen::OnDisk)), !is_read, "{file}");
        }
    }
}
