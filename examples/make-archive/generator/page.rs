//! The text of a page under construction, and the findings that are expected in it.

use serde::Serialize;

/// A page.
pub struct Page {
    /// The path from the root of the archive.
    pub path: String,
    /// The text that has been written so far.
    pub text: String,
    /// The findings that are expected.
    pub expected: Vec<Expected>,
}

/// A finding that a check must report: a line of the truth file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Expected {
    /// The id of the rule.
    pub rule: &'static str,
    /// The path of the page from the root of the archive.
    pub path: String,
    /// The line at which the finding starts, from 1.
    pub line: usize,
    /// The column at which the finding starts, in characters from 1.
    pub column: usize,
}

impl Page {
    /// Creates an empty page.
    pub fn new(path: String) -> Self {
        Self { path, text: String::new(), expected: Vec::new() }
    }

    /// Appends text.
    pub fn push(&mut self, text: &str) {
        self.text += text;
    }

    /// Appends a line, and an empty line after it.
    pub fn push_paragraph(&mut self, text: &str) {
        self.push(text);
        self.push("\n\n");
    }

    /// Expects a finding at the end of the text, where the offending text will be appended.
    pub fn expect(&mut self, rule: &'static str) {
        let line = self.text.matches('\n').count() + 1;
        let start = self.text.rfind('\n').map_or(0, |newline| newline + 1);
        let column = self.text[start..].chars().count() + 1;
        self.expected.push(Expected { rule, path: self.path.clone(), line, column });
    }
}
