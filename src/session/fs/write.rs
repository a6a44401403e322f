//! Writes files atomically, without overwriting changes that another program makes at the same
//! time.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::snapshot::{PathEntry, Snapshot};
use super::temporary::{Temporary, sweep_folder};
use super::write_lock::hold_write_lock;
use super::{attributes, calls, snapshot};
use crate::fix::FixedFile;

/// The maximum number of attempts to put back a file while another program keeps saving it.
const TRIES: u32 = 100;

/// The outcome of an attempt to write a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::session) enum WriteOutcome {
    /// The file is written.
    Done,
    /// The file is written, but its folder could not be synced to the disk, for the given reason. A
    /// power failure may bring back the old file.
    Unsure(String),
    /// Another program changed the file, so the new content was not written.
    Changed,
}

/// The message about files that are [`WriteOutcome::Unsure`].
pub(in crate::session) const UNSURE: &str = "written, but a power failure may lose it";

/// The reason why a page could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WritePageError {
    /// The page is not a regular file in the archive, or its path contains a symbolic link.
    #[error("{path} is not a regular file inside the archive")]
    Foreign {
        /// The page's path, relative to the archive's root.
        path: String,
    },
    /// The system failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The file that a new file may replace.
enum Expected {
    /// Any file at the path, or none.
    Anything(PathEntry),
    /// No file: the path must be unused.
    Nothing,
    /// Only this file, unchanged.
    Snapshot(Box<Snapshot>),
}

/// Writes the new content of a page atomically, if the page has not changed.
///
/// # Errors
/// Returns an error if the write fails, or if the page or a folder above it is a symbolic link.
pub(in crate::session) fn write_page(
    root: &Path,
    fixed: &FixedFile,
) -> Result<WriteOutcome, WritePageError> {
    let path = root.join(&fixed.path);
    let refused = || WritePageError::Foreign { path: fixed.path.clone() };
    let folder = path.parent().ok_or_else(refused)?;
    if fixed.before.is_some() && calls::look(folder)?.is_none() {
        return Ok(WriteOutcome::Changed);
    }
    if !make_folders(root, folder)? {
        return Err(refused());
    }
    let found = PathEntry::at(&path)?;
    if matches!(found, PathEntry::Other) {
        return Err(refused());
    }
    Ok(write_if_unchanged(&path, found, fixed.before.as_deref(), &fixed.after)?)
}

/// Creates `folder` and the missing folders between it and `root`, which must be canonical. Returns
/// whether the folder is inside the archive and is reached without symbolic links.
pub(in crate::session) fn make_folders(root: &Path, folder: &Path) -> io::Result<bool> {
    if !folder.starts_with(root) {
        return Ok(false);
    }
    if calls::look(folder)?.is_none() {
        let above = folder.parent().unwrap_or(root);
        if !make_folders(root, above)? {
            return Ok(false);
        }
        calls::make_folder(folder)?;
    }
    Ok(calls::resolve(folder)? == folder)
}

/// Writes a file atomically if it has not changed since it was read. `before` is the content at
/// that time, or `None` if the file did not exist. Returns [`WriteOutcome::Changed`] if another
/// program has changed the file.
pub(in crate::session) fn write_over(
    path: &Path,
    before: Option<&[u8]>,
    content: &[u8],
) -> io::Result<WriteOutcome> {
    sweep_folder(folder_of(path));
    match PathEntry::at(path)? {
        PathEntry::Other => Err(snapshot::not_regular()),
        found => write_if_unchanged(path, found, before, content),
    }
}

fn write_if_unchanged(
    path: &Path,
    found: PathEntry,
    before: Option<&[u8]>,
    content: &[u8],
) -> io::Result<WriteOutcome> {
    let expected = match (found, before) {
        (PathEntry::File(seen), Some(before)) if seen.bytes == before => Expected::Snapshot(seen),
        (PathEntry::Nothing, None) => Expected::Nothing,
        _ => return Ok(WriteOutcome::Changed),
    };
    put(path, content, &expected)
}

/// Writes a report to a file atomically, through a temporary file in the same folder.
///
/// Writes directly to anything that is not a regular file, such as a terminal or a pipe. Follows
/// symbolic links, so the caller must refuse links that could come from a commit.
pub(in crate::session) fn write_whole(path: &Path, report: &[u8]) -> io::Result<WriteOutcome> {
    let metadata = calls::follow(path)?;
    if metadata.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        return calls::write(&calls::open_stream(path)?, report).map(|()| WriteOutcome::Done);
    }
    let path = if metadata.is_some() { calls::resolve(path)? } else { path.to_path_buf() };
    sweep_folder(folder_of(&path));
    let expected = Expected::Anything(PathEntry::at(&path)?);
    put(&path, report, &expected)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Writes a file atomically: other programs read either the old content or all of the new content.
