//! What is known of the terminal.

#![expect(clippy::disallowed_methods, reason = "this module owns the environment")]

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use super::args::{ColorArgs, ColorChoice};
use crate::diagnostic::printable;
use crate::session::Style;

/// For output without colours.
pub(super) const NO_COLOR: ColorArgs = ColorArgs { color: ColorChoice::Never };

/// The width of reports where there is no terminal to ask, in columns.
const DEFAULT_WIDTH: usize = 100;

/// Where something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stream {
    Output,
    Error,
}

/// How to write to a stream.
pub(super) fn style(color: ColorArgs, stream: Stream) -> Style {
    let is_terminal = is_terminal(stream);
    let color = match color.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        // As no-color.org defines it: set and not empty.
        ColorChoice::Auto => {
            is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    };
    let size = if is_terminal { terminal_size::terminal_size() } else { None };
    let width = size.map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0).clamp(40, 200));
    Style { color, width }
}

/// Whether a stream is a terminal.
pub(super) fn is_terminal(stream: Stream) -> bool {
    match stream {
        Stream::Output => io::stdout().is_terminal(),
        Stream::Error => io::stderr().is_terminal(),
    }
}

/// Writes to standard output. That nobody reads on is no failure: `dateline check | head`.
pub(super) fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    // What nobody reads is not tried again.
    let _ = out.into_parts();
    quiet(written)
}

/// Writes a text to standard output.
pub(super) fn write_stdout(text: &str) -> io::Result<()> {
    to_stdout(|out| out.write_all(text.as_bytes()))
}

/// That nobody reads on is no failure.
pub(super) fn quiet(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Standard error, which tells people about a run. What a run found is in its exit code, so a full or
/// closed standard error changes nothing of it.
pub(super) struct Stderr(io::StderrLock<'static>);

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

/// A variable of the environment, if it is set, to text.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A path as it can be shown on a terminal.
pub(super) fn shown_path(path: &Path) -> String {
    printable(&path.display().to_string()).into_owned()
}
