//! Why a run fails as a whole.

use std::error::Error;

use super::ledger::LedgerError;

/// Why a run fails.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// A part of the network stack refused to start.
    #[error("cannot set up {what}")]
    Setup {
        /// The name of the part.
        what: &'static str,
        /// What it reports.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Most hosts cannot be reached, so the local network is at fault. Nothing is concluded.
    #[error("most hosts cannot be reached: the local network seems to be down")]
    LocalNetworkDown,
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The run was stopped. With a ledger, what it had found out is stored.
    #[error("the check of sources was stopped")]
    Stopped,
    /// The calling thread already runs asynchronous code, which a run would block.
    #[error("a run cannot start from within asynchronous code")]
    Nested,
}

impl CrawlError {
    pub(super) fn setup(what: &'static str, source: impl Error + Send + Sync + 'static) -> Self {
        Self::Setup { what, source: Box::new(source) }
    }
}
