//! Finds the dates of a page outside its path: in front matter, in lines such as `When: 16 March 2021`,
//! and within headings.

use std::cmp::Ordering;
use std::sync::LazyLock;

use jiff::civil::Date;

use super::formats::{self, FormatSet};
use crate::archive::Archive;
use crate::archive::date::{DateTexts, WrittenDate};
use crate::archive::layout::PathParts;
use crate::archive::places::Place;
use crate::document::{Document, FrontMatter, Syntax};
use crate::span::FileId;

/// The labels of lines that are searched for dates.
const LABELS: &[&str] = &[
    "When",
    "Date",
    "Day",
    "Date and time",
    "Meeting date",
    "Wann",
    "Datum",
    "Fecha",
    "Quand",
    "Data",
    "日期",
    "时间",
    "時間",
    "日時",
];

/// Returns the labels of lines that are searched for dates.
#[must_use]
pub fn labels() -> Vec<String> {
    LABELS.iter().map(ToString::to_string).collect()
}

/// The maximum number of keys of front matter that are looked at.
const MOST_KEYS: usize = 40;
/// The maximum number of values of front matter that are searched for links.
const MOST_VALUES: usize = 200;
/// The maximum number of headings that are searched for a date.
const MOST_HEADINGS: usize = 3;
/// The maximum length of a text that is searched for a date, in bytes.
const LONGEST: usize = 300;

/// How a text contains a date.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DateShape {
    /// The text is the date. A time and a zone can follow.
    Alone,
    /// The date is at the beginning of the text.
    Begins,
    /// The date is within the text, which begins with this word.
    Within(Box<str>),
    /// The text is a path that begins with the date: `2012/03/25/slug`.
    Path,
    /// The text is a path that contains the date: `/news/2012/03/25/slug`.
    LowerPath,
}

impl DateShape {
    /// Returns the pattern of texts with this shape, or `None` if the formats of the date are enough.
    pub(super) fn pattern(&self) -> Option<String> {
        match self {
            Self::Alone => None,
            Self::Begins => Some(BEGINS.to_owned()),
            Self::Within(word) => Some(format!("{word}*{{date}}*")),
            Self::Path => Some(PATH.to_owned()),
            Self::LowerPath => Some(LOWER_PATH.to_owned()),
        }
    }
}

const ISO: &str = "%Y-%m-%d";
const BEGINS: &str = "{date}*";
const WITHIN: &str = "*{date}*";
const PATH: &str = "{date:%Y/%m/%d}/*";
const LOWER_PATH: &str = "*/{date:%Y/%m/%d}/*";

/// The date in the path of a page.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PathDate {
    /// The day, if the path contains one.
    day: Option<Date>,
    /// The parts of the date, if the path does not contain all of them.
    parts: Option<PathParts>,
}

impl PathDate {
    /// Reads the path of a page.
    pub(super) fn of(archive: &Archive, file: FileId) -> Self {
        if let Some(date) = archive.place(file).date {
            return Self { day: date.day(), parts: None };
        }
        let read = archive.layout.read(archive.path(file));
        Self { day: None, parts: read.and_then(|read| PathParts::of(&read.captures)) }
    }
}

/// A date on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DateSighting {
    /// Where the date is.
    pub(super) place: Place,
    /// The level of the heading, or 0.
    pub(super) level: u8,
    pub(super) shape: DateShape,
    /// The formats in which the date is the day of the page's path or, if the path contains no day, any
    /// day.
    pub(super) formats: FormatSet,
    /// Whether the date is before the day of the page's path, is that day, or is after it. `None` if the
    /// path contains no day.
    pub(super) order: Option<Ordering>,
    /// Whether the date has the year and the month of the path. `None` if the path contains a day or no part
    /// of a date.
    pub(super) agrees_in_part: Option<bool>,
}

/// What the values of a key of front matter link to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListKind {
    /// URLs of sources.
    Sources,
    /// Paths of related pages.
    Related,
}

