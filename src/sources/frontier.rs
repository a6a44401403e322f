//! Where the work of a run comes from, and where its outcomes go.
//!
//! A run knows hosts, checks and replies. Whether its URLs come from one check or from a ledger, and
//! whether another run asks the same hosts, is up to its frontier.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::ledger::{LedgerError, Robots};
use super::url_check::UrlCheck;
use crate::address::AddressPolicy;
use crate::source_status::{Outcome, Verdict};

/// Whether a host may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// Yes, by a request that is written until then.
    Granted(Option<Instant>),
    /// Not before then.
    NotBefore(Instant),
    /// No longer by this run.
    Lost,
}

/// When there may be more work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MoreWork {
    /// Once a host is released, or at that time.
    At(Instant),
    /// Never.
    Never,
}

/// What becomes of a host that nothing waits for and nothing is out to.
pub(super) enum HostRelease {
    /// It stays as it is.
    Kept,
    /// There is more to check on it.
    More(Vec<UrlCheck>),
    /// It is released, and the run may forget it.
    Released,
}

/// A run's frontier.
pub(super) trait Frontier {
    /// Returns as much work as there is room for, and says when to ask again.
    fn next_batch(&mut self) -> Result<(Vec<UrlCheck>, MoreWork), LedgerError>;

    /// Returns whether a request may now be made to the host with that rate-limit key, which must then
    /// stay unasked for `gap`.
    fn admit(&mut self, key: &str, gap: Duration) -> Result<Admission, LedgerError>;

    /// Keeps a host leased until then, while the run waits to ask it again.
    fn extend_lease(&mut self, key: &str, until: Instant) -> Result<(), LedgerError>;

    /// Returns up to three checks of hosts that answered before, to tell whether they still do.
    fn control_checks(&self) -> Result<Vec<UrlCheck>, LedgerError>;

    /// Returns whether a check of these URLs is still to be done, now that its host is admitted.
    fn is_still_due(&self, urls: &[String]) -> Result<bool, LedgerError>;

    /// Takes in an outcome. `asked` counts the hosts that the run has asked so far.
    fn record(&mut self, outcome: Outcome, asked: u64) -> Result<(), LedgerError>;

    /// Says that nothing waits for a host and nothing is out to it, and when it may be asked next.
    fn release_host(&mut self, key: &str, gate: Instant) -> Result<HostRelease, LedgerError>;

    /// Says that nobody may ask a host before then.
    fn pause_host(&mut self, key: &str, until: Instant);

    /// Says that failures from when at most so many hosts had been asked are not the local network's.
    /// Returns the hosts that may be released now.
    fn confirm_failures(&mut self, asked: u64) -> Result<Vec<String>, LedgerError>;

    /// Ends the run. Hosts in `busy` have a request under way that is given up; `gate` tells when the
    /// others may be asked again. Failures that may be the local network's count only if
    /// `is_network_up`.
    fn close(
        &mut self,
        busy: &HashSet<String>,
        gate: &dyn Fn(&str) -> Option<Instant>,
        is_network_up: bool,
    ) -> Result<(), LedgerError>;

    /// Returns what is stored of the robots.txt of an origin.
    fn robots(&self, origin: &str) -> Result<Option<Robots>, LedgerError>;

    /// Stores what the robots.txt of an origin says.
    fn store_robots(&mut self, origin: &str, robots: &Robots) -> Result<(), LedgerError>;

    /// Returns the time, in milliseconds since 1970.
    fn now(&self) -> i64;
}

/// The frontier of a check without a ledger: all work at once, all outcomes in memory.
pub(super) struct MemoryFrontier {
    checks: Vec<UrlCheck>,
    outcomes: Vec<Outcome>,
    policy: AddressPolicy,
}

impl MemoryFrontier {
    pub(super) fn new(checks: Vec<UrlCheck>, policy: AddressPolicy) -> Self {
        Self { checks, outcomes: Vec::new(), policy }
    }

    pub(super) fn into_outcomes(self) -> Vec<Outcome> {
        self.outcomes
    }
}

/// How many hosts are asked whether they still answer.
pub(super) const CONTROLS: usize = 3;

/// Returns checks that only tell whether there is an answer.
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

    fn release_host(&mut self, _: &str, _: Instant) -> Result<HostRelease, LedgerError> {
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
