//! The templates of pages: the places of their fields, and the levels and the texts of their headings.

use std::fmt;

use super::date::DateTexts;
use super::places::Place;
use crate::document::{Document, FrontMatter, Syntax};

/// The template of the date of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateTemplate {
    /// The places of the date. The first one that is present gives the date.
    pub from: Vec<Place>,
    /// The level of the date heading, from 1 to 6.
    pub level: u8,
    /// The texts in which the places give the date.
    pub texts: DateTexts,
    /// Whether a page must have its date in a place other than its path.
    pub required: bool,
}

impl DateTemplate {
    /// Returns whether the date can be in front matter.
    #[must_use]
    pub fn has_front(&self) -> bool {
        self.from.iter().any(|place| place.front_key().is_some())
    }

    /// Returns whether a page has any text at a place of the date in front matter or in a line. The text may
    /// also be in a part of the front matter that cannot be read.
    #[must_use]
    pub fn may_be_in_text(&self, document: &Document, syntax: &Syntax) -> bool {
        let front = document.front_matter.as_ref();
        let is_lost = self.has_front() && front.is_some_and(|front| !front.is_valid());
        is_lost || self.from.iter().any(|place| place.text(document, syntax).is_some())
    }

    /// Returns whether the date can be in a heading.
    #[must_use]
    pub fn has_heading(&self) -> bool {
        self.from.contains(&Place::Heading)
    }
}

/// The template of the title or the topic of an event page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextTemplate {
    /// The places of the text. The first one that is present gives the text.
    pub from: Vec<Place>,
    /// The level of the heading with the text, from 1 to 6. A topic can also have 0, which no heading has.
    pub level: u8,
    /// Whether an event page must have the text.
    pub required: bool,
}

impl TextTemplate {
    /// Returns whether the text can be in front matter.
    #[must_use]
    pub fn has_front(&self) -> bool {
        self.from.iter().any(|place| place.front_key().is_some())
    }

    /// Returns whether the text can be a heading.
    #[must_use]
    pub fn has_heading(&self) -> bool {
        self.from.contains(&Place::Heading)
    }

    /// Looks for the text in front matter, up to the first place that has it. `has_heading` is `true` if the
    /// page has a heading with the text.
    #[must_use]
    pub fn in_front_matter(&self, front: &FrontMatter, has_heading: bool) -> FrontText {
        let before =
            self.from.iter().take_while(|place| !(has_heading && **place == Place::Heading));
        let found = before.filter_map(Place::front_key).find_map(|key| match front.single(key) {
            Some(value) => Some(FrontText::Value(value)),
            None => front.has(key).then_some(FrontText::Several),
        });
        found.unwrap_or_default()
    }
}

/// The title or the topic of a page, if it is in front matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FrontText {
    /// Front matter does not have it.
    #[default]
    Missing,
    /// The value with this index in [`FrontMatter::values`].
    Value(u32),
    /// Several values.
    Several,
}

/// A value in front matter with which a page is hidden from readers: a draft, for example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiddenIf {
    /// The dotted key of the value.
    pub key: String,
    /// The text of the value.
    pub value: String,
}

impl HiddenIf {
    /// Parses a condition: `front.published=false`, or `front.draft` if the value is `true`. Returns
    /// `None` if the text is not a condition.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (place, value) = text.split_once('=').unwrap_or((text, "true"));
        match Place::parse(place)? {
            Place::Front(key) => Some(Self { key, value: value.to_owned() }),
            _ => None,
        }
    }
}

impl fmt::Display for HiddenIf {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}={}", Place::Front(self.key.clone()), self.value)
    }
}

/// The template of a field that only this archive has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldTemplate {
    /// The name of the field in the settings.
    pub name: String,
    /// The places of the field. If the field is a date, those that are present must agree.
    pub from: Vec<Place>,
    /// The texts of a date, or `None` if the field can be any text.
    pub texts: Option<DateTexts>,
    /// Whether an event page must have the field.
    pub required: bool,
}

/// The kind of the items in a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionKind {
    /// Links to sources.
    Sources,
    /// Links to related event pages.
    Related,
    /// Any other items.
    Other,
}

/// The template of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionTemplate {
    /// The name of the section in the settings.
    pub name: String,
    /// The kind of the items.
    pub kind: SectionKind,
    /// The level of the heading.
    pub level: u8,
    /// The texts that the heading can have.
    pub headings: Vec<String>,
    /// Whether an event page must have the section.
    pub required: bool,
    /// The position among the sections. Sections with the same number can be in any order.
    pub order: u32,
}

/// The template of event pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventTemplate {
    /// The date.
    pub date: DateTemplate,
    /// The topic.
    pub topic: TextTemplate,
    /// The title.
    pub title: TextTemplate,
    /// The sections.
    pub sections: Vec<SectionTemplate>,
    /// The places of sources. [`Place::Section`] stands for the sections of [`SectionKind::Sources`].
    pub sources: Vec<Place>,
    /// The places of links to related event pages. [`Place::Section`] stands for the sections of
    /// [`SectionKind::Related`].
    pub related: Vec<Place>,
    /// The values with which a page is hidden.
    pub hidden: Vec<HiddenIf>,
    /// The fields that only this archive has.
    pub fields: Vec<FieldTemplate>,
}

/// The template of day pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayTemplate {
    /// The date.
    pub date: DateTemplate,
    /// The level of the topic headings between the entries.
    pub topic_level: u8,
    /// The level of the entries.
    pub entry_level: u8,
    /// The level of the heading that links to the previous day.
    pub previous_level: u8,
    /// The texts that this heading can have.
    pub previous_texts: Vec<String>,
}
