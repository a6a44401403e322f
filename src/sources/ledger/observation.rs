//! Observations: the results of checking a URL at a certain time. A ledger derives the status of each URL
//! from its observations.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use crate::source_status::{Cause, Outcome, Reason, Verdict};

/// The maximum length of a URL in a ledger, in bytes. It keeps every line of an export shorter than
/// [`MAX_LINE`](super::import_export::MAX_LINE), even if every byte of its URLs has to be escaped.
pub const MAX_URL: usize = 4096;

/// The vantage of every observation: the place from which it was made. Exports and digests contain it
/// because the format allows several places. This version has only one, and its name is empty.
pub(super) const VANTAGE: &str = "";

/// The result of one check of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// The page answers.
    Alive,
    /// The page answers at another URL, and every redirect on the way there is permanent.
    Moved,
    /// The check has proven that the server answers as it does for a random, nonexistent path.
    #[serde(rename = "soft-404")]
    Soft404,
    /// The check has proven that the domain has been taken over.
    Usurped,
    /// The page answers, but its certificate is invalid.
    TlsBroken,
    /// A bot challenge or a login, which says nothing about the page itself.
    Blocked,
    /// The page does not exist (status 404), or its host name does not exist.
    Hard,
    /// The server says that the page has been removed permanently (status 410).
    Gone,
    /// A failure that may be temporary.
    Soft,
    /// The check was inconclusive.
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

    /// Returns the name of the reading, as stored in ledgers and exports.
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

    /// Returns the reading with the given name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reading| reading.name() == name)
    }
}

/// An observation of a page: the result of checking its URL at a certain time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The time of the check, in milliseconds since 1970.
    pub at: i64,
    /// The result of the check.
    pub reading: Reading,
    /// The HTTP status of the response, or `None` if no response came.
    pub status: Option<u16>,
    /// The cause of the failure, or `None` if the response itself decides the result.
    pub error: Option<Cause>,
    /// The URL that the redirects led to, if any were followed.
    pub final_url: Option<String>,
}

impl Observation {
    /// Creates an observation from the outcome of a check.
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

    /// Returns the observation without its final URL if the final URL is too long for a ledger. Every
    /// ledger stores observations in this form. Otherwise, the same observation could be stored twice when
    /// ledgers are merged.
    #[must_use]
    pub fn clipped(mut self) -> Self {
        // Do not shorten the URL, because a shorter URL would lead to another page.
        self.final_url = self.final_url.filter(|url| url.len() <= MAX_URL);
        self
    }

    /// Returns the reason for the reading, or `None` if the observation has neither an error nor a status.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        self.error.map(Reason::Cause).or(self.status.map(Reason::Status))
    }

    /// Returns a digest that identifies this observation among those of the same URL at the same time.
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
            // Prefix each part with its length, so that the boundaries between parts matter.
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
