//! Compares a text that has faults, such as garbled characters or wiki markup, with a text without
//! them.

use crate::archive::normal_form::nfc;
use crate::encoding;

/// The maximum number of bytes to search for the end of a fault.
const LONGEST_FAULT: usize = 1024;

/// Returns whether `faulty` may be the same as `other` once its faults are repaired. The texts are at
/// least similar, or each fault may stand for some text.
pub(super) fn may_be_same(faulty: &str, other: &str) -> bool {
    are_similar(faulty, other) || has_pieces_of(other, faulty)
}

/// Returns whether two texts have at least half of the longer one in common, at their beginnings and
/// ends.
fn are_similar(one: &str, other: &str) -> bool {
    let alike = |pairs: &mut dyn Iterator<Item = (char, char)>| {
        pairs.take_while(|(one, other)| one == other).count()
    };
    let (lengths, start) =
        ([one, other].map(|text| text.chars().count()), alike(&mut one.chars().zip(other.chars())));
    let end = alike(&mut one.chars().rev().zip(other.chars().rev()));
    let common = (start + end).min(lengths[0].min(lengths[1]));
    common * 2 >= lengths[0].max(lengths[1])
}

/// Returns whether `other` consists of the legible parts of `faulty` and any text in place of the faults.
fn has_pieces_of(other: &str, faulty: &str) -> bool {
    let (pieces, other) = (pieces(faulty), pieces(other).concat());
    let [first, rest @ ..] = pieces.as_slice() else { return true };
    let [between @ .., last] = rest else { return *first == other };
    let Some(mut rest) = other.strip_prefix(first.as_str()) else { return false };
    for piece in between {
        let Some((_, behind)) = rest.split_once(piece.as_str()) else { return false };
        rest = behind;
    }
    rest.ends_with(last.as_str())
}

/// Returns the parts of a text before, between and after its faults, without white space.
fn pieces(text: &str) -> Vec<String> {
    let text = nfc(text);
    let mut garbled = encoding::misread(&text).into_iter().map(|run| run.span).peekable();
    let (mut pieces, mut piece, mut at) = (Vec::new(), String::new(), 0);
    while let Some(char) = text[at..].chars().next() {
        while garbled.next_if(|run| (run.end as usize) <= at).is_some() {}
        let fault = match garbled.peek().filter(|run| run.start as usize <= at) {
            Some(run) => run.end as usize - at,
            None => fault_len(&text[at..], char),
        };
        if fault > 0 {
            pieces.push(std::mem::take(&mut piece));
        } else if !char.is_whitespace() {
            piece.push(char);
        }
        at += fault.max(char.len_utf8());
    }
    pieces.push(piece);
    pieces
}

/// Returns the length in bytes of the fault that a text starts with, or 0 if it starts with none.
/// `char` is the first character.
fn fault_len(text: &str, char: char) -> usize {
    let end = text.floor_char_boundary(LONGEST_FAULT.min(text.len()));
    let near = &text[..end];
    // Markup that does not end may take the rest of the text.
    let through = |close: &str| near.find(close).map_or(near.len(), |at| at + close.len());
    let starts = |marks: &[&str]| marks.iter().any(|mark| text.starts_with(mark));
    match char {
        '[' if starts(&["[http:", "[https:"]) => through("]"),
        '{' if text.starts_with("{{") => through("}}"),
        '{' if text.starts_with("{%") => through("%}"),
        '<' if text.starts_with("<%") => through("%>"),
        '-' if text.starts_with("-{") => through("}-"),
        '$' if text.starts_with("${") => through("}"),
        '|' if text.starts_with("|lc=") => through("}"),
        ']' if text.starts_with("]date=") => near.len(),
        // A destination or a label may follow the text of a link.
        ']' | ')' | '）' => {
            let behind = near[char.len_utf8()..].trim_start();
            let end = match behind.chars().next() {
                Some('(') if char == ']' => behind.find(')'),
                Some('（') if char == ']' => behind.find('）'),
                Some('[') => behind.find(']'),
                _ => None,
            };
            end.map_or(char.len_utf8(), |end| near.len() - behind.len() + end)
        }
        '(' | '（' => {
            let inside = &near[char.len_utf8()..];
            let ends = |char: char| char.is_whitespace() || "()（）[]".contains(char);
            let end = inside.find(ends).filter(|end| inside[*end..].starts_with([')', '）']));
            let path = end.map(|end| &inside[..end]).filter(|path| path.contains('/'));
            char.len_utf8() + path.map_or(0, str::len)
        }
        '&' => {
            let name = &near[1..];
            let len = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#');
            let len = len.count();
            if len > 0 && name[len..].starts_with(';') { len + 2 } else { 0 }
        }
        '\'' if text.starts_with("''") => near.len() - near.trim_start_matches('\'').len(),
        '[' | '{' | '}' => char.len_utf8(),
        _ if char.is_control() || char == char::REPLACEMENT_CHARACTER => char.len_utf8(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_may_stand_for_any_text() {
        for (faulty, other) in [
            ("Gr\u{FFFD}\u{FFFD}e der \u{FFFD}ffnung", "Größe der Öffnung"),
            ("\u{FFFD}\u{FFFD}\u{FFFD}", "ÖÄÜ"),
            ("æ¸¡è½®å\u{81}œèˆª", "渡轮停航"),
            ("It's the keeperâ€™s log", "It's the keeper’s log"),
            ("'''It's''' ''a''", "It's a"),
            ("'''Lock gates fail'''", "Lock gates fail"),
            ("[[Lock gates fail]]", "Lock gates fail"),
            ("Gates fail [http:--paper.example-a (Post)]", "Gates fail"),
            ("-{zh-hans:北京; zh-hant:北平}-事件", "北京事件"),
            ("{{Gates}} fail|lc=y", "Lock gates fail"),
            ("&quot;No&quot; &quot;No&quot;", "\"No\" \"No\""),
            ("Lock [gates][nope] fail", "Lock gates fail"),
            ("Lock [gates] (/a.md) fail", "Lock gates fail"),
            ("Lock [gates(/a.md) fail", "Lock gates fail"),
            ("Lock (gates)[/a.md] fail", "Lock gates fail"),
            ("''Lock'' (east) gates [sic]", "Lock (east) gates [sic]"),
            ("\u{7}", ""),
            ("", ""),
        ] {
            assert!(may_be_same(faulty, other), "{faulty:?} {other:?}");
        }
    }

    #[test]
    fn a_similar_text_may_be_the_same() {
        let (faulty, other) =
            ("Lock gates fail at Merrow ''today''", "Lock gates fail at Merrow now");
        assert!(may_be_same(faulty, other) && !has_pieces_of(other, faulty));
        assert!(!may_be_same(faulty, "Ferry line reopens"));
    }

    #[test]
    fn legible_text_must_be_in_the_other_one() {
        for (faulty, other) in [
            ("'''Lock gates fail'''", "Lock gates hold"),
            ("Gr\u{FFFD}\u{FFFD}e", "Ferry line reopens"),
            ("Gates fail [http:--paper.example-a] Ferry line reopens", "Gates fail"),
            ("ab''", "a"),
            ("a''a", "a"),
            ("Lock gates", "Lock gates fail"),
        ] {
            assert!(!has_pieces_of(other, faulty), "{faulty:?} {other:?}");
        }
    }
}
