//! Building blocks of fixes: which bytes to remove with an item or a heading, and how to write text
//! so that it renders as intended.

use crate::diagnostic::Edit;
use crate::document::{Document, Heading, inline_words};
use crate::span::{FileId, Span};

/// Returns Markdown for the text of a link that renders as `words`. This is `markdown` itself if it
/// works between brackets, and otherwise the words with all markup characters escaped. Returns
/// `None` if neither works.
#[must_use]
pub fn link_text(markdown: &str, words: &str) -> Option<String> {
    let plain = markdown.trim().replace(['\n', '\r'], " ");
    let reads = |text: &String| {
        let document = Document::parse(&format!("[{text}](x)\n"));
        let [link] = document.links.as_slice() else { return false };
        document.faults.is_empty()
            && link.span.start == 0
            && link.content.len() == text.len()
            && document.words(link.text) == words
    };
    // HTML may set an anchor or suppress a rule, and must take effect only on its own page.
    let candidates = [Some(plain).filter(|plain| !plain.contains('<')), Some(escaped(words))];
    candidates.into_iter().flatten().find(reads)
}

/// Returns Markdown for a heading that renders as `words`. This is `markdown` itself if it is
/// plain. Links and HTML belong only on their own page, so if `markdown` contains any, the result
/// is the words with all markup characters escaped. Returns `None` if the result does not render as
/// `words`.
#[must_use]
pub fn heading_text(markdown: &str, words: &str) -> Option<String> {
    let plain = markdown.trim();
    let is_plain = !plain.contains(['<', '[', '\n', '\r']);
    let text = if is_plain { plain.to_owned() } else { escaped(words) };
    (inline_words(&text).as_deref() == Some(words)).then_some(text)
}

/// Returns `words` with a backslash before every character that Markdown could treat as markup.
#[must_use]
pub fn escaped(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for char in words.chars() {
        if matches!(
            char,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '^' | '|' | '!'
        ) {
            text.push('\\');
        }
        text.push(char);
    }
    text
}

/// Applies edits to `part`, which starts at the byte offset `start` of its page. The edits can be
/// in any order. Returns `None` if two edits overlap or if an edit is not within the part.
#[must_use]
pub fn edited(part: &str, start: u32, edits: &[&Edit]) -> Option<String> {
    let mut text = String::with_capacity(part.len());
    let mut at = 0;
    for edit in Edit::in_order(edits) {
        let from = edit.span.start.checked_sub(start)? as usize;
        text.push_str(part.get(at..from)?);
        text.push_str(&edit.replacement);
        at = from + edit.span.len();
    }
    text.push_str(part.get(at..)?);
    Some(text)
}

/// Returns the length in bytes of the text with which both texts begin.
#[must_use]
pub fn common_prefix(one: &str, other: &str) -> usize {
    let mut pairs = one.char_indices().zip(other.chars());
    pairs
        .find(|((_, one), other)| one != other)
        .map_or(one.len().min(other.len()), |((at, _), _)| at)
}

/// Returns the length in bytes of the text with which both texts end.
#[must_use]
pub fn common_suffix(one: &str, other: &str) -> usize {
    let pairs = one.chars().rev().zip(other.chars().rev());
    pairs.take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum()
}

/// Returns which items can be kept together. `may_be_kept` tests a subset of the items, and returns
/// `None` if it cannot decide. The result for an item is then `None` too.
///
/// Usually all items can be kept, so the function tests all of them together first, and then each
/// half.
pub fn keep_most<T: Copy>(
    items: &[T],
    mut may_be_kept: impl FnMut(&[T]) -> Option<bool>,
) -> Vec<Option<bool>> {
    let mut kept = Vec::with_capacity(items.len());
    let mut told = vec![None; items.len()];
    let mut ahead = vec![(0, items.len())];
    while let Some((start, end)) = ahead.pop() {
        let range = start..end;
        if range.is_empty() {
            continue;
        }
        let before = kept.len();
        kept.extend_from_slice(&items[range.clone()]);
        let answer = may_be_kept(&kept);
        if answer != Some(true) {
            kept.truncate(before);
        }
        if answer == Some(false) && range.len() > 1 {
            let middle = range.start + range.len() / 2;
            ahead.extend([(middle, end), (start, middle)]);
        } else {
            told[range].fill(answer);
        }
    }
    told
}

