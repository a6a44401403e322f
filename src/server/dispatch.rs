//! Calls what handles each message.

use std::path::{Path, PathBuf};

use gen_lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    DocumentDiagnosticParams, DocumentDiagnosticReport, FileChangeType,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::capabilities;
use super::client::Support;
use super::message::Failure;
use super::state::State;
use super::uris;
use super::{code_actions, completion, hover, links, rename, rename_files, symbols};
use crate::session::BASELINE_NAME;

/// The names of files that are not pages but determine which files are pages.
const DECIDING: [&str; 2] = ["dateline.toml", ".gitignore"];

/// The maximum number of changed files that are looked at one by one.
const MOST_CHANGES: usize = 64;

/// The requests for which somebody waits, and must learn why they fail.
const EXPLICIT: [&str; 3] =
    ["textDocument/rename", "workspace/willRenameFiles", "workspace/executeCommand"];

/// The result of a request: what the client receives.
pub(super) type Answer = Result<Value, Failure>;

/// Answers `initialize`.
pub(super) fn initialize(state: &mut State, params: &Value) -> Answer {
    state.support = Support::new(params);
    let listed = params.pointer("/workspaceFolders").and_then(Value::as_array);
    let folders = listed.into_iter().flatten().filter_map(|folder| folder.get("uri")?.as_str());
    state.folders = folders.filter_map(folder).collect();
    if state.folders.is_empty() {
        let root = params.pointer("/rootUri").and_then(Value::as_str);
        state.folders = root.and_then(folder).into_iter().collect();
    }
    to_value(capabilities::initialize_result(state.support))
}

fn folder(uri: &str) -> Option<PathBuf> {
    uris::path(&Uri(uri.to_owned()))
}

/// Answers a request.
pub(super) fn request(state: &mut State, method: &str, params: Value) -> Answer {
    match answer(state, method, params) {
        Err(failure) if failure.is_silent() => Ok(Value::Null),
        // The user has been told.
        Err(failure) if failure.to_show().is_some() && !EXPLICIT.contains(&method) => {
            Ok(Value::Null)
        }
        answer => answer,
    }
}

fn answer(state: &mut State, method: &str, params: Value) -> Answer {
    match method {
        "codeAction/resolve" => run(state, params, code_actions::resolve),
        "textDocument/codeAction" => run(state, params, code_actions::code_actions),
        "textDocument/completion" => run(state, params, completion::completion),
        "textDocument/definition" => run(state, params, links::definition),
        "textDocument/documentLink" => run(state, params, links::document_links),
        "textDocument/documentSymbol" => run(state, params, symbols::document_symbols),
        "textDocument/hover" => run(state, params, hover::hover),
        "textDocument/prepareRename" => run(state, params, rename::prepare),
        "textDocument/references" => run(state, params, links::references),
        "textDocument/rename" => run(state, params, rename::rename),
        "workspace/symbol" => {
            run(state, params, |state, params| Ok(symbols::workspace_symbols(state, params)))
        }
        "workspace/willRenameFiles" => run(state, params, rename_files::will_rename),
        "textDocument/diagnostic" => run(state, params, pull_diagnostics),
        "workspace/executeCommand" => run(state, params, code_actions::execute),
        _ => Err(Failure::unknown_method(method)),
    }
}

/// Converts the parameters of a request, calls its handler and converts the result.
fn run<P: DeserializeOwned, R: Serialize>(
    state: &mut State,
    params: Value,
    handle: impl FnOnce(&mut State, &P) -> Result<R, Failure>,
) -> Answer {
    to_value(handle(state, &parse(params)?)?)
}

fn pull_diagnostics(
    state: &mut State,
    params: &DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReport, Failure> {
    let (path, _) = state.document(&params.text_document.uri)?;
    let items = state.pulled_diagnostics(&path);
    let report = FullDocumentDiagnosticReport { result_id: None, items };
    let report = RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: report,
    };
    Ok(DocumentDiagnosticReport::RelatedFullDocumentDiagnosticReport(report))
}

