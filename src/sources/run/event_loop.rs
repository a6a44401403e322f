//! The event loop of a run, from its first request to its last reply.

use std::sync::Arc;

use tokio::time::{Instant, sleep, sleep_until};

use super::state::{CrawlRun, HostWork, Joined, STOP_POLL};
use crate::source_status::{ErrorClass, Verdict};
use crate::sources::dns::Lookup;
use crate::sources::error::CrawlError;
use crate::sources::frontier::{Frontier, MoreWork};
use crate::sources::progress::Progress;
use crate::sources::runtime::block_on;
use crate::sources::settings::CrawlSettings;

/// The number of further hosts that the run contacts before it confirms a failure that the local
/// network may have caused.
const HOSTS_BEFORE_CONFIRMING: u64 = 100;

/// Does all the work of a frontier, on an asynchronous runtime that ends with the run.
pub(in crate::sources) fn run(
    frontier: &mut dyn Frontier,
    settings: &CrawlSettings,
    lookup: Option<Arc<dyn Lookup>>,
    progress: &dyn Progress,
) -> Result<(), CrawlError> {
    block_on(settings, lookup, async |clients| {
        CrawlRun::new(settings, clients, progress, frontier).finish().await
    })
}

impl CrawlRun<'_> {
    /// Does all the work. The frontier then has the outcomes.
    ///
    /// # Errors
    /// Returns an error if the frontier's ledger fails, if most hosts cannot be reached, or if the
    /// run was stopped. If most hosts cannot be reached, failures that the local network may have
    /// caused do not count.
    async fn finish(mut self) -> Result<(), CrawlError> {
        let done = self.work().await;
        self.requests.abort_all();
        let busy = self.in_flight.values().map(|(_, work)| work.key().to_owned()).collect();
        if matches!(done, Err(CrawlError::Stopped)) {
            self.record_failures()?;
        }
        let is_network_up = !self.health.is_local_network_down(true);
        let queue = &self.queue;
        let gate = |key: &str| queue.find(key).map(|id| queue.gate(id));
        self.frontier.close(&busy, &gate, is_network_up)?;
        done?;
        if is_network_up { Ok(()) } else { Err(CrawlError::LocalNetworkDown) }
    }

    async fn work(&mut self) -> Result<(), CrawlError> {
        loop {
            if self.settings.stop.is_set() {
                return Err(CrawlError::Stopped);
            }
            self.note_turn();
            self.take_batch()?;
            self.start_ready()?;
            let (hosts, requests) = (self.queue.waiting_hosts(), self.requests.len());
            self.progress.waiting(hosts, requests, &|| self.queue.longest());
            if let Some(joined) = self.wait().await {
                self.handle_reply(joined)?;
                self.check_local_network(false)?;
                if self.controls == 0 && !self.health.is_local_network_down(false) {
                    let asked = self.health.hosts_asked();
                    self.confirm_failures(asked.saturating_sub(HOSTS_BEFORE_CONFIRMING))?;
                }
            } else if self.in_flight.is_empty() && (self.is_over() || self.is_idle()) {
                if self.is_over() {
                    return self.give_up_rest();
                }
                if !self.begin_next_phase().await? {
                    return Ok(());
                }
            }
        }
    }

    /// Finds more to do when no work is queued and no request is in flight: retries, control checks, or
    /// hosts that become ready. Returns `false` if the run is done.
    async fn begin_next_phase(&mut self) -> Result<bool, CrawlError> {
        if !self.retries.is_empty() {
            sleep(self.settings.retry_pause).await;
            for checks in std::mem::take(&mut self.retries).into_values() {
                self.retry(checks)?;
            }
            return Ok(true);
        }
        self.check_local_network(true)?;
        if self.controls > 0 {
            return Ok(true);
        }
        self.confirm_failures(u64::MAX)?;
        match self.more_work {
            MoreWork::Never => Ok(!self.is_idle()),
            MoreWork::At(_) => Ok(true),
        }
    }

    /// Starts control checks of hosts that answered before, if the local network seems to be down.
    /// If no such host is known, the network counts as down. During the run, this also requires
    /// that none of the recent hosts was reached.
    fn check_local_network(&mut self, is_over: bool) -> Result<(), CrawlError> {
        if self.controls > 0 || !self.health.is_local_network_down(is_over) {
            return Ok(());
        }
        let checks = self.frontier.control_checks()?;
        if checks.is_empty() {
            // While some hosts still answer, the run continues. No failure counts against its host for now.
            let is_undecided = !is_over && self.health.has_reached_any();
            return if is_undecided { Ok(()) } else { Err(CrawlError::LocalNetworkDown) };
        }
        self.controls = checks.len();
        for check in checks {
            self.enqueue_first(HostWork::Page(check));
        }
        Ok(())
    }

    /// Gives up all remaining work once the time budget is spent.
    fn give_up_rest(&mut self) -> Result<(), CrawlError> {
        for work in self.queue.drain() {
            self.give_up_work(work, ErrorClass::OutOfTime)?;
        }
        for check in std::mem::take(&mut self.retries).into_values().flatten() {
            self.conclude(check, Verdict::Unproven, None)?;
        }
        // A run over given URLs reports all of them, even those that it has not taken from the
        // frontier yet. A crawl, which obeys robots.txt, leaves those URLs for the next run.
        if self.more_work != MoreWork::Never && !self.settings.robots {
            for check in self.frontier.next_batch()?.0 {
                self.give_up(check, ErrorClass::OutOfTime)?;
            }
        }
        Ok(())
    }

    /// Waits until a request ends, another host is ready, or the next turn is due. Returns `None` if no
    /// request has ended.
    async fn wait(&mut self) -> Option<Joined> {
        let now = Instant::now();
        let interval = if self.requests.is_empty() { STOP_POLL } else { self.turn_interval() };
        let mut wake = now + interval;
        if self.has_room() && !self.is_over() {
            wake = self.queue.next_at(now).map_or(wake, |at| wake.min(at));
        }
        if let MoreWork::At(at) = self.more_work {
            wake = wake.min(at.max(now));
        }
        if self.requests.is_empty() {
            sleep_until(wake).await;
            return None;
        }
        tokio::select! {
            biased;
            joined = self.requests.join_next_with_id() => joined,
            () = sleep_until(wake) => None,
        }
    }
}
