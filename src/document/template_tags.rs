//! Finds the tags of a site generator's templates, and hides them from the Markdown parser.
//!
//! A generator expands its tags before or while it reads Markdown, in code as well as in text. A tag
//! may contain spaces, quotation marks, brackets and line endings, which would end a destination. The
//! parser therefore gets a copy of the page in which each tag is a word of the same length.

use std::borrow::Cow;

use memchr::memmem;

use crate::span::Span;

/// The language of the templates that a page may contain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TemplateLanguage {
    /// None: pages contain no template tags.
    #[default]
    None,
    /// Liquid, the language of Jekyll: `{{ … }}` and `{% … %}`.
    Liquid,
    /// The shortcodes of Hugo, `{{< … >}}` and `{{% … %}}`, and Go's `{{ … }}`.
    Hugo,
    /// Jinja, the language of Pelican, and Tera, that of Zola: `{{ … }}`, `{% … %}` and `{# … #}`.
    Jinja,
}

impl TemplateLanguage {
    /// All languages.
    const ALL: [Self; 4] = [Self::None, Self::Liquid, Self::Hugo, Self::Jinja];

    /// The names of all languages in the settings.
    pub const NAMES: [&'static str; 4] =
        [Self::ALL[0].name(), Self::ALL[1].name(), Self::ALL[2].name(), Self::ALL[3].name()];

    /// Returns the name of the language in the settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Liquid => "liquid",
            Self::Hugo => "hugo",
            Self::Jinja => "jinja",
        }
    }

    /// Returns the language with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.name() == name)
    }

    /// Returns the delimiters of the language's tags. If one starts with another, it comes first.
    const fn delimiters(self) -> &'static [Delimiters] {
        match self {
            Self::None => &[],
            Self::Liquid => &[EXPRESSION, STATEMENT],
            Self::Hugo => &[HUGO_COMMENT, SHORTCODE, MARKDOWN_SHORTCODE, EXPRESSION],
            Self::Jinja => &[EXPRESSION, STATEMENT, JINJA_COMMENT],
        }
    }

    /// Returns the names of the tags whose content, up to their end tag, is not Markdown.
    const fn verbatim_blocks(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Liquid => &["raw", "comment", "highlight"],
            Self::Hugo => &["highlight", "comment"],
            Self::Jinja => &["raw", "comment"],
        }
    }

    /// Returns the text with which the name of an end tag starts.
    const fn end_mark(self) -> &'static str {
        if matches!(self, Self::Hugo) { "/" } else { "end" }
    }
}

/// The delimiters of a kind of tag.
#[derive(Clone, Copy)]
struct Delimiters {
    open: &'static str,
    close: &'static str,
    /// Whether a tag may contain blank lines.
    spans_paragraphs: bool,
}

const EXPRESSION: Delimiters = Delimiters { open: "{{", close: "}}", spans_paragraphs: false };
const STATEMENT: Delimiters = Delimiters { open: "{%", close: "%}", spans_paragraphs: true };
const JINJA_COMMENT: Delimiters = Delimiters { open: "{#", close: "#}", spans_paragraphs: true };
const HUGO_COMMENT: Delimiters = Delimiters { open: "{{/*", close: "*/}}", spans_paragraphs: true };
const SHORTCODE: Delimiters = Delimiters { open: "{{<", close: ">}}", spans_paragraphs: true };
const MARKDOWN_SHORTCODE: Delimiters =
    Delimiters { open: "{{%", close: "%}}", spans_paragraphs: true };

/// Returns the spans of the tags after the first `from` bytes of a page, in order. The tags of a
/// verbatim block, such as `{% raw %}…{% endraw %}`, are one span together with its content. A tag
/// that is not closed is text.
pub(super) fn find(source: &str, from: usize, language: TemplateLanguage) -> Vec<Span> {
    let mut tags = Vec::new();
    if language == TemplateLanguage::None {
        return tags;
    }
    let mut finder = Finder::new(source, language);
    let mut at = from;
    while let Some(open) = memchr::memchr(b'{', source.as_bytes().get(at..).unwrap_or_default()) {
        let start = at + open;
        match finder.tag(start) {
            Some(end) => {
                tags.push(Span::new(start, end));
                at = end;
            }
            None => at = start + 1,
        }
    }
    tags
}

/// Finds the ends of tags in one page, in time linear in its size.
struct Finder<'a> {
    source: &'a str,
    language: TemplateLanguage,
    /// What is known about each kind of tag.
    kinds: Vec<KindState>,
    /// The verbatim blocks that have no end tag in the rest of the page.
    endless: Vec<&'static str>,
}

