//! What the server can do, as it tells the client.

use gen_lsp_types::{
    ChangeNotifications, CodeActionKind, CodeActionOptions, CodeActionProvider, DiagnosticOptions,
    DiagnosticProvider, ExecuteCommandOptions, InitializeResult, PositionEncodingKind, Save,
    ServerCapabilities, ServerInfo, TextDocumentSync, TextDocumentSyncKind,
    TextDocumentSyncOptions, WorkspaceFoldersServerCapabilities, WorkspaceOptions,
};
use serde_json::{Value, json};

use super::client::Support;
use super::code_actions;
use super::positions::Encoding;

/// Returns the answer to `initialize`.
pub(super) fn initialize_result(support: Support) -> InitializeResult {
    InitializeResult {
        capabilities: capabilities(support),
        server_info: Some(ServerInfo {
            name: "dateline".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}

fn capabilities(support: Support) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(match support.encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }),
        text_document_sync: Some(TextDocumentSync::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            save: Some(Save::Bool(true)),
            ..TextDocumentSyncOptions::default()
        })),
        code_action_provider: Some(CodeActionProvider::CodeActionOptions(CodeActionOptions {
            code_action_kinds: Some(vec![
                CodeActionKind::QuickFix,
                CodeActionKind::new(code_actions::FIX_ALL),
            ]),
            ..CodeActionOptions::default()
        })),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![code_actions::ADD_TO_BASELINE.to_owned()],
            ..ExecuteCommandOptions::default()
        }),
        diagnostic_provider: support.pulls_diagnostics.then(|| {
            DiagnosticProvider::DiagnosticOptions(DiagnosticOptions {
                inter_file_dependencies: true,
                ..DiagnosticOptions::default()
            })
        }),
        workspace: Some(WorkspaceOptions {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(ChangeNotifications::Bool(true)),
            }),
            ..WorkspaceOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

/// Returns the registration for changes to pages, settings and everything that links can lead to.
pub(super) fn file_watchers() -> Value {
    let watchers = ["**/*.{md,markdown}", "**/dateline.toml", "**/.gitignore"]
        .map(|glob| json!({"globPattern": glob}));
    json!({
        "registrations": [{
            "id": "dateline-files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {"watchers": watchers},
        }],
    })
}
