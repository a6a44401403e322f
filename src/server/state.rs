//! The state of the server.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{PublishDiagnosticsParams, Uri};
use serde_json::Value;

use super::checks::{Checked, Opened, Sessions, options};
use super::client::{Client, Support};
use super::diagnostics;
use super::documents::{Document, Documents};
use super::message::Failure;
use super::uris;
use crate::archive::page_texts::ReadPage;
use crate::session::ConfigErrors;

/// The state of the server.
pub(super) struct State {
    pub(super) client: Client,
    pub(super) support: Support,
    pub(super) documents: Documents,
    /// The folders of the workspace.
    pub(super) folders: Vec<PathBuf>,
    sessions: Sessions,
    /// The open pages whose diagnostics are out of date, the most urgent first.
    outdated: VecDeque<PathBuf>,
    /// The number of changes so far to open documents and, as far as the client tells, to files.
    changes: u64,
    /// The last check of each open page, with the number of changes before it.
    checked: BTreeMap<PathBuf, (u64, Arc<Checked>)>,
    /// For each open page, a hash of what other pages can depend on.
    outlines: BTreeMap<PathBuf, u64>,
    /// The settings files for which the client has diagnostics.
    wrong_settings: Vec<PathBuf>,
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
            outdated: VecDeque::new(),
            changes: 0,
            checked: BTreeMap::new(),
            outlines: BTreeMap::new(),
            wrong_settings: Vec::new(),
        }
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
        let outline = self.documents.at(&path).map(|document| outline(&document.page));
        let others_depend = match outline {
            Some(outline) => self.outlines.insert(path.clone(), outline) != Some(outline),
            None => true,
        };
        self.outdated.retain(|other| *other != path);
        self.outdated.push_front(path);
        if others_depend {
            self.queue_all();
        }
    }

    /// Records that a page was closed. Its diagnostics are removed.
    pub(super) fn page_closed(&mut self, path: &Path, uri: Uri) {
        self.changes += 1;
        self.outdated.retain(|other| other != path);
        self.checked.remove(path);
        self.outlines.remove(path);
        self.publish(uri, None, Vec::new());
        self.queue_all();
    }

    /// Records that files changed, and queues the diagnostics of all open pages.
    pub(super) fn files_changed(&mut self) {
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
        let found = self.diagnostics(&path).unwrap_or_default();
        let Some(document) = self.documents.at(&path) else { return };
        let (uri, version) = (document.uri.clone(), document.version);
        if !self.support.pulls_diagnostics {
            self.publish(uri, Some(version), found);
        }
    }

    /// Returns the diagnostics of an open page.
    pub(super) fn diagnostics(
        &mut self,
        path: &Path,
    ) -> Result<Vec<gen_lsp_types::Diagnostic>, Failure> {
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
        let checked = Arc::new(Checked::new(session).map_err(Failure::failed)?);
        self.checked.insert(path.to_path_buf(), (self.changes, Arc::clone(&checked)));
        Ok(checked)
    }

    /// Opens a session on a page or a folder. Publishes errors in its settings.
    pub(super) fn session(&mut self, path: &Path) -> Result<crate::session::Session, Failure> {
        let options = options(path, self.documents.texts(), &self.folders);
        let Opened { session, errors } = self.sessions.open(path, &options);
        if let Some(errors) = errors {
            self.settings_are_wrong(&errors);
        } else {
            let file = session.as_ref().ok().and_then(|session| session.settings_file());
            self.settings_are_right(path, file);
        }
        session.map_err(Failure::failed)
    }

    fn settings_are_wrong(&mut self, errors: &ConfigErrors) {
        let Some(first) = errors.kept.first() else { return };
        let path = &first.file.path;
        if !self.wrong_settings.contains(path) {
            self.wrong_settings.push(path.clone());
        }
        let found = diagnostics::of_settings(errors, self.support.encoding);
        self.publish(self.documents.uri(path), None, found);
    }

    /// Removes the diagnostics of settings files that no longer have errors or no longer exist. The
    /// settings of `path` were read from `file` without errors.
    fn settings_are_right(&mut self, path: &Path, file: Option<&Path>) {
        let is_right = |wrong: &mut PathBuf| {
            let folder = wrong.parent().unwrap_or(wrong);
            let is_hidden = file.is_some_and(|file| file.starts_with(folder) && file != wrong);
            path.starts_with(folder) && !is_hidden
        };
        let right: Vec<_> = self.wrong_settings.extract_if(.., is_right).collect();
        for path in right {
            self.publish(self.documents.uri(&path), None, Vec::new());
        }
    }

    fn publish(
        &mut self,
        uri: Uri,
        version: Option<i32>,
        diagnostics: Vec<gen_lsp_types::Diagnostic>,
    ) {
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