impl ListKind {
    /// Returns the kind of the values of a key, if its name and the value show it.
    fn of(path: &str, text: &str) -> Option<Self> {
        const SOURCES: [&str; 4] = ["source", "sources", "reference", "references"];
        let names = || path.rsplit('.').take(2).map(str::to_lowercase);
        let is_url = text.starts_with("https://") || text.starts_with("http://");
        if is_url {
            return names().any(|name| SOURCES.contains(&name.as_str())).then_some(Self::Sources);
        }
        let is_path = text.starts_with('/') || text.ends_with(".md") || text.ends_with(".markdown");
        (is_path && names().any(|name| name == "related")).then_some(Self::Related)
    }
}

/// The dates on a page, and the keys of its front matter.
#[derive(Clone, Debug, Default)]
pub(super) struct Sightings {
    /// The dates.
    pub(super) dates: Vec<DateSighting>,
    /// The places, each once, with a text that may be a date, but that no known format reads.
    pub(super) unread: Vec<Place>,
    /// The dotted keys that have one value.
    pub(super) keys: Vec<Box<str>>,
    /// The dotted keys with links, each once.
    pub(super) lists: Vec<(Box<str>, ListKind)>,
}

impl Sightings {
    /// Reads a page.
    pub(super) fn read(document: &Document, syntax: &Syntax, path: PathDate) -> Self {
        let mut sightings = Self::default();
        if let Some(front) = &document.front_matter {
            sightings.front_matter(front, path);
        }
        sightings.lines(document, syntax, path);
        sightings.headings(document, path);
        sightings
    }

    /// Reads the first line with each label.
    fn lines(&mut self, document: &Document, syntax: &Syntax, path: PathDate) {
        let mut known: Vec<&str> = Vec::new();
        for line in &document.lines {
            let label = syntax.label(line);
            if known.contains(&label) {
                continue;
            }
            known.push(label);
            let place = Place::Line(label.to_owned());
            match sight(&line.words, &place, 0, path, &LINE) {
                Some(found) => self.dates.push(found),
                None => self.unread.extend(may_be_date(&line.words).then_some(place)),
            }
        }
    }

    fn headings(&mut self, document: &Document, path: PathDate) {
        let headings = || document.headings.iter().take(MOST_HEADINGS);
        let read = headings().filter_map(|heading| {
            sight(document.words(heading.text), &Place::Heading, heading.level, path, &HEADING)
        });
        let read: Vec<DateSighting> = read.collect();
        let says_day = |text: &str| {
            may_be_date(text) && path.day.is_some_and(|day| formats::has_numbers_of(text, day))
        };
        if read.is_empty() && headings().any(|heading| says_day(document.words(heading.text))) {
            self.unread.push(Place::Heading);
        }
        // A heading that is only a date is found by other means.
        let is_alone = |found: &DateSighting| found.shape == DateShape::Alone;
        let is_own = |found: &DateSighting| found.order == Some(Ordering::Equal);
        if read.iter().any(|found| is_alone(found) && is_own(found)) {
            return;
        }
        let longer = || read.iter().filter(|found| !is_alone(found));
        let own = longer().find(|found| is_own(found));
        self.dates.extend(own.or_else(|| longer().next()).cloned());
    }

    fn front_matter(&mut self, front: &FrontMatter, path: PathDate) {
        for value in front.values.iter().take(MOST_VALUES) {
            let kind = ListKind::of(&value.path, value.text.trim());
            let kind = kind.filter(|_| is_place(&value.path));
            if let Some(kind) =
                kind.filter(|_| !self.lists.iter().any(|(key, _)| **key == *value.path))
            {
                self.lists.push(((*value.path).into(), kind));
            }
        }
        for value in front.values.iter().filter(|value| value.item.is_none()).take(MOST_KEYS) {
            let text = value.text.trim();
            if value.is_nothing() || !is_place(&value.path) {
                continue;
            }
            let place = Place::Front(value.path.to_string());
            self.keys.push((*value.path).into());
            self.dates.extend(sight(text, &place, 0, path, &FRONT_MATTER));
        }
    }
}

