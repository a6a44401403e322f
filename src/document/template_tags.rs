//! Finds the tags of a site generator's templates, and hides them from the Markdown parser.
//!
//! A generator expands its tags before or while it reads Markdown, in code as well as in text. A tag
//! may contain spaces, quotation marks, brackets and line endings, which would end a destination. The
//! parser therefore gets a copy of the page in which each tag is a word of the same length.

use std::borrow::Cow;

use memchr::memmem;
use xxhash_rust::xxh3::xxh3_64;

use crate::span::Span;

/// The language of the templates that a page may contain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TemplateLanguage {
    /// None: pages contain no template tags.
    #[default]
    None,
    /// Liquid, the language of Jekyll: `{{ … }}` and `{% … %}`.
    Liquid,
    /// The shortcodes of Hugo: `{{< … >}}` and `{{% … %}}`. Hugo does not run Go's `{{ … }}` in pages.
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
            Self::Hugo => &[SHORTCODE, MARKDOWN_SHORTCODE],
            Self::Jinja => &[EXPRESSION, STATEMENT, JINJA_COMMENT],
        }
    }

    /// Returns the blocks in which the generator runs no tags.
    const fn verbatim_blocks(self) -> &'static [Block] {
        match self {
            Self::None => &[],
            Self::Liquid => &[RAW, COMMENT, HIGHLIGHT],
            Self::Hugo => &[HIGHLIGHT, COMMENT],
            Self::Jinja => &[RAW, COMMENT],
        }
    }

    /// Returns whether the generator runs every `{% … %}` of a page, except in verbatim blocks.
    pub(super) const fn has_statements(self) -> bool {
        matches!(self, Self::Liquid | Self::Jinja)
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
const SHORTCODE: Delimiters = Delimiters { open: "{{<", close: ">}}", spans_paragraphs: true };
const MARKDOWN_SHORTCODE: Delimiters =
    Delimiters { open: "{{%", close: "%}}", spans_paragraphs: true };

/// A kind of block in which the generator runs no tags.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Block {
    /// The name of the tag that starts the block.
    name: &'static str,
    /// Whether the content of the block is Markdown.
    is_markdown: bool,
}

const RAW: Block = Block { name: "raw", is_markdown: true };
const COMMENT: Block = Block { name: "comment", is_markdown: false };
/// The generator prints the content as code.
const HIGHLIGHT: Block = Block { name: "highlight", is_markdown: false };

/// Returns the spans of the tags after the first `from` bytes of a page, in order. A verbatim block
/// whose content is not Markdown, such as `{% comment %}…{% endcomment %}`, is one span. In
/// `{% raw %}…{% endraw %}`, only the first and the last tag are tags. A tag that is not closed is
/// text.
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
            Some(Found { tag, end_tag }) => {
                at = end_tag.unwrap_or(tag).range().end;
                tags.push(tag);
                tags.extend(end_tag);
            }
            None => at = start + 1,
        }
    }
    tags
}

/// A tag, or a verbatim block.
struct Found {
    /// The tag. It contains the whole block if the block's content is not Markdown.
    tag: Span,
    /// The end tag of a block whose content is Markdown.
    end_tag: Option<Span>,
}

