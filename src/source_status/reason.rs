//! Why a source has its status: as codes, which are stored, and as words, which are shown.
//!
//! A code never changes once it is released, and no other text is stored or hashed. So the words can
//! be improved, and an observation keeps its identity.

use std::fmt;

use http::StatusCode;
use strum::{EnumIter, IntoEnumIterator as _, IntoStaticStr, VariantArray};

use crate::address::AddressClass;

/// Why a URL gave no answer that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ErrorClass {
    /// The name servers say that there is no such host (NXDOMAIN).
    #[strum(serialize = "nxdomain")]
    NxDomain,
    /// The host name exists, but has no address.
    NoAddress,
    /// The name servers did not answer, or answered with a failure of their own.
    DnsFailure,
    /// Nothing listens at that port.
    Refused,
    /// The host's network cannot be reached.
    Unreachable,
    /// No connection, or no answer, within the time given.
    TimedOut,
    /// The connection was closed before an answer came.
    Reset,
    /// The certificate is expired, for another name, or not from a trusted authority.
    Certificate,
    /// The TLS handshake failed.
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
    PortRefused,
    /// The URL carries a user name or a password.
    UserInfo,
    /// Neither `http` nor `https`.
    SchemeRefused,
    /// A name outside the public DNS (`.onion`), which an ordinary look-up cannot find.
    NotPublic,
    /// The host did not answer several times in a row, so this URL was not tried.
    HostDown,
    /// The host asked for a longer pause than a run waits, so this URL was not tried.
    HostPaused,
    /// Another run on the same ledger holds the host, so this URL was not tried.
    HostHeld,
    /// The host's robots.txt disallows this URL.
    RobotsRefused,
    /// The host's robots.txt could not be fetched, which disallows the whole host.
    RobotsUnknown,
    /// The time budget was spent before this URL was tried.
    OutOfTime,
    /// The settings skip this host.
    Skipped,
    /// Not a URL.
    Malformed,
    /// A fault of this program.
    Internal,
}

impl ErrorClass {
    /// Returns its code: `nxdomain`, `timed-out`, `private-address`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AddressRefused(class) => class.code(),
            plain => plain.into(),
        }
    }

    /// Returns its kind, which decides how checks, hosts and ledgers treat it.
    #[must_use]
    pub fn kind(self) -> ErrorKind {
        match self {
            Self::NxDomain => ErrorKind::NoSuchHost,
            Self::NoAddress
            | Self::DnsFailure
            | Self::Refused
            | Self::Unreachable
            | Self::TimedOut => ErrorKind::NotReached,
            Self::Reset => ErrorKind::Interrupted,
            Self::Certificate
            | Self::Tls
            | Self::Protocol
            | Self::TooManyRedirects
            | Self::RedirectLoop
            | Self::BadRedirect => ErrorKind::BadAnswer,
            Self::AddressRefused(_)
            | Self::PortRefused
            | Self::UserInfo
            | Self::SchemeRefused
            | Self::NotPublic => ErrorKind::Forbidden,
            Self::RobotsRefused | Self::RobotsUnknown | Self::Skipped | Self::Malformed => {
                ErrorKind::Excluded
            }
            Self::HostDown | Self::HostPaused | Self::HostHeld | Self::OutOfTime => {
                ErrorKind::Postponed
            }
            Self::Internal => ErrorKind::Internal,
        }
    }

    /// Returns all of them, one for each class of address.
    pub fn all() -> impl Iterator<Item = Self> {
        let plain = Self::iter().filter(|class| !matches!(class, Self::AddressRefused(_)));
        plain.chain(AddressClass::VARIANTS.iter().copied().map(Self::AddressRefused))
    }
}

/// What the classes of errors have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The host name does not exist.
    NoSuchHost,
    /// There was no connection to the host; there may be one another time.
    NotReached,
    /// The connection broke; it may hold another time.
    Interrupted,
    /// The server answers, but with nothing that tells about the page.
    BadAnswer,
    /// The URL, or one that it redirects to, is never contacted.
    Forbidden,
    /// The URL is not asked for while its text, the settings or the host's robots.txt stay as they are.
    Excluded,
    /// The URL was not asked for this time.
    Postponed,
    /// The fault is this program's.
    Internal,
}

impl ErrorKind {
    /// Whether the fault may as well be that of the local network: without one, no name resolves and no
    /// host can be connected to.
    #[must_use]
    pub fn may_be_local(self) -> bool {
        matches!(self, Self::NoSuchHost | Self::NotReached)
    }

    /// Whether it counts against a host: several in a row, and the host is down.
    #[must_use]
    pub fn counts_against_host(self) -> bool {
        self.may_be_local() || self == Self::Interrupted
    }