/// Returns whether the settings can express a dotted key.
fn is_place(key: &str) -> bool {
    let place = Place::Front(key.to_owned());
    Place::parse(&place.to_string()) == Some(place)
}

/// A kind of text that may contain a date.
struct Reader {
    shape: fn(&str) -> DateShape,
    texts: DateTexts,
    /// Whether the dates are only dates if the path contains a day with which to compare them.
    needs_day: bool,
}

type Readers = LazyLock<Vec<Reader>>;

static FRONT_MATTER: Readers = LazyLock::new(|| {
    vec![
        reader(|_| DateShape::Alone, &formats::with_year().collect::<Vec<_>>(), None),
        reader(|_| DateShape::Path, &[], Some(PATH)),
        reader(|_| DateShape::LowerPath, &[], Some(LOWER_PATH)),
    ]
});

static LINE: Readers = LazyLock::new(|| {
    let all: Vec<&str> = formats::all().collect();
    vec![
        reader(|_| DateShape::Alone, &all, None),
        reader(|_| DateShape::Begins, &all, Some(BEGINS)),
    ]
});

static HEADING: Readers = LazyLock::new(|| {
    let all: Vec<&str> = formats::all().collect();
    let is_clear = |format: &&str| format.contains("%B") || format.contains("%b") || *format == ISO;
    let (clear, numeric): (Vec<&str>, Vec<&str>) = all.iter().copied().partition(is_clear);
    let within = |text: &str| DateShape::Within(first_word(text).into());
    // Numbers with slashes or without separators may be anything within a title.
    let unclear = |reader: Reader| Reader { needs_day: true, ..reader };
    vec![
        reader(|_| DateShape::Alone, &all, None),
        reader(|_| DateShape::Begins, &clear, Some(BEGINS)),
        reader(within, &clear, Some(WITHIN)),
        unclear(reader(|_| DateShape::Begins, &numeric, Some(BEGINS))),
        unclear(reader(within, &numeric, Some(WITHIN))),
    ]
});

/// Returns the first word of a text, without punctuation behind it.
fn first_word(text: &str) -> &str {
    let word = text.split_whitespace().next().unwrap_or_default();
    let end = word.trim_end_matches(|char: char| !char.is_alphanumeric()).len();
    // In a pattern, `*` and braces have a meaning.
    if word[..end].contains(['*', '{', '}']) { "" } else { &word[..end] }
}

fn reader(shape: fn(&str) -> DateShape, formats: &[&str], pattern: Option<&str>) -> Reader {
    let written = formats.iter().copied().chain(pattern).map(str::to_owned).collect();
    Reader { shape, texts: DateTexts::new(written).unwrap_or_default(), needs_day: false }
}

