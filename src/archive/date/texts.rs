//! The texts in which an archive writes dates: dates alone, and dates within longer texts.

use std::ops::Range;

use jiff::civil::Date;

use super::clock;
use super::formats::{DateFormats, RefusedFormat};
use super::pattern::{DatePattern, DatePatternError};
use super::spaces::{self, Spaced};
use super::written::WrittenDate;

/// The texts of an archive's date headings, as its settings describe them: formats such as `%Y-%m-%d`, and
/// patterns such as `Agenda for the {date:%B %-d} video call*`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateTexts {
    written: Vec<String>,
    formats: DateFormats,
    patterns: Vec<DatePattern>,
    /// Whether the texts contain special spaces, which then differ from other spaces.
    has_special_spaces: bool,
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
        let has_special_spaces = written.iter().any(|text| spaces::has_special(text));
        Ok(Self { written, formats, patterns, has_special_spaces })
    }

    /// Returns the formats and patterns as written, starting with the preferred one.
    #[must_use]
    pub fn written(&self) -> &[String] {
        &self.written
    }

    /// Reads the date in a text.
    #[must_use]
    pub fn read(&self, text: &str) -> WrittenDate {
        let spaced = self.spaced(text);
        let text = spaced.text();
        self.find(text).map_or_else(|| self.formats.read(text), |part| part.written)
    }

    /// Returns the range of the date in a text, without a time and a zone. Returns `None` for a text that
    /// is not a date and that no pattern fits.
    #[must_use]
    pub fn range(&self, text: &str) -> Option<Range<usize>> {
        let spaced = self.spaced(text);
        let text = spaced.text();
        let part = self.find(text).map(|part| part.range);
        let range = part.or_else(|| Some(0..self.formats.date_part(text)?.len()))?;
        Some(spaced.original(range))
    }

    /// Returns the days, other than the written one, that the moment in a text has in any time zone. A time
    /// without a zone is in UTC. Returns no days for a text without a time.
    #[must_use]
    pub fn days_elsewhere(&self, text: &str) -> Vec<Date> {
        let found = self.read(text).day().zip(self.range(text));
        found.map_or_else(Vec::new, |(date, range)| clock::days_elsewhere(date, &text[range.end..]))
    }

    /// Returns the range of the date in a text that a pattern fits, without a time and a zone.
    #[must_use]
    pub fn part(&self, text: &str) -> Option<Range<usize>> {
        let spaced = self.spaced(text);
        let part = self.find(spaced.text())?;
        Some(spaced.original(part.range))
    }

    /// Returns the text with another date in the place of its date. If no format and no pattern fits the
    /// text, returns the date alone.
    #[must_use]
    pub fn rewrite(&self, text: &str, date: Date) -> String {
        let spaced = self.spaced(text);
        spaced.restore(self.rewrite_spaced(spaced.text(), date))
    }

    fn rewrite_spaced(&self, text: &str, date: Date) -> String {
        let Some(Part { formats, range, .. }) = self.find(text) else {
            return self.formats.rewrite(text, date);
        };
        let (before, after) = (&text[..range.start], &text[range.end..]);
        format!("{before}{}{after}", formats.rewrite(&text[range], date))
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
        let spaced = self.spaced(text);
        let text = spaced.text();
        let ends = |len: usize| text[len..].starts_with(|next: char| !next.is_alphanumeric());
        let found = self.formats.find(text, &ends);
        found.is_some_and(|found| found.written != WrittenDate::Impossible)
    }

    /// Returns a text with spaces instead of its special spaces, unless the archive's formats contain some.
    fn spaced<'a>(&self, text: &'a str) -> Spaced<'a> {
        if self.has_special_spaces { Spaced::unchanged(text) } else { Spaced::new(text) }
    }

    /// Finds the date in a text that a pattern fits. Prefers a date in one of the archive's formats, and
    /// otherwise a date that exists. A text that is a date in one of the archive's formats fits no pattern.
    /// Neither does any other date alone if the pattern names no day in it: the text before the first `/` of
    /// `3/4/2021` is not the date that `{date}/*` stands for.
    fn find(&self, text: &str) -> Option<Part<'_>> {
        if self.patterns.is_empty() || self.formats.read(text).is_in_own_format() {
            return None;
        }
        let mut parts = self.patterns.iter().filter_map(|pattern| self.find_with(pattern, text));
        let first = parts.next()?;
        let best =
            parts.fold(first, |best, next| if next.rank() > best.rank() { next } else { best });
        (best.rank() > 0 || self.formats.read(text) == WrittenDate::None).then_some(best)
    }

    /// Finds the date in a text that this pattern fits. The date can also have one of the formats without a
    /// pattern.
    fn find_with<'a>(&'a self, pattern: &'a DatePattern, text: &str) -> Option<Part<'a>> {
        let (range, written) = pattern.find(text)?;
        let plain = self.formats.read(&text[range.clone()]);
        Some(if plain.is_in_own_format() && written.is_in_other_format() {
            Part { formats: &self.formats, range, written: plain }
        } else {
            Part { formats: pattern.formats(), range, written }
        })
    }
}

