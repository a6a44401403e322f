//! The texts in which an archive writes dates: dates alone, and dates within longer texts.

use std::ops::Range;

use jiff::civil::Date;

use super::formats::{DateFormats, RefusedFormat};
use super::pattern::{DatePattern, DatePatternError};
use super::written::WrittenDate;

/// The texts of an archive's date headings, as its settings describe them: formats such as `%Y-%m-%d`, and
/// patterns such as `Agenda for the {date:%B %-d} video call*`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateTexts {
    written: Vec<String>,
    formats: DateFormats,
    patterns: Vec<DatePattern>,
}

/// The reason why a text is neither a format nor a pattern, with the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedDateText {
    /// A format that cannot be used.
    #[error(transparent)]
    Format(#[from] RefusedFormat),
    /// A pattern that cannot be used.
    #[error("{1}")]
    Pattern(String, DatePatternError),
}

impl RefusedDateText {
    /// Returns the text that was refused.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Format(RefusedFormat(text)) | Self::Pattern(text, _) => text,
        }
    }
}

impl DateTexts {
    /// Checks and stores formats and patterns. A text with a brace is a pattern.
    ///
    /// # Errors
    /// Returns the first text that cannot be used.
    pub fn new(written: Vec<String>) -> Result<Self, RefusedDateText> {
        let is_pattern = |text: &&String| text.contains(['{', '}']);
        let formats = written.iter().filter(|text| !is_pattern(text)).cloned().collect();
        let formats = DateFormats::new(formats)?;
        let parse = |text: &String| {
            let refused = |error| RefusedDateText::Pattern(text.clone(), error);
            DatePattern::parse(text, &formats).map_err(refused)
        };
        let patterns = written.iter().filter(is_pattern).map(parse).collect::<Result<_, _>>()?;
        let needs_formats = |text: &&String| is_pattern(text) && text.contains("{date}");
        if let Some(text) =
            written.iter().find(needs_formats).filter(|_| formats.formats().is_empty())
        {
            return Err(RefusedDateText::Pattern(text.clone(), DatePatternError::NoFormat));
        }
        Ok(Self { written, formats, patterns })
    }

    /// Returns the formats and patterns as written, starting with the preferred one.
    #[must_use]
    pub fn written(&self) -> &[String] {
        &self.written
    }

    /// Reads the date in a text.
    #[must_use]
    pub fn read(&self, text: &str) -> WrittenDate {
        self.find(text).map_or_else(|| self.formats.read(text), |(_, _, written)| written)
    }

    /// Returns the range of the date in a text, without a time and a zone. Returns `None` for a text that
    /// is not a date and that no pattern fits.
    #[must_use]
    pub fn range(&self, text: &str) -> Option<Range<usize>> {
        self.part(text).or_else(|| {
            let part = self.formats.date_part(text)?;
            let start = text.find(part)?;
            Some(start..start + part.len())
        })
    }

    /// Returns the range of the date in a text that a pattern fits, without a time and a zone.
    #[must_use]
    pub fn part(&self, text: &str) -> Option<Range<usize>> {
        self.find(text).map(|(_, range, _)| range)
    }

    /// Returns the text with another date in the place of its date. If no format and no pattern fits the
    /// text, returns the date alone.
    #[must_use]
    pub fn rewrite(&self, text: &str, date: Date) -> String {
        let Some((pattern, range, _)) = self.find(text) else {
            return self.formats.rewrite(text, date);
        };
        let (before, after) = (&text[..range.start], &text[range.end..]);
        format!("{before}{}{after}", pattern.formats().rewrite(&text[range], date))
    }

    /// Writes a date in the first format. Without a format, writes it in the first pattern that contains no
    /// `*`, or else as `YYYY-MM-DD`.
    #[must_use]
    pub fn write(&self, date: Date) -> String {
        let in_pattern = || self.patterns.iter().find_map(|pattern| pattern.write(date));
        let pattern = if self.formats.formats().is_empty() { in_pattern() } else { None };
        pattern.unwrap_or_else(|| self.formats.write(date))
    }

    /// Returns whether a text that no format and no pattern fits begins with a date.
    #[must_use]
    pub fn is_continued(&self, text: &str) -> bool {
        let ends = |len: usize| text[len..].starts_with(|next: char| !next.is_alphanumeric());
        let found = self.formats.find(text, &ends);
        found.is_some_and(|found| found.written != WrittenDate::Impossible)
    }

