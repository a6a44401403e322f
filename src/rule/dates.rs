//! The dates of a page: where they are, what they say, and the edits that change them.

use jiff::civil::Date;

use super::page::PageContext;
use crate::archive::date::DateTexts;
use crate::archive::fields::{DatePlace, PageDate, in_sentence};
use crate::archive::layout::{FolderDate, PathParts};
use crate::archive::outline::{DateHeading, Outline};
use crate::archive::places::Place;
use crate::archive::template::DateTemplate;
use crate::diagnostic::{Edit, quote};
use crate::document::{FrontValue, LabelledLine, Link};
use crate::rewrite::{common_prefix, common_suffix};
use crate::span::Span;

impl PageContext<'_> {
    /// Returns the template of the date on pages of this kind.
    #[must_use]
    pub fn date_template(&self) -> &DateTemplate {
        match self.page.outline {
            Outline::Day(_) => &self.settings.day.date,
            Outline::Event(_) | Outline::Other => &self.settings.event.date,
        }
    }

    /// Returns the texts in which the field of a date is written.
    #[must_use]
    pub fn texts_of(&self, date: &PageDate) -> &DateTexts {
        let fields = &self.settings.event.fields;
        let field = date.field.and_then(|field| fields.get(field as usize)?.texts.as_ref());
        field.unwrap_or(&self.date_template().texts)
    }

    /// Returns the day of the page's path, if the field of a date can be in the path.
    #[must_use]
    pub fn path_day(&self, date: &PageDate) -> Option<Date> {
        let folder = self.page.place.date.filter(|_| self.can_be_in_path(date));
        folder.and_then(FolderDate::day)
    }

    fn can_be_in_path(&self, date: &PageDate) -> bool {
        let own = date.field.map(|field| &self.settings.event.fields[field as usize].from);
        own.unwrap_or(&self.date_template().from).contains(&Place::Path)
    }

    /// Returns the parts of a date that the page's path contains, if they differ from a date whose field can
    /// be in the path. Returns `None` if the path contains the full date.
    #[must_use]
    pub fn differing_parts(&self, date: &PageDate) -> Option<PathParts> {
        if self.page.place.date.is_some() || !self.can_be_in_path(date) {
            return None;
        }
        let read = self.archive.layout.read(self.archive.path(self.page.file))?;
        let parts = PathParts::of(&read.captures)?;
        let agrees = parts.agree_with(date.written)?;
        (!agrees).then_some(parts)
    }

    /// Returns the place of a date for a message: `the heading`, or `"date" in the front matter`.
    #[must_use]
    pub fn date_place(&self, date: &PageDate) -> String {
        match date.place {
            DatePlace::Heading(_) => "the heading".to_owned(),
            DatePlace::FrontMatter(index) => {
                format!("{} in the front matter", quote(&self.front_value(index).path))
            }
            DatePlace::Line(index) => {
                format!("the line {}", quote(self.archive.syntax.label(self.line(index))))
            }
        }
    }

    /// Returns what a message asks to correct if the date is wrong.
    #[must_use]
    pub fn to_correct(date: &PageDate) -> &'static str {
        match date.place {
            DatePlace::Heading(_) => "heading",
            DatePlace::FrontMatter(_) => "front matter",
            DatePlace::Line(_) => "line",
        }
    }

    /// Returns the text at the place of a date.
    #[must_use]
    pub fn date_words(&self, date: &PageDate) -> &str {
        match date.place {
            DatePlace::Heading(heading) => self.page.heading_words(heading.heading),
            DatePlace::FrontMatter(index) => self.front_value(index).text.trim(),
            DatePlace::Line(index) => in_sentence(&self.line(index).words, self.texts_of(date)),
        }
    }

    /// Returns whether the text at the place of a date is nothing but the date, and perhaps a time, in the
    /// front matter. Text elsewhere is prose.
    #[must_use]
    pub fn is_date_alone(&self, date: &PageDate) -> bool {
        let words = self.date_words(date);
        matches!(date.place, DatePlace::FrontMatter(_)) && self.texts_of(date).part(words).is_none()
    }

    /// Returns the text at the place of a date or, if a pattern fits this text, the date in it.
    #[must_use]
    pub fn date_text(&self, date: &PageDate) -> &str {
        let words = self.date_words(date);
        self.texts_of(date).part(words).map_or(words, |range| &words[range])
    }

    /// Returns the span of a date. Returns the span of the whole text at its place if the text contains no
    /// date, or if markup or escapes hide where the date is.
    #[must_use]
    pub fn date_span(&self, date: &PageDate) -> Span {
        let place = match date.place {
            DatePlace::Heading(heading) => self.page.heading_span(heading.heading),
            DatePlace::FrontMatter(index) => self.front_value(index).span,
            DatePlace::Line(index) => self.line_span(date, index),
        };
        self.part(date, place).unwrap_or(place)
    }

    /// Returns the span of a date within the text at `place`.
    fn part(&self, date: &PageDate, place: Span) -> Option<Span> {
        let words = self.date_words(date);
        let start = place.of(self.page.text()).find(words).filter(|_| !words.is_empty())?;
        let range = self.texts_of(date).range(words).filter(|_| !date.is_range);
        let range = match date.place {
            DatePlace::Heading(_) => range.filter(|range| range.len() < words.len())?,
            // The place includes quotation marks.
            DatePlace::FrontMatter(_) | DatePlace::Line(_) => range.unwrap_or(0..words.len()),
        };
        let start = place.start as usize + start;
        Some(Span::new(start + range.start, start + range.end))
    }

    /// Returns an edit that changes the text at the place of a date to `written`. Returns `None` if the edit
    /// would remove a link, code or a comment, or if there is no way to write the text there.
    #[must_use]
    pub fn redate(&self, date: &PageDate, written: &str) -> Option<Edit> {
        match date.place {
            DatePlace::Heading(heading) => self.redate_heading(&heading, written),
            DatePlace::FrontMatter(index) => {
                let value = self.front_value(index);
                // The date was read without the white space around it.
                let start = value.text.len() - value.text.trim_start().len();
                let (before, after) =
                    (&value.text[..start], &value.text[value.text.trim_end().len()..]);
                let written = [before, written, after].concat();
                let text = value.rewrite(self.page.text(), &written)?;
                Some(Edit::replace(self.page.file, value.span, text))
            }
            DatePlace::Line(index) => {
                let span = self.line_span(date, index);
                self.replace_words(span, self.date_words(date), written)
            }
        }
    }

    fn redate_heading(&self, date: &DateHeading, written: &str) -> Option<Edit> {
        let heading = self.page.heading(date.heading);
        let links = self.page.document.links_in(&heading.links);
        let whole = |link: &&Link| {
            self.page.document.words(link.text) == self.page.document.words(heading.text)
        };
        let content = match links.iter().find(whole) {
            Some(link) => link.content,
            None if links.is_empty() => heading.content,
            None => return None,
        };
        // Emphasis and HTML would be lost.
        let is_plain = !content.of(self.page.text()).contains(['*', '_', '~', '<', '`']);
        let words = self.page.document.words(heading.text);
        is_plain.then(|| self.replace_words(content, words, written)).flatten()
    }

    /// Returns an edit that changes the text at `place` from `words` to `written`. If the page writes the text
    /// with markup or with character references, the edit changes only the part that differs. Returns `None`
    /// if they are in this part.
    fn replace_words(&self, place: Span, words: &str, written: &str) -> Option<Edit> {
        let source = place.of(self.page.text());
        if source == words {
            return self.reword(place, written);
        }
        let start = common_prefix(words, written);
        let end = common_suffix(&words[start..], &written[start..]);
        let (old, new) = (words.len() - start - end, &written[start..written.len() - end]);
        let at = if start + old <= common_prefix(source, words) {
            start
        } else if end + old <= common_suffix(source, words) {
            source.len() - end - old
        } else {
            return None;
        };
        let at = place.start as usize + at;
        self.reword(Span::new(at, at + old), new)
    }

    fn front_value(&self, index: u32) -> &FrontValue {
        let values = self.page.front_matter().map_or(&[][..], |front| &front.values);
        &values[index as usize]
    }

    /// Returns the span of a line, without the full stop of its sentence.
    fn line_span(&self, date: &PageDate, index: u32) -> Span {
        let line = self.line(index);
        let has_stop = self.date_words(date).len() < line.words.len();
        Span { end: line.span.end - u32::from(has_stop), ..line.span }
    }

    fn line(&self, index: u32) -> &LabelledLine {
        &self.page.document.lines[index as usize]
    }
}
