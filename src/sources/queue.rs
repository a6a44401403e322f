//! Queues of work, one for each host. Work that waits for its host does not count toward the limit
//! of requests in flight.
//!
//! Waiting hosts are sorted by the time at which each may be contacted again. Among the hosts that are
//! ready, the host with the longest queue goes first. A run cannot be shorter than its longest queue,
//! so that queue must not wait behind a thousand hosts with a single page each.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::settings::Pace;

/// The index of a host in its [`HostQueue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct HostId(usize);

struct Host<W> {
    work: VecDeque<W>,
    pace: Pace,
    /// How many times the delay is doubled.
    doublings: u32,
    in_flight: usize,
    /// The earliest time of the next request to this host.
    gate: Instant,
    /// Whether the host is in `waiting` or `ready`. A host is in at most one of them, and only once.
    listed: bool,
}

impl<W> Host<W> {
    /// Returns the minimum time between the starts of two requests.
    fn delay(&self) -> Duration {
        self.pace.delay.saturating_mul(1 << self.doublings)
    }
}

/// Queues of work of type `W`, one for each host.
pub(super) struct HostQueue<W> {
    hosts: Vec<Host<W>>,
    ids: HashMap<String, HostId>,
    waiting: BinaryHeap<Reverse<(Instant, HostId)>>,
    ready: BinaryHeap<(usize, Reverse<HostId>)>,
    pace: Pace,
    paces: HashMap<String, Pace>,
}

impl<W> HostQueue<W> {
    /// Creates an empty queue with a default pace. `paces` contains the paces of individual hosts,
    /// by rate-limit key.
    pub(super) fn new(pace: Pace, paces: HashMap<String, Pace>) -> Self {
        Self {
            hosts: Vec::new(),
            ids: HashMap::new(),
            waiting: BinaryHeap::new(),
            ready: BinaryHeap::new(),
            pace,
            paces,
        }
    }

    /// Puts a check at the end of its host's queue.
    pub(super) fn push_back(&mut self, key: &str, check: W, now: Instant) {
        let id = self.id_of(key, now);
        self.hosts[id.0].work.push_back(check);
        self.list(id);
    }

    /// Puts a check at the front of its host's queue, because it has already begun.
    pub(super) fn push_front(&mut self, key: &str, check: W, now: Instant) {
        let id = self.id_of(key, now);
        self.hosts[id.0].work.push_front(check);
        self.list(id);
    }

    /// Takes a check whose host is ready, and closes the gate of the host. The caller must call
    /// `release` when the request has ended.
    pub(super) fn take(&mut self, now: Instant) -> Option<(HostId, W)> {
        while let Some(&Reverse((gate, id))) = self.waiting.peek() {
            if gate > now {
                break;
            }
            self.waiting.pop();
            let host = &self.hosts[id.0];
            // The gate may have moved to a later time since the host was listed.
            if host.gate > now {
                self.waiting.push(Reverse((host.gate, id)));
            } else {
                self.ready.push((host.work.len(), Reverse(id)));
            }
        }
        let (id, check) = loop {
            let (_, Reverse(id)) = self.ready.pop()?;
            let host = &mut self.hosts[id.0];
            if host.gate > now {
                self.waiting.push(Reverse((host.gate, id)));
                continue;
            }
            host.listed = false;
            // All work of a listed host may have been given up.
            if let Some(check) = host.work.pop_front() {
                break (id, check);
            }
        };
        let host = &mut self.hosts[id.0];
        host.in_flight += 1;
        host.gate = after(now, host.delay());
        self.list(id);
        Some((id, check))
    }

    /// Reverts the effect of `take` on a host to which no request was sent. Does not return the
    /// check to the queue.
    pub(super) fn give_back(&mut self, id: HostId, now: Instant) {
        self.hosts[id.0].gate = now;
        self.release(id);
    }

    /// Records that a request to a host has ended.
    pub(super) fn release(&mut self, id: HostId) {
        let host = &mut self.hosts[id.0];
        host.in_flight = host.in_flight.saturating_sub(1);
        self.list(id);
    }

    /// Keeps the gate of a host closed at least until `until`.
    pub(super) fn hold(&mut self, id: HostId, until: Instant) {
        let host = &mut self.hosts[id.0];
        host.gate = host.gate.max(until);
    }

    /// Keeps the gate of a host closed for the host's delay after the start of a request.
    pub(super) fn started(&mut self, id: HostId, at: Instant) {
        let delay = self.hosts[id.0].delay();
        self.hold(id, after(at, delay));
    }

    /// Increases the delay between requests to a host to at least `delay`.
    pub(super) fn slow_down(&mut self, id: HostId, delay: Duration) {
        let pace = &mut self.hosts[id.0].pace;
        pace.delay = pace.delay.max(delay);
    }

