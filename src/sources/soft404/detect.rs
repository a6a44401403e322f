//! Detects soft 404s by comparing a page with the reply for a random, nonexistent path in the same folder.
//!
//! Some servers answer every request with 200, so this status does not prove that a page exists.
//! The check of a suspicious page therefore requests a random name in the same folder. If both
//! requests lead to the same address, or to pages with the same text, the page does not exist. Nor
//! does it exist if redirects lead to a page whose URL and title both report an error. Any other
//! suspicion only decides whether to make this comparison, and never determines the verdict.

use url::Url;

use super::super::client::Answer;
use super::super::rate_limit;
use super::page_text::{PageText, is_parking_host};
use crate::source_status::Likeness;

/// The minimum length of a page's text, in bytes. A page with less text is suspicious.
const LITTLE: usize = 512;

/// The page to which a request and its redirects led.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sources) struct Landing {
    /// The final URL, without its fragment.
    pub(in crate::sources) at: Url,
    /// Whether redirects led to this URL.
    pub(in crate::sources) moved: bool,
    /// The text of the page, if it was requested and the page is HTML.
    pub(in crate::sources) text: Option<Box<PageText>>,
}

/// The reply of a server for a random, nonexistent path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sources) enum RandomPathReply {
    /// The server reports a missing page, so the pages that it does return exist.
    Missing,
    /// The server answers as if the page existed.
    Answers(Landing),
    /// The reply is not suitable for a comparison.
    Unusable,
}

/// Whether a server reports missing pages, as shown by its reply for a random, nonexistent path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) enum Honesty {
    /// The server reports the page as missing.
    Honest,
    /// The server answers as if the page existed.
    Dishonest,
    /// The reply shows neither.
    Unclear,
}

impl Landing {
    /// Returns how this page resembles the reply for a nonexistent path, or `None` if it does not.
    pub(in crate::sources) fn likeness(&self, reply: &RandomPathReply) -> Option<Likeness> {
        let RandomPathReply::Answers(never) = reply else { return None };
        if self.moved && never.moved && self.at == never.at {
            return Some(Likeness::Address);
        }
        let (page, never) = self.text.as_ref().zip(never.text.as_ref())?;
        // Pages that scripts render all look alike without scripts. Their likeness proves a soft 404
        // only if the title reports an error.
        let is_told = page.title_is_error() || !page.is_drawn();
        let is_same = page.is_like(never) && is_told && !page.has_own_title(never);
        let is_like = is_same || page.is_parked() && never.is_parked();
        is_like.then_some(Likeness::Text)
    }
}

/// Returns whether redirects led from `start` to a page whose URL and title both report an error.
pub(in crate::sources) fn is_error_page(start: &Url, landing: &Landing) -> bool {
    let has_error_title = landing.text.as_ref().is_some_and(|text| text.title_is_error());
    landing.moved && has_error_title && is_lost(start, &landing.at)
}

/// Returns whether the URL of a page reports that another page is missing.
pub(in crate::sources) fn is_lost(start: &Url, at: &Url) -> bool {
    says_missing(at) && !says_missing(start)
}

/// Returns whether a page is suspicious, so that it must be compared with a nonexistent path.
pub(in crate::sources) fn is_suspicious(start: &Url, landing: &Landing) -> bool {
    let at = &landing.at;
    let lost = landing.moved && (segments(at) < segments(start) || says_missing(at));
    let text = landing.text.as_ref();
    let poor = text.is_some_and(|text| text.title_is_error() || text.length() < LITTLE);
    !is_root(start) && (lost || poor)
}

/// Returns whether a page shows signs of a parked domain. For a front page, the signs count only if
/// a redirect led to the parked page. For any other page, they count only if the page resembles the
/// reply for a nonexistent path.
pub(in crate::sources) fn is_parked(start: &Url, landing: &Landing, answer: &Answer) -> bool {
    let service = |url: &Url| is_parking_host(rate_limit::host(url));
    answer.parked
        || landing.text.as_ref().is_some_and(|text| text.is_parked())
        || (service(&landing.at) && !service(start))
}

