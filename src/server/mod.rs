//! The language server, with which editors show findings while somebody types.
//!
//! The findings come from the same sessions as those of the command line, with the texts of open
//! documents in place of the files. Nothing is written except the baseline, on request: the client
//! applies edits itself.

mod archives;
mod capabilities;
mod checks;
mod client;
mod code_actions;
mod completion;
mod completion_context;
mod diagnostics;
mod dispatch;
mod documents;
mod edited_text;
mod edits;
mod framing;
mod hover;
mod indexes;
mod links;
mod main_loop;
mod message;
mod page_position;
mod positions;
mod ranges;
mod rename;
mod rename_files;
mod search;
mod seen_texts;
mod state;
mod suppress;
mod symbols;
mod uris;

use std::io::{BufRead, Write};

/// Serves an editor that sends messages to `input` and reads `output`, until it ends the connection.
/// Returns whether it has asked for the shutdown before, as the protocol demands.
pub fn serve(input: impl BufRead + Send + 'static, output: impl Write + Send + 'static) -> bool {
    main_loop::serve(input, output)
}
