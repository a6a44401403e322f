//! The parts of parsed front matter.

use std::sync::Arc;

use super::block::Form;
use super::index::PathIndex;
use crate::diagnostic::printable;
use crate::span::Span;

/// The longest dotted path of a key, in bytes. Longer keys, and all keys and values below them, are
/// left out. Each value has a path, so without a limit, the paths could need far more memory than
/// the page.
const MAX_PATH: usize = 256;

/// The front matter of a page.
#[derive(Clone, Debug)]
pub struct FrontMatter {
    /// The syntax.
    pub form: Form,
    /// The whole block, including its opening and closing lines.
    pub span: Span,
    /// The scalar values, in order.
    pub values: Vec<FrontValue>,
    /// The keys, in order, including those of mappings and lists. Parts of a dotted TOML key other
    /// than the last one are left out.
    pub keys: Vec<FrontKey>,
    /// The problems, in order.
    pub problems: Vec<FrontProblem>,
    /// The values by path.
    pub(super) values_by_path: PathIndex,
    /// The keys by path.
    pub(super) keys_by_path: PathIndex,
}

impl FrontMatter {
    /// Creates front matter without any values.
    pub(super) fn new(form: Form, span: Span) -> Self {
        Self {
            form,
            span,
            values: vec![],
            keys: vec![],
            problems: vec![],
            values_by_path: PathIndex::default(),
            keys_by_path: PathIndex::default(),
        }
    }
}

/// A key in front matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontKey {
    /// The dotted path, such as `extra.date`. The path of a key in a list of mappings contains no
    /// index.
    pub path: Arc<str>,
    /// The key as written, including its quotes. In a dotted TOML key, this is the last part.
    pub span: Span,
    /// Whether the value is an empty list or an empty mapping.
    pub is_empty: bool,
}

/// A scalar value in front matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontValue {
    /// The dotted path of the value's key, such as `extra.date`. Items of a list have the path of
    /// the list.
    pub path: Arc<str>,
    /// The key as written.
    pub key: Span,
    /// The value as written, including its quotes. An empty value has an empty span.
    pub span: Span,
    /// The decoded text. For values other than strings, this is the text as written.
    pub text: Arc<str>,
    /// How the value is written.
    pub style: Style,
    /// The index in the innermost list around the value.
    pub item: Option<u32>,
    /// The rules for writing another value in this place.
    pub(super) grammar: Grammar,
}

impl FrontValue {
    /// Returns the span of the value without its quotation marks, if it has one on each side. `source` is the
    /// page's text.
    #[must_use]
    pub fn unquoted(&self, source: &str) -> Span {
        let Some(mark) = self.quotation_mark() else { return self.span };
        let text = self.span.of(source);
        let is_quoted = text.len() >= 2 && text.starts_with(mark) && text.ends_with(mark);
        if !is_quoted {
            return self.span;
        }
        Span { start: self.span.start + 1, end: self.span.end - 1 }
    }

    /// Returns the quotation mark on each side of the value.
    pub(in crate::document) fn quotation_mark(&self) -> Option<char> {
        match self.style {
            Style::SingleQuoted => Some('\''),
            Style::DoubleQuoted => Some('"'),
            _ => None,
        }
    }

    /// Returns whether the value is nothing: blank, or `null` in YAML.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        let text = self.text.trim();
        let is_null = || matches!(text, "~" | "null" | "Null" | "NULL");
        text.is_empty() || self.style == Style::Plain && is_null()
    }
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// YAML without quotes, which may be text, a number, a date, a truth value or nothing.
    Plain,
    /// `'…'`.
    SingleQuoted,
    /// `"…"`.
    DoubleQuoted,
    /// A YAML block scalar that starts with `|`.
    Literal,
    /// A YAML block scalar that starts with `>`.
    Folded,
    /// A YAML alias, such as `*date`. The text is that of its anchor.
    Alias,
    /// A TOML string between `'''`.
    MultilineSingleQuoted,
    /// A TOML string between `"""`.
    MultilineDoubleQuoted,
    /// A TOML date, time, or both.
    Date,
    /// A TOML number.
    Number,
    /// A TOML truth value.
    Boolean,
    /// The rest of a `Key: value` line. If the value continues on other lines, its text contains
    /// `\n` between them.
    Line,
}

/// The rules for writing another value in the place of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grammar {
    /// The value must not be replaced.
    Fixed,
    /// YAML outside brackets.
    YamlBlock,
    /// YAML inside brackets.
    YamlFlow,
    /// TOML.
    Toml,
    /// A `Key: value` line.
    Line,
}

/// A problem in front matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrontProblem {
    /// A syntax error. Values and keys behind it are missing.
    Invalid {
        /// The position of the error.
        span: Span,
        /// The parser's message.
        message: Box<str>,
    },
    /// A key that occurs twice in the same mapping.
    DuplicateKey {
        /// The dotted path.
        key: Arc<str>,
        /// The previous occurrence.
        first: Span,
        /// The occurrence that is a duplicate.
        second: Span,
    },
    /// An opening line without a closing line. The page then has no front matter.
    Unclosed {
        /// The opening line.
        span: Span,
        /// The missing line.
        closing: Box<str>,
    },
}

impl FrontProblem {
    /// Creates a syntax error from a parser's message, which is put on one line.
    pub(super) fn invalid(span: Span, message: &str) -> Self {
        let words: Vec<_> = message.split_whitespace().collect();
        // A message can quote text of the page.
        let message = words.join(" ");
        let message = printable(&message);
        let mut chars = message.trim_end_matches('.').chars();
        let first = chars.next().map(|first| first.to_ascii_lowercase());
        Self::Invalid { span, message: first.into_iter().chain(chars).collect() }
    }

    /// Returns the span that a finding about this problem underlines.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Invalid { span, .. } | Self::Unclosed { span, .. } => *span,
            Self::DuplicateKey { second, .. } => *second,
        }
    }
}

/// Records that the value of the last key, which is at `key`, is an empty list or mapping.
pub(super) fn mark_empty(keys: &mut [FrontKey], key: Span) {
    if let Some(last) = keys.last_mut().filter(|last| last.span == key) {
        last.is_empty = true;
    }
}

/// Returns the dotted path of the key `name` in the mapping at `parent`, or `None` if it is too long.
pub(super) fn join(parent: &str, name: &str) -> Option<Arc<str>> {
    if parent.len() + name.len() >= MAX_PATH {
        return None;
    }
    let path = if parent.is_empty() { name.into() } else { format!("{parent}.{name}").into() };
    Some(path)
}

/// Returns the keys that occur more than once in the same mapping. `mappings` contains a number for
/// each key that identifies its mapping.
pub(super) fn duplicates<'a>(
    keys: &'a [FrontKey],
    mappings: &'a [u32],
) -> impl Iterator<Item = FrontProblem> {
    let mut sorted: Vec<_> = mappings.iter().zip(keys).collect();
    sorted.sort_by_key(|(mapping, key)| (**mapping, &key.path, key.span));
    (1..sorted.len()).filter_map(move |index| {
        let (mapping, second) = sorted[index];
        let (other, first) = sorted[index - 1];
        (mapping == other && first.path == second.path).then(|| FrontProblem::DuplicateKey {
            key: second.path.clone(),
            first: first.span,
            second: second.span,
        })
    })
}
