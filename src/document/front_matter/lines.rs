//! Reads `Key: value` lines, which `MultiMarkdown` and Pelican use.

use super::block::{Field, Lines};
use super::model::{FrontKey, FrontMatter, FrontValue, Grammar, Style, duplicates};
use crate::span::Span;

/// Reads the values of the lines in `content`. Keys are case-insensitive, so paths are in lower case.
pub(super) fn read(page: &str, content: Span, front: &mut FrontMatter) {
    let mut field: Option<(FrontValue, String)> = None;
    for (at, line) in Lines::of(content.of(page)) {
        let at = content.start as usize + at;
        let end = at + line.len();
        if let (Some((value, text)), true) = (&mut field, line.starts_with([' ', '\t'])) {
            value.grammar = Grammar::Fixed;
            let start = end - line.trim_start_matches([' ', '\t']).len();
            if value.span.is_empty() {
                value.span = Span::new(start, end);
            } else {
                value.span.end = Span::at(end).end;
                text.push('\n');
            }
            text.push_str(Span::new(start, end).of(page));
            continue;
        }
        finish(field.take(), front);
        let Some(Field { key, value }) = Field::of(line) else { continue };
        let path = key.to_lowercase().into();
        let (key, span) = (Span::new(at, at + key.len()), Span::new(at + value, end));
        let (style, grammar) = (Style::Line, Grammar::Line);
        let value = FrontValue { path, key, span, text: "".into(), style, item: None, grammar };
        field = Some((value, span.of(page).to_owned()));
    }
    finish(field, front);
    let mappings = vec![0; front.keys.len()];
    front.problems.extend(duplicates(&front.keys, &mappings));
}

/// Adds a field, which has no more lines.
fn finish(field: Option<(FrontValue, String)>, front: &mut FrontMatter) {
    let Some((value, text)) = field else { return };
    front.keys.push(FrontKey { path: value.path.clone(), span: value.key, is_empty: false });
    front.values.push(FrontValue { text: text.into(), ..value });
}

/// Returns whether `text` can be the value of a line.
pub(super) fn is_value(text: &str) -> bool {
    !text.contains(['\n', '\r']) && text.trim_matches([' ', '\t']) == text
}
