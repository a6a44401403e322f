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

/// Asks once for each distinct URL and returns the outcomes sorted by URL.
///
/// Blocks the calling thread until all is done, on an asynchronous runtime of its own, which is
/// started only if there is something to contact. `lookup` replaces the system's name servers.
///
/// # Errors
/// If the runtime, TLS, the system's name servers or the HTTP client cannot be set up, or if most
/// hosts cannot be reached. What goes wrong with a single URL is the evidence of its outcome.
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
