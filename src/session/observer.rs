//! What a session tells whoever started it while it works.

use std::path::Path;

use crate::sources::{Progress, Stop};

/// Follows a session. Every method has a default that does nothing.
pub trait Observer: Send + Sync {
    /// A step has ended.
    fn step(&self, step: Step) {
        let _ = step;
    }

    /// Something that the user may want to know.
    fn notice(&self, notice: &Notice<'_>) {
        let _ = notice;
    }

    /// Requests to servers begin. Returns the switch that stops them.
    fn contact_begins(&self) -> Stop {
        Stop::default()
    }

    /// Requests to servers have ended.
    fn contact_ends(&self) {}

    /// Follows the progress of requests.
    fn progress(&self) -> Box<dyn Progress> {
        Box::new(NoProgress)
    }
}

/// A step of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Finding the files.
    Walk,
    /// Reading the pages and running the rules.
    Check,
    /// Applying fixes in memory.
    Fix,
    /// Writing the fixed pages.
    Write,
}

/// Something that the user may want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice<'a> {
    /// A ledger was created here.
    LedgerCreated(&'a Path),
    /// A host is asked without a header, because the variable with its value is not set.
    HeaderNotSet {
        /// The host.
        host: &'a str,
        /// The header's name.
        header: &'a str,
        /// The variable.
        variable: &'a str,
    },
}

/// Follows nothing.
pub(super) struct NoObserver;

impl Observer for NoObserver {}

struct NoProgress;

impl Progress for NoProgress {
    fn start(&self, _total: u64) {}

    fn advance(&self, _outcome: &crate::source_status::Outcome) {}

    fn waiting(&self, _hosts: usize, _requests: usize, _longest: &dyn Fn() -> std::time::Duration) {
    }

    fn finish(&self) {}
}
