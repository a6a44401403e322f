//! The front matter at the top of a page, which is not Markdown: YAML, TOML, or `Key: value` lines.
//!
//! [`FrontMatter::parse`] returns the scalar values with their spans. It accepts any text and takes
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

pub(super) use block::length;

use self::block::Block;
use crate::span::Span;

impl FrontMatter {
    /// Parses the front matter at the start of a page. Returns `None` if there is none. `page` is
    /// the page's whole text, including byte order marks.
    #[must_use]
    pub fn parse(page: &str, forms: Forms) -> Option<Self> {
        let text = page.trim_start_matches('\u{FEFF}');
        let block = Block::find(text, forms)?;
        let marks = page.len() - text.len();
        let span = Span::new(marks, marks + block.len);
        let mut front = Self::new(block.form, span);
        let content = Span::new(marks + block.content.start, marks + block.content.end);
        match block.form {
            Form::Yaml => yaml::read(page, content, &mut front),
            Form::Toml | Form::FencedToml => self::toml::read(page, content, &mut front),
            Form::Lines => lines::read(page, content, &mut front),
        }
        front.problems.sort_by_key(FrontProblem::span);
        Some(front)
    }

    /// Returns the problem of a page that begins like front matter but lacks the closing line.
    #[must_use]
    pub fn unclosed(page: &str) -> Option<FrontProblem> {
        let text = page.trim_start_matches('\u{FEFF}');
        let marks = page.len() - text.len();
        let len = block::unclosed(text)?;
        Some(FrontProblem::Unclosed { span: Span::new(marks, marks + len) })
    }
}

#[cfg(test)]
mod generators;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
