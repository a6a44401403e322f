//! Finds the links that are references, such as `[text]({% link a.md %})`.

use std::ops::Range;

use super::destination::Rewritten;
use super::model::{Document, Link, LinkKind};
use super::reference_patterns::{Notation, Reference, ReferencePattern};
use super::shortcode;
use super::syntax::Syntax;
use super::template_tags;
use crate::span::Span;

/// The maximum length of a destination that can be a reference, in bytes. Many links may use one
/// definition.
const LONGEST: usize = 4096;
/// The maximum number of template tags before a reference in a destination.
const MOST_TAGS_BEFORE: usize = 4;

impl Document {
    /// Finds the links that are references.
    pub(super) fn find_references(&mut self, source: &str, syntax: &Syntax) {
        if syntax.references.is_empty() {
            return;
        }
        let links = (0..).zip(&self.links).filter(|(_, link)| !link.faulty);
        let found = links.filter_map(|(index, link)| {
            let target = Some(link.target(source)).filter(|target| target.len() <= LONGEST)?;
            let tags = template_tags::find(target, 0, syntax.template);
            let patterns = (0..).zip(&syntax.references);
            let mut fitting = patterns.filter(|(_, pattern)| {
                (pattern.notation == Notation::Wiki) == (link.kind == LinkKind::Wiki)
            });
            fitting.find_map(|(pattern, found)| {
                let (value, fragment) = read(found, target, &tags)?;
                Some(Reference { link: index, pattern, value, fragment })
            })
        });
        self.site_references = found.collect();
    }

    /// Returns what a link of the document names, if it is a reference.
    #[must_use]
    pub fn reference_of(&self, link: &Link) -> Option<&Reference> {
        let references = &self.site_references;
        let start = |reference: &Reference| self.links[reference.link as usize].span.start;
        let at = references.binary_search_by_key(&link.span.start, start).ok()?;
        Some(&references[at])
    }

    /// Returns the change that replaces a part of a destination with a template tag, or of a wiki
    /// link. Returns `None` if the part is not within the reference's value or fragment, or if the
    /// destination is not written as it reads.
    pub(super) fn rewrite_reference(
        &self,
        link: &Link,
        source: &str,
        part: Range<usize>,
        text: &str,
    ) -> Option<Rewritten> {
        let reference = self.reference_of(link)?;
        let is_known = part == reference.value || reference.fragment.as_ref() == Some(&part);
        if !is_known || link.resolved.is_some() || text.contains(is_special) {
            return None;
        }
        let raw = link.destination.of(source);
        let before = raw.get(..part.start)?;
        if part == reference.value && !shortcode::can_contain(before, text) {
            return None;
        }
        let whole = format!("{before}{text}{}", raw.get(part.end..)?);
        let start = link.destination.start as usize;
        let part = Span::new(start + part.start, start + part.end);
        Some(Rewritten { part, replacement: text.to_owned(), place: link.destination, whole })
    }
}

/// Returns whether a character can have a meaning in a template tag, in Markdown or in a URL.
fn is_special(char: char) -> bool {
    char.is_whitespace() || char.is_control() || "{}[]()<>\"'`%#?&|\\*".contains(char)
}

/// Returns the value and the fragment of the reference that is the whole of a destination, or all of
/// it after other template tags. `tags` are the template tags in the destination.
fn read(
    pattern: &ReferencePattern,
    target: &str,
    tags: &[Span],
) -> Option<(Range<usize>, Option<Range<usize>>)> {
    let last = tags.last().map_or(0, |tag| tag.end as usize);
    let path_end = target[last..].find(['#', '?']).map_or(target.len(), |at| last + at);
    let mut start = 0;
    let mut before = tags.iter().take(MOST_TAGS_BEFORE);
    let value = loop {
        if let Some(value) = pattern.value(target.get(start..path_end)?) {
            break start + value.start..start + value.end;
        }
        let tag = before.next().filter(|tag| tag.start as usize == start)?;
        start = tag.end as usize;
    };
    let fragment_at = |from: usize, end: usize| {
        let at = memchr::memchr(b'#', &target.as_bytes()[from..end])?;
        Some(from + at + 1..end)
    };
    // The path in a shortcode can have a fragment, too.
    let inside = fragment_at(value.start, value.end);
    let value_end = inside.as_ref().map_or(value.end, |fragment| fragment.start - 1);
    let fragment = inside.or_else(|| fragment_at(path_end, target.len()));
    // The fragment of a wiki link is the text of a heading.
    let fragment = fragment.filter(|_| pattern.notation != Notation::Wiki);
    // A shortcode can name only a heading of its own page.
    let is_own = pattern.notation == Notation::Shortcode && fragment.is_some();
    (value_end > value.start || is_own).then_some((value.start..value_end, fragment))
}
