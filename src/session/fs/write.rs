//! Writing files: each whole or not at all, and none over what somebody else wrote meanwhile.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::snapshot::{PathEntry, Snapshot};
use super::temporary::{Temporary, sweep_folder};
use super::write_lock::hold_write_lock;
use super::{attributes, calls, snapshot};
use crate::fix::FixedFile;

/// How often what comes out of an exchange is put back while somebody else goes on saving.
const TRIES: u32 = 100;

/// What became of an attempt to write a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::session) enum WriteOutcome {
    /// It is written.
    Done,
    /// It is written, but its folder could not be put on the disk, for this reason: if the power fails now,
    /// it may be the old one again.
    Unsure(String),
    /// Somebody else changed it meanwhile, so it was left alone.
    Changed,
}

/// The message about files that are [`WriteOutcome::Unsure`].
pub(in crate::session) const UNSURE: &str = "written, but a power failure may lose it";

/// Why a page could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WritePageError {
    /// It is not a regular file of the archive, or a link leads to it.
    #[error("{path} is not a regular file inside the archive")]
    Foreign {
        /// The page's path, relative to the archive's root.
        path: String,
    },
    /// The system failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What a new file may replace.
enum Expected {
    /// Whatever lies there.
    Anything(PathEntry),
    /// Nothing: the path must be free.
    Nothing,
    /// This file, unchanged.
    Snapshot(Box<Snapshot>),
}

/// Writes what became of a page, whole or not at all, and only if the page is still what it
/// was. Neither it nor a folder above it may be a symbolic link.
pub(in crate::session) fn write_page(
    root: &Path,
    mended: &FixedFile,
) -> Result<WriteOutcome, WritePageError> {
    let path = root.join(&mended.path);
    let refused = || WritePageError::Foreign { path: mended.path.clone() };
    let folder = path.parent().ok_or_else(refused)?;
    if mended.before.is_some() && calls::look(folder)?.is_none() {
        return Ok(WriteOutcome::Changed);
    }
    if !make_folders(root, folder)? {
        return Err(refused());
    }
    let found = PathEntry::at(&path)?;
    if matches!(found, PathEntry::Other) {
        return Err(refused());
    }
    Ok(write_if_unchanged(&path, found, mended.before.as_deref(), &mended.after)?)
}

/// Makes the folders between `root`, which is canonical, and `folder` that are not there. Returns
/// whether the folder is one of the archive's own, with no symbolic link above it.
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

/// Writes a file, whole or not at all, in the expected of one that held `before`, or of none. If another
/// process changed it meanwhile, it is left alone.
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

/// Writes a report to a file, whole or not at all: through a temporary file beside it. What is no
/// file, such as a terminal or a pipe, is written to as it is. A symbolic link is followed: whoever names
/// the file refuses those that a commit can hold.
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

/// Puts a file at `path`, in one step: whoever looks sees what was there or all of the new content.
/// Permissions and, where that is allowed, the owner and other attributes stay.
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

/// Puts a new file where there is none.
fn publish(mut new: Temporary, path: &Path) -> io::Result<WriteOutcome> {
    match calls::publish(&new.path, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(WriteOutcome::Changed),
        published => published?,
    }
    new.is_removed = false;
    Ok(WriteOutcome::Done)
}

/// Puts a new file in the expected of `old`. Between a comparison and a rename somebody else could save
/// the page, so the two files change places, and what comes out is compared: if it is not what was
/// meant, it goes back. Where the file system cannot do that, the comparison is made right before a
/// rename.
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
        // Somebody removed the page meanwhile.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(WriteOutcome::Changed),
        exchanged => exchanged?,
    }
    // The temporary file's name is that of what was at the path now.
    match PathEntry::at(&new.path) {
        // A run that looked for files of killed ones knew it for the old page, and removed it.
        Ok(PathEntry::Nothing) => Ok(WriteOutcome::Done),
        Ok(found) if found.is(old) => Ok(WriteOutcome::Done),
        Ok(_) => put_back(new, path, content).map(|()| WriteOutcome::Changed),
        Err(error) => put_back(new, path, content).and(Err(error)),
    }
}

/// Puts back what came out of an exchange, and whatever is saved while that is done: the latest stays.
fn put_back(mut new: Temporary, path: &Path, content: &[u8]) -> io::Result<()> {
    // Until this is done, it is not ours to remove.
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