/// Returns the text before `offset`. Returns the whole text if `offset` is after its end or within
/// a character.
#[must_use]
pub fn text_before(text: &str, offset: u32) -> &str {
    text.get(..offset as usize).unwrap_or(text)
}

/// Returns the text from `offset` on. Returns an empty text if `offset` is after its end or within
/// a character.
#[must_use]
pub fn text_behind(text: &str, offset: u32) -> &str {
    text.get(offset as usize..).unwrap_or_default()
}

/// Returns the offset at which the line that contains `offset` starts.
#[must_use]
pub fn line_start(text: &str, offset: u32) -> u32 {
    let before = text_before(text, offset).as_bytes();
    memchr::memrchr2(b'\n', b'\r', before).map_or(0, |at| at as u32 + 1)
}

/// Returns the offset at which the line after the one that contains `offset` starts.
#[must_use]
pub fn next_line(text: &str, offset: u32) -> u32 {
    let rest = text_behind(text, offset).as_bytes();
    let Some(end) = memchr::memchr2(b'\n', b'\r', rest) else { return text.len() as u32 };
    let is_pair = rest.get(end..).is_some_and(|rest| rest.starts_with(b"\r\n"));
    let ending = if is_pair { 2 } else { 1 };
    offset + (end + ending) as u32
}

/// Returns whether the text between two offsets consists only of white space.
#[must_use]
pub fn is_blank(text: &str, start: u32, end: u32) -> bool {
    text.get(start as usize..end as usize).is_some_and(|between| between.trim().is_empty())
}

/// Returns the start of the blank lines directly before `offset`, or `offset` itself if there are none.
fn before_blank_lines(text: &str, offset: u32) -> u32 {
    let before = text_before(text, offset).trim_end();
    if before.is_empty() { 0 } else { next_line(text, before.len() as u32).min(offset) }
}

/// Returns the start of the first line from `offset` on that is not blank.
fn behind_blank_lines(text: &str, offset: u32) -> u32 {
    let rest = text_behind(text, offset);
    let blank = rest.len() - rest.trim_start().len();
    if blank == rest.len() { text.len() as u32 } else { line_start(text, offset + blank as u32) }
}

/// Returns an edit that removes the lines of `span`, and blank lines next to them that are no
/// longer needed. Returns `None` if the lines contain anything else.
#[must_use]
pub fn remove_lines(file: FileId, text: &str, span: Span) -> Option<Edit> {
    let start = line_start(text, span.start);
    let end = if span.end > start && begins_line(text, span.end) {
        span.end
    } else {
        next_line(text, span.end)
    };
    if !is_blank(text, start, span.start) || !is_blank(text, span.end, end) {
        return None;
    }
    let above = before_blank_lines(text, start);
    let below = behind_blank_lines(text, end);
    let span = if below as usize == text.len() {
        // Nothing follows, so the text above ends the file. Keep its line ending only if the file
        // ended with one.
        let ends_open = !text.ends_with(['\n', '\r']);
        let kept = if ends_open {
            text_before(text, above).trim_end_matches(['\n', '\r']).len() as u32
        } else {
            above
        };
        Span { start: kept, end: below }
    } else if above < start || above == 0 {
        Span { start, end: below }
    } else {
        Span { start, end }
    };
    Some(Edit::remove(file, span))
}

/// Returns whether a line starts at `offset`.
fn begins_line(text: &str, offset: u32) -> bool {
    offset == 0 || text_before(text, offset).ends_with(['\n', '\r'])
}

