//! Runs the `git` program so that it does not discover repositories, write to them, fetch or
//! prompt.

use std::ffi::OsString;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use super::error::GitError;

/// Up to this number of processors, git looks at files on one thread. Otherwise it starts up to twenty, which get in the
/// way of each other and of other commands.
const FEW_PROCESSORS: usize = 2;

/// Returns a command that runs git in `folder` and takes paths literally.
pub(super) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let alone = (processors <= FEW_PROCESSORS).then_some(["-c", "core.preloadIndex=false"]);
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(["--no-optional-locks", "--literal-pathspecs", "--no-pager"])
        // Each command names its repository. A repository that git discovers could be part of the
        // archive.
        .args(["-c", "safe.bareRepository=explicit"])
        .args(["-c", "core.fsmonitor=false", "-c", "diff.autoRefreshIndex=false"])
        .args(alone.into_iter().flatten())
        .args(arguments)
        .env_remove("GIT_GLOB_PATHSPECS")
        .env_remove("GIT_ICASE_PATHSPECS")
        .env_remove("GIT_NOGLOB_PATHSPECS")
        // Older versions of git do not know `GIT_NO_LAZY_FETCH`, but support `GIT_ALLOW_PROTOCOL`.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    if let Some(path) = search_path() {
        command.env("PATH", path);
    }
    command
}

/// Returns a command that runs git outside any repository.
#[cfg(unix)]
pub(super) fn unbound(arguments: &[&str]) -> Command {
    let mut command = command(Path::new("."), arguments);
    command.env("GIT_DIR", "/dev/null").env_remove("GIT_WORK_TREE");
    command
}

/// Returns `PATH` without its relative folders, or `None` if it contains no relative folders. A
/// relative folder could be part of the archive and contain programs from a commit.
fn search_path() -> Option<OsString> {
    let path = std::env::var_os("PATH")?;
    let (mut kept, dropped): (Vec<_>, Vec<_>) =
        std::env::split_paths(&path).partition(|folder| folder.is_absolute());
    if kept.is_empty() {
        // An empty list would mean the current directory.
        kept.push(std::path::MAIN_SEPARATOR_STR.into());
    }
    if dropped.is_empty() { None } else { std::env::join_paths(kept).ok() }
}

/// Runs a git command and returns its output and exit status.
///
/// # Errors
/// Returns an error if git is not installed or cannot be started.
pub(super) fn run(mut command: Command) -> Result<Output, GitError> {
    command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => GitError::Missing,
        _ => GitError::Io(error),
    })
}

/// Runs git with `input` on its standard input, and returns its standard output.
///
/// # Errors
/// Returns an error if git cannot be started or fails.
pub(super) fn feed(mut command: Command, input: &[u8]) -> io::Result<Vec<u8>> {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let stdin = child.stdin.take();
    std::thread::scope(|scope| {
        // Git writes output before it has read all input, so writing on this thread could block
        // both sides. If writing fails, the output is incomplete, which the caller notices.
        scope.spawn(|| stdin.map(|mut stdin| stdin.write_all(input)));
        let output = child.wait_with_output()?;
        if output.status.success() { Ok(output.stdout) } else { Err(io::ErrorKind::Other.into()) }
    })
}

/// Returns the first line of git's standard error without the prefix `fatal: `, or the exit status
/// if that line is empty.
pub(super) fn words(output: &Output) -> String {
    let said = first_line(&output.stderr);
    let said = said.trim();
    let said = said.strip_prefix("fatal: ").unwrap_or(said);
    if said.is_empty() { format!("it ended with {}", output.status) } else { said.to_owned() }
}

/// Returns the first line of an output, with invalid UTF-8 replaced.
pub(super) fn first_line(output: &[u8]) -> String {
    String::from_utf8_lossy(output).lines().next().unwrap_or_default().to_owned()
}

/// Converts bytes that git printed to a path.
pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    os(bytes).into()
}

/// Converts bytes that git printed to a string of the operating system.
#[cfg(unix)]
pub(super) fn os(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes.to_vec())
}

/// Converts bytes that git printed to a string of the operating system, with invalid UTF-8
/// replaced.
#[cfg(not(unix))]
pub(super) fn os(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}
