//! Starts requests if their host and its robots.txt allow them.

use tokio::time::Instant;

use super::state::{CrawlRun, HostWork};
use crate::source_status::ErrorClass;
use crate::sources::error::CrawlError;
use crate::sources::frontier::Admission;
use crate::sources::queue::HostId;
use crate::sources::robots::cache::RobotsDecision;
use crate::sources::url_check::UrlCheck;

impl CrawlRun<'_> {
    /// Starts requests to the hosts that are ready, up to the limit of requests in flight.
    pub(super) fn start_ready(&mut self) -> Result<(), CrawlError> {
        while self.has_room()
            && !self.is_over()
            && let Some((id, work)) = self.queue.take(Instant::now())
        {
            match self.frontier.admit(work.key(), self.queue.delay(id))? {
                Admission::Granted(start_by) => self.start(id, work, start_by)?,
                Admission::NotBefore(at) => self.wait_for_lease(id, work, at)?,
                // Another run has taken over the host, and checks all its URLs that are due.
                Admission::Lost => {
                    self.queue.give_back(id, Instant::now());
                    let key = work.key().to_owned();
                    self.give_up_work(work, ErrorClass::HostHeld)?;
                    self.give_up_queued(id, &key, |_| true, ErrorClass::HostHeld)?;
                }
            }
        }
        Ok(())
    }

    /// Sends a request if the host is available and its robots.txt allows the URL. Otherwise, requests
    /// the robots.txt first or gives up the check.
    fn start(
        &mut self,
        id: HostId,
        work: HostWork,
        start_by: Option<Instant>,
    ) -> Result<(), CrawlError> {
        let check = match work {
            HostWork::Page(check) => check,
            HostWork::Robots(_) => {
                self.send(id, work, start_by);
                return Ok(());
            }
        };
        if self.settings.hosts.skips(check.at()) {
            return self.give_up_unsent(id, check, ErrorClass::Skipped);
        }
        if self.health.is_down(check.host()) && !check.is_retry() {
            return self.give_up_unsent(id, check, ErrorClass::HostDown);
        }
        if check.is_fresh() && !check.is_control() && !self.frontier.is_still_due(check.urls())? {
            return self.give_up_unsent(id, check, ErrorClass::HostHeld);
        }
        let Some(robots_cache) = &mut self.robots_cache else {
            self.send(id, HostWork::Page(check), start_by);
            return Ok(());
        };
        let frontier = &self.frontier;
        let stored = |origin: &str| frontier.robots(origin);
        match robots_cache.decide(check, &self.settings.policy, frontier.now(), stored)? {
            RobotsDecision::Granted(check, delay) => {
                if let Some(delay) = delay {
                    self.queue.slow_down(id, delay);
                }
                self.send(id, HostWork::Page(check), start_by);
            }
            RobotsDecision::Ask(fetch) => self.send(id, HostWork::Robots(fetch), start_by),
            RobotsDecision::Refused(check, class) => return self.give_up_unsent(id, check, class),
            RobotsDecision::Waiting => self.queue.give_back(id, Instant::now()),
        }
        Ok(())
    }

    /// Gives up a check before any request for it is sent.
    fn give_up_unsent(
        &mut self,
        id: HostId,
        check: UrlCheck,
        class: ErrorClass,
    ) -> Result<(), CrawlError> {
        self.queue.give_back(id, Instant::now());
        let key = check.key().to_owned();
        self.give_up(check, class)?;
        self.release_host(&key)
    }

    fn send(&mut self, id: HostId, work: HostWork, start_by: Option<Instant>) {
        let request = match &work {
            HostWork::Page(check) => check.request(),
            HostWork::Robots(fetch) => fetch.request(),
        };
        self.lease_waits.remove(work.key());
        let task = self.requests.spawn(self.clients.ask(request, start_by)).id();
        self.in_flight.insert(task, (id, work));
    }
}
