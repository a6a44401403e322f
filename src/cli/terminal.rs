//! Standard output, standard error and the environment variables of the process.

#![expect(clippy::disallowed_methods, reason = "this module reads the environment")]

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::args::{ColorArgs, ColorChoice};
use crate::diagnostic::printable;
use crate::session::Style;

/// The color arguments for output without colors.
pub(super) const NO_COLOR: ColorArgs = ColorArgs { color: ColorChoice::Never };

/// The width of reports in columns if the output is not a terminal.
const DEFAULT_WIDTH: usize = 100;

/// A standard stream of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// Returns the style for output to a stream.
pub(super) fn style(color: ColorArgs, stream: Stream) -> Style {
    let is_terminal = is_terminal(stream);
    let color = match color.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        // Following no-color.org, ignore the variable if it is empty.
        ColorChoice::Auto => {
            is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    };
    let size = if is_terminal { terminal_size::terminal_size() } else { None };
    let width = size.map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0).clamp(40, 200));
    Style { color, width }
}

/// Returns whether a stream is a terminal.
pub(super) fn is_terminal(stream: Stream) -> bool {
    match stream {
        Stream::Output => io::stdout().is_terminal(),
        Stream::Error => io::stderr().is_terminal(),
    }
}

/// Writes to standard output. If the reader stops reading, as in `dateline check | head`, this is
/// not an error.
pub(super) fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    // Discard the rest of the buffer. Otherwise, dropping the `BufWriter` would write it again.
    let _ = out.into_parts();
    quiet(written)
}

/// Writes a text to standard output.
pub(super) fn write_stdout(text: &str) -> io::Result<()> {
    to_stdout(|out| out.write_all(text.as_bytes()))
}

/// Treats a closed pipe as success, because the reader may stop reading early.
pub(super) fn quiet(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Standard error, for messages about a run. Ignores errors: the exit code reports the result, and
/// a full or closed standard error must not change it.
pub(super) struct Stderr(io::StderrLock<'static>);

/// Locks standard error and returns a writer to it.
pub(super) fn stderr() -> Stderr {
    Stderr(io::stderr().lock())
}

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = self.0.flush();
        Ok(())
    }
}

/// Writes a line to standard error.
pub(super) fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}

/// Returns the value of an environment variable. Returns `None` if the variable is not set or not
/// UTF-8.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Returns a path in a form that is safe to print on a terminal.
pub(super) fn shown_path(path: &Path) -> String {
    printable(&path.display().to_string()).into_owned()
}

/// Returns the canonical path of the working directory, or `None` if it cannot be determined.
pub(super) fn working_directory() -> Option<PathBuf> {
    std::env::current_dir().and_then(std::fs::canonicalize).ok()
}