/// Handles a notification. Ignores unknown ones and those with invalid parameters, because a
/// notification cannot be answered.
pub(super) fn notification(state: &mut State, method: &str, params: Value) {
    let _ = match method {
        "initialized" => {
            initialized(state);
            Ok(())
        }
        "textDocument/didOpen" => with(params, |params: DidOpenTextDocumentParams| {
            if let Some(path) = state.documents.open(params.text_document) {
                state.page_changed(path);
            }
        }),
        "textDocument/didChange" => with(params, |params| change(state, params)),
        "textDocument/didClose" => with(params, |params: DidCloseTextDocumentParams| {
            let uri = params.text_document.uri;
            if let Some(path) = state.documents.close(&uri) {
                state.page_closed(&path, uri);
            }
        }),
        "textDocument/didSave" => with(params, |params: DidSaveTextDocumentParams| {
            saved(state, &params.text_document.uri);
        }),
        "workspace/didChangeWatchedFiles" => with(params, |params| files(state, &params)),
        "workspace/didChangeWorkspaceFolders" => with(params, |params| folders(state, &params)),
        _ => Ok(()),
    };
}

fn initialized(state: &mut State) {
    if state.support.watches_files {
        state.client.request("client/registerCapability", capabilities::file_watchers());
    }
    open_folders(state);
}

/// Publishes errors in the settings of the workspace, even if no page is open, and starts to build the
/// indexes of its archives.
fn open_folders(state: &mut State) {
    for folder in state.folders.clone() {
        state.open_folder(&folder);
    }
}

/// Handles changes to files. Few files matter: pages, settings, and everything that links can lead to.
fn files(state: &mut State, params: &DidChangeWatchedFilesParams) {
    let paths = params.changes.iter().map(|change| (uris::path(&change.uri), change.kind));
    let changes: Vec<_> = paths.filter_map(|(path, kind)| Some((path?, kind))).collect();
    let is_new_list = |(path, kind): &(PathBuf, FileChangeType)| {
        *kind != FileChangeType::Changed && !is_baseline(path) && !state.leaves_out(path)
    };
    if changes.iter().any(|(path, _)| decides_files(path)) {
        settings_changed(state);
    } else if changes.len() > MOST_CHANGES || changes.iter().any(is_new_list) {
        state.files_changed();
    } else {
        for (path, _) in changes {
            content_changed(state, &path);
        }
    }
}

/// Handles a document that the client has saved.
fn saved(state: &mut State, uri: &Uri) {
    let Some(path) = uris::path(uri) else { return };
    if decides_files(&path) {
        settings_changed(state);
    } else if state.documents.at(&path).is_none() {
        content_changed(state, &path);
    }
}

fn settings_changed(state: &mut State) {
    state.files_changed();
    open_folders(state);
}

/// Handles a change to the content of a file. That of an open page is known already.
fn content_changed(state: &mut State, path: &Path) {
    if is_baseline(path) {
        state.findings_changed();
    } else if state.documents.at(path).is_none() && state.is_page_path(path) {
        state.file_changed(path);
    }
}

fn decides_files(path: &Path) -> bool {
    DECIDING.iter().any(|name| path.ends_with(name))
}

fn is_baseline(path: &Path) -> bool {
    path.ends_with(BASELINE_NAME)
}

fn change(state: &mut State, params: DidChangeTextDocumentParams) {
    let document = params.text_document;
    let (uri, version) = (document.text_document_identifier.uri, document.version);
    let encoding = state.support.encoding;
    let changed = state.documents.change(&uri, version, params.content_changes, encoding);
    if let Some(path) = changed {
        state.page_changed(path);
    }
}

fn folders(state: &mut State, params: &DidChangeWorkspaceFoldersParams) {
    let path = |uri: &Uri| uris::path(uri);
    let removed: Vec<_> =
        params.event.removed.iter().filter_map(|folder| path(&folder.uri)).collect();
    state.folders.retain(|folder| !removed.contains(folder));
    state.folders.extend(params.event.added.iter().filter_map(|folder| path(&folder.uri)));
    settings_changed(state);
}

/// Converts the parameters of a notification, and passes them on.
fn with<P: DeserializeOwned>(params: Value, handle: impl FnOnce(P)) -> Result<(), Failure> {
    handle(parse(params)?);
    Ok(())
}

fn parse<P: DeserializeOwned>(params: Value) -> Result<P, Failure> {
    serde_json::from_value(params).map_err(|error| Failure::invalid_params(error.to_string()))
}

fn to_value(result: impl Serialize) -> Answer {
    serde_json::to_value(result).map_err(|error| Failure::bug(&error.to_string()))
}
