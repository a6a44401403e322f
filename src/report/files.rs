//! Paths and positions for reports, computed from the pages with findings.

use std::borrow::Cow;
use std::sync::Arc;

use super::shown_paths::ShownPaths;
use crate::archive::page_texts::{PageTexts, ReadPage};
use crate::baseline::offending_text;
use crate::diagnostic::{Diagnostic, Edit, EditTarget};
use crate::span::{FileId, Position, Span};

/// The range of positions that a span covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionRange {
    /// The position of the first character.
    pub start: Position,
    /// The position after the last character.
    pub end: Position,
}

/// The pages with findings, from which reports get paths, texts and positions.
pub struct Files<'a> {
    texts: &'a PageTexts<'a>,
    /// The path of the archive's root within the repository: empty, or with a trailing `/`.
    prefix: &'a str,
    shown: &'a ShownPaths,
}

impl<'a> Files<'a> {
    /// Uses the given texts of pages. `prefix` is the path of the archive's root within the repository:
    /// empty, or with a trailing `/`.
    #[must_use]
    pub fn new(texts: &'a PageTexts<'a>, prefix: &'a str, shown: &'a ShownPaths) -> Self {
        Self { texts, prefix, shown }
    }

    /// Returns the path of a file as people and editors can open it.
    #[must_use]
    pub fn shown_path(&self, file: FileId) -> Cow<'a, str> {
        self.shown.shown(self.path(file))
    }

    /// Returns the path of a file, relative to the archive's root.
    #[must_use]
    pub fn path(&self, file: FileId) -> &'a str {
        self.texts.archive().path(file)
    }

    /// Returns the path of a file, relative to the repository's root, as code hosting services expect.
    #[must_use]
    pub fn hosted_path(&self, file: FileId) -> Cow<'a, str> {
        self.hosted(self.path(file))
    }

    /// Converts a path relative to the archive's root into a path relative to the repository's root.
    #[must_use]
    pub fn hosted<'p>(&self, path: &'p str) -> Cow<'p, str> {
        if self.prefix.is_empty() { path.into() } else { format!("{}{path}", self.prefix).into() }
    }

    /// Returns the path of the file that an edit changes, relative to the archive's root, and the
    /// range that the edit replaces. For an edit that creates a file, the range is empty and at the
    /// beginning of the file.
    #[must_use]
    pub fn edited<'e>(&self, edit: &'e Edit) -> (&'e str, PositionRange)
    where
        'a: 'e,
    {
        match &edit.target {
            EditTarget::File(file) => (self.path(*file), self.place(*file, edit.span)),
            EditTarget::New(path) => {
                let start = Position { line: 1, column: 1, offset: 0 };
                (path, PositionRange { start, end: start })
            }
        }
    }

    /// Returns whether a file begins with a byte order mark.
    #[must_use]
    pub fn has_mark(&self, file: FileId) -> bool {
        self.text(file).text().starts_with('\u{FEFF}')
    }

    /// Returns the offending text of a finding, which identifies the finding even after the rest of its
    /// page has changed.
    #[must_use]
    pub fn offending_text(&self, diagnostic: &Diagnostic) -> String {
        let text = self.text(diagnostic.file);
        offending_text(&text.source, &diagnostic.finding).into_owned()
    }

    /// Returns the text of a file, or an empty text if the file cannot be read.
    #[must_use]
    pub fn text(&self, file: FileId) -> Arc<ReadPage> {
        self.texts.get(file)
    }

    /// Returns the range of positions that a span covers.
    #[must_use]
    pub fn place(&self, file: FileId, span: Span) -> PositionRange {
        let text = self.text(file);
        PositionRange { start: text.position(span.start), end: text.position(span.end) }
    }
}
