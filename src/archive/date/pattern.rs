//! Patterns that find a date within a longer text.

use std::fmt;
use std::ops::Range;

use jiff::civil::Date;

use super::clock;
use super::formats::DateFormats;
use super::written::WrittenDate;

/// The maximum number of places in a text at which a date is searched for.
const MAX_STARTS: usize = 1000;

/// A pattern such as `Agenda for the {date:%B %-dth} video call*`.
///
/// `{date}` stands for a date in one of the archive's formats, and `{date:FORMAT}` for a date in this
/// format. `*` stands for any text, which can be empty. Everything else stands for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatePattern {
    written: String,
    /// The literal texts before the date, with any text between each two of them.
    before: Vec<String>,
    /// The literal texts after the date, with any text between each two of them.
    after: Vec<String>,
    formats: DateFormats,
    /// Whether the pattern contains the format of its date.
    has_own_format: bool,
}

/// The reason why a text is not a valid pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatePatternError {
    /// A pattern without a date.
    #[error("a pattern needs a date: write {{date}}, or {{date:%B %-d}} for a format of its own")]
    NoDate,
    /// A pattern with more than one date.
    #[error("a pattern can contain only one {{date}}")]
    SeveralDates,
    /// An unknown name in braces.
    #[error(
        "`{{{0}}}` is not a variable of these patterns: use {{date}}, or {{date:%B %-d}} for a format of its own"
    )]
    UnknownName(String),
    /// A pattern without a format of its own, in an archive without formats.
    #[error(
        "`{{date}}` stands for a date in one of the other formats: list one, or write {{date:%Y-%m-%d}}"
    )]
    NoFormat,
    /// A brace without its counterpart.
    #[error("a pattern needs a `}}` for each `{{`, and a `{{` for each `}}`")]
    UnclosedBrace,
    /// A format that cannot be used.
    #[error(
        "`{0}` is not a format of dates: use strftime's %Y, %m and %d, %B for the month's name, or %-dth for the day as `1st`"
    )]
    Format(String),
}

impl DatePattern {
    /// Parses a pattern. `formats` are the archive's formats.
    ///
    /// # Errors
    /// Returns a [`DatePatternError`] if the pattern is invalid.
    pub fn parse(written: &str, formats: &DateFormats) -> Result<Self, DatePatternError> {
        let open = written.find(['{', '}']).ok_or(DatePatternError::NoDate)?;
        let (name, after) = variable(&written[open..])?;
        let own = match name.split_once(':') {
            None if name == "date" => formats.clone(),
            Some(("date", format)) => DateFormats::new(vec![format.to_owned()])
                .map_err(|_| DatePatternError::Format(format.to_owned()))?,
            _ => return Err(DatePatternError::UnknownName(name.to_owned())),
        };
        if let Some(open) = after.find(['{', '}']) {
            let (name, _) = variable(&after[open..])?;
            let is_date = name == "date" || name.starts_with("date:");
            let unknown = || DatePatternError::UnknownName(name.to_owned());
            return Err(if is_date { DatePatternError::SeveralDates } else { unknown() });
        }
        let literals = |text: &str| text.split('*').map(str::to_owned).collect();
        Ok(Self {
            written: written.to_owned(),
            before: literals(&written[..open]),
            after: literals(after),
            formats: own,
            has_own_format: name != "date",
        })
    }

    /// Returns the formats of the date. Their [`DateFormats::rewrite`] writes another date in place of the
    /// one that [`DatePattern::find`] finds.
    #[must_use]
    pub fn formats(&self) -> &DateFormats {
        &self.formats
    }

    /// Writes a text that fits the pattern, with this date. Returns `None` for a pattern with a `*`.
    #[must_use]
    pub fn write(&self, date: Date) -> Option<String> {
        match (self.before.as_slice(), self.after.as_slice()) {
            ([before], [after]) => Some(format!("{before}{}{after}", self.formats.write(date))),
            _ => None,
        }
    }

