//! What the server can do, as it tells the client.

use gen_lsp_types::{
    ChangeNotifications, CodeActionKind, CodeActionOptions, CodeActionProvider, CompletionOptions,
    DefinitionProvider, DiagnosticOptions, DiagnosticProvider, DocumentLinkOptions,
    DocumentSymbolProvider, ExecuteCommandOptions, FileOperationFilter, FileOperationOptions,
    FileOperationPattern, FileOperationPatternKind, FileOperationRegistrationOptions,
    HoverProvider, InitializeResult, PositionEncodingKind, ReferencesProvider, RenameOptions,
    RenameProvider, Save, ServerCapabilities, ServerInfo, TextDocumentSync, TextDocumentSyncKind,
    TextDocumentSyncOptions, WorkspaceFoldersServerCapabilities, WorkspaceOptions,
    WorkspaceSymbolProvider,
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
            resolve_provider: Some(support.resolves_actions),
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
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(["[", "(", "/", "#"].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(DefinitionProvider::Bool(true)),
        document_link_provider: Some(DocumentLinkOptions::default()),
        document_symbol_provider: Some(DocumentSymbolProvider::Bool(true)),
        hover_provider: Some(HoverProvider::Bool(true)),
        references_provider: Some(ReferencesProvider::Bool(true)),
        rename_provider: Some(RenameProvider::RenameOptions(RenameOptions {
            prepare_provider: Some(true),
            ..RenameOptions::default()
        })),
        workspace_symbol_provider: Some(WorkspaceSymbolProvider::Bool(true)),
        workspace: Some(WorkspaceOptions {
            file_operations: Some(FileOperationOptions {
                will_rename: Some(renamed_files()),
                ..FileOperationOptions::default()
            }),
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(ChangeNotifications::Bool(true)),
            }),
            ..WorkspaceOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

/// Returns which renames the server wants to know before they happen.
fn renamed_files() -> FileOperationRegistrationOptions {
    let filter = |glob: &str, kind| FileOperationFilter {
        scheme: Some("file".to_owned()),
        pattern: FileOperationPattern { glob: glob.to_owned(), matches: Some(kind), options: None },
    };
    FileOperationRegistrationOptions {
        filters: vec![
            filter("**/*", FileOperationPatternKind::File),
            filter("**", FileOperationPatternKind::Folder),
        ],
    }
}

/// Returns the registration for changes to files. Links can lead to any file.
pub(super) fn file_watchers() -> Value {
    json!({
        "registrations": [{
            "id": "dateline-files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {"watchers": [{"globPattern": "**/*"}]},
        }],
    })
}
