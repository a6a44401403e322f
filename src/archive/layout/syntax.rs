//! Parses the text of a pattern.

use super::error::PatternError;
use super::part::{DatePart, Extent, MOST_TEXTS, Notation, Part, PatternParts, Segment};
use crate::suggest;

/// The name of the text variable for the name of an event.
pub(super) const SLUG: &str = "slug";

/// The names of variables with a fixed meaning.
const KNOWN: [&str; 4] = ["year", "month", "day", SLUG];

/// Parses the pattern of event pages or, if `is_event` is false, of day pages.
pub(super) fn parse(written: &str, is_event: bool) -> Result<PatternParts, PatternError> {
    if written.starts_with('/') || written.split('/').any(|part| part == "..") {
        return Err(PatternError::NotRelative);
    }
    if written.contains(char::is_control) {
        return Err(PatternError::ControlCharacter);
    }
    let mut parsed = split(written)?;
    parsed.extension = take_extension(&mut parsed.segments);
    let is_full = parsed.has_full_date();
    if !is_event && !is_full {
        return Err(PatternError::IncompleteDate);
    }
    if !is_event && parsed.texts.iter().any(|name| name == SLUG) {
        return Err(PatternError::Slug);
    }
    if !parsed.all().any(|part| !matches!(part, Part::Literal(_))) {
        return Err(PatternError::NoVariable);
    }
    for segment in &mut parsed.segments {
        let texts = segment.parts.iter().filter(|part| matches!(part, Part::Text(_)));
        if texts.count() > MOST_TEXTS {
            return Err(PatternError::TooManyTexts);
        }
        check_neighbours(segment, &parsed.texts)?;
        set_extents(segment, is_full)?;
    }
    find_definitions(&mut parsed)?;
    Ok(parsed)
}

/// Splits a pattern into its parts.
fn split(written: &str) -> Result<PatternParts, PatternError> {
    let mut parsed = PatternParts { segments: vec![Segment::default()], ..Default::default() };
    let mut rest = written;
    while let Some(open) = rest.find(['{', '}']) {
        let (literal, tail) = rest.split_at(open);
        push_literal(&mut parsed.segments, literal);
        let variable = tail.strip_prefix('{').ok_or(PatternError::UnclosedBrace)?;
        let (name, after) = variable.split_once('}').ok_or(PatternError::UnclosedBrace)?;
        let part = variable_part(name, &mut parsed.texts)?;
        parsed.segments.last_mut().into_iter().for_each(|last| last.parts.push(part.clone()));
        rest = after;
    }
    push_literal(&mut parsed.segments, rest);
    Ok(parsed)
}

/// Adds a fixed text, which may contain slashes.
fn push_literal(segments: &mut Vec<Segment>, text: &str) {
    for (index, text) in text.split('/').enumerate() {
        if index > 0 {
            segments.push(Segment::default());
        }
        if let Some(last) = segments.last_mut().filter(|_| !text.is_empty()) {
            last.parts.push(Part::Literal(text.to_owned()));
        }
    }
}

