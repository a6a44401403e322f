//! An index of all pages of an archive, for questions that concern many pages.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use xxhash_rust::xxh3::xxh3_64;

use super::check::Session;
use super::clock;
use super::error::SessionError;
use super::fs::{self, Disk};
use super::selection;
use crate::archive::Archive;
use crate::archive::page::Page;
use crate::linter::{PageSource, ReadError, gather};
use crate::span::{FileId, SourceText};

/// An index of all pages of an archive.
pub(crate) struct PageIndex {
    session: Session,
    archive: Archive,
    disk: Disk,
    /// What is known about each file, by its id. Nothing is known about files that are not pages.
    pages: Vec<IndexedPage>,
}

/// What the index knows about a page.
#[derive(Default)]
pub(crate) struct IndexedPage {
    /// The visible text of the title.
    pub(crate) title: Option<Box<str>>,
    /// The day.
    pub(crate) date: Option<Date>,
    /// The files that the links of the page lead to, sorted.
    targets: Box<[FileId]>,
    /// The folders that the links of the page lead to, sorted.
    folders: Box<[String]>,
    /// A hash of the front matter, which can decide the address of the page.
    front_matter: Option<u64>,
}

impl IndexedPage {
    fn new(archive: &Archive, page: &Page<'_>) -> Self {
        let links = (0..page.links.len()).filter_map(|link| page.target_file(archive, link));
        let mut targets: Vec<FileId> = links.collect();
        targets.sort_unstable();
        targets.dedup();
        let links = (0..page.links.len()).filter_map(|link| page.target_folder(archive, link));
        let mut folders: Vec<String> = links.collect();
        folders.sort_unstable();
        folders.dedup();
        let front_matter = page.front_matter();
        Self {
            title: page.title().map(|(_, words)| words.into()),
            date: page.day(),
            targets: targets.into(),
            folders: folders.into(),
            front_matter: front_matter.map(|front| xxh3_64(front.span.of(page.text()).as_bytes())),
        }
    }
}

impl Session {
    /// Reads all pages of the archive.
    ///
    /// # Errors
    /// Returns the same errors as [`Session::check`].
    pub(crate) fn into_index(self) -> Result<PageIndex, SessionError> {
        let mut input = self.files()?;
        let walked = input.take();
        let project = input.project(&self.settings, walked);
        let linter = project.linter(&*input.source, clock::today());
        let archive = &project.archive;
        let mut pages = Vec::new();
        pages.resize_with(archive.paths.ids().len(), IndexedPage::default);
        self.threads.run(|| {
            linter.find_addresses();
            let all: Vec<_> = archive.paths.ids().filter(|file| archive.is_page(*file)).collect();
            let look = |file, source: &SourceText| {
                (file, IndexedPage::new(archive, &self.parse(archive, file, source)))
            };
            gather(archive, &all, &*input.source, look, |(file, page)| pages[file.index()] = page);
        });
        let disk = Disk::new(&self.settings.root, &archive.paths, &project.obstacles);
        drop(linter);
        let archive = project.archive;
        Ok(PageIndex { session: self, archive, disk, pages })
    }

    /// Parses a page, and resolves its links.
    pub(crate) fn parse<'a>(
        &self,
        archive: &Archive,
        file: FileId,
        source: &'a SourceText,
    ) -> Page<'a> {
        Page::read(archive, &self.settings.reader(&archive.syntax), file, source)
    }
}

impl PageIndex {
    /// Returns the archive.
    pub(crate) fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Returns the archive's root.
    pub(crate) fn root(&self) -> &Path {
        self.session.root()
    }

    /// Returns what is known about a file.
    pub(crate) fn page(&self, file: FileId) -> &IndexedPage {
        &self.pages[file.index()]
    }

    /// Returns all files that are pages, in the order of their paths.
    pub(crate) fn files(&self) -> impl Iterator<Item = FileId> {
        self.archive.paths.ids().filter(|file| self.archive.is_page(*file))
    }

    /// Returns the pages with links to any of these files, which are sorted. There may be many files, but a
    /// page has few links.
    pub(crate) fn linking_to(&self, files: &[FileId]) -> Vec<FileId> {
        let links = |file: &FileId| {
            let targets = &self.page(*file).targets;
            targets.iter().any(|target| files.binary_search(target).is_ok())
        };
        self.files().filter(links).collect()
    }

    /// Returns the pages with links to any of these folders. Their paths are relative to the archive's root.
    pub(crate) fn linking_to_folders(&self, folders: &BTreeSet<&str>) -> Vec<FileId> {
        let links = |file: &FileId| {
            self.page(*file).folders.iter().any(|folder| folders.contains(&**folder))
        };
        self.files().filter(links).collect()
    }

    /// Returns the file at an absolute path.
    pub(crate) fn file(&self, path: &Path) -> Option<FileId> {
        self.archive.paths.file(&self.name(path)?)
    }

    /// Returns a path relative to the archive's root. Returns `None` if it is outside.
    pub(crate) fn name(&self, path: &Path) -> Option<String> {
        selection::name(path, &self.session.settings).ok()
    }

