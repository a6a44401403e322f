//! One format of dates.

use std::borrow::Cow;
use std::ops::Range;

use jiff::civil::{Date, Time, Weekday};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::Offset;

use super::clock::{self, Clock};
use super::numeric::NumericFormat;
use super::written::{Day, MonthDay, WrittenDate};

/// The maximum length of a text that a format can write, in bytes.
const MAX_LEN: usize = 1000;
/// The directive of a day with its ordinal suffix, such as `1st`. `strftime` does not have it: there, it
/// is the directive `%-d`, followed by the text `th`.
const ORDINAL: &str = "%-dth";
/// The length of an ordinal suffix.
const SUFFIX: usize = 2;

/// A format in the notation of `strftime`. In addition, `%-dth` stands for the day with its English
/// ordinal suffix: `1st`, `2nd`, `3rd`, `4th`.
///
/// A format writes a day with or without its year. It can also contain a time of day and a time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    /// The format without its ordinal suffix, as jiff reads it.
    plain: String,
    /// If the format has an ordinal suffix: the parts before and after the day.
    around_ordinal: Option<(String, String)>,
    /// The same format, if it consists of numbers only.
    numeric: Option<NumericFormat>,
    /// A date in this format.
    sample: String,
    /// The beginning that all dates in this format have in common.
    start: Start,
    /// The maximum length of a date in this format, in bytes.
    longest: usize,
    has_year: bool,
    has_clock: bool,
    has_short_month: bool,
}

/// The kind of the first character of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// A digit.
    Digit,
    /// The beginning of the name of a month or a weekday.
    Name,
    /// Any other character, or not always the same kind.
    Other,
}

/// What a format reads at the beginning of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) day: Day,
    /// The length of the text that was read, in bytes.
    pub(super) len: usize,
    /// Whether the text is written exactly as the format writes it. If not, the ordinal suffix differs.
    pub(super) is_exact: bool,
    /// The time and the zone in the text. Midnight in UTC if the format has none.
    pub(super) clock: Clock,
}

impl Start {
    /// Returns the kind of the beginning of a text.
    pub(super) fn of(text: &str) -> Self {
        const NAMES: [&str; 19] = [
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
            "mon", "tue", "wed", "thu", "fri", "sat", "sun",
        ];
        let is_name = |start: &str| NAMES.iter().any(|name| start.eq_ignore_ascii_case(name));
        match text.bytes().next() {
            Some(b'0'..=b'9') => Self::Digit,
            _ if text.get(..3).is_some_and(is_name) => Self::Name,
            _ => Self::Other,
        }
    }
}

impl Format {
    /// A date that the two numbers and the name of its month and its weekday tell apart.
    const SAMPLE: Date = Date::constant(2012, 3, 25);

    /// Parses a format. Returns `None` if the format does not write at least the month and the day, if it
    /// cannot read what it writes, or if its dates can be longer than 1,000 bytes.
    #[must_use]
    pub fn new(written: &str) -> Option<Self> {
        let mut format = Self {
            plain: written.to_owned(),
            around_ordinal: None,
            numeric: NumericFormat::parse(written),
            sample: String::new(),
            start: Start::Other,
            longest: 0,
            has_year: true,
            has_clock: false,
            has_short_month: written.contains("%b"),
        };
        if let Some(at) = find_ordinal(written) {
            let (before, after) = (&written[..at], &written[at + ORDINAL.len()..]);
            if find_ordinal(after).is_some() {
                return None;
            }
            format.plain = format!("{before}%-d{after}");
            format.around_ordinal = Some((before.to_owned(), after.to_owned()));
        }
        format.sample = format.write(Self::SAMPLE, &Clock::MIDNIGHT)?;
        format.measure()?;
        let (sample, _) = format.plain_text(&format.sample);
        let (tm, _) = BrokenDownTime::parse_prefix(&format.plain, &*sample).ok()?;
        format.has_year = tm.to_date().is_ok();
        let day = match MonthDay::new(Self::SAMPLE.month(), Self::SAMPLE.day())? {
            _ if format.has_year => Day::Date(Self::SAMPLE),
            day => Day::MonthDay(day),
        };
        let reading = format.read(&format.sample)?;
        (reading.is_exact && reading.day == day && reading.len == format.sample.len())
            .then_some(format)
    }

