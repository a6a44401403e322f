//! The indexes of the archives whose pages are open.
//!
//! An index is built in the background when the workspace is opened. Later, the next request that needs it reads the
//! changed pages again. If files were created or deleted, or if settings changed, it reads all pages again.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use super::documents::Documents;
use super::message::Failure;
use crate::archive::page_texts::ReadPage;
use crate::session::{PageIndex, Session, guarded};
use crate::span::FileId;

/// Whether an index may lack changes that the client has not told the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// The index may lack changes. A search then misses new pages.
    MayBeOld,
    /// The index must be complete, because edits depend on it.
    Current,
}

/// The indexes, by the root of their archives.
#[derive(Default)]
pub(super) struct Indexes(BTreeMap<PathBuf, Slot>);

/// An index, and what has changed since it was built.
#[derive(Default)]
struct Slot {
    index: Option<Arc<PageIndex>>,
    /// The index that a thread builds.
    building: Option<Receiver<Result<PageIndex, Failure>>>,
    /// The pages that must be read again.
    changed: BTreeSet<PathBuf>,
    /// Whether all pages must be read again.
    is_outdated: bool,
}

impl Slot {
    /// Waits for the thread that builds the index, if there is one.
    fn wait(&mut self) {
        let built = self.building.take().and_then(|building| building.recv().ok());
        if let Some(Ok(index)) = built {
            self.index = Some(Arc::new(index));
        }
    }

    /// Reads the changed pages again. Returns whether the index is complete.
    fn refresh(&mut self, documents: &Documents) -> bool {
        let Some(index) = self.index.as_mut().and_then(Arc::get_mut) else { return false };
        let changed = std::mem::take(&mut self.changed);
        let is_complete = changed.iter().all(|path| {
            let open = documents.at(path).map(|document| &document.page.source);
            guarded(|| index.refresh(path, open)).unwrap_or_default()
        });
        // If building it again fails, the index must not be used either.
        self.is_outdated = !is_complete;
        is_complete
    }
}

impl Indexes {
    /// Starts to build the index of the archive of a session, unless there is one.
    pub(super) fn start(&mut self, session: Session) {
        let slot = self.0.entry(session.root().to_path_buf()).or_default();
        if slot.index.is_some() || slot.building.is_some() {
            return;
        }
        let (sender, receiver) = channel();
        let build = move || {
            let _ = sender.send(build(session));
        };
        if thread::Builder::new().spawn(build).is_ok() {
            slot.building = Some(receiver);
        }
    }

    /// Returns the roots of the archives that have an index, or will have one.
    pub(super) fn roots(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }

    /// Records that the text of a page changed.
    pub(super) fn page_changed(&mut self, path: &Path) {
        for (root, slot) in &mut self.0 {
            if path.starts_with(root) {
                slot.changed.insert(path.to_path_buf());
            }
        }
    }

    /// Records that any files may have changed.
    pub(super) fn files_changed(&mut self) {
        self.0.values_mut().for_each(|slot| slot.is_outdated = true);
    }

    /// Returns the index of the archive at `root`, or `None` if it must be built.
    pub(super) fn get(&mut self, root: &Path, documents: &Documents) -> Option<Arc<PageIndex>> {
        let slot = self.0.get_mut(root)?;
        slot.wait();
        let is_complete = !slot.is_outdated && slot.refresh(documents);
        slot.index.as_ref().filter(|_| is_complete).map(Arc::clone)
    }

    /// Builds the index of the archive of a session. `root` is its root.
    pub(super) fn build(
        &mut self,
        root: &Path,
        session: Session,
    ) -> Result<Arc<PageIndex>, Failure> {
        let index = Arc::new(build(session)?);
        let slot = Slot { index: Some(Arc::clone(&index)), ..Slot::default() };
        self.0.insert(root.to_path_buf(), slot);
        Ok(index)
    }
}

fn build(session: Session) -> Result<PageIndex, Failure> {
    let built = guarded(|| session.into_index());
    Ok(built.map_err(|panic| Failure::bug(&panic.to_string()).shown())??)
}

/// Returns the number of threads that build an index. The others check pages meanwhile.
pub(super) fn jobs() -> Option<NonZeroUsize> {
    let all = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    NonZeroUsize::new((all / 2).max(1))
}

/// Returns the text of a page of an archive: that of the open document, or else that of the file. It is
/// empty if the file cannot be read.
pub(super) fn text(index: &PageIndex, file: FileId, documents: &Documents) -> Arc<ReadPage> {
    match documents.at(&index.path(file)) {
        Some(document) => Arc::clone(&document.page),
        None => Arc::new(index.read(file).map(ReadPage::new).unwrap_or_default()),
    }
}

/// Returns whether edits may change a text. If it was not UTF-8, the editor would save replacement
/// characters instead of its bytes.
pub(super) fn is_editable(text: &ReadPage) -> bool {
    text.is_markdown() && text.source.is_utf8()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test writes an archive")]
mod tests {
    use super::*;
    use crate::session::CheckOptions;

    #[test]
    fn an_index_that_lacks_a_page_is_not_used_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a folder");
        std::fs::write(root.join("dateline.toml"), "").expect("a file");
        let session = Session::open(&root, CheckOptions::default()).expect("a session");
        let (mut indexes, documents) = (Indexes::default(), Documents::default());
        indexes.build(&root, session).expect("an index");
        assert!(indexes.get(&root, &documents).is_some());
        let page = root.join("new.md");
        std::fs::write(&page, "# New\n").expect("a file");
        indexes.page_changed(&page);
        // The caller builds the index again, which can fail.
        assert!(indexes.get(&root, &documents).is_none());
        assert!(indexes.get(&root, &documents).is_none(), "the page is still missing");
    }
}
