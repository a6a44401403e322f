//! Writes another text in the place of a value.

use std::fmt::Write as _;

use super::lines;
use super::model::{FrontValue, Grammar, Style};
use super::toml::decode;
use super::yaml::decodes_to;

impl FrontValue {
    /// Returns what to write in the place of the value's span so that the value decodes to `text`.
    /// The result has the style of the value if possible. It has quotes if `text` is not a valid
    /// value without them. `source` is the page's text.
    ///
    /// Returns `None` for block scalars, aliases, anchored values with an alias, and values that
    /// continue on other `Key: value` lines, and if no way to write `text` works.
    #[must_use]
    pub fn rewrite(&self, source: &str, text: &str) -> Option<String> {
        let value = match self.grammar {
            Grammar::Fixed => None,
            Grammar::YamlBlock | Grammar::YamlFlow => self.yaml(text),
            Grammar::Toml => self.toml(source, text),
            Grammar::Line => lines::is_value(text).then(|| text.to_owned()),
        }?;
        // The value of a line must not turn `Key:` into a URL or a name in code.
        let joins = self.grammar == Grammar::Line && value.starts_with(['/', ':']);
        let before = source.get(..self.span.start as usize)?;
        let needs_space = (joins || self.span.is_empty())
            && !value.is_empty()
            && !before.ends_with([' ', '\t', '\n', '\r']);
        Some(if needs_space { format!(" {value}") } else { value })
    }

    /// Writes a YAML value.
    fn yaml(&self, text: &str) -> Option<String> {
        let single = || Some(format!("'{}'", text.replace('\'', "''")));
        // Double quotes and backslashes need no escapes between single quotes.
        let is_clearer = text.contains(['"', '\\']);
        let first = match self.style {
            Style::Plain if self.may_be_plain(text) => Some(text.to_owned()),
            Style::Plain if is_clearer => single(),
            Style::SingleQuoted => single(),
            _ => None,
        };
        let is_flow = self.grammar == Grammar::YamlFlow;
        let works =
            |value: &String| !value.contains(is_special) && decodes_to(value, is_flow, text);
        [first, Some(quoted(text, is_special))].into_iter().flatten().find(works)
    }

    /// Returns whether `text` may be written in YAML without quotes. This is stricter than YAML,
    /// because parsers differ. Text does not become a number, and a number does not become text.
    fn may_be_plain(&self, text: &str) -> bool {
        let is_signed = text.len() > 1 && text.starts_with(['-', '+']);
        let digits = if is_signed { &text[1..] } else { text };
        let starts_well = match digits.chars().next() {
            Some(char) if is_signed => char.is_ascii_digit(),
            Some(char) => char.is_alphanumeric() || matches!(char, '/' | '.' | '_' | '~'),
            None => false,
        };
        let kind = PlainKind::of(text);
        let keeps_kind =
            kind == PlainKind::Text || kind == PlainKind::of(&self.text) || self.text.is_empty();
        starts_well && !text.starts_with("...") && keeps_kind
    }

    /// Writes a TOML value.
    fn toml(&self, source: &str, text: &str) -> Option<String> {
        let in_place = self.in_place(source, text);
        let first = match self.style {
            Style::SingleQuoted => Some(format!("'{text}'")),
            Style::MultilineSingleQuoted | Style::MultilineDoubleQuoted if in_place.is_some() => {
                in_place
            }
            Style::MultilineSingleQuoted => Some(format!("'''{text}'''")),
            Style::MultilineDoubleQuoted => {
                Some(format!("\"\"{}\"\"", quoted(text, char::is_control)))
            }
            Style::Date | Style::Number | Style::Boolean => {
                decode(text).filter(|(_, style)| *style == self.style).map(|_| text.to_owned())
            }
            _ => None,
        };
        let works = |value: &String| decode(value).is_some_and(|(decoded, _)| &*decoded == text);
        [first, Some(quoted(text, char::is_control))].into_iter().flatten().find(works)
    }
}

