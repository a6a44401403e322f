//! The changes that fixes would make, as a unified diff for `patch` and `git apply`.

use std::io::{self, Write};

use similar::TextDiff;

use super::results::Style;
use crate::diagnostic::{is_unprintable, printable};
use crate::fix::FixedFile;

/// Writes the changes of each file. On a terminal, unprintable characters become visible escapes,
/// so that no page can control the terminal. Elsewhere, a diff without colours contains the exact
/// bytes of the pages. All other diffs are decoded lossily.
pub(super) fn write(
    files: &[FixedFile],
    style: Style,
    on_terminal: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    for file in files {
        let mut text = Vec::new();
        write_file(file, &mut text)?;
        if !on_terminal && !style.color {
            out.write_all(&text)?;
            continue;
        }
        for line in String::from_utf8_lossy(&text).split_inclusive('\n') {
            write_line(line.trim_end_matches('\n'), style, on_terminal, out)?;
        }
    }
    Ok(())
}

fn write_file(file: &FixedFile, out: &mut Vec<u8>) -> io::Result<()> {
    let (old, new) = (lines(file.before.as_deref().unwrap_or_default()), lines(&file.after));
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
    let path = printable(&file.path);
    let before = match file.before {
        Some(_) => format!("a/{path}"),
        None => "/dev/null".to_owned(),
    };
    diff.unified_diff().header(&before, &format!("b/{path}")).to_writer(out)
}

/// Splits a text into lines at line feeds only, as programs that apply patches do.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

fn write_line(line: &str, style: Style, on_terminal: bool, out: &mut dyn Write) -> io::Result<()> {
    let shown = if on_terminal && line.contains(is_unprintable) {
        line.replace('\t', "    ")
    } else {
        line.to_owned()
    };
    let shown = if on_terminal { printable(&shown).into_owned() } else { shown };
    let code = match line.as_bytes().first() {
        _ if line.starts_with("+++") || line.starts_with("---") => "1",
        Some(b'+') => "32",
        Some(b'-') => "31",
        Some(b'@') => "36",
        _ => "",
    };
    if style.color && !code.is_empty() {
        writeln!(out, "\u{1b}[{code}m{shown}\u{1b}[0m")
    } else {
        writeln!(out, "{shown}")
    }
}
