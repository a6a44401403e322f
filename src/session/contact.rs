//! How the command line asks for sources: by the settings, its options and the environment.

use std::collections::HashMap;
use std::time::Duration;

use url::Url;

use super::args::ContactArgs;
use super::progress::{Bar, Done};
use super::terminal::{Stream, is_terminal, say, variable};
use super::{Failure, interrupt, sources};
use crate::address::AddressPolicy;
use crate::config::{HostSettings, Settings};
use crate::source_status::Outcome;
use crate::sources::ledger::SqliteLedger;
use crate::sources::{
    CrawlError, CrawlSettings, HostRules, Pace, crawl, politeness_key, probe, watch,
};

/// No pause and no request lasts longer, whatever the settings say: time is to be reckoned with.
const LONGEST: Duration = Duration::from_hours(24);

/// What a run is asked to do beside its settings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contact<'a> {
    pub(super) settings: &'a Settings,
    pub(super) args: &'a ContactArgs,
    /// Whether nothing is to be shown but results.
    pub(super) quiet: bool,
}

impl Contact<'_> {
    /// Asks for all of `urls`, remembering nothing.
    pub(super) fn probe(self, urls: Vec<String>) -> Result<(Vec<Outcome>, Done), Failure> {
        let bar = self.bar();
        let outcomes = probe(urls, &self.probing()?, None, &bar).map_err(failure)?;
        Ok((outcomes, bar.done()))
    }

    /// Asks for those of `urls` that are due, and says what stands of each.
    pub(super) fn watch(
        self,
        urls: &[String],
        ledger: &mut SqliteLedger,
    ) -> Result<(Vec<Outcome>, Done), Failure> {
        let (bar, probing) = (self.bar(), self.probing()?);
        let outcomes = interrupt::heeding(|stop| {
            let probing = CrawlSettings { stop, ..probing };
            watch(urls, &probing, None, &bar, ledger, &sources::now).map_err(failure)
        })?;
        Ok((outcomes, bar.done()))
    }

    /// Asks for all that is due in a ledger, as a robot does.
    pub(super) fn crawl(self, ledger: &mut SqliteLedger) -> Result<Done, Failure> {
        let (bar, probing) = (self.bar(), self.probing()?);
        interrupt::heeding(|stop| {
            let probing = CrawlSettings { stop, robots: true, ..probing };
            crawl(&probing, None, &bar, ledger, &sources::now).map_err(failure)
        })?;
        Ok(bar.done())
    }

    pub(super) fn bar(self) -> Bar {
        Bar::new(is_terminal(Stream::Error) && !self.args.no_progress && !self.quiet)
    }

    pub(super) fn probing(self) -> Result<CrawlSettings, Failure> {
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
            // A connection that hangs is to be told from an answer that does not come.
            connect_timeout: usual.connect_timeout.min(timeout / 2),
            delay: sources.delay.min(LONGEST),
            concurrency: sources.concurrency,
            policy: AddressPolicy::new(self.args.allow_address.clone()),
            hosts: host_rules(self.settings)?,
            budget: self.args.budget.or(sources.budget),
            proxy: self.args.proxy.clone(),
            ..usual
        })
    }
}

/// What is different for some hosts. Those that share a key of politeness share its slowest pace.
fn host_rules(settings: &Settings) -> Result<HostRules, Failure> {
    let usual = CrawlSettings::default().per_host;
    let mut rules = HostRules::default();
    let mut paces: HashMap<String, Pace> = HashMap::new();
    for (host, own) in &settings.sources.hosts {
        if own.skip {
            rules.skip.insert(host.clone());
        }
        let pace = Pace {
            delay: own.delay.unwrap_or(settings.sources.delay).min(LONGEST),
            at_once: own.concurrency.unwrap_or(usual),
        };
        if let Some(key) = politeness_key(&format!("http://{host}/"))
            && (own.delay.is_some() || own.concurrency.is_some())
        {
            let shared = paces.entry(key).or_insert(pace);
            shared.delay = shared.delay.max(pace.delay);
            shared.at_once = shared.at_once.min(pace.at_once);
        }
        add_headers(host, own, &mut rules)?;
    }
    rules.paces = paces;
    Ok(rules)
}

/// The headers of a host, from variables that are named after it.
fn add_headers(host: &str, own: &HostSettings, rules: &mut HostRules) -> Result<(), Failure> {
    for header in &own.headers {
        let Some(value) = variable(&header.variable) else {
            let (name, variable) = (&header.name, &header.variable);
            say(&format!("note: {host} is asked without `{name}`: {variable} is not set"));
            continue;
        };
        if !rules.add_header(host, &header.name, &value) {
            let variable = &header.variable;
            return Err(Failure::Message(format!("the value of {variable} cannot be a header")));
        }
    }
    Ok(())
}

/// What went wrong, in words.
pub(super) fn failure(error: CrawlError) -> Failure {
    match error {
        CrawlError::Ledger(error) => sources::failure(&error),
        CrawlError::Stopped => Failure::Interrupted,
        error => {
            let reason = std::error::Error::source(&error).map(ToString::to_string);
            let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
            Failure::Message(format!("cannot check sources: {error}{reason}"))
        }
    }
}

/// A length of time on the command line: `250ms`, `20s`, `5m`, `1h`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    crate::config::parse_duration(text)
        .ok_or_else(|| "write a number and ms, s, m or h: 20m".to_owned())
}

/// A proxy on the command line.
pub(super) fn proxy(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.filter(Url::has_host).ok_or_else(|| "write an http(s) URL: http://proxy:3128".to_owned())
}