    /// Returns the earliest time of the next request to a host. Returns `None` if the host has queued
    /// work or a request in flight.
    pub(super) fn gate_if_done(&self, id: HostId) -> Option<Instant> {
        let host = &self.hosts[id.0];
        (host.work.is_empty() && host.in_flight == 0).then_some(host.gate)
    }

    /// Frees the unused memory of a host's queue.
    pub(super) fn shrink(&mut self, id: HostId) {
        self.hosts[id.0].work.shrink_to_fit();
    }

    /// Returns the earliest time of the next request to a host.
    pub(super) fn gate(&self, id: HostId) -> Instant {
        self.hosts[id.0].gate
    }

    /// Returns the minimum time between the starts of two requests to a host.
    pub(super) fn delay(&self, id: HostId) -> Duration {
        self.hosts[id.0].delay()
    }

    /// Returns whether the delay between requests to a host is doubled.
    pub(super) fn is_slowed(&self, id: HostId) -> bool {
        self.hosts[id.0].doublings > 0
    }

    /// Doubles the delay between requests to a host this many times.
    pub(super) fn set_doublings(&mut self, id: HostId, doublings: u32) {
        self.hosts[id.0].doublings = doublings;
    }

    /// Returns the host with this rate-limit key, or `None` if no work was ever queued for it.
    pub(super) fn find(&self, key: &str) -> Option<HostId> {
        self.ids.get(key).copied()
    }

    /// Returns the number of hosts whose work waits for a gate or for its turn. Hosts that have reached
    /// their limit of requests in flight do not count.
    pub(super) fn waiting_hosts(&self) -> usize {
        self.waiting.len() + self.ready.len()
    }

    /// Returns the longest time that the queue of any host takes at the host's pace.
    pub(super) fn longest(&self) -> Duration {
        let time = |host: &Host<W>| {
            host.delay().saturating_mul(u32::try_from(host.work.len()).unwrap_or(u32::MAX))
        };
        self.hosts.iter().map(time).max().unwrap_or_default()
    }

    /// Removes and returns all queued work, host by host.
    pub(super) fn drain(&mut self) -> Vec<W> {
        self.hosts.iter_mut().flat_map(|host| std::mem::take(&mut host.work)).collect()
    }

    /// Removes and returns the queued work of a host that `is_given_up` selects.
    pub(super) fn give_up(&mut self, id: HostId, is_given_up: impl Fn(&W) -> bool) -> Vec<W> {
        let host = &mut self.hosts[id.0];
        let (given_up, kept): (Vec<W>, Vec<W>) =
            std::mem::take(&mut host.work).into_iter().partition(is_given_up);
        host.work = kept.into();
        given_up
    }

    /// Returns the time at which the next check can be taken, unless a request ends earlier. A time in
    /// the past means now. Returns `None` if no host waits.
    pub(super) fn next_at(&mut self, now: Instant) -> Option<Instant> {
        // Do not wait for a host whose work was given up.
        while let Some(&Reverse((_, id))) = self.waiting.peek()
            && self.hosts[id.0].work.is_empty()
        {
            self.waiting.pop();
            self.hosts[id.0].listed = false;
        }
        if self.ready.is_empty() {
            self.waiting.peek().map(|Reverse((gate, _))| *gate)
        } else {
            Some(now)
        }
    }

    fn id_of(&mut self, key: &str, now: Instant) -> HostId {
        if let Some(id) = self.ids.get(key) {
            return *id;
        }
        let id = HostId(self.hosts.len());
        let pace = self.paces.get(key).copied().unwrap_or(self.pace);
        let host = Host {
            work: VecDeque::new(),
            pace,
            doublings: 0,
            in_flight: 0,
            gate: now,
            listed: false,
        };
        self.hosts.push(host);
        self.ids.insert(key.to_owned(), id);
        id
    }

    /// Lists a host if it has work and may have another request in flight.
    fn list(&mut self, id: HostId) {
        let host = &mut self.hosts[id.0];
        if !host.listed && !host.work.is_empty() && host.in_flight < host.pace.at_once.max(1) {
            host.listed = true;
            self.waiting.push(Reverse((host.gate, id)));
        }
    }
}

