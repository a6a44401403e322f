//! Links to the previous day that lead to another page.

use jiff::civil::Date;

use crate::archive::destination::path_range;
use crate::archive::layout::PageKind;
use crate::archive::page_facts::{LinkFact, LinkRole};
use crate::archive::resolve::Target;
use crate::config::PreviousPolicy;
use crate::diagnostic::{Applicability, Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Rule};

/// The rule.
pub static RULE: Rule = Rule {
    id: "day/wrong-previous",
    summary: "a link to the previous day that leads elsewhere",
    severity: Some(Severity::Warning),
    check: Check::Archive(check),
    fix: Some(Applicability::Safe),
    options: &["day.previous", "layout.day"],
    needs: &[],
    page: include_str!("../../../rules/day/wrong-previous.md"),
    since: "0.1.0",
};

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let (Ok(facts), Some(date)) = (context.facts, context.day()) else { return };
    for link in facts.links_with(LinkRole::Previous) {
        let Some(wrong) = fault(context, date, link) else { continue };
        let destination = quote(&context.shown(link));
        let finding =
            Finding::new(link.destination, format!("the previous-day link {destination} {wrong}"));
        findings.push(match previous_page(context, date, link) {
            Some(path) => {
                let naming = context.name_path(link, &path);
                let path = quote(&naming.destination);
                // If other links use the same definition, a fix would change them too, so none is
                // offered. If the link leads to a page that is not a day page, the link may be
                // intended, so the fix is unsafe.
                let is_other = link
                    .target()
                    .file()
                    .is_some_and(|file| context.archive.place(file).kind != PageKind::Day);
                let applicability = Applicability::safe_if(!is_other);
                let fix = naming.fix(applicability, format!("link to {path}"));
                let fix = fix.filter(|_| !context.is_shared(link));
                finding.help(format!("link to {path}")).fix(fix)
            }
            None => finding.help("remove the heading: no earlier day has a page"),
        });
    }
}

/// Returns the end of the message about a wrong link, or `None` if this rule does not report the
/// link.
fn fault(context: &ArchiveContext<'_>, date: Date, link: &LinkFact) -> Option<String> {
    let (day, exists) = match link.target() {
        Target::File(file) | Target::Rendered(file) => {
            if context.archive.place(file).kind != PageKind::Day {
                return Some("does not lead to a day page".to_owned());
            }
            (context.day_of(file), true)
        }
        Target::Missing => (context.linked_day(link), false),
        // Reported as what they are, or, of a folder, not to be told.
        Target::Miscased(_)
        | Target::Outside
        | Target::External
        | Target::Rootless
        | Target::Folder
        | Target::Generated => return None,
    };
    let yesterday = date.yesterday().ok();
    let policy = context.settings.previous_policy;
    match day {
        Some(day) if policy == PreviousPolicy::Calendar => {
            (Some(day) != yesterday).then(|| format!("does not lead to the day before {date}"))
        }
        // `day/missing-page` reports a day that has events but no page.
        Some(day) if !exists && context.archive.day(context.file, day).is_some() => None,
        _ if !exists => Some("leads to no page".to_owned()),
        Some(day) if day == date => Some("leads to the same day".to_owned()),
        Some(day) if day > date => Some("leads to a later day".to_owned()),
        Some(day) => {
            let nearest = context.archive.last_day_before(context.file, date)?.date;
            (day != nearest).then(|| format!("skips {nearest}, which has a page"))
        }
        None => None,
    }
}

/// Returns the path of the page that the link should lead to, or `None` if no such page exists.
fn previous_page(context: &ArchiveContext<'_>, date: Date, link: &LinkFact) -> Option<String> {
    if context.settings.previous_policy == PreviousPolicy::Calendar {
        return context.archive.day_page(context.file, date.yesterday().ok()?);
    }
    let target = context.target(link);
    let used = target.get(path_range(&target)).unwrap_or_default();
    let day = context.archive.last_day_before(context.file, date)?;
    // Prefer the page whose name the link uses.
    let page = day.pages.iter().find(|page| {
        let name = context.archive.path(**page).rsplit('/').next();
        name.is_some_and(|name| used.ends_with(name))
    });
    Some(context.archive.path(*page.or(day.pages.first())?).to_owned())
}
