//! The observer that shows the progress of a session to the user.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::interrupt;
use super::progress::Bar;
use super::terminal::{say, shown_path};
use crate::session::{Notice, Observer, Patience, Progress, Step, Stop};

/// An observer that writes notices and times to standard error, and stops requests when a signal
/// arrives.
pub(super) struct CliObserver {
    /// Whether to write the time that each step took.
    times: bool,
    bar: bool,
    last: Mutex<Instant>,
}

impl CliObserver {
    /// Creates an observer. `times` says whether to write the time that each step took, and `bar`
    /// whether to show a progress bar.
    pub(super) fn new(times: bool, bar: bool) -> Self {
        Self { times, bar, last: Mutex::new(Instant::now()) }
    }

    /// Writes the time since the last step in milliseconds, if times are enabled.
    pub(super) fn lap(&self, what: &str) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if self.times {
            say(&format!("{what}: {} ms", last.elapsed().as_millis()));
        }
        *last = Instant::now();
    }
}

impl Observer for CliObserver {
    fn step(&self, step: Step) {
        self.lap(match step {
            Step::Walk => "walk",
            Step::Check => "check",
            Step::Fix => "fix",
            Step::Write => "write",
        });
    }

    fn notice(&self, notice: &Notice<'_>) {
        match notice {
            Notice::LedgerCreated(path) => say(&format!("created the ledger {}", shown_path(path))),
            Notice::HeaderNotSet { host, header, variable } => {
                say(&format!(
                    "note: requests to {host} lack `{header}`: the variable {variable} is not set"
                ));
            }
        }
    }

    fn contact_begins(&self) -> Stop {
        interrupt::begin_contact()
    }

    fn contact_ends(&self) {
        interrupt::end_contact();
    }

    fn progress(&self) -> Box<dyn Progress> {
        Box::new(Bar::new(self.bar))
    }
}

/// Returns the default time to wait for a locked ledger. The user gets a message about a long wait.
pub(super) fn patience() -> Patience {
    let notice = |path: &Path| {
        say(&format!("waiting for the ledger {}: another process has locked it", shown_path(path)));
    };
    Patience { notice, ..Patience::default() }
}
