//! Renames of files, with the destinations of all links to them and in them.

use std::collections::BTreeMap;
use std::path::Path;

use gen_lsp_types::{RenameFilesParams, WorkspaceEdit};
use serde_json::json;

use super::edits::Edits;
use super::indexes;
use super::message::Failure;
use super::search::Freshness;
use super::state::State;
use super::uris;
use crate::archive::Archive;
use crate::archive::page::Page;
use crate::archive::path_text::ancestors;
use crate::session::PageIndex;
use crate::span::{FileId, Span};

/// The type of messages that warn.
const WARNING: u8 = 2;

/// Returns the edits that keep all links intact when files or folders are renamed. The client applies
/// them before it renames the files.
pub(super) fn will_rename(
    state: &mut State,
    params: &RenameFilesParams,
) -> Result<Option<WorkspaceEdit>, Failure> {
    let renames = params
        .files
        .iter()
        .filter_map(|file| Some((uris::path(&file.old_uri)?, uris::path(&file.new_uri)?)));
    let renames: Vec<_> = renames.collect();
    let mut edits = Edits::default();
    let mut left = 0;
    for index in state.indexes(Freshness::Current) {
        let name = |path: &Path| {
            let below = path.strip_prefix(index.root()).ok()?;
            below.to_str().map(|below| below.replace(std::path::MAIN_SEPARATOR, "/"))
        };
        let named = renames.iter().filter_map(|(old, new)| Some((name(old)?, name(new)?)));
        let moves = Moves::new(&index, &named.collect());
        if !moves.0.is_empty() {
            left += moves.edit_links(state, &index, &mut edits)?;
        }
    }
    if left > 0 {
        let links = crate::diagnostic::counted(left, "link");
        let message = format!("{links} could not be changed: check the archive");
        state.client.notify("window/showMessage", json!({"type": WARNING, "message": message}));
    }
    if edits.is_empty() { Ok(None) } else { Ok(edits.for_client(&state.documents, state.support)) }
}

/// The new paths of renamed files, by their old paths. Both are relative to the archive's root.
struct Moves(BTreeMap<String, String>);

impl Moves {
    /// Finds the files that renames of files and folders move.
    fn new(index: &PageIndex, renames: &BTreeMap<String, String>) -> Self {
        let archive = index.archive();
        let moved = archive.paths.ids().filter_map(|file| {
            let path = archive.path(file);
            let new = renames.get(path).cloned().or_else(|| {
                let (old, new) = ancestors(path).find_map(|above| renames.get_key_value(above))?;
                Some(format!("{new}{}", path.get(old.len()..)?))
            })?;
            Some((path.to_owned(), new))
        });
        Self(moved.collect())
    }

    fn new_path<'a>(&'a self, path: &'a str) -> &'a str {
        self.0.get(path).map_or(path, String::as_str)
    }

    /// Adds the edits of all links that would break. Returns the number of those that cannot be edited.
    fn edit_links(
        &self,
        state: &State,
        index: &PageIndex,
        edits: &mut Edits,
    ) -> Result<u64, Failure> {
        let after = index.renamed(&self.0)?;
        let archive = index.archive();
        let mut affected: Vec<FileId> =
            self.0.keys().filter_map(|path| archive.paths.file(path)).collect();
        affected.sort_unstable();
        let linking = index.linking_to(&affected);
        affected.retain(|file| archive.is_page(*file));
        affected.extend(linking);
        affected.sort_unstable();
        affected.dedup();
        let mut left = 0;
        for file in affected {
            let Some(text) = indexes::text(index, file, &state.documents) else { continue };
            let Some(new) = after.paths.file(self.new_path(archive.path(file))) else { continue };
            let pages =
                (index.parse(file, &text.source), index.parse_in(&after, new, &text.source));
            let (changes, lost) = self.changes(&pages, archive, &after);
            left += lost;
            for (span, replacement) in changes {
                let path = index.path(file);
                edits.replace(&path, &text, span, replacement, state.support.encoding);
            }
        }
        Ok(left)
    }

    /// Returns the changes of the links of a page, which was parsed before and after the renames, and
    /// the number of links that cannot be changed.
    fn changes(
        &self,
        (page, moved): &(Page<'_>, Page<'_>),
        before: &Archive,
        after: &Archive,
    ) -> (BTreeMap<Span, String>, u64) {
        let mut changes = BTreeMap::new();
        let mut left = 0;
        for (link, number) in page.document.links.iter().zip(0..) {
            let Some(target) = page.links[number].target.file() else { continue };
            let path = self.new_path(before.path(target));
            if moved.target_file(after, number) == after.paths.file(path) {
                continue;
            }
            let written = link.target(page.text());
            let respelt = after.respell_target(moved.file, &page.document, link, written, path);
            let rewritten = respelt
                .and_then(|(part, text)| page.document.rewrite(link, page.text(), part, &text));
            match rewritten {
                // Several links can share a definition, and thus an edit.
                Some(rewritten) => {
                    changes.insert(rewritten.place, rewritten.whole);
                }
                None => left += 1,
            }
        }
        (changes, left)
    }
}