/// Words in the URLs of walls, which ask every reader to log in, to consent or to pay first.
#[rustfmt::skip]
const WALLS: &[&str] = &[
    "accounts", "auth", "captcha", "challenge", "consent", "cookie", "cookies", "cookiewall", "gdpr",
    "log-in", "login", "oauth", "paywall", "privacy", "register", "sign-in", "signin", "signup", "sso",
    "subscribe",
];

/// Returns whether a page is a wall. A wall is the same for all pages of a site, whether they exist or not.
pub(in crate::sources) fn is_wall(start: &Url, landing: &Landing) -> bool {
    if landing.text.as_ref().is_some_and(|text| text.is_wall()) {
        return true;
    }
    let is_word = |word: &str| WALLS.contains(&word.to_ascii_lowercase().as_str());
    let in_path = |url: &Url| {
        url.path().split('/').any(|segment| is_word(segment.split('.').next().unwrap_or(segment)))
    };
    let in_host = |url: &Url| rate_limit::host(url).split('.').any(is_word);
    let walled = |url: &Url| in_path(url) || in_host(url);
    landing.moved && walled(&landing.at) && !walled(start)
}

/// Returns whether a URL is the front page of a site.
pub(in crate::sources) fn is_root(url: &Url) -> bool {
    url.path() == "/" && url.query().is_none()
}

fn segments(url: &Url) -> usize {
    url.path().split('/').filter(|segment| !segment.is_empty()).count()
}

fn says_missing(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    ["/404", "notfound", "not-found", "not_found"].iter().any(|sign| path.contains(sign))
}

