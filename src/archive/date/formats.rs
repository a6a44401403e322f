//! The formats in which an archive writes its dates.

use jiff::civil::Date;
use jiff::fmt::strtime::BrokenDownTime;

use super::clock::{self, Clock};
use super::format::{Format, Reading, Start};
use super::found::FoundDate;
use super::known::{KNOWN, KNOWN_MONTH_DAYS, LONGEST_KNOWN, YearLast};
use super::shape;
use super::written::WrittenDate;
use crate::document::inline_words;

/// The archive's date formats, in the notation of [`Format`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateFormats {
    written: Vec<String>,
    formats: Vec<Format>,
}

/// A format that cannot be used for dates in headings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this format cannot write a date with its month and day: {0:?}")]
pub struct RefusedFormat(pub String);

impl DateFormats {
    /// Checks and stores the archive's formats.
    ///
    /// # Errors
    /// Returns the first format that cannot be used: one that does not write at least the month and the
    /// day, that cannot read what it writes, or whose text a heading does not display as written.
    pub fn new(written: Vec<String>) -> Result<Self, RefusedFormat> {
        let parse = |text: &String| {
            let is_displayed =
                |format: &Format| inline_words(format.sample()).as_deref() == Some(format.sample());
            Format::new(text).filter(is_displayed).ok_or_else(|| RefusedFormat(text.clone()))
        };
        let formats = written.iter().map(parse).collect::<Result<_, _>>()?;
        Ok(Self { written, formats })
    }

    /// Returns the formats, starting with the preferred one.
    #[must_use]
    pub fn formats(&self) -> &[String] {
        &self.written
    }

    /// Reads a text as a date. A time of day and a zone can follow the date: they do not change the day.
    #[must_use]
    pub fn read(&self, text: &str) -> WrittenDate {
        self.locate(text).map_or(WrittenDate::None, |found| found.written)
    }

