//! The front matter at the top of a page, which is not Markdown: YAML, TOML, or `Key: value` lines.
//!
//! [`FrontMatter::read`] returns the scalar values with their spans. It accepts any text and takes
//! linear time: it never expands a YAML alias of a list or mapping.

mod block;
mod lines;
mod model;
mod rewrite;
mod toml;
mod yaml;
mod yaml_indent;
mod yaml_spans;

pub use block::{Form, Forms};
pub use model::{FrontKey, FrontMatter, FrontProblem, FrontValue, Style};

pub(super) use block::Block;

use std::borrow::Cow;

use crate::span::Span;

impl FrontMatter {
    /// Parses the front matter at the start of a page. Returns `None` if there is none. `page` is
    /// the page's whole text, including byte order marks.
    #[cfg(test)]
    pub(crate) fn parse(page: &str, forms: Forms) -> Option<Self> {
        let text = page.trim_start_matches('\u{FEFF}');
        let block = Block::find(text, forms)?;
        Some(Self::read(page, page.len() - text.len(), &block))
    }

    /// Parses the front matter in `block`, which begins after `marks` bytes of byte order marks.
    pub(super) fn read(page: &str, marks: usize, block: &Block) -> Self {
        let span = Span::new(marks, marks + block.len);
        let mut front = Self::new(block.form, span);
        let content = Span::new(marks + block.content.start, marks + block.content.end);
        match block.form {
            Form::Yaml => yaml::read(page, content, &mut front),
            Form::Toml | Form::FencedToml => self::toml::read(page, content, &mut front),
            Form::Lines => lines::read(page, content, &mut front),
        }
        front.problems.sort_by_key(FrontProblem::span);
        front
    }

    /// Returns the values of a dotted key, such as `extra.date`. Each item of a list is a value. The case
    /// of the key does not matter in `Key: value` lines.
    pub fn values_of<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a FrontValue> {
        // The keys of lines are in lower case.
        let key = match self.form {
            Form::Lines => Cow::Owned(key.to_lowercase()),
            Form::Yaml | Form::Toml | Form::FencedToml => Cow::Borrowed(key),
        };
        self.values.iter().filter(move |value| *value.path == *key)
    }

    /// Returns the index in [`Self::values`] of the value of a dotted key. Returns `None` if the value is
    /// blank, a list or a mapping.
    #[must_use]
    pub fn single(&self, key: &str) -> Option<u32> {
        let mut values = self.values_of(key).filter(|value| value.item.is_none());
        let value = values.next().filter(|value| !value.is_nothing())?;
        self.values.iter().position(|other| std::ptr::eq(other, value)).map(|index| index as u32)
    }

    /// Returns whether a key has a value, such as a text, a list or a mapping.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        let mut values = self.values_of(key).peekable();
        // A list without scalars, a mapping and an alias of these have no values of their own.
        let is_key = || self.keys.iter().any(|known| *known.path == *key);
        if values.peek().is_none() { is_key() } else { values.any(|value| !value.is_nothing()) }
    }

    /// Returns whether there is no syntax error, which would hide values and keys.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        !self.problems.iter().any(|problem| matches!(problem, FrontProblem::Invalid { .. }))
    }

    /// Returns the problem of a page that begins like front matter but lacks the closing line.
    #[must_use]
    pub fn unclosed(page: &str, forms: Forms) -> Option<FrontProblem> {
        let text = page.trim_start_matches('\u{FEFF}');
        let marks = page.len() - text.len();
        let len = block::unclosed(text, forms)?;
        Some(FrontProblem::Unclosed { span: Span::new(marks, marks + len) })
    }
}

#[cfg(test)]
mod generators;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
