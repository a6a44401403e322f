//! Classifies single responses and failures, without input or output and without any state.

use super::client::{Answer, Method};
use crate::source_status::{ErrorClass, ErrorKind};

/// The conclusion about the page from a single response or failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReplyClass {
    /// The page exists.
    Alive,
    /// The page is at another URL.
    Redirect,
    /// A bot challenge or a login, which allows no conclusion about the page.
    Blocked,
    /// The server reports that the page is gone, or the host name does not exist.
    Hard,
    /// A failure that may be temporary.
    Soft,
    /// No reliable conclusion.
    Inconclusive,
}

/// Classifies a response.
pub(super) fn answer(method: Method, answer: &Answer) -> ReplyClass {
    if answer.challenged {
        return ReplyClass::Blocked;
    }
    match answer.status {
        // 202 means "Accepted". Some bot challenges send this status while they test the client. Only a
        // body shows that the page exists, and a response to HEAD has none.
        202 if answer.empty || method == Method::Head => ReplyClass::Blocked,
        200..=299 => ReplyClass::Alive,
        301 | 302 | 303 | 307 | 308 => ReplyClass::Redirect,
        401 | 402 | 403 | 405 | 407 | 412 | 418 | 428 | 429 | 451 | 501 | 999 => {
            ReplyClass::Blocked
        }
        404 | 410 => ReplyClass::Hard,
        500..=599 => ReplyClass::Soft,
        _ => ReplyClass::Inconclusive,
    }
}

/// Classifies the failure of a request.
pub(super) fn failure(class: ErrorClass) -> ReplyClass {
    match class.kind() {
        ErrorKind::NoSuchHost => ReplyClass::Hard,
        ErrorKind::NotReached | ErrorKind::Interrupted => ReplyClass::Soft,
        ErrorKind::BadAnswer
        | ErrorKind::Forbidden
        | ErrorKind::Excluded
        | ErrorKind::Postponed
        | ErrorKind::Internal => ReplyClass::Inconclusive,
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
            (&[300, 304, 400, 406, 408, 409, 421, 600], ReplyClass::Inconclusive),
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
