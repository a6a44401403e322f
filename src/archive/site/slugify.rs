//! How site generators write texts into addresses.

use deunicode::deunicode;
use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;

use super::settings::Generator;
use crate::document::decode_references;

/// Returns a text as the generator writes it into an address.
pub(super) fn slugify(generator: Generator, text: &str) -> String {
    match generator {
        Generator::Jekyll => jekyll(text),
        Generator::Hugo => hugo(text),
        Generator::Zola => zola(text),
        Generator::Pelican => pelican(text),
        Generator::Other => text.to_owned(),
    }
}

/// Returns the folders of a path, each as the generator writes it.
pub(super) fn slugify_folders(generator: Generator, path: &str) -> String {
    match generator {
        Generator::Hugo | Generator::Zola => {
            let parts: Vec<String> = path.split('/').map(|part| slugify(generator, part)).collect();
            parts.join("/")
        }
        // The other generators keep the names of folders.
        Generator::Jekyll | Generator::Pelican | Generator::Other => path.to_owned(),
    }
}

/// Replaces runs of characters that a file name of Jekyll cannot keep with hyphens.
///
/// Source: `Jekyll::Utils.slugify` with the mode `pretty`, which keeps the case.
fn jekyll(text: &str) -> String {
    let is_kept =
        |char: char| char.is_alphanumeric() || is_mark(char) || "._~!$&'()+,;=@".contains(char);
    hyphenated(text, is_kept)
}

/// Writes the name of a file in lower case, with hyphens instead of spaces and without most punctuation.
///
/// Source: `paths.Sanitize` in Hugo's `common/paths`.
fn hugo(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for char in text.trim().chars() {
        if char.is_whitespace() {
            slug.push('-');
        } else if is_kept_by_hugo(char) {
            // Go maps each character to one.
            slug.extend(char.to_lowercase().next());
        }
    }
    slug
}

/// Writes a text of front matter as [`hugo`] does the name of a file, but with one hyphen for a run of spaces
/// between two words, even if other characters are removed there.
///
/// Source: `sanitize` in <https://github.com/gohugoio/hugo/blob/v0.168.0/common/paths/path.go>
pub(super) fn hugo_words(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut is_apart = false;
    for char in text.chars() {
        if is_kept_by_hugo(char) {
            if is_apart && char != '-' {
                slug.push('-');
            }
            is_apart = false;
            slug.extend(char.to_lowercase().next());
        } else if char.is_whitespace() {
            is_apart = !slug.is_empty() && !slug.ends_with('-');
        }
    }
    slug
}

fn is_kept_by_hugo(char: char) -> bool {
    char.is_alphabetic() || is_mark(char) || is_decimal(char) || "./\\_#+~-@".contains(char)
}

/// Transliterates a text to ASCII, in lower case, with hyphens instead of everything but letters and digits.
///
/// Source: the crate `slug`, which Zola uses.
fn zola(text: &str) -> String {
    hyphenated(&deunicode(text).to_lowercase(), |char| char.is_ascii_alphanumeric())
}

/// Transliterates a text to ASCII, in lower case, with hyphens instead of spaces and without punctuation.
///
/// Source: `pelican.utils.slugify` with the default `SLUG_REGEX_SUBSTITUTIONS`.
fn pelican(text: &str) -> String {
    let text = decode_references(&without_tags(text)).nfkd().collect::<String>();
    let ascii = deunicode(&text).to_lowercase();
    let mut slug = String::with_capacity(ascii.len());
    for char in ascii.trim().chars() {
        if char.is_whitespace() || char == '-' {
            if !slug.ends_with('-') && !slug.is_empty() {
                slug.push('-');
            }
        } else if char.is_ascii_alphanumeric() || char == '_' {
            slug.push(char);
        }
    }
    slug.trim_matches(['-', '_']).to_owned()
}

/// Returns a text without comments and tags of HTML.
///
/// Source: `Markup.striptags` of the Python package `markupsafe`, which Pelican calls.
fn without_tags(text: &str) -> String {
    let without = |text: &str, open: &str, close: &str| {
        let mut kept = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, tag)) = rest.split_once(open) {
            let Some((_, behind)) = tag.split_once(close) else { break };
            kept.push_str(before);
            rest = behind;
        }
        kept + rest
    };
    without(&without(text, "<!--", "-->"), "<", ">")
}

/// Replaces runs of characters that are not kept with hyphens, and removes hyphens at both ends.
fn hyphenated(text: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut slug = String::with_capacity(text.len());
    for char in text.chars() {
        if is_kept(char) {
            slug.push(char);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_matches('-').to_owned()
}

fn is_mark(char: char) -> bool {
    use GeneralCategory::{EnclosingMark, NonspacingMark, SpacingMark};
    matches!(get_general_category(char), EnclosingMark | NonspacingMark | SpacingMark)
}

fn is_decimal(char: char) -> bool {
    get_general_category(char) == GeneralCategory::DecimalNumber
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The results of the generators themselves.
    #[test]
    fn texts_are_written_as_the_generators_do() {
        for (generator, text, slug) in [
            (Generator::Jekyll, "My Post", "My-Post"),
            (Generator::Jekyll, "v1.2-p", "v1.2-p"),
            (Generator::Jekyll, "100%", "100"),
            (Generator::Jekyll, "a--c", "a-c"),
            (Generator::Jekyll, "-x-", "x"),
            (Generator::Jekyll, "a,b;c=d$e~f@g", "a,b;c=d$e~f@g"),
            (Generator::Jekyll, "新聞", "新聞"),
            (Generator::Hugo, "My Page", "my-page"),
            (Generator::Hugo, "(par)", "par"),
            (Generator::Hugo, "a  b", "a--b"),
            (Generator::Hugo, "İstanbul", "istanbul"),
            (Generator::Hugo, "-dash-", "-dash-"),
            (Generator::Hugo, "a.b.c", "a.b.c"),
            (Generator::Hugo, "apo's", "apos"),
            (Generator::Hugo, "größe", "größe"),
            (Generator::Hugo, "ndash–x", "ndashx"),
            (Generator::Hugo, "½", ""),
            (Generator::Hugo, "हिन्दी", "हिन्दी"),
            (Generator::Zola, "My Page: Größe", "my-page-grosse"),
            (Generator::Pelican, "Hello, World: Ü", "hello-world-u"),
            (Generator::Pelican, "v1.2", "v12"),
            (Generator::Pelican, "a_b", "a_b"),
            (Generator::Pelican, "Naïve Café", "naive-cafe"),
            (
                Generator::Pelican,
                "<em>Rust</em> &amp; C &lt;b&gt; AT&T &eacute;t&eacute; x<y",
                "rust-c-b-att-ete-xy",
            ),
            (Generator::Pelican, "<!-- <b> -->a&nbsp;b", "a-b"),
        ] {
            assert_eq!(slugify(generator, text), slug, "{generator:?} {text}");
        }
    }

    /// The results of Hugo itself.
    #[test]
    fn texts_of_front_matter_have_single_hyphens_in_hugo() {
        for (text, slug) in [
            ("R & D", "r-d"),
            ("a  b", "a-b"),
            ("a -& b", "a-b"),
            ("& x", "x"),
            ("x !", "x"),
            ("-- x", "--x"),
            ("C++ / x", "c++-/-x"),
            ("a – b", "a-b"),
            ("a\tb\u{A0}c", "a-b-c"),
            ("50% off", "50-off"),
            ("#tag", "#tag"),
        ] {
            assert_eq!(hugo_words(text), slug, "{text}");
        }
    }
}
