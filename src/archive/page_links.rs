//! The links of a page, with what is known about each of them.

use std::cell::Cell;

use url::SyntaxViolation::ExpectedDoubleSlash;
use url::Url;

use super::destination::ParsedDestination;
use super::page_facts::LinkRole;
use super::resolve::Target;
use crate::span::FileId;

/// The role and the target of a link.
#[derive(Clone, Copy, Debug)]
pub struct PageLink {
    /// The role of the link on its page.
    pub role: LinkRole,
    /// The target of the link.
    pub target: Target,
    /// The page that should have the anchor, if the link has a fragment.
    pub(super) anchored: Option<FileId>,
    pub(super) destination: ParsedDestination,
}

impl PageLink {
    /// Sets the role. A URL of the archive's own site is no source: it is a link into the archive.
    pub(super) fn assign(&mut self, role: LinkRole) {
        if role != LinkRole::Source || !self.is_own_url() {
            self.role = role;
        }
    }

    /// Returns whether the destination is a URL of the archive's own site.
    #[must_use]
    pub fn is_own_url(&self) -> bool {
        self.destination.is_own_url()
    }
}

/// A link with an absolute URL.
#[derive(Debug)]
pub struct UrlLink {
    /// The index of the link in [`Document::links`](crate::document::Document::links).
    pub link: u32,
    /// The URL as the WHATWG parser reads it.
    pub url: Result<Url, url::ParseError>,
    /// Whether `//` is missing after the scheme. The parser tolerates this.
    pub lacks_slashes: bool,
}

impl UrlLink {
    pub(super) fn parse(link: u32, text: &str) -> Self {
        // The parser takes longer if it reports violations.
        if has_two_slashes(text) {
            return Self { link, url: Url::parse(text), lacks_slashes: false };
        }
        let missing = Cell::new(false);
        let note = |violation| missing.set(missing.get() || violation == ExpectedDoubleSlash);
        let url = Url::options().syntax_violation_callback(Some(&note)).parse(text);
        Self { link, url, lacks_slashes: missing.get() }
    }
}

/// Returns whether exactly two slashes certainly follow the scheme of a URL. The parser ignores tabs and line
/// endings, and reads `\` as `/`.
fn has_two_slashes(url: &str) -> bool {
    let behind = url.split_once(':').and_then(|(_, behind)| behind.strip_prefix("//"));
    let is_host = |char: char| !matches!(char, '/' | '\\' | '\t' | '\n' | '\r');
    behind.is_some_and(|behind| behind.starts_with(is_host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_superfluous_slashes_are_noted() {
        for (url, lacks_slashes) in [
            ("https://a.example/b", false),
            (" https://a.example", false),
            ("https:/a.example", true),
            ("https:a.example", true),
            ("https:///a.example", true),
            ("https:/\t/a.example", false),
            ("https://\n/a.example", true),
            ("https:\\\\a.example", true),
            ("https://", false),
        ] {
            assert_eq!(UrlLink::parse(0, url).lacks_slashes, lacks_slashes, "{url}");
        }
    }
}
