//! How long a ledger waits for another process that has locked it, and whom it tells.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// How long to wait for another process to end its transaction, and whom to tell.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The longest wait: to open a ledger, and again for each transaction.
    pub limit: Duration,
    /// After how long to call `notice`.
    pub notice_after: Duration,
    /// Reports that the ledger at this path is locked.
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

/// One wait for a lock, or several in a row with one limit.
pub(super) struct Wait {
    patience: Patience,
    path: PathBuf,
    since: Instant,
    is_noticed: bool,
}

impl Wait {
    pub(super) fn new(patience: Patience, path: &Path) -> Self {
        Self { patience, path: path.to_owned(), since: Instant::now(), is_noticed: false }
    }

    /// Pauses before another attempt. Returns false once the limit is reached.
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

    /// Lets every transaction of a connection wait in this way.
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
