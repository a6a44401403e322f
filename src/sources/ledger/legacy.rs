//! The messages that earlier versions stored in ledgers and exports, before codes replaced them.
//!
//! These texts must not change: they have to match the content of existing files.

use crate::address::AddressClass;
use crate::source_status::{Cause, ErrorClass, Likeness};

const WORDS: &[(&str, Cause)] = &[
    ("the host name does not exist", Cause::Error(ErrorClass::NxDomain)),
    ("the host name has no address", Cause::Error(ErrorClass::NoAddress)),
    ("the host name could not be looked up", Cause::Error(ErrorClass::DnsFailure)),
    ("the connection was refused", Cause::Error(ErrorClass::Refused)),
    ("there is no way to the host", Cause::Error(ErrorClass::Unreachable)),
    ("no answer in time", Cause::Error(ErrorClass::TimedOut)),
    ("the connection was cut before an answer came", Cause::Error(ErrorClass::Reset)),
    ("the certificate is not valid", Cause::Error(ErrorClass::Certificate)),
    ("no encrypted connection could be agreed on", Cause::Error(ErrorClass::Tls)),
    ("the answer is not valid HTTP", Cause::Error(ErrorClass::Protocol)),
    ("too many redirects", Cause::Error(ErrorClass::TooManyRedirects)),
    ("the redirects go round in a loop", Cause::Error(ErrorClass::RedirectLoop)),
    ("a redirect without a valid target", Cause::Error(ErrorClass::BadRedirect)),
    ("a URL with a user name or password is never contacted", Cause::Error(ErrorClass::UserInfo)),
    ("only http and https are contacted", Cause::Error(ErrorClass::SchemeRefused)),
    ("the host name is outside the public DNS", Cause::Error(ErrorClass::NotPublic)),
    ("not tried: the host did not answer three times in a row", Cause::Error(ErrorClass::HostDown)),
    ("not tried: the host asked for a pause", Cause::Error(ErrorClass::HostPaused)),
    ("not tried: another run looks after the host", Cause::Error(ErrorClass::HostHeld)),
    (
        "not tried: the host's robots.txt asks robots to stay away",
        Cause::Error(ErrorClass::RobotsRefused),
    ),
    ("not tried: the host's robots.txt could not be had", Cause::Error(ErrorClass::RobotsUnknown)),
    ("not tried: the time given was over", Cause::Error(ErrorClass::OutOfTime)),
    ("not tried: the settings leave this host out", Cause::Error(ErrorClass::Skipped)),
    ("not a valid URL", Cause::Error(ErrorClass::Malformed)),
    ("the check of this URL failed within the program", Cause::Error(ErrorClass::Internal)),
    ("a page that never was leads to the same address", Cause::Likeness(Likeness::Address)),
    ("a page that never was has the same text", Cause::Likeness(Likeness::Text)),
];

const CLASSES: &[(&str, AddressClass)] = &[
    ("an unspecified address", AddressClass::Unspecified),
    ("a loopback address", AddressClass::Loopback),
    ("a private address", AddressClass::Private),
    ("a link-local address", AddressClass::LinkLocal),
    ("a site-local address", AddressClass::SiteLocal),
    ("a unique local address", AddressClass::UniqueLocal),
    ("a carrier-grade NAT address", AddressClass::Cgnat),
    ("a benchmarking address", AddressClass::Benchmarking),
    ("a documentation address", AddressClass::Documentation),
    ("a multicast address", AddressClass::Multicast),
    ("a broadcast address", AddressClass::Broadcast),
    ("a reserved address", AddressClass::Reserved),
    ("a cloud metadata address", AddressClass::Metadata),
];

/// Returns the cause that a stored text stands for. The text is a code, or a message from a version
/// that did not use codes yet. Returns `None` if the text looks like a code but is unknown, because a
/// newer version may have written it.
pub(super) fn cause(text: &str) -> Option<Cause> {
    if let Some(cause) = Cause::from_code(text) {
        return Some(cause);
    }
    let is_code = !text.is_empty() && !text.contains(char::is_whitespace);
    if is_code { None } else { Some(of_words(text)) }
}

/// Returns the cause that a message from such a version stands for, or `Cause::Unrecognized` if no
/// version is known to have written this message.
pub(super) fn of_words(words: &str) -> Cause {
    if let Some((_, cause)) = WORDS.iter().find(|(known, _)| *known == words) {
        return *cause;
    }
    let class = words
        .strip_prefix("the host is ")
        .and_then(|rest| rest.strip_suffix(", which is never contacted"));
    if let Some((_, class)) = CLASSES.iter().find(|(known, _)| Some(*known) == class) {
        return Cause::Error(ErrorClass::AddressRefused(*class));
    }
    let port =
        words.strip_prefix("port ").and_then(|rest| rest.strip_suffix(" is never contacted"));
    match port.map(str::parse::<u16>) {
        Some(Ok(_)) => Cause::Error(ErrorClass::PortRefused),
        _ => Cause::Unrecognized,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_every_cause_are_known() {
        for cause in Cause::all().filter(|cause| *cause != Cause::Unrecognized) {
            let by_words = WORDS.iter().any(|(_, known)| *known == cause);
            let otherwise = match cause {
                Cause::Error(ErrorClass::AddressRefused(class)) => {
                    CLASSES.iter().any(|(_, known)| *known == class)
                }
                // No version stored the words of this cause.
                Cause::Likeness(Likeness::ErrorPage) => true,
                cause => cause == Cause::Error(ErrorClass::PortRefused),
            };
            assert!(by_words || otherwise, "{cause:?}");
        }
    }

    #[test]
    fn words_become_causes_and_codes_stay() {
        let loopback = "the host is a loopback address, which is never contacted";
        let expected = ErrorClass::AddressRefused(AddressClass::Loopback);
        assert_eq!(cause(loopback), Some(Cause::Error(expected)));
        assert_eq!(
            cause("port 22 is never contacted"),
            Some(Cause::Error(ErrorClass::PortRefused))
        );
        assert_eq!(cause("port x is never contacted"), Some(Cause::Unrecognized));
        assert_eq!(cause("timed-out"), Some(Cause::Error(ErrorClass::TimedOut)));
        assert_eq!(cause(""), Some(Cause::Unrecognized));
        assert_eq!(cause("a-code-of-a-later-version"), None);
    }
}
