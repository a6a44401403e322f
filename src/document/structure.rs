//! The structure of a page without its words, and whether edits preserve it.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Parser, Tag};
use xxhash_rust::xxh3::xxh3_64;

use super::body::{Body, shifted};
use super::syntax::Syntax;
use crate::diagnostic::Edit;

/// The kind of a part of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PartKind {
    Paragraph,
    Heading,
    Quote,
    CodeBlock,
    HtmlBlock,
    List,
    NumberedList,
    Item,
    Footnote,
    Table,
    Cells,
    Emphasis,
    Strong,
    Strikethrough,
    Link,
    Image,
    Code,
    CodeLine,
    Html,
    FootnoteReference,
    Reference,
    Break,
    HardBreak,
    Rule,
    Task,
    Other,
}

impl PartKind {
    /// Returns whether this is inline markup, which is lost if an edit keeps only the words.
    fn is_markup(self) -> bool {
        matches!(
            self,
            Self::Emphasis
                | Self::Strong
                | Self::Strikethrough
                | Self::Link
                | Self::Image
                | Self::Code
                | Self::Html
                | Self::FootnoteReference
                | Self::Task
        )
    }
}

/// A part of a page: a block, inline markup, or a character reference.
#[derive(Clone, Debug)]
struct Part {
    kind: PartKind,
    /// A hash of the properties beyond the kind, such as the level of a heading, the destination of
    /// a link or the text of code.
    detail: u64,
    /// The number of recorded elements that contain the part.
    depth: u32,
    /// The byte range, without trailing white space.
    range: Range<usize>,
}

/// Returns the parts of a page, in order.
fn parts(source: &str, syntax: &Syntax) -> Vec<Part> {
    let body = Body::of(source, syntax);
    let source = &*body.page;
    let mut parts = Vec::new();
    // For each open element: whether it is recorded, and whether it is an item whose first
    // paragraph has not started yet.
    let mut open: Vec<(bool, bool)> = Vec::new();
    let mut depth = 0;
    let mut is_code = false;
    for (event, range) in Parser::new_ext(body.text(), body.options).into_offset_iter() {
        let range = shifted(&range, body.skipped);
        let text = source.get(range.clone()).unwrap_or_default();
        let range = range.start..range.start + text.trim_end().len();
        let (kind, detail) = match event {
            Event::Start(tag) => {
                is_code |= matches!(tag, Tag::CodeBlock(_));
                let is_first = matches!(tag, Tag::Paragraph)
                    && open.last_mut().is_some_and(|(_, waits)| std::mem::take(waits));
                open.push((!is_first, matches!(tag, Tag::Item)));
                // Do not record the first paragraph of an item. The parser emits it only if there
                // are blank lines between items.
                if is_first {
                    continue;
                }
                let (kind, detail) = element(&tag);
                parts.push(Part { kind, detail, depth, range });
                depth += 1;
                continue;
            }
            Event::End(_) => {
                is_code = false;
                depth -= u32::from(open.pop().is_some_and(|(counts, _)| counts));
                continue;
            }
            Event::Text(words) if is_code => {
                (PartKind::CodeLine, hash(words.trim_end_matches(['\n', '\r'])))
            }
            Event::Text(words) if *words != *text => (PartKind::Reference, hash(&words)),
            Event::Text(_) => continue,
            Event::Code(code) => (PartKind::Code, hash(&code)),
            Event::Html(html) | Event::InlineHtml(html) => (PartKind::Html, hash(html.trim_end())),
            Event::FootnoteReference(label) => (PartKind::FootnoteReference, hash(&label)),
            Event::SoftBreak => (PartKind::Break, 0),
            Event::HardBreak => (PartKind::HardBreak, 0),
            Event::Rule => (PartKind::Rule, 0),
            Event::TaskListMarker(is_done) => (PartKind::Task, u64::from(is_done)),
            Event::InlineMath(_) | Event::DisplayMath(_) => (PartKind::Other, 0),
        };
        parts.push(Part { kind, detail, depth, range });
    }
    parts
}

