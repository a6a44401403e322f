//! The reasons for the status of a source. Each reason has a code, which is stored, and a text, which is
//! shown.
//!
//! A code never changes after its release, and no other text is stored or hashed. The shown texts can
//! therefore be improved without changing the identity of observations.

use std::fmt;

use http::StatusCode;
use strum::{EnumIter, IntoEnumIterator as _, IntoStaticStr, VariantArray};

use crate::address::AddressClass;

/// The class of an error: the reason why a URL has no response that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorClass {
    /// The name servers report that the host name does not exist (NXDOMAIN).
    #[strum(serialize = "nxdomain")]
    NxDomain,
    /// The host name exists, but has no address.
    NoAddress,
    /// The name servers did not answer, or reported a failure of their own.
    DnsFailure,
    /// The host refused the connection: no program listens on the port.
    Refused,
    /// The host or its network is unreachable.
    Unreachable,
    /// The connection or the response timed out.
    TimedOut,
    /// The connection was closed before a response came.
    Reset,
    /// The certificate has expired, is for another name, or is not from a trusted authority.
    Certificate,
    /// The TLS handshake failed.
    Tls,
    /// The response is not valid HTTP.
    Protocol,
    /// The number of redirects exceeds the limit.
    TooManyRedirects,
    /// A redirect leads back to a URL that was already visited.
    RedirectLoop,
    /// A redirect has no target, or its target is not a URL.
    BadRedirect,
    /// The host is an address that is never contacted, or its name resolves to one.
    AddressRefused(AddressClass),
    /// The URL has a port that is never contacted.
    PortRefused,
    /// The URL contains a user name or a password.
    UserInfo,
    /// The scheme of the URL is neither `http` nor `https`.
    SchemeRefused,
    /// The host name is outside the public DNS, such as an `.onion` name, so an ordinary look-up cannot
    /// find it.
    NotPublic,
    /// The host did not answer several times in a row, so this URL was not tried.
    HostDown,
    /// The host asked for a longer pause than a run waits, so this URL was not tried.
    HostPaused,
    /// Another run on the same ledger holds the host, so this URL was not tried.
    HostHeld,
    /// The host's robots.txt disallows this URL.
    RobotsRefused,
    /// The host's robots.txt could not be fetched, so the whole host is treated as disallowed.
    RobotsUnknown,
    /// The time budget was spent before this URL was tried.
    OutOfTime,
    /// The settings skip this host.
    Skipped,
    /// The text is not a valid URL.
    Malformed,
    /// An internal error of this program ended the check.
    Internal,
}

impl ErrorClass {
    /// Returns the code of the class, such as `nxdomain`, `timed-out` or `private-address`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AddressRefused(class) => class.code(),
            plain => plain.into(),
        }
    }

    /// Returns the kind of the class, which determines how checks, hosts and ledgers treat the error.
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

    /// Returns whether the error means that no request was sent, because the host was given up or is excluded.
    fn is_untried(self) -> bool {
        matches!(
            self,
            Self::HostDown
                | Self::HostPaused
                | Self::HostHeld
                | Self::RobotsRefused
                | Self::RobotsUnknown
                | Self::OutOfTime
                | Self::Skipped
        )
    }

    /// Returns all error classes, including [`ErrorClass::AddressRefused`] for each class of address.
    pub fn all() -> impl Iterator<Item = Self> {
        let plain = Self::iter().filter(|class| !matches!(class, Self::AddressRefused(_)));
        plain.chain(AddressClass::VARIANTS.iter().copied().map(Self::AddressRefused))
    }
}

/// The kind of an error: a group of error classes that are treated alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The host name does not exist.
    NoSuchHost,
    /// No connection to the host could be made. A later attempt may succeed.
    NotReached,
    /// The connection broke. A later attempt may succeed.
    Interrupted,
    /// The server answers, but the response says nothing about the page.
    BadAnswer,
    /// The URL, or a URL that it redirects to, is never contacted.
    Forbidden,
    /// The URL is not requested unless its text, the settings or the host's robots.txt change.
    Excluded,
    /// The URL was not requested in this run.
    Postponed,
    /// This program failed.
    Internal,
}

