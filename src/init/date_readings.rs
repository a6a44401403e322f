//! Finds the dates in a path: every way to read its numbers as year, month and day.

use std::ops::Range;

use jiff::civil::Date;
use xxhash_rust::xxh3::xxh3_64;

use super::path_words::{ABBREVIATED, Word, WordKind, is_camera, is_label, is_standard, words};
use crate::archive::layout::{DatePart, MONTH_NAMES};

/// The maximum number of words at which a date can start. Later numbers must be part of the slug.
const MOST_STARTS: usize = 6;

/// The maximum number of words of a path that is searched for dates. The limit bounds the time for a path of
/// thousands of numbers.
const MOST_WORDS: usize = 200;

/// The maximum number of places in a path that contain a part of the date.
const MOST_PIECES: usize = 6;

/// The maximum number of bytes between two words of a date in the same path segment.
const WIDEST_SEPARATOR: usize = 3;

/// The orders in which dates are written, most usual first.
const ORDERS: [[DatePart; 3]; 3] = {
    use DatePart::{Day, Month, Year};
    [[Year, Month, Day], [Day, Month, Year], [Month, Day, Year]]
};

/// The path of a page without its extension, with its words.
pub(super) struct WordedPath<'a> {
    /// The path.
    pub(super) stem: &'a str,
    /// The words of the path.
    pub(super) words: Vec<Word>,
}

/// A part of a date in a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DatePiece {
    /// The bytes of the path.
    pub(super) range: Range<usize>,
    /// The index of the word that contains the part.
    pub(super) word: usize,
    /// Which part of the date it is.
    pub(super) part: DatePart,
    /// The variable that replaces the part in a pattern.
    pub(super) variable: &'static str,
    /// The value.
    pub(super) value: i16,
}

/// A way to read the words of a path as a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DateReading {
    /// The parts of the date in the order of the path. A part can be in several places.
    pub(super) pieces: Vec<DatePiece>,
    /// The order of year, month and day, as an index of [`ORDERS`].
    pub(super) order: u8,
}

impl DateReading {
    /// Returns the value of a part of the date.
    pub(super) fn value(&self, part: DatePart) -> Option<i16> {
        self.pieces.iter().find(|piece| piece.part == part).map(|piece| piece.value)
    }

    /// Returns whether the date includes a word.
    pub(super) fn includes(&self, word: usize) -> bool {
        self.pieces.iter().any(|piece| piece.word == word)
    }

    /// Returns the indices of the words that contain the year.
    pub(super) fn years(&self) -> impl Iterator<Item = usize> {
        self.pieces.iter().filter(|piece| piece.part == DatePart::Year).map(|piece| piece.word)
    }

    /// Returns the calendar day, if there is one.
    fn day(&self) -> Option<Date> {
        let [year, month, day] =
            [DatePart::Year, DatePart::Month, DatePart::Day].map(|part| self.value(part));
        Date::new(year?, month?.try_into().ok()?, day?.try_into().ok()?).ok()
    }
}

/// Returns at most `most` of the paths that may contain a day, in their original order. The paths are
/// chosen by hash, because every nth path could be of the same kind if kinds of pages alternate.
pub(super) fn sample<'a>(paths: &[&'a str], most: usize) -> Vec<&'a str> {
    let dated = paths.iter().copied().filter(|path| may_name_a_day(path));
    let mut hashed: Vec<_> =
        dated.enumerate().map(|(at, path)| (xxh3_64(path.as_bytes()), at, path)).collect();
    if hashed.len() > most {
        hashed.select_nth_unstable(most);
        hashed.truncate(most);
    }
    hashed.sort_unstable_by_key(|(_, at, _)| *at);
    hashed.into_iter().map(|(_, _, path)| path).collect()
}

/// Returns whether a path may contain a day of the calendar.
pub(super) fn may_name_a_day(path: &str) -> bool {
    // Nearly all paths that have no date also have too few digits for one.
    let digits = path.bytes().filter(u8::is_ascii_digit).count();
    digits >= 5 && {
        let path = WordedPath::new(path);
        path.readings().iter().any(|reading| reading.day().is_some())
    }
}

/// Returns the widths of the numbers that a number of `length` digits can consist of. `parts` are the
/// parts of the date that it can begin with.
fn splits(length: usize, parts: &[DatePart]) -> &'static [&'static [usize]] {
    let has_year = !parts.contains(&DatePart::Year);
    match length {
        1 => &[&[1]],
        2 => &[&[2]],
        // Without a year before them, four digits are a year.
        4 if has_year => &[&[2, 2]],
        4 => &[&[4]],
        6 => &[&[4, 2]],
        8 => &[&[4, 2, 2], &[2, 2, 4]],
        _ => &[],
    }
}

