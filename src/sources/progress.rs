//! What a run reports while it goes on.

use std::time::Duration;

use crate::source_status::Outcome;

/// Receives the progress of a run.
pub trait Progress: Send + Sync {
    /// Called when the run begins, with the number of distinct URLs.
    fn start(&self, total: u64);
    /// Called when one of them has its verdict.
    fn advance(&self, outcome: &Outcome);
    /// Called with the number of hosts that have waiting work and the number of requests under way;
    /// `longest` computes how long the longest queue takes.
    fn waiting(&self, _hosts: usize, _requests: usize, _longest: &dyn Fn() -> Duration) {}
    /// Called when the run is over.
    fn finish(&self);
}
