//! What is known of the page behind a source URL: plain data, made by the probe, read by rules.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::address::AddressClass;

/// What is known of one URL, from the best to the worst.
///
/// A single run finds out only some of them: what takes several days to prove, or a second page to
/// compare with, stands in a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// The page answers.
    Alive,
    /// The page answers at another URL, and every redirect on the way there is permanent.
    Moved,
    /// The page answers, but only to those who ignore its certificate.
    TlsBroken,
    /// A wall for robots or readers without an account: it says nothing of the page itself.
    Blocked,
    /// Nothing can be said: the URL was not contacted, or the answer fits no other verdict.
    Unknown,
    /// Not reached in any try, which proves nothing: the server may be back tomorrow.
    Unproven,
    /// It failed before, but not yet often or long enough to be dead.
    Failing,
    /// The server answers for the page as it does for pages that never were.
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

    /// Its name: one word, as reports and ledgers write it.
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

    /// The verdict of that name.
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

/// Why a URL gave no answer that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorClass {
    /// The name servers say that there is no such host (NXDOMAIN).
    NxDomain,
    /// The host name exists, but has no address.
    NoAddress,
    /// The name servers did not answer, or answered with a failure of their own.
    DnsFailure,
    /// Nothing listens at that port.
    Refused,
    /// There is no way to the host's network.
    Unreachable,
    /// No connection, or no answer, within the time given.
    TimedOut,
    /// The connection was cut before an answer came.
    Reset,
    /// The certificate is expired, for another name, or signed by nobody who is trusted.
    Certificate,
    /// The two sides could not agree on an encrypted connection.
    Tls,
    /// The answer is not HTTP.
    Protocol,
    /// More redirects than are followed.
    TooManyRedirects,
    /// A redirect leads back to a URL already visited.
    RedirectLoop,
    /// A redirect without a target, or with one that is not a URL.
    BadRedirect,
    /// The host is, or its name stands for, an address that is never contacted.
    AddressRefused(AddressClass),
    /// A port that is not one of the web's own.
    PortRefused(u16),
    /// The URL carries a user name or a password.
    UserInfo,
    /// Neither `http` nor `https`.
    SchemeRefused,
    /// A name outside the public DNS (`.onion`), which an ordinary look-up cannot find.
    NotPublic,
    /// The host did not answer several times in a row, so that this URL was not tried.
    HostDown,
    /// The host asked for a longer pause than a run waits, so that this URL was not tried.
    HostPaused,
    /// Another run on the same ledger looks after the host, so that this URL was not tried.
    HostHeld,
    /// The host's robots.txt asks robots to leave this URL alone.
    RobotsRefused,
    /// The host's robots.txt could not be had, which asks robots to leave the host alone.
    RobotsUnknown,
    /// The time that was given was over before this URL's turn came.
    OutOfTime,
    /// The settings leave this host out.
    Skipped,
    /// Not a URL.
    Malformed,
    /// A fault of this program.
    Internal,
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NxDomain => "the host name does not exist",
            Self::NoAddress => "the host name has no address",
            Self::DnsFailure => "the host name could not be looked up",
            Self::Refused => "the connection was refused",
            Self::Unreachable => "there is no way to the host",
            Self::TimedOut => "no answer in time",
            Self::Reset => "the connection was cut before an answer came",
            Self::Certificate => "the certificate is not valid",
            Self::Tls => "no encrypted connection could be agreed on",
            Self::Protocol => "the answer is not valid HTTP",
            Self::TooManyRedirects => "too many redirects",
            Self::RedirectLoop => "the redirects go round in a loop",
            Self::BadRedirect => "a redirect without a valid target",
            Self::AddressRefused(class) => {
                return write!(f, "the host is {class}, which is never contacted");
            }
            Self::PortRefused(port) => return write!(f, "port {port} is never contacted"),
            Self::UserInfo => "a URL with a user name or password is never contacted",
            Self::SchemeRefused => "only http and https are contacted",
            Self::NotPublic => "the host name is outside the public DNS",
            Self::HostDown => "not tried: the host did not answer three times in a row",
            Self::HostPaused => "not tried: the host asked for a pause",
            Self::HostHeld => "not tried: another run looks after the host",
            Self::RobotsRefused => "not tried: the host's robots.txt asks robots to stay away",
            Self::RobotsUnknown => "not tried: the host's robots.txt could not be had",
            Self::OutOfTime => "not tried: the time given was over",
            Self::Skipped => "not tried: the settings leave this host out",
            Self::Malformed => "not a valid URL",
            Self::Internal => "the check of this URL failed within the program",
        })
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

/// In what a page is no better than one that never was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Likeness {
    /// Both lead to one address.
    Address,
    /// Both have the same text, or nearly.
    Text,
}

impl fmt::Display for Likeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "a page that never was leads to the same address",
            Self::Text => "a page that never was has the same text",
        })
    }
}

/// What a verdict rests on: the last try's answer or error, and the way there.
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
    /// What makes it no better than a page that never was: asked for beside it, under suspicion.
    pub likeness: Option<Likeness>,
    /// The URL of an archived copy, if one was looked up and found.
    pub archived: Option<String>,
    /// What a ledger knows of it, which then is what the verdict rests on.
    pub record: Option<Record>,
}

/// What a ledger knows of one URL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// What its verdict rests on, in words: `404 Not Found`.
    pub reason: String,
    /// How many failures count, since it last answered.
    pub strikes: u32,
    /// When it first failed since it last answered, in milliseconds since 1970.
    pub first_fail_at: Option<i64>,
    /// When it last answered, in milliseconds since 1970.
    pub last_ok_at: Option<i64>,
}

impl Record {
    /// `404 Not Found at https://example.org/b, 3 strikes, first on 2026-11-02, last alive on
    /// 2026-10-01`, given where the redirects led.
    fn write(&self, final_url: Option<&str>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        if let Some(url) = final_url {
            write!(f, " at {url}")?;
        }
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

impl fmt::Display for Evidence {
    /// Words for a message: `404 Not Found`, `the connection was refused (3 tries)`,
    /// `410 Gone at https://example.org/b (1 redirect)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(record) = &self.record {
            return record.write(self.final_url.as_deref(), f);
        }
        match (self.error, self.status) {
            (Some(error), _) => write!(f, "{error}")?,
            (None, _) if let Some(likeness) = self.likeness => write!(f, "{likeness}")?,
            (None, Some(status)) => match reason(status) {
                Some(reason) => write!(f, "{status} {reason}")?,
                None => write!(f, "status {status}")?,
            },
            (None, None) => f.write_str("no answer")?,
        }
        if let Some(url) = &self.final_url {
            // The words of an error or a likeness are a clause of their own.
            let clause = self.error.is_some() || self.likeness.is_some();
            f.write_str(if clause { ", at " } else { " at " })?;
            f.write_str(url)?;
        }
        let counts = [
            (self.redirects.len() as u64, "redirect", "redirects"),
            (u64::from(self.tries), "try", "tries"),
        ];
        let mut open = false;
        for (count, one, many) in counts {
            // That something was tried once goes without saying.
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

/// The verdict on one URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The URL as the page writes it.
    pub url: String,
    /// What was found out.
    pub verdict: Verdict,
    /// What that rests on.
    pub evidence: Evidence,
}

/// The usual words for the statuses a reader of reports meets.
fn reason(status: u16) -> Option<&'static str> {
    Some(match status {
        200 => "OK",
        202 => "Accepted",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        418 => "I'm a Teapot",
        421 => "Misdirected Request",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let record = Record {
            reason: "404 Not Found".to_owned(),
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
