//! Paths as texts.

use std::borrow::Cow;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Returns the ancestors of a path, starting with the one nearest to the root, and then the path
/// itself. The root, which is the empty path, is not included.
pub fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let ends = memchr::memchr_iter(b'/', path.as_bytes()).chain([path.len()]);
    ends.map(|end| &path[..end]).filter(|above| !above.is_empty())
}

/// Splits a path into its folder, without a slash at its end, and the name of the file.
#[must_use]
pub fn folder_and_name(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// Returns the path of something in a folder. The root is the empty path.
#[must_use]
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Folds a path for comparisons that ignore case and normal form: converts it to lower case and
/// normal form C.
pub(super) fn fold(path: &str) -> Cow<'_, str> {
    if is_folded(path) {
        return path.into();
    }
    let lower = path.to_lowercase();
    if is_nfc_quick(lower.chars()) == IsNormalized::Yes {
        return lower.into();
    }
    lower.nfc().collect::<String>().into()
}

/// Returns whether a path is certainly equal to its folded form (see [`fold`]). Skips ideographs by
/// their first byte, because they have neither case nor a second normal form.
fn is_folded(path: &str) -> bool {
    let bytes = path.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'A'..=b'Z' => return false,
            0..=0x7F => 1,
            // The first bytes of U+4000 to U+9FFF.
            0xE4..=0xE9 => 3,
            _ => {
                let Some(char) = path[at..].chars().next() else { return true };
                let mut lower = char.to_lowercase();
                let is_one = is_nfc_quick(std::iter::once(char)) == IsNormalized::Yes;
                // Normal form C may put several combining marks in another order.
                let is_mark = canonical_combining_class(char) != 0;
                if lower.next() != Some(char) || !is_one || is_mark {
                    return false;
                }
                char.len_utf8()
            }
        };
    }
    true
}

/// Returns what the paths of the files in a folder begin with. The root is the empty path.
pub(super) fn folder_prefix(folder: &str) -> String {
    if folder.is_empty() { String::new() } else { format!("{folder}/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        /// Arabic, Hebrew and Thai marks, whose usual order is not that of normal form C, and letters with several forms.
        #[test]
        fn folding_is_lower_case_in_normal_form_c(
            path in "[a-cA-C/äÄéİΣσςǅ\u{301}\u{308}\u{5B7}\u{5BC}\u{645}\u{64E}\u{651}\u{E38}\u{E49}가\u{1100}\u{1161}洪が\u{3099}]{0,8}",
        ) {
            let expected: String = path.to_lowercase().nfc().collect();
            proptest::prop_assert_eq!(fold(&path), &*expected);
            proptest::prop_assert!(!is_folded(&path) || path == expected);
        }
    }
}
