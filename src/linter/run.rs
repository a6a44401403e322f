//! A run: checks each page by itself on all cores, then runs the rules that look at the whole
//! archive.

use rayon::prelude::*;

use super::linted_archive::Linted;
use super::pages::{Checked, Linter, PageState};
use crate::archive::page_facts::{FactLists, Facts};
use crate::archive::page_source::ReadError;
use crate::rule::PageFailure;
use crate::span::FileId;

/// The number of files whose facts share lists.
const FILES_AT_A_TIME: usize = 32;

/// The maximum number of these chunks in a piece of work, so that idle threads find pieces to take.
const MOST_CHUNKS: usize = 8;

impl<'a> Linter<'a> {
    /// Runs the offline rules on the `checked` files, which must be in ascending order. Also reads
    /// other pages that these rules need:
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
        let found = self.check_pages(checked, &mut states);
        Linted::new(self, states, checked.to_vec(), found)
    }

    /// Checks the pages among the `checked` files by themselves, and sets their states. Keeps nothing else of
    /// a page without findings, because a large archive has a million of them.
    fn check_pages(&self, checked: &[FileId], states: &mut [PageState]) -> Checked {
        states
            .par_chunks_mut(FILES_AT_A_TIME)
            .enumerate()
            .with_max_len(MOST_CHUNKS)
            .fold(Checked::default, |mut found, (chunk, states)| {
                let mut lists = FactLists::default();
                for (state, index) in states.iter_mut().zip(chunk * FILES_AT_A_TIME..) {
                    let file = FileId(index as u32);
                    if matches!(state, PageState::Unseen) && checked.binary_search(&file).is_ok() {
                        *state = self.check_page(file, &mut lists, &mut found);
                    }
                }
                lists.share(states.iter_mut().filter_map(PageState::facts_mut));
                found
            })
            .reduce(Checked::default, Checked::and)
    }
}