impl FrontValue {
    /// Returns the value as written, with other text instead of all its text except for the white space
    /// around it. Returns `None` if this does not decode to `text`. In multi-line strings, it keeps the line
    /// breaks beside the quotes.
    fn in_place(&self, source: &str, text: &str) -> Option<String> {
        let written = self.span.of(source);
        let old = self.text.trim();
        let at = written.find(old).filter(|_| !old.is_empty())?;
        let value = [&written[..at], text.trim(), &written[at + old.len()..]].concat();
        decode(&value).is_some_and(|(decoded, _)| &*decoded == text).then_some(value)
    }
}

/// What a YAML scalar without quotes stands for, in YAML 1.1 or 1.2. Dates count as text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PlainKind {
    Text,
    Null,
    Boolean,
    Number,
}

impl PlainKind {
    fn of(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "" | "~" | "null" => return Self::Null,
            "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" => return Self::Boolean,
            _ => {}
        }
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text).replace('_', "");
        let lower = digits.to_ascii_lowercase();
        let is_based = ["0x", "0o", "0b"].iter().any(|prefix| lower.starts_with(prefix))
            && lower.chars().all(|char| char.is_ascii_alphanumeric());
        // YAML 1.1 reads `12:30` as a number to the base of 60.
        let is_sexagesimal = lower.contains(':')
            && lower.chars().all(|char| char.is_ascii_digit() || matches!(char, ':' | '.'));
        let is_float = lower.starts_with(|char: char| char.is_ascii_digit() || char == '.')
            && lower.parse::<f64>().is_ok();
        let is_named = matches!(lower.as_str(), ".inf" | ".nan");
        if is_based || is_sexagesimal || is_float || is_named { Self::Number } else { Self::Text }
    }
}

/// Returns whether a character must be escaped in YAML.
fn is_special(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}'..='\u{FFFF}')
}

