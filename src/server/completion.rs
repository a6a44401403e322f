//! Completion of links, section headings, rule ids in comments, and keys of front matter.

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTextEdit, CompletionList, CompletionParams,
    TextEdit,
};

use super::completion_context::{CompletionContext, Context};
use super::indexes::Freshness;
use super::message::Failure;
use super::page_position::PagePosition;
use super::search;
use super::state::State;
use crate::archive::path_text::folder_and_name;
use crate::rewrite::link_text;
use crate::session::{PageIndex, RuleDescription, rules};
use crate::span::FileId;

/// The maximum number of pages that are proposed at once.
const MOST_PAGES: usize = 50;

/// Returns what can be inserted at a position.
pub(super) fn completion(
    state: &mut State,
    params: &CompletionParams,
) -> Result<CompletionList, Failure> {
    let position = PagePosition::new(state, &params.text_document_position_params)?;
    let page = position.parsed();
    let Some(typed) = CompletionContext::at(&page.document, page.text(), position.offset) else {
        return Ok(CompletionList::default());
    };
    let proposals = match &typed.context {
        Context::Rule => rule_ids(),
        Context::FrontKey => front_keys(&position),
        Context::Heading(level) => headings(&position, *level),
        Context::Destination | Context::LinkText => {
            let index = state.index(position.checked.session.root(), Freshness::MayBeOld)?;
            pages(&position, &index, &typed)
        }
    };
    let range = state.support.encoding.range(&position.page, typed.span);
    let is_incomplete = matches!(typed.context, Context::Destination | Context::LinkText);
    let written = typed.span.of(page.text());
    let items = proposals.into_iter().zip(0..).map(|(proposal, rank)| CompletionItem {
        label: proposal.label,
        detail: Some(proposal.detail).filter(|detail| !detail.is_empty()),
        kind: Some(proposal.kind),
        // The server has searched already, and clients would search differently.
        filter_text: is_incomplete.then(|| written.to_owned()),
        sort_text: Some(format!("{rank:05}")),
        text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit {
            range,
            new_text: proposal.text,
        })),
        ..CompletionItem::default()
    });
    Ok(CompletionList { is_incomplete, items: items.collect(), ..CompletionList::default() })
}

/// Something that can be inserted.
struct Proposal {
    label: String,
    detail: String,
    kind: CompletionItemKind,
    /// The text that replaces what was typed.
    text: String,
}

impl Proposal {
    fn word(word: &str, detail: &str, kind: CompletionItemKind) -> Self {
        Self { label: word.to_owned(), detail: detail.to_owned(), kind, text: word.to_owned() }
    }
}

/// Returns the ids of all rules and the names of their groups.
fn rule_ids() -> Vec<Proposal> {
    let mut groups: Vec<&str> = rules().map(RuleDescription::group).collect();
    groups.dedup();
    let rules =
        rules().map(|rule| Proposal::word(rule.id(), rule.summary(), CompletionItemKind::Value));
    let groups = groups
        .into_iter()
        .map(|group| Proposal::word(group, "all rules of this group", CompletionItemKind::Module));
    rules.chain(groups).collect()
}

/// Returns the top-level keys of front matter that the settings name.
fn front_keys(position: &PagePosition) -> Vec<Proposal> {
    let keys = position.checked.session.front_keys();
    keys.iter().map(|key| Proposal::word(key, "", CompletionItemKind::Property)).collect()
}

/// Returns the headings of sections with a level that the settings name.
fn headings(position: &PagePosition, level: u8) -> Vec<Proposal> {
    let sections = position.checked.session.section_headings();
    let fitting = sections.into_iter().filter(|(of, _)| *of == level);
    fitting
        .map(|(_, heading)| Proposal::word(&heading, "a section", CompletionItemKind::Struct))
        .collect()
}

/// Returns the pages that fit what was typed.
fn pages(
    position: &PagePosition,
    index: &PageIndex,
    typed: &CompletionContext<'_>,
) -> Vec<Proposal> {
    let Some(from) = index.file(&position.checked.path(&position.checked.name)) else {
        return Vec::new();
    };
    let found = match typed.path() {
        Some(start) => below(index, &start, position, from),
        None => search::pages(index, linkable(index), typed.words, MOST_PAGES),
    };
    let others = found.into_iter().filter(|file| *file != from);
    others.filter_map(|file| proposal(index, from, file, typed)).collect()
}

/// Returns the pages to which a link works. A link to a page that is not on the site does not.
fn linkable(index: &PageIndex) -> impl Iterator<Item = FileId> {
    index.files().filter(|file| index.archive().is_served(*file))
}

/// Returns the pages whose paths or, on a site, addresses begin with what was typed. `start` may be relative to
/// the page.
fn below(index: &PageIndex, start: &str, position: &PagePosition, from: FileId) -> Vec<FileId> {
    let archive = index.archive();
    let address = |file| Some(archive.addresses()?.of(file)?.trim_start_matches('/'));
    let from_root = |base: &str| match start.strip_prefix('/') {
        Some(rest) => rest.to_owned(),
        None => joined(folder_and_name(base).0, start),
    };
    let start_of_path = from_root(&position.checked.name);
    let own_address = address(from).unwrap_or_default();
    let start_of_address = from_root(own_address);
    let is_below = |file: &FileId| {
        archive.path(*file).starts_with(&start_of_path)
            || address(*file).is_some_and(|address| address.starts_with(&start_of_address))
    };
    linkable(index).filter(is_below).take(MOST_PAGES).collect()
}

/// Returns the path that a relative path in a folder stands for.
fn joined(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Returns the proposal of a link from one page to another.
fn proposal(
    index: &PageIndex,
    from: FileId,
    file: FileId,
    typed: &CompletionContext<'_>,
) -> Option<Proposal> {
    let (archive, page) = (index.archive(), index.page(file));
    let path = archive.path(file);
    let form = if typed.words.starts_with('.') { typed.words } else { "/" };
    let destination = archive.respell(from, form, path)?;
    let title = page.title.as_deref().filter(|title| !title.is_empty()).unwrap_or(path);
    let text = match typed.context {
        Context::LinkText => format!("[{}]({destination})", link_text(title, title)?),
        _ => destination,
    };
    let day = page.date.map(|day| format!("{day} ")).unwrap_or_default();
    let detail = format!("{day}{path}");
    Some(Proposal { label: title.to_owned(), detail, kind: CompletionItemKind::File, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_are_joined() {
        assert_eq!(joined("news/2012/03/25", "../24/fer"), "news/2012/03/24/fer");
        assert_eq!(joined("news", "./a"), "news/a");
        assert_eq!(joined("", "../../a/"), "a/");
    }
}
