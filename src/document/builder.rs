//! Builds a [`Document`] from the parser's events, in one pass.

use std::ops::Range;

use pulldown_cmark::{
    BrokenLink, CowStr, Event, HeadingLevel, LinkType, OffsetIter, Parser, Tag, TagEnd,
};

use super::body::{Body, shifted};
use super::broken_links::Brackets;
use super::front_matter::FrontMatter;
use super::model::{Document, Heading, TextRange};
use super::open_line::OpenLine;
use super::syntax::Syntax;
use super::template_leftovers;
use super::template_tags::TemplateLanguage;
use super::undefined_references::Undefined;
use crate::span::{Span, any_byte};

impl Document {
    /// Parses a page with the default syntax.
    #[must_use]
    pub fn parse(source: &str) -> Self {
        Self::parse_with(source, &Syntax::default())
    }

    /// Parses a page.
    #[must_use]
    pub fn parse_with(source: &str, syntax: &Syntax) -> Self {
        let body = Body::of(source, syntax);
        let (page, skipped) = (&*body.page, body.skipped);
        let mut undefined = Undefined::default();
        let on_broken = |link: BrokenLink<'_>| {
            undefined.record(&link);
            None
        };
        let events =
            Parser::new_with_broken_link_callback(body.text(), body.options, Some(on_broken))
                .into_offset_iter();
        let mut builder = Builder::new(source, &body, syntax);
        if let Some(block) = &body.front_matter {
            builder.front_matter(FrontMatter::read(source, body.marks, block));
        }
        builder.run(events);
        let mut document = builder.finish();
        document.template_tags.clone_from(&body.tags);
        undefined.add_to(&mut document, page, skipped);
        document.faults.sort_by_key(|fault| fault.span);
        document.drop_repeated_faults();
        document.settle_tags();
        document.template_leftovers = template_leftovers::find(page, &document, syntax.template);
        document.has_templates = syntax.template != TemplateLanguage::None;
        document.find_references(source, syntax);
        document
    }
}

/// A link whose end the parser has not reached yet.
pub(super) struct OpenLink<'a> {
    /// The index in [`Document::links`].
    pub(super) index: usize,
    /// The destination, as resolved by the parser.
    pub(super) destination: CowStr<'a>,
    /// The label of a reference link.
    pub(super) label: CowStr<'a>,
    pub(super) link_type: LinkType,
    /// The offset at which the last event inside the link ends, or at which the link's text starts
    /// if there is no event.
    pub(super) text_end: usize,
}

/// The state of the pass over a page's events.
pub(super) struct Builder<'a> {
    /// The page as the parser reads it, with a word in place of each template tag.
    pub(super) source: &'a str,
    /// The page as written.
    pub(super) written: &'a str,
    /// The template tags, in order.
    pub(super) tags: &'a [Span],
    pub(super) syntax: &'a Syntax,
    /// The number of bytes at the start of the page that the parser does not get: byte order marks
    /// and front matter.
    skipped: usize,
    pub(super) document: Document,
    /// The links and images that are still open, from the outermost to the innermost.
    pub(super) open_links: Vec<OpenLink<'a>>,
    pub(super) brackets: Brackets,
    /// The innermost block, whose inline content is being read.
    pub(super) block: Range<usize>,
    /// The number of suppressions at the end of the list that apply to the next block.
    pub(super) waiting: usize,
    in_heading: bool,
    pub(super) in_item: bool,
    pub(super) in_table: bool,
    list_depth: usize,
    pub(super) quote_depth: usize,
    pub(super) emphasis_depth: usize,
    /// Whether the current item already contains an emphasised remark.
    pub(super) has_remark: bool,
    /// Whether the pass is inside a code block, where nothing is read as text.
    verbatim: bool,
    /// The index of the HTML link that is open.
    pub(super) html_link: Option<usize>,
    /// The end of the last URL without brackets. The parser may split such a URL into several text
    /// events.
    pub(super) bare_end: usize,
    /// The line that is being read, if its label matters.
    pub(super) line: Option<OpenLine>,
}

impl<'a> Builder<'a> {
    fn new(written: &'a str, body: &'a Body<'a>, syntax: &'a Syntax) -> Self {
        let (source, skipped) = (&*body.page, body.skipped);
        let document = Document {
            words: String::with_capacity(source.len() / 2),
            headings: Vec::with_capacity(8),
            links: Vec::with_capacity(16),
            items: Vec::with_capacity(16),
            ..Document::default()
        };
        Self {
            source,
            written,
            tags: &body.tags,
            syntax,
            skipped,
            document,
            open_links: Vec::new(),
            brackets: Brackets::new(source.len() - skipped),
            block: 0..0,
            waiting: 0,
            in_heading: false,
            in_item: false,
            in_table: false,
            list_depth: 0,
            quote_depth: 0,
            emphasis_depth: 0,
            has_remark: false,
            verbatim: false,
            html_link: None,
            bare_end: 0,
            line: None,
        }
    }

