//! Dates in headings, in the formats that people use.

use jiff::civil::Date;
use jiff::fmt::strtime;

use crate::document::inline_words;

/// The maximum length of a text that is read as a date, in bytes.
const MAX_LEN: usize = 40;

/// The result of reading the text of a heading as a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenDate {
    /// A valid date in one of the archive's formats.
    Valid(Date),
    /// A valid date in another common format.
    OtherFormat(Date),
    /// A text that looks like a date, but no such day exists.
    Impossible,
    /// Any other text.
    None,
}

impl WrittenDate {
    /// Returns the date, whatever its format.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        match self {
            Self::Valid(date) | Self::OtherFormat(date) => Some(date),
            Self::Impossible | Self::None => None,
        }
    }
}

/// The archive's date formats, in the notation of `strftime`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateFormats {
    formats: Vec<String>,
}

/// Common formats, which are recognized in addition to those of the archive.
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
    /// Checks and stores the archive's formats.
    ///
    /// # Errors
    /// Returns the first format that cannot be used: one that does not write a full date, that
    /// cannot read what it writes, or whose text a heading does not display as written.
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

    /// Returns the formats, starting with the preferred one.
    #[must_use]
    pub fn formats(&self) -> &[String] {
        &self.formats
    }

    /// Reads a text as a date.
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

    /// Writes a date in the archive's first format, or as `YYYY-MM-DD` if there is none.
    #[must_use]
    pub fn write(&self, date: Date) -> String {
        self.formats.first().map_or_else(|| date.to_string(), |format| written(format, date))
    }
}

/// Writes a date, or returns an empty text if the format is invalid.
fn written(format: &str, date: Date) -> String {
    strtime::format(format, date).unwrap_or_default()
}

/// Reads a date that is written exactly as the format writes it. Parsing alone would be lenient
/// about padding and case.
#[must_use]
pub fn read_exactly(format: &str, text: &str) -> Option<Date> {
    let date = strtime::parse(format, text).ok()?.to_date().ok()?;
    (written(format, date) == text).then_some(date)
}

/// Returns whether a text that no format can read still looks like a date. Such a text has three
/// parts: a year of four digits, and two numbers or names of months.
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
