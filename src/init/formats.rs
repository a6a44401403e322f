//! Chooses the date formats of an archive from its date headings.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;

use crate::archive::date::{Format, KNOWN_FORMATS, MONTH_DAYS};

/// Additional formats that `dateline init` tries. In some of them, the text alone does not show which
/// number is the month, but the path of the page does. In the others, the name of a weekday comes first.
const FURTHER: &[&str] = &[
    "%-d/%-m/%Y",
    "%d/%m/%Y",
    "%-m/%-d/%Y",
    "%m/%d/%Y",
    "%-d-%-m-%Y",
    "%d-%m-%Y",
    "%A, %d %B %Y",
    "%A, %B %d, %Y",
    "%A %d %B %Y",
    "%A, %-d %b %Y",
    "%A, %d %b %Y",
    "%A, %b %-d, %Y",
    "%A, %b %d, %Y",
    "%a, %b %-d, %Y",
    "%a, %b %d, %Y",
    "%a %b %-d, %Y",
    "%a %b %d, %Y",
    "%a, %b %-d %Y",
    "%a, %b %d %Y",
    "%a %b %-d %Y",
    "%a %b %d %Y",
    "%a %-d %b %Y",
    "%a %d %b %Y",
    "%a, %Y-%m-%d",
    "%a %Y-%m-%d",
];

/// What a further format must cover. Fewer dates count as typos.
#[derive(Clone, Copy)]
pub(super) struct Least {
    /// The share of dates, in percent.
    percent: u64,
    /// The number of dates.
    dates: u64,
}

/// What a further format of headings that are only dates must cover.
pub(super) const OF_HEADINGS: Least = Least { percent: 5, dates: 2 };
/// What a further format of other dates must cover. They are written in more ways.
pub(super) const OF_TEXTS: Least = Least { percent: 3, dates: 3 };

/// A set of formats: bit `n` stands for item `n` of [`all`].
pub(super) type FormatSet = u128;

/// Returns all formats that `dateline init` tries. There are at most 128, because a [`FormatSet`]
/// represents a set of them.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    with_year().chain(MONTH_DAYS.iter().copied())
}

/// Returns those of [`all`] that write the year.
pub(super) fn with_year() -> impl Iterator<Item = &'static str> {
    KNOWN_FORMATS.iter().chain(FURTHER).copied()
}

/// Returns the formats in which a text is this day or, without a day, any day.
pub(super) fn of(text: &str, day: Option<Date>) -> FormatSet {
    let fits = |format: &Format| {
        let written = format.written(text)?;
        day.map_or(Some(true), |day| written.agrees_with(day))
    };
    let formats = PARSED.iter().zip(0..).filter(|(format, _)| fits(format) == Some(true));
    formats.fold(0, |set, (_, index)| set | 1 << index)
}

/// Returns whether a text contains the numbers of the year and the day of a date. The only other number
/// that it can contain is the number of the month.
pub(super) fn has_numbers_of(text: &str, date: Date) -> bool {
    let numbers = text.split(|char: char| !char.is_ascii_digit()).filter(|part| !part.is_empty());
    let (mut year, mut day, mut others) = (0, 0, 0);
    for number in numbers.take(4) {
        match number.parse::<i16>() {
            Ok(number) if number == date.year() => year += 1,
            Ok(number) if number == i16::from(date.day()) => day += 1,
            Ok(number) if number == i16::from(date.month()) => {}
            _ => others += 1,
        }
    }
    year == 1 && day > 0 && others == 0
}

/// The formats of [`all`], ready to read texts.
pub(super) static PARSED: LazyLock<Vec<Format>> =
    LazyLock::new(|| all().filter_map(Format::new).collect());

