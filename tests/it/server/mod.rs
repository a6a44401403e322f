//! Tests of the language server.

mod changes;
mod code_actions;
mod completion;
mod diagnostics;
mod failures;
mod hostile_messages;
mod messages;
mod navigation;
mod random_edits;
mod rename;
mod rename_files;
