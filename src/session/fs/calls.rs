//! The system calls for writing. Each call has its own function, so that tests can make any of them
//! fail.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this module contains the system calls for writing"
)]

use std::fs::{File, Metadata, OpenOptions, Permissions, ReadDir};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

#[cfg(test)]
pub(super) use self::faults::{Fault, with_faults};

/// A system call that a test can make fail. Each call has its own function in this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Call {
    Resolve,
    MakeFolder,
    /// Creating a temporary file.
    Create,
    Lock,
    Write,
    /// Renaming a temporary file to another temporary name.
    Name,
    /// Setting the owner and the group.
    Owner,
    /// Setting the permissions.
    Mode,
    Sync,
    /// Reading the metadata at a path, without following links.
    Look,
    /// Reading the metadata at a path, following links.
    Follow,
    /// Reading the metadata of an open file.
    Stat,
    /// Listing a folder.
    List,
    /// Opening a regular file to read it.
    Open,
    /// Opening a pipe, a terminal or a device to write to it.
    OpenStream,
    Read,
    /// Duplicating the handle of an open file.
    Clone,
    ListAttributes,
    GetAttribute,
    SetAttribute,
    /// Exchanging two files.
    Exchange,
    /// Renaming a file over any existing file.
    Replace,
    /// Renaming a file to an unused path.
    Publish,
    Remove,
    SyncFolder,
}

/// Returns the canonical path, without symbolic links.
pub(super) fn resolve(path: &Path) -> io::Result<PathBuf> {
    faults::allow(Call::Resolve)?;
    std::fs::canonicalize(path)
}

/// Creates a folder, unless something already exists at the path.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    let made = faults::allow(Call::MakeFolder).and_then(|()| std::fs::create_dir(path));
    match made {
        // Another process may have created the folder first.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Creates a new file that only its owner can read. Fails if the path is in use.
pub(super) fn create(path: &Path) -> io::Result<File> {
    faults::allow(Call::Create)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Locks a file for this process. Returns `false` if another process holds the lock.
pub(super) fn lock(file: &File) -> io::Result<bool> {
    faults::allow(Call::Lock)?;
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(std::fs::TryLockError::WouldBlock) => Ok(false),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Writes all of `bytes`, even if the system accepts only a part of them at a time.
pub(super) fn write(mut file: &File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let taken = faults::allow_part(Call::Write, bytes.len())
            .and_then(|most| file.write(&bytes[..most]));
        match taken {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => bytes = &bytes[taken..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Renames a temporary file of this process to another temporary name.
pub(super) fn name(from: &Path, to: &Path) -> io::Result<()> {
    faults::allow(Call::Name)?;
    std::fs::rename(from, to)
}

/// Sets the owner and the group of a file. `None` leaves the value unchanged.
#[cfg(unix)]
pub(super) fn set_owner(file: &File, user: Option<u32>, group: Option<u32>) -> io::Result<()> {
    faults::allow(Call::Owner)?;
    std::os::unix::fs::fchown(file, user, group)
}

/// Sets the permissions of a file.
pub(super) fn set_mode(file: &File, permissions: Permissions) -> io::Result<()> {
    faults::allow(Call::Mode)?;
    file.set_permissions(permissions)
}

/// Writes the content and the metadata of a file to the disk.
pub(super) fn sync(file: &File) -> io::Result<()> {
    faults::allow(Call::Sync)?;
    file.sync_all()
}

/// Returns the metadata at a path, without following a symbolic link, or `None` if nothing exists
/// there.
pub(super) fn look(path: &Path) -> io::Result<Option<Metadata>> {
    match faults::allow(Call::Look).and_then(|()| std::fs::symlink_metadata(path)) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the metadata at a path, following symbolic links, or `None` if nothing exists there.
pub(super) fn follow(path: &Path) -> io::Result<Option<Metadata>> {
    match faults::allow(Call::Follow).and_then(|()| std::fs::metadata(path)) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the metadata of an open file.
pub(super) fn stat(file: &File) -> io::Result<Metadata> {
    faults::allow(Call::Stat)?;
    file.metadata()
}

/// Lists the entries of a folder.
pub(super) fn list(folder: &Path) -> io::Result<ReadDir> {
    faults::allow(Call::List)?;
    std::fs::read_dir(folder)
}

/// Opens a pipe, a terminal or another file that is not regular, to write to it.
pub(super) fn open_stream(path: &Path) -> io::Result<File> {
    faults::allow(Call::OpenStream)?;
    OpenOptions::new().write(true).open(path)
}

/// Opens a regular file to read it. If a link or a pipe has just replaced the file, this neither
/// follows the link nor blocks on the pipe.
pub(super) fn open(path: &Path) -> io::Result<File> {
    faults::allow(Call::Open)?;
    open_unfollowed(path)
}

/// Opens a file for reading. Does not follow a symbolic link, and does not wait for the writer of a
/// pipe.
pub(super) fn open_unfollowed(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        let flags = flags.bits().cast_signed();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags);
    }
    options.open(path)
}

/// Reads an open file to its end.
pub(super) fn read(mut file: &File) -> io::Result<Vec<u8>> {
    faults::allow(Call::Read)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Duplicates the handle of an open file.
pub(super) fn clone(file: &File) -> io::Result<File> {
    faults::allow(Call::Clone)?;
    file.try_clone()
}

/// Returns the names of a file's extended attributes. If the file system does not support them, the
/// list is empty.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn attributes(file: &File) -> io::Result<Vec<Vec<u8>>> {
    use rustix::fs::{flistxattr, flistxattr_query};
    let listed = faults::allow(Call::ListAttributes).and_then(|()| {
        let mut names = vec![0; flistxattr_query(file)?];
        let length = flistxattr(file, &mut names[..])?;
        names.truncate(length);
        Ok(names)
    });
    let names = match listed {
        Err(error) if is_unsupported(&error) => return Ok(Vec::new()),
        names => names?,
    };
    let names = names.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(<[u8]>::to_vec).collect())
}

/// Returns the value of an extended attribute.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn attribute(file: &File, name: &[u8]) -> io::Result<Vec<u8>> {
    faults::allow(Call::GetAttribute)?;
    let mut value = vec![0; rustix::fs::fgetxattr_query(file, name)?];
    let length = rustix::fs::fgetxattr(file, name, &mut value[..])?;
    value.truncate(length);
    Ok(value)
}

/// Sets an extended attribute.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn set_attribute(file: &File, name: &[u8], value: &[u8]) -> io::Result<()> {
    faults::allow(Call::SetAttribute)?;
    Ok(rustix::fs::fsetxattr(file, name, value, rustix::fs::XattrFlags::empty())?)
}

/// Exchanges two files atomically.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    faults::allow(Call::Exchange)?;
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

/// Fails with [`ErrorKind::Unsupported`], because this system cannot exchange two files.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn exchange(_one: &Path, _other: &Path) -> io::Result<()> {
    faults::allow(Call::Exchange)?;
    Err(ErrorKind::Unsupported.into())
}

/// Renames a file, and replaces any file at `to`.
pub(super) fn replace(from: &Path, to: &Path) -> io::Result<()> {
    faults::allow(Call::Replace)?;
    std::fs::rename(from, to)
}

/// Renames a file to an unused path. Fails with [`ErrorKind::AlreadyExists`] if anything exists at
/// `to`.
pub(super) fn publish(from: &Path, to: &Path) -> io::Result<()> {
    faults::allow(Call::Publish)?;
    let from = tempfile::TempPath::try_from_path(from)?;
    from.persist_noclobber(to).map_err(|failed| {
        // Keep the temporary file: the caller removes it.
        let _ = failed.path.keep();
        failed.error
    })
}

/// Removes a file.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    faults::allow(Call::Remove)?;
    std::fs::remove_file(path)
}

/// Writes a folder to the disk, so that renames in it survive a power failure. Does nothing on file
/// systems that do not support this.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    let synced = faults::allow(Call::SyncFolder).and_then(|()| File::open(folder)?.sync_all());
    match synced {
        Err(error) if is_unsupported(&error) => Ok(()),
        synced => synced,
    }
}

