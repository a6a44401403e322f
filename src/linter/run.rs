//! A run: the pages on their own, on all cores, then what is known of them together.

use rayon::prelude::*;

use super::linted::Linted;
use super::page_source::is_page;
use super::pages::{Checked, Linter, PageState};
use crate::archive::facts::Facts;
use crate::archive::walked::Obstacle;
use crate::rule::PageFailure;
use crate::span::FileId;

impl<'a> Linter<'a> {
    /// Runs the offline rules on the pages `checked`. Of other pages, those are read whose facts they
    /// need: pages that a checked one is related to or lists, the pages of its day, events that may
    /// be the same, and, for their anchors, those that a fragment names.
    #[must_use]
    pub fn run(&'a self, checked: &[FileId]) -> Linted<'a> {
        let mut states: Vec<_> = self.archive.paths.ids().map(|_| PageState::Unseen).collect();
        for (file, obstacle) in self.obstacles {
            let failure = PageFailure::Unreadable(describe(obstacle));
            states[file.index()] = PageState::Failed(failure);
        }
        // Of a file that is no page, such as an image whose name collides, nothing is read.
        for file in checked.iter().filter(|file| !is_page(self.archive.path(**file))) {
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

fn describe(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::Name => "its name is not UTF-8, so no link can name it".to_owned(),
        Obstacle::NotAFile => "it is a pipe, a socket or a device".to_owned(),
        Obstacle::LeadsOutside => {
            "it is a symbolic link out of the archive, which is not followed".to_owned()
        }
        Obstacle::LeadsNowhere => {
            "it is a symbolic link that leads to nothing, or round in a loop".to_owned()
        }
        Obstacle::IgnoreFile => {
            "it is no regular file, so it is not opened, and no `.gitignore` is obeyed".to_owned()
        }
        Obstacle::IgnorePatterns => {
            "it is larger than 64 KiB, each wildcard counted as 32 bytes, or has a line with more than \
             100 braces, so no `.gitignore` is obeyed"
                .to_owned()
        }
        Obstacle::IgnoreFiles => {
            "with those before it, it makes more than 256 KiB of `.gitignore` files, so none is obeyed"
                .to_owned()
        }
        Obstacle::Walk(reason) => reason.clone(),
    }
}
