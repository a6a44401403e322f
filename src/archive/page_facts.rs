//! The facts that are kept of a page after it has been checked: everything that other pages need to
//! know about it.

use jiff::civil::Date;

use crate::document::{Document, Link, Suppression, TextRange};
use crate::span::{FileId, Span};

use super::resolve::Target;

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
    /// Its target.
    pub target: Target,
    /// Its role.
    pub role: LinkRole,
    /// Whether its text is unreliable, because the item or the heading around it contains a broken
    /// link.
    pub damaged: bool,
}

impl LinkFact {
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
#[derive(Clone, Copy, Debug)]
pub struct FragmentFact {
    /// The index of the link in [`Facts::links`].
    pub link: u32,
    /// The page that should have the anchor. For a link to a folder, the page that readers see there.
    pub page: FileId,
    /// A hash of the anchor that the fragment refers to (see [`text_hash`]).
    pub anchor: u64,
}

/// A source URL. Collected only if the run looks up the status of sources.
#[derive(Clone, Debug)]
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
    pub links: Box<[LinkFact]>,
    /// The fragments of these links, in order.
    pub fragments: Box<[FragmentFact]>,
    /// The source URLs, in order.
    pub sources: Box<[SourceFact]>,
    /// On an event page, the hashes of the keys of its source URLs (see [`super::sources::key`]).
    pub source_keys: Box<[u64]>,
    /// On a day page, the files that its broken links refer to.
    pub damaged: Box<[FileId]>,
    /// The suppression comments, in order.
    pub suppressions: Box<[Suppression]>,
}

impl Facts {
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
