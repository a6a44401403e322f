//! Reachability: asks the servers behind source URLs whether their pages are still there.
//!
//! The way of a URL: `guard` says whether it may be contacted, `queue` holds it until its host is
//! ready, `client` makes one request, `judge` reads the reply, `check` decides what comes next, and
//! `run` keeps all of that going, at a `frontier` that hands out the work. Everything is owned by the
//! call to [`probe`], [`watch()`] or [`crawl`]: there is no global state, nothing is printed, and nothing
//! written but the ledger that is given in.

mod address_guard;
mod alarm;
mod classify;
mod client;
mod dns;
mod frontier;
mod host_health;
pub mod ledger;
mod mock;
mod queue;
mod recheck;
mod robots;
mod run;
mod send_deadline;
mod soft404;
mod tls;
mod url_check;
mod wayback;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use self::client::Clients;
use self::dns::SystemLookup;
pub use self::dns::{Lookup, LookupError, LookupFuture};
use self::frontier::{Frontier, MemoryFrontier};
use self::ledger::LedgerError;
pub use self::mock::{MockReply, rehearse};
pub use self::queue::Pace;
pub use self::recheck::{crawl, enroll, standings, watch};
#[doc(hidden)]
pub use self::robots::parse::RobotsRules;
use self::run::Run;
#[doc(hidden)]
pub use self::soft404::page_text::PageText;
use self::url_check::UrlCheck;
pub use self::wayback::{CopyCounts, WaybackSettings, find_copies};
use crate::address::AddressPolicy;
use crate::source_status::{ErrorClass, Evidence, Outcome, Verdict};

/// How a run behaves.
#[derive(Clone, Debug)]
pub struct CrawlSettings {
    /// The most time one request may take, from the look-up of the host to the answer's head.
    pub timeout: Duration,
    /// The most time within that for the look-up and the connection.
    pub connect_timeout: Duration,
    /// The most requests under way at once.
    pub concurrency: usize,
    /// The most requests under way at once to one host.
    pub per_host: usize,
    /// The least time between the starts of two requests to one host.
    pub delay: Duration,
    /// The pause before what failed is tried again, after all other URLs are done.
    pub retry_pause: Duration,
    /// The pause of a host that asks for one and does not say how long; doubled each further time.
    pub first_pause: Duration,
    /// The longest pause that a run waits for: a host that asks for more is left alone.
    pub patience: Duration,
    /// Which addresses may be contacted.
    pub policy: AddressPolicy,
    /// How the program names itself to servers.
    pub user_agent: String,
    /// What all requests go through, if anything: whoever chooses it leaves it to it which addresses
    /// names have, for only those that stand in URLs can be checked then.
    pub proxy: Option<Url>,
    /// What is different for some hosts.
    pub hosts: HostRules,
    /// The most time that the run may take: what its turn doesn't come to is left.
    pub budget: Option<Duration>,
    /// Whether the hosts' robots.txt are asked first, as robots do that look at more than what one
    /// reader points at.
    pub robots: bool,
    /// Ends the run from outside.
    pub stop: Stop,
}

/// What is different for some hosts.
#[derive(Clone, Debug, Default)]
pub struct HostRules {
    /// The pace of hosts, by their key of politeness.
    pub paces: HashMap<String, Pace>,
    /// Hosts that are not asked at all.
    pub skip: HashSet<String>,
    headers: Vec<(String, HeaderMap)>,
}

impl HostRules {
    /// Whether a URL's host is not to be asked.
    pub(crate) fn skips(&self, url: &Url) -> bool {
        self.skip.contains(address_guard::host(url))
    }

    /// Sends a header to one host: to it alone, and unencrypted only to an address that is opened.
    /// Returns whether it can be a header.
    pub fn add_header(&mut self, host: &str, name: &str, value: &str) -> bool {
        let header = HeaderName::try_from(name).ok().zip(HeaderValue::from_str(value).ok());
        let Some((name, mut value)) = header else { return false };
        value.set_sensitive(true);
        match self.headers.iter_mut().find(|(own, _)| own == host) {
            Some((_, headers)) => _ = headers.insert(name, value),
            None => self.headers.push((host.to_owned(), HeaderMap::from_iter([(name, value)]))),
        }
        true
    }
}

/// A switch that ends a run: what is under way is let go, what was found out is kept.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Ends the runs that know of it.
    pub fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether they are to end.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl Default for CrawlSettings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(10),
            concurrency: 64,
            per_host: 1,
            delay: Duration::from_millis(250),
            retry_pause: Duration::from_secs(2),
            first_pause: Duration::from_mins(1),
            patience: Duration::from_mins(1),
            policy: AddressPolicy::default(),
            user_agent: concat!("dateline/", env!("CARGO_PKG_VERSION"), " (link checker)").into(),
            proxy: None,
            hosts: HostRules::default(),
            budget: None,
            robots: false,
            stop: Stop::default(),
        }
    }
}

/// Told how a run is getting on.
pub trait Progress: Send + Sync {
    /// The run begins, with this many distinct URLs.
    fn start(&self, total: u64);
    /// One of them has its verdict.
    fn advance(&self, outcome: &Outcome);
    /// So many hosts have something that waits, and so many requests are under way; `longest` finds
    /// out how long the longest queue takes.
    fn waiting(&self, _hosts: usize, _requests: usize, _longest: &dyn Fn() -> Duration) {}
    /// The run is over.
    fn finish(&self);
}