    /// Finds out how long dates in this format can be, how they begin, and whether they contain a time.
    fn measure(&mut self) -> Option<()> {
        let late = Clock {
            time: Time::constant(22, 58, 59, 123_456_789),
            offset: Offset::from_seconds(-(11 * 3600 + 58 * 60 + 59)).ok(),
            zone: None,
            end: None,
        };
        self.has_clock = self.write(Self::SAMPLE, &late)? != self.sample;
        self.start = Start::of(&self.sample);
        // Wednesday is the weekday with the longest name, and days from 20 on have two digits.
        for month in 1..=12 {
            let days = (20..=26).filter_map(|day| Date::new(2021, month, day).ok());
            let longest = days.filter(|day| day.weekday() == Weekday::Wednesday);
            for day in longest.chain(Date::new(2021, month, 1)) {
                let text = self.write(day, &late)?;
                self.longest = self.longest.max(text.len());
                if Start::of(&text) != self.start {
                    self.start = Start::Other;
                }
            }
        }
        if self.has_clock {
            // The name of a time zone can be longer than its offset.
            self.longest += clock::MAX_LEN;
        }
        (self.longest <= MAX_LEN).then_some(())
    }

    /// Returns whether the format writes the year.
    pub(super) fn has_year(&self) -> bool {
        self.has_year
    }

    /// Returns whether the format writes a time of day or a time zone.
    pub(super) fn has_clock(&self) -> bool {
        self.has_clock
    }

    /// Returns the maximum length of a date in this format, in bytes.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Returns a date in this format.
    pub(super) fn sample(&self) -> &str {
        &self.sample
    }

    /// Returns whether a text can be a date in this format, judging by its beginning.
    pub(super) fn may_read(&self, start: Start) -> bool {
        self.start == Start::Other || self.start == start
    }

    /// Returns the date in a text that is exactly in this format. A time and a zone can follow the date.
    /// Returns `None` for any other text, and for a format without a year.
    #[must_use]
    pub fn date_in(&self, text: &str) -> Option<Date> {
        let is_short = text.len() <= self.longest + clock::MAX_LEN;
        let reading = self.read(text).filter(|reading| is_short && reading.is_exact)?;
        let rest = &text[reading.len..];
        let Day::Date(date) = reading.day else { return None };
        (rest.is_empty() || clock::is_clock(rest)).then_some(date)
    }

    /// Returns the date that a text is, exactly in this format, with or without a year.
    #[must_use]
    pub fn written(&self, text: &str) -> Option<WrittenDate> {
        let reading = self.read(text).filter(|reading| reading.is_exact)?;
        (reading.len == text.len()).then(|| WrittenDate::valid(reading.day))
    }

    /// Reads a date at the beginning of a text. It must be written exactly as the format writes it, except
    /// that its ordinal suffix can be wrong or missing. Parsing alone would be lenient about padding and
    /// case.
    pub(super) fn read(&self, text: &str) -> Option<Reading> {
        let window = &text[..text.floor_char_boundary(self.longest + SUFFIX + 1)];
        let sept = if self.has_short_month { sept(window) } else { None };
        let Some(end) = sept else { return self.read_plain(text) };
        let shorter = [&window[..end - 1], window.get(end..)?].concat();
        let reading = self.read_plain(&shorter)?;
        // The text that was read has no `t` in this place.
        let extra = usize::from(reading.len >= end - 1);
        Some(Reading { len: reading.len + extra, ..reading })
    }

    /// Reads a date whose month is not `Sept`.
    fn read_plain(&self, text: &str) -> Option<Reading> {
        let Some((date, len)) = self.numeric.as_ref().and_then(|numeric| numeric.read(text)) else {
            return self.read_parsed(text);
        };
        let clock = Clock::at(Time::midnight());
        Some(Reading { day: Day::Date(date), len, is_exact: true, clock })
    }

