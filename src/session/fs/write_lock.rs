//! The lock that is held during each write, so that a signal does not end the process in the middle
//! of a write.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::sleep;
use std::time::{Duration, Instant};

static WRITING: Mutex<()> = Mutex::new(());

/// Runs `work` while holding the lock.
pub(super) fn hold_write_lock<T>(work: impl FnOnce() -> T) -> T {
    let _held = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    work()
}

/// Waits until no file is being written, but at most for `limit`. Returns a guard that prevents new
/// writes, or `None` if the time is up.
pub(crate) fn wait_for_writes(limit: Duration) -> Option<MutexGuard<'static, ()>> {
    let since = Instant::now();
    loop {
        match WRITING.try_lock() {
            Ok(guard) => return Some(guard),
            Err(TryLockError::Poisoned(error)) => return Some(error.into_inner()),
            Err(TryLockError::WouldBlock) if since.elapsed() < limit => {
                sleep(Duration::from_millis(1));
            }
            Err(TryLockError::WouldBlock) => return None,
        }
    }
}
