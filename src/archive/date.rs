//! Dates as people write them in headings.

use jiff::civil::Date;
use jiff::fmt::strtime;

use crate::document::inline_words;

/// The longest text that is looked at as a date, in bytes.
const MAX_LEN: usize = 40;

/// What the text of a heading says of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenDate {
    /// A calendar day in one of the archive's formats.
    Valid(Date),
    /// A calendar day in another format that people use.
    OtherFormat(Date),
    /// Written like a date, but there is no such day.
    Impossible,
    /// No date.
    None,
}

impl WrittenDate {
    /// The day, in whatever format.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Valid(date) | Self::OtherFormat(date) => Some(date),
            Self::Impossible | Self::None => None,
        }
    }
}

/// Formats of dates, in the notation of `strftime`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateFormats {
    formats: Vec<String>,
}

/// Formats that people use, which are understood beside those of the archive.
pub const KNOWN_FORMATS: &[&str] = &[
    "%Y-%m-%d",
    "%Y-%m-%-d",
    "%Y-%-m-%-d",
    "%Y/%m/%d",
    "%Y/%-m/%-d",
    "%Y.%m.%d",
    "%Y.%-m.%-d",
    "%-d.%-m.%Y",
    "%d.%m.%Y",
    "%Y%m%d",
    "%-d %B %Y",
    "%d %B %Y",
    "%-d %b %Y",
    "%d %b %Y",
    "%B %-d, %Y",
    "%B %d, %Y",
    "%B %-d %Y",
    "%b %-d, %Y",
    "%b %d, %Y",
    "%A, %-d %B %Y",
    "%A, %B %-d, %Y",
    "%A %-d %B %Y",
    "%A, %Y-%m-%d",
    "%A %Y-%m-%d",
    "%Y年%-m月%-d日",
    "%Y年%m月%d日",
];

/// A format that cannot be used for dates in headings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a format of dates in headings")]
pub struct RefusedFormat(pub String);

impl DateFormats {
    /// Takes the archive's formats.
    ///
    /// # Errors
    /// The first format that does not write a date, or writes one that it cannot read back, or that a heading would
    /// not show as it is written.
    pub fn new(formats: Vec<String>) -> Result<Self, RefusedFormat> {
        let sample = Date::constant(2012, 3, 25);
        let fails = |format: &&String| {
            let text = written(format, sample);
            read_exactly(format, &text) != Some(sample) || inline_words(&text) != Some(text)
        };
        match formats.iter().find(fails) {
            Some(format) => Err(RefusedFormat(format.clone())),
            None => Ok(Self { formats }),
        }
    }

    /// The formats, the preferred one first.
    #[must_use]
    pub fn formats(&self) -> &[String] {
        &self.formats
    }

    /// What `text` says of a day.
    #[must_use]
    pub fn read(&self, text: &str) -> WrittenDate {
        if text.len() > MAX_LEN || !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return WrittenDate::None;
        }
        if let Some(date) = self.formats.iter().find_map(|format| read_exactly(format, text)) {
            return WrittenDate::Valid(date);
        }
        if let Some(date) = KNOWN_FORMATS.iter().find_map(|format| read_exactly(format, text)) {
            return WrittenDate::OtherFormat(date);
        }
        if has_the_shape_of_a_date(text) { WrittenDate::Impossible } else { WrittenDate::None }
    }

    /// Writes a day in the archive's first format.
    #[must_use]
    pub fn write(&self, date: Date) -> String {
        self.formats.first().map_or_else(|| date.to_string(), |format| written(format, date))
    }
}

fn written(format: &str, date: Date) -> String {
    strtime::format(format, date).unwrap_or_default()
}

/// Reads a text that is written just as the format writes it: reading alone is lenient about
/// padding and case.
#[must_use]
pub fn read_exactly(format: &str, text: &str) -> Option<Date> {
    let date = strtime::parse(format, text).ok()?.to_date().ok()?;
    (written(format, date) == text).then_some(date)
}

/// Whether a text is three numbers, a year among them, with one separator between them; or two of
/// them and the name of a month: what remains when no format made a day of it.
fn has_the_shape_of_a_date(text: &str) -> bool {
    let is_separator =
        |char: char| matches!(char, '-' | '/' | '.' | ' ' | ',' | '年' | '月' | '日');
    let parts: Vec<&str> = text.split(is_separator).filter(|part| !part.is_empty()).collect();
    let numbers =
        parts.iter().filter(|part| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit()));
    let years = numbers.clone().filter(|part| part.len() == 4).count();
    let months = parts
        .iter()
        .filter(|part| ["%B", "%b"].iter().any(|format| strtime::parse(format, part).is_ok()));
    parts.len() == 3 && years == 1 && numbers.count() + months.count() == 3
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn read(text: &str) -> WrittenDate {
        let formats = ["%Y-%m-%d", "%Y-%m-%-d"].map(str::to_owned).to_vec();
        DateFormats::new(formats).expect("formats").read(text)
    }

    #[test]
    fn the_archives_formats_are_exact() {
        assert_eq!(read("2012-03-05"), WrittenDate::Valid(date(2012, 3, 5)));
        assert_eq!(read("2012-03-5"), WrittenDate::Valid(date(2012, 3, 5)));
        assert_eq!(read("2012-3-05"), WrittenDate::Impossible);
        assert_eq!(read("2012-3-5"), WrittenDate::OtherFormat(date(2012, 3, 5)));
    }

    #[test]
    fn other_formats_are_understood() {
        for text in ["25 March 2012", "2012/03/25", "March 25, 2012", "25.3.2012", "2012年3月25日"]
        {
            assert_eq!(read(text), WrittenDate::OtherFormat(date(2012, 3, 25)), "{text}");
        }
    }

    #[test]
    fn days_that_never_were_are_told_from_other_texts() {
        for text in ["2012-02-30", "2013-13-01", "2013-02-29", "30 February 2012", "2012-00-10"] {
            assert_eq!(read(text), WrittenDate::Impossible, "{text}");
        }
        for text in ["Source:", "Sunday", "2012", "1-2", "2012 Games", "Part 3 of 4", ""] {
            assert_eq!(read(text), WrittenDate::None, "{text}");
        }
    }

    #[test]
    fn formats_that_lose_the_day_are_refused() {
        assert_eq!(DateFormats::new(vec!["%Y-%m".into()]), Err(RefusedFormat("%Y-%m".into())));
        for format in ["%Q", "%Y-%m-%d\n\n# X", "%Y*%m*%d", "%Y %m %d #", " %Y-%m-%d"] {
            assert_eq!(DateFormats::new(vec![format.into()]), Err(RefusedFormat(format.into())));
        }
    }
}
