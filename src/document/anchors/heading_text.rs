//! The text of a heading as a generator reads it for the anchor.

use std::ops::Range;

use super::super::anchor_style::AnchorStyle;

/// The text of a heading that is being read.
pub(super) struct HeadingText {
    style: AnchorStyle,
    text: String,
    /// The number of links, images and other inline markup that is open.
    depth: u32,
    /// The number of images that are open.
    images: u32,
    /// The number of autolinks that are open.
    autolinks: u32,
    /// Whether the outermost inline markup that is open has given text. Only for Hugo.
    has_piece: bool,
    /// Whether the outermost inline markup that is open gives no more text. Only for Hugo.
    is_cut: bool,
    /// Whether what follows depends on a template tag.
    ends_at_tag: bool,
    /// Whether the heading has no content.
    is_empty: bool,
    /// Whether the generator takes the heading for one.
    is_heading: bool,
}

/// Inline markup.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    /// An image, whose text is its description.
    Image,
    /// A URL in angle brackets.
    Autolink,
    /// Any other markup, such as emphasis.
    Other,
}

impl HeadingText {
    /// Creates the empty text of a heading.
    pub(super) fn new(style: AnchorStyle) -> Self {
        Self {
            style,
            text: String::new(),
            depth: 0,
            images: 0,
            autolinks: 0,
            has_piece: false,
            is_cut: false,
            ends_at_tag: false,
            is_empty: true,
            is_heading: true,
        }
    }

    /// Appends the text before a template tag. Nothing can be appended after it.
    pub(super) fn cut(&mut self, before: &str) {
        self.push(before);
        self.ends_at_tag = true;
    }

    /// Returns whether the heading contains a template tag, so that only the beginning of its text is known.
    pub(super) fn ends_at_tag(&self) -> bool {
        self.ends_at_tag
    }

    /// Returns the text, or `None` if the generator gives the heading no anchor.
    pub(super) fn finish(self) -> Option<String> {
        let needs_content = matches!(self.style, AnchorStyle::Kramdown | AnchorStyle::Hugo);
        (self.is_heading && !(self.is_empty && needs_content)).then_some(self.text)
    }

    /// Appends text.
    pub(super) fn push(&mut self, text: &str) {
        self.is_empty = false;
        match self.style {
            _ if self.is_ignored() => {}
            AnchorStyle::Hugo if self.depth > 0 => {
                let piece = first_piece(text);
                self.text.push_str(piece);
                self.has_piece = true;
                self.is_cut = piece.len() < text.len();
            }
            // These two read dashes in place of such hyphens.
            AnchorStyle::Kramdown | AnchorStyle::Hugo if text.contains("--") => {
                self.text.push_str(&text.replace("---", "—").replace("--", "–"));
            }
            _ => self.text.push_str(text),
        }
    }

    /// Appends text with autolinks in these ranges.
    pub(super) fn push_around(&mut self, text: &str, autolinks: &[Range<usize>]) {
        let mut at = 0;
        for range in autolinks {
            self.push_unless_empty(&text[at..range.start]);
            self.open(Markup::Autolink);
            self.close(Markup::Autolink);
            at = range.end;
        }
        self.push_unless_empty(&text[at..]);
    }

    fn push_unless_empty(&mut self, text: &str) {
        if !text.is_empty() {
            self.push(text);
        }
    }

    /// Appends code.
    pub(super) fn push_code(&mut self, code: &str) {
        self.interrupt();
        if !self.is_ignored() {
            self.text.push_str(code);
            self.is_cut = self.style == AnchorStyle::Hugo && self.depth > 0;
        }
    }

    /// Records the start of inline markup.
    pub(super) fn open(&mut self, markup: Markup) {
        self.interrupt();
        self.depth += 1;
        self.images += u32::from(markup == Markup::Image);
        self.autolinks += u32::from(markup == Markup::Autolink);
    }

    /// Records the end of inline markup.
    pub(super) fn close(&mut self, markup: Markup) {
        self.interrupt();
        self.depth = self.depth.saturating_sub(1);
        self.images = self.images.saturating_sub(u32::from(markup == Markup::Image));
        self.autolinks = self.autolinks.saturating_sub(u32::from(markup == Markup::Autolink));
        if self.depth == 0 {
            (self.has_piece, self.is_cut) = (false, false);
        }
    }

    /// Records something other than text, such as HTML. Of the text in inline markup, Hugo reads only what
    /// comes before this.
    pub(super) fn interrupt(&mut self) {
        self.is_empty = false;
        self.is_cut |= self.has_piece;
    }

    /// Records a line break, which only a heading with an underline can contain.
    pub(super) fn break_line(&mut self) {
        match self.style {
            AnchorStyle::Github | AnchorStyle::Zola => {}
            // Hugo reads only the last line.
            AnchorStyle::Hugo => self.text.clear(),
            // To these two, the lines are a paragraph.
            AnchorStyle::Kramdown | AnchorStyle::Python => self.is_heading = false,
        }
    }

    /// Returns whether the generator ignores text here.
    fn is_ignored(&self) -> bool {
        let reads_images = matches!(self.style, AnchorStyle::Hugo | AnchorStyle::Zola);
        self.is_cut
            || self.ends_at_tag
            || self.images > 0 && !reads_images
            || self.autolinks > 0 && self.style == AnchorStyle::Hugo
    }
}

/// Returns the part of a text in inline markup that Hugo reads: up to the first character that could have
/// been markup, or that is printed as another one.
fn first_piece(text: &str) -> &str {
    let replaced = ["'", "\"", "--", "...", "<<", ">>", "["];
    let before = replaced.iter().filter_map(|mark| text.find(mark));
    let behind = text.find(['_', '~']).map(|at| at + 1);
    let end = before.chain(behind).min().unwrap_or(text.len());
    &text[..end]
}
