//! Derives the status of a URL from its observations, without access to a clock or other state.
//!
//! A single failure proves nothing. A page is dead after a number of failures at sufficient intervals, and
//! one answer clears all failures. The status depends only on the observations and their times, not on the
//! order in which the ledger stored them.

use xxhash_rust::xxh3::xxh3_64;

use super::observation::{Observation, Reading};
use crate::source_status::{Reason, Verdict};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The strikes of one kind. A strike is a failure that follows the previous strike at a sufficient interval.
#[derive(Clone, Copy, Debug, Default)]
struct StrikeCount {
    count: u32,
    first_at: i64,
    last_at: i64,
}

/// The minimum interval between two strikes for a missing page or host, in milliseconds.
const HARD_APART: i64 = 3 * DAY;

/// The minimum interval between two strikes for failures of any kind, in milliseconds.
const SOFT_APART: i64 = DAY;

/// The minimum time from the first strike of any kind to the last failure, in milliseconds, before
/// [`SOFT_STRIKES`] make a page dead.
const SOFT_SPAN: i64 = 30 * DAY;

/// The number of strikes that make a page dead if the page or its host does not exist.
const HARD_STRIKES: u32 = 3;

/// The number of strikes that make a page dead if its server says that it has been removed permanently.
const GONE_STRIKES: u32 = 2;

/// The number of strikes of any kind that make a page dead, once the page has been failing for
/// [`SOFT_SPAN`].
const SOFT_STRIKES: u32 = 5;

impl StrikeCount {
    /// Counts a failure at the time `at` as a strike if the last strike is at least `apart` milliseconds
    /// older. Counting each failure as early as possible gives the highest number of strikes, so an
    /// additional failure never lowers the number.
    fn strike(&mut self, at: i64, apart: i64) {
        if self.count == 0 || at.saturating_sub(self.last_at) >= apart {
            if self.count == 0 {
                self.first_at = at;
            }
            self.count += 1;
            self.last_at = at;
        }
    }
}

/// The status of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlStatus {
    /// The verdict on the URL.
    pub verdict: Verdict,
    /// The reason for the verdict, or `None` if the observations do not give one.
    pub reason: Option<Reason>,
    /// The number of strikes since the URL last answered.
    pub strikes: u32,
    /// The time of the first failure since the URL last answered, in milliseconds since 1970. A proof that
    /// the page is lost counts as a failure too.
    pub first_fail_at: Option<i64>,
    /// The time at which the URL last answered, in milliseconds since 1970.
    pub last_ok_at: Option<i64>,
    /// The URL that the redirects led to in the observation that gives the reason.
    pub final_url: Option<String>,
    /// The time of the last check, in milliseconds since 1970.
    pub checked_at: i64,
    /// The time at which the next check is due, in milliseconds since 1970.
    pub due_at: i64,
}

/// The observations of one URL so far, reduced to the data that its status depends on.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The last conclusive observation, or the last observation if none is conclusive.
    decisive: Option<Observation>,
    /// The time and the reading of the last observation.
    checked: Option<(i64, Reading)>,
    first_fail_at: Option<i64>,
    last_fail_at: i64,
    last_ok_at: Option<i64>,
    /// The verdict of the last answer or proof. Later failures do not change it.
    answer: Option<Verdict>,
    /// Strikes for a missing page or host.
    hard: StrikeCount,
    /// Strikes for a page that has been removed permanently, according to its server. These strikes
    /// count in `hard` too.
    gone: StrikeCount,
    /// Strikes of any kind. Different kinds may alternate, for example if a server that is often down
    /// answers 404 in between.
    all: StrikeCount,
}

impl History {
    /// Adds an observation. Observations must be added in the order of their times. Those of the same time
    /// must be added in the order of their digests.
    pub fn add(&mut self, seen: Observation) {
        self.checked = Some((seen.at, seen.reading));
        match seen.reading {
            Reading::Alive => self.answered(Verdict::Alive, seen.at),
            Reading::Moved => self.answered(Verdict::Moved, seen.at),
            Reading::TlsBroken => self.answered(Verdict::TlsBroken, seen.at),
            Reading::Soft404 => self.proven(Verdict::Soft404, seen.at),
            Reading::Usurped => self.proven(Verdict::Usurped, seen.at),
            Reading::Hard | Reading::Gone | Reading::Soft => self.failed(seen.reading, seen.at),
            Reading::Blocked | Reading::Unknown => {
                if self.has_evidence() {
                    return;
                }
            }
        }
        self.decisive = Some(seen);
    }

    fn has_evidence(&self) -> bool {
        self.answer.is_some() || self.all.count > 0
    }

    fn answered(&mut self, verdict: Verdict, at: i64) {
        self.clear_strikes();
        self.answer = Some(verdict);
        self.first_fail_at = None;
        self.last_ok_at = Some(at);
    }

