//! What a page is made of.

use std::collections::HashMap;
use std::ops::Range;

use super::broken_links::LinkFault;
use crate::span::Span;

/// A range of the document's visible text, see [`Document::words`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextRange {
    pub(super) start: u32,
    pub(super) end: u32,
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

/// A rule or group that a comment names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// Where it stands.
    pub span: Span,
    /// It, as written.
    pub text: Box<str>,
}

/// A comment that suppresses findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The comment.
    pub comment: Span,
    /// Its selectors, in order, including any that are neither a rule nor a group.
    pub selectors: Box<[Selector]>,
    /// The span that it applies to; `None` for the whole page.
    pub scope: Option<Span>,
    /// Whether it gives a reason.
    pub has_reason: bool,
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
    /// The broken links, in order.
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
    pub template_leftovers: Vec<Span>,
    /// Comments that suppress findings, in order.
    pub suppressions: Vec<Suppression>,
    /// Values of `id` and `name` attributes in the page's HTML.
    pub html_anchors: Vec<Box<str>>,
    pub(super) words: String,
}

impl Document {
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
    pub fn has_leftover_in(&self, span: Span) -> bool {
        let before = self.template_leftovers.partition_point(|leftover| leftover.start < span.end);
        self.template_leftovers[..before].last().is_some_and(|leftover| leftover.overlaps(span))
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
