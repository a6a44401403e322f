//! What an editor knows about a session, besides its options.

use std::sync::Arc;

use super::walk_disk::ListedFiles;
use crate::archive::page_texts::ReadPage;
use crate::linter::Linter;

/// What an editor knows besides the options of a session.
#[derive(Clone, Default)]
pub(super) struct EditorContext {
    /// Whether the session is that of an editor. It then writes nothing, except a baseline.
    pub(super) is_editor: bool,
    /// The lists of files, if the editor is told about new and deleted files.
    pub(super) files: Option<Arc<ListedFiles>>,
    /// The text that the page had when the other pages were checked.
    pub(super) before: Option<Arc<ReadPage>>,
}

impl EditorContext {
    /// Returns whether other pages may have other findings because of the text of the first of `names`.
    pub(super) fn affects_others(&self, linter: &Linter<'_>, names: &[String]) -> bool {
        let Some(before) = &self.before else { return false };
        let file = names.first().and_then(|name| linter.archive.paths.file(name));
        // A page that is not in the archive affects none.
        let Some(file) = file.filter(|file| linter.archive.is_page(*file)) else { return false };
        match linter.texts.read(file) {
            Ok(after) if after.text() == before.text() => false,
            Ok(after) => linter.may_affect_others(file, &before.source, &after),
            Err(_) => true,
        }
    }
}
