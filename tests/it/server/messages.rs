//! Tests of the connection: start, end, and messages that are not valid.

use serde_json::{Value, json};

use crate::support::archive::TestArchive;
use crate::support::language_server::{LanguageServer, capabilities, frame};

#[test]
fn the_server_ends_as_the_protocol_demands() {
    let archive = TestArchive::new();
    assert_eq!(LanguageServer::start(archive.root()).stop(), Some(0));
    let mut server = LanguageServer::start(archive.root());
    server.notify("exit", Value::Null);
    assert_eq!(server.wait(), Some(1), "without `shutdown`");
    assert_eq!(LanguageServer::start(archive.root()).wait(), Some(1), "the input ends");
}

#[test]
fn requests_at_the_wrong_time_are_refused() {
    let archive = TestArchive::new();
    let mut server = LanguageServer::spawn(archive.root());
    let code = |answer: Value| answer["error"]["code"].as_i64();
    assert_eq!(code(server.ask("shutdown", Value::Null)), Some(-32002));
    let params = json!({"capabilities": capabilities()});
    server.request("initialize", params.clone());
    assert_eq!(code(server.ask("initialize", params)), Some(-32600));
    assert_eq!(code(server.ask("no/such/request", Value::Null)), Some(-32601));
    server.request("shutdown", Value::Null);
    assert_eq!(code(server.ask("shutdown", Value::Null)), Some(-32600));
}

#[test]
fn invalid_messages_are_answered_and_do_not_end_the_server() {
    let archive = TestArchive::new();
    let mut server = LanguageServer::start(archive.root());
    for (bytes, code) in [
        (frame("{"), -32700),
        (frame("[]"), -32600),
        (frame("{\"id\":{},\"method\":\"shutdown\"}"), -32600),
        (b"Content-Length: 99999999999999\r\n\r\n".to_vec(), -32600),
    ] {
        server.send_bytes(&bytes);
        let answer = server.answer(&Value::Null);
        assert_eq!(answer["error"]["code"], code, "{answer}");
    }
    server.send_bytes(b"no header\r\n\r\nContent-Length: -1\r\n\r\n");
    server.notify("textDocument/didChange", json!({"textDocument": 1}));
    server.notify("$/cancelRequest", json!({"id": 99}));
    server.send(&json!({"id": "unknown", "result": null}));
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_cancelled_request_is_answered() {
    let archive = TestArchive::new();
    let mut server = LanguageServer::start(archive.root());
    let request = json!({"id": 7, "method": "shutdown"}).to_string();
    let cancel = json!({"method": "$/cancelRequest", "params": {"id": 7}}).to_string();
    server.send_bytes(&[frame(&request), frame(&cancel)].concat());
    let answer = server.answer(&json!(7));
    let code = answer["error"]["code"].as_i64();
    assert!(answer.get("result").is_some() || code == Some(-32800), "{answer}");
}

#[test]
fn positions_are_in_utf8_if_the_client_allows_it() {
    let archive = TestArchive::new();
    for (encodings, chosen) in [
        (json!(["utf-32", "utf-8", "utf-16"]), "utf-8"),
        (json!(["utf-32", "utf-16"]), "utf-16"),
        (json!(7), "utf-16"),
    ] {
        let mut server = LanguageServer::spawn(archive.root());
        let capabilities = json!({"general": {"positionEncodings": encodings}});
        let result = server.request("initialize", json!({"capabilities": capabilities}));
        assert_eq!(result["capabilities"]["positionEncoding"], chosen);
    }
}
