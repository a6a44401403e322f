//! Soft 404: a page that answers, compared with a random, nonexistent path beside it.
//!
//! From a server that answers 200 to every request, an answer says nothing about the page. So the check
//! asks for a random name in the same folder: if that leads to the same address or has the same text,
//! there is no page. Suspicion only decides whether to ask, never the verdict.

use url::Url;

use super::super::client::Answer;
use super::super::rate_limit;
use super::page_text::{PageText, is_parking_host};
use crate::source_status::Likeness;

/// Less text than this, in bytes, is suspicious.
const LITTLE: usize = 512;

/// Where a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sources) struct Landing {
    /// The last URL, without a fragment.
    pub(in crate::sources) at: Url,
    /// Whether redirects led there.
    pub(in crate::sources) moved: bool,
    /// The text that was found there, if it was asked for and is HTML.
    pub(in crate::sources) text: Option<Box<PageText>>,
}

/// What a server answers for a random, nonexistent path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sources) enum RandomPathReply {
    /// That there is no page: so the pages that it shows exist.
    Missing,
    /// As if there were a page.
    Answers(Landing),
    /// Nothing to compare with.
    Unusable,
}

impl Landing {
    /// Returns how this page resembles the reply for a nonexistent path, if it does.
    pub(in crate::sources) fn likeness(&self, reply: &RandomPathReply) -> Option<Likeness> {
        let RandomPathReply::Answers(never) = reply else { return None };
        if self.moved && never.moved && self.at == never.at {
            return Some(Likeness::Address);
        }
        let texts = self.text.as_ref().zip(never.text.as_ref());
        // Frames of pages that scripts draw are all alike, unless they say that they are errors.
        let is_told = |text: &PageText| text.title_is_error() || !text.is_drawn();
        let is_like = texts.is_some_and(|(page, never)| page.is_like(never) && is_told(page));
        is_like.then_some(Likeness::Text)
    }
}

/// Whether a page needs a comparison at all.
pub(in crate::sources) fn is_suspicious(start: &Url, landing: &Landing) -> bool {
    let at = &landing.at;
    let lost = landing.moved && (segments(at) < segments(start) || says_missing(at));
    let text = landing.text.as_ref();
    let poor = text.is_some_and(|text| text.title_is_error() || text.length() < LITTLE);
    !is_root(start) && (lost || poor)
}

/// Whether there are signs that the domain is parked. They count only if a nonexistent path looks the
/// same, or the redirect leads to a seller of domains.
pub(in crate::sources) fn is_parked(start: &Url, landing: &Landing, answer: &Answer) -> bool {
    let service = |url: &Url| is_parking_host(rate_limit::host(url));
    answer.parked
        || landing.text.as_ref().is_some_and(|text| text.is_parked())
        || (service(&landing.at) && !service(start))
}

/// Words in the URLs of walls, which ask every reader for something first.
#[rustfmt::skip]
const WALLS: &[&str] = &[
    "accounts", "auth", "captcha", "challenge", "consent", "cookie", "cookies", "cookiewall", "gdpr",
    "log-in", "login", "oauth", "paywall", "privacy", "register", "sign-in", "signin", "signup", "sso",
    "subscribe",
];

/// Whether there is a wall, which is the same for each page of a site, whether it exists or not.
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

/// Whether a URL is that of a whole site.
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

/// Returns the last part of a URL's path: the name of the page.
pub(in crate::sources) fn name(url: &Url) -> &str {
    url.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// Returns what a page has in common with those beside it: the folder, and the ending by which a server
/// may distinguish kinds of pages.
pub(in crate::sources) fn folder(url: &Url) -> String {
    let beside = beside(url, "");
    beside.to_string()
}

/// The longest ending of a file's name, with its dot, in bytes.
const MAX_ENDING: usize = 6;

/// Returns a URL beside another, of the same kind but with that name.
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
    // What follows a dot in a sentence is no ending.
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
        // A program that draws its pages itself: there is no text to tell them by.
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
