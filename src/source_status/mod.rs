//! The status of a source URL, and the evidence for it: plain data that `sources` creates and rules read.

mod reason;

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use self::reason::{Cause, ErrorClass, ErrorKind, Likeness, Reason};

/// The verdict on a URL. The variants are ordered from best to worst.
///
/// A run without a ledger cannot reach all verdicts, because some take several days to prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Verdict {
    /// The page answers.
    Alive,
    /// The page answers at another URL, and every redirect on the way there is permanent.
    Moved,
    /// The page answers, but its certificate is invalid.
    TlsBroken,
    /// The server answers with a bot challenge or a login, which says nothing about the page itself.
    Blocked,
    /// The URL was not contacted, or the response does not match any other verdict.
    Unknown,
    /// Every try in this run failed. This proves nothing: the server may answer again tomorrow.
    Unproven,
    /// The page is failing, but not yet often or long enough to be dead. Only a ledger yields this verdict.
    Failing,
    /// The server answers as it does for a random, nonexistent path.
    Soft404,
    /// The domain has been taken over.
    Usurped,
    /// The server says that the page is gone, or the host name does not exist. With a ledger, a page is
    /// dead only after enough failures at sufficient intervals.
    Dead,
}

impl Verdict {
    /// All verdicts, from best to worst.
    pub const ALL: [Self; 10] = [
        Self::Alive,
        Self::Moved,
        Self::TlsBroken,
        Self::Blocked,
        Self::Unknown,
        Self::Unproven,
        Self::Failing,
        Self::Soft404,
        Self::Usurped,
        Self::Dead,
    ];

    /// Returns the name of the verdict, as written in reports and ledgers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Alive => "alive",
            Self::Moved => "moved",
            Self::TlsBroken => "tls-broken",
            Self::Blocked => "blocked",
            Self::Unknown => "unknown",
            Self::Unproven => "unproven",
            Self::Failing => "failing",
            Self::Soft404 => "soft-404",
            Self::Usurped => "usurped",
            Self::Dead => "dead",
        }
    }

    /// Returns whether the page is proven to be lost to readers.
    #[must_use]
    pub fn is_lost(self) -> bool {
        matches!(self, Self::Soft404 | Self::Usurped | Self::Dead)
    }

    /// Returns whether the page is lost, or failing so that it may be.
    #[must_use]
    pub fn is_unavailable(self) -> bool {
        self == Self::Failing || self.is_lost()
    }

    /// Returns the verdict with the given name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A redirect.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Redirect {
    /// The HTTP status of the response: 301, 302, 303, 307 or 308.
    pub status: u16,
    /// The absolute URL of the target.
    pub to: String,
}

/// The evidence for a verdict: the response or error of the last try, the redirects before it, and related
/// data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Evidence {
    /// The HTTP status of the last response, or `None` if no response came.
    pub status: Option<u16>,
    /// The error of the last try, or the reason why the URL was not tried.
    pub error: Option<ErrorClass>,
    /// The URL that the redirects led to, and that gave the last response or error. `None` without redirects.
    pub final_url: Option<String>,
    /// The redirects that were followed, in order.
    pub redirects: Vec<Redirect>,
    /// The number of times that the URL was tried in this run.
    pub tries: u32,
    /// How the page resembles the server's response for a random, nonexistent path, or `None` if no
    /// likeness was found.
    pub likeness: Option<Likeness>,
    /// The URL of an archived copy, if one was looked up and found.
    pub archived: Option<String>,
    /// The record of a ledger, if the verdict is based on one.
    pub record: Option<LedgerRecord>,
}

/// The record of a URL in a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LedgerRecord {
    /// The reason for the verdict, or `None` if the observations do not give one. Imported observations may
    /// lack a reason.
    pub reason: Option<Reason>,
    /// The number of strikes since the URL last answered. A strike is a failure that follows the previous
    /// strike at a sufficient interval.
    pub strikes: u32,
    /// The time of the first failure since the URL last answered, in milliseconds since 1970. A proof that
    /// the page is lost counts as a failure too.
    pub first_fail_at: Option<i64>,
    /// The time at which the URL last answered, in milliseconds since 1970.
    pub last_ok_at: Option<i64>,
}

impl LedgerRecord {
    /// Writes the failures and their days (UTC), such as `, 3 strikes, first on 2026-11-02, last alive on
    /// 2026-10-01`.
    fn write_history(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.strikes {
            0 => {}
            1 => f.write_str(", 1 strike")?,
            strikes => write!(f, ", {strikes} strikes")?,
        }
        let day = |at: Option<i64>| {
            Some(TimeZone::UTC.to_datetime(Timestamp::from_millisecond(at?).ok()?).date())
        };
        if let Some(day) = day(self.first_fail_at) {
            write!(f, ", first on {day}")?;
        }
        if let Some(day) = day(self.last_ok_at) {
            write!(f, ", last alive on {day}")?;
        }
        Ok(())
    }
}

