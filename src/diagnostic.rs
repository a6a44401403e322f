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

/// Whether a fix may be made without looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// What it changes is what was meant, and nothing is lost by it.
    Safe,
    /// It guesses, or drops something: to be looked at.
    Unsafe,
}

impl Applicability {
    /// Returns `Safe` if `is_safe`, else `Unsafe`.
    #[must_use]
    pub fn safe_if(is_safe: bool) -> Self {
        if is_safe { Self::Safe } else { Self::Unsafe }
    }

    /// The word used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// The file that an edit changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EditTarget {
    /// One that the archive has.
    File(FileId),
    /// One that is made by the edit, by its path from the archive's root.
    New(String),
}

/// A replacement of one span by other text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub target: EditTarget,
    /// What is replaced; empty where text is inserted. Bytes of the file's text as it was read.
    pub span: Span,
    /// What stands there afterwards, line endings included.
    pub replacement: String,
}

impl Edit {
    /// Edits of one file in the order in which they are applied, however they are given.
    #[must_use]
    pub fn in_order<'a>(edits: &[&'a Self]) -> Vec<&'a Self> {
        let mut sorted = edits.to_vec();
        sorted.sort_by(|one, other| {
            (one.span, &one.replacement).cmp(&(other.span, &other.replacement))
        });
        sorted
    }

    /// Puts `replacement` in the place of `span` in `file`.
    #[must_use]
    pub fn replace(file: FileId, span: Span, replacement: impl Into<String>) -> Self {
        Self { target: EditTarget::File(file), span, replacement: replacement.into() }
    }

    /// Takes `span` out of `file`.
    #[must_use]
    pub fn remove(file: FileId, span: Span) -> Self {
        Self::replace(file, span, "")
    }

    /// Puts `text` into `file` before the byte at `offset`.
    #[must_use]
    pub fn insert(file: FileId, offset: u32, text: impl Into<String>) -> Self {
        Self::replace(file, Span { start: offset, end: offset }, text)
    }

    /// Makes the file `path` with this content.
    #[must_use]
    pub fn create(path: String, content: String) -> Self {
        Self { target: EditTarget::New(path), span: Span::default(), replacement: content }
    }
}

/// What would mend a finding: all of its edits, or none of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether it may be made without looking at it.
    pub applicability: Applicability,
    /// What it does, in a few words.
    pub message: String,
    /// Its edits, of which no two overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that may be made without looking at it.
    #[must_use]
    pub fn safe(message: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self::new(Applicability::Safe, message, edits)
    }

    /// A fix that guesses or drops something.
    #[must_use]
    pub fn uncertain(message: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self::new(Applicability::Unsafe, message, edits)
    }

    /// A fix of either kind; its message is made [`printable`].
    #[must_use]
    pub fn new(applicability: Applicability, message: impl Into<String>, edits: Vec<Edit>) -> Self {
        let message = printable(&message.into()).into_owned();
        Self { applicability, message, edits }
    }
}

/// A finding, as a rule makes it: a place in the page being checked, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The offending text.
    pub span: Span,
    /// What is wrong, with the offending text quoted.
    pub message: String,
    /// What it is about, if that is not the text at its place: a section that is missing, another
    /// page. Empty if it is the page as a whole. By this it is known again when the page changed.
    pub subject: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// Places that explain it.
    pub labels: Vec<Label>,
    /// A severity other than the rule's own, where the evidence is weaker than usual.
    pub severity: Option<Severity>,
    /// What would mend it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding at `span`; `message` says what is wrong. Whatever it holds of a page, no word of a
    /// finding can steer a terminal: it is made [`printable`] here, and so are help and labels.
    #[must_use]
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: printable(&message.into()).into_owned(),
            subject: None,
            help: None,
            labels: Vec::new(),
            severity: None,
            fix: None,
        }
    }

    /// Says what it is about, if that is not the text at its place: nothing for the page as a whole.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
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

    /// Says what would mend it, if that is known.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into();
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

/// Takes the meaning from `##[`, with which commands to runners of GitHub begin anywhere in a line, by an
/// older form of theirs; by the newer one they begin with `::`, so a line is to begin with a word. Runners
/// may compare texts without regard to characters that cannot be seen, so what is between is passed over
/// unless it is ASCII.
#[must_use]
pub fn escape_workflow_commands(line: &str) -> Cow<'_, str> {
    if !(line.contains('#') && line.contains('[')) {
        return line.into();
    }
    let mut shown = String::with_capacity(line.len() + 8);
    let mut before = ' ';
    for char in line.chars() {
        if char == '[' && before == '#' {
            shown.extend(char.escape_unicode());
        } else {
            shown.push(char);
        }
        if char.is_ascii() {
            before = char;
        }
    }
    shown.into()
}

/// Whether a character could steer a terminal or hide text on it: control characters, the marks
/// that turn the direction of writing, and the separators of lines and paragraphs.
#[must_use]
pub fn is_unprintable(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// A number with a comma between each three digits.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with its noun, in the plural where that is due.
#[must_use]
pub fn counted(number: u64, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_shows_control_characters_and_ends() {
        assert_eq!(quote("a\u{1b}[31m"), "`a\\u{1b}[31m`");
        assert_eq!(quote(&"é".repeat(200)).chars().count(), QUOTE_LIMIT + 3);
    }

    #[test]
    fn no_line_holds_a_command_of_the_older_form() {
        assert_eq!(escape_workflow_commands("a ##[error]b"), "a ##\\u{5b}error]b");
        assert_eq!(
            escape_workflow_commands("#\u{AD}#\u{200B}[error]b"),
            "#\u{AD}#\u{200B}\\u{5b}error]b"
        );
        assert_eq!(escape_workflow_commands("`### Source:` [a]"), "`### Source:` [a]");
    }
}
