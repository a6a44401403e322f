//! The facts that are kept of a page after it has been checked: everything that other pages need to
//! know about it.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use crate::document::{Document, Link, Suppression, TextRange};
use crate::span::{FileId, Span};

use super::resolve::Target;
use super::shared_list::SharedList;

/// The role of a link on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRole {
    /// A link in the date heading, unless its role is [`LinkRole::OtherDay`].
    Date,
    /// A link in the date heading to the day page of a different day than the folder's.
    OtherDay,
    /// A link in an item of a section of related events.
    Related,
    /// A link in an item of a section of sources.
    Source,
    /// A link in an entry of a day page.
    Entry,
    /// A day page's link to the previous day.
    Previous,
    /// Any other link or image.
    Other,
}

/// A link into the archive, or an external link of a related item, which should lead into the
/// archive.
#[derive(Clone, Copy, Debug)]
pub struct LinkFact {
    /// The span of its destination.
    pub destination: Span,
    /// The span of the text between its brackets.
    pub content: Span,
    /// A hash of its visible text (see [`text_hash`]).
    pub text: u64,
    /// Its target. [`Self::target`] returns it.
    pub target: PackedTarget,
    /// Its role.
    pub role: LinkRole,
    /// Whether its text is unreliable, because the item or the heading around it contains a broken
    /// link.
    pub damaged: bool,
}

/// A [`Target`] in four bytes instead of eight, because an archive can have millions of links.
///
/// The upper two bits say whether the target is a file, and how the link refers to it. The others are those of
/// the file's id, or the number of another target. The paths of as many files as the others can count would
/// not fit into the path table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PackedTarget(u32);

impl PackedTarget {
    const RENDERED: u32 = 1 << 30;
    const MISCASED: u32 = 2 << 30;
    const NO_FILE: u32 = 3 << 30;
    const NOT_FILES: [Target; 6] = [
        Target::Folder,
        Target::Generated,
        Target::Missing,
        Target::Outside,
        Target::External,
        Target::Rootless,
    ];
}

impl From<Target> for PackedTarget {
    fn from(target: Target) -> Self {
        Self(match target {
            Target::File(FileId(file)) => file,
            Target::Rendered(FileId(file)) => Self::RENDERED | file,
            Target::Miscased(FileId(file)) => Self::MISCASED | file,
            Target::Folder => Self::NO_FILE,
            Target::Generated => Self::NO_FILE | 1,
            Target::Missing => Self::NO_FILE | 2,
            Target::Outside => Self::NO_FILE | 3,
            Target::External => Self::NO_FILE | 4,
            Target::Rootless => Self::NO_FILE | 5,
        })
    }
}

impl From<PackedTarget> for Target {
    fn from(PackedTarget(bits): PackedTarget) -> Self {
        let rest = bits & !PackedTarget::NO_FILE;
        match bits & PackedTarget::NO_FILE {
            PackedTarget::NO_FILE => PackedTarget::NOT_FILES[rest as usize],
            PackedTarget::MISCASED => Self::Miscased(FileId(rest)),
            PackedTarget::RENDERED => Self::Rendered(FileId(rest)),
            _ => Self::File(FileId(rest)),
        }
    }
}

impl fmt::Debug for PackedTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Target::from(*self).fmt(f)
    }
}

impl LinkFact {
    /// Returns the target.
    #[must_use]
    pub fn target(&self) -> Target {
        self.target.into()
    }

    /// Finds the link that the fact describes, after the page has been parsed again.
    #[must_use]
    pub fn find<'a>(&self, document: &'a Document) -> Option<&'a Link> {
        let links = &document.links;
        let index = links.binary_search_by_key(&self.content.start, |link| link.content.start);
        links.get(index.ok()?).filter(|link| link.destination == self.destination)
    }
}

/// The title of an event page.
#[derive(Clone, Copy, Debug)]
pub struct TitleFact {
    /// The span of its text, without the heading's markers.
    pub content: Span,
    /// A hash of its visible text (see [`text_hash`]).
    pub text: u64,
    /// Whether the page has no other title.
    pub sole: bool,
}

/// The fragment of a link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FragmentFact {
    /// The index of the link in [`Facts::links`].
    pub link: u32,
    /// The page that should have the anchor. For a link to a folder, the page that readers see there.
    pub page: FileId,
    /// A hash of the anchor that the fragment refers to (see [`text_hash`]).
    pub anchor: u64,
}