impl ErrorKind {
    /// Returns whether the local network may be the cause. Without a working network, host names cannot be
    /// resolved and hosts cannot be reached.
    #[must_use]
    pub fn may_be_local(self) -> bool {
        matches!(self, Self::NoSuchHost | Self::NotReached)
    }

    /// Returns whether the error counts against the host. After several such errors in a row, the host is
    /// considered down.
    #[must_use]
    pub fn counts_against_host(self) -> bool {
        self.may_be_local() || self == Self::Interrupted
    }

    /// Returns whether the error is final: another request, even with GET instead of HEAD, cannot help.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Forbidden | Self::Internal)
    }

    /// Returns whether a ledger stores the error as an observation. Usually, a URL that was not tried has
    /// not been observed. Forbidden and excluded URLs are never tried, but are stored because they would
    /// otherwise remain due.
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

/// In the alternate form `{:#}`, the reason why a URL was not tried lacks the words "not tried".
impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_untried() && !f.alternate() {
            f.write_str("not tried: ")?;
        }
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
            Self::BadRedirect => "a redirect has no valid target",
            Self::AddressRefused(class) => {
                return write!(f, "the host is {class}, which is never contacted");
            }
            Self::PortRefused => "the port is never contacted",
            Self::UserInfo => "a URL with a user name or password is never contacted",
            Self::SchemeRefused => "only http and https URLs are contacted",
            Self::NotPublic => "the host name is outside the public DNS",
            Self::HostDown => "the host did not answer three times in a row",
            Self::HostPaused => "the host asked for a pause",
            Self::HostHeld => "another run is checking the host",
            Self::RobotsRefused => "the host's robots.txt disallows it",
            Self::RobotsUnknown => "the host's robots.txt could not be fetched",
            Self::OutOfTime => "the time budget was spent",
            Self::Skipped => "the settings skip this host",
            Self::Malformed => "not a valid URL",
            Self::Internal => "an internal error ended the check of this URL",
        })
    }
}

/// The reason why a page counts as a soft 404. It is a likeness to the server's response for a random,
/// nonexistent path, or a redirect to an error page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, VariantArray, IntoStaticStr)]
pub enum Likeness {
    /// Both lead to the same address.
    #[strum(serialize = "same-address")]
    Address,
    /// Both have the same text, or nearly the same.
    #[strum(serialize = "same-text")]
    Text,
    /// The URL redirects to a page whose URL and title both report an error.
    #[strum(serialize = "error-page")]
    ErrorPage,
}

impl fmt::Display for Likeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "a random, nonexistent path leads to the same address",
            Self::Text => "a random, nonexistent path has the same text",
            Self::ErrorPage => "it redirects to an error page",
        })
    }
}

/// The cause of a failure that has no HTTP status of its own: an error, or the likeness to an error page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Cause {
    /// No response could be read.
    Error(ErrorClass),
    /// The page is a soft 404.
    Likeness(Likeness),
    /// An old ledger or export contained an error message that is unknown.
    Unrecognized,
}

const UNRECOGNIZED: &str = "unrecognized";

impl Cause {
    /// Returns the code of the cause, as stored in ledgers and exports.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Error(class) => class.code(),
            Self::Likeness(likeness) => likeness.into(),
            Self::Unrecognized => UNRECOGNIZED,
        }
    }

    /// Returns all causes.
    pub fn all() -> impl Iterator<Item = Self> {
        let likenesses = Likeness::VARIANTS.iter().copied().map(Self::Likeness);
        ErrorClass::all().map(Self::Error).chain(likenesses).chain([Self::Unrecognized])
    }

    /// Returns the cause with the given code.
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

/// The reason for a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// The HTTP status of a response.
    Status(u16),
    /// The cause of a failure.
    Cause(Cause),
}

/// The prefix of the codes of HTTP statuses.
const STATUS: &str = "http-";

impl Reason {
    /// Returns the code of the reason, as stored in ledgers, such as `http-404` or `timed-out`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Status(status) => format!("{STATUS}{status}"),
            Self::Cause(cause) => cause.code().to_owned(),
        }
    }

    /// Returns the reason with the given code.
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
