//! How single hosts are contacted, and where the values of their headers come from.
//!
//! A stranger may have written the settings file together with the archive. So the file names headers,
//! never their values, and cannot choose the environment variables that hold them: the name of a
//! variable follows from the host and the header, and no two hosts share one. Nothing here reads the
//! environment.

use std::time::Duration;

/// The settings of exactly one host, not of those below it; where one is not set, that of all hosts
/// applies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostSettings {
    /// Time between the starts of two requests.
    pub delay: Option<Duration>,
    /// Requests in flight.
    pub concurrency: Option<usize>,
    /// Whether it is never contacted.
    pub skip: bool,
    /// Headers of requests to it.
    pub headers: Vec<HeaderSetting>,
}

/// A header, and the variable with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderSetting {
    /// Its name, as written.
    pub name: String,
    /// The variable of the environment that holds its value.
    pub variable: String,
}

/// The prefix of all variables that hold values of headers.
pub const VARIABLES: &str = "DATELINE_HEADER_";

/// Returns the variable that holds the value of header `name` for `host`, a host as the `url` crate
/// writes it; none if the host cannot have headers, or the name is not one of a header.
///
/// `.` becomes `_` and `-` becomes `__`. In a host that can have headers, no `-` is next to a `.`: a
/// single `_` stands for a `.`, and an even run of them for hyphens. In a name, all runs are even. So
/// the last odd run begins with the `_` between host and name, and tells the two apart.
#[must_use]
pub fn variable(host: &str, name: &str) -> Option<String> {
    if !has_variables(host) || !is_name(name) {
        return None;
    }
    let upper = |text: &str| text.replace('-', "__").replace('.', "_").to_ascii_uppercase();
    Some(format!("{VARIABLES}{}_{}", upper(host), upper(name)))
}

/// Returns whether no other host can have the variables of this one.
pub(super) fn has_variables(host: &str) -> bool {
    host.split('.').all(|label| {
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        let inner = !label.starts_with('-') && !label.ends_with('-');
        !label.is_empty() && inner && label.bytes().all(plain)
    })
}

/// Returns whether this can be the name of a header.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Returns whether a header belongs to the connection, so that settings cannot set it.
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

    /// Reads a variable back: the host and the lower-case name that it was made of.
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

    /// All texts of one to `longest` characters.
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