    /// Reads a date with the general parser.
    fn read_parsed(&self, text: &str) -> Option<Reading> {
        // The window also has room for a suffix where the format has none.
        let window = &text[..text.floor_char_boundary(self.longest + SUFFIX)];
        let (plain, suffix) = self.plain_text(window);
        let (tm, _) = BrokenDownTime::parse_prefix(&self.plain, &*plain).ok()?;
        let clock = Clock {
            time: tm.to_time().ok()?,
            offset: tm.offset(),
            zone: tm.iana_time_zone().map(str::to_owned),
            end: None,
        };
        let (day, tm) = if self.has_year {
            let date = tm.to_date().ok()?;
            (Day::Date(date), broken_down(date, &clock))
        } else {
            // The weekday in the text belongs to a year that is not known.
            (Day::MonthDay(MonthDay::new(tm.month()?, tm.day()?)?), tm)
        };
        let written = tm.to_string(&self.plain).ok()?;
        let len = written.len();
        let own = plain.get(..len).filter(|own| own.eq_ignore_ascii_case(&written))?;
        let is_same_case = own == written;
        let Some((before, _)) = &self.around_ordinal else {
            return Some(Reading { day, len, is_exact: is_same_case, clock });
        };
        let Some(suffix) = suffix.filter(|suffix| suffix.start <= len) else {
            return Some(Reading { day, len, is_exact: false, clock });
        };
        let number = tm.day()?;
        let place = tm.to_string(before).ok()?.len() + number.to_string().len();
        let is_exact = is_same_case && &text[suffix.clone()] == ordinal_suffix(number);
        (suffix.start == place).then_some(Reading { day, len: len + SUFFIX, is_exact, clock })
    }

    /// Reads a date at the beginning of a text whose padding and case may differ from the format. Returns
    /// `None` if the format has no year.
    pub(super) fn read_leniently(&self, text: &str) -> Option<Date> {
        let window = &text[..text.floor_char_boundary(self.longest)];
        let (tm, _) = BrokenDownTime::parse_prefix(&self.plain, window).ok()?;
        tm.to_date().ok()
    }

    /// Removes the first ordinal suffix from a text, if the format has one. Returns where it was.
    fn plain_text<'a>(&self, text: &'a str) -> (Cow<'a, str>, Option<Range<usize>>) {
        match self.around_ordinal.as_ref().and_then(|_| find_suffix(text)) {
            None => (Cow::Borrowed(text), None),
            Some(suffix) => {
                let plain = [&text[..suffix.start], &text[suffix.end..]].concat();
                (Cow::Owned(plain), Some(suffix))
            }
        }
    }

    /// Writes a date, or returns `None` if the format needs a zone and the clock has none.
    pub(super) fn write(&self, date: Date, clock: &Clock) -> Option<String> {
        let tm = broken_down(date, clock);
        let Some((before, after)) = &self.around_ordinal else {
            return tm.to_string(&self.plain).ok();
        };
        let (before, after) = (tm.to_string(before).ok()?, tm.to_string(after).ok()?);
        Some(format!("{before}{}{}{after}", date.day(), ordinal_suffix(date.day())))
    }
}

fn broken_down(date: Date, clock: &Clock) -> BrokenDownTime {
    let mut tm = BrokenDownTime::from(date.to_datetime(clock.time));
    tm.set_offset(clock.offset);
    tm.set_iana_time_zone(clock.zone.clone());
    tm
}

/// Returns the end of `Sept` in a text. This is as usual as `Sep`, but `strftime` does not have it.
fn sept(text: &str) -> Option<usize> {
    let end = text.find("Sept")? + "Sept".len();
    (!text[end..].starts_with(char::is_alphabetic)).then_some(end)
}

/// Returns where a format contains [`ORDINAL`].
fn find_ordinal(format: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = format[from..].find('%').map(|at| from + at) {
        if format[at..].starts_with(ORDINAL) {
            return Some(at);
        }
        // `%%` stands for a percent sign.
        from = at + if format[at..].starts_with("%%") { 2 } else { 1 };
    }
    None
}

/// Returns the place of the first suffix of an ordinal number in a text: two letters behind one or two
/// digits. The number can be wrong for its suffix.
fn find_suffix(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let is_suffix = |at: &usize| {
        let digits =
            bytes[..*at].iter().rev().take_while(|byte| byte.is_ascii_digit()).take(3).count();
        let ends = !text[at + SUFFIX..].starts_with(char::is_alphanumeric);
        (1..=2).contains(&digits) && ends
    };
    let pairs = bytes.windows(SUFFIX).zip(0..);
    let suffixes = pairs.filter(|(pair, _)| matches!(*pair, b"st" | b"nd" | b"rd" | b"th"));
    let start = suffixes.map(|(_, at)| at).find(is_suffix)?;
    Some(start..start + SUFFIX)
}

