//! Titles and topics of pages, for rules to compare and to copy to other pages.

use crate::archive::normal_form::one_line;
use crate::archive::page_facts::TitleFact;
use crate::archive::page_texts::ReadPage;
use crate::document::{Document, FrontValue};
use crate::encoding;
use crate::rewrite;
use crate::span::{FileId, SourceText, Span};

/// The title of a page.
#[derive(Clone, Debug)]
pub struct Title {
    /// The visible text of the title.
    pub words: String,
    /// The span of the title, without the heading's markers.
    pub span: Span,
    /// The title as Markdown for the text of a link. `None` if it cannot be the text of a link, or
    /// if it has findings of its own and should not be copied.
    pub text: Option<String>,
    /// Whether the page has no other title.
    pub sole: bool,
    /// Whether no rule reports the text of the title itself.
    pub is_sound: bool,
}

impl Title {
    /// Returns the title of a page that has been parsed again.
    pub(super) fn of(page: &ReadPage, fact: TitleFact) -> Option<Self> {
        let TitleFact { content, sole, .. } = fact;
        let document = page.document();
        let (words, markdown) = text_at(page, content)?;
        let is_sound = is_sound(&page.source, document, content, &words);
        let is_copied = is_sound && !document.has_reference_in(content);
        let text = is_copied.then(|| rewrite::link_text(&markdown, &words)).flatten();
        Some(Self { words, span: content, text, sole, is_sound })
    }
}

/// Returns the visible text and the Markdown of a title or a topic, which is the content of a heading or a
/// value in front matter.
pub(super) fn text_at(page: &ReadPage, content: Span) -> Option<(String, String)> {
    let document = page.document();
    if let Some(value) = front_value(document, content) {
        let words = one_line(&value.text);
        return Some((words.clone(), words));
    }
    let heading = document.headings.get(document.heading_around(content)?)?;
    Some((document.words(heading.text).to_owned(), content.of(page.text()).to_owned()))
}

/// Returns the value at a span in front matter.
fn front_value(document: &Document, span: Span) -> Option<&FrontValue> {
    let front = document.front_matter.as_ref().filter(|front| front.span.contains(span))?;
    front.values.iter().find(|value| value.span == span)
}

/// Returns whether no rule reports the text of a title or a topic. `words` is its visible text.
pub(super) fn is_sound(source: &SourceText, document: &Document, place: Span, words: &str) -> bool {
    let value = front_value(document, place);
    is_legible(document, place, words)
        && value.is_none_or(|value| value.wiki_leftover(source.text()).is_none())
        && document.wiki_leftover(source.text(), place).is_none()
        && !document.has_fault_in(place)
        && !document.has_undefined_in(place)
}

/// Returns whether no character of a heading or of a link's text is lost, garbled, left over from a
/// template or encoded twice. Rules report these wherever they are. `words` is the visible text.
pub(super) fn is_legible(document: &Document, place: Span, words: &str) -> bool {
    let is_lost = |char: char| char.is_control() || char == char::REPLACEMENT_CHARACTER;
    let is_encoded_twice = || document.has_reference_in(place) && shows_a_reference(words);
    !document.has_template_in(place)
        && !words.contains(is_lost)
        && encoding::misread(words).is_empty()
        && !is_encoded_twice()
}

/// Returns whether readers see a character reference in a text, as they do if it is encoded twice.
fn shows_a_reference(words: &str) -> bool {
    words.split('&').skip(1).any(|behind| {
        let name = behind.strip_prefix('#').unwrap_or(behind);
        let end = name.bytes().position(|byte| !byte.is_ascii_alphanumeric());
        end.is_some_and(|end| end > 0 && name.as_bytes()[end] == b';')
    })
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

/// The topic of an event is unknown: its front matter cannot be read, or names several topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownTopic;

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
