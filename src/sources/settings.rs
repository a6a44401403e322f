//! The settings of a run: its limits, its delays, and exceptions for some hosts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::rate_limit;
use crate::address::AddressPolicy;
use crate::archive::own_site::OwnSite;

/// The settings of a run.
#[derive(Clone, Debug)]
pub struct CrawlSettings {
    /// The time limit of one request, from the DNS lookup to the end of the response. A body that is
    /// incomplete by then is cut off.
    pub timeout: Duration,
    /// The part of `timeout` that the lookup and the connection may take.
    pub connect_timeout: Duration,
    /// The maximum number of requests in flight.
    pub concurrency: usize,
    /// The maximum number of requests in flight to one host.
    pub per_host: usize,
    /// The minimum time between the starts of two requests to one host.
    pub delay: Duration,
    /// The pause before failed URLs are retried, once all other URLs are done. In a run with a ledger,
    /// the failed URLs of a host are retried once the other URLs of that host are done.
    pub retry_pause: Duration,
    /// The first backoff for a host that asks for a pause without saying for how long. Each consecutive
    /// backoff is twice as long.
    pub first_pause: Duration,
    /// The longest pause that a run waits for. The run skips hosts that ask for a longer pause.
    pub patience: Duration,
    /// The policy that decides which addresses may be contacted.
    pub policy: AddressPolicy,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The proxy for all requests, if any. The proxy resolves the host names, so Dateline can check
    /// only the IP addresses that URLs contain.
    pub proxy: Option<Url>,
    /// The exceptions for individual hosts.
    pub hosts: HostRules,
    /// The settings for the web archive.
    pub wayback: WaybackSettings,
    /// The time limit of the run, if any. When it is reached, the run skips the remaining URLs.
    pub budget: Option<Duration>,
    /// Whether the run obeys robots.txt, as a crawler must.
    pub robots: bool,
    /// The switch that stops the run from another thread.
    pub stop: Stop,
}

/// Exceptions for individual hosts.
#[derive(Clone, Debug, Default)]
pub struct HostRules {
    /// The rate limits of hosts, by rate-limit key.
    pub paces: HashMap<String, Pace>,
    /// The hosts that are never contacted.
    pub skip: HashSet<String>,
    /// The archive's own site, which is never contacted.
    pub own_site: OwnSite,
    headers: Vec<(String, HeaderMap)>,
}

impl HostRules {
    /// Returns whether a URL must not be contacted.
    pub(super) fn skips(&self, url: &Url) -> bool {
        self.skip.contains(rate_limit::host(url)) || self.own_site.contains(url)
    }

    /// Adds a header for one host. The header is sent without encryption only to explicitly allowed
    /// addresses. Returns `false`, and adds nothing, if the name or the value is invalid.
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

    /// Returns the additional headers of each host.
    pub(super) fn headers(&self) -> &[(String, HeaderMap)] {
        &self.headers
    }
}

/// A switch that stops runs. A stopped run drops its requests in flight. A run with a ledger keeps
/// its observations so far.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Stops all runs that share this switch.
    pub fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Returns whether the runs must stop.
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
            wayback: WaybackSettings::default(),
            budget: None,
            robots: false,
            stop: Stop::default(),
        }
    }
}

/// The settings for requests to the web archive.
#[derive(Clone, Debug)]
pub struct WaybackSettings {
    /// The URL that precedes the time and the page's URL, without a trailing slash.
    pub base: String,
    /// The minimum time between two requests.
    pub pause: Duration,
}

impl Default for WaybackSettings {
    /// Returns the settings for the Wayback Machine, which allows 24 requests per minute.
    fn default() -> Self {
        let base = "https://web.archive.org/web".to_owned();
        Self { base, pause: Duration::from_millis(2500) }
    }
}

/// The rate limit of one host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The minimum time between the starts of two requests.
    pub delay: Duration,
    /// The maximum number of requests in flight. Zero counts as one.
    pub at_once: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_names_itself() {
        let user_agent = CrawlSettings::default().user_agent;
        assert!(user_agent.starts_with("dateline/"), "{user_agent}");
    }
}
