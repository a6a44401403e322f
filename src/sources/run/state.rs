//! The state of a run, and the operations that its parts share.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;

use crate::sources::client::{Clients, Timed};
use crate::sources::error::CrawlError;
use crate::sources::frontier::{Frontier, MoreWork};
use crate::sources::host_health::HostHealth;
use crate::sources::progress::Progress;
use crate::sources::queue::{HostId, HostQueue};
use crate::sources::robots::cache::{RobotsCache, RobotsFetch};
use crate::sources::settings::{CrawlSettings, Pace};
use crate::sources::soft404::cache::ReplyCache;
use crate::sources::soft404::detect::{Honesty, RandomPathReply};
use crate::sources::url_check::UrlCheck;

/// The result of a task that sent a request.
pub(super) type Joined = Result<(Id, Timed), JoinError>;

/// The maximum time until a run notices that it must stop.
pub(super) const STOP_POLL: Duration = Duration::from_millis(50);

/// Work that waits for a host.
#[expect(clippy::large_enum_variant, reason = "nearly all values are pages, the large variant")]
pub(super) enum HostWork {
    /// The check of a page.
    Page(UrlCheck),
    /// The fetch of a robots.txt.
    Robots(RobotsFetch),
}

impl HostWork {
    /// Returns the rate-limit key of the next request.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::Page(check) => check.key(),
            Self::Robots(fetch) => fetch.key(),
        }
    }

    /// Returns the host of the next request.
    pub(super) fn host(&self) -> &str {
        match self {
            Self::Page(check) => check.host(),
            Self::Robots(fetch) => fetch.host(),
        }
    }
}

/// A run in progress, with all its state. Dropping a run aborts its requests.
pub(super) struct CrawlRun<'a> {
    pub(super) settings: &'a CrawlSettings,
    pub(super) clients: &'a Clients,
    pub(super) progress: &'a dyn Progress,
    pub(super) frontier: &'a mut dyn Frontier,
    /// The work that waits for its host.
    pub(super) queue: HostQueue<HostWork>,
    /// The requests in flight.
    pub(super) requests: JoinSet<Timed>,
    /// The work of each request in flight. It stays here while the request runs, so that even a panic
    /// in the HTTP client cannot lose it.
    pub(super) in_flight: HashMap<Id, (HostId, HostWork)>,
    /// The checks to try again once the others are done, by the rate-limit key of their URL.
    pub(super) retries: BTreeMap<String, Vec<UrlCheck>>,
    /// The time at which the frontier may have more work.
    pub(super) more_work: MoreWork,
    pub(super) health: HostHealth,
    /// Hosts that asked for a longer pause than the run waits for, with the end of their pause.
    pub(super) paused: HashMap<String, Instant>,
    /// Hosts that another run holds, with the time at which this run began to wait for them.
    pub(super) lease_waits: HashMap<String, Instant>,
    /// The rules of robots.txt files. `None` unless the run obeys them.
    pub(super) robots_cache: Option<RobotsCache>,
    /// The replies for random, nonexistent paths.
    pub(super) random_paths: ReplyCache<Rc<RandomPathReply>>,
    /// Whether each site reports missing pages.
    pub(super) honesty: ReplyCache<Honesty>,
    /// The number of control checks that are queued or in flight.
    pub(super) controls: usize,
    /// Whether a control check of the current group was answered.
    pub(super) is_control_answered: bool,
    /// The time at which the last turn of the event loop began.
    pub(super) last_turn: Instant,
    /// The time at which the time budget is spent, if the run has a budget.
    pub(super) deadline: Option<Instant>,
}

impl<'a> CrawlRun<'a> {
    /// Creates a run that has not sent any request.
    pub(super) fn new(
        settings: &'a CrawlSettings,
        clients: &'a Clients,
        progress: &'a dyn Progress,
        frontier: &'a mut dyn Frontier,
    ) -> Self {
        let now = Instant::now();
        let pace = Pace { delay: settings.delay, at_once: settings.per_host };
        Self {
            settings,
            clients,
            progress,
            frontier,
            queue: HostQueue::new(pace, settings.hosts.paces.clone()),
            requests: JoinSet::new(),
            in_flight: HashMap::new(),
            retries: BTreeMap::new(),
            more_work: MoreWork::At(now),
            health: HostHealth::default(),
            paused: HashMap::new(),
            lease_waits: HashMap::new(),
            robots_cache: settings.robots.then(RobotsCache::default),
            random_paths: ReplyCache::default(),
            honesty: ReplyCache::default(),
            controls: 0,
            is_control_answered: false,
            last_turn: now,
            deadline: settings.budget.and_then(|budget| now.checked_add(budget)),
        }
    }

    /// Returns whether the time budget is spent.
    pub(super) fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Returns whether no work waits for a host.
    pub(super) fn is_idle(&mut self) -> bool {
        self.queue.next_at(Instant::now()).is_none()
    }

    /// Returns whether the limit of requests in flight permits another request.
    pub(super) fn has_room(&self) -> bool {
        self.requests.len() < self.settings.concurrency.max(1)
    }

    /// Returns whether a host asked for a longer pause than the run waits for, and the pause is not over.
    pub(super) fn is_paused(&self, key: &str) -> bool {
        self.paused.get(key).is_some_and(|until| *until > Instant::now())
    }

    /// Puts checks at the end of their hosts' queues.
    pub(super) fn enqueue(&mut self, checks: Vec<UrlCheck>) {
        let now = Instant::now();
        for check in checks {
            let key = check.key().to_owned();
            self.queue.push_back(&key, HostWork::Page(check), now);
        }
    }

    /// Puts work that has already begun at the front of its host's queue.
    pub(super) fn enqueue_first(&mut self, work: HostWork) {
        let key = work.key().to_owned();
        self.queue.push_front(&key, work, Instant::now());
    }

    /// Takes more checks from the frontier, if it is time to do so.
    pub(super) fn take_batch(&mut self) -> Result<(), CrawlError> {
        if let MoreWork::At(at) = self.more_work
            && at <= Instant::now()
            && !self.is_over()
        {
            let (checks, more_work) = self.frontier.next_batch()?;
            self.more_work = more_work;
            self.enqueue(checks);
        }
        Ok(())
    }

    /// Returns the maximum time between two turns of the loop while requests are in flight. It is
    /// about a tenth of the delay between two requests, so that the loop soon notices that the
    /// process was suspended.
    pub(super) fn turn_interval(&self) -> Duration {
        match self.settings.delay {
            Duration::ZERO => STOP_POLL,
            delay => (delay / 10).clamp(Duration::from_millis(1), STOP_POLL),
        }
    }

    /// Records a new turn of the loop. After a long time without a turn, the process may have been
    /// suspended or got no CPU time. It then does not know when the requests in flight were
    /// written, so this counts them as written now.
    pub(super) fn note_turn(&mut self) {
        let now = Instant::now();
        if now - self.last_turn > self.turn_interval() * 3 {
            self.in_flight.values().for_each(|(id, _)| self.queue.started(*id, now));
        }
        self.last_turn = now;
    }
}
