//! Where a run gets its checks, and where it records their outcomes.
//!
//! A run knows only hosts, checks and replies. Its frontier provides the URLs, from a list or from
//! a ledger. With a ledger, it also coordinates with other runs that contact the same hosts.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::ledger::{LedgerError, Robots};
use super::url_check::UrlCheck;
use crate::address::AddressPolicy;
use crate::source_status::{Outcome, Verdict};

/// The decision whether a request may be sent to a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// The request may be sent, but must be written by this time, if any.
    Granted(Option<Instant>),
    /// No request may be sent before this time, because the host rests or another run holds it.
    NotBefore(Instant),
    /// Another run has taken over the host.
    Lost,
}

/// The time at which a frontier may have more work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MoreWork {
    /// At this time, or as soon as the run releases a host.
    At(Instant),
    /// Never: the frontier has no more work for this run.
    Never,
}

/// The outcome of releasing a host that has no queued work and no request in flight.
pub(super) enum HostRelease {
    /// The run keeps the host.
    Kept,
    /// The run keeps the host, which has more URLs to check.
    More(Vec<UrlCheck>),
    /// The run keeps the host, and tries its failed URLs again now. All its other URLs are done. A
    /// frontier that never returns this leaves the failed URLs to the end of the run.
    Retry,
    /// The host is released, and the run may forget it.
    Released,
}

/// Supplies a run with checks and receives their outcomes. Methods fail only if the ledger fails.
pub(super) trait Frontier: Send {
    /// Returns the next checks, and the time at which more may be available.
    fn next_batch(&mut self) -> Result<(Vec<UrlCheck>, MoreWork), LedgerError>;

    /// Reserves the host with this rate-limit key for one request and for a pause of `gap` after it.
    /// Returns whether the request may be sent.
    fn admit(&mut self, key: &str, gap: Duration) -> Result<Admission, LedgerError>;

    /// Extends the lease of a host until this time, while the run waits to contact the host again.
    fn extend_lease(&mut self, key: &str, until: Instant) -> Result<(), LedgerError>;

    /// Returns up to three control checks, which test whether hosts that answered before still answer.
    fn control_checks(&self) -> Result<Vec<UrlCheck>, LedgerError>;

    /// Returns whether any of these URLs is still due now that their host is admitted.
    fn is_still_due(&self, urls: &[String]) -> Result<bool, LedgerError>;

    /// Records an outcome. `asked` is the number of hosts that the run has contacted so far.
    fn record(&mut self, outcome: Outcome, asked: u64) -> Result<(), LedgerError>;

    /// Releases a host that has no queued work and no request in flight, unless some of its URLs
    /// still have to be checked or their outcomes stored. `gate` is the earliest time of the next
    /// request to the host. `failed` is the number of its URLs that wait for another try.
    fn release_host(
        &mut self,
        key: &str,
        gate: Instant,
        failed: usize,
    ) -> Result<HostRelease, LedgerError>;

    /// Records that no run may contact a host before this time.
    fn pause_host(&mut self, key: &str, until: Instant);

    /// Confirms the failures that were recorded while the run had contacted at most `asked` hosts:
    /// the local network did not cause them. Returns the rate-limit keys of their hosts, which may
    /// be released now.
    fn confirm_failures(&mut self, asked: u64) -> Result<Vec<String>, LedgerError>;

    /// Ends the run. `busy` contains the rate-limit keys of the hosts with an unfinished request, which
    /// is abandoned. For the other hosts, `gate` returns the earliest time of the next request.
    /// Failures that the local network may have caused count only if `is_network_up`.
    fn close(
        &mut self,
        busy: &HashSet<String>,
        gate: &dyn Fn(&str) -> Option<Instant>,
        is_network_up: bool,
    ) -> Result<(), LedgerError>;

    /// Returns the stored robots.txt of an origin, if any.
    fn robots(&self, origin: &str) -> Result<Option<Robots>, LedgerError>;

    /// Stores the robots.txt of an origin.
    fn store_robots(&mut self, origin: &str, robots: &Robots) -> Result<(), LedgerError>;

    /// Returns the current time, in milliseconds since 1970.
    fn now(&self) -> i64;
}

/// The frontier of a check without a ledger. It hands out all work at once and keeps all outcomes in memory.
pub(super) struct MemoryFrontier {
    checks: Vec<UrlCheck>,
    outcomes: Vec<Outcome>,
    policy: AddressPolicy,
}

impl MemoryFrontier {
    /// Creates a frontier that hands out `checks`. Control checks obey `policy`.
    pub(super) fn new(checks: Vec<UrlCheck>, policy: AddressPolicy) -> Self {
        Self { checks, outcomes: Vec::new(), policy }
    }

    /// Returns the outcomes that were recorded.
    pub(super) fn into_outcomes(self) -> Vec<Outcome> {
        self.outcomes
    }
}

/// The maximum number of control checks that run at the same time.
pub(super) const CONTROLS: usize = 3;

/// Returns control checks of up to [`CONTROLS`] URLs. A control check only tests whether the server answers.
pub(super) fn control_checks(
    urls: impl Iterator<Item = String>,
    policy: &AddressPolicy,
) -> Vec<UrlCheck> {
    let check = |written: String| {
        let url = Url::parse(&written).ok()?;
        UrlCheck::new(vec![written], url, policy).ok().map(UrlCheck::into_control)
    };
    urls.filter_map(check).take(CONTROLS).collect()
}

impl Frontier for MemoryFrontier {
    fn next_batch(&mut self) -> Result<(Vec<UrlCheck>, MoreWork), LedgerError> {
        Ok((std::mem::take(&mut self.checks), MoreWork::Never))
    }

    fn admit(&mut self, _: &str, _: Duration) -> Result<Admission, LedgerError> {
        Ok(Admission::Granted(None))
    }

    fn extend_lease(&mut self, _: &str, _: Instant) -> Result<(), LedgerError> {
        Ok(())
    }

    fn control_checks(&self) -> Result<Vec<UrlCheck>, LedgerError> {
        let alive = self.outcomes.iter().rev().filter(|outcome| outcome.verdict == Verdict::Alive);
        Ok(control_checks(alive.map(|outcome| outcome.url.clone()), &self.policy))
    }

    fn record(&mut self, outcome: Outcome, _: u64) -> Result<(), LedgerError> {
        self.outcomes.push(outcome);
        Ok(())
    }

    fn is_still_due(&self, _: &[String]) -> Result<bool, LedgerError> {
        Ok(true)
    }

    fn release_host(&mut self, _: &str, _: Instant, _: usize) -> Result<HostRelease, LedgerError> {
        Ok(HostRelease::Kept)
    }

    fn pause_host(&mut self, _: &str, _: Instant) {}

    fn confirm_failures(&mut self, _: u64) -> Result<Vec<String>, LedgerError> {
        Ok(Vec::new())
    }

    fn close(
        &mut self,
        _: &HashSet<String>,
        _: &dyn Fn(&str) -> Option<Instant>,
        _: bool,
    ) -> Result<(), LedgerError> {
        Ok(())
    }

    fn robots(&self, _: &str) -> Result<Option<Robots>, LedgerError> {
        Ok(None)
    }

    fn store_robots(&mut self, _: &str, _: &Robots) -> Result<(), LedgerError> {
        Ok(())
    }

    fn now(&self) -> i64 {
        0
    }
}
