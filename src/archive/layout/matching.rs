//! Matches a path against a pattern, in nearly linear time.
//!
//! No variable matches a `/`, so each segment of the path is matched by itself. The text variables
//! of a segment separate its other parts into blocks. The last block is at the end of the name, and
//! each block before it as far to the right as the blocks behind it allow. A place further to the
//! left would leave less room to the other blocks, so no place has to be tried again.
//!
//! A text variable in several places has its value from a segment in which only one value is
//! possible. Its other places are then fixed texts.

use jiff::civil::Date;

use super::folder_date::DateReading;
use super::part::{DatePart, Extent, MOST_TEXTS, Notation, Part, Segment};

/// The parts of a path that the variables of a pattern match.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Matched<'a> {
    pub(super) date: DateReading<'a>,
    /// The values of the text variables. Those of variables that the pattern does not have are
    /// empty.
    pub(super) texts: [&'a str; MOST_TEXTS],
}

/// The maximum number of digits of a year. The limit bounds the time for a name of many digits.
const LONGEST_YEAR: usize = 9;

/// Matches `path`, without its extension, against the segments of a pattern. Calls `step` before
/// each comparison of a part.
pub(super) fn match_path<'a>(
    segments: &[Segment],
    path: &'a str,
    step: &mut impl FnMut(),
) -> Option<Matched<'a>> {
    // Most paths that do not match have another name at the end, such as that of a day page.
    if let Some([Part::Literal(last)]) = segments.last().map(|last| last.parts.as_slice())
        && path
            .strip_suffix(last.as_str())
            .is_none_or(|rest| !rest.is_empty() && !rest.ends_with('/'))
    {
        return None;
    }
    if memchr::memchr_iter(b'/', path.as_bytes()).count() + 1 != segments.len() {
        return None;
    }
    let names = || segments.iter().zip(path.split('/'));
    let mut known = Known::default();
    if segments.iter().any(|segment| segment.defines) {
        for (segment, name) in names().filter(|(segment, _)| segment.defines) {
            let found = Matcher { known: &known, name, step }.find_texts(segment)?;
            if let Some((text, value)) = found.values(name).next() {
                known[text] = Some(value);
            }
        }
    }
    let mut matched = Matched::default();
    for (segment, name) in names() {
        let mut own = Matcher { known: &known, name, step };
        match segment.parts.as_slice() {
            [Part::Text(text)] if known[*text].is_none() => {
                matched.texts[*text] = Some(name).filter(|name| !name.is_empty())?;
                continue;
            }
            parts if !parts.iter().any(|part| matches!(part, Part::Text(_))) => {
                own.read_fixed(parts, &mut matched.date)?;
                continue;
            }
            _ => {}
        }
        let found = own.find_texts(segment)?;
        own.read_dates(segment, &found, &mut matched.date)?;
        for (text, value) in found.values(name) {
            matched.texts[text] = value;
        }
    }
    for (text, known) in matched.texts.iter_mut().zip(known) {
        *text = known.unwrap_or(text);
    }
    Some(matched)
}

impl Segment {
    /// Returns whether a folder, or a file without its extension, can have this name. Does not
    /// compare the values of variables that other segments repeat.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let mut matcher = Matcher { known: &Known::default(), name, step: &mut || {} };
        matcher.find_texts(self).is_some()
    }

    /// Returns whether a folder with this name can contain pages of a date.
    #[must_use]
    pub fn fits(&self, name: &str, date: Date) -> bool {
        let mut matcher = Matcher { known: &Known::default(), name, step: &mut || {} };
        let Some(found) = matcher.find_texts(self) else { return false };
        let mut reading = DateReading::default();
        matcher.read_dates(self, &found, &mut reading).is_some() && reading.fits(date)
    }
}

/// The values of repeated text variables that are known already.
type Known<'a> = [Option<&'a str>; MOST_TEXTS];

/// The place of a text variable in a name.
#[derive(Clone, Copy, Debug, Default)]
struct TextPlace {
    /// The index of the variable among those of the pattern.
    text: usize,
    /// The index of the variable among the parts of the segment.
    part: usize,
    start: usize,
    end: usize,
}

/// The places in a name of the text variables whose values are not known yet.
#[derive(Clone, Copy, Debug, Default)]
struct TextPlaces {
    places: [TextPlace; MOST_TEXTS],
    count: usize,
}

impl TextPlaces {
    fn all(&self) -> &[TextPlace] {
        &self.places[..self.count]
    }

    /// Returns the indices and the values of the variables.
    fn values<'a>(&self, name: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
        self.all().iter().map(|place| (place.text, &name[place.start..place.end]))
    }
}

/// The matching of one name.
struct Matcher<'k, 'a, F> {
    known: &'k Known<'a>,
    name: &'a str,
    step: &'k mut F,
}

