//! Ranges in files, as the client counts them.

use std::path::Path;

use gen_lsp_types::Range;

use super::documents::Documents;
use super::positions::Encoding;
use crate::archive::page_texts::ReadPage;
use crate::span::{BYTE_ORDER_MARK, Span};

/// Converts spans of files to ranges.
#[derive(Clone, Copy)]
pub(super) struct Ranges<'a> {
    documents: &'a Documents,
    encoding: Encoding,
}

impl<'a> Ranges<'a> {
    /// Creates a converter. The client counts in `encoding`, and has `documents` open.
    pub(super) fn new(documents: &'a Documents, encoding: Encoding) -> Self {
        Self { documents, encoding }
    }

    /// Returns the range of a span of the file at `path`, whose text is `page`. In a file that is not open, a
    /// byte order mark does not count: editors remove it when they open the file.
    pub(super) fn of(self, path: &Path, page: &ReadPage, span: Span) -> Range {
        let mut range = self.encoding.range(page, span);
        if page.text().starts_with(BYTE_ORDER_MARK) && self.documents.at(path).is_none() {
            for position in [&mut range.start, &mut range.end] {
                if position.line == 0 {
                    let mark = self.encoding.units(BYTE_ORDER_MARK);
                    position.character = position.character.saturating_sub(mark);
                }
            }
        }
        range
    }
}