    /// Records a proof that the page is lost. The server answered, so earlier failures no longer count.
    fn proven(&mut self, verdict: Verdict, at: i64) {
        self.clear_strikes();
        self.answer = Some(verdict);
        self.first_fail_at.get_or_insert(at);
    }

    fn clear_strikes(&mut self) {
        (self.hard, self.gone, self.all) = Default::default();
    }

    fn failed(&mut self, reading: Reading, at: i64) {
        self.first_fail_at.get_or_insert(at);
        self.last_fail_at = at;
        self.all.strike(at, SOFT_APART);
        if reading != Reading::Soft {
            self.hard.strike(at, HARD_APART);
        }
        if reading == Reading::Gone {
            self.gone.strike(at, HARD_APART);
        }
    }

    fn is_dead(&self) -> bool {
        let failing_for = self.last_fail_at.saturating_sub(self.all.first_at);
        self.hard.count >= HARD_STRIKES
            || self.gone.count >= GONE_STRIKES
            || (self.all.count >= SOFT_STRIKES && failing_for >= SOFT_SPAN)
    }

    fn verdict(&self, decisive: &Observation) -> Verdict {
        let proven =
            self.answer.filter(|verdict| matches!(verdict, Verdict::Soft404 | Verdict::Usurped));
        match (self.is_dead(), proven, self.answer) {
            (true, _, _) => Verdict::Dead,
            (false, Some(proven), _) => proven,
            _ if self.all.count > 0 => Verdict::Failing,
            (false, None, Some(answer)) => answer,
            _ if decisive.reading == Reading::Blocked => Verdict::Blocked,
            _ => Verdict::Unknown,
        }
    }

    /// Returns the status of `url`, or `None` if there are no observations.
    #[must_use]
    pub fn status(&self, url: &str) -> Option<UrlStatus> {
        let decisive = self.decisive.as_ref()?;
        let (checked_at, last) = self.checked?;
        let verdict = self.verdict(decisive);
        let due_at = match verdict {
            Verdict::Failing => self.next_strike_at(url, checked_at, last),
            _ => jittered(url, checked_at, time_to_live(verdict)),
        };
        Some(UrlStatus {
            verdict,
            reason: decisive.reason(),
            // `all` includes hard failures and has the shorter interval, so `hard` is never higher
            // with the current intervals.
            strikes: self.all.count.max(self.hard.count),
            first_fail_at: self.first_fail_at,
            last_ok_at: self.last_ok_at,
            final_url: decisive.final_url.clone(),
            checked_at,
            due_at,
        })
    }

    /// Returns the time of the next check of a failing URL. For a missing page, the next check is due when
    /// another failure can count as a strike. For other failures, the interval doubles with each strike, up
    /// to a week. The time is delayed by up to a tenth of the interval, so that the URLs of a run are
    /// spread out.
    fn next_strike_at(&self, url: &str, checked_at: i64, last: Reading) -> i64 {
        let hard = self.decisive.as_ref().is_some_and(|seen| seen.reading != Reading::Soft);
        let (from, wait) = if hard {
            (self.hard.last_at, HARD_APART)
        } else {
            let doubled = SOFT_APART << self.all.count.saturating_sub(1).min(3);
            (self.all.last_at, doubled.min(7 * DAY))
        };
        // If the last check was blocked or inconclusive, wait from that check. Otherwise, the URL would
        // remain due, and every run would check it again.
        let is_blocked = matches!(last, Reading::Blocked | Reading::Unknown);
        let from = if is_blocked { from.max(checked_at) } else { from };
        let later = wait / 10_000 * i64::try_from(xxh3_64(url.as_bytes()) % 1001).unwrap_or(0);
        from.saturating_add(wait).saturating_add(later)
    }
}

/// Returns how long a verdict remains valid, in milliseconds.
fn time_to_live(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Alive | Verdict::Moved => 30 * DAY,
        Verdict::TlsBroken | Verdict::Blocked => 14 * DAY,
        Verdict::Soft404 | Verdict::Usurped | Verdict::Dead => 90 * DAY,
        Verdict::Unknown | Verdict::Unproven | Verdict::Failing => 7 * DAY,
    }
}

/// Returns the time `wait` milliseconds after `from`, moved earlier or later by up to a tenth of `wait`.
/// The shift depends only on the URL. Without it, all URLs of a run would be due again at the same time.
fn jittered(url: &str, from: i64, wait: i64) -> i64 {
    let part = i64::try_from(xxh3_64(url.as_bytes()) % 2001).unwrap_or(0) - 1000;
    from.saturating_add(wait).saturating_add(wait / 10_000 * part)
}

#[cfg(test)]
mod tests;
