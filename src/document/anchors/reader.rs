//! Reads the headings, ids and footnotes of a page from the parser's events, in one pass.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Parser, Tag, TagEnd, TextMergeWithOffset};

use super::super::anchor_style::AnchorStyle;
use super::super::body::{Body, shifted};
use super::super::front_matter::Forms;
use super::super::html::{self, HtmlPart, decode_references};
use super::super::syntax::Syntax;
use super::super::template_tags::TemplateLanguage;
use super::attributes::{self, Braces};
use super::autolinks;
use super::footnotes::Footnotes;
use super::heading_text::{HeadingText, Markup};
use crate::span::Span;

/// A heading that has an anchor.
pub(super) struct NamedHeading {
    /// The text that the anchor is generated from.
    pub(super) text: String,
    /// The id that the page gives the heading, in place of a generated anchor.
    pub(super) id: Option<String>,
    /// Whether the text ends before a template tag.
    pub(super) ends_at_tag: bool,
}

/// A heading whose end has not been reached.
struct OpenHeading {
    text: HeadingText,
    id: Option<String>,
    /// What is left of the text at its end.
    trailing: Option<String>,
    /// Whether the heading is written in HTML.
    is_html: bool,
}

/// The state of the pass over a page's events.
pub(super) struct Reader<'a> {
    source: &'a str,
    style: AnchorStyle,
    template: TemplateLanguage,
    /// The template tags, in order.
    tags: Vec<Span>,
    /// The headings, in order.
    pub(super) headings: Vec<NamedHeading>,
    /// The other anchors.
    pub(super) ids: Vec<String>,
    /// The beginnings of ids that contain a template tag.
    pub(super) beginnings: Vec<String>,
    footnotes: Footnotes,
    open: Option<OpenHeading>,
    /// The links, images and autolinks that are open.
    links: Vec<Markup>,
    is_code: bool,
    /// The offset at which the last heading ends.
    heading_end: Option<usize>,
    /// The end of the last attribute list that is a paragraph, and the id in it.
    list_above: Option<(usize, String)>,
    /// The offset at which the last paragraph starts.
    paragraph: usize,
    /// The id in the attribute list that the current paragraph consists of so far.
    lone_list: Option<String>,
}

impl<'a> Reader<'a> {
    /// Reads a page.
    pub(super) fn read(source: &'a str, syntax: &Syntax) -> Self {
        let body = Body::of(source, syntax);
        let mut reader = Self {
            source,
            style: syntax.anchors,
            template: syntax.template,
            tags: body.tags.clone(),
            headings: Vec::new(),
            ids: Vec::new(),
            beginnings: Vec::new(),
            footnotes: Footnotes::default(),
            open: None,
            links: Vec::new(),
            is_code: false,
            heading_end: None,
            list_above: None,
            paragraph: 0,
            lone_list: None,
        };
        let parser = Parser::new_ext(body.text(), body.options).into_offset_iter();
        for (event, range) in TextMergeWithOffset::new(parser) {
            reader.event(event, &shifted(&range, body.skipped));
        }
        reader.end_heading();
        reader
    }