    /// Finds the date in a text that fits the pattern. Returns its place, as a range of bytes, and what it
    /// says. The place does not include a time of day after the date, unless the format does. A pattern with
    /// a format of its own prefers a date in this format to an earlier one in another format.
    ///
    /// If the text fits the pattern except for the date, returns the place in which the date should be,
    /// with [`WrittenDate::Impossible`] or [`WrittenDate::None`]. Returns `None` if the text does not fit
    /// the pattern.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<(Range<usize>, WrittenDate)> {
        let ending = Ending::new(&self.after, text)?;
        let mut starts = self.starts(text).take(MAX_STARTS).peekable();
        let first = *starts.peek()?;
        let (mut other, mut wrong) = (None, None);
        for start in starts {
            let fits = |len| ending.follows(start + len);
            let Some(found) = self.formats.find(&text[start..], &fits) else { continue };
            let found = (start..start + found.len, found.written);
            if found.1 == WrittenDate::Impossible {
                wrong.get_or_insert(found);
            } else if self.has_own_format && found.1.is_in_other_format() {
                other.get_or_insert(found);
            } else {
                return Some(found);
            }
        }
        other.or(wrong).or_else(|| {
            let part = &text[first..ending.next(first)?];
            let start = first + part.len() - part.trim_start().len();
            let part = part.trim();
            let len = self.formats.date_part(part).unwrap_or(part).len();
            Some((start..start + len, self.formats.read(part)))
        })
    }

    /// Returns the places at which the date may begin.
    fn starts<'a>(&'a self, text: &'a str) -> Box<dyn Iterator<Item = usize> + 'a> {
        let none = || Box::new(std::iter::empty());
        let Some((first, others)) = self.before.split_first() else { return none() };
        let mut from = first.len();
        let Some((last, middle)) = others.split_last().filter(|_| text.starts_with(first)) else {
            let is_start = text.starts_with(first.as_str());
            return Box::new(is_start.then_some(from).into_iter());
        };
        for literal in middle {
            let Some(at) = text[from..].find(literal.as_str()) else { return none() };
            from += at + literal.len();
        }
        if last.is_empty() {
            let places = text[from..].char_indices().map(move |(at, _)| from + at);
            let places = places.chain([text.len()]);
            return Box::new(places.filter(move |at| *at == from || is_boundary(text, *at)));
        }
        let places = text[from..].match_indices(last.as_str());
        Box::new(places.map(move |(at, _)| from + at + last.len()))
    }
}

impl fmt::Display for DatePattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

/// Reads a name in braces at the beginning of a text. Returns the name and the rest of the text.
fn variable(text: &str) -> Result<(&str, &str), DatePatternError> {
    let variable = text.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    variable.filter(|(name, _)| !name.contains('{')).ok_or(DatePatternError::UnclosedBrace)
}

/// The part of a pattern after the date, matched against the end of a text.
struct Ending<'a> {
    text: &'a str,
    /// The literal text directly after the date.
    literal: &'a str,
    /// The place at which this text can end at the latest.
    latest: usize,
    /// Whether any text can follow it.
    is_open: bool,
}

impl<'a> Ending<'a> {
    /// Returns `None` if the text does not end as the pattern does.
    fn new(after: &'a [String], text: &'a str) -> Option<Self> {
        let (literal, others) = after.split_first()?;
        let mut latest = text.len();
        if let Some((last, middle)) = others.split_last() {
            latest = text.strip_suffix(last.as_str())?.len();
            for literal in middle.iter().rev() {
                latest = text[..latest].rfind(literal.as_str())?;
            }
        }
        Some(Self { text, literal, latest, is_open: !others.is_empty() })
    }

    /// Returns whether a date that ends at `end` fits the pattern. A time and a zone can be between the
    /// date and the text after it.
    fn follows(&self, end: usize) -> bool {
        let time = || clock::prefix(&self.text[end..]).map(|(len, _)| end + len);
        self.is_at(end) || time().is_some_and(|end| self.is_at(end))
    }

    /// Returns whether the text after the date is at `at`.
    fn is_at(&self, at: usize) -> bool {
        let end = at + self.literal.len();
        let is_whole = !self.literal.is_empty() || !self.is_open || is_boundary(self.text, at);
        let fits = if self.is_open { end <= self.latest } else { end == self.latest };
        fits && is_whole && self.text[at..].starts_with(self.literal)
    }

    /// Returns the first place from `from` on at which the text after the date can be.
    fn next(&self, from: usize) -> Option<usize> {
        let end = self.latest.checked_sub(self.literal.len()).filter(|end| *end >= from)?;
        match (self.is_open, self.literal) {
            (false, literal) => self.text.ends_with(literal).then_some(end),
            (true, "") => Some(end),
            (true, literal) => Some(from + self.text[from..self.latest].find(literal)?),
        }
    }
}

