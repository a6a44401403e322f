//! The dates of a page, wherever they stand.

use super::date::{DateTexts, WrittenDate};
use super::outline::{DateHeading, Outline, OutlineReader};
use super::places::{Place, PlaceText};
use super::template::HiddenIf;
use crate::document::{Document, FrontMatter, Syntax};

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
    /// Whether the text is a range of days, such as `12-13 April 2018`. The date is the first one, and fixes
    /// do not change the text.
    pub is_range: bool,
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
    /// Reads the dates of a page: those of each field together, the most reliable place first.
    #[must_use]
    pub fn dates(&self, document: &Document, outline: &Outline) -> Vec<PageDate> {
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
                let (place, written, is_range) =
                    find(document, outline, self.syntax, place, texts)?;
                Some(PageDate { field, place, written, is_range })
            })
        });
        found.collect()
    }
}

/// Returns the date at a place, if there is anything at this place.
fn find(
    document: &Document,
    outline: &Outline,
    syntax: &Syntax,
    place: &Place,
    texts: &DateTexts,
) -> Option<(DatePlace, WrittenDate, bool)> {
    if *place == Place::Heading {
        let date = outline.date()?;
        return Some((DatePlace::Heading(*date), date.written, false));
    }
    let (place, text) = match place.text(document, syntax)? {
        PlaceText::FrontMatter(index) => {
            let value = &document.front_matter.as_ref()?.values[index as usize];
            (DatePlace::FrontMatter(index), value.text.trim())
        }
        PlaceText::Line(index) => {
            let line = &document.lines[index as usize];
            (DatePlace::Line(index), in_sentence(&line.words, texts))
        }
    };
    if let Some(first) = first_day(text).map(|first| texts.read(&first))
        && first.in_words().is_some()
    {
        return Some((place, first, true));
    }
    Some((place, texts.read(text), false))
}

/// Returns the text of a line without the full stop of its sentence, if this makes it a date.
#[must_use]
pub fn in_sentence<'a>(words: &'a str, texts: &DateTexts) -> &'a str {
    let is_date = |text: &str| texts.read(text).in_words().is_some();
    let sentence = words.strip_suffix('.').filter(|_| !is_date(words));
    sentence.filter(|sentence| texts.read(sentence) != WrittenDate::None).unwrap_or(words)
}

/// Returns the text with the first day instead of a range of days, such as `12 April` for `12-13 April`, or
/// `None` if there is no range.
fn first_day(text: &str) -> Option<String> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut runs = text.char_indices().filter(|(at, char)| {
        char.is_ascii_digit() && !text[..*at].ends_with(|char: char| char.is_ascii_digit())
    });
    runs.find_map(|(start, _)| {
        let is_second = text[..start].trim_end().ends_with(['-', '–', '—']);
        let end = start + digits(&text[start..]);
        let dash = text[end..].trim_start().strip_prefix(['-', '–', '—'])?;
        let second = dash.trim_start();
        let len = digits(second);
        let rest = &second[len..];
        let is_date = rest.starts_with(['-', '–', '/', '.', ':']) && !rest.starts_with(". ");
        let is_day = |len: usize| (1..=2).contains(&len);
        let number = |text: &str| text.parse::<u8>().ok().filter(|day| *day <= 31);
        let (first, last) = (number(&text[start..end]), number(&second[..len]));
        let is_range = is_day(end - start)
            && is_day(len)
            && !is_second
            && !is_date
            && last.is_some()
            && first < last;
        is_range.then(|| format!("{}{rest}", &text[..end]))
    })
}

/// Returns whether front matter hides its page from readers.
#[must_use]
pub fn is_hidden(front: &FrontMatter, hidden: &[HiddenIf]) -> bool {
    hidden.iter().any(|hidden| {
        let mut values = front.values_of(&hidden.key);
        values.any(|value| is_same_value(value.text.trim(), &hidden.value))
    })
}

/// Returns whether a value is the wanted one. Truth values have several names in YAML, whose case differs
/// between generators.
fn is_same_value(value: &str, wanted: &str) -> bool {
    const TRUTHS: [&[&str]; 2] = [&["true", "yes", "on", "y"], &["false", "no", "off", "n"]];
    let is_one_of =
        |names: &[&str], text: &str| names.iter().any(|name| name.eq_ignore_ascii_case(text));
    value.eq_ignore_ascii_case(wanted)
        || TRUTHS.iter().any(|names| is_one_of(names, value) && is_one_of(names, wanted))
}

#[cfg(test)]
mod tests {
    use super::first_day;

    #[test]
    fn a_range_of_days_begins_with_its_first_day() {
        for (text, first) in [
            ("12-13 April 2018", "12 April 2018"),
            ("April 12–13, 2018", "April 12, 2018"),
            ("12 - 13 April", "12 April"),
        ] {
            assert_eq!(first_day(text).as_deref(), Some(first), "{text}");
        }
        for text in [
            "",
            "12 April 2018",
            "2012-03-25",
            "25-03-2012",
            "12-13-2018",
            "2012-03",
            "1-2-3",
            "March 25, 16:00-17:00",
            "17-45 March 2021",
            "17-16 March 2021",
        ] {
            assert_eq!(first_day(text), None, "{text}");
        }
    }
}