/// Returns an edit that removes an item from its list, together with the heading above if there is
/// nothing else below it. The first item of a numbered list passes its number to the next item.
/// Returns `None` if the item shares its lines with other content.
#[must_use]
pub fn remove_item(file: FileId, text: &str, document: &Document, index: usize) -> Option<Edit> {
    let items = &document.items;
    let item = items.get(index)?;
    if let Some(heading) = sole_item(text, document, index) {
        return remove_lines(file, text, Span { start: heading.span.start, end: item.span.end });
    }
    let touches = |one: u32, other: u32| is_blank(text, one, other);
    let next = items.get(index + 1).filter(|next| touches(item.span.end, next.span.start));
    let before = index.checked_sub(1).and_then(|before| items.get(before));
    let opens_list = before.is_none_or(|before| !touches(before.span.end, item.span.start));
    if let Some(next) = next {
        let marker = |start: u32, end: u32| Span { start, end }.of(text);
        let (own, other) = (
            marker(item.span.start, item.content.start),
            marker(next.span.start, next.content.start),
        );
        let is_numbered = own.starts_with(|char: char| char.is_ascii_digit());
        let is_alike = own.trim_end().as_bytes().last() == other.trim_end().as_bytes().last();
        if opens_list && is_numbered && is_alike && own != other && own.len() == other.len() {
            let span = Span { start: item.content.start, end: next.content.start };
            return Some(Edit::remove(file, span));
        }
        let start = line_start(text, item.span.start);
        let end = line_start(text, next.span.start);
        return is_blank(text, start, item.span.start)
            .then(|| Edit::remove(file, Span { start, end }));
    }
    let edit = remove_lines(file, text, item.span)?;
    if opens_list || edit.span.end as usize == text.len() {
        return Some(edit);
    }
    // The last of several items: remove the blank lines above it and keep those below.
    let start = before_blank_lines(text, line_start(text, item.span.start));
    let end = next_line(text, item.span.end);
    Some(Edit::remove(file, Span { start, end }))
}

/// Returns the heading above an item if the item is the only content between that heading and the
/// next one.
fn sole_item<'a>(text: &str, document: &'a Document, index: usize) -> Option<&'a Heading> {
    let item = document.items.get(index)?;
    let at = item.heading? as usize;
    let heading = document.headings.get(at)?;
    let next = document.headings.get(at + 1).map_or(text.len() as u32, |next| next.span.start);
    let alone =
        is_blank(text, heading.span.end, item.span.start) && is_blank(text, item.span.end, next);
    alone.then_some(heading)
}

/// Returns the offset at which the lines of a heading start. They include the suppression comments
/// for the heading, which must stay with it.
#[must_use]
pub fn heading_start(text: &str, document: &Document, heading: &Heading) -> u32 {
    let start = heading.span.start;
    // A comment above the previous heading applies to that heading or to something above it.
    let before = document.headings.partition_point(|other| other.span.start < start);
    let from = before.checked_sub(1).map_or(0, |before| document.headings[before].span.end);
    let comments = &document.suppressions;
    let comments = &comments[comments.partition_point(|found| found.comment.start < from)..];
    let is_for_it = |scope: Span| scope.start == start;
    let first = comments
        .iter()
        .take_while(|found| found.comment.start < start)
        .find(|found| found.scope.is_some_and(is_for_it));
    line_start(text, first.map_or(start, |found| found.comment.start))
}

/// Returns an edit that removes a heading and everything below it, up to the next heading. Returns
/// `None` if the heading shares its first line with other content.
#[must_use]
pub fn remove_part(file: FileId, text: &str, document: &Document, index: usize) -> Option<Edit> {
    let heading = document.headings.get(index)?;
    if !is_blank(text, line_start(text, heading.span.start), heading.span.start) {
        return None;
    }
    let start = heading_start(text, document, heading);
    match document.headings.get(index + 1) {
        Some(next) => {
            Some(Edit::remove(file, Span { start, end: heading_start(text, document, next) }))
        }
        None => remove_lines(file, text, Span { start, end: text.trim_end().len() as u32 }),
    }
}