impl<'a> WordedPath<'a> {
    /// Splits the path of a page into words.
    pub(super) fn new(path: &'a str) -> Self {
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        Self { stem, words: words(stem) }
    }

    /// Returns the text of a word.
    pub(super) fn text(&self, word: usize) -> &'a str {
        self.words.get(word).map_or("", |word| &self.stem[word.range.clone()])
    }

    /// Returns all ways in which the path can be read as a dated page.
    pub(super) fn readings(&self) -> Vec<DateReading> {
        let mut found = Vec::new();
        if self.words.len() > MOST_WORDS {
            return found;
        }
        let starts = (0..self.words.len()).filter(|word| self.may_be_part(*word));
        for start in starts.take(MOST_STARTS) {
            for (order, parts) in (0..).zip(ORDERS) {
                let reading = DateReading { pieces: Vec::new(), order };
                self.extend(&reading, start, &parts, &mut found);
            }
        }
        found
    }

    fn may_be_part(&self, word: usize) -> bool {
        self.words[word].kind != WordKind::Other
    }

    /// Adds the readings that continue `reading` with a word. `parts` are the parts of the date that are
    /// still missing.
    fn extend(
        &self,
        reading: &DateReading,
        word: usize,
        parts: &[DatePart],
        found: &mut Vec<DateReading>,
    ) {
        if !self.is_bounded(reading, word, parts) {
            return;
        }
        for pieces in self.pieces(word, parts) {
            let rest = &parts[pieces.len()..];
            let mut longer = reading.clone();
            longer.pieces.extend(pieces);
            if rest.is_empty() {
                found.extend(self.finish(longer, word));
            } else if let Some(next) = self.next(word) {
                self.extend(&longer, next, rest, found);
            }
        }
        // A folder often repeats the year or the month of the folder above it.
        if let (Some(piece), Some(next)) = (self.repeat(reading, word), self.next(word)) {
            let mut longer = reading.clone();
            longer.pieces.push(piece);
            self.extend(&longer, next, parts, found);
        }
    }

    /// Returns the parts of the date that a word can be, in each way to read it.
    fn pieces(&self, word: usize, parts: &[DatePart]) -> Vec<Vec<DatePiece>> {
        let Word { range, kind, .. } = &self.words[word];
        let text = self.text(word);
        if *kind == WordKind::Month {
            let pieces = if parts[0] == DatePart::Month { months(text) } else { Vec::new() };
            let piece = |(variable, value)| {
                let part = DatePart::Month;
                vec![DatePiece { range: range.clone(), word, part, variable, value }]
            };
            return pieces.into_iter().map(piece).collect();
        }
        let piece = |start: usize, width: usize, part: DatePart, is_alone: bool| {
            let value = text[start..start + width].parse().ok()?;
            let variable = variable(part, width, value, is_alone)?;
            let range = range.start + start..range.start + start + width;
            Some(DatePiece { range, word, part, variable, value })
        };
        let splits = splits(text.len(), parts).iter().filter(|widths| widths.len() <= parts.len());
        let pieces = splits.map(|widths| {
            let mut start = 0;
            let pieces = widths.iter().zip(parts).map(|(width, part)| {
                start += width;
                piece(start - width, *width, *part, widths.len() == 1)
            });
            pieces.collect::<Option<Vec<DatePiece>>>()
        });
        pieces.flatten().collect()
    }

    /// Returns the part of the date that a word repeats: the year, or the month after it.
    fn repeat(&self, reading: &DateReading, word: usize) -> Option<DatePiece> {
        let Word { range, kind, segment } = &self.words[word];
        let last = self.words.get(reading.pieces.last()?.word)?;
        let is_behind = reading.pieces.iter().any(|piece| piece.part == DatePart::Year);
        if *kind == WordKind::Month && is_behind && reading.pieces.len() < MOST_PIECES {
            return self.named_month(reading, word);
        }
        if *kind != WordKind::Number || !is_behind || reading.pieces.len() >= MOST_PIECES {
            return None;
        }
        let text = self.text(word);
        let part = if text.len() == 4 { DatePart::Year } else { DatePart::Month };
        let is_new = last.segment < *segment || reading.pieces.len() > 2;
        let value = text.parse().ok().filter(|value| reading.value(part) == Some(*value))?;
        let variable = variable(part, text.len(), value, true).filter(|_| is_new)?;
        Some(DatePiece { range: range.clone(), word, part, variable, value })
    }

    /// Returns the month that a word repeats as a name, as in `01-January`.
    fn named_month(&self, reading: &DateReading, word: usize) -> Option<DatePiece> {
        let month = reading.value(DatePart::Month)?;
        let (variable, value) =
            months(self.text(word)).into_iter().find(|(_, value)| *value == month)?;
        let range = self.words[word].range.clone();
        Some(DatePiece { range, word, part: DatePart::Month, variable, value })
    }

    /// Returns the word that can continue a date after `word`: the next word of its path segment or, if
    /// this is no number, the first number of a later segment.
    fn next(&self, word: usize) -> Option<usize> {
        let next = self.words.get(word + 1)?;
        let gap = next.range.start - self.words[word].range.end;
        if next.segment == self.words[word].segment && self.may_be_part(word + 1) {
            return (gap <= WIDEST_SEPARATOR).then_some(word + 1);
        }
        let later = (word + 1..self.words.len()).find(|later| self.may_be_part(*later))?;
        (self.words[later].segment > self.words[word].segment).then_some(later)
    }

    /// Returns whether the text before a word allows that the word belongs to a date: neither a number nor
    /// a word such as `page` may precede the date in its path segment.
    fn is_bounded(&self, reading: &DateReading, word: usize, parts: &[DatePart]) -> bool {
        let Some(before) = word.checked_sub(1).filter(|before| !reading.includes(*before)) else {
            return true;
        };
        let is_year = parts[0] == DatePart::Year;
        let is_same = self.words[before].segment == self.words[word].segment;
        let text = self.text(before);
        if !is_same {
            let next = self.words.get(word + 1);
            let is_alone = next.is_none_or(|next| next.segment > self.words[word].segment);
            return !(is_standard(text) && is_alone);
        }
        let is_numbered =
            if is_year { is_standard(text) || is_camera(text) } else { is_label(text) };
        self.words[before].kind != WordKind::Number && !is_numbered
    }

    /// Returns whether a reading is probably a version, such as `2021.3.1`: the year is first, and a number
    /// without a leading zero follows a dot.
    fn is_version(&self, reading: &DateReading) -> bool {
        let is_dotted = |pair: &[DatePiece]| {
            let [before, piece] = pair else { return false };
            let gap = self.stem.get(before.range.end..piece.range.start);
            gap == Some(".") && piece.range.len() == 1
        };
        let is_year_first =
            reading.pieces.first().is_some_and(|piece| piece.part == DatePart::Year);
        is_year_first && reading.pieces.windows(2).any(is_dotted)
    }

    /// Adds repeated parts of the date that are outside the reading, unless the text after the date shows
    /// that it is something else, such as an address.
    fn finish(&self, mut reading: DateReading, last: usize) -> Option<DateReading> {
        if self.is_version(&reading) {
            return None;
        }
        let next = self.words.get(last + 1);
        let next = next.filter(|next| next.segment == self.words[last].segment);
        if let Some(next) = next.filter(|next| next.kind == WordKind::Number) {
            let behind = self.repeat(&reading, last + 1);
            let behind = behind.filter(|piece| piece.part == DatePart::Year);
            let is_dotted = &self.stem[self.words[last].range.end..next.range.start] == ".";
            if is_dotted && behind.is_none() {
                return None;
            }
            let is_separate = reading.pieces[0].part == DatePart::Year
                && self.words[reading.pieces[0].word].segment < next.segment;
            reading.pieces.extend(behind.filter(|_| is_separate));
        }
        Some(reading)
    }
}

/// Returns the variables that can stand for the name of a month, with the number of the month.
pub(super) fn months(name: &str) -> Vec<(&'static str, i16)> {
    let mut found = Vec::new();
    for (number, full) in (1..).zip(MONTH_NAMES) {
        if full.eq_ignore_ascii_case(name) {
            found.push(("{month:%B}", number));
        }
        if full[..ABBREVIATED].eq_ignore_ascii_case(name) {
            found.push(("{month:%b}", number));
        }
    }
    found
}

/// Returns the variable for a number. `is_alone` says that no other number abuts it. Returns `None` if
/// the part of the date cannot have this value.
fn variable(part: DatePart, width: usize, value: i16, is_alone: bool) -> Option<&'static str> {
    match part {
        DatePart::Year => (width == 4 && (1000..3000).contains(&value)).then_some("{year}"),
        _ if width > 2 => None,
        // An invalid day such as 2013/02/30 is a mistake in the path, not a different layout.
        DatePart::Month => {
            let name = if is_alone { "{month}" } else { "{month:02}" };
            (1..=12).contains(&value).then_some(name)
        }
        DatePart::Day => {
            let name = if is_alone { "{day}" } else { "{day:02}" };
            (1..=31).contains(&value).then_some(name)
        }
    }
}