/// A source URL. Collected only if the run looks up the status of sources.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFact {
    /// The span of its destination.
    pub destination: Span,
    /// The index of its link in [`Document::links`].
    pub link: u32,
    /// The URL as CommonMark resolves it.
    pub url: Box<str>,
}

/// The compact facts of one page.
#[derive(Debug, Default)]
pub struct Facts {
    /// The title, if the page is an event page with a title.
    pub title: Option<TitleFact>,
    /// The day of the page, according to its path or else to its text.
    pub date: Option<Date>,
    /// Whether front matter hides the page from readers.
    pub hidden: bool,
    /// Whether the page is valid UTF-8. If not, fixes do not edit it.
    pub is_utf8: bool,
    /// The links into the archive, in order.
    pub links: SharedList<LinkFact>,
    /// On an event page, the hashes of the keys of its source URLs (see [`super::sources::key`]).
    pub source_keys: SharedList<u64>,
    /// The facts that few pages have, if the page has any.
    pub rare: Option<Box<RareFacts>>,
}

/// The facts that few pages have. Other pages need no memory for them.
#[derive(Debug, Default, PartialEq)]
pub struct RareFacts {
    /// The fragments of the links in [`Facts::links`], in order.
    pub fragments: Vec<FragmentFact>,
    /// The source URLs, in order.
    pub sources: Vec<SourceFact>,
    /// On a day page, the files that its broken links refer to.
    pub damaged: Vec<FileId>,
    /// The suppression comments, in order.
    pub suppressions: Vec<Suppression>,
}

impl RareFacts {
    /// Returns the facts, or `None` if there are none.
    #[must_use]
    pub fn if_any(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}

/// The lists of the facts of several pages.
#[derive(Debug, Default)]
pub struct FactLists {
    /// [`Facts::links`] of all pages, one after the other.
    pub links: Vec<LinkFact>,
    /// [`Facts::source_keys`] of all pages, one after the other.
    pub source_keys: Vec<u64>,
}

impl FactLists {
    /// Shares the lists with the facts that were written to them, whose lists are empty until then.
    pub fn share<'a>(mut self, pages: impl IntoIterator<Item = &'a mut Facts>) {
        self.links.shrink_to_fit();
        self.source_keys.shrink_to_fit();
        let (links, source_keys) = (Arc::new(self.links), Arc::new(self.source_keys));
        for facts in pages {
            facts.links.share(&links);
            facts.source_keys.share(&source_keys);
        }
    }
}

impl Facts {
    /// Returns the fragments of the links, in order.
    #[must_use]
    pub fn fragments(&self) -> &[FragmentFact] {
        self.rare.as_ref().map_or(&[], |rare| &rare.fragments)
    }

    /// Returns the source URLs, in order.
    #[must_use]
    pub fn sources(&self) -> &[SourceFact] {
        self.rare.as_ref().map_or(&[], |rare| &rare.sources)
    }

    /// Returns the files that the broken links of a day page refer to.
    #[must_use]
    pub fn damaged(&self) -> &[FileId] {
        self.rare.as_ref().map_or(&[], |rare| &rare.damaged)
    }

    /// Returns the suppression comments, in order.
    #[must_use]
    pub fn suppressions(&self) -> &[Suppression] {
        self.rare.as_ref().map_or(&[], |rare| &rare.suppressions)
    }

    /// Returns the links with a role, in order.
    pub fn links_with(&self, role: LinkRole) -> impl Iterator<Item = &LinkFact> {
        self.links.iter().filter(move |link| link.role == role)
    }
}

/// Returns the hash of a visible text or of an anchor (XXH3, 64 bits). It is the same on every
/// system.
#[must_use]
pub fn text_hash(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

/// Returns the hash of a range of a document's visible text.
#[must_use]
pub fn words_hash(document: &Document, range: TextRange) -> u64 {
    text_hash(document.words(range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_targets_are_the_same() {
        let file = FileId((1 << 30) - 1);
        let files = [Target::File(file), Target::Rendered(file), Target::Miscased(FileId(0))];
        for target in files.into_iter().chain(PackedTarget::NOT_FILES) {
            assert_eq!(Target::from(PackedTarget::from(target)), target);
        }
        assert_eq!(size_of::<LinkFact>(), 32);
    }
}
