//! Says what the numbers in paths are if they are not dates.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::path_words::{Word, WordKind, is_camera, is_label, is_standard, words};

/// A kind of numbers in paths. If a path has numbers of several kinds, the first kind counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum NumberKind {
    Standard,
    Photo,
    Phone,
    Hash,
    Address,
    Version,
    Label,
    Week,
    ImpossibleDate,
    Joined,
    ShortYear,
    Month,
    MonthAndDay,
    Serial,
    Timestamp,
    Year,
    InWord,
    Other,
}

impl NumberKind {
    /// Returns what the numbers are, as the end of a sentence that begins with `most numbers`.
    fn text(self) -> &'static str {
        match self {
            Self::Standard => "most numbers are those of standards or of other numbered documents",
            Self::Photo => "most numbers are those of photos or other pictures",
            Self::Phone => "most numbers are telephone numbers",
            Self::Hash => "most numbers are parts of hashes or other identifiers",
            Self::Address => "most numbers are IP addresses",
            Self::Version => "most numbers are versions",
            Self::Week => "most paths have a week instead of a month and a day",
            Self::ImpossibleDate => "most numbers look like dates, but there are no such days",
            Self::Joined => "most numbers that look like dates are parts of something longer",
            Self::ShortYear => "most years have two digits, so they may also be months or days",
            Self::Month => "most paths have a year and a month, but no day",
            Self::MonthAndDay => "most paths have a month and a day, but no year",
            Self::Label => "most numbers are those of pages, chapters or other parts",
            Self::Serial => "most numbers are serial numbers at the start of a name",
            Self::Timestamp => "most numbers are timestamps or other long numbers",
            Self::Year => "most paths have a year, but no month and no day",
            Self::InWord => "most numbers are parts of words",
            Self::Other => "the numbers in most paths are no dates",
        }
    }
}

/// Returns what the numbers in most paths are, with an example.
pub(super) fn reason(pages: &[&str]) -> String {
    let mut kinds: BTreeMap<NumberKind, (u64, &str)> = BTreeMap::new();
    for path in pages {
        if let Some(kind) = kind(path) {
            kinds.entry(kind).or_insert((0, path)).0 += 1;
        }
    }
    let most = kinds.iter().rev().max_by_key(|(_, (count, _))| *count);
    match (most, pages.first()) {
        (Some((kind, (_, example))), _) => format!("{}, as in `{example}`", kind.text()),
        (None, Some(first)) => format!("no path contains a number; the first page is `{first}`"),
        (None, None) => "there are no pages".to_owned(),
    }
}

/// Returns the kind of the numbers in a path, or `None` if there are none.
fn kind(path: &str) -> Option<NumberKind> {
    use NumberKind as Kind;
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    if !stem.contains(|char: char| char.is_ascii_digit()) {
        return None;
    }
    let path = NumberedPath { stem, words: words(stem) };
    let known = [
        (Kind::Standard, path.is_standard()),
        (Kind::Photo, path.labelled().any(|(label, _)| is_camera(label))),
        (Kind::Phone, path.is_phone()),
        (Kind::Hash, path.is_hash()),
        (Kind::Address, path.is_address()),
        (Kind::Version, path.is_version()),
        (Kind::Label, path.is_labelled()),
        (Kind::Week, path.is_week()),
        (Kind::ImpossibleDate, path.is_impossible()),
        (Kind::Joined, path.looks_dated()),
        (Kind::ShortYear, path.has_short_year()),
        (Kind::Month, path.is_month()),
        (Kind::MonthAndDay, path.is_month_and_day()),
        (Kind::Serial, path.is_serial()),
        (Kind::Timestamp, path.is_timestamp()),
        (Kind::Year, path.has_year()),
        (Kind::InWord, path.numbers().is_empty()),
    ];
    let first = known.into_iter().find(|(_, is_kind)| *is_kind);
    Some(first.map_or(Kind::Other, |(kind, _)| kind))
}

/// The path of a page without its extension, with its words.
struct NumberedPath<'a> {
    stem: &'a str,
    words: Vec<Word>,
}

