//! Parsers for the values of command-line options.

use std::time::Duration;

use url::Url;

use crate::session::{ContactOptions, parse_duration};

/// Parses a duration such as `250ms`, `20s` or `1h30m`.
pub(super) fn duration(text: &str) -> Result<Duration, OptionError> {
    parse_duration(text).ok_or(OptionError::Duration)
}

/// Parses the URL of a proxy.
pub(super) fn proxy(text: &str) -> Result<Url, OptionError> {
    Url::parse(text).ok().filter(ContactOptions::is_proxy).ok_or(OptionError::Proxy)
}

/// The reason why the value of an option is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum OptionError {
    /// The value is not a duration.
    #[error("write a number and a unit (ms, s, m or h), such as 20m")]
    Duration,
    /// The value is not the URL of a proxy.
    #[error("write an http(s) URL, such as http://proxy:3128")]
    Proxy,
}
