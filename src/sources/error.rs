//! Why a run fails as a whole.

use std::error::Error;

use super::ledger::LedgerError;

/// Why a run came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// A part of the network stack refused to start.
    #[error("cannot set up {what}")]
    Setup {
        /// The part, in words.
        what: &'static str,
        /// What it says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Most hosts cannot be reached: it is not they that are gone. Nothing is concluded.
    #[error("most hosts cannot be reached, so it is this machine's network that fails")]
    LocalNetworkDown,
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The run was stopped. What it had found out is kept where there is a ledger.
    #[error("the check of sources was stopped")]
    Stopped,
    /// The calling thread already runs asynchronous work, which a run would block.
    #[error("the probe was called from within asynchronous work")]
    Nested,
}

impl CrawlError {
    pub(super) fn setup(what: &'static str, source: impl Error + Send + Sync + 'static) -> Self {
        Self::Setup { what, source: Box::new(source) }
    }
}
