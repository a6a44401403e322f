//! Patterns of references: the notations in which a site generator names a page or a file, such as
//! `{% link {path} %}`.

use std::fmt;
use std::ops::Range;

use super::shortcode;

/// The part of a reference that names a page or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceVariable {
    /// `{path}`: the path of a file.
    Path,
    /// `{stem}`: the name of a page without its extension, with or without folders before it.
    Stem,
}

impl ReferenceVariable {
    const ALL: [Self; 2] = [Self::Path, Self::Stem];

    /// Returns the variable as patterns contain it.
    const fn written(self) -> &'static str {
        match self {
            Self::Path => "{path}",
            Self::Stem => "{stem}",
        }
    }
}

/// The notation of a reference, which decides where the generator looks for the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// A wiki link: `[[…]]`.
    Wiki,
    /// A shortcode of Hugo: `{{< … >}}` or `{{% … %}}`.
    Shortcode,
    /// A keyword before a path, as in Pelican: `{filename}…` or `|filename|…`.
    Keyword,
    /// A tag of Liquid: `{% … %}`.
    Tag,
    /// An expression of Liquid in double braces: `{{ … }}`.
    Expression,
    /// Any other destination, such as `@/…`.
    Plain,
}

impl Notation {
    fn of(text: &str) -> Self {
        if text.starts_with("[[") && text.ends_with("]]") {
            Self::Wiki
        } else if text.starts_with("{{<") || text.starts_with("{{%") {
            Self::Shortcode
        } else if text.starts_with("{{") {
            Self::Expression
        } else if text.starts_with("{%") {
            Self::Tag
        } else if has_keyword(text) {
            Self::Keyword
        } else {
            Self::Plain
        }
    }
}

/// Returns whether a text begins with a keyword, such as `{filename}` or `|filename|`.
#[must_use]
pub fn has_keyword(text: &str) -> bool {
    let between = |open: char, close: char| text.strip_prefix(open)?.split_once(close);
    let keyword = between('{', '}').or_else(|| between('|', '|'));
    keyword.is_some_and(|(word, _)| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
    })
}

/// A pattern such as `{% link {path} %}` or `@/{path}`.
///
/// It contains one [variable](ReferenceVariable). Everything else is literal, except that a run of
/// white space stands for any run of white space, that both kinds of quotation marks are equal, and
/// that a tag may have the hyphens of white space control: `{%- link a.md -%}`. A shortcode may be written in every
/// way in which Hugo reads the same argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferencePattern {
    written: Box<str>,
    /// The variable of the pattern.
    pub variable: ReferenceVariable,
    /// The notation of the references.
    pub notation: Notation,
    before: Box<str>,
    behind: Box<str>,
}

/// The reason why a text is not a pattern of references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferencePatternError {
    /// The text contains neither `{path}` nor `{stem}`.
    NoVariable,
    /// The text contains more than one variable.
    SeveralVariables,
    /// The text contains nothing besides the variable, so every destination would be a reference.
    OnlyVariable,
    /// The text begins with brackets, but does not end in these.
    Open(&'static str),
}

impl fmt::Display for ReferencePatternError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVariable => formatter.write_str("it contains neither `{path}` nor `{stem}`"),
            Self::SeveralVariables => formatter.write_str("it contains more than one variable"),
            Self::OnlyVariable => formatter.write_str("it contains nothing besides the variable"),
            Self::Open(end) => write!(formatter, "the reference does not end in `{end}`"),
        }
    }
}

impl std::error::Error for ReferencePatternError {}

impl fmt::Display for ReferencePattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

