//! The threads that read and check pages.

use std::num::NonZeroUsize;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::error::SessionError;

/// The maximum number of threads. Further threads would only wait for each other.
const MOST: usize = 128;

/// The threads of a session. By default, all sessions of the process share the same threads. If a
/// number of threads is given, the session starts its own.
pub(super) struct Threads {
    pool: Option<ThreadPool>,
    count: usize,
}

impl Threads {
    /// Starts `jobs` threads, up to [`MOST`]. `None` means the shared threads of the process.
    ///
    /// # Errors
    /// Returns an error if the threads cannot be started.
    pub(super) fn new(jobs: Option<NonZeroUsize>) -> Result<Self, SessionError> {
        let Some(jobs) = jobs else {
            let count = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
            return Ok(Self { pool: None, count });
        };
        let count = jobs.get().min(MOST);
        let pool = ThreadPoolBuilder::new().num_threads(count).build();
        let pool = pool.map_err(|source| SessionError::Threads { jobs: count, source })?;
        Ok(Self { pool: Some(pool), count })
    }

    /// Returns the number of threads.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Runs `work` so that its parallel parts use these threads.
    pub(super) fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}