/// Parses the text between two braces. Adds the name of a text variable to `texts`.
fn variable_part(written: &str, texts: &mut Vec<String>) -> Result<Part, PatternError> {
    let (name, format) = match written.split_once(':') {
        None => (written, None),
        Some((name, format)) => (name, Some(format)),
    };
    let is_name = name.starts_with(|char: char| char.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if !is_name {
        return Err(PatternError::InvalidVariable(written.to_owned()));
    }
    if let Some(part) = DatePart::named(name) {
        let notation = notation(part, format);
        let invalid = || PatternError::InvalidFormat(written.to_owned());
        return Ok(Part::Date(part, notation.ok_or_else(invalid)?));
    }
    if let Some(known) = suggest::nearest(name, KNOWN).filter(|known| *known != name) {
        return Err(PatternError::Misspelt { given: written.to_owned(), known });
    }
    if format.is_some() {
        return Err(PatternError::InvalidFormat(written.to_owned()));
    }
    let known = texts.iter().position(|known| known == name);
    if known.is_none() && texts.len() == MOST_TEXTS {
        return Err(PatternError::TooManyTexts);
    }
    Ok(Part::Text(known.unwrap_or_else(|| {
        texts.push(name.to_owned());
        texts.len() - 1
    })))
}

/// Returns the notation that the format of a variable describes.
fn notation(part: DatePart, format: Option<&str>) -> Option<Notation> {
    let (least, most) = if part == DatePart::Year { (4, 4) } else { (0, 2) };
    let digits = |width: usize| Notation::Digits { width: width.max(least), extent: Extent::Run };
    match format {
        None => Some(digits(0)),
        Some("%B") if part == DatePart::Month => Some(Notation::Name),
        Some("%b") if part == DatePart::Month => Some(Notation::Abbreviation),
        Some(width) if width.starts_with('0') => {
            width.parse().ok().filter(|width| *width <= most).map(digits)
        }
        Some(_) => None,
    }
}

/// Removes the extension from the end of the pattern, and returns it.
fn take_extension(segments: &mut [Segment]) -> Option<String> {
    let parts = &mut segments.last_mut()?.parts;
    let Some(Part::Literal(text)) = parts.last_mut() else { return None };
    let (stem, extension) = text.rsplit_once('.')?;
    let (stem, extension) = (stem.to_owned(), extension.to_owned());
    if stem.is_empty() {
        parts.pop();
    } else {
        *text = stem;
    }
    Some(extension)
}

/// Returns an error if another variable follows a text variable directly.
fn check_neighbours(segment: &Segment, texts: &[String]) -> Result<(), PatternError> {
    for pair in segment.parts.windows(2) {
        let [Part::Text(text), next] = pair else { continue };
        let next = match next {
            Part::Literal(_) => continue,
            Part::Date(part, _) => part.name(),
            Part::Text(next) => &texts[*next],
        };
        let (text, next) = (texts[*text].clone(), next.to_owned());
        return Err(PatternError::SideBySide { text, next });
    }
    Ok(())
}

/// Determines how many digits each number of a segment can have. `is_full` says whether the pattern
/// has a full date. Only then is a name of many digits an error in the date rather than another
/// name.
fn set_extents(segment: &mut Segment, is_full: bool) -> Result<(), PatternError> {
    let is_alone = segment.parts.len() == 1 && is_full;
    for index in 0..segment.parts.len() {
        let digits_follow = match segment.parts.get(index + 1) {
            Some(Part::Literal(text)) => text.starts_with(|char: char| char.is_ascii_digit()),
            Some(next) => next.is_number(),
            None => false,
        };
        let Part::Date(part, Notation::Digits { width, extent }) = &mut segment.parts[index] else {
            continue;
        };
        if is_alone {
            *extent = Extent::Segment;
        } else if digits_follow {
            if *width < 2 {
                return Err(PatternError::NoWidth(part.name()));
            }
            *extent = Extent::Fixed;
        }
    }
    Ok(())
}

/// Finds a segment that determines the value of each repeated text variable.
fn find_definitions(parsed: &mut PatternParts) -> Result<(), PatternError> {
    for (text, name) in parsed.texts.iter().enumerate() {
        let places = parsed.all().filter(|part| **part == Part::Text(text)).count();
        if places > 1 {
            let mut segments = parsed.segments.iter_mut();
            let defining = segments.find(|segment| determines(segment, text));
            defining.ok_or_else(|| PatternError::Undetermined(name.clone()))?.defines = true;
        }
    }
    Ok(())
}

/// Returns whether a name can match a segment with only one value of a text variable.
///
/// That is so if the segment contains no other text variable, and if the end of the value is clear:
/// with `{slug}1{day}`, the name `x111` could end with the first or the eleventh day.
fn determines(segment: &Segment, text: usize) -> bool {
    let mut texts = segment.parts.iter().filter(|part| matches!(part, Part::Text(_)));
    let is_sole = texts.next() == Some(&Part::Text(text)) && texts.next().is_none();
    is_sole
        && segment.parts.windows(2).all(|pair| match pair {
            [Part::Literal(literal), next] => !(next.is_number() && ends_with_digit(literal)),
            _ => true,
        })
}

fn ends_with_digit(text: &str) -> bool {
    text.ends_with(|char: char| char.is_ascii_digit())
}
