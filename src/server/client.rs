//! The client: what it supports, and what the server sends to it.

use std::io::Write;

use serde::Serialize;
use serde_json::{Value, json};

use super::framing;
use super::message::Failure;
use super::positions::Encoding;

/// What the client supports.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Support {
    /// The encoding of positions.
    pub(super) encoding: Encoding,
    /// Whether the client asks for diagnostics, and asks again when told to.
    pub(super) pulls_diagnostics: bool,
    /// Whether diagnostics can point at further locations.
    pub(super) related_information: bool,
    /// Whether edits can name the versions of documents, and create files.
    pub(super) document_changes: bool,
    /// Whether edits can create files.
    pub(super) creates_files: bool,
    /// Whether the client asks for the edit of an action when somebody chooses it.
    pub(super) resolves_actions: bool,
    /// Whether the server can ask to be told about changed files.
    pub(super) watches_files: bool,
}

impl Support {
    /// Reads the capabilities in the parameters of `initialize`. Ignores whatever has an unexpected
    /// type.
    pub(super) fn new(params: &Value) -> Self {
        let is = |path: &str| {
            let value = params.pointer(&format!("/capabilities/{path}"));
            value.and_then(Value::as_bool).unwrap_or_default()
        };
        let has = |path: &str| params.pointer(&format!("/capabilities/{path}")).is_some();
        let lists = |path: &str, wanted: &str| {
            let list = params.pointer(&format!("/capabilities/{path}")).and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|value| value == wanted))
        };
        let is_utf8 = lists("general/positionEncodings", "utf-8");
        Self {
            encoding: if is_utf8 { Encoding::Utf8 } else { Encoding::Utf16 },
            pulls_diagnostics: has("textDocument/diagnostic")
                && is("workspace/diagnostics/refreshSupport"),
            related_information: is("textDocument/publishDiagnostics/relatedInformation"),
            document_changes: is("workspace/workspaceEdit/documentChanges"),
            creates_files: is("workspace/workspaceEdit/documentChanges")
                && lists("workspace/workspaceEdit/resourceOperations", "create"),
            resolves_actions: lists("textDocument/codeAction/resolveSupport/properties", "edit")
                && is("textDocument/codeAction/dataSupport"),
            watches_files: is("workspace/didChangeWatchedFiles/dynamicRegistration"),
        }
    }
}

/// The connection to the client.
pub(super) struct Client {
    out: Box<dyn Write + Send>,
    /// The number of requests that the server has sent, which is the id of the last one.
    requests: u64,
    is_gone: bool,
}

impl Client {
    /// Creates a client that reads `out`.
    pub(super) fn new(out: Box<dyn Write + Send>) -> Self {
        Self { out, requests: 0, is_gone: false }
    }

    /// Returns whether the client no longer reads what the server sends.
    pub(super) fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// Answers a request.
    pub(super) fn respond(&mut self, id: &Value, outcome: Result<Value, Failure>) {
        self.send(&match outcome {
            Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
            Err(error) => json!({"jsonrpc": "2.0", "id": id, "error": error}),
        });
    }

    /// Sends a notification.
    pub(super) fn notify(&mut self, method: &str, params: impl Serialize) {
        self.send_with(json!({"jsonrpc": "2.0", "method": method}), params);
    }

    /// Sends a request whose answer the server does not need.
    pub(super) fn request(&mut self, method: &str, params: impl Serialize) {
        self.requests += 1;
        let id = format!("dateline-{}", self.requests);
        self.send_with(json!({"jsonrpc": "2.0", "id": id, "method": method}), params);
    }

    fn send_with(&mut self, mut message: Value, params: impl Serialize) {
        // The parameters are plain data, which can always be converted.
        let params = serde_json::to_value(params).unwrap_or_default();
        if let (Value::Object(message), false) = (&mut message, params.is_null()) {
            message.insert("params".to_owned(), params);
        }
        self.send(&message);
    }

    fn send(&mut self, message: &Value) {
        let sent = framing::write(&mut *self.out, message.to_string().as_bytes());
        self.is_gone |= sent.is_err();
    }
}