/// Finds the ends of tags in one page, in time linear in its size.
struct Finder<'a> {
    source: &'a str,
    language: TemplateLanguage,
    /// What is known about each kind of tag.
    kinds: Vec<KindState>,
    /// The verbatim blocks that have no end tag in the rest of the page.
    endless: Vec<Block>,
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

    /// Returns the tag or the verbatim block that starts at `start`.
    fn tag(&mut self, start: usize) -> Option<Found> {
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
        Some(match self.block(text, end) {
            Some((block, end_tag)) if block.is_markdown => {
                Found { tag: Span::new(start, end), end_tag: Some(end_tag) }
            }
            Some((_, end_tag)) => {
                Found { tag: Span::new(start, end_tag.range().end), end_tag: None }
            }
            None => Found { tag: Span::new(start, end), end_tag: None },
        })
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

    /// Returns the verbatim block whose first tag contains `text` and ends at `from`, and its end
    /// tag. Returns `None` if the tag starts no such block, or if the block has no end tag.
    fn block(&mut self, text: &str, from: usize) -> Option<(Block, Span)> {
        let name = text.strip_prefix('-').unwrap_or(text).trim_start();
        let blocks = self.language.verbatim_blocks().iter().copied();
        let block = blocks.into_iter().find(|block| {
            let behind = name.strip_prefix(block.name);
            behind.is_some_and(|behind| !behind.starts_with(is_part_of_a_name))
        })?;
        if self.endless.contains(&block) || text.trim_end().ends_with('/') {
            return None;
        }
        let end_tag = self.end_tag(block, from);
        if end_tag.is_none() {
            self.endless.push(block);
        }
        Some((block, end_tag?))
    }

    /// Returns the first end tag of a verbatim block at or after `from`.
    fn end_tag(&self, block: Block, from: usize) -> Option<Span> {
        let rest = self.source.get(from..)?;
        let name = format!("{}{}", self.language.end_mark(), block.name);
        rest.match_indices(&*name).find_map(|(at, _)| {
            let before = rest[..at].trim_end();
            let before = before.strip_suffix('-').unwrap_or(before);
            let behind = rest[at + name.len()..].trim_start();
            let behind = behind.strip_prefix('-').unwrap_or(behind);
            let mut kinds = self.language.delimiters().iter();
            kinds.find_map(|kind| {
                let start = from + before.strip_suffix(kind.open)?.len();
                let end = self.source.len() - behind.strip_prefix(kind.close)?.len();
                Some(Span::new(start, end))
            })
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

/// Returns a page in which every tag is a word of letters. Equal tags are equal words, and different
/// tags are different words. Offsets in the result are offsets in the page.
pub(super) fn mask<'a>(source: &'a str, tags: &[Span]) -> Cow<'a, str> {
    if tags.is_empty() {
        return source.into();
    }
    let mut masked = String::with_capacity(source.len());
    let mut at = 0;
    for tag in tags {
        let range = tag.range();
        masked.push_str(source.get(at..range.start).unwrap_or_default());
        masked.extend(word(tag.of(source)));
        at = range.end;
    }
    masked.push_str(source.get(at..).unwrap_or_default());
    masked.into()
}

/// Returns the letters of the word for a tag. There are as many as the tag has bytes, and they
/// depend on all of the tag, because the labels of two links may differ in a tag only.
fn word(tag: &str) -> impl Iterator<Item = char> {
    let hash = xxh3_64(tag.as_bytes());
    (0..tag.len()).map(move |at| {
        let letter = (hash >> (at % 16 * 4)) & 0xF;
        char::from(b'a' + letter as u8)
    })
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
        assert_eq!(tags(page, Hugo), ["{{< d \"e f\" >}}", "{{% g %}}"]);
        assert!(tags(page, Jinja).contains(&"{# h #}"));
        assert_eq!(tags(page, TemplateLanguage::None), [] as [&str; 0]);
    }

    #[test]
    fn the_content_of_comments_and_code_is_part_of_their_tag() {
        for (block, language) in [
            ("{%- comment -%} [a]( {%- endcomment -%}", Liquid),
            ("{% highlight rust %}\nendhighlight {{\n{% endhighlight %}", Liquid),
            ("{{< highlight go >}} [a]( {{< /highlight >}}", Hugo),
            ("{{</* ref \"a.md\" */>}}", Hugo),
            ("{{%/* ref \"a.md\" */%}}", Hugo),
            ("{% comment %}{{ a }}{% endcomment %}", Jinja),
        ] {
            assert_eq!(tags(block, language), [block]);
        }
    }

    #[test]
    fn the_content_of_a_raw_block_has_no_tags() {
        for language in [Liquid, Jinja] {
            let page = "{%- raw %}{{ a }} {% b %}\n\n{% comment %} {%endraw -%} {{ c }}";
            assert_eq!(tags(page, language), ["{%- raw %}", "{%endraw -%}", "{{ c }}"]);
        }
        assert_eq!(tags("{% raw %} {{ a }}", Liquid), ["{% raw %}", "{{ a }}"]);
        assert_eq!(tags("{% rawer %} a {% endraw %}", Liquid), ["{% rawer %}", "{% endraw %}"]);
    }

    #[test]
    fn equal_tags_are_equal_words_and_others_are_not() {
        let masked = |page: &str| mask(page, &find(page, 0, Liquid)).into_owned();
        let page = masked("{{ aa }} {{ bb }} {{ aa }}");
        let words: Vec<&str> = page.split(' ').collect();
        assert!(words[0] == words[2] && words[0] != words[1]);
        assert!(words.iter().all(|word| word.len() == 8));
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
                    let is_kept = if is_in_tag(at) { new.is_ascii_lowercase() } else { new == old };
                    prop_assert!(is_kept);
                }
            }
        }
    }
}
