//! The time of day and the time zone behind a date, or a range of times.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// The maximum length of a time and a zone, in bytes.
pub(super) const MAX_LEN: usize = 100;

/// Abbreviations of time zones. Other capital letters are not read as a zone.
const ZONES: &[&str] = &[
    "ACDT", "ACST", "ADT", "AEDT", "AEST", "AKDT", "AKST", "AST", "AWST", "BRT", "BST", "CAT",
    "CDT", "CEST", "CET", "CST", "CT", "EAT", "EDT", "EEST", "EET", "EST", "ET", "GMT", "HKT",
    "HST", "IDT", "IST", "JST", "KST", "MDT", "MSK", "MST", "MT", "NDT", "NST", "NZDT", "NZST",
    "PDT", "PHT", "PKT", "PST", "PT", "SAST", "SGT", "UTC", "WAT", "WEST", "WET", "WIB",
];

/// The first parts of the names of time zones, such as `Europe/Berlin`.
const AREAS: &[&str] = &[
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Etc",
    "Europe",
    "Indian",
    "Pacific",
];

/// A time of day and a time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    /// The time of day.
    pub(super) time: Time,
    /// The offset from UTC.
    pub(super) offset: Option<Offset>,
    /// The name or the abbreviation of the time zone.
    pub(super) zone: Option<String>,
    /// The end of a range of times, which no format writes.
    pub(super) end: Option<Time>,
}

impl Clock {
    /// Midnight in UTC, which is written if no time is known.
    pub(super) const MIDNIGHT: Self =
        Self { time: Time::midnight(), offset: Some(Offset::UTC), zone: None, end: None };

    /// Returns this time of day in an unknown zone.
    pub(super) fn at(time: Time) -> Self {
        Self { time, offset: None, zone: None, end: None }
    }
}

/// Returns the byte offset at which the time of day begins, if `text` ends with one. A zone can follow
/// the time. The separator before the time is part of it.
pub(super) fn start(text: &str) -> Option<usize> {
    let from = text.len().saturating_sub(MAX_LEN);
    // A later colon may belong to the seconds or to the zone.
    let colon = from + text.as_bytes()[from..].iter().position(|byte| *byte == b':')?;
    let before = text[..colon].trim_end_matches(|char: char| char.is_ascii_digit());
    let before = before.strip_suffix(['T', 't']).unwrap_or_else(|| {
        let before = before.trim_end_matches(' ');
        let word = [" at", " from"].iter().find_map(|word| before.strip_suffix(word));
        let before = word.unwrap_or(before).trim_end_matches(' ');
        before.strip_suffix(',').unwrap_or(before)
    });
    is_clock(&text[before.len()..]).then_some(before.len())
}

/// Returns whether `text` is a time of day or a range of times, with the separator before it, and perhaps a
/// zone.
pub(super) fn is_clock(text: &str) -> bool {
    text.len() <= MAX_LEN && prefix(text).is_some_and(|(len, _)| len == text.len())
}

/// Reads a time of day or a range of times, with the separator before it, and perhaps a zone at the beginning
/// of `text`. Returns the length of the text that was read, in bytes.
pub(super) fn prefix<'a>(text: &'a str) -> Option<(usize, Clock)> {
    let mut scan = Scan { rest: text };
    scan.separator()?;
    let read = |read: fn(&mut Scan<'a>) -> Option<Clock>| {
        let mut ahead = Scan { rest: scan.rest };
        let clock = read(&mut ahead)?;
        let is_over = !ahead.rest.starts_with(|char: char| char.is_alphanumeric() || char == ':');
        is_over.then_some((text.len() - ahead.rest.len(), clock))
    };
    // In `10:00-05:00`, the second part is the zone. In `10:00-12:00 UTC`, it is not.
    let (time, range) = (read(Scan::zoned_time), read(Scan::range));
    let len = |found: &Option<(usize, Clock)>| found.as_ref().map(|(len, _)| *len);
    if len(&range) > len(&time) { range } else { time }
}

/// Returns the days, other than `date`, that the moment of a date and the time after it has in any time zone.
/// `after` is the text after the date. A time without an offset is in UTC.
pub(super) fn days_elsewhere(date: Date, after: &str) -> Vec<Date> {
    let Some((_, clock)) = prefix(after) else { return Vec::new() };
    let offset = clock.offset.unwrap_or(Offset::UTC);
    let Ok(moment) = offset.to_timestamp(date.to_datetime(clock.time)) else { return Vec::new() };
    let days = EDGES.map(|offset| offset.to_datetime(moment).date());
    days.into_iter().filter(|day| *day != date).collect()
}

/// The smallest and the largest offset from UTC of a time zone.
const EDGES: [Offset; 2] = [Offset::constant(-12), Offset::constant(14)];

