//! How long a ledger waits for another process that has locked it, and that it says so.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// How long it is waited for another process to end its transaction, and who is told of it.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long at most: to open a ledger, and again for each transaction.
    pub limit: Duration,
    /// When it is said that there is a wait.
    pub notice_after: Duration,
    /// Says that the ledger at this path is locked.
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

/// One wait for a lock, or several in a row that end together.
pub(super) struct Wait {
    patience: Patience,
    path: PathBuf,
    since: Instant,
    is_said: bool,
}

impl Wait {
    pub(super) fn new(patience: Patience, path: &Path) -> Self {
        Self { patience, path: path.to_owned(), since: Instant::now(), is_said: false }
    }

    /// Waits a little, unless it was waited for long enough. Returns whether to try again.
    pub(super) fn goes_on(&mut self) -> bool {
        let waited = self.since.elapsed();
        if waited >= self.patience.notice_after && !self.is_said {
            self.is_said = true;
            (self.patience.notice)(&self.path);
        }
        let left = self.patience.limit.saturating_sub(waited);
        sleep(PAUSE.min(left));
        !left.is_zero()
    }

    /// Waits in this way for every transaction of a connection, from now on.
    pub(super) fn for_each_transaction(
        mut self,
        connection: &mut Connection,
    ) -> rusqlite::Result<()> {
        connection.busy_handler(Some(move |attempt| {
            if attempt == 0 {
                self = Self::new(self.patience, &self.path);
            }
            self.goes_on()
        }))
    }
}