/// Returns edits that set the level of a heading that renders as `words`. Returns `None` if
/// changing the heading's marks is not enough.
#[must_use]
pub fn set_level(
    file: FileId,
    text: &str,
    heading: &Heading,
    words: &str,
    level: u8,
) -> Option<Vec<Edit>> {
    let marks = "#".repeat(level.into());
    let written = heading.span.of(text);
    let open = written.len() - written.trim_start_matches('#').len();
    if open > 0 {
        let span = Span { start: heading.span.start, end: heading.span.start + open as u32 };
        return Some(vec![Edit::replace(file, span, marks)]);
    }
    // The heading is underlined. Remove the underline, but only if the heading is one line that
    // renders the same after `#` marks.
    let underline = next_line(text, heading.content.end);
    let is_line = !heading.content.of(text).contains(['\n', '\r']);
    let reads = inline_words(heading.content.of(text)).as_deref() == Some(words);
    (is_line && reads && underline < heading.span.end).then(|| {
        let end = text_before(text, underline).trim_end_matches(['\n', '\r']).len() as u32;
        vec![
            Edit::insert(file, heading.span.start, format!("{marks} ")),
            Edit::remove(file, Span { start: end, end: heading.span.end }),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, edit: Option<Edit>) -> String {
        let edit = edit.expect("an edit");
        let mut left = text.to_owned();
        left.replace_range(edit.span.range(), &edit.replacement);
        left
    }

    fn without_item(text: &str, index: usize) -> String {
        without(text, remove_item(FileId(0), text, &Document::parse(text), index))
    }

    #[test]
    fn an_item_goes_with_its_lines_alone() {
        let list = "### A\n\n1. [a](/a)\n2. [b](/b)\n   more\n3. [c](/c)\n\n### B\n";
        assert_eq!(without_item(list, 0), "### A\n\n1. [b](/b)\n   more\n3. [c](/c)\n\n### B\n");
        assert_eq!(without_item(list, 1), "### A\n\n1. [a](/a)\n3. [c](/c)\n\n### B\n");
        assert_eq!(without_item(list, 2), "### A\n\n1. [a](/a)\n2. [b](/b)\n   more\n\n### B\n");
        let loose = "### A\n\n- [a](/a)\n\n- [b](/b)\n\n- [c](/c)";
        assert_eq!(without_item(loose, 0), "### A\n\n- [b](/b)\n\n- [c](/c)");
        assert_eq!(without_item(loose, 1), "### A\n\n- [a](/a)\n\n- [c](/c)");
        assert_eq!(without_item(loose, 2), "### A\n\n- [a](/a)\n\n- [b](/b)");
    }

    #[test]
    fn the_only_item_takes_its_heading_along() {
        assert_eq!(without_item("# T\n\n### A\n\n1. [a](/a)\n", 0), "# T\n");
        assert_eq!(
            without_item("# T\r\n\r\n### A\r\n1. [a](/a)\r\n\r\n### B\r\n", 0),
            "# T\r\n\r\n### B\r\n"
        );
        assert_eq!(
            without_item("# T\n\n### A\n\ntext\n\n1. [a](/a)\n", 0),
            "# T\n\n### A\n\ntext\n"
        );
        assert_eq!(without_item("# T\n\n### A\n1. [a](/a)", 0), "# T");
    }

    #[test]
    fn an_item_that_shares_its_line_stays() {
        let quoted = "> - [a](/a)\n> - [b](/b)\n";
        assert_eq!(remove_item(FileId(0), quoted, &Document::parse(quoted), 0), None);
    }

    #[test]
    fn a_title_becomes_the_text_of_a_link() {
        assert_eq!(link_text("A *b* c", "A b c").as_deref(), Some("A *b* c"));
        assert_eq!(link_text("A [b](/c)", "A b").as_deref(), Some("A b"));
        assert_eq!(link_text("A ] b [", "A ] b [").as_deref(), Some("A \\] b \\["));
        assert_eq!(link_text("`a]`", "a]").as_deref(), Some("`a]`"));
    }

    #[test]
    fn a_heading_gets_another_level() {
        let level = |text: &str| {
            let document = Document::parse(text);
            let heading = &document.headings[0];
            let words = document.words(heading.text);
            let mut edits = set_level(FileId(0), text, heading, words, 3)?;
            edits.reverse();
            Some(edits.into_iter().fold(text.to_owned(), |text, edit| without(&text, Some(edit))))
        };
        assert_eq!(level("# a #\n").as_deref(), Some("### a #\n"));
        assert_eq!(level("a\n===\n\nb\n").as_deref(), Some("### a\n\nb\n"));
        assert_eq!(level("a #\n===\n"), None, "the mark of the text would close the heading");
    }
}
