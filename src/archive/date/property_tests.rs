//! Property tests of dates.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::{DateFormats, DatePattern, Format, KNOWN_FORMATS, MonthDay, WrittenDate};

/// Formats that an archive can have in addition to the known ones.
const FURTHER_FORMATS: &[&str] = &[
    "%B %-d",
    "%B %-dth",
    "%-dth of %B",
    "%m-%d",
    "%-d.%-m.",
    "%-d/%-m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%Y-%m-%d %H:%M:%S %z",
    "%a, %d %b %Y %H:%M:%S %z",
    "%A, %B %-dth, %Y at %-I:%M %p",
    "%Y-%j",
    "%G-W%V-%u",
    "The %-dth day of %B in the year %Y, which is a %A, as the minutes of the meeting say",
];

/// Times of day and zones that can follow a date.
const CLOCKS: &[&str] = &[
    "",
    "T00:00:00Z",
    " 12:00",
    " 12:00:00.123 +02:00",
    " 12:00 CEST",
    ", 16:00 UTC",
    " at 4pm PT",
];

fn days() -> impl Strategy<Value = Date> {
    (1000i16..=9999, 1i8..=12, 1i8..=31)
        .prop_filter_map("a day", |(year, month, day)| Date::new(year, month, day).ok())
}

fn formats() -> impl Strategy<Value = (&'static str, DateFormats)> {
    let all: Vec<&str> = [KNOWN_FORMATS, FURTHER_FORMATS].concat();
    prop::sample::select(all)
        .prop_map(|format| (format, DateFormats::new(vec![format.to_owned()]).expect("a format")))
}

fn expected(format: &str, day: Date) -> WrittenDate {
    if Format::new(format).expect("a format").has_year() {
        WrittenDate::Valid(day)
    } else {
        WrittenDate::MonthDay(MonthDay::new(day.month(), day.day()).expect("a day"))
    }
}

#[test]
fn every_day_of_a_leap_year_is_read_as_it_is_written() {
    for format in [KNOWN_FORMATS, FURTHER_FORMATS].concat() {
        let formats = DateFormats::new(vec![format.to_owned()]).expect("a format");
        for day in date(2012, 1, 1).series(jiff::Span::new().days(1)).take(366) {
            let text = formats.write(day);
            assert_eq!(formats.read(&text), expected(format, day), "{format}: {text}");
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(day in days(), (format, formats) in formats()) {
        let text = formats.write(day);
        prop_assert_eq!(formats.read(&text), expected(format, day));
        prop_assert!(formats.read(&text).is_valid_for(day));
        prop_assert!(DateFormats::default().read(&text) != WrittenDate::Valid(day));
    }

    #[test]
    fn only_the_date_is_rewritten(
        one in days(), other in days(), (_, formats) in formats(),
        clock in prop::sample::select(CLOCKS),
    ) {
        let text = formats.write(one) + clock;
        // A `T` directly after a word, such as `1stT10:00`, would be part of the word.
        prop_assume!(!clock.starts_with('T') || text.as_bytes()[text.len() - clock.len() - 1].is_ascii_digit());
        let rewritten = formats.rewrite(&text, other);
        prop_assert_eq!(&rewritten, &(formats.write(other) + clock));
        prop_assert_eq!(formats.rewrite(&rewritten, one), text);
    }

    #[test]
    fn a_time_in_the_format_is_kept(
        one in days(), other in days(), hour in 0i8..24, minute in 0i8..60, zone in -12i8..=12,
    ) {
        let format = "%a, %d %b %Y %H:%M:%S %z";
        let formats = DateFormats::new(vec![format.to_owned()]).expect("a format");
        let write = |date: Date| {
            let zone = jiff::tz::offset(zone).to_time_zone();
            date.at(hour, minute, 7, 0).to_zoned_datetime(zone).expect("a time").strftime(format).to_string()
        };
        prop_assert_eq!(formats.rewrite(&write(one), other), write(other));
    }

    #[test]
    fn a_date_in_another_format_keeps_its_time(
        day in days(), format in prop::sample::select(KNOWN_FORMATS),
        clock in prop::sample::select(CLOCKS),
    ) {
        let formats = DateFormats::new(vec!["%Y-%m-%dT%H:%M:%S%:z".to_owned()]).expect("a format");
        let text = DateFormats::new(vec![format.to_owned()]).expect("a format").write(day) + clock;
        prop_assume!(!format.contains("th") || !clock.starts_with('T'));
        let rewritten = formats.rewrite(&text, day);
        prop_assert_eq!(formats.read(&rewritten).day(), Some(day));
        let expected = match clock {
            "" | "T00:00:00Z" => format!("{day}T00:00:00+00:00"),
            ", 16:00 UTC" => format!("{day}T16:00:00+00:00"),
            clock => format!("{day}{clock}"),
        };
        prop_assert_eq!(rewritten, expected);
    }

    #[test]
    fn a_pattern_finds_what_a_format_writes(
        day in days(), (format, formats) in formats(),
        before in "[a-z*:]{0,5}", after in "|[ :*][a-z*]{0,5}",
    ) {
        let pattern = DatePattern::parse(&format!("{before} {{date:{format}}}{after}"), &formats);
        let written = formats.write(day);
        let text = format!("{before} {written}{after}");
        let (range, found) = pattern.expect("a pattern").find(&text).expect("the date");
        prop_assert_eq!((&text[range], found), (written.as_str(), expected(format, day)));
    }

    #[test]
    fn no_text_panics(
        text in "[0-9A-Za-z年é:/.,+ -]{0,60}|\\PC{0,40}", day in days(), (_, formats) in formats(),
        pattern in "[a* ]{0,3}\\{date(:%B %-dth)?\\}[a* ]{0,3}",
    ) {
        let _ = (formats.read(&text), formats.date_part(&text), formats.rewrite(&text, day));
        let _ = Format::new(&text);
        let _ = DatePattern::parse(&text, &formats);
        let found = DatePattern::parse(&pattern, &formats).expect("a pattern").find(&text);
        prop_assert!(found.is_none_or(|(range, _)| text.get(range).is_some()));
    }

    #[test]
    fn almost_dates_do_not_panic(
        day in days(), format in prop::sample::select(KNOWN_FORMATS), (_, formats) in formats(),
        at in 0usize..40, change in "\\PC{0,3}",
    ) {
        let mut text = DateFormats::new(vec![format.to_owned()]).expect("a format").write(day);
        let at = text.floor_char_boundary(at);
        text.insert_str(at, &change);
        let _ = (formats.read(&text), formats.date_part(&text), formats.rewrite(&text, day));
    }
}
