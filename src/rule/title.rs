//! Titles and topics of pages, for rules to compare and to copy to other pages.

use crate::document::Document;
use crate::encoding;
use crate::span::{FileId, SourceText, Span};

/// The title of a page.
#[derive(Clone, Debug)]
pub struct Title {
    /// The visible text of the title.
    pub words: String,
    /// The span of the title, without the heading's markers.
    pub span: Span,
    /// The title as Markdown for the text of a link. `None` if it cannot be one, or if it has findings of
    /// its own and should not be copied.
    pub text: Option<String>,
    /// Whether the page has no other title.
    pub sole: bool,
    /// Whether no rule reports the text of the title itself.
    pub is_sound: bool,
}

/// Returns whether the rules in the group `text` report nothing in a title or a topic.
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
    /// The visible text of the topic.
    pub words: String,
    /// The topic as a heading of a day page. `None` if its text has findings of its own and should
    /// not be copied.
    pub heading: Option<String>,
}

/// A link whose text differs from the title of its target.
#[derive(Clone, Debug)]
pub struct StaleText {
    /// The target.
    pub file: FileId,
    /// The title of the target.
    pub title: Title,
    /// The visible text of the link.
    pub words: String,
}
