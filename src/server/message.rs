//! The messages of JSON-RPC.

use serde::Serialize;
use serde_json::Value;

use crate::session::{PathError, SessionError};

/// A message from the client.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A request, which must be answered.
    Request {
        /// The id, which is repeated in the answer.
        id: Value,
        /// The name of the request.
        method: String,
        /// The parameters.
        params: Value,
    },
    /// A notification, which must not be answered.
    Notification {
        /// The name of the notification.
        method: String,
        /// The parameters.
        params: Value,
    },
    /// The answer to a request of the server.
    Response,
    /// A message that is none of these. The answer has this id, or `null` if the message has no valid
    /// one.
    Malformed {
        /// The id.
        id: Value,
        /// What is wrong with the message.
        failure: Failure,
    },
}

impl Incoming {
    /// Parses the body of a message.
    pub(super) fn parse(body: &[u8]) -> Self {
        let malformed = |id, code, message: &str| {
            let failure = Failure::new(code, message);
            Self::Malformed { id, failure }
        };
        let Ok(message) = serde_json::from_slice(body) else {
            return malformed(Value::Null, PARSE_ERROR, "the message is not valid JSON");
        };
        let Value::Object(mut message) = message else {
            return malformed(Value::Null, INVALID_REQUEST, "the message is not an object");
        };
        let params = message.remove("params").unwrap_or_default();
        let id = message.remove("id");
        match (message.remove("method"), id) {
            (Some(Value::String(method)), None) => Self::Notification { method, params },
            (Some(Value::String(method)), Some(id @ (Value::Number(_) | Value::String(_)))) => {
                Self::Request { id, method, params }
            }
            (None, Some(_)) if message.contains_key("result") || message.contains_key("error") => {
                Self::Response
            }
            (_, id) => {
                let id = id.filter(|id| id.is_number() || id.is_string()).unwrap_or_default();
                malformed(id, INVALID_REQUEST, "the message is neither a request nor a response")
            }
        }
    }
}

const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const METHOD_NOT_FOUND: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;
const INTERNAL_ERROR: i32 = -32603;
const NOT_INITIALIZED: i32 = -32002;
const CANCELLED: i32 = -32800;
const REQUEST_FAILED: i32 = -32803;

/// Why a request failed, as the client receives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Failure {
    code: i32,
    message: String,
    /// Whom the failure concerns.
    #[serde(skip)]
    concern: Concern,
}

/// Whom a failure concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Concern {
    /// Whoever sent the request.
    Request,
    /// Nobody: there is nothing to check.
    Nobody,
    /// The user, because open pages cannot be checked.
    User,
}

impl Failure {
    /// The frame is too large to be read.
    pub(super) fn too_large(bytes: u64) -> Self {
        Self::new(INVALID_REQUEST, format!("a message of {bytes} bytes is too large"))
    }

    /// The request is not allowed now.
    pub(super) fn invalid_request(reason: &str) -> Self {
        Self::new(INVALID_REQUEST, reason)
    }

    /// The client has not sent `initialize` yet.
    pub(super) fn not_initialized() -> Self {
        Self::new(NOT_INITIALIZED, "the server is not initialized")
    }

    /// There is no such request.
    pub(super) fn unknown_method(method: &str) -> Self {
        Self::new(METHOD_NOT_FOUND, format!("there is no request {method:?}"))
    }

    /// The parameters do not fit the request.
    pub(super) fn invalid_params(reason: impl Into<String>) -> Self {
        Self::new(INVALID_PARAMS, reason)
    }

    /// The client has cancelled the request.
    pub(super) fn cancelled() -> Self {
        Self::new(CANCELLED, "the request was cancelled")
    }

    /// The request is valid but cannot be fulfilled.
    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self::new(REQUEST_FAILED, reason)
    }

    /// The file is not a page of an archive. Nobody needs to know that whenever the cursor moves.
    pub(super) fn outside(reason: impl Into<String>) -> Self {
        Self { concern: Concern::Nobody, ..Self::failed(reason) }
    }

    /// The user must know the reason, because it concerns more than one request.
    pub(super) fn shown(self) -> Self {
        Self { concern: Concern::User, ..self }
    }

    /// Returns whether there is nothing to check, so that the client receives an empty result instead.
    pub(super) fn is_silent(&self) -> bool {
        self.concern == Concern::Nobody
    }

    /// Returns the reason if the user must know it.
    pub(super) fn to_show(&self) -> Option<&str> {
        (self.concern == Concern::User).then_some(&*self.message)
    }

    /// Dateline has a bug.
    pub(super) fn bug(reason: &str) -> Self {
        let message = format!("this is a bug in Dateline, please report it: {reason}");
        Self::new(INTERNAL_ERROR, message)
    }

    fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), concern: Concern::Request }
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Path(PathError::Outside { .. } | PathError::NoFolder { .. }) => {
                Self::outside(error.to_string())
            }
            error => Self::failed(error.to_string()).shown(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(body: &str) -> String {
        match Incoming::parse(body.as_bytes()) {
            Incoming::Request { id, method, .. } => format!("request {id} {method}"),
            Incoming::Notification { method, .. } => format!("notification {method}"),
            Incoming::Response => "response".to_owned(),
            Incoming::Malformed { id, failure } => format!("malformed {id} {}", failure.code),
        }
    }

    #[test]
    fn messages_are_told_apart() {
        let deep = "[".repeat(100_000);
        for (body, expected) in [
            (r#"{"id":1,"method":"a"}"#, "request 1 a"),
            (r#"{"id":"x","method":"a","params":[]}"#, "request \"x\" a"),
            (r#"{"method":"a"}"#, "notification a"),
            (r#"{"id":1,"result":null}"#, "response"),
            (r#"{"id":[],"method":"a"}"#, "malformed null -32600"),
            (r#"{"id":7,"method":1}"#, "malformed 7 -32600"),
            (r#"{"id":7}"#, "malformed 7 -32600"),
            ("[]", "malformed null -32600"),
            ("{", "malformed null -32700"),
            (&deep, "malformed null -32700"),
        ] {
            assert_eq!(kind(body), expected, "{}", &body[..body.len().min(40)]);
        }
    }
}
