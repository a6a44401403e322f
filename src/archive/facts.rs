//! What other pages need to know of a page: all that is kept of it once it has been checked.

use crate::document::{Document, Link, Suppression, TextRange};
use crate::span::{FileId, Span};

use super::resolve::Target;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRole {
    /// The date heading's link to the page of the folder's day.
    Date,
    /// The date heading's link, to the page of another day than the folder's.
    OtherDay,
    /// The link of an item in a list of related events.
    Related,
    /// The link of an item in a list of sources.
    Source,
    /// An entry of a day page.
    Entry,
    /// A day page's link to the previous day.
    Previous,
    /// Any other link or image.
    Other,
}

/// A link into the archive, or one that should be.
#[derive(Clone, Copy, Debug)]
pub struct LinkFact {
    /// Where its destination stands.
    pub destination: Span,
    /// What stands between its brackets.
    pub content: Span,
    /// A hash of its visible text, see [`text_hash`].
    pub text: u64,
    /// What it names.
    pub target: Target,
    /// What it is for.
    pub role: LinkRole,
    /// Whether the item around it holds a link fault, so that its text says nothing.
    pub damaged: bool,
}

impl LinkFact {
    /// The link that the fact was taken from, in a page that was read anew.
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
    /// Where it stands, without the heading's markers.
    pub content: Span,
    /// A hash of its visible text, see [`text_hash`].
    pub text: u64,
    /// Whether the page has no other title.
    pub sole: bool,
}

/// A link's fragment.
#[derive(Clone, Copy, Debug)]
pub struct FragmentFact {
    /// The link, as an index in [`Facts::links`].
    pub link: u32,
    /// A hash of the anchor that it asks for, see [`text_hash`].
    pub anchor: u64,
}

/// A source URL; gathered only for a run that contacts them.
#[derive(Clone, Debug)]
pub struct SourceFact {
    /// Where it stands.
    pub destination: Span,
    /// Its link, as an index in [`Document::links`].
    pub link: u32,
    /// The URL, as CommonMark reads it.
    pub url: Box<str>,
}

/// The compact facts of one page.
#[derive(Debug, Default)]
pub struct Facts {
    /// Its title, if it is an event page with one.
    pub title: Option<TitleFact>,
    /// Whether it is valid UTF-8. If not, fixes do not edit it.
    pub is_utf8: bool,
    /// Its links into the archive, in order.
    pub links: Box<[LinkFact]>,
    /// Their fragments, in order.
    pub fragments: Box<[FragmentFact]>,
    /// Its source URLs, in order.
    pub sources: Box<[SourceFact]>,
    /// Hashes of its source URLs, if it is an event page, see [`super::sources::key`].
    pub source_keys: Box<[u64]>,
    /// The pages that its broken links refer to.
    pub damaged: Box<[FileId]>,
    /// Its suppression comments, in order.
    pub suppressions: Box<[Suppression]>,
}

impl Facts {
    /// The links with a role, in order.
    pub fn links_with(&self, role: LinkRole) -> impl Iterator<Item = &LinkFact> {
        self.links.iter().filter(move |link| link.role == role)
    }
}

/// A hash of visible text or of an anchor; the same on every system (XXH3, 64 bits).
#[must_use]
pub fn text_hash(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

/// The hash of a range of a document's visible text.
#[must_use]
pub fn words_hash(document: &Document, range: TextRange) -> u64 {
    text_hash(document.words(range))
}