/// The date in a text that a pattern fits.
struct Part<'a> {
    /// The formats in which another date is written in its place.
    formats: &'a DateFormats,
    range: Range<usize>,
    written: WrittenDate,
}

impl Part<'_> {
    /// Returns how certain it is that this is the date in the text.
    fn rank(&self) -> u8 {
        match self.written {
            WrittenDate::None | WrittenDate::Impossible => 0,
            written if written.is_in_other_format() => 1,
            _ => 2,
        }
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
    fn a_pattern_does_not_claim_a_date_in_another_format_of_the_archive() {
        let day = WrittenDate::Valid(date(2021, 3, 16));
        for (archive, text) in [
            (["%Y-%m-%d", "*{date:%B %-d, %Y}*"], "2021-03-16"),
            (["%Y-%m-%d", "*{date:%B %-d}*"], "2021-03-16"),
            (["%Y-%m-%d", "Minutes of {date:%B %-d}*"], "Minutes of 2021-03-16, final"),
            (["%-d %B %Y", "{date:%B %-d, %Y}*"], "16 March 2021, 16:00 UTC"),
            (["{date:%B %-d, %Y}*", "%-d %B %Y"], "16 March 2021 (a Tuesday)"),
            (["*{date:%B %-d}*", "*{date:%B %-d, %Y}*"], "Notes of March 16, 2021"),
            (["%B %-dth", "*{date:%B %-d, %Y}*"], "2021/03/17, for March 16, 2021"),
        ] {
            assert_eq!(texts(&archive).read(text), day, "{text}");
        }
        let texts = texts(&["%Y-%m-%d", "Minutes of {date:%B %-d}*"]);
        let written = texts.rewrite("Minutes of 2021-03-16, final", date(2021, 3, 17));
        assert_eq!(written, "Minutes of 2021-03-17, final");
    }

    #[test]
    fn no_break_spaces_are_read_as_spaces() {
        let texts = texts(&["%-d %B %Y", "Minutes of {date}*"]);
        let day = WrittenDate::Valid(date(2021, 3, 17));
        let text = "Minutes of\u{A0}17\u{A0}March\u{202F}2021\u{A0}(final)";
        assert_eq!(texts.read(text), day);
        assert_eq!(&text[texts.range(text).expect("a date")], "17\u{A0}March\u{202F}2021");
        let written = "Minutes of\u{A0}18\u{A0}March\u{202F}2021\u{A0}(final)";
        assert_eq!(texts.rewrite(text, date(2021, 3, 18)), written);
        assert_eq!(texts.read("17\u{A0}March\u{A0}2021,\u{A0}10:00"), day);
        assert!(texts.is_continued("17\u{A0}March 2021 in the hall"));
        let own = self::texts(&["%-d\u{A0}%B %Y"]);
        assert_eq!(own.read("17\u{A0}March 2021"), day);
        assert_eq!(own.read("17 March 2021"), WrittenDate::OtherFormat(date(2021, 3, 17)));
    }

    #[test]
    fn wrong_formats_and_patterns_are_refused() {
        let error = |text: &str| DateTexts::new(vec![text.to_owned()]).expect_err(text);
        assert_eq!(error("%Y"), RefusedDateText::Format(RefusedFormat("%Y".into())));
        let missing = DatePatternError::UnknownName("day".into());
        assert_eq!(error("On {day}"), RefusedDateText::Pattern("On {day}".into(), missing));
    }
}
