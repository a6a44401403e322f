//! What a setting is: its name, the values that it accepts, its default and its meaning.

use crate::config::limits;

/// A setting, or a table of settings.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The key in the table that contains the setting.
    pub name: &'static str,
    /// The values that the setting accepts.
    pub shape: Shape,
    /// The meaning, as one line of Markdown.
    pub about: &'static str,
    /// The default as TOML, or `None` if the setting has no default.
    pub default: Option<&'static str>,
    /// An example value, as TOML.
    pub example: Option<&'static str>,
    /// Whether the setting is required in the table that contains it.
    pub is_required: bool,
}

/// The values that a setting accepts.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A string.
    Text(TextKind),
    /// A string, or an array of `least` to `most` strings.
    Texts {
        /// The kind of each string.
        of: TextKind,
        /// The minimum number of strings.
        least: usize,
        /// The maximum number of strings.
        most: usize,
    },
    /// True or false.
    Boolean,
    /// Only `false`, because the feature that `true` would request does not exist.
    False,
    /// A whole number from `least` to `most`.
    Integer {
        /// The minimum.
        least: i64,
        /// The maximum.
        most: i64,
    },
    /// A table with these settings.
    Table(&'static [Setting]),
    /// An array of tables.
    Tables {
        /// The settings of each table.
        of: &'static [Setting],
        /// The maximum number of tables.
        most: usize,
    },
    /// A table that maps hosts to tables with these settings.
    Hosts(&'static [Setting]),
    /// A table that maps rules, groups or `all` to severities.
    Severities,
}

/// The kind of text that a string must contain.
#[derive(Clone, Copy, Debug)]
pub enum TextKind {
    /// Any text.
    Any,
    /// A text that this regular expression matches.
    Matching {
        /// The regular expression.
        pattern: &'static str,
        /// What it matches, in words, for the reference of settings and for error messages.
        words: &'static str,
    },
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A duration, such as `250ms`.
    Duration,
    /// A rule's id, a group of rules, or `all`.
    Rule,
}

impl Shape {
    /// Returns what a string must be, in words, if it must match a regular expression.
    pub(in crate::config) const fn words(&self) -> Option<&'static str> {
        match self {
            Self::Text(TextKind::Matching { words, .. })
            | Self::Texts { of: TextKind::Matching { words, .. }, .. } => Some(words),
            _ => None,
        }
    }
}

pub(super) const fn setting(name: &'static str, shape: Shape, about: &'static str) -> Setting {
    Setting { name, shape, about, default: None, example: None, is_required: false }
}

/// Returns the shape of a list of at most `most` strings, which may be empty.
pub(super) const fn texts(of: TextKind, most: usize) -> Shape {
    Shape::Texts { of, least: 0, most }
}

/// Returns the shape of a list of at least one string.
pub(super) const fn some_texts(of: TextKind) -> Shape {
    Shape::Texts { of, least: 1, most: limits::LIST }
}

impl Setting {
    pub(super) const fn default(self, toml: &'static str) -> Self {
        Self { default: Some(toml), ..self }
    }

    pub(super) const fn example(self, toml: &'static str) -> Self {
        Self { example: Some(toml), ..self }
    }

    pub(super) const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// Returns the settings of a table, of each table in an array, or of each host. Other shapes have
    /// none.
    #[must_use]
    pub fn settings(&self) -> &'static [Self] {
        match self.shape {
            Shape::Table(of) | Shape::Tables { of, .. } | Shape::Hosts(of) => of,
            _ => &[],
        }
    }
}
