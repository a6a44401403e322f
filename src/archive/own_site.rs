//! Which URLs are those of the archive's own site.

use percent_encoding::percent_decode_str;
use url::Url;

/// The hosts of the archive's own site, and the folders on them at which it is served.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnSite {
    hosts: Vec<Host>,
    /// The folders, without slashes at their ends. The root of a host is the empty path. Without any folder, the
    /// site has all of its hosts.
    folders: Vec<String>,
}

/// A host of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Host {
    /// The name, as the `url` crate writes it.
    name: String,
    /// The port, if the settings give one.
    port: Option<u16>,
}

impl OwnSite {
    /// Creates a site from its hosts, which the `url` crate wrote and which can have a port, and the folders on them.
    #[must_use]
    pub fn new(hosts: &[String], folders: &[String]) -> Self {
        let host = |host: &String| {
            let (name, port) = host.split_once(':').unwrap_or((host.as_str(), ""));
            Host { name: name.to_owned(), port: port.parse().ok() }
        };
        Self { hosts: hosts.iter().map(host).collect(), folders: folders.to_vec() }
    }

    /// Returns whether a URL must not be contacted, because it is one of the site. A host without a port stands for
    /// the host at all ports.
    #[must_use]
    pub fn contains(&self, url: &Url) -> bool {
        let mut hosts = self.hosts.iter().filter(|host| host.is_named_in(url));
        let is_there =
            |host: &Host| host.port.is_none_or(|port| url.port_or_known_default() == Some(port));
        hosts.any(is_there) && self.folder_length(url.path()).is_some()
    }

    /// Returns where the path on the site begins in `text`: behind the host and the folder at which the site is
    /// served. Returns `None` if `text` is no URL of the site, or lacks the slashes before its host.
    #[must_use]
    pub(super) fn path_start(&self, text: &str) -> Option<usize> {
        if self.hosts.is_empty() {
            return None;
        }
        let (scheme, rest) = text.split_once("//")?;
        let length = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(length);
        if rest.starts_with('\\') || !self.has_host(scheme, authority) {
            return None;
        }
        let path = &rest[..rest.find(['?', '#']).unwrap_or(rest.len())];
        Some(text.len() - rest.len() + self.folder_length(path)?)
    }

    /// Returns whether a URL is on a host of the site. `scheme` is followed by its colon, or empty.
    fn has_host(&self, scheme: &str, authority: &str) -> bool {
        // Nearly every host is a plain name, which needs no parser.
        let is_other = is_plain_name(authority)
            && !self.hosts.iter().any(|host| host.name.eq_ignore_ascii_case(authority));
        if is_other {
            return false;
        }
        let scheme = if scheme.is_empty() { "https:" } else { scheme };
        let url = Url::parse(&format!("{scheme}//{authority}"));
        url.is_ok_and(|url| self.hosts.iter().any(|host| host.serves(&url)))
    }

    /// Returns the length of the folder of the site that contains `path`, with its slash. Prefers the longest folder.
    fn folder_length(&self, path: &str) -> Option<usize> {
        if self.folders.is_empty() {
            return Some(0);
        }
        let length = |folder: &String| match folder.as_str() {
            "" => Some(0),
            folder => {
                let names = folder.split('/').count();
                let ends = memchr::memchr_iter(b'/', path.as_bytes()).skip(1).chain([path.len()]);
                let end = ends.take(names).last()?;
                let written =
                    percent_decode_str(path[..end].strip_prefix('/')?).decode_utf8_lossy();
                (written == folder).then_some(end)
            }
        };
        self.folders.iter().filter_map(length).max()
    }
}

impl Host {
    /// Returns whether a URL is on the host, at any port.
    fn is_named_in(&self, url: &Url) -> bool {
        let name = url.host_str().unwrap_or_default();
        name.strip_suffix('.').unwrap_or(name) == self.name
    }

