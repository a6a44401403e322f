//! Hovers: what a link leads to, what the ledger knows about a source, and what a rule reports.

use gen_lsp_types::{Contents, Hover, HoverParams, MarkupContent, MarkupKind};

use super::message::Failure;
use super::page_position::PagePosition;
use super::state::State;
use crate::archive::destination::Destination;
use crate::archive::page::Page;
use crate::diagnostic::{printable, quote};
use crate::report::rule_help;
use crate::rule::page_url;
use crate::session::{rule, rules};
use crate::span::{FileId, Span};

/// Returns the hover at a position, if there is anything to say.
pub(super) fn hover(state: &mut State, params: &HoverParams) -> Result<Option<Hover>, Failure> {
    let place = PagePosition::new(state, &params.text_document_position_params)?;
    let page = place.parsed();
    let (span, value) = match (of_selector(&place, &page), page.link_at(place.offset)) {
        (Some(found), _) => found,
        (None, Some(link)) => {
            let span = page.document.links[link].span;
            match of_link(&place, &page, link)? {
                Some(value) => (span, value),
                None => return Ok(None),
            }
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(Hover {
        contents: Contents::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: Some(state.support.encoding.range(&place.page, span)),
    }))
}

/// Returns the documentation of the rule or the group that a suppression comment names at the
/// position.
fn of_selector(place: &PagePosition, page: &Page<'_>) -> Option<(Span, String)> {
    let named = page.document.suppressions.iter().flat_map(|made| &made.selectors);
    let is_here = |span: Span| span.start <= place.offset && place.offset <= span.end;
    let selector = { named }.find(|selector| is_here(selector.span))?;
    Some((selector.span, explain(&selector.text)?))
}

/// Returns the documentation of a rule, or the list of the rules in a group.
fn explain(name: &str) -> Option<String> {
    if let Ok(rule) = rule(name) {
        let help = rule_help(&rule.page(), true);
        return Some(format!("**[{name}]({})**: {}\n\n{help}", page_url(name), rule.summary()));
    }
    let of_group = rules().filter(|rule| rule.group() == name);
    let lines: Vec<_> =
        of_group.map(|rule| format!("- `{}`: {}", rule.id(), rule.summary())).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn of_link(place: &PagePosition, page: &Page<'_>, link: usize) -> Result<Option<String>, Failure> {
    let archive = place.checked.report.archive();
    if let Some(file) = page.target_file(archive, link) {
        return Ok(Some(of_file(place, file)));
    }
    let Destination::Web(url) = page.destination(link as u32) else { return Ok(None) };
    let outcome = place.checked.session.source_status(url)?;
    Ok(outcome.map(|outcome| {
        let evidence = printable(&outcome.evidence.to_string()).into_owned();
        let copy = outcome.evidence.archived.as_deref();
        let copy = copy.map(|copy| format!("\n\narchived copy: <{}>", printable(copy)));
        format!("**{}**: {evidence}{}", outcome.verdict, copy.unwrap_or_default())
    }))
}

/// Returns the title, the day and the path of a page.
fn of_file(place: &PagePosition, file: FileId) -> String {
    let archive = place.checked.report.archive();
    let path = quote(archive.path(file));
    if !archive.is_page(file) {
        return path;
    }
    let text = place.checked.report.texts().get(file);
    let page = place.checked.session.parse(archive, file, &text.source);
    let title = page.title().map(|(span, words)| {
        // A title with control characters would not be shown as it is.
        let markdown = span.of(page.text());
        let is_plain = page.front_title().is_none() && printable(markdown) == markdown;
        if is_plain { format!("**{}**", markdown.trim()) } else { quote(&words) }
    });
    let day = page.day().map(|day| day.to_string());
    let lines: Vec<_> = [title, day, Some(path)].into_iter().flatten().collect();
    lines.join("  \n")
}
