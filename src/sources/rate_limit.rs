//! Which URLs share a rate limit.

use url::{Host, Url};

/// Returns the rate-limit key of a URL: its registrable domain, or its address. `None` for a text that
/// is no URL with a host.
#[must_use]
pub fn rate_limit_key(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(Url::has_host)?;
    Some(key(&url).to_owned())
}

/// The rate-limit key of a URL: requests to URLs of one key are spaced out. It is the registrable
/// domain by the public suffix list, since the hosts below one are mostly one machine; an address,
/// or a name that is a suffix itself, is its own.
pub(super) fn key(url: &Url) -> &str {
    let host = host(url);
    match url.host() {
        Some(Host::Domain(_)) => psl::domain_str(host).unwrap_or(host),
        _ => host,
    }
}

/// The host of a URL, without the dot that may end a name.
pub(super) fn host(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    host.strip_suffix('.').unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_registrable_domain_or_the_address() {
        let key = |url: &str| super::key(&Url::parse(url).unwrap()).to_owned();
        assert_eq!(key("http://News.Example.org.:8080/a"), "example.org");
        assert_eq!(key("http://a.b.example.co.uk/"), "example.co.uk");
        assert_eq!(key("http://someone.github.io/"), "someone.github.io");
        assert_eq!(key("http://co.uk/"), "co.uk");
        assert_eq!(key("http://[::1]/"), "[::1]");
        assert_eq!(key("http://192.0.2.7/"), "192.0.2.7");
    }
}