    /// Returns the first pattern that fits a text and names a day there, or else the first that fits. A
    /// pattern that names no day does not fit a date alone: the text before the first `/` of `3/4/2021` is
    /// not the date that `{date}/*` stands for.
    fn find(&self, text: &str) -> Option<(&DatePattern, Range<usize>, WrittenDate)> {
        let mut found = None;
        for pattern in &self.patterns {
            let Some((range, written)) = pattern.find(text) else { continue };
            if !matches!(written, WrittenDate::None | WrittenDate::Impossible) {
                return Some((pattern, range, written));
            }
            found.get_or_insert((pattern, range, written));
        }
        found.filter(|_| self.formats.read(text) == WrittenDate::None)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn texts(written: &[&str]) -> DateTexts {
        DateTexts::new(written.iter().map(|text| (*text).to_owned()).collect()).expect("texts")
    }

    #[test]
    fn a_date_within_a_text_is_read_and_replaced_alone() {
        let texts = texts(&["%Y-%m-%d", "Agenda for the {date:%B %-dth} video call*"]);
        let text = "Agenda for the March 16th video call of the group";
        assert_eq!(texts.read(text).agrees_with(date(2021, 3, 16)), Some(true));
        assert_eq!(texts.read(text).agrees_with(date(2021, 3, 2)), Some(false));
        assert_eq!(&text[texts.range(text).expect("a date")], "March 16th");
        let rewritten = "Agenda for the March 2nd video call of the group";
        assert_eq!(texts.rewrite(text, date(2021, 3, 2)), rewritten);
        assert_eq!(texts.read("Agenda for the next video call"), WrittenDate::None);
        assert_eq!(texts.read("Agenda for the February 30th video call"), WrittenDate::Impossible);
        assert_eq!(texts.read("Other heading"), WrittenDate::None);
        let alone = self::texts(&["Log of {date:%-d %B %Y}"]);
        assert_eq!(alone.write(date(2012, 3, 5)), "Log of 5 March 2012");
    }

    #[test]
    fn other_text_after_a_date_is_recognized() {
        let texts = texts(&["%-d %B %Y"]);
        for text in ["25 March 2012, at the quay", "2012-03-25: rain", "25 March 2012 - 26 March"] {
            assert_eq!(texts.read(text), WrittenDate::None, "{text}");
            assert!(texts.is_continued(text), "{text}");
        }
        for text in ["", "Sunday", "30 February 2012, at the quay", "2012-03-250", "on 2012-03-25"]
        {
            assert!(!texts.is_continued(text), "{text}");
        }
    }

    #[test]
    fn a_date_alone_is_read_as_before() {
        let texts = texts(&["%Y-%m-%d", "Log of {date}"]);
        assert_eq!(texts.read("2012-03-25"), WrittenDate::Valid(date(2012, 3, 25)));
        assert_eq!(texts.read("Log of 2012-03-25"), WrittenDate::Valid(date(2012, 3, 25)));
        assert_eq!(texts.range("2012-03-25 10:00"), Some(0..10));
        assert_eq!(texts.rewrite("2012-03-25", date(2012, 3, 26)), "2012-03-26");
        assert_eq!(texts.write(date(2012, 3, 26)), "2012-03-26");
        assert_eq!(texts.written(), ["%Y-%m-%d", "Log of {date}"]);
    }

    #[test]
    fn a_date_alone_is_not_read_by_a_pattern_that_finds_no_day() {
        let texts = texts(&["%Y-%m-%d", "{date:%Y/%m/%d}/*"]);
        let (march, april) = (date(2021, 3, 4), date(2021, 4, 3));
        assert_eq!(texts.read("3/4/2021"), WrittenDate::Ambiguous(march, april));
        assert_eq!(texts.range("3/4/2021"), Some(0..8));
        assert_eq!(texts.rewrite("3/4/2021", march), "2021-03-04");
        assert_eq!(texts.read("2021/03/04/ferry"), WrittenDate::Valid(march));
        assert_eq!(texts.read("2021/02/30/ferry"), WrittenDate::Impossible);
        assert_eq!(texts.read("ferry/3"), WrittenDate::None);
    }

    #[test]
    fn wrong_formats_and_patterns_are_refused() {
        let error = |text: &str| DateTexts::new(vec![text.to_owned()]).expect_err(text);
        assert_eq!(error("%Y"), RefusedDateText::Format(RefusedFormat("%Y".into())));
        let missing = DatePatternError::UnknownName("day".into());
        assert_eq!(error("On {day}"), RefusedDateText::Pattern("On {day}".into(), missing));
    }
}
