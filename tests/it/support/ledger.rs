//! Runs with a ledger, on a clock that the test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use dateline::internals::source_status::Outcome;
use dateline::internals::sources::ledger::{Ledger, Observation, SqliteLedger, UrlStatus};
use dateline::internals::sources::{
    CrawlError, CrawlSettings, Lookup, Progress, Stop, crawl, enroll, recheck_urls,
};
use tempfile::TempDir;

use super::url_checks::{Counter, FakeDns};

/// A day.
pub const DAY: Duration = Duration::from_hours(24);

/// A ledger of the test's own. Its clock runs on from 2012, and jumps when it is told to: it can't
/// stand still, for a run waits for the times that it is given.
pub struct TestLedger {
    folder: TempDir,
    started: Instant,
    ahead: AtomicI64,
}

impl TestLedger {
    /// An empty one.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, started: Instant::now(), ahead: AtomicI64::new(1_332_676_800_000) }
    }

    /// One where these URLs are enrolled.
    pub fn of(urls: &[String]) -> Self {
        let new = Self::new();
        new.enroll(urls);
        new
    }

    /// Another handle to it.
    pub fn open(&self) -> SqliteLedger {
        SqliteLedger::open(&self.folder.path().join("sources.sqlite3")).unwrap()
    }

    /// What its clock says.
    pub fn now(&self) -> i64 {
        let run = i64::try_from(self.started.elapsed().as_millis()).unwrap();
        self.ahead.load(Ordering::SeqCst) + run
    }

    /// Moves the clock on.
    pub fn pass(&self, time: Duration) {
        self.ahead.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Enrols URLs.
    pub fn enroll(&self, urls: &[String]) {
        enroll(&mut self.open(), &mut urls.iter().cloned()).unwrap();
    }

    /// Checks all that is due, as a crawler.
    pub fn crawl(&self, settings: &CrawlSettings, dns: &Arc<FakeDns>) -> Result<(), CrawlError> {
        self.crawl_telling(settings, dns, &Counter::default())
    }

    /// The same, telling of its progress.
    pub fn crawl_telling(
        &self,
        settings: &CrawlSettings,
        dns: &Arc<FakeDns>,
        progress: &dyn Progress,
    ) -> Result<(), CrawlError> {
        let settings = CrawlSettings { robots: true, ..settings.clone() };
        let lookup: Arc<dyn Lookup> = Arc::clone(dns) as _;
        crawl(&settings, Some(lookup), progress, &mut self.open(), &|| self.now())
    }

    /// Checks those of the URLs that are due.
    pub fn check(
        &self,
        urls: &[String],
        settings: &CrawlSettings,
        dns: &Arc<FakeDns>,
    ) -> Result<Vec<Outcome>, CrawlError> {
        self.check_telling(urls, settings, dns, &Counter::default())
    }

    /// The same, telling of its progress.
    pub fn check_telling(
        &self,
        urls: &[String],
        settings: &CrawlSettings,
        dns: &Arc<FakeDns>,
        progress: &dyn Progress,
    ) -> Result<Vec<Outcome>, CrawlError> {
        let lookup: Arc<dyn Lookup> = Arc::clone(dns) as _;
        recheck_urls(urls, settings, Some(lookup), progress, &mut self.open(), &|| self.now())
    }

    /// Checks all that is due, as a crawler, or only those of the URLs.
    pub fn crawl_or_check(
        &self,
        crawls: bool,
        urls: &[String],
        settings: &CrawlSettings,
        dns: &Arc<FakeDns>,
    ) -> Result<(), CrawlError> {
        if crawls { self.crawl(settings, dns) } else { self.check(urls, settings, dns).map(drop) }
    }

    /// Returns the status of a URL that was checked.
    pub fn status(&self, url: &str) -> UrlStatus {
        self.open().status(url).unwrap().unwrap()
    }

    /// Returns whether a URL was ever checked.
    pub fn is_seen(&self, url: &str) -> bool {
        self.seen().iter().any(|(seen, _)| seen == url)
    }

    /// Returns all observations, by URL.
    pub fn seen(&self) -> Vec<(String, Observation)> {
        let mut seen = Vec::new();
        let mut take = |one| {
            seen.push(one);
            Ok(())
        };
        self.open().observations(&mut take).unwrap();
        seen
    }

    /// How many URLs are due.
    pub fn due(&self) -> u64 {
        self.open().counts(self.now()).unwrap().due
    }
}

/// Stops a run once it has told of so many outcomes.
pub struct StopAfter {
    most: usize,
    told: AtomicUsize,
    stop: Stop,
}

impl StopAfter {
    /// Stops the runs that know of `stop`.
    pub fn new(most: usize, stop: Stop) -> Self {
        Self { most, told: AtomicUsize::new(0), stop }
    }
}

impl Progress for StopAfter {
    fn start(&self, _: u64) {}
    fn advance(&self, _: &Outcome) {
        if self.told.fetch_add(1, Ordering::SeqCst) + 1 == self.most {
            self.stop.set();
        }
    }
    fn finish(&self) {}
}

/// A stop after so much time.
pub fn stop_after(time: Duration) -> Stop {
    let stop = Stop::default();
    let later = stop.clone();
    thread::spawn(move || {
        thread::sleep(time);
        later.set();
    });
    stop
}

/// Does something after so many outcomes.
pub struct ActAfter<F> {
    turn: usize,
    told: AtomicUsize,
    action: F,
}

impl<F: Fn() + Send + Sync> ActAfter<F> {
    /// Does it once so many are told of.
    pub fn new(turn: usize, action: F) -> Self {
        Self { turn, told: AtomicUsize::new(0), action }
    }
}

impl<F: Fn() + Send + Sync> Progress for ActAfter<F> {
    fn start(&self, _: u64) {}
    fn advance(&self, _: &Outcome) {
        if self.told.fetch_add(1, Ordering::SeqCst) + 1 == self.turn {
            (self.action)();
        }
    }
    fn finish(&self) {}
}
