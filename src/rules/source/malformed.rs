//! Sources without a web address.

use std::cell::Cell;

use url::SyntaxViolation::ExpectedDoubleSlash;
use url::Url;

use crate::archive::page::Page;
use crate::archive::resolve::Destination;
use crate::archive::template::SectionKind;
use crate::diagnostic::{Finding, Severity, quote};
use crate::document::Item;
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::suggest;

/// The rule.
pub static RULE: Rule = Rule {
    id: "source/malformed",
    summary: "a source item without an absolute http(s) URL",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    page: include_str!("../../../rules/source/malformed.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    for section in page.sections(SectionKind::Sources) {
        for item in page.items(section) {
            if page.document.has_fault_in(item.span) {
                continue;
            }
            let mut links = page.document.links_in(&item.links).iter().peekable();
            if links.peek().is_none() {
                findings.extend_from(item_without_link(page, item));
            }
            for link in links.filter(|link| !link.image) {
                let target = link.target(page.text());
                findings.extend_from(wrong_url(target).map(|(what, help)| {
                    Finding::new(link.destination, format!("the source {} {what}", quote(target)))
                        .help(help)
                }));
            }
        }
    }
}

/// An item whose text is a bare URL is a link for readers of GitHub's Markdown.
fn item_without_link(page: &Page<'_>, item: &Item) -> Option<Finding> {
    if item.content.is_empty() {
        return Some(Finding::new(item.span, "the source is empty").help("remove the item"));
    }
    let text = item.content.of(page.text());
    let is_url = text.starts_with("http://") || text.starts_with("https://");
    (!is_url).then(|| {
        Finding::new(item.content, format!("the source {} has no URL", quote(text)))
            .help("link it: `[name](https://…)`")
    })
}

/// What keeps a destination from being the absolute URL of a page.
fn wrong_url(target: &str) -> Option<(String, String)> {
    let absolute = "write the whole URL, from `https://` on".to_owned();
    match Destination::parse(target) {
        Destination::Web(url) => {
            let missing = Cell::new(false);
            let note = |violation| missing.set(missing.get() || violation == ExpectedDoubleSlash);
            // What the parser refuses altogether is reported by link/invalid-url.
            Url::options().syntax_violation_callback(Some(&note)).parse(url).ok()?;
            missing.get().then(|| ("lacks `//` behind its scheme".to_owned(), absolute))
        }
        Destination::OtherScheme { scheme } => {
            let near = suggest::nearest(scheme, ["http", "https"]);
            let help = near.map_or(absolute, |near| format!("did you mean `{near}`?"));
            Some((format!("is no http(s) URL: its scheme is {}", quote(scheme)), help))
        }
        Destination::Internal { path, .. } if path.starts_with('/') => {
            Some(("is a path, not a URL".to_owned(), absolute))
        }
        Destination::SchemeRelative | Destination::Internal { .. } => {
            Some(("has no scheme".to_owned(), absolute))
        }
    }
}
