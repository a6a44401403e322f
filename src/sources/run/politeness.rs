//! How a run treats its hosts: when it waits for them, leaves them alone, or leaves them.

use std::time::Duration;

use tokio::time::Instant;

use super::{Run, Work};
use crate::source_status::{ErrorClass, Verdict};
use crate::sources::CrawlError;
use crate::sources::client::Reply;
use crate::sources::frontier::{Leaving, More};
use crate::sources::queue::HostId;
use crate::sources::url_check::UrlCheck;

/// The longest that a host is left alone, whatever it asks for.
const LONGEST_PAUSE: Duration = Duration::from_hours(24);

/// How often it is looked whether a host is still held by somebody else.
const AGAIN: Duration = Duration::from_millis(500);

impl Run<'_> {
    /// Waits for a host that somebody else holds; not for ever.
    pub(super) fn refuse(&mut self, id: HostId, work: Work, at: Instant) -> Result<(), CrawlError> {
        let now = Instant::now();
        self.queue.give_back(id, now);
        let key = work.key().to_owned();
        let since = *self.refused.entry(key.clone()).or_insert(now);
        let patience = self.settings.patience;
        if now - since > patience || at.saturating_duration_since(now) > patience {
            self.give_up_work(work, ErrorClass::HostHeld)?;
            return self.give_up_all(id, &key, |_| true, ErrorClass::HostHeld);
        }
        // Who holds it may be done before the lease is.
        self.queue.hold(id, at.min(now + AGAIN));
        self.put_first(work);
        Ok(())
    }

    /// Leaves a host of which nothing waits and nothing is out, unless there is more of it.
    pub(super) fn leave(&mut self, key: &str) -> Result<(), CrawlError> {
        let Some(id) = self.queue.find(key) else { return Ok(()) };
        let Some(gate) = self.queue.gate_if_done(id).filter(|_| !self.is_over()) else {
            return Ok(());
        };
        match self.frontier.leave(key, gate)? {
            Leaving::Stays => {}
            Leaving::More(checks) => self.enqueue(checks),
            // A crawl goes over more hosts than there is memory for.
            Leaving::Left => {
                self.queue.shrink(id);
                if let Some(robots_cache) = &mut self.robots_cache {
                    robots_cache.leave(key);
                }
                self.siblings.leave(key);
                // There may be room for another host now.
                if let More::At(_) = self.more {
                    self.more = More::At(Instant::now());
                }
            }
        }
        Ok(())
    }

    pub(super) fn confirm(&mut self, asked: u64) -> Result<(), CrawlError> {
        for key in self.frontier.confirm(asked)? {
            self.leave(&key)?;
        }
        Ok(())
    }

    /// Concludes those of the checks whose hosts asked for a longer pause than the run waits.
    pub(super) fn leave_paused(
        &mut self,
        checks: Vec<UrlCheck>,
    ) -> Result<Vec<UrlCheck>, CrawlError> {
        let (left, kept): (Vec<UrlCheck>, Vec<UrlCheck>) =
            checks.into_iter().partition(|check| self.is_paused(check.key()));
        for check in left {
            self.conclude(check, Verdict::Unproven, None)?;
        }
        Ok(kept)
    }

    pub(super) fn conclude(
        &mut self,
        check: UrlCheck,
        verdict: Verdict,
        error: Option<ErrorClass>,
    ) -> Result<(), CrawlError> {
        if check.is_control() {
            return self.learn_of_the_network(&check);
        }
        let home = check.home().to_owned();
        for outcome in check.finish(verdict, error) {
            self.progress.advance(&outcome);
            self.frontier.put(outcome, self.health.asked_in_all())?;
        }
        self.leave(&home)
    }

    /// Takes in whether a host that answered before still does.
    fn learn_of_the_network(&mut self, check: &UrlCheck) -> Result<(), CrawlError> {
        self.controls = self.controls.saturating_sub(1);
        if check.is_answered() {
            self.health.vouch();
            // What the others say changes nothing any more.
            self.vouched = true;
        } else if self.controls == 0 && !self.vouched {
            return Err(CrawlError::OwnNetwork);
        }
        if self.controls == 0 {
            self.vouched = false;
        }
        self.leave(check.home())
    }

    /// Whether a host asked for a pause that is longer than the run waits, and not over.
    pub(super) fn is_paused(&self, key: &str) -> bool {
        self.paused.get(key).is_some_and(|until| *until > Instant::now())
    }

    pub(super) fn give_up(&mut self, check: UrlCheck, class: ErrorClass) -> Result<(), CrawlError> {
        let waiting = if check.compares() { self.siblings.give_up(&check) } else { Vec::new() };
        for check in std::iter::once(check).chain(waiting) {
            let (check, verdict, error) = check.give_up(class);
            self.conclude(check, verdict, error)?;
        }
        Ok(())
    }

    pub(super) fn give_up_work(&mut self, work: Work, class: ErrorClass) -> Result<(), CrawlError> {
        let checks = match (work, &mut self.robots_cache) {
            (Work::Page(check), _) => vec![check],
            (Work::Robots(fetch), Some(robots_cache)) => robots_cache.forget(fetch),
            (Work::Robots(fetch), None) => fetch.into_checks(),
        };
        checks.into_iter().try_for_each(|check| self.give_up(check, class))
    }

    /// Gives a host the pause that it asks for, and leaves alone one that is down, or that asks for
    /// more than the run waits.
    pub(super) fn look_after(
        &mut self,
        id: HostId,
        key: &str,
        host: &str,
        reply: &Reply,
    ) -> Result<(), CrawlError> {
        if self.health.note(host, reply) {
            let is_untried = |work: &Work| {
                work.host() == host && matches!(work, Work::Page(check) if !check.is_another_try())
            };
            self.give_up_all(id, key, is_untried, ErrorClass::HostDown)?;
        }
        let Reply::Answer(answer) = reply else { return Ok(()) };
        let pause = self.health.pause(id, answer, self.settings.first_pause);
        let Some(pause) = pause else { return Ok(()) };
        if pause <= self.settings.patience {
            let until = Instant::now() + pause;
            self.queue.hold(id, until);
            return Ok(self.frontier.hold(key, until)?);
        }
        let until = Instant::now() + pause.min(LONGEST_PAUSE);
        self.paused.insert(key.to_owned(), until);
        self.frontier.rest(key, until);
        self.give_up_all(id, key, |_| true, ErrorClass::HostPaused)
    }

    pub(super) fn give_up_all(
        &mut self,
        id: HostId,
        key: &str,
        is_given_up: impl Fn(&Work) -> bool,
        class: ErrorClass,
    ) -> Result<(), CrawlError> {
        for work in self.queue.give_up(id, is_given_up) {
            self.give_up_work(work, class)?;
        }
        self.leave(key)
    }
}
