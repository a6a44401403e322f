//! The state of the server, and the queue of open pages whose diagnostics are out of date.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{Diagnostic, MessageType, PublishDiagnosticsParams, ShowMessageParams, Uri};
use serde_json::Value;

use super::checks::{Checked, Checks, Sessions};
use super::client::{Client, Support};
use super::diagnostics;
use super::documents::{Document, Documents};
use super::edits::Edits;
use super::indexes::Indexes;
use super::message::Failure;
use super::ranges::Ranges;
use super::seen_texts::SeenTexts;
use super::uris;
use crate::diagnostic::counted;
use crate::session::{ListedFiles, settings_errors};

/// The state of the server.
pub(super) struct State {
    pub(super) client: Client,
    pub(super) support: Support,
    pub(super) documents: Documents,
    /// The folders of the workspace.
    pub(super) folders: Vec<PathBuf>,
    pub(super) sessions: Sessions,
    pub(super) indexes: Indexes,
    /// The lists of the archives' files. They are up to date only if the client watches files.
    pub(super) files: Arc<ListedFiles>,
    /// The open pages whose diagnostics are out of date, the most urgent first.
    outdated: VecDeque<PathBuf>,
    /// Whether to tell a client that pulls diagnostics to pull them again.
    needs_refresh: bool,
    /// The number of changes so far to open documents and, as far as the client tells, to files.
    changes: u64,
    pub(super) checks: Checks,
    seen: SeenTexts,
    /// The last diagnostics of open pages.
    found: BTreeMap<PathBuf, Vec<Diagnostic>>,
    /// Why pages or archives cannot be checked. The user has been told.
    failing: BTreeMap<PathBuf, String>,
    /// The settings files for which the client has diagnostics, with these.
    pub(super) settings_with_errors: BTreeMap<PathBuf, Vec<Diagnostic>>,
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
            files: Arc::default(),
            outdated: VecDeque::new(),
            needs_refresh: false,
            changes: 0,
            checks: Checks::default(),
            seen: SeenTexts::default(),
            found: BTreeMap::new(),
            failing: BTreeMap::new(),
            settings_with_errors: BTreeMap::new(),
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

    /// Records that the text of a page changed or that it was opened, and queues its diagnostics. Those of
    /// other pages are queued when it has been checked, if they can change.
    pub(super) fn page_changed(&mut self, path: PathBuf) {
        self.changes += 1;
        self.indexes.page_changed(&path);
        self.seen.open(&path);
        self.outdated.retain(|other| *other != path);
        self.outdated.push_front(path);
    }

    /// Records that a page was closed. Its diagnostics are removed.
    pub(super) fn page_closed(&mut self, path: &Path, uri: Uri) {
        self.changes += 1;
        self.indexes.page_changed(path);
        self.outdated.retain(|other| other != path);
        self.checks.remove(path);
        self.found.remove(path);
        self.failing.remove(path);
        self.publish(uri, None, Vec::new());
        if self.settings_with_errors.remove(path).is_some() || is_settings(path) {
            // The errors of the file on the disk are shown again.
            let _ = self.session(path);
        }
        if self.seen.close(path) {
            self.queue_all();
        }
    }

    /// Records that the contents of a file changed on the disk.
    pub(super) fn file_changed(&mut self, path: &Path) {
        self.indexes.page_changed(path);
        self.findings_changed();
    }

    /// Records that any files may have changed, or that there may be others.
    pub(super) fn files_changed(&mut self) {
        self.indexes.files_changed();
        self.files.clear();
        self.findings_changed();
    }

    /// Queues the diagnostics of all open pages.
    pub(super) fn findings_changed(&mut self) {
        self.changes += 1;
        self.queue_all();
    }

    fn queue_all(&mut self) {
        for path in self.documents.paths() {
            if !self.outdated.contains(path) {
                self.outdated.push_back(path.clone());
            }
        }
        self.needs_refresh = self.support.pulls_diagnostics;
    }

    /// Returns whether diagnostics are out of date.
    pub(super) fn has_work(&self) -> bool {
        !self.outdated.is_empty() || self.needs_refresh
    }