impl<'a, F: FnMut()> Matcher<'_, 'a, F> {
    /// Finds the places of the text variables. Returns `None` if the name does not match.
    fn find_texts(&mut self, segment: &Segment) -> Option<TextPlaces> {
        let mut found = TextPlaces::default();
        for (part, kind) in segment.parts.iter().enumerate() {
            if let Part::Text(text) = *kind
                && self.known[text].is_none()
            {
                let place = TextPlace { text, part, ..TextPlace::default() };
                *found.places.get_mut(found.count)? = place;
                found.count += 1;
            }
        }
        let parts = &segment.parts;
        let first = found.all().first().map_or(parts.len(), |place| place.part);
        let start = self.fit(&parts[..first], 0)?;
        let (mut end, mut behind) = (None, parts.len());
        for index in (0..found.count).rev() {
            let block = &parts[found.places[index].part + 1..behind];
            let (block_start, block_end) = self.rightmost(block, end)?;
            found.places[index].end = block_start;
            if let Some(next) = found.places.get_mut(index + 1) {
                next.start = block_end;
            }
            (end, behind) = (Some(block_start), found.places[index].part);
        }
        found.places[0].start = start;
        let fits = end.map_or(start == self.name.len(), |end| start < end);
        fits.then_some(found)
    }

    /// Returns the last place at which a block can be: at the end of the name or, if another block
    /// starts at `next`, with at least one character in front of it.
    fn rightmost(&mut self, block: &[Part], next: Option<usize>) -> Option<(usize, usize)> {
        let Some(Part::Literal(head)) = block.first() else {
            return block.is_empty().then_some((self.name.len(), self.name.len()));
        };
        let last = head.chars().next_back().map_or(1, char::len_utf8);
        let mut within = next.unwrap_or(self.name.len());
        loop {
            let start = self.name[..within].rfind(head.as_str())?;
            let end = self.fit(block, start).filter(|end| match next {
                None => *end == self.name.len(),
                Some(next) => *end < next,
            });
            if let Some(end) = end {
                return Some((start, end));
            }
            within = start + head.len() - last;
        }
    }

    /// Returns the end of a block that starts at `start`.
    fn fit(&mut self, block: &[Part], start: usize) -> Option<usize> {
        block.iter().try_fold(start, |at, part| Some(at + self.length(part, at)?))
    }

    /// Returns the length of a part that starts at `start` and is no unknown text.
    fn length(&mut self, part: &Part, start: usize) -> Option<usize> {
        (self.step)();
        let rest = &self.name[start..];
        let fixed = |text: &str| rest.starts_with(text).then_some(text.len());
        match part {
            Part::Literal(text) => fixed(text),
            Part::Text(text) => fixed(self.known[*text]?),
            Part::Date(part, Notation::Digits { width, extent }) => {
                digits(rest, *part, *width, *extent)
            }
            Part::Date(_, notation) => notation
                .names()
                .find(|name| {
                    let start = rest.as_bytes().get(..name.len());
                    start.is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
                })
                .map(str::len),
        }
    }

    /// Matches a name without text variables, and adds the parts of the date in it.
    fn read_fixed(&mut self, parts: &[Part], date: &mut DateReading<'a>) -> Option<()> {
        let mut at = 0;
        for part in parts {
            let end = at + self.length(part, at)?;
            if let Part::Date(part, notation) = part {
                date.add(*part, *notation, &self.name[at..end]);
            }
            at = end;
        }
        (at == self.name.len()).then_some(())
    }

    /// Adds the parts of the date in a name that matches.
    fn read_dates(
        &mut self,
        segment: &Segment,
        found: &TextPlaces,
        date: &mut DateReading<'a>,
    ) -> Option<()> {
        let mut places = found.all().iter();
        let mut at = 0;
        for part in &segment.parts {
            let end = match part {
                Part::Text(text) if self.known[*text].is_none() => places.next()?.end,
                part => at + self.length(part, at)?,
            };
            if let Part::Date(part, notation) = part {
                date.add(*part, *notation, &self.name[at..end]);
            }
            at = end;
        }
        Some(())
    }
}

/// Returns the number of digits at the start of `text` that belong to a number.
fn digits(text: &str, part: DatePart, width: usize, extent: Extent) -> Option<usize> {
    let run = |most: usize| text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (least, most) = match (extent, part) {
        (Extent::Fixed, _) => return (run(width) == width).then_some(width),
        (Extent::Segment, _) => (1, text.len()),
        (Extent::Run, DatePart::Year) => (4, LONGEST_YEAR),
        (Extent::Run, DatePart::Month | DatePart::Day) => (1, 2),
    };
    let length = run(most + 1);
    (least..=most).contains(&length).then_some(length)
}