    /// Returns the absolute path of a file.
    pub(crate) fn path(&self, file: FileId) -> PathBuf {
        self.root().join(self.archive.path(file))
    }

    /// Reads a page from the disk. Returns `None` if it cannot be read.
    pub(crate) fn read(&self, file: FileId) -> Option<SourceText> {
        let bytes = self.disk.read(self.archive.path(file)).ok()?;
        u32::try_from(bytes.len()).ok()?;
        Some(SourceText::from_bytes(&bytes))
    }

    /// Parses a page, and resolves its links.
    pub(crate) fn parse<'a>(&self, file: FileId, source: &'a SourceText) -> Page<'a> {
        self.session.parse(&self.archive, file, source)
    }

    /// Parses a page as a file of another archive, and resolves its links there.
    pub(crate) fn parse_in<'a>(
        &self,
        archive: &Archive,
        file: FileId,
        source: &'a SourceText,
    ) -> Page<'a> {
        self.session.parse(archive, file, source)
    }

    /// Returns whether the archive leaves out a file at an absolute path, for example because of a `.gitignore`.
    pub(crate) fn leaves_out(&self, path: &Path) -> bool {
        self.session.leaves_out(path)
    }

    /// Returns the archive after renames of files. `moves` contains their new paths by their old
    /// paths, which are relative to the archive's root, and `gone` the paths of files that leave the archive.
    ///
    /// # Errors
    /// Returns an error if the files cannot be listed.
    pub(crate) fn renamed(
        &self,
        moves: &BTreeMap<String, String>,
        gone: &[String],
    ) -> Result<Archive, SessionError> {
        let session = &self.session;
        let mut input = session.files()?;
        let removed: Vec<_> = moves.keys().chain(gone).cloned().collect();
        let walked = input.take().with_other_files(moves.values().cloned().collect(), &removed);
        let old_paths = moves.iter().map(|(old, new)| (new.as_str(), old.as_str())).collect();
        let source = Moved { source: &*input.source, old_paths };
        let project = input.project(&session.settings, walked);
        let linter = project.linter(&source, clock::today());
        session.threads.run(|| linter.find_addresses());
        drop(linter);
        Ok(project.archive)
    }

    /// Reads a page again, from `text` or else from the disk. Returns whether the index is still
    /// complete: it is not if the page is new or gone, or if its address may have changed.
    pub(crate) fn refresh(&mut self, path: &Path, text: Option<&SourceText>) -> bool {
        let Some(file) = self.file(path) else { return !self.has_new_file(path, text.is_some()) };
        if !self.archive.is_page(file) {
            return text.is_some() || fs::is_there(path);
        }
        let read = if text.is_none() { self.read(file) } else { None };
        let Some(source) = text.or(read.as_ref()) else { return false };
        let page = IndexedPage::new(&self.archive, &self.parse(file, source));
        let is_complete = !self.archive.site.has_addresses()
            || page.front_matter == self.pages[file.index()].front_matter;
        self.pages[file.index()] = page;
        is_complete
    }

    /// Returns whether a file that the index lacks is now in the archive.
    fn has_new_file(&self, path: &Path, is_open: bool) -> bool {
        let Some(name) = self.name(path) else { return false };
        (is_open || fs::is_there(path))
            && !self.archive.paths.is_folder(&name)
            && !self.leaves_out(path)
    }
}

/// The pages of an archive, some of them at new paths.
struct Moved<'a> {
    source: &'a dyn PageSource,
    old_paths: BTreeMap<&'a str, &'a str>,
}

impl PageSource for Moved<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.source.read(self.old_paths.get(path).unwrap_or(&path))
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test writes an archive")]
mod tests {
    use super::super::options::CheckOptions;
    use super::*;

    #[test]
    fn an_index_of_a_site_is_built_again_only_if_addresses_may_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a folder");
        let write = |path: &str, text: &str| {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("folders");
            std::fs::write(&file, text).expect("a file");
            file
        };
        write(
            "dateline.toml",
            "preset = \"jekyll\"\n[site]\nhost = \"a.example\"\npermalink = [\"/{title}/\"]\n",
        );
        write(".gitignore", "_site/\n");
        let post = write("_posts/2012-03-25-a.md", "---\ntitle: A\n---\n\ntext\n");
        let session = Session::open(&root, CheckOptions::default()).expect("a session");
        let mut index = session.into_index().expect("an index");
        assert!(index.archive.site.has_addresses());
        let refresh = |index: &mut PageIndex, text: &str| {
            index.refresh(&post, Some(&SourceText::from_bytes(text.as_bytes())))
        };
        assert!(refresh(&mut index, "---\ntitle: A\n---\n\nother text\n"));
        assert!(!refresh(&mut index, "---\ntitle: A\npermalink: /b/\n---\n\ntext\n"));
        assert!(index.refresh(&write("_site/a.md", "# A\n"), None), "a file that is left out");
        assert!(index.refresh(&root.join("_posts"), None), "a folder");
        assert!(!index.refresh(&write("b.md", "# B\n"), None), "a new page");
    }
}
