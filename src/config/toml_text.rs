//! Writes TOML: values, keys, and files with comments.

use std::fmt::{self, Display, Write as _};

use crate::diagnostic::is_unprintable;

/// A TOML value. Tables keep their entries in the order in which they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TomlValue {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// An array.
    Array(Vec<TomlValue>),
    /// A table.
    Table(Vec<(String, TomlValue)>),
}

impl TomlValue {
    /// Creates a string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Creates an array of strings.
    pub fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Array(texts.into_iter().map(Self::text).collect())
    }

    /// Creates a whole number. A number outside the range of `i64` becomes `i64::MAX`.
    pub fn integer(number: impl TryInto<i64>) -> Self {
        Self::Integer(number.try_into().unwrap_or(i64::MAX))
    }

    /// Creates a table.
    pub fn table<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Table(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// Returns the entries of a table. Any other value has no entries.
    #[must_use]
    pub fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Table(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the items of an array. Any other value has no items.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// Returns the value with a dotted name, if there is one.
    #[must_use]
    pub fn find(&self, dotted: &str) -> Option<&Self> {
        dotted.split('.').try_fold(self, |value, name| {
            value.entries().iter().find(|(key, _)| key == name).map(|(_, value)| value)
        })
    }
}

/// Writes the value on one line, and escapes every unprintable character.
impl Display for TomlValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(&quoted(text)),
            Self::Integer(number) => write!(formatter, "{number}"),
            Self::Boolean(is_true) => write!(formatter, "{is_true}"),
            Self::Array(items) => {
                formatter.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(formatter, "{}{item}", if index == 0 { "" } else { ", " })?;
                }
                formatter.write_str("]")
            }
            Self::Table(entries) if entries.is_empty() => formatter.write_str("{}"),
            Self::Table(entries) => {
                for (index, (name, value)) in entries.iter().enumerate() {
                    let before = if index == 0 { "{ " } else { ", " };
                    write!(formatter, "{before}{} = {value}", key(name))?;
                }
                formatter.write_str(" }")
            }
        }
    }
}

/// Returns a key in TOML syntax: bare if possible, and otherwise in quotes.
#[must_use]
pub fn key(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !name.is_empty() && name.bytes().all(is_plain) { name.to_owned() } else { escaped(name) }
}

/// Returns a string in TOML syntax. Uses the `toml` crate, or [`escaped`] if the crate would leave
/// unprintable characters unescaped.
fn quoted(text: &str) -> String {
    let quoted = toml::Value::from(text).to_string();
    if quoted.contains(is_unprintable) { escaped(text) } else { quoted }
}

/// Returns a basic string on one line, with all unprintable characters escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::from("\"");
    for char in text.chars() {
        match char {
            '"' | '\\' => escaped.extend(['\\', char]),
            char if is_unprintable(char) => {
                escaped.extend(["\\U", &format!("{:08X}", u32::from(char))]);
            }
            char => escaped.push(char),
        }
    }
    escaped.push('"');
    escaped
}

/// A TOML file with comments, which is built line by line.
#[derive(Clone, Debug, Default)]
pub struct TomlText {
    text: String,
}

/// The width to which a line is padded before a trailing comment, in Unicode scalar values.
const COMMENT_COLUMN: usize = 60;

impl TomlText {
    /// Returns the text of the file.
    #[must_use]
    pub fn finish(self) -> String {
        self.text
    }

    fn line(&mut self, line: impl Display) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    /// Adds an empty line.
    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Adds a comment.
    pub fn comment(&mut self, comment: impl Display) {
        self.line(format_args!("# {comment}"));
    }

    /// Adds a comment that tells editors the address of the file's JSON Schema.
    pub fn schema(&mut self, url: &str) {
        self.line(format_args!("#:schema {url}"));
    }

    /// Adds several comments, each on a line of its own.
    pub fn comments(&mut self, comments: impl IntoIterator<Item = impl Display>) {
        for comment in comments {
            self.comment(comment);
        }
    }

    /// Adds the header of a table. `name` is the dotted name, in TOML syntax.
    pub fn table(&mut self, name: impl Display) {
        self.line(format_args!("[{name}]"));
    }

    /// Adds the header of a table in an array of tables. `name` is the dotted name, in TOML syntax.
    pub fn array_table(&mut self, name: impl Display) {
        self.line(format_args!("[[{name}]]"));
    }

    /// Adds an entry.
    pub fn entry(&mut self, name: &str, value: &TomlValue) {
        self.line(format_args!("{} = {value}", key(name)));
    }

    /// Adds an entry whose value is an array, with one item per line.
    pub fn list_entry(&mut self, name: &str, items: &[TomlValue]) {
        self.line(format_args!("{} = [", key(name)));
        for item in items {
            self.line(format_args!("    {item},"));
        }
        self.line("]");
    }

    /// Adds an entry that is commented out.
    pub fn commented_entry(&mut self, name: &str, value: &TomlValue) {
        self.comment(format_args!("{} = {value}", key(name)));
    }

    /// Adds a trailing comment to the last line.
    pub fn behind(&mut self, comment: impl Display) {
        let start = self.text.trim_end_matches('\n').rfind('\n').map_or(0, |at| at + 1);
        let line = self.text.split_off(start);
        self.line(format_args!("{:<COMMENT_COLUMN$} # {comment}", line.trim_end_matches('\n')));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_strings_are_read_back_as_they_were() {
        let names = ["", "a-b_1", "related/stale-text", "a'\"b\\", "ö.example", "a\n\u{202e}"];
        for name in names {
            let value = TomlValue::table([(name, TomlValue::text(name))]);
            let text = format!("x = {value}\n");
            let read: toml::Table = toml::from_str(&text).expect(&text);
            assert_eq!(read["x"][name].as_str(), Some(name), "{text}");
            assert!(!text.trim_end().contains(is_unprintable), "{text}");
        }
    }
}
