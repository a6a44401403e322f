//! Hovers: what a link leads to, what the ledger knows about a source, and what a rule reports.

use gen_lsp_types::{Contents, Hover, HoverParams, MarkupContent, MarkupKind};

use super::message::Failure;
use super::page_position::PagePosition;
use super::state::State;
use crate::archive::destination::Destination;
use crate::archive::page::Page;
use crate::diagnostic::{printable, quote};
use crate::report::rule_help;
use crate::rewrite::escaped;
use crate::rule::page_url;
use crate::session::{rule, rules};
use crate::span::{FileId, Span};

/// Returns the hover at a position, if there is anything to say.
pub(super) fn hover(state: &mut State, params: &HoverParams) -> Result<Option<Hover>, Failure> {
    let position = PagePosition::new(state, &params.text_document_position_params)?;
    let page = position.parsed();
    let (span, value) = match (of_selector(&position, &page), page.link_at(position.offset)) {
        (Some(found), _) => found,
        (None, Some(link)) => {
            let span = page.document.links[link].span;
            match of_link(&position, &page, link)? {
                Some(value) => (span, value),
                None => return Ok(None),
            }
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(Hover {
        contents: Contents::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: Some(state.support.encoding.range(&position.page, span)),
    }))
}

/// Returns the documentation of the rule or the group that a suppression comment names at the
/// position.
fn of_selector(position: &PagePosition, page: &Page<'_>) -> Option<(Span, String)> {
    let named = page.document.suppressions.iter().flat_map(|made| &made.selectors);
    let is_here = |span: Span| span.start <= position.offset && position.offset <= span.end;
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

fn of_link(
    position: &PagePosition,
    page: &Page<'_>,
    link: usize,
) -> Result<Option<String>, Failure> {
    let archive = position.checked.report.archive();
    if let Some(file) = page.target_file(archive, link) {
        return Ok(Some(of_file(position, file)));
    }
    let Destination::Web(url) = page.destination(link as u32) else { return Ok(None) };
    let outcome = position.checked.session.source_status(url)?;
    Ok(outcome.map(|outcome| {
        // What servers answered must not become Markdown.
        let evidence = escaped(&printable(&outcome.evidence.to_string()));
        let copy = outcome.evidence.archived.as_deref();
        let copy = copy.map(|copy| format!("\n\narchived copy: {}", linked(copy)));
        format!("**{}**: {evidence}{}", outcome.verdict, copy.unwrap_or_default())
    }))
}

/// Returns a URL as a link, unless it contains characters that end one.
fn linked(url: &str) -> String {
    let ends = |char: char| char.is_whitespace() || char.is_control() || matches!(char, '<' | '>');
    if url.contains(ends) { quote(url) } else { format!("<{url}>") }
}

/// Returns the title, the day and the path of a page.
fn of_file(position: &PagePosition, file: FileId) -> String {
    let archive = position.checked.report.archive();
    let path = quote(archive.path(file));
    if !archive.is_page(file) {
        return path;
    }
    let text = position.checked.report.texts().get(file);
    let page = position.checked.session.parse(archive, file, &text.source);
    // An image in a title would make the editor contact a host.
    let title = page.title().map(|(_, words)| format!("**{}**", escaped(&printable(&words))));
    let day = page.day().map(|day| day.to_string());
    let lines: Vec<_> = [title, day, Some(path)].into_iter().flatten().collect();
    lines.join("  \n")
}
