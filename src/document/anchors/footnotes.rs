//! The anchors of footnotes, and of the references to them.

use std::collections::HashMap;

use super::super::anchor_style::AnchorStyle;

/// The footnotes that a page refers to so far.
#[derive(Default)]
pub(super) struct Footnotes {
    /// For each label, the number of the footnote and the number of references to it.
    known: HashMap<String, (usize, usize)>,
}

impl Footnotes {
    /// Records a reference to a footnote. Appends its anchor to `ids` and, if it is the first reference
    /// to this footnote, the anchor of the footnote.
    pub(super) fn refer(&mut self, label: &str, style: AnchorStyle, ids: &mut Vec<String>) {
        let next = self.known.len() + 1;
        let (number, count) = self.known.entry(label.to_owned()).or_insert((next, 0));
        *count += 1;
        if *count == 1 {
            ids.extend(notes(label, *number, style));
        }
        ids.extend(references(label, *number, *count, style));
    }
}

/// Returns the anchors of the footnote with this label and number.
fn notes(label: &str, number: usize, style: AnchorStyle) -> Vec<String> {
    match style {
        AnchorStyle::Github => vec![format!("user-content-fn-{label}"), format!("fn-{label}")],
        AnchorStyle::Kramdown | AnchorStyle::Python => vec![format!("fn:{label}")],
        AnchorStyle::Hugo => vec![format!("fn:{number}")],
        // This is for the setting `bottom_footnotes`. Without it, the anchor is the label.
        AnchorStyle::Zola => vec![format!("fn-{label}")],
    }
}

/// Returns the anchors of the reference with this count, from 1, to a footnote.
fn references(label: &str, number: usize, count: usize, style: AnchorStyle) -> Vec<String> {
    let earlier = count - 1;
    match (style, count) {
        (AnchorStyle::Github, 1) => {
            vec![format!("user-content-fnref-{label}"), format!("fnref-{label}")]
        }
        (AnchorStyle::Github, _) => {
            vec![format!("user-content-fnref-{label}-{count}"), format!("fnref-{label}-{count}")]
        }
        (AnchorStyle::Kramdown | AnchorStyle::Python, 1) => vec![format!("fnref:{label}")],
        (AnchorStyle::Kramdown, _) => vec![format!("fnref:{label}:{earlier}")],
        (AnchorStyle::Python, _) => vec![format!("fnref{count}:{label}")],
        (AnchorStyle::Hugo, 1) => vec![format!("fnref:{number}")],
        (AnchorStyle::Hugo, _) => vec![format!("fnref{earlier}:{number}")],
        (AnchorStyle::Zola, _) => vec![format!("fr-{label}-{count}")],
    }
}
