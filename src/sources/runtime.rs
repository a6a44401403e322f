//! The asynchronous runtime of a run.

use std::sync::Arc;

use super::client::Clients;
use super::dns::{Lookup, SystemLookup};
use super::error::CrawlError;
use super::settings::CrawlSettings;

/// Runs `work` with HTTP clients on a runtime of its own, and blocks the calling thread until it ends.
///
/// # Errors
/// Returns an error if the thread already runs asynchronous code, if the network cannot be set up,
/// or if `work` fails.
pub(super) fn block_on<T>(
    settings: &CrawlSettings,
    lookup: Option<Arc<dyn Lookup>>,
    work: impl AsyncFnOnce(&Clients) -> Result<T, CrawlError>,
) -> Result<T, CrawlError> {
    if tokio::runtime::Handle::try_current().is_ok() {
        return Err(CrawlError::Nested);
    }
    // One thread is enough, because a run mostly waits.
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