    /// Returns whether a URL is on the host, at the port of the host or else that of the URL's scheme.
    fn serves(&self, url: &Url) -> bool {
        self.is_named_in(url)
            && match self.port {
                Some(port) => url.port_or_known_default() == Some(port),
                None => url.port().is_none(),
            }
    }
}

/// Returns whether the `url` crate changes only the case of a host.
fn is_plain_name(host: &str) -> bool {
    host.starts_with(|first: char| first.is_ascii_alphabetic())
        && host.ends_with(|last: char| last.is_ascii_alphanumeric())
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(hosts: &[&str], folders: &[&str]) -> OwnSite {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        OwnSite::new(&owned(hosts), &owned(folders))
    }

    /// Returns the path on the site, its query and its fragment.
    fn rest<'a>(site: &OwnSite, text: &'a str) -> Option<&'a str> {
        site.path_start(text).map(|start| &text[start..])
    }

    #[test]
    fn every_spelling_of_a_host_is_own() {
        let site = site(&["a.example", "xn--bcher-kva.example", "b.example:8080"], &[]);
        for text in [
            "https://a.example/x/?y#z",
            "HTTP://A.Example/x/?y#z",
            "//a.example/x/?y#z",
            "https://a.example:443/x/?y#z",
            "http://a.example:80/x/?y#z",
            "https://user@a.example/x/?y#z",
            "https://a.example./x/?y#z",
            "https://b\u{fc}cher.example/x/?y#z",
            "https://B\u{dc}CHER.example/x/?y#z",
            "https://xn--bcher-kva.example/x/?y#z",
            "https://b.example:8080/x/?y#z",
        ] {
            assert_eq!(rest(&site, text), Some("/x/?y#z"), "{text}");
            let url = Url::parse(text).or_else(|_| Url::parse(&format!("https:{text}")));
            assert!(site.contains(&url.expect("a URL")), "{text}");
        }
        assert_eq!(rest(&site, "https://a.example?x"), Some("?x"));
        for text in [
            "https://a.example.org/",
            "https://c.example/",
            "https://a.example:8080/",
            "https://b.example/",
            "https://a.example@c.example/",
            "https:a.example/x",
            "https:x//a.example/",
            "https://a.example\\x",
        ] {
            assert_eq!(rest(&site, text), None, "{text}");
        }
        assert_eq!(rest(&OwnSite::default(), "https://a.example/"), None);
    }

    #[test]
    fn a_host_is_not_contacted_at_any_port_unless_it_has_one() {
        let site = site(&["a.example", "b.example:8080"], &[]);
        let contains = |text| site.contains(&Url::parse(text).expect("a URL"));
        for text in ["https://a.example:8443/", "https:a.example", "https:\\\\a.example\\x"] {
            assert!(contains(text), "{text}");
        }
        for text in ["https://b.example/", "https://c.example/", "mailto:x@a.example"] {
            assert!(!contains(text), "{text}");
        }
    }

    #[test]
    fn only_the_folders_of_a_shared_host_are_own() {
        let own = site(&["a.example"], &["blog", "blog/old"]);
        for (text, path) in [
            ("https://a.example/blog/x", Some("/x")),
            ("https://a.example/blog/old/x", Some("/x")),
            ("https://a.example/bl%6Fg/old/x", Some("/x")),
            ("https://a.example/blog", Some("")),
            ("https://a.example/blog?x", Some("?x")),
            ("https://a.example/blogs/x", None),
            ("https://a.example/x", None),
            ("https://a.example", None),
        ] {
            assert_eq!(rest(&own, text), path, "{text}");
            assert_eq!(own.contains(&Url::parse(text).expect("a URL")), path.is_some(), "{text}");
        }
        let with_root = site(&["a.example"], &["blog", ""]);
        assert_eq!(rest(&with_root, "https://a.example/x"), Some("/x"));
        assert_eq!(rest(&with_root, "https://a.example/blog/x"), Some("/x"));
    }
}
