//! What is known about the page behind a source URL: plain data, made by `sources`, read by rules.

mod reason;

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use self::reason::{Cause, ErrorClass, ErrorKind, Likeness, Reason};

/// What is known about one URL, from the best to the worst.
///
/// A single run finds only some of them: those that take several days to prove need a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// The page answers.
    Alive,
    /// The page answers at another URL, and every redirect on the way there is permanent.
    Moved,
    /// The page answers, but its certificate is invalid.
    TlsBroken,
    /// A bot challenge or a login: it says nothing about the page itself.
    Blocked,
    /// Nothing is known: the URL was not contacted, or the answer fits no other verdict.
    Unknown,
    /// Not reached in any try, which proves nothing: the server may answer again tomorrow.
    Unproven,
    /// It failed before, but not yet often or long enough to be dead.
    Failing,
    /// The server answers as it does for a random, nonexistent path.
    Soft404,
    /// Somebody else has the domain now.
    Usurped,
    /// The server says that the page is gone, or the host name does not exist.
    Dead,
}

impl Verdict {
    /// All verdicts, in their order.
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

    /// Returns its name: one word, as reports and ledgers write it.
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

    /// Whether the page is lost to readers, as far as that can be proven.
    #[must_use]
    pub fn is_lost(self) -> bool {
        matches!(self, Self::Soft404 | Self::Usurped | Self::Dead)
    }

    /// Returns the verdict with that name.
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

/// One redirect: the status that ordered it, and where it leads.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Redirect {
    /// The status of the answer: 301, 302, 303, 307 or 308.
    pub status: u16,
    /// The absolute URL it leads to.
    pub to: String,
}

/// What a verdict is based on: the answer or error of the last try, and the redirects before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Evidence {
    /// The HTTP status of the last answer, if one came.
    pub status: Option<u16>,
    /// Why there is no answer that counts.
    pub error: Option<ErrorClass>,
    /// Where the redirects led: the URL that gave the last answer or error. `None` without any.
    pub final_url: Option<String>,
    /// The redirects followed, in order.
    pub redirects: Vec<Redirect>,
    /// How many times the URL was tried in this run. Zero if it was not.
    pub tries: u32,
    /// How it resembles a random, nonexistent path, if that was asked for.
    pub likeness: Option<Likeness>,
    /// The URL of an archived copy, if one was looked up and found.
    pub archived: Option<String>,
    /// What a ledger knows about it, which the verdict is then based on.
    pub record: Option<LedgerRecord>,
}

/// What a ledger knows about one URL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LedgerRecord {
    /// What its verdict is based on. `None` if imported observations did not say.
    pub reason: Option<Reason>,
    /// How many failures count, since it last answered.
    pub strikes: u32,
    /// When it first failed since it last answered, in milliseconds since 1970.
    pub first_fail_at: Option<i64>,
    /// When it last answered, in milliseconds since 1970.
    pub last_ok_at: Option<i64>,
}

impl LedgerRecord {
    /// `, 3 strikes, first on 2026-11-02, last alive on 2026-10-01`
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
    /// Returns why no answer counts.
    #[must_use]
    pub fn cause(&self) -> Option<Cause> {
        self.error.map(Cause::Error).or(self.likeness.map(Cause::Likeness))
    }

    /// Returns what the verdict is based on.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        match &self.record {
            Some(record) => record.reason,
            None => self.cause().map(Reason::Cause).or(self.status.map(Reason::Status)),
        }
    }

    /// ` (1 redirect, 3 tries)`
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
    /// Words for a message: `404 Not Found`, `the connection was refused (3 tries)`,
    /// `410 Gone at https://example.org/b (1 redirect)`, `404 Not Found, 3 strikes, first on
    /// 2026-11-02, last alive on 2026-10-01`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.reason();
        match reason {
            Some(reason) => reason.fmt(f)?,
            None => f.write_str("no answer")?,
        }
        if let Some(url) = &self.final_url {
            // The words of a cause are a clause of their own.
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

/// The verdict on one URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The URL as the page writes it.
    pub url: String,
    /// The verdict.
    pub verdict: Verdict,
    /// What it is based on.
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
