//! The texts of the pages with findings, for lines and columns.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::archive::Archive;
use crate::linter::PageSource;
use crate::span::{FileId, LineIndex, Position, SourceText, Span};

/// A page with findings.
#[derive(Debug)]
pub struct Text {
    /// Its text.
    pub source: SourceText,
    /// Its lines.
    pub lines: LineIndex,
}

impl Text {
    pub(super) fn new(bytes: &[u8]) -> Self {
        let source = SourceText::from_bytes(bytes);
        let lines = LineIndex::new(&source);
        Self { source, lines }
    }
}

/// Where a span begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its first character.
    pub start: Position,
    /// Behind its last character.
    pub end: Position,
}

/// Reads pages as they are asked for, and keeps a few.
pub struct Files<'a> {
    archive: &'a Archive,
    source: &'a dyn PageSource,
    texts: RefCell<HashMap<FileId, Rc<Text>>>,
}

/// The most texts kept; findings come in order of their files, so few are needed again.
const KEPT: usize = 32;

impl<'a> Files<'a> {
    pub(super) fn new(archive: &'a Archive, source: &'a dyn PageSource) -> Self {
        Self { archive, source, texts: RefCell::default() }
    }

    /// The path of a file, relative to the archive's root.
    #[must_use]
    pub fn path(&self, file: FileId) -> &'a str {
        self.archive.path(file)
    }

    /// The text of a file; of one that cannot be read, an empty one.
    #[must_use]
    pub fn text(&self, file: FileId) -> Rc<Text> {
        let mut texts = self.texts.borrow_mut();
        if let Some(text) = texts.get(&file) {
            return Rc::clone(text);
        }
        if texts.len() >= KEPT {
            texts.clear();
        }
        let bytes = self.source.read(self.archive.path(file)).unwrap_or_default();
        let text = Rc::new(Text::new(&bytes));
        texts.insert(file, Rc::clone(&text));
        text
    }

    /// The lines and columns of a span.
    #[must_use]
    pub fn place(&self, file: FileId, span: Span) -> Place {
        let text = self.text(file);
        let position = |offset| text.lines.position(&text.source, offset);
        Place { start: position(span.start), end: position(span.end) }
    }
}