/// What the search has found out about a kind of tag.
#[derive(Clone, Copy, Default)]
struct KindState {
    /// The offset of the last closing delimiter that was found, or `usize::MAX` if there is none in
    /// the rest of the page.
    closer: usize,
    /// The offset before which no tag of this kind starts.
    refused_before: usize,
}

impl<'a> Finder<'a> {
    fn new(source: &'a str, language: TemplateLanguage) -> Self {
        let kinds = vec![KindState::default(); language.delimiters().len()];
        Self { source, language, kinds, endless: Vec::new() }
    }

    /// Returns the end of the tag or of the verbatim block that starts at `start`.
    fn tag(&mut self, start: usize) -> Option<usize> {
        let rest = self.source.get(start..)?;
        let kinds = self.language.delimiters();
        let kind = kinds.iter().position(|kind| rest.starts_with(kind.open))?;
        let Delimiters { open, close, spans_paragraphs } = kinds[kind];
        if start < self.kinds[kind].refused_before {
            return None;
        }
        let inside = start + open.len();
        let closer = self.closer(kind, inside)?;
        let text = self.source.get(inside..closer)?;
        let blank = || last_blank_line(text).filter(|_| !spans_paragraphs);
        if let Some(refused) = opens_again(text, open).or_else(blank) {
            // A tag that starts before this place would have the same end.
            self.kinds[kind].refused_before = inside + refused;
            return None;
        }
        let end = closer + close.len();
        Some(self.block_end(text, end).unwrap_or(end))
    }

    /// Returns the offset of the first closing delimiter of a kind at or after `from`.
    fn closer(&mut self, kind: usize, from: usize) -> Option<usize> {
        let known = self.kinds[kind].closer;
        if known < from {
            let close = self.language.delimiters()[kind].close;
            let found = memmem::find(self.source.get(from..)?.as_bytes(), close.as_bytes());
            self.kinds[kind].closer = found.map_or(usize::MAX, |at| from + at);
        }
        Some(self.kinds[kind].closer).filter(|at| *at != usize::MAX)
    }

    /// Returns the end of the verbatim block whose first tag contains `text` and ends at `from`.
    /// Returns `None` if the tag starts no such block, or if the block has no end tag.
    fn block_end(&mut self, text: &str, from: usize) -> Option<usize> {
        let name = text.strip_prefix('-').unwrap_or(text).trim_start();
        let blocks = self.language.verbatim_blocks();
        let block = blocks.iter().find(|block| {
            let behind = name.strip_prefix(**block);
            behind.is_some_and(|behind| !behind.starts_with(is_part_of_a_name))
        })?;
        if self.endless.contains(block) || text.trim_end().ends_with('/') {
            return None;
        }
        let end = self.end_tag(block, from);
        if end.is_none() {
            self.endless.push(block);
        }
        end
    }

    /// Returns the end of the first end tag of a verbatim block at or after `from`.
    fn end_tag(&self, block: &str, from: usize) -> Option<usize> {
        let rest = self.source.get(from..)?;
        let name = format!("{}{block}", self.language.end_mark());
        rest.match_indices(&*name).find_map(|(at, _)| {
            let before = rest[..at].trim_end();
            let before = before.strip_suffix('-').unwrap_or(before);
            let behind = rest[at + name.len()..].trim_start();
            let behind = behind.strip_prefix('-').unwrap_or(behind);
            let kinds = self.language.delimiters().iter();
            let mut fitting =
                kinds.filter(|kind| before.ends_with(kind.open) && behind.starts_with(kind.close));
            fitting.next().map(|kind| self.source.len() - behind.len() + kind.close.len())
        })
    }
}

fn is_part_of_a_name(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-' | '/')
}

/// Returns the offset of another opening delimiter in the text of a tag, which means that the tag is
/// not closed. In quotation marks, as in `{{ "{{" }}`, a delimiter is text.
fn opens_again(text: &str, open: &str) -> Option<usize> {
    let mut openings = text.match_indices(open).map(|(at, _)| at);
    openings.find(|at| !text[..*at].ends_with(['"', '\'', '`']))
}

/// Returns the offset of the end of the last blank line in the text of a tag.
fn last_blank_line(text: &str) -> Option<usize> {
    let mut ends = memchr::memrchr_iter(b'\n', text.as_bytes()).peekable();
    while let Some(end) = ends.next() {
        let start = *ends.peek()?;
        if text[start..end].trim().is_empty() {
            return Some(end);
        }
    }
    None
}

