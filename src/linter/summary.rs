//! Counts pages, links and findings.

use crate::archive::page::Page;
use crate::archive::page_facts::LinkRole;
use crate::archive::resolve::Target;

/// The numbers of pages, links and findings in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The number of checked pages.
    pub pages: u64,
    /// The number of links and images in these pages.
    pub links: u64,
    /// The number of links to an existing file or folder of the archive.
    pub resolved: u64,
    /// The number of links that are broken, or that should lead to a file of the archive but do
    /// not.
    pub unresolved: u64,
    /// The number of links to sources.
    pub sources: u64,
    /// The number of other external links. Dateline never contacts them.
    pub external: u64,
    /// The number of links that start at the root while the root is unknown.
    pub rootless: u64,
    /// The number of findings beyond the limit for one rule on one page.
    pub dropped: u64,
    /// The number of findings that comments suppress.
    pub suppressed: u64,
}

impl Summary {
    /// Returns the sum of two summaries.
    pub(super) fn add(mut self, other: Self) -> Self {
        self.pages += other.pages;
        self.links += other.links;
        self.resolved += other.resolved;
        self.unresolved += other.unresolved;
        self.sources += other.sources;
        self.external += other.external;
        self.rootless += other.rootless;
        self.dropped += other.dropped;
        self.suppressed += other.suppressed;
        self
    }

    /// Returns the summary of one page.
    pub(super) fn of(page: &Page<'_>) -> Self {
        let mut summary = Self { pages: 1, links: page.links.len() as u64, ..Self::default() };
        for (link, made) in page.document.links.iter().zip(&page.links) {
            match made.target {
                Target::External if link.faulty => summary.unresolved += 1,
                Target::External if made.role == LinkRole::Source => summary.sources += 1,
                Target::External => summary.external += 1,
                Target::Rootless => summary.rootless += 1,
                target if target.is_resolved() => summary.resolved += 1,
                _ => summary.unresolved += 1,
            }
        }
        summary
    }
}
