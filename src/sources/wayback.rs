//! Looks up archived copies of lost pages in the Wayback Machine, or in a web archive with
//! the same interface.
//!
//! `GET <base>/<yyyymmddhhmmss>/<url>` redirects to the copy nearest to that time, or returns 404 if no
//! copy exists. A copy may itself be a redirect or an error page, so each copy is requested, too. If
//! the archive does not respond, the next run tries again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use tokio::time::{Instant, sleep, sleep_until};
use url::Url;

use super::address_guard;
use super::client::{Answer, Clients, Method, Reply, Request, Wanted};
use super::clock::Clock;
use super::dns::Lookup;
use super::error::CrawlError;
use super::ledger::{Capture, Ledger};
use super::progress::Progress;
use super::runtime::block_on;
use super::settings::CrawlSettings;
use super::tls::Trust;
use crate::source_status::{Cause, ErrorClass, Evidence, Outcome, Reason, Verdict};

/// The maximum number of redirects that a lookup follows from one copy to another.
const MAX_REDIRECTS: u32 = 3;

/// The numbers of URLs, by the result of their lookup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyCounts {
    /// The number of URLs with a copy.
    pub copies: u64,
    /// The number of URLs without a copy.
    pub none: u64,
    /// The numbers of URLs without an answer from the archive, by the reason. The reason is the status of
    /// a response that says nothing about the page, or an error.
    pub unknown: BTreeMap<Reason, u64>,
}

/// Looks up an archived copy of each URL, from about the end of the day that is given with the URL.
/// Stores the answers of the archive in the ledger. If the ledger already has an answer of this
/// archive for a URL, does not look up the URL again.
///
/// # Errors
/// Returns an error if the ledger fails, if the runtime or the HTTP client cannot be set up, or if
/// the run is stopped.
pub fn find_copies(
    wanted: &[(String, Date)],
    settings: &CrawlSettings,
    lookup: Option<Arc<dyn Lookup>>,
    progress: &dyn Progress,
    ledger: &mut dyn Ledger,
    now: Clock<'_>,
) -> Result<CopyCounts, CrawlError> {
    let base = settings.wayback.base.as_str();
    let mut found = CopyCounts::default();
    let mut open = Vec::new();
    for (url, day) in wanted {
        match ledger.capture(base, url)? {
            Some(capture) if capture.found.is_some() => found.copies += 1,
            Some(_) => found.none += 1,
            None => open.push((url.as_str(), *day)),
        }
    }
    progress.start(open.len() as u64);
    if !open.is_empty() {
        block_on(settings, lookup, async |clients| {
            let deadline = settings.budget.and_then(|budget| Instant::now().checked_add(budget));
            let mut archive = WaybackMachine { clients, settings, ready: Instant::now(), deadline };
            for (url, day) in open {
                match archive.look_up(url, day).await {
                    Ok(copy) => {
                        found.copies += u64::from(copy.is_some());
                        found.none += u64::from(copy.is_none());
                        let capture = Capture { looked_at: now(), found: copy };
                        ledger.store_capture(base, url, &capture)?;
                    }
                    Err(Unanswered::Because(reason)) => {
                        *found.unknown.entry(reason).or_default() += 1;
                    }
                    Err(Unanswered::Stopped) => return Err(CrawlError::Stopped),
                }
                let (url, evidence) = (url.to_owned(), Evidence::default());
                progress.advance(&Outcome { url, verdict: Verdict::Unknown, evidence });
            }
            Ok(())
        })?;
    }
    progress.finish();
    Ok(found)
}

/// The outcome of a lookup that the archive did not answer.
enum Unanswered {
    /// The archive gave no answer about the page, for this reason.
    Because(Reason),
    /// The run must stop.
    Stopped,
}

impl From<ErrorClass> for Unanswered {
    fn from(error: ErrorClass) -> Self {
        Self::Because(Reason::Cause(Cause::Error(error)))
    }
}

/// The web archive, which gets one request at a time.
struct WaybackMachine<'a> {
    clients: &'a Clients,
    settings: &'a CrawlSettings,
    /// The earliest time of the next request.
    ready: Instant,
    deadline: Option<Instant>,
}

