//! Writing files: each whole or not at all, and none over what somebody else wrote meanwhile.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::seen::{Found, Seen};
use super::temporary::{Temporary, sweep_folder};
use super::{attributes, calls, seen};
use crate::cli::interrupt;
use crate::fix::FixedFile;

/// How often what comes out of an exchange is put back while somebody else goes on saving.
const TRIES: u32 = 100;

/// What became of an attempt to write a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Written {
    /// It is written.
    Done,
    /// It is written, but its folder could not be put on the disk, for this reason: if the power fails now,
    /// it may be the old one again.
    Unsure(String),
    /// Somebody else changed it meanwhile, so it was left alone.
    Changed,
}

/// What is said of files that are [`Written::Unsure`].
pub(in crate::cli) const UNSURE: &str = "written, but may be lost if the power fails now";

/// What a new file may take the place of.
enum Place {
    /// Whatever lies there.
    Any(Found),
    /// Nothing: it must not be there.
    Free,
    /// This file, unchanged.
    Of(Box<Seen>),
}

/// Writes what became of a page, whole or not at all, and only if the page is still what it
/// was. Neither it nor a folder above it may be a symbolic link.
pub(in crate::cli) fn write_page(root: &Path, mended: &FixedFile) -> Result<Written, String> {
    let path = root.join(&mended.path);
    let refused = || format!("{} is no file of the archive's own: it is left alone", mended.path);
    let folder = path.parent().ok_or_else(refused)?;
    let in_words = |error: io::Error| error.to_string();
    if mended.before.is_some() && calls::look(folder).map_err(in_words)?.is_none() {
        return Ok(Written::Changed);
    }
    if !make_folders(root, folder).map_err(in_words)? {
        return Err(refused());
    }
    let found = Found::at(&path).map_err(in_words)?;
    if matches!(found, Found::Other) {
        return Err(refused());
    }
    write_if_unchanged(&path, found, mended.before.as_deref(), &mended.after).map_err(in_words)
}

/// Makes the folders between `root`, which is canonical, and `folder` that are not there. Returns
/// whether the folder is one of the archive's own, with no symbolic link above it.
pub(in crate::cli) fn make_folders(root: &Path, folder: &Path) -> io::Result<bool> {
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

/// Writes a file, whole or not at all, in the place of one that held `before`, or of none. If another
/// process changed it meanwhile, it is left alone.
pub(in crate::cli) fn write_over(
    path: &Path,
    before: Option<&[u8]>,
    content: &[u8],
) -> io::Result<Written> {
    sweep_folder(folder_of(path));
    match Found::at(path)? {
        Found::Other => Err(seen::not_regular()),
        found => write_if_unchanged(path, found, before, content),
    }
}

fn write_if_unchanged(
    path: &Path,
    found: Found,
    before: Option<&[u8]>,
    content: &[u8],
) -> io::Result<Written> {
    let place = match (found, before) {
        (Found::File(seen), Some(before)) if seen.bytes == before => Place::Of(seen),
        (Found::Nothing, None) => Place::Free,
        _ => return Ok(Written::Changed),
    };
    put(path, content, &place)
}

/// Writes a report to a file, whole or not at all: through a temporary file beside it. What is no
/// file, such as a terminal or a pipe, is written to as it is. A symbolic link is followed: whoever names
/// the file refuses those that a commit can hold.
pub(in crate::cli) fn write_whole(path: &Path, report: &[u8]) -> io::Result<Written> {
    let metadata = calls::follow(path)?;
    if metadata.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        return calls::write(&calls::open_stream(path)?, report).map(|()| Written::Done);
    }
    let path = if metadata.is_some() { calls::resolve(path)? } else { path.to_path_buf() };
    sweep_folder(folder_of(&path));
    let place = Place::Any(Found::at(&path)?);
    put(&path, report, &place)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Puts a file at `path`, in one step: whoever looks sees what was there or all of the new content.
/// Permissions and, where that is allowed, the owner and other attributes stay.
fn put(path: &Path, content: &[u8], place: &Place) -> io::Result<Written> {
    interrupt::finishing(|| {
        let folder = folder_of(path);
        let mut new = Temporary::new(folder)?;
        calls::write(&new.file, content)?;
        let old = match place {
            Place::Of(old) | Place::Any(Found::File(old)) => Some(old),
            Place::Free | Place::Any(_) => None,
        };
        new.is_whole(old.map_or(content, |old| &old.bytes), content)?;
        match old {
            Some(old) => attributes::keep(&new.file, &old.file, &old.metadata)?,
            None => attributes::make_readable(&new.file)?,
        }
        calls::sync(&new.file)?;
        let written = match place {
            Place::Any(_) => replace(new, path)?,
            Place::Free => publish(new, path)?,
            Place::Of(old) => exchange(new, path, old, content)?,
        };
        Ok(match (written, calls::sync_folder(folder)) {
            (Written::Done, Err(error)) => Written::Unsure(error.to_string()),
            (written, _) => written,
        })
    })
}

fn replace(mut new: Temporary, path: &Path) -> io::Result<Written> {
    calls::replace(&new.path, path)?;
    new.is_removed = false;
    Ok(Written::Done)
}

/// Puts a new file where there is none.
fn publish(mut new: Temporary, path: &Path) -> io::Result<Written> {
    match calls::publish(&new.path, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(Written::Changed),
        published => published?,
    }
    new.is_removed = false;
    Ok(Written::Done)
}

/// Puts a new file in the place of `old`. Between a comparison and a rename somebody else could save
/// the page, so the two files change places, and what comes out is compared: if it is not what was
/// meant, it goes back. Where the file system cannot do that, the comparison is made right before a
/// rename.
fn exchange(new: Temporary, path: &Path, old: &Seen, content: &[u8]) -> io::Result<Written> {
    if !Found::at(path)?.is(old) {
        return Ok(Written::Changed);
    }
    match calls::exchange(&new.path, path) {
        Err(error) if calls::is_unsupported(&error) => return replace(new, path),
        // Somebody removed the page meanwhile.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Written::Changed),
        exchanged => exchanged?,
    }
    // The temporary file's name is that of what was at the path now.
    match Found::at(&new.path) {
        // A run that looked for files of killed ones knew it for the old page, and removed it.
        Ok(Found::Nothing) => Ok(Written::Done),
        Ok(found) if found.is(old) => Ok(Written::Done),
        Ok(_) => put_back(new, path, content).map(|()| Written::Changed),
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
        io::Error::new(error.kind(), format!("{error}; what was saved meanwhile is in {kept}"))
    })
}

fn exchange_back(new: &Temporary, path: &Path, content: &[u8]) -> io::Result<()> {
    let (metadata, file) = (calls::stat(&new.file)?, calls::clone(&new.file)?);
    let mut put_in = Found::File(Box::new(Seen { file, metadata, bytes: content.to_vec() }));
    for _ in 0..TRIES {
        let put_next = Found::at(&new.path);
        calls::exchange(&new.path, path)?;
        let out = Found::at(&new.path)?;
        if let Found::File(put_in) = &put_in
            && out.is(put_in)
        {
            return Ok(());
        }
        put_in = put_next?;
    }
    Err(io::Error::other("it is saved again and again"))
}