/// Returns a page in which every tag is a word: each byte of a tag is the letter `x`. Offsets in the
/// result are offsets in the page.
pub(super) fn mask<'a>(source: &'a str, tags: &[Span]) -> Cow<'a, str> {
    if tags.is_empty() {
        return source.into();
    }
    let mut masked = String::with_capacity(source.len());
    let mut at = 0;
    for tag in tags {
        let range = tag.range();
        masked.push_str(source.get(at..range.start).unwrap_or_default());
        masked.extend(std::iter::repeat_n('x', range.len()));
        at = range.end;
    }
    masked.push_str(source.get(at..).unwrap_or_default());
    masked.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::TemplateLanguage::{Hugo, Jinja, Liquid};
    use super::*;

    fn tags(source: &str, language: TemplateLanguage) -> Vec<&str> {
        find(source, 0, language).into_iter().map(|tag| tag.of(source)).collect()
    }

    #[test]
    fn each_language_has_its_tags() {
        let page = "{{ a }} {% b\nc %} {{< d \"e f\" >}} {{% g %}} {# h #} {i} {{\"{{\"}}";
        assert_eq!(
            tags(page, Liquid),
            ["{{ a }}", "{% b\nc %}", "{{< d \"e f\" >}}", "{{% g %}}", "{{\"{{\"}}"]
        );
        assert_eq!(tags(page, Hugo), ["{{ a }}", "{{< d \"e f\" >}}", "{{% g %}}", "{{\"{{\"}}"]);
        assert!(tags(page, Jinja).contains(&"{# h #}"));
        assert_eq!(tags(page, TemplateLanguage::None), [] as [&str; 0]);
    }

    #[test]
    fn the_content_of_verbatim_blocks_is_part_of_their_tag() {
        for (block, language) in [
            ("{% raw %}{{ a }} {% b %}\n\n{% endraw %}", Liquid),
            ("{%- comment -%} [a]( {%- endcomment -%}", Liquid),
            ("{% highlight rust %}\nendhighlight {{\n{% endhighlight %}", Liquid),
            ("{{< highlight go >}} [a]( {{< /highlight >}}", Hugo),
            ("{{</* ref \"a.md\" */>}}", Hugo),
            ("{{/* a }} b */}}", Hugo),
            ("{% raw %}{{ a }}{% endraw %}", Jinja),
        ] {
            assert_eq!(tags(block, language), [block]);
        }
        assert_eq!(tags("{% raw %} {{ a }}", Liquid), ["{% raw %}", "{{ a }}"]);
        assert_eq!(tags("{% rawer %} a {% endraw %}", Liquid), ["{% rawer %}", "{% endraw %}"]);
    }

    #[test]
    fn what_is_not_closed_is_text() {
        for page in ["{{ a", "{% a }}", "{{ a\n\nb }}", "{{", "{", "{%", "a }} b"] {
            assert_eq!(tags(page, Liquid), [] as [&str; 0], "{page}");
        }
        assert_eq!(tags("{{ a {{ b }}", Liquid), ["{{ b }}"]);
        assert_eq!(tags("{% a {{ b }} {% c %}", Liquid), ["{{ b }}", "{% c %}"]);
    }

    #[test]
    fn names_are_read_back() {
        for name in TemplateLanguage::NAMES {
            assert_eq!(TemplateLanguage::named(name).map(TemplateLanguage::name), Some(name));
        }
        assert_eq!(TemplateLanguage::named("Liquid"), Option::None);
    }

    proptest! {
        #[test]
        fn masking_keeps_every_offset(text in "(\\{\\{|\\}\\}|\\{%|%\\}|<|>|#|/\\*|raw|end|[ \"é\n\r-])*") {
            for language in TemplateLanguage::ALL {
                let tags = find(&text, 0, language);
                prop_assert!(tags.is_sorted_by(|one, other| one.end <= other.start));
                let masked = mask(&text, &tags);
                prop_assert_eq!(masked.len(), text.len());
                let is_in_tag = |at: u32| tags.iter().any(|tag| tag.start <= at && at < tag.end);
                for (at, (new, old)) in (0..).zip(masked.bytes().zip(text.bytes())) {
                    prop_assert_eq!(new, if is_in_tag(at) { b'x' } else { old });
                }
            }
        }
    }
}
