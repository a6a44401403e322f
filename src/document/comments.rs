//! The part of the builder that reads HTML blocks and comments: content that is not text, and
//! suppression comments such as `<!-- dateline-ignore RULE: reason -->`.

use std::ops::Range;

use super::builder::Builder;
use super::model::{Selector, Suppression};
use crate::span::Span;

const OPEN: &str = "<!--";
const CLOSE: &str = "-->";
const WORD: &str = "dateline-ignore";

/// Returns the suppression comments in the HTML at offset `start`. They apply to `scope`, or to the
/// whole page if they are `dateline-ignore-file` comments. `html` is the HTML as the parser reads it,
/// with a word in place of each template tag, and `page` is the whole page as written.
fn read(html: &str, page: &str, start: usize, scope: Span) -> Vec<Suppression> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = html[at..].find(OPEN).map(|open| at + open) {
        let inside = open + OPEN.len();
        let Some(len) = html[inside..].find(CLOSE) else { break };
        at = inside + len + CLOSE.len();
        let comment = Span::new(start + open, start + at);
        let body = &html[inside..inside + len];
        if let Some((selectors, is_whole)) = selectors(body, page, start + inside) {
            let scope = (!is_whole).then_some(scope);
            let reason = body.split_once(':').map_or("", |(_, reason)| reason);
            let has_reason = !reason.trim().is_empty();
            found.push(Suppression { comment, selectors, scope, has_reason });
        }
    }
    found
}

/// Returns the selectors of a suppression comment, and whether it applies to the whole page.
/// Returns `None` for any other comment.
fn selectors(body: &str, page: &str, start: usize) -> Option<(Box<[Selector]>, bool)> {
    let rest = body.trim_start().strip_prefix(WORD)?;
    let (rest, is_whole) = match rest.strip_prefix("-file") {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    if !rest.is_empty() && !rest.starts_with(|char: char| char.is_whitespace() || char == ':') {
        return None;
    }
    let list = rest.split(':').next().unwrap_or_default();
    let offset = start + body.len() - rest.len();
    let is_break = |char: char| char.is_whitespace() || char == ',';
    let words = list.split(is_break).filter(|word| !word.is_empty());
    let selectors = words.map(|word| {
        let at = offset + (word.as_ptr() as usize - list.as_ptr() as usize);
        let span = Span::new(at, at + word.len());
        Selector { span, text: span.of(page).into() }
    });
    Some((selectors.collect(), is_whole))
}

impl Builder<'_> {
    /// Processes an HTML block. If it starts with a comment, its suppressions apply to the next
    /// block.
    pub(super) fn html_block(&mut self, range: &Range<usize>) {
        let html = self.source.get(range.clone()).unwrap_or_default();
        let is =
            |tag: &str| html.get(..tag.len()).is_some_and(|open| open.eq_ignore_ascii_case(tag));
        self.html(range);
        if html.starts_with("<!--") {
            // A comment is not a block. The suppressions in it, and any before it, apply to the
            // next block.
            self.waiting += self.comment(range, range.end..range.end);
            return;
        }
        if ["<script", "<pre", "<style", "<textarea"].into_iter().any(is) {
            self.document.verbatim.push(range.clone().into());
        } else if html.contains(WORD) {
            // A suppression inside other HTML applies to that HTML block.
            self.settle_suppressions(range);
            let found = read(html, self.written, range.start, range.clone().into());
            self.document.suppressions.extend(found);
        }
        self.settle_suppressions(range);
    }

    /// Records the comment at `range`. Suppressions in it apply to `scope`, unless they apply to
    /// the whole page. Returns the number of suppressions.
    pub(super) fn comment(&mut self, range: &Range<usize>, scope: Range<usize>) -> usize {
        self.document.verbatim.push(range.clone().into());
        let html = self.source.get(range.clone()).unwrap_or_default();
        let found = read(html, self.written, range.start, scope.into());
        let count = found.len();
        self.document.suppressions.extend(found);
        count
    }

    /// Sets `range` as the scope of all suppressions that wait for the next block. `range` is the
    /// span of that block.
    pub(super) fn settle_suppressions(&mut self, range: &Range<usize>) {
        let settled = self.document.suppressions.len() - self.waiting;
        for suppression in &mut self.document.suppressions[settled..] {
            if let Some(scope) = &mut suppression.scope {
                *scope = range.clone().into();
            }
        }
        self.waiting = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(html: &str) -> Vec<(Vec<String>, bool)> {
        let found = read(html, html, 0, Span::new(90, 99));
        let each = found.iter().map(|found| {
            let texts = found.selectors.iter().map(|selector| {
                assert_eq!(selector.span.of(html), &*selector.text);
                selector.text.to_string()
            });
            (texts.collect(), found.scope.is_none())
        });
        each.collect()
    }

    fn one(rules: &[&str], page: bool) -> Vec<(Vec<String>, bool)> {
        vec![(rules.iter().map(ToString::to_string).collect(), page)]
    }

    #[test]
    fn rules_and_groups_are_read_up_to_the_reason() {
        assert_eq!(
            texts("<!-- dateline-ignore link/malformed: a: b -->"),
            one(&["link/malformed"], false)
        );
        assert_eq!(texts("<!--dateline-ignore-file a/b, c d-->"), one(&["a/b", "c", "d"], true));
        assert_eq!(texts("<!-- dateline-ignore -->"), one(&[], false));
        assert_eq!(texts("<!-- dateline-ignored x -->"), []);
        assert_eq!(texts("<!-- see dateline-ignore x -->"), []);
        assert_eq!(texts("<!-- dateline-ignore x"), []);
    }
}
