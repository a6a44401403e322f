//! Determines the roles of a page's headings from the archive's templates.

use std::ops::Range;

use jiff::civil::Date;

use super::date::WrittenDate;
use super::layout::PageKind;
use super::template::{DateTemplate, DayTemplate, EventTemplate, FrontText, SectionKind};
use crate::document::{Document, Heading, Syntax};

/// The date heading of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateHeading {
    /// Its index in [`Document::headings`].
    pub heading: u32,
    /// The date in its text.
    pub written: WrittenDate,
    /// The index in [`Document::links`] of the first link in the heading.
    pub link: Option<u32>,
    /// The day of the day page that this link refers to. The day page does not have to exist.
    pub link_day: Option<Date>,
}

/// A section of an event page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// The index of its heading in [`Document::headings`].
    pub heading: u32,
    /// The index of its template in [`EventTemplate::sections`].
    pub template: u32,
    /// The kind of its items.
    pub kind: SectionKind,
}

/// The outline of an event page. Headings are indices in [`Document::headings`].
#[derive(Clone, Debug, Default)]
pub struct EventPage {
    /// The date heading.
    pub date: Option<DateHeading>,
    /// The topic headings.
    pub topics: Vec<u32>,
    /// The topic in front matter, unless a heading comes before it among the places of the topic.
    pub front_topic: FrontText,
    /// The title headings. There should be exactly one. Empty if the title is in front matter.
    pub titles: Vec<u32>,
    /// The index in [`FrontMatter::values`](crate::document::FrontMatter::values) of the title,
    /// if it is in front matter.
    pub front_title: Option<u32>,
    /// The sections.
    pub sections: Vec<Section>,
    /// Headings at the level of a section that match no section template. Headings above both the
    /// title and the date heading are not included.
    pub unknown: Vec<u32>,
}

/// The outline of a day page. Headings are indices in [`Document::headings`].
#[derive(Clone, Debug, Default)]
pub struct DayPage {
    /// The date heading.
    pub date: Option<DateHeading>,
    /// The heading that links to the previous day.
    pub previous: Option<u32>,
    /// The entries: headings at the entry level that contain a link.
    pub entries: Vec<u32>,
}

/// The parts of a page, according to the archive's templates.
#[derive(Clone, Debug)]
pub enum Outline {
    /// An event page.
    Event(EventPage),
    /// A day page.
    Day(DayPage),
    /// Any other page. It has no expected structure.
    Other,
}

impl Outline {
    /// Returns the date heading, if the page has one.
    #[must_use]
    pub fn date(&self) -> Option<&DateHeading> {
        match self {
            Self::Event(page) => page.date.as_ref(),
            Self::Day(page) => page.date.as_ref(),
            Self::Other => None,
        }
    }

    /// Returns the sections of the page. Only event pages have sections.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        match self {
            Self::Event(page) => &page.sections,
            Self::Day(_) | Self::Other => &[],
        }
    }

    /// Returns the titles of the page. Only event pages have titles, and they should have exactly
    /// one.
    #[must_use]
    pub fn titles(&self) -> &[u32] {
        match self {
            Self::Event(page) => &page.titles,
            Self::Day(_) | Self::Other => &[],
        }
    }
}

/// A reader of page outlines, based on the archive's templates.
pub struct OutlineReader<'a> {
    /// The template of event pages.
    pub event: &'a EventTemplate,
    /// The template of day pages.
    pub day: &'a DayTemplate,
    /// The syntax with which the pages are parsed.
    pub syntax: &'a Syntax,
}

/// A function that returns the day of the day page that a link refers to according to the layout, if
/// any. Its argument is the index of the link in [`Document::links`].
pub type DayOf<'a> = dyn Fn(u32) -> Option<Date> + 'a;

