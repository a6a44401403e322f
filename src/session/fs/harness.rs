//! Writes files in temporary folders, while a test chooses the outcome of each system call.

#![expect(clippy::disallowed_methods, reason = "these tests read and write files directly")]

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rustix::io::Errno;

use super::calls::{Call, Fault, with_faults};
use super::temporary::sweep_folder;
use super::{WriteOutcome, write_over, write_page, write_whole};
use crate::fix::FixedFile;
use crate::session::baseline;
use crate::session::error::SessionError;
use crate::session::fix_loop::PlannedFixes;
use crate::session::output::OutputFile;

/// The content of the file before the write.
pub(super) const OLD: &str = "what was there\n";
/// The content that is written.
pub(super) const NEW: &str = "what is to be there\n";
/// The content that an editor saves during the write.
pub(super) const EDIT: &str = "what an editor saved\n";

/// A way to write a file, as a page, a baseline or a report.
#[derive(Clone, Copy)]
pub(super) struct Way {
    /// The description for messages of tests.
    pub(super) name: &'static str,
    /// The path of the file, relative to the root.
    pub(super) path: &'static str,
    /// Whether the file exists before the write.
    pub(super) is_there: bool,
    /// Whether the file system can exchange two files.
    pub(super) exchanges: bool,
    /// Writes the file below a root.
    pub(super) write: fn(&Path) -> Result<WriteOutcome, String>,
    /// Writes the file below a root, as a command does, and returns the result of the command.
    pub(super) end: fn(&Path) -> Result<(), SessionError>,
}

fn fixed(path: &str, before: Option<&str>) -> FixedFile {
    let bytes = |text: &str| text.as_bytes().to_vec();
    FixedFile { path: path.to_owned(), before: before.map(bytes), after: bytes(NEW) }
}

fn end_page(root: &Path, fixed: FixedFile) -> Result<(), SessionError> {
    PlannedFixes::of(root, vec![fixed]).write().check_written()
}

fn end_baseline(root: &Path, before: Option<&[u8]>) -> Result<(), SessionError> {
    Ok(baseline::put(&root.join("baseline.jsonl"), before, NEW.as_bytes())?)
}

fn end_report(root: &Path) -> Result<(), SessionError> {
    let written = OutputFile::unchecked(&root.join("report.json")).write(NEW.as_bytes());
    written.map_err(|error| SessionError::Write(error.to_string()))
}

fn write_baseline(root: &Path, before: Option<&[u8]>) -> Result<WriteOutcome, String> {
    let written = write_over(&root.join("baseline.jsonl"), before, NEW.as_bytes());
    written.map_err(|error| error.to_string())
}

fn page(root: &Path, fixed: &FixedFile) -> Result<WriteOutcome, String> {
    write_page(root, fixed).map_err(|error| error.to_string())
}

fn report(root: &Path) -> Result<WriteOutcome, String> {
    let written = write_whole(&root.join("report.json"), NEW.as_bytes());
    written.map_err(|error| error.to_string())
}

/// A page that already exists.
pub(super) const PAGE: Way = Way {
    name: "a page",
    path: "a/page.md",
    is_there: true,
    exchanges: true,
    write: |root| page(root, &fixed("a/page.md", Some(OLD))),
    end: |root| end_page(root, fixed("a/page.md", Some(OLD))),
};

/// The same page on a file system that cannot exchange two files.
pub(super) const PAGE_BY_RENAME: Way =
    Way { name: "a page, by a rename", exchanges: false, ..PAGE };

/// A new page in folders that do not exist yet.
pub(super) const NEW_PAGE: Way = Way {
    name: "a new page in new folders",
    path: "b/c/page.md",
    is_there: false,
    exchanges: true,
    write: |root| page(root, &fixed("b/c/page.md", None)),
    end: |root| end_page(root, fixed("b/c/page.md", None)),
};

const REPORT: Way =
    Way { name: "a report", path: "report.json", write: report, end: end_report, ..PAGE };

