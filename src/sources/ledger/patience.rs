//! Waiting for a ledger that another process has locked.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// The settings for waiting until another process unlocks the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The maximum time to wait. It applies to opening a ledger and, separately, to each transaction.
    pub limit: Duration,
    /// The time to wait before `notice` is called.
    pub notice_after: Duration,
    /// A function that reports that the ledger at this path is locked.
    pub notice: fn(&Path),
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            limit: Duration::from_secs(20),
            notice_after: Duration::from_secs(1),
            notice: |_| {},
        }
    }
}

/// A wait for a lock: a series of attempts with pauses in between and a common time limit.
pub(super) struct Wait {
    patience: Patience,
    path: PathBuf,
    since: Instant,
    is_noticed: bool,
}

impl Wait {
    /// Starts a wait for the ledger at `path`.
    pub(super) fn new(patience: Patience, path: &Path) -> Self {
        Self { patience, path: path.to_owned(), since: Instant::now(), is_noticed: false }
    }

    /// Pauses before the next attempt. Returns `false` if the time limit has passed.
    pub(super) fn pause(&mut self) -> bool {
        let waited = self.since.elapsed();
        if waited >= self.patience.notice_after && !self.is_noticed {
            self.is_noticed = true;
            (self.patience.notice)(&self.path);
        }
        let left = self.patience.limit.saturating_sub(waited);
        sleep(PAUSE.min(left));
        !left.is_zero()
    }

    /// Lets every transaction of a connection wait for a lock up to the full time limit.
    pub(super) fn for_each_transaction(
        mut self,
        connection: &mut Connection,
    ) -> rusqlite::Result<()> {
        connection.busy_handler(Some(move |attempt| {
            if attempt == 0 {
                self = Self::new(self.patience, &self.path);
            }
            self.pause()
        }))
    }
}
