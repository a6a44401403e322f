//! How a session contacts servers: by its settings and its options.

use std::collections::HashMap;
use std::time::Duration;

use jiff::civil::Date;

use super::clock;
use super::error::SessionError;
use super::observer::{Notice, Observer};
use super::options::ContactOptions;
use super::tally::{Counting, Tally};
use crate::address::AddressPolicy;
use crate::config::{HostSettings, Settings};
use crate::source_status::Outcome;
use crate::sources::ledger::SqliteLedger;
use crate::sources::{
    CopyCounts, CrawlError, CrawlSettings, HostRules, Pace, WaybackSettings, check_urls, crawl,
    find_copies, rate_limit_key, recheck_urls,
};

/// No pause and no request lasts longer, whatever the settings say, so that times can be added.
const LONGEST: Duration = Duration::from_hours(24);

/// Between two look-ups in the archive of the web: 24 a minute.
const WAYBACK_PAUSE: Duration = Duration::from_millis(2500);

/// How a session contacts servers.
#[derive(Clone, Copy)]
pub(super) struct Contact<'a> {
    pub(super) settings: &'a Settings,
    pub(super) options: &'a ContactOptions,
    pub(super) observer: &'a dyn Observer,
}

impl Contact<'_> {
    /// Requests all of `urls`, without a ledger.
    pub(super) fn check(self, urls: Vec<String>) -> Result<(Vec<Outcome>, Tally), SessionError> {
        let crawl_settings = self.crawl_settings()?;
        let progress = Counting::new(self.observer.progress());
        // Nothing is kept, so a signal may end the process at once.
        let outcomes = check_urls(urls, &crawl_settings, None, &progress)?;
        Ok((outcomes, progress.into_tally()))
    }

    /// Requests those of `urls` that are due, and returns the status of each.
    pub(super) fn recheck(
        self,
        urls: &[String],
        ledger: &mut SqliteLedger,
    ) -> Result<(Vec<Outcome>, Tally), SessionError> {
        self.run(|settings, progress| {
            recheck_urls(urls, settings, None, progress, ledger, &clock::now)
        })
    }

    /// Requests all that is due in a ledger, as a robot does.
    pub(super) fn crawl(self, ledger: &mut SqliteLedger) -> Result<Tally, SessionError> {
        let ((), tally) = self.run(|settings, progress| {
            let settings = CrawlSettings { robots: true, ..settings.clone() };
            crawl(&settings, None, progress, ledger, &clock::now)
        })?;
        Ok(tally)
    }

    /// Looks up archived copies of `lost`, each near the day of the page that cites it.
    pub(super) fn find_copies(
        self,
        lost: &[(String, Date)],
        ledger: &mut SqliteLedger,
    ) -> Result<CopyCounts, SessionError> {
        let base = self.settings.sources.archive.clone();
        let wayback = WaybackSettings { base, pause: WAYBACK_PAUSE };
        let (counts, _) = self.run(|settings, progress| {
            find_copies(lost, &wayback, settings, None, progress, ledger, &clock::now)
        })?;
        Ok(counts)
    }

    /// Runs `work`, which gives back the hosts that it holds in a ledger when it is told to stop.
    fn run<T>(
        self,
        work: impl FnOnce(&CrawlSettings, &Counting) -> Result<T, CrawlError>,
    ) -> Result<(T, Tally), SessionError> {
        let crawl_settings = self.crawl_settings()?;
        let progress = Counting::new(self.observer.progress());
        let stop = self.observer.contact_begins();
        let done = work(&CrawlSettings { stop: stop.clone(), ..crawl_settings }, &progress);
        self.observer.contact_ends();
        let done = done?;
        // It may have come as the work ended.
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
            // A comment of the header ends at its parenthesis.
            Some(contact) => {
                let contact = contact.replace('(', "%28").replace(')', "%29");
                format!("{}; +{contact})", usual.user_agent.trim_end_matches(')'))
            }
        };
        let timeout = sources.timeout.min(LONGEST);
        Ok(CrawlSettings {
            user_agent,
            timeout,
            // A connection that hangs differs from an answer that does not come.
            connect_timeout: usual.connect_timeout.min(timeout / 2),
            delay: sources.delay.min(LONGEST),
            concurrency: sources.concurrency,
            policy: AddressPolicy::new(self.options.allow_addresses.clone()),
            hosts: self.host_rules()?,
            budget: self.options.budget.or(sources.budget),
            proxy: self.options.proxy.clone(),
            ..usual
        })
    }

    /// The rules for single hosts. Hosts that share a rate-limit key share its slowest pace.
    fn host_rules(self) -> Result<HostRules, SessionError> {
        let sources = &self.settings.sources;
        let usual = CrawlSettings::default().per_host;
        let mut rules = HostRules::default();
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

    /// Adds the headers of a host, whose values are in variables that are named after it.
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