/// Returns the kind of an element and the hash of its other properties.
fn element(tag: &Tag<'_>) -> (PartKind, u64) {
    match tag {
        Tag::Paragraph => (PartKind::Paragraph, 0),
        Tag::Heading { level, .. } => (PartKind::Heading, *level as u64),
        Tag::BlockQuote(_) => (PartKind::Quote, 0),
        Tag::CodeBlock(CodeBlockKind::Fenced(info)) => (PartKind::CodeBlock, hash(info)),
        Tag::CodeBlock(CodeBlockKind::Indented) => (PartKind::CodeBlock, 0),
        Tag::HtmlBlock => (PartKind::HtmlBlock, 0),
        Tag::List(Some(_)) => (PartKind::NumberedList, 0),
        Tag::List(None) => (PartKind::List, 0),
        Tag::Item => (PartKind::Item, 0),
        Tag::FootnoteDefinition(label) => (PartKind::Footnote, hash(label)),
        Tag::Table(columns) => (PartKind::Table, columns.len() as u64),
        Tag::TableHead | Tag::TableRow | Tag::TableCell => (PartKind::Cells, 0),
        Tag::Emphasis => (PartKind::Emphasis, 0),
        Tag::Strong => (PartKind::Strong, 0),
        Tag::Strikethrough => (PartKind::Strikethrough, 0),
        Tag::Link { link_type, dest_url, .. } => {
            (PartKind::Link, destination(*link_type, dest_url))
        }
        Tag::Image { link_type, dest_url, .. } => {
            (PartKind::Image, destination(*link_type, dest_url))
        }
        _ => (PartKind::Other, 0),
    }
}

/// Returns a hash of a link's destination. It is 0 for a reference link, whose destination is in
/// its definition.
fn destination(link_type: LinkType, target: &str) -> u64 {
    match link_type {
        LinkType::Inline | LinkType::Autolink | LinkType::Email => hash(target),
        _ => 0,
    }
}

fn hash(text: &str) -> u64 {
    xxh3_64(text.as_bytes())
}

/// The effect of the edits on a part.
enum Fate {
    /// The part stays. `exact` is `true` if no edit touches it, so that all its properties stay
    /// too.
    Stays { exact: bool },
    /// The part starts inside a removed span and ends after it, so it may stay or disappear.
    MayGo,
    /// The part is inside the replaced span or the replacement of the edit with this index.
    Within(usize),
}

/// The spans of the edits, in order. In the old text, these are the replaced spans. In the new
/// text, these are the replacements.
struct Places {
    spans: Vec<Range<usize>>,
    /// For each edit, whether it only removes text.
    removes: Vec<bool>,
}

impl Places {
    /// Returns the effect of the edits on a part.
    fn fate(&self, part: &Part) -> Fate {
        let (start, end) = (part.range.start, part.range.end);
        let begun = self.spans.partition_point(|span| span.start <= start);
        let around = self.spans[..begun].iter().rposition(|span| start < span.end);
        match around {
            Some(edit) if end <= self.spans[edit].end => Fate::Within(edit),
            Some(edit) if self.removes[edit] => Fate::MayGo,
            Some(_) => Fate::Stays { exact: false },
            None => {
                let behind = self.spans.partition_point(|span| span.end < start);
                let touched = self.spans.get(behind).is_some_and(|span| span.start <= end);
                Fate::Stays { exact: !touched }
            }
        }
    }
}

/// The structure of a page.
#[derive(Debug)]
pub struct Structure<'a> {
    parts: Vec<Part>,
    syntax: &'a Syntax,
}

impl<'a> Structure<'a> {
    /// Parses a page and returns its structure.
    #[must_use]
    pub fn of(source: &str, syntax: &'a Syntax) -> Self {
        Self { parts: parts(source, syntax), syntax }
    }

    /// Returns whether edits that turn the page into `after` preserve the structure outside the
    /// replaced spans: blocks, inline markup, code, HTML and destinations. Also returns `false` if
    /// a replacement loses markup. The edits must not overlap.
    #[must_use]
    pub fn is_kept(&self, after: &str, edits: &[&Edit]) -> bool {
        keeps(&self.parts, &parts(after, self.syntax), edits)
    }
}