/// Returns whether no word and no number extends over this place.
fn is_boundary(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at..].chars().next();
    !before.zip(after).is_some_and(|(before, after)| {
        before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric()
            || before.is_ascii_alphabetic() && after.is_alphabetic()
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::archive::date::MonthDay;

    fn formats() -> DateFormats {
        DateFormats::new(vec!["%Y-%m-%d".into(), "%-d %B %Y".into()]).expect("formats")
    }

    fn pattern(written: &str) -> DatePattern {
        DatePattern::parse(written, &formats()).expect(written)
    }

    /// Returns the text in the place that the pattern finds, and what it says.
    fn find<'a>(written: &str, text: &'a str) -> Option<(&'a str, WrittenDate)> {
        pattern(written).find(text).map(|(range, written)| (&text[range], written))
    }

    fn month_day(month: i8, day: i8) -> WrittenDate {
        WrittenDate::MonthDay(MonthDay::new(month, day).expect("a day"))
    }

    #[test]
    fn the_date_between_literal_texts_is_found() {
        let agenda = "Agenda for the {date:%B %-dth} video call*";
        let text = "Agenda for the March 16th video call of the group";
        assert_eq!(find(agenda, text), Some(("March 16th", month_day(3, 16))));
        let other = WrittenDate::OtherMonthDay(MonthDay::new(3, 16).expect("a day"));
        for day in ["March 16st", "March 16"] {
            let text = format!("Agenda for the {day} video call");
            assert_eq!(find(agenda, &text), Some((day, other)), "{text}");
        }
        let text = "Agenda for the February 30th video call";
        assert_eq!(find(agenda, text), Some(("February 30th", WrittenDate::Impossible)));
        let text = "Agenda for the next video call";
        assert_eq!(find(agenda, text), Some(("next", WrittenDate::None)));
        for text in ["", "Agenda", "Agenda for the March 16th meeting", "The March 16th video call"]
        {
            assert_eq!(find(agenda, text), None, "{text}");
        }
    }

    #[test]
    fn without_a_literal_text_the_longest_date_is_found() {
        let day = WrittenDate::Valid(date(2021, 3, 16));
        let when = "**When**: {date:%B %-d %Y}*";
        for rest in ["", ", 16:00 UTC", " (a Tuesday)", "."] {
            let text = format!("**When**: March 16 2021{rest}");
            assert_eq!(find(when, &text), Some(("March 16 2021", day)), "{text}");
        }
        let text = "**When**: March 16 20211";
        assert_eq!(find(when, text), Some(("March 16 20211", WrittenDate::None)));
        let text = "**When**: February 30 2021, 16:00 UTC";
        assert_eq!(find(when, text), Some(("February 30 2021", WrittenDate::Impossible)));
        assert_eq!(find("{date:%B %-d}*", "March 16: a day"), Some(("March 16", month_day(3, 16))));
        let other = WrittenDate::OtherMonthDay(MonthDay::new(3, 16).expect("a day"));
        assert_eq!(find("{date:%B %-d}*", "March 16th"), Some(("March 16th", other)));
        let other = WrittenDate::OtherFormat(date(2020, 3, 16));
        let with_year = Some(("March 16 (2020)", other));
        assert_eq!(find("{date:%B %-d}*", "March 16 (2020), 16:00"), with_year);
        assert_eq!(find("{date}*", "2021-03-16T10:00Z"), Some(("2021-03-16", day)));
        assert_eq!(find("{date}", "16 March 2021 10:00"), Some(("16 March 2021", day)));
        assert_eq!(find("{date} call", "2021-03-16 10:00 UTC call"), Some(("2021-03-16", day)));
        assert_eq!(find("{date}", "2021-03-16 call"), Some(("2021-03-16 call", WrittenDate::None)));
    }

    #[test]
    fn a_date_after_any_text_is_found() {
        let day = WrittenDate::Valid(date(2021, 3, 16));
        assert_eq!(find("*{date}*", "Call 7 of 2021-03-16 (notes)"), Some(("2021-03-16", day)));
        assert_eq!(find("*: {date}*", "a: b: 2021-03-16"), Some(("2021-03-16", day)));
        assert_eq!(
            find("*#*: {date}*)*!", "a #1: 16 March 2021 (b)!"),
            Some(("16 March 2021", day))
        );
        let wrong = Some(("2021-02-30", WrittenDate::Impossible));
        assert_eq!(find("*{date}*", "Call of 2021-02-30 (notes)"), wrong);
        assert_eq!(
            find("*{date}*", "Call of 2021-02-30 and 2021-03-16"),
            Some(("2021-03-16", day))
        );
        assert_eq!(find("*{date}*", "no date"), Some(("no date", WrittenDate::None)));
        assert_eq!(find("*{date}*!", "2021-03-16"), None);
    }

    #[test]
    fn the_found_date_can_be_rewritten_in_place() {
        let pattern = pattern("Agenda for the {date:%B %-dth} call*");
        let mut text = "Agenda for the March 16st call, 10:00".to_owned();
        let (range, _) = pattern.find(&text).expect("a date");
        let written = pattern.formats().rewrite(&text[range.clone()], date(2021, 4, 2));
        text.replace_range(range, &written);
        assert_eq!(text, "Agenda for the April 2nd call, 10:00");
    }

    #[test]
    fn invalid_patterns_are_refused() {
        let error = |written: &str| DatePattern::parse(written, &formats()).expect_err(written);
        assert_eq!(error("Agenda*"), DatePatternError::NoDate);
        assert_eq!(error("{date} to {date:%B %-d}"), DatePatternError::SeveralDates);
        assert_eq!(error("{day}"), DatePatternError::UnknownName("day".into()));
        assert_eq!(error("{date}{title}"), DatePatternError::UnknownName("title".into()));
        assert_eq!(error("{date:%B}"), DatePatternError::Format("%B".into()));
        for text in ["{date", "date}", "{date}}", "{{date}}"] {
            assert_eq!(error(text), DatePatternError::UnclosedBrace, "{text}");
        }
    }

    #[test]
    fn a_long_text_is_searched_once() {
        let text = "1 March ".repeat(200_000);
        for written in ["*{date}*", "*a*{date}*b*c", "*1{date}*", "* {date} March*"] {
            let _ = pattern(written).find(&text);
        }
    }
}
