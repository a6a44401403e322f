//! What the headings of a page are, by the archive's templates.

use jiff::civil::Date;

use super::date::WrittenDate;
use super::layout::PageKind;
use super::template::{DateTemplate, DayTemplate, EventTemplate, SectionKind};
use crate::document::{Document, Heading};

/// The heading that dates a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateHeading {
    /// Its index in [`Document::headings`].
    pub heading: u32,
    /// What its text says.
    pub written: WrittenDate,
    /// The first link in it, as an index in [`Document::links`].
    pub link: Option<u32>,
    /// The day of the day page that the link names, whether or not there is such a page.
    pub link_day: Option<Date>,
}

/// A section of an event page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading, as an index in [`Document::headings`].
    pub heading: u32,
    /// Its template, as an index in [`EventTemplate::sections`].
    pub template: u32,
    /// What its items are.
    pub kind: SectionKind,
}

/// An event page; headings are indices in [`Document::headings`].
#[derive(Clone, Debug, Default)]
pub struct EventPage {
    /// The heading that dates it.
    pub date: Option<DateHeading>,
    /// Its topics.
    pub topics: Vec<u32>,
    /// Its titles. There should be exactly one.
    pub titles: Vec<u32>,
    /// Its sections.
    pub sections: Vec<Section>,
    /// Headings after the title, at the level of a section, that are not sections of the archive.
    pub unknown: Vec<u32>,
}

/// A day page; headings are indices in [`Document::headings`].
#[derive(Clone, Debug, Default)]
pub struct DayPage {
    /// The heading that dates it.
    pub date: Option<DateHeading>,
    /// The heading that links to the previous day.
    pub previous: Option<u32>,
    /// Its entries: headings at their level that hold a link.
    pub entries: Vec<u32>,
}

/// The parts of a page, according to the archive's templates.
#[derive(Clone, Debug)]
pub enum Outline {
    /// An event page.
    Event(EventPage),
    /// A day page.
    Day(DayPage),
    /// Another page, which has no expected structure.
    Other,
}

impl Outline {
    /// The heading that dates the page.
    #[must_use]
    pub fn date(&self) -> Option<&DateHeading> {
        match self {
            Self::Event(page) => page.date.as_ref(),
            Self::Day(page) => page.date.as_ref(),
            Self::Other => None,
        }
    }

    /// Returns the page's sections. Only event pages have any.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        match self {
            Self::Event(page) => &page.sections,
            Self::Day(_) | Self::Other => &[],
        }
    }

    /// Returns the page's titles. Only event pages have any, and there should be exactly one.
    #[must_use]
    pub fn titles(&self) -> &[u32] {
        match self {
            Self::Event(page) => &page.titles,
            Self::Day(_) | Self::Other => &[],
        }
    }
}

/// Reads the outlines of an archive's pages.
pub struct OutlineReader<'a> {
    /// How event pages are written.
    pub event: &'a EventTemplate,
    /// How day pages are written.
    pub day: &'a DayTemplate,
}

/// Gives the day of the day page that a destination names by the layout, if any.
pub type DayOf<'a> = dyn Fn(&str) -> Option<Date> + 'a;