    fn run<F>(&mut self, mut events: OffsetIter<'a, F>)
    where
        F: pulldown_cmark::BrokenLinkCallback<'a>,
    {
        while let Some((event, range)) = events.next() {
            let range = shifted(&range, self.skipped);
            match event {
                Event::Start(tag) => self.start(tag, &range),
                Event::End(TagEnd::Link | TagEnd::Image) => {
                    // An inline link has no label.
                    let link = self.open_links.last().filter(|link| !link.label.is_empty());
                    let definition = link.and_then(|link| {
                        let definitions = events.reference_definitions();
                        definitions.get(&link.label).map(|found| shifted(&found.span, self.skipped))
                    });
                    self.end_link(&range, definition.map(Span::from));
                }
                Event::End(tag) => self.end(tag, &range),
                Event::Text(text) if !self.verbatim => self.text(&text, &range),
                Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                    let words = self.written_code(&code, &range);
                    self.push_words(&words);
                    self.line_text(&words, &range);
                    self.document.verbatim.push(range.clone().into());
                    self.visible(&range);
                }
                Event::SoftBreak | Event::HardBreak => {
                    self.push_words(" ");
                    if self.end_line() {
                        self.open_line();
                    }
                }
                Event::InlineHtml(html) => {
                    if is_line_break(&html) && self.end_line() {
                        self.open_line();
                    }
                    self.touch(&range);
                    self.html(&range);
                    if html.starts_with("<!--") {
                        self.comment(&range, self.block.clone());
                    }
                }
                Event::Rule => {
                    self.settle_suppressions(&range);
                    self.touch(&range);
                }
                // An HTML block was read at its start.
                Event::Html(_) | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {
                    self.touch(&range);
                }
                Event::Text(_) => {}
            }
        }
    }

    fn finish(mut self) -> Document {
        self.end_block();
        self.mark_shared();
        self.document.faults.sort_by_key(|fault| fault.span);
        self.document
    }

    /// Returns the current length of the visible text, in bytes.
    pub(super) fn here(&self) -> u32 {
        self.document.words.len() as u32
    }

    /// Returns the number of links read so far.
    pub(super) fn links_so_far(&self) -> u32 {
        self.document.links.len() as u32
    }

    fn start(&mut self, tag: Tag<'a>, range: &Range<usize>) {
        match tag {
            Tag::Link { link_type, dest_url, id, .. } => {
                self.start_link(link_type, dest_url, id, range, false);
                return;
            }
            Tag::Image { link_type, dest_url, id, .. } => {
                self.start_link(link_type, dest_url, id, range, true);
                return;
            }
            Tag::Emphasis | Tag::Strong => {
                self.start_emphasis(range);
                return;
            }
            Tag::Strikethrough | Tag::Superscript | Tag::Subscript => return,
            _ => {}
        }
        self.end_block();
        self.block = range.clone();
        if matches!(tag, Tag::HtmlBlock) {
            return self.html_block(range);
        }
        self.settle_suppressions(range);
        if matches!(tag, Tag::Paragraph | Tag::Item) {
            self.open_line();
        }
        match tag {
            Tag::Heading { level, .. } => self.start_heading(level, range),
            Tag::List(_) => {
                self.list_depth += 1;
                self.touch(range);
            }
            Tag::Item if self.list_depth == 1 => self.start_item(range),
            Tag::CodeBlock(_) => {
                self.verbatim = true;
                self.document.verbatim.push(range.clone().into());
                self.visible(range);
            }
            Tag::Table(_) => {
                self.in_table = true;
                self.touch(range);
            }
            Tag::BlockQuote(_) => {
                self.quote_depth += 1;
                self.touch(range);
            }
            Tag::FootnoteDefinition(_) => self.touch(range),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong => {
                self.emphasis_depth = self.emphasis_depth.saturating_sub(1);
                return self.touch(range);
            }
            TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript => {
                return self.touch(range);
            }
            _ => {}
        }
        self.end_block();
        self.block.end = range.end;
        let (words, links) = (self.here(), self.links_so_far());
        match tag {
            TagEnd::Heading(_) => {
                self.in_heading = false;
                if let Some(heading) = self.document.headings.last_mut() {
                    heading.text.end = words;
                    heading.links.end = links;
                }
            }
            TagEnd::List(_) => self.list_depth = self.list_depth.saturating_sub(1),
            TagEnd::Item if self.list_depth == 1 => {
                self.in_item = false;
                if let Some(item) = self.document.items.last_mut() {
                    item.links.end = links;
                }
            }
            TagEnd::BlockQuote(_) => self.quote_depth = self.quote_depth.saturating_sub(1),
            TagEnd::Table => self.in_table = false,
            TagEnd::CodeBlock => self.verbatim = false,
            _ => {}
        }
        self.push_words(" ");
    }

