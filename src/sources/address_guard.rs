//! Decides which URLs may be contacted, as far as the URL alone can tell.
//!
//! Hosts written as IP addresses are checked here, because the HTTP client never resolves them.
//! Host names can be checked only after they are resolved, so the resolver in `dns` checks them.

use url::{Host, Url};

use crate::address::AddressPolicy;
use crate::source_status::ErrorClass;

/// The usual ports of web servers.
const WEB_PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// The kind of HTTP client that may request a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// The client for web ports. It may contact any address that is not refused.
    WebPort,
    /// The client for other ports. It may contact only addresses in ranges that the user has opened.
    /// The resolver does not know the port, so these URLs need a separate client.
    OtherPort,
}

/// Returns the route for a URL, or the reason why the URL must not be contacted. The target of every
/// redirect must pass this check, too.
pub(super) fn check(url: &Url, policy: &AddressPolicy) -> Result<Route, ErrorClass> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ErrorClass::SchemeRefused);
    }
    let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
        return Err(ErrorClass::Malformed);
    };
    // A user name can disguise one host as another, and a password is a secret.
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ErrorClass::UserInfo);
    }
    policy.check_host(host.clone()).map_err(ErrorClass::AddressRefused)?;
    let opened = match host {
        Host::Ipv4(ip) => policy.opens(ip.into()),
        Host::Ipv6(ip) => policy.opens(ip.into()),
        Host::Domain(name) => {
            if is_onion(name) {
                return Err(ErrorClass::NotPublic);
            }
            policy.opens_any()
        }
    };
    match (WEB_PORTS.contains(&port), opened) {
        (true, _) => Ok(Route::WebPort),
        (false, true) => Ok(Route::OtherPort),
        (false, false) => Err(ErrorClass::PortRefused),
    }
}

fn is_onion(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case("onion"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::AddressClass;

    fn route(url: &str, allowed: &[&str]) -> Result<Route, ErrorClass> {
        let allowed = allowed.iter().map(|net| net.parse().unwrap()).collect();
        check(&Url::parse(url).unwrap(), &AddressPolicy::new(allowed))
    }

    #[test]
    fn web_ports_are_open_and_others_only_in_opened_ranges() {
        for url in ["http://a.org/", "https://a.org/", "http://a.org:8080/", "http://a.org:8443/"] {
            assert_eq!(route(url, &[]), Ok(Route::WebPort), "{url}");
        }
        assert_eq!(route("http://a.org:22/", &[]), Err(ErrorClass::PortRefused));
        assert_eq!(route("http://a.org:22/", &["127.0.0.0/8"]), Ok(Route::OtherPort));
        assert_eq!(route("http://127.0.0.1:22/", &["127.0.0.0/8"]), Ok(Route::OtherPort));
        assert_eq!(
            route("http://93.184.216.34:22/", &["127.0.0.0/8"]),
            Err(ErrorClass::PortRefused)
        );
    }

    #[test]
    fn literals_schemes_and_user_names_are_checked() {
        assert_eq!(
            route("http://2130706433/", &[]),
            Err(ErrorClass::AddressRefused(AddressClass::Loopback))
        );
        assert_eq!(route("ftp://a.org/", &[]), Err(ErrorClass::SchemeRefused));
        assert_eq!(route("mailto:a@a.org", &[]), Err(ErrorClass::SchemeRefused));
        assert_eq!(route("http://u@a.org/", &[]), Err(ErrorClass::UserInfo));
        assert_eq!(route("http://:p@a.org/", &[]), Err(ErrorClass::UserInfo));
        assert_eq!(route("http://abc.onion./", &[]), Err(ErrorClass::NotPublic));
    }
}
