//! Turns the text of a heading into an anchor.

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;

use super::super::anchor_style::AnchorStyle;

/// Returns the anchor for the text of a heading, before it is numbered.
pub(super) fn slug(text: &str, style: AnchorStyle) -> String {
    match style {
        AnchorStyle::Github => github(text),
        AnchorStyle::Kramdown => kramdown(text),
        AnchorStyle::Hugo => hugo(text),
        AnchorStyle::Zola => zola(text),
        AnchorStyle::Python => python(text),
    }
}

/// Returns the beginning of the anchor of a heading whose text begins with `text`.
pub(super) fn beginning(text: &str, style: AnchorStyle) -> String {
    let has_words = text.contains(char::is_alphanumeric);
    if has_words { slug(text, style) } else { String::new() }
}

/// Keeps letters, marks, decimal digits, connector punctuation and hyphens, in lower case. Each space
/// becomes a hyphen.
///
/// Source: <https://github.com/gjtorikian/html-pipeline/blob/v2.14.3/lib/html/pipeline/toc_filter.rb>
fn github(text: &str) -> String {
    words(text, |char| char == ' ')
}

/// Like [`github`], but each tab becomes a hyphen, too.
///
/// Source: <https://github.com/kramdown/parser-gfm/blob/REL_1_1_0/lib/kramdown/parser/gfm.rb>
fn kramdown(text: &str) -> String {
    words(text, |char| matches!(char, ' ' | '\t'))
}

/// Keeps hyphens and the characters of words, in lower case. What `is_space` returns `true` for becomes a
/// hyphen.
fn words(text: &str, is_space: impl Fn(char) -> bool) -> String {
    let kept = |char| match char {
        char if is_space(char) => Some('-'),
        char if char == '-' || is_word(char) => Some(char),
        _ => None,
    };
    text.chars().flat_map(char::to_lowercase).filter_map(kept).collect()
}

/// Returns whether Ruby's `\p{Word}` matches a character.
fn is_word(char: char) -> bool {
    use GeneralCategory::{
        ConnectorPunctuation, DecimalNumber, EnclosingMark, NonspacingMark, SpacingMark,
    };
    if char.is_ascii() {
        return char.is_ascii_alphanumeric() || char == '_';
    }
    char.is_alphabetic()
        || matches!(
            get_general_category(char),
            NonspacingMark | SpacingMark | EnclosingMark | DecimalNumber | ConnectorPunctuation
        )
}

/// Keeps letters, decimal digits and `_`, in lower case. Each space and each hyphen becomes a hyphen.
///
/// Source: <https://github.com/gohugoio/hugo/blob/v0.168.0/markup/goldmark/autoid.go>
fn hugo(text: &str) -> String {
    let kept = |char: char| match char {
        ' ' | '-' => Some('-'),
        '_' => Some(char),
        // Go maps each letter to one letter.
        _ if is_letter_or_digit(char) => char.to_lowercase().next(),
        _ => None,
    };
    let slug: String = text.trim().chars().filter_map(kept).collect();
    if slug.is_empty() { "heading".to_owned() } else { slug }
}

/// Returns whether Go's `unicode.IsLetter` or `unicode.IsDigit` is true for a character.
fn is_letter_or_digit(char: char) -> bool {
    use GeneralCategory::{
        DecimalNumber, LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter,
        UppercaseLetter,
    };
    if char.is_ascii() {
        return char.is_ascii_alphanumeric();
    }
    matches!(
        get_general_category(char),
        UppercaseLetter
            | LowercaseLetter
            | TitlecaseLetter
            | ModifierLetter
            | OtherLetter
            | DecimalNumber
    )
}

/// Transliterates to ASCII. Each run of characters other than letters and digits becomes a hyphen, except
/// at both ends.
///
/// Source: <https://github.com/Stebalien/slug-rs/blob/master/src/lib.rs>, which Zola calls
fn zola(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut push = |char: char| {
        if char.is_ascii_alphanumeric() {
            slug.push(char.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    };
    for char in text.chars() {
        if char.is_ascii() {
            push(char);
        } else {
            deunicode::deunicode_char(char).unwrap_or("-").chars().for_each(&mut push);
        }
    }
    if slug.ends_with('-') {
        slug.pop();
    }
    slug
}

/// Keeps what is left in ASCII of letters, digits and `_`, in lower case. Each run of white space and
/// hyphens becomes a hyphen.
///
/// Source: <https://github.com/Python-Markdown/markdown/blob/3.11/markdown/extensions/toc.py>
fn python(text: &str) -> String {
    let is_kept = |char: &char| {
        char.is_ascii_alphanumeric() || matches!(char, '_' | '-') || char.is_whitespace()
    };
    let kept: String = text.nfkd().filter(char::is_ascii).filter(is_kept).collect();
    let mut slug = String::with_capacity(kept.len());
    for char in kept.trim().chars() {
        if char != '-' && !char.is_whitespace() {
            slug.push(char.to_ascii_lowercase());
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug
}