    /// Publishes the diagnostics of the most urgent page. A client that pulls them is told to do so once,
    /// when it is known which of them changed.
    pub(super) fn work(&mut self) {
        let Some(path) = self.outdated.pop_front() else {
            if std::mem::take(&mut self.needs_refresh) {
                self.client.request("workspace/diagnostic/refresh", Value::Null);
            }
            return;
        };
        let Some(document) = self.documents.at(&path) else { return };
        let (uri, version) = (document.uri.clone(), document.version);
        let found = self.diagnostics(&path);
        if let (Ok(found), false) = (found, self.support.pulls_diagnostics) {
            self.publish(uri, Some(version), found);
        }
    }

    /// Returns the diagnostics of an open page or of open settings. A page outside an archive has none.
    ///
    /// # Errors
    /// Returns an error if the page cannot be checked. Its last diagnostics then stay.
    pub(super) fn diagnostics(&mut self, path: &Path) -> Result<Vec<Diagnostic>, Failure> {
        let open = self.documents.at(path);
        if let Some(errors) = open.and_then(|open| settings_errors(path, open.page.text())) {
            return Ok(diagnostics::of_settings(&errors, self.support.encoding));
        }
        let checked = match self.check(path) {
            Ok(checked) => checked,
            Err(failure) if failure.is_silent() => return Ok(Vec::new()),
            Err(failure) => {
                self.seen.forget(path);
                return Err(failure);
            }
        };
        if self.seen.check(path, &checked, &self.documents) {
            self.queue_all();
            self.outdated.retain(|other| other != path);
        }
        let found = diagnostics::of_page(&checked, &self.documents, self.support);
        self.found.insert(path.to_path_buf(), found.clone());
        Ok(found)
    }

    /// Returns the diagnostics of an open page that the client pulls: the last ones if the page cannot be
    /// checked.
    pub(super) fn pulled_diagnostics(&mut self, path: &Path) -> Vec<Diagnostic> {
        let found = self.diagnostics(path).ok();
        found.or_else(|| self.found.get(path).cloned()).unwrap_or_default()
    }

    /// Checks an open page, unless nothing has changed since its last check.
    pub(super) fn check(&mut self, path: &Path) -> Result<Arc<Checked>, Failure> {
        if let Some(checked) = self.checks.get(path, self.changes) {
            return Ok(checked);
        }
        let session = self.session(path);
        let checked = session.and_then(|session| {
            let before = self.seen.text(path, &session);
            Checked::new(session.with_page_before(before))
        });
        let checked = Arc::new(self.told(path, checked)?);
        self.checks.keep(path, self.changes, &checked);
        Ok(checked)
    }

    /// Returns an outcome about a page or an archive. If it concerns the user, tells them the reason once.
    pub(super) fn told<T>(
        &mut self,
        path: &Path,
        outcome: Result<T, Failure>,
    ) -> Result<T, Failure> {
        match outcome.as_ref().err().and_then(Failure::to_show) {
            None => {
                self.failing.remove(path);
            }
            Some(reason) => {
                let is_known = self.failing.values().any(|known| known == reason);
                self.failing.insert(path.to_path_buf(), reason.to_owned());
                if !is_known {
                    self.show(MessageType::Error, reason.to_owned());
                }
            }
        }
        outcome
    }

    /// Shows how many links need a change that the server cannot make.
    pub(super) fn warn_of_links_left(&mut self, left: u64) {
        if left > 0 {
            let links = counted(left, "link");
            let message = format!("{links} could not be changed: check the archive");
            self.show(MessageType::Warning, message);
        }
    }

    fn show(&mut self, kind: MessageType, message: String) {
        self.client.notify("window/showMessage", ShowMessageParams { kind, message });
    }

    /// Publishes diagnostics of a file.
    pub(super) fn publish(&mut self, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        let params = PublishDiagnosticsParams { uri, version, diagnostics };
        self.client.notify("textDocument/publishDiagnostics", params);
    }
}

fn is_settings(path: &Path) -> bool {
    settings_errors(path, "").is_some()
}
