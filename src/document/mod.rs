//! One page as its parser sees it: headings, links, list items, and what was meant as a link and
//! is none. The only user of pulldown-cmark.
//!
//! Any text gives a [`Document`]; there is no failure. Spans are bytes of the page's
//! [`SourceText`](crate::span::SourceText). The words a reader sees are gathered in one buffer with
//! white space runs folded, and referred to by [`TextRange`].

mod broken_links;
mod builder;
mod comments;
mod destination;
mod front_matter;
mod links;
mod plain_text;
mod structure;
mod template_leftovers;
mod wiki;

use std::collections::HashMap;
use std::ops::Range;

pub use broken_links::{LinkFault, LinkFaultKind};
pub use comments::{Selector, Suppression};
pub use destination::{Rewritten, decode_destination, encode_destination};
pub use plain_text::text_spans;
pub use structure::Structure;

use crate::span::Span;

/// A range of the document's visible text, see [`Document::words`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextRange {
    start: u32,
    end: u32,
}

/// A heading of any level.
#[derive(Clone, Debug)]
pub struct Heading {
    /// The whole heading, markers included.
    pub span: Span,
    /// Its inline content, without markers; empty for an empty heading.
    pub content: Span,
    /// 1 to 6.
    pub level: u8,
    /// What a reader sees of it.
    pub text: TextRange,
    /// Indices in [`Document::links`] of the links and images inside it.
    pub links: Range<u32>,
    /// Whether anything but white space stands between it and the next heading.
    pub has_content: bool,
}

impl Heading {
    /// Where its text stands; of an empty one, the heading.
    #[must_use]
    pub fn place(&self) -> Span {
        if self.content.is_empty() { self.span } else { self.content }
    }
}

/// How a link is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// `[text](destination)`.
    Inline,
    /// `[text][label]`, `[label][]` or `[label]` with a definition elsewhere in the page.
    Reference,
    /// `<https://…>` or `<someone@…>`.
    Autolink,
}

/// A link or an image.
#[derive(Clone, Debug)]
pub struct Link {
    /// The whole link.
    pub span: Span,
    /// Its destination as written, without angle brackets; of a reference, the one in the definition.
    pub destination: Span,
    /// The destination with escapes and character references resolved, where that changes it.
    pub resolved: Option<Box<str>>,
    /// What stands between its brackets.
    pub content: Span,
    /// What a reader sees of it.
    pub text: TextRange,
    /// How it is written.
    pub kind: LinkKind,
    /// Whether it is an image.
    pub image: bool,
    /// Whether its destination is at fault: then one of [`Document::faults`] says so, and nothing
    /// more is to be made of it.
    pub faulty: bool,
    /// Whether its destination stands in a table, where a `|` has to be escaped.
    pub in_table: bool,
    /// Whether another link takes its destination from the same definition.
    pub shared: bool,
}

impl Link {
    /// The destination that CommonMark makes of the link; `source` is the page's text.
    #[must_use]
    pub fn target<'a>(&'a self, source: &'a str) -> &'a str {
        self.resolved.as_deref().unwrap_or_else(|| self.destination.of(source))
    }
}

/// An item of an outermost list.
#[derive(Clone, Debug)]
pub struct Item {
    /// The whole item, marker included.
    pub span: Span,
    /// Its content, from the first text to the last; empty for an empty item.
    pub content: Span,
    /// Index in [`Document::headings`] of the heading that it stands under.
    pub heading: Option<u32>,
    /// Indices in [`Document::links`] of the links and images inside it.
    pub links: Range<u32>,
    /// The first text that is neither inside a link nor in an emphasised remark behind one.
    pub stray: Option<Span>,
}

/// `[text][label]` whose label is defined nowhere in the page.
#[derive(Clone, Debug)]
pub struct UndefinedReference {
    /// The whole of it.
    pub span: Span,
    /// The label, as written.
    pub label: Box<str>,
}

/// What a page is made of.
#[derive(Debug, Default)]
pub struct Document {
    /// Every heading, in order.
    pub headings: Vec<Heading>,
    /// Every link and image, in order of their beginnings.
    pub links: Vec<Link>,
    /// Every item of an outermost list, in order.
    pub items: Vec<Item>,
    /// What was meant as a link and is none, in order.
    pub faults: Vec<LinkFault>,
    /// References without a definition, in order.
    pub undefined: Vec<UndefinedReference>,
    /// Character references in the text of headings and links, in order.
    pub references: Vec<Span>,
    /// The front matter at the top, if there is any.
    pub front_matter: Option<Span>,
    /// What is not read as text: code, front matter, scripts and comments; in order.
    pub verbatim: Vec<Span>,
    /// What a template left behind, in order: `${…}`, `{% … %}` and `<% … %>`.
    pub residue: Vec<Span>,
    /// Comments that silence findings, in order.
    pub suppressions: Vec<Suppression>,
    /// Values of `id` and `name` attributes in the page's HTML.
    pub html_anchors: Vec<Box<str>>,
    words: String,
}

