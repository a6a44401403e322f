//! Attributes in braces, such as `{#id}` at the end of a heading and `{: #id}` on a line of its own.

use super::super::anchor_style::AnchorStyle;

/// What the braces at the end of a heading are in a style.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Braces {
    /// Attributes, with the id among them, if there is any.
    Attributes(Option<String>),
    /// A part of the heading's text.
    Text(String),
}

impl Braces {
    /// Reads the braces at the end of a heading in which the parser found attributes. `id` is the id that
    /// it found, and `heading` the source of the heading.
    pub(super) fn read(heading: &str, id: Option<String>, style: AnchorStyle) -> Self {
        let Some((before, rest)) = heading.rsplit_once('{') else { return Self::Attributes(id) };
        let Some((inside, _)) = rest.split_once('}') else { return Self::Attributes(id) };
        let is_spaced = before.ends_with([' ', '\t']);
        let found = match style {
            AnchorStyle::Github => None,
            AnchorStyle::Kramdown => {
                (is_spaced && is_kramdown(inside)).then(|| Some(inside[1..].to_owned()))
            }
            AnchorStyle::Hugo => {
                let is_escaped = before.ends_with('\\');
                (!is_escaped && is_hugo(inside)).then(|| id_in(inside))
            }
            AnchorStyle::Zola => Some(id),
            AnchorStyle::Python => {
                is_spaced.then(|| id_in(inside.strip_prefix(':').unwrap_or(inside)))
            }
        };
        found.map_or_else(
            || Self::Text(format!("{}{{{inside}}}", if is_spaced { " " } else { "" })),
            Self::Attributes,
        )
    }
}

/// Returns whether kramdown takes `{inside}` for the id of a heading: a name of XML after `#`.
///
/// Source: <https://github.com/gettalong/kramdown/blob/REL_2_4_0/lib/kramdown/parser/kramdown/header.rb>
fn is_kramdown(inside: &str) -> bool {
    let is_start = |char: char| char.is_alphabetic() || matches!(char, '_' | ':');
    let is_part = |char: char| is_start(char) || char.is_numeric() || matches!(char, '-' | '.');
    inside
        .strip_prefix('#')
        .is_some_and(|name| name.starts_with(is_start) && name.chars().all(is_part))
}

/// Returns whether Hugo takes `{inside}` for the attributes of a heading.
///
/// Source: <https://github.com/yuin/goldmark#attributes>
fn is_hugo(inside: &str) -> bool {
    let is_attribute =
        |word: &str| (word.starts_with(['#', '.']) && word.len() > 1) || word.contains('=');
    inside.split_ascii_whitespace().all(is_attribute)
}

/// Returns the last id in a list of attributes, such as `.class #id` or `id="id"`.
fn id_in(attributes: &str) -> Option<String> {
    let id = |word: &str| {
        let id = word.strip_prefix('#').or_else(|| word.strip_prefix("id="))?;
        let id = id.trim_matches(['"', '\'']);
        (!id.is_empty()).then(|| id.to_owned())
    };
    attributes.split_ascii_whitespace().filter_map(id).next_back()
}

/// Returns the ids in the attribute lists in a text.
pub(super) fn listed_ids(text: &str) -> impl Iterator<Item = String> {
    attribute_lists(text).filter_map(id_in)
}

/// Returns whether an attribute list in a text contains a word.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    attribute_lists(text).any(|list| list.split_ascii_whitespace().any(|found| found == word))
}

/// Returns the texts in the attribute lists `{: … }`. Extensions such as `{::comment}` are no attribute lists.
fn attribute_lists(text: &str) -> impl Iterator<Item = &str> {
    let lists = text.split("{:").skip(1).filter(|list| !list.starts_with(':'));
    lists.filter_map(|list| Some(list.split_once('}')?.0))
}

/// Returns whether a line consists of one attribute list.
pub(super) fn is_attribute_list(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("{:") && !line.starts_with("{::") && line.find('}') == Some(line.len() - 1)
}
