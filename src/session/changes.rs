//! Finds what changed in an archive according to git, and which findings the changes caused.

use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use super::error::SessionError;
use super::fs::Disk;
use super::project::Project;
use super::threads::Threads;
use crate::archive::Archive;
use crate::archive::ignore_files::{IgnoreFiles, IgnoresAbove, is_ignore_file};
use crate::archive::page_texts::PageTexts;
use crate::archive::path_text::ancestors;
use crate::archive::virtual_walk::{ListedFile, walk_list};
use crate::archive::walk::{ignores_above, walk};
use crate::archive::walked::{Obstacle, Walked};
use crate::config::Settings;
use crate::diagnostic::{Diagnostic, counted, escape_workflow_commands, printable};
use crate::git::{Against, BlobError, Blobs, Change, ChangeKind, EntryKind, Repository, TreeEntry};
use crate::linter::{Linter, PageSource, ReadError};
use crate::rule::Rule;
use crate::rules;
use crate::span::{FileId, SourceText, Span};

/// The changes in an archive since a commit.
pub(super) struct Changes {
    /// A description of the commit for the summary: `staged`, or `since` and a revision.
    since: String,
    /// The current paths of files that are new, renamed or modified.
    changed: HashSet<String>,
    /// The number of deleted files.
    deleted: u64,
    /// The old and the new paths of renamed files.
    renamed: Vec<(String, String)>,
    /// The archive before the change, with its obstacles.
    before: Option<(Archive, Vec<(FileId, Obstacle)>)>,
    /// The blob IDs of the old contents of changed files, by their old paths.
    contents: HashMap<String, String>,
    /// The paths of submodules that were removed or are at another commit. Their old content is
    /// unknown.
    untold: Vec<String>,
    blobs: Arc<Blobs>,
}

impl Changes {
    /// Returns the changes on the disk since a commit. `now` contains the current files.
    pub(super) fn since(
        revision: &str,
        settings: &Settings,
        now: &Walked,
    ) -> Result<Self, SessionError> {
        let repository = Repository::open(&settings.root, settings.repository.as_deref())?;
        let commit = repository.commit(revision)?;
        let found = repository.changes(Against::WorkTree(&commit))?;
        let mut before = repository.files(&commit)?;
        // Treat files that a sparse checkout omits as absent, both before and after the change.
        let absent = repository.overlooked()?.absent;
        let is_on_disk = |path: &[u8]| now.table.file(&lossy(path)).is_some();
        before.retain(|entry| !absent.contains(&entry.path) || is_on_disk(&entry.path));
        let blobs = Arc::new(repository.blobs());
        let foreign = below_submodules(&before, now);
        let above = ignores_above(&settings.root, settings.repository.as_deref());
        let walked = walk_entries(&before, foreign, &blobs, &above)?;
        Ok(Self::new(format!("since {revision}"), settings, walked, &found, now, blobs))
    }

    /// Returns the files in the index, their contents, and the changes since the last commit.
    pub(super) fn staged(
        settings: &Settings,
        jobs: usize,
    ) -> Result<(Walked, Staged, Self), SessionError> {
        let repository = Repository::open(&settings.root, settings.repository.as_deref())?;
        let head = repository.head()?;
        let found = repository.changes(Against::Index(&head))?;
        let unstaged = repository.changes(Against::WorkTreeIndex)?;
        let overlooked = repository.overlooked()?;
        let before = repository.files(&head)?;
        let after = apply(&before, &found);
        let blobs = Arc::new(repository.blobs());
        let mut foreign = Vec::new();
        if before.iter().chain(&after).any(|entry| entry.kind == EntryKind::Submodule) {
            let (disk, _) = walk(&settings.root, settings.repository.as_deref(), jobs);
            foreign = below_submodules(&before, &disk);
            foreign.extend(below_submodules(&after, &disk));
        }
        let above = ignores_above(&settings.root, settings.repository.as_deref());
        let walked = walk_entries(&after, foreign.clone(), &blobs, &above)?;
        let was = walk_entries(&before, foreign, &blobs, &above)?;
        let differs = found.iter().chain(&unstaged).map(|change| change.path.clone());
        let overlooked = overlooked.absent.iter().chain(&overlooked.assumed);
        let staged = Staged {
            disk: Disk::new(&settings.root, &walked.table, &walked.obstacles),
            differs: differs.chain(overlooked.map(|path| lossy(path))).collect(),
            ids: after.into_iter().map(|entry| (lossy(&entry.path), entry.id)).collect(),
            blobs: Arc::clone(&blobs),
        };
        let changes = Self::new("staged".to_owned(), settings, was, &found, &walked, blobs);
        Ok((walked, staged, changes))
    }

