//! What a run learns of its hosts, and of its own network.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::client::{Answer, Reply};
use super::queue::HostId;
use crate::source_status::ErrorClass;

/// So many failures to connect in a row, and a host is left alone.
const MOST_FAILURES: u32 = 3;

/// So many pauses in a row are waited for.
const MOST_PAUSES: u32 = 4;

/// Of so many hosts, the last ones, it is remembered whether they could be reached.
const REMEMBERED: usize = 100;

/// Of fewer hosts nothing is concluded on the own network.
const FEWEST: usize = 20;

/// The health of hosts, and by them of the network that they are reached through.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// Failures to connect in a row, by host.
    failures: HashMap<String, u32>,
    /// Pauses that hosts asked for in a row.
    pauses: HashMap<HostId, u32>,
    /// The hosts asked last, in the order in which each was first asked.
    asked: VecDeque<String>,
    /// Whether each of them was reached when it was asked last.
    reached: HashMap<String, bool>,
    unreached: usize,
    /// How many hosts were asked, those that are forgotten too.
    in_all: u64,
}

impl Health {
    /// How many hosts were asked so far.
    pub(super) fn asked_in_all(&self) -> u64 {
        self.in_all
    }

    /// Takes in a reply of a host. Returns whether the host is to be left alone from now on.
    pub(super) fn note(&mut self, host: &str, reply: &Reply) -> bool {
        let failed = match reply {
            // Nothing was asked.
            Reply::Late => return false,
            Reply::Answer(_) | Reply::Failure { sent: true, .. } => None,
            Reply::Failure { class, sent: false } => Some(*class),
        };
        self.remember(host, !failed.is_some_and(is_unreached));
        if failed.is_some_and(|class| is_unreached(class) || class == ErrorClass::Reset) {
            let failures = self.failures.entry(host.to_owned()).or_default();
            *failures += 1;
            return *failures == MOST_FAILURES;
        }
        self.failures.remove(host);
        false
    }

    /// Whether a host failed so often in a row that it is left alone.
    pub(super) fn is_down(&self, host: &str) -> bool {
        self.failures.get(host).is_some_and(|failures| *failures >= MOST_FAILURES)
    }

    /// Whether any of the last hosts could be reached.
    pub(super) fn has_reached_any(&self) -> bool {
        self.unreached < self.asked.len()
    }

    /// Says that the own network is well after all: hosts that answered before still do.
    pub(super) fn vouch(&mut self) {
        self.asked.clear();
        self.reached.clear();
        self.unreached = 0;
    }

    fn remember(&mut self, host: &str, reached: bool) {
        if let Some(known) = self.reached.get_mut(host) {
            self.unreached -= usize::from(!*known);
            *known = reached;
        } else {
            self.in_all += 1;
            self.asked.push_back(host.to_owned());
            self.reached.insert(host.to_owned(), reached);
            if self.asked.len() > REMEMBERED
                && let Some(first) = self.asked.pop_front()
                && self.reached.remove(&first) == Some(false)
            {
                self.unreached -= 1;
            }
        }
        self.unreached += usize::from(!reached);
    }

    /// Whether it seems to be our own network that fails: more than half of the last hosts cannot be
    /// reached. While a run goes on, that is judged by as many hosts as are remembered: those that
    /// answer first are not like the rest.
    pub(super) fn is_own_network_down(&self, is_over: bool) -> bool {
        let least = if is_over { FEWEST } else { REMEMBERED };
        self.asked.len() >= least && self.unreached * 2 > self.asked.len()
    }

    /// The pause that an answer asks a host for: what it says, else `first`, doubled each time.
    pub(super) fn pause(
        &mut self,
        id: HostId,
        answer: &Answer,
        first: Duration,
    ) -> Option<Duration> {
        if !matches!(answer.status, 429 | 503) {
            self.pauses.remove(&id);
            return None;
        }
        let before = self.pauses.entry(id).or_default();
        *before += 1;
        // Whoever asks again and again is not to be waited for without end.
        if *before > MOST_PAUSES {
            return Some(Duration::MAX);
        }
        Some(answer.retry_after.unwrap_or(first.saturating_mul(1 << (*before - 1))))
    }
}

/// Whether a failure, without a connection, may as well be that of our own network: where there is
/// none, names do not exist and doors are closed.
pub(super) fn is_unreached(class: ErrorClass) -> bool {
    matches!(
        class,
        ErrorClass::NxDomain
            | ErrorClass::NoAddress
            | ErrorClass::DnsFailure
            | ErrorClass::Refused
            | ErrorClass::Unreachable
            | ErrorClass::TimedOut
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(class: ErrorClass) -> Reply {
        Reply::Failure { class, sent: false }
    }

    fn answer(status: u16) -> Reply {
        Reply::Answer(Answer { status, ..Answer::default() })
    }

    #[test]
    fn a_host_is_left_alone_after_three_failures_in_a_row() {
        let mut health = Health::default();
        let down = failure(ErrorClass::Refused);
        assert!(!health.note("a", &down) && !health.note("a", &down));
        assert!(!health.note("a", &answer(500)), "an answer, whatever it says, is one");
        assert!(!health.note("a", &down) && !health.note("b", &down) && !health.note("a", &down));
        assert!(health.note("a", &down) && health.is_down("a"));
        assert!(!health.note("a", &down) && health.is_down("a"), "it is said once, and stays so");
        let sent = Reply::Failure { class: ErrorClass::TimedOut, sent: true };
        assert!((0..9).all(|_| !health.note("c", &sent)), "it could be connected to");
    }

    #[test]
    fn the_own_network_is_down_when_most_hosts_cannot_be_reached() {
        let mut health = Health::default();
        for host in 0..FEWEST - 1 {
            health.note(&host.to_string(), &failure(ErrorClass::DnsFailure));
        }
        assert!(!health.is_own_network_down(true), "too few to tell");
        health.note("x", &answer(200));
        assert!(health.is_own_network_down(true) && !health.is_own_network_down(false));
        for host in 0..FEWEST {
            health.note(&host.to_string(), &answer(404));
        }
        assert!(!health.is_own_network_down(true));
        for host in 1000..1000 + REMEMBERED {
            health.note(&host.to_string(), &failure(ErrorClass::NxDomain));
        }
        assert!(health.is_own_network_down(false), "where no name exists there is no network");
        assert_eq!(health.asked.len(), REMEMBERED);
        health.vouch();
        assert!(!health.is_own_network_down(true));
    }
}