/// Does nothing, because folders cannot be written to the disk separately on this system.
#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> io::Result<()> {
    faults::allow(Call::SyncFolder)
}

/// Returns whether an error means that the file system does not support the call.
pub(super) fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput)
}

#[cfg(not(test))]
mod faults {
    use super::{Call, io};

    /// Allows every call.
    #[expect(clippy::unnecessary_wraps, reason = "the version for tests can fail")]
    pub(super) fn allow(_call: Call) -> io::Result<()> {
        Ok(())
    }

    /// Allows every call to write all of its bytes.
    #[expect(clippy::unnecessary_wraps, reason = "the version for tests can fail")]
    pub(super) fn allow_part(_call: Call, all: usize) -> io::Result<usize> {
        Ok(all)
    }
}

#[cfg(test)]
mod faults {
    use std::cell::RefCell;

    use super::{Call, io};

    /// The outcome that a test chooses for a system call.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(in crate::session::fs) enum Fault {
        /// The call is made.
        None,
        /// The call is made, but a write writes only its first byte.
        Short,
        /// The call is not made, and fails with this error number.
        Fails(i32),
    }

    type Faults = Box<dyn FnMut(Call) -> Fault>;

    thread_local! {
        static FAULTS: RefCell<Option<Faults>> = const { RefCell::new(None) };
    }

    /// Runs `work`. `faults` chooses the outcome of each system call of this thread, right before
    /// the call. It may also act like another process at that time.
    pub(in crate::session::fs) fn with_faults<T>(
        faults: impl FnMut(Call) -> Fault + 'static,
        work: impl FnOnce() -> T,
    ) -> T {
        FAULTS.set(Some(Box::new(faults)));
        let done = work();
        FAULTS.set(None);
        done
    }

    /// Returns the error that a test chose for a call, if any.
    pub(super) fn allow(call: Call) -> io::Result<()> {
        allow_part(call, 0).map(|_| ())
    }

    /// Returns the number of bytes that a call may write, or the error that a test chose.
    pub(super) fn allow_part(call: Call, all: usize) -> io::Result<usize> {
        let fault = FAULTS.with_borrow_mut(|faults| faults.as_mut().map(|faults| faults(call)));
        match fault.unwrap_or(Fault::None) {
            Fault::None => Ok(all),
            Fault::Short => Ok(all.min(1)),
            Fault::Fails(code) => Err(io::Error::from_raw_os_error(code)),
        }
    }
}
