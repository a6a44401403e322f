//! What a rule has to say: plain data that knows no renderer.

use std::borrow::Cow;

use crate::span::{FileId, Span};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth a look.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// The word used in settings and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A further place that explains a finding, in the same file or in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The file that the place is in.
    pub file: FileId,
    /// The place.
    pub span: Span,
    /// What is there, in a few words.
    pub message: String,
}

/// A finding, as a rule makes it: a place in the page being checked, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The offending text.
    pub span: Span,
    /// What is wrong, with the offending text quoted.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Places that explain it.
    pub labels: Vec<Label>,
    /// A severity other than the rule's own, where the evidence is weaker than usual.
    pub severity: Option<Severity>,
}

impl Finding {
    /// A finding at `span`; `message` says what is wrong. Whatever it holds of a page, no word of a
    /// finding can steer a terminal: it is made [`printable`] here, and so are help and labels.
    #[must_use]
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: printable(&message.into()).into_owned(),
            help: None,
            labels: Vec::new(),
            severity: None,
        }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(printable(&help.into()).into_owned());
        self
    }

    /// Points at a further place.
    #[must_use]
    pub fn label(mut self, file: FileId, span: Span, message: impl Into<String>) -> Self {
        let message = printable(&message.into()).into_owned();
        self.labels.push(Label { file, span, message });
        self
    }

    /// Lowers or raises the finding's severity against the rule's own.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}

/// A finding with its rule, its file and the severity that the settings give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Id of the rule, `group/name`.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The file it is in.
    pub file: FileId,
    /// The finding itself.
    pub finding: Finding,
}

impl Diagnostic {
    /// The order of reports: by path, place, rule, then words.
    #[must_use]
    pub fn sort_key(&self) -> (FileId, Span, &'static str, &str) {
        (self.file, self.finding.span, self.rule, &self.finding.message)
    }
}

/// The longest excerpt that a message quotes, in Unicode scalar values.
const QUOTE_LIMIT: usize = 100;

/// Quotes text from an archive for a message: in backticks, on one line, bounded in length, with
/// control characters made visible so that nothing in a page can steer a terminal.
#[must_use]
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len().min(QUOTE_LIMIT * 4) + 2);
    quoted.push('`');
    for (count, char) in text.trim().chars().enumerate() {
        if count == QUOTE_LIMIT {
            quoted.push('…');
            break;
        }
        if is_unprintable(char) {
            quoted.extend(char.escape_default());
        } else {
            quoted.push(char);
        }
    }
    quoted.push('`');
    quoted
}

/// A text on one line, with every character that [`is_unprintable`] made visible.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unprintable) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if is_unprintable(char) {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    shown.into()
}

/// Whether a character could steer a terminal or hide text on it: control characters, the marks
/// that turn the direction of writing, and the separators of lines and paragraphs.
#[must_use]
pub fn is_unprintable(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_shows_control_characters_and_ends() {
        assert_eq!(quote("a\u{1b}[31m"), "`a\\u{1b}[31m`");
        assert_eq!(quote(&"é".repeat(200)).chars().count(), QUOTE_LIMIT + 3);
    }
}