/// Returns the English suffix of an ordinal number from 1 to 31.
fn ordinal_suffix(number: i8) -> &'static str {
    match number {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn read(format: &str, text: &str) -> Option<(usize, bool)> {
        let reading = Format::new(format).expect(format).read(text)?;
        Some((reading.len, reading.is_exact))
    }

    #[test]
    fn the_ordinal_suffix_of_a_day_is_written_in_english() {
        let format = Format::new("%B %-dth, %Y").expect("a format");
        for (day, text) in [
            (1, "1st"),
            (2, "2nd"),
            (3, "3rd"),
            (4, "4th"),
            (11, "11th"),
            (12, "12th"),
            (13, "13th"),
            (21, "21st"),
            (22, "22nd"),
            (23, "23rd"),
            (30, "30th"),
            (31, "31st"),
        ] {
            let text = format!("March {text}, 2012");
            let day = date(2012, 3, day);
            assert_eq!(format.write(day, &Clock::MIDNIGHT).as_ref(), Some(&text));
            assert_eq!(format.date_in(&text), Some(day), "{text}");
        }
        assert_eq!(format.date_in("March 16st, 2012"), None);
    }

    #[test]
    fn september_has_two_abbreviations() {
        let texts = [
            ("%b %-d", "Sept 7"),
            ("%-d %b %Y", "7 Sept 2012"),
            ("%b. %-dth", "Sept. 7th"),
            ("%-d %b", "7 Sept"),
        ];
        for (format, text) in texts {
            assert_eq!(read(format, text), Some((text.len(), true)), "{text}");
            let more = format!("{text}, 16:00");
            assert_eq!(read(format, &more), Some((text.len(), true)), "{more}");
        }
        assert_eq!(read("%b %-d", "Septem 7"), None);
        assert_eq!(read("%B %-d", "Sept 7"), None);
    }

    #[test]
    fn a_wrong_or_missing_ordinal_suffix_is_not_exact() {
        for text in ["March 16st", "March 16", "March 16 and the 3rd day"] {
            assert_eq!(read("%B %-dth", text).map(|(_, exact)| exact), Some(false), "{text}");
        }
        assert_eq!(read("%B %-dth", "March 16th video"), Some((10, true)));
        assert_eq!(read("%-m %-dth", "3rd 25"), None);
    }

    #[test]
    fn formats_that_cannot_be_read_back_are_refused() {
        for format in
            ["", "%Y-%m", "%-d", "%B", "%Q", "%Y-%m-%d %Z", "%-dth %-dth %B", "%", "%c", "a"]
        {
            assert_eq!(Format::new(format), None, "{format}");
        }
        assert_eq!(Format::new(&format!("%Y-%m-%d{}", "-".repeat(1000))), None);
    }

    #[test]
    fn a_format_can_contain_a_time_and_a_zone() {
        for (format, text) in [
            ("%Y-%m-%d %H:%M:%S %z", "2012-03-25 10:00:00 +0200"),
            ("%Y-%m-%dT%H:%M:%S%.f%:z", "2012-03-25T10:00:00.5+02:00"),
            ("%I:%M %p, %B %-dth, %Y", "04:30 PM, March 1st, 2012"),
            ("%Y-%m-%d %H:%M %Q", "2012-03-25 10:00 Europe/Berlin"),
        ] {
            assert_eq!(read(format, text), Some((text.len(), true)), "{text}");
        }
        assert_eq!(read("%Y-%m-%d %H:%M", "2012-03-25 9:00"), None);
    }

    proptest! {
        #[test]
        fn numbers_are_read_as_by_the_general_parser(
            year in 1000..=9999_i16,
            text in "[-/.]([0-9]|0[0-9]|1[0-2])[-/.]([0-9]|[0-3][0-9]|[0-9]{3})[ :]?",
            format in prop::sample::select(&["%Y-%m-%d", "%Y-%m-%-d", "%Y/%-m/%-d", "%Y.%-m.%d"][..]),
        ) {
            let (format, text) = (Format::new(format).expect("a format"), format!("{year}{text}"));
            prop_assert_eq!(format.read_plain(&text), format.read_parsed(&text), "{}", text);
        }
    }
}
