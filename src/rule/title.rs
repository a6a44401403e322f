//! Titles and topics of pages, as rules compare and spread them.

use crate::document::Document;
use crate::encoding;
use crate::span::{FileId, SourceText, Span};

/// The title of a page.
#[derive(Clone, Debug)]
pub struct Title {
    /// What a reader sees of it.
    pub words: String,
    /// Where it stands.
    pub span: Span,
    /// It, as the Markdown of a link's text; none where it cannot be one, or is at fault itself, so
    /// that it is not to be spread.
    pub text: Option<String>,
    /// Whether the page has no other title.
    pub sole: bool,
}

/// Whether a title is free of what the rules of texts report.
pub(super) fn is_sound(source: &SourceText, document: &Document, place: Span) -> bool {
    let text = place.of(source.text());
    let next = document.references.partition_point(|reference| reference.start < place.start);
    !document.references.get(next).is_some_and(|reference| place.contains(*reference))
        && !document.has_leftover_in(place)
        && document.wiki_leftover(source.text(), place).is_none()
        && encoding::misread(text).is_empty()
        && !text.contains(|char: char| char.is_control() || char == char::REPLACEMENT_CHARACTER)
}

/// The topic of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// What a reader sees of it.
    pub words: String,
    /// The heading of such a topic on a day page; none where its text is at fault itself, so that it
    /// is not to be spread.
    pub heading: Option<String>,
}

/// A link whose text is not the title of the page that it names.
#[derive(Clone, Debug)]
pub struct StaleText {
    /// The page that it names.
    pub file: FileId,
    /// The title of that page.
    pub title: Title,
    /// What a reader sees of the link.
    pub words: String,
}
