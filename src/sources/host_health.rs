//! The health of hosts and of the local network, as far as a run has observed it.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::client::{Answer, Reply};
use super::queue::HostId;
use crate::source_status::ErrorKind;

/// The number of consecutive connection failures after which a host counts as down.
const MOST_FAILURES: u32 = 3;

/// The maximum number of consecutive pauses of a host that a run waits for.
const MOST_PAUSES: u32 = 4;

/// The maximum number of times that server errors double the delay of a host.
const MOST_DOUBLINGS: u32 = 3;

/// The number of recent hosts whose replies show whether the local network is up.
const RECENT_HOSTS: usize = 100;

/// The minimum number of hosts for a conclusion about the local network.
const MIN_HOSTS: usize = 20;

/// The health of the hosts that a run has contacted, and of the local network.
#[derive(Debug, Default)]
pub(super) struct HostHealth {
    /// The number of consecutive connection failures, by host.
    failures: HashMap<String, u32>,
    /// The number of consecutive pauses that each host has asked for.
    pauses: HashMap<HostId, u32>,
    /// How many times the delay of each host is doubled.
    doublings: HashMap<HostId, u32>,
    /// The most recent hosts, in the order of the first reply or failure of each.
    asked: VecDeque<String>,
    /// Whether the last request to each host in `asked` reached it.
    reached: HashMap<String, bool>,
    /// The number of hosts in `asked` that were not reached.
    unreached: usize,
    /// The number of hosts that were ever added to `asked`. A host that drops out and is added
    /// again counts twice.
    total: u64,
}

impl HostHealth {
    /// Returns the number of hosts that the run has contacted so far. A host that drops out of the
    /// recent hosts and replies again counts twice.
    pub(super) fn hosts_asked(&self) -> u64 {
        self.total
    }

    /// Records the reply of a host. Returns `true` if the host counts as down from this reply on.
    pub(super) fn record(&mut self, host: &str, reply: &Reply) -> bool {
        let failed = match reply {
            // The request was never sent.
            Reply::Late => return false,
            Reply::Answer(_) | Reply::Failure { sent: true, .. } => None,
            Reply::Failure { class, sent: false } => Some(class.kind()),
        };
        self.note_reached(host, !failed.is_some_and(ErrorKind::may_be_local));
        if failed.is_some_and(ErrorKind::counts_against_host) {
            let failures = self.failures.entry(host.to_owned()).or_default();
            *failures += 1;
            return *failures == MOST_FAILURES;
        }
        self.failures.remove(host);
        false
    }

    /// Returns whether a host has failed so often in a row that it counts as down.
    pub(super) fn is_down(&self, host: &str) -> bool {
        self.failures.get(host).is_some_and(|failures| *failures >= MOST_FAILURES)
    }

    /// Returns whether any of the recent hosts was reached by its last request.
    pub(super) fn has_reached_any(&self) -> bool {
        self.unreached < self.asked.len()
    }

    /// Forgets which hosts could not be reached, after a control check has shown that the
    /// local network is up.
    pub(super) fn reset_network(&mut self) {
        self.asked.clear();
        self.reached.clear();
        self.unreached = 0;
    }

    fn note_reached(&mut self, host: &str, reached: bool) {
        if let Some(known) = self.reached.get_mut(host) {
            self.unreached -= usize::from(!*known);
            *known = reached;
        } else {
            self.total += 1;
            self.asked.push_back(host.to_owned());
            self.reached.insert(host.to_owned(), reached);
            if self.asked.len() > RECENT_HOSTS
                && let Some(first) = self.asked.pop_front()
                && self.reached.remove(&first) == Some(false)
            {
                self.unreached -= 1;
            }
        }
        self.unreached += usize::from(!reached);
    }

    /// Returns whether the local network seems to be down, because more than half of the recent
    /// hosts could not be reached. During a run, this conclusion requires `RECENT_HOSTS` hosts,
    /// because the first hosts to reply are not typical. At the end of the run, `MIN_HOSTS` hosts
    /// are enough.
    pub(super) fn is_local_network_down(&self, is_over: bool) -> bool {
        let least = if is_over { MIN_HOSTS } else { RECENT_HOSTS };
        self.asked.len() >= least && self.unreached * 2 > self.asked.len()
    }

