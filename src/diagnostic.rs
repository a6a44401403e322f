//! Findings and fixes, as plain data that does not depend on an output format.

use std::borrow::Cow;

use crate::shorten::{backticks, push_window, shorten, window_start};
use crate::span::{FileId, Span};

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A possible problem.
    Warning,
    /// A definite problem.
    Error,
}

impl Severity {
    /// Returns the word used in settings and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// An additional location that explains a finding, in the same file or in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The file that contains the location.
    pub file: FileId,
    /// The location.
    pub span: Span,
    /// A short description of the location.
    pub message: String,
}

/// Whether a fix can be applied without review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// The fix is certainly right and loses nothing.
    Safe,
    /// The fix guesses or loses something, so it needs review.
    Unsafe,
}

impl Applicability {
    /// Returns `Safe` if `is_safe`, and `Unsafe` otherwise.
    #[must_use]
    pub fn safe_if(is_safe: bool) -> Self {
        if is_safe { Self::Safe } else { Self::Unsafe }
    }

    /// Returns the word used in reports.
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
    /// An existing file of the archive.
    File(FileId),
    /// A file that the edit creates, by its path relative to the archive's root.
    New(String),
}

/// A replacement of one span with other text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file to edit.
    pub target: EditTarget,
    /// The span of the original text to replace. It is empty for an insertion.
    pub span: Span,
    /// The new text, including line endings.
    pub replacement: String,
}

impl Edit {
    /// Returns the edits of one file in the order in which they are applied.
    #[must_use]
    pub fn in_order<'a>(edits: &[&'a Self]) -> Vec<&'a Self> {
        let mut sorted = edits.to_vec();
        sorted.sort_by(|one, other| {
            (one.span, &one.replacement).cmp(&(other.span, &other.replacement))
        });
        sorted
    }

    /// Creates an edit that replaces `span` in `file` with `replacement`.
    #[must_use]
    pub fn replace(file: FileId, span: Span, replacement: impl Into<String>) -> Self {
        Self { target: EditTarget::File(file), span, replacement: replacement.into() }
    }

    /// Creates an edit that removes `span` from `file`.
    #[must_use]
    pub fn remove(file: FileId, span: Span) -> Self {
        Self::replace(file, span, "")
    }

    /// Creates an edit that inserts `text` into `file` before the byte at `offset`.
    #[must_use]
    pub fn insert(file: FileId, offset: u32, text: impl Into<String>) -> Self {
        Self::replace(file, Span { start: offset, end: offset }, text)
    }

    /// Creates an edit that adds the file `path` with this content.
    #[must_use]
    pub fn create(path: String, content: String) -> Self {
        Self { target: EditTarget::New(path), span: Span::default(), replacement: content }
    }
}

/// A fix for a finding. Its edits are applied all together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether the fix can be applied without review.
    pub applicability: Applicability,
    /// A short description of the fix.
    pub message: String,
    /// The edits, which must not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// Creates a fix that can be applied without review.
    #[must_use]
    pub fn safe(message: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self::new(Applicability::Safe, message, edits)
    }

    /// Creates a fix that guesses or loses something, so it needs review.
    #[must_use]
    pub fn uncertain(message: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self::new(Applicability::Unsafe, message, edits)
    }

    /// Creates a fix, and makes its message [`printable`].
    #[must_use]
    pub fn new(applicability: Applicability, message: impl Into<String>, edits: Vec<Edit>) -> Self {
        let message = printable(&message.into()).into_owned();
        Self { applicability, message, edits }
    }
}

/// A problem that a rule found, with its location in the checked page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The offending text.
    pub span: Span,
    /// The description of the problem, with the offending text quoted.
    pub message: String,
    /// The subject of the finding, if it is not the text at the span, such as a missing section or
    /// another page. It is empty if the subject is the whole page. A baseline uses it to recognise
    /// the finding after the page has changed.
    pub subject: Option<String>,
    /// Advice on how to solve the problem.
    pub help: Option<String>,
    /// Additional locations that explain the finding.
    pub labels: Vec<Label>,
    /// The maximum severity of the finding, if it is lower than that of the rule, for example
    /// because the evidence is weaker.
    pub severity: Option<Severity>,
    /// The fix, if there is one.
    pub fix: Option<Fix>,
}

impl Finding {
    /// Creates a finding at `span` with a description of the problem. The message, the help and the
    /// labels are made [`printable`], so that text quoted from a page cannot control the terminal.
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

