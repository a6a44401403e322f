//! How the archive writes its pages: which headings stand at which levels.

use super::date::DateFormats;

/// The heading that dates a page, as the archive writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateTemplate {
    /// Its level, 1 to 6.
    pub level: u8,
    /// How its date is written.
    pub formats: DateFormats,
}

/// What the items of a section are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionKind {
    /// External URLs.
    Sources,
    /// Event pages of the archive.
    Related,
    /// Anything.
    Other,
}

/// A section, as the archive writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionTemplate {
    /// Its name in the settings.
    pub name: String,
    /// The kind of its items.
    pub kind: SectionKind,
    /// Its heading's level.
    pub level: u8,
    /// The texts that its heading can have.
    pub headings: Vec<String>,
    /// Whether an event page must have it.
    pub required: bool,
    /// Its place among the sections; those of equal order may stand in either order.
    pub order: u32,
}

/// An event page, as the archive writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventTemplate {
    /// Its date heading.
    pub date: DateTemplate,
    /// The level of its topic heading.
    pub topic_level: u8,
    /// The level of its title heading.
    pub title_level: u8,
    /// Its sections.
    pub sections: Vec<SectionTemplate>,
}

/// A day page, as the archive writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayTemplate {
    /// Its date heading.
    pub date: DateTemplate,
    /// The level of the topic headings between its entries.
    pub topic_level: u8,
    /// The level of its entries.
    pub entry_level: u8,
    /// The level of the heading that links to the previous day.
    pub previous_level: u8,
    /// The texts that this heading can have.
    pub previous_texts: Vec<String>,
}
