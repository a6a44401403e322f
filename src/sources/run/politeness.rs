//! Decides how a run treats its hosts: when it waits for a host, pauses it, gives it up or releases it.

use std::time::Duration;

use tokio::time::Instant;

use super::state::{CrawlRun, HostWork};
use crate::source_status::{ErrorClass, Verdict};
use crate::sources::client::Reply;
use crate::sources::error::CrawlError;
use crate::sources::frontier::{HostRelease, MoreWork};
use crate::sources::queue::HostId;
use crate::sources::url_check::UrlCheck;

/// The longest pause of a host, even if the host asks for a longer pause.
const LONGEST_PAUSE: Duration = Duration::from_hours(24);

/// The time between two attempts to lease a host that another run holds.
const LEASE_POLL: Duration = Duration::from_millis(500);

impl CrawlRun<'_> {
    /// Waits for a host that another run holds. If the wait is longer than the run's patience, gives
    /// up the host's work.
    pub(super) fn wait_for_lease(
        &mut self,
        id: HostId,
        work: HostWork,
        at: Instant,
    ) -> Result<(), CrawlError> {
        let now = Instant::now();
        self.queue.give_back(id, now);
        let key = work.key().to_owned();
        let since = *self.lease_waits.entry(key.clone()).or_insert(now);
        let patience = self.settings.patience;
        if now - since > patience || at.saturating_duration_since(now) > patience {
            self.give_up_work(work, ErrorClass::HostHeld)?;
            return self.give_up_queued(id, &key, |_| true, ErrorClass::HostHeld);
        }
        // The other run may finish before its lease ends.
        self.queue.hold(id, at.min(now + LEASE_POLL));
        self.enqueue_first(work);
        Ok(())
    }

    /// Releases a host if it has no queued work and no request in flight. If the frontier has more
    /// checks for the host, queues them instead.
    pub(super) fn release_host(&mut self, key: &str) -> Result<(), CrawlError> {
        let Some(id) = self.queue.find(key) else { return Ok(()) };
        let Some(gate) = self.queue.gate_if_done(id).filter(|_| !self.is_over()) else {
            return Ok(());
        };
        let failed = self
            .retries
            .get(key)
            .map_or(0, |checks| checks.iter().map(|check| check.urls().len()).sum());
        match self.frontier.release_host(key, gate, failed)? {
            HostRelease::Kept => {}
            HostRelease::Retry => self.retry_host(id, key)?,
            HostRelease::More(checks) => self.enqueue(checks),
            // A crawl visits more hosts than fit into memory.
            HostRelease::Released => {
                self.queue.shrink(id);
                if let Some(robots_cache) = &mut self.robots_cache {
                    robots_cache.forget_host(key);
                }
                self.random_paths.forget_host(key);
                self.honesty.forget_host(key);
                // The frontier may have room for another host now.
                if let MoreWork::At(_) = self.more_work {
                    self.more_work = MoreWork::At(Instant::now());
                }
            }
        }
        Ok(())
    }

    /// Confirms the failures that were recorded while the run had contacted at most `asked` hosts:
    /// the local network did not cause them. Releases their hosts if possible.
    pub(super) fn confirm_failures(&mut self, asked: u64) -> Result<(), CrawlError> {
        for key in self.frontier.confirm_failures(asked)? {
            self.release_host(&key)?;
        }
        Ok(())
    }

    /// Queues the failed checks of a host again, after a pause during which the run keeps the host.
    fn retry_host(&mut self, id: HostId, key: &str) -> Result<(), CrawlError> {
        self.queue.hold(id, Instant::now() + self.settings.retry_pause);
        self.frontier.extend_lease(key, self.queue.gate(id))?;
        let checks = self.retries.remove(key).unwrap_or_default();
        self.retry(checks)
    }

    /// Queues checks for another try. Concludes those whose hosts have asked for a longer pause than the
    /// run waits for.
    pub(super) fn retry(&mut self, checks: Vec<UrlCheck>) -> Result<(), CrawlError> {
        let is_paused =
            |check: &UrlCheck| self.is_paused(check.key()) || self.is_paused(check.home());
        let (paused, mut others): (Vec<UrlCheck>, Vec<UrlCheck>) =
            checks.into_iter().partition(is_paused);
        others.iter_mut().for_each(UrlCheck::try_again);
        self.enqueue(others);
        for check in paused {
            self.conclude(check, Verdict::Unproven, None)?;
        }
        Ok(())
    }

    /// Ends a check with a verdict, and records its outcomes.
    pub(super) fn conclude(
        &mut self,
        check: UrlCheck,
        verdict: Verdict,
        error: Option<ErrorClass>,
    ) -> Result<(), CrawlError> {
        if check.is_control() {
            return self.conclude_control(&check);
        }
        let home = check.home().to_owned();
        self.record(check, verdict, error)?;
        self.release_host(&home)
    }

    /// Records the outcomes of a check.
    fn record(
        &mut self,
        check: UrlCheck,
        verdict: Verdict,
        error: Option<ErrorClass>,
    ) -> Result<(), CrawlError> {
        for outcome in check.finish(verdict, error) {
            self.progress.advance(&outcome);
            self.frontier.record(outcome, self.health.hosts_asked())?;
        }
        Ok(())
    }

    /// Records the failures of the checks that are tried again or wait for another try, because the
    /// run ends now.
    pub(super) fn record_failures(&mut self) -> Result<(), CrawlError> {
        let in_flight = std::mem::take(&mut self.in_flight).into_values().map(|(_, work)| work);
        let begun = in_flight.chain(self.queue.drain()).filter_map(|work| match work {
            HostWork::Page(check) if check.is_retry() => Some(check),
            HostWork::Page(_) | HostWork::Robots(_) => None,
        });
        let mut failed: Vec<UrlCheck> = begun.collect();
        failed.extend(std::mem::take(&mut self.retries).into_values().flatten());
        failed.into_iter().try_for_each(|check| self.record(check, Verdict::Unproven, None))
    }

    /// Ends a control check.
    ///
    /// # Errors
    /// Returns [`CrawlError::LocalNetworkDown`] if no control check was answered.
    fn conclude_control(&mut self, check: &UrlCheck) -> Result<(), CrawlError> {
        self.controls = self.controls.saturating_sub(1);
        if check.is_answered() {
            self.health.reset_network();
            // One answer is enough, whatever the other control checks find.
            self.is_control_answered = true;
        } else if self.controls == 0 && !self.is_control_answered {
            return Err(CrawlError::LocalNetworkDown);
        }
        if self.controls == 0 {
            self.is_control_answered = false;
        }
        self.release_host(check.home())
    }

    /// Gives up a check, and the checks that wait for the reply that it requested.
    pub(super) fn give_up(&mut self, check: UrlCheck, class: ErrorClass) -> Result<(), CrawlError> {
        let waiting = if check.is_comparing() {
            self.random_paths.give_up(&check, &check.folder())
        } else if check.is_in_doubt() {
            self.honesty.give_up(&check, &check.site())
        } else {
            Vec::new()
        };
        for check in std::iter::once(check).chain(waiting) {
            let (check, verdict, error) = check.give_up(class);
            self.conclude(check, verdict, error)?;
        }
        Ok(())
    }

    /// Gives up a piece of work, with all checks that depend on it.
    pub(super) fn give_up_work(
        &mut self,
        work: HostWork,
        class: ErrorClass,
    ) -> Result<(), CrawlError> {
        let checks = match (work, &mut self.robots_cache) {
            (HostWork::Page(check), _) => vec![check],
            (HostWork::Robots(fetch), Some(robots_cache)) => robots_cache.give_up(fetch),
            (HostWork::Robots(fetch), None) => fetch.into_checks(),
        };
        checks.into_iter().try_for_each(|check| self.give_up(check, class))
    }

    /// Updates the state of a host after a reply. Pauses a host that asks for a pause. Gives up the
    /// untried checks of a host that is down, and all queued work of a host that asks for a longer
    /// pause than the run waits for.
    pub(super) fn update_host(
        &mut self,
        id: HostId,
        key: &str,
        host: &str,
        reply: &Reply,
    ) -> Result<(), CrawlError> {
        if self.health.record(host, reply) {
            let is_untried = |work: &HostWork| {
                work.host() == host && matches!(work, HostWork::Page(check) if !check.is_retry())
            };
            self.give_up_queued(id, key, is_untried, ErrorClass::HostDown)?;
        }
        let Reply::Answer(answer) = reply else { return Ok(()) };
        if self.queue.is_slowed(id) {
            self.frontier.extend_lease(key, self.queue.gate(id))?;
        }
        let pause = self.health.pause(id, answer, self.settings.first_pause);
        let Some(pause) = pause else { return Ok(()) };
        if pause <= self.settings.patience {
            let until = Instant::now() + pause;
            self.queue.hold(id, until);
            return Ok(self.frontier.extend_lease(key, until)?);
        }
        let until = Instant::now() + pause.min(LONGEST_PAUSE);
        self.paused.insert(key.to_owned(), until);
        self.frontier.pause_host(key, until);
        self.give_up_queued(id, key, |_| true, ErrorClass::HostPaused)
    }

    /// Gives up the queued work of a host that `is_given_up` selects, and releases the host.
    pub(super) fn give_up_queued(
        &mut self,
        id: HostId,
        key: &str,
        is_given_up: impl Fn(&HostWork) -> bool,
        class: ErrorClass,
    ) -> Result<(), CrawlError> {
        for work in self.queue.give_up(id, is_given_up) {
            self.give_up_work(work, class)?;
        }
        self.release_host(key)
    }
}
