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
use crate::archive::resolve::{Resolver, Target};
use crate::diagnostic::Edit;
use crate::rewrite;
use crate::session::PageIndex;
use crate::span::{FileId, SourceText, Span};

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
        let names = renames.iter().filter_map(|(old, new)| {
            let stays = index.name(new).filter(|_| !index.leaves_out(new));
            Some((index.name(old)?, stays)).filter(|(old, new)| Some(old) != new.as_ref())
        });
        let moves = Moves::new(&index, names.collect());
        left += moves.edit_links(state, &index, &mut edits)?;
    }
    let edit = if edits.is_empty() { None } else { edits.for_client() };
    state.warn_of_links_left(left);
    Ok(edit)
}

/// The renames in an archive. All paths are relative to its root.
struct Moves {
    /// The new paths of files, folders and symbolic links, by their old paths. `None` is outside the archive.
    renames: BTreeMap<String, Option<String>>,
    /// The new paths of all files that move, by their old paths.
    files: BTreeMap<String, String>,
    /// The old paths of all files that leave the archive, sorted.
    gone: Vec<String>,
}

/// What a rename does to a path.
enum Renamed {
    Not,
    /// This is the new path.
    To(String),
    /// The new path is outside the archive.
    Away,
}

impl Moves {
    /// Finds the files that renames move.
    fn new(index: &PageIndex, renames: BTreeMap<String, Option<String>>) -> Self {
        let mut moves = Self { renames, files: BTreeMap::new(), gone: Vec::new() };
        let archive = index.archive();
        for path in archive.paths.ids().map(|file| archive.path(file)) {
            match moves.renamed(path) {
                Renamed::Not => {}
                Renamed::To(new) => drop(moves.files.insert(path.to_owned(), new)),
                Renamed::Away => moves.gone.push(path.to_owned()),
            }
        }
        moves
    }

    /// Returns what the renames do to the path of a file or a folder.
    fn renamed(&self, path: &str) -> Renamed {
        let renamed = ancestors(path).filter_map(|above| self.renames.get_key_value(above));
        match renamed.last() {
            None => Renamed::Not,
            Some((_, None)) => Renamed::Away,
            Some((old, Some(new))) => {
                Renamed::To(format!("{new}{}", path.get(old.len()..).unwrap_or_default()))
            }
        }
    }

    fn new_path<'a>(&'a self, path: &'a str) -> &'a str {
        self.files.get(path).map_or(path, String::as_str)
    }

    /// Returns the old paths of the files that move or leave the archive.
    fn moving(&self) -> impl Iterator<Item = &String> {
        self.files.keys().chain(&self.gone)
    }

    /// Returns the pages with links that may break: those that move, and those with links to what moves.
    fn affected(&self, index: &PageIndex) -> Vec<FileId> {
        let archive = index.archive();
        let file = |path: &String| archive.paths.file(path);
        let mut targets: Vec<FileId> = self.moving().filter_map(file).collect();
        let mut affected = targets.clone();
        affected.retain(|file| archive.is_page(*file));
        let folders: BTreeSet<&str> = self.moving().flat_map(|path| ancestors(path)).collect();
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
        let after = index.renamed(&self.files, &self.gone)?;
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
            let (mut changes, lost) = self.changes(&page, &moved, archive, &after);
            let found = changes.len() as u64;
            if indexes::is_editable(&text) {
                keep_those_that_lead(&mut changes, index, &after, new, text.text());
            } else {
                changes.clear();
            }
            left += lost + found - changes.len() as u64;
            for (span, Change { replacement, .. }) in changes {
                edits.replace(&index.path(file), &text, span, replacement);
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
    ) -> (BTreeMap<Span, Change>, u64) {
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
                    let change = Change { link: number, replacement: rewritten.whole, path };
                    changes.insert(rewritten.place, change);
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
        let target = page.links[link].target;
        if let Some(file) = target.file() {
            let path = self.new_path(before.path(file));
            let Some(new) = after.paths.file(path) else { return Fate::Lost };
            let is_miscased = |target| matches!(target, Target::Miscased(_));
            let is_kept = moved.target_file(after, link) == Some(new)
                && (is_miscased(target) || !is_miscased(moved.links[link].target));
            return if is_kept { Fate::Kept } else { Fate::MustLeadTo(path.to_owned()) };
        }
        let Some(folder) = page.target_folder(before, link) else { return Fate::Kept };
        let folder = match self.renamed(&folder) {
            Renamed::Not => folder,
            Renamed::To(new) => new,
            Renamed::Away => return Fate::Lost,
        };
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
        if let Renamed::To(new) = self.renamed(&path) { Some(new) } else { None }
    }
}

/// The change of the destination of a link.
struct Change {
    /// The index of the link.
    link: usize,
    replacement: String,
    /// The path to which it must lead.
    path: String,
}

/// Keeps the changes whose links lead where they must, if the changed page is parsed again. `file` is the page, and
/// `text` its text before the changes.
fn keep_those_that_lead(
    changes: &mut BTreeMap<Span, Change>,
    index: &PageIndex,
    after: &Archive,
    file: FileId,
    text: &str,
) {
    let edits: Vec<Edit> = changes
        .iter()
        .map(|(span, change)| Edit::replace(file, *span, change.replacement.clone()))
        .collect();
    let Some(text) = rewrite::edited(text, 0, &edits.iter().collect::<Vec<_>>()) else {
        changes.clear();
        return;
    };
    let source = SourceText::from_bytes(text.as_bytes());
    let page = index.parse_in(after, file, &source);
    changes.retain(|_, change| leads_to(&page, after, change));
}

/// Returns whether a changed link leads to its path, and its page is on the site. It does if the path goes through a
/// symbolic link that is renamed, which nothing is known of.
fn leads_to(page: &Page<'_>, after: &Archive, change: &Change) -> bool {
    let folder = change.path.trim_end_matches('/');
    if let Some(file) = after.paths.file(&change.path) {
        page.target_file(after, change.link) == Some(file) && after.is_served(file)
    } else if after.paths.is_folder(folder) {
        page.target_folder(after, change.link).as_deref() == Some(folder)
    } else {
        true
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
