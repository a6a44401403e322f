//! The asynchronous runtime of a run.

use std::sync::Arc;

use super::client::Clients;
use super::dns::{Lookup, SystemLookup};
use super::error::CrawlError;
use super::settings::CrawlSettings;

/// Runs asynchronous work with clients, on a runtime of its own.
pub(super) fn block_on<T>(
    settings: &CrawlSettings,
    lookup: Option<Arc<dyn Lookup>>,
    work: impl AsyncFnOnce(&Clients) -> Result<T, CrawlError>,
) -> Result<T, CrawlError> {
    if tokio::runtime::Handle::try_current().is_ok() {
        return Err(CrawlError::Nested);
    }
    // One thread is enough: nearly all of the work is waiting.
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
