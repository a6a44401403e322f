//! Sources without an absolute http(s) URL.

use crate::archive::destination::Destination;
use crate::archive::page::Page;
use crate::archive::page_facts::LinkRole;
use crate::archive::template::SectionKind;
use crate::diagnostic::{Finding, Severity, quote};
use crate::document::{Item, Link, LinkKind};
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::suggest;

/// The rule.
pub static RULE: Rule = Rule {
    id: "source/malformed",
    summary: "a source item without an absolute http(s) URL",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: None,
    options: &["event.sources", "event.section"],
    needs: &[],
    page: include_str!("../../../rules/source/malformed.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    for (link, index) in page.document.links.iter().zip(0..) {
        let is_source = page.links[index as usize].role == LinkRole::Source;
        if link.kind == LinkKind::FrontMatter && is_source {
            findings.extend_from(malformed_link(page, link, index));
        }
    }
    for section in page.sections(SectionKind::Sources) {
        for item in page.items(section) {
            if page.document.has_fault_in(item.span) {
                continue;
            }
            if item.links.is_empty() {
                findings.push(item_without_link(page, item));
            }
            for index in item.links.clone() {
                let link = &page.document.links[index as usize];
                findings.extend_from(malformed_link(page, link, index));
            }
        }
    }
}

/// Returns the finding for a link without an absolute http(s) URL.
fn malformed_link(page: &Page<'_>, link: &Link, index: u32) -> Option<Finding> {
    // `text/template-residue` reports destinations with leftovers of a template.
    if link.image
        || page.links[index as usize].is_own_url()
        || page.document.has_template_in(link.destination)
    {
        return None;
    }
    let (what, help) = wrong_url(page, index)?;
    let target = quote(link.target(page.text()));
    Some(Finding::new(link.destination, format!("the source {target} {what}")).help(help))
}

/// Returns the finding for an item without a link. A bare URL is a link.
fn item_without_link(page: &Page<'_>, item: &Item) -> Finding {
    if item.content.is_empty() {
        return Finding::new(item.span, "the source is empty").help("remove the item");
    }
    let text = item.content.of(page.text());
    let message = format!("the source {} has no URL", quote(text));
    Finding::new(item.content, message).help("link it: `[name](https://…)`")
}

/// The help for a destination that is not an absolute URL.
const ABSOLUTE: &str = "write the full URL, starting with `https://`";

/// Returns what is wrong with a destination that is not an absolute http(s) URL, and what to do.
fn wrong_url(page: &Page<'_>, link: u32) -> Option<(String, String)> {
    let is_in_front = page.document.links[link as usize].kind == LinkKind::FrontMatter;
    let (what, help) = match page.destination(link) {
        // In Markdown, white space is part of a destination only in angle brackets.
        Destination::Web(url) if is_in_front && url.contains(char::is_whitespace) => {
            ("contains white space".to_owned(), "write `%20` for a space".to_owned())
        }
        Destination::Web(_) => {
            // `link/invalid-url` reports URLs that cannot be parsed.
            let index = page.urls.binary_search_by_key(&link, |made| made.link).ok()?;
            let made = &page.urls[index];
            if made.url.is_err() || !made.lacks_slashes {
                return None;
            }
            ("lacks `//` after its scheme".to_owned(), ABSOLUTE.to_owned())
        }
        Destination::OtherScheme { scheme } => {
            let near = suggest::nearest(scheme, ["http", "https"]);
            let help = near.map(|near| format!("did you mean `{near}`?"));
            let what = format!("is not an http(s) URL: its scheme is {}", quote(scheme));
            (what, help.unwrap_or_else(|| ABSOLUTE.to_owned()))
        }
        Destination::Internal { path, .. } if path.starts_with('/') => {
            ("is a path, not a URL".to_owned(), ABSOLUTE.to_owned())
        }
        Destination::Internal { path, .. } if path.contains(char::is_whitespace) => {
            ("is not a URL".to_owned(), ABSOLUTE.to_owned())
        }
        Destination::SchemeRelative | Destination::Internal { .. } => {
            ("has no scheme".to_owned(), ABSOLUTE.to_owned())
        }
    };
    Some((what, help))
}
