//! Runs of the `git` program, so that it neither discovers a repository nor writes, fetches or asks.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::error::GitError;

/// Returns a call of git in a folder, which takes paths as they are.
pub(super) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(["--no-optional-locks", "--literal-pathspecs", "--no-pager"])
        // Every repository is named: one that were discovered could be part of the archive.
        .args(["-c", "safe.bareRepository=explicit"])
        .args(["-c", "core.fsmonitor=false", "-c", "diff.autoRefreshIndex=false"])
        .args(arguments)
        .env_remove("GIT_GLOB_PATHSPECS")
        .env_remove("GIT_ICASE_PATHSPECS")
        .env_remove("GIT_NOGLOB_PATHSPECS")
        // Of the two, older versions know only the second.
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

/// Returns a call of git that belongs to no repository.
#[cfg(unix)]
pub(super) fn unbound(arguments: &[&str]) -> Command {
    let mut command = command(Path::new("."), arguments);
    command.env("GIT_DIR", "/dev/null").env_remove("GIT_WORK_TREE");
    command
}

/// Returns where programs are looked for without the folders relative to the present one, if there
/// are any: in an archive they hold what somebody committed.
fn search_path() -> Option<OsString> {
    let path = std::env::var_os("PATH")?;
    let (mut kept, dropped): (Vec<_>, Vec<_>) =
        std::env::split_paths(&path).partition(|folder| folder.is_absolute());
    if kept.is_empty() {
        // An empty list would stand for the present folder.
        kept.push(std::path::MAIN_SEPARATOR_STR.into());
    }
    if dropped.is_empty() { None } else { std::env::join_paths(kept).ok() }
}

pub(super) fn run(mut command: Command) -> Result<Output, GitError> {
    command.output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => GitError::Missing,
        _ => GitError::Io(error),
    })
}

/// Runs git with something on its standard input; what it prints.
pub(super) fn feed(mut command: Command, input: &[u8]) -> io::Result<Vec<u8>> {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let stdin = child.stdin.take();
    std::thread::scope(|scope| {
        // It answers while it is still asked, and neither side may wait for the other. An error of
        // the writer shows as answers that are missing.
        scope.spawn(|| stdin.map(|mut stdin| stdin.write_all(input)));
        let output = child.wait_with_output()?;
        if output.status.success() { Ok(output.stdout) } else { Err(io::ErrorKind::Other.into()) }
    })
}

/// What git says first on standard error, without its own prefix.
pub(super) fn words(output: &Output) -> String {
    let said = first_line(&output.stderr);
    let said = said.trim();
    let said = said.strip_prefix("fatal: ").unwrap_or(said);
    if said.is_empty() { format!("it ended with {}", output.status) } else { said.to_owned() }
}

pub(super) fn first_line(output: &[u8]) -> String {
    String::from_utf8_lossy(output).lines().next().unwrap_or_default().to_owned()
}

pub(super) fn path_of(bytes: &[u8]) -> PathBuf {
    os(bytes).into()
}

#[cfg(unix)]
pub(super) fn os(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes.to_vec())
}

#[cfg(not(unix))]
pub(super) fn os(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}
