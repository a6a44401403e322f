//! Pages without a date heading.

use jiff::civil::Date;

use crate::archive::layout::FolderDate;
use crate::archive::outline::Outline;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Severity};
use crate::document::encode_destination;
use crate::rewrite;
use crate::rule::{Check, Findings, PageContext, Rule};
use crate::span::Span;

/// The rule.
pub static RULE: Rule = Rule {
    id: "heading/missing-date",
    summary: "an event or day page without a date heading",
    severity: Some(Severity::Error),
    check: Check::Page(check),
    fix: Some(Applicability::Unsafe),
    options: &[],
    needs: &[],
    page: include_str!("../../../rules/heading/missing-date.md"),
    since: "0.1.0",
};

fn check(context: &PageContext<'_>, findings: &mut Findings) {
    let page = context.page;
    let template = match page.outline {
        Outline::Event(_) => &context.settings.event.date,
        Outline::Day(_) => &context.settings.day.date,
        Outline::Other => return,
    };
    let has_date = page.dates.iter().any(|date| date.field.is_none());
    // The date may be in front matter that cannot be read.
    let is_lost = template.has_front() && !context.has_readable_front_matter();
    if has_date || is_lost || !template.required || !template.has_heading() {
        return;
    }
    let marks = "#".repeat(template.level.into());
    let day = page.place.date.and_then(FolderDate::day);
    let heading = day.map_or_else(
        || format!("a level-{} heading with the day", template.level),
        |day| format!("`{marks} {}`", template.texts.write(day)),
    );
    findings.push(
        Finding::new(context.whole_page(), "the page has no date heading")
            .about("")
            .help(format!("add {heading}, linked to the day's page"))
            .fix(day.and_then(|day| insertion(context, &marks, day))),
    );
}

/// Returns a fix that inserts a heading with the folder's date above the first heading, or at the
/// beginning of a page without headings.
fn insertion(context: &PageContext<'_>, marks: &str, day: Date) -> Option<Fix> {
    let page = context.page;
    let text = page.text();
    let path = context.day_page(day)?;
    let date = context.date_template().texts.write(day);
    let destination = encode_destination(&context.archive.spell_from_root(page.file, &path)?)?;
    let ending = page.source.line_ending();
    let body = page.document.body_start(text);
    let at = match page.document.headings.first() {
        None => body,
        Some(first) => {
            let line = rewrite::line_start(text, first.span.start).max(body);
            // A heading inside a block quote or a list does not start its line, so no line can be
            // inserted above it.
            if !(Span { start: line, end: first.span.start }).of(text).trim().is_empty() {
                return None;
            }
            rewrite::heading_start(text, &page.document, first).max(body)
        }
    };
    let heading = format!("{marks} [{date}]({destination}){ending}{ending}");
    let edits = vec![Edit::insert(page.file, at, heading)];
    Some(Fix::uncertain(format!("date the page {day}"), edits))
}
