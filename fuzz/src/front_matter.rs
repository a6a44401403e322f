//! Front matter: its contents are not parsed as text, and the rest of the page is parsed as if it
//! were alone.

use dateline::internals::document::Document;
use dateline::internals::span::{SourceText, Span};

use super::pages::fits;

const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// Parses a page that begins with front matter or something similar.
pub fn check(data: &[u8]) {
    let source = SourceText::from_bytes(data);
    let text = source.text();
    let document = Document::parse(text);
    let body = document.body_start(text);
    fits(text, Span { start: body, end: text.len() as u32 }, "the body");
    let mark = text.len() - text.trim_start_matches(BYTE_ORDER_MARK).len();
    match front_matter(&text[mark..]) {
        Front::Until(end) => check_skipped(text, mark + end, &document),
        Front::Nothing => {
            assert!(text[..body as usize].chars().all(|char| char == '\u{FEFF}'), "{body}");
        }
        Front::Unclear => {}
    }
}

/// Whether a page has front matter.
enum Front {
    /// Front matter that ends at this byte, after its closing fence.
    Until(usize),
    /// No front matter.
    Nothing,
    /// Text that some parsers accept as front matter and others do not.
    Unclear,
}

/// Finds front matter at the beginning of `text`. Returns `Unclear` if parsers disagree.
fn front_matter(text: &str) -> Front {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().map(|line| line.strip_suffix('\n').unwrap_or(line));
    let fence = match first.map(|line| line.strip_suffix('\r').unwrap_or(line)) {
        Some(fence @ ("---" | "+++")) => fence,
        Some(line) if line.starts_with("---") || line.starts_with("+++") => return Front::Unclear,
        _ => return Front::Nothing,
    };
    let mut end = fence.len() + text[fence.len()..].find('\n').map_or(0, |at| at + 1);
    let mut is_first = true;
    for line in lines {
        end += line.len();
        let bare = line.strip_suffix('\n').unwrap_or(line);
        let bare = bare.strip_suffix('\r').unwrap_or(bare);
        let ends = bare == fence;
        // Parsers disagree about empty blocks, closing dots, white space around a fence, and lone
        // carriage returns.
        let is_odd = bare.contains('\r')
            || (is_first && (ends || bare.trim().is_empty()))
            || (!ends && (bare.trim() == fence || bare.trim() == "..."));
        if is_odd {
            return Front::Unclear;
        }
        if ends {
            return Front::Until(end);
        }
        is_first = false;
    }
    Front::Nothing
}

/// Asserts that the text before `end` is skipped, and that the rest is parsed as if it were alone.
fn check_skipped(text: &str, end: usize, document: &Document) {
    assert!(document.body_start(text) as usize >= end, "the body begins in the front matter");
    let rest = &text[end..];
    // If it were parsed alone, the rest would begin with a byte order mark or front matter.
    if rest.starts_with(BYTE_ORDER_MARK) || rest.starts_with("---") || rest.starts_with("+++") {
        return;
    }
    let alone = Document::parse(rest);
    let moved = |span: Span| (span.start as usize + end, span.end as usize + end);
    let kept = |span: Span| (span.start as usize, span.end as usize);
    let compare = |whole: &mut dyn Iterator<Item = Span>,
                   rest: &mut dyn Iterator<Item = Span>,
                   what: &str| {
        let whole: Vec<_> = whole.map(kept).collect();
        let rest: Vec<_> = rest.map(moved).collect();
        assert_eq!(whole, rest, "{what} behind front matter that ends at {end}");
    };
    compare(
        &mut document.headings.iter().map(|found| found.span),
        &mut alone.headings.iter().map(|found| found.span),
        "headings",
    );
    compare(
        &mut document.links.iter().map(|found| found.span),
        &mut alone.links.iter().map(|found| found.span),
        "links",
    );
    compare(
        &mut document.items.iter().map(|found| found.span),
        &mut alone.items.iter().map(|found| found.span),
        "items",
    );
    compare(
        &mut document.faults.iter().map(|found| found.span),
        &mut alone.faults.iter().map(|found| found.span),
        "faults",
    );
    compare(
        &mut document.suppressions.iter().map(|found| found.comment),
        &mut alone.suppressions.iter().map(|found| found.comment),
        "comments",
    );
}
