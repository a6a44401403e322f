//! Checks URLs once, without a ledger.

use std::sync::Arc;

use super::dns::Lookup;
use super::error::CrawlError;
use super::frontier::MemoryFrontier;
use super::progress::Progress;
use super::run::run;
use super::settings::CrawlSettings;
use super::workload::{Workload, plan};
use crate::source_status::Outcome;

/// Checks each distinct URL and returns the outcomes sorted by URL.
///
/// Blocks the calling thread until the check ends. If any URL must be contacted, starts an
/// asynchronous runtime. If `lookup` is given, it replaces the system's name servers.
///
/// # Errors
/// Returns an error if the runtime, TLS, the system's name servers or the HTTP client cannot be set
/// up, if most hosts cannot be reached, or if the run is stopped. The failure of a single URL is
/// part of its outcome.
pub fn check_urls(
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
        run(&mut frontier, settings, lookup, progress)?;
        outcomes.extend(frontier.into_outcomes());
    }
    progress.finish();
    outcomes.sort_by(|a, b| a.url.cmp(&b.url));
    Ok(outcomes)
}
