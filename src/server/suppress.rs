//! Suppression comments that the server offers to insert.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::{Document, Syntax};
use crate::rewrite;
use crate::span::{BYTE_ORDER_MARK, Span};

/// A comment to insert into a page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Insertion {
    /// The byte offset at which to insert the comment.
    pub(super) offset: u32,
    /// The comment, with the spaces or line endings around it.
    pub(super) text: String,
}

/// The comments that suppress findings on a page. Each comment is tried only once, however many findings it
/// suppresses.
pub(super) struct Comments<'a> {
    page: &'a str,
    syntax: &'a Arc<Syntax>,
    before: Document,
    tried: BTreeMap<Insertion, Outcome>,
}

/// The scopes of the comment for its rule, in the page that contains it. `None` is the whole page. There are none if
/// the comment would change what the page says.
type Outcome = Vec<Option<Span>>;

impl<'a> Comments<'a> {
    /// Parses a page.
    pub(super) fn new(page: &'a str, syntax: &'a Arc<Syntax>) -> Self {
        let before = Document::parse_with(page, syntax);
        Self { page, syntax, before, tried: BTreeMap::new() }
    }

    /// Returns the insertion of a comment that suppresses a rule for the block at `span`, or `None` if the
    /// comment would not apply there or would change what the page says.
    pub(super) fn for_block(&mut self, rule: &str, span: Span) -> Option<Insertion> {
        // A finding about the whole page is in no block.
        if span == Span::default() {
            return None;
        }
        let page = self.page;
        let comment = format!("<!-- dateline-ignore {rule} -->");
        let end = page.get(span.start as usize..)?.find(['\n', '\r']);
        let line_end = end.map_or(page.len(), |end| span.start as usize + end);
        let line_start = rewrite::line_start(page, span.start);
        let within = page.get(..line_end)?.trim_end().len().max(span.start as usize);
        let newline = newline_of(page);
        let candidates = [
            Insertion { offset: within as u32, text: format!(" {comment}") },
            Insertion { offset: line_start, text: format!("{comment}{newline}") },
        ];
        candidates.into_iter().find(|insertion| self.applies(insertion, rule, Some(span)))
    }

    /// Returns the insertion of a comment that suppresses a rule for the whole page, or `None` if the comment
    /// would not apply or would change what the page says.
    pub(super) fn for_page(&mut self, rule: &str) -> Option<Insertion> {
        let page = self.page;
        let newline = newline_of(page);
        let offset = self.before.body_start(page);
        // Front matter may end without a line ending.
        let is_at_start =
            page.get(..offset as usize)?.trim_start_matches(BYTE_ORDER_MARK).is_empty();
        let is_on_own_line = is_at_start || page.get(..offset as usize)?.ends_with(['\n', '\r']);
        let above = if is_on_own_line { "" } else { newline };
        let text = format!("{above}<!-- dateline-ignore-file {rule} -->{newline}{newline}");
        let insertion = Insertion { offset, text };
        self.applies(&insertion, rule, None).then_some(insertion)
    }

    /// Returns whether a comment suppresses a rule at `span`, or on the whole page, and leaves the headings,
    /// items and links of the page as they are.
    fn applies(&mut self, insertion: &Insertion, rule: &str, span: Option<Span>) -> bool {
        let (offset, len) = (insertion.offset, insertion.text.len() as u32);
        let moved = |start: u32| if offset <= start { start + len } else { start };
        let start = span.map(|span| moved(span.start));
        self.outcome(insertion, rule).iter().any(|scope| match (start, scope) {
            (Some(start), Some(scope)) => scope.start <= start && start < scope.end,
            (start, scope) => start.is_none() && scope.is_none(),
        })
    }

