//! The dates of a page, wherever they stand.

use super::date::{DateTexts, WrittenDate};
use super::outline::{DateHeading, Outline, OutlineReader};
use super::places::Place;
use super::template::HiddenIf;
use crate::document::{Document, FrontMatter};

/// The place of a date on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatePlace {
    /// The date heading.
    Heading(DateHeading),
    /// The value with this index in [`FrontMatter::values`].
    FrontMatter(u32),
    /// The line with this index in [`Document::lines`].
    Line(u32),
}

/// A date of a page, outside its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageDate {
    /// The index in [`EventTemplate::fields`](super::template::EventTemplate::fields) of the field, or
    /// `None` for the date of the page.
    pub field: Option<u32>,
    /// The place.
    pub place: DatePlace,
    /// The date in the text there.
    pub written: WrittenDate,
}

impl PageDate {
    /// Returns the date heading, if this is the place.
    #[must_use]
    pub fn heading(&self) -> Option<&DateHeading> {
        match &self.place {
            DatePlace::Heading(heading) => Some(heading),
            DatePlace::FrontMatter(_) | DatePlace::Line(_) => None,
        }
    }
}

impl OutlineReader<'_> {
    /// Reads the dates of a page: those of each field together, the most reliable place first. `labels` are
    /// the labels of lines (see [`Syntax::labels`](crate::document::Syntax::labels)).
    #[must_use]
    pub fn dates(
        &self,
        document: &Document,
        outline: &Outline,
        labels: &[String],
    ) -> Vec<PageDate> {
        let (date, fields) = match outline {
            Outline::Event(_) => (&self.event.date, &*self.event.fields),
            Outline::Day(_) => (&self.day.date, &[][..]),
            Outline::Other => return Vec::new(),
        };
        let fields = fields.iter().zip(0..);
        let fields = fields
            .filter_map(|(field, index)| Some((Some(index), &*field.from, field.texts.as_ref()?)));
        let fields = std::iter::once((None, &*date.from, &date.texts)).chain(fields);
        let found = fields.flat_map(|(field, from, texts)| {
            from.iter().filter_map(move |place| {
                let (place, written) = find(document, outline, labels, place, texts)?;
                Some(PageDate { field, place, written })
            })
        });
        found.collect()
    }
}

/// Returns the date at a place, if there is anything at this place.
fn find(
    document: &Document,
    outline: &Outline,
    labels: &[String],
    place: &Place,
    texts: &DateTexts,
) -> Option<(DatePlace, WrittenDate)> {
    match place {
        Place::Heading => {
            let date = outline.date()?;
            Some((DatePlace::Heading(*date), date.written))
        }
        Place::Front(key) => {
            let front = document.front_matter.as_ref()?;
            let index = front.single(key)?;
            let text = front.values[index as usize].text.trim();
            Some((DatePlace::FrontMatter(index), texts.read(text)))
        }
        Place::Line(label) => {
            let label = labels.iter().position(|known| known == label)? as u32;
            let index = document.lines.iter().position(|line| line.label == label)?;
            let written = texts.read(&document.lines[index].words);
            Some((DatePlace::Line(index as u32), written))
        }
        Place::Path | Place::Section => None,
    }
}

/// Returns whether front matter hides its page from readers.
#[must_use]
pub fn is_hidden(front: &FrontMatter, hidden: &[HiddenIf]) -> bool {
    hidden.iter().any(|hidden| {
        let mut values = front.values_of(&hidden.key);
        // The case of truth values differs between generators.
        values.any(|value| value.text.trim().eq_ignore_ascii_case(&hidden.value))
    })
}