/// A text of which the beginning has been read.
struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    /// Reads what stands between a date and a time.
    fn separator(&mut self) -> Option<()> {
        if let Some(rest) = self.rest.strip_prefix(['T', 't']) {
            self.rest = rest;
            return Some(());
        }
        self.eat(",");
        let rest = self.rest.trim_start_matches(' ');
        if rest.len() == self.rest.len() {
            return None;
        }
        self.rest = rest;
        if self.eat("at ") || self.eat("from ") {
            self.spaces();
        }
        Some(())
    }

    /// Reads a time of day, and perhaps a zone.
    fn zoned_time(&mut self) -> Option<Clock> {
        let mut clock = Clock::at(self.time()?);
        let mut ahead = Scan { rest: self.rest };
        if ahead.zone(&mut clock).is_some() {
            self.rest = ahead.rest;
        }
        Some(clock)
    }

    /// Reads two times of day, and perhaps a zone after each of them. The first time can lack what follows the
    /// second one, as in `4-5 pm`.
    fn range(&mut self) -> Option<Clock> {
        let first = self.rest;
        let Some(time) = self.time() else {
            self.rest = first;
            self.number(1, 2)?;
            self.dash()?;
            let end = self.zoned_time()?;
            return Some(Clock { end: Some(end.time), ..end });
        };
        let mut ahead = Scan { rest: self.rest };
        if ahead.named_zone(&mut Clock::at(time)).is_some() {
            self.rest = ahead.rest;
        }
        self.dash()?;
        let end = self.zoned_time()?;
        Some(Clock { time, end: Some(end.time), ..end })
    }

    /// Reads what stands between two times.
    fn dash(&mut self) -> Option<()> {
        self.spaces();
        let is_dash =
            ["-", "\u{2013}", "\u{2014}", "to ", "until "].iter().any(|dash| self.eat(dash));
        self.spaces();
        is_dash.then_some(())
    }

    fn time(&mut self) -> Option<Time> {
        let hour = self.number(1, 2)?;
        let (mut minute, mut second, mut nanosecond) = (None, 0, 0);
        if self.eat(":") {
            minute = Some(self.number(2, 2)?);
            if self.eat(":") {
                // A leap second counts as the last second of its minute, as jiff reads it.
                second = self.number(2, 2).filter(|second| *second <= 60)?.min(59);
                let mut ahead = Scan { rest: self.rest };
                if (ahead.eat(".") || ahead.eat(",")) && ahead.digits() > 0 {
                    let fraction = &self.rest[1..self.rest.len() - ahead.rest.len()];
                    nanosecond = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
                    self.rest = ahead.rest;
                }
            }
        }
        if self.rest.starts_with(|char: char| char.is_ascii_digit()) {
            return None;
        }
        let hour = match (self.afternoon(), minute) {
            (Some(is_pm), _) => {
                let hour = hour.checked_rem(12).filter(|_| (1..=12).contains(&hour))?;
                hour + if is_pm { 12 } else { 0 }
            }
            (None, Some(_)) => hour,
            (None, None) => return None,
        };
        Time::new(hour, minute.unwrap_or_default(), second, nanosecond).ok()
    }

    /// Reads `am` or `pm`, and returns whether it is `pm`.
    fn afternoon(&mut self) -> Option<bool> {
        let rest = self.rest.trim_start_matches(' ');
        let mark = rest.get(..2)?;
        let is_pm = mark.eq_ignore_ascii_case("pm");
        let is_mark = is_pm || mark.eq_ignore_ascii_case("am");
        let is_word = is_mark && !rest[2..].starts_with(char::is_alphanumeric);
        is_word.then(|| {
            self.rest = &rest[2..];
            is_pm
        })
    }

    /// Reads a time zone.
    fn zone(&mut self, clock: &mut Clock) -> Option<()> {
        self.spaces();
        let mut ahead = Scan { rest: self.rest };
        if ahead.named_zone(clock).is_some() {
            self.rest = ahead.rest;
        } else {
            clock.offset = Some(self.offset()?);
        }
        self.bracketed_zone(clock);
        Some(())
    }

    /// Reads the name or the abbreviation of a time zone, and perhaps the offset after it.
    fn named_zone(&mut self, clock: &mut Clock) -> Option<()> {
        self.spaces();
        let end = self.rest.find(|char: char| !is_of_name(char)).unwrap_or(self.rest.len());
        let name = &self.rest[..end];
        let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
        if matches!(name, "Z" | "z") {
            clock.offset = Some(Offset::UTC);
            self.rest = &self.rest[end..];
        } else if is_zone_name(name) {
            clock.zone = Some(name.to_owned());
            self.rest = &self.rest[end..];
        } else if ZONES.contains(&&name[..letters]) {
            clock.zone = Some(name[..letters].to_owned());
            self.rest = &self.rest[letters..];
            let mut ahead = Scan { rest: self.rest };
            if ahead.offset().is_some() {
                self.rest = ahead.rest;
            } else if matches!(&name[..letters], "UTC" | "GMT") {
                (clock.offset, clock.zone) = (Some(Offset::UTC), None);
            }
        } else {
            return None;
        }
        Some(())
    }

    /// Reads an offset from UTC, such as `+02:00`, `+0200` or `+2`.
    fn offset(&mut self) -> Option<Offset> {
        let mut ahead = Scan { rest: self.rest };
        let sign = if ahead.eat("-") { -1 } else { i32::from(ahead.eat("+")) };
        let digits = ahead.rest.bytes().take_while(u8::is_ascii_digit).count();
        let hours = ahead.number(1, 2).filter(|_| sign != 0 && digits != 3)?;
        let minutes = if digits == 4 || ahead.eat(":") { ahead.number(2, 2)? } else { 0 };
        if minutes > 59 || hours > 24 {
            return None;
        }
        self.rest = ahead.rest;
        Offset::from_seconds(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60)).ok()
    }

    /// Reads the name of a time zone in brackets, if there is one.
    fn bracketed_zone(&mut self, clock: &mut Clock) {
        let name = self.rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        if let Some((name, rest)) = name.filter(|(name, _)| is_zone_name(name)) {
            clock.zone = Some(name.to_owned());
            self.rest = rest;
        }
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Reads as many digits as there are, and returns their number.
    fn digits(&mut self) -> usize {
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        self.rest = &self.rest[count..];
        count
    }

    /// Reads a number of `least` to `most` digits.
    fn number(&mut self, least: usize, most: usize) -> Option<i8> {
        let count = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (number, rest): (&'a str, &'a str) = self.rest.split_at(count);
        self.rest = rest;
        if count < least { None } else { number.parse().ok() }
    }
}