    /// Returns what a comment suppresses.
    fn outcome(&mut self, insertion: &Insertion, rule: &str) -> &Outcome {
        let (page, syntax, before) = (self.page, self.syntax, &self.before);
        let tried = self.tried.entry(insertion.clone());
        tried.or_insert_with(|| {
            let (offset, len) = (insertion.offset, insertion.text.len() as u32);
            let mut text = page.to_owned();
            text.insert_str(offset as usize, &insertion.text);
            let after = Document::parse_with(&text, syntax);
            if !is_same(before, &after) {
                return Outcome::new();
            }
            let new = after.suppressions.iter().filter(|made| {
                let is_new = made.comment.start >= offset && made.comment.end <= offset + len;
                is_new && made.selectors.iter().any(|selector| *selector.text == *rule)
            });
            new.map(|made| made.scope).collect()
        })
    }
}

/// Returns the line ending of a page.
fn newline_of(page: &str) -> &'static str {
    if page.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Returns whether a page has the same headings, and as many items and links, as before.
fn is_same(before: &Document, after: &Document) -> bool {
    let words = |document: &Document| -> Vec<(u8, String)> {
        let headings = document.headings.iter();
        headings.map(|heading| (heading.level, document.words(heading.text).to_owned())).collect()
    };
    let sizes = |document: &Document| (document.links.len(), document.items.len());
    sizes(before) == sizes(after) && words(before) == words(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suppressed(page: &str, at: &str) -> Option<String> {
        let start = page.find(at).expect("a text of the page");
        let span = Span::new(start, start + at.len());
        let insertion = Comments::new(page, &Arc::default()).for_block("a/b", span)?;
        let mut text = page.to_owned();
        text.insert_str(insertion.offset as usize, &insertion.text);
        Some(text)
    }

    #[test]
    fn a_comment_is_put_where_it_applies() {
        for (page, at, expected) in [
            ("# A b\n\nc\n", "b", "# A b <!-- dateline-ignore a/b -->\n\nc\n"),
            ("- [x](y)\n- z\n", "y", "- [x](y) <!-- dateline-ignore a/b -->\n- z\n"),
            ("a\nb\n", "a", "a <!-- dateline-ignore a/b -->\nb\n"),
            ("a\r\n\r\nb", "b", "a\r\n\r\nb <!-- dateline-ignore a/b -->"),
            ("```\na\n```\n", "```", "<!-- dateline-ignore a/b -->\n```\na\n```\n"),
        ] {
            assert_eq!(suppressed(page, at).as_deref(), Some(expected), "{page}");
        }
        assert_eq!(
            suppressed("---\ntitle: a\n---\n\nb\n", "a"),
            None,
            "front matter has no blocks"
        );
    }

    #[test]
    fn a_comment_for_the_page_is_below_front_matter() {
        let comment = "<!-- dateline-ignore-file a/b -->";
        for (page, expected) in [
            ("# A\r\n", format!("{comment}\r\n\r\n# A\r\n")),
            ("\u{feff}# A\n", format!("\u{feff}{comment}\n\n# A\n")),
            ("---\ntitle: a\n---\n\nb\n", format!("---\ntitle: a\n---\n\n{comment}\n\nb\n")),
            ("---\ntitle: a\n---", format!("---\ntitle: a\n---\n{comment}\n\n")),
        ] {
            let insertion = Comments::new(page, &Arc::default()).for_page("a/b");
            let insertion = insertion.expect("a comment");
            let mut text = page.to_owned();
            text.insert_str(insertion.offset as usize, &insertion.text);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn findings_on_the_same_line_share_their_comments() {
        let page = format!("# A\n\n{}\n\n```\nb\n```\n", "[x](y) ".repeat(100));
        let (syntax, start) = (Arc::default(), page.find('[').expect("a link"));
        let mut comments = Comments::new(&page, &syntax);
        for link in 0..100 {
            let at = start + link * "[x](y) ".len();
            let span = Span::new(at, at + 6);
            assert!(comments.for_block("a/b", span).is_some());
            assert!(comments.for_page("a/b").is_some());
        }
        assert_eq!(comments.tried.len(), 2, "the page was parsed for each finding");
    }
}
