//! Checks of URLs against servers, without a ledger.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dateline::internals::address::AddressPolicy;
use dateline::internals::source_status::Outcome;
use dateline::internals::sources::{
    CrawlSettings, Lookup, LookupError, LookupFuture, Progress, check_urls,
};

/// A resolver with prepared answers. Each lookup of a name gets the next answer, and the last
/// answer repeats.
#[derive(Default)]
pub struct FakeDns {
    answers: HashMap<&'static str, Vec<Result<Vec<IpAddr>, LookupError>>>,
    asked: Mutex<HashMap<String, usize>>,
    cut: AtomicBool,
    pause: Duration,
}

impl FakeDns {
    /// Adds the next answer for a name.
    pub fn with(mut self, host: &'static str, answer: Result<&[&str], LookupError>) -> Self {
        let answer = answer.map(|ips| ips.iter().map(|ip| ip.parse().unwrap()).collect());
        self.answers.entry(host).or_default().push(answer);
        self
    }

    /// Delays every answer.
    pub fn slowly(self, pause: Duration) -> Self {
        Self { pause, ..self }
    }

    /// Cuts or restores the network. While it is cut, every lookup fails.
    pub fn cut(&self, cut: bool) {
        self.cut.store(cut, Ordering::SeqCst);
    }

    /// Returns the number of lookups of a name.
    pub fn asked(&self, host: &str) -> usize {
        self.asked.lock().unwrap().get(host).copied().unwrap_or_default()
    }
}

impl Lookup for FakeDns {
    fn lookup(&self, host: &str) -> LookupFuture {
        let turn = {
            let mut asked = self.asked.lock().unwrap();
            let count = asked.entry(host.to_owned()).or_default();
            *count += 1;
            *count - 1
        };
        let answer = match self.answers.get(host) {
            _ if self.cut.load(Ordering::SeqCst) => Err(LookupError::Failed),
            Some(dns) => dns[turn.min(dns.len() - 1)].clone(),
            None => Err(LookupError::NoSuchHost),
        };
        let pause = self.pause;
        Box::pin(async move {
            tokio::time::sleep(pause).await;
            answer
        })
    }
}

/// Returns a resolver that resolves all these names to 127.0.0.1.
pub fn dns(hosts: &[&'static str]) -> Arc<FakeDns> {
    let here = |dns: FakeDns, host: &&'static str| dns.with(host, Ok(&["127.0.0.1"]));
    Arc::new(hosts.iter().fold(FakeDns::default(), here))
}

/// A progress observer that counts its calls.
#[derive(Default)]
pub struct Counter {
    /// The number of URLs that the run announced.
    pub total: AtomicUsize,
    /// The number of outcomes.
    pub advanced: AtomicUsize,
    /// The number of times that a run finished.
    pub finished: AtomicUsize,
}

impl Progress for Counter {
    fn start(&self, total: u64) {
        self.total.store(usize::try_from(total).unwrap(), Ordering::SeqCst);
    }
    fn advance(&self, _: &Outcome) {
        self.advanced.fetch_add(1, Ordering::SeqCst);
    }
    fn finish(&self) {
        self.finished.fetch_add(1, Ordering::SeqCst);
    }
}

/// Returns settings that allow these addresses and have no delays.
pub fn settings(allowed: &[&str]) -> CrawlSettings {
    CrawlSettings {
        timeout: Duration::from_secs(5),
        delay: Duration::ZERO,
        retry_pause: Duration::ZERO,
        first_pause: Duration::ZERO,
        policy: AddressPolicy::new(allowed.iter().map(|net| net.parse().unwrap()).collect()),
        ..CrawlSettings::default()
    }
}

/// Checks URLs with a fake resolver.
pub fn run(urls: &[String], settings: &CrawlSettings, dns: &Arc<FakeDns>) -> Vec<Outcome> {
    let lookup: Arc<dyn Lookup> = Arc::clone(dns) as _;
    check_urls(urls.to_vec(), settings, Some(lookup), &Counter::default()).unwrap()
}

/// Checks one URL.
pub fn run_one(url: &str, settings: &CrawlSettings) -> Outcome {
    let outcomes = run(&[url.to_owned()], settings, &Arc::default());
    assert_eq!(outcomes.len(), 1);
    outcomes.into_iter().next().unwrap()
}

/// The address range of the test servers.
pub const OPEN: &[&str] = &["127.0.0.0/8"];