    /// Returns the part of a text that is the date, without the time of day and the zone. Returns `None` if
    /// the text does not look like a date.
    #[must_use]
    pub fn date_part<'a>(&self, text: &'a str) -> Option<&'a str> {
        let part = &text[..self.locate(text)?.len];
        Some(&part[..clock::start(part).unwrap_or(part.len())])
    }

    /// Writes a date in the archive's first format, or as `YYYY-MM-DD` if there is none. If the format has
    /// a time of day, writes midnight in UTC.
    #[must_use]
    pub fn write(&self, date: Date) -> String {
        let written = self.formats.first().and_then(|first| first.write(date, &Clock::MIDNIGHT));
        written.unwrap_or_else(|| date.to_string())
    }

    /// Writes another date into a text, and keeps the text's time of day and its zone. Also keeps the
    /// format, if it is one of the archive's. Otherwise, writes the date in the archive's first format.
    #[must_use]
    pub fn rewrite(&self, text: &str, date: Date) -> String {
        let Some(found) = self.locate(text) else { return self.write(date) };
        let rest = &text[found.len..];
        // The year in the text must not be lost.
        let with_year = found.written.day().is_some();
        if let Some((format, clock)) = found.format
            && let Some(written) = format.write(date, &clock)
        {
            return written + rest;
        }
        self.write_before(rest, date, with_year).unwrap_or_else(|| format!("{date}{rest}"))
    }

    /// Writes a date before a time and a zone in the archive's first format, or in its first format with
    /// the year. Returns `None` if the format cannot express them.
    fn write_before(&self, rest: &str, date: Date, with_year: bool) -> Option<String> {
        let mut formats = self.formats.iter();
        let first = formats.find(|format| !with_year || format.has_year())?;
        if rest.is_empty() || !first.has_clock() {
            return Some(first.write(date, &Clock::MIDNIGHT)? + rest);
        }
        let (_, clock) = clock::prefix(rest)?;
        let written = first.write(date, &clock)?;
        (first.read(&written)?.clock == clock).then_some(written)
    }

    /// Finds the date in a text that contains nothing else, except for a time and a zone after the date.
    fn locate(&self, text: &str) -> Option<FoundDate<'_>> {
        let longest = self.longest();
        if text.len() > longest + clock::MAX_LEN {
            return None;
        }
        let found = self.find(text, &|len| len == text.len() || clock::is_clock(&text[len..]));
        found.or_else(|| {
            let part = &text[..clock::start(text).unwrap_or(text.len())];
            let is_sentence = part.strip_suffix('.').is_some_and(|date| self.is_date(date));
            let is_impossible = !is_sentence && shape::has_three_parts(part);
            is_impossible.then_some(FoundDate::impossible(part.len()))
        })
    }

    /// Returns whether a text is a date that exists.
    fn is_date(&self, text: &str) -> bool {
        let found = self.find(text, &|len| len == text.len());
        found.is_some_and(|found| found.written != WrittenDate::Impossible)
    }

    /// Finds a date at the beginning of a text. The length of the date must satisfy `fits`. Prefers the
    /// archive's formats to others, and the longest date.
    pub(super) fn find(&self, text: &str, fits: &dyn Fn(usize) -> bool) -> Option<FoundDate<'_>> {
        let found = self.find_as_written(text, fits);
        match &found {
            Some(FoundDate { written, len, .. }) => match written {
                WrittenDate::MonthDay(day) | WrittenDate::OtherMonthDay(day) => {
                    let year = FoundDate::with_year(*day, *len, text);
                    year.filter(|dated| fits(dated.len)).or(found)
                }
                WrittenDate::Impossible => self.without_weekday(text, fits).or(found),
                _ => found,
            },
            None => self.without_weekday(text, fits),
        }
    }

    /// Finds a date after the name of a weekday, which may be wrong.
    fn without_weekday(&self, text: &str, fits: &dyn Fn(usize) -> bool) -> Option<FoundDate<'_>> {
        // Most texts are titles.
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let word = text.find(|char: char| !char.is_ascii_alphabetic())?;
        let (_, len) = BrokenDownTime::parse_prefix("%A", &text[..word])
            .or_else(|_| BrokenDownTime::parse_prefix("%a", &text[..word]))
            .ok()?;
        let rest = &text[word..];
        let start = word + rest.len() - rest.trim_start_matches([',', '.', ' ']).len();
        if len != word || start == word {
            return None;
        }
        let found = self.find_as_written(&text[start..], &|len| fits(start + len))?;
        let written = match found.written {
            WrittenDate::Valid(date) => WrittenDate::OtherFormat(date),
            WrittenDate::MonthDay(day) => WrittenDate::OtherMonthDay(day),
            written => written,
        };
        Some(FoundDate { written, len: start + found.len, format: None })
    }

    fn find_as_written(&self, text: &str, fits: &dyn Fn(usize) -> bool) -> Option<FoundDate<'_>> {
        let longest = self.longest();
        if !text.bytes().take(longest).any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let start = Start::of(text);
        let own = read(&self.formats, text, start, fits);
        let known = || read(&KNOWN, text, start, fits);
        // A format without the year must not hide the year.
        let without_year = own.as_ref().filter(|(_, reading)| !reading.day.has_year());
        let is_longer = |len: usize| known().is_some_and(|(_, known)| known.len > len);
        let hides_year = without_year.is_some_and(|(_, reading)| is_longer(reading.len));
        if let Some((format, reading)) = own.filter(|_| !hides_year) {
            let written = if reading.is_exact { WrittenDate::valid } else { WrittenDate::other };
            let (written, len) = (written(reading.day), reading.len);
            return Some(FoundDate { written, len, format: Some((format, reading.clock)) });
        }
        let month_days = || {
            let has_month_days = !self.formats.iter().all(Format::has_year);
            has_month_days.then(|| read(&KNOWN_MONTH_DAYS, text, start, fits)).flatten()
        };
        if let Some((_, reading)) = known().or_else(month_days) {
            let (written, len) = (WrittenDate::other(reading.day), reading.len);
            return Some(FoundDate { written, len, format: None });
        }
        self.year_last(text, start).filter(|found| fits(found.len)).or_else(|| {
            let shapes = self.all().filter(|format| format.may_read(start));
            let lens = shapes.filter_map(|format| shape::prefix(format.sample(), text));
            let len = lens.filter(|len| fits(*len)).max()?;
            // The time in a format of the archive is not part of the date that is wrong.
            Some(FoundDate::impossible(clock::start(&text[..len]).unwrap_or(len)))
        })
    }

    /// Reads a date of three numbers whose year comes last. If both orders of month and day are possible,
    /// the archive's formats decide.
    fn year_last(&self, text: &str, start: Start) -> Option<FoundDate<'_>> {
        let read = YearLast::read(text).filter(|_| start == Start::Digit)?;
        let written = match (read.first, read.second) {
            (Some(one), Some(other)) if one != other => {
                let orders = self.formats.iter().filter_map(|format| format.read_leniently(text));
                let decided = { orders }.find(|date| [one, other].contains(date));
                decided.map_or(WrittenDate::Ambiguous(one, other), WrittenDate::OtherFormat)
            }
            (Some(date), _) | (None, Some(date)) => WrittenDate::OtherFormat(date),
            (None, None) => WrittenDate::Impossible,
        };
        Some(FoundDate { written, len: read.len, format: None })
    }

    /// Returns the maximum length of a date in any format, in bytes.
    fn longest(&self) -> usize {
        let own = self.formats.iter().map(Format::longest).max();
        own.unwrap_or_default().max(*LONGEST_KNOWN)
    }

    /// Returns the archive's formats and the known ones.
    fn all(&self) -> impl Iterator<Item = &Format> {
        self.formats.iter().chain(KNOWN.iter())
    }
}

