//! Related items whose target does not link back.

use std::collections::HashMap;

use crate::archive::layout::PageKind;
use crate::archive::page_facts::{LinkFact, LinkRole};
use crate::archive::resolve::Target;
use crate::diagnostic::{Finding, quote};
use crate::rule::{ArchiveContext, Check, Findings, Need, Rule};
use crate::span::FileId;

/// The rule.
pub static RULE: Rule = Rule {
    id: "related/one-way",
    summary: "a related item whose target does not list this page",
    severity: None,
    check: Check::Archive(check),
    fix: None,
    options: &[],
    needs: &[Need::RelatedLinks],
    page: include_str!("../../../rules/related/one-way.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Ok(facts) = context.facts else { return };
    // Cache the result for each page, because several items may link to it.
    let mut known: HashMap<FileId, bool> = HashMap::new();
    for link in facts.links_with(LinkRole::Related) {
        let (Target::File(file) | Target::Rendered(file)) = link.target() else { continue };
        if file == context.file || context.archive.place(file).kind != PageKind::Event {
            continue;
        }
        let Some(other) = context.pages.facts(file) else { continue };
        let names_back = |link: &LinkFact| link.target().file() == Some(context.file);
        let is_mutual = *known
            .entry(file)
            .or_insert_with(|| other.links_with(LinkRole::Related).any(names_back));
        if is_mutual {
            continue;
        }
        let destination = quote(&context.shown(link));
        findings.push(
            Finding::new(
                link.destination,
                format!("the related page {destination} does not list this page as related"),
            )
            .help("list this page there too, or remove the item"),
        );
    }
}