impl Document {
    /// Parses a page.
    #[must_use]
    pub fn parse(source: &str) -> Self {
        builder::build(source)
    }

    /// The visible text of a range: white space runs folded to one space, none at either end.
    #[must_use]
    pub fn words(&self, range: TextRange) -> &str {
        self.words.get(range.start as usize..range.end as usize).unwrap_or_default().trim()
    }

    /// The links and images among `indices`.
    #[must_use]
    pub fn links_in(&self, indices: &Range<u32>) -> &[Link] {
        self.links.get(indices.start as usize..indices.end as usize).unwrap_or_default()
    }

    /// Whether a link fault lies in `span`, so that nothing else need be said of what it broke.
    #[must_use]
    pub fn has_fault_in(&self, span: Span) -> bool {
        let first = self.faults.partition_point(|fault| fault.span.start < span.start);
        self.faults.get(first).is_some_and(|fault| fault.span.start < span.end)
    }

    /// Whether the byte at `offset` is part of code or of anything else that is not read as text.
    #[must_use]
    pub fn is_verbatim(&self, offset: u32) -> bool {
        let before = self.verbatim.partition_point(|span| span.start <= offset);
        self.verbatim[..before].last().is_some_and(|span| offset < span.end)
    }

    /// Where a page's text begins: behind a byte order mark and front matter.
    #[must_use]
    pub fn body_start(&self, source: &str) -> u32 {
        let text = source.trim_start_matches('\u{FEFF}');
        let Some(front) = self.front_matter else { return (source.len() - text.len()) as u32 };
        let rest = source.get(front.end as usize..).unwrap_or_default();
        front.end + (rest.len() - rest.trim_start_matches(['\n', '\r']).len()) as u32
    }

    /// Whether a destination, or any other span, holds what a template left behind.
    #[must_use]
    pub fn has_residue_in(&self, span: Span) -> bool {
        let before = self.residue.partition_point(|residue| residue.start < span.end);
        self.residue[..before].last().is_some_and(|residue| residue.overlaps(span))
    }

    /// The index of the item that `span` is part of.
    #[must_use]
    pub fn item_around(&self, span: Span) -> Option<usize> {
        let before = self.items.partition_point(|item| item.span.start <= span.start);
        let index = before.checked_sub(1)?;
        self.items.get(index)?.span.contains(span).then_some(index)
    }

    /// The index of the heading that `span` is part of.
    #[must_use]
    pub fn heading_around(&self, span: Span) -> Option<usize> {
        let before = self.headings.partition_point(|heading| heading.span.start <= span.start);
        let index = before.checked_sub(1)?;
        self.headings.get(index)?.span.contains(span).then_some(index)
    }

    /// The anchors that GitHub gives the page's headings, in order, and those its HTML sets.
    pub fn anchors(&self) -> impl Iterator<Item = String> {
        let mut seen = HashMap::<String, u32>::new();
        let headings = self.headings.iter().map(move |heading| {
            let slug = anchor(self.words(heading.text));
            let count = seen.entry(slug.clone()).and_modify(|count| *count += 1).or_insert(0);
            if *count == 0 { slug } else { format!("{slug}-{count}") }
        });
        headings.chain(self.html_anchors.iter().map(ToString::to_string))
    }
}

/// The text that a reader sees of a heading with this inline Markdown; none where it is no heading
/// of one line.
#[must_use]
pub fn inline_words(markdown: &str) -> Option<String> {
    heading_words(markdown, false)
}

/// The text that a reader sees of a heading with this inline Markdown, with a line of marks below it or with
/// one in front; none where it is no heading of one line.
#[must_use]
pub fn heading_words(markdown: &str, is_underlined: bool) -> Option<String> {
    let page = if is_underlined { format!("{markdown}\n===\n") } else { format!("# {markdown}\n") };
    let document = Document::parse(&page);
    let [heading] = document.headings.as_slice() else { return None };
    Some(document.words(heading.text).to_owned())
}

/// What a character reference such as `&quot;` stands for; none for a text that is not just that.
#[must_use]
pub fn decode_reference(reference: &str) -> Option<String> {
    let words = inline_words(&format!("x{reference}x"))?;
    let decoded = words.strip_prefix('x')?.strip_suffix('x')?;
    (decoded != reference && !decoded.is_empty()).then(|| decoded.to_owned())
}

/// The anchor of a heading's text: lower case, spaces as hyphens, no punctuation but `-` and `_`
/// (the rule of GitHub's renderer, as its html-pipeline states it).
fn anchor(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|char| match char {
            ' ' => Some('-'),
            '-' | '_' => Some(char),
            _ if char.is_alphanumeric() => Some(char),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests;