    fn new(
        since: String,
        settings: &Settings,
        before: Walked,
        found: &[Change],
        now: &Walked,
        blobs: Arc<Blobs>,
    ) -> Self {
        let Walked { table, obstacles } = before;
        let mut changed: HashSet<String> = HashSet::new();
        let (mut renamed, mut contents, mut deleted) = (Vec::new(), HashMap::new(), 0);
        let mut untold = Vec::new();
        for change in found {
            let from = change.from.as_deref().map(lossy);
            if change.was == EntryKind::Submodule {
                untold.push(change.path.clone());
            } else if let Some(old) = &change.old {
                let was_at = from.clone().unwrap_or_else(|| change.path.clone());
                contents.insert(was_at, old.clone());
            }
            if change.kind == ChangeKind::Deleted {
                deleted += 1;
            } else {
                changed.insert(change.path.clone());
                renamed.extend(from.map(|from| (from, change.path.clone())));
            }
        }
        // Include files that git does not track yet, and files that a sparse checkout omitted
        // before.
        let paths = now.table.ids().map(|file| now.table.path(file));
        changed.extend(paths.filter(|path| table.file(path).is_none()).map(str::to_owned));
        let before = Archive::new(table, settings.layout.clone(), settings.resolver.clone())
            .with_site(settings.site.clone())
            .with_syntax(settings.syntax());
        let before = Some((before, obstacles));
        Self { since, changed, deleted, renamed, before, contents, untold, blobs }
    }

    /// Creates changes of the contents of files. The archive before the change is unknown, so only findings in
    /// changed files can be sifted.
    pub(super) fn of_contents(since: String, found: &[Change], blobs: Arc<Blobs>) -> Self {
        let content = |change: &Change| Some((change.path.clone(), change.old.clone()?));
        Self {
            since,
            changed: found.iter().map(|change| change.path.clone()).collect(),
            deleted: 0,
            renamed: Vec::new(),
            before: None,
            contents: found.iter().filter_map(content).collect(),
            untold: Vec::new(),
            blobs,
        }
    }

    /// Returns whether the archive before the change is known, so that findings in unchanged files can be sifted.
    pub(super) fn knows_before(&self) -> bool {
        self.before.is_some()
    }

    /// Returns whether the changes may cause findings that cannot be sifted, in other files than the changed ones.
    pub(super) fn may_affect_others(&self, linter: &Linter<'_>) -> bool {
        if self.knows_before() {
            return false;
        }
        let archive = linter.archive;
        let affects = |(path, id): (&String, &String)| {
            let Some(file) = archive.paths.file(path).filter(|file| archive.is_page(*file)) else {
                return false;
            };
            match (self.blobs.read(id), linter.texts.read(file)) {
                (Ok(old), Ok(new)) => {
                    linter.may_affect_others(file, &SourceText::from_bytes(&old), &new)
                }
                _ => true,
            }
        };
        self.contents.iter().any(affects)
    }

