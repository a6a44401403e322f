//! How a run behaves: its limits, its pace, and what is different for some hosts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::rate_limit;
use crate::address::AddressPolicy;

/// How a run behaves.
#[derive(Clone, Debug)]
pub struct CrawlSettings {
    /// The longest time of one request, from the look-up of the host to the head of the answer.
    pub timeout: Duration,
    /// The longest time within that for the look-up and the connection.
    pub connect_timeout: Duration,
    /// The most requests under way at once.
    pub concurrency: usize,
    /// The most requests under way at once to one host.
    pub per_host: usize,
    /// The least time between the starts of two requests to one host.
    pub delay: Duration,
    /// The pause before failed URLs are tried again, once all others are done.
    pub retry_pause: Duration,
    /// The pause for a host that asks for one without saying how long; doubled each further time.
    pub first_pause: Duration,
    /// The longest pause that a run waits for: it gives up a host that asks for more.
    pub patience: Duration,
    /// Which addresses may be contacted.
    pub policy: AddressPolicy,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The proxy that all requests go through, if any. The proxy resolves names, so only addresses that
    /// URLs contain can be checked then.
    pub proxy: Option<Url>,
    /// What is different for some hosts.
    pub hosts: HostRules,
    /// The longest time of the run: it gives up the URLs that it does not get to.
    pub budget: Option<Duration>,
    /// Whether the run obeys robots.txt, as a crawler must.
    pub robots: bool,
    /// Ends the run from another thread.
    pub stop: Stop,
}

/// What is different for some hosts.
#[derive(Clone, Debug, Default)]
pub struct HostRules {
    /// The pace of hosts, by their rate-limit key.
    pub paces: HashMap<String, Pace>,
    /// Hosts that are never asked.
    pub skip: HashSet<String>,
    headers: Vec<(String, HeaderMap)>,
}

impl HostRules {
    /// Whether a URL's host must not be asked.
    pub(super) fn skips(&self, url: &Url) -> bool {
        self.skip.contains(rate_limit::host(url))
    }

    /// Adds a header for one host only, sent unencrypted only to an address that is opened. Returns whether
    /// the name and the value are valid.
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

    /// Returns the headers of single hosts.
    pub(super) fn headers(&self) -> &[(String, HeaderMap)] {
        &self.headers
    }
}

/// A switch that ends runs: requests under way are dropped, outcomes so far are kept.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Ends the runs that have this switch.
    pub fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Returns whether the runs must end.
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

/// How fast one host is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The least time between the starts of two requests.
    pub delay: Duration,
    /// The most requests under way at once; one at least.
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
