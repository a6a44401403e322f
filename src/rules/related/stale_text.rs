//! Related items whose text is not the page's title.

use crate::archive::facts::LinkRole;
use crate::archive::resolve::Target;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "related/stale-text",
    summary: "a related item's text is not the target's title",
    severity: Some(Severity::Warning),
    check: Check::Archive(check),
    page: include_str!("../../../rules/related/stale-text.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Ok(facts) = context.facts else { return };
    for link in facts.links.iter().filter(|link| link.role == LinkRole::Related) {
        let (Target::File(file) | Target::Rendered(file)) = link.target else { continue };
        // An item that names its own page, or holds a broken link, is reported as that.
        if file == context.file || link.damaged {
            continue;
        }
        let title = context.pages.facts(file).and_then(|facts| facts.title);
        if title.is_none_or(|title| title.text == link.text) {
            continue;
        }
        let (Some((title, place)), Some(text)) = (context.title(file), context.link_words(link))
        else {
            continue;
        };
        if title.split_whitespace().eq(text.split_whitespace()) {
            continue;
        }
        findings.push(
            Finding::new(
                link.content,
                format!("the text {} is not the title of the page", quote(&text)),
            )
            .help(format!("the title is {}", quote(&title)))
            .label(file, place, "the title is here"),
        );
    }
}
