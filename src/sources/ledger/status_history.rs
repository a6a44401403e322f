//! How observations add up to what stands of a URL. No clock, no memory but what is given in.
//!
//! One failed look proves nothing. A page is dead once it has failed often enough, far enough
//! apart; to answer once clears it. So a standing depends on what was seen and when, never on the
//! order in which a ledger came to know of it.

use xxhash_rust::xxh3::xxh3_64;

use super::observation::{Observation, Reading};
use crate::source_status::{Reason, Verdict};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Strikes of a kind, and how far apart they must be to count.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    count: u32,
    first_at: i64,
    last_at: i64,
}

/// Between two strikes for a page that is said to be gone.
const HARD_APART: i64 = 3 * DAY;

/// Between two strikes for a failure that may pass.
const SOFT_APART: i64 = DAY;

/// From the first to the last failure that may pass.
const SOFT_SPAN: i64 = 30 * DAY;

const HARD_STRIKES: u32 = 3;

const GONE_STRIKES: u32 = 2;

const SOFT_STRIKES: u32 = 5;

impl Tally {
    /// Counts the earliest that may be counted: no other choice would count more, so a failure
    /// seen in addition never makes fewer strikes.
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

/// What stands of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlStatus {
    /// What is known of it.
    pub verdict: Verdict,
    /// What that rests on; `None` if the observations do not say.
    pub reason: Option<Reason>,
    /// How many failures count, since it last answered.
    pub strikes: u32,
    /// When it first failed since it last answered.
    pub first_fail_at: Option<i64>,
    /// When it last answered.
    pub last_ok_at: Option<i64>,
    /// Where the redirects led when the verdict was found.
    pub final_url: Option<String>,
    /// When it was last looked at.
    pub checked_at: i64,
    /// When it is to be looked at next.
    pub due_at: i64,
}

/// What has been seen of one URL, taken in one by one from the oldest.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The last look that said something, or the last of all if none did.
    telling: Option<Observation>,
    checked: Option<(i64, Reading)>,
    first_fail_at: Option<i64>,
    last_fail_at: i64,
    last_ok_at: Option<i64>,
    /// Answers and proofs; failures only add up beside them.
    said: Option<Verdict>,
    hard: Tally,
    gone: Tally,
    /// Failures of either kind: a server that is down now and then says 404 in between.
    all: Tally,
}

impl History {
    /// Takes in the next observation: no older than those before. Of two at one time, the one with
    /// the smaller digest is first.
    pub fn take(&mut self, seen: Observation) {
        self.checked = Some((seen.at, seen.reading));
        match seen.reading {
            Reading::Alive => self.answered(Verdict::Alive, seen.at),
            Reading::Moved => self.answered(Verdict::Moved, seen.at),
            Reading::TlsBroken => self.answered(Verdict::TlsBroken, seen.at),
            Reading::Soft404 => self.convicted(Verdict::Soft404, seen.at),
            Reading::Usurped => self.convicted(Verdict::Usurped, seen.at),
            Reading::Hard | Reading::Gone | Reading::Soft => self.failed(seen.reading, seen.at),
            Reading::Blocked | Reading::Unknown => {
                if self.says_something() {
                    return;
                }
            }
        }
        self.telling = Some(seen);
    }

    fn says_something(&self) -> bool {
        self.said.is_some() || self.all.count > 0
    }

    fn answered(&mut self, verdict: Verdict, at: i64) {
        self.clear_strikes();
        self.said = Some(verdict);
        self.first_fail_at = None;
        self.last_ok_at = Some(at);
    }

    /// A proof: the server was there to be asked, so what failed before is over.
    fn convicted(&mut self, verdict: Verdict, at: i64) {
        self.clear_strikes();
        self.said = Some(verdict);
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

    fn verdict(&self, telling: &Observation) -> Verdict {
        let convicted =
            self.said.filter(|said| matches!(said, Verdict::Soft404 | Verdict::Usurped));
        match (self.is_dead(), convicted, self.said) {
            (true, _, _) => Verdict::Dead,
            (false, Some(proven), _) => proven,
            _ if self.all.count > 0 => Verdict::Failing,
            (false, None, Some(said)) => said,
            _ if telling.reading == Reading::Blocked => Verdict::Blocked,
            _ => Verdict::Unknown,
        }
    }

    /// What stands of `url` by all that was taken in; `None` if that was nothing.
    #[must_use]
    pub fn standing(&self, url: &str) -> Option<UrlStatus> {
        let telling = self.telling.as_ref()?;
        let (checked_at, last) = self.checked?;
        let verdict = self.verdict(telling);
        let due_at = match verdict {
            Verdict::Failing => self.next_strike_at(url, checked_at, last),
            _ => jittered(url, checked_at, time_to_live(verdict)),
        };
        Some(UrlStatus {
            verdict,
            reason: telling.reason(),
            // Of a page with both kinds each failure is in `all`, but hard ones count on their own.
            strikes: self.all.count.max(self.hard.count),
            first_fail_at: self.first_fail_at,
            last_ok_at: self.last_ok_at,
            final_url: telling.final_url.clone(),
            checked_at,
            due_at,
        })
    }

    /// When the next failure can count. Never earlier, or the look would be for nothing.
    fn next_strike_at(&self, url: &str, checked_at: i64, last: Reading) -> i64 {
        let hard = self.telling.as_ref().is_some_and(|seen| seen.reading != Reading::Soft);
        let (from, wait) = if hard {
            (self.hard.last_at, HARD_APART)
        } else {
            let doubled = SOFT_APART << self.all.count.saturating_sub(1).min(3);
            (self.all.last_at, doubled.min(7 * DAY))
        };
        // A wall in between is not to be run against every day.
        let walled = matches!(last, Reading::Blocked | Reading::Unknown);
        let from = if walled { from.max(checked_at) } else { from };
        let later = wait / 10_000 * i64::try_from(xxh3_64(url.as_bytes()) % 1001).unwrap_or(0);
        from.saturating_add(wait).saturating_add(later)
    }
}

/// What stands of `url` by these observations, in whatever order they are given.
#[must_use]
pub fn standing(url: &str, observations: &[Observation]) -> Option<UrlStatus> {
    let mut observations = observations.to_vec();
    observations.sort_by_cached_key(|seen| (seen.at, seen.digest()));
    observations.dedup();
    let mut history = History::default();
    for seen in observations {
        history.take(seen);
    }
    history.standing(url)
}

/// How long a verdict is good for.
fn time_to_live(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Alive | Verdict::Moved => 30 * DAY,
        Verdict::TlsBroken | Verdict::Blocked => 14 * DAY,
        Verdict::Soft404 | Verdict::Usurped | Verdict::Dead => 90 * DAY,
        Verdict::Unknown | Verdict::Unproven | Verdict::Failing => 7 * DAY,
    }
}

/// A time up to a tenth earlier or later, always the same for one URL: or all that was found in one
/// run would be due again at one time.
fn jittered(url: &str, from: i64, wait: i64) -> i64 {
    let part = i64::try_from(xxh3_64(url.as_bytes()) % 2001).unwrap_or(0) - 1000;
    from.saturating_add(wait).saturating_add(wait / 10_000 * part)
}

#[cfg(test)]
mod tests;
