//! Errors in patterns.

use super::part::MOST_TEXTS;

/// The reason why a text is not a valid pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// A variable whose name is probably misspelt.
    #[error("`{{{given}}}` is not a variable of patterns")]
    Misspelt {
        /// The name.
        given: String,
        /// The name that was probably meant.
        known: &'static str,
    },
    /// A text in braces that is no name of a variable.
    #[error("`{{{0}}}` is not a variable of patterns")]
    InvalidVariable(String),
    /// A variable with a format that it cannot have.
    #[error("`{{{0}}}` has an unknown format")]
    InvalidFormat(String),
    /// A brace without its counterpart.
    #[error("a pattern needs a `}}` for each `{{`, and a `{{` for each `}}`")]
    UnclosedBrace,
    /// A pattern of event pages that matches a single path.
    #[error("the pattern of an event page needs a variable")]
    NoVariable,
    /// A pattern of day pages without a full date.
    #[error("the pattern of a day page needs {{year}}, {{month}} and {{day}}")]
    IncompleteDate,
    /// A pattern of day pages with a slug.
    #[error("the pattern of a day page cannot contain {{slug}}")]
    Slug,
    /// A text variable that another variable follows directly.
    #[error("`{{{text}}}` and `{{{next}}}` have no text between them")]
    SideBySide {
        /// The text variable.
        text: String,
        /// The variable that follows.
        next: String,
    },
    /// A number without a fixed width that a digit or another number follows directly.
    #[error("a digit follows `{{{0}}}` directly")]
    NoWidth(&'static str),
    /// A repeated text variable that shares each of its segments with another text variable.
    #[error("`{{{0}}}` stands several times, but nowhere as the only text variable of a name")]
    Undetermined(String),
    /// Too many text variables.
    #[error(
        "a pattern can have at most {MOST_TEXTS} different text variables, and at most \
         {MOST_TEXTS} in one name"
    )]
    TooManyTexts,
    /// A control character. No link could name a path that contains one.
    #[error("a pattern cannot contain control characters")]
    ControlCharacter,
    /// A pattern that starts with `/` or contains `..`.
    #[error(
        "a pattern is relative to the archive's root: it cannot begin with `/` or contain `..`"
    )]
    NotRelative,
}

impl PatternError {
    /// Returns advice on how to fix the pattern, unless the message makes that obvious.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Misspelt { known, .. } => format!("did you mean `{{{known}}}`?"),
            Self::InvalidVariable(_) => {
                "use `{year}`, `{month}`, `{day}`, `{slug}` or a name of your own, such as \
                 `{lang}`, of letters, digits, `_` and `-`"
                    .to_owned()
            }
            Self::InvalidFormat(_) => {
                "write a width as in `{month:02}`, `{month:%B}` for March, `{month:%b}` for Mar, or \
                 no format"
                    .to_owned()
            }
            Self::NoVariable => "add a variable, such as `{slug}` or `{year}`".to_owned(),
            Self::Slug => "move the pattern to `layout.event`, or remove `{slug}`".to_owned(),
            Self::SideBySide { text, next } => format!(
                "write a text such as `-` between them, so that it is clear where `{{{text}}}` \
                 ends and `{{{next}}}` begins"
            ),
            Self::NoWidth(name) => {
                format!("write `{{{name}:02}}`, so that it is clear where the number ends")
            }
            Self::Undetermined(name) => format!(
                "keep `{{{name}}}` in one place, or give one folder or file a name in which \
                 `{{{name}}}` is the only text variable"
            ),
            Self::TooManyTexts => "replace variables that are always together by one".to_owned(),
            Self::UnclosedBrace
            | Self::IncompleteDate
            | Self::ControlCharacter
            | Self::NotRelative => return None,
        };
        Some(help)
    }
}