/// Keeps the permissions and, if the system allows it, the owner and other attributes.
fn put(path: &Path, content: &[u8], expected: &Expected) -> io::Result<WriteOutcome> {
    hold_write_lock(|| {
        let folder = folder_of(path);
        let mut new = Temporary::new(folder)?;
        calls::write(&new.file, content)?;
        let old = match expected {
            Expected::Snapshot(old) | Expected::Anything(PathEntry::File(old)) => Some(old),
            Expected::Nothing | Expected::Anything(_) => None,
        };
        new.is_whole(old.map_or(content, |old| &old.bytes), content)?;
        match old {
            Some(old) => attributes::keep(&new.file, &old.file, &old.metadata)?,
            None => attributes::make_readable(&new.file)?,
        }
        calls::sync(&new.file)?;
        let written = match expected {
            Expected::Anything(_) => replace(new, path)?,
            Expected::Nothing => publish(new, path)?,
            Expected::Snapshot(old) => exchange(new, path, old, content)?,
        };
        Ok(match (written, calls::sync_folder(folder)) {
            (WriteOutcome::Done, Err(error)) => WriteOutcome::Unsure(error.to_string()),
            (written, _) => written,
        })
    })
}

fn replace(mut new: Temporary, path: &Path) -> io::Result<WriteOutcome> {
    calls::replace(&new.path, path)?;
    new.is_removed = false;
    Ok(WriteOutcome::Done)
}

/// Moves a new file to an unused path.
fn publish(mut new: Temporary, path: &Path) -> io::Result<WriteOutcome> {
    match calls::publish(&new.path, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(WriteOutcome::Changed),
        published => published?,
    }
    new.is_removed = false;
    Ok(WriteOutcome::Done)
}

/// Replaces `old` with a new file.
///
/// Another program could save the page between a comparison and a rename. This function therefore
/// exchanges the two files first, and then examines the file that was replaced. If that file is not
/// `old`, it is put back. If the file system cannot exchange files, the comparison happens right
/// before a rename.
fn exchange(
    new: Temporary,
    path: &Path,
    old: &Snapshot,
    content: &[u8],
) -> io::Result<WriteOutcome> {
    if !PathEntry::at(path)?.is(old) {
        return Ok(WriteOutcome::Changed);
    }
    match calls::exchange(&new.path, path) {
        Err(error) if calls::is_unsupported(&error) => return replace(new, path),
        // Another program has removed the page.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(WriteOutcome::Changed),
        exchanged => exchanged?,
    }
    // The temporary name now refers to the file that was at the path.
    match PathEntry::at(&new.path) {
        // Another run recognized the file as a leftover and removed it.
        Ok(PathEntry::Nothing) => Ok(WriteOutcome::Done),
        Ok(found) if found.is(old) => Ok(WriteOutcome::Done),
        Ok(_) => put_back(new, path, content).map(|()| WriteOutcome::Changed),
        Err(error) => put_back(new, path, content).and(Err(error)),
    }
}

/// Puts back the file that an exchange replaced. If another program saves the page in the meantime,
/// that version stays.
fn put_back(mut new: Temporary, path: &Path, content: &[u8]) -> io::Result<()> {
    // The temporary name refers to another program's version, which must not be removed before it
    // is put back.
    new.is_removed = false;
    let done = exchange_back(&new, path, content);
    new.is_removed = done.is_ok();
    done.map_err(|error| {
        let kept = new.path.display();
        io::Error::new(
            error.kind(),
            format!("{error}; the version saved in the meantime is in {kept}"),
        )
    })
}

fn exchange_back(new: &Temporary, path: &Path, content: &[u8]) -> io::Result<()> {
    let (metadata, file) = (calls::stat(&new.file)?, calls::clone(&new.file)?);
    let mut put_in =
        PathEntry::File(Box::new(Snapshot { file, metadata, bytes: content.to_vec() }));
    for _ in 0..TRIES {
        let put_next = PathEntry::at(&new.path);
        calls::exchange(&new.path, path)?;
        let out = PathEntry::at(&new.path)?;
        if let PathEntry::File(put_in) = &put_in
            && out.is(put_in)
        {
            return Ok(());
        }
        put_in = put_next?;
    }
    Err(io::Error::other("another program keeps saving the file"))
}
