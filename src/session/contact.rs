//! Requests to servers, configured by the settings and the options of a session.

use std::collections::HashMap;
use std::time::Duration;

use jiff::civil::Date;

use super::clock;
use super::error::SessionError;
use super::observer::{Notice, Observer};
use super::options::ContactOptions;
use super::tally::{Counting, Tally};
use crate::archive::own_site::OwnSite;
use crate::config::{HostSettings, Settings};
use crate::source_status::Outcome;
use crate::sources::ledger::SqliteLedger;
use crate::sources::{
    CopyCounts, CrawlError, CrawlSettings, HostRules, Pace, WaybackSettings, check_urls, crawl,
    find_copies, rate_limit_key, recheck_urls,
};

/// The upper limit of configured delays and timeouts. Larger values could overflow when times are
/// added.
const LONGEST: Duration = Duration::from_hours(24);

/// The settings, options and observer with which a session contacts servers.
#[derive(Clone, Copy)]
pub(super) struct Contact<'a> {
    pub(super) settings: &'a Settings,
    pub(super) options: &'a ContactOptions,
    pub(super) observer: &'a dyn Observer,
}

impl Contact<'_> {
    /// Requests all of `urls` without a ledger.
    pub(super) fn check(self, urls: Vec<String>) -> Result<(Vec<Outcome>, Tally), SessionError> {
        self.run(|settings, progress| check_urls(urls, settings, None, progress))
    }

    /// Requests those of `urls` that are due, and returns the status of all `urls`.
    pub(super) fn recheck(
        self,
        urls: &[String],
        ledger: &mut SqliteLedger,
    ) -> Result<(Vec<Outcome>, Tally), SessionError> {
        self.run(|settings, progress| {
            recheck_urls(urls, settings, None, progress, ledger, &clock::now)
        })
    }

    /// Requests all URLs in a ledger that are due, and obeys robots.txt.
    pub(super) fn crawl(self, ledger: &mut SqliteLedger) -> Result<Tally, SessionError> {
        let ((), tally) = self.run(|settings, progress| {
            let settings = CrawlSettings { robots: true, ..settings.clone() };
            crawl(&settings, None, progress, ledger, &clock::now)
        })?;
        Ok(tally)
    }

    /// Looks up an archived copy of each URL in `lost`. The copy should be from about the day that
    /// is given with the URL.
    pub(super) fn find_copies(
        self,
        lost: &[(String, Date)],
        ledger: &mut SqliteLedger,
    ) -> Result<CopyCounts, SessionError> {
        let (counts, _) = self.run(|settings, progress| {
            find_copies(lost, settings, None, progress, ledger, &clock::now)
        })?;
        Ok(counts)
    }

    /// Runs `work` until it ends or the observer stops it.
    ///
    /// # Errors
    /// Returns [`SessionError::Stopped`] if the observer stops the run.
    fn run<T>(
        self,
        work: impl FnOnce(&CrawlSettings, &Counting) -> Result<T, CrawlError>,
    ) -> Result<(T, Tally), SessionError> {
        let crawl_settings = self.crawl_settings()?;
        let progress = Counting::new(self.observer.progress());
        let stop = self.observer.contact_begins();
        let ends = ContactEnds(self.observer);
        let done = work(&CrawlSettings { stop: stop.clone(), ..crawl_settings }, &progress)?;
        drop(ends);
        // The observer may have stopped the run after `work` finished.
        if stop.is_set() {
            return Err(SessionError::Stopped);
        }
        Ok((done, progress.into_tally()))
    }

    fn crawl_settings(self) -> Result<CrawlSettings, SessionError> {
        let sources = &self.settings.sources;
        let usual = CrawlSettings::default();
        let user_agent = match &sources.contact {
            None => usual.user_agent.clone(),
            // Parentheses would end the comment in the `User-Agent` header.
            Some(contact) => {
                let contact = contact.replace('(', "%28").replace(')', "%29");
                format!("{}; +{contact})", usual.user_agent.trim_end_matches(')'))
            }
        };
        let timeout = sources.timeout.min(LONGEST);
        Ok(CrawlSettings {
            user_agent,
            timeout,
            // Keep this limit shorter, so that a failed connection can be told from a missing
            // response.
            connect_timeout: usual.connect_timeout.min(timeout / 2),
            delay: sources.delay.min(LONGEST),
            concurrency: sources.concurrency,
            policy: self.options.policy(),
            hosts: self.host_rules()?,
            wayback: WaybackSettings { base: sources.archive.clone(), ..usual.wayback },
            budget: self.options.budget.or(sources.budget),
            proxy: self.options.proxy.clone(),
            ..usual
        })
    }

    /// Returns the rules for individual hosts. Hosts with the same rate-limit key share the longest
    /// delay and the lowest concurrency among them.
    fn host_rules(self) -> Result<HostRules, SessionError> {
        let sources = &self.settings.sources;
        let usual = CrawlSettings::default().per_host;
        let (site, resolver) = (&self.settings.site, &self.settings.resolver);
        let mut rules = HostRules::default();
        rules.own_site = OwnSite::new(&site.hosts, &resolver.url_prefixes);
        let mut paces: HashMap<String, Pace> = HashMap::new();
        for (host, own) in &sources.hosts {
            if own.skip {
                rules.skip.insert(host.clone());
            }
            let pace = Pace {
                delay: own.delay.unwrap_or(sources.delay).min(LONGEST),
                at_once: own.concurrency.unwrap_or(usual),
            };
            if let Some(key) = rate_limit_key(&format!("http://{host}/"))
                && (own.delay.is_some() || own.concurrency.is_some())
            {
                let shared = paces.entry(key).or_insert(pace);
                shared.delay = shared.delay.max(pace.delay);
                shared.at_once = shared.at_once.min(pace.at_once);
            }
            self.add_headers(host, own, &mut rules)?;
        }
        rules.paces = paces;
        Ok(rules)
    }

    /// Adds the headers of a host. The value of each header comes from a variable that is named
    /// after the host and the header.
    ///
    /// # Errors
    /// Returns [`SessionError::Header`] if a value is not valid in a header.
    fn add_headers(
        self,
        host: &str,
        own: &HostSettings,
        rules: &mut HostRules,
    ) -> Result<(), SessionError> {
        for header in &own.headers {
            let variable = header.variable.as_str();
            let Some(value) = self.options.variables.get(variable) else {
                let header = header.name.as_str();
                self.observer.notice(&Notice::HeaderNotSet { host, header, variable });
                continue;
            };
            if !rules.add_header(host, &header.name, &value) {
                return Err(SessionError::Header { variable: variable.to_owned() });
            }
        }
        Ok(())
    }
}

/// A guard that tells the observer when the requests have ended, even if a panic ends them.
struct ContactEnds<'a>(&'a dyn Observer);

impl Drop for ContactEnds<'_> {
    fn drop(&mut self) {
        self.0.contact_ends();
    }
}
