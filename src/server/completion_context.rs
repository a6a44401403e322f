//! What somebody is typing at a position of a page.

use crate::document::Document;
use crate::rewrite;
use crate::span::Span;

/// The kind of text at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// The selectors of a suppression comment.
    Rule,
    /// A key of front matter.
    FrontKey,
    /// A heading of this level.
    Heading(u8),
    /// The destination of a link.
    Destination,
    /// The text of a link that has no destination yet.
    LinkText,
}

/// What somebody has typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CompletionContext<'a> {
    pub(super) context: Context,
    /// The span that a completion replaces.
    pub(super) span: Span,
    /// The words to search for.
    pub(super) words: &'a str,
}

impl<'a> CompletionContext<'a> {
    /// Returns what is typed at a byte offset, if a completion is possible there.
    pub(super) fn at(document: &Document, text: &'a str, offset: u32) -> Option<Self> {
        let line = rewrite::line_start(text, offset) as usize;
        let offset = offset as usize;
        let (before, behind) = (text.get(line..offset)?, rest_of_line(text.get(offset..)?));
        let is_front = document.front_matter.as_ref().is_some_and(|front| {
            front.span.contains(Span::at(offset)) && line > front.span.start as usize
        });
        if is_front {
            return Self::key(before, line, offset);
        }
        if let Some(rule) = Self::rule(before, offset) {
            return Some(rule);
        }
        if is_in_code(document, text, offset) {
            return None;
        }
        Self::destination(before, behind, offset)
            .or_else(|| Self::link_text(before, behind, offset))
            .or_else(|| Self::heading(before, behind, line))
    }

    /// Returns the path that the words begin, if they are part of a path.
    pub(super) fn path(&self) -> Option<String> {
        let is_path = self.words.starts_with(['/', '.']) && self.context == Context::Destination;
        is_path.then(|| self.words.to_owned())
    }

    fn key(before: &'a str, line: usize, offset: usize) -> Option<Self> {
        let is_key = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-');
        let span = Span::new(line, offset);
        let typed = Self { context: Context::FrontKey, span, words: before };
        before.chars().all(is_key).then_some(typed)
    }

    fn rule(before: &'a str, offset: usize) -> Option<Self> {
        let (_, comment) = before.rsplit_once("<!--")?;
        let rest = comment.trim_start().strip_prefix("dateline-ignore")?;
        let rest = rest.strip_prefix("-file").unwrap_or(rest);
        if !rest.starts_with(' ') || rest.contains([':', '>']) {
            return None;
        }
        let words = rest.rsplit([' ', ',']).next()?;
        let span = Span::new(offset - words.len(), offset);
        Some(Self { context: Context::Rule, span, words })
    }

    fn destination(before: &'a str, behind: &str, offset: usize) -> Option<Self> {
        let (content, words) = before.rsplit_once("](")?;
        if words.contains([')', '<', '"']) || words.contains("://") || !ends_link_text(content) {
            return None;
        }
        let end = behind.find([')', ' ', '\t']).unwrap_or(behind.len());
        let is_whole = behind.get(end..).is_some_and(ends_destination);
        let end = if is_whole { offset + end } else { offset };
        let span = Span::new(offset - words.len(), end);
        Some(Self { context: Context::Destination, span, words })
    }

    fn link_text(before: &'a str, behind: &str, offset: usize) -> Option<Self> {
        let (outside, words) = before.rsplit_once('[')?;
        if words.contains(']') || outside.ends_with('!') || ends_in_escape(outside) {
            return None;
        }
        // Many editors insert the closing bracket together with the opening one.
        let is_closed = behind.starts_with(']');
        if behind.starts_with("](") || behind.starts_with("][") {
            return None;
        }
        let span = Span::new(offset - words.len() - 1, offset + usize::from(is_closed));
        Some(Self { context: Context::LinkText, span, words })
    }

    fn heading(before: &'a str, behind: &str, line: usize) -> Option<Self> {
        let words = before.trim_start_matches('#');
        let level = u8::try_from(before.len() - words.len()).ok()?;
        if !(1..=6).contains(&level) || !(words.is_empty() || words.starts_with(' ')) {
            return None;
        }
        let span = Span::new(line, line + before.len() + behind.trim_end().len());
        Some(Self { context: Context::Heading(level), span, words: words.trim_start() })
    }
}

/// Returns whether a position is inside code or a comment, where nothing is a link.
fn is_in_code(document: &Document, text: &str, offset: usize) -> bool {
    let is_before = offset > 0 && document.is_verbatim(offset as u32 - 1);
    is_before && (offset == text.len() || document.is_verbatim(offset as u32))
}