/// Returns the formats that fit the dates, most frequent first, and the number of dates that these
/// formats cover. If several formats cover equally many dates, the function chooses those in `defaults`.
/// If `defaults` contains none of them, it chooses the first format and the formats that differ from it
/// only in padding.
///
/// The value for each set of formats in `dates` is the number of dates that exactly these formats reproduce.
/// Each further format covers at least `further`.
pub(super) fn choose(
    dates: &BTreeMap<FormatSet, u64>,
    defaults: &[String],
    further: Least,
) -> (Vec<String>, u64) {
    let formats: Vec<&str> = all().collect();
    let total: u64 = dates.values().sum();
    let mut left = dates.clone();
    let mut chosen: Vec<String> = Vec::new();
    loop {
        let covered = |index: usize| -> u64 {
            left.iter().filter(|(mask, _)| *mask >> index & 1 == 1).map(|(_, count)| count).sum()
        };
        let best = (0..formats.len()).rev().max_by_key(|&index| covered(index));
        let Some(best) = best else { break };
        let count = covered(best);
        let of_others = (total * further.percent).div_ceil(100).max(further.dates);
        let least = if chosen.is_empty() { 1 } else { of_others };
        if count < least {
            break;
        }
        let equal: Vec<&str> = (0..formats.len())
            .filter(|&index| covered(index) == count)
            .map(|index| formats[index])
            .collect();
        let known = defaults.iter().filter(|format| equal.contains(&format.as_str())).cloned();
        let known: Vec<String> = known.collect();
        if known.is_empty() {
            let bare = |format: &str| format.replace("%-", "%");
            let alike = equal.iter().filter(|format| bare(format) == bare(formats[best]));
            chosen.extend(alike.map(|format| (*format).to_owned()));
        } else {
            chosen.extend(known);
        }
        let is_left = |mask: FormatSet| {
            !formats.iter().enumerate().any(|(index, format)| {
                mask >> index & 1 == 1 && chosen.iter().any(|chosen| chosen == format)
            })
        };
        left.retain(|mask, _| is_left(*mask));
    }
    (chosen, total - left.values().sum::<u64>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the formats that [`choose`] returns for `dates`. Each item contains the formats that
    /// reproduce a date, and the number of such dates.
    fn chosen(dates: &[(&[&str], u64)]) -> (Vec<String>, u64) {
        let mask = |known: &[&str]| -> FormatSet {
            let known = |format: &str| FormatSet::from(known.contains(&format));
            all().enumerate().fold(0, |mask, (index, format)| mask | known(format) << index)
        };
        let counts = dates.iter().map(|(formats, count)| (mask(formats), *count)).collect();
        choose(&counts, &["%Y-%m-%d", "%Y-%m-%-d"].map(str::to_owned), OF_HEADINGS)
    }

    #[test]
    fn there_is_room_for_every_format() {
        assert!(all().count() <= 128);
        assert_eq!(PARSED.len(), all().count());
    }

    #[test]
    fn a_few_slips_are_no_format() {
        let both: &[&str] = &["%Y-%m-%d", "%Y-%m-%-d"];
        let slip: &[&str] = &["%-d %B %Y", "%d %B %Y"];
        let padded: &[&str] = &["%Y-%m-%d"];
        assert_eq!(chosen(&[(both, 60), (padded, 37), (slip, 3)]), (vec!["%Y-%m-%d".into()], 97));
        assert_eq!(
            chosen(&[(both, 60), (padded, 30), (slip, 10)]).0,
            ["%Y-%m-%d", "%-d %B %Y", "%d %B %Y"]
        );
    }

    #[test]
    fn where_nothing_decides_both_are_right() {
        let both: &[&str] = &["%Y-%m-%d", "%Y-%m-%-d", "%Y-%-m-%-d"];
        assert_eq!(chosen(&[(both, 5)]).0, ["%Y-%m-%d", "%Y-%m-%-d"]);
        assert_eq!(chosen(&[(&["%-d %B %Y", "%d %B %Y"], 5)]).0, ["%-d %B %Y", "%d %B %Y"]);
        assert_eq!(chosen(&[]), (Vec::new(), 0));
    }
}
