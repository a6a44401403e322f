//! Related items that link to their own page.

use crate::archive::page_facts::{Facts, LinkFact, LinkRole};
use crate::archive::resolve::Target;
use crate::diagnostic::{Applicability, Finding, Fix, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "related/self",
    summary: "a related item that links to its own page",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: Some(Applicability::Safe),
    options: &["event.related"],
    needs: &[],
    page: include_str!("../../../rules/related/self.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Ok(facts) = context.facts else { return };
    for link in facts.links_with(LinkRole::Related) {
        if matches!(link.target(), Target::File(file) | Target::Rendered(file) if file == context.file)
        {
            let destination = quote(&context.shown(link));
            findings.push(
                Finding::new(
                    link.destination,
                    format!("the related item {destination} links to its own page"),
                )
                .help("remove the item")
                .fix(removal(context, facts, link)),
            );
        }
    }
}

/// Returns a fix that removes the item. The fix is unsafe if the text of the item is not the title of the
/// page: the text may be the only trace of an event whose page this page has replaced.
fn removal(context: &ArchiveContext<'_>, facts: &Facts, link: &LinkFact) -> Option<Fix> {
    let fix = context.remove_item(link)?;
    let own = facts.title.is_some_and(|title| title.text == link.text);
    let applicability = if own { fix.applicability } else { Applicability::Unsafe };
    Some(Fix { applicability, ..fix })
}
