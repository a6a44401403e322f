//! A client of the language server.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use serde_json::{Value, json};

use super::process::{DATELINE, LONGEST_WAIT};

/// A running server, and what it has sent.
pub struct LanguageServer {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// The notifications and requests of the server that no test has looked at.
    pub unread: VecDeque<Value>,
    requests: u64,
    root: PathBuf,
}

/// The capabilities of a client that supports everything that the server uses.
pub fn capabilities() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-16"]},
        "textDocument": {
            "publishDiagnostics": {"relatedInformation": true},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
        },
        "workspace": {
            "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename"]},
            "didChangeWatchedFiles": {"dynamicRegistration": true},
        },
    })
}

/// Returns the capabilities of a client that pulls diagnostics.
pub fn pulling_capabilities() -> Value {
    let mut capabilities = capabilities();
    capabilities["textDocument"]["diagnostic"] = json!({});
    capabilities["workspace"]["diagnostics"] = json!({"refreshSupport": true});
    capabilities
}

#[expect(clippy::needless_pass_by_value, reason = "most callers pass literals")]
impl LanguageServer {
    /// Starts a server for an archive, without `initialize`.
    pub fn spawn(root: &Path) -> Self {
        let mut command = Command::new(DATELINE);
        command.args(["server", "--stdio"]).current_dir(root).env_clear();
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        let (sender, messages) = mpsc::channel();
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let input = child.stdin.take();
        let root = root.canonicalize().expect("a folder");
        Self { child, input, messages, unread: VecDeque::new(), requests: 0, root }
    }

    /// Starts a server for an archive, and initializes it.
    pub fn start(root: &Path) -> Self {
        Self::start_with(root, capabilities())
    }

    /// Starts a server for an archive, and initializes it with these capabilities of the client.
    pub fn start_with(root: &Path, capabilities: Value) -> Self {
        let mut server = Self::spawn(root);
        let folder = json!({"uri": server.uri(""), "name": "archive"});
        let params = json!({"capabilities": capabilities, "workspaceFolders": [folder]});
        server.request("initialize", params);
        server.notify("initialized", json!({}));
        server
    }

    /// Returns the URI of a file of the archive.
    pub fn uri(&self, path: &str) -> String {
        let path = self.root.join(path);
        url::Url::from_file_path(path).expect("an absolute path").to_string()
    }

    /// Sends a message as it is.
    pub fn send(&mut self, message: &Value) {
        self.send_bytes(&frame(&message.to_string()));
    }

    /// Sends bytes as they are.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("an open pipe");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request, and returns its answer: an object with `result` or `error`.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        self.answer(&json!(id))
    }

    /// Returns the answer to the request with this id.
    pub fn answer(&mut self, id: &Value) -> Value {
        loop {
            let message = self.receive();
            if message.get("method").is_none() && message["id"] == *id {
                return message;
            }
            self.unread.push_back(message);
        }
    }

    /// Sends a request, and returns its result.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let mut answer = self.ask(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    fn receive(&mut self) -> Value {
        self.messages.recv_timeout(LONGEST_WAIT).expect("a message of the server")
    }

    /// Opens a page with this text, as version 1.
    pub fn open(&mut self, path: &str, text: &str) {
        let item =
            json!({"uri": self.uri(path), "languageId": "markdown", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": item}));
    }

    /// Replaces the text of an open page.
    pub fn replace(&mut self, path: &str, version: i32, text: &str) {
        self.change(path, version, &json!([{"text": text}]));
    }

    /// Changes an open page.
    pub fn change(&mut self, path: &str, version: i32, changes: &Value) {
        let document = json!({"uri": self.uri(path), "version": version});
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.notify("textDocument/didChange", params);
    }

    /// Closes a page.
    pub fn close(&mut self, path: &str) {
        let document = json!({"uri": self.uri(path)});
        self.notify("textDocument/didClose", json!({"textDocument": document}));
    }

    /// Closes a page, waits until the server has removed its diagnostics, and forgets all messages before.
    pub fn close_and_forget(&mut self, path: &str) {
        self.close_and_wait(path);
        self.unread.clear();
    }

    /// Closes a page, and waits until the server has removed its diagnostics.
    pub fn close_and_wait(&mut self, path: &str) {
        self.close(path);
        let uri = self.uri(path);
        self.find(|message| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == *uri
                && params["version"].is_null()
        });
    }

    /// Returns the next message of the server with this method.
    pub fn next(&mut self, method: &str) -> Value {
        self.find(|message| message["method"] == method)
    }

    fn find(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unread.iter().position(&is_wanted) {
            return self.unread.remove(at).expect("a message");
        }
        loop {
            let message = self.receive();
            if is_wanted(&message) {
                return message;
            }
            self.unread.push_back(message);
        }
    }

    /// Returns the next diagnostics of a file that the server publishes.
    pub fn published(&mut self, path: &str) -> Vec<Value> {
        let uri = self.uri(path);
        let mut message = self.find(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == *uri
        });
        message["params"]["diagnostics"].take().as_array().expect("a list").clone()
    }

    /// Returns the diagnostics of a file that were published last, among the messages received so far.
    pub fn last_published(&mut self, path: &str) -> Option<Vec<Value>> {
        let uri = self.uri(path);
        self.unread.extend(self.messages.try_iter());
        let is_wanted = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == *uri
        };
        let last = self.unread.iter().rev().find(|message| is_wanted(message))?;
        let last = last["params"]["diagnostics"].as_array().expect("a list").clone();
        self.unread.retain(|message| !is_wanted(message));
        Some(last)
    }

    /// Returns the diagnostics that the server publishes for a version of a page.
    pub fn published_for(&mut self, path: &str, version: i32) -> Vec<Value> {
        let uri = self.uri(path);
        let mut message = self.find(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == *uri
                && message["params"]["version"] == version
        });
        message["params"]["diagnostics"].take().as_array().expect("a list").clone()
    }

    /// Shuts the server down, and returns its exit code.
    pub fn stop(mut self) -> Option<i32> {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.wait()
    }

    /// Closes the input of the server, and returns its exit code.
    pub fn wait(mut self) -> Option<i32> {
        self.input = None;
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for LanguageServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns a message with its header.
pub fn frame(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().strip_prefix("Content-Length: ") {
            Some(number) => length = Some(number.parse().expect("a length")),
            None if line.trim().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length.expect("a length")];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("a message in JSON"))
}

/// Returns the rule, the first line and the first column of a diagnostic, as the protocol counts them.
pub fn place(diagnostic: &Value) -> (String, u64, u64) {
    let start = &diagnostic["range"]["start"];
    let number = |value: &Value| value.as_u64().expect("a number");
    let rule = diagnostic["code"].as_str().unwrap_or_default().to_owned();
    (rule, number(&start["line"]), number(&start["character"]))
}
