//! Whether an edit repairs a broken link.

use url::Url;

use super::PageContext;
use crate::archive::destination::Destination;
use crate::diagnostic::Edit;
use crate::document::Document;
use crate::rewrite;
use crate::span::Span;

/// Returns whether a destination is a valid URL or resolves within the archive.
#[must_use]
pub fn leads_somewhere(context: &PageContext<'_>, destination: &str) -> bool {
    match context.archive.parse_destination(destination).of(destination) {
        Destination::Web(url) => Url::parse(url).is_ok(),
        Destination::Internal { path, .. } => {
            context.archive.resolve(context.page.file, path).is_resolved()
        }
        Destination::OtherScheme { .. } | Destination::SchemeRelative => false,
    }
}

/// The maximum length, in bytes, of the lines that a fix may touch. The fix is verified by parsing
/// these lines again.
const LONGEST_LINES: usize = 8192;

/// Returns whether an edit repairs a fault. The lines of the fault and of the edit are parsed
/// again, and must then have fewer faults and at least as many links.
#[must_use]
pub fn repairs(context: &PageContext<'_>, fault: Span, edit: &Edit) -> bool {
    let (text, syntax) = (context.page.text(), &context.archive.syntax);
    let lines = Span {
        start: rewrite::line_start(text, fault.start.min(edit.span.start)),
        end: rewrite::next_line(text, fault.end.max(edit.span.end)),
    };
    if lines.len() > LONGEST_LINES {
        return false;
    }
    let old = lines.of(text);
    let Some(new) = rewrite::edited(old, lines.start, &[edit]) else { return false };
    let (old, new) = (Document::parse_with(old, syntax), Document::parse_with(&new, syntax));
    new.faults.len() < old.faults.len() && new.links.len() >= old.links.len()
}