/// Reads the longest date at the beginning of a text whose length satisfies `fits`. Prefers exact dates.
fn read<'a>(
    formats: &'a [Format],
    text: &str,
    start: Start,
    fits: &dyn Fn(usize) -> bool,
) -> Option<(&'a Format, Reading)> {
    let formats = formats.iter().filter(|format| format.may_read(start));
    let readings = formats.filter_map(|format| Some((format, format.read(text)?)));
    let fitting = readings.filter(|(_, reading)| fits(reading.len));
    // Among equals, the first format wins.
    fitting.reduce(|best, next| {
        let rank = |reading: &Reading| (reading.is_exact, reading.len);
        if rank(&next.1) > rank(&best.1) { next } else { best }
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::archive::date::MonthDay;

    fn read(text: &str) -> WrittenDate {
        let formats = ["%Y-%m-%d", "%Y-%m-%-d"].map(str::to_owned).to_vec();
        DateFormats::new(formats).expect("formats").read(text)
    }

    #[test]
    fn the_archives_formats_are_exact() {
        assert_eq!(read("2012-03-05"), WrittenDate::Valid(date(2012, 3, 5)));
        assert_eq!(read("2012-03-5"), WrittenDate::Valid(date(2012, 3, 5)));
        assert_eq!(read("2012-3-05"), WrittenDate::OtherFormat(date(2012, 3, 5)));
        assert_eq!(read("2012-3-5"), WrittenDate::OtherFormat(date(2012, 3, 5)));
    }

    #[test]
    fn a_year_is_read_wherever_it_follows_the_day() {
        let formats = ["%B %-d", "%-d %B"].map(str::to_owned).to_vec();
        let formats = DateFormats::new(formats).expect("formats");
        let day = date(2020, 3, 16);
        for text in [
            "Tuesday, March 16, 2020",
            "Tuesday, 16 March 2020",
            "Tuesday March 16 2020",
            "16 March, 2020",
            "March 16,2020",
            "Monday, March 16, 2020",
        ] {
            assert_eq!(formats.read(text), WrittenDate::OtherFormat(day), "{text}");
        }
        let tuesday = WrittenDate::OtherMonthDay(MonthDay::new(3, 16).expect("a day"));
        assert_eq!(formats.read("Tuesday, March 16"), tuesday);
        assert_eq!(
            formats.read("March 16 16:00"),
            WrittenDate::MonthDay(MonthDay::new(3, 16).expect("a day"))
        );
    }

    #[test]
    fn a_wrong_weekday_does_not_hide_the_day() {
        assert_eq!(read("Tuesday, March 16, 2020"), WrittenDate::OtherFormat(date(2020, 3, 16)));
        assert_eq!(read("Tuesday, March 32, 2020"), WrittenDate::Impossible);
        assert_eq!(read("Tuesday"), WrittenDate::None);
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

    /// Reads a text in an archive with one format.
    fn read_as(format: &str, text: &str) -> WrittenDate {
        DateFormats::new(vec![format.to_owned()]).expect(format).read(text)
    }

    #[test]
    fn a_time_and_a_zone_do_not_change_the_day() {
        let day = date(2012, 3, 5);
        for clock in ["T00:00:00Z", " 12:00", " 12:00:00.123 +02:00", " 23:59 -1200", ", 4pm PT"] {
            assert_eq!(read(&format!("2012-03-05{clock}")), WrittenDate::Valid(day), "{clock}");
            let other = format!("March 5th, 2012{clock}");
            if !clock.starts_with('T') {
                assert_eq!(read(&other), WrittenDate::OtherFormat(day), "{clock}");
            }
            let wrong = format!("2012-02-30{clock}");
            assert_eq!(read(&wrong), WrittenDate::Impossible, "{clock}");
        }
        for text in ["2012-03-05 25:00", "2012-03-05T", "2012-03-05 at noon", "2012-03-05 CEST"] {
            assert_eq!(read(text), WrittenDate::None, "{text}");
        }
        let rfc2822 = WrittenDate::OtherFormat(date(2024, 7, 15));
        assert_eq!(read("Mon, 15 Jul 2024 16:24:59 -0400"), rfc2822);
    }

    #[test]
    fn a_date_without_a_year_is_read_only_if_the_archive_lists_its_format() {
        let day = WrittenDate::MonthDay(MonthDay::new(2, 29).expect("a day"));
        for (format, text, wrong) in [
            ("%B %-d", "February 29", "February 30"),
            ("%B %-dth", "February 29th", "February 30th"),
            ("%m-%d", "02-29", "13-01"),
        ] {
            assert_eq!(read_as(format, text), day, "{text}");
            assert_eq!(read(text), WrittenDate::None, "{text}");
            assert_eq!(read_as(format, wrong), WrittenDate::Impossible, "{wrong}");
            assert_eq!(read(wrong), WrittenDate::None, "{wrong}");
        }
        assert_eq!(read_as("%B %-dth", "March 16, 17"), WrittenDate::None);
        let full = WrittenDate::OtherFormat(date(2021, 3, 16));
        assert_eq!(read_as("%B %-d", "March 16 2021"), full);
    }

    #[test]
    fn a_wrong_ordinal_suffix_is_another_format() {
        let full = WrittenDate::OtherFormat(date(2012, 3, 16));
        assert_eq!(read_as("%B %-dth, %Y", "March 16st, 2012"), full);
        assert_eq!(read("March 16st, 2012"), full);
        let day = WrittenDate::OtherMonthDay(MonthDay::new(3, 16).expect("a day"));
        assert_eq!(read_as("%B %-dth", "March 16st"), day);
        assert_eq!(read("February 30th, 2012"), WrittenDate::Impossible);
    }

    #[test]
    fn the_archives_format_decides_on_the_order_of_day_and_month() {
        let (september, november) = (date(2017, 9, 11), date(2017, 11, 9));
        assert_eq!(read("11-9-2017"), WrittenDate::Ambiguous(september, november));
        assert_eq!(read("11/9/2017"), WrittenDate::Ambiguous(november, september));
        assert_eq!(read("9/9/2017"), WrittenDate::OtherFormat(date(2017, 9, 9)));
        assert_eq!(read("9/25/2017"), WrittenDate::OtherFormat(date(2017, 9, 25)));
        assert_eq!(read("30/02/2017"), WrittenDate::Impossible);
        assert_eq!(read_as("%d/%m/%Y", "11/09/2017"), WrittenDate::Valid(september));
        assert_eq!(read_as("%d/%m/%Y", "11/9/2017"), WrittenDate::OtherFormat(september));
    }

    #[test]
    fn dates_can_be_long() {
        let format = format!("{} %Y-%m-%d", "The minutes of the meeting of".repeat(30));
        let formats = DateFormats::new(vec![format]).expect("formats");
        let text = formats.write(date(2012, 3, 5));
        assert_eq!(formats.read(&text), WrittenDate::Valid(date(2012, 3, 5)));
        for text in ["1 ".repeat(1_000_000), "2012-03-05 ".repeat(100_000)] {
            assert_eq!(formats.read(&text), WrittenDate::None);
        }
    }

    #[test]
    fn rewriting_a_date_keeps_the_time_and_the_archives_format() {
        let formats = |formats: &[&str]| {
            let formats = formats.iter().map(|format| (*format).to_owned()).collect();
            DateFormats::new(formats).expect("formats")
        };
        let day = date(2021, 4, 2);
        for (archive, text, expected) in [
            (&["%Y-%m-%d", "%B %-dth, %Y"][..], "March 16th, 2021", "April 2nd, 2021"),
            (&["%Y-%m-%d", "%B %-dth"], "March 16st", "April 2nd"),
            (&["%Y-%m-%d"], "2021/03/16 10:00 CET", "2021-04-02 10:00 CET"),
            (&["%Y-%m-%d"], "2021-02-30T10:00:00Z", "2021-04-02T10:00:00Z"),
            (&["%Y-%m-%d"], "Tuesday", "2021-04-02"),
            (&["%Y-%m-%d %H:%M"], "2021-03-16 10:00", "2021-04-02 10:00"),
            (&["%Y-%m-%d %H:%M"], "16 March 2021, 10:00", "2021-04-02 10:00"),
            (&["%Y-%m-%d %H:%M"], "16 March 2021, 10:00 CET", "2021-04-02, 10:00 CET"),
            (&["%Y-%m-%d %H:%M"], "2021-02-30 10:00", "2021-04-02 10:00"),
            (&[], "16 March 2021", "2021-04-02"),
        ] {
            assert_eq!(formats(archive).rewrite(text, day), expected, "{text}");
        }
    }

    #[test]
    fn the_date_part_has_no_time() {
        let formats = DateFormats::new(vec!["%Y-%m-%d %H:%M".to_owned()]).expect("formats");
        for text in ["2012-03-05", "2012-03-05 10:00", "2012-03-05T10:00:00Z"] {
            assert_eq!(formats.date_part(text), Some("2012-03-05"), "{text}");
        }
        assert_eq!(formats.date_part("Sunday"), None);
    }

    #[test]
    fn formats_that_lose_the_day_are_refused() {
        assert_eq!(DateFormats::new(vec!["%Y-%m".into()]), Err(RefusedFormat("%Y-%m".into())));
        for format in ["%Q", "%Y-%m-%d\n\n# X", "%Y*%m*%d", "%Y %m %d #", " %Y-%m-%d"] {
            assert_eq!(DateFormats::new(vec![format.into()]), Err(RefusedFormat(format.into())));
        }
    }
}
