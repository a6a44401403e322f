//! Detects files that are not UTF-8 text, and text that was once decoded with the wrong encoding:
//! UTF-8 read as Latin-1 or Windows-1252.

use crate::span::{SourceText, Span};

/// The reason why a file cannot be decoded, so that only its bytes can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Garbled {
    /// UTF-16, recognised by its byte order mark or by its NUL bytes.
    Utf16,
    /// Not text: it contains NUL bytes and is not UTF-8.
    Binary,
    /// Text in another encoding, with too many bytes that are invalid in UTF-8.
    OtherEncoding,
}

/// Returns why a file is not UTF-8 text, or `None` if it is UTF-8 text in which at most a few bytes
/// are invalid.
#[must_use]
pub fn garbled(source: &SourceText) -> Option<Garbled> {
    let text = source.text();
    if source.is_utf8() && memchr::memchr(0, text.as_bytes()).is_none() {
        return None;
    }
    let nuls = memchr::memchr_iter(0, text.as_bytes()).count();
    // ASCII text in UTF-16 is also valid UTF-8, with a NUL byte before or after each letter.
    let alternates = |from: usize| {
        let bytes = text.bytes().skip(from).step_by(2);
        nuls * 5 >= text.len() * 2 && bytes.filter(|byte| *byte == 0).count() * 10 >= nuls * 9
    };
    if source.is_utf8() {
        return (nuls > 1 && (alternates(0) || alternates(1))).then_some(Garbled::Utf16);
    }
    let mut invalid = source.invalid();
    let mark = (invalid.next(), invalid.next());
    if let (Some((first, b"\xFF")), Some((second, b"\xFE")))
    | (Some((first, b"\xFE")), Some((second, b"\xFF"))) = mark
        && first.start == 0
        && first.end == second.start
    {
        return Some(Garbled::Utf16);
    }
    if nuls > 0 {
        return Some(Garbled::Binary);
    }
    let lost = source.invalid().count();
    let kept = text.len().saturating_sub(lost * char::REPLACEMENT_CHARACTER.len_utf8());
    (lost * 3 > kept).then_some(Garbled::OtherEncoding)
}

/// Returns the character that Windows-1252 assigns to the byte with the value of `control`, a
/// control character from U+0080 to U+009F. Returns `None` for the five bytes that Windows-1252
/// does not define, and for any other character.
#[must_use]
pub fn windows_1252(control: char) -> Option<char> {
    let index = u32::from(control).checked_sub(0x80)?;
    WINDOWS_1252.get(index as usize).copied().filter(|char| !char.is_control())
}

/// Returns whether a character is invisible on its own: white space, a control character, an
/// ignorable character (Unicode 17's `Default_Ignorable_Code_Point`) or a noncharacter.
#[must_use]
pub fn is_invisible(char: char) -> bool {
    char.is_whitespace()
        || char.is_control()
        || u32::from(char) & 0xFFFE == 0xFFFE
        || matches!(
            char,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FDD0}'..='\u{FDEF}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// The characters of the bytes 0x80 to 0x9F in Windows-1252, according to the WHATWG Encoding Standard.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// A run of characters that result from reading UTF-8 as Latin-1 or Windows-1252.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// The span of the run.
    pub span: Span,
    /// The original text: the bytes of the run, decoded as UTF-8.
    pub meant: String,
}

/// Returns the misread runs of a text, in order. In UTF-8, the first character of every such run
/// starts with the byte 0xC3, so the search skips to these bytes.
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

/// Two to four characters that result from reading each byte of one UTF-8 character as a character
/// of its own.
struct Sequence {
    /// The number of bytes that the characters take in the text.
    len: usize,
    /// The character that the bytes encode.
    meant: char,
    /// Whether the sequence alone proves that the text was misread.
    convicts: bool,
}

/// Returns the misread run that starts at `start`, if there is one.
fn run_at(text: &str, start: usize) -> Option<Misread> {
    let mut end = start;
    let mut meant = String::new();
    let mut convicts = false;
    while let Some(sequence) = text.get(end..).and_then(sequence) {
        // Two sequences in a row cannot be a coincidence.
        convicts |= sequence.convicts || !meant.is_empty();
        meant.push(sequence.meant);
        end += sequence.len;
    }
    convicts.then(|| Misread { span: Span::new(start, end), meant })
}

/// Decodes the characters at the start of `text` as the bytes of one UTF-8 character.
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

/// Returns whether a sequence is certainly misread text. It may be correct if a letter comes before
/// a quotation mark, a dash or a unit, as in `«CAFÉ»`, `“AMANHÃ”`, `perché…”` and `Å²`.
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

/// Returns the byte of a character in Latin-1, or else in Windows-1252.
fn byte(char: char) -> Option<u8> {
    let special = || WINDOWS_1252.iter().position(|special| *special == char);
    u8::try_from(u32::from(char)).ok().or_else(|| u8::try_from(0x80 + special()?).ok())
}

/// Returns whether a text may end with the first bytes of a UTF-8 character, each read as a
/// character of Latin-1 or Windows-1252.
fn may_go_on(text: &str) -> bool {
    let mut bytes = text.chars().rev().take(3).map_while(byte);
    bytes.find(|byte| !(0x80..=0xBF).contains(byte)).is_some_and(|lead| lead >= 0xC2)
}

