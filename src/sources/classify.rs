//! How to read one answer or one failure. No input or output, no memory of earlier ones.

use super::client::{Answer, Method};
use crate::source_status::ErrorClass;

/// What a single answer or failure says of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReplyClass {
    /// The page is there.
    Alive,
    /// Look elsewhere.
    Redirect,
    /// A wall that says nothing of the page.
    Blocked,
    /// The page is gone, by the word of those who should know.
    Hard,
    /// A failure that may pass.
    Soft,
    /// Nothing that could be relied on.
    Nothing,
}

/// Reads an answer.
pub(super) fn answer(method: Method, answer: &Answer) -> ReplyClass {
    if answer.challenged {
        return ReplyClass::Blocked;
    }
    match answer.status {
        // "Accepted": some walls answer so while they test the reader. Only a body tells, and an
        // answer to HEAD has none.
        202 if answer.empty || method == Method::Head => ReplyClass::Blocked,
        200..=299 => ReplyClass::Alive,
        301 | 302 | 303 | 307 | 308 => ReplyClass::Redirect,
        401 | 402 | 403 | 405 | 407 | 412 | 418 | 428 | 429 | 451 | 501 | 999 => {
            ReplyClass::Blocked
        }
        404 | 410 => ReplyClass::Hard,
        500..=599 => ReplyClass::Soft,
        _ => ReplyClass::Nothing,
    }
}

/// Reads a failure to get an answer.
pub(super) fn failure(class: ErrorClass) -> ReplyClass {
    match class {
        ErrorClass::NxDomain => ReplyClass::Hard,
        ErrorClass::NoAddress
        | ErrorClass::DnsFailure
        | ErrorClass::Refused
        | ErrorClass::Unreachable
        | ErrorClass::TimedOut
        | ErrorClass::Reset => ReplyClass::Soft,
        ErrorClass::Certificate
        | ErrorClass::Tls
        | ErrorClass::Protocol
        | ErrorClass::TooManyRedirects
        | ErrorClass::RedirectLoop
        | ErrorClass::BadRedirect
        | ErrorClass::AddressRefused(_)
        | ErrorClass::PortRefused
        | ErrorClass::UserInfo
        | ErrorClass::SchemeRefused
        | ErrorClass::NotPublic
        | ErrorClass::HostDown
        | ErrorClass::HostPaused
        | ErrorClass::HostHeld
        | ErrorClass::RobotsRefused
        | ErrorClass::RobotsUnknown
        | ErrorClass::OutOfTime
        | ErrorClass::Skipped
        | ErrorClass::Malformed
        | ErrorClass::Internal => ReplyClass::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(method: Method, status: u16) -> ReplyClass {
        answer(method, &Answer { status, ..Answer::default() })
    }

    #[test]
    fn statuses_are_read_by_the_table() {
        for (statuses, expected) in [
            (&[200, 202, 203, 204, 206][..], ReplyClass::Alive),
            (&[301, 302, 303, 307, 308], ReplyClass::Redirect),
            (&[401, 402, 403, 405, 407, 412, 418, 428, 429, 451, 501, 999], ReplyClass::Blocked),
            (&[404, 410], ReplyClass::Hard),
            (&[500, 502, 503, 504, 520, 530], ReplyClass::Soft),
            (&[300, 304, 400, 406, 408, 409, 421, 600], ReplyClass::Nothing),
        ] {
            for status in statuses {
                assert_eq!(read(Method::Get, *status), expected, "{status}");
            }
        }
    }

    #[test]
    fn a_challenge_outweighs_the_status() {
        let walled = Answer { status: 200, challenged: true, ..Answer::default() };
        assert_eq!(answer(Method::Get, &walled), ReplyClass::Blocked);
    }

    #[test]
    fn accepted_counts_only_with_a_body() {
        let empty = Answer { status: 202, empty: true, ..Answer::default() };
        assert_eq!(answer(Method::Get, &empty), ReplyClass::Blocked);
        assert_eq!(read(Method::Head, 202), ReplyClass::Blocked);
    }
}