    /// Sets the subject, if it is not the text at the span. An empty subject stands for the whole
    /// page.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Sets the help text.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(printable(&help.into()).into_owned());
        self
    }

    /// Adds a label at another location.
    #[must_use]
    pub fn label(mut self, file: FileId, span: Span, message: impl Into<String>) -> Self {
        let message = printable(&message.into()).into_owned();
        if self.labels.is_empty() {
            // Most findings have one label at most, and a new list has space for four.
            self.labels.reserve_exact(1);
        }
        self.labels.push(Label { file, span, message });
        self
    }

    /// Sets the fix, if there is one.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into();
        self
    }

    /// Shortens the quoted texts in the message, in the help and in the description of the fix to
    /// `most` Unicode scalar values each.
    #[must_use]
    pub fn shortened(mut self, most: usize) -> Self {
        let (message, help) = shorten(&self.message, self.help.as_deref(), most);
        let (message, help) = (message.into_owned(), help.map(Cow::into_owned));
        (self.message, self.help) = (message, help);
        if let Some(fix) = &mut self.fix {
            fix.message = shorten(&fix.message, None, most).0.into_owned();
        }
        self
    }

    /// Sets the maximum severity of the finding.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}

/// A finding with its rule, its file and the severity that the settings give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The id of the rule, `group/name`.
    pub rule: &'static str,
    /// The severity.
    pub severity: Severity,
    /// The file that contains the finding.
    pub file: FileId,
    /// The location, the message and the fix. Boxed, because a run sorts its findings.
    pub finding: Box<Finding>,
}

impl Diagnostic {
    /// Returns the key that sorts findings for reports: by path, location, rule, then message.
    #[must_use]
    pub fn sort_key(&self) -> (FileId, Span, &'static str, &str) {
        (self.file, self.finding.span, self.rule, &self.finding.message)
    }
}

/// The maximum length of a quoted text in a message, in Unicode scalar values. Titles and
/// destinations are much shorter. Without a limit, each of many findings on a hostile page could
/// quote the same text of megabytes. Reports for people shorten quoted texts further.
const QUOTE_LIMIT: usize = 10_000;

/// Quotes text from an archive for a message: as Markdown code, on one line and limited in length.
/// Control characters are escaped so that text from a page cannot control the terminal.
#[must_use]
pub fn quote(text: &str) -> String {
    quote_from(text.trim(), 0)
}

/// Quotes two texts that differ. If they are too long, the parts that are quoted contain the first
/// difference.
#[must_use]
pub fn quote_pair(one: &str, other: &str) -> (String, String) {
    let (one, other) = (one.trim(), other.trim());
    let start = window_start(one, other, QUOTE_LIMIT);
    (quote_from(one, start), quote_from(other, start))
}

/// Quotes the part of a text that starts at the character `start`.
fn quote_from(text: &str, start: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(QUOTE_LIMIT));
    push_window(text, start, QUOTE_LIMIT, &mut shown);
    // The text may contain backticks, so put more of them around it.
    let longest = backticks(&shown).map(|run| run.len()).max().unwrap_or_default();
    let marks = "`".repeat(longest + 1);
    let space = if shown.starts_with('`') || shown.ends_with('`') { " " } else { "" };
    format!("{marks}{space}{}{space}{marks}", printable(&shown))
}

/// Escapes every [unprintable](is_unprintable) character, so that the text fits on one line and
/// cannot control the terminal.
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

/// Escapes `##[`, which starts a workflow command in an older syntax of GitHub's runners, anywhere
/// in a line. In the newer syntax, a command starts with `::` at the beginning of a line, so
/// callers start each line with a word.
///
/// Runners may ignore invisible characters when they search for commands, so this function also
/// finds `##[` with non-ASCII characters in between.
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

/// Returns whether a character could control the terminal or hide text in it, or is always invisible. Such
/// characters are control characters, bidirectional marks, line and paragraph separators, soft hyphens,
/// zero-width spaces, word joiners and the byte order mark.
#[must_use]
pub fn is_unprintable(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Formats a number with commas between groups of three digits.
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

/// Formats a number with its noun, in the plural if the number is not 1.
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
        assert_eq!(quote(&"é".repeat(2 * QUOTE_LIMIT)).chars().count(), QUOTE_LIMIT + 3);
    }

    #[test]
    fn a_quoted_text_is_markdown_code() {
        assert_eq!(quote(" a b "), "`a b`");
        assert_eq!(quote("a `b` c"), "``a `b` c``");
        assert_eq!(quote("``"), "``` `` ```");
    }

    #[test]
    fn two_quoted_texts_differ_however_long_they_are() {
        let text = "é".repeat(3 * QUOTE_LIMIT);
        for (one, other) in [("a", "b"), ("", "（续）")] {
            let (one, other) = quote_pair(&(text.clone() + one), &(text.clone() + other));
            assert_ne!(one, other);
            assert!(one.chars().count() <= QUOTE_LIMIT + 4, "{}", one.chars().count());
        }
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