    /// Whether the same request, or GET instead of HEAD, cannot do better.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Forbidden | Self::Internal)
    }

    /// Whether a ledger stores it as an observation. What was not tried was not observed, except for a
    /// URL that is never tried, which must not stay due.
    #[must_use]
    pub fn is_observation(self, was_tried: bool) -> bool {
        match self {
            Self::Forbidden | Self::Excluded => true,
            Self::Internal => false,
            Self::NoSuchHost
            | Self::NotReached
            | Self::Interrupted
            | Self::BadAnswer
            | Self::Postponed => was_tried,
        }
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NxDomain => "the host name does not exist",
            Self::NoAddress => "the host name has no address",
            Self::DnsFailure => "the host name could not be looked up",
            Self::Refused => "the connection was refused",
            Self::Unreachable => "the host is unreachable",
            Self::TimedOut => "no answer in time",
            Self::Reset => "the connection was closed before an answer came",
            Self::Certificate => "the certificate is not valid",
            Self::Tls => "the TLS handshake failed",
            Self::Protocol => "the answer is not valid HTTP",
            Self::TooManyRedirects => "too many redirects",
            Self::RedirectLoop => "the redirects form a loop",
            Self::BadRedirect => "a redirect without a valid target",
            Self::AddressRefused(class) => {
                return write!(f, "the host is {class}, which is never contacted");
            }
            Self::PortRefused => "the port is never contacted",
            Self::UserInfo => "a URL with a user name or password is never contacted",
            Self::SchemeRefused => "only http and https are contacted",
            Self::NotPublic => "the host name is outside the public DNS",
            Self::HostDown => "not tried: the host did not answer three times in a row",
            Self::HostPaused => "not tried: the host asked for a pause",
            Self::HostHeld => "not tried: another run holds the host",
            Self::RobotsRefused => "not tried: the host's robots.txt disallows it",
            Self::RobotsUnknown => "not tried: the host's robots.txt could not be fetched",
            Self::OutOfTime => "not tried: the time budget was spent",
            Self::Skipped => "not tried: the settings skip this host",
            Self::Malformed => "not a valid URL",
            Self::Internal => "an internal error ended the check of this URL",
        })
    }
}

/// How a page resembles the server's answer for a random, nonexistent path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray, IntoStaticStr)]
pub enum Likeness {
    /// Both lead to one address.
    #[strum(serialize = "same-address")]
    Address,
    /// Both have the same text, or nearly.
    #[strum(serialize = "same-text")]
    Text,
}

impl fmt::Display for Likeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "a random, nonexistent path leads to the same address",
            Self::Text => "a random, nonexistent path has the same text",
        })
    }
}

/// Why no answer counts for the page: an error, or an answer that is no better than an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// No answer could be read.
    Error(ErrorClass),
    /// The server answers as it does for a random, nonexistent path.
    Likeness(Likeness),
    /// A ledger of an earlier version held a text that no version wrote.
    Unrecognized,
}

const UNRECOGNIZED: &str = "unrecognized";

impl Cause {
    /// Returns its code, as ledgers and exports store it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Error(class) => class.code(),
            Self::Likeness(likeness) => likeness.into(),
            Self::Unrecognized => UNRECOGNIZED,
        }
    }

    /// Returns all of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let likenesses = Likeness::VARIANTS.iter().copied().map(Self::Likeness);
        ErrorClass::all().map(Self::Error).chain(likenesses).chain([Self::Unrecognized])
    }

    /// Returns the cause with that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|cause| cause.code() == code)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(class) => class.fmt(f),
            Self::Likeness(likeness) => likeness.fmt(f),
            Self::Unrecognized => f.write_str("an error that an earlier version recorded"),
        }
    }
}

/// What a verdict is based on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The HTTP status of an answer.
    Status(u16),
    /// Why no answer counts.
    Cause(Cause),
}

const STATUS: &str = "http-";

impl Reason {
    /// Returns its code, as ledgers store it: `http-404`, `timed-out`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Status(status) => format!("{STATUS}{status}"),
            Self::Cause(cause) => cause.code().to_owned(),
        }
    }

    /// Returns the reason with that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code.strip_prefix(STATUS) {
            Some(status) => status.parse().ok().map(Self::Status),
            None => Cause::from_code(code).map(Self::Cause),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cause(cause) => cause.fmt(f),
            Self::Status(status) => {
                let known = StatusCode::from_u16(*status).ok();
                match known.and_then(|status| status.canonical_reason()) {
                    Some(phrase) => write!(f, "{status} {phrase}"),
                    None => write!(f, "status {status}"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_code_is_kebab_case_and_names_one_cause() {
        let mut codes = HashSet::new();
        for cause in Cause::all() {
            let code = cause.code();
            assert!(codes.insert(code), "{code} is the code of two causes");
            assert_eq!(Cause::from_code(code), Some(cause));
            assert_eq!(Reason::from_code(code), Some(Reason::Cause(cause)));
            let is_kebab =
                |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
            assert!(code.chars().all(is_kebab), "{code}");
            assert!(!code.starts_with(STATUS), "{code} would be read as a status");
        }
        assert_eq!(Cause::from_code("the host name does not exist"), None);
    }

    #[test]
    fn a_status_is_shown_with_its_phrase() {
        let reason = Reason::from_code("http-404");
        assert_eq!(reason, Some(Reason::Status(404)));
        assert_eq!(Reason::Status(404).to_string(), "404 Not Found");
        assert_eq!(Reason::Status(999).to_string(), "status 999");
        assert_eq!(Reason::from_code("http-"), None);
    }
}
