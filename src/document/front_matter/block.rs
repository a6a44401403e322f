//! Finds the front matter at the top of a page.

use std::ops::Range;

/// The syntax of front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// YAML between lines of `---`, or from `---` to `...`.
    Yaml,
    /// TOML between lines of `+++`.
    Toml,
    /// TOML in a fenced code block.
    FencedToml,
    /// `Key: value` lines, up to the first blank line.
    Lines,
}

impl Form {
    /// All forms.
    const ALL: [Self; 4] = [Self::Yaml, Self::Toml, Self::FencedToml, Self::Lines];

    /// Returns the name in the settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Toml => "toml",
            Self::FencedToml => "fenced-toml",
            Self::Lines => "lines",
        }
    }

    /// Returns the form with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }
}

/// Which forms of front matter a page may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forms(u8);

impl Default for Forms {
    /// Returns YAML and TOML between their own delimiters.
    fn default() -> Self {
        Self::of([Form::Yaml, Form::Toml])
    }
}

impl Forms {
    /// All forms.
    pub const ALL: Self = Self(0b1111);

    /// The names of all forms in the settings.
    pub const NAMES: [&'static str; 4] =
        [Form::ALL[0].name(), Form::ALL[1].name(), Form::ALL[2].name(), Form::ALL[3].name()];

    /// Returns these forms.
    #[must_use]
    pub fn of(forms: impl IntoIterator<Item = Form>) -> Self {
        Self(forms.into_iter().fold(0, |bits, form| bits | 1 << form as u8))
    }

    /// Returns whether a page may have front matter of this form.
    #[must_use]
    pub fn contains(self, form: Form) -> bool {
        self.0 >> form as u8 & 1 == 1
    }

    /// Returns the names of the forms in the settings.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Form::ALL.into_iter().filter(move |form| self.contains(*form)).map(Form::name)
    }
}

/// The position of front matter in a text.
pub(in crate::document) struct Block {
    /// The syntax.
    pub(super) form: Form,
    /// The text between the opening and the closing line.
    pub(super) content: Range<usize>,
    /// The length of the whole block in bytes, including its last line ending.
    pub(in crate::document) len: usize,
}

impl Block {
    /// Finds the front matter at the start of `text`, which contains no byte order mark. Returns
    /// `None` if there is none, or if it has no closing line.
    pub(in crate::document) fn find(text: &str, forms: Forms) -> Option<Self> {
        match text.as_bytes().first()? {
            b'-' if forms.contains(Form::Yaml) => Self::delimited(text, Form::Yaml),
            b'+' if forms.contains(Form::Toml) => Self::delimited(text, Form::Toml),
            b'`' | b'~' if forms.contains(Form::FencedToml) => Self::fenced(text),
            _ if forms.contains(Form::Lines) => Self::lines(text),
            _ => None,
        }
    }

    /// Finds front matter between `---` or `+++`. A `---` above a blank line is a thematic break, not
    /// front matter, unless the next text is a key.
    fn delimited(text: &str, form: Form) -> Option<Self> {
        let (open, closing): (_, &[&str]) = match form {
            Form::Yaml => ("---", &["---", "..."]),
            _ => ("+++", &["+++"]),
        };
        let mut lines = Lines::of(text);
        if lines.next()?.1 != open {
            return None;
        }
        let start = lines.at;
        let mut is_below_blank = false;
        for (at, line) in &mut lines {
            if form == Form::Yaml && line.is_empty() && (at == start || is_below_blank) {
                is_below_blank = true;
                continue;
            }
            if std::mem::take(&mut is_below_blank) && !starts_like_yaml(line) {
                return None;
            }
            if closing.contains(&line) {
                return Some(Self { form, content: start..at, len: lines.at });
            }
        }
        None
    }

    /// Finds a fenced code block of TOML.
    fn fenced(text: &str) -> Option<Self> {
        let mut lines = Lines::of(text);
        let open = fence_of_toml(lines.next()?.1)?;
        let start = lines.at;
        for (at, line) in &mut lines {
            let fence = line.trim_start_matches(' ');
            let is_indented = line.len() - fence.len() > 3;
            // The closing fence can be longer than the opening one.
            let is_fence =
                fence.starts_with(open) && fence.bytes().all(|byte| byte == open.as_bytes()[0]);
            if !is_indented && is_fence {
                return Some(Self { form: Form::FencedToml, content: start..at, len: lines.at });
            }
        }
        None
    }

    /// Finds `Key: value` lines. A line that is neither such a line nor the continuation of one
    /// makes all of them text.
    fn lines(text: &str) -> Option<Self> {
        let mut end = 0;
        let mut lines = Lines::of(text);
        while let Some((_, line)) = lines.next() {
            if line.is_empty() {
                break;
            }
            let continues = end > 0 && line.starts_with([' ', '\t']);
            if !continues && Field::of(line).is_none() {
                return None;
            }
            end = lines.at;
        }
        (end > 0).then_some(Self { form: Form::Lines, content: 0..end, len: end })
    }
}

