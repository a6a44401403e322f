//! Splits link destinations into their parts, without looking at the archive.

use std::ops::Range;

use super::own_site::OwnSite;

/// A link destination, parsed without looking at the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination<'a> {
    /// A URL with the scheme `http` or `https`, in any case.
    Web(&'a str),
    /// A URL with any other scheme, such as `mailto:`.
    OtherScheme {
        /// The scheme, without its colon.
        scheme: &'a str,
    },
    /// A URL without a scheme, such as `//host/path`.
    SchemeRelative,
    /// A path in the archive.
    Internal {
        /// The path, still percent-encoded. Empty if the destination is the page itself.
        path: &'a str,
        /// The fragment, still percent-encoded, if there is one.
        fragment: Option<&'a str>,
    },
}

impl<'a> Destination<'a> {
    /// Splits a destination as described in RFC 3986, section 3.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        ParsedDestination::parse(text).of(text)
    }
}

/// A destination that is already split: its kind, and the byte offsets of its parts. With the text,
/// [`of`](Self::of) gives the parts back without parsing again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedDestination {
    kind: Kind,
    /// Where the path starts: behind the host and the folder of the site in a URL of the archive's own site.
    start: u32,
    /// Where the scheme or the path ends.
    end: u32,
    /// Where the fragment starts, behind its `#`, or 0 if there is none.
    fragment: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Web,
    OtherScheme,
    SchemeRelative,
    Internal,
}

impl ParsedDestination {
    /// Splits a destination. A URL of `site` is a path in the archive, below the folder at which the site is served.
    #[must_use]
    pub fn parse_on_site(text: &str, site: &OwnSite) -> Self {
        let parsed = Self::parse(text);
        let is_url = matches!(parsed.kind, Kind::Web | Kind::SchemeRelative);
        let Some(start) = is_url.then(|| site.path_start(text)).flatten() else { return parsed };
        let path = Self::parse_path(&text[start..]);
        let fragment = if path.fragment > 0 { path.fragment + start as u32 } else { 0 };
        Self { start: start as u32, end: path.end + start as u32, fragment, ..path }
    }

    /// Splits a destination as described in RFC 3986, section 3.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let of = |kind, end: usize| Self { kind, start: 0, end: end as u32, fragment: 0 };
        if let Some(scheme) = scheme(text) {
            let is_web =
                scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
            return of(if is_web { Kind::Web } else { Kind::OtherScheme }, scheme.len());
        }
        if text.starts_with("//") {
            return of(Kind::SchemeRelative, 0);
        }
        Self::parse_path(text)
    }

    fn parse_path(text: &str) -> Self {
        let end = path_range(text).end;
        // Nearly every link is only a path.
        let fragment = if end < text.len() { fragment_range(text) } else { None };
        let fragment = fragment.map_or(0, |range| range.start as u32);
        Self { kind: Kind::Internal, start: 0, end: end as u32, fragment }
    }

    /// Returns whether the destination is a URL of the archive's own site.
    #[must_use]
    pub fn is_own_url(self) -> bool {
        self.start > 0
    }

    /// Returns the path in `text`. The root of the archive's own site can be written without a slash.
    fn path(self, text: &str) -> &str {
        let path = text.get(self.start as usize..self.end as usize).unwrap_or_default();
        if path.is_empty() && self.is_own_url() { "/" } else { path }
    }

    /// Returns the byte range of the path, if the destination is a path in the archive. Returns `None` for a URL of
    /// the archive's own site without a path.
    #[must_use]
    pub fn path_range(self) -> Option<Range<usize>> {
        let is_path = self.kind == Kind::Internal && (self.start == 0 || self.start < self.end);
        is_path.then_some(self.start as usize..self.end as usize)
    }

    /// Returns the parts of `text`, which must be the text that was parsed.
    #[must_use]
    pub fn of(self, text: &str) -> Destination<'_> {
        let until = |end: u32| text.get(..end as usize).unwrap_or_default();
        match self.kind {
            Kind::Web => Destination::Web(text),
            Kind::OtherScheme => Destination::OtherScheme { scheme: until(self.end) },
            Kind::SchemeRelative => Destination::SchemeRelative,
            Kind::Internal => Destination::Internal {
                path: self.path(text),
                fragment: text
                    .get(self.fragment as usize..)
                    .filter(|_| self.fragment > 0)
                    .map(without_directive),
            },
        }
    }
}

/// Returns the scheme of a URL: a letter, then letters, digits, `+`, `-` and `.`, up to a colon.
fn scheme(text: &str) -> Option<&str> {
    let end = text
        .bytes()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')))?;
    (text.as_bytes()[end] == b':' && text.as_bytes()[0].is_ascii_alphabetic()).then(|| &text[..end])
}

/// Returns the byte range of the path in an internal destination, before its query and fragment.
#[must_use]
pub fn path_range(target: &str) -> Range<usize> {
    0..memchr::memchr2(b'?', b'#', target.as_bytes()).unwrap_or(target.len())
}

/// Returns the byte range of the fragment in an internal destination, if it has one.
#[must_use]
pub fn fragment_range(target: &str) -> Option<Range<usize>> {
    let start = memchr::memchr(b'#', target.as_bytes())? + 1;
    Some(start..start + without_directive(&target[start..]).len())
}

/// Returns the part of a fragment before the fragment directive, such as `:~:text=night`.
///
/// Source: <https://wicg.github.io/scroll-to-text-fragment/#the-fragment-directive>
fn without_directive(fragment: &str) -> &str {
    fragment.split_once(":~:").map_or(fragment, |(fragment, _)| fragment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_split_by_scheme_query_and_fragment() {
        use Destination::*;
        assert_eq!(Destination::parse("HTTPS://a.example"), Web("HTTPS://a.example"));
        assert_eq!(Destination::parse("htp://a"), OtherScheme { scheme: "htp" });
        assert_eq!(Destination::parse("//a.example/b"), SchemeRelative);
        assert_eq!(
            Destination::parse("/a.md?b=c#d?e"),
            Internal { path: "/a.md", fragment: Some("d?e") }
        );
        assert_eq!(Destination::parse("#d"), Internal { path: "", fragment: Some("d") });
        assert_eq!(Destination::parse("#d:~:text=e"), Internal { path: "", fragment: Some("d") });
        assert_eq!(Destination::parse("#:~:text=e"), Internal { path: "", fragment: Some("") });
        assert_eq!(fragment_range("a.md#d:~:text=e"), Some(5..6));
        assert_eq!(Destination::parse("1:2"), Internal { path: "1:2", fragment: None });
    }

    #[test]
    fn urls_of_the_own_site_are_paths() {
        use Destination::*;
        let site = OwnSite::new(&["a.example".to_owned()], &[]);
        let parse = |text: &'static str| {
            let parsed = ParsedDestination::parse_on_site(text, &site);
            (parsed.of(text), parsed.path_range())
        };
        for text in ["https://a.example/b/?c#d", "HTTP://A.example/b/?c#d", "//a.example/b/?c#d"] {
            let (of, range) = parse(text);
            assert_eq!(of, Internal { path: "/b/", fragment: Some("d") }, "{text}");
            assert_eq!(range.map(|range| &text[range]), Some("/b/"), "{text}");
        }
        let root = Internal { path: "/", fragment: None };
        assert_eq!(parse("https://a.example"), (root, None));
        assert_eq!(parse("https://a.example/").0, root);
        for text in [
            "https://b.example/",
            "https://a.example.org/",
            "https://a.example:8080/",
            "mailto:x@a.example",
        ] {
            assert_eq!(parse(text).0, Destination::parse(text), "{text}");
        }
    }
}
