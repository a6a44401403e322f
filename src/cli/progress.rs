//! The progress bar for requests to sources.

use std::fmt;
use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::diagnostic::counted;
use crate::session::{Outcome, Progress};

/// A progress bar on standard error, which may be hidden.
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// Creates the progress bar, hidden unless `shown` is set.
    pub(super) fn new(shown: bool) -> Self {
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let template = "{bar:30} {pos}/{len} sources, {rate}{msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
                let _ = write!(out, "{:.1}/s", state.per_sec());
            };
            bar.set_style(style.with_key("rate", rate));
        }
        if shown {
            // Redraw at intervals, because no event redraws the bar while all hosts wait.
            bar.enable_steady_tick(Duration::from_millis(500));
        }
        Self(bar)
    }
}

impl Progress for Bar {
    fn start(&self, total: u64) {
        self.0.set_length(total);
    }

    fn advance(&self, _outcome: &Outcome) {
        self.0.inc(1);
    }

    fn waiting(&self, hosts: usize, requests: usize, longest: &dyn Fn() -> Duration) {
        if self.0.is_hidden() {
            return;
        }
        // The run takes at least as long as the longest queue.
        let left = self.0.eta().max(longest());
        let (requests, hosts) =
            (counted(requests as u64, "request"), counted(hosts as u64, "host"));
        let left = HumanDuration(left);
        self.0.set_message(format!("; {requests} in flight, {hosts} waiting, {left} left"));
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}