/// Why a run came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// A part of the network stack refused to start.
    #[error("cannot set up {what}")]
    Setup {
        /// The part, in words.
        what: &'static str,
        /// What it says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Most hosts cannot be reached: it is not they that are gone. Nothing is concluded.
    #[error("most hosts cannot be reached, so it is this machine's network that fails")]
    OwnNetwork,
    /// The ledger failed.
    #[error(transparent)]
    Ledger(LedgerError),
    /// The run was stopped. What it had found out is kept where there is a ledger.
    #[error("the check of sources was stopped")]
    Stopped,
    /// The calling thread already runs asynchronous work, which a run would block.
    #[error("the probe was called from within asynchronous work")]
    Nested,
}

impl CrawlError {
    fn setup(what: &'static str, source: impl Error + Send + Sync + 'static) -> Self {
        Self::Setup { what, source: Box::new(source) }
    }
}

/// Asks once for each distinct URL and returns the outcomes sorted by URL.
///
/// Blocks the calling thread until all is done, on an asynchronous runtime of its own, which is
/// started only if there is something to contact. `lookup` replaces the system's name servers.
///
/// # Errors
/// If the runtime, TLS, the system's name servers or the HTTP client cannot be set up, or if most
/// hosts cannot be reached. What goes wrong with a single URL is the evidence of its outcome.
pub fn probe(
    urls: Vec<String>,
    settings: &CrawlSettings,
    lookup: Option<Arc<dyn Lookup>>,
    progress: &dyn Progress,
) -> Result<Vec<Outcome>, CrawlError> {
    let Workload { checks, mut outcomes, total } = plan(urls, settings);
    progress.start(total);
    for outcome in &outcomes {
        progress.advance(outcome);
    }
    if !checks.is_empty() {
        let mut frontier = MemoryFrontier::new(checks, settings.policy.clone());
        contact(&mut frontier, settings, lookup, progress)?;
        outcomes.extend(frontier.into_outcomes());
    }
    progress.finish();
    outcomes.sort_by(|a, b| a.url.cmp(&b.url));
    Ok(outcomes)
}

/// What is to be asked, and the outcomes of what must not be.
struct Workload {
    checks: Vec<UrlCheck>,
    outcomes: Vec<Outcome>,
    total: u64,
}

fn plan(mut urls: Vec<String>, settings: &CrawlSettings) -> Workload {
    urls.sort_unstable();
    urls.dedup();
    let total = urls.len() as u64;
    let mut outcomes = Vec::new();
    // Spellings of one page, which are one request: as the URL parser writes it, no fragment.
    let mut pages: BTreeMap<Url, Vec<String>> = BTreeMap::new();
    for written in urls {
        match Url::parse(&written) {
            Ok(mut url) => {
                url.set_fragment(None);
                pages.entry(url).or_default().push(written);
            }
            Err(_) => outcomes.push(not_contacted(written, ErrorClass::Malformed)),
        }
    }
    let mut checks = Vec::new();
    for (url, written) in pages {
        let check = if settings.hosts.skips(&url) {
            Err((written, ErrorClass::Skipped))
        } else {
            UrlCheck::new(written, url, &settings.policy)
        };
        match check {
            Ok(check) => checks.push(check),
            Err((written, class)) => {
                outcomes.extend(written.into_iter().map(|url| not_contacted(url, class)));
            }
        }
    }
    Workload { checks, outcomes, total }
}

/// The key of politeness of a URL: its registrable domain, or its address; none for what is no URL
/// with a host.
#[must_use]
pub fn politeness_key(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(Url::has_host)?;
    Some(address_guard::politeness_key(&url).to_owned())
}

fn not_contacted(url: String, class: ErrorClass) -> Outcome {
    let evidence = Evidence { error: Some(class), ..Evidence::default() };
    Outcome { url, verdict: Verdict::Unknown, evidence }
}

fn contact(
    frontier: &mut dyn Frontier,
    settings: &CrawlSettings,
    lookup: Option<Arc<dyn Lookup>>,
    progress: &dyn Progress,
) -> Result<(), CrawlError> {
    block_on(settings, lookup, async |clients| {
        Run::new(settings, clients, progress, frontier)?.finish().await
    })
}

/// Does asynchronous work with clients, on a runtime of its own.
fn block_on<T>(
    settings: &CrawlSettings,
    lookup: Option<Arc<dyn Lookup>>,
    work: impl AsyncFnOnce(&Clients) -> Result<T, CrawlError>,
) -> Result<T, CrawlError> {
    if tokio::runtime::Handle::try_current().is_ok() {
        return Err(CrawlError::Nested);
    }
    // One thread is plenty: the work is waiting.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
        .map_err(|error| CrawlError::setup("the network", error))?;
    runtime.block_on(async {
        let lookup = match lookup {
            Some(lookup) => lookup,
            None => Arc::new(
                SystemLookup::new(settings.concurrency)
                    .map_err(|error| CrawlError::setup("the look-up of host names", error))?,
            ),
        };
        work(&Clients::new(settings, &lookup)?).await
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_page_are_one_job() {
        let urls = [
            "http://a.org/x",
            "http://A.org:80/x",
            "http://a.org/x#part",
            "http://a.org/x",
            "http://127.0.0.1/",
            "no url",
        ];
        let plan = plan(urls.map(str::to_owned).into(), &CrawlSettings::default());
        assert_eq!(plan.total, 5);
        assert_eq!(plan.checks.len(), 1);
        assert_eq!(plan.outcomes.len(), 2);
    }

    #[test]
    fn the_program_names_itself() {
        let user_agent = CrawlSettings::default().user_agent;
        assert!(user_agent.starts_with("dateline/"), "{user_agent}");
    }
}
