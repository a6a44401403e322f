//! The front matter at the top of a page, which is not Markdown: YAML, TOML, or `Key: value` lines.
//!
//! [`FrontMatter::read`] returns the scalar values with their spans. It accepts any text and takes
//! linear time: it never expands a YAML alias of a list or mapping.

mod block;
mod index;
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

use self::index::PathIndex;
use crate::span::Span;

impl FrontMatter {
    /// Parses the front matter at the start of a page. Returns `None` if there is none. `page` is
    /// the page's whole text, including byte order marks.
    #[must_use]
    pub fn parse(page: &str, forms: Forms) -> Option<Self> {
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
        front.values_by_path = PathIndex::new(front.values.len(), |index| front.value_path(index));
        front.keys_by_path = PathIndex::new(front.keys.len(), |index| front.key_path(index));
        front
    }

    /// Returns the values of a dotted key, such as `extra.date`. Each item of a list is a value. If there is
    /// no such key, returns the values of a key that differs only in case, because some site generators
    /// ignore the case of keys.
    pub fn values_of(&self, key: &str) -> impl Iterator<Item = &FrontValue> {
        self.indices_of(key).iter().map(|index| &self.values[*index as usize])
    }

    fn indices_of(&self, key: &str) -> &[u32] {
        self.values_by_path.at(key, |index| self.value_path(index))
    }

    fn value_path(&self, index: u32) -> &str {
        &self.values[index as usize].path
    }

    fn key_path(&self, index: u32) -> &str {
        &self.keys[index as usize].path
    }

    /// Returns the index in [`Self::values`] of the value of a dotted key: the last one if the key occurs
    /// twice, as most programs read it. Returns `None` if the value is blank, a list or a mapping.
    #[must_use]
    pub fn single(&self, key: &str) -> Option<u32> {
        let value = |index: &u32| &self.values[*index as usize];
        let mut indices = self.indices_of(key).iter().copied();
        let single = indices.rfind(|index| value(index).item.is_none())?;
        (!value(&single).is_nothing()).then_some(single)
    }

    /// Returns whether a key has a value: a text, or a list or a mapping that is not empty.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        let mut values = self.values_of(key).peekable();
        // A list without scalars, a mapping and an alias of these have no values of their own.
        if values.peek().is_some() {
            return values.any(|value| !value.is_nothing());
        }
        let keys = self.keys_by_path.at(key, |index| self.key_path(index));
        keys.iter().any(|index| !self.keys[*index as usize].is_empty)
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
        let (len, closing) = block::unclosed(text, forms)?;
        Some(FrontProblem::Unclosed {
            span: Span::new(marks, marks + len),
            closing: closing.into(),
        })
    }
}

#[cfg(test)]
mod generators;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tabs;
#[cfg(test)]
mod tests;
