//! The progress bar of a check of sources, and the count of what it found.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::probe::Progress;
use crate::verdict::{Outcome, Verdict};

/// A bar on standard error, or nothing; it counts in either case.
pub(super) struct Bar {
    bar: ProgressBar,
    counts: Mutex<BTreeMap<Verdict, u64>>,
}

impl Bar {
    pub(super) fn new(shown: bool) -> Self {
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let template = "{bar:30} {pos}/{len} sources, {per_sec}, {eta} left{msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        if shown {
            // While all hosts wait nothing ends, and still time goes by.
            bar.enable_steady_tick(Duration::from_millis(500));
        }
        Self { bar, counts: Mutex::default() }
    }

    /// How many URLs were concluded, by what was found out of them in this run.
    pub(super) fn counts(&self) -> BTreeMap<Verdict, u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Progress for Bar {
    fn start(&self, total: u64) {
        self.bar.set_length(total);
    }

    fn advance(&self, outcome: &Outcome) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(outcome.verdict).or_default() += 1;
        self.bar.inc(1);
    }

    fn waiting(&self, hosts: usize, requests: usize) {
        if !self.bar.is_hidden() {
            self.bar.set_message(format!("; {requests} asked, {hosts} hosts waiting"));
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