impl OutlineReader<'_> {
    /// Reads the outline of a page of the given kind.
    #[must_use]
    pub fn read(&self, kind: PageKind, document: &Document, day_of: &DayOf<'_>) -> Outline {
        match kind {
            PageKind::Event => Outline::Event(self.event_page(document, day_of)),
            PageKind::Day => Outline::Day(self.day_page(document, day_of)),
            PageKind::Other => Outline::Other,
        }
    }

    fn event_page(&self, document: &Document, day_of: &DayOf<'_>) -> EventPage {
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
        // Sections are found in the order of their headings, so this list is sorted.
        let headings: Vec<u32> = page.sections.iter().map(|section| section.heading).collect();
        let is_section = |index: u32| headings.binary_search(&index).is_ok();
        let title_level = self.event.title.level;
        let dating = self.dating(document, &self.event.date, day_of);
        page.date = dating.find(title_level, &|index, _| !is_section(index));
        let is_title = |(heading, index): (&Heading, u32)| {
            let is_date = page.date.is_some_and(|date| date.heading == index);
            heading.level == title_level
                && !is_section(index)
                && (!is_date || self.is_titled_date(document, heading))
        };
        let has_title = document.headings.iter().zip(0..).any(is_title);
        let front = document.front_matter.as_ref();
        page.front_title =
            front.and_then(|front| match self.event.title.in_front_matter(front, has_title) {
                FrontText::Value(title) => Some(title),
                FrontText::Missing | FrontText::Several => None,
            });
        // The title may be in the part of the front matter that cannot be read.
        let is_lost = front.is_some_and(|front| !front.is_valid() && self.event.title.has_front());
        if is_lost {
            page.front_title = None;
        }
        let has_titles = page.front_title.is_none() && !is_lost && self.event.title.has_heading();
        let date = page.date.map(|date| date.heading);
        let topic_level = self.event.topic.has_heading().then_some(self.event.topic.level);
        for (heading, index) in document.headings.iter().zip(0..) {
            // A heading that contains more than the date is the title, too.
            let is_date = date == Some(index);
            if is_section(index)
                || is_date && !(has_titles && self.is_titled_date(document, heading))
            {
                continue;
            }
            if heading.level == title_level {
                page.titles.extend(has_titles.then_some(index));
            } else if topic_level == Some(heading.level) {
                page.topics.push(index);
            } else if self.event.sections.iter().any(|section| section.level == heading.level)
                && page.titles.first().or(date.as_ref()).is_some_and(|&first| index > first)
            {
                page.unknown.push(index);
            }
        }
        let is_text = |topic: &u32| {
            let heading = &document.headings[*topic as usize];
            !document.words(heading.text).is_empty()
        };
        page.front_topic = document.front_matter.as_ref().map_or(FrontText::Missing, |front| {
            self.event.topic.in_front_matter(front, page.topics.iter().any(is_text))
        });
        page
    }

    /// Returns whether a date heading at the level of titles contains more than the date, as in `Agenda for
    /// the March 16th call`.
    fn is_titled_date(&self, document: &Document, heading: &Heading) -> bool {
        let words = document.words(heading.text);
        let is_longer = |date: Range<usize>| date.len() < words.len();
        heading.level == self.event.title.level
            && self.event.date.texts.range(words).is_some_and(is_longer)
    }

    fn dating<'b>(
        &self,
        document: &'b Document,
        template: &'b DateTemplate,
        day_of: &'b DayOf<'b>,
    ) -> Dating<'b> {
        // A page needs its date in only one of its places.
        let may_guess = template.required
            && template.has_heading()
            && !template.may_be_in_text(document, self.syntax);
        Dating { document, template, day_of, may_guess }
    }

    fn day_page(&self, document: &Document, day_of: &DayOf<'_>) -> DayPage {
        let is_previous = |heading: &Heading| {
            let text = document.words(heading.text);
            self.day.previous_texts.iter().any(|known| known == text)
        };
        let dating = self.dating(document, &self.day.date, day_of);
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

/// A search for the date heading of a page.
struct Dating<'a> {
    document: &'a Document,
    template: &'a DateTemplate,
    day_of: &'a DayOf<'a>,
    /// Whether a heading without a date can be the date heading.
    may_guess: bool,
}

impl Dating<'_> {
    /// Returns the heading that is most likely the date heading. The candidates are, best first:
    ///
    /// - a date at the expected level
    /// - a date at another level
    ///
    /// If every page must have a date, and this page has it in no other place, also headings without one:
    ///
    /// - a heading at the expected level, before the first heading of `body_level`, that links to a
    ///   day page
    /// - the page's first heading, if it links to a day page
    /// - the page's first heading, if it has the expected level
    fn find(
        &self,
        body_level: u8,
        eligible: &dyn Fn(u32, &Heading) -> bool,
    ) -> Option<DateHeading> {
        if !self.template.has_heading() {
            return None;
        }
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
                (WrittenDate::None, _) if !self.may_guess => continue,
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

    /// Reads a heading as a date heading, and returns whether it links to a day page.
    fn read(&self, heading: &Heading, index: u32) -> (DateHeading, bool) {
        let written = self.template.texts.read(self.document.words(heading.text));
        let link = (!heading.links.is_empty()).then_some(heading.links.start);
        let link_day = link.and_then(self.day_of);
        (DateHeading { heading: index, written, link, link_day }, link_day.is_some())
    }
}