impl OutlineReader<'_> {
    /// Reads the outline of a page of the given kind; `source` is its text.
    #[must_use]
    pub fn read(
        &self,
        kind: PageKind,
        document: &Document,
        source: &str,
        day_of: &DayOf<'_>,
    ) -> Outline {
        match kind {
            PageKind::Event => Outline::Event(self.event_page(document, source, day_of)),
            PageKind::Day => Outline::Day(self.day_page(document, source, day_of)),
            PageKind::Other => Outline::Other,
        }
    }

    fn event_page(&self, document: &Document, source: &str, day_of: &DayOf<'_>) -> EventPage {
        let mut page = EventPage::default();
        for (heading, index) in document.headings.iter().zip(0..) {
            let text = document.words(heading.text);
            let template = self
                .event
                .sections
                .iter()
                .position(|section| section.headings.iter().any(|known| known == text));
            if let Some(template) = template {
                let kind = self.event.sections[template].kind;
                page.sections.push(Section { heading: index, template: template as u32, kind });
            }
        }
        // Sections are in the order of their headings.
        let headings: Vec<u32> = page.sections.iter().map(|section| section.heading).collect();
        let is_section = |index: u32| headings.binary_search(&index).is_ok();
        let title_level = self.event.title_level;
        let dating = Dating { document, source, template: &self.event.date, day_of };
        page.date = dating.find(title_level, &|index, _| !is_section(index));
        let date = page.date.map(|date| date.heading);
        for (heading, index) in document.headings.iter().zip(0..) {
            if is_section(index) || date == Some(index) {
                continue;
            }
            if heading.level == title_level {
                page.titles.push(index);
            } else if heading.level == self.event.topic_level {
                page.topics.push(index);
            } else if self.event.sections.iter().any(|section| section.level == heading.level)
                && page.titles.first().or(date.as_ref()).is_some_and(|&first| index > first)
            {
                page.unknown.push(index);
            }
        }
        page
    }

    fn day_page(&self, document: &Document, source: &str, day_of: &DayOf<'_>) -> DayPage {
        let is_previous = |heading: &Heading| {
            let text = document.words(heading.text);
            self.day.previous_texts.iter().any(|known| known == text)
        };
        let dating = Dating { document, source, template: &self.day.date, day_of };
        let date = dating.find(self.day.entry_level, &|_, heading| !is_previous(heading));
        let mut page = DayPage { date, ..DayPage::default() };
        for (heading, index) in document.headings.iter().zip(0..) {
            if date.is_some_and(|date| date.heading == index) {
                continue;
            }
            if is_previous(heading) {
                page.previous.get_or_insert(index);
            } else if heading.level == self.day.entry_level && !heading.links.is_empty() {
                page.entries.push(index);
            }
        }
        page
    }
}

/// Finds the heading that dates a page.
struct Dating<'a> {
    document: &'a Document,
    source: &'a str,
    template: &'a DateTemplate,
    day_of: &'a DayOf<'a>,
}

impl Dating<'_> {
    /// Returns the heading that most looks like a date heading: one that is a date, preferably at the
    /// expected level; otherwise one before the first heading of `body_level` that links to a day page;
    /// otherwise the page's first heading, if it has the level of dates.
    fn find(
        &self,
        body_level: u8,
        eligible: &dyn Fn(u32, &Heading) -> bool,
    ) -> Option<DateHeading> {
        let mut best: Option<(u8, DateHeading)> = None;
        let mut in_body = false;
        for (heading, index) in self.document.headings.iter().zip(0..) {
            if !eligible(index, heading) {
                continue;
            }
            let at_level = heading.level == self.template.level;
            in_body |= heading.level == body_level && !at_level;
            let (date, linked) = self.read(heading, index);
            let rank = match (date.written, at_level) {
                (WrittenDate::None, true) if linked && !in_body => 2,
                (WrittenDate::None, false) if linked && index == 0 => 3,
                (WrittenDate::None, true) if index == 0 => 4,
                (WrittenDate::None, _) => continue,
                (_, true) => 0,
                (_, false) => 1,
            };
            if best.is_none_or(|(best, _)| rank < best) {
                best = Some((rank, date));
            }
            if rank == 0 {
                break;
            }
        }
        best.map(|(_, date)| date)
    }

    fn read(&self, heading: &Heading, index: u32) -> (DateHeading, bool) {
        let written = self.template.formats.read(self.document.words(heading.text));
        let link = self.document.links_in(&heading.links).first();
        let link_day = link.and_then(|link| (self.day_of)(link.target(self.source)));
        let link = (!heading.links.is_empty()).then_some(heading.links.start);
        (DateHeading { heading: index, written, link, link_day }, link_day.is_some())
    }
}
