//! Which source URLs are the same.

use url::Url;

/// Parameters that say where a reader came from, not what is read.
const TRACKING: &[&str] =
    &["fbclid", "gclid", "dclid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "_ga"];

/// Writes what two URLs of one document have in common: all but scheme, `www.`, fragment, default
/// port and tracking parameters. Returns whether the URL has a host, and so a key.
pub fn write_key(url: &Url, key: &mut String) -> bool {
    use std::fmt::Write as _;
    let Some(host) = url.host_str() else { return false };
    key.push_str(host.strip_prefix("www.").unwrap_or(host));
    if let Some(port) = url.port() {
        let _ = write!(key, ":{port}");
    }
    key.push_str(url.path());
    key.push('?');
    let query = url.query().unwrap_or_default().split('&');
    for (index, parameter) in query.filter(|parameter| !is_tracking(parameter)).enumerate() {
        if index > 0 {
            key.push('&');
        }
        key.push_str(parameter);
    }
    // What follows `#!` or `#/` is read by the page's program, and leads to a document of its own.
    if let Some(route) = url.fragment().filter(|fragment| fragment.starts_with(['!', '/'])) {
        key.push('#');
        key.push_str(route);
    }
    true
}

/// The key of a URL, see [`write_key`].
#[must_use]
pub fn key(url: &Url) -> Option<String> {
    let mut key = String::new();
    write_key(url, &mut key).then_some(key)
}

fn is_tracking(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    name.is_empty() || name.starts_with("utm_") || TRACKING.contains(&name)
}