/// Returns `text` in double quotes, with escapes that YAML and TOML have in common. `must_escape`
/// returns whether a character other than quotes and backslashes needs an escape.
fn quoted(text: &str, must_escape: fn(char) -> bool) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // Writing to a string cannot fail.
            _ if must_escape(char) => drop(write!(quoted, "\\u{:04X}", u32::from(char))),
            _ => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use crate::document::{Forms, FrontMatter};

    /// Returns the line of the last value after `text` has been written in its place.
    fn rewritten(page: &str, text: &str) -> Option<String> {
        let front = FrontMatter::parse(page, Forms::ALL)?;
        let value = front.values.last()?;
        let written = value.rewrite(page, text)?;
        let mut fixed = page.to_owned();
        fixed.replace_range(value.span.range(), &written);
        let start = fixed[..value.span.start as usize].rfind('\n').map_or(0, |at| at + 1);
        fixed[start..].lines().next().map(str::to_owned)
    }

    #[track_caller]
    fn check(before: &str, text: &str, after: &str) {
        let rule = if before.contains(" = ") { "+++" } else { "---" };
        let page = format!("{rule}\n{before}\n{rule}\n");
        assert_eq!(rewritten(&page, text).as_deref(), Some(after), "{page:?}");
    }

    #[test]
    fn a_yaml_value_keeps_its_style_if_possible() {
        check("a: b # c", "d e", "a: d e # c");
        check("a: 'b'", "it's", "a: 'it''s'");
        check("a: \"b\"", "it's \"c\"", "a: \"it's \\\"c\\\"\"");
        check("a: 11-9-2017", "2017-09-11", "a: 2017-09-11");
        check("a: [b, c ]", "d", "a: [b, d ]");
        check("a: ä", "https://a.example/#b", "a: https://a.example/#b");
        check("a: 'b'", "c\nd", "a: \"c\\nd\"");
    }

    #[test]
    fn a_yaml_value_gets_quotes_only_if_it_needs_them() {
        check("a: b", "c: d", "a: \"c: d\"");
        check("a: b", "c #d", "a: \"c #d\"");
        check("a: b", "", "a: \"\"");
        check("a: b", "C:\\d", "a: C:\\d");
        check("a: b", "- \"c\"", "a: '- \"c\"'");
        check("a: [b]", "c, d", "a: [\"c, d\"]");
        check("a: b", "c, d", "a: c, d");
        check("a: b", "---", "a: \"---\"");
        check("a: b", "\u{85}", "a: \"\\u0085\"");
    }

    #[test]
    fn text_in_yaml_becomes_no_number_and_a_number_stays_one() {
        check("a: b", "2012", "a: \"2012\"");
        check("a: b", "no", "a: \"no\"");
        check("a: b", "12:30", "a: \"12:30\"");
        check("a: 12", "-13.5", "a: -13.5");
        check("a: false", "true", "a: true");
        check("a: 12", "c", "a: c");
        check("a: b", "2012-03-25", "a: 2012-03-25");
    }

    #[test]
    fn a_value_takes_the_place_of_nothing() {
        check("a:", "b", "a: b");
        check("a:   # c", "12", "a: 12   # c");
        check("a:\n-", "b", "- b");
        check("a: !!str", "b", "a: !!str b");
        check("a: {b:}", "c", "a: {b: c}");
        assert_eq!(rewritten("---\na: {b}\n---\n", "c"), None);
    }

    #[test]
    fn a_toml_value_keeps_its_style_if_possible() {
        check("a = 2012-03-25", "2012-03-26", "a = 2012-03-26");
        check("a = 2012-03-25", "2012-13-01", "a = \"2012-13-01\"");
        check("a = 2012-03-25", "25 March", "a = \"25 March\"");
        check("a = 'b'", "c\\d", "a = 'c\\d'");
        check("a = 'b'", "it's", "a = \"it's\"");
        check("a = \"b\"", "\"c\" \u{1}", "a = \"\\\"c\\\" \\u0001\"");
        check("a = 12", "1_000", "a = 1_000");
        check("a = 12", "true", "a = \"true\"");
        check("a = '''b'''", "c", "a = '''c'''");
        check("a = \"\"\"b\"\"\"", "\"c\n", "a = \"\"\"\\\"c\\n\"\"\"");
    }

    #[test]
    fn a_multi_line_toml_string_keeps_its_line_breaks() {
        for (value, text, written) in [
            ("\"\"\"\n2012-03-25\"\"\"", "2012-03-26", "\"\"\"\n2012-03-26\"\"\""),
            ("\"\"\"\r\nb\r\n\"\"\"", "c\r\n", "\"\"\"\r\nc\r\n\"\"\""),
            ("'''\n b\n'''", " c\n", "'''\n c\n'''"),
            ("\"\"\"\\\n  b\\\n\"\"\"", "c", "\"\"\"\\\n  c\\\n\"\"\""),
        ] {
            let page = format!("+++\na = {value}\n+++\n");
            let front = FrontMatter::parse(&page, Forms::ALL).expect("front matter");
            assert_eq!(front.values[0].rewrite(&page, text).as_deref(), Some(written), "{page:?}");
        }
    }

    #[test]
    fn a_line_can_have_any_text_of_one_line() {
        assert_eq!(rewritten("A: b\n", "c: d #").as_deref(), Some("A: c: d #"));
        assert_eq!(rewritten("A:b\n", "//c").as_deref(), Some("A: //c"));
        assert_eq!(rewritten("A:\n", "b").as_deref(), Some("A: b"));
        assert_eq!(rewritten("A: b\n", "c\nd"), None);
        assert_eq!(rewritten("A: b\n  c\n", "d"), None);
    }

    #[test]
    fn values_that_depend_on_others_are_not_rewritten() {
        for yaml in ["a: |\n  b", "a: >\n  b", "a: [&b c]\nd: *b", "a: &b {c: d}\ne: |-\n  f"] {
            assert_eq!(rewritten(&format!("---\n{yaml}\n---\n"), "c"), None, "{yaml:?}");
        }
        let page = "---\na: &b c\nd: *b\n---\n";
        let front = FrontMatter::parse(page, Forms::default()).expect("front matter");
        assert_eq!(front.values[0].rewrite(page, "e"), None);
        check("a: &b c", "d", "a: &b d");
    }
}
