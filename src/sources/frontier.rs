//! Where the work of a run comes from, and where what it finds goes.
//!
//! A run knows hosts, checks and answers. Whether its URLs are those of one check or a ledger's, and
//! whether somebody else asks the same hosts, is the business of its frontier.

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
    /// It may, by a request that is written until then.
    Granted(Option<Instant>),
    /// Not before.
    NotBefore(Instant),
    /// Not by this run any more.
    Lost,
}

/// When there may be more work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum More {
    /// MemoryFrontier a host that is held is done, or then.
    At(Instant),
    /// Never.
    Never,
}

/// What becomes of a host of which nothing waits and nothing is out.
pub(super) enum Leaving {
    /// It stays as it is.
    Stays,
    /// There is more of it.
    More(Vec<UrlCheck>),
    /// It is left, and may be forgotten.
    Left,
}

/// A run's frontier.
pub(super) trait Frontier {
    /// Hands out work, as much as there is room for, and says when to ask again.
    fn draw(&mut self) -> Result<(Vec<UrlCheck>, More), LedgerError>;

    /// Asks whether a request to the host of that key may be made now, after which it is left in peace
    /// for `gap`.
    fn admit(&mut self, key: &str, gap: Duration) -> Result<Admission, LedgerError>;

    /// Says that a host is not to be asked before then, and is waited for.
    fn hold(&mut self, key: &str, until: Instant) -> Result<(), LedgerError>;

    /// Up to three checks that ask hosts which answered before, to tell whether they still do.
    fn controls(&self) -> Result<Vec<UrlCheck>, LedgerError>;

    /// Whether a check that was handed out, with these URLs, is still to be done, now that its host is
    /// admitted.
    fn wants(&self, urls: &[String]) -> Result<bool, LedgerError>;

    /// Takes in what was found out. `asked` counts the hosts that the run has asked so far.
    fn put(&mut self, outcome: Outcome, asked: u64) -> Result<(), LedgerError>;

    /// Says that of a host nothing waits and nothing is out, and when it may be asked next.
    fn leave(&mut self, key: &str, gate: Instant) -> Result<Leaving, LedgerError>;

    /// Says that a host is not to be asked again before then.
    fn rest(&mut self, key: &str, until: Instant);

    /// Says that failures that were put when fewer than so many hosts were asked are not the own
    /// network's. Returns the hosts that may be left now.
    fn confirm(&mut self, asked: u64) -> Result<Vec<String>, LedgerError>;

    /// The end: hosts in `busy` have a request under way that nobody waits for; the others may be
    /// asked again when `gate` says. Failures that may be the own network's count only if that is
    /// `sound`.
    fn close(
        &mut self,
        busy: &HashSet<String>,
        gate: &dyn Fn(&str) -> Option<Instant>,
        sound: bool,
    ) -> Result<(), LedgerError>;

    /// What is known of the robots.txt of an origin.
    fn robots(&self, origin: &str) -> Result<Option<Robots>, LedgerError>;

    /// Keeps what is known of it.
    fn keep_robots(&mut self, origin: &str, robots: &Robots) -> Result<(), LedgerError>;

    /// The time, in milliseconds since 1970.
    fn now(&self) -> i64;
}

/// The frontier of a check that remembers nothing: all work at once, all outcomes in memory.
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

/// Jobs that ask only to see whether there is an answer.
pub(super) fn controls(
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
    fn draw(&mut self) -> Result<(Vec<UrlCheck>, More), LedgerError> {
        Ok((std::mem::take(&mut self.checks), More::Never))
    }

    fn admit(&mut self, _: &str, _: Duration) -> Result<Admission, LedgerError> {
        Ok(Admission::Granted(None))
    }

    fn hold(&mut self, _: &str, _: Instant) -> Result<(), LedgerError> {
        Ok(())
    }

    fn controls(&self) -> Result<Vec<UrlCheck>, LedgerError> {
        let alive = self.outcomes.iter().rev().filter(|outcome| outcome.verdict == Verdict::Alive);
        Ok(controls(alive.map(|outcome| outcome.url.clone()), &self.policy))
    }

    fn put(&mut self, outcome: Outcome, _: u64) -> Result<(), LedgerError> {
        self.outcomes.push(outcome);
        Ok(())
    }

    fn wants(&self, _: &[String]) -> Result<bool, LedgerError> {
        Ok(true)
    }

    fn leave(&mut self, _: &str, _: Instant) -> Result<Leaving, LedgerError> {
        Ok(Leaving::Stays)
    }

    fn rest(&mut self, _: &str, _: Instant) {}

    fn confirm(&mut self, _: u64) -> Result<Vec<String>, LedgerError> {
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

    fn keep_robots(&mut self, _: &str, _: &Robots) -> Result<(), LedgerError> {
        Ok(())
    }

    fn now(&self) -> i64 {
        0
    }
}