impl Evidence {
    /// Returns the error or the likeness that decides the verdict, or `None` if the HTTP status decides it.
    #[must_use]
    pub fn cause(&self) -> Option<Cause> {
        self.error.map(Cause::Error).or(self.likeness.map(Cause::Likeness))
    }

    /// Returns the reason for the verdict, or `None` if there is neither a response nor an error.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        match &self.record {
            Some(record) => record.reason,
            None => self.cause().map(Reason::Cause).or(self.status.map(Reason::Status)),
        }
    }

    /// Writes the number of redirects and tries, such as ` (1 redirect, 3 tries)`.
    fn write_counts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.redirects.len() as u64, "redirect", "redirects"),
            (u64::from(self.tries), "try", "tries"),
        ];
        let mut open = false;
        for (count, one, many) in counts {
            // A single try needs no mention.
            if count == 0 || (count == 1 && one == "try") {
                continue;
            }
            f.write_str(if open { ", " } else { " (" })?;
            open = true;
            write!(f, "{count} {}", if count == 1 { one } else { many })?;
        }
        if open { f.write_str(")") } else { Ok(()) }
    }
}

impl fmt::Display for Evidence {
    /// Writes the evidence as part of a message. Examples:
    ///
    /// - `404 Not Found`
    /// - `the connection was refused (3 tries)`
    /// - `410 Gone at https://example.org/b (1 redirect)`
    /// - `404 Not Found, 3 strikes, first on 2026-11-02, last alive on 2026-10-01`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.reason();
        match reason {
            Some(reason) => reason.fmt(f)?,
            None => f.write_str("no answer")?,
        }
        if let Some(url) = &self.final_url {
            // The text of a cause is a clause, so a comma separates it from the URL.
            let is_clause = matches!(reason, Some(Reason::Cause(_)));
            f.write_str(if is_clause { ", at " } else { " at " })?;
            f.write_str(url)?;
        }
        match &self.record {
            Some(record) => record.write_history(f),
            None => self.write_counts(f),
        }
    }
}

/// The outcome of a check: the verdict on a URL, and the evidence for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The URL as the page writes it.
    pub url: String,
    /// The verdict on the URL.
    pub verdict: Verdict,
    /// The evidence for the verdict.
    pub evidence: Evidence,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::AddressClass;

    #[test]
    fn verdicts_are_found_by_name() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::from_name(&verdict.to_string()), Some(verdict));
        }
        assert_eq!(Verdict::from_name("Alive"), None);
        assert!(Verdict::ALL.is_sorted());
    }

    #[test]
    fn evidence_reads_as_words() {
        let mut evidence = Evidence { status: Some(404), tries: 1, ..Evidence::default() };
        assert_eq!(evidence.to_string(), "404 Not Found");
        evidence.status = Some(999);
        assert_eq!(evidence.to_string(), "status 999");
        evidence.error = Some(ErrorClass::Refused);
        evidence.tries = 3;
        assert_eq!(evidence.to_string(), "the connection was refused (3 tries)");
        assert_eq!(Evidence::default().to_string(), "no answer");
    }

    #[test]
    fn a_record_tells_since_when() {
        let record = LedgerRecord {
            reason: Some(Reason::Status(404)),
            strikes: 3,
            first_fail_at: Some(1_332_676_800_000),
            last_ok_at: Some(1_332_590_400_000),
        };
        let evidence = Evidence { record: Some(record), ..Evidence::default() };
        let words = "404 Not Found, 3 strikes, first on 2012-03-25, last alive on 2012-03-24";
        assert_eq!(evidence.to_string(), words);
    }

    #[test]
    fn evidence_names_the_end_of_the_redirects() {
        let to = "https://example.org/b".to_owned();
        let mut evidence = Evidence {
            status: Some(410),
            final_url: Some(to.clone()),
            redirects: vec![Redirect { status: 301, to }],
            tries: 1,
            ..Evidence::default()
        };
        assert_eq!(evidence.to_string(), "410 Gone at https://example.org/b (1 redirect)");
        evidence.tries = 3;
        assert_eq!(evidence.to_string(), "410 Gone at https://example.org/b (1 redirect, 3 tries)");
        evidence.error = Some(ErrorClass::AddressRefused(AddressClass::Metadata));
        assert_eq!(
            evidence.to_string(),
            "the host is a cloud metadata address, which is never contacted, at \
             https://example.org/b (1 redirect, 3 tries)"
        );
    }
}