/// The facts about a page that decide how its control characters are interpreted.
#[derive(Debug)]
pub struct Surroundings {
    /// The runs that were decoded with the wrong encoding, in order.
    misread: Vec<Misread>,
    /// The spans that are read as text, in order.
    texts: Vec<Span>,
    /// Whether some control character can only be a Windows-1252 character.
    is_windows_1252: bool,
}

impl Surroundings {
    /// Examines a page. `texts` are the spans that are read as text, in order.
    #[must_use]
    pub fn new(text: &str, texts: Vec<Span>) -> Self {
        let mut surroundings = Self { misread: misread(text), texts, is_windows_1252: false };
        surroundings.is_windows_1252 = text.char_indices().any(|(at, char)| {
            !matches!(char, '\u{85}' | '\u{9B}')
                && windows_1252(char).is_some()
                && surroundings.is_windows_1252_at(text, Span::new(at, at + char.len_utf8()))
        });
        surroundings
    }

    /// Returns whether the page contains a control character that can only be a Windows-1252
    /// character.
    #[must_use]
    pub fn is_windows_1252(&self) -> bool {
        self.is_windows_1252
    }

    /// Returns whether the character at a byte offset is part of a misread run.
    #[must_use]
    pub fn is_misread(&self, at: usize) -> bool {
        let before = self.misread.partition_point(|run| run.span.start as usize <= at);
        let last = before.checked_sub(1).and_then(|last| self.misread.get(last));
        last.is_some_and(|run| at < run.span.end as usize)
    }

    /// Returns whether a span is read as text. Elsewhere, in code, HTML, destinations and
    /// addresses, every byte matters.
    #[must_use]
    pub fn is_text(&self, span: Span) -> bool {
        let begun = self.texts.partition_point(|text| text.start <= span.start);
        let last = begun.checked_sub(1).and_then(|last| self.texts.get(last));
        last.is_some_and(|text| text.contains(span))
    }

    /// Returns whether the control characters in a span can only be Windows-1252 punctuation. This
    /// is the case if the page contains no misread text, the span is read as text, and the text
    /// before it ends neither with part of a misread character nor within a web address.
    #[must_use]
    pub fn is_windows_1252_at(&self, text: &str, span: Span) -> bool {
        let before = text.get(..span.start as usize).unwrap_or_default();
        self.misread.is_empty()
            && self.is_text(span)
            && !may_go_on(before)
            && !ends_in_an_address(before)
    }
}

/// Returns whether a text ends within a web address.
fn ends_in_an_address(before: &str) -> bool {
    let near = &before[before.floor_char_boundary(before.len().saturating_sub(LONGEST_ADDRESS))..];
    near.rsplit(char::is_whitespace).next().is_some_and(|word| word.contains("://"))
}

/// The maximum number of bytes to search backwards for the start of an address.
const LONGEST_ADDRESS: usize = 1024;

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

    #[test]
    fn a_file_is_judged_by_its_bytes() {
        let utf_16 = |text: &str, mark: &[u8]| -> Vec<u8> {
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            mark.iter().copied().chain(units).collect()
        };
        let judge = |bytes: &[u8]| garbled(&SourceText::from_bytes(bytes));
        let page = "### 2012-03-25\r\n\r\n# Lock gates fail\r\n";
        assert_eq!(judge(&utf_16(page, b"\xFF\xFE")), Some(Garbled::Utf16));
        assert_eq!(judge(&utf_16(page, b"")), Some(Garbled::Utf16));
        assert_eq!(judge(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR"), Some(Garbled::Binary));
        assert_eq!(judge(b"# \xB1\xB1\xBE\xA9\xCA\xD0 2012"), Some(Garbled::OtherEncoding));
        assert_eq!(judge(b"### 2012-03-25\n\n# Caf\xE9 \xE0 la carte\n"), None);
        assert_eq!(judge("# Gates\0 fail, 漢字\n".as_bytes()), None);
        assert_eq!(judge(b""), None);
    }

    #[test]
    fn windows_1252_has_a_character_for_all_but_five_controls() {
        let undefined: Vec<u32> = (0x80..=0x9F)
            .filter(|code| windows_1252(char::from_u32(*code).expect("a character")).is_none())
            .collect();
        assert_eq!(undefined, [0x81, 0x8D, 0x8F, 0x90, 0x9D]);
        assert_eq!(windows_1252('\u{85}'), Some('…'));
        assert_eq!(windows_1252('\u{9B}'), Some('›'));
        assert_eq!((windows_1252('\u{7F}'), windows_1252('\u{A0}')), (None, None));
    }

    #[test]
    fn a_lead_byte_may_go_on() {
        for text in ["\u{D0}", "x\u{E2}\u{80}", "ð\u{9F}\u{98}", "caf\u{E9}"] {
            assert!(may_go_on(text), "{text:?}");
        }
        for text in ["", "x", "\u{92}", "x\u{80}", "漢"] {
            assert!(!may_go_on(text), "{text:?}");
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