impl ReferencePattern {
    /// Parses a pattern.
    ///
    /// # Errors
    ///
    /// Returns an error if the text does not contain exactly one variable and something else, or if its brackets are
    /// not closed.
    pub fn parse(text: &str) -> Result<Self, ReferencePatternError> {
        const BRACKETS: [(&str, &str); 3] = [("[[", "]]"), ("{{", "}}"), ("{%", "%}")];
        let trimmed = text.trim();
        let is_open =
            |(open, close): &&(&str, &str)| trimmed.starts_with(open) && !trimmed.ends_with(close);
        if let Some((_, close)) = BRACKETS.iter().find(is_open) {
            return Err(ReferencePatternError::Open(close));
        }
        let notation = Notation::of(trimmed);
        let inner = match notation {
            Notation::Wiki => &trimmed[2..trimmed.len() - 2],
            _ => trimmed,
        };
        let mut found = ReferenceVariable::ALL.into_iter().flat_map(|variable| {
            inner.match_indices(variable.written()).map(move |(at, _)| (variable, at))
        });
        let (variable, at) = found.next().ok_or(ReferencePatternError::NoVariable)?;
        if found.next().is_some() {
            return Err(ReferencePatternError::SeveralVariables);
        }
        let (before, behind) = (&inner[..at], &inner[at + variable.written().len()..]);
        if notation != Notation::Wiki && format!("{before}{behind}").trim().is_empty() {
            return Err(ReferencePatternError::OnlyVariable);
        }
        let written = trimmed.into();
        Ok(Self { written, variable, notation, before: before.into(), behind: behind.into() })
    }

    /// Returns whether a tag in text, outside any link, can be a reference of this pattern.
    pub(super) fn is_tag(&self) -> bool {
        matches!(self.notation, Notation::Tag | Notation::Expression | Notation::Shortcode)
    }

    /// Returns the range of the variable's value in a text that is a reference of this pattern. The
    /// text of a wiki link has no brackets here.
    pub(super) fn value(&self, text: &str) -> Option<Range<usize>> {
        if self.notation == Notation::Shortcode {
            let argument = shortcode::argument(text, &self.before, &self.behind)?;
            return is_name(&text[argument.clone()]).then_some(argument);
        }
        let start = consumed(self.before.bytes(), text.bytes())?;
        let rest = text.get(start..)?;
        let tail = consumed(self.behind.bytes().rev(), rest.bytes().rev())?;
        let value = rest.get(..rest.len() - tail)?;
        let inner = unquoted(value.trim());
        let from = start + (inner.as_ptr() as usize - value.as_ptr() as usize);
        is_name(inner).then(|| from..from + inner.len())
    }
}

/// Returns whether a text can be the value of a variable.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(['{', '}', '"', '\n', '\r'])
}

/// What a link that is a reference names. Offsets are in bytes of the link's
/// [`target`](super::Link::target).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The index of the link in [`Document::links`](super::Document::links).
    pub link: u32,
    /// The index of the pattern in [`Syntax::references`](super::Syntax::references).
    pub pattern: u32,
    /// The value of the pattern's variable, without its fragment.
    pub value: Range<usize>,
    /// The fragment, without its `#`, if there is one.
    pub fragment: Option<Range<usize>>,
}

/// Returns a text without the quotation marks around it.
fn unquoted(text: &str) -> &str {
    let within = |mark: char| text.strip_prefix(mark)?.strip_suffix(mark);
    ['"', '\'', '`'].into_iter().find_map(within).unwrap_or(text)
}

/// Returns the number of bytes at the start of a text that match a literal part of a pattern. For the
/// end of a text, both are given in reverse.
fn consumed(literal: impl Iterator<Item = u8>, text: impl Iterator<Item = u8>) -> Option<usize> {
    let (mut literal, mut text) = (literal.peekable(), text.peekable());
    let mut length = 0;
    let mut last = [0; 2];
    while let Some(byte) = literal.next() {
        if is_delimiter(last) && byte != b'-' && text.next_if_eq(&b'-').is_some() {
            length += 1;
        }
        if byte.is_ascii_whitespace() {
            while literal.next_if(u8::is_ascii_whitespace).is_some() {}
            let before = length;
            while text.next_if(u8::is_ascii_whitespace).is_some() {
                length += 1;
            }
            // Between two words, there must be white space.
            let next = literal.peek().copied().unwrap_or(b'a');
            if length == before && last[1].is_ascii_alphanumeric() && next.is_ascii_alphanumeric() {
                return None;
            }
        } else {
            let found = text.next()?;
            if found != byte && !(is_quote(byte) && is_quote(found)) {
                return None;
            }
            length += 1;
        }
        last = [last[1], byte];
    }
    Some(length)
}

