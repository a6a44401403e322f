//! Renames of files, with the destinations of all links to them and in them.

use std::collections::{BTreeMap, BTreeSet};

use gen_lsp_types::{RenameFilesParams, WorkspaceEdit};

use super::edits::Edits;
use super::indexes;
use super::message::Failure;
use super::state::State;
use super::uris;
use crate::archive::Archive;
use crate::archive::page::Page;
use crate::archive::path_text::ancestors;
use crate::archive::resolve::Resolver;
use crate::session::PageIndex;
use crate::span::{FileId, Span};

/// Returns the edits that keep all links intact when files or folders are renamed. The client applies
/// them before it renames the files.
pub(super) fn will_rename(
    state: &mut State,
    params: &RenameFilesParams,
) -> Result<Option<WorkspaceEdit>, Failure> {
    let renames = params
        .files
        .iter()
        .filter_map(|file| Some((uris::entry(&file.old_uri)?, uris::entry(&file.new_uri)?)));
    let renames: Vec<_> = renames.collect();
    let indexes = state.indexes_of(renames.iter().map(|(old, _)| &**old));
    let mut edits = state.edits();
    let mut left = 0;
    for index in indexes {
        let names =
            renames.iter().filter_map(|(old, new)| Some((index.name(old)?, index.name(new)?)));
        let moves = Moves::new(&index, names.collect());
        left += moves.edit_links(state, &index, &mut edits)?;
    }
    let edit = if edits.is_empty() { None } else { edits.for_client() };
    state.warn_of_links_left(left);
    Ok(edit)
}

/// The renames in an archive. All paths are relative to its root.
struct Moves {
    /// The new paths of files, folders and symbolic links, by their old paths.
    renames: BTreeMap<String, String>,
    /// The new paths of all files that move, by their old paths.
    files: BTreeMap<String, String>,
}

impl Moves {
    /// Finds the files that renames move.
    fn new(index: &PageIndex, renames: BTreeMap<String, String>) -> Self {
        let mut moves = Self { renames, files: BTreeMap::new() };
        let archive = index.archive();
        let paths = archive.paths.ids().map(|file| archive.path(file));
        let pair = |path: &str| Some((path.to_owned(), moves.renamed(path)?));
        moves.files = paths.filter_map(pair).collect();
        moves
    }

    /// Returns the new path of a file or a folder, or `None` if it stays the same.
    fn renamed(&self, path: &str) -> Option<String> {
        let renamed = ancestors(path).filter_map(|above| self.renames.get_key_value(above));
        let (old, new) = renamed.last()?;
        Some(format!("{new}{}", path.get(old.len()..)?))
    }

    fn new_path<'a>(&'a self, path: &'a str) -> &'a str {
        self.files.get(path).map_or(path, String::as_str)
    }

    /// Returns the pages with links that may break: those that move, and those with links to what moves.
    fn affected(&self, index: &PageIndex) -> Vec<FileId> {
        let archive = index.archive();
        let file = |path: &String| archive.paths.file(path);
        let mut targets: Vec<FileId> = self.files.keys().filter_map(file).collect();
        let mut affected = targets.clone();
        affected.retain(|file| archive.is_page(*file));
        let folders: BTreeSet<&str> = self.files.keys().flat_map(|path| ancestors(path)).collect();
        // A symbolic link is no file of the archive, but links can go through it.
        let followed = self.renames.keys().filter_map(|path| archive.paths.follow(path));
        for path in followed {
            let is_below =
                |file: &FileId| ancestors(archive.path(*file)).any(|above| above == path);
            targets.extend(archive.paths.file(&path));
            targets.extend(archive.paths.ids().filter(is_below));
        }
        targets.sort_unstable();
        affected.extend(index.linking_to(&targets));
        affected.extend(index.linking_to_folders(&folders));
        affected.sort_unstable();
        affected.dedup();
        affected
    }

