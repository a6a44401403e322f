//! Handles replies, which determine the next step of a check or of the fetch of a robots.txt.

use std::hash::{BuildHasher, RandomState};

use tokio::time::Instant;

use super::state::{CrawlRun, HostWork, Joined};
use crate::source_status::{ErrorClass, Verdict};
use crate::sources::client::{Reply, Timed};
use crate::sources::error::CrawlError;
use crate::sources::robots::cache::{FetchStep, RobotsFetch};
use crate::sources::robots::parse::RobotsRules;
use crate::sources::soft404::cache::Lookup;
use crate::sources::soft404::detect::{Honesty, RandomPathReply};
use crate::sources::url_check::{NextStep, UrlCheck};

impl CrawlRun<'_> {
    /// Handles the reply of a request that has ended.
    pub(super) fn handle_reply(&mut self, joined: Joined) -> Result<(), CrawlError> {
        let (task, timed) = joined.unwrap_or_else(|error| {
            let reply = Reply::Failure { class: ErrorClass::Internal, sent: false };
            (error.id(), Timed { reply, started: Instant::now() })
        });
        let Some((id, work)) = self.in_flight.remove(&task) else { return Ok(()) };
        // The delay after a request depends on its answer.
        if let Reply::Answer(answer) = &timed.reply {
            self.queue.set_doublings(id, self.health.doublings(id, answer));
        }
        self.queue.started(id, timed.started);
        self.queue.release(id);
        let (key, host) = (work.key().to_owned(), work.host().to_owned());
        self.update_host(id, &key, &host, &timed.reply)?;
        match work {
            HostWork::Page(check) => self.handle_page(check, timed.reply)?,
            HostWork::Robots(fetch) => self.handle_robots(fetch, &timed.reply)?,
        }
        self.release_host(&key)
    }

    fn handle_page(&mut self, mut check: UrlCheck, mut reply: Reply) -> Result<(), CrawlError> {
        let next = check.step(&mut reply, &self.settings.policy);
        self.advance(check, next)
    }

    /// Carries out the next step of a check.
    fn advance(&mut self, check: UrlCheck, next: NextStep) -> Result<(), CrawlError> {
        match next {
            NextStep::Trust => {
                let site = check.site();
                match self.honesty.look_up(check, site) {
                    Lookup::Waiting => Ok(()),
                    Lookup::Known(check, honesty) => self.trust(check, honesty),
                    Lookup::Ask(check) => self.ask_random_path(check),
                }
            }
            NextStep::TrustWith(honesty) => {
                let waiting = self.honesty.learn(&check, check.site(), &honesty);
                self.trust(check, honesty)?;
                waiting.into_iter().try_for_each(|check| self.trust(check, honesty))
            }
            NextStep::Compare => {
                let folder = check.folder();
                match self.random_paths.look_up(check, folder) {
                    Lookup::Waiting => Ok(()),
                    Lookup::Known(check, reply) => self.compare(check, &reply),
                    Lookup::Ask(check) => self.ask_random_path(check),
                }
            }
            NextStep::CompareWith(reply) => {
                let waiting = self.random_paths.learn(&check, check.folder(), &reply);
                self.compare(check, &reply)?;
                waiting.into_iter().try_for_each(|check| self.compare(check, &reply))
            }
            NextStep::Ask if self.is_paused(check.key()) => {
                self.give_up(check, ErrorClass::HostPaused)
            }
            // The check goes back to the queue, where the next request waits for the gate of its own host.
            NextStep::Ask => {
                self.enqueue_first(HostWork::Page(check));
                Ok(())
            }
            // A retry in this run would come before the end of the pause.
            NextStep::Retry if self.is_paused(check.key()) => {
                self.conclude(check, Verdict::Unproven, None)
            }
            NextStep::Retry => {
                let home = check.home().to_owned();
                self.retries.entry(home.clone()).or_default().push(check);
                self.release_host(&home)
            }
            NextStep::Done(verdict, error) => self.conclude(check, verdict, error),
        }
    }

    fn ask_random_path(&mut self, mut check: UrlCheck) -> Result<(), CrawlError> {
        let next = check.ask_random_path(&random_name(), &self.settings.policy);
        self.advance(check, next)
    }

    fn trust(&mut self, mut check: UrlCheck, honesty: Honesty) -> Result<(), CrawlError> {
        let next = check.trust(honesty);
        self.advance(check, next)
    }

    fn compare(&mut self, mut check: UrlCheck, reply: &RandomPathReply) -> Result<(), CrawlError> {
        let next = check.compare(reply);
        self.advance(check, next)
    }

    fn handle_robots(&mut self, mut fetch: RobotsFetch, reply: &Reply) -> Result<(), CrawlError> {
        let key = fetch.key().to_owned();
        let rules = match fetch.step(reply, &self.settings.policy) {
            // A redirect to a skipped host is not followed, and counts as a missing robots.txt.
            FetchStep::Ask if self.settings.hosts.skips(fetch.at()) => {
                Some(RobotsRules::allow_all())
            }
            FetchStep::Ask => {
                self.enqueue_first(HostWork::Robots(fetch));
                return Ok(());
            }
            // Requests for the pages would fail in the same way.
            FetchStep::Unreached(class) => return self.fail_waiting(fetch, class),
            FetchStep::Rules(rules) => Some(rules),
            // A host that asks for a pause may have rules and send them later.
            FetchStep::Unknown if self.is_paused(&key) => {
                return self.give_up_work(HostWork::Robots(fetch), ErrorClass::HostPaused);
            }
            FetchStep::Unknown => None,
        };
        let Some(robots_cache) = &mut self.robots_cache else { return Ok(()) };
        let origin = fetch.origin().to_owned();
        let before = self.frontier.robots(&origin)?;
        let now = self.frontier.now();
        let (waiting, robots) = robots_cache.learn(fetch, rules.as_ref(), before.as_ref(), now);
        self.frontier.store_robots(&origin, &robots)?;
        for check in waiting {
            self.enqueue_first(HostWork::Page(check));
        }
        Ok(())
    }

    /// Applies the failure to fetch a robots.txt to each check that waits for it.
    fn fail_waiting(&mut self, fetch: RobotsFetch, class: ErrorClass) -> Result<(), CrawlError> {
        let Some(robots_cache) = &mut self.robots_cache else { return Ok(()) };
        let checks = robots_cache.give_up(fetch);
        let reply = Reply::Failure { class, sent: false };
        checks.into_iter().try_for_each(|check| self.handle_page(check, reply.clone()))
    }
}

/// Returns a random name of 64 bits, which no page has.
fn random_name() -> String {
    format!("{:016x}", RandomState::new().hash_one(0_u8))
}
