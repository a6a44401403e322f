//! Pages of the same day that list different events.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::archive::layout::PageKind;
use crate::archive::page_facts::{Facts, LinkRole};
use crate::archive::resolve::Target;
use crate::diagnostic::{Finding, Severity, quote};
use crate::rule::{ArchiveContext, Check, Findings, Rule};
use crate::span::FileId;

/// The rule.
pub static RULE: Rule = Rule {
    id: "day/copies-differ",
    summary: "day pages of one day that list different events",
    severity: Some(Severity::Warning),
    check: Check::Archive(check),
    fix: None,
    options: &["layout.day"],
    needs: &[],
    page: include_str!("../../../rules/day/copies-differ.md"),
    since: "0.1.0",
};

/// The maximum number of events that a message names.
const NAMED: usize = 3;

fn check(context: &ArchiveContext<'_>, findings: &mut Findings) {
    let (Ok(facts), Some(date)) = (context.facts, context.day()) else { return };
    if context.place.kind != PageKind::Day {
        return;
    }
    let Some(day) = context.archive.day(context.file, date) else { return };
    let Some(&first) = day.pages.first().filter(|first| **first != context.file) else { return };
    let Some(other) = context.pages.facts(first) else { return };
    let (here, there) = (Listed::of(context, facts), Listed::of(context, other));
    let mut missing = String::new();
    for (listed, lacking, where_) in [(&here, &there, first), (&there, &here, context.file)] {
        let absent: Vec<FileId> = listed.events.difference(&lacking.events).copied().collect();
        // Each broken entry may stand for one of the absent events. Other rules report broken
        // entries.
        if absent.len() > lacking.broken {
            let path = quote(context.archive.path(where_));
            let joint = if missing.is_empty() { ":" } else { ";" };
            let _ = write!(missing, "{joint} {path} lacks {}", names(context, &absent));
        }
    }
    if !missing.is_empty() {
        findings.push(
            Finding::new(
                context.first_heading(context.file),
                format!("the pages of {date} list different events{missing}"),
            )
            .about(missing)
            .help("list the same events on all of them")
            .label(first, context.first_heading(first), "the other page is here"),
        );
    }
}

/// The entries of a day page.
struct Listed {
    /// The events of the page's own day that the page lists.
    events: BTreeSet<FileId>,
    /// The number of entries whose target is unknown.
    broken: usize,
}

impl Listed {
    /// Collects the entries of a page. Events of another day are left out: `day/foreign-event`
    /// reports them.
    fn of(context: &ArchiveContext<'_>, facts: &Facts) -> Self {
        let is_own = |event: &FileId| context.day_of(*event) == context.day();
        let entries = || facts.links_with(LinkRole::Entry);
        let missing = entries().filter(|link| link.target() == Target::Missing).count();
        Self {
            events: entries().filter_map(|link| link.target().file()).filter(is_own).collect(),
            broken: missing + facts.damaged().len(),
        }
    }
}

fn names(context: &ArchiveContext<'_>, events: &[FileId]) -> String {
    let mut names: Vec<String> =
        events.iter().take(NAMED).map(|event| quote(context.archive.path(*event))).collect();
    if events.len() > NAMED {
        names.push(format!("{} more", events.len() - NAMED));
    }
    names.join(", ")
}
