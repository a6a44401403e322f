//! What a run reports while it goes on.

use std::time::Duration;

use crate::source_status::Outcome;

/// Told how a run is getting on.
pub trait Progress: Send + Sync {
    /// The run begins, with this many distinct URLs.
    fn start(&self, total: u64);
    /// One of them has its verdict.
    fn advance(&self, outcome: &Outcome);
    /// So many hosts have something that waits, and so many requests are under way; `longest` finds
    /// out how long the longest queue takes.
    fn waiting(&self, _hosts: usize, _requests: usize, _longest: &dyn Fn() -> Duration) {}
    /// The run is over.
    fn finish(&self);
}
