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
            ids.push(note(label, *number, style));
        }
        ids.push(reference(label, *number, *count, style));
    }
}

/// Returns the anchor of the footnote with this label and number.
fn note(label: &str, number: usize, style: AnchorStyle) -> String {
    match style {
        AnchorStyle::Kramdown | AnchorStyle::Python => format!("fn:{label}"),
        AnchorStyle::Hugo => format!("fn:{number}"),
        // For Zola, this is for the setting `bottom_footnotes`. Without it, the anchor is the label.
        AnchorStyle::Github | AnchorStyle::Zola => format!("fn-{label}"),
    }
}

/// Returns the anchor of the reference with this count, from 1, to a footnote.
fn reference(label: &str, number: usize, count: usize, style: AnchorStyle) -> String {
    let earlier = count - 1;
    match (style, count) {
        (AnchorStyle::Github, 1) => format!("fnref-{label}"),
        (AnchorStyle::Github, _) => format!("fnref-{label}-{count}"),
        (AnchorStyle::Kramdown | AnchorStyle::Python, 1) => format!("fnref:{label}"),
        (AnchorStyle::Kramdown, _) => format!("fnref:{label}:{earlier}"),
        (AnchorStyle::Python, _) => format!("fnref{count}:{label}"),
        (AnchorStyle::Hugo, 1) => format!("fnref:{number}"),
        (AnchorStyle::Hugo, _) => format!("fnref{earlier}:{number}"),
        (AnchorStyle::Zola, _) => format!("fr-{label}-{count}"),
    }
}