    fn event(&mut self, event: Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) if !self.is_code => self.text(&text, range),
            Event::Code(code) => {
                let tag = self.tag_in(range);
                match &mut self.open {
                    Some(heading) if tag.is_some() => heading.text.cut(""),
                    Some(heading) => heading.text.push_code(&code),
                    None => {}
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                self.lone_list = None;
                if let Some(heading) = &mut self.open {
                    heading.text.break_line();
                }
            }
            Event::InlineHtml(_) => self.html(range),
            Event::FootnoteReference(label) => {
                self.footnotes.refer(&label, self.style, &mut self.ids);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Heading { id, classes, attrs, .. } => {
                let has_attributes = id.is_some() || !classes.is_empty() || !attrs.is_empty();
                self.start_heading(id, has_attributes, range);
            }
            Tag::HtmlBlock => {
                self.html(range);
                self.markdown_in_html(range);
            }
            Tag::Paragraph => self.paragraph = range.start,
            Tag::CodeBlock(_) => self.is_code = true,
            Tag::FootnoteDefinition(label) if self.style == AnchorStyle::Zola => {
                self.ids.push(label.into_string());
            }
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => {
                self.open_link(Markup::Autolink);
            }
            Tag::Link { .. } => self.open_link(Markup::Other),
            Tag::Image { .. } => self.open_link(Markup::Image),
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => self.open_markup(Markup::Other),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Heading(_) => {
                self.end_heading();
                self.heading_end = Some(range.end);
            }
            TagEnd::CodeBlock => self.is_code = false,
            TagEnd::Paragraph => {
                self.list_above = self.lone_list.take().map(|id| (range.end, id));
            }
            TagEnd::Link | TagEnd::Image => {
                let markup = self.links.pop().unwrap_or(Markup::Other);
                self.close_markup(markup);
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {
                self.close_markup(Markup::Other);
            }
            _ => {}
        }
    }

    fn open_link(&mut self, markup: Markup) {
        self.links.push(markup);
        self.open_markup(markup);
    }

    fn open_markup(&mut self, markup: Markup) {
        if let Some(heading) = &mut self.open {
            heading.text.open(markup);
        }
    }

    fn close_markup(&mut self, markup: Markup) {
        if let Some(heading) = &mut self.open {
            heading.text.close(markup);
        }
    }

    /// Returns the offset in a range at which a template tag starts.
    fn tag_in(&self, range: &Range<usize>) -> Option<usize> {
        let next = self.tags.partition_point(|tag| tag.range().end <= range.start);
        let start = self.tags.get(next)?.range().start;
        (start < range.end).then(|| start.saturating_sub(range.start))
    }

    /// Adds a text at `range` to the heading that is open, if any.
    fn heading_text(&mut self, text: &str, range: &Range<usize>) {
        let tag = self.tag_in(range);
        let Some(heading) = &mut self.open else { return };
        match tag {
            // Where the text is not as it is written, it is not known where in it the tag is.
            Some(at) if text.len() == range.len() => heading.text.cut(text.get(..at).unwrap_or("")),
            Some(_) => heading.text.cut(""),
            None => {
                let reads_urls = self.style == AnchorStyle::Hugo && self.links.is_empty();
                let urls = if reads_urls { autolinks::find(text) } else { Vec::new() };
                heading.text.push_around(text, &urls);
            }
        }
    }

    fn text(&mut self, text: &CowStr<'_>, range: &Range<usize>) {
        if self.open.is_some() {
            self.heading_text(text, range);
        } else if matches!(self.style, AnchorStyle::Kramdown | AnchorStyle::Python) {
            self.attribute_lists(text, range);
        }
    }

    /// Reads the attribute lists in a text. kramdown applies a list on a line of its own to the heading above
    /// or below it. In Python-Markdown, no list starts a paragraph.
    fn attribute_lists(&mut self, text: &str, range: &Range<usize>) {
        let is_first = self.paragraph == range.start;
        if is_first && self.style == AnchorStyle::Python {
            return;
        }
        let ids: Vec<String> = attributes::listed_ids(text).collect();
        if self.style == AnchorStyle::Kramdown && attributes::has_word(text, "toc") {
            self.table_of_contents(ids.first().map(String::as_str));
        }
        if self.style == AnchorStyle::Kramdown
            && attributes::is_attribute_list(text)
            && let [id] = ids.as_slice()
        {
            if self.heading_end == Some(range.start)
                && let Some(heading) = self.headings.last_mut()
            {
                heading.id = Some(id.clone());
                return;
            }
            self.lone_list = is_first.then(|| id.clone());
        }
        self.ids.extend(ids);
    }

    /// Records the anchors of a table of contents, which kramdown writes in the place of a list with the attribute
    /// `toc`. The anchors of its items begin with that of the table, which the attributes can give.
    fn table_of_contents(&mut self, given: Option<&str>) {
        let id = given.unwrap_or("markdown-toc");
        self.beginnings.push(format!("{id}-"));
        if given.is_none() {
            self.ids.push(id.to_owned());
        }
    }

    fn start_heading(
        &mut self,
        id: Option<CowStr<'_>>,
        has_attributes: bool,
        range: &Range<usize>,
    ) {
        self.end_heading();
        let text = HeadingText::new(self.style);
        let mut id = id.map(CowStr::into_string);
        let mut trailing = None;
        if has_attributes {
            let heading = self.source.get(range.clone()).unwrap_or_default();
            match Braces::read(heading, id.take(), self.style) {
                Braces::Attributes(found) => id = found,
                Braces::Text(braces) => trailing = Some(braces),
            }
        }
        let above = self.list_above.take().filter(|(end, _)| *end == range.start);
        let id = id.or(above.map(|(_, id)| id));
        self.open = Some(OpenHeading { text, id, trailing, is_html: false });
    }

    /// Records the end of the heading that is open, if any.
    fn end_heading(&mut self) {
        let Some(OpenHeading { mut text, id, trailing, .. }) = self.open.take() else { return };
        if let Some(trailing) = trailing {
            text.push(&trailing);
        }
        let ends_at_tag = text.ends_at_tag();
        if let Some(text) = text.finish() {
            self.headings.push(NamedHeading { text, id, ends_at_tag });
        }
    }

    /// Reads the HTML at `range`. Only GitHub generates anchors for the headings in it.
    fn html(&mut self, range: &Range<usize>) {
        let html = self.source.get(range.clone()).unwrap_or_default();
        if let Some(heading) = &mut self.open {
            heading.text.interrupt();
        }
        for part in html::read(html) {
            match part {
                HtmlPart::Anchor(name) => {
                    let tag = self.tag_in(&shifted(&name, range.start));
                    let written = &html[name];
                    let id = written.get(..tag.unwrap_or(written.len())).unwrap_or_default();
                    let ids = if tag.is_some() { &mut self.beginnings } else { &mut self.ids };
                    ids.push(decode_references(id).into_owned());
                }
                HtmlPart::HeadingStart if self.style == AnchorStyle::Github => {
                    self.start_html_heading();
                }
                HtmlPart::HeadingEnd if self.open.as_ref().is_some_and(|open| open.is_html) => {
                    self.end_heading();
                }
                HtmlPart::Text(text) => {
                    let place = shifted(&text, range.start);
                    self.heading_text(&decode_references(&html[text]), &place);
                }
                _ => {}
            }
        }
    }

    /// Reads the Markdown in a block of HTML. kramdown reads it in elements with the attribute `markdown`, and in
    /// all elements if the option `parse_block_html` says so, which the site can set. Headings that the generator
    /// does not read do no harm: links rarely name them.
    fn markdown_in_html(&mut self, range: &Range<usize>) {
        if !self.style.reads_blocks_of_html() {
            return;
        }
        let html = self.source.get(range.clone()).unwrap_or_default();
        let text = |part| if let HtmlPart::Text(text) = part { Some(&html[text]) } else { None };
        // Without its tags, the text contains no further block of HTML.
        let text: String = html::read(html).into_iter().filter_map(text).collect();
        let (forms, anchors, template) = (Forms::of([]), self.style, self.template);
        let syntax = Syntax { forms, anchors, template, ..Syntax::default() };
        let Reader { headings, ids, beginnings, .. } = Reader::read(&text, &syntax);
        self.headings.extend(headings);
        self.ids.extend(ids);
        self.beginnings.extend(beginnings);
    }

    /// Records the start of a heading in HTML. Inside a Markdown heading, it is not a heading of its own.
    fn start_html_heading(&mut self) {
        if self.open.as_ref().is_some_and(|open| !open.is_html) {
            return;
        }
        self.end_heading();
        let text = HeadingText::new(self.style);
        self.open = Some(OpenHeading { text, id: None, trailing: None, is_html: true });
    }
}