/// Returns whether a text ends with a backslash that escapes the next character.
fn ends_in_escape(text: &str) -> bool {
    (text.len() - text.trim_end_matches('\\').len()) % 2 == 1
}

/// Returns whether a closing bracket behind this part of a line ends the text of a link. The text can begin on a line
/// above.
fn ends_link_text(before: &str) -> bool {
    if ends_in_escape(before) {
        return false;
    }
    let mut depth = 1;
    let mut has_escaped = false;
    for (at, bracket) in before.rmatch_indices(['[', ']']) {
        let is_escaped = before.get(..at).is_some_and(ends_in_escape);
        has_escaped |= is_escaped && bracket == "[";
        depth += match bracket {
            _ if is_escaped => 0,
            "]" => 1,
            _ => -1,
        };
        if depth == 0 {
            return true;
        }
    }
    !has_escaped
}

/// Returns whether this text behind a destination ends the link, perhaps after a title.
fn ends_destination(behind: &str) -> bool {
    let rest = behind.trim_start_matches([' ', '\t']);
    if rest.starts_with(')') {
        return true;
    }
    let end = match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => quote,
        Some('(') => ')',
        _ => return false,
    };
    let title = rest.get(1..).unwrap_or_default();
    title.match_indices(end).any(|(at, _)| {
        let is_escaped = title.get(..at).is_some_and(ends_in_escape);
        let after = title.get(at + 1..).unwrap_or_default();
        !is_escaped && after.trim_start_matches([' ', '\t']).starts_with(')')
    })
}

fn rest_of_line(text: &str) -> &str {
    text.split(['\n', '\r']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what is typed at `|`: the context, the replaced text and the words.
    fn at(page: &str) -> Option<(Context, String, String)> {
        let offset = page.find('|').expect("a position");
        let text = page.replace('|', "");
        let document = Document::parse(&text);
        let typed = CompletionContext::at(&document, &text, offset as u32)?;
        Some((typed.context, typed.span.of(&text).to_owned(), typed.words.to_owned()))
    }

    #[test]
    fn the_context_follows_from_the_line() {
        for (page, context, replaced, words) in [
            ("<!-- dateline-ignore rel| -->", Context::Rule, "rel", "rel"),
            ("<!-- dateline-ignore-file a/b,|", Context::Rule, "", ""),
            ("1. [a](/news/|)\n", Context::Destination, "/news/", "/news/"),
            ("1. [a](/ne|ws/x.md) b\n", Context::Destination, "/news/x.md", "/ne"),
            ("[a](/ne|ws/x.md \"t\") b\n", Context::Destination, "/news/x.md", "/ne"),
            ("[a](/ne|ws/x.md 'a (t)' ) b\n", Context::Destination, "/news/x.md", "/ne"),
            ("[a](/ne|ws/x.md (t)) b\n", Context::Destination, "/news/x.md", "/ne"),
            ("[a](/ne| \"t\")\n", Context::Destination, "/ne", "/ne"),
            ("[a](/ne|ws \"t\" b (c)\n", Context::Destination, "/ne", "/ne"),
            ("[a [b] \\[](/ne|)\n", Context::Destination, "/ne", "/ne"),
            ("a\n[b\nc](/ne|)\n", Context::Destination, "/ne", "/ne"),
            ("`a` [b](/ne|) `c`\n", Context::Destination, "/ne", "/ne"),
            ("\\\\[ferry|]\n", Context::LinkText, "[ferry]", "ferry"),
            ("1. [a](ferry li|", Context::Destination, "ferry li", "ferry li"),
            ("1. [ferry li|]\n", Context::LinkText, "[ferry li]", "ferry li"),
            ("1. [|", Context::LinkText, "[", ""),
            ("a\n### Rel|\nb", Context::Heading(3), "### Rel", "Rel"),
            ("##|", Context::Heading(2), "##", ""),
            ("---\nti|\n---\n", Context::FrontKey, "ti", "ti"),
        ] {
            let found = at(page);
            assert_eq!(found, Some((context, replaced.to_owned(), words.to_owned())), "{page}");
        }
        for page in [
            "|",
            "a |",
            "[a](https://x|)",
            "![a|",
            "[a|](b)",
            "\\[a|",
            "\\[a](/ne|)",
            "[a\\](/ne|)",
            "`[a](/ne|)`",
            "`` ` [a|] ``",
            "```\n[a](/ne|)\n```\n",
            "```\n## |\n```\n",
            "[a](b)|",
            "<!-- dateline-ignore a/b: why| -->",
            "---\ntitle: a|\n---\n",
            "#a|",
        ] {
            assert_eq!(at(page), None, "{page}");
        }
    }
}