impl WaybackMachine<'_> {
    /// Looks up the copy of a URL. Returns `None` if the archive answers that no copy exists.
    async fn look_up(&mut self, url: &str, day: Date) -> Result<Option<String>, Unanswered> {
        let base = &self.settings.wayback.base;
        // The fragment is never sent.
        let page = url.split('#').next().unwrap_or(url);
        let (year, month, day) = (day.year(), day.month(), day.day());
        let asked = format!("{base}/{year:04}{month:02}{day:02}235959/{page}");
        let Ok(asked) = Url::parse(&asked) else { return Ok(None) };
        let mut at = asked.clone();
        for _ in 0..=MAX_REDIRECTS {
            let answer = self.ask(&at).await?;
            match answer.status {
                200 => return Ok(is_copy(base, &at).then(|| at.to_string())),
                301 | 302 | 303 | 307 | 308 => {
                    let target = answer.location.and_then(|location| at.join(&location).ok());
                    match target.filter(|target| is_copy(base, target)) {
                        Some(target) => at = target,
                        // The target is a page of the archive itself, such as a login.
                        None => return Err(ErrorClass::BadRedirect.into()),
                    }
                }
                404 => return Ok(None),
                // The page had this status at that time, so the archive has no copy of the page itself.
                400..=499 if is_copy(base, &at) && at != asked => return Ok(None),
                status => return Err(Unanswered::Because(Reason::Status(status))),
            }
        }
        Ok(None)
    }

    /// Sends a request once the archive may be contacted again. Fails if the archive does not respond, if
    /// the wait is longer than `patience`, if the time budget is spent, or if the settings skip the host.
    async fn ask(&mut self, url: &Url) -> Result<Answer, Unanswered> {
        if self.settings.hosts.skips(url) {
            return Err(ErrorClass::Skipped.into());
        }
        let route = address_guard::check(url, &self.settings.policy)?;
        if self.ready > Instant::now() + self.settings.patience {
            return Err(ErrorClass::HostPaused.into());
        }
        if self.deadline.is_some_and(|deadline| self.ready >= deadline) {
            return Err(ErrorClass::OutOfTime.into());
        }
        while Instant::now() < self.ready && !self.settings.stop.is_set() {
            sleep_until(self.ready.min(Instant::now() + Duration::from_millis(50))).await;
        }
        if self.settings.stop.is_set() {
            return Err(Unanswered::Stopped);
        }
        let (method, wanted, trust) = (Method::Get, Wanted::Nothing, Trust::Required);
        let request = Request { method, url: url.clone(), route, trust, wanted };
        self.ready = Instant::now() + self.settings.wayback.pause;
        let asking = self.clients.ask(request, None);
        let reply = tokio::select! {
            timed = asking => timed.reply,
            () = stopped(self.settings) => return Err(Unanswered::Stopped),
        };
        let answer = match reply {
            Reply::Answer(answer) => answer,
            Reply::Failure { class, .. } => return Err(class.into()),
            Reply::Late => return Err(ErrorClass::OutOfTime.into()),
        };
        if let Some(pause) = answer.retry_after {
            self.ready = self.ready.max(Instant::now() + pause);
        } else if answer.status == 429 {
            self.ready = self.ready.max(Instant::now() + self.settings.first_pause);
        }
        Ok(answer)
    }
}

/// Waits until the run must stop.
async fn stopped(settings: &CrawlSettings) {
    while !settings.stop.is_set() {
        sleep(Duration::from_millis(50)).await;
    }
}

/// Returns whether a URL points to a copy. The URL of a copy consists of the base, a time, optionally a
/// flag for the form of the copy, and the URL of the page.
fn is_copy(base: &str, url: &Url) -> bool {
    // The scheme may differ, because the archive is the same with and without encryption.
    let rest = |url: &str| url.split_once("://").map(|(_, end)| end.to_owned());
    let (Some(base), Some(url)) = (rest(base), rest(url.as_str())) else { return false };
    let time = url.strip_prefix(&base).and_then(|rest| rest.strip_prefix('/')?.split_once('/'));
    time.is_some_and(|(time, page)| {
        let digits = time.bytes().take_while(u8::is_ascii_digit).count();
        digits == 14 && page.starts_with("http")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_below_the_base_with_its_time_and_page() {
        let base = "https://web.archive.org/web";
        for (url, is) in [
            ("https://web.archive.org/web/20120325120000/http://a.org/x", true),
            ("http://web.archive.org/web/20120325120000id_/http://a.org/x", true),
            ("https://web.archive.org/web/2012/http://a.org/x", false),
            ("https://web.archive.org/web/20120325120000/", false),
            ("https://web.archive.org/save/20120325120000/http://a.org/x", false),
            ("https://evil.org/web/20120325120000/http://a.org/x", false),
            ("https://web.archive.org/website/20120325120000/http://a.org/x", false),
        ] {
            assert_eq!(is_copy(base, &Url::parse(url).unwrap()), is, "{url}");
        }
    }
}