    /// Returns how long to pause a host after a response with status 429, or with a 5xx status and
    /// `Retry-After`. The pause is the time in `Retry-After`, or else `first`, which doubles with
    /// each consecutive pause. After too many consecutive pauses, returns [`Duration::MAX`]. For
    /// any other response, returns `None`.
    pub(super) fn pause(
        &mut self,
        id: HostId,
        answer: &Answer,
        first: Duration,
    ) -> Option<Duration> {
        if !answer.asks_for_pause() {
            self.pauses.remove(&id);
            return None;
        }
        let before = self.pauses.entry(id).or_default();
        *before += 1;
        // Do not wait forever for a host that keeps asking for pauses.
        if *before > MOST_PAUSES {
            return Some(Duration::MAX);
        }
        Some(answer.retry_after.unwrap_or(first.saturating_mul(1 << (*before - 1))))
    }

    /// Returns how many times to double the delay between requests to a host after a response. Each
    /// 5xx status adds one, because the host may be overloaded. Any other status subtracts one.
    pub(super) fn doublings(&mut self, id: HostId, answer: &Answer) -> u32 {
        let doublings = self.doublings.entry(id).or_default();
        *doublings = match answer.status {
            500..=599 => (*doublings + 1).min(MOST_DOUBLINGS),
            _ => doublings.saturating_sub(1),
        };
        *doublings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_status::ErrorClass;

    fn failure(class: ErrorClass) -> Reply {
        Reply::Failure { class, sent: false }
    }

    fn answer(status: u16) -> Reply {
        Reply::Answer(Answer { status, ..Answer::default() })
    }

    #[test]
    fn a_host_is_left_alone_after_three_failures_in_a_row() {
        let mut health = HostHealth::default();
        let down = failure(ErrorClass::Refused);
        assert!(!health.record("a", &down) && !health.record("a", &down));
        assert!(!health.record("a", &answer(500)), "an answer, whatever it says, is one");
        assert!(
            !health.record("a", &down) && !health.record("b", &down) && !health.record("a", &down)
        );
        assert!(health.record("a", &down) && health.is_down("a"));
        assert!(
            !health.record("a", &down) && health.is_down("a"),
            "it is reported once, and stays so"
        );
        let sent = Reply::Failure { class: ErrorClass::TimedOut, sent: true };
        assert!((0..9).all(|_| !health.record("c", &sent)), "it could be connected to");
    }

    #[test]
    fn the_local_network_is_down_when_most_hosts_cannot_be_reached() {
        let mut health = HostHealth::default();
        for host in 0..MIN_HOSTS - 1 {
            health.record(&host.to_string(), &failure(ErrorClass::DnsFailure));
        }
        assert!(!health.is_local_network_down(true), "too few to tell");
        health.record("x", &answer(200));
        assert!(health.is_local_network_down(true) && !health.is_local_network_down(false));
        for host in 0..MIN_HOSTS {
            health.record(&host.to_string(), &answer(404));
        }
        assert!(!health.is_local_network_down(true));
        for host in 1000..1000 + RECENT_HOSTS {
            health.record(&host.to_string(), &failure(ErrorClass::NxDomain));
        }
        assert!(health.is_local_network_down(false), "where no name exists there is no network");
        assert_eq!(health.asked.len(), RECENT_HOSTS);
        health.reset_network();
        assert!(!health.is_local_network_down(true));
    }

    #[test]
    fn each_server_error_doubles_the_delay_and_each_other_answer_halves_it() {
        let mut queue = crate::sources::queue::HostQueue::new(
            crate::sources::settings::Pace { delay: Duration::ZERO, at_once: 1 },
            HashMap::new(),
        );
        queue.push_back("a", (), tokio::time::Instant::now());
        let id = queue.find("a").unwrap();
        let mut health = HostHealth::default();
        let mut doublings =
            |status: u16| health.doublings(id, &Answer { status, ..Answer::default() });
        assert_eq!([500, 503, 500, 502, 500].map(&mut doublings), [1, 2, 3, 3, 3]);
        assert_eq!([200, 404, 429, 200].map(&mut doublings), [2, 1, 0, 0]);
    }
}
