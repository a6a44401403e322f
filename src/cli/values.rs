//! How the values of options are read.

use std::time::Duration;

use url::Url;

use crate::session::parse_duration;

/// A length of time on the command line: `250ms`, `20s`, `5m`, `1h`.
pub(super) fn duration(text: &str) -> Result<Duration, OptionError> {
    parse_duration(text).ok_or(OptionError::Duration)
}

/// A proxy on the command line.
pub(super) fn proxy(text: &str) -> Result<Url, OptionError> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.filter(Url::has_host).ok_or(OptionError::Proxy)
}

/// Why the value of an option is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum OptionError {
    /// Not a length of time.
    #[error("write a number and ms, s, m or h: 20m")]
    Duration,
    /// Not the URL of a proxy.
    #[error("write an http(s) URL: http://proxy:3128")]
    Proxy,
}