/// Returns the length of the opening line of front matter that has no closing line, and the closing line
/// that it needs. To tell it from a thematic break and from code, the next line must look like front matter.
pub(super) fn unclosed(text: &str, forms: Forms) -> Option<(usize, &str)> {
    let mut lines = Lines::of(text);
    let (_, open) = lines.next()?;
    let mut is_toml = || {
        let first = lines.find(|(_, line)| !line.is_empty());
        first.is_some_and(|(_, line)| starts_like_toml(line))
    };
    let (is_front_matter, closing) = match open {
        "---" if forms.contains(Form::Yaml) => {
            (lines.next().is_some_and(|(_, line)| starts_like_yaml(line)), open)
        }
        "+++" if forms.contains(Form::Toml) => (is_toml(), open),
        _ if forms.contains(Form::FencedToml) => {
            let fence = fence_of_toml(open)?;
            (is_toml(), fence)
        }
        _ => return None,
    };
    (is_front_matter && Block::find(text, forms).is_none()).then_some((open.len(), closing))
}

/// Returns whether a line begins with a table or with a key and an equals sign.
fn starts_like_toml(line: &str) -> bool {
    line.starts_with('[') || before_sign(line, '=').is_some_and(|(key, _)| is_word(key))
}

/// Returns whether a line begins with a key and a colon.
pub(super) fn starts_like_yaml(line: &str) -> bool {
    before_sign(line, ':').is_some_and(|(key, value)| {
        is_word(key) && (value.is_empty() || value.starts_with([' ', '\t']))
    })
}

/// Splits a line at the first `sign`.
fn before_sign(line: &str, sign: char) -> Option<(&str, &str)> {
    line.split_once(sign).map(|(key, value)| (key.trim_end_matches([' ', '\t']), value))
}

/// Returns whether `key` is a key without quotes and spaces.
fn is_word(key: &str) -> bool {
    key.starts_with(|char: char| char.is_alphanumeric() || char == '_')
        && key.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.'))
}

/// Returns the fence at the start of a line that opens a code block of TOML.
fn fence_of_toml(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|char| matches!(char, '`' | '~'))?;
    let info = line.trim_start_matches(mark);
    let fence = &line[..line.len() - info.len()];
    (fence.len() >= 3 && info.trim_start_matches([' ', '\t']) == "toml").then_some(fence)
}

/// A `Key: value` line.
pub(super) struct Field<'a> {
    /// The key, which starts at the start of the line.
    pub(super) key: &'a str,
    /// The byte offset of the value in the line.
    pub(super) value: usize,
}

impl<'a> Field<'a> {
    /// The longest key in bytes. A longer one is more likely to be part of a sentence.
    const MAX_KEY: usize = 40;

    /// Parses a line without its trailing white space.
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let (before, rest) = line.split_once(':')?;
        let key = before.trim_end_matches([' ', '\t']);
        let is_key = key.len() <= Self::MAX_KEY
            && key.starts_with(char::is_alphabetic)
            && key
                .chars()
                .all(|char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_' | '.'));
        // `https://…` is a URL, and `a::b` is a name in code.
        let is_value = !rest.starts_with("//") && !rest.starts_with(':');
        let value = line.len() - rest.trim_start_matches([' ', '\t']).len();
        (is_key && is_value).then_some(Self { key, value })
    }
}

/// An iterator over the lines of a text, as offsets and lines without trailing spaces and tabs.
/// Lines end as in CommonMark.
pub(super) struct Lines<'a> {
    text: &'a str,
    /// The byte offset of the next line.
    pub(super) at: usize,
}

