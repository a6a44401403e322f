//! The asynchronous runtime of a run.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use super::client::Clients;
use super::dns::{Lookup, SystemLookup};
use super::error::CrawlError;
use super::settings::CrawlSettings;

/// Runs `work` with HTTP clients on a new runtime, and blocks the calling thread until `work` ends.
///
/// # Errors
/// Returns an error if the network cannot be set up, or if `work` fails.
pub(super) fn block_on<T: Send>(
    settings: &CrawlSettings,
    lookup: Option<Arc<dyn Lookup>>,
    work: impl AsyncFnOnce(&Clients) -> Result<T, CrawlError> + Send,
) -> Result<T, CrawlError> {
    if tokio::runtime::Handle::try_current().is_err() {
        return run(settings, lookup, work);
    }
    // A thread that already belongs to a runtime cannot block on a second runtime, so use a new
    // thread.
    let run = || run(settings, lookup, work);
    let done = thread::scope(|scope| scope.spawn(run).join());
    done.unwrap_or_else(|panic| resume_unwind(panic))
}

/// Runs `work` on the calling thread, which must not belong to another runtime.
fn run<T>(
    settings: &CrawlSettings,
    lookup: Option<Arc<dyn Lookup>>,
    work: impl AsyncFnOnce(&Clients) -> Result<T, CrawlError>,
) -> Result<T, CrawlError> {
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
