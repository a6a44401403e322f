//! The templates of pages: the levels and the texts of their headings.

use super::date::DateTexts;

/// The template of the date heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateTemplate {
    /// The level of the heading, from 1 to 6.
    pub level: u8,
    /// The texts of the heading.
    pub texts: DateTexts,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventTemplate {
    /// The date heading.
    pub date: DateTemplate,
    /// The level of the topic heading.
    pub topic_level: u8,
    /// The level of the title heading.
    pub title_level: u8,
    /// The sections.
    pub sections: Vec<SectionTemplate>,
}

/// The template of day pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayTemplate {
    /// The date heading.
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
