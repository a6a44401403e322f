//! What a run did and did not do, in numbers.

use crate::archive::facts::LinkRole;
use crate::archive::page::Page;
use crate::archive::resolve::Target;

/// What a run did and did not do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Pages checked.
    pub pages: u64,
    /// Links and images in them.
    pub links: u64,
    /// Those that name something in the archive.
    pub resolved: u64,
    /// Those that should and do not, or are broken.
    pub unresolved: u64,
    /// Links to sources on the web.
    pub sources: u64,
    /// Other links out of the archive, which are never contacted.
    pub external: u64,
    /// Findings that were too many of one rule on one page to be kept.
    pub dropped: u64,
    /// Findings that comments silence.
    pub suppressed: u64,
}

impl Summary {
    pub(super) fn add(mut self, other: Self) -> Self {
        self.pages += other.pages;
        self.links += other.links;
        self.resolved += other.resolved;
        self.unresolved += other.unresolved;
        self.sources += other.sources;
        self.external += other.external;
        self.dropped += other.dropped;
        self.suppressed += other.suppressed;
        self
    }

    pub(super) fn of(page: &Page<'_>) -> Self {
        let mut summary = Self { pages: 1, links: page.links.len() as u64, ..Self::default() };
        for (link, made) in page.document.links.iter().zip(&page.links) {
            match made.target {
                Target::External if link.faulty => summary.unresolved += 1,
                Target::External if made.role == LinkRole::Source => summary.sources += 1,
                Target::External => summary.external += 1,
                target if target.is_resolved() => summary.resolved += 1,
                _ => summary.unresolved += 1,
            }
        }
        summary
    }
}
