//! Counts the URLs that a run requests, and the URLs that it skips.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::diagnostic::counted;
use crate::source_status::{ErrorClass, Outcome, Verdict};
use crate::sources::Progress;

/// Counts of the URLs that a run requested, and of those that it skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The number of requested URLs, by verdict. The verdicts follow from this run alone, without
    /// the ledger.
    pub checked: BTreeMap<Verdict, u64>,
    /// The number of URLs that were not requested, by reason.
    pub untried: BTreeMap<ErrorClass, u64>,
}

impl Tally {
    /// Returns the number of requested URLs.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.checked.values().sum()
    }

    /// Writes a line for each reason why URLs were not requested.
    ///
    /// # Errors
    /// Returns an error if the writer fails.
    pub fn write_untried(&self, out: &mut dyn Write) -> io::Result<()> {
        for (reason, count) in &self.untried {
            writeln!(out, "{} not tried: {reason:#}", counted(*count, "source"))?;
        }
        Ok(())
    }
}

/// A progress receiver that counts outcomes, and passes them on to the receiver of an observer.
pub(super) struct Counting {
    progress: Box<dyn Progress>,
    tally: Mutex<Tally>,
}

impl Counting {
    /// Wraps `progress` with empty counts.
    pub(super) fn new(progress: Box<dyn Progress>) -> Self {
        Self { progress, tally: Mutex::default() }
    }

    /// Returns the counts.
    pub(super) fn into_tally(self) -> Tally {
        self.tally.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Counting {
    fn start(&self, total: u64) {
        self.progress.start(total);
    }

    fn advance(&self, outcome: &Outcome) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome.evidence.error {
            Some(reason) if outcome.evidence.tries == 0 => {
                *tally.untried.entry(reason).or_default() += 1;
            }
            _ => *tally.checked.entry(outcome.verdict).or_default() += 1,
        }
        self.progress.advance(outcome);
    }

    fn waiting(&self, hosts: usize, requests: usize, longest: &dyn Fn() -> Duration) {
        self.progress.waiting(hosts, requests, longest);
    }

    fn finish(&self) {
        self.progress.finish();
    }
}

#[cfg(test)]
mod tests {
    use super::super::observer::{NoObserver, Observer};
    use super::*;
    use crate::source_status::Evidence;

    #[test]
    fn what_was_tried_is_told_from_what_was_not() {
        let counting = Counting::new(NoObserver.progress());
        let tell = |verdict, error, tries| {
            let evidence = Evidence { error, tries, ..Evidence::default() };
            counting.advance(&Outcome { url: String::new(), verdict, evidence });
        };
        tell(Verdict::Alive, None, 1);
        tell(Verdict::Dead, Some(ErrorClass::NxDomain), 1);
        for _ in 0..2 {
            tell(Verdict::Unknown, Some(ErrorClass::OutOfTime), 0);
        }
        let tally = counting.into_tally();
        assert_eq!(tally.seen(), 2);
        let mut out = Vec::new();
        tally.write_untried(&mut out).unwrap();
        let expected = format!("2 sources {}\n", ErrorClass::OutOfTime);
        assert_eq!(out, expected.into_bytes());
    }
}
