//! Links to headings that do not exist.

use crate::archive::destination::path_range;
use crate::archive::page_facts::text_hash;
use crate::archive::resolve::{Target, decode_fragment};
use crate::diagnostic::{Applicability, Finding, Fix, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Need, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "link/missing-fragment",
    summary: "a link to a heading that its page does not have",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: Some(Applicability::Unsafe),
    options: &["site.anchors", "site.host"],
    needs: &[Need::Anchors],
    page: include_str!("../../../rules/link/missing-fragment.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Ok(facts) = context.facts else { return };
    for fragment in facts.fragments() {
        let link = &facts.links[fragment.link as usize];
        let target = fragment.page;
        let Some(anchors) = context.pages.anchors(target) else { continue };
        if anchors.has(fragment.anchor) {
            continue;
        }
        let destination = context.target(link);
        let part = context.fragment_range(link).unwrap_or_default();
        let anchor = destination.get(part).unwrap_or_default();
        // In every browser, `#top` leads to the beginning of the page. A generated file other than HTML
        // does not have the headings of its page.
        let is_generated = matches!(link.target(), Target::Rendered(_));
        if anchor.eq_ignore_ascii_case("top") || is_generated && is_other(context, &destination) {
            continue;
        }
        let decoded = decode_fragment(anchor);
        let name = context.archive.syntax.anchors.without_prefix(&decoded);
        if anchors.has(text_hash(name)) || anchors.may_have(name) {
            continue;
        }
        findings.push_slow(|| {
            let near = context.nearest_anchor(target, name);
            let help = near.as_ref().map_or_else(
                || "link to an existing heading, or to the page alone".to_owned(),
                |near| format!("did you mean {}?", quote(&format!("#{near}"))),
            );
            let fix = near.and_then(|near| {
                let edit = context.name_anchor(link, &near)?;
                Some(Fix::uncertain("link to the heading", vec![edit]))
            });
            let message = format!(
                "{} has no heading {}",
                quote(context.archive.path(target)),
                quote(&format!("#{anchor}"))
            );
            Some(Finding::new(link.destination, message).help(help).fix(fix))
        });
    }
}

/// Returns whether a destination names a generated file other than HTML.
fn is_other(context: &ArchiveContext<'_>, destination: &str) -> bool {
    let path = &destination[path_range(destination)];
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_html = ["html", "htm", "xhtml"].iter().any(|html| extension.eq_ignore_ascii_case(html));
    !is_html && context.archive.resolver.generated.iter().any(|known| known == extension)
}
