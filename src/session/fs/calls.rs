//! The system calls for writing, one function each, so that tests can make any of them fail.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "writing goes through these calls"
)]

use std::fs::{File, Metadata, OpenOptions, Permissions, ReadDir};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

#[cfg(test)]
pub(super) use self::faults::{Fault, with_faults};

/// A system call that a test can let fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Call {
    Resolve,
    MakeFolder,
    Create,
    Lock,
    Write,
    Name,
    Owner,
    Mode,
    Sync,
    Look,
    Follow,
    Stat,
    List,
    Open,
    OpenStream,
    Read,
    Clone,
    ListAttributes,
    GetAttribute,
    SetAttribute,
    Exchange,
    Replace,
    Publish,
    Remove,
    SyncFolder,
}

/// The path without links.
pub(super) fn resolve(path: &Path) -> io::Result<PathBuf> {
    faults::allow(Call::Resolve)?;
    std::fs::canonicalize(path)
}

pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    let made = faults::allow(Call::MakeFolder).and_then(|()| std::fs::create_dir(path));
    match made {
        // Another process made it first.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Creates a new file that only its owner can read.
pub(super) fn create(path: &Path) -> io::Result<File> {
    faults::allow(Call::Create)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Locks a file as its process's own. Returns whether nobody else holds it.
pub(super) fn lock(file: &File) -> io::Result<bool> {
    faults::allow(Call::Lock)?;
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(std::fs::TryLockError::WouldBlock) => Ok(false),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Writes all of `bytes`, however little of them the system takes at once.
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

/// Gives a file that is this process's own another name.
pub(super) fn name(from: &Path, to: &Path) -> io::Result<()> {
    faults::allow(Call::Name)?;
    std::fs::rename(from, to)
}

#[cfg(unix)]
pub(super) fn set_owner(file: &File, user: Option<u32>, group: Option<u32>) -> io::Result<()> {
    faults::allow(Call::Owner)?;
    std::os::unix::fs::fchown(file, user, group)
}

pub(super) fn set_mode(file: &File, permissions: Permissions) -> io::Result<()> {
    faults::allow(Call::Mode)?;
    file.set_permissions(permissions)
}

pub(super) fn sync(file: &File) -> io::Result<()> {
    faults::allow(Call::Sync)?;
    file.sync_all()
}

/// What lies at a path, itself and not what a link leads to; none if there is nothing.
pub(super) fn look(path: &Path) -> io::Result<Option<Metadata>> {
    match faults::allow(Call::Look).and_then(|()| std::fs::symlink_metadata(path)) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What lies at a path, or what a link there leads to; none if there is nothing.
pub(super) fn follow(path: &Path) -> io::Result<Option<Metadata>> {
    match faults::allow(Call::Follow).and_then(|()| std::fs::metadata(path)) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What an open file is.
pub(super) fn stat(file: &File) -> io::Result<Metadata> {
    faults::allow(Call::Stat)?;
    file.metadata()
}

/// What lies in a folder.
pub(super) fn list(folder: &Path) -> io::Result<ReadDir> {
    faults::allow(Call::List)?;
    std::fs::read_dir(folder)
}

/// Opens what is no regular file, such as a pipe or a terminal, to write to it.
pub(super) fn open_stream(path: &Path) -> io::Result<File> {
    faults::allow(Call::OpenStream)?;
    OpenOptions::new().write(true).open(path)
}

/// Opens a regular file to read it. A link or a pipe that took its place in this moment is neither
/// followed nor waited for.
pub(super) fn open(path: &Path) -> io::Result<File> {
    faults::allow(Call::Open)?;
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

pub(super) fn read(mut file: &File) -> io::Result<Vec<u8>> {
    faults::allow(Call::Read)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The same open file once more.
pub(super) fn clone(file: &File) -> io::Result<File> {
    faults::allow(Call::Clone)?;
    file.try_clone()
}

/// The names of a file's extended attributes; none where there are no such attributes.
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

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn attribute(file: &File, name: &[u8]) -> io::Result<Vec<u8>> {
    faults::allow(Call::GetAttribute)?;
    let mut value = vec![0; rustix::fs::fgetxattr_query(file, name)?];
    let length = rustix::fs::fgetxattr(file, name, &mut value[..])?;
    value.truncate(length);
    Ok(value)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn set_attribute(file: &File, name: &[u8], value: &[u8]) -> io::Result<()> {
    faults::allow(Call::SetAttribute)?;
    Ok(rustix::fs::fsetxattr(file, name, value, rustix::fs::XattrFlags::empty())?)
}

/// Lets two files change places, in one step.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    faults::allow(Call::Exchange)?;
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn exchange(_one: &Path, _other: &Path) -> io::Result<()> {
    faults::allow(Call::Exchange)?;
    Err(ErrorKind::Unsupported.into())
}

/// Renames a file over whatever lies at `to`.
pub(super) fn replace(from: &Path, to: &Path) -> io::Result<()> {
    faults::allow(Call::Replace)?;
    std::fs::rename(from, to)
}

/// Renames a file to where there is none: what lies at `to` fails it, with
/// [`ErrorKind::AlreadyExists`].
pub(super) fn publish(from: &Path, to: &Path) -> io::Result<()> {
    faults::allow(Call::Publish)?;
    let from = tempfile::TempPath::try_from_path(from)?;
    from.persist_noclobber(to).map_err(|failed| {
        // Its owner removes it.
        let _ = failed.path.keep();
        failed.error
    })
}

pub(super) fn remove(path: &Path) -> io::Result<()> {
    faults::allow(Call::Remove)?;
    std::fs::remove_file(path)
}

/// Puts a folder on the disk: a rename lasts only when its folder does. Some file systems have no
/// such call, and say so.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    let synced = faults::allow(Call::SyncFolder).and_then(|()| File::open(folder)?.sync_all());
    match synced {
        Err(error) if is_unsupported(&error) => Ok(()),
        synced => synced,
    }
}

#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> io::Result<()> {
    faults::allow(Call::SyncFolder)
}

/// Whether a file system says that it cannot do what was asked at all.
pub(super) fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput)
}

#[cfg(not(test))]
mod faults {
    use super::{Call, io};

    #[expect(clippy::unnecessary_wraps, reason = "in tests it may fail")]
    pub(super) fn allow(_call: Call) -> io::Result<()> {
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "in tests it may fail")]
    pub(super) fn allow_part(_call: Call, all: usize) -> io::Result<usize> {
        Ok(all)
    }
}

#[cfg(test)]
mod faults {
    use std::cell::RefCell;

    use super::{Call, io};

    /// What becomes of a system call.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(in crate::session::fs) enum Fault {
        /// It is made.
        None,
        /// It is made, of a write only with its first byte.
        Short,
        /// It is not made, and the system answers with this error instead.
        Fails(i32),
    }

    type Faults = Box<dyn FnMut(Call) -> Fault>;

    thread_local! {
        static FAULTS: RefCell<Option<Faults>> = const { RefCell::new(None) };
    }

    /// Does `work` while `faults` says what becomes of this thread's calls; it may also do what another
    /// process could do right before the call.
    pub(in crate::session::fs) fn with_faults<T>(
        faults: impl FnMut(Call) -> Fault + 'static,
        work: impl FnOnce() -> T,
    ) -> T {
        FAULTS.set(Some(Box::new(faults)));
        let done = work();
        FAULTS.set(None);
        done
    }

    pub(super) fn allow(call: Call) -> io::Result<()> {
        allow_part(call, 0).map(|_| ())
    }

    pub(super) fn allow_part(call: Call, all: usize) -> io::Result<usize> {
        let fault = FAULTS.with_borrow_mut(|faults| faults.as_mut().map(|faults| faults(call)));
        match fault.unwrap_or(Fault::None) {
            Fault::None => Ok(all),
            Fault::Short => Ok(all.min(1)),
            Fault::Fails(code) => Err(io::Error::from_raw_os_error(code)),
        }
    }
}
