//! Random messages, many of them invalid: the server goes on, and answers each request once.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::diagnostics::{FERRY, GATES, GATES_PAGE, archive};
use crate::support::language_server::{LanguageServer, frame};
use crate::support::random::Random;

/// The variable that sets the number of messages.
const NUMBER: &str = "DATELINE_TEST_MESSAGES";

const REQUESTS: [&str; 15] = [
    "textDocument/codeAction",
    "textDocument/completion",
    "textDocument/definition",
    "textDocument/diagnostic",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/hover",
    "textDocument/prepareRename",
    "textDocument/references",
    "textDocument/rename",
    "workspace/symbol",
    "workspace/willRenameFiles",
    "workspace/executeCommand",
    "initialize",
    "no/such/request",
];

const NOTIFICATIONS: [&str; 8] = [
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didClose",
    "textDocument/didSave",
    "workspace/didChangeWatchedFiles",
    "workspace/didChangeWorkspaceFolders",
    "$/cancelRequest",
    "no/such/notification",
];

/// A client that sends random messages.
struct Fuzzer<'a> {
    random: Random,
    server: &'a LanguageServer,
    /// The number of requests so far, which is the id of the last one.
    requests: u64,
}

impl Fuzzer<'_> {
    fn number(&mut self) -> Value {
        let numbers = [
            json!(0),
            json!(1),
            json!(3),
            json!(6),
            json!(40),
            json!(u32::MAX),
            json!(u64::MAX),
            json!(-1),
            json!(1.5),
            json!("1"),
            Value::Null,
        ];
        // Most numbers fit.
        let most = if self.random.below(4) == 0 { numbers.len() } else { 5 };
        numbers[self.random.below(most)].clone()
    }

    fn range(&mut self) -> Value {
        let mut position = || json!({"line": self.number(), "character": self.number()});
        json!({"start": position(), "end": position()})
    }

    fn uri(&mut self) -> Value {
        let other = ["news/gone.md", "../../etc/passwd", "dateline.toml", "", "\u{1F600}.md"];
        match self.random.below(8) {
            0 => {
                let path: &&str = self.random.pick(&other);
                json!(self.server.uri(path))
            }
            1 => json!(self.random.pick(&[
                "",
                "untitled:1",
                "file:",
                "http://e.org/",
                "file:///%FF"
            ])),
            2 | 3 => json!(self.server.uri(FERRY)),
            _ => json!(self.server.uri(GATES)),
        }
    }

    fn text(&mut self) -> String {
        let parts =
            ["", "# A\n", "[x](/gone.md)\n", "\u{1F600}\r\n", GATES_PAGE, "---\ntitle: x\n---\n"];
        let count = self.random.below(4);
        let mut text: String = (0..count).map(|_| *self.random.pick(&parts)).collect();
        if self.random.below(400) == 0 {
            text = text.repeat(2000);
        }
        text
    }

    /// Returns parameters that have all fields that any message needs.
    fn params(&mut self) -> Value {
        let (uri, version, text) = (self.uri(), self.number(), self.text());
        let mut change = json!({"text": self.text()});
        if self.random.below(3) > 0 {
            change["range"] = self.range();
        }
        let range = self.range();
        let file = json!({"oldUri": self.uri(), "newUri": self.uri()});
        json!({
            "textDocument": {"uri": uri, "languageId": "markdown", "version": version, "text": text},
            "contentChanges": [change],
            "range": range,
            "position": range["start"],
            "context": {"diagnostics": [], "includeDeclaration": true},
            "newName": text,
            "query": "fer",
            "files": [file],
            "changes": [{"uri": self.uri(), "type": 1 + self.random.below(3)}],
            "event": {"added": [], "removed": []},
            "command": "dateline.addToBaseline",
            "arguments": [{"uri": self.uri(), "rule": "link/not-found", "start": 0, "message": ""}],
            "id": self.requests,
        })
    }

    /// Removes or replaces a random part of a message.
    fn damage(&mut self, value: &mut Value) {
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                let keys: Vec<String> = fields.keys().cloned().collect();
                let key = self.random.pick(&keys).clone();
                match self.random.below(4) {
                    0 => drop(fields.remove(&key)),
                    1 => drop(fields.insert(key, json!([[], {}, -1]))),
                    _ => self.damage(&mut fields[&key]),
                }
            }
            Value::Array(items) if !items.is_empty() => {
                let index = self.random.below(items.len());
                self.damage(&mut items[index]);
            }
            value => *value = json!({"a": null}),
        }
    }

    /// Returns the bytes of the next message. Adds to `expected` the ids whose requests are answered.
    fn message(&mut self, expected: &mut BTreeMap<u64, u64>) -> Vec<u8> {
        let mut params = self.params();
        if self.random.below(6) == 0 {
            self.damage(&mut params);
        }
        if self.random.below(3) == 0 {
            let method = *self.random.pick(&NOTIFICATIONS);
            return self.spoilt(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
        }
        if self.random.below(20) == 0 {
            return frame(
                &json!({"jsonrpc": "2.0", "id": "unknown", "result": params}).to_string(),
            );
        }
        self.requests += 1;
        let method = *self.random.pick(&REQUESTS);
        let request =
            json!({"jsonrpc": "2.0", "id": self.requests, "method": method, "params": params});
        if self.random.below(10) == 0 {
            return self.spoilt(&request);
        }
        *expected.entry(self.requests).or_default() += 1;
        frame(&request.to_string())
    }

    /// Returns a message as it is, or one that cannot be read. It does not affect the messages after it.
    fn spoilt(&mut self, message: &Value) -> Vec<u8> {
        let body = message.to_string();
        let cut: String = body.chars().take(self.random.below(body.chars().count())).collect();
        match self.random.below(8) {
            0 => frame(&cut),
            1 => frame(&format!("[{body}]")),
            2 => frame(&format!("{body}{body}")),
            3 => format!("Content-Length: {}\r\n\r\n{cut}\r\n", u64::MAX).into_bytes(),
            4 => format!("Content-Length: x\r\nno header\r\n\r\n\r\n{cut}\r\n").into_bytes(),
            5 => [frame("{\"id\":\"\u{7}\"}"), b"\xFF\xFE\r\n".to_vec()].concat(),
            // No request has a notification's form, so this changes the state.
            _ if message.get("id").is_none() => frame(&body),
            _ => frame(&"[".repeat(1000)),
        }
    }
}

#[test]
fn random_messages_never_end_the_server_and_requests_are_answered_once() {
    let number = std::env::var(NUMBER).ok().and_then(|number| number.parse().ok());
    let archive = archive();
    let mut server = LanguageServer::start(archive.root());
    server.open(GATES, GATES_PAGE);
    let mut expected = BTreeMap::new();
    let mut fuzzer = Fuzzer { random: Random(41), server: &server, requests: 1_000_000 };
    let messages: Vec<Vec<u8>> =
        (0..number.unwrap_or(2000)).map(|_| fuzzer.message(&mut expected)).collect();
    let mut answers: BTreeMap<u64, u64> = BTreeMap::new();
    let mut count = |message: &Value| {
        let id = message["id"].as_u64().filter(|id| expected.contains_key(id));
        if let (None, Some(id)) = (message.get("method"), id) {
            *answers.entry(id).or_default() += 1;
        }
    };
    for messages in messages.chunks(50) {
        server.send_bytes(&messages.concat());
        // A request after each chunk, so that the pipes do not fill up.
        server.ask("workspace/symbol", json!({"query": "x"}));
        server.unread.drain(..).for_each(|message| count(&message));
    }
    assert_eq!(answers, expected);
    assert_eq!(server.stop(), Some(0));
}
