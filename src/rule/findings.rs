//! Collects the findings of a rule on one page, up to a limit.

use crate::diagnostic::Finding;

/// The maximum number of findings of one rule on one page, so that a malicious page cannot exhaust the
/// memory.
pub const MAX_FINDINGS: usize = 1000;

/// The maximum number of findings of one rule on one page when fixing. It is higher than
/// [`MAX_FINDINGS`], so that a page with many findings needs only a few passes. Each pass of fixes
/// checks the archive again.
pub const MAX_FINDINGS_TO_FIX: usize = 100_000;

/// The maximum number of bytes in the messages and help texts of a rule's findings on one page, before
/// further findings quote only the beginnings of long texts. Many links may refer to one page with a
/// long title.
const MOST_BYTES: usize = 1 << 20;

/// The maximum length of a quoted text beyond [`MOST_BYTES`], in Unicode scalar values.
const LONGEST_QUOTE: usize = 1000;

/// The findings of a rule on one page, up to a limit.
#[derive(Debug)]
pub struct Findings {
    most: usize,
    found: Vec<Finding>,
    /// The number of bytes in the messages and help texts of `found`.
    bytes: usize,
    /// The number of calls of [`push_slow`](Self::push_slow), up to [`MAX_FINDINGS`].
    slow: usize,
    dropped: u64,
}

impl Findings {
    /// Creates an empty collection that keeps at most `most` findings.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, found: Vec::new(), bytes: 0, slow: 0, dropped: 0 }
    }

    /// Adds a finding. Beyond the limit, only counts it.
    pub fn push(&mut self, finding: Finding) {
        if self.found.len() < self.most {
            self.keep(finding);
        } else {
            self.dropped += 1;
        }
    }

    /// Adds the finding that `make` returns, if any. Does not call `make` beyond the limit, because
    /// `make` may be slow and a malicious page may have many findings.
    pub fn push_with(&mut self, make: impl FnOnce() -> Option<Finding>) {
        if self.found.len() < self.most {
            if let Some(finding) = make() {
                self.keep(finding);
            }
        } else {
            self.dropped += 1;
        }
    }

    /// Adds the finding that `make` returns, like [`push_with`](Self::push_with). Calls `make` at
    /// most [`MAX_FINDINGS`] times, whatever the limit, because each call is slow.
    pub fn push_slow(&mut self, make: impl FnOnce() -> Option<Finding>) {
        if self.slow < MAX_FINDINGS {
            self.slow += 1;
            self.push_with(make);
        } else {
            self.dropped += 1;
        }
    }

    fn keep(&mut self, finding: Finding) {
        let bytes = |finding: &Finding| {
            finding.message.len() + finding.help.as_ref().map_or(0, String::len)
        };
        let is_full = self.bytes + bytes(&finding) > MOST_BYTES;
        let finding = if is_full { finding.shortened(LONGEST_QUOTE) } else { finding };
        self.bytes += bytes(&finding);
        self.found.push(finding);
    }

    /// Adds a finding, if there is one.
    pub fn extend_from(&mut self, finding: Option<Finding>) {
        if let Some(finding) = finding {
            self.push(finding);
        }
    }

    /// Returns the findings, and the number of findings beyond the limit.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Finding>, u64) {
        (self.found, self.dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    #[test]
    fn many_findings_that_quote_a_long_text_take_limited_memory() {
        let text = "a".repeat(9000);
        let mut findings = Findings::new(MAX_FINDINGS);
        for _ in 0..MAX_FINDINGS {
            let finding = Finding::new(Span::default(), format!("the text `{text}b` differs"));
            findings.push(finding.help(format!("the title is `{text}c`")));
        }
        let (found, _) = findings.into_parts();
        assert!(found[0].message.contains(&text), "{}", found[0].message);
        let bytes = |finding: &Finding| {
            finding.message.len() + finding.help.iter().map(String::len).sum::<usize>()
        };
        assert!(found.iter().map(bytes).sum::<usize>() < MOST_BYTES + MAX_FINDINGS * 3000);
        let last = found.last().expect("a finding");
        assert!(last.message.ends_with("aaab` differs"), "{}", last.message);
        assert!(last.help.as_ref().is_some_and(|help| help.ends_with("aaac`")), "{:?}", last.help);
    }
}
