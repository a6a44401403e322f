//! The errors that end a run.

use std::error::Error;

use super::ledger::LedgerError;

/// An error that ends a run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrawlError {
    /// A part of the network stack could not be set up.
    #[error("cannot set up {what}")]
    Setup {
        /// The name of the part.
        what: &'static str,
        /// The error that the part returned.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Most hosts cannot be reached, so the local network seems to be down. The failures do not count.
    #[error("most hosts cannot be reached: the local network seems to be down")]
    LocalNetworkDown,
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The run was stopped. If it has a ledger, its observations so far are stored.
    #[error("the check of sources was stopped")]
    Stopped,
}

impl CrawlError {
    /// Creates a [`CrawlError::Setup`] for the part named `what`.
    pub(super) fn setup(what: &'static str, source: impl Error + Send + Sync + 'static) -> Self {
        Self::Setup { what, source: Box::new(source) }
    }
}
