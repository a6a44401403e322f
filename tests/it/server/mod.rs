//! Tests of the language server.

mod code_actions;
mod diagnostics;
mod messages;