fn is_of_name(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '/' | '_' | '-' | '+')
}

fn is_zone_name(name: &str) -> bool {
    name.split_once('/').is_some_and(|(area, place)| {
        AREAS.contains(&area)
            && place.starts_with(|char: char| char.is_ascii_alphabetic())
            && place.chars().all(is_of_name)
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;
    use jiff::tz::offset;

    use super::*;

    #[test]
    fn times_and_zones_are_told_from_other_texts() {
        for text in [
            "T00:00:00Z",
            " 12:00",
            " 12:00:00.123 +02:00",
            " 12:00 CEST",
            ", 16:00 UTC",
            " 4pm",
            " at 4:30",
            "T10:00:00+0200",
            " 21:59:43.10 -5",
            " 10:00 UTC+2",
            " 08:00:00 PM",
            "T10:00+01:00[Europe/Berlin]",
            " 10:00 America/New_York",
            " 9:05 am PT",
            ", 16:00-18:00 UTC",
            " 16:00\u{2013}18:00",
            " 16:00 \u{2013} 18:00 CEST",
            " 16:00 UTC to 18:00 UTC",
            " from 16:00 until 18:00",
            " 4-5pm",
            " 4:30 - 5 pm ET",
            " 9am-12:30pm",
        ] {
            assert!(is_clock(text), "{text}");
        }
        for text in [
            "",
            "Z",
            " CEST",
            "12:00",
            " 12",
            " 25:00",
            " 12:60",
            " 12:000",
            " 12:00 NATO",
            " 13pm",
            " 12:00 o'clock",
            "T",
            " at noon",
            " 10:00:",
            " 10:00+",
            " 10:00 Europe",
            " 1:2",
            "T4",
            " 16-18",
            " 16:00-",
            " 16:00-25:00 UTC",
            " 16:00-18:00-20:00 UTC",
            " 16:00 to",
        ] {
            assert!(!is_clock(text), "{text}");
        }
    }

    #[test]
    fn the_time_and_the_offset_are_read() {
        let read = |text: &str| prefix(text).map(|(_, clock)| (clock.time, clock.offset));
        assert_eq!(read(" 4:30 pm"), Some((time(16, 30, 0, 0), None)));
        assert_eq!(read(" 12:05 AM"), Some((time(0, 5, 0, 0), None)));
        assert_eq!(read("T10:00:01.5+02:00"), Some((time(10, 0, 1, 500_000_000), Some(offset(2)))));
        assert_eq!(read(" 10:00 GMT"), Some((time(10, 0, 0, 0), Some(Offset::UTC))));
        assert_eq!(read(" 10:00 CET"), Some((time(10, 0, 0, 0), None)));
        assert_eq!(read(" 10:00-05:00"), Some((time(10, 0, 0, 0), Some(offset(-5)))));
        assert_eq!(read(" 10:00-11:00 UTC"), Some((time(10, 0, 0, 0), Some(Offset::UTC))));
    }

    #[test]
    fn the_time_at_the_end_of_a_text_is_found() {
        for (date, clock) in [
            ("2023-02-30", "T00:00:00Z"),
            ("February 30 2021", ", 16:00 UTC"),
            ("2023-02-30", " 10:00:00 +02:00"),
            ("30 February 2021", " at 10:00"),
            ("30 February 2021", ", 16:00-18:00 UTC"),
        ] {
            assert_eq!(start(&format!("{date}{clock}")), Some(date.len()), "{date}{clock}");
        }
        for text in ["", ":", "2012-03-25", "12:00", "Score: 10:00 of 11"] {
            assert_eq!(start(text), None, "{text}");
        }
    }
}
