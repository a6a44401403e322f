//! The places where the fields of a page stand: its path, its front matter, headings, sections and
//! lines such as `When: 16 March 2021`.

use std::fmt;

use crate::document::{Document, Syntax};

/// A place of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The path of the page.
    Path,
    /// A heading.
    Heading,
    /// The items of the section that has the name of the field.
    Section,
    /// The value of a dotted key in front matter.
    Front(String),
    /// The text after a label and a colon, at the start of a list item or a paragraph.
    Line(String),
}

/// A text in front matter or in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceText {
    /// The value with this index in [`FrontMatter::values`](crate::document::FrontMatter::values).
    FrontMatter(u32),
    /// The line with this index in [`Document::lines`].
    Line(u32),
}

impl Place {
    /// The places that are written as one word, with these words.
    const WORDS: [(&'static str, Self); 3] =
        [("path", Self::Path), ("heading", Self::Heading), ("section", Self::Section)];

    /// Returns the dotted key of a place in front matter.
    #[must_use]
    pub fn front_key(&self) -> Option<&str> {
        match self {
            Self::Front(key) => Some(key),
            _ => None,
        }
    }

    /// Returns the label of a line.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        match self {
            Self::Line(label) => Some(label),
            _ => None,
        }
    }

    /// Finds the text at a place in front matter or in a line. `syntax` is that with which the page was parsed.
    /// Returns `None` for other places, and if there is no text.
    #[must_use]
    pub fn text(&self, document: &Document, syntax: &Syntax) -> Option<PlaceText> {
        match self {
            Self::Front(key) => {
                let front = document.front_matter.as_ref()?;
                Some(PlaceText::FrontMatter(front.single(key)?))
            }
            Self::Line(label) => {
                let index = document.lines.iter().position(|line| syntax.label(line) == label)?;
                Some(PlaceText::Line(index as u32))
            }
            Self::Heading | Self::Path | Self::Section => None,
        }
    }

    /// Parses a place such as `path`, `heading`, `section`, `front.date` or `line.When`. Returns `None`
    /// if the text is not a place.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some((_, place)) = Self::WORDS.iter().find(|(word, _)| *word == text) {
            return Some(place.clone());
        }
        let (kind, name) = text.split_once('.')?;
        match kind {
            "front" if is_key(name) => Some(Self::Front(name.to_owned())),
            "line" if is_label(name) => Some(Self::Line(name.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path => formatter.write_str("path"),
            Self::Heading => formatter.write_str("heading"),
            Self::Section => formatter.write_str("section"),
            Self::Front(key) => write!(formatter, "front.{key}"),
            Self::Line(label) => write!(formatter, "line.{label}"),
        }
    }
}

/// Returns whether a text can be the dotted key of a value in front matter.
#[must_use]
pub fn is_key(text: &str) -> bool {
    text.split('.').all(|part| !part.is_empty() && part.trim() == part)
        && !text.contains(char::is_control)
}

fn is_label(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.contains([':', '\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_as_they_are_read() {
        for text in ["path", "heading", "section", "front.date", "front.extra.date", "line.When"] {
            assert_eq!(Place::parse(text).expect(text).to_string(), text);
        }
    }

    #[test]
    fn other_texts_are_not_places() {
        for text in
            ["", "Path", "front", "front.", "front..a", "front.a.", "line.", "line.a:", "x.y"]
        {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }
}
