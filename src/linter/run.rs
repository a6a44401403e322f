//! A run: checks each page by itself on all cores, then runs the rules that look at the whole
//! archive.

use rayon::prelude::*;

use super::linted_archive::Linted;
use super::pages::{Checked, Linter, PageState};
use crate::archive::page_facts::Facts;
use crate::archive::page_source::ReadError;
use crate::rule::PageFailure;
use crate::span::FileId;

impl<'a> Linter<'a> {
    /// Runs the offline rules on the `checked` files. Also reads other pages that these rules need:
    ///
    /// - pages that a checked page lists or names as related
    /// - the day pages of the days of checked pages and of the events that these pages list
    /// - all events of a checked page's day, if that day has no day page
    /// - events that may be duplicates
    /// - pages that links with fragments refer to, for their anchors
    /// - if the settings describe a site, the front matter of all pages, for their addresses
    #[must_use]
    pub fn run(&'a self, checked: &[FileId]) -> Linted<'a> {
        self.find_addresses();
        let mut states: Vec<_> = self.archive.paths.ids().map(|_| PageState::Unseen).collect();
        for (file, obstacle) in self.obstacles {
            let failure = if obstacle.bars_patterns() {
                PageFailure::NotApplied(obstacle.clone())
            } else {
                PageFailure::Unreadable(ReadError::new(obstacle))
            };
            states[file.index()] = PageState::Failed(failure);
        }
        // Do not read files that are not pages, such as an image whose name collides with that of
        // another file.
        for file in checked.iter().filter(|file| !self.archive.is_page(**file)) {
            if matches!(states[file.index()], PageState::Unseen) {
                states[file.index()] = PageState::Read(Facts::default());
            }
        }
        let readable: Vec<_> = checked
            .iter()
            .copied()
            .filter(|file| matches!(states[file.index()], PageState::Unseen))
            .collect();
        let pages: Vec<Checked> =
            readable.par_iter().with_min_len(16).map(|&file| self.check_page(file)).collect();
        Linted::new(self, states, checked.to_vec(), pages)
    }
}