impl<'a> NumberedPath<'a> {
    fn text(&self, word: &Word) -> &'a str {
        &self.stem[word.range.clone()]
    }

    /// Returns the numbers that are whole words.
    fn numbers(&self) -> Vec<&'a str> {
        let numbers = self.words.iter().filter(|word| word.kind == WordKind::Number);
        numbers.map(|word| self.text(word)).collect()
    }

    /// Returns the numbers that follow each other within one path segment, joined by `separator`.
    fn joined(&self, separator: &str) -> Vec<Vec<&'a str>> {
        let mut found: Vec<Vec<&str>> = Vec::new();
        let mut end = None;
        for word in self.words.iter().filter(|word| word.kind == WordKind::Number) {
            let is_next = end.is_some_and(|end| &self.stem[end..word.range.start] == separator);
            match found.last_mut().filter(|_| is_next) {
                Some(last) => last.push(self.text(word)),
                None => found.push(vec![self.text(word)]),
            }
            end = Some(word.range.end);
        }
        found
    }

    /// Returns each word with digits, split into its letters before the digits and the rest.
    fn prefixed(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let is_digit = |char: char| char.is_ascii_digit();
        self.words.iter().filter_map(move |word| {
            let text = self.text(word);
            text.find(is_digit).filter(|at| *at > 0).map(|at| text.split_at(at))
        })
    }

    /// Returns the words with digits, each with the letters before them: those at its start, or the word
    /// before it.
    fn labelled(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let pairs = self.words.windows(2).map(|pair| (self.text(&pair[0]), self.text(&pair[1])));
        let has_digit = |text: &str| text.contains(|char: char| char.is_ascii_digit());
        let pairs = pairs.filter(move |(_, number)| has_digit(number));
        pairs.chain(self.prefixed().filter(|(_, rest)| is_number(rest)))
    }

    fn is_standard(&self) -> bool {
        self.labelled().any(|(label, _)| is_standard(label))
    }

    fn is_labelled(&self) -> bool {
        // The folder of pages often has the plural.
        let is_label = |label: &str| is_label(label) || is_label(label.trim_end_matches('s'));
        self.labelled().any(|(label, number)| is_label(label) && !is_year(number))
    }

    fn is_phone(&self) -> bool {
        let is_named = |word: &Word| {
            ["phone", "phones", "tel", "telephone"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(self.text(word)))
        };
        let digits = self.numbers().iter().map(|number| number.len()).sum::<usize>();
        let has_code = self.stem.split('/').any(|name| name.starts_with('+'));
        (7..=15).contains(&digits) && (has_code || self.words.iter().any(is_named))
    }

    fn is_hash(&self) -> bool {
        let is_hash = |word: &Word| {
            let text = self.text(word);
            let is_hex = text.len() >= 7 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_hex && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        };
        self.words.iter().any(is_hash)
    }

    fn is_address(&self) -> bool {
        let is_byte = |number: &&str| number.parse::<u8>().is_ok();
        ["."].iter().chain(&["-", "_"]).any(|separator| {
            self.joined(separator)
                .iter()
                .any(|numbers| numbers.len() == 4 && numbers.iter().all(is_byte))
        })
    }

    fn is_version(&self) -> bool {
        let is_dotted = self.joined(".").iter().any(|numbers| numbers.len() > 1);
        is_dotted
            || self
                .prefixed()
                .any(|(label, rest)| label.eq_ignore_ascii_case("v") && is_number(rest))
    }

    fn is_week(&self) -> bool {
        let is_week =
            |label: &str| ["w", "kw", "week"].iter().any(|week| week.eq_ignore_ascii_case(label));
        self.prefixed().any(|(label, _)| is_week(label))
            || self.words.iter().any(|word| is_week(self.text(word)))
    }

    /// Returns whether a number is a year.
    fn has_year(&self) -> bool {
        self.numbers().iter().any(|number| is_year(number))
    }

    /// Returns the numbers that look like dates: a year, and two others in the order of the path.
    fn looking_dated(&self) -> Vec<(i16, [i8; 2])> {
        let numbers = self.numbers();
        let places = |at: usize| numbers.get(at..at + 3).unwrap_or_default();
        let date = |numbers: &[&str]| {
            let year = numbers.iter().find(|number| is_year(number))?.parse().ok()?;
            let others = numbers.iter().filter(|number| number.len() <= 2);
            let others: Vec<i8> = others.filter_map(|number| number.parse().ok()).collect();
            Some((year, others.try_into().ok()?))
        };
        (0..numbers.len()).filter_map(|at| date(places(at))).collect()
    }

    fn looks_dated(&self) -> bool {
        !self.looking_dated().is_empty()
    }

    fn is_impossible(&self) -> bool {
        let is_day = |year, [one, other]: [i8; 2]| {
            Date::new(year, one, other).is_ok() || Date::new(year, other, one).is_ok()
        };
        self.looks_dated()
            && !self.looking_dated().into_iter().any(|(year, pair)| is_day(year, pair))
    }

    fn has_short_year(&self) -> bool {
        ["-", "_", ".", "/"].iter().any(|separator| {
            let short = |numbers: &Vec<&str>| {
                numbers.len() == 3 && numbers.iter().all(|number| number.len() == 2)
            };
            self.joined(separator).iter().any(short)
        })
    }

    fn is_month(&self) -> bool {
        let numbers = self.numbers();
        let has_name = self.words.iter().any(|word| word.kind == WordKind::Month);
        let is_month =
            |number: &str| number.parse().is_ok_and(|month: u32| (1..=12).contains(&month));
        let is_pair = |pair: &[&str]| is_year(pair[0]) && pair[1].len() <= 2 && is_month(pair[1]);
        let is_joined =
            |number: &&str| number.len() == 6 && is_year(&number[..4]) && is_month(&number[4..]);
        numbers.windows(2).any(is_pair)
            || (has_name && self.has_year())
            || numbers.iter().any(is_joined)
    }

    fn is_month_and_day(&self) -> bool {
        let is_day = |numbers: &Vec<&str>| match numbers.as_slice() {
            [month, day] => month.len() == 2 && day.len() == 2 && *month <= "12" && *day <= "31",
            _ => false,
        };
        let has_name = self.words.iter().any(|word| word.kind == WordKind::Month);
        let is_named = has_name && self.numbers().iter().any(|number| number.len() <= 2);
        is_named || self.joined("-").iter().any(is_day)
    }

    /// Returns whether a name begins with a number that words follow.
    fn is_serial(&self) -> bool {
        let mut last = None;
        self.words.iter().enumerate().any(|(at, word)| {
            let is_first = last != Some(word.segment);
            last = Some(word.segment);
            let next = self.words.get(at + 1);
            let has_title = next.is_some_and(|next| next.segment == word.segment);
            is_first && has_title && word.kind == WordKind::Number && !is_year(self.text(word))
        })
    }

    fn is_timestamp(&self) -> bool {
        self.numbers().iter().any(|number| number.len() > 6)
    }
}

/// Returns whether a text consists of digits.
fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a number can be a year.
fn is_year(number: &str) -> bool {
    number.len() == 4 && number.parse().is_ok_and(|year: u32| (1000..2200).contains(&year))
}
