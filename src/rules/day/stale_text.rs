//! Entries whose text is not the event's title.

use crate::archive::facts::LinkRole;
use crate::diagnostic::{Applicability, Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "day/stale-text",
    summary: "an entry's text is not the title of the event",
    severity: Some(Severity::Warning),
    check: Check::Archive(check),
    fix: Some(Applicability::Safe),
    options: &[],
    page: include_str!("../../../rules/day/stale-text.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Ok(facts) = context.facts else { return };
    for link in facts.links_with(LinkRole::Entry).filter(|link| context.may_be_stale(link)) {
        findings.push_with(|| {
            let stale = context.stale_text(link)?;
            let message =
                format!("the entry {} is not the title of the event", quote(&stale.words));
            let finding = Finding::new(link.content, message);
            Some(context.name_title(link, finding, &stale))
        });
    }
}