/// Returns the time `by` after `at`, but at most a year later.
fn after(at: Instant, by: Duration) -> Instant {
    at + by.min(Duration::from_hours(24 * 365))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAY: Duration = Duration::from_millis(250);

    fn queue_of<W>(at_once: usize) -> HostQueue<W> {
        HostQueue::new(Pace { delay: DELAY, at_once }, HashMap::new())
    }

    fn take<W>(queue: &mut HostQueue<W>, now: Instant) -> Option<W> {
        queue.take(now).map(|(_, check)| check)
    }

    #[test]
    fn a_host_waits_for_its_answer_and_its_delay() {
        let start = Instant::now();
        let mut queue = queue_of(1);
        queue.push_back("a", 1, start);
        queue.push_back("a", 2, start);
        let (id, check) = queue.take(start).unwrap();
        assert_eq!(check, 1);
        // While a request is in flight, no check can be taken, however late it is.
        assert_eq!(take(&mut queue, start + DELAY * 10), None);
        assert_eq!(queue.next_at(start), None);
        queue.release(id);
        assert_eq!(queue.next_at(start), Some(start + DELAY));
        assert_eq!(take(&mut queue, start + DELAY / 2), None);
        assert_eq!(take(&mut queue, start + DELAY), Some(2));
    }

    #[test]
    fn a_host_has_its_own_pace_and_may_slow_down() {
        let start = Instant::now();
        let own = Pace { delay: DELAY * 2, at_once: 1 };
        let paces = HashMap::from([("a".to_owned(), own)]);
        let mut queue = HostQueue::new(Pace { delay: DELAY, at_once: 1 }, paces);
        for check in 1..=4 {
            queue.push_back("a", check, start);
        }
        let (id, _) = queue.take(start).unwrap();
        // The request was written later than the check was taken.
        queue.started(id, start + DELAY);
        queue.release(id);
        assert_eq!(take(&mut queue, start + DELAY * 2), None);
        assert_eq!(queue.next_at(start + DELAY * 2), Some(start + DELAY * 3));
        queue.slow_down(id, DELAY * 5);
        assert_eq!(take(&mut queue, start + DELAY * 3), Some(2));
        queue.give_back(id, start + DELAY * 3);
        assert_eq!(take(&mut queue, start + DELAY * 3), Some(3), "nothing was asked meanwhile");
        queue.release(id);
        assert_eq!(queue.next_at(start), Some(start + DELAY * 8));
        assert_eq!(queue.gate_if_done(id), None);
        assert_eq!(queue.drain(), [4]);
        assert_eq!(queue.gate_if_done(id), Some(start + DELAY * 8));
    }

    #[test]
    fn several_may_be_out_if_so_set_but_still_apart() {
        let start = Instant::now();
        let mut queue = queue_of(2);
        for check in 1..=3 {
            queue.push_back("a", check, start);
        }
        assert_eq!(take(&mut queue, start), Some(1));
        assert_eq!(take(&mut queue, start), None);
        assert_eq!(take(&mut queue, start + DELAY), Some(2));
        assert_eq!(take(&mut queue, start + DELAY * 2), None);
    }

    #[test]
    fn a_host_that_asked_for_a_pause_gets_it() {
        let start = Instant::now();
        let mut queue = queue_of(1);
        for check in 1..=3 {
            queue.push_back("a", check, start);
        }
        let (id, _) = queue.take(start).unwrap();
        queue.release(id);
        queue.hold(id, start + DELAY * 8);
        assert_eq!(take(&mut queue, start + DELAY * 2), None);
        assert_eq!(queue.next_at(start + DELAY * 2), Some(start + DELAY * 8));
        assert_eq!(take(&mut queue, start + DELAY * 8), Some(2));
    }

    #[test]
    fn what_is_given_up_waits_no_longer() {
        let start = Instant::now();
        let mut queue = queue_of(1);
        for check in 1..=4 {
            queue.push_back("a", check, start);
        }
        let (id, _) = queue.take(start).unwrap();
        assert_eq!(queue.give_up(id, |check| check % 2 == 0), [2, 4]);
        queue.release(id);
        assert_eq!(take(&mut queue, start + DELAY), Some(3));
        queue.release(id);
        assert_eq!(queue.next_at(start + DELAY), None);
    }

    #[test]
    fn a_waiting_host_holds_up_no_other() {
        let start = Instant::now();
        let mut queue = queue_of(1);
        queue.push_back("a", "a1", start);
        queue.push_back("a", "a2", start);
        queue.push_back("b", "b1", start);
        assert_eq!(take(&mut queue, start), Some("a1"));
        assert_eq!(take(&mut queue, start), Some("b1"));
    }

    #[test]
    fn the_longest_queue_goes_first_among_the_ready() {
        let start = Instant::now();
        let mut queue = queue_of(1);
        for host in ["a", "b", "c"] {
            queue.push_back(host, host, start);
        }
        queue.push_back("long", "long", start);
        queue.push_back("long", "long", start);
        let (id, check) = queue.take(start).unwrap();
        assert_eq!(check, "long");
        queue.release(id);
        assert_eq!(take(&mut queue, start), Some("a"));
        // With the longest queue, the host goes before hosts that were ready earlier.
        queue.push_back("long", "long", start);
        assert_eq!(take(&mut queue, start + DELAY), Some("long"));
        assert_eq!(take(&mut queue, start + DELAY), Some("b"));
    }

    #[test]
    fn work_that_has_begun_goes_before_other_work_of_its_host() {
        let start = Instant::now();
        let mut queue = queue_of(1);
        queue.push_back("a", "new", start);
        queue.push_front("a", "begun", start);
        assert_eq!(take(&mut queue, start), Some("begun"));
    }
}