/// Returns the last segment of a URL's path, which is the name of the page.
pub(in crate::sources) fn name(url: &Url) -> &str {
    url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// Returns a key for the folder and the file extension of a page. Pages with the same key share the
/// reply for a random path. The key includes the extension because a server may treat each kind of
/// page differently.
pub(in crate::sources) fn folder(url: &Url) -> String {
    let beside = beside(url, "");
    beside.to_string()
}

/// Returns a key for the part of a server that is expected to treat missing pages alike. The key
/// consists of the origin, the first folder of the path, the file extension and the slash at the
/// end, if they exist.
pub(in crate::sources) fn site(url: &Url) -> String {
    let first = url.path()[1..].split_once('/').map_or("", |(first, _)| first);
    let beside = beside(url, "");
    let ending = name(&beside);
    let slash = if url.path().ends_with('/') { "/" } else { "" };
    format!("{}/{first}/{ending}{slash}", url.origin().ascii_serialization())
}

/// The maximum length of a file extension with its dot, in bytes.
const MAX_ENDING: usize = 6;

/// Returns a URL in the same folder with the name `name`. Keeps the file extension and a trailing
/// slash, and drops the query and the fragment.
pub(in crate::sources) fn beside(url: &Url, name: &str) -> Url {
    let mut beside = url.clone();
    beside.set_query(None);
    beside.set_fragment(None);
    let path = url.path();
    let (bare, slash) = match path.strip_suffix('/') {
        Some(bare) => (bare, "/"),
        None => (path, ""),
    };
    let (folder, last) = bare.rsplit_once('/').unwrap_or(("", bare));
    let ending = last.rfind('.').map_or("", |dot| &last[dot..]);
    // A dot in a sentence does not start a file extension.
    let ending = if ending.len() > MAX_ENDING { "" } else { ending };
    beside.set_path(&format!("{folder}/{name}{ending}{slash}"));
    beside
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn landing(at: &str, moved: bool, body: &str) -> Landing {
        let text = (!body.is_empty()).then(|| Box::new(PageText::read(body.as_bytes(), "")));
        Landing { at: url(at), moved, text }
    }

    #[test]
    fn a_random_path_is_of_the_same_kind() {
        for (page, random) in [
            ("http://a.org/2012/lock.html?x=1#y", "http://a.org/2012/zz.html"),
            ("http://a.org/2012/lock/", "http://a.org/2012/zz/"),
            ("http://a.org/lock", "http://a.org/zz"),
            ("http://a.org/index.php?id=4", "http://a.org/zz.php"),
        ] {
            assert_eq!(beside(&url(page), "zz").as_str(), random);
        }
        assert_eq!(folder(&url("http://a.org/b/c.html")), folder(&url("http://a.org/b/d.html")));
        assert_ne!(folder(&url("http://a.org/b/c.html")), folder(&url("http://a.org/b/c/")));
    }

    #[test]
    fn what_is_suspected_is_a_loss_on_the_way_or_a_poor_page() {
        let start = url("http://a.org/2012/lock-gates");
        let suspected =
            |at: &str, moved: bool, body: &str| is_suspicious(&start, &landing(at, moved, body));
        assert!(suspected("http://a.org/", true, ""));
        assert!(suspected("http://a.org/2012/", true, ""));
        assert!(suspected("http://a.org/errors/404.html", true, ""));
        assert!(!suspected("https://www.a.org/2012/lock-gates/", true, ""));
        assert!(!suspected("http://a.org/2012/lock-gates", false, ""));
        assert!(suspected("http://a.org/2012/lock-gates", false, "<p>Nothing here.</p>"));
        let long = format!("<title>Lock gates fail</title><p>{}</p>", "water ".repeat(200));
        assert!(!suspected("http://a.org/2012/lock-gates", false, &long));
        let titled = long.replace("Lock gates fail", "404 Not Found");
        assert!(suspected("http://a.org/2012/lock-gates", false, &titled));
    }

    #[test]
    fn only_a_nonexistent_path_proves_a_soft_404() {
        let page = landing("http://a.org/", true, "<p>Welcome to the harbour news, friend</p>");
        assert_eq!(page.likeness(&RandomPathReply::Missing), None);
        assert_eq!(page.likeness(&RandomPathReply::Unusable), None);
        let same = RandomPathReply::Answers(landing("http://a.org/", true, ""));
        assert_eq!(page.likeness(&same), Some(Likeness::Address));
        let other = landing("http://a.org/zz", false, "<p>Welcome to the harbour news, friend</p>");
        assert_eq!(page.likeness(&RandomPathReply::Answers(other)), Some(Likeness::Text));
        let other = landing("http://a.org/zz", false, "<p>Another page altogether it is</p>");
        assert_eq!(page.likeness(&RandomPathReply::Answers(other)), None);
        // An app that renders its pages with scripts has no text to compare.
        let app = landing("http://a.org/x", false, "<script src=app.js></script>");
        assert_eq!(app.likeness(&RandomPathReply::Answers(app.clone())), None);
        let frame =
            "<p>Loading, please wait a little for your page</p><script src=app.js></script>";
        let frame = landing("http://a.org/x", false, frame);
        assert_eq!(frame.likeness(&RandomPathReply::Answers(frame.clone())), None);
        let error = "<title>404</title><p>Nothing to see here</p><script>track()</script>";
        let error = landing("http://a.org/x", false, error);
        assert_eq!(error.likeness(&RandomPathReply::Answers(error.clone())), Some(Likeness::Text));
    }

    #[test]
    fn a_wall_is_not_an_error_page() {
        let start = url("http://a.org/2012/x");
        for (at, wall) in [
            ("https://consent.a.org/collect?x", true),
            ("http://a.org/login?next=/2012/x", true),
            ("http://a.org/user/sign-in", true),
            ("http://a.org/", false),
            ("http://a.org/2012/privacy-law", false),
        ] {
            assert_eq!(is_wall(&start, &landing(at, true, "")), wall, "{at}");
        }
        assert!(!is_wall(&url("http://a.org/login"), &landing("http://a.org/login/", true, "")));
        assert!(!is_wall(&start, &landing("http://a.org/login", false, "")));
        let test = "<title>Just a moment...</title><p>Checking your browser</p>";
        assert!(is_wall(&start, &landing("http://a.org/2012/x", false, test)));
        let story =
            format!("<title>Just a moment</title><p>{}</p>", "He waited long. ".repeat(300));
        assert!(!is_wall(&start, &landing("http://a.org/2012/x", false, &story)));
    }
}