/// Returns whether the edits that turn the parts `old` into `new` preserve the structure.
fn keeps(old: &[Part], new: &[Part], edits: &[&Edit]) -> bool {
    let sorted = Edit::in_order(edits);
    let removes: Vec<bool> = sorted.iter().map(|edit| edit.replacement.is_empty()).collect();
    let old_spans: Vec<_> = sorted.iter().map(|edit| edit.span.range()).collect();
    let mut new_spans = Vec::with_capacity(sorted.len());
    let (mut read, mut written) = (0, 0);
    for edit in &sorted {
        let start = written + (edit.span.start as usize).saturating_sub(read);
        written = start + edit.replacement.len();
        read = edit.span.end as usize;
        new_spans.push(start..written);
    }
    let mut replaced: BTreeMap<(usize, PartKind), i64> = BTreeMap::new();
    let places = Places { spans: new_spans, removes: vec![false; sorted.len()] };
    let mut left = Vec::with_capacity(new.len());
    for part in new {
        match places.fate(part) {
            Fate::Within(edit) => *replaced.entry((edit, part.kind)).or_default() += 1,
            Fate::Stays { exact } => left.push((part, exact)),
            Fate::MayGo => {}
        }
    }
    let places = Places { spans: old_spans, removes };
    let mut left = left.into_iter().peekable();
    for part in old {
        let fate = places.fate(part);
        if let Fate::Within(edit) = fate {
            *replaced.entry((edit, part.kind)).or_default() -= i64::from(!places.removes[edit]);
            continue;
        }
        let exact = matches!(fate, Fate::Stays { exact: true });
        let same = left.next_if(|(new, is_exact)| same_part(part, new, exact && *is_exact));
        if same.is_none() && !matches!(fate, Fate::MayGo) {
            return false;
        }
    }
    let loses = |((_, kind), count): ((usize, PartKind), i64)| kind.is_markup() && count < 0;
    left.next().is_none() && !replaced.into_iter().any(loses)
}

fn same_part(old: &Part, new: &Part, exact: bool) -> bool {
    (old.kind, old.depth) == (new.kind, new.depth) && (!exact || old.detail == new.detail)
}

#[cfg(test)]
mod tests {
    use super::{Structure, Syntax};
    use crate::diagnostic::Edit;
    use crate::span::{FileId, Span};

    /// Returns whether a page keeps its structure when the first `old` in it becomes `new`.
    fn keeps(page: &str, old: &str, new: &str) -> bool {
        let start = page.find(old).expect("the text");
        let edit = Edit::replace(FileId(0), Span::new(start, start + old.len()), new);
        Structure::of(page, &Syntax::default()).is_kept(&page.replacen(old, new, 1), &[&edit])
    }

    #[test]
    fn edits_of_words_levels_and_destinations_keep_the_structure() {
        assert!(keeps("# One &amp; two\n", "&amp;", "&"));
        assert!(keeps("## One\n\n- a\n", "##", "#"));
        assert!(keeps("a [b](/c.md) *d*\n", "/c.md", "/e.md"));
        assert!(keeps("1. [a](/a.md)\n2. [b](/b.md)\n", "[a](/a.md)\n2. ", ""));
        assert!(keeps("1. a\n\n2. b\n", "\n\n2. b", ""));
        assert!(keeps("# A\n\ntext\n", "\n\ntext", "\n\n### [b](/b.md)\n\ntext"));
        let insert = |text: &str| Edit::insert(FileId(0), 5, text);
        let (one, two) = (insert("## B\n\ntext\n\n"), insert("## A\n\n"));
        let after = "# A\n\n## A\n\n## B\n\ntext\n\n> quote\n";
        assert!(
            Structure::of("# A\n\n> quote\n", &Syntax::default()).is_kept(after, &[&one, &two])
        );
        assert!(keeps("\u{FEFF}a *b*\n", "\u{FEFF}", ""));
        assert!(keeps("a\n<!-- x y -->\n", "x y", "x"));
    }

    #[test]
    fn edits_that_make_or_lose_markup_elsewhere_do_not() {
        assert!(!keeps("&plus; a\n---\n", "&plus;", "+"));
        assert!(!keeps("[caf&eacute;]\n\n[caf\u{E9}]: /a.md\n", "&eacute;", "\u{E9}"));
        assert!(!keeps("1. [old](/a.md) _It`s fine_\n", "old", "It`s over"));
        assert!(!keeps("Foo\n<!-- c -->\n---\n", "<!-- c -->\n", ""));
        assert!(!keeps("> a\n<!-- c -->\nb\n", "<!-- c -->\n", ""));
        assert!(!keeps("a &amp<!-- c -->; b\n", "<!-- c -->", ""));
        assert!(!keeps("1.  [a](/a.md)\n2. *[b](/b.md)*\n", "[a](/a.md)\n2. *", ""));
        assert!(!keeps("- a\n- b\n\n  text\n", "\n- b", "\n  b"));
        assert!(!keeps("### **25 March 2012**\n", "25 March 2012**", "2012-03-25"));
        assert!(!keeps("### 25 March[^1]\n\n[^1]: n\n", "25 March[^1]", "2012-03-25"));
        assert!(!keeps("a `b` c\n", "a `b` c", "a b c"));
    }
}
