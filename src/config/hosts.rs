//! Settings of individual hosts, and the environment variables that contain the values of their headers.
//!
//! The settings file comes with the archive, so its author may not be trustworthy. The file therefore
//! contains only the names of headers, never their values. It also cannot choose the environment
//! variables that contain the values. Dateline derives the name of a variable from the host and the
//! header, and no two hosts share a variable. This module does not read the environment.

use std::time::Duration;

/// The settings of exactly one host, without its subdomains. Hosts with the same rate-limit key share
/// the longest delay and the lowest concurrency among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostSettings {
    /// The time between the starts of two requests, or `None` for the delay of all hosts.
    pub delay: Option<Duration>,
    /// The maximum number of requests in flight to the host, or `None` for the default.
    pub concurrency: Option<usize>,
    /// Whether the host is never contacted.
    pub skip: bool,
    /// The headers that requests to the host carry.
    pub headers: Vec<HeaderSetting>,
}

/// A header, and the environment variable that contains its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderSetting {
    /// The name of the header, as written in the settings.
    pub name: String,
    /// The name of the environment variable that contains the value.
    pub variable: String,
}

/// The prefix of all environment variables that contain values of headers.
pub const VARIABLES: &str = "DATELINE_HEADER_";

/// Returns the name of the environment variable that contains the value of header `name` for `host`. The
/// host must be written as the `url` crate writes it. Returns `None` if the host cannot have headers, or
/// if `name` is not the name of a header.
///
/// In the host and in the name, `.` becomes `_` and `-` becomes `__`. Another `_` joins host and name.
/// Both can be recovered from the variable, so no two hosts share a variable. In a host that can have
/// headers, `-` is never next to `.`. Each run of `_` in the host is therefore a single `_` for a `.`,
/// or an even number of `_` for hyphens. A name contains no `.`, so all its runs are even. The last odd
/// run therefore begins with the `_` between host and name.
#[must_use]
pub fn variable(host: &str, name: &str) -> Option<String> {
    if !has_variables(host) || !is_name(name) {
        return None;
    }
    let upper = |text: &str| text.replace('-', "__").replace('.', "_").to_ascii_uppercase();
    Some(format!("{VARIABLES}{}_{}", upper(host), upper(name)))
}

/// Returns whether the variables of this host are unambiguous, so that no other host can share them.
pub(super) fn has_variables(host: &str) -> bool {
    host.split('.').all(|label| {
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        let inner = !label.starts_with('-') && !label.ends_with('-');
        !label.is_empty() && inner && label.bytes().all(plain)
    })
}

/// Returns whether a text is the name of a header: ASCII letters, digits and hyphens.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Returns whether a header controls the connection. Settings cannot set such a header.
pub(super) fn is_structural(name: &str) -> bool {
    const STRUCTURAL: [&str; 8] = [
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    let name = name.to_ascii_lowercase();
    name.starts_with("proxy-") || STRUCTURAL.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Returns the host and the lower-case header name that a variable was derived from.
    fn origin(variable: &str) -> Option<(String, String)> {
        let text = variable.strip_prefix(VARIABLES)?.to_ascii_lowercase();
        let mut between = None;
        let mut at = 0;
        for run in text.split_inclusive(|char| char != '_') {
            let length = run.matches('_').count();
            between = if length % 2 == 1 { Some(at) } else { between };
            at += run.len();
        }
        let (host, name) = text.split_at(between?);
        let read = |text: &str| text.replace("__", "-").replace('_', ".");
        Some((read(host), read(&name[1..])))
    }

    /// Returns all texts that consist of one to `longest` characters from `alphabet`.
    fn texts(alphabet: &str, longest: u32) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..longest {
            let end = all.len();
            for index in from..end {
                let longer: Vec<_> =
                    alphabet.chars().map(|char| format!("{}{char}", all[index])).collect();
                all.extend(longer);
            }
            from = end;
        }
        all.split_off(1)
    }

    #[test]
    fn a_variable_is_named_after_host_and_header() {
        let cases = [
            ("example.org", "Authorization", Some("DATELINE_HEADER_EXAMPLE_ORG_AUTHORIZATION")),
            ("my-site.example", "X-Key", Some("DATELINE_HEADER_MY__SITE_EXAMPLE_X__KEY")),
            ("xn--bcher-kva.example", "te", Some("DATELINE_HEADER_XN____BCHER__KVA_EXAMPLE_TE")),
            ("192.0.2.1", "cookie", Some("DATELINE_HEADER_192_0_2_1_COOKIE")),
            ("localhost", "-", Some("DATELINE_HEADER_LOCALHOST___")),
            ("-a.example", "x", None),
            ("a-.example", "x", None),
            ("a.example.", "x", None),
            ("a_b.example", "x", None),
            ("A.example", "x", None),
            ("[2001:db8::1]", "x", None),
            ("", "x", None),
            ("a.example", "", None),
            ("a.example", "x_y", None),
            ("a.example", "x.y", None),
        ];
        for (host, name, expected) in cases {
            assert_eq!(variable(host, name).as_deref(), expected, "{host} {name}");
        }
    }

    #[test]
    fn no_two_short_hosts_or_headers_share_a_variable() {
        let mut owners = BTreeMap::new();
        let names = texts("ab-", 3);
        for host in texts("ab.-", 6) {
            for name in &names {
                if let Some(variable) = variable(&host, name) {
                    let owner = (host.clone(), name.clone());
                    let other = owners.insert(variable, owner.clone());
                    assert_eq!(other, None, "{owner:?}");
                }
            }
        }
        assert!(owners.len() > 20_000, "{}", owners.len());
    }

    proptest! {
        #[test]
        fn a_variable_is_of_one_host_and_one_header(
            host in "[a-z0-9]{1,2}(-{1,3}[a-z0-9]{1,2}){0,2}(\\.[a-z0-9]{1,2}(-{1,3}[a-z0-9]{1,2}){0,2}){0,3}",
            name in "[A-Za-z0-9-]{1,8}",
        ) {
            let variable = variable(&host, &name).expect("a host and a name that have one");
            prop_assert_eq!(origin(&variable), Some((host, name.to_ascii_lowercase())));
        }

        #[test]
        fn whatever_has_a_variable_is_read_back_from_it(
            host in "[ab.-]{1,12}",
            name in "[ab-]{1,6}",
        ) {
            if let Some(variable) = variable(&host, &name) {
                prop_assert_eq!(origin(&variable), Some((host, name)));
            }
        }
    }
}
