//! The progress of a run, as reported to its caller.

use std::time::Duration;

use crate::source_status::Outcome;

/// Receives the progress of a run.
pub trait Progress: Send + Sync {
    /// Called when the run starts, with the number of distinct URLs that the run has to process.
    fn start(&self, total: u64);
    /// Called when the run has finished a URL, with its outcome.
    fn advance(&self, outcome: &Outcome);
    /// Called with the number of hosts that have waiting work and the number of requests in flight.
    /// `longest` computes how long the longest queue of a host takes.
    fn waiting(&self, _hosts: usize, _requests: usize, _longest: &dyn Fn() -> Duration) {}
    /// Called when the run ends without an error.
    fn finish(&self);
}
