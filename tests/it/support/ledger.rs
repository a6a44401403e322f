//! Runs with a ledger whose clock the test controls.

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

/// The duration of a day.
pub const DAY: Duration = Duration::from_hours(24);

/// A ledger in a temporary folder. Its clock starts in 2012 and can be moved forward. The clock
/// also runs on its own, because runs wait for times of this clock.
pub struct TestLedger {
    folder: TempDir,
    started: Instant,
    ahead: AtomicI64,
}

impl TestLedger {
    /// Creates an empty ledger.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, started: Instant::now(), ahead: AtomicI64::new(1_332_676_800_000) }
    }

    /// Creates a ledger with these URLs.
    pub fn of(urls: &[String]) -> Self {
        let new = Self::new();
        new.enroll(urls);
        new
    }

    /// Opens another handle to the ledger.
    pub fn open(&self) -> SqliteLedger {
        SqliteLedger::open(&self.folder.path().join("sources.sqlite3")).unwrap()
    }

    /// Returns the time of the clock, in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        let run = i64::try_from(self.started.elapsed().as_millis()).unwrap();
        self.ahead.load(Ordering::SeqCst) + run
    }

    /// Moves the clock forward.
    pub fn pass(&self, time: Duration) {
        self.ahead.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Adds URLs to the ledger.
    pub fn enroll(&self, urls: &[String]) {
        enroll(&mut self.open(), &mut urls.iter().cloned()).unwrap();
    }

    /// Crawls all URLs that are due.
    pub fn crawl(&self, settings: &CrawlSettings, dns: &Arc<FakeDns>) -> Result<(), CrawlError> {
        self.crawl_telling(settings, dns, &Counter::default())
    }

    /// Crawls all URLs that are due and reports progress.
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

    /// Checks the URLs that are due among `urls`.
    pub fn check(
        &self,
        urls: &[String],
        settings: &CrawlSettings,
        dns: &Arc<FakeDns>,
    ) -> Result<Vec<Outcome>, CrawlError> {
        self.check_telling(urls, settings, dns, &Counter::default())
    }

    /// Checks the URLs that are due among `urls` and reports progress.
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

    /// Crawls all URLs that are due, or checks only those among `urls`.
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

    /// Returns the number of URLs that are due.
    pub fn due(&self) -> u64 {
        self.open().counts(self.now()).unwrap().due
    }
}

/// A progress observer that stops a run after a number of outcomes.
pub struct StopAfter {
    most: usize,
    count: AtomicUsize,
    stop: Stop,
}

impl StopAfter {
    /// Creates an observer that sets `stop` after `most` outcomes.
    pub fn new(most: usize, stop: Stop) -> Self {
        Self { most, count: AtomicUsize::new(0), stop }
    }
}

impl Progress for StopAfter {
    fn start(&self, _: u64) {}
    fn advance(&self, _: &Outcome) {
        if self.count.fetch_add(1, Ordering::SeqCst) + 1 == self.most {
            self.stop.set();
        }
    }
    fn finish(&self) {}
}

/// Returns a stop signal that is set after `time`.
pub fn stop_after(time: Duration) -> Stop {
    let stop = Stop::default();
    let later = stop.clone();
    thread::spawn(move || {
        thread::sleep(time);
        later.set();
    });
    stop
}

/// A progress observer that runs an action after a number of outcomes.
pub struct ActAfter<F> {
    turn: usize,
    count: AtomicUsize,
    action: F,
}

impl<F: Fn() + Send + Sync> ActAfter<F> {
    /// Runs `action` after `turn` outcomes.
    pub fn new(turn: usize, action: F) -> Self {
        Self { turn, count: AtomicUsize::new(0), action }
    }
}

impl<F: Fn() + Send + Sync> Progress for ActAfter<F> {
    fn start(&self, _: u64) {}
    fn advance(&self, _: &Outcome) {
        if self.count.fetch_add(1, Ordering::SeqCst) + 1 == self.turn {
            (self.action)();
        }
    }
    fn finish(&self) {}
}
