//! The texts of the pages with findings, for lines and columns.

use std::borrow::Cow;
use std::sync::Arc;

use crate::archive::page_texts::{PageTexts, ReadPage};
use crate::baseline::offending_text;
use crate::diagnostic::{Diagnostic, Edit, EditTarget};
use crate::span::{FileId, Position, Span};

/// Where a span begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionRange {
    /// Its first character.
    pub start: Position,
    /// Behind its last character.
    pub end: Position,
}

/// The pages with findings, as reports name them.
pub struct Files<'a> {
    texts: &'a PageTexts<'a>,
    /// The path of the archive's root from the repository's root on: empty, or with `/` at its end.
    prefix: &'a str,
}

impl<'a> Files<'a> {
    /// Takes the pages from `texts`; `prefix` is where the archive is in its repository.
    #[must_use]
    pub fn new(texts: &'a PageTexts<'a>, prefix: &'a str) -> Self {
        Self { texts, prefix }
    }

    /// The path of a file, relative to the archive's root.
    #[must_use]
    pub fn path(&self, file: FileId) -> &'a str {
        self.texts.archive().path(file)
    }

    /// The path of a file as whoever hosts the repository knows it: relative to the repository's root.
    #[must_use]
    pub fn hosted_path(&self, file: FileId) -> Cow<'a, str> {
        self.hosted(self.path(file))
    }

    /// A path relative to the archive's root, as whoever hosts the repository knows it.
    #[must_use]
    pub fn hosted<'p>(&self, path: &'p str) -> Cow<'p, str> {
        if self.prefix.is_empty() { path.into() } else { format!("{}{path}", self.prefix).into() }
    }

    /// The path of the file that an edit changes, relative to the archive's root, and what it replaces
    /// there: of a file that it makes, the beginning.
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

    /// Whether a file begins with a byte order mark.
    #[must_use]
    pub fn has_mark(&self, file: FileId) -> bool {
        self.text(file).text().starts_with('\u{FEFF}')
    }

    /// The text that a finding is known by while its page is edited elsewhere.
    #[must_use]
    pub fn offending_text(&self, diagnostic: &Diagnostic) -> String {
        let text = self.text(diagnostic.file);
        offending_text(&text.source, &diagnostic.finding).into_owned()
    }

    /// The text of a file; of one that cannot be read, an empty one.
    #[must_use]
    pub fn text(&self, file: FileId) -> Arc<ReadPage> {
        self.texts.get(file)
    }

    /// The lines and columns of a span.
    #[must_use]
    pub fn place(&self, file: FileId, span: Span) -> PositionRange {
        let text = self.text(file);
        PositionRange { start: text.position(span.start), end: text.position(span.end) }
    }
}
