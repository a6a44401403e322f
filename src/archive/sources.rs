//! Keys of source URLs. URLs with the same key are the same source.

use url::Url;

/// Query parameters that track where a reader comes from and do not change the document.
const TRACKING: &[&str] =
    &["fbclid", "gclid", "dclid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "_ga"];

/// Writes the key that URLs of the same document share: the URL without its scheme, `www.`,
/// fragment, default port and tracking parameters. Returns `false`, and writes nothing, if the URL
/// has no host.
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
    // A fragment that starts with `!` or `/` is a route for the page's script and leads to a
    // different document.
    if let Some(route) = url.fragment().filter(|fragment| fragment.starts_with(['!', '/'])) {
        key.push('#');
        key.push_str(route);
    }
    true
}

/// Returns the key of a URL (see [`write_key`]). Returns `None` if the URL has no host.
#[must_use]
pub fn key(url: &Url) -> Option<String> {
    let mut key = String::new();
    write_key(url, &mut key).then_some(key)
}

fn is_tracking(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default();
    name.is_empty() || name.starts_with("utm_") || TRACKING.contains(&name)
}
