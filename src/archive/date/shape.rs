//! Recognizes texts that have the shape of a date although no format can read them.

use jiff::fmt::strtime;

/// The maximum length of a text that [`has_three_parts`] recognizes, in bytes.
const MAX_LEN: usize = 40;

/// The kind of a piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Digits,
    Month,
    Weekday,
    /// The suffix of an ordinal number, such as `th`.
    Ordinal,
    /// `AM` or `PM`.
    Meridiem,
    /// Any other text. It must be equal.
    Other,
}

/// Returns the length of the beginning of `text` that looks like `sample`, a date in some format: there
/// are numbers, months and weekdays in the same places, and all else is equal. Returns `None` if nothing
/// looks like it, or if the sample is only one number.
pub(super) fn prefix(sample: &str, text: &str) -> Option<usize> {
    if sample.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (mut wanted, mut rest, mut before) = (sample, text, Kind::Other);
    while !wanted.is_empty() {
        let (one, other) = (piece(wanted), piece(rest));
        let (one, kind) = (&wanted[..one], kind(&wanted[..one], before));
        let (other, other_kind) = (&rest[..other], self::kind(&rest[..other], before));
        let is_alike = match kind {
            Kind::Digits if one.len() <= 2 => (1..=2).contains(&other.len()),
            Kind::Digits => one.len() == other.len(),
            Kind::Other => one == other,
            _ => true,
        };
        // A sample has an ordinal only where the day of a text may have a wrong one, or none.
        if kind == Kind::Ordinal && other_kind != Kind::Ordinal {
            wanted = &wanted[one.len()..];
            before = kind;
            continue;
        }
        if kind != other_kind || !is_alike {
            return None;
        }
        (wanted, rest, before) = (&wanted[one.len()..], &rest[other.len()..], kind);
    }
    Some(text.len() - rest.len())
}

/// Returns the length of the first piece of a text: a run of digits, a word, or one character.
fn piece(text: &str) -> usize {
    let Some(first) = text.chars().next() else { return 0 };
    let run = |belongs: fn(char) -> bool| text.find(|char| !belongs(char)).unwrap_or(text.len());
    match first {
        '0'..='9' => run(|char| char.is_ascii_digit()),
        _ if first.is_alphabetic() => run(char::is_alphabetic),
        _ => first.len_utf8(),
    }
}

fn kind(piece: &str, before: Kind) -> Kind {
    let reads =
        |formats: [&str; 2]| formats.iter().any(|format| strtime::parse(format, piece).is_ok());
    let is_one_of = |words: &[&str]| words.iter().any(|word| piece.eq_ignore_ascii_case(word));
    match piece.bytes().next() {
        Some(b'0'..=b'9') => Kind::Digits,
        Some(byte) if !byte.is_ascii_alphabetic() => Kind::Other,
        None => Kind::Other,
        _ if before == Kind::Digits && is_one_of(&["st", "nd", "rd", "th"]) => Kind::Ordinal,
        _ if is_one_of(&["AM", "PM"]) => Kind::Meridiem,
        _ if reads(["%B", "%b"]) => Kind::Month,
        _ if reads(["%A", "%a"]) => Kind::Weekday,
        _ => Kind::Other,
    }
}

/// Returns whether a text that no format can read still looks like a date. Such a text has three
/// parts: a year of four digits, and two numbers or names of months.
pub(super) fn has_three_parts(text: &str) -> bool {
    if text.len() > MAX_LEN {
        return false;
    }
    let is_separator =
        |char: char| matches!(char, '-' | '/' | '.' | ' ' | ',' | '年' | '月' | '日');
    let parts: Vec<&str> = text.split(is_separator).filter(|part| !part.is_empty()).collect();
    let numbers =
        parts.iter().filter(|part| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit()));
    let years = numbers.clone().filter(|part| part.len() == 4).count();
    let months = parts
        .iter()
        .filter(|part| ["%B", "%b"].iter().any(|format| strtime::parse(format, part).is_ok()));
    parts.len() == 3 && years == 1 && numbers.count() + months.count() == 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_looks_like_a_sample_if_only_its_numbers_and_names_differ() {
        for (sample, text, len) in [
            ("March 25th", "February 30th video call", 13),
            ("March 25th", "February 30", 11),
            ("Sunday, 25 March 2012", "friday, 30 Feb 2012", 19),
            ("2012-03-25", "2012-3-99T00:00", 9),
            ("2012年3月25日", "2012年2月30日", 16),
        ] {
            assert_eq!(prefix(sample, text), Some(len), "{text}");
        }
        for (sample, text) in [
            ("March 25th", "Part 3rd"),
            ("March 25th", "May"),
            ("03-25", "123-25"),
            ("03-25", "03/25"),
            ("2012-03-25", "12-03-25"),
            ("20120325", "10000000"),
            ("March 25", "Marches 25"),
        ] {
            assert_eq!(prefix(sample, text), None, "{text}");
        }
    }
}
