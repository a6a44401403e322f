//! The state of the server.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{
    Diagnostic, MessageType, PublishDiagnosticsParams, ShowMessageParams, Uri,
};
use serde_json::Value;

use super::checks::{Checked, Opened, Sessions, options};
use super::client::{Client, Support};
use super::diagnostics;
use super::documents::{Document, Documents};
use super::edits::Edits;
use super::indexes::{self, Indexes};
use super::message::Failure;
use super::positions::Ranges;
use super::search::Freshness;
use super::uris;
use crate::archive::page_texts::ReadPage;
use crate::diagnostic::counted;
use crate::session::{
    CheckOptions, ConfigErrors, PageIndex, Session, guarded, has_settings, settings_errors,
};

/// The maximum number of checks that are kept. Each can contain the paths of a whole archive.
const MOST_KEPT: usize = 8;

/// The state of the server.
pub(super) struct State {
    pub(super) client: Client,
    pub(super) support: Support,
    pub(super) documents: Documents,
    /// The folders of the workspace.
    pub(super) folders: Vec<PathBuf>,
    sessions: Sessions,
    indexes: Indexes,
    /// The open pages whose diagnostics are out of date, the most urgent first.
    outdated: VecDeque<PathBuf>,
    /// The number of changes so far to open documents and, as far as the client tells, to files.
    changes: u64,
    /// The last check of each open page, with the number of changes before it.
    checked: BTreeMap<PathBuf, (u64, Arc<Checked>)>,
    /// For each open page, a hash of what other pages can depend on.
    outlines: BTreeMap<PathBuf, u64>,
    /// The settings files for which the client has diagnostics, with these.
    wrong_settings: BTreeMap<PathBuf, Vec<Diagnostic>>,
}