    fn end_block(&mut self) {
        self.brackets.finish(self.source, self.block.end, &mut self.document.faults);
        self.emphasis_depth = 0;
        self.end_line();
        self.end_html_link(self.block.end..self.block.end);
    }

    fn start_heading(&mut self, level: HeadingLevel, range: &Range<usize>) {
        let here = self.here();
        let links = self.links_so_far();
        self.in_heading = true;
        self.document.headings.push(Heading {
            span: trimmed(self.source, range),
            content: Span::at(range.end),
            level: level as u8,
            text: TextRange { start: here, end: here },
            links: links..links,
            has_content: false,
        });
    }

    fn text(&mut self, text: &str, range: &Range<usize>) {
        let words = self.written_text(text, range);
        self.push_words(words);
        self.line_text(words, range);
        if text.chars().all(char::is_whitespace) {
            self.content_to(range);
            return;
        }
        if self.is_in_link() {
            self.visible(range);
        } else if self.in_item {
            self.item_text(range);
        } else {
            self.tag_links(range);
            self.visible(range);
        }
        // If the text differs from the source, it comes from a character reference such as `&#91;`,
        // which is never markup.
        if self.source.get(range.clone()) == Some(text) {
            let within_link = !self.open_links.is_empty();
            let faults = &mut self.document.faults;
            self.brackets.text(self.source, range.clone(), within_link, self.block.end, faults);
        } else {
            self.reference(range);
        }
    }

    /// Records content at `range`. The content belongs to the last heading or to the text below
    /// that heading. Inside an item, it also belongs to the item.
    pub(super) fn touch(&mut self, range: &Range<usize>) {
        self.content_to(range);
        let in_heading = self.in_heading;
        if let Some(heading) = self.document.headings.last_mut() {
            if !in_heading {
                heading.has_content = true;
            } else if heading.content.is_empty() {
                heading.content = range.clone().into();
            } else {
                heading.content.end = heading.content.end.max(range.end as u32);
            }
        }
        if self.in_item
            && let Some(item) = self.document.items.last_mut()
        {
            if item.content.is_empty() {
                item.content = range.clone().into();
            }
            item.content.end = item.content.end.max(range.end as u32);
        }
    }

    /// Extends the text of the innermost open link to the end of `range`.
    fn content_to(&mut self, range: &Range<usize>) {
        if let Some(link) = self.open_links.last_mut() {
            link.text_end = range.end;
        }
    }

    /// Appends to the visible text, with every run of ASCII white space folded to one space. Does
    /// nothing outside headings and links, because only their text is used.
    pub(super) fn push_words(&mut self, text: &str) {
        if self.in_heading || self.is_in_link() {
            self.append_words(text);
        }
    }

    /// Appends to the visible text, wherever the text is (see [`Self::push_words`]).
    pub(super) fn append_words(&mut self, text: &str) {
        let words = &mut self.document.words;
        if is_folded(text, words) {
            words.push_str(text);
            return;
        }
        for char in text.chars() {
            let char = if char.is_ascii_whitespace() { ' ' } else { char };
            if char != ' ' || !words.ends_with(' ') {
                words.push(char);
            }
        }
    }

    /// Records a character reference in the text of a heading or a link.
    fn reference(&mut self, range: &Range<usize>) {
        let in_text = self.in_heading || !self.open_links.is_empty();
        if in_text && self.source.as_bytes().get(range.start) == Some(&b'&') {
            self.document.references.push(range.clone().into());
        }
    }
}

/// Returns whether a text contains no white space that is folded after the visible text `before`.
fn is_folded(text: &str, before: &str) -> bool {
    let bytes = text.as_bytes();
    // Many texts contain no white space.
    if !any_byte(bytes, |byte| u8::from(byte <= b' ')) {
        return true;
    }
    let joins = bytes[0] == b' ' && before.ends_with(' ');
    let is_double = |at: usize| bytes.get(at + 1) == Some(&b' ');
    !joins
        && memchr::memchr3(b'\t', b'\n', b'\r', bytes).is_none()
        && !memchr::memchr_iter(b' ', bytes).any(is_double)
}

/// Returns whether inline HTML is `<br>`.
fn is_line_break(html: &str) -> bool {
    let name = html.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("<br"));
    name && html[3..].starts_with(['>', '/', ' '])
}

/// Returns a block's range without the trailing line ending and blank lines that the parser
/// includes.
pub(super) fn trimmed(source: &str, range: &Range<usize>) -> Span {
    let text = source.get(range.clone()).unwrap_or_default();
    Span::new(range.start, range.start + text.trim_end().len())
}
