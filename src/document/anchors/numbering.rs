//! Makes the anchors of headings with the same text differ.

use std::collections::HashMap;

use super::super::anchor_style::AnchorStyle;

/// The anchors that a page has so far. Adding an anchor takes constant time on average, however many
/// headings have the same text.
pub(super) struct Numbering {
    style: AnchorStyle,
    /// For each anchor that is taken: the last number that was appended to it or, in the style of
    /// Python-Markdown, the next number to try.
    numbers: HashMap<String, u64>,
}

impl Numbering {
    /// Creates the state before the first heading.
    pub(super) fn new(style: AnchorStyle) -> Self {
        let mut numbering = Self { style, numbers: HashMap::new() };
        if style == AnchorStyle::Python {
            // Python-Markdown gives no heading an empty anchor.
            numbering.take("");
        }
        numbering
    }

    /// Records an anchor that the page sets itself.
    pub(super) fn take(&mut self, id: &str) {
        match self.style {
            // kramdown counts only the anchors that it generates.
            AnchorStyle::Kramdown => {}
            AnchorStyle::Python => {
                self.numbers.entry(id.to_owned()).or_insert_with(|| series(id).1.saturating_add(1));
            }
            _ => {
                self.numbers.entry(id.to_owned()).or_insert(0);
            }
        }
    }

    /// Returns the anchor of a heading whose text gives `slug`, and records it.
    pub(super) fn unique(&mut self, slug: String) -> String {
        match self.style {
            AnchorStyle::Kramdown => self.counted(slug),
            AnchorStyle::Python => self.next_in_series(slug),
            _ => self.first_free(&slug),
        }
    }

    /// Appends the number of earlier headings with the same slug, even if the result is taken.
    fn counted(&mut self, slug: String) -> String {
        let count = self.numbers.entry(slug.clone()).and_modify(|count| *count += 1).or_insert(0);
        if *count == 0 { slug } else { format!("{slug}-{count}") }
    }

    /// Appends the first number from 1 that gives an anchor that is not taken. The number after the last
    /// one is the first that can be free, because no anchor becomes free again.
    fn first_free(&mut self, slug: &str) -> String {
        let mut unique = slug.to_owned();
        while self.numbers.contains_key(&unique) {
            let number = self.numbers.entry(slug.to_owned()).or_insert(0);
            *number += 1;
            unique = format!("{slug}-{number}");
        }
        self.numbers.insert(unique.clone(), 0);
        unique
    }

    /// Counts on from the number at the end of the slug, or from 0, up to an anchor that is not taken.
    fn next_in_series(&mut self, slug: String) -> String {
        let stem = series(&slug).0.to_owned();
        let mut tried = Vec::new();
        let mut unique = slug;
        while let Some(&number) = self.numbers.get(&unique) {
            let next = format!("{stem}_{number}");
            tried.push(std::mem::replace(&mut unique, next));
        }
        self.take(&unique);
        // All of them lead to the same next number, so that no number is tried again from any of them.
        let next = self.numbers[&unique];
        for id in tried {
            self.numbers.insert(id, next);
        }
        unique
    }
}

/// Returns an anchor without the number at its end, such as `_2`, and this number, or else 0.
fn series(id: &str) -> (&str, u64) {
    let numbered = id.rsplit_once('_').and_then(|(stem, number)| {
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        Some((stem, number.parse().ok().filter(|_| is_number)?))
    });
    numbered.unwrap_or((id, 0))
}
