//! The formats that are recognized in every archive.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::format::Format;

/// Common formats, which are recognized in addition to those of the archive. All of them write the year:
/// otherwise, texts such as `March 16` would be read as dates in every archive.
pub const KNOWN_FORMATS: &[&str] = &[
    "%Y-%m-%d",
    "%Y-%m-%-d",
    "%Y-%-m-%-d",
    "%Y-%-m-%d",
    "%Y/%m/%d",
    "%Y/%-m/%-d",
    "%Y.%m.%d",
    "%Y.%-m.%-d",
    "%-d.%-m.%Y",
    "%d.%m.%Y",
    "%Y%m%d",
    "%-d %B %Y",
    "%d %B %Y",
    "%-d %B, %Y",
    "%-d. %B %Y",
    "%-d %b %Y",
    "%d %b %Y",
    "%B %-d, %Y",
    "%B %d, %Y",
    "%B %-d,%Y",
    "%B %-d %Y",
    "%B %d %Y",
    "%b %-d, %Y",
    "%b %d, %Y",
    "%A, %-d %B %Y",
    "%A, %B %-d, %Y",
    "%A %-d %B %Y",
    "%A, %Y-%m-%d",
    "%A %Y-%m-%d",
    "%Y年%-m月%-d日",
    "%Y年%m月%d日",
    "%B %-dth, %Y",
    "%B %-dth %Y",
    "%-dth %B %Y",
    "%-dth of %B %Y",
    "%-dth of %B, %Y",
    "%b %-dth, %Y",
    "%b %-dth %Y",
    "%-dth %b %Y",
    "%A, %B %-dth, %Y",
    "%A, %-dth %B %Y",
    "%A %-dth %B %Y",
    "%b. %-d, %Y",
    "%b. %-d %Y",
    "%-d %b. %Y",
    "%b %-d %Y",
    "%b %d %Y",
    "%d-%b-%Y",
    "%Y-%b-%d",
    "%Y %B %-d",
    "%-d. %-m. %Y",
    "%-d-%b-%Y",
    "%a, %d %b %Y",
    "%a, %-d %b %Y",
];

/// [`KNOWN_FORMATS`], ready to read texts.
pub(super) static KNOWN: LazyLock<Vec<Format>> =
    LazyLock::new(|| KNOWN_FORMATS.iter().filter_map(|format| Format::new(format)).collect());

/// The maximum length of a date in one of the [`KNOWN`] formats, in bytes.
pub(super) static LONGEST_KNOWN: LazyLock<usize> =
    LazyLock::new(|| KNOWN.iter().map(Format::longest).max().unwrap_or_default());

/// Common formats without the year. They are recognized only if the archive itself has such formats.
pub const MONTH_DAYS: &[&str] = &[
    "%B %-d",
    "%B %d",
    "%B %-dth",
    "%b %-d",
    "%b %d",
    "%b %-dth",
    "%b. %-d",
    "%b. %d",
    "%b. %-dth",
    "%-d %B",
    "%d %B",
    "%-dth %B",
    "%-dth of %B",
    "%-d %b",
    "%d %b",
    "%-dth %b",
    "%A, %B %-d",
    "%A, %B %-dth",
    "%A, %-d %B",
    "%A, %-dth %B",
    "%A %B %-d",
    "%A %-d %B",
];

/// [`MONTH_DAYS`], ready to read texts.
pub(super) static KNOWN_MONTH_DAYS: LazyLock<Vec<Format>> =
    LazyLock::new(|| MONTH_DAYS.iter().filter_map(|format| Format::new(format)).collect());

/// A date of three numbers whose year comes last, such as `11-9-2017` or `3/25/2012`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct YearLast {
    /// The length of the date, in bytes.
    pub(super) len: usize,
    /// The more common reading: the day comes first before a `-`, and the month comes first before a `/`.
    pub(super) first: Option<Date>,
    /// The other reading.
    pub(super) second: Option<Date>,
}

impl YearLast {
    /// Reads the beginning of a text.
    pub(super) fn read(text: &str) -> Option<Self> {
        let number = |text: &str| -> Option<(i16, usize)> {
            let len = text.bytes().take(5).take_while(u8::is_ascii_digit).count();
            Some((text[..len].parse().ok()?, len))
        };
        let (one, one_len) = number(text)?;
        let separator = text[one_len..].chars().next().filter(|char| matches!(char, '-' | '/'))?;
        let rest = &text[one_len + 1..];
        let (two, two_len) = number(rest)?;
        let (year, year_len) = number(rest[two_len..].strip_prefix(separator)?)?;
        if one_len > 2 || two_len > 2 || year_len != 4 {
            return None;
        }
        let date = |month: i16, day: i16| {
            Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
        };
        let (day_first, month_first) = (date(two, one), date(one, two));
        let len = one_len + two_len + year_len + 2;
        Some(match separator {
            '-' => Self { len, first: day_first, second: month_first },
            _ => Self { len, first: month_first, second: day_first },
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_known_format_can_be_read_and_has_a_year() {
        assert_eq!(KNOWN.len(), KNOWN_FORMATS.len());
        assert!(KNOWN.iter().all(Format::has_year));
        assert_eq!(KNOWN_MONTH_DAYS.len(), MONTH_DAYS.len());
        assert!(!KNOWN_MONTH_DAYS.iter().any(Format::has_year));
    }

    #[test]
    fn the_separator_decides_on_the_more_common_reading() {
        let read = |text: &str| YearLast::read(text).map(|read| (read.first, read.second));
        let (september, november) = (Some(date(2017, 9, 11)), Some(date(2017, 11, 9)));
        assert_eq!(read("11-9-2017"), Some((september, november)));
        assert_eq!(read("11/09/2017, a day"), Some((november, september)));
        assert_eq!(read("25-3-2012"), Some((Some(date(2012, 3, 25)), None)));
        assert_eq!(read("30/02/2012"), Some((None, None)));
        for text in
            ["", "1-2", "1-2-3", "1-2/2012", "1-2-20121", "123-2-2012", "1.2.2012", "-1-1-2012"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
