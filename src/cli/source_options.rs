//! Conversion of command-line options about sources to options of a session.

use super::args::{ContactArgs, LedgerArgs, PagesArgs};
use super::observer::patience;
use super::terminal::{Stream, is_terminal, variable, working_directory};
use crate::session::{ContactOptions, LedgerOptions, Variables};

impl ContactArgs {
    /// Converts the arguments to the options of a session.
    pub(super) fn options(&self) -> ContactOptions {
        ContactOptions {
            allow_addresses: self.allow_address.clone(),
            proxy: self.proxy.clone(),
            budget: self.budget,
            variables: Variables::new(variable),
        }
    }

    /// Returns whether to show a progress bar.
    pub(super) fn shows_bar(&self, quiet: bool) -> bool {
        is_terminal(Stream::Error) && !self.no_progress && !quiet
    }
}

/// Returns the options for a command that uses the ledger.
pub(super) fn ledger_options(
    pages: Option<&PagesArgs>,
    ledger: &LedgerArgs,
    contact: Option<&ContactArgs>,
) -> LedgerOptions {
    let mut options = LedgerOptions {
        ledger: ledger.ledger.clone(),
        working_directory: working_directory(),
        ..LedgerOptions::default()
    };
    if let Some(pages) = pages {
        options.settings = pages.origin.origin();
        options.root.clone_from(&pages.origin.root);
    }
    if let Some(contact) = contact {
        options.contact = contact.options();
    }
    options.patience = patience();
    options
}
