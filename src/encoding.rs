//! Text that was decoded wrongly once: UTF-8 read as Latin-1 or Windows-1252.

use crate::span::Span;

/// A run of characters that are the bytes of UTF-8, read as Latin-1 or Windows-1252.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// Where it stands.
    pub span: Span,
    /// What its bytes are in UTF-8.
    pub meant: String,
}

/// Finds what was misread in a text, in order. A text without a byte 0xC3, with which every
/// misread lead byte is encoded, is passed over without decoding it.
#[must_use]
pub fn misread(text: &str) -> Vec<Misread> {
    let mut found = Vec::new();
    let mut from = 0;
    for at in memchr::memchr_iter(0xC3, text.as_bytes()) {
        if at < from {
            continue;
        }
        if let Some(run) = run_at(text, at) {
            from = run.span.end as usize;
            found.push(run);
        }
    }
    found
}

/// One sequence: how many bytes of text it takes, what it stands for, and whether it convicts by
/// itself.
struct Sequence {
    len: usize,
    meant: char,
    convicts: bool,
}

fn run_at(text: &str, start: usize) -> Option<Misread> {
    let mut end = start;
    let mut meant = String::new();
    let mut convicts = false;
    while let Some(sequence) = text.get(end..).and_then(sequence) {
        // Any two in a row are no accident.
        convicts |= sequence.convicts || !meant.is_empty();
        meant.push(sequence.meant);
        end += sequence.len;
    }
    convicts.then(|| Misread { span: Span::new(start, end), meant })
}

/// Reads the characters at the beginning of `text` as the bytes of one character of UTF-8.
fn sequence(text: &str) -> Option<Sequence> {
    let mut chars = text.chars();
    let lead = byte(chars.next()?).filter(|byte| (0xC2..=0xF4).contains(byte))?;
    let count = match lead {
        0xC2..=0xDF => 1,
        0xE0..=0xEF => 2,
        _ => 3,
    };
    let mut bytes = [lead, 0, 0, 0];
    let mut tail = ['\0'; 3];
    let mut len = 2;
    for (slot, tail) in bytes[1..=count].iter_mut().zip(&mut tail) {
        let char = chars.next()?;
        *slot = byte(char).filter(|byte| (0x80..=0xBF).contains(byte))?;
        *tail = char;
        len += char.len_utf8();
    }
    let meant = std::str::from_utf8(&bytes[..=count]).ok()?.chars().next()?;
    Some(Sequence { len, meant, convicts: convicts(bytes, &tail[..count], meant) })
}

/// Whether a sequence is surely no text as it stands. Letters that end a word before a quotation
/// mark, a dash or a unit may be meant: `«CAFÉ»`, `“AMANHÃ”`, `perché…”`, `Å²`.
fn convicts(bytes: [u8; 4], tail: &[char], meant: char) -> bool {
    let punctuates = |char: &char| {
        matches!(
            char,
            '»' | '«'
                | '›'
                | '‹'
                | '‘'
                | '’'
                | '“'
                | '”'
                | '‚'
                | '„'
                | '…'
                | '–'
                | '—'
                | '™'
                | '•'
        )
    };
    match (bytes[0], tail) {
        (0xC2, [cont]) => !punctuates(cont) && !meant.is_control(),
        (0xC3, [cont]) => !punctuates(cont),
        (0xC4, [cont]) => !punctuates(cont) && *cont != '\u{A0}',
        (0xC5, [cont]) => !punctuates(cont) && !matches!(cont, '²' | '³' | '¹' | '\u{A0}'),
        (_, [_]) => false,
        (0xF0.., _) | (0xE2, ['€' | '\u{80}', _]) => true,
        (_, tail) => !tail.iter().all(|cont| punctuates(cont) || *cont == '\u{A0}'),
    }
}

/// The byte that a character is in Latin-1, or in Windows-1252 where that has one of its own.
fn byte(char: char) -> Option<u8> {
    let special = match char {
        '€' => 0x80,
        '‚' => 0x82,
        'ƒ' => 0x83,
        '„' => 0x84,
        '…' => 0x85,
        '†' => 0x86,
        '‡' => 0x87,
        'ˆ' => 0x88,
        '‰' => 0x89,
        'Š' => 0x8A,
        '‹' => 0x8B,
        'Œ' => 0x8C,
        'Ž' => 0x8E,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '˜' => 0x98,
        '™' => 0x99,
        'š' => 0x9A,
        '›' => 0x9B,
        'œ' => 0x9C,
        'ž' => 0x9E,
        'Ÿ' => 0x9F,
        _ => return u8::try_from(u32::from(char)).ok(),
    };
    Some(special)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn meant(text: &str) -> Vec<String> {
        misread(text).into_iter().map(|found| found.meant).collect()
    }

    #[test]
    fn misread_text_is_told_from_text() {
        assert_eq!(meant("cafÃ© au lait"), ["é"]);
        assert_eq!(meant("itâ€™s, Â£5"), ["’", "£"]);
        assert_eq!(meant("ä¸\u{AD}æ–‡ and Ð¡Ñ‚"), ["中文", "Ст"]);
        assert_eq!(meant("ðŸ˜€"), ["😀"]);
        for fine in ["«CAFÉ»", "“AMANHÃ”", "“SÍ”", "perché…”", "5 Å²", "São Élan âgé", "Ø½"]
        {
            assert_eq!(meant(fine), Vec::<String>::new(), "{fine}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_as_latin_1_is_read_back(text in "[a-zé-üŁж漢]{1,12}") {
            let wrong: String = text.bytes().map(char::from).collect();
            let mut right = wrong.clone();
            for found in misread(&wrong).iter().rev() {
                right.replace_range(found.span.range(), &found.meant);
            }
            prop_assert!(right.chars().count() <= wrong.chars().count());
            if misread(&wrong).iter().map(|found| found.meant.chars().count()).sum::<usize>()
                == text.chars().filter(|char| !char.is_ascii()).count()
            {
                prop_assert_eq!(right, text);
            }
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = misread(&text);
        }
    }
}