/// Returns whether a text is short enough and has the digits that a date needs.
fn may_be_date(text: &str) -> bool {
    text.len() <= LONGEST && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Finds a date in a text.
fn sight(
    text: &str,
    place: &Place,
    level: u8,
    path: PathDate,
    readers: &[Reader],
) -> Option<DateSighting> {
    if !may_be_date(text) {
        return None;
    }
    let mut readers = readers.iter().filter(|reader| !reader.needs_day || path.day.is_some());
    readers.find_map(|reader| {
        let written = reader.texts.read(text);
        let is_known = matches!(written, WrittenDate::Valid(_) | WrittenDate::MonthDay(_));
        if !is_known {
            return None;
        }
        let date = text.get(reader.texts.range(text)?)?;
        let shape = (reader.shape)(text);
        let is_path = matches!(shape, DateShape::Path | DateShape::LowerPath);
        // The pattern of a path has its own format.
        let formats = if is_path { 0 } else { formats::of(date, path.day) };
        let order = path.day.map(|day| match formats {
            0 => order(written, day),
            _ => Ordering::Equal,
        });
        let agrees_in_part = path.parts.and_then(|parts| parts.agree_with(written));
        Some(DateSighting { place: place.clone(), level, shape, formats, order, agrees_in_part })
    })
}

/// Compares a date with a day. A date without a year is compared with the day in its year.
fn order(written: WrittenDate, day: Date) -> Ordering {
    match written {
        WrittenDate::MonthDay(own) | WrittenDate::OtherMonthDay(own) => {
            (own.month(), own.day()).cmp(&(day.month(), day.day()))
        }
        written => written.day().cmp(&Some(day)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// Returns the places and the shapes of the dates on a page of 25 March 2012, and whether they are the
    /// day of the page.
    fn sightings(source: &str) -> Vec<(String, DateShape, Ordering)> {
        let found = read(source);
        let dates = found.dates.into_iter();
        dates.map(|date| (date.place.to_string(), date.shape, date.order.expect("a day"))).collect()
    }

    fn read(source: &str) -> Sightings {
        let syntax = Syntax { labels: labels(), ..Syntax::default() };
        let document = Document::parse_with(source, &syntax);
        let path = PathDate { day: Some(date(2012, 3, 25)), parts: None };
        Sightings::read(&document, &syntax, path)
    }

    #[test]
    fn dates_are_found_in_every_place() {
        let page = "---\ndate: 2012-03-25 10:00\nupdated: 26 March 2012\ntitle: Lock 25\n\
                    path: 2012/03/25/lock\nurl: /a/2012/03/25/lock\n---\n\
                    # Agenda for the March 25th call\n\n- **When**: March 25th at noon\n";
        let agrees = Ordering::Equal;
        assert_eq!(
            sightings(page),
            [
                ("front.date".to_owned(), DateShape::Alone, agrees),
                ("front.updated".to_owned(), DateShape::Alone, Ordering::Greater),
                ("front.path".to_owned(), DateShape::Path, agrees),
                ("front.url".to_owned(), DateShape::LowerPath, agrees),
                ("line.When".to_owned(), DateShape::Begins, agrees),
                ("heading".to_owned(), DateShape::Within("Agenda".into()), agrees),
            ]
        );
    }

    #[test]
    fn other_texts_contain_no_date() {
        assert_eq!(
            sightings("---\nversion: 2.10.4\nnumber: 25\n---\n# Part 3\n\nWhen: soon\n"),
            []
        );
    }
    #[test]
    fn numbers_within_a_heading_are_compared_with_the_path() {
        let within = |word: &str| DateShape::Within(word.into());
        for (heading, shape) in [
            ("Notes 2012/03/25", within("Notes")),
            ("Notes 25/03/2012", within("Notes")),
            ("Meeting notes (25.03.2012) of group", within("Meeting")),
            ("Notes 2012年3月25日", within("Notes")),
            ("2012/03/25: notes", DateShape::Begins),
        ] {
            let expected = ("heading".to_owned(), shape, Ordering::Equal);
            assert_eq!(sightings(&format!("# {heading}\n")), [expected], "{heading}");
        }
        let syntax = Syntax::default();
        let document = Document::parse_with("# Notes 2012/03/25\n", &syntax);
        assert_eq!(Sightings::read(&document, &syntax, PathDate::default()).dates, []);
    }

    #[test]
    fn dates_in_another_language_are_unread() {
        let unread = |source: &str| -> Vec<String> {
            read(source).unread.iter().map(ToString::to_string).collect()
        };
        assert_eq!(unread("# Protokoll vom 25. März 2012\n"), ["heading"]);
        assert_eq!(unread("- **Datum**: 25. März 2012\n"), ["line.Datum"]);
        let read = "# Notes of 25 March 2012\n\n- **When**: 25 March 2012\n\n- **When**: at 10\n";
        assert_eq!(unread(read), [""; 0]);
        assert_eq!(unread("# Part 25\n\nWhen: soon\n"), [""; 0]);
    }
}
