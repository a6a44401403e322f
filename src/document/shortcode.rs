//! Reads the arguments of Hugo's shortcodes.

use std::ops::Range;

/// Returns the range of an argument of the shortcode `tag`, without its quotation marks: the one that stands between
/// `before` and `behind` in a pattern such as `{{< ref "{path}" >}}` or `{{< figure src="{path}" >}}`. An argument
/// without a name in the pattern is the first one, or the one named `path`.
///
/// Returns `None` if the tag is another shortcode or has no such argument, or if it names a page in another language.
///
/// Source: <https://gohugo.io/content-management/shortcodes/#arguments>
pub(super) fn argument(tag: &str, before: &str, behind: &str) -> Option<Range<usize>> {
    let (open, close) = (before.get(..3)?, behind.trim_end());
    let close = close.get(close.len().checked_sub(3)?..)?;
    let inside = tag.strip_prefix(open)?.strip_suffix(close)?;
    let mut pattern = Arguments { text: &before[3..], at: 0 };
    let mut arguments = Arguments { text: inside, at: 0 };
    if pattern.word()? != arguments.word()? {
        return None;
    }
    // What is left is the name of the argument and its `=`, if it has a name, and perhaps a quotation mark.
    let rest = pattern.rest().trim_matches(|char: char| char.is_whitespace() || is_quote(char));
    let name = rest.strip_suffix('=').map_or("path", str::trim_end);
    let arguments: Vec<Argument<'_>> = arguments.collect();
    let named = |name: &str| arguments.iter().find(|argument| argument.name == Some(name));
    let first = arguments.first().filter(|argument| argument.name.is_none() && name == "path");
    let found = first.or_else(|| named(name))?;
    let is_foreign = named("lang").is_some();
    (!is_foreign).then(|| found.value.start + open.len()..found.value.end + open.len())
}

/// Returns whether an argument can be replaced with a text. `before` is what comes before the argument. Without
/// quotation marks, Hugo does not read every text.
pub(super) fn can_contain(before: &str, text: &str) -> bool {
    let is_argument = before.contains("{{<") || before.contains("{{%");
    let is_plain = |char: char| char.is_alphanumeric() || matches!(char, '.' | '-' | '_');
    !is_argument || before.ends_with(is_quote) || text.chars().all(is_plain)
}

/// An argument of a shortcode.
struct Argument<'a> {
    name: Option<&'a str>,
    /// The range of the value, without its quotation marks.
    value: Range<usize>,
}

/// The arguments in a text, of which the first `at` bytes have been read.
struct Arguments<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Arguments<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_white_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Reads a word without quotation marks.
    fn word(&mut self) -> Option<&'a str> {
        self.skip_white_space();
        let rest = self.rest();
        let is_end = |char: char| char.is_whitespace() || char == '=' || is_quote(char);
        let length = rest.find(is_end).unwrap_or(rest.len());
        self.at += length;
        (length > 0).then(|| &rest[..length])
    }

    /// Reads a value, with or without quotation marks.
    fn value(&mut self) -> Option<Range<usize>> {
        self.skip_white_space();
        let start = self.at;
        let Some(mark) = self.rest().chars().next().filter(|char| is_quote(*char)) else {
            let length = self.word()?.len();
            return Some(start..start + length);
        };
        let length = self.rest()[1..].find(mark)?;
        self.at = start + length + 2;
        Some(start + 1..start + 1 + length)
    }
}

impl<'a> Iterator for Arguments<'a> {
    type Item = Argument<'a>;

    fn next(&mut self) -> Option<Argument<'a>> {
        let first = self.value()?;
        self.skip_white_space();
        if !self.rest().starts_with('=') {
            return Some(Argument { name: None, value: first });
        }
        self.at += 1;
        let value = self.value()?;
        Some(Argument { name: self.text.get(first), value })
    }
}

/// Returns whether a character is a quotation mark of shortcodes.
fn is_quote(char: char) -> bool {
    matches!(char, '"' | '\'' | '`')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hugo reads all of these.
    #[test]
    fn arguments_are_read_with_and_without_names_and_quotation_marks() {
        let path =
            |tag: &str| argument(tag, "{{< ref \"", "\" >}}").map(|range| tag[range].to_owned());
        for tag in [
            "{{< ref \"a.md\" >}}",
            "{{<ref a.md>}}",
            "{{< ref a.md html >}}",
            "{{< ref `a.md` >}}",
            "{{< ref \"a.md\" \"html\" >}}",
            "{{< ref path=\"a.md\" >}}",
            "{{< ref path=a.md >}}",
            "{{< ref path = `a.md` outputFormat=html >}}",
            "{{< ref outputFormat=\"html\"\n  path=\"a.md\" >}}",
        ] {
            assert_eq!(path(tag).as_deref(), Some("a.md"), "{tag}");
        }
        for tag in [
            "{{< ref >}}",
            "{{<>}}",
            "{{< relref \"a.md\" >}}",
            "{{% ref \"a.md\" %}}",
            "{{< ref \"a.md >}}",
            "{{< ref title=\"a.md\" >}}",
            "{{< ref path=\"a.md\" lang=\"de\" >}}",
            "{{< ref = >}}",
            "",
        ] {
            assert_eq!(path(tag), None, "{tag}");
        }
        assert_eq!(path("{{< ref \"a b.md#c\" >}}").as_deref(), Some("a b.md#c"));
    }

    #[test]
    fn arguments_without_quotation_marks_contain_no_slash() {
        for (before, text, can_contain) in [
            ("{{< ref ", "a-b_1.md", true),
            ("{{< ref ", "b/a.md", false),
            ("{{< ref \"", "b/a.md", true),
            ("{{% ref path=", "/a.md", false),
            ("{% link ", "b/a.md", true),
        ] {
            assert_eq!(super::can_contain(before, text), can_contain, "{before}{text}");
        }
    }

    #[test]
    fn a_pattern_can_name_the_argument() {
        let source =
            |tag: &str| argument(tag, "{{< figure src=", ">}}").map(|range| tag[range].to_owned());
        let tag = "{{< figure title=\"A\" src=\"a.png\" >}}";
        assert_eq!(source(tag).as_deref(), Some("a.png"));
        assert_eq!(source("{{< figure \"a.png\" >}}"), None);
    }
}
