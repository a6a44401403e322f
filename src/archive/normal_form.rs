//! Unicode normal form C, in which texts of pages are compared.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Returns a text in Unicode normal form C. Nearly every text is in this form already and is returned as
/// it is.
#[must_use]
pub fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text.into();
    }
    text.nfc().collect::<String>().into()
}

/// Returns a text in normal form C, with one space for each run of white space. Two such texts differ
/// exactly if they do not consist of the same words.
#[must_use]
pub fn one_line(text: &str) -> String {
    nfc(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns whether two texts consist of the same words, whatever their white space and normal form.
#[must_use]
pub fn are_same_words(one: &str, other: &str) -> bool {
    nfc(one).split_whitespace().eq(nfc(other).split_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_in_normal_form_c() {
        assert!(are_same_words("Größe  der\u{A0}Fähre", "Gro\u{308}ße der Fa\u{308}hre"));
        assert!(are_same_words("\u{212B}ngström", "\u{C5}ngström"));
        assert!(!are_same_words("Grosse der Fähre", "Größe der Fähre"));
        assert!(!are_same_words("ﬁn", "fin"), "compatibility characters differ");
        assert_eq!(nfc("o\u{308}"), "ö");
    }
}
