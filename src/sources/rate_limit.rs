//! Rate-limit keys, which determine the URLs that share a rate limit.

use url::{Host, Url};

/// Returns the rate-limit key of a URL, which is its registrable domain or its IP address. Returns
/// `None` if the text is not a URL with a host.
#[must_use]
pub fn rate_limit_key(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(Url::has_host)?;
    Some(key(&url).to_owned())
}

/// Returns the rate-limit key of a URL. Requests to URLs with the same key are spaced out.
///
/// The key is the registrable domain according to the public suffix list, because the hosts below a
/// domain usually run on the same machine. For an IP address, or a name that is itself a public suffix,
/// the key is the host.
pub(super) fn key(url: &Url) -> &str {
    let host = host(url);
    match url.host() {
        Some(Host::Domain(_)) => psl::domain_str(host).unwrap_or(host),
        _ => host,
    }
}

/// Returns the host of a URL, without the trailing dot that a name may have.
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