/// Returns whether two bytes are a delimiter of a tag, in either direction.
fn is_delimiter(bytes: [u8; 2]) -> bool {
    matches!(bytes, [b'{', b'{' | b'%'] | [b'}', b'}' | b'%'])
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value<'a>(pattern: &str, text: &'a str) -> Option<&'a str> {
        let pattern = ReferencePattern::parse(pattern).expect("a pattern");
        pattern.value(text).map(|range| &text[range])
    }

    #[test]
    fn references_are_read_however_they_are_spaced_and_quoted() {
        for (pattern, text, expected) in [
            ("{% link {path} %}", "{% link _posts/a b.md %}", Some("_posts/a b.md")),
            ("{% link {path} %}", "{%-link  a.md\n-%}", Some("a.md")),
            ("{% link {path} %}", "{%- link a.md %}", Some("a.md")),
            ("{% link {path} %}", "{% linked a.md %}", None),
            ("{% link {path} %}", "{% link %}", None),
            ("{% link {path} %}", "{% link {{ page.x }} %}", None),
            ("{% post_url {stem} %}", "{% post_url 2012-03-25-a %}", Some("2012-03-25-a")),
            ("@/{path}", "@/news/é.md", Some("news/é.md")),
            ("@/{path}", "/news/a.md", None),
            ("@/{path}", "@/", None),
            ("[[{stem}]]", "harbour log", Some("harbour log")),
            ("{{< ref \"{path}\" >}}", "{{<ref 'a.md'>}}", Some("a.md")),
            ("{{< ref {path} >}}", "{{< ref \"a.md\" >}}", Some("a.md")),
            ("{{< ref {path} >}}", "{{< ref path=\"a.md\" >}}", Some("a.md")),
            ("{{< ref \"{path}\" >}}", "{{% ref \"a.md\" %}}", None),
            ("{{< ref \"{path}\" >}}", "{{< relref \"a.md\" >}}", None),
            ("{{< ref \"{path}\" >}}", "{{< ref \"{{ x }}\" >}}", None),
            ("{filename}{path}", "{filename}../a.md", Some("../a.md")),
            ("{filename}{path}", "{static}a.png", None),
        ] {
            assert_eq!(value(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_has_one_variable_and_something_else() {
        use ReferencePatternError::*;
        for (text, error) in [
            ("", NoVariable),
            ("{% link {name} %}", NoVariable),
            ("{path}{stem}", SeveralVariables),
            ("@/{path}/{path}", SeveralVariables),
            (" {path} ", OnlyVariable),
            ("[[{stem}", Open("]]")),
            ("{% link {path}", Open("%}")),
        ] {
            assert_eq!(ReferencePattern::parse(text), Err(error), "{text}");
        }
        assert!(ReferencePattern::parse("{filename}{path}").is_ok());
        let pattern = ReferencePattern::parse(" {% link {path} %} ").expect("a pattern");
        assert_eq!(pattern.to_string(), "{% link {path} %}");
    }

    #[test]
    fn the_notation_follows_from_the_text() {
        for (text, notation) in [
            ("[[{stem}]]", Notation::Wiki),
            ("{{% relref \"{path}\" %}}", Notation::Shortcode),
            ("{static}{path}", Notation::Keyword),
            ("|filename|{path}", Notation::Keyword),
            ("{% link {path} %}", Notation::Tag),
            ("{{ \"{path}\" | relative_url }}", Notation::Expression),
            ("@/{path}", Notation::Plain),
        ] {
            let pattern = ReferencePattern::parse(text).expect("a pattern");
            assert_eq!(pattern.notation, notation, "{text}");
        }
    }
}