    /// Returns whether no file was added, modified or deleted.
    pub(super) fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.deleted == 0
    }

    /// Returns whether a file is new, renamed or modified.
    pub(super) fn is_changed(&self, path: &str) -> bool {
        self.changed.contains(path)
    }

    /// Returns the old and the new paths of renamed files.
    pub(super) fn renamed(&self) -> &[(String, String)] {
        &self.renamed
    }

    /// Removes the findings that the changes did not cause. In unchanged files, these are old
    /// findings and findings about sources. Returns the number of removed findings.
    ///
    /// To find out which findings are old, this checks those files in the archive as it was before
    /// the change.
    ///
    /// # Errors
    /// Returns an error if old content cannot be read, because old findings would then be reported
    /// as new.
    pub(super) fn sift(
        &self,
        project: &Project<'_>,
        source: &dyn PageSource,
        (today, threads): (Date, &Threads),
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<u64, SessionError> {
        let Some((before, obstacles)) = &self.before else { return Ok(0) };
        let path = |found: &Diagnostic| project.archive.path(found.file);
        let elsewhere = diagnostics.iter().filter(|found| !self.is_changed(path(found)));
        let mut pages: Vec<FileId> =
            elsewhere.filter_map(|found| before.paths.file(path(found))).collect();
        pages.sort_unstable();
        pages.dedup();
        let source = Before { changes: self, now: source, failed: Mutex::default() };
        let linter = Linter {
            archive: before,
            obstacles,
            texts: PageTexts::new(before, &source),
            ..project.linter(&source, today)
        };
        let (old, _) = threads.run(|| linter.run(&pages).finish());
        if let Some(failed) = source.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            let (path, reason) = failed;
            return Err(SessionError::Blob { path, reason });
        }
        let key = |found: &Diagnostic| -> Key {
            (found.rule, found.finding.span, found.finding.message.clone())
        };
        let mut known: HashMap<&str, HashSet<Key>> = HashMap::new();
        for found in &old {
            known.entry(before.path(found.file)).or_default().insert(key(found));
        }
        let all = diagnostics.len();
        diagnostics.retain(|found| {
            let was_there = || known.get(path(found)).is_some_and(|old| old.contains(&key(found)));
            // Sources on unchanged pages are not looked up.
            let is_online = || rules::find(found.rule).is_ok_and(Rule::is_online);
            self.is_changed(path(found)) || !(is_online() || was_there())
        });
        Ok((all - diagnostics.len()) as u64)
    }

    /// Returns the counts for the summary. `left` is the number of findings that [`Self::sift`]
    /// removed.
    pub(super) fn counts(&self, left: u64) -> ChangeCounts {
        ChangeCounts {
            since: self.since.clone(),
            changed: self.changed.len() as u64,
            renamed: self.renamed.len() as u64,
            deleted: self.deleted,
            left,
            submodules: self.untold.clone(),
        }
    }
}

/// Counts of changed files and hidden findings, for the summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeCounts {
    /// A description of the commit that the changes are relative to: `staged`, or `since` and a
    /// revision.
    pub since: String,
    /// The number of files that are new, renamed or modified.
    pub changed: u64,
    /// The number of renamed files, which are also counted in `changed`.
    pub renamed: u64,
    /// The number of deleted files.
    pub deleted: u64,
    /// The number of findings in unchanged files that are hidden because they are not new.
    pub left: u64,
    /// The paths of submodules whose old content is unknown.
    pub submodules: Vec<String>,
}

impl ChangeCounts {
    /// Writes the counts as lines of the summary.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let changed = counted(self.changed, "file");
        let (since, renamed, deleted) = (printable(&self.since), self.renamed, self.deleted);
        writeln!(out, "{since}: {changed} changed ({renamed} renamed), {deleted} deleted")?;
        if self.left > 0 {
            let left = counted(self.left, "old finding");
            writeln!(out, "{left} in unchanged files not shown")?;
        }
        for path in &self.submodules {
            let path = printable(path);
            let line =
                format!("links into the submodule {path} not compared: its old files are unknown");
            writeln!(out, "{}", escape_workflow_commands(&line))?;
        }
        Ok(())
    }
}

/// The rule, the span and the message of a finding, which identify it within its page.
type Key = (&'static str, Span, String);

/// The contents of pages before the change.
struct Before<'a> {
    changes: &'a Changes,
    now: &'a dyn PageSource,
    /// The first path that could not be read, with the error.
    failed: Mutex<Option<(String, BlobError)>>,
}

impl PageSource for Before<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        match self.changes.contents.get(path) {
            Some(id) => self.changes.blobs.read(id).map_err(|error| {
                let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
                let error = failed.get_or_insert_with(|| (path.to_owned(), error));
                ReadError::new(&error.1)
            }),
            None => self.now.read(path),
        }
    }
}

