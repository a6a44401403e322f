//! Edits of files, as the client applies them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use gen_lsp_types::{
    CreateFile, DocumentChange, Edit, OptionalVersionedTextDocumentIdentifier, Range,
    TextDocumentEdit, TextDocumentIdentifier, TextEdit, WorkspaceEdit,
};
use similar::{ChangeTag, TextDiff};

use super::checks::Checked;
use super::client::Support;
use super::documents::Documents;
use super::ranges::Ranges;
use crate::archive::page_texts::ReadPage;
use crate::diagnostic::{self, EditTarget};
use crate::session::text_on_disk;
use crate::span::Span;

/// Edits of several files. The client undoes them together.
pub(super) struct Edits<'a> {
    documents: &'a Documents,
    support: Support,
    /// The contents of new files.
    created: BTreeMap<PathBuf, String>,
    changed: BTreeMap<PathBuf, Vec<TextEdit>>,
}

impl<'a> Edits<'a> {
    /// Creates a list without edits. The client has `documents` open.
    pub(super) fn new(documents: &'a Documents, support: Support) -> Self {
        Self { documents, support, created: BTreeMap::new(), changed: BTreeMap::new() }
    }

    /// Adds the replacement of a span of a page. Replaces a line ending of two bytes as a whole, because there is no
    /// position between them.
    pub(super) fn replace(&mut self, path: &Path, page: &ReadPage, span: Span, new_text: String) {
        let is_between = |at: u32| {
            page.text().get(at.saturating_sub(1) as usize..at as usize + 1) == Some("\r\n")
        };
        let (mut span, mut new_text) = (span, new_text);
        if is_between(span.start) {
            span.start -= 1;
            new_text.insert(0, '\r');
        }
        if is_between(span.end) {
            span.end += 1;
            new_text.push('\n');
        }
        let range = Ranges::new(self.documents, self.support.encoding).of(path, page, span);
        self.changed.entry(path.to_path_buf()).or_default().push(TextEdit { range, new_text });
    }

    /// Returns the edits of a fix. Returns `None` if a file that is not open is no longer as the check has read
    /// it: not every client tells which files change.
    pub(super) fn of_fix(
        edits: &[diagnostic::Edit],
        checked: &Checked,
        documents: &'a Documents,
        support: Support,
    ) -> Option<Self> {
        let texts = checked.report.texts();
        let mut made = Self::new(documents, support);
        for edit in edits {
            match &edit.target {
                EditTarget::File(file) => {
                    let path = checked.path(checked.report.archive().path(*file));
                    let page = texts.get(*file);
                    let is_current = documents.at(&path).is_some()
                        || texts.read(*file).is_ok_and(|now| now.text() == page.text());
                    if !is_current {
                        return None;
                    }
                    made.replace(&path, &page, edit.span, edit.replacement.clone());
                }
                EditTarget::New(path) => {
                    let path = checked.path(path);
                    if text_on_disk(&path).is_some() {
                        return None;
                    }
                    made.created.insert(path, edit.replacement.clone());
                }
            }
        }
        Some(made)
    }

    /// Returns whether there are no edits.
    pub(super) fn is_empty(&self) -> bool {
        self.created.is_empty() && self.changed.is_empty()
    }

    /// Returns the edits as the client expects them. Returns `None` if they create files and the client
    /// cannot do that.
    pub(super) fn for_client(self) -> Option<WorkspaceEdit> {
        let Self { documents, support, .. } = self;
        if !self.created.is_empty() && !support.creates_files {
            return None;
        }
        if !support.document_changes {
            let named = |(path, edits): (PathBuf, _)| (documents.uri(&path), edits);
            let changes: HashMap<_, _> = self.changed.into_iter().map(named).collect();
            return Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() });
        }
        let mut changes = Vec::new();
        for (path, text) in self.created {
            let uri = documents.uri(&path);
            changes.push(DocumentChange::CreateFile(CreateFile {
                uri,
                options: None,
                annotation_id: None,
            }));
            let edit = TextEdit { range: Range::default(), new_text: text };
            changes.push(document_edit(documents, &path, vec![edit]));
        }
        for (path, edits) in self.changed {
            changes.push(document_edit(documents, &path, edits));
        }
        Some(WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() })
    }
}

fn document_edit(documents: &Documents, path: &Path, edits: Vec<TextEdit>) -> DocumentChange {
    DocumentChange::TextDocumentEdit(TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            version: documents.version(path),
            text_document_identifier: TextDocumentIdentifier { uri: documents.uri(path) },
        },
        edits: edits.into_iter().map(Edit::TextEdit).collect(),
    })
}

/// Returns the spans of `before` that differ from `after`, with their replacements, by lines.
pub(super) fn differences(before: &str, after: &str) -> Vec<(Span, String)> {
    let mut found: Vec<(Span, String)> = Vec::new();
    let mut offset = 0;
    let mut is_open = false;
    for change in TextDiff::from_lines(before, after).iter_all_changes() {
        let line = change.value();
        if change.tag() == ChangeTag::Equal {
            offset += line.len();
            is_open = false;
            continue;
        }
        if !is_open {
            found.push((Span::at(offset), String::new()));
            is_open = true;
        }
        let Some((span, replacement)) = found.last_mut() else { continue };
        if change.tag() == ChangeTag::Insert {
            replacement.push_str(line);
        } else {
            offset += line.len();
            *span = Span::new(span.start as usize, offset);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_turn_one_text_into_the_other() {
        for (before, after) in [
            ("", "a\n"),
            ("a\n", ""),
            ("a\nb\nc\n", "a\nB\nc\nd"),
            ("a\r\nb", "a\r\nb\r\n"),
            ("same\n", "same\n"),
        ] {
            let mut text = before.to_owned();
            for (span, replacement) in differences(before, after).into_iter().rev() {
                text.replace_range(span.range(), &replacement);
            }
            assert_eq!(text, after, "{before:?}");
        }
        assert_eq!(differences("a\nb\nc\n", "a\nx\nc\n"), [(Span::new(2, 4), "x\n".to_owned())]);
    }
}