/// All ways to write a file.
pub(super) const WAYS: [Way; 7] = [
    PAGE,
    PAGE_BY_RENAME,
    NEW_PAGE,
    Way {
        name: "a baseline",
        path: "baseline.jsonl",
        write: |root| write_baseline(root, Some(OLD.as_bytes())),
        end: |root| end_baseline(root, Some(OLD.as_bytes())),
        ..PAGE
    },
    Way {
        name: "a new baseline",
        path: "baseline.jsonl",
        is_there: false,
        write: |root| write_baseline(root, None),
        end: |root| end_baseline(root, None),
        ..PAGE
    },
    REPORT,
    Way { name: "a new report", is_there: false, ..REPORT },
];

/// The result of writing a file in a temporary folder.
pub(super) struct WriteAttempt<T = Result<WriteOutcome, String>> {
    _folder: tempfile::TempDir,
    root: PathBuf,
    /// The absolute path of the file.
    pub(super) path: PathBuf,
    /// The result of the write.
    pub(super) written: T,
    /// The system calls that the write made, in order.
    pub(super) calls: Vec<Call>,
}

impl Way {
    /// Writes the file. `fault` chooses the outcome of each system call, given the number of
    /// earlier calls, the call and the file's path.
    pub(super) fn run(
        self,
        fault: impl FnMut(usize, Call, &Path) -> Fault + 'static,
    ) -> WriteAttempt {
        self.run_as(self.write, fault)
    }

    /// Writes the file as a command does. `fault` chooses the outcome of each system call, as in
    /// [`Self::run`].
    pub(super) fn end(
        self,
        fault: impl FnMut(usize, Call, &Path) -> Fault + 'static,
    ) -> WriteAttempt<Result<(), SessionError>> {
        self.run_as(self.end, fault)
    }

    fn run_as<T>(
        self,
        write: fn(&Path) -> T,
        mut fault: impl FnMut(usize, Call, &Path) -> Fault + 'static,
    ) -> WriteAttempt<T> {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let path = root.join(self.path);
        if self.is_there {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, OLD).unwrap();
        }
        let made: Rc<Cell<Vec<Call>>> = Rc::default();
        let (list, place) = (Rc::clone(&made), path.clone());
        let faults = move |call| {
            let mut calls = list.take();
            let fault = fault(calls.len(), call, &place);
            calls.push(call);
            list.set(calls);
            match fault {
                Fault::None if call == Call::Exchange && !self.exchanges => fails(Errno::INVAL),
                fault => fault,
            }
        };
        let written = with_faults(faults, || write(&root));
        WriteAttempt { _folder: folder, root, path, written, calls: made.take() }
    }

    /// Returns the system calls of a write in which no call fails.
    pub(super) fn calls(self) -> Vec<Call> {
        let outcome = self.run(|_, _, _| Fault::None);
        assert_eq!(outcome.written, Ok(WriteOutcome::Done), "{}", self.name);
        assert_eq!(outcome.read(), Some(NEW.to_owned()));
        assert_eq!(outcome.beside(), Vec::<PathBuf>::new());
        outcome.calls
    }
}

impl<T> WriteAttempt<T> {
    /// Returns the content of the file, or `None` if it cannot be read.
    pub(super) fn read(&self) -> Option<String> {
        fs::read_to_string(&self.path).ok()
    }

    /// Returns the paths of all other files below the root.
    pub(super) fn beside(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path != self.path {
                    found.push(path);
                }
            }
        }
        found
    }

    /// Asserts that the file has its old or its new content, and that the next run removes all
    /// temporary files.
    pub(super) fn is_sound(&self, is_there: bool, what: &str) {
        let old = is_there.then(|| OLD.to_owned());
        let found = self.read();
        assert!(found == old || found.as_deref() == Some(NEW), "{what}: {found:?}");
        if let Some(folder) = self.path.parent().filter(|folder| folder.is_dir()) {
            sweep_folder(folder);
        }
        assert_eq!(self.beside(), Vec::<PathBuf>::new(), "{what}");
    }
}

/// Returns the fault that makes a call fail with `error`.
pub(super) fn fails(error: Errno) -> Fault {
    Fault::Fails(error.raw_os_error())
}