impl<'a> Lines<'a> {
    /// Creates an iterator over the lines of a text.
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let end = memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        let (line, behind) = rest.split_at(end);
        let ending = if behind.starts_with("\r\n") { 2 } else { behind.len().min(1) };
        self.at += end + ending;
        Some((start, line.trim_end_matches([' ', '\t'])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Forms = Forms::ALL;

    fn length(text: &str, forms: Forms) -> Option<usize> {
        Block::find(text, forms).map(|block| block.len)
    }

    fn front(text: &str) -> Option<&str> {
        let found = length(text, Forms::default()).map(|end| &text[..end]);
        if found.is_some() {
            assert_eq!(length(text, ALL), length(text, Forms::default()), "{text:?}");
        }
        found
    }

    #[test]
    fn front_matter_ends_at_its_closing_line_however_lines_end() {
        for ending in ["\n", "\r\n", "\r"] {
            for (open, close) in [("---", "---"), ("---", "..."), ("+++", "+++")] {
                let matter = [open, "# not a title", "", "a = 1", close, ""].join(ending);
                let page = format!("{matter}# A{ending}{close}{ending}");
                assert_eq!(front(&page), Some(&*matter), "{page:?}");
            }
        }
        assert_eq!(front("+++ \n+++\t\n# A"), Some("+++ \n+++\t\n"));
        assert_eq!(front("---\na: 1\n---"), Some("---\na: 1\n---"));
    }

    #[test]
    fn a_rule_at_the_top_and_an_open_block_are_no_front_matter() {
        for text in [
            "---\n\n# A\n\n---\n",
            "+++\ntitle = \"A\"\n# B\n",
            "---\na: 1\n+++\n",
            "+++\na = 1\n---\n",
            "----\na: 1\n----\n",
            "++++\na = 1\n++++\n",
            " ---\na: 1\n---\n",
            "# A\n---\na: 1\n---\n",
            "---",
            "",
        ] {
            assert_eq!(front(text), None, "{text:?}");
        }
    }

    #[test]
    fn toml_may_begin_with_a_blank_line() {
        assert_eq!(front("+++\n\n# a comment\n+++\n# A\n"), Some("+++\n\n# a comment\n+++\n"));
    }

    fn with(forms: Forms, text: &str) -> Option<&str> {
        length(text, forms).map(|end| &text[..end])
    }

    #[test]
    fn a_fenced_block_of_toml_is_front_matter_only_if_asked_for() {
        for ending in ["\n", "\r\n", "\r"] {
            let matter = ["```toml", "date = 2012-03-25", "```", ""].join(ending);
            let page = format!("{matter}# A{ending}");
            assert_eq!(with(Forms::of([Form::FencedToml]), &page), Some(&*matter));
            assert_eq!(with(Forms::of([Form::Lines]), &page), None);
        }
        assert_eq!(with(ALL, "```` toml \n```\n````\n"), Some("```` toml \n```\n````\n"));
        assert_eq!(with(ALL, "```toml\na = 1\n  `````"), Some("```toml\na = 1\n  `````"));
        assert_eq!(with(ALL, "~~~toml\n```\n~~~\n# A\n"), Some("~~~toml\n```\n~~~\n"));
        for text in [
            "```\na = 1\n```\n",
            "```toml\na = 1\n",
            "```toml\na = 1\n    ```\n",
            "```tomlx\n```\n",
            "~~~toml\na = 1\n```\n",
            "~~~toml\na = 1\n~~\n",
            "``toml\n``\n",
            "\n```toml\n```\n",
        ] {
            assert_eq!(with(ALL, text), None, "{text:?}");
        }
    }

    #[test]
    fn lines_are_front_matter_only_if_asked_for_and_if_all_are_fields() {
        for ending in ["\n", "\r\n", "\r"] {
            let matter = ["Title: A", "Date:2012-03-25", "Tags: a", "\tb", "Base Level:", ""];
            let matter = matter.join(ending);
            let page = format!("{matter}{ending}Text{ending}");
            assert_eq!(with(Forms::of([Form::Lines]), &page), Some(&*matter));
            assert_eq!(with(Forms::of([Form::FencedToml]), &page), None);
        }
        assert_eq!(with(ALL, "Title: A"), Some("Title: A"));
        for text in [
            "Title: A\nText\n\nDate: 1\n",
            "https://a.example/\n",
            "std::fs: a\n",
            " Title: A\n",
            "Text\n",
            "# Title: A\n",
            "12:30 A\n",
            "A sentence that is longer than any key may be: it is text\n",
            "\nTitle: A\n",
            ": A\n",
        ] {
            assert_eq!(with(ALL, text), None, "{text:?}");
        }
    }

    #[test]
    fn an_open_block_that_looks_like_front_matter_is_found() {
        for (text, len, closing) in [
            ("---\ntitle: A\n\n# A\n", 3, "---"),
            ("---  \r\ndate:\r\n# A\r\n", 3, "---"),
            ("+++\n\n[extra]\na = 1\n", 3, "+++"),
            ("+++\na.b = 1\n---\n", 3, "+++"),
            ("```toml\na = 1\n# A\n", 7, "```"),
            ("~~~~ toml\n\n[a]\n~~~\n", 9, "~~~~"),
        ] {
            assert_eq!(unclosed(text, ALL), Some((len, closing)), "{text:?}");
        }
        assert_eq!(unclosed("```toml\na = 1\n", Forms::default()), None);
        for text in [
            "---\ntitle: A\n---\n",
            "---\n\ntitle: A\n",
            "---\nSome text: more\n",
            "---\nhttps://a.example\n",
            "---\n",
            "+++\ntext\n",
            "# A\n---\ntitle: A\n",
            "```toml\ntext\n",
            "```\na = 1\n",
            "```toml\na = 1\n```\n",
        ] {
            assert_eq!(unclosed(text, ALL), None, "{text:?}");
        }
    }
}
