//! Waking at an instant, to the tenth of a millisecond.
//!
//! The timers of the runtime count whole milliseconds, rounded up. A host that is asked every ten
//! would lose a tenth of its pace to that, so a thread of its own waits for the next instant: the
//! system wakes threads more exactly. Where even that would be felt it rings a little early, and the
//! rest is waited for awake.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::Instant;

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    rings: Notify,
}

#[derive(Debug, Default)]
struct State {
    at: Option<Instant>,
    over: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut state = self.lock();
        while !state.over {
            let now = Instant::now();
            state = match state.at {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(at) if at <= now => {
                    state.at = None;
                    self.rings.notify_one();
                    state
                }
                Some(at) => {
                    let waited = self.changed.wait_timeout(state, at - now);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

/// Rings once for each instant it was set to.
#[derive(Debug)]
pub(super) struct Alarm {
    early: Duration,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Alarm {
    /// Starts its thread, which ends with it. It rings so much `early`.
    ///
    /// # Errors
    /// If there can't be another thread.
    pub(super) fn start(early: Duration) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let thread =
            std::thread::Builder::new().name("alarm".to_owned()).spawn(move || own.run())?;
        Ok(Self { early, shared, thread: Some(thread) })
    }

    /// Sets it to another instant and waits for that.
    pub(super) async fn wait_until(&self, at: Instant) {
        let early = at.checked_sub(self.early).unwrap_or(at);
        while Instant::now() < early {
            {
                let mut state = self.shared.lock();
                if state.at != Some(early) {
                    state.at = Some(early);
                    self.shared.changed.notify_one();
                }
            }
            // It may ring for what it was set to before.
            self.shared.rings.notified().await;
        }
        while Instant::now() < at {
            yield_now().await;
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.shared.lock().over = true;
        self.shared.changed.notify_one();
        // A thread that has panicked is as good as one that has ended.
        self.thread.take().map(JoinHandle::join);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_rings_when_it_was_set_to_and_not_before() {
        let alarm = Alarm::start(Duration::from_millis(1)).unwrap();
        for wait in [0, 3, 1, 7] {
            let at = Instant::now() + Duration::from_millis(wait);
            // Set to something else and let go: that must not count.
            let late = Instant::now() + Duration::from_hours(1);
            let _ = tokio::time::timeout(Duration::ZERO, alarm.wait_until(late)).await;
            alarm.wait_until(at).await;
            assert!(Instant::now() >= at);
        }
    }
}