/// The contents of pages in git's index.
pub(super) struct Staged {
    disk: Disk,
    /// The paths whose content on the disk may differ from the index. Their content is read from
    /// git.
    differs: HashSet<String>,
    /// The blob IDs of all files in the index.
    ids: HashMap<String, String>,
    blobs: Arc<Blobs>,
}

impl PageSource for Staged {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let id = self.ids.get(path).filter(|_| !self.disk.bars(path));
        if let Some(id) = id.filter(|_| self.differs.contains(path)) {
            return self.blobs.read(id).map_err(ReadError::new);
        }
        // If a sparse checkout omits the file, read it from git.
        let content = |id: &String| self.blobs.read(id).map_err(ReadError::new);
        self.disk.read(path).or_else(|error| id.map_or(Err(error), content))
    }
}

/// Returns the files in the index: the files of the last commit with the staged changes applied.
fn apply(before: &[TreeEntry], found: &[Change]) -> Vec<TreeEntry> {
    let gone: HashSet<&[u8]> = found
        .iter()
        .flat_map(|change| [Some(&*change.new.path), change.from.as_deref()])
        .flatten()
        .collect();
    let stays = |entry: &&TreeEntry| !gone.contains(&*entry.path);
    let staged = found.iter().filter(|change| change.kind != ChangeKind::Deleted);
    let staged = staged.map(|change| change.new.clone());
    before.iter().filter(stays).cloned().chain(staged).collect()
}

/// Returns the files on the disk that are in the folders of submodules. Git does not list them.
fn below_submodules(entries: &[TreeEntry], disk: &Walked) -> Vec<String> {
    let submodules = entries.iter().filter(|entry| entry.kind == EntryKind::Submodule);
    let submodules: HashSet<String> = submodules.map(|entry| lossy(&entry.path)).collect();
    if submodules.is_empty() {
        return Vec::new();
    }
    let is_below = |path: &&str| {
        ancestors(path).any(|above| above.len() < path.len() && submodules.contains(above))
    };
    let paths = disk.table.ids().map(|file| disk.table.path(file));
    paths.filter(is_below).map(str::to_owned).collect()
}

/// Returns the result that a walk over a folder with these entries would have. `foreign` contains
/// the paths of files in submodules. The `.gitignore` files above the archive are those on the disk.
fn walk_entries(
    entries: &[TreeEntry],
    foreign: Vec<String>,
    blobs: &Blobs,
    above: &IgnoresAbove,
) -> Result<Walked, SessionError> {
    let mut listed = Vec::with_capacity(entries.len() + foreign.len());
    for entry in entries {
        let link = match entry.kind {
            EntryKind::Submodule => continue,
            EntryKind::File => None,
            EntryKind::Link => Some(lossy(&content(entry, blobs)?)),
        };
        let is_utf8 = std::str::from_utf8(&entry.path).is_ok();
        listed.push(ListedFile { path: lossy(&entry.path), is_utf8, link });
    }
    listed.extend(foreign.into_iter().map(|path| ListedFile { path, is_utf8: true, link: None }));
    let mut rules = IgnoreFiles::new();
    // Read identical `.gitignore` files only once, because many folders may contain the same one.
    let mut known: HashMap<&str, Arc<[u8]>> = HashMap::new();
    for entry in entries.iter().filter(|entry| is_ignore_file(&entry.path)) {
        if entry.kind == EntryKind::File {
            let text = match known.get(&*entry.id) {
                Some(text) => Arc::clone(text),
                None => content(entry, blobs)?.into(),
            };
            known.insert(&entry.id, Arc::clone(&text));
            rules.insert(lossy(&entry.path), text);
        }
    }
    Ok(walk_list(listed, &rules, above))
}

/// Reads the content of a file from git.
fn content(entry: &TreeEntry, blobs: &Blobs) -> Result<Vec<u8>, SessionError> {
    let path = || lossy(&entry.path);
    blobs.read(&entry.id).map_err(|reason| SessionError::Blob { path: path(), reason })
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
