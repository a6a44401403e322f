//! Related items that do not link to an event page.

use crate::archive::layout::PageKind;
use crate::archive::page_facts::LinkRole;
use crate::archive::resolve::Target;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "related/not-an-event",
    summary: "a related item that links to a page that is not an event",
    severity: Some(Severity::Error),
    check: Check::Archive(check),
    fix: None,
    options: &["layout.event", "site.host", "site.generated", "event.related"],
    needs: &[],
    page: include_str!("../../../rules/related/not-an-event.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let Ok(facts) = context.facts else { return };
    for link in facts.links.iter().filter(|link| link.role == LinkRole::Related) {
        let what = match link.target() {
            Target::External => "a destination outside the archive",
            Target::Folder => "a folder",
            Target::Generated => "a page that the site generates",
            Target::File(file) | Target::Rendered(file) => match context.archive.place(file).kind {
                PageKind::Event => continue,
                PageKind::Day => "a day page",
                PageKind::Other => "a file that is not an event page",
            },
            Target::Missing | Target::Miscased(_) | Target::Outside | Target::Rootless => continue,
        };
        let destination = quote(&context.shown(link));
        findings.push(
            Finding::new(
                link.destination,
                format!("the related item {destination} links to {what}"),
            )
            .help("link to an event page, or move the link elsewhere"),
        );
    }
}