impl State {
    /// Creates the state at the start, without documents.
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            support: Support::default(),
            documents: Documents::default(),
            folders: Vec::new(),
            sessions: Sessions::default(),
            indexes: Indexes::default(),
            outdated: VecDeque::new(),
            changes: 0,
            checked: BTreeMap::new(),
            outlines: BTreeMap::new(),
            wrong_settings: BTreeMap::new(),
        }
    }

    /// Returns the converter of spans to ranges.
    pub(super) fn ranges(&self) -> Ranges<'_> {
        Ranges::new(&self.documents, self.support.encoding)
    }

    /// Returns a list without edits.
    pub(super) fn edits(&self) -> Edits<'_> {
        Edits::new(&self.documents, self.support)
    }

    /// Returns the open document with a URI, and its path.
    pub(super) fn document(&self, uri: &Uri) -> Result<(PathBuf, &Document), Failure> {
        let found = uris::path(uri).and_then(|path| {
            let document = self.documents.at(&path)?;
            Some((path, document))
        });
        found.ok_or_else(|| Failure::invalid_params(format!("{} is not open", uri.as_ref())))
    }

    /// Records that the text of a page changed or that it was opened, and queues its diagnostics.
    pub(super) fn page_changed(&mut self, path: PathBuf) {
        self.changes += 1;
        self.indexes.page_changed(&path);
        let page = self.documents.at(&path).map(|document| &document.page);
        // If the parser panics, other pages may depend on anything.
        let outline = page.and_then(|page| guarded(|| outline(page)).ok());
        let others_depend = outline.is_none() || self.outlines.get(&path) != outline.as_ref();
        self.outlines.extend(outline.map(|outline| (path.clone(), outline)));
        self.outdated.retain(|other| *other != path);
        self.outdated.push_front(path);
        if others_depend {
            self.queue_all();
        }
    }

    /// Records that a page was closed. Its diagnostics are removed.
    pub(super) fn page_closed(&mut self, path: &Path, uri: Uri) {
        self.changes += 1;
        self.indexes.page_changed(path);
        self.outdated.retain(|other| other != path);
        self.checked.remove(path);
        self.outlines.remove(path);
        self.wrong_settings.remove(path);
        self.publish(uri, None, Vec::new());
        self.queue_all();
    }

    /// Records that a file changed or, without a path, any files, and queues the diagnostics of all
    /// open pages.
    pub(super) fn files_changed(&mut self, only: Option<&Path>) {
        match only {
            Some(path) => self.indexes.page_changed(path),
            None => self.indexes.files_changed(),
        }
        self.changes += 1;
        self.queue_all();
        if self.support.pulls_diagnostics {
            self.client.request("workspace/diagnostic/refresh", Value::Null);
        }
    }

    fn queue_all(&mut self) {
        for path in self.documents.paths() {
            if !self.outdated.contains(path) {
                self.outdated.push_back(path.clone());
            }
        }
    }

    /// Returns whether diagnostics are out of date.
    pub(super) fn has_work(&self) -> bool {
        !self.outdated.is_empty()
    }

    /// Publishes the diagnostics of the most urgent page.
    pub(super) fn work(&mut self) {
        let Some(path) = self.outdated.pop_front() else { return };
        let Some(document) = self.documents.at(&path) else { return };
        let (uri, version) = (document.uri.clone(), document.version);
        let found = self.diagnostics(&path).unwrap_or_default();
        if !self.support.pulls_diagnostics {
            self.publish(uri, Some(version), found);
        }
    }

    /// Returns the diagnostics of an open page or of open settings.
    pub(super) fn diagnostics(&mut self, path: &Path) -> Result<Vec<Diagnostic>, Failure> {
        let open = self.documents.at(path);
        if let Some(errors) = open.and_then(|open| settings_errors(path, open.page.text())) {
            return Ok(diagnostics::of_settings(&errors, self.support.encoding));
        }
        let checked = self.check(path)?;
        Ok(diagnostics::of_page(&checked, &self.documents, self.support))
    }

    /// Checks an open page, unless nothing has changed since its last check.
    pub(super) fn check(&mut self, path: &Path) -> Result<Arc<Checked>, Failure> {
        if let Some((changes, checked)) = self.checked.get(path)
            && *changes == self.changes
        {
            return Ok(Arc::clone(checked));
        }
        let session = self.session(path)?;
        let checked = Arc::new(Checked::new(session).map_err(Failure::unchecked)?);
        self.keep(path, &checked);
        Ok(checked)
    }

    /// Keeps the last check of a page, and drops that of another page if there are many.
    fn keep(&mut self, path: &Path, checked: &Arc<Checked>) {
        self.checked.insert(path.to_path_buf(), (self.changes, Arc::clone(checked)));
        let oldest = self.checked.iter().min_by_key(|(_, (changes, _))| *changes);
        let oldest = oldest.map(|(path, _)| path.clone());
        if let Some(oldest) = oldest.filter(|_| self.checked.len() > MOST_KEPT) {
            self.checked.remove(&oldest);
        }
    }

    /// Opens a session on a page or a folder. Publishes errors in its settings.
    pub(super) fn session(&mut self, path: &Path) -> Result<Session, Failure> {
        self.session_with(path, None)
    }

    /// Opens a session with this number of threads. `None` means one per processor.
    fn session_with(
        &mut self,
        path: &Path,
        jobs: Option<NonZeroUsize>,
    ) -> Result<Session, Failure> {
        // Elsewhere, the search for the root of the archive could go through any files.
        let is_inside = self.folders.iter().any(|folder| path.starts_with(folder));
        if !is_inside && !has_settings(path) {
            return Err(Failure::unchecked(
                "the file is neither in the workspace nor in an archive",
            ));
        }
        let options = options(path, self.documents.texts(), &self.folders);
        let options = CheckOptions { jobs, ..options };
        let Opened { session, errors } = self.sessions.open(path, &options);
        if let Some(errors) = errors {
            self.settings_are_wrong(&errors);
        } else {
            let file = session.as_ref().ok().and_then(|session| session.settings_file());
            self.settings_are_right(path, file);
        }
        session.map_err(Failure::unchecked)
    }

    /// Opens a session on a folder of the workspace. Publishes errors in its settings, and starts to
    /// build the index of its archive.
    pub(super) fn open_folder(&mut self, folder: &Path) {
        // Without settings, the folder may be anything.
        if has_settings(folder)
            && let Ok(session) = self.session_with(folder, indexes::jobs())
        {
            self.indexes.start(session);
        }
    }

    /// Returns the index of the archive at `root`.
    pub(super) fn index(
        &mut self,
        root: &Path,
        freshness: Freshness,
    ) -> Result<Arc<PageIndex>, Failure> {
        if freshness == Freshness::Current && !self.support.watches_files {
            self.indexes.files_changed();
        }
        if let Some(index) = self.indexes.get(root, &self.documents) {
            return Ok(index);
        }
        let session = self.session(root)?;
        self.indexes.build(root, session)
    }

    /// Returns the indexes of all archives in the workspace, except those that cannot be read.
    pub(super) fn indexes(&mut self, freshness: Freshness) -> Vec<Arc<PageIndex>> {
        let open = self.checked.values().map(|(_, checked)| checked.session.root().to_path_buf());
        let mut roots: BTreeSet<PathBuf> = open.collect();
        for folder in self.folders.clone() {
            if has_settings(&folder)
                && let Ok(session) = self.session(&folder)
            {
                roots.insert(session.root().to_path_buf());
            }
        }
        roots.iter().filter_map(|root| self.index(root, freshness).ok()).collect()
    }

    /// Returns the indexes of the archives that contain these files or folders, except those that cannot be
    /// read. Without settings, a folder is an archive only if one of its pages is open.
    pub(super) fn indexes_of<'p>(
        &mut self,
        paths: impl Iterator<Item = &'p Path>,
    ) -> Vec<Arc<PageIndex>> {
        let mut roots = BTreeSet::new();
        for path in paths {
            let open = self.checked.values().map(|(_, checked)| checked.session.root());
            roots.extend(open.filter(|root| path.starts_with(root)).map(Path::to_path_buf));
            if has_settings(path)
                && let Ok(session) = self.session(path)
            {
                roots.insert(session.root().to_path_buf());
            }
        }
        roots.iter().filter_map(|root| self.index(root, Freshness::Current).ok()).collect()
    }

    fn settings_are_wrong(&mut self, errors: &ConfigErrors) {
        let Some(first) = errors.kept.first() else { return };
        let path = first.file.path.clone();
        // The diagnostics of an open document are those of its text.
        if self.documents.at(&path).is_some() {
            return;
        }
        let found = diagnostics::of_settings(errors, self.support.encoding);
        if self.wrong_settings.get(&path) != Some(&found) {
            self.publish(self.documents.uri(&path), None, found.clone());
            self.wrong_settings.insert(path, found);
        }
    }

    /// Removes the diagnostics of settings files that no longer have errors or no longer exist. The
    /// settings of `path` were read from `file` without errors.
    fn settings_are_right(&mut self, path: &Path, file: Option<&Path>) {
        let is_right = |wrong: &Path| {
            let folder = wrong.parent().unwrap_or(wrong);
            let is_hidden = file.is_some_and(|file| file.starts_with(folder) && file != wrong);
            path.starts_with(folder) && !is_hidden
        };
        let wrong = self.wrong_settings.keys();
        let right: Vec<_> = wrong.filter(|wrong| is_right(wrong)).cloned().collect();
        for path in right {
            self.wrong_settings.remove(&path);
            if self.documents.at(&path).is_none() {
                self.publish(self.documents.uri(&path), None, Vec::new());
            }
        }
    }

    /// Shows how many links need a change that the server cannot make.
    pub(super) fn warn_of_links_left(&mut self, left: u64) {
        if left > 0 {
            let links = counted(left, "link");
            self.show(MessageType::Warning, format!("{links} could not be changed: check the archive"));
        }
    }

    fn show(&mut self, kind: MessageType, message: String) {
        self.client.notify("window/showMessage", ShowMessageParams { kind, message });
    }

    fn publish(&mut self, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        let params = PublishDiagnosticsParams { uri, version, diagnostics };
        self.client.notify("textDocument/publishDiagnostics", params);
    }
}

/// Returns a hash of what other pages can depend on: front matter, headings, links, labelled lines and
/// anchors. While somebody types a paragraph, it stays the same.
fn outline(page: &ReadPage) -> u64 {
    let (document, text) = (page.document(), page.text());
    let mut hasher = DefaultHasher::new();
    document.front_matter.as_ref().map(|front| front.span.of(text)).hash(&mut hasher);
    for heading in &document.headings {
        (heading.level, heading.content.of(text), heading.has_content).hash(&mut hasher);
    }
    document.links.iter().for_each(|link| link.span.of(text).hash(&mut hasher));
    document.lines.iter().for_each(|line| (line.label, &line.words).hash(&mut hasher));
    document.faults.iter().for_each(|fault| fault.span.of(text).hash(&mut hasher));
    page.anchors().hash(&mut hasher);
    hasher.finish()
}