    /// Adds the edits of all links that would break. Returns the number of those that cannot be edited.
    fn edit_links(
        &self,
        state: &State,
        index: &PageIndex,
        edits: &mut Edits<'_>,
    ) -> Result<u64, Failure> {
        let affected = self.affected(index);
        if affected.is_empty() {
            return Ok(0);
        }
        let after = index.renamed(&self.files)?;
        let archive = index.archive();
        let mut left = 0;
        for file in affected {
            let text = indexes::text(index, file, &state.documents);
            let Some(new) = after.paths.file(self.new_path(archive.path(file))) else { continue };
            if !text.is_readable() {
                left += 1;
                continue;
            }
            let page = index.parse(file, &text.source);
            let moved = index.parse_in(&after, new, &text.source);
            let (changes, lost) = self.changes(&page, &moved, archive, &after);
            if indexes::is_editable(&text) {
                left += lost;
                for (span, replacement) in changes {
                    edits.replace(&index.path(file), &text, span, replacement);
                }
            } else {
                left += lost + changes.len() as u64;
            }
        }
        Ok(left)
    }

    /// Returns the changes of the links of a page, which was parsed before and after the renames, and
    /// the number of links that cannot be changed.
    fn changes(
        &self,
        page: &Page<'_>,
        moved: &Page<'_>,
        before: &Archive,
        after: &Archive,
    ) -> (BTreeMap<Span, String>, u64) {
        let mut changes = BTreeMap::new();
        let mut left = 0;
        for (link, number) in page.document.links.iter().zip(0..) {
            let path = match self.fate(page, moved, before, after, number) {
                Fate::Kept => continue,
                Fate::MustLeadTo(path) => path,
                Fate::Lost => {
                    left += 1;
                    continue;
                }
            };
            let written = link.target(page.text());
            let respelt = after.respell_target(moved.file, &page.document, link, written, &path);
            let rewritten = respelt.and_then(|(part, text)| {
                let text = if text.is_empty() { "./" } else { &text };
                page.document.rewrite(link, page.text(), part, text)
            });
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

    /// Returns what becomes of a link.
    fn fate(
        &self,
        page: &Page<'_>,
        moved: &Page<'_>,
        before: &Archive,
        after: &Archive,
        link: usize,
    ) -> Fate {
        if let Some(path) = self.through_symbolic_link(page, before, link) {
            return Fate::MustLeadTo(path);
        }
        if let Some(target) = page.links[link].target.file() {
            let path = self.new_path(before.path(target));
            let is_kept = moved.target_file(after, link) == after.paths.file(path);
            return if is_kept { Fate::Kept } else { Fate::MustLeadTo(path.to_owned()) };
        }
        let Some(folder) = page.target_folder(before, link) else { return Fate::Kept };
        let folder = self.renamed(&folder).unwrap_or(folder);
        if moved.target_folder(after, link).as_ref() == Some(&folder) {
            return Fate::Kept;
        }
        if !after.paths.is_folder(&folder) {
            return Fate::Lost;
        }
        // Like the path in the link, with or without a slash at its end.
        let path = page.internal_path(link).unwrap_or_default();
        let is_slashed = path.ends_with(['/', '.']) && !folder.is_empty();
        Fate::MustLeadTo(if is_slashed { folder + "/" } else { folder })
    }

    /// Returns the new path of a link that goes through a symbolic link that is renamed.
    fn through_symbolic_link(
        &self,
        page: &Page<'_>,
        before: &Archive,
        link: usize,
    ) -> Option<String> {
        let path = Resolver::normalize(before.path(page.file), page.internal_path(link)?)?;
        let is_file =
            |path: &str| before.paths.file(path).is_some() || before.paths.is_folder(path);
        if is_file(path.strip_suffix('/').unwrap_or(&path)) || before.paths.follow(&path).is_none()
        {
            return None;
        }
        self.renamed(&path)
    }
}

/// What becomes of a link when files are renamed.
enum Fate {
    /// It still leads to the same file or folder.
    Kept,
    /// It must be changed so that it leads to this path.
    MustLeadTo(String),
    /// What it leads to is gone.
    Lost,
}
