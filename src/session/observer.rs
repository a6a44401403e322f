//! The interface through which a session notifies its caller of its progress.

use std::path::Path;

use crate::sources::{Progress, Stop};

/// A receiver for the events of a session. By default, every method ignores its event.
pub trait Observer: Send + Sync {
    /// Called when a step has ended.
    fn step(&self, step: Step) {
        let _ = step;
    }

    /// Called when something happens that the user may want to know about.
    fn notice(&self, notice: &Notice<'_>) {
        let _ = notice;
    }

    /// Called before requests to servers begin. Returns the switch that stops them.
    fn contact_begins(&self) -> Stop {
        Stop::default()
    }

    /// Called after requests to servers have ended.
    fn contact_ends(&self) {}

    /// Returns the receiver for the progress of requests.
    fn progress(&self) -> Box<dyn Progress> {
        Box::new(NoProgress)
    }
}

/// A step in the work of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

/// An event that the user may want to know about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice<'a> {
    /// The session created a ledger at this path.
    LedgerCreated(&'a Path),
    /// The session sends requests to a host without a header, because the variable for the header's
    /// value is not set.
    HeaderNotSet {
        /// The name of the host.
        host: &'a str,
        /// The name of the header.
        header: &'a str,
        /// The name of the variable.
        variable: &'a str,
    },
}

/// An observer that ignores all events.
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
