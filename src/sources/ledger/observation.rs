//! What was observed of one URL at one time. A ledger stores observations; all else in it follows from
//! them.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use crate::source_status::{Cause, Outcome, Reason, Verdict};

/// The longest URL that a ledger takes, in bytes. With the other limits it keeps every line of an
/// export short, whatever its text takes to escape.
pub const MAX_URL: usize = 4096;

/// What exports and digests say about where an observation was made. The format has room for several
/// places; this version knows one, and gives it no name.
pub(super) const VANTAGE: &str = "";

/// What one request says about a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// It answers.
    Alive,
    /// It answers elsewhere, for good.
    Moved,
    /// It is no better than a random, nonexistent path: proven by asking for one.
    #[serde(rename = "soft-404")]
    Soft404,
    /// Somebody else has the domain: proven.
    Usurped,
    /// It answers to those who ignore its certificate.
    TlsBroken,
    /// A bot challenge or a login, which says nothing about the page.
    Blocked,
    /// Gone, as the server or the name servers say: 404, or no such host.
    Hard,
    /// Gone for good, as the server says: 410.
    Gone,
    /// A failure that may pass.
    Soft,
    /// Nothing reliable.
    Unknown,
}

impl Reading {
    /// All readings.
    pub const ALL: [Self; 10] = [
        Self::Alive,
        Self::Moved,
        Self::Soft404,
        Self::Usurped,
        Self::TlsBroken,
        Self::Blocked,
        Self::Hard,
        Self::Gone,
        Self::Soft,
        Self::Unknown,
    ];

    /// Returns its name, as ledgers write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Alive => "alive",
            Self::Moved => "moved",
            Self::Soft404 => "soft-404",
            Self::Usurped => "usurped",
            Self::TlsBroken => "tls-broken",
            Self::Blocked => "blocked",
            Self::Hard => "hard",
            Self::Gone => "gone",
            Self::Soft => "soft",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the reading with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reading| reading.name() == name)
    }
}

/// One observation of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// What it says about the page.
    pub reading: Reading,
    /// The status of the answer, if one came.
    pub status: Option<u16>,
    /// Why there is no answer that counts.
    pub error: Option<Cause>,
    /// The URL that the redirects led to.
    pub final_url: Option<String>,
}

impl Observation {
    /// Makes an observation of what one run found out.
    #[must_use]
    pub fn of(outcome: &Outcome, at: i64) -> Self {
        let evidence = &outcome.evidence;
        let reading = match outcome.verdict {
            Verdict::Alive => Reading::Alive,
            Verdict::Moved => Reading::Moved,
            Verdict::TlsBroken => Reading::TlsBroken,
            Verdict::Blocked => Reading::Blocked,
            Verdict::Unknown => Reading::Unknown,
            Verdict::Unproven | Verdict::Failing => Reading::Soft,
            Verdict::Soft404 => Reading::Soft404,
            Verdict::Usurped => Reading::Usurped,
            Verdict::Dead if evidence.status == Some(410) => Reading::Gone,
            Verdict::Dead => Reading::Hard,
        };
        Self {
            at,
            reading,
            status: evidence.status,
            error: evidence.cause(),
            final_url: evidence.final_url.clone(),
        }
    }

    /// Returns it within the limits of a ledger. Every ledger stores it this way, or one observation
    /// would count as two when ledgers are merged.
    #[must_use]
    pub fn clipped(mut self) -> Self {
        // A shortened URL would lead elsewhere.
        self.final_url = self.final_url.filter(|url| url.len() <= MAX_URL);
        self
    }

    /// Returns what it is based on; `None` if it does not say.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        self.error.map(Reason::Cause).or(self.status.map(Reason::Status))
    }

    /// Returns a digest that differs for every other observation of the same URL at the same time.
    #[must_use]
    pub fn digest(&self) -> [u8; 16] {
        let mut bytes = Vec::new();
        let status = self.status.map(|status| status.to_string());
        for part in [
            Some(self.reading.name()),
            Some(VANTAGE),
            status.as_deref(),
            self.error.map(Cause::code),
            self.final_url.as_deref(),
        ] {
            // The length first, so that no two parts run into one another.
            let length = part.map_or(u64::MAX, |part| part.len() as u64);
            bytes.extend(length.to_be_bytes());
            bytes.extend(part.unwrap_or_default().as_bytes());
        }
        xxh3_128(&bytes).to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_status::{ErrorClass, Evidence};

    fn observation() -> Observation {
        Observation {
            at: 1,
            reading: Reading::Hard,
            status: Some(404),
            error: None,
            final_url: None,
        }
    }

    #[test]
    fn readings_have_the_names_they_are_written_by() {
        for reading in Reading::ALL {
            assert_eq!(Reading::from_name(reading.name()), Some(reading));
            let written = serde_json::to_string(&reading).unwrap();
            assert_eq!(written, format!("\"{}\"", reading.name()));
        }
    }

    #[test]
    fn whatever_differs_has_another_digest() {
        let one = observation();
        let others = [
            Observation { reading: Reading::Gone, ..one.clone() },
            Observation { status: None, ..one.clone() },
            Observation { error: Some(Cause::Unrecognized), ..one.clone() },
            Observation { final_url: Some(String::new()), ..one.clone() },
        ];
        let mut digests: Vec<_> = others.iter().map(Observation::digest).collect();
        digests.push(one.digest());
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), 5);
    }

    #[test]
    fn clipping_twice_changes_nothing() {
        let long = Observation { final_url: Some("x".repeat(MAX_URL + 1)), ..observation() };
        let clipped = long.clipped();
        assert_eq!(clipped.final_url, None);
        assert_eq!(clipped.clone().clipped(), clipped);
    }

    #[test]
    fn the_outcome_of_a_run_is_read_by_its_evidence() {
        let evidence = Evidence { status: Some(410), ..Evidence::default() };
        let mut outcome = Outcome { url: String::new(), verdict: Verdict::Dead, evidence };
        assert_eq!(Observation::of(&outcome, 1).reading, Reading::Gone);
        outcome.evidence.status = None;
        outcome.evidence.error = Some(ErrorClass::NxDomain);
        let seen = Observation::of(&outcome, 1);
        assert_eq!(seen.reading, Reading::Hard);
        assert_eq!(seen.error, Some(Cause::Error(ErrorClass::NxDomain)));
        outcome.verdict = Verdict::Unproven;
        assert_eq!(Observation::of(&outcome, 1).reading, Reading::Soft);
    }
}
