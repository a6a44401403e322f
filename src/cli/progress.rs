//! The progress bar of a check of sources, and the count of what it found.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::diagnostic::counted;
use crate::source_status::{ErrorClass, Outcome, Verdict};
use crate::sources::Progress;

/// What a run did and did not do.
#[derive(Clone, Debug, Default)]
pub(super) struct Done {
    /// How many URLs were looked at, by what this run alone says of them.
    pub(super) seen: BTreeMap<Verdict, u64>,
    /// How many were not tried, by the reason.
    pub(super) untried: BTreeMap<ErrorClass, u64>,
}

impl Done {
    /// How many URLs were looked at.
    pub(super) fn seen(&self) -> u64 {
        self.seen.values().sum()
    }

    /// A line for each reason why something was not tried.
    pub(super) fn write_untried(&self, out: &mut dyn Write) -> io::Result<()> {
        for (reason, count) in &self.untried {
            writeln!(out, "{}: {reason}", counted(*count, "source"))?;
        }
        Ok(())
    }
}

/// A bar on standard error, or nothing; it counts in either case.
pub(super) struct Bar {
    bar: ProgressBar,
    done: Mutex<Done>,
}

impl Bar {
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
            // While all hosts wait nothing ends, and still time goes by.
            bar.enable_steady_tick(Duration::from_millis(500));
        }
        Self { bar, done: Mutex::default() }
    }

    /// What the run did.
    pub(super) fn done(&self) -> Done {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Progress for Bar {
    fn start(&self, total: u64) {
        self.bar.set_length(total);
    }

    fn advance(&self, outcome: &Outcome) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome.evidence.error {
            Some(reason) if outcome.evidence.tries == 0 => {
                *done.untried.entry(reason).or_default() += 1;
            }
            _ => *done.seen.entry(outcome.verdict).or_default() += 1,
        }
        self.bar.inc(1);
    }

    fn waiting(&self, hosts: usize, requests: usize, longest: &dyn Fn() -> Duration) {
        if self.bar.is_hidden() {
            return;
        }
        // No run is over before its longest queue, whatever the rate so far promises.
        let left = self.bar.eta().max(longest());
        let hosts = counted(hosts as u64, "host");
        let left = HumanDuration(left);
        self.bar.set_message(format!("; {requests} asked, {hosts} waiting, {left} left"));
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_status::Evidence;

    #[test]
    fn what_was_tried_is_told_from_what_was_not() {
        let bar = Bar::new(false);
        let tell = |verdict, error, tries| {
            let evidence = Evidence { error, tries, ..Evidence::default() };
            bar.advance(&Outcome { url: String::new(), verdict, evidence });
        };
        tell(Verdict::Alive, None, 1);
        tell(Verdict::Dead, Some(ErrorClass::NxDomain), 1);
        for _ in 0..2 {
            tell(Verdict::Unknown, Some(ErrorClass::OutOfTime), 0);
        }
        let done = bar.done();
        assert_eq!(done.seen(), 2);
        let mut out = Vec::new();
        done.write_untried(&mut out).unwrap();
        assert_eq!(out, b"2 sources: not tried: the time given was over\n");
    }
}
