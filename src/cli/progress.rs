//! The progress bar of a check of sources.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::probe::Progress;
use crate::verdict::{Outcome, Verdict};

/// A bar on standard error, or nothing.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new(shown: bool) -> Self {
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let template = "{bar:30} {pos}/{len} sources, {per_sec}, {eta} left {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self(bar)
    }
}

impl Progress for Bar {
    fn start(&self, total: u64) {
        self.0.set_length(total);
    }

    fn advance(&self, outcome: &Outcome) {
        if outcome.verdict == Verdict::Dead {
            self.0.set_message("(some are dead)");
        }
        self.0.inc(1);
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}
